"""What the controls may be, and the boxes that stand at first."""

from __future__ import annotations

LESSONS = {
    "boxes": "1 Overlap of boxes",
    "anchors": "2 Anchors over a picture",
    "shapes": "3 Shapes by k-means",
    "assignment": "4 Truth meets anchors",
    "nms": "5 Non-maximum suppression",
    "quality": "6 Precision and recall",
    "training": "7 Train a detector here",
}
SHAPED = {
    "d2l": "d2l code: s√r·H × s/√r·H",
    "ssd": "SSD: s√r·W × s/√r·H",
    "torchvision": "torchvision: pixels, ratio = h/w",
}
PICTURES = {
    "scene": "Emoji on a photograph",
    "china": "Photo: a temple",
    "flower": "Photo: a flower",
}
CROPS = {"wide": "Wide: 384 × 256", "square": "Square: 256 × 256", "tall": "Tall: 160 × 256"}
MINING = {
    "all": "all, easy ones too", "1": "1 to a positive", "3": "3 to a positive",
    "10": "10 to a positive",
}  # fmt: skip
AVERAGED = {
    "all": "the whole area (VOC 2010)", "101": "101 recalls (COCO)", "11": "11 recalls (VOC 2007)",
}  # fmt: skip
METHODS = {
    "hard": "Hard: out if it overlaps more",
    "linear": "Soft, linear: × (1 − IoU)",
    "gaussian": "Soft, Gaussian: × exp(−IoU²/σ)",
    "matrix": "Matrix: all decay at once",
    "weighted": "Weighted: a group becomes its mean",
}
RATIOS = {"1": 1.0, "2": 2.0, "0.5": 0.5, "3": 3.0, "0.33": 1 / 3}
WIDE, HIGH = 384.0, 256.0
FRAMES = {"wide": (384, 256), "square": (256, 256), "tall": (160, 256)}
SCENES = 24
"""How many test scenes there are."""

TRUTH = ((17.0, 84.0, 82.0, 147.0), (97.0, 145.0, 194.0, 247.0), (298.0, 117.0, 374.0, 164.0))
"""The objects of the first picture: a penguin, a dog and a ball."""
MINE = (
    (150.0, 170.0, 240.0, 236.0),
    (240.0, 30.0, 330.0, 90.0),
    (8.0, 60.0, 100.0, 170.0),
    (304.0, 112.0, 366.0, 170.0),
)
