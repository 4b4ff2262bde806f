"""The grid as a picture: four triangles a cell, one for each way one can go."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from labcore import figures as fig
from labcore.palette import colour
from labcore.reinforcement.q_learning.config import PLACES, Config
from labcore.reinforcement.q_learning.optimal import best
from labcore.reinforcement.q_learning.worlds import DOWN, LEFT, RIGHT, STAY, UP, Place, place

PIXELS = 13_000
"""About so many pixels make the whole picture; a cell has an odd number a side."""

CORE = 0.36
"""Half the side of the middle of a cell, where actions stand that move nowhere."""

SYMBOLS = {UP: 5, DOWN: 6, LEFT: 7, RIGHT: 8, STAY: 0}
"""Plotly's numbers of triangles that point there, and of a disc: shorter than their names."""

GROUND = {"#": 1, "G": 2, "P": 3, "H": 3, "C": 3}
"""Letters that colour their whole cell: walls, goals, and what ends badly."""

SAYS = {"#": "", ".": "", "F": "", "u": "↑", "d": "↓", "l": "←", "r": "→"}


@lru_cache(maxsize=32)
def raster(home: Place) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where each pixel of the picture takes its value from.

    Returns:
        x (W,) and y (H,): the pixels' centres in cells; index (H, W): cell · A + action.
    """
    rows, columns = home.shape
    k = int(np.clip((np.sqrt(PIXELS / (rows * columns)) - 1) // 2, 2, 15)) * 2 + 1
    at = (np.arange(k) + 0.5) / k * 2 - 1
    v, u = np.meshgrid(at, at, indexing="ij")
    sideways = np.abs(u) > np.abs(v)
    way = np.empty((k, k), int)
    for move, where in (
        (LEFT, sideways & (u < 0)), (RIGHT, sideways & (u > 0)),
        (UP, ~sideways & (v <= 0)), (DOWN, ~sideways & (v > 0)),
    ):  # fmt: skip
        way[where] = home.moves.index(move)
    still = [a for a, move in enumerate(home.moves) if move == STAY]
    core = (np.abs(u) < CORE) & (np.abs(v) < CORE)
    for a, where in zip(still, (core & (v <= 0), core & (v > 0)), strict=False):
        way[where] = a
    cell = np.arange(rows * columns).reshape(rows, columns)
    index = np.kron(cell, np.ones((k, k), int)) * len(home.moves) + np.tile(way, (rows, columns))
    x = (np.arange(columns * k) + 0.5) / k - 0.5
    y = (np.arange(rows * k) + 0.5) / k - 0.5
    return x, y, index


@lru_cache(maxsize=64)
def reach(home: Place, gamma: float) -> float:
    """The value that has the full colour: what is worth having here, exactly."""
    exact = best(home, gamma)
    worth = float(np.abs(exact.v[exact.reachable]).max())
    most = float(np.abs(exact.q[exact.reachable]).max())
    return max(min(most, 1.5 * worth), 1e-3)


def shades(config: Config, q: np.ndarray) -> np.ndarray:
    """The picture of the values of one map, (C, A): uint8 (H, W), 128 for zero."""
    home = place(config)
    full = reach(home, config.gamma)
    return fig.quantize(q.ravel(), -full, full)[raster(home)[2]]


def arrows(config: Config, q: np.ndarray, visits: np.ndarray) -> dict[str, Any]:
    """Every greedy action where something was tried, each in its own triangle.

    q, visits: (C, A) of one map. Equal values give several arrows.
    """
    home = place(config)
    columns = home.shape[1]
    tried = visits.sum(-1) > 0
    cell, action = np.nonzero((q >= q.max(-1, keepdims=True)) & tried[:, None])
    moves = np.array(home.moves)[action].reshape(-1, 2)
    still = [a for a, move in enumerate(home.moves) if move == STAY]
    aside = np.zeros_like(moves, float)
    for a, y in zip(still, (-0.16, 0.16), strict=False):
        aside[action == a, 1] = y
    return {
        "x": np.float32(cell % columns + 0.31 * moves[:, 0]),
        "y": np.float32(cell // columns + 0.31 * moves[:, 1] + aside[:, 1]),
        "marker.symbol": [SYMBOLS[home.moves[a]] for a in action],
    }


def ground(home: Place) -> np.ndarray:
    """Codes of the cells that have a colour of their own: uint8 (rows, columns)."""
    return np.array([[GROUND.get(letter, 0) for letter in row] for row in home.rows], np.uint8)


def ground_scale() -> list[list[float | str]]:
    """Nothing, wall, goal, bad end: each code its colour, with hard edges."""
    tones = ("rgba(0,0,0,0)", colour("context"), colour("goal", 0.5), colour("error", 0.5))
    return [[edge, tone] for i, tone in enumerate(tones) for edge in (i / 4, (i + 1) / 4)]


def letters(config: Config, layer: int) -> dict[str, Any]:
    """What stands on the cells: their letters; on a map of Taxi also who waits and goes where."""
    home = place(config)
    found = [
        (column, row, SAYS.get(letter, letter))
        for row, line in enumerate(home.rows)
        for column, letter in enumerate(line)
        if SAYS.get(letter, letter) and letter != "C"
    ]
    if config.world == "taxi":
        told = dict.fromkeys("RGYB", "")
        for word, name in (("from", layer // 4), ("to", layer % 4)):
            if name < 4:
                told[PLACES[name][0].upper()] += f"<br>{word}"
        found = [(x, y, says + told.get(says, "")) for x, y, says in found]
    return {
        "x": np.array([x for x, _, _ in found], np.uint8),
        "y": np.array([y for _, y, _ in found], np.uint8),
        "text": [f"<b>{says}</b>" for _, _, says in found],
    }


def surprises(config: Config, news: np.ndarray) -> dict[str, Any]:
    """A ring on each cell where values moved in this episode: the larger, the more they did.

    news: (C,), the largest |δ| there.
    """
    home = place(config)
    columns = home.shape[1]
    strength = np.sqrt(np.minimum(np.abs(news) / reach(home, config.gamma), 1))
    cell = np.flatnonzero(strength > 0.03)
    return {
        "x": (cell % columns).astype(np.uint8),
        "y": (cell // columns).astype(np.uint8),
        "marker.size": np.rint(6 + 24 * strength[cell]).astype(np.uint8),
    }
