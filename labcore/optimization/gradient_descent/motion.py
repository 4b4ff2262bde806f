"""What moves: draw, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from labcore import Frame, Patch, shown
from labcore.figures import at
from labcore.optimization.gradient_descent.descent import Config, descend, heading, world_of
from labcore.optimization.gradient_descent.figure import ETAS, LEAST, LINES, window
from labcore.optimization.gradient_descent.lesson import shrinking, theory

BIG = 1e4


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Everything up to the step on screen, and the step to come."""
    k, told = frame.step, theory(config)
    way, ghost = descend(config, config.method), descend(config, "plain")
    shown_ghost = 0 if config.method == "plain" else k + 1
    place, step = (
        way.places[k],
        way.tried[k][-1] * heading(config.method, way.slopes[k], way.hessians[k]),
    )
    after = np.where(np.isfinite(place + step), place + step, place)
    height = float(world_of(config).height(after))
    if config.world == "curve":
        start = descend(config, config.method).heights[0]
        scene = {
            "local": local(config, frame),
            "ghost": at(ghost.places[:shown_ghost, 0], ghost.heights[:shown_ghost]),
            "path": at(way.places[: k + 1, 0], way.heights[: k + 1]),
            "next": at(after, [height]),
            "ball": at(place, [way.heights[k]]),
            "start": at([config.x0], [start if np.isfinite(start) else sum(window(config)) / 2]),
        }
    else:
        scene = {
            "ghost": at(*ghost.places[:shown_ghost].T),
            "path": at(*way.places[: k + 1].T),
            "next": at(*after[:, None]),
            "ball": at(*place[:, None]),
            "start": at([config.x0], [config.y0]),
        }
    errors = {}
    whole = np.arange(config.steps + 1)
    for i, (uid, _, _) in enumerate(LINES[: told.errors.shape[1]]):
        error = np.clip(told.errors[: k + 1, i], LEAST / 10, BIG)
        with np.errstate(all="ignore"):
            near = anchor(told.errors[:, i])
            line = told.errors[near, i] * told.factors[i] ** (whole - near)
            line = np.clip(line, LEAST / 10, BIG) if 0 <= near <= k else np.full(len(whole), np.nan)
        errors |= {f"error-{uid}": at(whole[: k + 1], error),
                   f"theory-{uid}": at(whole, line),
                   f"now-{uid}": at(whole[k : k + 1], error[-1:])}  # fmt: skip
    here = np.array([config.lr])
    factor = float(np.nan_to_num(shrinking(config, here, told.curvatures), nan=1.0).max())
    edge = min(told.edge, 2 * ETAS[-1])
    return {
        config.world: {"traces": scene},
        "error": {"traces": errors},
        "search": search(config, frame),
        "rate": {"traces": {"ring": at(here, [min(factor, 1.46)]),
                            "edge": at([edge, edge], [0, 1.5])}},
    }  # fmt: skip


def anchor(errors: np.ndarray) -> int:
    """The step from which on theory is drawn: the first within ½ of the minimum; −1 if none."""
    near = np.flatnonzero(errors < 0.5)
    return int(near[0]) if len(near) else -1


def local(config: Config, frame: Frame) -> dict[str, Any]:
    """The model of the curve that the next step trusts: a tangent, or Newton's parabola."""
    x, f = float(frame["place"][0]), frame["height"]
    g, h = float(frame["slope"][0]), float(frame["curvature"][0, 0])
    reach = np.linspace(-2.6, 2.6, 41) if config.method == "newton" else np.array([-1.5, 1.5])
    bent = 0.5 * h * reach**2 if config.method == "newton" else 0
    return at(x + reach, f + g * reach + bent)


def search(config: Config, frame: Frame) -> Patch:
    """The height along the next step, the slope, Armijo's line and the steps tried."""
    way, world = descend(config, config.method), world_of(config)
    k = frame.step
    tried = way.tried[k]
    most = 1.15 * tried[0]
    t = np.linspace(0, most, 41)
    direction = heading(config.method, way.slopes[k], way.hessians[k])
    direction = np.where(np.isfinite(direction), direction, 0)
    f, fall = float(way.heights[k]), float(way.slopes[k] @ direction)
    along = np.asarray(world.height(way.places[k] + t[:, None] * direction))
    got = np.asarray(world.height(way.places[k] + tried[:, None] * direction))
    share = config.armijo if config.method == "armijo" else np.nan
    least = f + (config.armijo if config.method == "armijo" else 0.6) * min(fall, 0) * most
    seen = along[np.isfinite(along)] if np.isfinite(along).any() else np.zeros(1)
    low, high = min(seen.min(), least), max(np.quantile(seen, 0.9), f)
    room = 0.12 * (high - low) + 1e-3
    span = [float(low - f - room), float(high - f + room)]
    return {
        "traces": {
            "along": at(t / tried[0], along - f),
            "promise": at([0, 1.15], [0, fall * most]),
            "armijo": at([0, 1.15], [0, share * fall * most]),
            "refused": at(tried[:-1] / tried[0], got[:-1] - f),
            "taken": at(tried[-1:] / tried[0], got[-1:] - f),
        },
        "layout": {"yaxis.range": span},
    }


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Rates measured and foretold, and the numbers of the step."""
    told = theory(config)
    tried = frame["tried"][np.isfinite(frame["tried"])]
    place = frame["place"]
    kind = "Factor a step, guaranteed" if config.method == "armijo" else "Factor a step, theory"
    words = {
        "Height f": shown(frame["height"]),
        kind: ", ".join(shown(factor) for factor in frame["factor"]),
        "Factor a step, measured": ", ".join(shown(factor) for factor in frame["measured"]),
        "Edge of divergence η": shown(told.edge) if np.isfinite(told.edge) else "none",
        "Steps tried": str(len(tried)),
        "Place": ", ".join(shown(x) for x in place),
    }
    g, h = frame["slope"], frame["curvature"]
    numbers = {
        "s.x": place[0], "s.t": tried[-1], "s.g": g[0], "s.h": h[0, 0],
        "s.next": place[0] + tried[-1] * heading(config.method, g, h)[0],
        "r.lr": config.lr, "r.mu": told.curvatures.max(),
        "r.factor": frame["factor"].max(), "r.edge": told.edge,
    }  # fmt: skip
    return words | {name: shown(value, 4) for name, value in numbers.items()}
