"""One hidden layer for one curve: a sum of bent lines, solved or trained."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from scipy.interpolate import PchipInterpolator
from torch import Tensor

from labcore.mlp.universal_approximation.config import Config
from labcore.optimizers import RULES
from labcore.rng import torch_generator

GRID = np.linspace(0, 1, 161)
FRAMES, EVERY = 40, 50
"""Frames after the first, and steps of training between two."""


def target(config: Config) -> np.ndarray:
    """The curve through the learner’s points, which never overshoots them, over GRID."""
    x, y = np.array(sorted(config.points)).T
    x, first = np.unique(x, return_index=True)
    if len(x) == 1:
        return np.full(len(GRID), y[0])
    return PchipInterpolator(x, y[first], extrapolate=False)(np.clip(GRID, x[0], x[-1]))


def act(name: str, z: Tensor) -> Tensor:
    """The activation."""
    if name == "linear":
        return z
    return z.clamp(min=0) if name == "relu" else getattr(torch, name)(z)


def fixed_units(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """Weights and biases of units whose kinks are evenly spaced: (W,), (W,).

    A ReLU bends at its kink, the first at 0; the others rise around it, steeper the more there are.
    """
    W = config.width
    bent = config.activation in ("relu", "linear")
    kinks = np.arange(W) / W if bent else (np.arange(W) + 0.5) / W
    w = np.ones(W) if bent else np.full(W, 1.5 * W + 1.5)
    return w, -w * kinks


def solve(config: Config, y: np.ndarray) -> np.ndarray:
    """The best heights v and the best constant for fixed units: (3 W + 1,) with w, b, v, c.

    Linear least squares, for the hidden layer is fixed; the smallest of all best solutions.
    """
    w, b = fixed_units(config)
    h = act(config.activation, torch.from_numpy(np.outer(GRID, w) + b)).numpy()
    v, *_ = np.linalg.lstsq(np.c_[h, np.ones(len(GRID))], y, rcond=1e-9)
    return np.r_[w, b, v]


def random_units(config: Config) -> Tensor:
    """Kinks anywhere, either direction, small heights: (3 W + 1,)."""
    random = torch_generator(config.seed, "units")
    W = config.width
    kinks = torch.rand(W, generator=random)
    side = torch.where(torch.rand(W, generator=random) < 0.5, -1.0, 1.0)
    w = side * (2 + 4 * torch.rand(W, generator=random))
    v = 0.3 * torch.randn(W, generator=random) / W**0.5
    return torch.cat([w, -w * kinks, v, torch.zeros(1)])


def says(activation: str, theta: Tensor, x: Tensor) -> Tensor:
    """What the network says at x (N,): (N,). theta holds w, b, v (W each) and c."""
    W = len(theta) // 3
    w, b, v, c = theta.split([W, W, W, 1])
    return act(activation, x[:, None] * w + b) @ v + c


def train(config: Config, y: np.ndarray) -> Iterator[np.ndarray]:
    """Adam on the mean squared error over the grid; all weights after every 50 steps."""
    x, goal = torch.from_numpy(GRID).float(), torch.from_numpy(y).float()
    theta, state = random_units(config), {}
    for step in range(FRAMES * EVERY + 1):
        if step % EVERY == 0:
            yield theta.numpy().astype(np.float64)
        theta = theta.detach().requires_grad_(True)
        loss = (says(config.activation, theta, x) - goal).square().mean()
        (g,) = torch.autograd.grad(loss, theta)
        theta, state = RULES["adam"](theta.detach(), g, state, lr=config.lr)


def contributions(activation: str, theta: np.ndarray, x: np.ndarray) -> np.ndarray:
    """What each unit adds to the sum, (W, N); the constant is nobody’s."""
    W = len(theta) // 3
    w, b, v = theta[: 3 * W].reshape(3, W)
    z = torch.from_numpy(w[:, None] * x + b[:, None])
    return v[:, None] * act(activation, z).numpy()


def kinks_of(theta: np.ndarray) -> np.ndarray:
    """Where each unit’s sum is 0: (W,); far away where it never is."""
    W = len(theta) // 3
    w, b = theta[:W], theta[W : 2 * W]
    return -b / np.where(np.abs(w) < 1e-9, 1e-9, w)
