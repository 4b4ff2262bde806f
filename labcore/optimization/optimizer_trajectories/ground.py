"""Which surface a config asks for, and how much of it is in the picture."""

from __future__ import annotations

import functools
from typing import Any

from labcore.optimization.optimizer_trajectories.classics import CLASSICS
from labcore.optimization.optimizer_trajectories.config import Config
from labcore.optimization.optimizer_trajectories.surfaces import (
    Surface,
    monkey,
    plateau,
    quadratic,
    ravine,
    saddle,
)
from labcore.optimization.optimizer_trajectories.typed import typed

CURVED = {"quadratic": quadratic, "ravine": ravine}
"""Surfaces that have a condition number."""
FIXED = {"saddle": saddle, "monkey": monkey, "plateau": plateau, **CLASSICS}


def surface(config: Config, condition: Any = None) -> Surface:
    """The surface of a config whose racers move over the plane.

    condition: another κ, or a batch of them that broadcasts against the points.
    """
    if condition is not None and config.surface in CURVED:
        return CURVED[config.surface](condition)
    return named(config.surface, config.condition, config.formula)


@functools.lru_cache(maxsize=64)
def named(name: str, condition: float, formula: str) -> Surface:
    """A surface by its name; made once, for the minima of a formula have to be looked for."""
    if name in CURVED:
        return CURVED[name](condition)
    return typed(formula) if name == "formula" else FIXED[name]()


WEIGHTS_IN_VIEW = 3.2
"""Weights beyond this have left the region where a network learns."""


def half(config: Config) -> float:
    """How far the picture reaches: what is worth seeing, and always the start."""
    if config.surface == "network":
        return WEIGHTS_IN_VIEW
    return max(surface(config).half, 1.06 * max(abs(config.x0), abs(config.y0)))
