"""Samples to learn from and to judge by: made ones, and houses with products of features."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from labcore.data import housing
from labcore.linear.weight_decay.config import Config
from labcore.rng import numpy_generator


class Samples(NamedTuple):
    """X (n, p), y (n,) to train on; V (m, p), t (m,) to judge by; true weights (p,) or none."""

    X: np.ndarray
    y: np.ndarray
    V: np.ndarray
    t: np.ndarray
    true: np.ndarray


@functools.lru_cache(maxsize=8)
def samples(config: Config) -> Samples:
    """Centred samples."""
    random = numpy_generator(config.seed, "samples")
    if config.data == "houses":
        X, y = products()
        order, n = random.permutation(len(y)), config.n
        return centred(X[order[:n]], y[order[:n]], X[order[n:]], y[order[n:]], np.empty(0))
    n, p, a = config.n, config.p, config.together
    Z = random.normal(size=(p, 300))
    for j in range(1, p):  # each feature is like its neighbour
        Z[j] = a * Z[j - 1] + np.sqrt(1 - a * a) * Z[j]
    if config.data == "dense":
        w = np.ones(p)
    else:
        w = np.zeros(p)
        w[np.linspace(0, p - 1, 7).astype(int)[1:-1]] = (1, -1, 1, 1, -1)
    w /= np.sqrt(w @ a ** np.abs(np.subtract.outer(np.arange(p), np.arange(p))) @ w)
    y = Z.T @ w + config.noise * random.normal(size=300)
    return centred(Z.T[:n], y[:n], Z.T[200:], y[200:], w)


def centred(X: np.ndarray, y: np.ndarray, V: np.ndarray, t: np.ndarray, w: np.ndarray) -> Samples:
    """All with the training mean taken off: an unpenalized bias does the same."""
    return Samples(X - X.mean(0), y - y.mean(), V - X.mean(0), t - y.mean(), w)


@functools.cache
def products() -> tuple[np.ndarray, np.ndarray]:
    """Eleven features of 546 houses and the product of each two, standardised; the log price."""
    table = housing()
    Z = np.stack([table[name] for name in table if name != "price"], axis=1)
    Z = (Z - Z.mean(0)) / Z.std(0)
    i, j = np.triu_indices(Z.shape[1], 1)
    X = np.hstack([Z, Z[:, i] * Z[:, j]])
    y = np.log(table["price"])
    return (X - X.mean(0)) / X.std(0), (y - y.mean()) / y.std()
