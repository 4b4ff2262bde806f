"""Least squares on polynomials and on waves: what each fit errs, and how long its weights are."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

from labcore.linear.generalization.config import DEGREES
from labcore.linear.generalization.worlds import GRID, Sample

WIDTHS = np.unique(np.r_[np.arange(1, 31), np.geomspace(31, 300, 18).astype(int)])
"""Numbers of features, below and beyond the number of points."""
WAVES = 60
"""Features of the descent."""
Features = Callable[[np.ndarray, int], np.ndarray]


class Story(NamedTuple):
    """What a part tells, at K places along its axis.

    axis: (K,) degree, points, epoch or features; train, held: mean squared errors (K,);
    size: (K,) length of the weights; curves: (K, G) the fits on GRID; spread: (2, K) a band.
    """

    axis: np.ndarray
    train: np.ndarray
    held: np.ndarray
    size: np.ndarray
    curves: np.ndarray
    spread: np.ndarray


def powers(x: np.ndarray, degree: int) -> np.ndarray:
    """Columns of all powers up to a degree, as Legendre polynomials: (..., degree + 1).

    They span the same polynomials as 1, x, x², …, and lose no digits.
    """
    return legendre.legvander(x, degree)


def waves(x: np.ndarray, count: int) -> np.ndarray:
    """Cosines of growing frequency, the quicker the smaller: (n, count)."""
    k = np.arange(count)
    return np.cos(k * np.pi * (x[:, None] + 1) / 2) / (1 + k)


def least(A: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Least squares; where many weights fit equally well, the shortest."""
    return np.linalg.lstsq(A, y, rcond=1e-12)[0]


def mse(A: np.ndarray, theta: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean squared error of predictions A θ; theta: (p,) or (p, K)."""
    return ((A @ theta - (y if theta.ndim == 1 else y[:, None])) ** 2).mean(0)


def by_degree(points: Sample) -> Story:
    """A polynomial of each degree."""
    thetas = [least(powers(points.x, d), points.y) for d in range(DEGREES + 1)]
    stacked = np.zeros((DEGREES + 1, DEGREES + 1))
    for d, theta in enumerate(thetas):
        stacked[: d + 1, d] = theta
    return tell(points, np.arange(DEGREES + 1), stacked, powers, DEGREES)


def by_width(points: Sample) -> Story:
    """The first p waves: p below, at and beyond the number of points."""
    A = waves(points.x, int(WIDTHS[-1]))
    stacked = np.zeros((A.shape[1], len(WIDTHS)))
    for i, p in enumerate(WIDTHS):
        if p < 3 * len(A):
            stacked[:p, i] = least(A[:, :p], points.y)
        else:  # the same, Aᵀ(AAᵀ)⁻¹y, and quicker
            stacked[:p, i] = A[:, :p].T @ np.linalg.solve(A[:, :p] @ A[:, :p].T, points.y)
    return tell(points, WIDTHS, stacked, waves, A.shape[1])


def by_epoch(points: Sample, epochs: np.ndarray) -> Story:
    """Gradient descent from 0 on 60 waves, θ ← θ − η∇L with η = 1/λmax, after given epochs.

    Along an eigenvector of the Hessian with eigenvalue λ it has gone the share 1 − (1 − ηλ)ᵗ of
    its way, so all epochs are known at once. The tests hold it equal to the loop.
    """
    A = waves(points.x, WAVES)
    H, c = A.T @ A / len(A), A.T @ points.y / len(A)
    values, vectors = np.linalg.eigh(H)
    kept = values > 1e-12 * values[-1]
    values, vectors = values[kept], vectors[:, kept]
    share = 1 - (1 - values[:, None] / values[-1]) ** epochs
    theta = vectors @ (share * (vectors.T @ c / values)[:, None])
    return tell(points, epochs, theta, waves, WAVES)


def tell(
    points: Sample, axis: np.ndarray, theta: np.ndarray, features: Features, count: int
) -> Story:
    """The story of weights theta (p, K) on these features."""
    return Story(
        axis, mse(features(points.x, count), theta, points.y),
        mse(features(points.held_x, count), theta, points.held_y), np.linalg.norm(theta, axis=0),
        (features(GRID, count) @ theta).T if len(axis) < 100 else np.empty((0, len(GRID))),
        np.empty((2, 0)),
    )  # fmt: skip
