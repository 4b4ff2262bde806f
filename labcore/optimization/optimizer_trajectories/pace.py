"""How fast each racer goes: its hyper-parameters, and what the schedule makes of η."""

from __future__ import annotations

from typing import Any

import numpy as np

from labcore.optimization.optimizer_trajectories.config import Config
from labcore.optimization.optimizer_trajectories.names import BALLS, OWN_PACE
from labcore.schedules import SCHEDULES


def pace(config: Config, step: Any) -> Any:
    """The factor of η at the step about to be made: a number, or an array for an array of steps."""
    details: dict[str, Any] = {
        "multi_step": {"milestones": (config.steps / 3, config.steps * 2 / 3)},
        "cyclical": {"up": config.steps / 8, "down": config.steps / 8},
        "drawn": {"points": config.drawn},
    }.get(config.schedule, {})
    if config.schedule == "constant" and not config.warmup:
        return np.ones(np.shape(step)) if np.ndim(step) else 1.0
    return SCHEDULES[config.schedule](step, config.steps, warmup=config.warmup, **details)


def rate_control(name: str) -> str:
    """The control that holds a racer's η."""
    return "lr" if name in BALLS else "lr_own" if name in OWN_PACE else "lr_adaptive"


def settings(config: Config, factor: float = 1.0) -> dict[str, dict[str, Any]]:
    """The hyper-parameters of every rule, as `labcore.optimizers` names them.

    factor: what the schedule multiplies each η by.
    """
    ball = {"lr": config.lr * factor}
    adaptive = {"lr": config.lr_adaptive * factor}
    own = {"lr": config.lr_own * factor}
    heavy = {**ball, "beta": config.momentum}
    means = {**adaptive, "beta1": 0.9, "beta2": config.beta2}
    return {
        "sgd": ball,
        "momentum": heavy,
        "polyak": heavy,
        "nesterov": heavy,
        "adagrad": adaptive,
        "rmsprop": {**adaptive, "rho": config.beta2},
        "adadelta": {**own, "rho": config.beta2},
        "adam": means,
        "adamw": {**means, "weight_decay": config.decay},
        "yogi": means,
        "lion": {**means, "weight_decay": config.decay},
        "lbfgs": own,
        "newton": {**own, "damping": config.damping},
    }
