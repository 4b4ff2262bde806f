"""Is a function convex? The chord that lies lowest under it, its tangents, and Jensen's gap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from labcore import PointList
from labcore.formula import Formula

EDGE = 3.0
X = np.linspace(-EDGE, EDGE, 241)
"""Functions are looked at in these places."""


@lru_cache(maxsize=16)
def graph(kind: str, text: str, drawn: PointList) -> tuple[np.ndarray, np.ndarray]:
    """Height and slope on X: of a formula by autograd, or of straight pieces between points."""
    if kind == "drawn":
        pins = pieces(drawn)
        slope = np.diff(pins[:, 1]) / np.diff(pins[:, 0])
        at = np.clip(np.searchsorted(pins[:, 0], X, side="right") - 1, 0, len(slope) - 1)
        return np.interp(X, pins[:, 0], pins[:, 1]), slope[at]
    x = torch.from_numpy(X.copy()).requires_grad_()
    f = Formula.parse(text, ("x",))(x)
    (slope,) = torch.autograd.grad(f.sum(), x)
    return f.detach().numpy(), slope.numpy()


def pieces(drawn: PointList) -> np.ndarray:
    """Drawn points from left to right, the ends carried on level, none above another, (P, 2)."""
    pins = np.array(sorted(drawn))
    keep = np.diff(pins[:, 0], prepend=-np.inf) > 1e-6
    pins = pins[keep]
    ends = [[(-EDGE - 1e-3, pins[0, 1])] if pins[0, 0] > -EDGE else [],
            [(EDGE + 1e-3, pins[-1, 1])] if pins[-1, 0] < EDGE else []]  # fmt: skip
    return np.array([*ends[0], *map(tuple, pins), *ends[1]])


def lower_hull(x: np.ndarray, f: np.ndarray) -> np.ndarray:
    """Which points of a graph lie on its lower hull, from left to right (Andrew, 1979)."""
    hull: list[int] = []
    for k in range(len(x)):
        while len(hull) > 1:
            a, b = hull[-2], hull[-1]
            if (f[b] - f[a]) * (x[k] - x[a]) >= (f[k] - f[a]) * (x[b] - x[a]):
                hull.pop()
            else:
                break
        hull.append(k)
    return np.array(hull)


@dataclass(frozen=True)
class Bend:
    """What is known of a function on X.

    chord: indices of the chord the graph rises above most; not meant if `convex`.
    gap:   by how much at most.
    """

    convex: bool
    strict: bool
    says: str
    chord: tuple[int, int]
    gap: float


def judge_function(f: np.ndarray) -> Bend:
    """Compare a graph with its lower hull, the largest convex function below it.

    A function is convex where the two are one. Where they part, a segment of the hull is a chord
    below the graph.
    """
    there = np.flatnonzero(np.isfinite(f))
    if len(there) < 3:
        return Bend(False, False, "The formula has no value in this picture.", (0, 0), 0.0)
    if there[-1] - there[0] + 1 > len(there):
        return Bend(False, False, "The places where f has a value are not one interval.", (0, 0),
                    0.0)  # fmt: skip
    x, y = X[there], f[there]
    hull = lower_hull(x, y)
    above = y - np.interp(x, x[hull], y[hull])
    tiny = 1e-9 * (1 + np.abs(y).max())
    worst = int(above.argmax())
    if above[worst] > tiny:
        k = int(np.searchsorted(hull, worst))
        chord = int(there[hull[k - 1]]), int(there[hull[k]])
        return Bend(False, False, "Not convex: it rises above the red chord.", chord,
                    float(above[worst]))  # fmt: skip
    straight = np.diff(y, 2) <= tiny
    if straight.any():
        says = "Convex, not strictly: a piece is straight."
        return Bend(True, False, says, (0, 0), 0.0)
    return Bend(True, True, "Strictly convex: all chords lie above.", (0, 0), 0.0)


def tangent(f: np.ndarray, slope: np.ndarray, x: float) -> np.ndarray:
    """The tangent at x, on X."""
    return np.interp(x, X, f) + np.interp(x, X, slope) * (X - x)


def jensen(f: np.ndarray, x: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
    """E[x], f(E[x]) and E[f(x)] for places (n,) and weights (n,)."""
    p = weight / weight.sum() if weight.sum() > 0 else np.full(len(x), 1 / len(x))
    mean = float(p @ x)
    return mean, float(np.interp(mean, X, f)), float(p @ np.interp(x, X, f))
