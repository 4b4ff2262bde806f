"""A slice of the loss around trained weights, along two random directions.

After Li, Xu, Taylor, Studer & Goldstein (2018), “Visualizing the loss landscape of neural nets”:
each filter of a direction is made as long as the filter of the weights, so that networks whose
weights have another size, which a norm takes out again, can be compared.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from labcore.cnn.residual.network import Pair, forward, given, losses
from labcore.rng import torch_generator


def directions(pair: Pair, seed: int) -> tuple[list[Tensor], list[Tensor]]:
    """Two directions in the space of all weights; 0 for γ, β and biases.

    The same numbers are drawn for both networks; then each filter is scaled to its own length.
    """
    random, made = torch_generator(seed, "directions"), []
    for _ in range(2):
        way = []
        for kernel in pair.kernels:
            half = torch.randn(len(kernel) // 2, *kernel.shape[1:], generator=random)
            way.append(fitted(half.repeat(2, 1, 1, 1), kernel, (1, 2, 3)))
        way += [torch.zeros_like(part) for part in (*pair.gammas, *pair.betas)]
        weights, bias = pair.head
        drawn = torch.randn(weights.shape[1:], generator=random).repeat(2, 1, 1)
        way += [fitted(drawn, weights, (1,)), torch.zeros_like(bias)]
        made.append(way)
    return made[0], made[1]


def fitted(drawn: Tensor, weights: Tensor, over: tuple[int, ...]) -> Tensor:
    """Filters as long as those of the weights."""
    length = torch.linalg.vector_norm(drawn, dim=over, keepdim=True).clamp_min(1e-12)
    return drawn * torch.linalg.vector_norm(weights, dim=over, keepdim=True) / length


def ring_of(k: int) -> list[tuple[int, int]]:
    """Steps from the middle of a grid to its places k steps away, (down, across)."""
    near = range(-k, k + 1)
    return [(i, j) for i in near for j in near if max(abs(i), abs(j)) == k]


def fill(
    surface: np.ndarray, k: int, pair: Pair, ways: tuple[list[Tensor], list[Tensor]], reach: float,
    x: Tensor, y: Tensor,
) -> None:  # fmt: skip
    """Losses of both networks on ring k, into `surface`, (2, 2 half + 1, 2 half + 1).

    A norm takes the statistics of these images, since kept ones fit one set of weights only.
    """
    learned, half = pair.learned(), surface.shape[1] // 2
    for i, j in ring_of(k):
        up, across = reach * i / half, reach * j / half
        moved = [w + across * a + up * b for w, a, b in zip(learned, *ways, strict=True)]
        with torch.no_grad():
            surface[:, half + i, half + j] = losses(
                forward(given(pair, moved), x, "batch"), y
            ).numpy()


def spread(surface: np.ndarray, k: int) -> np.ndarray:
    """What is known up to ring k, carried on outwards to the edge."""
    half = surface.shape[1] // 2
    inside = np.clip(np.arange(2 * half + 1), half - k, half + k)
    return surface[:, inside][:, :, inside]
