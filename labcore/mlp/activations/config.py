"""The controls of the lab on activation functions."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import control
from labcore.mlp.activations.functions import NAMES

Name = Literal[
    "relu", "leaky", "prelu", "elu", "gelu", "silu", "softplus", "tanh", "sigmoid"
]  # fmt: skip


class Config(labcore.Config):
    """Two functions, and what each of the views needs."""

    function: Name = control("sigmoid", title="Function φ", labels=NAMES)
    """The one that is followed."""

    beside: Name = control("relu", title="Beside it", labels=NAMES, views=("Curve", "Depth"))
    """Drawn dashed, for comparison."""

    weight: float = control(
        2.0, title="Weight w of every layer", low=-3, high=3, step=0.05, views=("Curve",)
    )
    """In the chain each layer makes φ(w a) of a."""

    x: float = control(2.0, title="Number that enters", low=-4, high=4, step=0.01, more=True,
                       views=("Curve",))  # fmt: skip
    """Drag the point on the curve instead."""

    gain: float = control(
        1.0, title="Gain of the weights", low=0.2, high=6, step=0.05, views=("Depth",)
    )
    """Weights are normal with deviation gain/√width. 1 is Xavier’s choice, √2 is He’s."""

    lr: float = control(
        0.05, title="Learning rate η", low=0.002, high=1, log=True, views=("Units",)
    )
    """Five networks are trained: with this, a quarter, half, twice and four times of it."""

    bias: float = control(0.0, title="First bias", low=-4, high=4, step=0.1, views=("Units",))
    """Added to the bias of every unit before training."""

    alpha: float = control(
        0.1, title="α on the negative side", low=0.01, high=1, step=0.01,
        only={"function": ("leaky", "prelu", "elu")},
    )  # fmt: skip
    """Slope of a leaky ReLU, first slope of a parametric one, depth of an ELU."""
