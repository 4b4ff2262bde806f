"""The controls."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

import labcore
from labcore import PointList, control
from labcore.cnn.convolution.settings import (
    CELLS,
    CLASSICS,
    COARSE,
    CROP,
    MODES,
    PARTS,
    PULLED,
    REACH,
    weight,
)
from labcore.cnn.convolution.typed import rows_of


class Config(labcore.Config):
    """What is convolved with what, and how."""

    part: Literal["window", "photograph", "channels", "shapes", "learn", "shift"] = control(
        "window", title="Look at", labels=PARTS
    )
    """From one window and its numbers to what convolution is good for."""

    classic: Literal[
        "sobel_x", "sobel_y", "diagonal", "laplace", "line", "box", "gauss", "sharpen", "emboss",
        "identity", "corner",
    ] = control(
        "sobel_x",
        title="Start from the kernel",
        labels={name: label for name, (label, _, _) in CLASSICS.items()},
        only={"part": PULLED},
        brings={
            name: {**dict(zip(CELLS, weights, strict=True)), "divisor": divisor, "typed": ""}
            for name, (_, weights, divisor) in CLASSICS.items()
        },
    )  # fmt: skip
    """It fills the nine cells. Then pull each cell up or down."""

    picture: Literal[
        "cat", "astronaut", "coffee", "rocket", "flower", "temple", "stripe", "noise"
    ] = control(
        "cat",
        title="Picture",
        labels={"cat": "Cat", "astronaut": "Astronaut", "coffee": "Coffee", "rocket": "Rocket",
                "flower": "Flower", "temple": "Temple", "stripe": "A black stripe on white",
                "noise": "Noise"},
        brings={"stripe": {"crop_x": 11, "lr": 0.3}},
        only={"part": ("window", "photograph", "channels", "learn")},
    )  # fmt: skip
    """What the kernel slides over. Under “More” you can bring a picture of your own."""

    padding: int = control(
        0, title="Padding p", low=0, high=3, unit="cells",
        only={"part": ("window", "photograph", "shapes")},
    )  # fmt: skip
    """Cells added on every side before the window starts."""

    stride: int = control(
        1, title="Stride s", low=1, high=4, unit="cells",
        only={"part": ("window", "photograph", "shapes", "shift")},
    )  # fmt: skip
    """How far the window moves at a time."""

    flip: bool = control(False, title="Turn the kernel by half a turn", only={"part": PULLED})
    """Then it is convolution as mathematics has it. Without, it is cross-correlation, which
    networks call convolution."""

    change: Literal["shift", "turn", "zoom"] = control(
        "shift", title="What happens to the picture",
        labels={"shift": "it is shifted", "turn": "it is turned", "zoom": "it is zoomed"},
        only={"part": ("shift",)},
    )  # fmt: skip
    """Drag the picture, or choose how far it is turned or zoomed under “More”."""

    photo: str = control(
        "", title="Your picture", accepts="image", more=True,
        only={"part": ("window", "photograph", "channels", "learn")},
    )  # fmt: skip
    """The square in its middle takes the place of the photograph."""

    typed: str = control("", title="A kernel as text", high=160, more=True, only={"part": PULLED})
    """Any size up to 7 × 7, such as 1 -1 or 1/9 1/9 1/9; 1/9 1/9 1/9. Empty: the cells you pull."""

    divisor: int = control(
        1, title="Divide the pulled cells by", low=1, high=32, more=True, only={"part": PULLED}
    )
    """A blur of nine ones is divided by 9."""

    w11: int = weight(0)
    """Pull the cell instead."""
    w12: int = weight(1)
    """Pull the cell instead."""
    w13: int = weight(2)
    """Pull the cell instead."""
    w21: int = weight(3)
    """Pull the cell instead."""
    w22: int = weight(4)
    """Pull the cell instead."""
    w23: int = weight(5)
    """Pull the cell instead."""
    w31: int = weight(6)
    """Pull the cell instead."""
    w32: int = weight(7)
    """Pull the cell instead."""
    w33: int = weight(8)
    """Pull the cell instead."""

    dilation: int = control(
        1, title="Dilation d", low=1, high=3, more=True, unit="cells",
        only={"part": ("window", "photograph", "shapes")},
    )  # fmt: skip
    """Distance of the cells that neighbouring weights read."""

    mode: Literal["zeros", "reflect", "replicate", "circular"] = control(
        "zeros", title="Pad with", labels=MODES, more=True,
        only={"part": ("window", "photograph")},
    )  # fmt: skip
    """What stands in the added cells."""

    crop_x: int = control(
        18, title="Cut out at x", low=0, high=COARSE - CROP, more=True,
        only={"part": ("window", "photograph")},
    )  # fmt: skip
    """Where the ten cells of part 1 are cut from; drag the ring in part 2 instead."""

    crop_y: int = control(
        18, title="Cut out at y", low=0, high=COARSE - CROP, more=True,
        only={"part": ("window", "photograph")},
    )  # fmt: skip
    """Where the ten cells of part 1 are cut from; drag the ring in part 2 instead."""

    shown: Literal["map", "picture"] = control(
        "map", title="Result as", more=True, only={"part": ("photograph",)},
        labels={"map": "one map, of the grey picture", "picture": "a picture, colour by colour"},
    )  # fmt: skip
    """A map has a sign. A picture is filtered in each of its colours by itself (depth-wise)."""

    mix: PointList = control(
        ((0.0, 1.0), (1.0, -0.5), (2.0, -0.5)), title="Your channel’s share of red, green, blue",
        x=(0, 2), y=(-1, 1), least=3, most=3, more=True, only={"part": ("channels",)},
    )  # fmt: skip
    """What the kernel is multiplied by for each input channel; pull the bars."""

    depthwise: bool = control(
        False, title="Depth-wise: one input each", more=True, only={"part": ("channels",)}
    )
    """As many groups as channels: nothing is added up across them."""

    size: int = control(
        10,
        title="Input size n",
        low=1,
        high=16,
        more=True,
        unit="cells",
        only={"part": ("shapes",)},
    )
    """Cells along each side of the input; pull its corner."""

    kernel: int = control(
        3, title="Kernel size k", low=1, high=7, more=True, unit="cells", only={"part": ("shapes",)}
    )
    """Weights along each side of the window; pull its corner."""

    inputs: int = control(4, title="Channels in", low=1, high=16, more=True,
                          only={"part": ("shapes",)})  # fmt: skip
    """Maps that come in; pull the lowest dot."""

    outputs: int = control(8, title="Channels out", low=1, high=16, more=True,
                           only={"part": ("shapes",)})  # fmt: skip
    """Maps that go out; pull the lowest dot."""

    groups: int = control(1, title="Groups", low=1, high=16, more=True,
                          only={"part": ("shapes",)})  # fmt: skip
    """Channels are split among so many convolutions that do not know of each other. As many as
    channels in: depth-wise."""

    centred: bool = control(True, title="Take the mean away", more=True, only={"part": ("learn",)})
    """Of the input, before anything is learned."""

    lr: float = control(
        2.0, title="Learning rate η", low=1e-3, high=100, log=True, more=True,
        only={"part": ("learn",)},
    )  # fmt: skip
    """Length of a step, as a multiple of the gradient; drag the mark in the view “Rate”."""

    momentum: float = control(
        0.0, title="Momentum β", low=0, high=0.99, step=0.01, more=True, only={"part": ("learn",)}
    )
    """How much of the last step is taken again."""

    blur: float = control(
        0.0, title="Noise in the outputs", low=0, high=1, step=0.05, more=True,
        only={"part": ("learn",)},
    )  # fmt: skip
    """Standard deviation of what is added to each output that is learned from."""

    garment: Literal[
        "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
        "ankle boot",
    ] = control("sneaker", title="Garment", more=True, only={"part": ("shift",)})  # fmt: skip
    """One that the dense layer has not seen."""

    examples: int = control(
        300, title="Examples for the dense layer", low=10, high=2000, step=10, more=True,
        only={"part": ("shift",)},
    )  # fmt: skip
    """Centred garments, and what the convolution makes of each."""

    dx: int = control(
        5, title="Shift right", low=-REACH, high=REACH, unit="cells", more=True,
        only={"part": ("shift",), "change": ("shift",)},
    )  # fmt: skip
    """Drag the picture instead. Shifts are whole cells."""

    dy: int = control(
        2, title="Shift down", low=-REACH, high=REACH, unit="cells", more=True,
        only={"part": ("shift",), "change": ("shift",)},
    )  # fmt: skip
    """Drag the picture instead. Shifts are whole cells."""

    angle: float = control(
        90.0, title="Turn by", low=-180, high=180, step=5, unit="°", more=True,
        only={"part": ("shift",), "change": ("turn",)},
    )  # fmt: skip
    """Against the clock."""

    factor: float = control(
        1.5, title="Zoom by", low=0.5, high=1.6, step=0.05, more=True,
        only={"part": ("shift",), "change": ("zoom",)},
    )  # fmt: skip
    """Larger than 1: the garment grows."""

    @model_validator(mode="after")
    def _kernel_can_be_read(self) -> Config:
        if self.typed.strip():
            rows_of(self.typed)
        return self
