"""A drawn curve imitated by a sum of bent lines; what depth adds; what a missing bend takes away.

The time line adds unit after unit where heights are solved, and trains where they are trained. In
the other views it goes through the layers.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from labcore import Frame, Start
from labcore.mlp.universal_approximation.config import Config
from labcore.mlp.universal_approximation.depth import folded, matrices, random_pieces, through
from labcore.mlp.universal_approximation.pieces import (
    EVERY,
    FRAMES,
    GRID,
    contributions,
    kinks_of,
    solve,
    target,
    train,
)

REACH = 1.0
TICKS = np.linspace(-REACH, REACH, 5)
ALONG = np.linspace(-REACH, REACH, 13)


def grid_lines() -> np.ndarray:
    """A square grid as one line with gaps: (2, 10 · 14)."""
    lines = []
    for t in TICKS:
        lines += [np.array([np.full(len(ALONG), t), ALONG]), np.full((2, 1), np.nan)]
        lines += [np.array([ALONG, np.full(len(ALONG), t)]), np.full((2, 1), np.nan)]
    return np.concatenate(lines, axis=1)


def look(config: Config, step: int, theta: np.ndarray) -> Frame:
    """All that is shown at one place of the time line, for the weights theta (3 W + 1,)."""
    y = target(config)
    parts = contributions(config.activation, theta, GRID)
    used = config.width
    if config.method == "solved":
        used = -(-step * config.width // FRAMES)
    whole = theta[-1] + parts.sum(0)
    sums = theta[-1] + parts[:used].sum(0)
    error = whole - y
    layers = step * config.depth / FRAMES
    passed = step * config.layers / FRAMES
    weights = matrices(config.seed, config.layers)[: int(np.ceil(passed))]
    share = 1.0 if passed == int(passed) else passed - int(passed)
    values = {
        "target": y, "sum": sums, "error": error, "parts": parts[:, ::4],
        "kinks": np.clip(kinks_of(theta), -99, 99), "theta": theta,
        "folds": folded(int(np.ceil(layers))), "pieces": random_pieces(config.seed),
        "grid": through(config.activation, weights, grid_lines(), share),
        "passed": np.array(weights).reshape(-1, 2, 2),
    }  # fmt: skip
    numbers = {
        "used": used, "layers": int(np.ceil(layers)), "share": share,
        "rms": float(np.sqrt((error**2).mean())), "worst": float(np.abs(error).max()),
    }  # fmt: skip
    arrays = {name: np.asarray(value, np.float32) for name, value in values.items()}
    return Frame(step, arrays | numbers, note(config, theta, step), {"theta": theta})


def note(config: Config, theta: np.ndarray, step: int) -> str:
    """What goes wrong, in a sentence."""
    if not np.isfinite(theta).all():
        return f"η = {config.lr:g} is too large: by step {step * EVERY} the weights are no numbers."
    if config.activation == "linear" and step == FRAMES:
        return "Without a bend any number of units adds up to one straight line."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """One unit more or fifty steps of training further, and a part of a layer."""
    y = target(config)
    if config.method == "trained":
        for step, theta in enumerate(train(config, y)):
            yield look(config, step, theta)
        return
    theta = solve(config, y)
    for step in range(FRAMES + 1):
        yield look(config, step, theta)


def answer(config: Config, start: Start | None = None) -> Frame:
    """While the curve is drawn: solved anew, or the trained weights of the frame on screen."""
    step = min(start.step, FRAMES) if start else FRAMES
    kept = start.checkpoint.get("theta") if start else None
    if config.method == "trained" and kept is not None and len(kept) == 3 * config.width + 1:
        return look(config, step, kept)
    return look(config, step, solve(config, target(config)))
