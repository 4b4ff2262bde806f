"""From weights to a frame of images."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import torch
from torch import Tensor

from labcore.figures import quantize
from labcore.generation.gan.adversaries import generate, scores
from labcore.generation.gan.config import Config
from labcore.generation.gan.descent import State, noise_for
from labcore.generation.gan.measures import covered, discrepancy, frechet, nearness, wasserstein
from labcore.generation.gan.objectives import all_terms, certainty, generator_losses
from labcore.generation.gan.plan import latent_size
from labcore.generation.gan.slow import way_back
from labcore.generation.gan.worlds import HELD_OUT, Source, digits
from labcore.rng import torch_generator

ROWS, COLUMNS, SIDE = 4, 5, 28
STEPS_OF_WALK = 6
COMPARED, PAIRED_IMAGES = 2000, 200
COMPONENTS = 32
BINS = 20


@functools.lru_cache(maxsize=1)
def principal() -> Tensor:
    """The first principal components of the images compared with: (784, COMPONENTS)."""
    images = digits()[0][HELD_OUT : HELD_OUT + COMPARED]
    _, vectors = torch.linalg.eigh(torch.cov(images.T))
    return vectors[:, -COMPONENTS:]


@functools.lru_cache(maxsize=1)
def usual_distances() -> tuple[float, float]:
    """From a real image to the nearest of those compared with: median, and 95th percentile."""
    images = digits()[0]
    far = nearness(images[:HELD_OUT], images[HELD_OUT : HELD_OUT + COMPARED])
    return float(far.median()), float(far.quantile(0.95))


def tiled(images: Tensor, columns: int) -> np.ndarray:
    """Images (n, 784) of ±1 as one picture in uint8, row by row."""
    rows = images.view(-1, columns, SIDE, SIDE).permute(0, 2, 1, 3)
    return quantize(rows.reshape(-1, columns * SIDE).numpy(), -1, 1)


class Gallery:
    """What stays the same from frame to frame: latents and the images compared with."""

    def __init__(self, config: Config, source: Source) -> None:
        generator = torch_generator(config.seed, "watch")
        self.config, self.held_out = config, source.held_out
        images, labels = digits()
        self.compared = images[HELD_OUT : HELD_OUT + COMPARED]
        self.labels = labels[HELD_OUT : HELD_OUT + COMPARED]
        self.z = noise_for(config, (1, PAIRED_IMAGES, latent_size(config)), generator)
        share = torch.linspace(0, 1, STEPS_OF_WALK)[:, None] * np.pi / 2
        self.walk = (share.cos() * self.z[0, 0] + share.sin() * self.z[0, 1])[None]
        self.real = images[-PAIRED_IMAGES:]
        self.floor = wasserstein(self.held_out[:PAIRED_IMAGES].numpy(), self.real.numpy())
        self.width = float(torch.pdist(self.real).median())

    @torch.no_grad()
    def look(self, state: State) -> dict[str, Any]:
        """The numbers of a frame, as documented in `frames`."""
        config = self.config
        made = generate(config, state["shown"], self.z)[0]
        walk = generate(config, state["shown"], self.walk)[0]
        far, which = torch.cdist(made, self.compared).min(1)
        usual, limit = usual_distances()
        shares = torch.bincount(self.labels[which], minlength=10).numpy() / len(made)
        basis = principal()
        values: dict[str, Any] = {
            "mosaic": tiled(made[: ROWS * COLUMNS], COLUMNS),
            "walk": tiled(walk, STEPS_OF_WALK),
            "shares": shares.astype(np.float32),
            "near": shares.astype(np.float32),
            "modes": np.array([covered(shares)], np.int32),
            "good": np.array([float((far <= limit).float().mean())], np.float32),
            "w2": np.array([wasserstein(made.numpy(), self.real.numpy())], np.float32),
            "mmd": np.array([discrepancy(made, self.real, self.width)], np.float32),
            "floor": self.floor,
            "copies": float(far.median()) / usual,
            "frechet": frechet(made @ basis, self.held_out @ basis),
        }
        return values | self.judged(state, made) | way_back(config, state, self.z[:, :1])

    def judged(self, state: State, made: Tensor) -> dict[str, Any]:
        """What D says of real images it has never seen, and of those made."""
        config = self.config
        x = torch.cat([self.held_out, made])[None]
        raw = scores(config, state["d"], state["right"], x)[0]
        said = certainty(config.objective, raw)
        low, high = 0.0, 1.0
        if config.objective == "wasserstein":
            low, high = float(said.min()), float(said.max()) + 1e-9
        of_real, of_fake = said.split([len(self.held_out), len(made)])
        with torch.enable_grad():
            fakes = made[None].detach().requires_grad_()
            said = scores(config, state["d"], state["right"], fakes)
            (slope,) = torch.autograd.grad(generator_losses(config.objective, said).sum(), fakes)

        def spread_of(verdicts: Tensor) -> np.ndarray:
            unit = ((verdicts - low) / (high - low)).clamp(0, 1)
            return (torch.histc(unit, BINS, 0, 1) / len(unit)).numpy()

        return {
            "reach": np.array([low, high], np.float32),
            "said_of_real": spread_of(of_real),
            "said_of_fake": spread_of(of_fake),
            "signal": float(slope.norm(dim=2).mean()),
            "of_real": float(of_real.mean()),
            "of_fake": float(of_fake.mean()),
            "terms": all_terms(*raw.split([len(self.held_out), len(made)])).numpy(),
        }
