"""Risk and empirical risk of one frequency: the first exactly, the second from a sample.

Data are y = cos(ω₀x) + noise with x normal; the model is cos(ωx). With φ(t) = exp(−(st)²/2),
E cos(ax) cos(bx) = ½(φ(a − b) + φ(a + b)), so the risk has a closed form.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from labcore.rng import numpy_generator

TRUTH, WIDE = 2.0, 2.5
"""The true ω₀, and the standard deviation s of x."""
OMEGA = np.linspace(0, 5, 301)


def risk(omega: np.ndarray, noise: float) -> np.ndarray:
    """E (y − cos ωx)², exactly."""

    def phi(t: np.ndarray) -> np.ndarray:
        return np.exp(-0.5 * (WIDE * t) ** 2)

    own, truth = 0.5 * (1 + phi(2 * omega)), 0.5 * (1 + phi(np.array(2 * TRUTH)))
    return noise**2 + truth + own - phi(omega - TRUTH) - phi(omega + TRUTH)


@lru_cache(maxsize=8)
def sample(count: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """x and y, each (count,). A larger sample begins with the smaller one."""
    x = WIDE * numpy_generator(seed, "x").standard_normal(count)
    return x, np.cos(TRUTH * x) + noise * numpy_generator(seed, "y").standard_normal(count)


def empirical(omega: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The mean of (y − cos ωx)² over a sample, for each ω (…,)."""
    off = y - np.cos(np.asarray(omega)[..., None] * x)
    return (off**2).mean(-1)


def pull(omega: float, x: np.ndarray, y: np.ndarray) -> float:
    """The slope of the empirical risk."""
    return float((2 * (y - np.cos(omega * x)) * np.sin(omega * x) * x).mean())


def lowest(curve: np.ndarray) -> float:
    """Where a curve over OMEGA is lowest, between its grid points by a parabola."""
    k = int(curve.argmin())
    if k in (0, len(OMEGA) - 1):
        return float(OMEGA[k])
    before, at, after = curve[k - 1 : k + 2]
    shift = 0.5 * (before - after) / (before - 2 * at + after)
    return float(OMEGA[k] + shift * (OMEGA[1] - OMEGA[0]))
