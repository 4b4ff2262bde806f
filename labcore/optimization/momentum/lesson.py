"""Heavy-ball momentum on a quadratic, step by step and by its eigen-modes.

The convention is that of PyTorch: v ← βv + g, then w ← w − ηv.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

import labcore
from labcore import Frame, Start, control

FAR = 1e6
"""A path that has come so far from the minimum is stopped there."""
WINDOW = 20
"""Over so many steps the rate of the path on screen is measured."""
STEEP = 1.0
"""The largest eigenvalue λn; the smallest is λ1 = λn / κ."""


class Config(labcore.Config):
    """The controls: a quadratic, a setting, a start."""

    chance = False

    kappa: float = control(60.0, title="Condition number κ", low=1, high=1000, log=True)
    """How many times steeper the ravine is across than along: κ = λn / λ1, with λn = 1."""

    lr: float = control(1.4, title="Step size η", low=0, high=4, step=0.01)
    """Each step moves by η times the velocity. Drag the ring on the map of settings."""

    beta: float = control(0.8, title="Momentum β", low=0, high=0.99, step=0.005)
    """The share of the velocity that is kept from step to step; 0 is plain gradient descent."""

    seen: Literal["both", "steep", "flat"] = control(
        "both",
        title="Map of settings shows",
        labels={"both": "the slower mode", "steep": "the steep mode", "flat": "the flat mode"},
    )
    """Each mode has a map of its own; the slower of the two decides how long the descent takes."""

    steps: int = control(80, title="Steps", low=10, high=150)
    """How many steps are taken."""

    angle: float = control(25.0, title="Direction of the ravine", low=0, high=90, step=1, unit="°",
                           more=True)  # fmt: skip
    """The flat direction, against the horizontal. It changes the picture and no rate."""

    x0: float = control(
        -2.5, title="Start, across the map", low=-2.8, high=2.8, step=0.01, more=True
    )
    """Where the descent begins; drag the start on the map instead."""

    y0: float = control(0.1, title="Start, up the map", low=-2.8, high=2.8, step=0.01, more=True)
    """Where the descent begins; drag the start on the map instead."""


def curvatures(config: Config) -> np.ndarray:
    """The eigenvalues of the Hessian, flat mode first, (2,)."""
    return np.array([STEEP / config.kappa, STEEP])


def directions(config: Config) -> np.ndarray:
    """The eigenvectors as columns, flat mode first, (2, 2); they are orthogonal."""
    turn = np.deg2rad(config.angle)
    return np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])


def hessian(config: Config) -> np.ndarray:
    """The matrix H of f(w) = ½ wᵀHw, (2, 2)."""
    q = directions(config)
    return q * curvatures(config) @ q.T


def descend(config: Config, lr: float, beta: float) -> tuple[np.ndarray, np.ndarray]:
    """All places and velocities, start first: two arrays (steps + 1, 2)."""
    h, w, v = hessian(config), np.array([config.x0, config.y0]), np.zeros(2)
    places, velocities = [w], [v]
    for _ in range(config.steps):
        if np.abs(w).max() < FAR:  # a diverged path stays where it was lost
            g = h @ w
            v = beta * v + g
            w = w - lr * v
        places.append(w)
        velocities.append(v)
    return np.array(places), np.array(velocities)


def roots(lr: float, beta: float, curvature: np.ndarray) -> np.ndarray:
    """Both roots of r² − (1 + β − ηλ) r + β = 0 for each λ, complex, (…, 2).

    One step multiplies the state (v, x) of a mode by [[β, λ], [−ηβ, 1 − ηλ]], whose trace is
    1 + β − ηλ and whose determinant is β (Polyak, 1964).
    """
    trace = 1 + beta - lr * np.asarray(curvature)
    root = np.sqrt(trace.astype(complex) ** 2 - 4 * beta)
    return np.stack([(trace + root) / 2, (trace - root) / 2], -1)


def rate(lr: np.ndarray, beta: np.ndarray, curvature: np.ndarray) -> np.ndarray:
    """By what a mode shrinks a step in the long run: the larger |r|. All broadcast."""
    trace = 1 + beta - lr * curvature
    inside = trace**2 - 4 * beta
    real = (np.abs(trace) + np.sqrt(np.maximum(inside, 0))) / 2
    return np.where(inside < 0, np.sqrt(beta), real)


def best(kappa: float) -> tuple[float, float, float]:
    """The best step size, the best momentum and their rate √β, for λn = 1 (Polyak, 1964)."""
    low = np.sqrt(STEEP / kappa)
    lr = (2 / (low + np.sqrt(STEEP))) ** 2
    beta = ((np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)) ** 2
    return float(lr), float(beta), float(np.sqrt(beta))


def plain(config: Config) -> np.ndarray:
    """The path of plain gradient descent with its own best step 2 / (λ1 + λn), (steps + 1, 2)."""
    return descend(config, 2 / float(curvatures(config).sum()), 0.0)[0]


def regime(lr: float, beta: float, curvature: float) -> str:
    """How a mode moves, in a word or two."""
    first, second = roots(lr, beta, np.array(curvature))
    size = float(rate(np.array(lr), np.array(beta), np.array(curvature)))
    if size > 1 + 1e-9:
        return "diverges"
    if size > 1 - 1e-9:
        return "never settles"
    if abs(first.imag) > 1e-6:
        return "ripples"
    return "flips sign" if min(first.real, second.real) < -1e-9 else "glides"


def diagnosis(config: Config) -> str:
    """What is to be said of these settings, if anything."""
    edge = 2 * (1 + config.beta) / STEEP
    if config.lr > edge + 1e-9:
        size = float(rate(np.array(config.lr), np.array(config.beta), np.array(STEEP)))
        return (
            f"Diverges: η = {config.lr:.3g} is more than 2(1 + β)/λn = {edge:.3g}, so each step "
            f"multiplies the steep mode by −{size:.3g} in the long run."
        )
    if abs(config.lr - edge) <= 1e-9:
        return f"On the edge: η = 2(1 + β)/λn = {edge:.3g}, so the steep mode never settles."
    if config.lr == 0:
        return "With η = 0 nothing moves."
    if config.x0 == config.y0 == 0:
        return "The start is the minimum: the gradient is 0 and nothing moves."
    return ""


def look(config: Config, step: int) -> Frame:
    """The descent as it stands after so many steps."""
    places, velocities = descend(config, config.lr, config.beta)
    modes, speeds = places @ directions(config), velocities @ directions(config)
    lam = curvatures(config)
    sizes = np.linalg.norm(places, axis=1)
    before = max(0, step - WINDOW)
    lost = sizes[before] == 0 or sizes[before] >= FAR or step == before
    ratio = np.nan if lost else (sizes[step] / sizes[before]) ** (1 / (step - before))
    rates = rate(np.array(config.lr), np.array(config.beta), lam)
    return Frame(
        step,
        {
            "place": places[step].astype(np.float32),
            "velocity": velocities[step].astype(np.float32),
            "mode": modes[step].astype(np.float32),
            "mode.before": modes[max(0, step - 1)].astype(np.float32),
            "speed": speeds[step].astype(np.float32),
            "speed.before": speeds[max(0, step - 1)].astype(np.float32),
            "rate": rates.astype(np.float32),
            "measured": float(ratio),
            "distance": float(sizes[step]),
            "start": float(sizes[0]),
            "loss": float(0.5 * (lam * modes[step] ** 2).sum()),
        },
        note=diagnosis(config),
        checkpoint={},
    )


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Step after step."""
    for step in range(config.steps + 1):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same at the step on screen, while a hand moves."""
    return look(config, min(start.step, config.steps) if start else config.steps)
