"""Anchors: boxes of fixed shapes over a grid, in three conventions that differ.

d2l          width s√r·H, height s/√r·H: r is the true ratio, as the code of “Dive into Deep
             Learning” has it (its text says W·s√r). Of all pairs only those with the first size
             or the first ratio; centred on the cell.
ssd          width s√r·W, height s/√r·H: on a wide picture everything gets wider. One square
             more, of size √(s·s′), s′ the next level's; centred on the cell.
torchvision  pixels, and its ratio is height ÷ width; every pair; corners are rounded, and
             the anchors are centred on the cell's upper left corner.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

CONVENTIONS = ("d2l", "ssd", "torchvision")


class Level(NamedTuple):
    """One level of the pyramid.

    asked:   (A, 2) size, as a share of the picture's height, and ratio that each shape is for.
    shapes:  (A, 2) width and height in pixels.
    centres: (rows, columns, 2) x and y of the anchors' middles.
    """

    stride: float
    asked: np.ndarray
    shapes: np.ndarray
    centres: np.ndarray

    def boxes(self) -> np.ndarray:
        """All anchors of the level, row by row, cell by cell: (rows · columns · A, 4)."""
        middle = self.centres[:, :, None]
        half = self.shapes / 2
        return np.concatenate([middle - half, middle + half], -1).reshape(-1, 4)


def pairs(
    convention: str, size: float, per_level: int, ratios: Sequence[float]
) -> list[tuple[float, float]]:
    """Which sizes and ratios make an anchor: (s, r), in the order of the convention."""
    sizes = [size * 2 ** (i / per_level) for i in range(per_level)]
    if convention == "d2l":
        return [(s, ratios[0]) for s in sizes] + [(size, r) for r in ratios[1:]]
    if convention == "ssd":
        return [(size, r) for r in ratios] + [(size * math.sqrt(2), 1.0)]
    return [(s, r) for r in ratios for s in sizes]


def shape(convention: str, s: float, r: float, width: float, height: float) -> tuple[float, float]:
    """Width and height in pixels of one anchor on a picture of width × height."""
    if convention == "d2l":
        return s * math.sqrt(r) * height, s / math.sqrt(r) * height
    if convention == "ssd":
        return s * math.sqrt(r) * width, s / math.sqrt(r) * height
    half_w, half_h = s * height / math.sqrt(r) / 2, s * height * math.sqrt(r) / 2
    return 2 * np.rint(half_w), 2 * np.rint(half_h)


def cells(stride: float, width: float, height: float) -> tuple[int, int]:
    """Columns and rows of a level; at least one."""
    return max(1, math.ceil(width / stride)), max(1, math.ceil(height / stride))


def level(
    convention: str,
    size: float,
    per_level: int,
    ratios: Sequence[float],
    stride: float,
    width: float,
    height: float,
) -> Level:
    """The anchors of one level."""
    asked = np.array(pairs(convention, size, per_level, ratios))
    shapes = np.array([shape(convention, s, r, width, height) for s, r in asked])
    columns, rows = cells(stride, width, height)
    if convention == "torchvision":
        x, y = np.arange(columns) * (width // columns), np.arange(rows) * (height // rows)
    else:
        x = (np.arange(columns) + 0.5) * width / columns
        y = (np.arange(rows) + 0.5) * height / rows
    return Level(stride, asked, shapes, np.stack(np.meshgrid(x, y), -1).astype(np.float64))


def pyramid(
    convention: str,
    size: float,
    per_level: int,
    ratios: Sequence[float],
    stride: float,
    levels: int,
    width: float,
    height: float,
) -> list[Level]:
    """Levels from fine to coarse: from each to the next, stride and size double."""
    return [
        level(convention, size * 2**k, per_level, ratios, stride * 2**k, width, height)
        for k in range(levels)
    ]
