"""How each kernel answers when all lengthscales grow alike: ∂k / ∂ log ℓ.

By hand, for the gradient of the evidence. Sums and products follow the rules of calculus.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from labcore.gaussian_processes.gp_posterior.kernels import (
    KERNELS,
    Array,
    Leaf,
    Sum,
    Tree,
    _net_ratio,
    rbf,
    sm,
    stretched,
)


def _rq(u: Array, v: Array, lengthscale: float, alpha: float) -> Array:
    s = ((u - v) / lengthscale) ** 2
    return s * (1 + s / (2 * alpha)) ** (-alpha - 1)


def _matern32(u: Array, v: Array, lengthscale: float) -> Array:
    r = math.sqrt(3) * np.abs(u - v) / lengthscale
    return r * r * np.exp(-r)


def _matern52(u: Array, v: Array, lengthscale: float) -> Array:
    r = math.sqrt(5) * np.abs(u - v) / lengthscale
    return r * r * (1 + r) * np.exp(-r) / 3


def _matern12(u: Array, v: Array, lengthscale: float) -> Array:
    r = np.abs(u - v) / lengthscale
    return r * np.exp(-r)


def _compact(u: Array, v: Array, lengthscale: float) -> Array:
    r = np.minimum(np.abs(u - v) / lengthscale, 1)
    return 12 * r * r * (1 - r) ** 2


def _periodic(u: Array, v: Array, period: float, lengthscale: float) -> Array:
    r = np.sin(np.pi * (u - v) / period) / lengthscale
    return 4 * r * r * np.exp(-2 * r * r)


def _sm(u: Array, v: Array, frequency: float, width: float) -> Array:
    return (2 * np.pi * width * (u - v)) ** 2 * sm(u, v, frequency, width)


def _nothing(u: Array, v: Array, *_: float) -> Array:
    return np.zeros(np.broadcast_shapes(u.shape, v.shape))


def _net(u: Array, v: Array, weight: float, bias: float) -> Array:
    ratio = _net_ratio(u, v, weight, bias)
    (a, da), (b, db) = ((1 + 2 * (bias + weight * w * w), 4 * weight * w * w) for w in (u, v))
    grows = 4 * weight * u * v / np.sqrt(a * b) - 0.5 * ratio * (da / a + db / b)
    return -2 / np.pi * grows / np.sqrt(1 - ratio**2)


SLOPES: dict[str, Callable[..., Array]] = {
    "rbf": lambda u, v, ell: ((u - v) / ell) ** 2 * rbf(u, v, ell),
    "matern12": _matern12,
    "matern32": _matern32,
    "matern52": _matern52,
    "compact": _compact,
    "rq": _rq,
    "periodic": _periodic,
    "cosine": _nothing,
    "sm": _sm,
    "linear": lambda u, v, _: -2 * u * v,
    "poly": lambda u, v, degree, offset: -2 * degree * u * v * (u * v + offset) ** (degree - 1),
    "net": _net,
    "constant": _nothing,
}


def gram_and_slope(tree: Tree, u: Array, v: Array, ell: float) -> tuple[Array, Array]:
    """k(u, v) and ∂k / ∂ log ℓ at ℓ = `ell`, for all pairs of u (n,) and v (m,): two (n, m)."""
    return _both(tree, u[:, None], v[None, :], ell)


def _both(tree: Tree, u: Array, v: Array, ell: float) -> tuple[Array, Array]:
    if isinstance(tree, Leaf):
        u, v, numbers = stretched(tree, u, v, ell)
        return KERNELS[tree.name](u, v, *numbers), SLOPES[tree.name](u, v, *numbers)
    value, slope = _both(tree.parts[0], u, v, ell)
    for part in tree.parts[1:]:
        more, steeper = _both(part, u, v, ell)
        if isinstance(tree, Sum):
            value, slope = value + more, slope + steeper
        else:
            value, slope = value * more, slope * more + value * steeper
    return value, slope
