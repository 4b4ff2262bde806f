"""What follows the controls and not the time line: outlines, graphs, curves over all steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from labcore import figures
from labcore.figures import at
from labcore.optimization.convexity.config import REACH, Config
from labcore.optimization.convexity.constraints import ITERATIONS, H
from labcore.optimization.convexity.functions import X, jensen, pieces, tangent
from labcore.optimization.convexity.lesson import (
    function_judged,
    graph_of,
    masses_of,
    shape_judged,
    shape_of,
    solved,
)
from labcore.optimization.convexity.sets import to_set

GRID = np.linspace(-REACH, REACH, 51)
CELLS = np.stack(np.meshgrid(GRID, GRID), -1).reshape(-1, 2)
LEVELS = np.array([0.1, 0.4, 0.9, 1.6, 2.5, 3.6, 5.2, 7.5])
ROUND = np.linspace(0, 2 * np.pi, 49)
LEAST = 1e-7
AWAY = 10.0
"""Where a mark is that can be grabbed but is not meant: a hand needs a number."""
Traces = dict[str, dict[str, Any]]


def closed(points: np.ndarray) -> dict[str, Any]:
    """An outline, back to its first point."""
    return at(*np.concatenate([points, points[:1]]).T)


def circle(x: float, y: float, radius: float) -> dict[str, Any]:
    """The outline of a disc."""
    return at(x + radius * np.cos(ROUND), y + radius * np.sin(ROUND))


def window(config: Config) -> tuple[float, float]:
    """From where to where the picture of the function reaches upwards."""
    if config.function == "drawn":
        return -1.0, 5.6
    f = graph_of(config)[0]
    seen = f[np.isfinite(f)]
    if not seen.size:
        return -1.0, 1.0
    high = float(np.quantile(seen, 0.97))
    low = max(float(seen.min()), float(np.quantile(seen, 0.03)) - (high - float(np.median(seen))))
    room = max(high - low, 0.1)
    return low - 0.25 * room, high + 0.25 * room


def still(config: Config) -> dict[str, Traces]:
    """Properties by panel and uid, the same at every step."""
    return sets(config) | functions(config) | gaps(config) | walls(config)


def sets(config: Config) -> dict[str, Traces]:
    """The set, its corners, and why it is or is not convex."""
    polygon, disc = shape_of(config)
    shape = shape_judged(config)
    member = to_set(CELLS, polygon, disc, config.operation).reshape(len(GRID), -1)
    lone = config.operation == "polygon"
    gone = np.full(1, np.nan)
    k = np.arange(1, len(polygon) + 1)
    bad = shape.turns < -1e-9
    return {
        "set": {
            "region": {"z": figures.quantize(-member, -0.05, 0.05) * np.uint8(not lone)},
            "outline": closed(polygon) | {"fill": "toself" if lone else "none"},
            "corners": at(*polygon.T),
            "numbers": {**at(*(1.12 * polygon).T), "text": [str(n) for n in k]},
            "disc": circle(*disc) if not lone else at(gone, gone),
            "middle": at([disc[0]], [disc[1]]) if not lone else at([AWAY], [AWAY]),
            "chord": at(*shape.chord.T),
            "verdict": {"text": [shape.says]},
        },
        "turns": {
            "good": at(k, np.where(bad, 0, shape.turns)),
            "bad": at(k, np.where(bad, shape.turns, 0)),
        },
        "outside": {"depth": at(np.linspace(0, 1, 41), along(config, np.linspace(0, 1, 41)))},
    }


def along(config: Config, share: np.ndarray) -> np.ndarray:
    """How far outside the set the worst chord is at shares of its length; NaN without one."""
    polygon, disc = shape_of(config)
    chord = shape_judged(config).chord
    if not np.isfinite(chord).all():
        return np.full(len(share), np.nan)
    points = chord[0] + share[:, None] * (chord[1] - chord[0])
    return to_set(points, polygon, disc, config.operation)


def functions(config: Config) -> dict[str, Traces]:
    """The graph, what lies above it, chords, a tangent, the slope."""
    f, slope = graph_of(config)
    bend = function_judged(config)
    own = np.array([config.left, config.right])
    worst = X[list(bend.chord)] if bend.gap > 0 else np.full(2, np.nan)
    line = tangent(f, slope, config.touch)
    low = window(config)[0]  # where the formula has no value the marks lie at the bottom
    held = np.nan_to_num(np.interp([*own, config.touch], X, f), nan=low)
    over = f - line
    below = over < -1e-9 * (1 + np.abs(np.nan_to_num(f)).max())
    drops = np.diff(slope) < -1e-9
    falls = np.append(drops, False) | np.append(False, drops)
    pins = pieces(config.drawn) if config.function == "drawn" else np.full((1, 2), AWAY)
    top = np.full(len(X), window(config)[1])
    return {
        "graph": {
            "f": at(X, f),
            "above": at(np.concatenate([X, X[::-1]]), np.concatenate([f, top])),
            "own": at(own, np.interp(own, X, f)),
            "worst": at(worst, np.interp(worst, X, f)),
            "tangent": at(X, line),
            "left": at(own[:1], held[:1]),
            "right": at(own[1:], held[1:2]),
            "touch": at([config.touch], held[2:]),
            "pins": at(*(np.array(config.drawn).T if config.function == "drawn" else pins.T)),
            "verdict": {"text": [bend.says]},
        },
        "slope": {
            "slope": at(X, slope),
            "falls": at(X, np.where(falls, slope, np.nan)),
            "touch": at([config.touch], np.interp([config.touch], X, slope)),
        },
        "over": {"over": at(X, over), "below": at(X, np.where(below, over, np.nan)),
                 "touch": at([config.touch], [0])},
        "jensen": {"f": at(X, f)},
    }  # fmt: skip


def gaps(config: Config) -> dict[str, Traces]:
    """The weights, and Jensen's gap for each spread."""
    x, weight = np.array(config.masses).T
    share = weight / weight.sum() if weight.sum() > 0 else np.full(len(x), 1 / len(x))
    f = graph_of(config)[0]
    steps = np.arange(ITERATIONS + 1)
    told = [jensen(f, *masses_of(config, k / ITERATIONS)) for k in steps]
    stems = np.stack([x, x, np.full(len(x), np.nan)], -1).ravel()
    heights = np.stack([np.zeros(len(x)), weight, np.full(len(x), np.nan)], -1).ravel()
    return {
        "masses": {
            "stems": at(stems, heights),
            "tops": at(x, weight),
            "shares": {**at(x, weight + 0.09), "text": [f"{p:.2f}" for p in share]},
            "mean": at([told[-1][0]], [0]),
        },
        "gap": {"gap": at(steps / ITERATIONS, [average - here for _, here, average in told])},
    }


def walls(config: Config) -> dict[str, Traces]:
    """Level lines of the loss, the admitted set, the solution, and the multipliers."""
    centre = np.array([config.centre_x, config.centre_y])
    lam, q = np.linalg.eigh(H)
    ring = np.stack([np.cos(ROUND), np.sin(ROUND)], -1) / np.sqrt(lam) @ q.T
    rings = centre + np.sqrt(2 * LEVELS)[:, None, None] * ring
    gap = np.full((len(LEVELS), 1, 2), np.nan)
    wall, done = np.array([config.wall_x, config.wall_y]), solved(config)
    size = max(float(np.linalg.norm(wall)), 0.05)
    if config.constraint == "disc":
        admitted = circle(0, 0, size)
    else:
        n = wall / size if np.linalg.norm(wall) > 1e-9 else np.array([1.0, 0.0])
        side = np.array([-n[1], n[0]])
        admitted = closed(np.array([size * n + 9 * side, size * n - 9 * side,
                                    -9 * n - 9 * side, -9 * n + 9 * side]))  # fmt: skip
    k = np.arange(ITERATIONS + 1)
    return {
        "plane": {
            "levels": at(*np.concatenate([rings, gap], 1).reshape(-1, 2).T),
            "admitted": admitted,
            "centre": at(*centre[:, None]),
            "wall": at(*wall[:, None]),
            "best": at(*done.best[:, None]),
        },
        "alphas": {"exact": at([0, ITERATIONS], [done.alpha, done.alpha]),
                   "penalty": at(k, done.pressure), "lagrange": at(k, done.multiplier)},
    }  # fmt: skip
