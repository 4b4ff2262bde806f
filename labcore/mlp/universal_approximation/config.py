"""The controls of the lab on universal approximation."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import PointList, control

ACTIVATIONS = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "Sigmoid", "linear": "None (linear)"}


class Config(labcore.Config):
    """A curve to imitate, and a network to do it."""

    activation: Literal["relu", "tanh", "sigmoid", "linear"] = control(
        "relu", title="Activation", labels=ACTIVATIONS, views=("Pieces", "Collapse")
    )
    """Of every hidden unit."""

    width: int = control(10, title="Hidden units", low=1, high=48, views=("Pieces",))
    """All in one layer. Each contributes one bent line."""

    method: Literal["solved", "trained"] = control(
        "solved",
        title="How weights are found",
        labels={"solved": "Kinks fixed, rest solved", "trained": "All by gradient descent"},
        views=("Pieces",),
    )
    """Solved: kinks evenly spaced, heights by least squares. Trained: Adam moves all of them."""

    lr: float = control(
        0.01, title="Learning rate η", low=0.001, high=0.2, log=True,
        only={"method": ("trained",)}, views=("Pieces",),
    )  # fmt: skip
    """Of Adam, for all weights."""

    points: PointList = control(
        ((0.0, -0.2), (0.15, 0.6), (0.35, -0.5), (0.5, 0.1), (0.68, 0.8), (0.85, 0.0), (1.0, 0.3)),
        title="Your curve", x=(0, 1), y=(-1, 1), least=2, most=14, more=True, views=("Pieces",),
    )  # fmt: skip
    """A smooth curve through the points you set."""

    depth: int = control(5, title="Layers of the deep network", low=1, high=8, views=("Depth",))
    """Each has two units and folds the line once more."""

    layers: int = control(4, title="Layers", low=1, high=6, views=("Collapse",))
    """Each is a 2 × 2 matrix, and the activation."""
