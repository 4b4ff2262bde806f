"""The prose of the lab on training a multilayer perceptron."""

from pages.shell import lab_page

lab_page(
    "mlp_training",
    look_for=r"""
A network with one hidden layer reads clothes: 784 pixels, 256 units, ten classes. Everything is
written from scratch: the way forward, softmax, the gradients, the step. It takes forty lines, and
they are in the code tab.

**See the weights become images.** At first they are noise of size 0.01. Then a pair of trousers
stands in one, the sole of a shoe in another. No one told the units to look like garments: the
gradient of a weight is a sum of pixels, each image weighed by how wrong the network was about it.

**See that the library does the same.** A second network of `nn.Linear`, `nn.ReLU` and
`torch.optim.SGD` starts from the same weights and sees the same batches, for one epoch or all the
way. The gap between weights begins at $10^{-9}$, the last digit of a float, because PyTorch adds
the same products in another order; in ten epochs it grows to some $10^{-4}$, and no curve shows it.
From PyTorch's own, larger first weights the concise network is ahead instead.

**Ask for its opinion.** In the view *Opinions* click on an image. Scrub back to the epoch where
its cross appeared. Some are won, lost and won again; the confusion matrix says between whom.

**Break it.** All zero: every unit gets the same gradient. Too large a rate: units fall silent and
stay so. A rate changed in mid-run goes on from the frame on screen.

The data are a sixth of Fashion-MNIST, so ten epochs here are less than two of the book's. On 2,000
test images a point of accuracy is 20 images.
""",
)
