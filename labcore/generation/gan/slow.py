"""One round in slow motion: what the next steps would change, and one latent's way and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from labcore.figures import quantize
from labcore.generation.gan.adversaries import (
    bend_of,
    critic_layers,
    generator_sizes,
    scores,
    teach_critic,
    teach_generator,
)
from labcore.generation.gan.config import Config
from labcore.generation.gan.descent import State
from labcore.generation.gan.models import MODELS, decode_middle, model_density, sample
from labcore.generation.gan.networks import ACTIVATIONS, layers, trail
from labcore.generation.gan.objectives import certainty, critic_loss, generator_losses
from labcore.generation.gan.plan import planar, races
from labcore.generation.gan.plane import CELLS, COUNTED, decoder_draws, latents, middles, places
from labcore.generation.gan.worlds import Source

MOVED = 40
"""Fakes whose moves are drawn."""

USUAL_MOVE, LARGEST_GAIN = 0.4, 1000.0
"""Moves are drawn so that nine of ten are shorter than this, but not magnified beyond reason."""


def next_round(
    config: Config, state: State, source: Source, generator: torch.Generator, step: int
) -> tuple[State, State]:
    """The states after the next step of D, and after the next one of G as well.

    On the very batches that the training is about to draw, whatever `train` says; the training
    itself is left as it is. Of other models both are the state after their one step.
    """
    twin = torch.Generator()
    twin.set_state(generator.get_state())
    after = dict(state)
    if config.model != "gan":
        MODELS[config.model].learn(config, after, source, twin, step + 1)
        return after, after
    real = source.batch(races(config), config.batch, twin)
    teach_critic(config, after, real, twin, step + 1)
    between = dict(after)
    real = source.batch(races(config), config.batch, twin)
    teach_generator(config, after, real, twin, step + 1)
    return between, after


@torch.no_grad()
def shading(config: Config, state: State) -> Tensor:
    """D's verdict over the plane, or the density that a model as it is trained gives: (CELLS²,)."""
    if config.model == "gan":
        at = places(CELLS)[None]
        return certainty(
            config.objective, scores(config, state["d"][:1], state["right"][:1], at)[0]
        )
    made = torch.zeros(1, 2)
    z = latents(config, COUNTED)
    if config.model == "vae":
        made = decode_middle(config, state["g"][:1], z)[0]
    if config.model == "diffusion":
        made = sample(config, state["g"][:1], z, decoder_draws(config))[0]
    return model_density(config, state["g"], middles(CELLS), made)


def in_slow_motion(
    config: Config, state: State, source: Source, generator: torch.Generator, step: int
) -> dict[str, Any]:
    """What one more round changes, as documented in `Frames`."""
    between, after = next_round(config, state, source, generator, step)
    before = shading(config, state)
    change = shading(config, between) - before
    if config.model == "gan" and config.objective == "wasserstein":
        change = change / (before.max() - before.min()).clamp_min(1e-9)
    reach = max(float(change.abs().max()), 1e-9)
    with torch.no_grad():
        z, draws = latents(config, COUNTED), decoder_draws(config)
        old, new = (sample(config, s["g"][:1], z, draws)[0] for s in (state, after))
    move = (new - old)[:MOVED]
    usual = float(move.norm(dim=1).quantile(0.9))
    gain = min(USUAL_MOVE / max(usual, 1e-9), LARGEST_GAIN)
    values: dict[str, Any] = {
        "change": quantize(change.view(CELLS, CELLS).numpy(), -reach, reach),
        "change_reach": reach,
        "moves": torch.cat([old[:MOVED], old[:MOVED] + gain * move], 1).numpy(),
        "gain": gain,
    }
    if config.model == "gan":
        turns = ((state, old), (between, old), (after, new))
        values["round"] = np.array([losses(config, source, *turn) for turn in turns], np.float32).T
    return values


@torch.no_grad()
def losses(config: Config, source: Source, state: State, made: Tensor) -> tuple[float, float]:
    """What D and G make small, on real points that no training saw and points made (n, 2)."""
    asked = torch.cat([source.held_out, made])[None]
    said = scores(config, state["d"][:1], state["right"][:1], asked)
    of_real, of_fake = said.split([len(source.held_out), len(made)], 1)
    maker = generator_losses(config.objective, of_fake).mean()
    return float(critic_loss(config.objective, of_real, of_fake)), float(maker)


def way_back(config: Config, state: State, z: Tensor) -> dict[str, Any]:
    """One latent (1, 1, latent) through G and D to G's loss, and how the slope comes back.

    `trace`: |∂L_G/∂h| at D's score, at each hidden layer of D, at x = G(z), at each of G, and at z.
    """
    g, d, right = state["g"][:1], state["d"][:1], state["right"][:1]
    bend = ACTIVATIONS[bend_of(config)]
    with torch.enable_grad():
        z = z.detach().requires_grad_()
        of_g = trail(layers(g.detach(), generator_sizes(config)), z, bend)
        x = of_g[-1] if planar(config) else torch.tanh(of_g[-1])
        through, steep = critic_layers(config, d.detach(), right)
        of_d = trail(through, x, bend)
        score = steep * of_d[-1][..., 0]
        loss = generator_losses(config.objective, score).sum()
        way = [score, *of_d[-2::-1], x, *of_g[-2::-1], z]
        slopes = torch.autograd.grad(loss, way)
    told = {
        "trace": np.array([float(slope.norm()) for slope in slopes], np.float32),
        "said": float(score.detach()),
        "owes": float(loss.detach()),
    }
    if planar(config):
        told["star"] = x.detach()[0, 0].numpy()
        told["slope"] = slopes[len(of_d)][0, 0].numpy()
    return told


def way_names(config: Config) -> list[str]:
    """What `trace` of `way_back` is about, from D's score back to z."""
    count_d, count_g = (config.depth_d, config.depth_g) if planar(config) else (2, 2)
    of_d, of_g = ([f"{n}{k}" for k in range(c, 0, -1)] for n, c in (("D", count_d), ("G", count_g)))
    return ["s", *of_d, "x", *of_g, "z"]
