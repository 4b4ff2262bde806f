"""Points of the plane with a class or a value: made up, real, painted, or the learner's own."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from labcore import own
from labcore.rng import numpy_generator
from labcore.start.playground.config import CELLS, LETTERS, REGRESSION, Config

REACH = 3.0
"""The plane is looked at from −3 to 3 on both axes."""
MOST, CLASSES_AT_MOST = 1000, 5


class Problem(NamedTuple):
    """Points, the first `train` of which are trained on.

    x: (N, 2) float32; y: (N,) float32, the class, or the value of a regression.
    classes: how many, 0 in a regression. names: of the classes. axes: of x₁ and x₂.
    """

    x: np.ndarray
    y: np.ndarray
    train: int
    classes: int
    names: tuple[str, ...]
    axes: tuple[str, str] = ("x₁", "x₂")
    note: str = ""


def problem(config: Config) -> Problem:
    """The data of a config; the spiral, with a sentence, if a table is of no use."""
    chosen = (config.samples, config.noise, config.share, config.seed)
    try:
        painting = config.own if config.data == "own" else ""
        table = config.table if config.data == "table" else ""
        return _problem(config.data, painting, table, config.across, config.up, *chosen)
    except ValueError as error:
        said = str(error)
        note = f"{said[:1].upper()}{said[1:]}; the spiral is used instead."
        return _problem("spiral", "", "", 1, 2, *chosen)._replace(note=note)


@functools.lru_cache(maxsize=8)
def _problem(
    data: str, painting: str, table: str, across: int, up: int,
    samples: int, noise: int, share: int, seed: int,
) -> Problem:  # fmt: skip
    random = numpy_generator(seed, "points")
    names: tuple[str, ...] = ("blue", "orange", "green", "purple", "sky")
    axes, amount = ("x₁", "x₂"), noise / 100
    if data in REGRESSION:
        x = random.uniform(-REACH, REACH, (samples, 2))
        y = heights(data, x) + amount * random.standard_normal(samples)
        classes = 0
    elif data in ("wine", "table"):
        x, y, names, axes = _columns(data, table, across, up)
        if len(y) > MOST:
            kept = random.permutation(len(y))[:MOST]
            x, y = x[kept], y[kept]
        x = x + amount * random.standard_normal(x.shape)
        classes = len(names)
    elif data == "own":
        x, y = painted(painting)
        classes = len(LETTERS)  # those not painted yet, too: a brush may bring them any time
        x = x + amount * random.standard_normal(x.shape)
    else:
        x, y = made_up(data, samples, random)
        classes = int(y.max()) + 1
        x = x + amount * random.standard_normal(x.shape)
    order = random.permutation(len(x))
    train = min(max(round(len(x) * share / 100), 1), len(x) - 1)
    return Problem(
        x[order].astype(np.float32), y[order].astype(np.float32), train, classes,
        names[:classes], axes,
    )  # fmt: skip


def made_up(data: str, samples: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, 2) and their classes (n,), as many of each."""
    classes = {"rings": 3, "pinwheel": 4}.get(data, 2)
    y = np.arange(samples) % classes
    u = np.linspace(0, 1, samples)
    turn = random.uniform(0, 2 * np.pi, samples)
    if data == "spiral":
        radius, angle = 2.6 * u, 3.5 * np.pi * u + np.pi * y
        return np.stack([radius * np.sin(angle), radius * np.cos(angle)], 1), y
    if data == "circle":
        radius = np.where(y == 0, 1.2 * np.sqrt(u), np.sqrt(1.9**2 + u * (2.7**2 - 1.9**2)))
    elif data == "rings":
        radius = 0.4 + 0.9 * y + 0.4 * u
    elif data == "xor":
        x = random.uniform(0.15, 2.7, (samples, 2))
        sign = random.choice([-1, 1], samples)
        return np.stack([sign * x[:, 0], np.where(y == 0, sign, -sign) * x[:, 1]], 1), y
    elif data == "blobs":
        centre = np.where(y == 0, 1.1, -1.1)[:, None]
        return centre + 0.5 * random.standard_normal((samples, 2)), y
    elif data == "moons":
        half = np.pi * u
        arc = np.stack([np.cos(half) - 0.5, np.sin(half) - 0.25], 1) * 1.6
        return np.where(y[:, None] == 0, arc, -arc) + 0.08 * random.standard_normal((samples, 2)), y
    else:  # pinwheel
        radius = 0.3 + 2.3 * u
        turn = np.pi / 2 * y + 1.0 * radius + 0.16 * random.standard_normal(samples)
    return np.stack([radius * np.cos(turn), radius * np.sin(turn)], 1), y


def heights(data: str, x: np.ndarray) -> np.ndarray:
    """The value to be predicted, from about −1 to 1: x (n, 2) → (n,)."""
    if data == "plane":
        return (x[:, 0] + x[:, 1]) / (2 * REACH)
    tops = np.array([[-1.6, 1.3, 1], [1.2, 1.7, -1], [1.7, -1.1, 1], [-1.0, -1.6, -1]])
    squares = ((x[:, None] - tops[None, :, :2]) ** 2).sum(2)
    return (tops[:, 2] * np.exp(-squares / 0.9)).sum(1)


def painted(painting: str) -> tuple[np.ndarray, np.ndarray]:
    """The middles of the painted cells (n, 2), and the letters' numbers (n,)."""
    cells = np.array([[LETTERS.find(letter) for letter in row] for row in painting.split("/")])
    row, column = np.nonzero(cells >= 0)
    x = np.stack([column + 0.5, CELLS - row - 0.5], 1) * (2 * REACH / CELLS) - REACH
    return x, cells[row, column]


def _columns(
    data: str, table: str, across: int, up: int
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...], tuple[str, str]]:
    """Two columns between −2.6 and 2.6, a third as class or value, its classes, their names."""
    if data == "wine":
        from sklearn.datasets import load_wine

        wine = load_wine()
        names = tuple(wine.feature_names)
        numbers, y = wine.data, wine.target
        classes: tuple[str, ...] = tuple(str(name).replace("_", " ") for name in wine.target_names)
    elif not table:
        raise ValueError("choose a table of your own under “More”")
    else:
        names, numbers, y, classes = _target(own.table(table))
    chosen = [(across - 1) % len(names), (up - 1) % len(names)]
    x = numbers[:, chosen]
    whole = np.isfinite(x).all(1) & np.isfinite(y)
    x, y = x[whole], y[whole]
    if len(y) < 4:
        raise ValueError("your table has fewer than four whole rows")
    low, high = x.min(0), x.max(0)
    x = (x - low) / np.maximum(high - low, 1e-12) * 5.2 - 2.6
    return x, y, classes, (_short(names[chosen[0]]), _short(names[chosen[1]]))


def _target(
    table: own.Table,
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray, tuple[str, ...]]:
    """The columns to choose from, and what is to be predicted, of a learner's table."""
    numbers = dict(table.numbers)
    if table.words:
        column = list(table.words.values())[-1]
        classes = tuple(sorted(set(column) - {""}))
        y = np.array([classes.index(word) if word else np.nan for word in column], float)
    elif len(numbers) < 3:
        raise ValueError("your table needs two columns of numbers and one to predict")
    else:
        y = numbers.pop(list(numbers)[-1]).astype(float)
        values = np.unique(y[np.isfinite(y)])
        classes = ()
        if len(values) <= CLASSES_AT_MOST:
            classes = tuple(f"{value:g}" for value in values)
            y = np.where(np.isfinite(y), np.searchsorted(values, np.nan_to_num(y)), np.nan)
        elif values.size:
            middle, spread = y[np.isfinite(y)].mean(), y[np.isfinite(y)].std()
            y = (y - middle) / (2 * spread)
    if len(numbers) < 2:
        raise ValueError("your table needs two columns of numbers beside the one to predict")
    if len(classes) > CLASSES_AT_MOST:
        raise ValueError(f"your table has {len(classes)} classes; at most {CLASSES_AT_MOST} fit")
    if len(classes) == 1:
        raise ValueError("your table has one class only")
    return tuple(numbers), np.stack(list(numbers.values()), 1).astype(float), y, \
        tuple(_short(name) for name in classes)  # fmt: skip


def _short(name: str, most: int = 18) -> str:
    name = name.replace("_", " ")
    return name if len(name) <= most else name[: most - 1] + "…"
