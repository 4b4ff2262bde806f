"""A data set before training: its batches, and a map that turns from PCA to LDA."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import eigh

from labcore import Frame, Start
from labcore.data import CLOTHES, fashion_mnist, halved
from labcore.linear.image_data.config import (
    BATCHES,
    CLASSES,
    GRID,
    LOOKS,
    SIDE,
    TURNS,
    Config,
)
from labcore.linear.image_data.loader import CELLS, measured
from labcore.linear.image_data.suspects import look_labels
from labcore.rng import numpy_generator

SHOWN, EACH, DRAWN, SHRUNK = GRID[0] * GRID[1], 200, 60, 0.1
"""Pictures on show; of each class that the map is made from, and drawn; the share of LDA's
covariance that is made even."""


def order(config: Config, epoch: int) -> np.ndarray:
    """The pictures of one epoch in the order in which they come; unshuffled, as they lie."""
    labels = fashion_mnist().labels
    lie = np.argsort(labels, kind="stable")
    if config.show != "all":
        lie = lie[labels[lie] == CLOTHES.index(config.show)]
    if not config.shuffle:
        return lie
    return numpy_generator(config.seed, f"epoch/{epoch}").permutation(lie)


def look_batch(config: Config, at: int) -> dict[str, Any]:
    """Batch number `at`, and the classes in it and in all so far. An epoch follows the other."""
    count = len(order(config, 0))
    each = max(count // config.batch, 1)
    chosen = order(config, at // each)[at % each * config.batch :][: config.batch]
    labels, seen = fashion_mnist().labels[chosen], chosen[:SHOWN]
    x = fashion_mnist().images[seen].reshape(-1, SIDE * SIDE) / 255
    x = x + config.noise * numpy_generator(config.seed, f"noise/{at}").standard_normal(x.shape)
    pictures = np.zeros((SHOWN, SIDE * SIDE), np.uint8)
    pictures[: len(x)] = np.rint(255 * np.clip(x, 0, 1))
    told = np.full(SHOWN, -1, np.int32)
    told[: len(x)] = labels[:SHOWN]
    moments = np.array([x.mean(), x.std()])
    return {"batch": at, "epoch": at / each, "pictures": pictures, "labels": told,
            "counts": np.bincount(labels, minlength=CLASSES), "moments": moments}  # fmt: skip


class Atlas(NamedTuple):
    """Directions (196, 9) of PCA and of LDA; mean (196,), covariance (196, 196) of all; the
    drawn pictures: pixels less the mean (n, 196), labels (n,) and numbers in the data set (n,)."""

    pca: np.ndarray
    lda: np.ndarray
    covariance: np.ndarray
    x: np.ndarray
    labels: np.ndarray
    which: np.ndarray


@lru_cache(maxsize=1)
def atlas() -> Atlas:
    """Both projections from 2,000 pictures of 14 × 14 pixels.

    PCA: directions of most variance. LDA: directions in which the classes' means lie apart, as
    measured by the spread within classes, (1 − s) S + s tr S / p.
    """
    clothes = fashion_mnist()
    lie = np.argsort(clothes.labels, kind="stable").reshape(CLASSES, -1)[:, :EACH]
    x = halved(clothes.images[lie.ravel()]) / 255
    labels = np.repeat(np.arange(CLASSES), EACH)
    x = x - x.mean(0)
    covariance = x.T @ x / len(x)
    means = x.reshape(CLASSES, EACH, -1).mean(1)
    inside = x - means[labels]
    within = inside.T @ inside / len(x)
    between = means.T @ means / CLASSES
    within = (1 - SHRUNK) * within + SHRUNK * np.trace(within) / 196 * np.eye(196)
    pca = np.linalg.eigh(covariance)[1][:, ::-1][:, :9]
    lda = eigh(between, within)[1][:, ::-1][:, :9]
    drawn = np.arange(CLASSES * EACH).reshape(CLASSES, EACH)[:, :DRAWN].ravel()
    return Atlas(pca, lda, covariance, x[drawn], labels[drawn], lie.ravel()[drawn])


@lru_cache(maxsize=4)
def turned(component: int) -> np.ndarray:
    """Projections (TURNS, 196, 2) from PCA's to LDA's, each with a mean spread of 1."""
    given, pair = atlas(), slice(component - 1, component + 1)
    spread = []
    for found in (given.pca[:, pair], given.lda[:, pair]):
        y = given.x @ found
        spread.append(found / y.std(0))
    agree = np.sign(np.sum((given.x @ spread[0]) * (given.x @ spread[1]), 0))
    share = np.linspace(0, 1, TURNS)[:, None, None]
    between = (1 - share) * spread[0] + share * spread[1] * agree
    return between / np.sqrt(((given.x @ between) ** 2).mean((1, 2)))[:, None, None]


@lru_cache(maxsize=64)
def plane(component: int, at: int) -> dict[str, Any]:
    """The map at one place of its turn, how much variance it shows, and how pure it is."""
    given, a = atlas(), turned(component)[at]
    y = given.x @ a
    q = np.linalg.qr(a)[0]
    kept = float(np.trace(q.T @ given.covariance @ q) / np.trace(given.covariance))
    far = ((y[:, None] - y[None]) ** 2).sum(-1)
    np.fill_diagonal(far, np.inf)
    pure = float((given.labels[far.argmin(1)] == given.labels).mean())
    return {"places": y.astype(np.float32), "kept": kept, "pure": pure}


def look_map(config: Config, at: int) -> dict[str, Any]:
    """The map, and the six pictures nearest to where the learner points."""
    given, found = atlas(), plane(config.component, at)
    away = ((found["places"] - np.array([config.probe_x, config.probe_y])) ** 2).sum(1)
    near = np.argsort(away, kind="stable")[:6]
    return found | {
        "turn": at / (TURNS - 1), "near": found["places"][near],
        "pictures": fashion_mnist().images[given.which[near]].reshape(6, -1),
        "labels": given.labels[near].astype(np.int32),
    }  # fmt: skip


def frames(config: Config) -> int:
    """How many frames a run gives."""
    many = {"batches": BATCHES, "map": TURNS, "labels": LOOKS, "loader": len(CELLS) + 1}
    return many[config.part]


def look(config: Config, at: int) -> Frame:
    """What there is at one place of the time line, but for what must be measured."""
    made = {"batches": look_batch, "map": look_map, "labels": look_labels}[config.part]
    values = {name: value.astype(np.float32) if isinstance(value, np.ndarray)
              and value.dtype in (np.float64, np.int64) else value
              for name, value in made(config, at).items()}  # fmt: skip
    return Frame(at, values, trouble(config), checkpoint={})


def trouble(config: Config) -> str:
    """What is worth knowing, in a sentence."""
    if config.part == "batches" and not config.shuffle and config.show == "all":
        return ("Unshuffled, whole batches show one class only: each step would teach that class "
                "and unteach the others.")  # fmt: skip
    if config.part == "labels" and not config.wrong:
        return ("No label was replaced. What the classifier doubts are the data set's own "
                "oddities, and some of its own mistakes.")  # fmt: skip
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Batch after batch, turn after turn, label after label, or measurement after measurement."""
    if config.part == "loader":
        for at, table in enumerate(measured(config)):
            yield Frame(at, {"table": table.astype(np.float32), "done": at}, checkpoint={})
        return
    for at in range(frames(config)):
        yield look(config, at)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand points, at the place on screen. A measurement takes its time."""
    if config.part == "loader":
        return Frame(start.step if start else 0, {}, checkpoint={})
    return look(config, min(start.step, frames(config) - 1) if start else frames(config) - 1)
