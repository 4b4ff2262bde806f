"""The controls of the lab on generalization."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import control

DEGREES, FOLDED, EPOCHS, HELD = 16, 12, 10_000, 100
"""Highest degree, that of cross-validation, epochs of descent, fresh points to judge by."""


class Config(labcore.Config):
    """The controls."""

    part: Literal["degree", "folds", "size", "stop", "double"] = control(
        "degree", title="Look at",
        labels={"degree": "The degree grows", "folds": "k-fold cross-validation",
                "size": "More and more data", "stop": "Early stopping",
                "double": "Beyond the number of points"},
        brings={"degree": {}, "folds": {}, "size": {}, "stop": {"noise": 0.4},
                "double": {"noise": 0.1}},
    )  # fmt: skip
    """What the time line goes through."""

    data: Literal["wave", "cubic", "crash"] = control(
        "wave", title="Data",
        labels={"wave": "A wave, made", "cubic": "A cubic, made", "crash": "Motorcycle (real)"},
    )  # fmt: skip
    """What the points come from; the crash is 133 measurements of a dummy's head."""

    n: int = control(
        20, title="Training points", low=8, high=60,
        only={"part": ("degree", "folds", "stop", "double")},
    )  # fmt: skip
    """What the fit may see; yours comes on top."""

    noise: float = control(
        0.25, title="Noise σ", low=0.0, high=1.0, step=0.05, only={"data": ("wave", "cubic")}
    )
    """Standard deviation of the noise on made data, in training and in judging."""

    degree: int = control(6, title="Degree", low=0, high=16, only={"part": ("size",)})
    """Degree of the polynomial that sees more and more data."""

    folds: int = control(5, title="Folds k", low=2, high=10, only={"part": ("folds",)})
    """The training points are dealt into k parts; each is held out once."""

    patience: int = control(
        200, title="Patience", low=10, high=5000, log=True, unit="epochs",
        only={"part": ("stop",)},
    )  # fmt: skip
    """Training stops when validation has not improved for so long; it is looked at every 20."""

    shuffled: bool = control(
        False, title="Deal the targets out at random", more=True,
        only={"part": ("degree", "folds", "stop", "double")},
    )  # fmt: skip
    """Each training point gets the target of another: there is nothing left to learn."""

    x1: float = control(0.8, title="Your point, x", low=-1, high=1, step=0.01, more=True)
    """A training point you can drag, on made data."""

    y1: float = control(-0.4, title="Your point, y", low=-2.4, high=2.4, step=0.01, more=True)
    """A training point you can drag, on made data."""
