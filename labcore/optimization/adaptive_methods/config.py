"""The controls, and the names of what races."""

from __future__ import annotations

from typing import Literal

import numpy as np

import labcore
from labcore import PointList, control

Method = Literal["sgd", "adagrad", "rmsprop", "adadelta", "adam", "yogi"]
METHODS = ("sgd", "adagrad", "rmsprop", "adadelta", "adam", "yogi")
NAMES = {"sgd": "SGD", "adagrad": "Adagrad", "rmsprop": "RMSProp", "adadelta": "Adadelta",
         "adam": "Adam", "yogi": "Yogi"}  # fmt: skip
LOOK = {
    "sgd": ("data", "solid"),
    "adagrad": ("goal", "solid"),
    "rmsprop": ("own", "solid"),
    "adadelta": ("data", "dot"),
    "adam": ("sky", "solid"),
    "yogi": ("model", "dash"),
}
"""Colour and dash of each method."""
RIVALS = ("adagrad", "adam", "yogi")
"""Who walks where a large gradient is rare."""
RATES = 10 ** np.arange(-3, 1.51, 0.25)
"""The learning rates tried for every method on the words, (R,)."""
STEPS = {"words": 300, "moving": 240, "rare": 1000, "start": 12}
EVERY = {"words": 5, "moving": 4, "rare": 20, "start": 1}
BARS = ("the", "you", "sir", "love", "thane", "weird")
"""Words whose squares are drawn as bars, the common ones first."""
FORGOTTEN = 10**9
"""With t this large, 1 − βᵗ is 1: Adam without its bias correction."""


class Config(labcore.Config):
    """The controls."""

    problem: Literal["words", "moving", "rare", "start"] = control(
        "words",
        title="Problem",
        labels={"words": "Rare words", "moving": "A moving target",
                "rare": "A rare large gradient", "start": "The first steps"},
        brings={"words": {"lr": 0.18}, "moving": {"lr": 0.3, "beta2": 0.9},
                "rare": {"lr": 2.0, "beta2": 0.7, "watch": "adam"}, "start": {"beta2": 0.99}},
    )  # fmt: skip
    """Each shows another strength or weakness."""

    watch: Method = control(
        "adagrad", title="Look into", labels=NAMES, only={"problem": ("words", "rare")}
    )
    """Whose learning rate the ring moves, and whose state is shown."""

    lr: float = control(
        0.18, title="Learning rate η", low=0.001, high=31.6, log=True,
        only={"problem": ("words", "moving", "rare")},
    )  # fmt: skip
    """Words: of the method looked into; the others have the best that was found for each. Moving
    target: of all but Adadelta, which has 1. Rare gradient: η falls as η / √t."""

    beta2: float = control(
        0.9, title="Memory β₂ of squares", low=0.0, high=0.995, step=0.005,
        only={"problem": ("moving", "rare", "start")},
    )  # fmt: skip
    """How much of the mean of squared gradients is kept; ρ of RMSProp and Adadelta."""

    beta1: float = control(
        0.9, title="Memory β₁ of gradients", low=0.0, high=0.95, step=0.05,
        only={"problem": ("moving", "start")},
    )  # fmt: skip
    """How much of the mean of gradients is kept, in Adam and Yogi."""

    noise: float = control(
        0.5,
        title="Noise of the gradient",
        low=0,
        high=3,
        step=0.1,
        only={"problem": ("moving",)},
        more=True,
    )
    """Standard deviation of what is added to each gradient."""

    big: float = control(
        14.0, title="The large gradient C", low=2.0, high=60.0, step=0.5,
        only={"problem": ("rare",)},
    )  # fmt: skip
    """Once in a while the gradient is C; at all other steps it is −1."""

    period: int = control(
        10, title="Steps from one C to the next", low=3, high=30, only={"problem": ("rare",)}
    )
    """The sum over a round is C − (steps − 1): where that is positive, −1 is the best place."""

    target: PointList = control(
        ((0, 1), (80, 1), (90, 3), (150, 3), (160, -2), (200, -2), (240, 0.5)),
        title="Path of the target", x=(0, 240), y=(-4, 4), least=2, most=12, more=True,
    )  # fmt: skip
    """Where the minimum is at which step. Drag the points."""

    gradients: PointList = control(
        tuple((float(t), 1.0) for t in range(1, 13)),
        title="Gradients by hand", x=(1, 12), y=(-3, 3), least=12, most=12, more=True,
    )  # fmt: skip
    """The gradient of each of the first twelve steps. Pull the bars."""
