"""The controls of the lab on training a multilayer perceptron."""

from __future__ import annotations

from typing import Literal

import numpy as np

import labcore
from labcore import control
from labcore.data import CLOTHES

PIXELS, CLASSES, COUNT = 784, len(CLOTHES), 10_000
FRAMES = 32
ACROSS, DOWN = 6, 6
"""Test images that hang on the wall at once."""
WALL = ACROSS * DOWN
FILTERS = 20
"""Hidden units whose weights are shown as images."""
LOST = 1e4
"""Above this the loss is lost, and the training stops."""


class Config(labcore.Config):
    """The controls."""

    hidden: int = control(256, title="Hidden units", low=2, high=256)
    """How wide the hidden layer is."""

    lr: float = control(0.1, title="Learning rate η", low=0.001, high=10, log=True)
    """How far each step goes. You may change it in mid-run and go on from there."""

    batch: int = control(256, title="Batch size", low=16, high=1024, step=16)
    """Images in one step."""

    epochs: int = control(10, title="Epochs", low=1, high=20)
    """How often all 10,000 images are seen."""

    begin: Literal["small", "he", "zero"] = control(
        "small", title="First weights",
        labels={"small": "Normal, σ = 0.01", "he": "Normal, σ² = 2 / inputs",
                "zero": "All zero"},
    )  # fmt: skip
    """What the weights are drawn from; biases begin at 0."""

    beside: Literal["first", "whole", "own", "none"] = control(
        "first", title="Concise network",
        labels={"first": "Beside it for one epoch", "whole": "Beside it all the way",
                "own": "With PyTorch’s own first weights", "none": "Not trained"},
    )  # fmt: skip
    """nn.Linear, nn.ReLU, cross_entropy and torch.optim.SGD on the same batches."""

    show: Literal["change", "weights"] = control(
        "change", title="First layer",
        labels={"change": "What it has learned, W − W₀", "weights": "Its weights W"},
        views=("Learning",),
    )  # fmt: skip
    """The first weights are noise; without them one sees what was added."""

    page: int = control(0, title="Images on the wall", low=0, high=54, views=("Opinions",))
    """Which 36 of the 2,000 test images hang there."""

    column: int = control(3, title="Image: column", low=0, high=ACROSS - 1, more=True)
    """The image you picked; click on the wall."""

    row: int = control(3, title="Image: row", low=0, high=DOWN - 1, more=True)
    """The image you picked; click on the wall."""


def per_epoch(config: Config) -> int:
    """Whole batches in an epoch: a last one of 16 images would only add noise."""
    return COUNT // config.batch


def observed(config: Config) -> list[int]:
    """The steps after which one looks: often at first, for most is learned there."""
    steps = config.epochs * per_epoch(config)
    places = steps * np.linspace(0, 1, FRAMES) ** 1.5
    return np.unique(places.round().astype(int)).tolist()
