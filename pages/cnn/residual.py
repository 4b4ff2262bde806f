"""The prose of the lab on residual networks."""

from pages.shell import lab_page

lab_page(
    "residual",
    look_for=r"""
More layers can compute all that fewer can: the rest would only have to copy. Yet deep plain
networks are found to train worse, not just to test worse.

**See depth hurt.** The dotted lines have 8 layers, the dashed blue one has 32, or as many as you
choose. At step 0 the plain network’s gradients grow towards the image; of 56 layers, hardly any
arrives a few steps later. With 32 they soon look as healthy as the residual network’s, and still
the loss stays high: vanishing is not the whole story. The residual network has the same first
weights and sees the same batches. It goes on with $x + f(x)$ instead of $f(x)$.

**Begin with nothing added.** If the last $\gamma$ of a block is 0 at first, $f(x) = 0$, and 32
layers begin as a shallow network: block in, block out, exactly. Without any norm this decides
whether a deep residual network trains at all.

**Leave blocks out.** Click on the strip after training. The plain network can hardly do without
any one of them. The residual one loses little with most, and much with the first. Seen in one way
it is a crowd of $2^n$ paths, most of them short (Veit and others, 2016); the paths share
weights, so it is no ensemble in the strict sense. Stochastic depth trains for it.

**Look around the end.** The slice shows the loss in two random directions, scaled filter by filter
so that the size of weights does not deceive. It is two directions of some thousands, and the
norm’s statistics come from the images it is measured on. A bowl in the picture suggests, and does
not prove, that the way there was easy.
""",
)
