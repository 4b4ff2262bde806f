"""The average over masks, by hand: what is drawn tends to what was there."""

from __future__ import annotations

import functools

import numpy as np

from labcore.mlp.dropout.clothes import FRAMES
from labcore.mlp.dropout.config import UNITS
from labcore.rng import numpy_generator

MASKS = 2000
COUNTS = np.unique(np.geomspace(1, MASKS, 3 * FRAMES).round().astype(int))
COUNTS = COUNTS[np.linspace(0, len(COUNTS) - 1, FRAMES + 1).round().astype(int)]
"""How many masks have been averaged at each frame: 1 … 2000."""


@functools.lru_cache(8)
def kept_shares(p: float, seed: int) -> np.ndarray:
    """Share of masks that kept each unit, after 1, 2, … masks: (MASKS, UNITS)."""
    kept = numpy_generator(seed, "averages").random((MASKS, UNITS)) >= p
    return np.cumsum(kept, axis=0) / np.arange(1, MASKS + 1)[:, None]


def last_mask(p: float, seed: int, n: int) -> np.ndarray:
    """The n-th mask: (UNITS,) bool."""
    return numpy_generator(seed, "averages").random((MASKS, UNITS))[n - 1] >= p


def standard_error(h: np.ndarray, p: float, n: int, scaled: bool) -> np.ndarray:
    """Deviation of a mean over n masks: each is h/(1 − p) or 0, with variance h² p/(1 − p)."""
    one = np.abs(h) * np.sqrt(p / (1 - p)) if scaled else np.abs(h) * np.sqrt(p * (1 - p))
    return one / np.sqrt(n)
