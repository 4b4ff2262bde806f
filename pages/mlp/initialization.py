"""The prose of the lab on initialization."""

from pages.shell import lab_page

lab_page(
    "initialization",
    look_for=r"""
Before a network has seen anything, its first weights decide whether values reach its end and
gradients its beginning.

**Find the factor of one layer.** A unit adds up $n$ products. If the weights have mean 0 and
variance $\sigma^2$, the sum has variance $n\sigma^2 E[a^2]$; the formula shows it with this layer’s
numbers beside what was measured. Fifty layers raise the factor to the fiftieth power. Drag the mark
to where it is 1. For a ReLU, which drops half, that is He’s $\sqrt{2/n}$, for functions straight
around 0 it is Xavier’s $1/\sqrt{n}$. The dotted lines are theory for many units; with a few dozen
the measured ones wander off.

**Compare shapes.** Uniform weights of the same deviation behave alike. Orthogonal ones keep every
length exactly, as long as nothing bends. Equal weights are no random weights at all: no theory here
speaks of them.

**Let units be equal.** In the second view four hidden units learn to label four clusters, where
those across from each other are of one class. They start alike: their points lie on one another and
stay there, and the loss stops where one unit stops. A thousandth of noise grows until they part.
Dropout parts them, too.

**Multiply a hundred matrices.** Standard normal 4 × 4 matrices make numbers of some 24 digits. The
average of the squares grows faster still, because a few products are enormous. After a few steps
all rows are multiples of each other: only one direction is left.
""",
)
