"""Equal units stay equal: a small network on four clusters that no single unit can divide."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from labcore.rng import torch_generator

HIDDEN, POINTS, EVERY, FRAMES = 4, 80, 20, 50


class Learned(NamedTuple):
    """By frame: weights into each hidden unit (F, 4, 2), and the loss (F,)."""

    weights: np.ndarray
    loss: np.ndarray


@functools.lru_cache(8)
def clusters(seed: int) -> tuple[Tensor, Tensor]:
    """Four clusters, equal labels across from each other: x (N, 2), y (N,) of 0 and 1."""
    random = torch_generator(seed, "clusters")
    corner = torch.arange(POINTS) % 4
    signs = torch.stack([corner % 2 * 2 - 1, corner // 2 * 2 - 1], 1).float()
    x = signs + 0.3 * torch.randn(POINTS, 2, generator=random)
    return x, (signs.prod(1) > 0).float()


def learn(equal: float, noise: float, drop: float, lr: float, seed: int) -> Learned:
    """2 → 4 tanh → 1 by gradient descent on the cross-entropy, gradients written out.

    All weights start alike but for the noise. Then all hidden units compute the same, get the same
    gradient, and stay alike; only what treats them differently, noise or dropout, parts them.
    """
    x, y = clusters(seed)
    random = torch_generator(seed, "symmetry")
    w = equal + noise * torch.randn(2, HIDDEN, generator=random)
    v = equal + noise * torch.randn(HIDDEN, generator=random)
    b, c = torch.zeros(HIDDEN), torch.zeros(())
    ways, losses = [], []
    for step in range(FRAMES * EVERY + 1):
        h = torch.tanh(x @ w + b)
        if step % EVERY == 0:
            o = h @ v + c
            ways.append(w.T.clone().numpy())
            losses.append(float((torch.nn.functional.softplus(o) - y * o).mean()))
        kept = torch.rand(POINTS, HIDDEN, generator=random) >= drop
        mask = kept / (1 - drop) if drop else torch.ones(())
        o = (h * mask) @ v + c
        g = (torch.sigmoid(o) - y) / POINTS
        back = g[:, None] * v * mask * (1 - h * h)
        v = v - lr * (h * mask).T @ g
        c = c - lr * g.sum()
        w = w - lr * x.T @ back
        b = b - lr * back.sum(0)
    return Learned(np.array(ways), np.array(losses))


learned = functools.lru_cache(32)(learn)
