"""What frames put into traces: places as x and y, fields as bytes, ranges of axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

FAR = 1e6
"""No picture reaches farther."""


def at(x: Any, y: Any) -> dict[str, np.ndarray]:
    """A mark, or marks and lines: numbers or (n,), as float32, cut where no picture reaches."""
    return {"x": drawn(x), "y": drawn(y)}


def drawn(values: Any) -> np.ndarray:
    """Coordinates as float32; a line that runs away is drawn to the edge, not left out."""
    return np.clip(np.atleast_1d(np.asarray(values, np.float64)), -FAR, FAR).astype(np.float32)


def pair(points: Any) -> dict[str, np.ndarray]:
    """Places (2, n) or (2,) as x and y."""
    x, y = np.asarray(points, np.float32).reshape(2, -1)
    return {"x": x, "y": y}


def shaft(tip: Any) -> dict[str, np.ndarray]:
    """An arrow from the origin to its tip, (2,)."""
    return pair(np.stack([np.zeros(2), np.asarray(tip, float)], axis=1))


def told(places: Any, texts: Sequence[str]) -> dict[str, Any]:
    """Words at places, (2, n); those whose place does not exist are left out."""
    there = np.atleast_1d(np.isfinite(np.asarray(places, float)).all(0))
    return pair(places) | {"text": [t if on else "" for t, on in zip(texts, there, strict=True)]}


def beyond(tips: np.ndarray, reach: float, by: float = 0.42) -> np.ndarray:
    """Places for words, a little farther out than the tips of arrows, (2, n); kept in sight."""
    away = np.maximum(np.hypot(*tips), 1e-9)
    places = tips * (1 + by / away) + (away < 0.01) * by
    return np.clip(places, -0.93 * reach, 0.93 * reach)


def span(
    *curves: Any, keep: float = 0.96, room: float = 0.15, zero: bool = False
) -> tuple[float, float]:
    """A range that shows curves, but not the far ends of a pole.

    keep: the share of the finite values that must be in sight.
    room: what is left free at either end, as a share of the range.
    zero: the axis must be in sight too.
    """
    values = np.concatenate([np.ravel(curve) for curve in curves])
    values = values[np.isfinite(values)]
    if not values.size:
        return -1.0, 1.0
    if zero:
        values = np.append(values, 0.0)
    low, high = np.quantile(values, ((1 - keep) / 2, (1 + keep) / 2))
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    free = room * (high - low) or 1.0
    return float(low - free), float(high + free)


def quantize(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """A field as uint8: `low` becomes 0 and `high` 255; what is beyond is clipped."""
    unit = (np.asarray(values, np.float32) - low) / (high - low)
    return np.rint(np.clip(np.nan_to_num(unit), 0, 1) * 255).astype(np.uint8)
