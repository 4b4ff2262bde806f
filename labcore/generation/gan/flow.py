"""A normalizing flow on the same points: real NVP (Dinh, Sohl-Dickstein & Bengio, 2017)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from labcore.generation.gan.config import Config
from labcore.generation.gan.descent import State, average, descend
from labcore.generation.gan.networks import Sizes, cuts, fresh_weights, network
from labcore.generation.gan.plan import races
from labcore.generation.gan.worlds import Source
from labcore.rng import torch_generator

COUPLINGS = 8
STEEPEST = 1.5
"""No coupling stretches more than e to this."""


def coupling_sizes(config: Config) -> Sizes:
    """From one coordinate to the log scale and shift of the other."""
    return (1, *(config.width_g,) * max(1, min(config.depth_g, 2)), 2)


def begin_flow(config: Config) -> State:
    """Fresh weights of all couplings in one row; at first none changes much."""
    generator = torch_generator(config.seed, "weights")
    rows = []
    for _ in range(COUPLINGS):
        row = fresh_weights(coupling_sizes(config), races(config), generator)
        last = sum(cuts(coupling_sizes(config))[-2:])
        row[:, -last:] *= 0.1
        rows.append(row)
    g = torch.cat(rows, 1)
    return {"g": g, "shown": g}


def _couple(config: Config, row: Tensor, kept: Tensor) -> tuple[Tensor, Tensor]:
    """Log scale and shift that one coordinate (races, n, 1) gives the other."""
    said = network(row, coupling_sizes(config), kept, config.activation)
    return STEEPEST * torch.tanh(said[..., :1]), said[..., 1:]


def to_noise(config: Config, weights: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """From points (races, n, 2) to noise, and the log of how much each place was stretched."""
    first, second = x[..., :1], x[..., 1:]
    stretched = torch.zeros_like(first)
    for row in weights.chunk(COUPLINGS, 1):
        log_scale, shift = _couple(config, row, first)
        first, second = second * log_scale.exp() + shift, first
        stretched = stretched + log_scale
    return torch.cat([first, second], 2), stretched[..., 0]


def from_noise(config: Config, weights: Tensor, z: Tensor) -> Tensor:
    """The way back, coupling by coupling: (races, n, 2) → (races, n, 2)."""
    first, second = z[..., :1], z[..., 1:]
    for row in reversed(weights.chunk(COUPLINGS, 1)):
        log_scale, shift = _couple(config, row, second)
        first, second = second, (first - shift) * (-log_scale).exp()
    return torch.cat([first, second], 2)


def log_density(config: Config, weights: Tensor, x: Tensor) -> Tensor:
    """Exact: log N(z; 0, 1) + log |∂z/∂x|, (races, n, 2) → (races, n)."""
    z, stretched = to_noise(config, weights, x)
    return stretched - z.square().sum(2) / 2 - math.log(2 * math.pi)


def learn_flow(
    config: Config, state: State, source: Source, generator: torch.Generator, step: int
) -> tuple[Tensor, Tensor]:
    """One step of maximum likelihood. Its loss −E log p(x), (races,), twice."""
    x = source.batch(races(config), config.batch, generator)
    weights = state["g"].detach().requires_grad_()
    loss = -log_density(config, weights, x).mean(1)
    (gradient,) = torch.autograd.grad(loss.sum(), weights)
    descend(config, state, "g", gradient, step)
    average(config, state)
    return loss.detach(), loss.detach()
