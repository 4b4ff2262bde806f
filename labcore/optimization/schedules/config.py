"""The controls of the lab on schedules, and what each schedule makes of the learning rate."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

import labcore
from labcore import PointList, control
from labcore.schedules import SCHEDULES

NAMES = {"constant": "Constant", "factor": "Exponential", "multi_step": "Multi-step",
         "cosine": "Cosine", "cyclical": "Cyclical", "drawn": "Yours"}  # fmt: skip


class Config(labcore.Config):
    """The controls."""

    optimizer: Literal["sgd", "momentum", "adam"] = control(
        "momentum",
        title="Optimizer",
        labels={"sgd": "SGD", "momentum": "Momentum, β = 0.9", "adam": "Adam"},
        brings={"sgd": {"lr": 0.5}, "momentum": {"lr": 0.1}, "adam": {"lr": 0.01}},
    )
    """The same for all six networks."""

    lr: float = control(0.1, title="Learning rate η", low=1e-4, high=3.0, log=True)
    """What a factor of 1 means."""

    warmup: int = control(0, title="Warm-up", low=0, high=50, unit="% of the run")
    """η first rises on a straight line to where the schedule begins; for all but yours."""

    steps: int = control(1200, title="Steps", low=100, high=3000, step=100)
    """157 batches of 64 are one epoch of the 10,000 images."""

    noise: int = control(0, title="Wrong labels", low=0, high=60, step=5, unit="%")
    """Share of the training labels replaced by a random one. The test labels stay right."""

    drawn: PointList = control(
        ((0.0, 0.1), (0.15, 1.0), (0.6, 1.0), (1.0, 0.0)), title="Your schedule", x=(0, 1),
        y=(0, 2), least=1, most=10, more=True,
    )  # fmt: skip
    """Straight lines through the points you set: share of the run, factor of η."""

    ending: float = control(
        0.03, title="Exponential: factor at the end", low=0.001, high=1.0, log=True, more=True
    )
    """What is left of η after the last step."""

    drop: float = control(0.1, title="Multi-step: factor of a fall", low=0.01, high=1, more=True)
    """By this η is multiplied after half and after three quarters of the run."""

    cycles: int = control(3, title="Cyclical: cycles", low=1, high=10, more=True)
    """How often η rises and falls again."""

    floor: float = control(0.05, title="Lowest factor", low=0, high=0.5, step=0.01, more=True)
    """Where a cosine ends, and what a cycle falls back to."""

    batch: int = control(64, title="Batch size", low=8, high=256, step=8, more=True)
    """Images in a minibatch."""


def factors(config: Config) -> np.ndarray:
    """The factor of η of each schedule at each step: (6, steps)."""
    steps, t = config.steps, np.arange(config.steps)
    warmup = round(config.warmup / 100 * steps)
    left = max(steps - warmup, 1)
    details: dict[str, dict[str, Any]] = {
        "factor": {"decay": config.ending ** (1 / left), "floor": 0.0},
        "multi_step": {"milestones": (left / 2, left * 3 / 4), "decay": config.drop},
        "cosine": {"floor": config.floor},
        "cyclical": {"up": left / config.cycles / 2, "down": left / config.cycles / 2,
                     "floor": config.floor},
        "drawn": {"points": config.drawn, "warmup": 0},
    }  # fmt: skip
    return np.array([
        SCHEDULES[name](t, steps, **({"warmup": warmup} | details.get(name, {}))) for name in NAMES
    ])  # fmt: skip
