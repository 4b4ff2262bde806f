"""The prose of the lab on layers and modules."""

from pages.shell import lab_page

lab_page(
    "modules",
    look_for=r"""
Everything in PyTorch that holds parameters is a *module*, and a module may hold others. So a
network is a tree, and each parameter has a path in it, such as `2.net.0.weight`. Type one in a
small language of this page; a real module is built from it, and one batch of four rows is sent
through.

**Watch shapes appear.** A lazy layer is told how many numbers come out, not how many go in. Until
a batch has come by, it has no weights at all: the tree shows question marks. Step forward and they
become numbers one after the other. Change the width of the batch and nothing has to be rewritten.

**Tie a layer.** Name it and use it again: `a = linear 4, tanh, a, tanh, a`. There is one matrix in
three places, counted once. On the way back each use adds a share, $g = g_1 + g_2 + g_3$; the bars
are computed from what went in and what came back at each use, the diamond is autograd's.

**Write layers of your own.** `center` has no parameters, `gain` has one, `halve` has a loop whose
length depends on the batch. `residual(…)` adds its input to its output, so both must be as wide.

**Choose first weights by a rule.** It is applied to every linear layer. With all weights 1, units
of a layer get the same gradient, and stay copies of each other.

The view *Code* holds the same network as PyTorch. What you type is only ever read, never executed.
""",
)
