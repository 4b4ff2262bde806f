"""Wrong labels, found by a classifier that never saw the picture it judges."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from labcore.data import fashion_mnist, halved
from labcore.linear.image_data.config import CLASSES, FOLDS, GRID, STEP, Config
from labcore.rng import numpy_generator

COUNT, SOFT = 2000, 0.1
"""Labels that are looked at; the share of the covariance that is made even."""
ALIKE = np.array([6, 3, 4, 1, 2, 7, 0, 9, 5, 7])
"""The class each is most easily taken for."""


@lru_cache(maxsize=1)
def pixels() -> tuple[np.ndarray, ...]:
    """Pictures (2000, 196) and true labels, their numbers in the data set, and a test set."""
    clothes = fashion_mnist()
    which = np.argsort(clothes.labels, kind="stable").reshape(CLASSES, -1)[:, -COUNT // CLASSES :]
    which = which.T.ravel()  # one of each class after the other
    small = [halved(part) / 255
             for part in (clothes.images[which], clothes.test_images)]  # fmt: skip
    return (small[0], clothes.labels[which].astype(int), which, small[1],
            clothes.test_labels.astype(int))  # fmt: skip


def learn(x: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Linear discriminant analysis: weights (196, 10) and offsets (10,) of the log posterior."""
    hot = np.eye(CLASSES)[labels]
    many = hot.sum(0)
    means = hot.T @ x / np.maximum(many, 1)[:, None]
    inside = x - means[labels]
    within = inside.T @ inside / len(x)
    within = (1 - SOFT) * within + SOFT * np.trace(within) / 196 * np.eye(196)
    w = np.linalg.solve(within, means.T)
    with np.errstate(divide="ignore"):
        return w, np.log(many / len(x)) - 0.5 * (means * w.T).sum(1)


@lru_cache(maxsize=4)
def spoiled(seed: int, wrong: int, mistake: str) -> np.ndarray:
    """The labels as given (2000,), `wrong` per cent of them replaced."""
    random, true = numpy_generator(seed, "labels"), pixels()[1]
    hit = random.permutation(COUNT)[: wrong * COUNT // 100]
    other = (true + random.integers(1, CLASSES, COUNT)) % CLASSES
    given = true.copy()
    given[hit] = (other if mistake == "any" else ALIKE[true])[hit]
    return given


@lru_cache(maxsize=4)
def doubts(seed: int, wrong: int, mistake: str) -> tuple[np.ndarray, np.ndarray]:
    """All labels from the most doubtful on (2000,), and what the classifier says instead.

    Each picture is judged by a classifier trained on the four fifths of the data without it.
    Doubt is log P(best class | x) − log P(given label | x).
    """
    x, given = pixels()[0], spoiled(seed, wrong, mistake)
    fold = numpy_generator(seed, "folds").permutation(COUNT) % FOLDS
    score = np.empty((COUNT, CLASSES))
    for k in range(FOLDS):
        w, b = learn(x[fold != k], given[fold != k])
        score[fold == k] = x[fold == k] @ w + b
    doubt = score.max(1) - score[np.arange(COUNT), given]
    return np.argsort(-doubt, kind="stable"), score.argmax(1)


@lru_cache(maxsize=128)
def mended(seed: int, wrong: int, mistake: str, many: int) -> float:
    """Test accuracy after training on the labels, the first `many` suspects put right by hand."""
    x, true, _, test, told = pixels()
    labels = spoiled(seed, wrong, mistake).copy()
    first = doubts(seed, wrong, mistake)[0][:many]
    labels[first] = true[first]
    w, b = learn(x, labels)
    return float(((test @ w + b).argmax(1) == told).mean())


def look_labels(config: Config, at: int) -> dict[str, Any]:
    """So many suspects have been looked at: how many were wrong, and what it is worth."""
    key = config.seed, config.wrong, config.mistake
    _, true, which, *_ = pixels()
    given, (ranked, says) = spoiled(*key), doubts(*key)
    bad, many = given != true, at * STEP
    shown = ranked[max(many - STEP, 0) :][: GRID[0] * GRID[1]]
    found = int(bad[ranked[:many]].sum())
    return {"many": many, "found": found, "bad": int(bad.sum()),
            "right": mended(*key, many), "clean": mended(config.seed, 0, config.mistake, 0),
            "pictures": fashion_mnist().images[which[shown]].reshape(len(shown), -1),
            "labels": given[shown].astype(np.int32), "says": says[shown].astype(np.int32),
            "was": bad[shown]}  # fmt: skip
