"""Is a set convex? Signed distances, turns of a polygon, and the chord that leaves it farthest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEAVES = 0.01
"""A chord leaves the set if it is outside by more than this; nearer than that may be rounding."""
ALONG = np.array([0.12, 0.31, 0.5, 0.69, 0.88])
"""Where on each chord one looks."""


def to_polygon(p: np.ndarray, polygon: np.ndarray) -> np.ndarray:
    """Signed distance of points (N, 2) to a polygon (V, 2), negative inside (even–odd), (N,)."""
    (ax, ay), (bx, by) = polygon.T, np.roll(polygon, -1, 0).T
    ex, ey = bx - ax, by - ay
    dx, dy = p[:, :1] - ax, p[:, 1:] - ay
    t = np.clip((dx * ex + dy * ey) / np.maximum(ex**2 + ey**2, 1e-12), 0, 1)
    distance = np.sqrt(((dx - t * ex) ** 2 + (dy - t * ey) ** 2).min(1))
    spans = (dy < 0) != (by - p[:, 1:] > 0)
    slant = np.where(ey == 0, np.inf, ex) / np.where(ey == 0, 1, ey)
    with np.errstate(invalid="ignore"):
        crosses = spans & (dx < dy * slant)
    return np.where(crosses.sum(1) % 2 == 1, -distance, distance)


def to_set(p: np.ndarray, polygon: np.ndarray, disc: np.ndarray, operation: str) -> np.ndarray:
    """Distance to the polygon, its intersection with the disc (x, y, radius) or their union.

    Negative inside. For the two combinations it is exact in sign, and a bound in size.
    """
    first = to_polygon(p, polygon)
    if operation == "polygon":
        return first
    second = np.linalg.norm(p - disc[:2], axis=1) - disc[2]
    return np.maximum(first, second) if operation == "both" else np.minimum(first, second)


def turns(polygon: np.ndarray) -> np.ndarray:
    """How far one turns at each vertex, in degrees, positive in the sense of going round, (V,)."""
    edge = np.roll(polygon, -1, 0) - polygon
    before = np.roll(edge, 1, 0)
    cross = before[:, 0] * edge[:, 1] - before[:, 1] * edge[:, 0]
    angle = np.rad2deg(np.arctan2(cross, (before * edge).sum(-1)))
    return angle if angle.sum() >= 0 else -angle


@dataclass(frozen=True)
class Shape:
    """What is known of a set.

    chord: the two ends of the chord that leaves it farthest, (2, 2); not-a-number if none does.
    depth: by how far.
    tried: how many chords were tried.
    """

    convex: bool
    proved: bool
    says: str
    chord: np.ndarray
    depth: float
    tried: int
    turns: np.ndarray


def candidates(polygon: np.ndarray, disc: np.ndarray, operation: str) -> np.ndarray:
    """Points of the set on its outline, (N, 2)."""
    share = np.array([0.0, 0.25, 0.5, 0.75])[:, None, None]
    points = (polygon + share * (np.roll(polygon, -1, 0) - polygon)).reshape(-1, 2)
    if operation != "polygon":
        at = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        rim = disc[:2] + disc[2] * np.stack([np.cos(at), np.sin(at)], -1)
        points = np.concatenate([points, rim])
    return points[to_set(points, polygon, disc, operation) < 1e-6]


def judge(polygon: np.ndarray, disc: np.ndarray, operation: str) -> Shape:
    """Look for a chord that leaves the set.

    A polygon alone is decided by its turns: it is convex if all have one sign and add up to 360°.
    """
    bends, none = turns(polygon), np.full((2, 2), np.nan)
    round_once = abs(bends.sum() - 360) < 1e-6
    flat = bool((bends >= -1e-9).all() and round_once)
    points = candidates(polygon, disc, operation)
    if len(points) < 2:
        return Shape(True, True, "Empty: there is no chord, so it is convex.", none, 0, 0, bends)
    i, j = np.triu_indices(len(points), 1)
    on = points[i, None] + ALONG[:, None] * (points[j] - points[i])[:, None]
    out = to_set(on.reshape(-1, 2), polygon, disc, operation).reshape(on.shape[:2]).max(1)
    worst, tried = int(out.argmax()), len(i)
    if out[worst] > LEAVES and not (operation == "polygon" and flat):
        says = "Not convex: the red chord leaves the set."
        return Shape(False, True, says, points[[i[worst], j[worst]]], float(out[worst]), tried,
                     bends)  # fmt: skip
    if operation == "polygon" and not flat:
        k = int(bends.argmin())
        ends = [(polygon[k] + polygon[(k + s) % len(polygon)]) / 2 for s in (-1, 1)]
        says = "Not convex: one corner turns the other way."
        return Shape(False, True, says, np.array(ends), 0, tried, bends)
    if operation == "polygon":
        says = "Convex: all turns one way, 360° in all."
    elif operation == "both" and flat:
        says = "Convex: what two convex sets share is."
    else:
        says = f"None of {tried} chords leaves it: no proof."
        return Shape(True, False, says, none, 0, tried, bends)
    return Shape(True, True, says, none, 0, tried, bends)
