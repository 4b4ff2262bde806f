"""Multilayer perceptrons whose weights are one long row, so that a step is a few operations.

Several races are one more axis: weights are (races, P), inputs (races, n, features). At these
sizes a training step is the time of calling some hundred operations, hardly that of computing
them; one row of weights and batched products keep the calls few.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.nn import functional

ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "leaky": lambda x: functional.leaky_relu(x, 0.2),
    "relu": torch.relu,
    "silu": functional.silu,
}

Sizes = tuple[int, ...]


@functools.cache
def cuts(sizes: Sizes) -> tuple[int, ...]:
    """Where the row of weights is cut: W, b, W, b, …"""
    return tuple(n for a, b in itertools.pairwise(sizes) for n in (a * b, b))


def fresh_weights(sizes: Sizes, races: int, generator: torch.Generator) -> Tensor:
    """A row of weights for each race: normal with variance 2/fan-in (He et al., 2015), biases 0."""
    parts = []
    for a, b in itertools.pairwise(sizes):
        parts.append(torch.randn(races, a * b, generator=generator) * math.sqrt(2 / a))
        parts.append(torch.zeros(races, b))
    return torch.cat(parts, 1)


def layers(theta: Tensor, sizes: Sizes) -> list[tuple[Tensor, Tensor]]:
    """The row of weights as matrices (races, in, out) and biases (races, 1, out)."""
    parts = theta.split(cuts(sizes), 1)
    return [
        (parts[2 * i].view(-1, a, b), parts[2 * i + 1].unsqueeze(1))
        for i, (a, b) in enumerate(itertools.pairwise(sizes))
    ]


def network(theta: Tensor, sizes: Sizes, x: Tensor, activation: str) -> Tensor:
    """The multilayer perceptron: (races, n, in) → (races, n, out)."""
    return forward(layers(theta, sizes), x, ACTIVATIONS[activation])


def forward(
    through: list[tuple[Tensor, Tensor]], x: Tensor, bend: Callable[[Tensor], Tensor]
) -> Tensor:
    """Affine maps with an activation between them."""
    return trail(through, x, bend)[-1]


def trail(
    through: list[tuple[Tensor, Tensor]], x: Tensor, bend: Callable[[Tensor], Tensor]
) -> list[Tensor]:
    """What each layer gives, hidden ones after their activation."""
    given = []
    for weight, bias in through[:-1]:
        x = bend(torch.baddbmm(bias, x, weight))
        given.append(x)
    weight, bias = through[-1]
    return [*given, torch.baddbmm(bias, x, weight)]


def power_iteration(theta: Tensor, sizes: Sizes, right: Tensor, turns: int = 1) -> Tensor:
    """Brings each layer's vector nearer to the one its matrix stretches most.

    Miyato et al. (2018), algorithm 1. right: (races, sum of outputs), one vector after another.
    """
    vectors = []
    for (weight, _), v in zip(
        layers(theta.detach(), sizes), right.split(sizes[1:], 1), strict=True
    ):
        for _ in range(turns):
            u = functional.normalize(torch.einsum("rio,ro->ri", weight, v), dim=1)
            v = functional.normalize(torch.einsum("rio,ri->ro", weight, u), dim=1)
        vectors.append(v)
    return torch.cat(vectors, 1)


def spectral_layers(theta: Tensor, sizes: Sizes, right: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Layers whose matrices are divided by their spectral norm, |Wv| for the vector found."""
    found = []
    for (weight, bias), v in zip(layers(theta, sizes), right.split(sizes[1:], 1), strict=True):
        norm = torch.einsum("rio,ro->ri", weight, v).norm(dim=1)
        found.append((weight / norm[:, None, None].clamp_min(1e-12), bias))
    return found
