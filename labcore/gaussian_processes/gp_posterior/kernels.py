"""Thirteen kernels k(x, x′), each a line or two, and their sums and products.

Inputs u and v are arrays that broadcast against each other, such as (n, 1) and (1, m).
Conventions are GPyTorch's, but for two: the periodic kernel's ℓ stands squared, as in Rasmussen
& Williams (2006), eq. 4.31, where GPyTorch's stands plain; and cosine's period is a whole turn.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray


def rbf(u: Array, v: Array, lengthscale: float = 1.0) -> Array:
    """Very smooth: every derivative exists."""
    return np.exp(-0.5 * ((u - v) / lengthscale) ** 2)


def matern12(u: Array, v: Array, lengthscale: float = 1.0) -> Array:
    """As rough as Brownian motion."""
    return np.exp(-np.abs(u - v) / lengthscale)


def matern32(u: Array, v: Array, lengthscale: float = 1.0) -> Array:
    """Once differentiable."""
    r = math.sqrt(3) * np.abs(u - v) / lengthscale
    return (1 + r) * np.exp(-r)


def matern52(u: Array, v: Array, lengthscale: float = 1.0) -> Array:
    """Twice differentiable."""
    r = math.sqrt(5) * np.abs(u - v) / lengthscale
    return (1 + r + r * r / 3) * np.exp(-r)


def compact(u: Array, v: Array, lengthscale: float = 3.0) -> Array:
    """Exactly zero beyond a distance ℓ (Wendland's piecewise polynomial, q = 1)."""
    r = np.minimum(np.abs(u - v) / lengthscale, 1)
    return (1 - r) ** 3 * (3 * r + 1)


def rq(u: Array, v: Array, lengthscale: float = 1.0, alpha: float = 1.0) -> Array:
    """Rational quadratic: RBFs of many lengthscales at once."""
    return (1 + ((u - v) / lengthscale) ** 2 / (2 * alpha)) ** -alpha


def periodic(u: Array, v: Array, period: float = 1.0, lengthscale: float = 1.0) -> Array:
    """Repeats exactly after a period."""
    return np.exp(-2 * (np.sin(np.pi * (u - v) / period) / lengthscale) ** 2)


def cosine(u: Array, v: Array, period: float = 1.0) -> Array:
    """One pure wave of unknown amplitude and phase."""
    return np.cos(2 * np.pi * (u - v) / period)


def sm(u: Array, v: Array, frequency: float = 0.5, width: float = 0.1) -> Array:
    """A bump in the spectrum; a sum of these is a spectral mixture (Wilson & Adams, 2013)."""
    d = u - v
    return np.exp(-2 * (np.pi * width * d) ** 2) * np.cos(2 * np.pi * frequency * d)


def linear(u: Array, v: Array, centre: float = 0.0) -> Array:
    """Straight lines that cross zero at the centre."""
    return (u - centre) * (v - centre)


def poly(u: Array, v: Array, degree: int = 2, offset: float = 1.0) -> Array:
    """Polynomials up to a degree."""
    return (u * v + offset) ** degree


def net(u: Array, v: Array, weight: float = 1.0, bias: float = 1.0) -> Array:
    """A hidden layer of infinitely many erf units (Williams, 1998)."""
    return 2 / np.pi * np.arcsin(_net_ratio(u, v, weight, bias))


def _net_ratio(u: Array, v: Array, weight: float, bias: float) -> Array:
    a, b = (1 + 2 * (bias + weight * w * w) for w in (u, v))
    return 2 * (bias + weight * u * v) / np.sqrt(a * b)


def constant(u: Array, v: Array, value: float = 1.0) -> Array:
    """One unknown height for all."""
    return np.full(np.broadcast_shapes(u.shape, v.shape), value)


KERNELS: dict[str, Callable[..., Array]] = {
    function.__name__: function
    for function in (rbf, matern12, matern32, matern52, compact, rq, periodic, cosine, sm, linear,
                     poly, net, constant)
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaf:
    """A kernel by name, with its numbers in the order of its function."""

    name: str
    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """f = f₁ + f₂ of independent functions."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Alike only where every factor says so."""

    parts: tuple[Tree, ...]


Tree = Leaf | Sum | Product


Stretch = float | Array
"""ℓ of the controls: one, or (H, 1, 1) for H of them at once."""


def gram(tree: Tree, u: Array, v: Array, ell: Stretch = 1.0) -> Array:
    """k(u, v) of a tree with all lengthscales times ℓ, u (n,) and v (m,): (n, m) or (H, n, m)."""
    return _evaluate(tree, u[:, None], v[None, :], ell)


def diagonal(tree: Tree, u: Array, ell: float = 1.0) -> Array:
    """k(u, u) alone, (n,)."""
    return _evaluate(tree, u, u, ell)


def _evaluate(tree: Tree, u: Array, v: Array, ell: Stretch) -> Array:
    if isinstance(tree, Leaf):
        u, v, numbers = stretched(tree, u, v, ell)
        return KERNELS[tree.name](u, v, *numbers)
    parts = [_evaluate(part, u, v, ell) for part in tree.parts]
    if isinstance(tree, Sum):
        return sum(parts[1:], parts[0])
    return math.prod(parts[1:], start=parts[0])


def stretched(leaf: Leaf, u: Array, v: Array, ell: Stretch) -> tuple[Array, Array, tuple[Any, ...]]:
    """Inputs and numbers of a leaf with its lengthscale times ℓ.

    Periods and frequencies stay: a year remains a year. What has no lengthscale but depends on
    x (lines, polynomials, the network) sees x/ℓ.
    """
    match leaf.name:
        case "periodic":
            return u, v, (leaf.numbers[0], leaf.numbers[1] * ell)
        case "sm":
            return u, v, (leaf.numbers[0], leaf.numbers[1] / ell)
        case "cosine" | "constant":
            return u, v, leaf.numbers
        case "linear":
            return (u - leaf.numbers[0]) / ell, (v - leaf.numbers[0]) / ell, (0.0,)
    return u / ell, v / ell, leaf.numbers


def summands(tree: Tree) -> tuple[Tree, ...]:
    """The parts of a sum at the top; a tree that is no sum is its own only part."""
    return tree.parts if isinstance(tree, Sum) else (tree,)
