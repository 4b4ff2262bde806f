"""The controls of the lab on backpropagation."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import PointList, control

EDGES = tuple(f"w1.{i}{k}" for i in "123" for k in "12") + tuple(
    f"w2.{j}{i}" for j in "12" for i in "123"
)
SMALL = str.maketrans("123", "₁₂₃")


def edge_name(edge: str) -> str:
    """A weight as it is written: layer above, to and from below."""
    return f"w{'¹' if edge[1] == '1' else '²'}{edge[3:].translate(SMALL)}"


class Config(labcore.Config):
    """A small network, one example, and one weight to pull."""

    activation: Literal["relu", "tanh", "sigmoid", "gelu"] = control(
        "tanh",
        title="Activation φ",
        labels={"relu": "ReLU", "tanh": "tanh", "sigmoid": "Sigmoid", "gelu": "GELU"},
        views=("Network", "Memory"),
    )
    """What makes h of z."""

    loss: Literal["squared", "cross_entropy"] = control(
        "squared",
        title="Loss",
        labels={"squared": "Squared, half", "cross_entropy": "Cross-entropy"},
        views=("Network", "Memory"),
    )
    """Cross-entropy is taken after a softmax of two outputs, or a sigmoid of one."""

    hidden: int = control(3, title="Hidden units", low=2, high=3, views=("Network", "Memory"))
    """Units in the layer between."""

    outputs: int = control(2, title="Outputs", low=1, high=2, views=("Network", "Memory"))
    """Numbers the network gives."""

    penalty: float = control(
        0.1, title="Weight decay λ", low=0, high=1, step=0.01, views=("Network", "Memory")
    )
    """The penalty is s = λ/2 times the sum of all squared weights."""

    chosen: Literal[
        "w1.11", "w1.12", "w1.21", "w1.22", "w1.31", "w1.32",
        "w2.11", "w2.12", "w2.13", "w2.21", "w2.22", "w2.23",
    ] = control(
        "w1.11", title="Chosen weight", labels={e: edge_name(e) for e in EDGES},
        views=("Network",),
    )  # fmt: skip
    """Its objective is drawn, and there it can be pulled. Numbers: to which unit, from which."""

    lr: float = control(
        0.3, title="Learning rate η", low=0.01, high=10, log=True, views=("Network",)
    )
    """Length of the step that ends the time line."""

    shift: float = control(0.0, title="Change of the chosen weight", low=-3, high=3, step=0.01,
                           more=True, views=("Network",))  # fmt: skip
    """Added to the chosen weight. Drag the mark on its curve instead."""

    given: PointList = control(
        ((0.0, 1.0), (1.0, -0.6), (2.0, 1.0), (3.0, 0.0)),
        title="Inputs x₁, x₂ and targets y₁, y₂", x=(0, 3), y=(-2, 2), least=4, most=4, more=True,
        views=("Network", "Memory"),
    )  # fmt: skip
    """The example. Under cross-entropy y₁ is the probability of class 1, and y₂ the rest."""

    layers: int = control(25, title="Layers of the chain", low=4, high=36, views=("Checkpoints",))
    """How many layers lie one behind the other."""

    segment: int = control(
        1, title="Layers from checkpoint to checkpoint", low=1, high=36, views=("Checkpoints",)
    )
    """Of each segment only its first input is kept; the rest is computed again. 1 keeps all."""
