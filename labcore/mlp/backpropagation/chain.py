"""Checkpoints in a long chain of layers: remember less, compute again (Chen et al., 2016)."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np


class Events(NamedTuple):
    """What a chain does, one layer forward or back at a time.

    held:  (n, T) uint8, whether a layer's input is held: 0 no, 1 kept, 2 computed again.
    layer: (T,) which layer is at work.
    way:   (T,) +1 forward, 0 forward again, −1 back.
    gradient: of the last value by the first, as a check.
    """

    held: np.ndarray
    layer: np.ndarray
    way: np.ndarray
    gradient: float


def run_chain(n: int, segment: int, first: float = 0.7) -> Events:
    """Run n layers a ← tanh(1.2 a) forward and back, remembering one input a segment.

    To go back through a layer its input is needed. Where it was not kept, its segment is run
    again from its checkpoint. Peak: ⌈n/k⌉ checkpoints and k − 1 inputs between two of them.
    """
    kept: dict[int, float] = {}
    again: dict[int, float] = {}
    columns, layers, ways = [], [], []

    def note(layer: int, way: int) -> None:
        column = np.zeros(n, np.uint8)
        column[list(kept)] = 1
        column[list(again)] = 2
        columns.append(column)
        layers.append(layer)
        ways.append(way)

    a = first
    for i in range(n):
        if i % segment == 0:
            kept[i] = a
        a = float(np.tanh(1.2 * a))
        note(i, 1)
    gradient = 1.0
    for i in reversed(range(n)):
        if i not in kept and i not in again:
            start = i - i % segment
            a = kept[start]
            for j in range(start, i):
                a = float(np.tanh(1.2 * a))
                again[j + 1] = a
                note(j, 0)
        a = kept[i] if i in kept else again[i]
        gradient *= 1.2 * float(1 - np.tanh(1.2 * a) ** 2)
        note(i, -1)
        kept.pop(i, None)
        again.pop(i, None)
    return Events(np.stack(columns, axis=1), np.array(layers), np.array(ways), gradient)


@functools.lru_cache(64)
def chain_events(n: int, segment: int) -> Events:
    """The same, run once."""
    return run_chain(n, segment)


@functools.cache
def peaks(n: int) -> np.ndarray:
    """By length of a segment 1 … n: most inputs held at once, and layers run again. (2, n)."""
    runs = [chain_events(n, k) for k in range(1, n + 1)]
    return np.array([[(r.held > 0).sum(0).max() for r in runs], [(r.way == 0).sum() for r in runs]])
