"""The controls of the lab on initialization."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import control

SCHEMES = {
    "zero": "Zero", "constant": "Constant σ", "normal": "Normal, deviation σ",
    "uniform": "Uniform, deviation σ", "xavier": "Xavier", "he": "He", "orthogonal": "Orthogonal",
}  # fmt: skip
ACTIVATIONS = {"linear": "None (linear)", "relu": "ReLU", "tanh": "tanh", "sigmoid": "Sigmoid"}


class Config(labcore.Config):
    """First weights of a deep network, of a small one, and random matrices."""

    scheme: Literal[
        "zero", "constant", "normal", "uniform", "xavier", "he", "orthogonal"
    ] = control("normal", title="First weights", labels=SCHEMES, views=("Layers",))  # fmt: skip
    """Xavier: variance 1/n for n in, n out. He: 2/n. Orthogonal: a random rotation."""

    activation: Literal["linear", "relu", "tanh", "sigmoid"] = control(
        "relu", title="Activation", labels=ACTIVATIONS, views=("Layers",)
    )
    """After every layer."""

    sigma: float = control(
        0.14, title="σ", low=0.01, high=0.6, step=0.001, views=("Layers",),
        only={"scheme": ("constant", "normal", "uniform")},
    )  # fmt: skip
    """Deviation of the weights; of constant weights the value. Drag the mark instead."""

    width: int = control(64, title="Units of a layer, n", low=8, high=96, step=8, views=("Layers",))
    """Each unit has as many weights: its fan-in."""

    noise: float = control(
        0.0, title="Random part of the first weights", low=0, high=1, step=0.001,
        views=("Symmetry",),
    )  # fmt: skip
    """Deviation of what is added to weights that are otherwise all equal."""

    drop: float = control(0.0, title="Dropout p", low=0, high=0.8, step=0.05, views=("Symmetry",))
    """Each hidden unit is left out with this probability, anew at each step."""

    equal: float = control(
        0.5, title="What is equal in all units", low=-2, high=2, step=0.05, views=("Symmetry",)
    )
    """Every weight starts with this value; the biases with 0."""

    lr: float = control(0.5, title="Learning rate η", low=0.05, high=3, log=True,
                        views=("Symmetry",))  # fmt: skip
    """Full-batch gradient descent on the cross-entropy."""

    scale: float = control(
        1.0, title="σ of the matrices", low=0.1, high=2, step=0.01, views=("Product",)
    )
    """Deviation of each number in each matrix. Drag the mark instead."""

    size: int = control(4, title="Size of a matrix", low=2, high=8, views=("Product",))
    """They have as many rows as columns."""
