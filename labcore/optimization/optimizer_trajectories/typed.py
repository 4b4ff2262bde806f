"""A formula the learner types, as a surface: slope by autograd, minima looked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from labcore.formula import Formula
from labcore.optimization.optimizer_trajectories.curvature import hessian
from labcore.optimization.optimizer_trajectories.surfaces import Place, Surface

REACH = 4.0
"""A formula is shown from −REACH to REACH."""
NAMED = 4
"""So many of its minima are marked, the lowest."""


def typed(text: str) -> Surface:
    """The surface of a formula of x and y.

    Whether it has a lowest point nobody can know; the lowest minimum found in the picture is
    taken for it, if nothing in the picture is lower.
    """
    formula = Formula.parse(text)

    def height(p: Tensor) -> Tensor:
        z = formula(p[..., 0], p[..., 1])
        return z * (1 + 0 * z)  # autograd gives log a slope even where it has no height

    def loss(p: Any) -> Any:
        return height(p) if isinstance(p, Tensor) else height(torch.from_numpy(p)).numpy()

    def slope(p: Any) -> tuple[Any, Any]:
        theta = (p if isinstance(p, Tensor) else torch.from_numpy(p)).detach().requires_grad_()
        (g,) = torch.autograd.grad(height(theta).sum(), theta)
        found = g if isinstance(p, Tensor) else g.numpy()
        return found[..., 0], found[..., 1]

    at = np.linspace(-REACH, REACH, 61)
    grid = loss(np.stack(np.meshgrid(at, at), -1))
    seen = grid[np.isfinite(grid)]
    seen = seen if seen.size else np.zeros(1)
    floor, middle, top = (float(np.quantile(seen, q)) for q in (0.0, 0.5, 0.98))
    found = minima(height)
    bounded = bool(found) and found[0][0] <= floor + 1e-9 * (1 + abs(floor))
    lowest = found[0][0] if bounded else floor
    span = max(top - lowest, 1e-6)
    steep = top - lowest > 20 * max(middle - lowest, 1e-9)
    return Surface(
        loss=loss,
        slope=slope,
        formula=f"f = {formula}",
        goal=lowest + 1e-3 * span,
        shade=lambda z: np.log(np.maximum(z - lowest, 0) / span + 1e-3) if steep else z,
        shading="logarithm of the height" if steep else "loss",
        loss_range=(1e-6 * span, 10 * span) if bounded else (lowest, lowest + 1.5 * span),
        lowest=lowest if bounded else None,
        minima=tuple(place for _, place in words(found)),
        half=REACH,
    )


def words(found: list[tuple[float, float, float]]) -> list[tuple[float, Place]]:
    """The lowest minima, each with its letter; one alone is called what it is."""
    letters = ("minimum",) if len(found) == 1 else ("A, deepest", "B", "C", "D")
    return [(z, (x, y, word)) for (z, x, y), word in zip(found, letters, strict=False)]


def minima(height: Any, side: int = 21, turns: int = 40) -> list[tuple[float, float, float]]:
    """Minima in the picture, the lowest first: height, x and y of each.

    From a grid of starts, Newton's method with the absolute value of each curvature, which
    saddles and tops repel (Dauphin et al., 2014). A point counts if its gradient is zero and both
    curvatures are positive.
    """
    at = torch.linspace(-REACH, REACH, side, dtype=torch.float64)
    theta = torch.cartesian_prod(at + 0.013, at - 0.007)  # off the axes, where many are symmetric
    for _ in range(turns):
        g, bends = derivatives(height, theta)
        curvature, axes = torch.linalg.eigh(bends)
        along = (axes.mT @ g[..., None])[..., 0] / (curvature.abs() + 1e-6)
        step = (axes @ along.clamp(-0.5, 0.5)[..., None])[..., 0]
        theta = (theta - step).clamp(-2 * REACH, 2 * REACH)
    g, bends = derivatives(height, theta)
    curvature = torch.linalg.eigvalsh(bends)
    scale = 1e-6 * (1 + curvature[..., -1].abs())
    good = (g.abs().amax(-1) < scale) & (curvature[..., 0] > 1e-6) & (theta.abs().amax(-1) <= REACH)
    kept: list[tuple[float, float, float]] = []
    tops = height(theta)
    for i in torch.argsort(tops).tolist():
        x, y = theta[i].tolist()
        new = all(abs(x - a) + abs(y - b) > 1e-2 for _, a, b in kept)
        if good[i] and torch.isfinite(tops[i]) and new:
            kept.append((float(tops[i]), x, y))
    return kept[: NAMED + 8]


def derivatives(height: Any, theta: Tensor) -> tuple[Tensor, Tensor]:
    """Gradient and Hessian; 0 where the formula has none, so that the search goes on elsewhere."""
    at = theta.detach().requires_grad_()
    (g,) = torch.autograd.grad(height(at).sum(), at)
    bends = hessian(height, theta)
    known = g.isfinite().all(-1) & bends.isfinite().all(-1).all(-1)
    return torch.where(known[:, None], g, 0.0), torch.where(known[:, None, None], bends, 0.0)
