"""The controls of the lab on using a test set again and again."""

from __future__ import annotations

from typing import Literal

import numpy as np

import labcore
from labcore import control

WINNER, ATTACK, BOUNDS = "Winner", "Attack", "Bounds"
MOST = 1000
KS = np.unique(np.geomspace(1, MOST, 64).round().astype(int))
"""How many models have been tried, at each place of the time line."""
LAST = len(KS) - 1
NETS = {"line": ("a line in the plane", 3), "softmax": ("softmax, 784 → 10", 7_850),
        "lenet": ("LeNet", 61_706), "mlp": ("784 – 256 – 10", 203_530),
        "resnet": ("ResNet-18", 11_689_512), "gpt2": ("GPT-2", 124_439_808)}  # fmt: skip
"""Names and numbers of parameters."""


class Config(labcore.Config):
    """A test set, models tried on it, and what may be promised."""

    size: int = control(500, title="Test examples n", low=50, high=10_000, log=True,
                        views=(WINNER, BOUNDS))  # fmt: skip
    """How many examples the test set has. The fresh one has as many."""

    accuracy: float = control(
        0.8, title="True accuracy p", low=0.5, high=0.95, step=0.01, views=(WINNER, BOUNDS)
    )
    """What a model gets right of all examples there are; of all models alike, if none differ."""

    spread: float = control(
        0.0, title="Models differ by σ", low=0, high=0.03, step=0.0025, views=(WINNER,)
    )
    """Standard deviation of the true accuracies. With 0 no model is better than another."""

    pool: int = control(400, title="Test labels", low=100, high=2000, step=100, views=(ATTACK,))
    """Coin flips to be guessed: no classifier can know them, and 50 % is all there is."""

    rung: float = control(
        0.03, title="Rung of the Ladder", low=0.005, high=0.1, step=0.005, views=(ATTACK,)
    )
    """The Ladder tells a score only if it beats the best by this much, and rounds it to rungs."""

    delta: float = control(
        0.05, title="May fail with probability δ", low=0.001, high=0.5, log=True, views=(BOUNDS,)
    )
    """A promise holds for all but this share of test sets."""

    net: Literal["line", "softmax", "lenet", "mlp", "resnet", "gpt2"] = control(
        "softmax", title="VC bound for", labels={name: told for name, (told, _) in NETS.items()},
        views=(BOUNDS,),
    )  # fmt: skip
    """Its number of parameters stands for the VC dimension, which is no smaller for such nets."""

    margin: float = control(
        0.03, title="Margin ε", low=0.002, high=0.5, log=True, more=True, views=(BOUNDS,)
    )
    """How far a test score may be from the truth."""
