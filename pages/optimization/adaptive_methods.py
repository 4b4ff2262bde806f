"""The prose of the lab on adaptive methods."""

from pages.shell import lab_page

lab_page(
    "adaptive_methods",
    look_for=r"""
SGD multiplies every coordinate of the gradient by the same $\eta$. The rules here divide each
coordinate by what its own gradients used to be: Adagrad by the root of their sum of squares, the
others by the root of a running mean.

**Rare words.** From which of two plays is a speech? Each word is a coordinate, and most stand in a
few speeches only. Every method has the best of 19 rates, and still SGD falls behind. Each dot is a
word: Adagrad slows “the” down and leaves “thane” quick. Look into SGD and all dots lie level.

**A moving target.** Adagrad's sum only grows. When the target moves late, Adagrad crawls, while
RMSProp has forgotten the old squares. Drag the corners of the path. Adadelta has no $\eta$ to
choose, and starts from almost nothing.

**A rare large gradient.** Once in a while it is $C$, else $-1$. Going left is right. With
$\beta_1 = 0$ and $\eta/\sqrt t$, as in the proof of Reddi and others, Adam goes right, for it has
forgotten $C$ by the time it counts. The map shows where: Adam is safe only where $C$ is large and
its memory long. Yogi lets go of $C$ slowly, and holds nearly everywhere; AMSGrad, their own
remedy, is not shown.

**The first steps.** All means begin at 0 and are too small at first. The correction divides by
$1 - \beta^t$. The notes of chapter 12.10 leave it out of their formula; Adam's paper and every
library have it. Pull a bar and compare both steps.
""",
)
