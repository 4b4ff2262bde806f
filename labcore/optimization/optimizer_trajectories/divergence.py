"""Why a racer was lost, in a sentence with the numbers.

On a quadratic with largest curvature λmax, gradient descent is stable if and only if
η < 2/λmax, the heavy ball if and only if η < 2(1 + β)/λmax (Polyak, 1964), and Nesterov's form
if and only if η < 2(1 + β)/((1 + 2β)λmax). On other surfaces the same test holds near a point,
with the curvature there; the sentence says so.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from labcore import format_number
from labcore.optimization.optimizer_trajectories.config import Config
from labcore.optimization.optimizer_trajectories.curvature import hessian, sharpness
from labcore.optimization.optimizer_trajectories.ground import CURVED, surface
from labcore.optimization.optimizer_trajectories.names import BALLS, NAMES, PLANES
from labcore.optimization.optimizer_trajectories.pace import pace, rate_control

BOUND, WEIGHT_BOUND = 1e4, 100.0
"""A racer with a coordinate (a network with a weight) beyond this is lost; its path ends there."""

BOUNDS = {
    "sgd": "2/λmax",
    "momentum": "2(1+β)/λmax",
    "polyak": "2(1+β)/λmax",
    "nesterov": "2(1+β)/((1+2β)λmax)",
}
FALLS = {
    "saddle": "left the saddle along y; downhill has no end there, so it falls for ever.",
    "monkey": "left the monkey saddle by one of its three ways down; downhill has no end there, "
    "so it falls for ever.",
    "formula": "went downhill out of the picture, where no end was found; so it falls for ever.",
}


def lost(theta: Tensor) -> Tensor:
    """Which points are beyond all bounds or not numbers: (..., n) → (...)."""
    bound = BOUND if theta.shape[-1] == 2 else WEIGHT_BOUND
    return ~(theta.abs().amax(-1) <= bound)


def limit(config: Config, name: str, curvature: float) -> float:
    """The largest stable η of SGD or a rule with momentum at a curvature."""
    beta = config.momentum
    return {
        "sgd": 2,
        "momentum": 2 * (1 + beta),
        "polyak": 2 * (1 + beta),
        "nesterov": 2 * (1 + beta) / (1 + 2 * beta),
    }[name] / curvature


def falls(config: Config, loss: Callable[[Tensor], Tensor], theta: Tensor, near: Tensor) -> bool:
    """Whether the way from `near` to θ led down a ground that has no bottom."""
    if config.surface not in FALLS or surface(config).lowest is not None:
        return False
    return not loss(theta) > loss(near)


def explain(
    config: Config,
    loss: Callable[[Tensor], Tensor],
    name: str,
    step: int,
    theta: Tensor,
    near: Tensor,
) -> str:
    """What happened to racer `name` at `step`: it went to θ (n,), last in view at `near` (n,)."""
    who = f"Step {step}: {NAMES[name]}"
    if config.surface == "formula" and theta.isnan().any():
        return f"{who} came to a place where the formula, or its slope, is not a number."
    if falls(config, loss, theta, near):
        return f"{who} {FALLS[config.surface]}"
    factors = pace(config, np.arange(step))
    rate = getattr(config, rate_control(name)) * float(factors.max())
    eta = f"η {format_number(rate)}" + (" at its highest" if factors.min() < factors.max() else "")
    if name == "newton":
        return f"{who} diverged; {blunder(loss, near)}"
    if name == "lbfgs":
        return (
            f"{who} diverged: what it took for the curvature, from a few past steps, was too "
            "small, and without a line search nothing shortens a step that is too long."
        )
    if name not in BALLS:
        return (
            f"{who} diverged, although each step is measured against the gradients before it: "
            f"{eta} sets the length of a step, not its direction."
        )
    curvature = config.condition if config.surface in CURVED else sharpness(loss, near)
    if not curvature > 0:
        return f"{who} diverged where the surface bends downwards and nothing holds it."
    stable = limit(config, name, curvature)
    there = "where it was last in view" if config.surface in PLANES else "before its weights grew"
    told = f"{who} diverged; {eta} {{}} {BOUNDS[name]} = {format_number(stable)}"
    if config.surface in CURVED and rate > stable:
        return told.format(">") + "."
    if rate > stable:
        return told.format(">") + f", with the curvature λmax {there}."
    return told.format("≤") + f" {there}, but the ground beyond is steeper."


def blunder(loss: Callable[[Tensor], Tensor], near: Tensor) -> str:
    """Why Newton's step from `near` was a bad one."""
    bends = hessian(loss, near)
    lowest = float(torch.linalg.eigvalsh(bends)[0]) if bends.isfinite().all() else torch.nan
    if lowest < 0:
        return (
            f"where it was last in view the surface bends downwards (λmin = "
            f"{format_number(lowest)} < 0), and the flat point it steps to is no minimum."
        )
    return (
        f"where it was last in view the least curvature is {format_number(lowest)}: the gradient "
        "divided by so little is a very long step."
    )
