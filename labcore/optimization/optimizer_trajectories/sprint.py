"""One racer from many starts, or with many settings, at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import torch
from torch import Tensor

from labcore.optimization.optimizer_trajectories.config import Config
from labcore.optimization.optimizer_trajectories.curvature import hessian
from labcore.optimization.optimizer_trajectories.divergence import lost
from labcore.optimization.optimizer_trajectories.ground import surface
from labcore.optimization.optimizer_trajectories.pace import pace, settings
from labcore.optimizers import RULES, State
from labcore.rng import numpy_generator
from labcore.second_order import newton

NARROW = {"lbfgs": 0.35, "newton": 0.5}
"""Rules that cost more a step get coarser maps: the share of cells along each side."""

ARRIVED = 1e-9
"""Newton’s method has arrived when a step is no longer than this."""


def sprint(
    config: Config, start: Tensor, changes: Mapping[str, Tensor]
) -> Iterator[tuple[Tensor, Tensor]]:
    """The races of `config.racer`, without noise unless a change says so.

    Args:
        start: (..., 2).
        changes: what differs from race to race, (..., 1): hyper-parameters by the names of the
            rule, `condition` of the surface, or `noise`.

    Yields: θ (..., 2) and its loss (...) after 0, 1, … `config.steps` steps; a racer that is lost
        stays put. It ends early if nothing moves any more.
    """
    name, theta = config.racer, start
    kappa = changes.get("condition")
    world = surface(config, None if kappa is None else kappa[..., 0])
    fixed = {key: value for key, value in changes.items() if key not in ("condition", "noise")}
    state: State = {}
    if name == "newton" and not changes and config.schedule == "constant" and not config.warmup:
        yield from settling(config, world.loss, theta)
        return
    yield theta, world.loss(theta)
    for step in range(config.steps):
        factor = pace(config, step)
        given = settings(config, factor)[name] | fixed
        if "lr" in fixed:
            given["lr"] = fixed["lr"] * factor
        if name == "newton":
            given["hessian"] = hessian(world.loss, theta)
        g = torch.stack(world.slope(theta), -1)
        if "noise" in changes:
            drawn = numpy_generator(config.seed, f"noise/{step}").standard_normal((1, 2))[0]
            g = g + changes["noise"] * torch.from_numpy(drawn)
        moved, state = RULES[name](theta, g, state, **given)
        moved = torch.where(lost(theta).unsqueeze(-1), theta, moved)
        if config.schedule == "constant" and torch.equal(moved, theta):
            return
        theta = moved
        yield theta, world.loss(theta)


def settling(
    config: Config, loss: Callable[[Tensor], Tensor], theta: Tensor
) -> Iterator[tuple[Tensor, Tensor]]:
    """The same for Newton's method with one setting: who has arrived is not computed again."""
    shape, theta = theta.shape, theta.reshape(-1, 2)
    going = torch.arange(len(theta))
    yield theta.reshape(shape), loss(theta).reshape(shape[:-1])
    for _ in range(config.steps):
        at = theta[going]
        moved, _ = newton(
            at, gradient(loss, at), {}, lr=config.lr_own, hessian=hessian(loss, at),
            damping=config.damping,
        )  # fmt: skip
        theta = theta.index_copy(0, going, moved)
        going = going[((moved - at).abs().amax(-1) > ARRIVED) & ~lost(moved)]
        yield theta.reshape(shape), loss(theta).reshape(shape[:-1])
        if not len(going):
            return


def gradient(loss: Callable[[Tensor], Tensor], theta: Tensor) -> Tensor:
    """The slope of a loss at each point, (..., 2)."""
    theta = theta.detach().requires_grad_()
    return torch.autograd.grad(loss(theta).sum(), theta)[0]


def cells(low: float, high: float, side: int, log: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Edges (side + 1) and centres (side) of cells between two ends."""
    if log:
        edges = np.geomspace(low, high, side + 1)
        return edges, np.sqrt(edges[1:] * edges[:-1])
    edges = np.linspace(low, high, side + 1)
    return edges, (edges[1:] + edges[:-1]) / 2


def side_of(config: Config, full: int) -> int:
    """How many cells a map has along each side."""
    return int(full * NARROW.get(config.racer, 1))
