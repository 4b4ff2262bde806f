"""The controls, and what follows from them at once."""

from __future__ import annotations

from typing import Literal, get_args

import labcore
from labcore import BoxList, control
from labcore.vision.anchor_boxes.settings import (
    AVERAGED,
    CROPS,
    HIGH,
    LESSONS,
    METHODS,
    MINE,
    MINING,
    PICTURES,
    RATIOS,
    SCENES,
    SHAPED,
    TRUTH,
    WIDE,
)

Topic = Literal["boxes", "anchors", "shapes", "assignment", "nms", "quality", "training"]
Method = Literal["hard", "linear", "gaussian", "matrix", "weighted"]


class Config(labcore.Config):
    """One of seven lessons on boxes, and what it is about."""

    topic: Topic = control("boxes", title="Lesson", labels=LESSONS)
    """From two boxes to a detector’s mark, one step after the other."""

    measure: Literal["iou", "giou", "diou", "ciou"] = control(
        "giou",
        title="Measure",
        labels={"iou": "IoU", "giou": "GIoU", "diou": "DIoU", "ciou": "CIoU"},
        only={"topic": ("boxes",)},
    )
    """What the table shows, and whose pull the arrows show."""

    convention: Literal["d2l", "ssd", "torchvision"] = control(
        "d2l", title="Convention", labels=SHAPED, only={"topic": ("anchors", "assignment")}
    )
    """How a size s and a ratio r become a box on a picture W wide and H high."""

    ratios: tuple[Literal["1", "2", "0.5", "3", "0.33"], ...] = control(
        ("1", "2", "0.5"),
        title="Ratios r",
        labels={"0.5": "1/2", "0.33": "1/3"},
        only={"topic": ("anchors", "assignment")},
    )
    """Width to height, as the convention understands it."""

    threshold: float = control(
        0.5,
        title="IoU threshold",
        low=0.05,
        high=0.95,
        step=0.05,
        only={"topic": ("shapes", "assignment", "nms", "quality", "training")},
    )
    """From this overlap on an anchor is positive, a shape covered, a detection right. In
    suppression: above it a box is a copy."""

    method: Method = control(
        "hard", title="Suppression", labels=METHODS, only={"topic": ("nms", "quality")}
    )
    """What happens to a box that overlaps a surer one."""

    score: float = control(
        0.3, title="Score threshold", low=0.05, high=0.95, step=0.05,
        only={"topic": ("nms", "quality", "training")},
    )  # fmt: skip
    """Boxes the detector is less sure of are left out."""

    picture: Literal["scene", "china", "flower"] = control(
        "scene", title="Picture", more=True, labels=PICTURES,
        only={"topic": ("boxes", "anchors", "assignment")},
    )  # fmt: skip
    """What stands under the boxes. The boxes on the first are exact; on a photograph draw your
    own."""

    photo: str = control(
        "", title="Your picture", accepts="image", more=True,
        only={"topic": ("boxes", "anchors", "assignment", "nms")},
    )  # fmt: skip
    """Its middle, 3 wide to 2 high, takes the place of ours. The detector only knows emoji."""

    crop: Literal["wide", "square", "tall"] = control(
        "wide", title="Shape of the picture", more=True, labels=CROPS,
        only={"topic": ("anchors",)},
    )  # fmt: skip
    """On a square picture the conventions nearly agree; on others they do not."""

    size: float = control(
        0.2, title="Smallest size s", low=0.05, high=0.8, step=0.01, more=True,
        only={"topic": ("anchors", "assignment")},
    )  # fmt: skip
    """As a share of the picture’s height, at the finest level; it doubles from level to level."""

    per_level: int = control(
        2, title="Sizes per level", low=1, high=4, more=True,
        only={"topic": ("anchors", "assignment"), "convention": ("d2l", "torchvision")},
    )  # fmt: skip
    """Sizes s, s·2^(1/n), … within a level. SSD always has s and one square more."""

    stride: Literal["8", "16", "32", "64"] = control(
        "32", title="Finest stride", more=True, unit="px",
        only={"topic": ("anchors", "assignment")},
    )  # fmt: skip
    """Distance of neighbouring cells at the finest level; it doubles from level to level."""

    levels: int = control(
        3, title="Pyramid levels", low=1, high=4, more=True,
        only={"topic": ("anchors", "assignment")},
    )  # fmt: skip
    """How many grids there are, each coarser than the last."""

    cell_x: float = control(
        144.0, title="Cell at x", low=0, high=WIDE, step=1, unit="px", more=True,
        only={"topic": ("anchors",)},
    )  # fmt: skip
    """Whose anchors are drawn; click the picture instead."""

    cell_y: float = control(
        192.0, title="Cell at y", low=0, high=HIGH, step=1, unit="px", more=True,
        only={"topic": ("anchors",)},
    )  # fmt: skip
    """Whose anchors are drawn; click the picture instead."""

    clusters: int = control(
        5, title="Clusters k", low=1, high=12, more=True, only={"topic": ("shapes",)}
    )
    """How many shapes k-means may choose; drag the ring on the map instead."""

    source: Literal["machine", "yours"] = control(
        "machine",
        title="Boxes from",
        more=True,
        labels={"machine": "the generator, the detector", "yours": "your hand"},
        only={"topic": ("assignment", "nms")},
    )
    """Anchors of the grid, or your boxes as anchors; a detector’s boxes, or yours, of which the
    first is the surest."""

    negative: float = control(
        0.4, title="Background below", low=0, high=0.9, step=0.05, more=True,
        only={"topic": ("assignment",)},
    )  # fmt: skip
    """Anchors that overlap less are background; between this and the threshold they are ignored.
    If it is higher than the threshold, none is."""

    scene: int = control(
        7, title="Scene", low=0, high=SCENES - 1, more=True, only={"topic": ("nms", "training")}
    )
    """Which of the test scenes, none of which the detector was trained on."""

    mining: Literal["all", "1", "3", "10"] = control(
        "3", title="Hard negatives", more=True, labels=MINING, only={"topic": ("training",)},
    )  # fmt: skip
    """How many background anchors count in the loss: the so many worst, or all 2,000."""

    gamma: float = control(
        0.0, title="Focal loss γ", low=0, high=5, step=0.5, more=True,
        only={"topic": ("training",)},
    )  # fmt: skip
    """Each anchor counts (1 − p)^γ, p the chance it gives to the right class."""

    steps: int = control(
        320, title="Training steps", low=40, high=480, step=40, more=True,
        only={"topic": ("training",)},
    )  # fmt: skip
    """Eight scenes a step."""

    per_class: bool = control(
        True, title="Suppress within a class only", more=True, only={"topic": ("nms", "quality")}
    )
    """Else a dog may suppress a cat."""

    sigma: float = control(
        0.5, title="Width σ of the Gaussian", low=0.05, high=2, step=0.05, more=True,
        only={"topic": ("nms", "quality"), "method": ("gaussian", "matrix")},
    )  # fmt: skip
    """The smaller it is, the harder an overlap is punished."""

    suppress: float = control(
        0.45, title="IoU above which a box is a copy", low=0.05, high=0.95, step=0.05, more=True,
        only={"topic": ("quality",)},
    )  # fmt: skip
    """The threshold of the suppression that comes before judging."""

    interpolation: Literal["all", "101", "11"] = control(
        "101", title="Average precision by", more=True, labels=AVERAGED,
        only={"topic": ("quality",)},
    )  # fmt: skip
    """At which recalls the highest precision to the right is averaged."""

    at_recall: float = control(
        0.56, title="Looked at: recall", low=0, high=1, step=0.01, more=True,
        only={"topic": ("quality",)},
    )  # fmt: skip
    """The detection whose point of the curve is nearest is shown; click the curve instead."""

    at_precision: float = control(
        0.96, title="Looked at: precision", low=0, high=1, step=0.01, more=True,
        only={"topic": ("quality",)},
    )  # fmt: skip
    """The detection whose point of the curve is nearest is shown; click the curve instead."""

    kind: int = control(
        5, title="Kind of mistake", low=1, high=5, more=True, only={"topic": ("quality",)}
    )
    """1 a copy, 2 placed badly, 3 wrong class, 4 on nothing, 5 missed; click the list instead."""

    nth: int = control(
        10, title="Which of its kind", low=1, high=200, more=True, only={"topic": ("quality",)}
    )
    """Detections from the surest on, missed objects by scene; the last if there are fewer. Click
    the list instead."""

    rate: float = control(
        0.08,
        title="Step of the descent", low=0.01, high=0.5, step=0.01, more=True,
        only={"topic": ("boxes",)},
    )  # fmt: skip
    """How far each loss moves your first box at each step."""

    mine: BoxList = control(
        MINE, title="Your boxes", x=(0, WIDE), y=(0, HIGH), most=8, more=True,
        only={"topic": ("boxes", "assignment", "nms")},
    )  # fmt: skip
    """Draw, drag and resize them on the picture."""

    truth: BoxList = control(
        TRUTH, title="True boxes", x=(0, WIDE), y=(0, HIGH), most=6, more=True,
        only={"topic": ("boxes", "assignment")},
    )  # fmt: skip
    """Where the objects are; those of the first picture are exact until you move them."""


def ratios_of(config: Config) -> tuple[float, ...]:
    """The ratios, in the order of the controls."""
    return tuple(RATIOS[name] for name in RATIOS if name in config.ratios)


TOPICS: tuple[str, ...] = get_args(Topic)
