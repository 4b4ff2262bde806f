"""Dropout left on after training: many answers from one network, and how far they differ."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from labcore.mlp.dropout.clothes import FRAMES
from labcore.mlp.dropout.config import Config
from labcore.optimizers import RULES
from labcore.rng import torch_generator

HIDDEN, EVERY, RATE, DECAY = 40, 20, 0.01, 1e-5
"""Units of both hidden layers, steps a frame, Adam’s rate, and weight decay."""
SIZES = (HIDDEN, HIDDEN, HIDDEN * HIDDEN, HIDDEN, HIDDEN, 1)
LINE = np.linspace(-4, 4, 65)
ANSWERS = 60
"""Masks with which the trained network is asked."""


def begin(config: Config) -> Tensor:
    """First weights of 1 → 40 → 40 → 1: (P,)."""
    random = torch_generator(config.seed, "regression")
    drawn = [torch.randn(n, generator=random) for n in SIZES]
    scale = (1.0, 1.0, (2 / HIDDEN) ** 0.5, 0.0, (1 / HIDDEN) ** 0.5, 0.0)
    return torch.cat([s * part for s, part in zip(scale, drawn, strict=True)])


def says(theta: Tensor, x: Tensor, kept: tuple[Tensor, Tensor] | None, p: float) -> Tensor:
    """The network at x (N,), (N,); with masks (M, 1 or N, 40) its answers, (M, N)."""
    w1, b1, w2, b2, w3, b3 = theta.split(SIZES)
    h = torch.relu(x[:, None] * w1 + b1)
    if kept:
        h = h * kept[0] / (1 - p)
    h = torch.relu(h @ w2.reshape(HIDDEN, HIDDEN) + b2)
    if kept:
        h = h * kept[1] / (1 - p)
    return h @ w3 + b3


def keep(n: int, m: int, p: float, random: torch.Generator) -> tuple[Tensor, Tensor]:
    """Masks of both layers: (n, m, 40) each."""
    first, second = torch.rand(2, n, m, HIDDEN, generator=random) >= p
    return first, second


def fit(config: Config) -> Iterator[np.ndarray]:
    """Adam on the mean squared error with dropout; the weights after every 20 steps."""
    x, y = (torch.tensor(part, dtype=torch.float32) for part in zip(*config.points, strict=True))
    random = torch_generator(config.seed, "regression masks")
    theta, state = begin(config), {}
    for step in range(FRAMES * EVERY + 1):
        if step % EVERY == 0:
            yield theta.numpy().copy()
        theta = theta.detach().requires_grad_(True)
        said = says(theta, x, keep(1, len(x), config.rate, random), config.rate)[0]
        loss = (said - y).square().mean() + DECAY * theta.square().sum()
        (g,) = torch.autograd.grad(loss, theta)
        theta, state = RULES["adam"](theta.detach(), g, state, lr=RATE)


def answers(config: Config, theta: np.ndarray) -> np.ndarray:
    """What 60 masked networks say over LINE, (60, 65): each keeps its mask along the line."""
    random = torch_generator(config.seed, "answers")
    with torch.no_grad():
        kept = keep(ANSWERS, 1, config.rate, random)
        x = torch.from_numpy(LINE).float()
        return says(torch.from_numpy(theta), x, kept, config.rate).numpy()
