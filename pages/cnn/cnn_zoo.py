"""The prose of the lab on famous convolutional networks."""

from pages.shell import lab_page

lab_page(
    "cnn_zoo",
    look_for=r"""
Nine networks at full size, counted layer by layer from kernel, channels and side. A multiply–add is
one product and its addition; others call that two FLOPs. Norms, ReLU and pooling are not counted.

**Find where the parameters sit.** A kernel's weights are used at every place of the image, a dense
layer's once. So AlexNet's dense layers hold 96 % of its parameters and do 8 % of its work.

**Take the 1×1 away.** In GoogLeNet a convolution of 1×1 thins the channels out before each large
kernel. Without it the bill multiplies, as each block hands on all it pooled.

**Let DenseNet grow.** Each layer adds 32 channels and reads all that came before. Few parameters;
but concatenations are copied, so look at its activations.

**Pull the image.** In the view *Field* the corner of the image changes its size: work follows it,
convolutions' weights do not. The receptive field is what could matter; padding is part of it.

**Race them.** Seven small networks keep one idea each and spend the same number of multiply–adds,
three passes forward for a training step. Seconds would not repeat, and differ: grouped and 1×1
convolutions do less work in a second. All have batch norm, which the first four families had not.
A point is 20 test images, so try another seed before you believe an order.

**Who defines them?** torchvision and the book differ for four. torchvision's GoogLeNet has 3×3
where the paper has 5×5; the book's ResNet-18 has biases and no norm in its shortcuts. ImageNet
figures come from different recipes, so compare them with care.
""",
)
