"""The prose of the lab on convolution."""

from pages.shell import lab_page

lab_page(
    "convolution",
    look_for=r"""
A convolution has very few numbers, and uses them everywhere. Go through the six parts above.

**A window.** Ten by ten cells are cut from a photograph. At each place of the window every cell is
multiplied by the weight over it, and the products are added up. Scrub the time line, that is, the
window. Then pull a weight.

**A photograph.** The same nine numbers find edges, blur or sharpen. What do the weights of a blur
add up to, what those of an edge finder? Time goes from “do nothing” to your kernel.

**Channels.** Each output channel has a kernel for each input channel and adds up what they give. A
kernel of one number sees no neighbours: it mixes colours, and finds the flower.

**Shapes.** Pull the corner of the input, the ruler, the dots. Padding, stride, dilation and groups
change the size and the price; some cells may never be read.

**Learn.** Hide a kernel and let gradient descent find it from input and output. On noise ten steps
do. From a photograph some directions take long, as neighbours are alike. From a stripe the loss
falls to 0 and the kernel is wrong.

**Shift.** Drag the garment. The output of the convolution comes along; a dense layer that learned
the same task on centred garments fails. Neither follows a turn, unless the kernel
looks the same when turned.

Networks do not turn the kernel over, so they compute a cross-correlation. For learned weights it
does not matter which it is.
""",
)
