"""The losses of the models without a fight, term by term."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from labcore.generation.gan.autoencoder import decode, encode, misfit, to_prior
from labcore.generation.gan.config import Config
from labcore.generation.gan.descent import State
from labcore.generation.gan.diffusion import KEPT, LEVELS, noise_in, noised
from labcore.generation.gan.flow import to_noise
from labcore.rng import torch_generator

ASKED = (LEVELS // 8 - 1, LEVELS // 2 - 1, LEVELS - 1)
"""Levels of noise at which the diffusion model is examined."""


@torch.no_grad()
def held_out_terms(config: Config, state: State, x: Tensor) -> np.ndarray:
    """Means over real points (n, 2) that no training saw, by the weights shown: (3,).

    Autoencoder: misfit, KL, and their sum −ELBO. Flow: −log N(z), −log |∂z/∂x|, and their sum
    −log p. Diffusion: mean (ε − guess)² with little noise, with half of the levels, with all.
    """
    x, g = x[None], state["shown"][:1]
    generator = torch_generator(config.seed, "held-out")
    if config.model == "diffusion":
        noise = torch.randn(x.shape, generator=generator)
        found = []
        for at in ASKED:
            level = torch.full(x.shape[:2], at)
            guess = noise_in(config, g, noised(x, level, noise), level)
            found.append(float((noise - guess).square().mean()))
        return np.array(found, np.float32)
    if config.model == "flow":
        z, stretched = to_noise(config, g, x)
        first = float(z.square().sum(2).mean() / 2 + math.log(2 * math.pi))
        second = -float(stretched.mean())
    else:
        mean, log_variance = encode(config, state["d"][:1], x)
        z = mean + (log_variance / 2).exp() * torch.randn(mean.shape, generator=generator)
        first = float(misfit(x, *decode(config, g, z)).mean())
        second = float(to_prior(mean, log_variance).mean())
    return np.array([first, second, first + second], np.float32)


def still_data(level: int) -> float:
    """√ᾱ: what is left of a point at a level of noise."""
    return math.sqrt(float(KEPT[level]))
