"""The prose of the lab on batch normalization."""

from pages.shell import lab_page

lab_page(
    "batch_norm",
    look_for=r"""
Batch norm takes one unit, looks at its values over a whole batch, and makes their mean 0 and their
deviation 1. Then the unit gets a scale $\gamma$ and a shift $\beta$ that are learned.

**Watch a LeNet wake up.** With sigmoids the plain network guesses until the end; with batch norm
the same weights learn at once. Make the first weights ten times as large: the factor drops out.

**Change the company.** In train mode an image is judged against its batch, so its prediction
depends on who else is there. In eval mode the kept averages stand in. They start at 0 and 1 and run
after the data’s, a tenth of the way each step. Forgetting to switch is a common bug.

**Train with a batch of 1.** A dense unit is then its own mean: what is left is $\beta$, and PyTorch
refuses. A convolution still averages over places. Layer norm and group norm take their means over
one image, in training and tests alike.

**Look for rates that are borne.** In the field each number is one network: learning rates across,
depth upwards. Batch norm widens what works; it does not make every rate work.

**Why does it help?** That is disputed. Ioffe and Szegedy said that layers’ inputs shift less;
Santurkar and others (2018) added shifting noise after the norm, and it still helped. They found a
smoother loss instead. “Why” shows one rough measure of each, in one small network: no proof of
either.
""",
)
