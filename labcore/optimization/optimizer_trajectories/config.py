"""The controls of the race."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator, model_validator

import labcore
from labcore import PointList, control
from labcore.formula import Formula
from labcore.optimization.optimizer_trajectories.names import (
    AXES,
    NAMES,
    OPTIMIZERS,
    PLANES,
    Axis,
    Ground,
    Optimizer,
)

RATES, BETAS = (1e-4, 3.0), (0.0, 0.99)
"""Bounds of the first learning rate and of β: of the controls, and of the map."""

FURTHEST = 5.0
"""How far from 0 a race may begin."""


def natural(lr: float, x0: float = -2.6, y0: float = 1.6, **others: float) -> dict[str, float]:
    """Settings under which a surface shows what it is there for."""
    return {"lr": lr, "x0": x0, "y0": y0, "momentum": 0.7, "lr_adaptive": 0.1, **others}


NATURAL = {
    "quadratic": natural(0.055),
    "ravine": natural(0.055),
    "saddle": natural(0.05, -2.5, 0.01),
    "monkey": natural(0.02, 1.5, 0.02),
    "plateau": natural(0.1),
    "rosenbrock": natural(0.0003, -1.5, -1.0, momentum=0.9),
    "beale": natural(0.005),
    "himmelblau": natural(0.005),
    "styblinski": natural(0.01),
    "goldstein": natural(0.0001, 0.8, -0.4),
    "rastrigin": natural(0.002, momentum=0.9),
    "ackley": natural(0.05),
    "formula": natural(0.055),
    "network": natural(0.3, lr_adaptive=0.02),
}


class Config(labcore.Config):
    """One race: a surface, a start, and how each racer moves."""

    version = 2

    surface: Ground = control(
        "quadratic",
        title="Loss surface",
        labels={
            "quadratic": "Ravine along the axes",
            "ravine": "Ravine, turned by 45°",
            "saddle": "Saddle",
            "monkey": "Monkey saddle",
            "plateau": "Plateau with a well",
            "rosenbrock": "Rosenbrock’s banana",
            "beale": "Beale",
            "himmelblau": "Himmelblau: four minima",
            "styblinski": "Styblinski–Tang",
            "goldstein": "Goldstein–Price",
            "rastrigin": "Rastrigin: many minima",
            "ackley": "Ackley: a hole among ripples",
            "formula": "A formula you type",
            "network": "A network on digits",
        },
        brings=NATURAL,
    )
    """What is to be made small. The last is the loss of a real network on real images. Choosing
    one brings a start and rates that suit it."""

    formula: str = control(
        "x^4/8 - x^2 + y^2 + x/4",
        title="Formula f(x, y)",
        high=120,
        only={"surface": ("formula",)},
    )
    """Of x and y, with + − * / ^, brackets, sin, cos, exp, log, sqrt and the like. Its gradient
    is found by automatic differentiation."""

    condition: float = control(
        30.0,
        title="Condition number κ",
        low=1,
        high=1000,
        log=True,
        only={"surface": ("quadratic", "ravine")},
    )
    """How many times more steeply the ravine bends across than along: λmax ÷ λmin."""

    optimizers: tuple[Optimizer, ...] = control(
        ("sgd", "momentum", "adagrad", "rmsprop", "adam"), title="Optimizers", labels=NAMES
    )
    """Who races. All start at the same place and meet the same noise. Up to six are easy to tell
    apart; all may run."""

    lr: float = control(
        0.055,
        title="Learning rate η of SGD and momentum",
        low=RATES[0],
        high=RATES[1],
        log=True,
    )
    """Length of a step, as a multiple of the gradient; of Polyak’s and Nesterov’s momentum too."""

    lr_adaptive: float = control(
        0.1, title="η of Adagrad, RMSProp, Adam and kin", low=1e-3, high=1, log=True
    )
    """Length of a step after the gradient has been divided by its own usual size; of AdamW, Yogi
    and Lion too."""

    momentum: float = control(0.7, title="Momentum β", low=BETAS[0], high=BETAS[1], step=0.01)
    """How much of its velocity a momentum racer keeps at each step. Adam’s β₁ stays 0.9."""

    schedule: Literal["constant", "factor", "multi_step", "cosine", "cyclical", "drawn"] = control(
        "constant",
        title="Schedule of η",
        more=True,
        labels={
            "constant": "Constant",
            "factor": "Factor: 2 % less each step",
            "multi_step": "Multi-step: ÷ 10 twice",
            "cosine": "Cosine",
            "cyclical": "Cyclical",
            "drawn": "Drawn by you",
        },
    )
    """By what every η is multiplied at each step. Its curve stands in the view “Schedule”."""

    drawn: PointList = control(
        ((0.0, 1.0), (0.5, 1.0), (1.0, 0.05)),
        title="Your schedule",
        x=(0, 1),
        y=(0, 2),
        most=12,
        more=True,
        only={"schedule": ("drawn",)},
    )
    """Points of share of the race and factor of η; click and drag them in the view “Schedule”."""

    warmup: int = control(0, title="Warm-up steps", low=0, high=100, step=5, more=True)
    """For so many steps η first rises on a straight line."""

    noise: float = control(0.0, title="Gradient noise σ", low=0, high=5, step=0.1, more=True)
    """Standard deviation of the normal noise on each coordinate of each gradient, as if from
    small batches. The same for all racers."""

    batch: Literal["8", "32", "128", "500"] = control(
        "500",
        title="Images in a batch",
        more=True,
        labels={"500": "all 500"},
        only={"surface": ("network",)},
    )
    """The gradient of each step comes from so many images, drawn anew; the same for all racers."""

    band: bool = control(
        False, title="Band over 20 noise seeds", more=True, only={"surface": PLANES}
    )
    """Run every racer 20 times and show where the middle 90 % of their losses lie."""

    racer: Optimizer = control("momentum", title="Racer looked at closely", more=True, labels=NAMES)
    """Whose settings and basins the maps show, and whose memory the view “Steps” shows."""

    map_x: Axis = control(
        "rate", title="Map of settings, across", more=True, labels=AXES, only={"surface": PLANES}
    )
    """What differs from column to column of the map."""

    map_y: Axis = control(
        "beta", title="Map of settings, up", more=True, labels=AXES, only={"surface": PLANES}
    )
    """What differs from row to row of the map."""

    steps: int = control(150, title="Steps", low=20, high=250, step=10, more=True)
    """How long the race is."""

    beta2: float = control(
        0.97, title="Memory β₂ of RMSProp and Adam", low=0, high=0.999, step=0.001, more=True
    )
    """How much of the mean of past squared gradients is kept at each step; RMSProp’s and
    Adadelta’s ρ, and Lion’s β₂."""

    lr_own: float = control(
        1.0, title="η of Adadelta, L-BFGS and Newton", low=0.01, high=2, log=True, more=True
    )
    """These rules find the length of their step themselves; η multiplies it. 1 is their choice."""

    damping: float = control(0.0, title="Newton’s damping δ", low=0, high=50, step=0.5, more=True)
    """Added to every curvature before Newton divides by it."""

    decay: float = control(
        0.01, title="Weight decay of AdamW and Lion", low=0, high=1, step=0.01, more=True
    )
    """At each step, every coordinate is also pulled towards 0 by η times this share of itself."""

    x0: float = control(
        -2.6, title="Start x", low=-FURTHEST, high=FURTHEST, step=0.01, more=True,
        only={"surface": PLANES},
    )  # fmt: skip
    """Where the race begins; drag the start on the picture instead."""

    y0: float = control(
        1.6, title="Start y", low=-FURTHEST, high=FURTHEST, step=0.01, more=True,
        only={"surface": PLANES},
    )  # fmt: skip
    """Where the race begins; drag the start on the picture instead."""

    @field_validator("formula")
    @classmethod
    def _is_a_formula(cls, text: str) -> str:
        Formula.parse(text)
        return text

    @model_validator(mode="after")
    def _somebody_races(self) -> Config:
        if self.surface == "network" and set(self.optimizers) == {"newton"}:
            raise ValueError(
                "Newton’s method cannot race on the network: each step would need all 760 × 760 "
                "second derivatives. Choose another optimizer as well."
            )
        return self


def racers(config: Config) -> tuple[str, ...]:
    """Who races, each once, in the order of the controls. Newton stays away from the network."""
    away = ("newton",) if config.surface == "network" else ()
    return tuple(name for name in OPTIMIZERS if name in config.optimizers and name not in away)
