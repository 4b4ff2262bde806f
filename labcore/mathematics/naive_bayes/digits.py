"""Real digits in ink, and four pictures to start painting from."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labcore.data import halved, mnist
from labcore.rng import numpy_generator

SIDE, HELD = 14, 1000
PIXELS = SIDE * SIDE

FOUR = (
    "............../"
    "............../"
    "............../"
    ".........#..../"
    "....#....#..../"
    "....#....#..../"
    "....#....#..../"
    "....######..../"
    "....##..#...../"
    "........#...../"
    "........#...../"
    "........#...../"
    "............../"
    ".............."
)
NINE = (
    "............../"
    "............../"
    "............../"
    ".......###..../"
    ".....######.../"
    "....##...##.../"
    "....##..##..../"
    "....##.##...../"
    ".....####...../"
    ".......#....../"
    "......##....../"
    ".....##......./"
    ".....#......../"
    "....#........."
)
SEVEN = (
    "............../"
    "............../"
    "............../"
    "............../"
    "........###.../"
    "....#######.../"
    "..####...##.../"
    "..#......#..../"
    "........#...../"
    ".......##...../"
    "......##....../"
    "......##....../"
    "......#......./"
    ".............."
)
CHECKED = "/".join(("#." * 7, ".#" * 7) * 7)
"""A chessboard."""


class Data(NamedTuple):
    """Images (n, PIXELS) as 0 and 1, and what they are (n,), to count and to be judged on."""

    x: np.ndarray
    y: np.ndarray
    held_x: np.ndarray
    held_y: np.ndarray


@lru_cache(maxsize=1)
def grey() -> tuple[np.ndarray, np.ndarray]:
    """All images as SIDE × SIDE means of 2 × 2 pixels, from 0 to 1."""
    images, labels = mnist()
    return halved(images) / 255, labels.astype(int)


@lru_cache(maxsize=4)
def data(seed: int, threshold: float) -> Data:
    """The digits in ink, shuffled; the last HELD are kept back."""
    cells, labels = grey()
    order = numpy_generator(seed, "order").permutation(len(labels))
    x, y = (cells[order] > threshold).astype(np.float32), labels[order]
    return Data(x[:-HELD], y[:-HELD], x[-HELD:], y[-HELD:])
