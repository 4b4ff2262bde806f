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
from labcore.generation.gan.descent import State
from labcore.generation.gan.measures import (
    best_verdict,
    coverage,
    covered,
    discrepancy,
    grid_density,
    nearest_shares,
    nearness,
    wasserstein,
)
from labcore.generation.gan.models import KERNEL, MODELS, decode_middle, model_density, sample
from labcore.generation.gan.objectives import (
    all_terms,
    best_certainty,
    certainty,
    generator_losses,
)
from labcore.generation.gan.others import held_out_terms
from labcore.generation.gan.plan import races
from labcore.generation.gan.plane import (
    ARROWS,
    CELLS,
    COUNTED,
    MANY,
    PAIRED,
    PUSHES,
    SHOWN,
    arrow_tips,
    decoder_draws,
    latent_lines,
    latents,
    looked_at,
    middles,
    places,
)
from labcore.generation.gan.slow import way_back
from labcore.generation.gan.worlds import HALF, Source
from labcore.rng import torch_generator

BRIGHT = 0.45
"""A density as large as this share of the data's largest has the full colour."""

PUSH = 0.9 * 2 * HALF / PUSHES
"""The longest arrow across the plane: it does not reach the next one's dot."""


class Watch:
    """What stays the same from frame to frame: latents, real points, the places of the field."""

    def __init__(self, config: Config, source: Source) -> None:
        generator = torch_generator(config.seed, "real")
        self.config, self.source = config, source
        self.z, self.draws = latents(config, COUNTED), decoder_draws(config)
        self.many = latents(config, MANY, "many")
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
        self.places, self.pushed = places(CELLS), places(PUSHES)
        self.blurred = self.world.density(self.places, KERNEL)

    @torch.no_grad()
    def look(self, state: State) -> dict[str, Any]:
        """The numbers of a frame, as documented in `Frames`."""
        config, count = self.config, races(self.config)
        made = sample(config, state["shown"], self.z.expand(count, -1, -1), self.draws)
        values = {**pictured(config, state), **chosen(config, state), **self.measured(made)}
        if self.source.training is not None:
            values["copies"] = float(nearness(made[0], self.source.training).median()) / self.near
        return values | (self.judged(state) if config.model == "gan" else self.dense(state))

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

    def judged(self, state: State) -> dict[str, Any]:
        """What D says of every place, and of what it fights: real points, and G as it is."""
        config = self.config
        g, d, right = (state[name][:1] for name in ("g", "d", "right"))
        made = MODELS["gan"].make(config, g, self.z)[0]
        asked = torch.cat([self.places, self.source.held_out, made])[None]
        raw = scores(config, d, right, asked)[0]
        parts = [len(self.places), len(self.source.held_out), len(made)]
        field, of_real, of_fake = certainty(config.objective, raw).split(parts)
        low, high = 0.0, 1.0
        if config.objective == "wasserstein":
            low, high = float(field.min()), float(field.max()) + 1e-9
        many = MODELS["gan"].make(config, g, self.many)[0]
        q = grid_density(many, middles(CELLS), KERNEL)
        best = best_certainty(config.objective, best_verdict(self.blurred, q))
        slope = pull_at(config, state, torch.cat([self.pushed, made]))
        tips = arrow_tips(self.pushed, slope[: len(self.pushed)], PUSH)
        values = {
            "field": quantize(field.view(CELLS, CELLS).numpy(), low, high),
            "best": quantize(best.view(CELLS, CELLS).numpy(), 0, 1),
            "reach": np.array([low, high], np.float32),
            "push": torch.cat([self.pushed, tips], 1).numpy(),
            "signal": float(slope[len(self.pushed) :].norm(dim=1).mean()),
            "of_real": float(of_real.mean()),
            "of_fake": float(of_fake.mean()),
            "terms": all_terms(*raw.split(parts)[1:]).numpy(),
        }
        if config.objective != "wasserstein":
            weight = self.blurred + q
            values["gap"] = float(((field - best).abs() * weight).sum() / weight.sum())
        if config.ema:
            values["w2_raw"] = wasserstein(made[:PAIRED].numpy(), self.real.numpy())
        return values

    def dense(self, state: State) -> dict[str, Any]:
        """The density of a model that has one, and of the data; its loss, term by term."""
        config, shown = self.config, state["shown"][:1]
        made = torch.zeros(1, 2)
        if config.model == "vae":
            made = decode_middle(config, shown, self.z)[0]
        if config.model == "diffusion":
            made = sample(config, shown, self.z, self.draws)[0]
        field = model_density(config, shown, middles(CELLS), made)
        true = self.world.density(self.places)
        top = BRIGHT * float(true.max())
        return {
            "field": quantize(field.view(CELLS, CELLS).numpy(), 0, top),
            "best": quantize(true.view(CELLS, CELLS).numpy(), 0, top),
            "parts": held_out_terms(config, state, self.source.held_out),
        }


def seen_weights(config: Config, state: State) -> Tensor:
    """G as the pictures show it, in the first race: its running mean, or as it is."""
    return state["g" if config.show == "raw" else "shown"][:1]


def pull_at(config: Config, state: State, x: Tensor) -> Tensor:
    """∂L_G/∂x at places (n, 2), by D as it is: where a fake there would climb down."""
    with torch.enable_grad():
        x = x[None].detach().requires_grad_()
        said = scores(config, state["d"][:1], state["right"][:1], x)
        (slope,) = torch.autograd.grad(generator_losses(config.objective, said).sum(), x)
    return slope[0]


@torch.no_grad()
def pictured(config: Config, state: State) -> dict[str, Any]:
    """Points made, the pull on them, and where the latent grid goes."""
    weights, lines = seen_weights(config, state), latent_lines(config)
    made = sample(config, weights, latents(config, COUNTED), decoder_draws(config))[0][:SHOWN]
    grid = MODELS[config.model].make(config, weights, torch.from_numpy(np.nan_to_num(lines))[None])
    warp = grid[0].numpy()
    warp[np.isnan(lines[:, 0])] = np.nan
    values = {"fakes": made.numpy(), "warp": warp}
    if config.model == "gan":
        first = made[:ARROWS]
        tips = arrow_tips(first, pull_at(config, state, first))
        values["arrows"] = torch.cat([first, tips], 1).numpy()
    return values


@torch.no_grad()
def chosen(config: Config, state: State) -> dict[str, Any]:
    """What becomes of the latent the learner has chosen."""
    z, make = looked_at(config), MODELS[config.model].make
    mark = make(config, seen_weights(config, state), z)[0, 0].numpy()
    if config.model == "gan":
        return {"mark": mark, **way_back(config, state, z)}
    return {"mark": mark, "star": make(config, state["g"][:1], z)[0, 0].numpy()}


def restored(start: Start) -> tuple[dict[str, Any], State]:
    """The values of a frame, and the weights that pictures are made from, out of its checkpoint."""
    values: dict[str, Any] = {}
    state: State = {}
    for name, row in start.checkpoint.items():
        if name.startswith("value/"):
            values[name.removeprefix("value/")] = row if row.ndim else row.item()
        elif name in ("state/g", "state/shown", "state/d", "state/right"):
            state[name.removeprefix("state/")] = torch.from_numpy(row)
    return values, state


def observe(config: Config, start: Start) -> Frame:
    """A frame that was computed before, with the latent and the G that are looked at now."""
    values, state = restored(start)
    if "mark" in values:
        values |= pictured(config, state) | chosen(config, state)
    return Frame(start.step, values, str(start.checkpoint["note"]))
