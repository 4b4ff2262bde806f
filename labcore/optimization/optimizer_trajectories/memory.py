"""What each rule remembers, in the terms that are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

MEMORY = {
    "sgd": (),
    "momentum": ("v",),
    "polyak": ("v",),
    "nesterov": ("v",),
    "adagrad": ("s",),
    "rmsprop": ("s",),
    "adadelta": ("s", "u"),
    "adam": ("m", "v", "t"),
    "adamw": ("m", "v", "t"),
    "yogi": ("m", "v", "t"),
    "lion": ("m",),
    "lbfgs": (),
    "newton": (),
}
"""What a rule's state holds for each coordinate, as `labcore.optimizers` names it."""

EPS = {"adagrad": 1e-10, "rmsprop": 1e-8, "adam": 1e-8, "adamw": 1e-8, "yogi": 1e-3}
"""ε of the rules that divide by a root; those of `labcore.optimizers`."""

Numbers = Mapping[str, Any]


def push(name: str, state: Numbers) -> Any:
    """The mean of past gradients a rule steps along, bias corrected; not-a-number without one."""
    if name in ("momentum", "nesterov", "polyak"):
        return state["v"]
    if name in ("adam", "adamw", "yogi"):
        return state["m"] / (1 - 0.9 ** state["t"])
    return state.get("m", np.nan)


def spread(name: str, state: Numbers, beta2: float) -> Any:
    """The root of the squares a rule divides by, bias corrected; not-a-number without one."""
    if name in ("adam", "adamw", "yogi"):
        return np.sqrt(state["v"] / (1 - beta2 ** state["t"]))
    return np.sqrt(state["s"]) if "s" in state else np.nan


def pull(
    name: str, given: Numbers, old: Numbers, state: Numbers, g: np.ndarray, moved: np.ndarray
) -> np.ndarray:
    """The effective learning rate of each coordinate: what stands before its gradient.

    For rules that scale coordinates it is η over the root they divide by; for SGD and momentum η
    itself; for Lion, L-BFGS and Newton the step divided by the gradient, without its sign.
    """
    eta = given["lr"]
    if name in EPS:
        beta2 = given.get("beta2", 0.0)
        return eta / (spread(name, state, beta2) + EPS[name])
    if name == "adadelta":
        return eta * np.sqrt((old.get("u", 0.0) + 1e-6) / (state["s"] + 1e-6))
    if name in ("lion", "lbfgs", "newton"):
        return np.abs(moved) / np.where(g == 0, np.nan, np.abs(g))
    return np.full_like(g, eta)
