"""Links to what is worth finding."""

from __future__ import annotations

from labcore import Preset

PRESETS = (
    Preset(
        "Apart, IoU is blind",
        "Your box A and its truth do not meet. IoU is 0 and flat: its box never moves. GIoU "
        "first stretches, DIoU and CIoU walk straight over.",
        {"measure": "iou", "mine": ((240.0, 20.0, 310.0, 80.0),)},
        view="Overlap",
    ),
    Preset(
        "Inside, GIoU has nothing to add",
        "Box A lies within its truth: the hull is the truth itself, so GIoU equals IoU. DIoU "
        "still sees that the centre is off, CIoU the shape as well.",
        {"measure": "ciou", "mine": ((106.0, 152.0, 140.0, 206.0),)},
        view="Pulls",
    ),
    Preset(
        "Ratio 1 is no square",
        "SSD’s sizes are shares of width and height. On a wide picture its “square” is 1.5 times "
        "as wide as high; d2l’s code corrects it, its text does not.",
        {"topic": "anchors", "convention": "ssd"},
        view="Anchors",
    ),
    Preset(
        "Tall and upside down",
        "In torchvision a ratio is height ÷ width, and anchors sit on the corner of their cell.",
        {"topic": "anchors", "convention": "torchvision", "crop": "tall", "cell_x": 80.0},
        view="Anchors",
    ),
    Preset(
        "A flower, photographed",
        "Small strides make many anchors. Count them, and compare with one set per pixel.",
        {"topic": "anchors", "picture": "flower", "stride": "16", "levels": 4, "size": 0.15},
        view="Anchors",
    ),
    Preset(
        "Five shapes instead of twelve",
        "k-means lets the data choose. Drag the ring: how many shapes cover as much as the "
        "detector’s twelve, chosen by hand?",
        {"topic": "shapes"},
        view="k-means",
    ),
    Preset(
        "A truth that no anchor fits",
        "The highest number left wins, however low it is: so every object gets an anchor, and "
        "some of these are poor.",
        {"topic": "assignment", "size": 0.45, "levels": 1, "stride": "64", "threshold": 0.5},
        view="Assignment",
    ),
    Preset(
        "Your boxes as anchors",
        "Two of your boxes want the same truth. Drag them and see who wins, and what the other "
        "becomes.",
        {"topic": "assignment", "source": "yours",
         "mine": ((88.0, 138.0, 184.0, 244.0), (104.0, 150.0, 204.0, 250.0),
                  (290.0, 110.0, 352.0, 170.0), (20.0, 10.0, 110.0, 70.0),
                  (4.0, 78.0, 70.0, 150.0))},
        view="Assignment",
    ),
    Preset(
        "Cars side by side",
        "At 0.2 hard suppression takes a neighbour for a copy, and a car goes. At 0.6 copies "
        "stay. One number has to tell them apart.",
        {"topic": "nms", "threshold": 0.2},
        view="Queue",
    ),
    Preset(
        "Softly",
        "The Gaussian lowers scores instead of deleting boxes; the neighbour survives, at a "
        "lower score.",
        {"topic": "nms", "method": "gaussian"},
        view="Queue",
    ),
    Preset(
        "Who is out suppresses nobody",
        "The third box overlaps the second, but the second is out by then. Drag the boxes and "
        "change who decides about whom.",
        {"topic": "nms", "source": "yours",
         "mine": ((40.0, 60.0, 160.0, 180.0), (70.0, 60.0, 190.0, 180.0),
                  (100.0, 60.0, 220.0, 180.0), (130.0, 60.0, 250.0, 180.0)),
         "threshold": 0.55},
        view="Queue",
    ),
    Preset(
        "What does a detector get wrong?",
        "Play: the curve falls at each mistake. Click where it falls: its scene, its box and the "
        "reason appear.",
        {"topic": "quality", "score": 0.05},
        view="Curve",
    ),
    Preset(
        "Found, and then lost",
        "The detector had a box on the orange between two apples. Suppression took it for a copy "
        "of the box beside it. Click other entries: who else was removed?",
        {"topic": "quality", "kind": 5, "nth": 10},
        view="Mistakes",
    ),
    Preset(
        "Watch boxes find their objects",
        "A network with random weights learns from 320 scenes, here and now. At first nothing is "
        "sure enough; then boxes crowd, settle, and get names.",
        {"topic": "training", "score": 0.2, "scene": 6},
        view="Training",
    ),
    Preset(
        "Drowned in background",
        "Without mining, 2,000 easy background anchors drown a few positive ones, and for long "
        "nothing is sure. Raise γ: focal loss makes the easy ones small.",
        {"topic": "training", "score": 0.2, "scene": 6, "mining": "all"},
        view="Training",
    ),
    Preset(
        "Strict judges",
        "Ask for an IoU of 0.8, and boxes that were right become “placed badly”. AP@[.5:.95] "
        "averages over ten such judges.",
        {"topic": "quality", "threshold": 0.8, "score": 0.05},
        view="Curve",
    ),
)  # fmt: skip
