"""How near the made is to the real: distances, coverage, copies."""

from __future__ import annotations

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from labcore.generation.gan.worlds import World

GOOD = 3.0
"""A point is good within so many σ of the nearest centre (Srivastava et al., 2017)."""

NOTHING = 0.002
"""A density in the plane that is too small to judge by."""

FAIR = 0.25
"""A part is covered once it gets this share of the good points that would be its due."""


def wasserstein(a: np.ndarray, b: np.ndarray) -> float:
    """Exact 2-Wasserstein distance of two samples of one size, (n, d): the cheapest pairing.

    √ of the least mean squared distance over all n! pairings, found by the Hungarian method.
    """
    a, b = a.astype(np.float64), b.astype(np.float64)
    square = (a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T
    cost = np.maximum(square, 0)
    rows, columns = linear_sum_assignment(cost)
    return float(np.sqrt(cost[rows, columns].mean()))


def discrepancy(a: Tensor, b: Tensor, width: float) -> float:
    """Unbiased estimate of the squared maximum mean discrepancy (Gretton et al., 2012, eq. 3).

    With the kernel exp(−|x − y|²/(2 width²)); samples (n, d), (m, d). It may fall below 0.
    """

    def kernel(x: Tensor, y: Tensor) -> Tensor:
        return torch.exp(-torch.cdist(x, y).square() / (2 * width**2))

    n, m = len(a), len(b)
    within_a = (kernel(a, a).sum() - n) / (n * (n - 1))
    within_b = (kernel(b, b).sum() - m) / (m * (m - 1))
    return float(within_a + within_b - 2 * kernel(a, b).mean())


def coverage(world: World, points: Tensor) -> tuple[np.ndarray, float]:
    """The share of all points that is good and near each part, (parts,), and the good in all."""
    part, far = world.nearest(points)
    good = far <= GOOD
    counts = torch.bincount(part[good], minlength=len(world.names)).numpy()
    return counts / len(points), float(good.float().mean())


def nearest_shares(world: World, points: Tensor) -> np.ndarray:
    """Which share of points, good or not, is nearest to each part: (parts,), of sum 1."""
    part, _ = world.nearest(points)
    return torch.bincount(part, minlength=len(world.names)).numpy() / len(points)


def covered(shares: np.ndarray) -> int:
    """How many parts are covered."""
    return int((shares >= FAIR * max(shares.sum(), 1e-9) / len(shares)).sum())


def nearness(points: Tensor, training: Tensor) -> Tensor:
    """How far the nearest training point is from each point: (n, d), (m, d) → (n,)."""
    return torch.cdist(points, training).amin(1)


def grid_density(points: Tensor, at: Tensor, width: float) -> Tensor:
    """A density estimated from points (m, 2) by normal kernels of one width.

    On the grid whose both axes are `at` (k,), row by row: (k²,). A round normal kernel is one in x
    times one in y, so that the sum over all points is one product of two matrices (k, m).
    """
    in_x, in_y = (torch.exp(-((at[:, None] - column) ** 2) / (2 * width**2)) for column in points.T)
    return (in_y @ in_x.T).flatten() / (len(points) * 2 * np.pi * width**2)


def best_verdict(p: Tensor, q: Tensor) -> Tensor:
    """The best D there is, D* = p/(p + q) (Goodfellow et al., 2014, proposition 1).

    p: the density of the data, q: that of the fakes. ½ where both are next to nothing.
    """
    return (p + NOTHING) / (p + q + 2 * NOTHING)


def frechet(a: Tensor, b: Tensor) -> float:
    """Squared Fréchet distance of two samples as normal laws: |μ−ν|² + tr(A + B − 2(AB)^½).

    Dowson & Landau (1982). The trace of the root is the sum of the roots of AB's eigenvalues.
    """
    a, b = a.double(), b.double()
    cov_a, cov_b = torch.cov(a.T), torch.cov(b.T)
    roots = torch.linalg.eigvals(cov_a @ cov_b).real.clamp_min(0).sqrt().sum()
    return float((a.mean(0) - b.mean(0)).square().sum() + cov_a.trace() + cov_b.trace() - 2 * roots)
