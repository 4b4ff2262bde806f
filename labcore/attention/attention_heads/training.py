"""The lesson: a Transformer learns a task from nothing, and is looked at on the way."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from labcore import Frame, Start
from labcore.attention.attention_heads.config import LAYERS, Config, shape_of
from labcore.attention.attention_heads.judging import Test, heads_on, right
from labcore.attention.attention_heads.observe import observe
from labcore.attention.attention_heads.sentences import run_sentences
from labcore.attention.attention_heads.sources import source_of, test_set
from labcore.attention.attention_heads.tasks import PAD
from labcore.attention.attention_heads.transformer import (
    Shape,
    Weights,
    classify,
    first_weights,
    translate,
    views,
)
from labcore.rng import torch_generator

LOOKS = 48
"""About so many frames after the first."""
BETAS, EPSILON = (0.9, 0.98), 1e-9
PROBED = 16
"""Held-out inputs for each head that is cut."""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Adam on batches drawn anew, and a frame every so many steps.

    Raises:
        ValueError: a sentence, if the run to go on from trained a model of another size.
    """
    if config.task == "sentence":
        yield from run_sentences(config, start)
        return
    shape = shape_of(config)
    theta, m, v, data, first = begin(config, shape, start)
    held_out = test_set(config)
    w = {name: part.requires_grad_() for name, part in views(shape, theta).items()}
    every = between(config)
    if first == 0:
        yield seen(config, 0, shape, held_out, theta, m, v, data)
    for step in range(first + 1, config.steps + 1):
        loss = loss_of(shape, w, data.draw(config.batch))
        g = torch.cat([part.flatten() for part in torch.autograd.grad(loss, list(w.values()))])
        with torch.no_grad():
            m.lerp_(g, 1 - BETAS[0])
            v.lerp_(g * g, 1 - BETAS[1])
            m_hat, v_hat = m / (1 - BETAS[0] ** step), v / (1 - BETAS[1] ** step)
            theta -= rate(config, step) * m_hat / (v_hat.sqrt() + EPSILON)
        if step % every == 0 or step == config.steps:
            yield seen(config, step, shape, held_out, theta, m, v, data)


def length(config: Config) -> int:
    """How many frames a run gives."""
    if config.task == "sentence":
        return LAYERS + 1
    return -(-config.steps // between(config)) + 1


def between(config: Config) -> int:
    """Steps from frame to frame."""
    return max(1, config.steps // LOOKS)


def rate(config: Config, step: int) -> float:
    """The learning rate: up a straight line, down a cosine."""
    rise = min(1.0, step / config.warmup) if config.warmup else 1.0
    return config.lr * rise * 0.5 * (1 + math.cos(math.pi * (step - 1) / config.steps))


def loss_of(shape: Shape, w: Weights, batch: Any) -> Tensor:
    """Mean cross-entropy of the right tokens; filling does not count."""
    if shape.patch:
        images, digits = batch
        return cross_entropy(classify(shape, w, images), digits)
    logits = translate(shape, w, batch.source, batch.given)
    return cross_entropy(logits.flatten(0, 1), batch.target.flatten(), ignore_index=PAD)


def seen(
    config: Config,
    step: int,
    shape: Shape,
    held_out: Test,
    theta: Tensor,
    m: Tensor,
    v: Tensor,
    data: Any,
) -> Frame:
    """A frame with all that is needed to look again, and to go on."""
    w = views(shape, theta.detach())
    correct, loss = right(shape, w, held_out)
    means, cut = heads_on(shape, w, held_out.first(PROBED))
    checkpoint = {
        "theta": theta.detach().numpy().copy(),
        "m": m.numpy().copy(),
        "v": v.numpy().copy(),
        "random": data.random.get_state().numpy(),
        "loss": np.asarray(loss, np.float32),
        "accuracy": correct.float().mean().numpy(),
        "means": means.numpy(),
        "cut": cut.numpy(),
    }
    frame = observe(config, Start(step, checkpoint))
    return Frame(frame.step, frame.values, frame.note, checkpoint)


def begin(
    config: Config, shape: Shape, start: Start | None
) -> tuple[Tensor, Tensor, Tensor, Any, int]:
    """Weights, both memories of Adam, the data, and the step they stand at."""
    data = source_of(config)
    if start is None:
        theta = first_weights(shape, torch_generator(config.seed, "weights"))
        return theta, torch.zeros_like(theta), torch.zeros_like(theta), data, 0
    kept = start.checkpoint
    if "theta" not in kept:
        raise ValueError("that run read a model that was trained before; train from the start")
    if kept["theta"].size != shape.size:
        raise ValueError(
            f"that model has {kept['theta'].size} weights and this one {shape.size}; "
            "train it from the start"
        )
    theta, m, v = (torch.from_numpy(kept[name].copy()) for name in ("theta", "m", "v"))
    data.random.set_state(torch.from_numpy(kept["random"].copy()))
    return theta, m, v, data, start.step
