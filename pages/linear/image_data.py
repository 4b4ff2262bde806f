"""The prose of the lab on image data."""

from pages.shell import lab_page

lab_page(
    "image_data",
    look_for=r"""
Before a model, look at the data. Fashion-MNIST is ten classes of clothes in grey, 28 × 28 pixels.
Choose above what to look at.

**The map.** Each picture is a point; drag the ring and the six nearest show themselves. Play from
PCA to LDA. PCA keeps more than half of the variance, which is mostly how large and how dark a piece
is. LDA shows a tenth of that, and more neighbours are of one class. Variance is not what labels are
about.

**Batches.** Shuffled, a batch of 64 has every class, about six of each, give or take two. Turn the
shuffling off: only T-shirts, then only trousers.

**Wrong labels.** Some labels are replaced on purpose. Each picture is judged by a classifier that
never saw it, and the labels it doubts most come first. Play, and compare with looking at random.
With none replaced the suspects are real: some you might sort otherwise yourself. Mending pays most
where mistakes have a habit.

**Speed.** Seconds are measured on the machine that computes this page. The workers are threads of
one process, as a run here starts no others: they help with a decoder, which works outside of
Python, and hardly with short steps of Python, for which they take turns. The processes that a
DataLoader can start would help there too. A data set that fits in memory needs neither: cut batches
from one tensor.
""",
)
