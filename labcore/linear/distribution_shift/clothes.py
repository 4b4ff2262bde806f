"""Label shift on real pictures: how common is each class now, and what follows for the answers?"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labcore.data import fashion_mnist
from labcore.linear.distribution_shift.config import CLASSES, STEPS, Config
from labcore.rng import numpy_generator

COUNTS = np.unique(np.geomspace(20, 4000, STEPS).round().astype(int))
"""Target pictures that have come in, at each place of the time line."""
TRAINED, SHRUNK = 800, 0.1
"""Images of each class the classifier learned from; the share of its covariance that is even."""


class Judged(NamedTuple):
    """log P(y | x) for even classes: of held-back source images (10, 200, 10) and of test images
    (10, 200, 10); the first index is the true class."""

    held: np.ndarray
    test: np.ndarray


@lru_cache(maxsize=1)
def judged() -> Judged:
    """Linear discriminant analysis on 14 × 14 pixels: one bell for each class, one covariance."""
    clothes = fashion_mnist()
    parts = []
    for images, labels in ((clothes.images, clothes.labels),
                           (clothes.test_images, clothes.test_labels)):  # fmt: skip
        order = np.argsort(labels, kind="stable")
        small = images[order].reshape(CLASSES, -1, 14, 2, 14, 2).mean((3, 5), dtype=np.float32)
        parts.append(small.reshape(CLASSES, -1, 196) / 255)
    train, held = np.split(parts[0], [TRAINED], axis=1)
    means = train.mean(1)
    within = (train - means[:, None]).reshape(-1, 196)
    sigma = within.T @ within / len(within)
    sigma += SHRUNK * np.trace(sigma) / 196 * np.eye(196, dtype=np.float32)
    pull = np.linalg.solve(sigma, means.T)
    offset = -0.5 * np.einsum("kp,pk->k", means, pull)
    return Judged(*(log_softmax(part @ pull + offset) for part in (held, parts[1])))


def log_softmax(z: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    z = z - z.max(-1, keepdims=True)
    return (z - np.log(np.exp(z).sum(-1, keepdims=True))).astype(np.float64)


def wanted(config: Config) -> np.ndarray:
    """How common each class is in the target (10,); all alike where every bar is at 0."""
    heights = np.array([height for _, height in config.shares])
    total = heights.sum()
    return heights / total if total > 0 else np.full(CLASSES, 1 / CLASSES)


def confusion(held: int) -> np.ndarray:
    """P(said | true) (10, 10), column by true class, from `held` images of each."""
    says = judged().held[:, :held].argmax(-1)
    return np.stack([np.bincount(row, minlength=CLASSES) for row in says], 1) / held


@lru_cache(maxsize=4)
def arrivals(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Even numbers that decide class and picture of each arrival; kept while a hand drags."""
    random = numpy_generator(seed, "arrivals")
    return random.random(COUNTS[-1]), random.integers(0, 200, COUNTS[-1])


def estimate(c: np.ndarray, mu: np.ndarray) -> np.ndarray:
    """Solve C q = μ for how common the classes are (10,); what falls below 0 is set to 0."""
    q = np.linalg.lstsq(c, mu, rcond=None)[0]
    q = np.maximum(q, 0)
    return q / q.sum() if q.sum() > 0 else np.full(CLASSES, 1 / CLASSES)


def corrected(q: np.ndarray) -> np.ndarray:
    """Share right of each true class (10,), if the answer is the largest of P(y | x) q."""
    with np.errstate(divide="ignore"):
        says = (judged().test + np.log(q)).argmax(-1)
    return (says == np.arange(CLASSES)[:, None]).mean(1)


@lru_cache(maxsize=64)
def look_clothes(config: Config, at: int) -> dict[str, np.ndarray | float]:
    """So many unlabelled pictures have come; what they say of the target, and what that mends."""
    q, count = wanted(config), COUNTS[min(at, len(COUNTS) - 1)]
    chance, which = (part[:count] for part in arrivals(config.seed))
    true = np.searchsorted(np.cumsum(q)[:-1], chance, side="right")
    says = judged().test.argmax(-1)[true, which]
    mu = np.bincount(says, minlength=CLASSES) / count
    c = confusion(config.held)
    found = estimate(c, mu)
    found = (1 - config.smooth) * found + config.smooth / CLASSES
    even = np.full(CLASSES, 1 / CLASSES)
    right = [float(corrected(guess) @ q) for guess in (even, found, q)]
    off = [float(np.abs(guess - q).sum() / 2) for guess in (mu, found)]
    return {"count": int(count), "wanted": q, "counted": mu, "estimate": found, "confusion": c,
            "mended": np.array(right), "off": np.array(off)}  # fmt: skip
