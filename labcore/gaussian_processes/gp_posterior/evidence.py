"""The log evidence over lengthscale and noise, and how it is climbed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np
from scipy.linalg import cho_solve

from labcore.gaussian_processes.gp_posterior.config import LENGTHS, NOISES
from labcore.gaussian_processes.gp_posterior.inference import (
    evidence,
    evidence_gradient,
    factorize,
)
from labcore.gaussian_processes.gp_posterior.kernels import Array, Tree, gram
from labcore.gaussian_processes.gp_posterior.slopes import gram_and_slope

SIDE = 28
"""Cells of the map along each axis."""

STEPS = 30
"""Frames of a climb."""

LEAPS, LEAP = 6, 0.15
"""Steps of one roll of the Hamiltonian sampler, and their length."""

BOUNDS = np.log([LENGTHS, NOISES]).T
"""Lowest and highest (log ℓ, log σ), (2, 2)."""


@cache
def lengths() -> Array:
    """The lengthscale of each column."""
    return np.geomspace(*LENGTHS, SIDE)


@cache
def noises() -> Array:
    """The noise of each row."""
    return np.geomspace(*NOISES, SIDE)


Spectrum = tuple[Array, Array]
"""For each lengthscale the eigenvalues λ of K, and (Qᵀy)²: two arrays (H, n)."""


@lru_cache(8)
def spectrum(tree: Tree, amplitude: float, x: bytes, y: bytes) -> Spectrum:
    """One eigendecomposition K = QΛQᵀ for each lengthscale; a climb looks at it again and again.

    Args:
        x, y: the bytes of float64 arrays, which can be looked up.
    """
    places, heights = np.frombuffer(x), np.frombuffer(y)
    values, turned = [], []
    for ell in lengths() if len(places) > 60 else [lengths()[:, None, None]]:  # memory, or speed
        K = amplitude**2 * gram(tree, places, places, ell)  # (n, n) or (H, n, n)
        each, Q = np.linalg.eigh(np.broadcast_to(K, (*np.shape(ell)[:1], *K.shape[-2:])))
        values.append(np.maximum(each, 0))
        turned.append(np.einsum("...ij,i->...j", Q, heights) ** 2)
    n = len(places)
    return np.reshape(values, (-1, n)), np.reshape(turned, (-1, n))


def landscape(seen: Spectrum, noise: Array) -> tuple[Array, Array]:
    """Fit and complexity for every noise σ (G,) and lengthscale: two arrays (G, H).

    K + σ²I has the eigenvectors of K and eigenvalues λ + σ², so one spectrum serves all noises.
    """
    values, turned = seen
    spread = values + noise[:, None, None] ** 2  # (G, H, n)
    return -0.5 * (turned / spread).sum(-1), -0.5 * np.log(spread).sum(-1)


def height_alone(tree: Tree, amplitude: float, x: Array, y: Array, theta: Array) -> float:
    """Log evidence at θ = (log ℓ, log σ)."""
    ell, sigma = np.exp(theta)
    K = amplitude**2 * gram(tree, x, x, ell)
    L, _ = factorize(K + sigma**2 * np.eye(len(x)))
    return evidence(L, y, cho_solve((L, True), y)).total


def height(tree: Tree, amplitude: float, x: Array, y: Array, theta: Array) -> tuple[float, Array]:
    """Log evidence at θ = (log ℓ, log σ), and its gradient, (2,)."""
    ell, sigma = np.exp(theta)
    K, slope = gram_and_slope(tree, x, x, ell)
    noise = sigma**2 * np.eye(len(x))
    L, _ = factorize(amplitude**2 * K + noise)
    alpha = cho_solve((L, True), y)
    changes = (amplitude**2 * slope, 2 * noise)  # ∂K/∂ log ℓ, ∂K/∂ log σ
    return evidence(L, y, alpha).total, evidence_gradient(L, alpha, changes)


Height = Callable[[Array], tuple[float, Array]]


def ascent(height_of: Height, theta: Array, steps: int) -> Array:
    """Uphill along the gradient; steps grow while they help and shrink when they do not.

    Returns: (steps + 1, 2), every place; the last is repeated once nothing helps.
    """
    path, rate = [theta], 0.1
    value, slope = height_of(theta)
    for _ in range(steps):
        for _ in range(12):
            to = np.clip(path[-1] + np.clip(rate * slope, -0.5, 0.5), *BOUNDS)
            higher, there = height_of(to)
            if higher > value:
                break
            rate /= 3
        else:
            to, higher, there = path[-1], value, slope
        rate *= 1.5
        path.append(to)
        value, slope = higher, there
    return np.array(path)


def bfgs(height_of: Height, theta: Array, steps: int) -> Array:
    """Uphill by BFGS: gradients met on the way say how the hill bends (Nocedal & Wright, alg. 6.1).

    Returns: (steps + 1, 2), every place; the last is repeated once nothing helps.
    """
    path, H = [theta], 0.1 * np.eye(2)  # H: inverse of minus the Hessian, as far as known
    value, slope = height_of(theta)
    for _ in range(steps):
        at = path[-1]
        stuck = ((at <= BOUNDS[0]) & (slope < 0)) | ((at >= BOUNDS[1]) & (slope > 0))
        free = np.where(stuck, 0.0, slope)  # a wall is not climbed
        if np.abs(free).max() < 1e-6:
            path.append(at)
            continue
        way = np.where(stuck, 0.0, H @ free)
        if way @ free <= 0:
            H, way = 0.1 * np.eye(2), 0.1 * free
        way = way * min(1.0, 1.0 / np.abs(way).max())
        for _ in range(12):
            to = np.clip(at + way, *BOUNDS)
            higher, there = height_of(to)
            if higher >= value + 1e-4 * (free @ (to - at)):
                break
            way = way / 2.5
        else:
            path.append(at)
            H = 0.1 * np.eye(2)
            continue
        s, g = to - at, slope - there
        if s @ g > 1e-10:
            turn = np.eye(2) - np.outer(s, g) / (s @ g)
            H = turn @ H @ turn.T + np.outer(s, s) / (s @ g)
        path.append(to)
        value, slope = higher, there
    return np.array(path)


def hmc(
    height_of: Height, theta: Array, steps: int, random: np.random.Generator, leap: float
) -> Array:
    """Wander so that each (log ℓ, log σ) is visited as often as the evidence says.

    Hamiltonian Monte Carlo (Neal, 2011) with a flat prior over the map: a ball with a random
    push rolls over the landscape, bounces off the walls, and is kept if it lost no height by
    error. Returns: (steps + 1, 2).
    """
    path = [theta]
    value, slope = height_of(theta)
    for _ in range(steps):
        push = random.standard_normal(2)
        at, rolling, there, uphill = path[-1], push, value, slope
        for _ in range(LEAPS):
            rolling = rolling + 0.5 * leap * uphill
            at, rolling = _bounced(at + leap * rolling, rolling)
            there, uphill = height_of(at)
            rolling = rolling + 0.5 * leap * uphill
        gain = (there - 0.5 * rolling @ rolling) - (value - 0.5 * push @ push)
        if np.log(random.random()) < gain:
            value, slope = there, uphill
            path.append(at)
        else:
            path.append(path[-1])
    return np.array(path)


def _bounced(at: Array, rolling: Array) -> tuple[Array, Array]:
    """Place and motion after the walls of the map."""
    low, high = BOUNDS
    over = (at < low) | (at > high)
    back = np.where(at < low, 2 * low - at, np.where(at > high, 2 * high - at, at))
    return np.clip(back, low, high), np.where(over, -rolling, rolling)


def starts(ell: float, sigma: float, count: int) -> Array:
    """Where climbs begin: the controls' own setting, then the corners of the map, (count, 2)."""
    low, high = BOUNDS + 0.15 * (BOUNDS[1] - BOUNDS[0]) * np.array([[1], [-1]])
    corners = [(low[0], low[1]), (high[0], high[1]), (low[0], high[1]), (high[0], low[1])]
    return np.array([np.log([ell, sigma]), *corners])[:count]
