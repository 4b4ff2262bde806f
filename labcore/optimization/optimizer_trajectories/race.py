"""The lesson: gradient, rule, step, for all racers side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from labcore import Frame, Start
from labcore.optimization.optimizer_trajectories.config import Config, racers
from labcore.optimization.optimizer_trajectories.curvature import Loss, hessian
from labcore.optimization.optimizer_trajectories.divergence import explain, lost
from labcore.optimization.optimizer_trajectories.ground import half, surface
from labcore.optimization.optimizer_trajectories.names import PLANES
from labcore.optimization.optimizer_trajectories.network import (
    first_weights,
    minibatch,
    network_loss,
    plane_through,
)
from labcore.optimization.optimizer_trajectories.observe import Watch, observe, plane_of, saved
from labcore.optimization.optimizer_trajectories.pace import pace, settings
from labcore.optimizers import RULES
from labcore.rng import numpy_generator

SEEDS = 20
"""How many races a band is made of; the first of them is the one whose paths are shown."""


class Moment(NamedTuple):
    """The race between two steps: K racers, S seeds, n coordinates."""

    step: int
    theta: Tensor  # (K, S, n); not-a-number once a racer is lost
    states: Mapping[str, Mapping[str, Any]]  # what each rule remembers
    near: Tensor  # (K, n): where each racer was last in view
    notes: tuple[str, ...] = ()
    loss: Tensor = torch.empty(0)  # (K, S), of θ
    before: tuple[Tensor, Tensor, Mapping[str, Mapping[str, Any]]] | None = None
    """θ, gradient and states of the step that led here."""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Race, one frame a step.

    On the network all steps come first: the plane that shows the paths is made from them.
    """
    moments = compete(config, landscape(config), begin(config, start))
    watch = None
    if config.surface == "network":
        moments = list(moments)
        paths = torch.stack([moment.theta[:, 0] for moment in moments])
        kept = start.checkpoint if start else {}
        watch = Watch(config, plane_of(kept) or plane_through(paths), kept)
    for moment in moments:
        if start is None or moment.step > start.step:
            yield observe(config, moment, watch)


def compete(config: Config, loss: Loss, now: Moment) -> Iterator[Moment]:
    """Every racer takes one step after another, from `now` to the end."""
    names = racers(config)
    last = max(config.steps, now.step + 1)
    while True:
        theta = now.theta.clone().requires_grad_()  # (K, S, n)
        height = loss(theta)  # (K, S)
        felt = height if config.surface in PLANES else small_batch(config, now.step, theta, height)
        (g,) = torch.autograd.grad(felt.sum(), theta)  # no racer's loss sees another's θ
        now = now._replace(loss=height.detach())
        yield now
        if now.step == last:
            return
        if config.noise:  # the same for all racers
            g = g + torch.from_numpy(noise(config, now.step, theta.shape[1:])).to(g)
        given = settings(config, pace(config, now.step))
        moved, states = [], {}
        for k, name in enumerate(names):
            bends = {"hessian": hessian(loss, now.theta[k])} if name == "newton" else {}
            to, states[name] = RULES[name](
                now.theta[k], g[k], now.states[name], **given[name], **bends
            )
            moved.append(to)
        now = settle(config, loss, now, torch.stack(moved), states, g)


def noise(config: Config, step: int, shape: tuple[int, ...]) -> np.ndarray:
    """What small batches would add to a gradient at a step, (S, n).

    Keyed by the step, so that a run that goes on from a frame meets what the whole run met.
    """
    return config.noise * numpy_generator(config.seed, f"noise/{step}").standard_normal(shape)


def small_batch(config: Config, step: int, theta: Tensor, height: Tensor) -> Tensor:
    """The loss whose gradient the network's step takes: of a few images, or `height`, of all."""
    batch = minibatch(config.seed, step, int(config.batch))
    return height if batch is None else network_loss(theta, batch)


def settle(
    config: Config,
    loss: Loss,
    was: Moment,
    theta: Tensor,
    states: Mapping[str, Mapping[str, Any]],
    g: Tensor,
) -> Moment:
    """The moment after a step: who is lost stays lost, and the reason is noted once."""
    step, gone, notes = was.step + 1, lost(theta), was.notes
    for k, name in enumerate(racers(config)):
        if gone[k, 0] and was.theta[k, 0].isfinite().all():
            notes += (explain(config, loss, name, step, theta[k, 0], was.near[k]),)
    theta = theta.masked_fill(gone.unsqueeze(-1), torch.nan)
    in_view = theta[:, 0].abs().amax(-1, keepdim=True) <= half(config)
    near = torch.where(in_view, theta[:, 0], was.near)
    return Moment(step, theta, states, near, notes, before=(was.theta, g, was.states))


def landscape(config: Config) -> Loss:
    """The loss of a config: (..., n) → (...)."""
    return surface(config).loss if config.surface in PLANES else network_loss


def begin(config: Config, start: Start | None) -> Moment:
    """All racers at the start, or where the frame of another run left them.

    A racer that was not in that run begins at the start, with nothing remembered.
    """
    if config.surface in PLANES:
        origin = torch.tensor([config.x0, config.y0], dtype=torch.float64)
        seeds = SEEDS if config.band else 1
    else:
        origin, seeds = first_weights(config.seed), 1
    fresh = (origin.expand(seeds, -1), origin, {})
    found = [saved(start, name, fresh) for name in racers(config)]
    return Moment(
        step=start.step if start else 0,
        theta=torch.stack([theta for theta, _, _ in found]),
        near=torch.stack([near for _, near, _ in found]),
        states={name: state for name, (_, _, state) in zip(racers(config), found, strict=True)},
        notes=tuple(str(note) for note in start.checkpoint["notes"]) if start else (),
    )
