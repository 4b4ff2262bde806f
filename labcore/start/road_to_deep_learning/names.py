"""Which names can be written without running into each other."""

from __future__ import annotations

import numpy as np

from labcore.start.road_to_deep_learning.facts import FACTS
from labcore.start.road_to_deep_learning.lesson import LANE, TIMES
from labcore.start.road_to_deep_learning.panels import TO

STAR = np.array(["★" in fact.name for fact in FACTS])


def apart(which: np.ndarray, logs: np.ndarray, tall: float, first: float) -> list[int]:
    """Of these facts those whose names, left of their marks, run into nothing; newest first."""
    kept: list[int] = []
    letter = 0.0185 * (TO - first)
    for i in which[::-1]:
        start = TIMES[i] - letter * len(FACTS[i].name)
        close = (abs(logs[which] - logs[i]) < 0.025 * tall) & (TIMES[which] > start)
        close &= TIMES[which] < TIMES[i] + 1e-9
        others = [j for j in kept if abs(logs[i] - logs[j]) < 0.045 * tall]
        free = all(TIMES[j] - letter * len(FACTS[j].name) > TIMES[i] or TIMES[j] < start
                   for j in others)  # fmt: skip
        if start > first and free and close.sum() == 1:
            kept.append(int(i))
    return kept


def beside(which: np.ndarray) -> dict[int, str]:
    """Of these facts those that can be named above or below, within their lane: where."""
    found: dict[int, str] = {}
    for i in sorted(which, key=lambda i: (not STAR[i], -TIMES[i])):
        for side in ("top center", "bottom center"):
            rivals = [j for j in found if LANE[j] == LANE[i] and found[j] == side]
            if all(abs(TIMES[i] - TIMES[j]) > 0.091 * (len(FACTS[i].name) + len(FACTS[j].name))
                   for j in rivals):  # fmt: skip
                found[int(i)] = side
                break
    return found
