"""What a deep product of matrices does to a gradient, drawn and foretold; and a plateau's wait."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.special import digamma

from labcore.rng import numpy_generator

LAYERS, DRAWS = 100, 24


@lru_cache(maxsize=4)
def norms(width: int, init: str, seed: int) -> np.ndarray:
    """log₁₀ of ‖W_l … W_1 v‖ for unit v, at gain 1, by depth: (LAYERS + 1, DRAWS).

    Gaussian entries have variance 1 / width; orthogonal matrices are those of a QR factorization.
    A gain g multiplies by gˡ.
    """
    rng = numpy_generator(seed, "depth")
    v = np.zeros((DRAWS, width, 1))
    v[:, 0] = 1
    logs = [np.zeros(DRAWS)]
    for _ in range(LAYERS):
        w = rng.standard_normal((DRAWS, width, width)) / math.sqrt(width)
        if init == "orthogonal":
            q, r = np.linalg.qr(w)
            w = q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None]
        v = w @ v
        size = np.linalg.norm(v, axis=(1, 2))
        logs.append(logs[-1] + np.log10(size))
        v = v / size[:, None, None]
    return np.array(logs)


def growth(gain: float | np.ndarray, width: int, init: str) -> tuple[np.ndarray, np.ndarray]:
    """log₁₀ growth a layer: typical, E log‖Wv‖, and of the mean square, ½ log E‖Wv‖².

    ‖Wv‖² is a χ² with `width` degrees of freedom divided by `width`, whose logarithm has the
    mean ψ(n/2) + log(2/n).
    """
    mean = np.log10(gain)
    if init == "orthogonal":
        return mean, mean
    return mean + 0.5 * (digamma(width / 2) + np.log(2 / width)) / np.log(10), mean


UNITS = ("tanh", "sigmoid", "relu")
GOALS = {"tanh": -0.8, "sigmoid": 0.2, "relu": 0.8}
"""What the unit should give."""
DONE = 0.01
"""A loss of this is good enough."""


def unit_of(name: str, w: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """A unit's value at w and its derivative."""
    w = np.asarray(w, np.float64)
    if name == "tanh":
        a = np.tanh(w)
        return a, 1 - a**2
    if name == "sigmoid":
        a = 1 / (1 + np.exp(-w))
        return a, a * (1 - a)
    return np.maximum(w, 0), (w > 0).astype(np.float64)


def loss_of(name: str, w: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """½(a(w) − goal)² and its slope."""
    a, slope = unit_of(name, w)
    off = a - GOALS[name]
    return 0.5 * off**2, off * slope


@lru_cache(maxsize=16)
def wait(name: str, lr: float, start: float, most: int) -> np.ndarray:
    """The path of descent from one start, (most + 1,)."""
    goal, path, w = GOALS[name], np.empty(most + 1), float(start)
    for k in range(most + 1):
        path[k] = w
        if name == "relu":
            w -= lr * (w - goal) if w > 0 else 0.0
            continue
        a = math.tanh(w) if name == "tanh" else 1 / (1 + math.exp(-w))
        w -= lr * (a - goal) * (1 - a * a if name == "tanh" else a * (1 - a))
    return path


@lru_cache(maxsize=4)
def waits(name: str, lr: float, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Starts, and the steps each needs to a loss below DONE; not-a-number if `most` are too few."""
    starts = np.linspace(-6, 6, 121)
    w, needed = starts.copy(), np.full(len(starts), np.nan)
    for k in range(most + 1):
        loss, slope = loss_of(name, w)
        needed = np.where(np.isnan(needed) & (loss < DONE), k, needed)
        w = w - lr * slope
    return starts, needed
