"""One epoch after the other: the lesson's loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from labcore.optimizers import RULES, State
from labcore.rng import torch_generator
from labcore.schedules import SCHEDULES
from labcore.start.playground.config import Config
from labcore.start.playground.losses import losses
from labcore.start.playground.network import (
    Seen,
    Shape,
    features,
    first_weights,
    forward,
    grown,
    layers_of,
    no_history,
    on_weights,
    shape_of,
)
from labcore.start.playground.points import Problem


@dataclass
class Learner:
    """K networks in training.

    theta: (K, P). state: what the optimizer remembers. running: batch norm's memory.
    inputs: (n, features), y: (n,), the training points. gradient: (K, P), the last one.
    broke: why training ended early.
    """

    config: Config
    problem: Problem
    shape: Shape
    theta: Tensor
    running: Tensor
    inputs: Tensor
    y: Tensor
    state: State = field(default_factory=dict)
    gradient: Tensor | None = None
    broke: str = ""

    @property
    def batches(self) -> int:
        """Steps in an epoch."""
        return -(-len(self.y) // self.config.batch)


def beginner(config: Config, problem: Problem) -> Learner:
    """Networks with their first weights."""
    shape = shape_of(config, problem.classes)
    theta = first_weights(shape, config.scale, config.seed, config.members)
    inputs = features(config, torch.from_numpy(problem.x[: problem.train]))
    y = torch.from_numpy(problem.y[: problem.train])
    running = no_history(shape, config.members)
    return Learner(config, problem, shape, theta, running, inputs, y)


def take_over(learner: Learner, kept: Mapping[str, np.ndarray]) -> None:
    """Go on from a checkpoint, with a network that may have grown or shrunk since."""
    sizes = tuple(int(n) for n in kept["sizes"])
    old = Shape(sizes, (), str(kept["norm"]))
    same = old.sizes == learner.shape.sizes and old.norm == learner.shape.norm
    learner.theta = grown(kept["theta"], old, learner.theta, learner.shape)
    members = len(learner.theta)
    if same:
        chosen = np.arange(members) % kept["theta"].shape[0]
        learner.running = torch.from_numpy(kept["running"][:, chosen].copy())
        if str(kept["optimizer"]) == learner.config.optimizer:
            learner.state = {
                name.removeprefix("state/"): _memory(value, chosen)
                for name, value in kept.items() if name.startswith("state/")
            }  # fmt: skip


def _memory(value: np.ndarray, chosen: np.ndarray) -> Any:
    """What an optimizer remembers of the networks chosen; its counter is a number."""
    return torch.from_numpy(value[chosen].copy()) if value.ndim == 2 else value.item()


def put_by_hand(learner: Learner, before: Mapping[str, np.ndarray] | None = None) -> str:
    """Set the weight the learner holds, in the first network; says which, or nothing.

    before: a checkpoint; a weight it already had in the hand has been trained since, and stays.
    """
    config, shape = learner.config, learner.shape
    layer = min(config.layer, shape.layers)
    if config.source < 0 or layer == 0:
        return ""
    if before is not None and np.array_equal(before["hand"], [config.source, config.weight]):
        return ""
    unit = min(config.unit, shape.sizes[layer] - 1)
    source = min(config.source, shape.sizes[layer - 1])
    learner.theta = learner.theta.clone()
    into = layers_of(learner.theta, shape)[layer - 1]
    whose = f"neuron {unit + 1} of " + (f"layer {layer}" if layer < shape.layers else "the output")
    if source == 0:
        into.b[0, 0, unit] = config.weight
        return f"You set the bias of {whose} to {config.weight:g}."
    into.w[0, source - 1, unit] = config.weight
    return f"You set the weight of input {source} of {whose} to {config.weight:g}."


def learn_epoch(learner: Learner, epoch: int) -> None:
    """All training points once, in batches; `epoch` counts from 0.

    Each network has an order of its own, and draws its own neurons to drop. If a loss is no number
    any more, `broke` says where that began, and the weights stay those before the step.
    """
    config, shape, n = learner.config, learner.shape, len(learner.y)
    members = config.members
    random = [torch_generator(config.seed, f"epoch/{epoch}/{k}") for k in range(members)]
    order = torch.stack([torch.randperm(n, generator=one) for one in random])  # (K, n)
    pull = on_weights(shape) * config.rate
    rule = RULES[config.optimizer]
    rates = config.lr * pace(config, learner.batches, epoch)
    for batch in range(learner.batches):
        chosen = order[:, batch * config.batch : (batch + 1) * config.batch]  # (K, B)
        inputs, y = learner.inputs[chosen], learner.y[chosen]
        masks = []
        if config.dropout:
            masks = [drawn_masks(config, width, chosen.shape[1], random)
                     for width in shape.sizes[1:-1]]  # fmt: skip
        theta = learner.theta.detach().requires_grad_()
        seen = forward(theta, inputs, shape, learner.running, masks=masks, learning=True)
        loss = losses(config, learner.problem.classes, seen.scores, y).mean(1).sum()
        (g,) = torch.autograd.grad(loss, theta)
        theta = theta.detach()
        if config.penalty == "l2":
            g = g + pull * theta
        elif config.penalty == "l1":
            g = g + pull * theta.sign()
        if not bool(torch.isfinite(loss + g.sum())):
            learner.broke = reason(learner, seen, loss, epoch + 1)
            return
        learner.gradient = g
        learner.theta, learner.state = rule(theta, g, learner.state, lr=float(rates[batch]))


def drawn_masks(config: Config, width: int, points: int, random: list[torch.Generator]) -> Tensor:
    """0 for what is dropped, 1/(1 − p) for what stays, so that the mean is kept: (K, n, width)."""
    keep = 1 - config.dropout / 100
    drawn = torch.stack([torch.rand(points, width, generator=one) for one in random])
    return (drawn < keep) / keep


def pace(config: Config, batches: int, epoch: int) -> np.ndarray:
    """By what the learning rate is multiplied at each step of an epoch: (batches,)."""
    steps = config.epochs * batches
    details = {
        "factor": {"decay": 0.01 ** (1 / steps), "floor": 0.0},
        "multi_step": {"milestones": (steps / 2, steps * 3 / 4)},
        "cyclical": {"up": steps / 10, "down": steps / 10},
    }
    at = np.arange(epoch * batches, (epoch + 1) * batches)
    return SCHEDULES[config.schedule](at, steps, **details.get(config.schedule, {}))


def reason(learner: Learner, seen: Seen, loss: Tensor, epoch: int) -> str:
    """In which layer numbers first ran out of their range, and why."""
    where = f"of the output in epoch {epoch}"
    for number, sums in enumerate(seen.sums, 1):
        if not bool(sums.isfinite().all()):
            where = f"of hidden layer {number} in epoch {epoch}"
            break
    else:
        if bool(seen.scores.isfinite().all()):
            what = "the gradient" if bool(loss.isfinite()) else "the loss"
            where = f"of {what} in epoch {epoch}"
    largest = float(learner.theta.abs().max())
    return (
        f"Training broke: the numbers {where} are beyond what 32 bits hold. The largest weight is "
        f"{largest:.2g}; the learning rate {learner.config.lr:g} is too large for it."
    )
