"""In which order the nodes are computed, and from when to when each value is remembered."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np


@functools.cache
def order(hidden: int, outputs: int) -> tuple[tuple[str, int], ...]:
    """What is computed at each place of the time line: a kind of node, and which of them."""
    units, results = range(hidden), range(outputs)
    return (
        ("start", 0),
        *(("z", i) for i in units), *(("h", i) for i in units), *(("o", j) for j in results),
        ("loss", 0), ("penalty", 0), ("objective", 0), ("g_objective", 0),
        *(("g_o", j) for j in results), *(("g_w2", j) for j in results),
        *(("g_h", i) for i in units), *(("g_z", i) for i in units), *(("g_w1", i) for i in units),
        ("step", 0),
    )  # fmt: skip


@functools.cache
def lives(activation: str, hidden: int, outputs: int) -> Mapping[str, tuple[int, int, int]]:
    """First and last place of the time line at which a value is held, and how many numbers it is.

    A value dies with the last use of it. That PyTorch keeps the same is tested with its
    `saved_tensors_hooks`: after ReLU, tanh and sigmoid h is kept and z is not.
    """
    steps = order(hidden, outputs)
    first, last = {}, {}
    for at, (kind, _) in enumerate(steps):
        first.setdefault(kind, at)
        last[kind] = at
    from_h = activation != "gelu"  # φ′ follows from h
    return {
        "x": (0, last["g_w1"], 2),
        "y": (0, last["g_o"], outputs),
        "z": (first["z"], last["h"] if from_h else last["g_z"], hidden),
        "h": (first["h"], last["g_z"] if from_h else last["g_w2"], hidden),
        "o": (first["o"], last["g_o"], outputs),
        "g_o": (first["g_o"], last["g_h"], outputs),
        "g_w2": (first["g_w2"], last["step"], hidden * outputs),
        "g_h": (first["g_h"], last["g_z"], hidden),
        "g_z": (first["g_z"], last["g_w1"], hidden),
        "g_w1": (first["g_w1"], last["step"], hidden * 2),
    }


@functools.cache
def floats_held(activation: str, hidden: int, outputs: int) -> np.ndarray:
    """How many numbers are held at each place of the time line, weights not counted: (T,).

    A layer's room is counted whole from its first number on.
    """
    at = np.arange(len(order(hidden, outputs)))
    return np.sum([
        size * ((at >= born) & (at <= dies)).astype(int)
        for born, dies, size in lives(activation, hidden, outputs).values()
    ], axis=0)  # fmt: skip


def floats_to_predict(hidden: int, outputs: int) -> np.ndarray:
    """The same where nothing is remembered for a way back, up to the outputs: (t,)."""
    ends = {"x": (0, hidden, 2), "z": (1, 2 * hidden, hidden),
            "h": (hidden + 1, 2 * hidden + outputs, hidden),
            "o": (2 * hidden + 1, 2 * hidden + outputs, outputs)}  # fmt: skip
    at = np.arange(2 * hidden + outputs + 1)
    return np.sum([size * ((at >= a) & (at <= b)) for a, b, size in ends.values()], axis=0)
