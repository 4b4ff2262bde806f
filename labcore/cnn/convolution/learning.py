"""Part 5: a kernel found by gradient descent from what it does."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from labcore import Frame
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.kernels import applied
from labcore.cnn.convolution.lesson import slide
from labcore.cnn.convolution.pictures import grey
from labcore.cnn.convolution.settings import STEPS
from labcore.rng import numpy_generator

PIECE, AWAY = 28, 1e9
"""Pixels of what is learned from; a loss so many times the first one has run away."""


def examples_of(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """An input (h, w), and what the unknown kernel makes of it."""
    x = grey(config, PIECE) / 255
    if config.centred:
        x = x - x.mean()
    y = slide(x, applied(config))
    extra = numpy_generator(config.seed, "output").standard_normal(y.shape)
    return x, y + config.blur * extra


def windows(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """What lies under each place of the window, as rows: (places, cells of the window)."""
    views = np.lib.stride_tricks.sliding_window_view(x, shape)
    return views.reshape(-1, shape[0] * shape[1])


def gradient(under: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Of the mean squared error, by the weights: each is to blame for the errors times its cells.

    under: (places, weights), as `windows` gives it; error: (places,). Written over the picture
    this is a cross-correlation again, of the input with the errors.
    """
    return 2 * under.T @ error / len(error)


class Descent(NamedTuple):
    """weights (steps + 1, k, l), losses (steps + 1,); step: where the loss had run away, or 0."""

    weights: np.ndarray
    losses: np.ndarray
    ran_away: int


def descend(config: Config) -> Descent:
    """Gradient descent from a kernel of zeros."""
    x, target = examples_of(config)
    under, wanted = windows(x, applied(config).shape), target.ravel()
    kernel = np.zeros(under.shape[1])
    velocity, kept, losses, ran_away = np.zeros_like(kernel), [], [], 0
    for step in range(STEPS + 1):
        error = under @ kernel - wanted
        loss = float(error @ error) / len(error)
        kept.append(kernel)
        losses.append(loss)
        if not loss < AWAY * max(losses[0], 1e-9):
            ran_away = ran_away or step
            continue
        velocity = config.momentum * velocity + gradient(under, error)
        kernel = kernel - config.lr * velocity
    return Descent(np.reshape(kept, (-1, *applied(config).shape)), np.array(losses), ran_away)


@functools.lru_cache(maxsize=4)
def descent_of(config: Config) -> Descent:
    """The descent, kept while its frames are drawn."""
    return descend(config)


RATES = np.geomspace(1e-3, 100, 56)
"""Learning rates at which the loss is foretold."""


@functools.lru_cache(maxsize=4)
def foretold(config: Config) -> tuple[np.ndarray, float, np.ndarray]:
    """The loss at the end at each of `RATES`, the first rate that runs away, and the curvatures.

    The loss is a quadratic, so along each eigenvector, of curvature λ, the error e and the
    velocity v follow v ← β v + λ e and e ← e − η v by themselves: a matrix of 2 × 2, to a power.
    """
    x, target = examples_of(config)
    patches = windows(x, applied(config).shape)
    least = np.linalg.lstsq(patches, target.ravel(), rcond=1e-10)[0]
    floor = float(((patches @ least - target.ravel()) ** 2).mean())
    bends, ways = np.linalg.eigh(2 * patches.T @ patches / target.size)
    step = np.empty((len(bends), len(RATES), 2, 2))
    step[..., 0, 0], step[..., 0, 1] = config.momentum, bends[:, None]
    step[..., 1, 0] = -RATES * config.momentum
    step[..., 1, 1] = 1 - RATES * bends[:, None]
    with np.errstate(over="ignore", invalid="ignore"):  # a rate that runs away runs far
        error = np.linalg.matrix_power(step, STEPS)[..., 1, 1] * (ways.T @ least)[:, None]
        losses = floor + 0.5 * (bends[:, None] * error**2).sum(0)
    limit = 2 * (1 + config.momentum) / max(float(bends[-1]), 1e-12)
    return losses, limit, bends[::-1]


def look_learning(config: Config, step: int) -> Frame:
    """What is known of the kernel after so many steps."""
    known = descent_of(config)
    x, target = examples_of(config)
    kernel = known.weights[step]
    guess = slide(x, kernel)
    _, limit, bends = foretold(config)
    free = int((bends < 1e-9 * bends[0]).sum()) if bends[0] > 0 else len(bends)
    away = float(np.abs(kernel - applied(config)).max())
    return Frame(step, {
        "kernel": clipped(kernel), "input": x.astype(np.float32), "target": clipped(target),
        "guess": clipped(guess), "losses": clipped(known.losses[: step + 1]),
        "loss": float(min(known.losses[step], 1e30)), "away": min(away, 1e30), "limit": limit,
        "bend": float(bends[0] / max(bends[-1], 1e-12 * bends[0], 1e-30)), "free": free,
    }, trouble_learning(config, known, step, limit, free), checkpoint={})  # fmt: skip


def clipped(values: np.ndarray) -> np.ndarray:
    """Numbers that fit a picture."""
    return np.clip(np.nan_to_num(values, nan=1e30), -1e30, 1e30).astype(np.float32)


def trouble_learning(config: Config, known: Descent, step: int, limit: float, free: int) -> str:
    """Why it runs away, or why a loss of 0 does not mean the kernel is known."""
    if known.ran_away and known.ran_away <= step:
        return (f"By step {known.ran_away} the loss has run away: η = {config.lr:.3g} is more "
                f"than {limit:.3g}, and the steepest direction grows at each step.")  # fmt: skip
    if free:
        return (f"This input never tells {free} of {applied(config).size} directions of the "
                "kernel apart: a loss of 0 is not the true kernel.")  # fmt: skip
    return ""
