"""One step of one network, and the state that all models share.

A state is a dictionary of tensors: a row of weights for each network, such as `g`, and what its
optimizer remembers, such as `g.m`. `shown` is the running mean of `g` that is looked at.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from labcore.generation.gan.config import Config
from labcore.generation.gan.plan import rounds
from labcore.optimizers import adam, sgd

State = dict[str, Tensor]
MEMORY = ("m", "v", "t")
FAINTEST = 0.02
"""What is left of a fading learning rate at the last step."""


def fade(config: Config, step: int) -> float:
    """By what learning rates are multiplied at a step."""
    if config.schedule == "constant":
        return 1.0
    return max(FAINTEST, (1 + math.cos(math.pi * min(step / rounds(config), 1))) / 2)


def noise_for(config: Config, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Latents: standard normal, or uniform from −1 to 1."""
    if config.noise == "uniform" and config.model == "gan":
        return 2 * torch.rand(shape, generator=generator) - 1
    return torch.randn(shape, generator=generator)


@torch.no_grad()
def descend(config: Config, state: State, name: str, gradient: Tensor, step: int) -> None:
    """Moves the weights `name` down a gradient of the same shape, and what remembers them."""
    of_critic = name == "d" and config.model == "gan"
    rule = config.optimizer_d if of_critic else config.optimizer_g
    rate = (config.lr_d if of_critic else config.lr_g) * fade(config, step)
    if rule == "sgd":
        state[name], _ = sgd(state[name], gradient, {}, lr=rate)
        return
    kept: dict[str, Any] = {
        key: state[f"{name}.{key}"] for key in MEMORY if f"{name}.{key}" in state
    }
    if kept:
        kept["t"] = int(kept["t"])
    state[name], memory = adam(state[name], gradient, kept, lr=rate, beta1=0.5, beta2=0.99)
    state |= {f"{name}.{key}": torch.as_tensor(value) for key, value in memory.items()}


@torch.no_grad()
def average(config: Config, state: State) -> None:
    """Lets the weights that are shown follow those that are trained."""
    state["shown"] = state["shown"].lerp(state["g"], 1 - config.ema)
