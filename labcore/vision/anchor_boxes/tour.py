"""A guided way from two boxes to the mistakes of a detector."""

from __future__ import annotations

from labcore import TourStep

TOUR = (
    TourStep(
        "Box A and its truth do not meet. IoU is 0 and stays 0 however you shift A a little: its "
        "loss pulls nowhere. GIoU, DIoU and CIoU look at the gap as well, and pull.",
        {"measure": "iou", "mine": ((240.0, 20.0, 310.0, 80.0),)},
        "Pulls",
        "Choose another measure and see arrows appear at the sides of A.",
        lambda config: config.measure != "iou",
    ),
    TourStep(
        "A detector starts from anchors: boxes of fixed shapes at every cell of a grid. SSD takes "
        "its sizes as shares of width and height, so on this wide picture ratio 1 is no square.",
        {"topic": "anchors", "convention": "ssd"},
        "Anchors",
        "Choose the convention whose marks all lie on the dotted line: its ratios are true.",
        lambda config: config.convention == "d2l",
    ),
    TourStep(
        "Each object needs an anchor that answers for it. The highest overlap in the table wins, "
        "its row and column are crossed out, and again. Then every other anchor above the "
        "threshold joins; a band below it trains nothing.",
        {"topic": "assignment"},
        "Assignment",
        "Raise the IoU threshold until only the winners are positive.",
        lambda config: config.threshold > 0.64,
    ),
    TourStep(
        "The detector saw four cars and reports them 45 times. Non-maximum suppression goes down "
        "the queue: whoever overlaps a surer, kept box too much is a copy. At 0.2 it takes a "
        "neighbour for one.",
        {"topic": "nms", "threshold": 0.2},
        "Queue",
        "Find a threshold that keeps exactly four boxes.",
        reach="both",
    ),
    TourStep(
        "Now all 24 test scenes. Detections are taken, surest first; each wrong one bends the "
        "curve down. A click on the curve shows the box behind that point and why it counts as "
        "it does.",
        {"topic": "quality"},
        "Curve",
        "Click the lower end of the thick curve, at a recall above 0.7.",
        lambda config: config.at_recall > 0.7,
    ),
    TourStep(
        "The list has every mistake. This orange between two apples was found, and then lost: "
        "suppression took its box for a copy. Deleting is a blunt tool.",
        {"topic": "quality", "kind": 5, "nth": 10},
        "Mistakes",
        "Choose a suppression that lowers scores instead of deleting.",
        lambda config: config.method in ("linear", "gaussian", "matrix"),
    ),
    TourStep(
        "At last a fresh network, trained here in about half a minute. Nearly all of its 2,016 "
        "anchors are background, so the loss counts only the three hardest to each positive one. "
        "Try what happens when all of them count.",
        {"topic": "training", "score": 0.2, "scene": 6},
        "Training",
    ),
)  # fmt: skip
