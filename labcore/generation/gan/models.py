"""The four models by name, each as the same few functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from labcore.generation.gan.adversaries import begin_gan, generate, play
from labcore.generation.gan.autoencoder import begin_vae, decode, decoder_noise, learn_vae
from labcore.generation.gan.config import Config
from labcore.generation.gan.descent import State
from labcore.generation.gan.diffusion import begin_diffusion, denoise, learn_diffusion
from labcore.generation.gan.flow import begin_flow, from_noise, learn_flow, log_density
from labcore.generation.gan.measures import grid_density
from labcore.generation.gan.worlds import Source

KERNEL = 0.12
"""Width of the kernels by which the density of samples is estimated."""

Learn = Callable[[Config, State, Source, torch.Generator, int], tuple[Tensor, Tensor]]


class Model(NamedTuple):
    """begin: fresh weights. learn: one round. make: latents to points, by the weights shown."""

    begin: Callable[[Config], State]
    learn: Learn
    make: Callable[[Config, Tensor, Tensor], Tensor]


def decode_middle(config: Config, weights: Tensor, z: Tensor) -> Tensor:
    """The decoder's point, without its noise."""
    return decode(config, weights, z)[0]


MODELS = {
    "gan": Model(begin_gan, play, generate),
    "vae": Model(begin_vae, learn_vae, decode_middle),
    "flow": Model(begin_flow, learn_flow, from_noise),
    "diffusion": Model(begin_diffusion, learn_diffusion, denoise),
}


def sample(config: Config, weights: Tensor, z: Tensor, extra: Tensor) -> Tensor:
    """Points as the model makes them, (races, n, d). extra: normal noise (races, n, 2).

    Only the autoencoder uses it: its points are the decoder's and noise around them.
    """
    made = MODELS[config.model].make(config, weights, z)
    if config.model == "vae":
        made = made + decoder_noise(weights) * extra
    return made


def model_density(config: Config, weights: Tensor, at: Tensor, made: Tensor) -> Tensor:
    """The density a model gives to the grid whose axes are `at` (k,): (k²,), in its first race.

    Exact for the flow. For the autoencoder an average over decoded points made (m, 2), each with
    the decoder's noise around it. For diffusion an estimate by kernels on samples made.
    """
    if config.model == "flow":
        y, x = torch.meshgrid(at, at, indexing="ij")
        places = torch.stack([x, y], -1).reshape(1, -1, 2)
        return log_density(config, weights[:1], places)[0].exp()
    width = KERNEL
    if config.model == "vae":
        width = max(float(decoder_noise(weights)[0]), 0.03)
    return grid_density(made, at, width)
