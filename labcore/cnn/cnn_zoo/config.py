"""The controls of the zoo."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import control
from labcore.cnn.cnn_zoo.layers import Net
from labcore.cnn.cnn_zoo.nets import NAMES, full
from labcore.cnn.cnn_zoo.small import RACERS

FULL = ("Walk", "Field", "Compare")
"""The views that are about networks at full size."""
LEAST, MOST = 96, 320
"""Sides of an image; a smaller one is used up before AlexNet's last pooling."""


class Config(labcore.Config):
    """What is walked through, and what is raced."""

    part: Literal["walk", "race"] = control(
        "walk", title="Time line",
        labels={"walk": "Walks through the layers", "race": "Races small networks"},
    )  # fmt: skip
    """A walk is there at once. A race trains for some ten to twenty seconds; look at it in the
    view Race."""

    net: Literal[
        "alexnet", "vgg11", "nin", "googlenet", "resnet18", "resnet50", "resnet101", "resnext50",
        "densenet",
    ] = control("alexnet", title="Network", labels=NAMES, views=FULL)  # fmt: skip
    """Each at full size, as published."""

    by: Literal["torchvision", "book"] = control(
        "torchvision", title="Defined by", views=FULL,
        labels={"torchvision": "torchvision", "book": "Dive into Deep Learning"},
    )  # fmt: skip
    """They differ for AlexNet (channels), GoogLeNet and ResNet-18 (biases, batch norm, and 5×5
    against 3×3) and DenseNet (4 × 4 layers against 121). NiN is the book's; ResNet-50, -101 and
    ResNeXt-50 are torchvision's."""

    side: int = control(224, title="Input size", low=LEAST, high=MOST, unit="pixels", views=FULL)
    """Side of the square image. Convolutions cost more on a larger one and have no more weights;
    a dense layer behind them has."""

    classes: int = control(1000, title="Classes", low=2, high=1000, views=FULL)
    """How many the last layer tells apart: 1,000 in ImageNet, 10 in Fashion-MNIST."""

    narrow: bool = control(
        True, title="Inception with its 1×1", only={"net": ("googlenet",)}, views=FULL
    )
    """Convolutions of 1 × 1 reduce the channels before the large kernels and after the pooling.
    Without them each block hands on all that was pooled."""

    growth: int = control(
        32, title="DenseNet’s growth rate", low=4, high=64, step=4, only={"net": ("densenet",)},
        views=FULL,
    )  # fmt: skip
    """How many channels each layer adds to those there are."""

    groups: Literal["1", "2", "4", "8", "16", "32", "64", "128"] = control(
        "32", title="ResNeXt’s groups", only={"net": ("resnext50",)}, views=FULL, more=True
    )
    """Into how many independent parts each 3 × 3 convolution of 128 channels or more is split."""

    colour: bool = control(True, title="Colour image", more=True, views=FULL)
    """Three channels come in; otherwise one, as with Fashion-MNIST."""

    picked: int = control(0, title="Layer picked", low=0, high=200, more=True, views=FULL)
    """A layer to compare with the one on the time line; click on the network."""

    racers: tuple[
        Literal["alexnet", "vgg", "nin", "googlenet", "resnet", "resnext", "densenet"], ...
    ] = control(tuple(RACERS), title="Racers", labels=RACERS, views=("Race",))
    """Small networks that keep each family's idea."""

    budget: int = control(
        16, title="Budget of each", low=2, high=32, step=2, unit="billion multiply–adds",
        views=("Race",),
    )  # fmt: skip
    """A training step is counted as three passes forward: one forward, two for the gradients.
    Judging is free."""

    width: int = control(8, title="Width", low=6, high=12, step=2, views=("Race",))
    """All channels are multiples of this: twice as wide is about four times as costly."""

    lr: float = control(
        0.004, title="Learning rate η", low=1e-4, high=0.1, log=True, views=("Race",)
    )
    """Of Adam, the same for all; it falls along a half cosine to 0."""

    pixels: Literal["14", "28"] = control(
        "14", title="Image", labels={"14": "14 × 14", "28": "28 × 28"}, views=("Race",)
    )
    """28 is Fashion-MNIST as it is; a pixel of 14 is the mean of four, and costs a quarter."""


def chosen(config: Config, name: str = "") -> Net:
    """The network walked through, or one of the others under the same controls."""
    return full(name or config.net, config.by, config.classes, narrow=config.narrow,
                groups=int(config.groups), growth=config.growth)  # fmt: skip


def channels(config: Config) -> int:
    """Of the image."""
    return 3 if config.colour else 1
