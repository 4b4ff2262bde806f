"""Three surfaces over the plane, each the simplest that shows its difficulty.

Points are the last axis, (x, y); all axes before it are a batch. Only operators are used, so
that tensors (with autograd) and NumPy arrays both serve. `slope` is the gradient by hand: it is
the tests' oracle for autograd, and quicker where a hand is to be followed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from labcore.optimization.optimizer_trajectories.config import Config

Shade = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Surface:
    """A loss over the plane.

    loss, slope: (..., 2) → (...) and the two coordinates of its gradient.
    goal:        the race is won below this loss.
    shade:       how heights become the levels drawn, and `shading` its name.
    loss_range:  of the loss axis; logarithmic but for the saddle, whose loss is negative too.
    special:     the point worth a mark, and its word.
    """

    loss: Callable[[Any], Any]
    slope: Callable[[Any], tuple[Any, Any]]
    goal: float
    shade: Shade
    shading: str
    loss_range: tuple[float, float]
    special: tuple[float, float, str]
    formula: str


def quadratic(condition: float) -> Surface:
    """A ravine along x: f = ½(x² + κy²), so λmin = 1 and λmax = κ exactly."""
    kappa = condition
    return Surface(
        loss=lambda p: 0.5 * (p[..., 0] ** 2 + kappa * p[..., 1] ** 2),
        slope=lambda p: (p[..., 0], kappa * p[..., 1]),
        goal=1e-3,
        shade=np.sqrt,
        shading="square root of the loss",
        loss_range=(1e-6, 1e4 if condition > 100 else 1e3),
        special=(0.0, 0.0, "minimum"),
        formula="f = ½(x² + κy²)",
    )


def _rosenbrock_slope(p: Any) -> tuple[Any, Any]:
    x, y = p[..., 0], p[..., 1]
    return -2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)


def rosenbrock() -> Surface:
    """A bent valley with a flat floor: f = (1 − x)² + 100(y − x²)², least at (1, 1).

    Rosenbrock (1960), with a = 1 and b = 100.
    """
    return Surface(
        loss=lambda p: (1 - p[..., 0]) ** 2 + 100 * (p[..., 1] - p[..., 0] ** 2) ** 2,
        slope=_rosenbrock_slope,
        goal=0.1,
        shade=np.log1p,
        shading="logarithm of 1 + loss",
        loss_range=(1e-4, 1e4),
        special=(1.0, 1.0, "minimum"),
        formula="f = (1 − x)² + 100(y − x²)²",
    )


def saddle() -> Surface:
    """Up along x, down along y: f = x² − y². At (0, 0) the gradient is zero, yet all is below.

    The loss has no minimum: to win is to get away.
    """
    return Surface(
        loss=lambda p: p[..., 0] ** 2 - p[..., 1] ** 2,
        slope=lambda p: (2 * p[..., 0], -2 * p[..., 1]),
        goal=-4.0,
        shade=lambda z: z,
        shading="loss",
        loss_range=(-10.0, 10.0),
        special=(0.0, 0.0, "saddle point"),
        formula="f = x² − y²",
    )


def surface(config: Config) -> Surface:
    """The surface of a config whose racers move over the plane."""
    if config.surface == "quadratic":
        return quadratic(config.condition)
    return {"rosenbrock": rosenbrock, "saddle": saddle}[config.surface]()
