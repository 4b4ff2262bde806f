"""The lesson: two networks, each trained against the other."""

from __future__ import annotations

import torch
from torch import Tensor

from labcore.generation.gan.config import Config
from labcore.generation.gan.descent import State, average, descend, noise_for
from labcore.generation.gan.networks import (
    ACTIVATIONS,
    Sizes,
    forward,
    fresh_weights,
    layers,
    network,
    power_iteration,
    spectral_layers,
)
from labcore.generation.gan.objectives import (
    LAZY,
    constant,
    critic_loss,
    generator_losses,
    gradient_penalty,
    r1_penalty,
    slope_at,
)
from labcore.generation.gan.plan import latent_size, planar, races
from labcore.generation.gan.worlds import Source
from labcore.rng import torch_generator

AHEAD = 0.1
"""Rate of the plain gradient steps of D that an unrolled G looks through."""


def generator_sizes(config: Config) -> Sizes:
    """Neurons of each layer of G; for the digits those of the article this lab follows."""
    if not planar(config):
        return (latent_size(config), 256, 512, 784)
    return (latent_size(config), *(config.width_g,) * config.depth_g, 2)


def critic_sizes(config: Config) -> Sizes:
    """Neurons of each layer of D."""
    return (2, *(config.width_d,) * config.depth_d, 1) if planar(config) else (784, 512, 256, 1)


def bend_of(config: Config) -> str:
    """The activation between layers."""
    return config.activation if planar(config) else "leaky"


def generate(config: Config, weights: Tensor, z: Tensor) -> Tensor:
    """G: latents (races, n, latent) → points (races, n, 2), or images (races, n, 784) in ±1."""
    made = network(weights, generator_sizes(config), z, bend_of(config))
    return made if planar(config) else torch.tanh(made)


def critic_layers(
    config: Config, weights: Tensor, right: Tensor | None
) -> tuple[list[tuple[Tensor, Tensor]], float]:
    """D's layers, and by what its last one is multiplied: 1 but with the spectral norm."""
    sizes = critic_sizes(config)
    if config.restraint == "spectral" and right is not None:
        return spectral_layers(weights, sizes, right), constant("spectral", config.strength)
    return layers(weights, sizes), 1.0


def scores(config: Config, weights: Tensor, right: Tensor | None, x: Tensor) -> Tensor:
    """D's score of each point, before any sigmoid: (races, n, d) → (races, n)."""
    through, steep = critic_layers(config, weights, right)
    return steep * forward(through, x, ACTIVATIONS[bend_of(config)])[..., 0]


def begin_gan(config: Config) -> State:
    """Fresh weights."""
    generator = torch_generator(config.seed, "weights")
    g = fresh_weights(generator_sizes(config), races(config), generator)
    d = fresh_weights(critic_sizes(config), races(config), generator)
    right = torch.randn(races(config), sum(critic_sizes(config)[1:]), generator=generator)
    return {"g": g, "shown": g, "d": d, "right": right}


def teach_critic(
    config: Config, state: State, real: Tensor, generator: torch.Generator, step: int
) -> Tensor:
    """One step of D on a batch (races, n, d); its loss before, (races,)."""
    z = noise_for(config, (*real.shape[:2], latent_size(config)), generator)
    with torch.no_grad():
        fake = generate(config, state["g"], z)
    weights = state["d"].detach().requires_grad_()
    if config.restraint == "spectral":
        state["right"] = power_iteration(weights, critic_sizes(config), state["right"])
    pull = config.restraint == "r1" and step % LAZY == 0
    real = real.requires_grad_(pull)
    said = scores(config, weights, state["right"], torch.cat([real, fake], 1))
    of_real, of_fake = said[:, : real.shape[1]], said[:, real.shape[1] :]
    loss = total = critic_loss(config.objective, of_real, of_fake)
    firm = constant(config.restraint, config.strength)
    if pull:
        total = loss + LAZY * firm * r1_penalty(slope_at(of_real, real))
    if config.restraint == "gp":
        share = torch.rand(*real.shape[:2], 1, generator=generator)
        between = (share * real + (1 - share) * fake).requires_grad_()
        slope = slope_at(scores(config, weights, state["right"], between), between)
        total = loss + firm * gradient_penalty(slope)
    (gradient,) = torch.autograd.grad(total.sum(), weights)
    descend(config, state, "d", gradient, step)
    if config.restraint == "clip":
        state["d"] = state["d"].clamp(-firm, firm)
    return loss.detach()


def teach_generator(
    config: Config, state: State, real: Tensor, generator: torch.Generator, step: int
) -> Tensor:
    """One step of G against D as it is, or as it will be a few steps ahead; its loss, (races,)."""
    z = noise_for(config, (*real.shape[:2], latent_size(config)), generator)
    weights = state["g"].detach().requires_grad_()
    fake = generate(config, weights, z)
    judge = state["d"]
    if config.unroll and planar(config):
        judge = unrolled(config, state, real, fake)
    loss = generator_losses(config.objective, scores(config, judge, state["right"], fake)).mean(1)
    (gradient,) = torch.autograd.grad(loss.sum(), weights)
    descend(config, state, "g", gradient, step)
    average(config, state)
    return loss.detach()


def unrolled(config: Config, state: State, real: Tensor, fake: Tensor) -> Tensor:
    """D some plain gradient steps ahead, still a function of G's fakes (Metz et al., 2017)."""
    judge, real = state["d"].detach().requires_grad_(), real.detach()
    for _ in range(config.unroll):
        loss = critic_loss(
            config.objective,
            scores(config, judge, state["right"], real),
            scores(config, judge, state["right"], fake),
        )
        (gradient,) = torch.autograd.grad(loss.sum(), judge, create_graph=True)
        judge = judge - AHEAD * gradient
    return judge


def play(
    config: Config, state: State, source: Source, generator: torch.Generator, step: int
) -> tuple[Tensor, Tensor]:
    """One round: D's steps, then G's. The last loss of each, (races,); not-a-number if it rests."""
    none = torch.full((races(config),), torch.nan)
    critic, maker = none, none
    if config.train != "g":
        for _ in range(config.k_d):
            real = source.batch(races(config), config.batch, generator)
            critic = teach_critic(config, state, real, generator, step)
    if config.train != "d" and step > config.head_start:
        for _ in range(config.k_g):
            real = source.batch(races(config), config.batch, generator)
            maker = teach_generator(config, state, real, generator, step)
    return critic, maker
