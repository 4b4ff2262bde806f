"""Four surfaces of two variables with slope and Hessian, and the places where they are level."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

FLAT = 1e-6
"""An eigenvalue smaller than this counts as 0."""
SWING = 4.0


@dataclass(frozen=True)
class Land:
    """Height (…,), slope (…, 2) and Hessian (…, 2, 2) of places x, y (…,)."""

    formula: str
    height: Callable[[np.ndarray, np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
    bend: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]


LANDS: Mapping[str, Land] = {
    "saddle": Land(
        "x²/2 − y²/2 + y⁴/4",
        lambda x, y: x**2 / 2 - y**2 / 2 + y**4 / 4,
        lambda x, y: (x, y**3 - y),
        lambda x, y: (1 + 0 * x, 0 * x, 3 * y**2 - 1),
    ),
    "wells": Land(
        "x⁴/4 − x²/2 + 0.15x + y²/2",
        lambda x, y: x**4 / 4 - x**2 / 2 + 0.15 * x + y**2 / 2,
        lambda x, y: (x**3 - x + 0.15, y),
        lambda x, y: (3 * x**2 - 1, 0 * x, 1 + 0 * x),
    ),
    "monkey": Land(
        "x³/3 − xy² + (x² + y²)²/8",
        lambda x, y: x**3 / 3 - x * y**2 + (x**2 + y**2) ** 2 / 8,
        lambda x, y: (x**2 - y**2 + x * (x**2 + y**2) / 2, -2 * x * y + y * (x**2 + y**2) / 2),
        lambda x, y: (2 * x + (3 * x**2 + y**2) / 2, -2 * y + x * y,
                      -2 * x + (x**2 + 3 * y**2) / 2),
    ),
    "eggs": Land(
        "(x² + y²)/12 + 0.25 (cos 4x + cos 4y)",
        lambda x, y: (x**2 + y**2) / 12 + 0.25 * (np.cos(SWING * x) + np.cos(SWING * y)),
        lambda x, y: (x / 6 - 0.25 * SWING * np.sin(SWING * x),
                      y / 6 - 0.25 * SWING * np.sin(SWING * y)),
        lambda x, y: (1 / 6 - 0.25 * SWING**2 * np.cos(SWING * x), 0 * x,
                      1 / 6 - 0.25 * SWING**2 * np.cos(SWING * y)),
    ),
}  # fmt: skip


def hessian(name: str, place: np.ndarray) -> np.ndarray:
    """The Hessian at one place, (2, 2)."""
    xx, xy, yy = LANDS[name].bend(*place)
    return np.array([[xx, xy], [xy, yy]], np.float64)


def kind_of(eigenvalues: np.ndarray) -> str:
    """What a level place is, by the signs of the Hessian's eigenvalues."""
    low, high = np.sort(eigenvalues)
    if low > FLAT:
        return "minimum"
    if high < -FLAT:
        return "maximum"
    if low < -FLAT and high > FLAT:
        return "saddle"
    return "undecided"


@lru_cache(maxsize=8)
def level_places(name: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """All places in the picture with slope 0, (P, 2), and what each is.

    Newton's method from a grid of starts, all at once.
    """
    land, at = LANDS[name], np.linspace(-2.45, 2.45, 36)
    x, y = (grid.ravel() for grid in np.meshgrid(at, at))
    with np.errstate(all="ignore"):
        for _ in range(60):
            (gx, gy), (xx, xy, yy) = land.slope(x, y), land.bend(x, y)
            det = xx * yy - xy**2
            x, y = x - (yy * gx - xy * gy) / det, y - (xx * gy - xy * gx) / det
        found = np.stack([x, y], -1)[np.hypot(*land.slope(x, y)) < 1e-9]
    found = found[(np.abs(found) < 2.45).all(1)]
    if name == "monkey":  # Newton comes to a place without curvature by halves only
        found = found[np.hypot(*found.T) > 1e-2]
        found = np.concatenate([found, np.zeros((1, 2))])
    _, keep = np.unique((found + 0.0).round(4) + 0.0, axis=0, return_index=True)
    places = found[np.sort(keep)]
    return places, tuple(kind_of(np.linalg.eigvalsh(hessian(name, p))) for p in places)


def descend(
    name: str, start: np.ndarray, lr: float, noise: np.ndarray | None, steps: int
) -> np.ndarray:
    """Paths w ← w − η(∇f + noise), start (2,), noise (steps, R, 2): (steps + 1, R, 2)."""
    land = LANDS[name]
    runs = 1 if noise is None else noise.shape[1]
    w = np.repeat(np.asarray(start, np.float64)[None], runs, 0)
    path = [w]
    for k in range(steps):
        g = np.stack(land.slope(w[:, 0], w[:, 1]), -1)
        w = np.clip(w - lr * (g if noise is None else g + noise[k]), -6, 6)
        path.append(w)
    return np.array(path)
