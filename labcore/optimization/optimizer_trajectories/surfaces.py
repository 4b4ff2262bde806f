"""Losses over the plane, each the simplest that shows its difficulty; the classics are beside it.

Points are the last axis, (x, y); all axes before it are a batch. Tensors (with autograd) and
NumPy arrays both serve. `slope` is the gradient by hand: it is the tests' oracle for autograd,
and quicker where a hand is to be followed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Shade = Callable[[np.ndarray], np.ndarray]
Place = tuple[float, float, str]
"""x, y and a word."""


@dataclass(frozen=True)
class Surface:
    """A loss over the plane.

    loss, slope: (..., 2) → (...) and the two coordinates of its gradient.
    formula:     as it stands in a sentence.
    goal:        the race is won below this loss.
    shade:       how heights become the levels drawn, and `shading` its name.
    loss_range:  of the loss axis: above `lowest`, and logarithmic, where there is one.
    lowest:      the least loss there is; None where the ground has no bottom.
    minima:      where the gradient is zero and the ground rises all round.
    flat:        the point worth a mark where there is no minimum.
    exits:       directions in which the ground falls for ever.
    half:        the picture reaches from −half to half on both axes.
    """

    loss: Callable[[Any], Any]
    slope: Callable[[Any], tuple[Any, Any]]
    formula: str
    goal: float
    shade: Shade
    shading: str
    loss_range: tuple[float, float]
    lowest: float | None = 0.0
    minima: tuple[Place, ...] = ()
    flat: tuple[Place, ...] = ()
    exits: tuple[Place, ...] = ()
    half: float = 3.2

    def above(self, loss: np.ndarray) -> np.ndarray:
        """A loss as its axis shows it: above the minimum, if there is one."""
        return loss if self.lowest is None else loss - self.lowest


def _plain_height(z: np.ndarray) -> np.ndarray:
    return z


def quadratic(condition: Any) -> Surface:
    """A ravine along x: f = ½(x² + κy²), so λmin = 1 and λmax = κ exactly."""
    kappa = condition
    return Surface(
        loss=lambda p: 0.5 * (p[..., 0] ** 2 + kappa * p[..., 1] ** 2),
        slope=lambda p: (p[..., 0], kappa * p[..., 1]),
        formula="f = ½(x² + κy²)",
        goal=1e-3,
        shade=np.sqrt,
        shading="square root of the loss",
        loss_range=(1e-6, 1e3),
        minima=((0.0, 0.0, "minimum"),),
    )


def ravine(condition: Any) -> Surface:
    """The same, turned by 45°, so that no axis lies along it: f = ¼((x + y)² + κ(x − y)²)."""
    kappa = condition

    def slope(p: Any) -> tuple[Any, Any]:
        along, across = p[..., 0] + p[..., 1], kappa * (p[..., 0] - p[..., 1])
        return 0.5 * (along + across), 0.5 * (along - across)

    return Surface(
        loss=lambda p: 0.25 * ((p[..., 0] + p[..., 1]) ** 2 + kappa * (p[..., 0] - p[..., 1]) ** 2),
        slope=slope,
        formula="f = ¼((x + y)² + κ(x − y)²)",
        goal=1e-3,
        shade=np.sqrt,
        shading="square root of the loss",
        loss_range=(1e-6, 1e3),
        minima=((0.0, 0.0, "minimum"),),
    )


def saddle() -> Surface:
    """Up along x, down along y: f = x² − y². At (0, 0) the gradient is zero, yet all is below.

    The loss has no minimum: to win is to get away.
    """
    return Surface(
        loss=lambda p: p[..., 0] ** 2 - p[..., 1] ** 2,
        slope=lambda p: (2 * p[..., 0], -2 * p[..., 1]),
        formula="f = x² − y²",
        goal=-4.0,
        shade=_plain_height,
        shading="loss",
        loss_range=(-10.0, 10.0),
        lowest=None,
        flat=((0.0, 0.0, "saddle point"),),
        exits=((0.0, 1.0, "up"), (0.0, -1.0, "down")),
    )


def monkey() -> Surface:
    """Three ways up and three down: f = x³ − 3xy². At (0, 0) slope and curvature are zero.

    Two ways down for the legs and one for the tail: Hilbert & Cohn-Vossen (1952), § 28.
    """
    return Surface(
        loss=lambda p: p[..., 0] ** 3 - 3 * p[..., 0] * p[..., 1] ** 2,
        slope=lambda p: (
            3 * (p[..., 0] ** 2 - p[..., 1] ** 2),
            -6 * p[..., 0] * p[..., 1],
        ),
        formula="f = x³ − 3xy²",
        goal=-4.0,
        shade=lambda z: np.sign(z) * np.sqrt(np.abs(z)),
        shading="square root of the loss, with its sign",
        loss_range=(-20.0, 20.0),
        lowest=None,
        flat=((0.0, 0.0, "monkey saddle"),),
        exits=(
            (-1.0, 0.0, "left"),
            (0.5, 0.75**0.5, "up right"),
            (0.5, -(0.75**0.5), "down right"),
        ),
    )


def plateau() -> Surface:
    """Nearly flat but for a well: f = 1 − exp(−(x² + y²)/2). Far off the gradient vanishes."""

    def well(p: Any) -> Any:
        return np.e ** (-0.5 * (p[..., 0] ** 2 + p[..., 1] ** 2))

    return Surface(
        loss=lambda p: 1 - well(p),
        slope=lambda p: (p[..., 0] * well(p), p[..., 1] * well(p)),
        formula="f = 1 − exp(−(x² + y²)/2)",
        goal=0.01,
        shade=_plain_height,
        shading="loss",
        loss_range=(1e-6, 3.0),
        minima=((0.0, 0.0, "minimum"),),
    )
