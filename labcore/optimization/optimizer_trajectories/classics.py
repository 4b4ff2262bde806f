"""Test functions that optimizers have been tried on since 1958.

Definitions, minima and their values as in Jamil & Yang (2013), A literature survey of benchmark
functions for global optimization problems, https://arxiv.org/abs/1308.4008, and in each
function's own paper. Gradients are by hand; the tests hold both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from labcore.optimization.optimizer_trajectories.surfaces import Surface

TURN = 2 * np.pi


def sine(a: Any) -> Any:
    """sin of a tensor or an array."""
    return torch.sin(a) if isinstance(a, torch.Tensor) else np.sin(a)


def cosine_of(a: Any) -> Any:
    """cos of a tensor or an array."""
    return torch.cos(a) if isinstance(a, torch.Tensor) else np.cos(a)


def rosenbrock() -> Surface:
    """A bent valley with a flat floor: f = (1 − x)² + 100(y − x²)², least at (1, 1).

    Rosenbrock (1960), with a = 1 and b = 100.
    """

    def slope(p: Any) -> tuple[Any, Any]:
        x, y = p[..., 0], p[..., 1]
        return -2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)

    return Surface(
        loss=lambda p: (1 - p[..., 0]) ** 2 + 100 * (p[..., 1] - p[..., 0] ** 2) ** 2,
        slope=slope,
        formula="f = (1 − x)² + 100(y − x²)²",
        goal=0.1,
        shade=np.log1p,
        shading="logarithm of 1 + loss",
        loss_range=(1e-4, 1e4),
        minima=((1.0, 1.0, "minimum"),),
    )


def beale() -> Surface:
    """Flat arms and sharp corners. Beale (1958): 0 at (3, ½)."""

    def parts(p: Any) -> tuple[Any, ...]:
        x, y = p[..., 0], p[..., 1]
        return x, y, 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3

    def loss(p: Any) -> Any:
        _, _, a, b, c = parts(p)
        return a**2 + b**2 + c**2

    def slope(p: Any) -> tuple[Any, Any]:
        x, y, a, b, c = parts(p)
        return (
            2 * (a * (y - 1) + b * (y**2 - 1) + c * (y**3 - 1)),
            2 * x * (a + 2 * b * y + 3 * c * y**2),
        )

    return Surface(
        loss=loss,
        slope=slope,
        formula="f = (1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²",
        goal=0.01,
        shade=np.log1p,
        shading="logarithm of 1 + loss",
        loss_range=(1e-4, 1e5),
        minima=((3.0, 0.5, "minimum"),),
        half=4.5,
    )


def himmelblau() -> Surface:
    """Four minima, all of height 0. Himmelblau (1972), Applied nonlinear programming."""

    def parts(p: Any) -> tuple[Any, ...]:
        x, y = p[..., 0], p[..., 1]
        return x, y, x**2 + y - 11, x + y**2 - 7

    def loss(p: Any) -> Any:
        _, _, a, b = parts(p)
        return a**2 + b**2

    def slope(p: Any) -> tuple[Any, Any]:
        x, y, a, b = parts(p)
        return 4 * x * a + 2 * b, 2 * a + 4 * y * b

    return Surface(
        loss=loss,
        slope=slope,
        formula="f = (x² + y − 11)² + (x + y² − 7)²",
        goal=0.01,
        shade=np.log1p,
        shading="logarithm of 1 + loss",
        loss_range=(1e-6, 1e4),
        minima=(
            (3.0, 2.0, "A"),
            (-2.805118, 3.131313, "B"),
            (-3.779310, -3.283186, "C"),
            (3.584428, -1.848127, "D"),
        ),
        half=5.2,
    )


def styblinski() -> Surface:
    """Four minima, one deepest. Styblinski & Tang (1990): −39.16617 for each coordinate."""
    deep, other = -2.9035340, 2.7468027
    return Surface(
        loss=lambda p: 0.5 * (p**4 - 16 * p**2 + 5 * p).sum(-1),
        slope=lambda p: (
            2 * p[..., 0] ** 3 - 16 * p[..., 0] + 2.5,
            2 * p[..., 1] ** 3 - 16 * p[..., 1] + 2.5,
        ),
        formula="f = ½(x⁴ − 16x² + 5x + y⁴ − 16y² + 5y)",
        goal=-78.0,
        shade=lambda z: np.sqrt(np.maximum(z + 78.3323315, 0)),
        shading="square root of the loss above the minimum",
        loss_range=(1e-5, 1e3),
        lowest=-78.3323315,
        minima=(
            (deep, deep, "A, deepest"),
            (other, deep, "B"),
            (deep, other, "C"),
            (other, other, "D"),
        ),
        half=5.2,
    )


def goldstein() -> Surface:
    """Heights from 3 to a million in one small square. Goldstein & Price (1971): 3 at (0, −1)."""

    def parts(p: Any) -> tuple[Any, ...]:
        x, y = p[..., 0], p[..., 1]
        first = 19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2
        second = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
        return x, y, x + y + 1, first, 2 * x - 3 * y, second

    def loss(p: Any) -> Any:
        _, _, a, first, b, second = parts(p)
        return (1 + a**2 * first) * (30 + b**2 * second)

    def slope(p: Any) -> tuple[Any, Any]:
        x, y, a, first, b, second = parts(p)
        left, right = 1 + a**2 * first, 30 + b**2 * second
        dleft = 2 * a * first + a**2 * (-14 + 6 * x + 6 * y)  # the same along x and along y
        dright_x = 4 * b * second + b**2 * (-32 + 24 * x - 36 * y)
        dright_y = -6 * b * second + b**2 * (48 - 36 * x + 54 * y)
        return dleft * right + left * dright_x, dleft * right + left * dright_y

    return Surface(
        loss=loss,
        slope=slope,
        formula="f of Goldstein and Price, a product of two polynomials of degree four",
        goal=3.1,
        shade=lambda z: np.log(np.maximum(z, 1)),
        shading="logarithm of the loss",
        loss_range=(1e-3, 1e7),
        lowest=3.0,
        minima=((0.0, -1.0, "A, deepest"), (-0.6, -0.4, "B"), (1.8, 0.2, "C"), (1.2, 0.8, "D")),
        half=2.2,
    )


def rastrigin() -> Surface:
    """A bowl full of egg cups. Rastrigin (1974): 0 at (0, 0), a minimum near every whole point."""
    return Surface(
        loss=lambda p: (10 + p**2 - 10 * cosine_of(TURN * p)).sum(-1),
        slope=lambda p: (
            2 * p[..., 0] + 10 * TURN * sine(TURN * p[..., 0]),
            2 * p[..., 1] + 10 * TURN * sine(TURN * p[..., 1]),
        ),
        formula="f = 20 + x² + y² − 10(cos 2πx + cos 2πy)",
        goal=0.9,
        shade=lambda z: z,
        shading="loss",
        loss_range=(1e-4, 1e2),
        minima=((0.0, 0.0, "deepest"),),
        half=5.2,
    )


def ackley() -> Surface:
    """Ripples round one hole with a sharp tip. Ackley (1987): 0 at (0, 0).

    The tip is rounded at a distance of 1e-8, so that a gradient exists there too; that lifts the
    minimum to 4e-8.
    """

    def parts(p: Any) -> tuple[Any, ...]:
        x, y = p[..., 0], p[..., 1]
        r = (0.5 * (x**2 + y**2) + 1e-16) ** 0.5
        return x, y, r, np.e ** (0.5 * (cosine_of(TURN * x) + cosine_of(TURN * y)))

    def loss(p: Any) -> Any:
        _, _, r, ripples = parts(p)
        return 20 + np.e - 20 * np.e ** (-0.2 * r) - ripples

    def slope(p: Any) -> tuple[Any, Any]:
        x, y, r, ripples = parts(p)
        pull = 2 * np.e ** (-0.2 * r) / r
        return (
            pull * x + np.pi * sine(TURN * x) * ripples,
            pull * y + np.pi * sine(TURN * y) * ripples,
        )

    return Surface(
        loss=loss,
        slope=slope,
        formula="f = 20 + e − 20 exp(−0.2 √(½(x² + y²))) − exp(½(cos 2πx + cos 2πy))",
        goal=0.5,
        shade=lambda z: z,
        shading="loss",
        loss_range=(1e-4, 30.0),
        minima=((0.0, 0.0, "deepest"),),
        half=5.2,
    )


CLASSICS: Mapping[str, Callable[[], Surface]] = {
    "rosenbrock": rosenbrock,
    "beale": beale,
    "himmelblau": himmelblau,
    "styblinski": styblinski,
    "goldstein": goldstein,
    "rastrigin": rastrigin,
    "ackley": ackley,
}
