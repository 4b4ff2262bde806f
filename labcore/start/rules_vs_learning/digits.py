"""Real digits of two kinds, and numbers a person can measure on them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labcore.data import mnist
from labcore.rng import numpy_generator

TRAIN, HELD, INK = 600, 400, 0.3
"""Images of both digits to learn from and to judge on; what is darker than INK counts as ink."""


class Feature(NamedTuple):
    """What is measured: its axis title, and the ends and ticks of its axis."""

    title: str
    low: float
    high: float
    ticks: tuple[float, ...]


FEATURES = {
    "ink": Feature("ink (% of the page)", 0, 32, (0, 10, 20, 30)),
    "loops": Feature("closed loops (number)", -0.5, 3.5, (0, 1, 2, 3)),
    "inside": Feature("area inside loops (pixels)", -5, 135, (0, 40, 80, 120)),
    "ratio": Feature("width ÷ height", 0, 1.6, (0, 0.5, 1, 1.5)),
    "slant": Feature("slant (degrees)", -40, 55, (-30, 0, 30)),
    "mirror": Feature("left–right symmetry", 0, 1, (0, 0.5, 1)),
    "flip": Feature("up–down symmetry", 0, 1, (0, 0.5, 1)),
    "top": Feature("ink in the upper half (share)", 0.15, 0.85, (0.2, 0.4, 0.6, 0.8)),
}


class Digits(NamedTuple):
    """Two digits in turn, shuffled: the first TRAIN to learn from, the last HELD to judge on.

    images: (N, 28, 28) uint8; second: (N,) bool, which are the second digit of the pair;
    measured: by feature (N,) float64.
    """

    images: np.ndarray
    second: np.ndarray
    measured: dict[str, np.ndarray]


def flood(start: np.ndarray, free: np.ndarray) -> np.ndarray:
    """All that can be reached from `start` through free pixels, four neighbours each; (N, h, w)."""
    reached = start & free
    while True:
        wider = reached.copy()
        wider[:, 1:] |= reached[:, :-1]
        wider[:, :-1] |= reached[:, 1:]
        wider[:, :, 1:] |= reached[:, :, :-1]
        wider[:, :, :-1] |= reached[:, :, 1:]
        wider &= free
        if (wider == reached).all():
            return reached
        reached = wider


def loops(ink: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many holes there are in the ink, (N,), and how many pixels they have together.

    Paper that a flood from the border does not reach is inside a loop. Each further flood, from
    one dry pixel of each image, fills one hole.
    """
    paper = np.pad(~ink, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    border = np.zeros_like(paper)
    border[:, 0] = True
    dry = paper & ~flood(border, paper)
    inside, many = dry.sum((1, 2)), np.zeros(len(ink), int)
    flat = dry.reshape(len(dry), -1)
    while flat.any():
        first = np.zeros_like(flat)
        some = flat.any(1)
        first[some, flat.argmax(1)[some]] = True
        many += some
        dry &= ~flood(first.reshape(dry.shape), dry)
        flat = dry.reshape(len(dry), -1)
    return many, inside


def measure(images: np.ndarray) -> dict[str, np.ndarray]:
    """The features of images (N, 28, 28) in 0 to 255, each (N,) float64."""
    grey = images / 255
    many, inside = loops(grey > INK)
    rows, columns = np.mgrid[:28, :28]
    mass = grey.sum((1, 2))
    dx = columns - ((grey * columns).sum((1, 2)) / mass)[:, None, None]
    dy = rows - ((grey * rows).sum((1, 2)) / mass)[:, None, None]
    lean = -(grey * dx * dy).sum((1, 2)) / (grey * dy**2).sum((1, 2))
    shape = np.array([box(one) for one in grey])
    return {
        "ink": 100 * grey.mean((1, 2)),
        "loops": np.minimum(many, 3).astype(float),
        "inside": inside.astype(float),
        "slant": np.degrees(np.arctan(lean)),
        **dict(zip(("ratio", "mirror", "flip", "top"), shape.T, strict=True)),
    }


def box(grey: np.ndarray) -> tuple[float, float, float, float]:
    """Of the rectangle around the ink: width ÷ height, both symmetries, and the upper share."""
    ink = grey > INK
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    part = grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = part.shape
    alike = [1 - np.abs(part - np.flip(part, axis)).sum() / (2 * part.sum()) for axis in (1, 0)]
    return width / height, *alike, part[: height // 2].sum() / part.sum()


@lru_cache(maxsize=8)
def digits(pair: str, seed: int) -> Digits:
    """The two digits named in `pair`, such as “3-8”."""
    images, labels = mnist()
    random = numpy_generator(seed, f"digits {pair}")
    kinds = [random.permutation(np.flatnonzero(labels == int(k))) for k in pair.split("-")]
    order = np.stack(kinds, axis=1).ravel()
    chosen = images[order]
    return Digits(chosen, np.arange(len(order)) % 2 == 1, measure(chosen))


def scaled(feature: str, values: np.ndarray) -> np.ndarray:
    """Values as places on the feature's axis, from 0 to 1."""
    given = FEATURES[feature]
    return np.clip((values - given.low) / (given.high - given.low), 0, 1)


def natural(feature: str, place: float) -> float:
    """A place on the axis in the feature's own units."""
    given = FEATURES[feature]
    return given.low + place * (given.high - given.low)
