"""Level lines of a quadratic model, as curves."""

from __future__ import annotations

import numpy as np

LEVELS = 3
SPAN = np.linspace(-1.6, 1.6, 33)
"""How far from the place the quadratic model is shown."""


def level_lines(here: np.ndarray, g: np.ndarray, H: np.ndarray) -> list[np.ndarray]:
    """Where the quadratic model has the height of the place and two others: LEVELS of (2, K).

    Along each ray from the place the model is a parabola, which meets a level once or twice: the
    near and the far side of the line are two stretches.
    """
    if not np.isfinite(H).all() or not np.isfinite(g).all():
        return [np.full((2, 1), np.nan)] * LEVELS
    angle = np.linspace(0, 2 * np.pi, 91)
    ray = np.array([np.cos(angle), np.sin(angle)])
    slope, bend = g @ ray, 0.5 * np.einsum("ik,ij,jk->k", ray, H, ray)
    unit = 0.5 * (np.abs(slope).max() + np.abs(bend).max()) or 1.0
    found = []
    for level in (-0.6 * unit, 0.6 * unit, 1.4 * unit):
        with np.errstate(all="ignore"):
            root = np.sqrt(slope**2 + 4 * bend * level)
            near = np.where(np.abs(bend) < 1e-9, level / slope, 2 * level / (slope + root))
            other = np.where(np.abs(bend) < 1e-9, np.nan, 2 * level / (slope - root))
        pieces = []
        for t in (near, other):
            inside = (t > 0) & (np.abs(t * ray).max(axis=0) <= SPAN[-1] + 0.8)
            pieces += [here[:, None] + ray * np.where(inside, t, np.nan), np.full((2, 1), np.nan)]
        found.append(np.concatenate(pieces, axis=1))
    return found
