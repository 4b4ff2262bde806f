"""Six networks, alike but for the schedule of their learning rate, are trained side by side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from labcore import Frame, Start
from labcore.optimization.schedules.clothes import clothes, first_weights, losses, spoiled
from labcore.optimization.schedules.config import NAMES, Config, factors
from labcore.optimizers import RULES
from labcore.rng import torch_generator

FRAMES = 40
JUDGED = 2000
"""Training images on which the training loss is told."""


def observed(config: Config) -> np.ndarray:
    """The steps after which the networks are looked at: 0, and FRAMES more."""
    return np.unique(np.linspace(0, config.steps, FRAMES + 1).round().astype(int))


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """The same first weights, the same batches, six schedules."""
    data = clothes()
    labels = spoiled(data.labels, config.noise, config.seed)
    theta = first_weights(config.seed).repeat(len(NAMES), 1)
    rule, state = RULES[config.optimizer], {}
    eta = torch.from_numpy(config.lr * factors(config)).float()
    random = torch_generator(config.seed, "batches")
    order, at = torch.empty(0, dtype=torch.long), 0
    steps = observed(config)
    rows = np.full((4, len(NAMES), len(steps)), np.nan, np.float32)
    for step in range(config.steps + 1):
        if step in steps:
            yield look(config, step, rows, theta, labels)
        if step == config.steps:
            return
        if at + config.batch > len(order):
            order, at = torch.randperm(len(labels), generator=random), 0
        chosen = order[at : at + config.batch]
        at += config.batch
        theta = theta.detach().requires_grad_(True)
        loss, _ = losses(theta, data.images[chosen], labels[chosen])
        (g,) = torch.autograd.grad(loss.sum(), theta)
        theta, state = rule(theta.detach(), g, state, lr=eta[:, step, None])


def look(
    config: Config, step: int, rows: np.ndarray, theta: torch.Tensor, labels: torch.Tensor
) -> Frame:
    """Loss and accuracy of all networks, in training and on images never seen.

    rows: (4, 6, T), filled up to now: training loss and accuracy, test loss and accuracy.
    """
    data, number = clothes(), int(np.searchsorted(observed(config), step))
    with torch.no_grad():
        seen = losses(theta, data.images[:JUDGED], labels[:JUDGED])
        unseen = losses(theta, data.test_images, data.test_labels)
    alive = theta.isfinite().all(1).numpy()
    rows[:, :, number] = np.where(alive, np.array([p.numpy() for p in (*seen, *unseen)]), np.nan)
    lost = [name for name, well in zip(NAMES.values(), alive, strict=True) if not well]
    stuck = [
        name for name, well, loss in zip(NAMES.values(), alive, rows[0, :, number], strict=True)
        if well and step > config.steps // 4 and loss > 2.25
    ]  # fmt: skip
    note = ""
    if lost:
        note = f"{', '.join(lost)}: η was too large, and the weights are no numbers any more."
    elif stuck:
        note = f"{', '.join(stuck)}: η is too large; the loss stays near that of guessing, log 10."
    values = {
        "train": rows[0].copy(),
        "train_right": rows[1, :, number].copy(),
        "test": rows[2].copy(),
        "test_right": rows[3].copy(),
        "factors": shown(config),
    }
    return Frame(step, values, note, {})


def shown(config: Config) -> np.ndarray:
    """Every schedule at 101 places of the run, its ends included: (6, 101)."""
    places = np.linspace(0, config.steps - 1, 101).round().astype(int)
    return factors(config)[:, places].astype(np.float32)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The schedules alone, while a hand draws one."""
    return Frame(start.step if start else 0, {"factors": shown(config)})
