"""What points come from: made curves with noise, and a real crash."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from labcore.data import ASSETS
from labcore.linear.generalization.config import HELD, Config
from labcore.rng import numpy_generator

GRID = np.linspace(-1, 1, 101)
"""Where curves are drawn; all x lie between its ends."""


class Sample(NamedTuple):
    """Points to train on, x and y (n,), and points to judge by, (m,)."""

    x: np.ndarray
    y: np.ndarray
    held_x: np.ndarray
    held_y: np.ndarray


def truth(data: str, x: np.ndarray) -> np.ndarray:
    """The curve behind made data."""
    return np.sin(1.5 * np.pi * x) if data == "wave" else 2.4 * x**3 - 1.6 * x + 0.2


@functools.cache
def crash() -> tuple[np.ndarray, np.ndarray]:
    """Time, from −1 to 1, and acceleration, standardised: 133 measurements each.

    Source: Schmidt, Mattern & Schüler (1981), as mcycle in R's MASS; some times come twice.
    """
    time, g = np.loadtxt(ASSETS / "data/mcycle.csv", delimiter=",", skiprows=1).T
    return (time - 30) / 27.6, (g - g.mean()) / g.std()


def draw_sample(config: Config, name: str, n: int) -> Sample:
    """n training points and others to judge by; another name, another sample."""
    random = numpy_generator(config.seed, name)
    if config.data == "crash":
        x, y = crash()
        order = random.permutation(len(x))
        mine, held = order[:n], order[n:]
        return Sample(x[mine], y[mine], x[held], y[held])
    x, held = random.uniform(-1, 1, (2, max(n, HELD)))
    e, held_e = config.noise * random.normal(size=(2, max(n, HELD)))
    y, held_y = truth(config.data, x) + e, truth(config.data, held) + held_e
    return Sample(x[:n], y[:n], held[:HELD], held_y[:HELD])


@functools.lru_cache(maxsize=16)
def sample(config: Config) -> Sample:
    """The sample on screen: with your point, and with its targets dealt out if that is asked."""
    found = draw_sample(config, "sample", config.n)
    if config.data != "crash":
        found = found._replace(x=np.append(found.x, config.x1), y=np.append(found.y, config.y1))
    if config.shuffled:
        order = numpy_generator(config.seed, "deal").permutation(len(found.y))
        found = found._replace(y=found.y[order])
    return found
