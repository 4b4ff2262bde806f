"""The controls of the lab on dropout."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import PointList, control

UNITS = 10
"""Units whose masks are averaged by hand."""


class Config(labcore.Config):
    """How much is dropped, and where."""

    p: float = control(0.5, title="Dropout p", low=0, high=0.95, step=0.05,
                       views=("Training", "Averages"))  # fmt: skip
    """Each hidden unit is set to 0 with this probability, anew for every example and step."""

    width: int = control(128, title="Hidden units a layer", low=8, high=256, step=8,
                         views=("Training",))  # fmt: skip
    """Of the two hidden layers of either network."""

    images: int = control(300, title="Training images", low=100, high=1000, step=100,
                          views=("Training",))  # fmt: skip
    """Few of them, so that a network can learn them by heart."""

    noise: int = control(20, title="Wrong labels", low=0, high=60, step=5, unit="%",
                         views=("Training",))  # fmt: skip
    """Share of the training labels replaced by a random one. The test labels stay right."""

    lr: float = control(0.15, title="Learning rate η", low=0.01, high=0.5, log=True,
                        views=("Training",))  # fmt: skip
    """Of plain SGD, for both networks."""

    scaled: Literal["scaled", "plain"] = control(
        "scaled", title="What is kept", labels={"scaled": "is divided by 1 − p",
                                                "plain": "stays as it is"},
        views=("Averages",),
    )  # fmt: skip
    """Divided, the average over masks is the value without any; that is how it is used."""

    values: PointList = control(
        ((0.0, 1.2), (1.0, 0.3), (2.0, 2.1), (3.0, 0.8), (4.0, 1.6), (5.0, 0.1), (6.0, 2.6),
         (7.0, 1.0), (8.0, 0.5), (9.0, 1.9)),
        title="Values of the units", x=(0, UNITS - 1), y=(0, 3), least=UNITS, most=UNITS,
        more=True, views=("Averages",),
    )  # fmt: skip
    """What ten hidden units say before any is dropped. Pull the tops."""

    rate: float = control(0.1, title="Dropout p of the regression", low=0, high=0.8, step=0.05,
                          views=("Doubt",))  # fmt: skip
    """In training, and left on when the network is asked."""

    points: PointList = control(
        ((-1.9, -0.5), (-1.7, -0.9), (-1.5, -0.95), (-1.3, -0.8), (-1.1, -0.4), (-0.9, 0.1),
         (-0.7, 0.4), (0.6, -0.4), (0.8, -0.1), (1.0, 0.3), (1.2, 0.8), (1.4, 0.9), (1.6, 0.85)),
        title="Data of the regression", x=(-4, 4), y=(-2, 2), least=2, most=30, more=True,
        views=("Doubt",),
    )  # fmt: skip
    """What the small network is fitted to. Drag a point, or click to add one."""
