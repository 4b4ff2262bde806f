"""The prose of the lab on the training loop."""

from pages.shell import lab_page

lab_page(
    "training_loop",
    look_for=r"""
A training loop is a dozen lines. The book parts them among three classes: a *DataModule* that
deals out batches, a *Module* that knows its network, its loss and its optimizer, and a *Trainer*
that calls both in the right order. Here they train a small network on house prices, and every call
of the first epoch is on the time line.

**Follow a batch.** 32 rows of 11 numbers go in, 32 guesses come out, the loss is one number. Watch
$\lVert \text{.grad} \rVert$: it is filled by `backward()`, used by `step()`, and stays there until
`zero_grad()` in the next round.

**Leave out a line.** Click on it. Some mistakes shout: without `zero_grad()` gradients add up and
the loss explodes. Some stay quiet: without `step()` all is computed and nothing learned. Some
flatter: validated on training data, the curve looks better than the network is. One changes no
number at all and only costs memory. Find it.

**Sort the houses.** Then leave out the shuffling. Each batch holds houses of one price, and the
network runs after whichever came last.

**Do classes change anything?** The dotted line is a plain loop without them. Same weights, same
batches, same dropout: the gap is exactly 0. Classes order the work, so that a new model needs
no new loop.

The grey line is the same run with no line left out. Differences of a few hundredths between
110 houses are chance: try other seeds.
""",
)
