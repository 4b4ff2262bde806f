"""Names: of the rules, the surfaces, and the settings a map can show."""

from __future__ import annotations

from typing import Literal, get_args

Optimizer = Literal[
    "sgd",
    "momentum",
    "polyak",
    "nesterov",
    "adagrad",
    "rmsprop",
    "adadelta",
    "adam",
    "adamw",
    "yogi",
    "lion",
    "lbfgs",
    "newton",
]
OPTIMIZERS: tuple[str, ...] = get_args(Optimizer)
NAMES = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "polyak": "Polyak",
    "nesterov": "Nesterov",
    "adagrad": "Adagrad",
    "rmsprop": "RMSProp",
    "adadelta": "Adadelta",
    "adam": "Adam",
    "adamw": "AdamW",
    "yogi": "Yogi",
    "lion": "Lion",
    "lbfgs": "L-BFGS",
    "newton": "Newton",
}
BALLS = ("sgd", "momentum", "polyak", "nesterov")
"""Rules whose step is a multiple of gradients; they take the first η."""

OWN_PACE = ("adadelta", "lbfgs", "newton")
"""Rules that find the length of their step themselves; their η is near 1."""

Ground = Literal[
    "quadratic",
    "ravine",
    "saddle",
    "monkey",
    "plateau",
    "rosenbrock",
    "beale",
    "himmelblau",
    "styblinski",
    "goldstein",
    "rastrigin",
    "ackley",
    "formula",
    "network",
]
PLANES = tuple(name for name in get_args(Ground) if name != "network")
"""The surfaces over a plane; the network's has 760 dimensions."""

Axis = Literal["rate", "beta", "beta2", "condition", "noise", "x0", "y0"]
AXES = {
    "rate": "Learning rate η",
    "beta": "Momentum β",
    "beta2": "Memory β₂",
    "condition": "Condition number κ",
    "noise": "Gradient noise σ",
    "x0": "Start x",
    "y0": "Start y",
}
