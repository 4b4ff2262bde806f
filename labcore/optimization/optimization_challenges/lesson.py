"""The controls of four views, and what a frame holds of each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

import numpy as np

import labcore
from labcore import Frame, Start, control
from labcore.optimization.optimization_challenges.depth import (
    DONE,
    LAYERS,
    growth,
    loss_of,
    norms,
    wait,
)
from labcore.optimization.optimization_challenges.lands import (
    LANDS,
    descend,
    hessian,
    level_places,
)
from labcore.optimization.optimization_challenges.risk import (
    OMEGA,
    empirical,
    lowest,
    pull,
    risk,
    sample,
)
from labcore.rng import numpy_generator

STEPS = 100
"""Frames after the first. Under “Plateau” each is EVERY steps, under “Depth” one layer."""
EVERY = 20
RUNS = 24
"""So many noisy descents go at once."""


class Config(labcore.Config):
    """The controls: one or two for each view."""

    count: int = control(8, title="Sample size n", low=3, high=200, views=("Risk",))
    """Under “Risk”: how many examples the empirical risk is the mean of."""

    land: Literal["saddle", "wells", "monkey", "eggs"] = control(
        "saddle",
        title="Surface",
        labels={
            "saddle": "a saddle",
            "wells": "two wells",
            "monkey": "a monkey saddle",
            "eggs": "many minima",
        },
        views=("Saddles",),
    )
    """Under “Saddles”: what is descended."""

    lr: float = control(
        0.1, title="Step size η", low=0.01, high=1, step=0.01, views=("Risk", "Saddles", "Plateau")
    )
    """Under “Risk”, “Saddles” and “Plateau”."""

    noise: float = control(
        0.3, title="Noise of the slope σ", low=0, high=5, step=0.01, views=("Saddles",)
    )
    """Under “Saddles”: its standard deviation along each axis, such as minibatches bring."""

    unit: Literal["tanh", "sigmoid", "relu"] = control(
        "tanh",
        title="Unit",
        labels={"tanh": "tanh", "sigmoid": "sigmoid", "relu": "ReLU"},
        views=("Plateau",),
    )
    """Under “Plateau”: one unit should give −0.8 (tanh), 0.2 (sigmoid) or 0.8 (ReLU)."""

    gain: float = control(
        1.2, title="Gain of a layer", low=0.5, high=2, step=0.01, views=("Depth",)
    )
    """Under “Depth”: each matrix is multiplied by it."""

    width: int = control(8, title="Width of a layer", low=2, high=24, more=True, views=("Depth",))
    """Under “Depth”: the matrices are width × width."""

    init: Literal["gaussian", "orthogonal"] = control(
        "gaussian",
        title="Matrices",
        more=True,
        labels={"gaussian": "Gaussian", "orthogonal": "orthogonal"},
        views=("Depth",),
    )
    """Under “Depth”: entries of variance 1 / width, or rotations, which keep every length."""

    spread: float = control(
        0.6, title="Noise of the data", low=0, high=1, step=0.05, more=True, views=("Risk",)
    )
    """Under “Risk”: the standard deviation of the noise on y."""

    omega: float = control(
        3.9, title="Start ω", low=0, high=5, step=0.01, more=True, views=("Risk",)
    )
    """Under “Risk”: where descent begins; drag the start on the curve."""

    x0: float = control(
        1.7, title="Start x", low=-2.4, high=2.4, step=0.01, more=True, views=("Saddles",)
    )
    """Under “Saddles”: where descent begins; drag the start."""

    y0: float = control(
        0.0, title="Start y", low=-2.4, high=2.4, step=0.01, more=True, views=("Saddles",)
    )
    """Under “Saddles”: where descent begins; drag the start."""

    probe_x: float = control(
        0.3, title="Probe x", low=-2.4, high=2.4, step=0.01, more=True, views=("Saddles",)
    )
    """Under “Saddles”: the level place nearest to the probe is looked at."""

    probe_y: float = control(
        0.3, title="Probe y", low=-2.4, high=2.4, step=0.01, more=True, views=("Saddles",)
    )
    """Under “Saddles”: the level place nearest to the probe is looked at."""

    weight: float = control(
        3.5, title="Start w", low=-6, high=6, step=0.01, more=True, views=("Plateau",)
    )
    """Under “Plateau”: where descent begins; drag the start on the curve."""


def data_of(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """The sample, x and y."""
    return sample(config.count, config.spread, config.seed)


@lru_cache(maxsize=4)
def _curve(count: int, spread: float, seed: int) -> np.ndarray:
    return empirical(OMEGA, *sample(count, spread, seed))


def curve_of(config: Config) -> np.ndarray:
    """The empirical risk on OMEGA."""
    return _curve(config.count, config.spread, config.seed)


@lru_cache(maxsize=4)
def _fitted(count: int, spread: float, seed: int, start: float, lr: float) -> np.ndarray:
    x, y = sample(count, spread, seed)
    path = [start]
    for _ in range(STEPS):
        path.append(float(np.clip(path[-1] - lr * pull(path[-1], x, y), 0, 5)))
    return np.array(path)


def fit_of(config: Config) -> np.ndarray:
    """Gradient descent on the empirical risk, (STEPS + 1,)."""
    return _fitted(config.count, config.spread, config.seed, config.omega, config.lr)


@lru_cache(maxsize=4)
def _paths(
    land: str, lr: float, noise: float, seed: int, start: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    calm = descend(land, np.array(start), lr, None, STEPS)[:, 0]
    push = noise * numpy_generator(seed, "noise").standard_normal((STEPS, RUNS, 2))
    return calm, descend(land, np.array(start), lr, push, STEPS)


def paths_of(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """The calm path (STEPS + 1, 2), and the noisy ones (STEPS + 1, RUNS, 2)."""
    return _paths(config.land, config.lr, config.noise, config.seed, (config.x0, config.y0))


def probed(config: Config) -> tuple[np.ndarray, np.ndarray, np.ndarray, str]:
    """The level place nearest to the probe, its eigenvalues, eigenvectors as columns, its kind."""
    places, kinds = level_places(config.land)
    near = int(np.hypot(*(places - (config.probe_x, config.probe_y)).T).argmin())
    lam, q = np.linalg.eigh(hessian(config.land, places[near]))
    return places[near], lam, q, kinds[near]


def waited(config: Config) -> np.ndarray:
    """The path on the plateau, (EVERY · STEPS + 1,)."""
    return wait(config.unit, config.lr, config.weight, EVERY * STEPS)


def sizes_of(config: Config) -> np.ndarray:
    """log₁₀ of the gradient's size by depth, (LAYERS + 1, DRAWS)."""
    base = norms(config.width, config.init, config.seed)
    return base + np.arange(LAYERS + 1)[:, None] * np.log10(config.gain)


def warning(config: Config) -> str:
    """What is to be said of these settings, if anything."""
    if config.unit == "relu" and config.weight <= 0:
        return "Under “Plateau”, the slope of the ReLU is exactly 0 here: no wait is long enough."
    if config.land == "monkey" and probed(config)[3] == "undecided":
        return "Under “Saddles”, both eigenvalues are 0 at the probe: the Hessian cannot say."
    if config.noise == 0 and config.land == "saddle" and config.y0 == 0:
        return "Under “Saddles”, without noise all runs come to rest on the saddle."
    return ""


def look(config: Config, step: int, whole: int = 0) -> Frame:
    """All four at this place of the time line."""
    fit, (calm, noisy), slow = fit_of(config), paths_of(config), waited(config)
    land, curve = LANDS[config.land], curve_of(config)
    heights = land.height(*noisy[step].T)
    place, lam, _, _ = probed(config)
    sizes, at = sizes_of(config), np.array([fit[step]])
    rise = growth(config.gain, config.width, config.init)
    done = np.flatnonzero(loss_of(config.unit, slow)[0] < DONE)
    return Frame(
        step,
        {
            "omega": float(fit[step]),
            "empirical": float(empirical(at, *data_of(config))[0]),
            "risk": float(risk(at, config.spread)[0]),
            "lowest": np.array([lowest(curve), lowest(risk(OMEGA, config.spread))], np.float32),
            "calm": calm[step].astype(np.float32),
            "calm.height": float(land.height(*calm[step])),
            "noisy": noisy[step].astype(np.float32),
            "noisy.height": heights.astype(np.float32),
            "level": place.astype(np.float32),
            "eigenvalues": lam.astype(np.float32),
            "weight": float(slow[EVERY * step]),
            "loss": float(loss_of(config.unit, slow[EVERY * step])[0]),
            "slope": float(loss_of(config.unit, slow[EVERY * step])[1]),
            "needed": float(done[0]) if len(done) else np.nan,
            "sizes": sizes[step].astype(np.float32),
            "growth": np.array(rise, np.float32),
            "whole": whole,
        },
        note=warning(config),
        checkpoint={},
    )


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Steps of descent, and layers of depth."""
    for step in range(STEPS + 1):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same at the step on screen, while a hand moves."""
    return look(config, min(start.step, STEPS) if start else STEPS, 1)
