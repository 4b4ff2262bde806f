"""The prose of the lab on what makes optimization hard."""

from pages.shell import lab_page

lab_page(
    "optimization_challenges",
    look_for=r"""
Descent can stop for four quite different reasons. Each view is one of them.

**The wrong goal.** What counts is the risk: the error over all data there could be. Here it is
known exactly, the full curve. What can be descended is the mean over $n$ examples, the dashed one.
With few examples it has valleys of its own, and its lowest point is in another place. Press
“Another seed” and see which valleys stay.

**Level places.** Where the slope is zero, the eigenvalues of the Hessian say what the place is:
both positive, a minimum; both negative, a maximum; one of each, a saddle. If one is zero, they say
nothing: look at the monkey saddle. Start exactly on a ridge: without noise the descent ends on the
saddle, with noise it does not. Move the start off the ridge by 0.01 and watch how long it still
takes.

**Plateaus.** Where a unit is saturated, the slope is small and the way is long. The wait is counted
in steps, for each start: on tanh it grows about sevenfold for each unit of $w$. A ReLU below zero
has no slope at all.

**Depth.** A gradient that passes through $l$ layers is multiplied by $l$ matrices. Its size is
drawn on a logarithmic scale. The dashed line is the typical growth, the dotted one that of the mean
square: at a gain of 1 the second is level, and still almost every gradient vanishes.

Risk, eigenvalues and growth are exact; paths, waits and draws are computed with the seed shown.
""",
)
