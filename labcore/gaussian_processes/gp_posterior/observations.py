"""What is modelled, and the units it is shown in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from labcore.data import ASSETS
from labcore.gaussian_processes.gp_posterior.config import Config
from labcore.gaussian_processes.gp_posterior.kernels import Array

STAGES = 40
"""Frames in which a real data set comes in, in the order of its rows."""


@dataclass(frozen=True)
class World:
    """Observations and a grid on which functions are shown.

    x, y: (n,), float64, in the order they come in; y of real data standardised.
    grid: (M,), from left to right.
    Shown are x + x_origin and y_mean + y_scale · y.
    """

    x: Array
    y: Array
    grid: Array
    x_title: str
    y_title: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    x_origin: float = 0.0
    y_mean: float = 0.0
    y_scale: float = 1.0
    real: bool = False

    def shown_x(self, x: Array) -> Array:
        return x + self.x_origin

    def shown_y(self, y: Array) -> Array:
        return self.y_mean + self.y_scale * y

    def counts(self) -> list[int]:
        """How many observations are in, frame by frame."""
        n = len(self.x)
        if not self.real:
            return list(range(n + 1))
        return [round(n * i / STAGES) for i in range(STAGES + 1)]


def world(config: Config) -> World:
    """The observations of a config that is no game."""
    if config.data == "co2":
        return co2()
    if config.data == "mcycle":
        return mcycle()
    given = config.labels if config.data == "classes" else config.points
    x, y = np.array(given, np.float64).reshape(-1, 2).T
    classes = config.data == "classes"
    return World(
        x=x,
        y=(y >= 0.5).astype(np.float64) if classes else y,
        grid=np.linspace(-5, 5, 141),
        x_title="x",
        y_title="Probability of class 1" if classes else "y",
        x_range=(-5, 5),
        y_range=(-0.08, 1.08) if classes else (-3.4, 3.4),
    )


def read(name: str) -> Array:
    """A bundled table without its heading, float64."""
    return np.loadtxt(ASSETS / "data" / name, delimiter=",", skiprows=1)


@cache
def co2() -> World:
    """Monthly means of CO₂ in the air at Mauna Loa, 1958–2001, and eight years more to foretell."""
    year, ppm = read("co2.csv").T
    mean, scale = ppm.mean(), ppm.std()
    return World(
        x=year - 1980.0,
        y=(ppm - mean) / scale,
        grid=np.arange(1958, 2010.01, 1 / 6) - 1980,
        x_title="Year",
        y_title="CO₂ (parts per million)",
        x_range=(1957.5, 2010.5),
        y_range=(300, 400),
        x_origin=1980.0,
        y_mean=float(mean),
        y_scale=float(scale),
        real=True,
    )


@cache
def mcycle() -> World:
    """Acceleration of a dummy's head after a crash; noise that is not the same everywhere."""
    time, acceleration = read("mcycle.csv").T
    mean, scale = acceleration.mean(), acceleration.std()
    return World(
        x=time / 10 - 3.0,
        y=(acceleration - mean) / scale,
        grid=np.linspace(0, 6.4, 161) - 3,
        x_title="Time after the crash (hundredths of a second)",
        y_title="Acceleration (g)",
        x_range=(0, 6.4),
        y_range=(-190, 130),
        x_origin=3.0,
        y_mean=float(mean),
        y_scale=float(scale),
        real=True,
    )
