"""The plane that is shown, and the latents that are looked at."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from labcore.generation.gan.config import Config
from labcore.generation.gan.descent import noise_for
from labcore.generation.gan.plan import latent_size
from labcore.generation.gan.worlds import HALF
from labcore.rng import torch_generator

SHOWN, PAIRED, COUNTED, MANY = 256, 256, 512, 2048
"""Points on the picture, in the exact pairing, in the counts, and for the density of the fakes."""

ARROWS, PUSHES = 64, 14
"""Fakes with an arrow, and arrows across the plane."""

LONGEST = 0.5
"""An arrow's length is LONGEST (1 − e^−|slope|): short ones are in proportion."""

CELLS = 42
LINES, ALONG = 9, 17
"""Lines of the latent grid each way, and points on each."""


def middles(count: int) -> Tensor:
    """Middles of so many cells on one axis."""
    edge = HALF - HALF / count
    return torch.linspace(-edge, edge, count)


def places(count: int) -> Tensor:
    """Middles of the cells of a square, row by row: (count², 2)."""
    y, x = torch.meshgrid(middles(count), middles(count), indexing="ij")
    return torch.stack([x, y], -1).reshape(-1, 2)


def arrow_tips(tails: Tensor, slope: Tensor, longest: float = LONGEST) -> Tensor:
    """Where arrows down a slope end, both (n, 2); none is longer than `longest`."""
    size = slope.norm(dim=1, keepdim=True)
    return tails - longest * (1 - torch.exp(-size)) * slope / size.clamp_min(1e-12)


def latents(config: Config, count: int, name: str = "watch") -> Tensor:
    """The same latents in every frame: (1, count, latent)."""
    generator = torch_generator(config.seed, name)
    return noise_for(config, (1, count, latent_size(config)), generator)


def decoder_draws(config: Config) -> Tensor:
    """The noise of the autoencoder's points, the same in every frame: (1, COUNTED, 2)."""
    return torch.randn(1, COUNTED, 2, generator=torch_generator(config.seed, "draws"))


def latent_lines(config: Config) -> np.ndarray:
    """The grid that is put over the latents: points in order, lines parted by gaps; (n, latent)."""
    uniform = config.noise == "uniform" and config.model == "gan"
    reach = 1.0 if uniform else 2.2
    if latent_size(config) == 1:
        return np.linspace(-reach, reach, 300, dtype=np.float32)[:, None]
    lines = []
    for fixed in np.linspace(-reach, reach, LINES):
        for across in (False, True):
            line = np.full((ALONG + 1, 2), np.nan, np.float32)
            line[:-1, int(across)] = np.linspace(-reach, reach, ALONG)
            line[:-1, 1 - int(across)] = fixed
            lines.append(line)
    return np.concatenate(lines)


def looked_at(config: Config) -> Tensor:
    """The latent the learner has put the mark on: (1, 1, latent)."""
    reach = 1.0 if config.noise == "uniform" and config.model == "gan" else 3.0
    z = [min(max(at, -reach), reach) for at in (config.z0, config.z1)]
    return torch.tensor(z[: latent_size(config)])[None, None]
