"""The prose of the lab on anchor boxes."""

from pages.shell import lab_page

lab_page(
    "anchor_boxes",
    look_for=r"""
A detector does not search. It lays thousands of boxes over the picture and asks each: what are
you, and where should your sides really be? Seven lessons follow a box to the mark the detector
gets, and let you train one.

**Overlap.** Drag your box A. $\mathrm{IoU}$ is what both boxes share, divided by what they cover
together. Where they do not meet it is 0, flat, and pulls nowhere; GIoU, DIoU and CIoU still do.
Play the race of four losses.

**Anchors.** Sizes, ratios and strides make them. Beware of ratio 1: SSD’s is a square only on a
square picture, and the book’s text and its code disagree. Torchvision’s ratio is upside down.
k-means asks the data for shapes instead.

**Truth meets anchors.** The highest number of the table wins, its row and column are crossed out,
and again. Only then do thresholds speak. In between lies a band that trains nothing.

**Suppression.** Down the queue, each box asks whether a surer one was kept that it overlaps too
much. It is per class here, unlike in the book; switch it and compare. Soft versions lower scores
instead.

**Precision and recall.** Detections are taken, surest first. Click the curve: the detection behind
that point appears in its scene, with the reason. The list of mistakes says why objects are missed.

**Train one.** A fresh network learns here, in about half a minute. Without hard negatives the
background drowns it; focal loss helps.

The scenes are synthetic: emoji on photographs, so the boxes are exact. The detector is small and
real; it never saw these scenes, which are harder than those it learned from. AP from 24 scenes is a
small sample; the other numbers are exact. Draw your own boxes on the photographs under More.
""",
)
