"""A window slides over a crop; the same window pools the whole picture, and moving pictures."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np
import torch

from labcore import Frame, Start
from labcore.cnn.pooling.config import SIDE, WHOLE, Config, held
from labcore.cnn.pooling.moving import (
    CROP,
    MOVERS,
    by_shift,
    by_turn_and_zoom,
    image,
    pooled,
    shifted,
    turned,
    way,
)
from labcore.cnn.pooling.windows import Axis, adaptive, back, patches, pool, shares, sliding

LEAST = 24
"""Frames of a run, at least; a few windows are each looked at for longer."""


def source(config: Config) -> tuple[str, str, str]:
    """Which picture, and what of it."""
    return ("" if config.photo else config.picture, config.photo, config.given)


def plan(config: Config) -> tuple:
    """How windows are placed."""
    if config.windows == "adaptive":
        return (config.out,)
    return (config.size, config.stride, held(config), config.ceil)


def axis(plan: tuple, length: int) -> Axis:
    """The windows along a side of so many cells."""
    return adaptive(length, *plan) if len(plan) == 1 else sliding(length, *plan)


def crop(config: Config) -> np.ndarray:
    """The numbers that are written out, with what the learner added to one, (12, 12)."""
    x, y = config.at_x, config.at_y
    cells = image(*source(config))[y : y + SIDE, x : x + SIDE].copy()
    here = config.row, config.col
    cells[here] = np.clip(cells[here] + config.dent / 100, 0, 1)
    return cells


def positions(config: Config) -> int:
    """How many windows there are on the crop."""
    return len(axis(plan(config), SIDE).starts) ** 2


def length(config: Config) -> int:
    """Frames: one for each window, or more."""
    return max(positions(config), LEAST)


@functools.lru_cache(maxsize=16)
def whole(source: tuple[str, str, str], plan: tuple, method: str, count: bool) -> np.ndarray:
    """The whole photograph, pooled."""
    window = axis(plan, WHOLE)
    return pool(image(*source), window, window, method, count)


def followed(config: Config) -> str:
    """The method whose output is shown while pictures move; L2 is not among them."""
    return config.method if config.method in MOVERS else "max"


def look(config: Config, step: int) -> Frame:
    """Everything at one place of the time line: one window, and one share of each movement."""
    line = axis(plan(config), SIDE)
    n = len(line.starts)
    cells = crop(config)
    values, inside, window = patches(cells, line, line)
    weights = shares(values, inside, window, config.method, config.count)
    last = length(config) - 1
    now = min(n * n - 1, step * n * n // (last + 1))
    r, c = divmod(now, n)
    gone = step / last
    dx, dy = round(gone * config.dx), round(gone * config.dy)
    turn, zoom = gone * config.turn, config.zoom**gone
    x = image(*source(config))
    moved = np.stack([shifted(x, 0, 0), shifted(x, dx, dy)])[:, None]
    steps = tuple(map(tuple, way(config.dx, config.dy)))
    shift = by_shift(source(config), config.size, config.stride, config.against, steps)
    turns = by_turn_and_zoom(source(config), config.size, config.stride)
    shown = followed(config)
    pair = pooled(torch.from_numpy(moved), shown, config.size, config.stride)[:, 0].numpy()
    both = turned(x, np.array([turn, 0]), np.array([1, zoom]))[:, 0]
    frame = {
        "cells": cells,
        "out": (values * weights).sum((2, 3)),
        "gradient": back(weights, line, line, now + 1),
        "window": values[r, c],
        "weights": weights[r, c],
        "there": (inside[r, c] * 1 + window[r, c] * 1).astype(np.uint8),
        "position": np.array([r, c], np.int32),
        "span": np.array([line.starts[r], line.ends[r], line.starts[c], line.ends[c]], np.int32),
        "unread": int((back(window * 1.0, line, line, n * n) == 0).sum()),
        "whole": whole(source(config), plan(config), config.method, config.count),
        "moved": moved[1, 0],
        "before": pair[0],
        "after": pair[1],
        "shift": np.array([dx, dy], np.int32),
        "by_shift": np.stack(list(shift.values())),
        "by_turn": np.stack([a for a, _ in turns.values()]),
        "by_zoom": np.stack([b for _, b in turns.values()]),
        "turned": np.asarray(both).reshape(2, CROP // 2, 2, CROP // 2, 2).mean((2, 4)),
        "amounts": np.array([turn, zoom]),
    }
    small = {
        name: value.astype(np.float32)
        if isinstance(value, np.ndarray) and value.dtype == np.float64
        else value
        for name, value in frame.items()
    }
    return Frame(step, small, told(config), {})


def told(config: Config) -> str:
    """What should be known about the settings."""
    if config.windows == "fixed" and config.padding > config.size // 2:
        return (f"A window of {config.size} takes at most {config.size // 2} cells of padding: "
                f"more would let it see nothing but padding.")  # fmt: skip
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """The window goes from left to right and row by row; pictures move as far as the hand set."""
    for step in range(length(config)):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """While a hand moves: the same, at the place on screen."""
    last = length(config) - 1
    return look(config, min(start.step, last) if start else last)
