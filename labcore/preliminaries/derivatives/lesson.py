"""Slopes: of a curve, of a surface in every direction, and of one function inside another.

The time line shrinks the step h of the difference quotient, and meanwhile turns the direction
in which one leaves a point of the surface once around.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from pydantic import field_validator
from torch import Tensor

import labcore
from labcore import Frame, Start, control
from labcore.formula import Formula

STEPS = 61
PER_DECADE = 5
"""Frames in which h becomes ten times smaller: from the first h to 1e−12 of it."""
REACH = 4.0
"""The pictures show −4 to 4."""


class Config(labcore.Config):
    """Three formulas and where to stand on them."""

    chance = False

    f: str = control("x^3/6 - x", title="Curve f(x)", high=120, views=("Slope", "Chain"))
    """The curve of the first view, and the inner function of the chain."""

    g: str = control("sin(2u)", title="Outer function g(u)", high=120, views=("Chain",))
    """In the chain, y = g(u) with u = f(x)."""

    surface: str = control(
        "x^2/4 + sin(x) cos(y)", title="Surface F(x, y)", high=120, views=("Surface",)
    )
    """The surface of the third view."""

    x: float = control(1.0, title="Point x", low=-REACH, high=REACH, step=0.01, more=True,
                       views=("Slope", "Chain"))  # fmt: skip
    """Where the slope is wanted. Drag the point on the curve instead."""

    other: float = control(
        3.0,
        title="Second point",
        low=-REACH,
        high=REACH,
        step=0.01,
        more=True,
        views=("Slope", "Chain"),
    )
    """Where the second point starts from, before it wanders towards the first."""

    px: float = control(1.2, title="Place on the map, x", low=-REACH, high=REACH, more=True,
                        views=("Surface",))  # fmt: skip
    """Where one stands on the surface. Drag the point on the map instead."""

    py: float = control(0.8, title="Place on the map, y", low=-REACH, high=REACH, more=True,
                        views=("Surface",))  # fmt: skip
    """Where one stands on the surface. Drag the point on the map instead."""

    @field_validator("f")
    @classmethod
    def _of_x(cls, text: str) -> str:
        Formula.parse(text, ("x",))
        return text

    @field_validator("g")
    @classmethod
    def _of_u(cls, text: str) -> str:
        Formula.parse(text, ("u",))
        return text

    @field_validator("surface")
    @classmethod
    def _of_x_and_y(cls, text: str) -> str:
        Formula.parse(text, ("x", "y"))
        return text


def derivative(f: Formula, x: float) -> tuple[float, float]:
    """Value and derivative of a formula at a point, by automatic differentiation."""
    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    value = f(at)
    (slope,) = torch.autograd.grad(value, at)
    there = bool(torch.isfinite(value))  # autograd has the rule's slope even where f has no value
    return float(value.detach()), float(slope) if there else math.nan


def forward_quotient(f: Formula, x: Tensor, h: Tensor) -> Tensor:
    """The slope of the secant from x to x + h, in the precision of x."""
    return (f(x + h) - f(x)) / h


def central_quotient(f: Formula, x: Tensor, h: Tensor) -> Tensor:
    """The slope of the secant from x − h to x + h: its error shrinks with h²."""
    return (f(x + h) - f(x - h)) / (2 * h)


def gradient(surface: Formula, px: float, py: float) -> tuple[float, np.ndarray]:
    """Value and gradient (2,) of the surface at a place."""
    at = torch.tensor([px, py], dtype=torch.float64, requires_grad=True)
    value = surface(at[0], at[1])
    (slopes,) = torch.autograd.grad(value, at)
    return float(value.detach()), slopes.numpy()


def along(surface: Formula, px: float, py: float, angles: np.ndarray) -> np.ndarray:
    """Slopes of the surface in several directions, each by a central quotient. angles: (K,)."""
    h = 1e-4
    dx, dy = torch.as_tensor(np.cos(angles)), torch.as_tensor(np.sin(angles))
    there, back = (surface(px + s * h * dx, py + s * h * dy) for s in (1, -1))
    return ((there - back) / (2 * h)).numpy()


def look(config: Config, step: int) -> Frame:
    """All that is shown at one place of the time line."""
    f, g = Formula.parse(config.f, ("x",)), Formula.parse(config.g, ("u",))
    first, note = config.other - config.x, ""
    if abs(first) < 1e-3:  # the two points are one: there is no secant through them
        first, note = 1e-3, "The two points are one; the secant starts with h = 0.001."
    h = first * 10.0 ** (-np.arange(STEPS) / PER_DECADE)
    double = torch.as_tensor(h)
    x64 = torch.tensor(config.x, dtype=torch.float64)
    u, slope = derivative(f, config.x)
    forward, central = forward_quotient(f, x64, double), central_quotient(f, x64, double)
    single = forward_quotient(f, x64.float(), double.float()).double()
    y, outer = derivative(g, u)

    surface = Formula.parse(config.surface)
    angles = 2 * np.pi * np.arange(STEPS) / (STEPS - 1)
    value, slopes = gradient(surface, config.px, config.py)
    du = float(f(x64 + h[step])) - u
    dy = float(g(torch.tensor(u + du, dtype=torch.float64))) - y
    values = {
        "h": float(h[step]), "f": u, "f_there": u + du, "secant": float(forward[step]),
        "central": float(central[step]), "slope": slope,
        "errors": (torch.stack([forward, central, single]) - slope).abs().float().numpy(),
        "steps": h.astype(np.float32), "y": y, "outer": outer, "chained": outer * slope,
        "du": du, "dy": dy, "angle": float(angles[step]), "value": value,
        "gradient": slopes.astype(np.float32),
        "turned": along(surface, config.px, config.py, angles).astype(np.float32),
    }  # fmt: skip
    return Frame(step, values, note or trouble(f, config.x, u, slope), checkpoint={})


def trouble(f: Formula, x: float, value: float, slope: float) -> str:
    """Why there is no slope here, if there is none."""
    if not math.isfinite(value):
        return f"f has no finite value at x = {x:g}, and so no slope."
    sides = torch.tensor([-1e-6, 1e-6], dtype=torch.float64)
    left, right = forward_quotient(f, torch.tensor(x, dtype=torch.float64), sides).tolist()
    if not math.isfinite(slope) or max(abs(left), abs(right)) > 500:
        return f"The curve is vertical at x = {x:g}, or breaks there: no finite slope."
    if abs(left - right) > 0.01 * (1 + abs(left) + abs(right)):
        return (
            f"There is a kink at x = {x:g}: from the left the slope is {left:.3g}, from the "
            f"right {right:.3g}. Automatic differentiation picks one value, {slope:.3g}."
        )
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """The step shrinks, the direction turns."""
    for step in range(STEPS):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same where the time line stands, while a hand moves a point."""
    return look(config, start.step if start else 10)
