"""The exact lines of three losses, and level lines of a loss over (w, b)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Cost = Callable[[np.ndarray], np.ndarray]
LOSSES = ("squared", "absolute", "huber")


def best_lines(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The lines of least squared, absolute and Huber loss: (3, 2), rows (w, b).

    The squared one solves the normal equations. The others are weighted least squares, again and
    again: a residual r counts as 1/|r| where the loss is |r|, and as 1 where it is r².
    """
    ones = np.stack([x, np.ones_like(x)], axis=1)
    plain = np.linalg.lstsq(ones, y, rcond=None)[0]
    return np.stack([plain, reweighted(ones, y, plain, 0.0), reweighted(ones, y, plain, 1.0)])


def reweighted(ones: np.ndarray, y: np.ndarray, theta: np.ndarray, bend: float) -> np.ndarray:
    """Iteratively reweighted least squares; up to `bend` the loss is squared (0: nowhere)."""
    if np.ptp(ones[:, 0]) < 1e-9:  # one column: its middle, and the shortest such line
        middle = np.median(y) if bend == 0 else huber_middle(y)
        return middle * ones[0] / (ones[0] @ ones[0])
    for round_ in range(60 if bend == 0 else 40):
        size = np.abs(ones @ theta - y)
        near = max(bend, 10.0 ** (-round_ / 8)) if bend == 0 else bend
        weights = 1 / np.maximum(size, near)
        weighted = ones * weights[:, None]
        new = solve(weighted.T @ ones, weighted.T @ y)
        if bend and np.abs(new - theta).max() < 1e-10:
            return new
        theta = new
    return theta


def huber_middle(y: np.ndarray) -> float:
    """The number of least Huber loss."""
    middle = float(np.median(y))
    for _ in range(50):
        middle += float(np.clip(y - middle, -1, 1).mean())
    return middle


def solve(A: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Two equations with two unknowns."""
    det = A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0]
    return np.array([A[1, 1] * c[0] - A[0, 1] * c[1], A[0, 0] * c[1] - A[1, 0] * c[0]]) / det


def level_lines(
    x: np.ndarray,
    y: np.ndarray,
    centre: np.ndarray,
    cost: Cost,
    reach: float = 5.0,
) -> np.ndarray:
    """Lines of equal loss around its lowest place, as one broken line: (2, K).

    The losses are convex: along a ray from the lowest place they only grow, so each ray crosses
    each level once. cost: residuals to costs, elementwise.
    """
    angle = np.linspace(0, 2 * np.pi, 49)
    far = np.linspace(0, 1, 41) ** 2 * 4 * reach
    w = centre[0] + np.cos(angle)[:, None] * far  # (rays, places)
    b = centre[1] + np.sin(angle)[:, None] * far
    if len(x) > 120:  # a picture of the level lines needs no more
        x, y = x[:: len(x) // 120 + 1], y[:: len(x) // 120 + 1]
    height = np.maximum.accumulate(cost(w[..., None] * x + b[..., None] - y).mean(-1), 1)
    lowest, top = height[:, 0].min(), np.median(height[:, 30])
    lines = []
    for level in lowest + (top - lowest) * (np.arange(1, 8) / 7) ** 2:
        at = np.array([np.interp(level, row, far, right=np.nan) for row in height])
        place = centre[:, None] + at * np.array([np.cos(angle), np.sin(angle)])
        lines += [place, np.full((2, 1), np.nan)]
    return np.concatenate(lines, axis=1)
