"""The controls of the lab on pooling."""

from __future__ import annotations

from typing import ClassVar, Literal

import labcore
from labcore import control

SIDE = 12
"""Cells along a side of the crop whose numbers are written out."""

WHOLE = 112
"""Pixels along a side of the whole photograph, half of what it has."""

METHODS = {"max": "Maximum", "average": "Average", "rms": "Root mean square (L2)",
           "blur": "Blur, then skip", "first": "Skip (keep the first)"}  # fmt: skip
PICTURES = {"cat": "Cat", "coffee": "Coffee", "astronaut": "Astronaut", "rocket": "Rocket",
            "flower": "Flower", "temple": "Temple"}  # fmt: skip
WINDOW, PHOTO, SHIFT, TURN = "Window", "Photograph", "Shift", "Turn and zoom"


class Config(labcore.Config):
    """What a window makes of the numbers it slides over, and of a picture that moves."""

    chance: ClassVar[bool] = False

    method: Literal["max", "average", "rms", "blur", "first"] = control(
        "max", title="Pooling", labels=METHODS
    )
    """What becomes of the numbers in a window. The L2 here is divided by the root of their
    count, so that it lies between average and maximum. Blur: weights 1, 2, 1 and their like."""

    windows: Literal["fixed", "adaptive"] = control(
        "fixed", title="Windows", views=(WINDOW, PHOTO),
        labels={"fixed": "of one size", "adaptive": "as the output needs"},
    )  # fmt: skip
    """Adaptive: the size of the output is chosen, and windows are made that cover the input.
    An output of 1 is global pooling."""

    size: int = control(2, title="Window k", low=1, high=8, unit="cells")
    """Along either side."""

    stride: int = control(2, title="Stride s", low=1, high=8, unit="cells")
    """How far the window moves on. Less than k: windows overlap. More: cells are left out."""

    padding: int = control(
        0, title="Padding p", low=0, high=4, unit="cells", views=(WINDOW,),
        only={"windows": ("fixed",)},
    )  # fmt: skip
    """Added on every side. It never wins a maximum, and is 0 for the others. At most half of k,
    as in PyTorch."""

    out: int = control(
        4, title="Output m", low=1, high=12, unit="cells", views=(WINDOW, PHOTO),
        only={"windows": ("adaptive",)},
    )  # fmt: skip
    """Along either side."""

    dent: int = control(
        0, title="Added to the ringed cell", low=-100, high=100, step=1, views=(WINDOW,)
    )
    """In parts of 100, where 100 is white. The sum stays within 0 and 100."""

    against: Literal["place", "along"] = control(
        "place", title="Compare the output with", views=(SHIFT,),
        labels={"place": "the old one", "along": "the old one moved along"},
    )  # fmt: skip
    """Does it stay as it was (invariance), or move along by whole cells (equivariance)? The
    better of the cells on either side counts."""

    picture: Literal["cat", "coffee", "astronaut", "rocket", "flower", "temple"] = control(
        "cat", title="Photograph", labels=PICTURES, views=(PHOTO, SHIFT, TURN)
    )
    """Its middle, 224 × 224 pixels; the lab works on half of that each way."""

    given: Literal["brightness", "edges"] = control(
        "brightness", title="What is pooled", views=(PHOTO, SHIFT, TURN),
        labels={"brightness": "brightness", "edges": "strength of edges"},
    )  # fmt: skip
    """Networks pool the answers of filters, such as edges, rather than brightness."""

    photo: str = control("", title="Your photograph", accepts="image", more=True)
    """Its middle square takes the place of ours."""

    ceil: bool = control(False, title="Round the output up", more=True)
    """Ceil mode: a last window may stick out, if it begins inside."""

    count: bool = control(True, title="Average counts padding", more=True)
    """Whether the zeros of the padding are in the count that is divided by."""

    col: int = control(4, title="Ringed cell: column", low=0, high=SIDE - 1, more=True)
    """Click a cell instead."""

    row: int = control(5, title="Ringed cell: row", low=0, high=SIDE - 1, more=True)
    """Click a cell instead."""

    at_x: int = control(44, title="Crop: column", low=0, high=WHOLE - SIDE, more=True)
    """Where the numbers come from; drag the mark on the photograph instead."""

    at_y: int = control(34, title="Crop: row", low=0, high=WHOLE - SIDE, more=True)
    """Where the numbers come from; drag the mark on the photograph instead."""

    dx: int = control(5, title="Shift to the right", low=-8, high=8, unit="px", more=True)
    """Drag the picture instead."""

    dy: int = control(0, title="Shift down", low=-8, high=8, unit="px", more=True)
    """Drag the picture instead."""

    turn: int = control(12, title="Turn", low=-45, high=45, unit="°", more=True)
    """Drag the mark on the curve instead. Anticlockwise."""

    zoom: float = control(1.2, title="Zoom", low=0.75, high=1.5, step=0.01, more=True)
    """Drag the mark on the curve instead."""


def held(config: Config) -> int:
    """The padding in force: at most half of the window."""
    return min(config.padding, config.size // 2)
