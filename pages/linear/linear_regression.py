"""The prose of the lab on linear regression."""

from pages.shell import lab_page

lab_page(
    "linear_regression",
    look_for=r"""
A line has two numbers, its slope $w$ and its height $b$. So every line is one place on the plane at
the right, and fitting is a walk on it.

**Watch the data loader.** Each epoch deals out all points in a new order, a minibatch a step; those
it reads are ringed. With one point at a time the path never rests, for near the bottom a single
point says little but noise. With all at once it is smooth, and each step costs more.

**Throw one point away.** Drag the purple point far off. Squared loss charges four times as much for
twice the distance, so its line gives in. The absolute line counts only sides and stays. Huber's is
squared for small residuals and straight for large ones. The star, by the normal equations, needs no
walk at all.

**Tilt the valley.** Move the middle of $x$ away from 0. Now a steeper line can be mended by a lower
one; the level lines stretch, and descent crawls. This is why features are standardised.

**Read it as a likelihood.** If noise is normal, minus the log-likelihood is the squared loss,
stretched and shifted: all places of the path lie on one line. Absolute loss is the same for Laplace
noise. The bells are fitted to the residuals on screen.

**Read it as a network.** On real houses each feature is an input and each weight an edge. There is
one layer, and nothing hidden. The walk is computed twice, from scratch and with PyTorch’s
`nn.Linear` and `SGD`; the difference is told.
""",
)
