"""Fits that see a sample, judged on points they did not see.

Polynomials by least squares; k-fold cross-validation; learning curves; gradient descent that is
stopped early; and more features than points, with the shortest weights that fit.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np

from labcore import Frame, Start
from labcore.linear.generalization.config import DEGREES, EPOCHS, FOLDED, Config
from labcore.linear.generalization.fits import (
    WIDTHS,
    Story,
    by_degree,
    by_epoch,
    by_width,
    least,
    mse,
    powers,
)
from labcore.linear.generalization.worlds import GRID, Sample, draw_sample, sample
from labcore.rng import numpy_generator

COUNTS = np.unique(np.geomspace(4, 66, 31).astype(int))
"""Sizes of the training set in learning curves."""
EVERY, DRAWS = 20, 20
"""Epochs between looks at the validation loss; samples per size."""
LOOKS = np.unique(np.r_[np.arange(1, EVERY), np.arange(EVERY, EPOCHS + 1, EVERY)])
SHOWN = np.unique(np.searchsorted(LOOKS, np.geomspace(1, EPOCHS, 61).round()))
"""Those of the looks that are frames."""


def stops(held: np.ndarray, epochs: np.ndarray, patience: int) -> tuple[int, int]:
    """Where patience ends, and the best look until then; both as places among the looks."""
    best = 0
    for i, loss in enumerate(held):
        if loss < held[best]:
            best = i
        elif epochs[i] - epochs[best] >= patience:
            return i, best
    return len(held) - 1, best


def deal(seed: int, n: int, k: int) -> np.ndarray:
    """To which fold each point belongs: (n,), as even as can be."""
    return numpy_generator(seed, "folds").permutation(np.arange(n) % k)


def cross_validate(points: Sample, fold: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Errors on the fold held out (FOLDED + 1, k), and the fits (FOLDED + 1, k, G)."""
    scores = np.empty((FOLDED + 1, k))
    curves = np.empty((FOLDED + 1, k, len(GRID)))
    for d in range(FOLDED + 1):
        A, G = powers(points.x, d), powers(GRID, d)
        for j in range(k):
            seen = fold != j
            theta = least(A[seen], points.y[seen])
            scores[d, j] = mse(A[~seen], theta, points.y[~seen])
            curves[d, j] = G @ theta
    return scores, curves


@functools.lru_cache(maxsize=8)
def by_size(config: Config) -> Story:
    """One degree on more and more points; means over 20 samples, and the middle 80 % as a band."""
    d = config.degree
    samples = [draw_sample(config, f"size/{i}", int(COUNTS[-1])) for i in range(DRAWS)]
    X, Y = np.array([s.x for s in samples]), np.array([s.y for s in samples])
    HX, HY = np.array([s.held_x for s in samples]), np.array([s.held_y for s in samples])
    A, B, G = powers(X, d), powers(HX, d), powers(GRID, d)
    train, held, curves = [], [], []
    for n in COUNTS:
        theta = np.linalg.pinv(A[:, :n], rcond=1e-12) @ Y[:, :n, None]  # (draws, d + 1, 1)
        train.append(((A[:, :n] @ theta - Y[:, :n, None]) ** 2).mean((1, 2)))
        held.append(((B @ theta - HY[..., None]) ** 2).mean((1, 2)))
        curves.append(G @ theta[0, :, 0])
    spread = np.quantile(held, (0.1, 0.9), axis=1)
    middle = np.median(train, axis=1), np.median(held, axis=1)
    return Story(COUNTS, *middle, np.zeros(len(COUNTS)), np.array(curves), spread)


@functools.lru_cache(maxsize=8)
def others(config: Config, degree: int) -> np.ndarray:
    """The same degree fitted to eight other samples: (8, G)."""
    drawn = [draw_sample(config, f"other/{i}", config.n) for i in range(8)]
    G = powers(GRID, degree)
    return np.array([G @ least(powers(s.x, degree), s.y) for s in drawn])


@functools.lru_cache(maxsize=8)
def story(config: Config) -> Story:
    """What the part chosen tells."""
    if config.part == "size":
        return by_size(Config(part="size", data=config.data, noise=config.noise,
                              degree=config.degree, seed=config.seed))  # fmt: skip
    points = sample(config)
    if config.part == "double":
        return by_width(points)
    return by_epoch(points, LOOKS[SHOWN]) if config.part == "stop" else by_degree(points)


@functools.lru_cache(maxsize=8)
def validated(config: Config) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Folds (n,), scores (FOLDED + 1, k) and fits of cross-validation."""
    points = sample(config)
    fold = deal(config.seed, len(points.x), config.folds)
    return fold, *cross_validate(points, fold, config.folds)


@functools.lru_cache(maxsize=8)
def stopped(config: Config) -> tuple[int, int]:
    """The epochs at which patience ends, and whose weights are kept."""
    at, best = stops(by_epoch(sample(config), LOOKS).held, LOOKS, config.patience)
    return int(LOOKS[at]), int(LOOKS[best])


def places(config: Config) -> int:
    """How many frames there are."""
    if config.part == "folds":
        return (FOLDED + 1) * config.folds
    return {"degree": DEGREES + 1, "size": len(COUNTS), "stop": len(SHOWN),
            "double": len(WIDTHS)}[config.part]  # fmt: skip


def look(config: Config, step: int) -> Frame:
    """One place of the time line."""
    told = story(config)
    values: dict[str, np.ndarray | float | int] = {
        "axis": told.axis.astype(np.float32), "train": told.train.astype(np.float32),
        "held": told.held.astype(np.float32), "size": told.size.astype(np.float32),
    }  # fmt: skip
    if config.part == "folds":
        fold, scores, curves = validated(config)
        d, j = divmod(step, config.folds)
        seen = np.arange(scores.size).reshape(scores.shape) <= step
        values["fit"] = curves[d, j].astype(np.float32)
        values["scores"] = np.where(seen, scores, np.nan).astype(np.float32)
        values["fold"] = fold.astype(np.int32)
    else:
        values["fit"] = told.curves[step].astype(np.float32)
    if config.part == "degree":
        values["others"] = others(ungrabbed(config), step)[:, ::2].astype(np.float32)
    if config.part == "size":
        values["spread"] = told.spread.astype(np.float32)
    if config.part == "stop":
        values["stop"], values["best"] = stopped(config)
    return Frame(step, values, trouble(config, step), checkpoint={})


def ungrabbed(config: Config) -> Config:
    """The same without your point, for what does not depend on it."""
    return config.model_copy(update={"x1": 0.0, "y1": 0.0, "shuffled": False})


def trouble(config: Config, step: int) -> str:
    """What to know about this place."""
    points = config.n + (config.data != "crash")
    if config.part == "degree" and step >= points:
        return (
            f"{step + 1} coefficients for {points} points: of all exact fits the shortest is taken."
        )
    if config.part == "double":
        if WIDTHS[step] == points:
            return "As many features as points: one exact fit is left, however wild it has to be."
        if WIDTHS[step] > points:
            return "More features than points: of all exact fits the one with the shortest weights."
    if config.part == "size":
        exact = COUNTS[step] <= config.degree + 1
        return (
            f"{COUNTS[step]} points for {config.degree + 1} coefficients: "
            f"{'the fit goes through all of them.' if exact else 'it has to choose.'}"
        )
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Place after place."""
    for step in range(places(config)):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand moves your point, at the place on screen."""
    last = places(config) - 1
    return look(config, min(start.step, last) if start else last // 2)
