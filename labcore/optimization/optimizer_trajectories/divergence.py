"""Why a racer was lost, in a sentence with the numbers.

On a quadratic with largest curvature λmax, gradient descent is stable if and only if
η < 2/λmax, and the heavy ball if and only if η < 2(1 + β)/λmax (Polyak, 1964). On other
surfaces the same test holds near a point, with the curvature there; the sentence says so.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from labcore import format_number
from labcore.optimization.optimizer_trajectories.config import NAMES, Config

BOUND, WEIGHT_BOUND = 1e4, 100.0
"""A racer with a coordinate (a network with a weight) beyond this is lost; its path ends there."""


def lost(theta: Tensor) -> Tensor:
    """Which points are beyond all bounds or not numbers: (..., n) → (...)."""
    bound = BOUND if theta.shape[-1] == 2 else WEIGHT_BOUND
    return ~(theta.abs().amax(-1) <= bound)


def sharpness(loss: Callable[[Tensor], Tensor], theta: Tensor) -> float:
    """λmax: the largest eigenvalue of the loss's Hessian at θ, shape (n,)."""
    hessian = torch.autograd.functional.hessian(loss, theta)
    return float(torch.linalg.eigvalsh(hessian)[-1])


def limit(config: Config, name: str, curvature: float) -> float:
    """The largest stable learning rate of SGD or momentum at a curvature."""
    return (2 * (1 + config.momentum) if name == "momentum" else 2) / curvature


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
    if config.surface == "saddle" and not theta[0].abs() > theta[1].abs():
        return f"{who} left the saddle along y; downhill has no end there, so it falls for ever."
    if name not in ("sgd", "momentum"):
        return (
            f"{who} diverged, although each step is measured against the gradients before it: "
            f"η {format_number(config.lr_adaptive)} sets the length of a step, not its direction."
        )
    curvature = config.condition if config.surface == "quadratic" else sharpness(loss, near)
    if not curvature > 0:
        return f"{who} diverged where the surface bends downwards and nothing holds it."
    stable = limit(config, name, curvature)
    there = (
        "before its weights grew" if config.surface == "network" else "where it was last in view"
    )
    bound = "2(1+β)/λmax" if name == "momentum" else "2/λmax"
    told = f"{who} diverged; η {format_number(config.lr)} {{}} {bound} = {format_number(stable)}"
    if config.surface == "quadratic" and config.lr > stable:
        return told.format(">") + "."
    if config.lr > stable:
        return told.format(">") + f", with the curvature λmax {there}."
    return told.format("≤") + f" {there}, but the ground beyond is steeper."
