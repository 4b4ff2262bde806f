"""From weights to a frame of points, and from a frame's checkpoint back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from labcore import Frame, Start
from labcore.figures import quantize
from labcore.generation.gan.adversaries import scores
from labcore.generation.gan.config import Config
from labcore.generation.gan.descent import State, noise_for
from labcore.generation.gan.measures import (
    best_verdict,
    coverage,
    covered,
    discrepancy,
    nearest_shares,
    nearness,
    wasserstein,
)
from labcore.generation.gan.models import MODELS, decode_middle, model_density, sample
from labcore.generation.gan.objectives import all_terms, certainty, generator_losses
from labcore.generation.gan.plan import latent_size, races
from labcore.generation.gan.worlds import HALF, Source
from labcore.rng import torch_generator

SHOWN, PAIRED, COUNTED = 256, 256, 512
"""Points on the picture, in the exact pairing, and in the counts."""

ARROWS = 80
LONGEST = 0.5
"""An arrow's length is LONGEST (1 − e^−|slope|): short ones are in proportion."""

CELLS = 44
LINES, ALONG = 11, 24
"""Lines of the latent grid each way, and points on each."""

BLUR = 0.12
"""Width of the kernels by which the density of G is estimated."""

BRIGHT = 0.45
"""A density as large as this share of the data's largest has the full colour."""


def places() -> Tensor:
    """Middles of the field's cells, row by row: (CELLS², 2)."""
    at = axis()
    y, x = torch.meshgrid(at, at, indexing="ij")
    return torch.stack([x, y], -1).reshape(-1, 2)


def axis() -> Tensor:
    """Middles of the cells on one axis."""
    edge = HALF - HALF / CELLS
    return torch.linspace(-edge, edge, CELLS)


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


class Watch:
    """What stays the same from frame to frame: latents, real points, the places of the field."""

    def __init__(self, config: Config, source: Source) -> None:
        generator = torch_generator(config.seed, "watch")
        self.config, self.source = config, source
        self.z = noise_for(config, (1, COUNTED, latent_size(config)), generator)
        self.extra = torch.randn(1, COUNTED, 2, generator=generator)
        assert source.world is not None
        self.world = source.world
        self.real = self.world.draw((PAIRED,), generator)
        other = self.world.draw((PAIRED,), generator)
        self.floor = wasserstein(self.real.numpy(), other.numpy())
        self.near = (
            1.0
            if source.training is None
            else float(nearness(source.held_out, source.training).median())
        )
        self.width = float(torch.pdist(self.real).median())
        lines = latent_lines(config)
        self.gaps = np.isnan(lines[:, 0])
        self.lines = torch.from_numpy(np.nan_to_num(lines))
        self.places = places()

    @torch.no_grad()
    def look(self, state: State) -> dict[str, Any]:
        """The numbers of a frame, as documented in `frames`."""
        config, count = self.config, races(self.config)
        weights = state["shown"]
        made = sample(config, weights, self.z.expand(count, -1, -1), self.extra)
        first = made[0]
        make = MODELS[config.model].make
        grid = make(config, weights[:1], self.lines[None])[0].numpy()
        mark = make(config, weights[:1], looked_at(config))[0, 0].numpy()
        grid[self.gaps] = np.nan
        values: dict[str, Any] = {"fakes": first[:SHOWN].numpy(), "warp": grid, "mark": mark}
        values |= self.measured(made)
        if self.source.training is not None:
            values["copies"] = float(nearness(first, self.source.training).median()) / self.near
        return values | (self.judged(state, first) if config.model == "gan" else self.dense(state))

    def measured(self, made: Tensor) -> dict[str, Any]:
        """How near the points made (races, n, 2) are to the real ones."""
        found = [coverage(self.world, points) for points in made]
        return {
            "shares": found[0][0].astype(np.float32),
            "near": nearest_shares(self.world, made[0]).astype(np.float32),
            "modes": np.array([covered(shares) for shares, _ in found], np.int32),
            "good": np.array([good for _, good in found], np.float32),
            "w2": np.array(
                [wasserstein(points[:PAIRED].numpy(), self.real.numpy()) for points in made],
                np.float32,
            ),
            "mmd": np.array(
                [discrepancy(points[:PAIRED], self.real, self.width / 4) for points in made],
                np.float32,
            ),
            "floor": self.floor,
        }

    def judged(self, state: State, made: Tensor) -> dict[str, Any]:
        """What D says of every place, of real and made points; and where G is pulled."""
        config = self.config
        d = state["d"][:1]
        right = state["right"][:1]
        asked = torch.cat([self.places, self.source.held_out, made])[None]
        raw = scores(config, d, right, asked)[0]
        parts = [len(self.places), len(self.source.held_out), len(made)]
        field, of_real, of_fake = certainty(config.objective, raw).split(parts)
        low, high = 0.0, 1.0
        if config.objective == "wasserstein":
            low, high = float(field.min()), float(field.max()) + 1e-9
        best, q = best_verdict(self.world, made, self.places, BLUR)
        with torch.enable_grad():
            x = made[None].detach().requires_grad_()
            loss = generator_losses(config.objective, scores(config, d, right, x)).sum()
            (slope,) = torch.autograd.grad(loss, x)
        pull = -slope[0]
        size = pull.norm(dim=1, keepdim=True)
        step = LONGEST * (1 - torch.exp(-size)) * pull / size.clamp_min(1e-12)
        values = {
            "field": quantize(field.view(CELLS, CELLS).numpy(), low, high),
            "best": quantize(best.view(CELLS, CELLS).numpy(), 0, 1),
            "reach": np.array([low, high], np.float32),
            "arrows": torch.cat([made, made + step], 1)[:ARROWS].numpy(),
            "signal": float(size.mean()),
            "of_real": float(of_real.mean()),
            "of_fake": float(of_fake.mean()),
            "terms": all_terms(*raw.split(parts)[1:]).numpy(),
        }
        if config.objective in ("ns", "minimax"):
            weight = self.world.density(self.places, BLUR) + q
            values["gap"] = float(((field - best).abs() * weight).sum() / weight.sum())
        return values

    def dense(self, state: State) -> dict[str, Any]:
        """The density of a model that has one, and of the data."""
        middles = decode_middle(self.config, state["shown"][:1], self.z)[0] \
            if self.config.model == "vae" else None  # fmt: skip
        if self.config.model == "diffusion":
            middles = sample(self.config, state["shown"][:1], self.z, self.extra)[0]
        made = torch.zeros(1, 2) if middles is None else middles
        field = model_density(self.config, state["shown"], self.places, made)
        true = self.world.density(self.places)
        top = BRIGHT * float(true.max())
        return {
            "field": quantize(field.view(CELLS, CELLS).numpy(), 0, top),
            "best": quantize(true.view(CELLS, CELLS).numpy(), 0, top),
        }


def observe(config: Config, start: Start) -> Frame:
    """A frame that was computed before, with the latent that is looked at now."""
    kept = start.checkpoint
    values: dict[str, Any] = {
        name.removeprefix("value/"): value if value.ndim else value.item()
        for name, value in kept.items()
        if name.startswith("value/")
    }
    if "mark" in values:
        weights = torch.from_numpy(kept["state/shown"])[:1]
        with torch.no_grad():
            make = MODELS[config.model].make
            values["mark"] = make(config, weights, looked_at(config))[0, 0].numpy()
    return Frame(start.step, values, str(kept["note"]))
