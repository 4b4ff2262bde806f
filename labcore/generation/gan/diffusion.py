"""A diffusion model on the same points (Ho, Jain & Abbeel, 2020)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from labcore.generation.gan.config import Config
from labcore.generation.gan.descent import State, average, descend
from labcore.generation.gan.networks import Sizes, fresh_weights, network
from labcore.generation.gan.plan import races
from labcore.generation.gan.worlds import HALF, Source
from labcore.rng import torch_generator

LEVELS = 40
"""How many times noise is added; T in the paper, which has 1,000 gentler ones."""

BETAS = torch.linspace(1e-4, 0.02, LEVELS, dtype=torch.float64) * (1000 / LEVELS)
KEPT = torch.cumprod(1 - BETAS, 0).float()
"""ᾱ: what share of the variance is still data at each level."""

STRIDE = 2
"""Levels that one step of sampling goes back."""

WAVES = 4


def denoiser_sizes(config: Config) -> Sizes:
    """From a noisy point and its level to the noise in it."""
    return (2 + 2 * WAVES, *(config.width_g,) * max(1, config.depth_g), 2)


def begin_diffusion(config: Config) -> State:
    """Fresh weights."""
    generator = torch_generator(config.seed, "weights")
    g = fresh_weights(denoiser_sizes(config), races(config), generator)
    return {"g": g, "shown": g}


def noised(x: Tensor, level: Tensor, noise: Tensor) -> Tensor:
    """Equation 4 of the paper: √ᾱ x + √(1 − ᾱ) ε. level: (races, n), noise as x."""
    kept = KEPT[level][..., None]
    return kept.sqrt() * x + (1 - kept).sqrt() * noise


def noise_in(config: Config, weights: Tensor, x: Tensor, level: Tensor) -> Tensor:
    """The network's guess of ε in points (races, n, 2) at levels (races, n)."""
    turns = (level[..., None] + 1) / LEVELS * (math.pi / 2) * 2.0 ** torch.arange(WAVES)
    told = torch.cat([x, turns.sin(), turns.cos()], 2)
    return network(weights, denoiser_sizes(config), told, config.activation)


def denoise(config: Config, weights: Tensor, z: Tensor) -> Tensor:
    """From noise to points, (races, n, 2), by the way back that adds no noise.

    Song, Meng & Ermon (2021), equation 12 with σ = 0: from the guessed ε follows a guess of the
    clean point, and from both the point at the next level.
    """
    x = z
    for at in range(LEVELS - 1, -1, -STRIDE):
        level = torch.full(x.shape[:2], at)
        guess = noise_in(config, weights, x, level)
        clean = (x - (1 - KEPT[at]).sqrt() * guess) / KEPT[at].sqrt()
        clean = clean.clamp(-HALF, HALF)  # the first guesses are divided by almost nothing
        guess = (x - KEPT[at].sqrt() * clean) / (1 - KEPT[at]).sqrt()
        below = KEPT[at - STRIDE] if at >= STRIDE else torch.ones(())
        x = below.sqrt() * clean + (1 - below).sqrt() * guess
    return x


def learn_diffusion(
    config: Config, state: State, source: Source, generator: torch.Generator, step: int
) -> tuple[Tensor, Tensor]:
    """One step: guess the noise at a random level. Mean (ε − guess)², (races,), twice."""
    x = source.batch(races(config), config.batch, generator)
    level = torch.randint(LEVELS, x.shape[:2], generator=generator)
    noise = torch.randn(x.shape, generator=generator)
    weights = state["g"].detach().requires_grad_()
    guess = noise_in(config, weights, noised(x, level, noise), level)
    loss = (noise - guess).square().mean((1, 2))
    (gradient,) = torch.autograd.grad(loss.sum(), weights)
    descend(config, state, "g", gradient, step)
    average(config, state)
    return loss.detach(), loss.detach()
