"""What a frame holds of sets, functions, Jensen's gap and constraints."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from labcore import Frame, PointList, Start
from labcore.optimization.convexity.config import Config
from labcore.optimization.convexity.constraints import ITERATIONS, STEEPEST, Solved, solve
from labcore.optimization.convexity.functions import (
    Bend,
    X,
    graph,
    jensen,
    judge_function,
)
from labcore.optimization.convexity.sets import Shape, judge


def shape_of(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """The polygon (8, 2) and the disc (x, y, radius)."""
    disc = np.array([config.disc_x, config.disc_y, config.radius])
    return np.array(config.polygon), disc


def shape_judged(config: Config) -> Shape:
    """Whether the set is convex."""
    return _shape(config.polygon, (config.disc_x, config.disc_y, config.radius), config.operation)


@lru_cache(maxsize=4)  # a hand that moves something else does not ask again
def _shape(polygon: PointList, disc: tuple[float, ...], operation: str) -> Shape:
    return judge(np.array(polygon), np.array(disc), operation)


def function_judged(config: Config) -> Bend:
    """Whether the function is convex."""
    return _bend(config.function, config.formula, config.drawn)


@lru_cache(maxsize=4)
def _bend(kind: str, text: str, drawn: PointList) -> Bend:
    return judge_function(graph(kind, text, drawn)[0])


def graph_of(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """Height and slope of the function on X."""
    return graph(config.function, config.formula, config.drawn)


def masses_of(config: Config, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Places, drawn together to their mean as spread goes from 1 to 0, and weights."""
    x, weight = np.array(config.masses).T
    weight = weight if weight.sum() > 0 else np.ones_like(weight)
    mean = (weight * x).sum() / weight.sum()
    return mean + spread * (x - mean), weight


def solved(config: Config) -> Solved:
    """The constrained problem."""
    centre, wall = (config.centre_x, config.centre_y), (config.wall_x, config.wall_y)
    return solve(config.constraint, centre, wall, config.rate)


def look(config: Config, step: int, whole: int = 0) -> Frame:
    """All four at this place of the time line, which goes from 0 to ITERATIONS.

    Sets and functions: the share of the way along each chord. Jensen: how far the places are
    spread. Constraints: the iteration.
    """
    share = step / ITERATIONS
    shape, (f, _) = shape_judged(config), graph_of(config)
    bend, done = function_judged(config), solved(config)
    x, weight = masses_of(config, share)
    mean, at_mean, average = jensen(f, x, weight)
    note = "" if np.isfinite(f).all() else bend.says
    if not note and config.rate * STEEPEST > 2:
        note = f"Under “Constraints”, projected descent swings: η > 2/λn = {2 / STEEPEST:.3g}."
    return Frame(
        step,
        {
            "set.convex": int(shape.convex), "set.proved": int(shape.proved),
            "set.depth": float(shape.depth), "chord": shape.chord.astype(np.float32),
            "f.convex": int(bend.convex), "f.strict": int(bend.strict), "f.gap": float(bend.gap),
            "f.chord": np.array([X[k] for k in bend.chord], np.float32),
            "mean": mean, "f.mean": at_mean, "mean.f": average,
            "projection": done.projection[step].astype(np.float32),
            "penalty": done.penalty[step].astype(np.float32),
            "lagrange": done.lagrange[step].astype(np.float32),
            "alpha": np.array([done.pressure[step], done.multiplier[step], done.alpha], np.float32),
            "best": done.best.astype(np.float32),
            "whole": whole,
        },
        note=note,
        checkpoint={},
    )  # fmt: skip


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """From one end of the chords to the other, and from the first iteration to the last."""
    for step in range(ITERATIONS + 1):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same at the step on screen, while a hand moves."""
    return look(config, min(start.step, ITERATIONS) if start else ITERATIONS, 1)
