"""Minibatches on real houses: the noise of a gradient, a race of batch sizes, a decaying η."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from labcore.optimization.minibatch_sgd.config import (
    DRAWS,
    EPOCHS,
    SCHEDULES,
    SEEDS,
    SIZES,
    STEPS,
    Config,
    pair,
)
from labcore.optimization.minibatch_sgd.houses import COUNT, excess, gradients, houses
from labcore.optimizers import sgd
from labcore.rng import numpy_generator
from labcore.schedules import factor

LOST = 1e6
"""Above this the loss is lost, and the training stops."""


class Noise(NamedTuple):
    """One point, its exact gradient, and what minibatches say instead; all in two weights.

    exact: (2,); covariance: (2, 2), of the mean of b; drawn: (DRAWS, 2); spread: the trace of Σ.
    """

    exact: np.ndarray
    covariance: np.ndarray
    drawn: np.ndarray
    spread: float


def held(config: Config) -> np.ndarray:
    """The weights (P,): two by hand, the others at the minimum."""
    theta = houses().best.copy()
    theta[list(pair(config))] = config.w_across, config.w_up
    return theta


def noise(config: Config) -> Noise:
    """The covariance of a minibatch's gradient, and 300 minibatches.

    With replacement it is Σ / b, where Σ is the covariance of the houses' own gradients; without,
    it is (n − b) / (n − 1) of that, and 0 for all houses.
    """
    own = gradients(held(config))[:, list(pair(config))]  # (n, 2)
    exact = own.mean(0)
    sigma = (own - exact).T @ (own - exact) / COUNT
    left = 1.0 if config.replacement else (COUNT - config.batch) / (COUNT - 1)
    drawn = shares(config.seed, config.batch, config.replacement) @ own
    return Noise(exact, sigma / config.batch * left, drawn, float(np.trace(sigma)))


def shares(seed: int, batch: int, replacement: bool) -> np.ndarray:
    """How much of each minibatch's mean each house is: (DRAWS, n), rows that sum to 1."""
    order = tickets(seed, replacement)[:, :batch]
    if not replacement:
        found = np.zeros((DRAWS, COUNT))
        np.put_along_axis(found, order, 1 / batch, axis=1)
        return found
    flat = (order + COUNT * np.arange(DRAWS)[:, None]).ravel()
    return np.bincount(flat, minlength=DRAWS * COUNT).reshape(DRAWS, COUNT) / batch


@functools.lru_cache(maxsize=4)
def tickets(seed: int, replacement: bool) -> np.ndarray:
    """The houses in the order each minibatch draws them: (DRAWS, n)."""
    random = numpy_generator(seed, "draws")
    if replacement:
        return random.integers(0, COUNT, (DRAWS, COUNT))
    return random.random((DRAWS, COUNT)).argsort(1)


def epoch(random: np.random.Generator, replacement: bool) -> np.ndarray:
    """Which houses come, one after the other, in one epoch: (n,)."""
    return random.integers(0, COUNT, COUNT) if replacement else random.permutation(COUNT)


def rate(config: Config, batch: int) -> float:
    """η of a batch size in the race: grown from that of 1, at most 1 / λ."""
    grown = {"same": 1.0, "sqrt": batch**0.5, "linear": float(batch)}[config.scaling]
    return min(
        config.lr * grown, max(config.lr, 1 / float(np.linalg.eigvalsh(houses().hessian)[-1]))
    )


class Lap(NamedTuple):
    """One batch size after each half epoch: excess losses and clocks, (2·EPOCHS + 1,) each."""

    excess: np.ndarray
    clock: np.ndarray


def train(config: Config, batch: int) -> Lap:
    """SGD from θ = 0. The clock is seconds spent on the steps, or steps if none is measured."""
    data, random = houses(), numpy_generator(config.seed, f"race/{batch}")
    theta, lr, spent, steps = np.zeros(len(data.best)), rate(config, batch), 0.0, 0
    losses, clock = [float(excess(theta))], [0.0]
    for _ in range(EPOCHS):
        order = epoch(random, config.replacement)
        halves = [order[: COUNT // 2], order[COUNT // 2 :]] if batch < COUNT else [order[:0], order]
        for part in halves:
            began = time.perf_counter()
            for first in range(0, len(part), batch):
                chosen = part[first : first + batch]
                x = data.x[chosen]
                g = x.T @ (x @ theta - data.y[chosen]) / len(chosen)
                theta, _ = sgd(theta, g, {}, lr=lr)
                steps += 1
                if not abs(theta[0]) < LOST:
                    break
            spent += time.perf_counter() - began
            here = float(excess(theta))
            losses.append(here if here < LOST else LOST)
            clock.append(spent if config.clock else float(steps))
            if losses[-1] >= LOST:
                pad = 2 * EPOCHS + 1 - len(losses)
                return Lap(np.array(losses + [LOST] * pad), np.array(clock + clock[-1:] * pad))
    return Lap(np.array(losses), np.array(clock))


def race(config: Config) -> list[Lap]:
    """All batch sizes, from the same start."""
    return [train(config, batch) for batch in SIZES]


def rates(config: Config) -> np.ndarray:
    """η of each schedule at each step: (3, STEPS)."""
    t = np.arange(STEPS)
    halving = factor(t, STEPS, decay=0.5 ** (1 / config.half_life), floor=0.0)
    return config.lr * np.array([np.ones(STEPS), halving, (1 + 0.1 * t) ** -config.power])


def observed() -> np.ndarray:
    """The steps after which the decaying runs are looked at, evenly on a log axis."""
    return np.unique(np.geomspace(1, STEPS, 64).astype(int))


def decay(config: Config) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Three schedules on the same minibatches, sixteen runs of each at once.

    Yields at each observed step: excess losses of the last weights (3, SEEDS), and of the mean of
    all weights so far under the polynomial schedule, (SEEDS,).
    """
    data, eta = houses(), rates(config)
    random = numpy_generator(config.seed, "decay")
    theta = np.zeros((len(SCHEDULES), SEEDS, len(data.best)))
    mean, at, orders = np.zeros((SEEDS, len(data.best))), COUNT, np.empty((0, 0), int)
    looks = set(observed().tolist())
    for t in range(STEPS):
        if at + config.batch > COUNT:
            orders, at = np.array([epoch(random, config.replacement) for _ in range(SEEDS)]), 0
        chosen = orders[:, at : at + config.batch]
        at += config.batch
        x = data.x[chosen]  # (S, b, P)
        wrong = np.einsum("sbp,ksp->ksb", x, theta) - data.y[chosen]
        g = np.einsum("ksb,sbp->ksp", wrong, x) / config.batch
        theta, _ = sgd(theta, g, {}, lr=eta[:, t, None, None])
        theta = np.clip(theta, -LOST, LOST)
        mean += (theta[-1] - mean) / (t + 1)
        if t + 1 in looks:
            yield excess(theta), excess(mean)
