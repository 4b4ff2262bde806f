"""The prose of the lab on LeNet."""

from pages.shell import lab_page

lab_page(
    "lenet",
    look_for=r"""
Two convolutions, each followed by pooling, then three dense layers: 61,706 numbers. LeNet read
cheques in the 1990s with sigmoids and means; put ReLU and maxima in their place and the same
layers are a modern network. Both learn here from the same batches.

**Watch filters form.** They begin as noise. After an epoch or two some of the six have a bright
and a dark side: they answer to edges. The maps beside them show to which. The original wakes later,
and with the book’s first weights on this sixth of the book’s data it hardly wakes at all.

**Draw, and let every layer respond.** In *Response* the pen adds ink to a garment or wipes a
sleeve away. Each layer and both answers follow the weights of the frame on screen, so scrub back
and draw again for a network that knew less. For digits, take a blank page.

**Silence a map.** Some cost nothing, some cost a class. The bars count 300 test images.

**Ask why.** Saliency is a slope, occlusion a loss of probability, Grad-CAM a coarse sum over
conv 2. It is drawn where conv 2 looks, not stretched to the borders. Test all three with the patch:
a black square is itself something the network never saw.

**Read the mistakes.** Shirts and T-shirts stay hard; look at the images before you blame it.

**Edges, parts, objects.** LeNet is too shallow for that ladder. SqueezeNet, trained on ImageNet,
shows it on a photograph: the box is all that one cell of the map can see.

Between frames, 500 test images are judged; at the last, all.
""",
)
