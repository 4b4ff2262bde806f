"""What depth adds: folds that double, pieces of random networks, and a collapse without a bend."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import torch
from torch import Tensor

from labcore.mlp.universal_approximation.pieces import act
from labcore.rng import numpy_generator, torch_generator

LINE = np.linspace(0, 1, 257)
MOST, BUDGET, TRIALS = 8, 400, 12
"""Layers at most; weights of each random network, nearly; how many of them."""


def fold(x: np.ndarray) -> np.ndarray:
    """One layer of two ReLU units, read by the next: 2 max(0, x) − 4 max(0, x − ½), a tent."""
    return 2 * np.maximum(0, x) - 4 * np.maximum(0, x - 0.5)


def folded(layers: int) -> np.ndarray:
    """The tent applied again and again: 2^layers straight pieces over LINE."""
    y = LINE
    for _ in range(layers):
        y = fold(y)
    return y


def deep_weights(layers: int) -> int:
    """Weights and biases of 1 → 2 → … → 2 → 1: 4, then 6 a layer, then 3."""
    return 6 * layers + 1


def flat_units(layers: int) -> int:
    """Units of a network with one hidden layer and as many weights, 3 m + 1."""
    return 2 * layers


@functools.cache
def flat_fit(layers: int) -> np.ndarray:
    """The best that one layer of as many weights says, kinks evenly spaced: over LINE."""
    m = flat_units(layers)
    h = np.maximum(0, LINE[:, None] - np.arange(m) / m)
    h = np.c_[h, np.ones(len(LINE))]
    return h @ np.linalg.lstsq(h, folded(layers), rcond=None)[0]


def count_pieces(weights: list[Tensor], biases: list[Tensor], x: Tensor) -> int:
    """Straight pieces of a ReLU network along x (N, 1): where the set of awake units changes."""
    h, awake = x, []
    for w, b in zip(weights, biases, strict=True):
        z = h @ w + b
        awake.append(z > 0)
        h = z.clamp(min=0)
    pattern = torch.cat(awake, 1)
    return 1 + int((pattern[1:] != pattern[:-1]).any(1).sum())


def width_for(layers: int) -> int:
    """The width at which a network 1 → m → … → m → 1 has about BUDGET weights."""
    m = np.arange(1, BUDGET)
    total = 3 * m + 1 + (layers - 1) * (m * m + m)
    return int(m[np.abs(total - BUDGET).argmin()])


@functools.lru_cache(16)
def random_pieces(seed: int) -> np.ndarray:
    """Mean pieces over [−1, 1] of TRIALS random networks of 1 … 8 layers, about equal weights."""
    x, means = torch.linspace(-1, 1, 2001)[:, None], []
    for layers in range(1, MOST + 1):
        m, counts = width_for(layers), []
        random = torch_generator(seed, f"random/{layers}")
        for _ in range(TRIALS):
            sizes = [1] + [m] * layers
            weights = [torch.randn(a, b, generator=random) * (2 / a) ** 0.5
                       for a, b in itertools.pairwise(sizes)]  # fmt: skip
            biases = [torch.randn(m, generator=random) * 0.5 for _ in range(layers)]
            counts.append(count_pieces(weights, biases, x))
        means.append(np.mean(counts))
    return np.array(means)


def matrices(seed: int, layers: int) -> np.ndarray:
    """Matrices that turn, stretch a little, and turn again: (L, 2, 2)."""
    random = numpy_generator(seed, "matrices")
    angle, size = random.uniform(-0.6, 0.6, (2, 6)), random.uniform(0.75, 1.4, (6, 2))
    first, last = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
                           ).transpose(2, 3, 0, 1)  # fmt: skip
    return (last @ (size[:, :, None] * first))[:layers]


def through(activation: str, weights: np.ndarray, x: np.ndarray, share: float) -> np.ndarray:
    """Points (2, N) through layers a ← φ(W a); of the last only a share is done yet.

    A share below ½ is that of the matrix, above that of the activation.
    """
    a = x
    for w in weights[:-1]:
        a = act(activation, torch.from_numpy(w @ a)).numpy()
    if not len(weights):
        return a
    z = a + min(2 * share, 1.0) * (weights[-1] @ a - a)
    bent = act(activation, torch.from_numpy(z)).numpy()
    return z + max(2 * share - 1, 0.0) * (bent - z)


def product(weights: np.ndarray) -> np.ndarray:
    """All layers as one matrix, the last first: (2, 2)."""
    whole = np.eye(2)
    for w in weights:
        whole = w @ whole
    return whole
