"""The prose of the lab on activation functions."""

from pages.shell import lab_page

lab_page(
    "activations",
    look_for=r"""
Without something bent between them, two layers are one. What is bent decides how far a number, and
a gradient, can travel.

**Follow one number.** Each layer makes $\phi(wa)$ of $a$. The staircase shows it, and the slopes on
the way are multiplied. The sigmoid is never steeper than $1/4$, so a few layers leave next to
nothing: its gradient vanishes. Drag the point along the curve and look for a place where it does
not. Then take a ReLU, which has slope 1 on one whole side and 0 on the other.

**Send a crowd.** In the deep network a hundred units a layer have random weights. At gain 1 tanh
keeps its values alive for long, a ReLU does not: it drops half of them, so its weights need twice
the variance. A little too much gain and values explode where nothing bounds them; where something
does, the gradients explode instead.

**Let units die.** In the third view a small network is trained at five rates. A ReLU unit has its
hinge where its sum is 0. A step too long can throw it to where no data point wakes it; with slope 0
there, no later step brings it back. Leaky, parametric and exponential units keep a
little slope. Notice that a network with most units dead may still fit well: it was wide to begin
with.

A sigmoid can be as good as dead without being 0: here a unit counts as dead when its slope is below
0.009 at every point.
""",
)
