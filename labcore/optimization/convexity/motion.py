"""What moves along the time line: draw, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from labcore import Frame, Patch, shown
from labcore.figures import at
from labcore.optimization.convexity.config import Config
from labcore.optimization.convexity.constraints import ITERATIONS
from labcore.optimization.convexity.figure import WAYS
from labcore.optimization.convexity.functions import X, lower_hull
from labcore.optimization.convexity.lesson import (
    function_judged,
    graph_of,
    masses_of,
    shape_judged,
    solved,
)
from labcore.optimization.convexity.still import LEAST, along, still


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What this step shows; in an answer also all that follows the controls."""
    found: dict[str, dict[str, Any]] = still(config) if frame["whole"] else {}
    for name, traces in moving(config, frame).items():
        found[name] = found.get(name, {}) | traces
    top = 1.3 * float(np.clip(frame["alpha"][2], 0.5, 1e3))
    patches: dict[str, Patch] = {name: {"traces": traces} for name, traces in found.items()}
    if config.function == "drawn":
        patches["sketch"] = patches.pop("graph")
    patches["alphas"]["layout"] = {"yaxis.range": [-0.04 * top, top]}
    slope = graph_of(config)[1]
    seen = slope[np.isfinite(slope)] if np.isfinite(slope).any() else np.zeros(1)
    low, high = np.quantile(seen, [0.01, 0.99])
    room = 0.15 * (high - low) + 0.2
    patches["slope"]["layout"] = {"yaxis.range": [float(low - room), float(high + room)]}
    return patches


def moving(config: Config, frame: Frame) -> dict[str, dict[str, Any]]:
    """By panel and uid: what the time line moves."""
    step = frame.step
    share = step / ITERATIONS
    f = graph_of(config)[0]
    chord, bend = shape_judged(config).chord, function_judged(config)
    on = chord[0] + share * (chord[1] - chord[0])
    ends = X[list(bend.chord)] if bend.gap > 0 else np.full(2, np.nan)
    own = np.array([config.left, config.right])

    def on_chord(places: np.ndarray) -> tuple[Any, ...]:
        heights = np.interp(places, X, f)
        return tuple([ends[0] + share * (ends[1] - ends[0])] for ends in (places, heights))

    x, _ = masses_of(config, share)
    heights = np.interp(x, X, f)
    mean, here, average = frame["mean"], frame["f.mean"], frame["mean.f"]
    walker = on_chord(ends)
    traces: dict[str, dict[str, Any]] = {
        "set": {"walker": at(*on[:, None])},
        "outside": {"walker": at([share], along(config, np.array([share])))},
        "graph": {"walker": at(*walker), "rise": at(walker[0], np.interp(walker[0], X, f)),
                  "place": at(*on_chord(own))},
        "slope": {},
        "jensen": {
            "points": at(x, heights), "hull": at(*hull(x, heights)),
            "gap": at([mean, mean], [here, average]), "average": at([mean], [average]),
            "at-mean": at([mean], [here]),
            "average-name": {**at([mean + 0.3], [average]), "text": ["E f(x)"]},
            "at-mean-name": {**at([mean + 0.3], [here]), "text": ["f(E x)"]},
        },
        "gap": {"now": at([share], [average - here])},
        "plane": {}, "errors": {},
        "alphas": {f"{name}-now": at([step], frame["alpha"][[i]])
                   for i, name in enumerate(("penalty", "lagrange"))},
    }  # fmt: skip
    done = solved(config)
    for name, _, _, _ in WAYS:
        path = getattr(done, name)[: step + 1]
        off = np.maximum(np.linalg.norm(path - done.best, axis=1), LEAST / 10)
        traces["plane"] |= {f"{name}-path": at(*path.T), name: at(*path[-1:].T)}
        traces["errors"] |= {f"{name}-line": at(np.arange(step + 1), off),
                             name: at([step], off[-1:])}  # fmt: skip
    return traces


def hull(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The outline of all averages of some points."""
    order = np.lexsort((y, x))
    x, y = x[order], y[order]
    if not np.isfinite(y).all() or len(x) < 2:
        return x, y
    ring = np.concatenate([lower_hull(x, y), lower_hull(x, -y)[::-1]])
    return x[ring], y[ring]


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The four verdicts, and the numbers of the formulas."""
    whether = {(1, 1): "convex", (1, 0): "no chord leaves it", (0, 1): "not convex"}
    bent = {(1, 1): "strictly convex", (1, 0): "convex, not strictly", (0, 0): "not convex"}
    mean, here, average = frame["mean"], frame["f.mean"], frame["mean.f"]
    best = frame["best"]
    off = [float(np.linalg.norm(frame[name] - best)) for name, *_ in WAYS]
    words = {
        "Set": whether[(int(frame["set.convex"]), int(frame["set.proved"]))],
        "Function": bent[(int(frame["f.convex"]), int(frame["f.strict"]))],
        "Jensen’s gap": shown(average - here),
        "Solution w*": f"{shown(best[0])}, {shown(best[1])}",
        "Off w*: projection, penalty, multiplier": ", ".join(shown(n, 2) for n in off),
    }
    f, slope = graph_of(config)
    numbers = {
        "j.average": average, "j.here": here, "j.gap": average - here, "j.mean": mean,
        "t.x": config.touch, "t.f": np.interp(config.touch, X, f),
        "t.slope": np.interp(config.touch, X, slope),
        "k.alpha": frame["alpha"][2], "k.penalty": frame["alpha"][0],
        "k.ascent": frame["alpha"][1],
    }  # fmt: skip
    return words | {name: shown(value, 4, least=1e-12) for name, value in numbers.items()}
