"""The controls of the race."""

from __future__ import annotations

from typing import Literal, get_args

import labcore
from labcore import control

Optimizer = Literal["sgd", "momentum", "adagrad", "rmsprop", "adam"]
OPTIMIZERS: tuple[str, ...] = get_args(Optimizer)
NAMES = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "adagrad": "Adagrad",
    "rmsprop": "RMSProp",
    "adam": "Adam",
}
PLANES = ("quadratic", "rosenbrock", "saddle")
"""The surfaces over a plane; the network's has 760 dimensions."""

VIEW = 3.2
"""The plane is shown from −VIEW to VIEW on both axes."""

RATES, BETAS = (1e-4, 3.0), (0.0, 0.99)
"""Bounds of the learning rate and of β: of the controls, and of the map."""


class Config(labcore.Config):
    """One race: a surface, a start, and how each racer moves."""

    surface: Literal["quadratic", "rosenbrock", "saddle", "network"] = control(
        "quadratic",
        title="Loss surface",
        labels={
            "quadratic": "Ravine (quadratic)",
            "rosenbrock": "Rosenbrock’s banana",
            "saddle": "Saddle",
            "network": "A network on digits",
        },
    )
    """What is to be made small. The last is the loss of a real network on real images."""

    condition: float = control(
        30.0,
        title="Condition number κ",
        low=1,
        high=1000,
        log=True,
        only={"surface": ("quadratic",)},
    )
    """How many times more steeply the ravine bends across than along: λmax ÷ λmin."""

    optimizers: tuple[Optimizer, ...] = control(
        ("sgd", "momentum", "adagrad", "rmsprop", "adam"), title="Optimizers", labels=NAMES
    )
    """Who races. All start at the same place and meet the same noise."""

    lr: float = control(
        0.055,
        title="Learning rate η of SGD and momentum",
        low=RATES[0],
        high=RATES[1],
        log=True,
    )
    """Length of a step, as a multiple of the gradient."""

    lr_adaptive: float = control(
        0.1, title="η of Adagrad, RMSProp and Adam", low=1e-3, high=1, log=True
    )
    """Length of a step after the gradient has been divided by its own usual size."""

    momentum: float = control(0.7, title="Momentum β", low=BETAS[0], high=BETAS[1], step=0.01)
    """How much of its velocity the momentum racer keeps at each step. Adam’s β₁ stays 0.9."""

    noise: float = control(0.0, title="Gradient noise σ", low=0, high=5, step=0.1)
    """Standard deviation of the normal noise on each coordinate of each gradient, as if from
    small batches."""

    steps: int = control(150, title="Steps", low=20, high=250, step=10, more=True)
    """How long the race is."""

    band: bool = control(
        False, title="Band over 20 noise seeds", more=True, only={"surface": PLANES}
    )
    """Run every racer 20 times and show where the middle 90 % of their losses lie."""

    beta2: float = control(
        0.97, title="Memory β₂ of RMSProp and Adam", low=0, high=0.999, step=0.001, more=True
    )
    """How much of the mean of past squared gradients is kept at each step; RMSProp’s ρ."""

    x0: float = control(
        -2.6, title="Start x", low=-3, high=3, step=0.01, more=True, only={"surface": PLANES}
    )
    """Where the race begins; drag the start on the picture instead."""

    y0: float = control(
        1.6, title="Start y", low=-3, high=3, step=0.01, more=True, only={"surface": PLANES}
    )
    """Where the race begins; drag the start on the picture instead."""


def racers(config: Config) -> tuple[str, ...]:
    """Who races, each once, oldest rule first."""
    return tuple(name for name in OPTIMIZERS if name in config.optimizers)


def settings(config: Config) -> dict[str, dict[str, float]]:
    """The hyper-parameters of each racer, as its rule in `labcore.optimizers` names them."""
    return {
        "sgd": {"lr": config.lr},
        "momentum": {"lr": config.lr, "beta": config.momentum},
        "adagrad": {"lr": config.lr_adaptive},
        "rmsprop": {"lr": config.lr_adaptive, "rho": config.beta2},
        "adam": {"lr": config.lr_adaptive, "beta1": 0.9, "beta2": config.beta2},
    }
