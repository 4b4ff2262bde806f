"""The points that every kind of learning is given: one's own, or real wines."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from sklearn.datasets import load_wine

SIDE, EACH = 10.0, 8
"""The plane is SIDE wide and high; so many points of one's own are there of each kind."""
FLAVANOIDS, COLOUR = (0.0, 5.2), (0.0, 14.0)
"""The ends of both axes for the wines, in the units of the table."""

FIRST = ((1.1, 2.2), (1.8, 3.6), (2.2, 1.5), (2.7, 2.9), (1.5, 4.6), (3.2, 3.9), (2.4, 4.9),
         (3.4, 2.2))  # fmt: skip
SECOND = ((4.3, 6.1), (5.0, 7.4), (5.4, 5.6), (5.9, 6.8), (4.8, 8.4), (6.4, 7.9), (4.1, 7.3),
          (5.6, 8.7))  # fmt: skip
THIRD = ((7.0, 3.4), (7.7, 4.8), (8.2, 2.9), (8.8, 4.3), (7.4, 5.9), (9.1, 5.4), (8.3, 5.7),
         (6.6, 4.4))  # fmt: skip


@lru_cache(maxsize=1)
def wines() -> tuple[np.ndarray, np.ndarray]:
    """178 wines as places (178, 2) on the plane, and which of three growers each is from (178,).

    Source: Aeberhard & Forina (1991), UCI Wine, as in scikit-learn.
    """
    data = load_wine()
    columns = [data.feature_names.index(name) for name in ("flavanoids", "color_intensity")]
    low, high = np.array([FLAVANOIDS, COLOUR]).T
    places = SIDE * (data.data[:, columns] - low) / (high - low)
    places.flags.writeable = False
    return places, data.target


def own(*lists: tuple[tuple[float, float], ...]) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, 2) of one's own, and which list each stands in (n,)."""
    return np.concatenate(lists).astype(float), np.repeat(np.arange(len(lists)), EACH)
