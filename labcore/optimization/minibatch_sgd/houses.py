"""Real data with a convex loss: the price of a house as a linear function of what it has.

Data: 546 houses sold in Windsor, Canada, in 1987 (Anglin & Gençay, 1996). All columns and the
logarithm of the price have mean 0 and variance 1; yes is 1 and no is 0 before that.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from labcore.data import housing

FEATURES = ("lotsize", "bedrooms", "bathrms", "stories", "driveway", "recroom", "fullbase",
            "gashw", "airco", "garagepl", "prefarea")  # fmt: skip
COUNT = 546


class Houses(NamedTuple):
    """x: (n, P), y: (n,), the Hessian of the loss (P, P), its minimum (P,) and the loss there."""

    x: np.ndarray
    y: np.ndarray
    hessian: np.ndarray
    best: np.ndarray
    least: float


@functools.cache
def houses() -> Houses:
    """The data, and the exact minimum of ½ mean (xθ − y)²."""
    table = housing()
    x = np.stack([table[name] for name in FEATURES], axis=1)
    y = np.log(table["price"])
    x = (x - x.mean(0)) / x.std(0)
    y = (y - y.mean()) / y.std()
    hessian = x.T @ x / len(y)
    best = np.linalg.solve(hessian, x.T @ y / len(y))
    return Houses(x, y, hessian, best, float(0.5 * np.mean((x @ best - y) ** 2)))


def excess(theta: np.ndarray) -> np.ndarray:
    """How far the loss is above its minimum, exactly: θ (..., P) → (...)."""
    data = houses()
    away = theta - data.best
    return 0.5 * np.einsum("...i,ij,...j->...", away, data.hessian, away)


def gradients(theta: np.ndarray) -> np.ndarray:
    """The gradient of each house's own loss at one θ (P,): (n, P). Their mean is exact."""
    data = houses()
    return (data.x @ theta - data.y)[:, None] * data.x
