"""The prose of the lab on automatic differentiation."""

from pages.shell import lab_page

lab_page(
    "autograd",
    look_for=r"""
While a program runs, PyTorch writes down each operation and what it was applied to. That record is
the graph on the stage: the real one, with the nodes PyTorch made. Differentiating means walking
it backwards once.

**Step back, and wait at the forks.** Each node takes the gradient of its result and hands a share
to each of its inputs: a product hands on the other factor, a sum hands on all of it. Where a value
was used twice, two shares arrive, and they are added. A node must wait until the last one is there;
this is why the walk goes in the order it does, and why it costs about as much as the way forward,
however many inputs there are.

**Close a road.** Detach a result and its value stays while its past is forgotten. The gradient
that is left may be wrong without a word of warning. The bars beside the graph compare each
gradient with a finite difference, which needs no graph and two runs for each input.

**Change the program by changing a number.** The loop runs until its value is small, and takes one
of two branches each time. Pull $x$ and the graph grows and shrinks: what is differentiated is what
has run.

**Call it twice.** The first call frees the graph as it goes. Retained, the second call adds its
gradients to the first: the reason why training loops set them to zero.
""",
)
