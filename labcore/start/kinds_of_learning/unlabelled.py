"""What is found in points that have no labels."""

from __future__ import annotations

import numpy as np


def k_means(x: np.ndarray, centres: np.ndarray, halves: int) -> tuple[np.ndarray, np.ndarray]:
    """Unsupervised, groups: assign each point to the nearest centre, then move centres to means.

    halves: so many of these half-steps; centres (k, 2) and groups (n,). An empty group stays.
    """
    group = nearest(x, centres)
    for half in range(1, halves):
        if half % 2:
            many = np.bincount(group, minlength=len(centres))[:, None]
            sums = np.stack([np.bincount(group, c, len(centres)) for c in x.T], 1)
            centres = np.where(many > 0, sums / np.maximum(many, 1), centres)
        else:
            group = nearest(x, centres)
    return centres, group


def nearest(x: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The nearest centre of each point."""
    return ((x[:, None] - centres) ** 2).sum(2).argmin(1)


def spread(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Unsupervised, what is unusual and what varies: mean, variances, directions, distances.

    Distances (n,) are Mahalanobis ones. Directions are the columns, the one with most variance
    last: the first principal component.
    """
    mean = x.mean(0)
    variance, direction = np.linalg.eigh(np.cov(x.T, bias=True))
    direction = direction * np.where(direction[0] < 0, -1, 1)
    variance = np.maximum(variance, 0)
    z = (x - mean) @ direction / np.sqrt(np.maximum(variance, 1e-9))
    return mean, variance, direction, np.hypot(*z.T)
