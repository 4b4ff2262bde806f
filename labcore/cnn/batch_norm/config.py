"""The controls of the lab on batch normalization."""

from __future__ import annotations

from typing import Literal

import numpy as np

import labcore
from labcore import control

LAYERS = ("conv 1", "conv 2", "dense 1", "dense 2")
WIDTHS = (6, 16, 48, 32)
"""Channels or units of each hidden layer."""
FRAMES, IMAGES, MOST = 40, 200, 64
"""Frames after the first, at most; test images one can look at; the largest company."""


class Config(labcore.Config):
    """How three networks are trained, and what is looked at in the one with batch norm."""

    lr: float = control(0.2, title="Learning rate η", low=0.01, high=10, log=True,
                        views=("Distributions", "Train and test", "One unit", "Why"))  # fmt: skip
    """Of plain SGD, the same for all three networks."""

    batch: int = control(64, title="Batch size", low=1, high=256,
                         views=("Distributions", "Train and test", "One unit", "Why"))  # fmt: skip
    """Images of a training step. From them batch norm takes its means and variances."""

    activation: Literal["sigmoid", "tanh", "relu"] = control(
        "sigmoid", title="Activation", labels={"sigmoid": "Sigmoid (LeNet)", "tanh": "tanh",
                                               "relu": "ReLU"},
        views=("Distributions", "Learning rates", "Why"),
    )  # fmt: skip
    """After every hidden layer. LeNet had sigmoids."""

    scale: float = control(
        1.0, title="Size of the first weights", low=0.05, high=10, log=True,
        views=("Distributions", "Learning rates", "Why"),
    )  # fmt: skip
    """A factor: 1 means a deviation of 1/√inputs."""

    beside: Literal["layer", "group"] = control(
        "layer", title="The third network has", labels={"layer": "layer norm",
                                                        "group": "group norm (2 groups)"},
        views=("Distributions", "Why"),
    )  # fmt: skip
    """Both take their means over one image alone, and so do not know of batches."""

    steps: int = control(240, title="Steps", low=20, high=640, step=20,
                         views=("Distributions", "Train and test", "One unit", "Why"))  # fmt: skip
    """Batches seen. 10,000 images are there to be drawn from."""

    sweep: int = control(80, title="Steps of each network", low=0, high=160, step=40,
                         views=("Learning rates",))  # fmt: skip
    """90 networks are trained side by side. 0 leaves them out."""

    layer: Literal["conv 1", "conv 2", "dense 1", "dense 2"] = control(
        "dense 1",
        title="Layer looked at",
        views=("Distributions", "Train and test", "One unit", "Why"),
    )
    """The network has four hidden layers; each is normalised before its activation."""

    image: int = control(3, title="Test image", low=0, high=IMAGES - 1, views=("Train and test",))
    """Whose prediction is looked at."""

    crowd: int = control(8, title="Batch it stands in", low=1, high=MOST, views=("Train and test",))
    """How many images stand in a batch with it, itself included, in train mode."""

    company: Literal["mixed", "alike"] = control(
        "mixed", title="Its companions", labels={"mixed": "anything", "alike": "of its own kind"},
        views=("Train and test",), more=True,
    )  # fmt: skip
    """Of its own kind: the batch then has nothing to tell the kind by."""

    unit: int = control(0, title="Unit", low=0, high=max(WIDTHS) - 1, views=("One unit",))
    """Of the layer looked at; a number beyond its last unit means the last."""

    gamma: float = control(1.5, title="γ by hand", low=-3, high=3, step=0.01, views=("One unit",))
    """By what the normalised value is multiplied. Drag the purple mark instead."""

    beta: float = control(-1.0, title="β by hand", low=-3, high=3, step=0.01, views=("One unit",))
    """What is added then. Drag the purple mark instead."""


def steps_of(config: Config) -> np.ndarray:
    """The step that each frame shows: (F + 1,)."""
    count = min(FRAMES, max(5, config.steps // 8))
    return np.linspace(0, config.steps, count + 1).round().astype(int)


def unit_of(config: Config) -> tuple[int, int]:
    """Which layer and which of its units is looked at."""
    layer = LAYERS.index(config.layer)
    return layer, min(config.unit, WIDTHS[layer] - 1)
