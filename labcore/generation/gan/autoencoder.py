"""A variational autoencoder on the same points (Kingma & Welling, 2014)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from labcore.generation.gan.config import Config
from labcore.generation.gan.descent import State, average, descend
from labcore.generation.gan.networks import Sizes, fresh_weights, network
from labcore.generation.gan.plan import latent_size, races
from labcore.generation.gan.worlds import Source
from labcore.rng import torch_generator

FIRST_NOISE = 0.5
"""Standard deviation around the decoder's point before training; it is learnt."""


def decoder_sizes(config: Config) -> Sizes:
    """From a latent to the middle of a point's law."""
    return (latent_size(config), *(config.width_g,) * max(1, config.depth_g), 2)


def encoder_sizes(config: Config) -> Sizes:
    """From a point to mean and log variance of its latent."""
    return (2, *(config.width_d,) * max(1, config.depth_d), 2 * latent_size(config))


def begin_vae(config: Config) -> State:
    """Fresh weights. The last number of the decoder's row is the log of its noise."""
    generator = torch_generator(config.seed, "weights")
    decoder = fresh_weights(decoder_sizes(config), races(config), generator)
    noise = torch.full((races(config), 1), math.log(FIRST_NOISE))
    g = torch.cat([decoder, noise], 1)
    d = fresh_weights(encoder_sizes(config), races(config), generator)
    return {"g": g, "shown": g, "d": d}


def decode(config: Config, weights: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
    """The middle (races, n, 2) and the standard deviation (races, 1, 1) of points given z."""
    middle = network(weights[:, :-1], decoder_sizes(config), z, config.activation)
    return middle, decoder_noise(weights)


def decoder_noise(weights: Tensor) -> Tensor:
    """The standard deviation around the decoder's points, (races, 1, 1)."""
    return weights[:, -1].clamp(-4, 2).exp()[:, None, None]


def encode(config: Config, weights: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and log variance of the latent of each point, (races, n, latent) each."""
    said = network(weights, encoder_sizes(config), x, config.activation)
    mean, log_variance = said.chunk(2, 2)
    return mean, log_variance.clamp(-12, 6)


def to_prior(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL from N(mean, variance) to N(0, 1), summed over the latent: (races, n)."""
    return 0.5 * (log_variance.exp() + mean.square() - 1 - log_variance).sum(2)


def misfit(x: Tensor, middle: Tensor, noise: Tensor) -> Tensor:
    """−log N(x; middle, noise²) for points (races, n, 2): (races, n)."""
    square = ((x - middle) / noise).square().sum(2)
    return square / 2 + x.shape[2] * (noise[..., 0].log() + math.log(2 * math.pi) / 2)


def learn_vae(
    config: Config, state: State, source: Source, generator: torch.Generator, step: int
) -> tuple[Tensor, Tensor]:
    """One step up the evidence bound. The two halves of its negative: misfit and KL, (races,)."""
    x = source.batch(races(config), config.batch, generator)
    g, d = (state[name].detach().requires_grad_() for name in ("g", "d"))
    mean, log_variance = encode(config, d, x)
    z = mean + (log_variance / 2).exp() * torch.randn(mean.shape, generator=generator)
    fit = misfit(x, *decode(config, g, z)).mean(1)
    cost = to_prior(mean, log_variance).mean(1)
    of_g, of_d = torch.autograd.grad((fit + cost).sum(), (g, d))
    descend(config, state, "g", of_g, step)
    descend(config, state, "d", of_d, step)
    average(config, state)
    return fit.detach(), cost.detach()
