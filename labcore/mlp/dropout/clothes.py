"""Two networks on a few hundred images: alike in all but dropout, trained side by side.

Data: Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT), halved to 14 × 14 pixels; 2,000 test
images. Network: 196 → H → H → 10, ReLU, dropout after both hidden layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from labcore.clothes import Images, pictures
from labcore.mlp.dropout.config import Config
from labcore.rng import torch_generator

PIXELS, CLASSES, BATCH = 196, 10, 50
FRAMES, STEPS = 50, 400
"""Frames after the first, and steps of training in all."""


def sample(config: Config) -> Images:
    """A few training images, some with a wrong label, and all test images."""
    data, random = pictures().rows(), torch_generator(config.seed, "sample")
    chosen = torch.randperm(len(data.images), generator=random)[: config.images]
    labels = data.labels[chosen]
    wrong = torch.rand(config.images, generator=random) < config.noise / 100
    drawn = torch.randint(CLASSES, labels.shape, generator=random)
    return data._replace(images=data.images[chosen], labels=torch.where(wrong, drawn, labels))


def first_weights(config: Config) -> list[Tensor]:
    """Weights as He et al. (2015) draw them, biases 0: (2, in, out), (2, 1, out), both alike."""
    random, weights = torch_generator(config.seed, "weights"), []
    H = config.width
    for n, m in ((PIXELS, H), (H, H), (H, CLASSES)):
        drawn = torch.randn(n, m, generator=random) * (2 / n) ** 0.5
        weights += [drawn.repeat(2, 1, 1), torch.zeros(2, 1, m)]
    return weights


def dropout(h: Tensor, kept: Tensor, p: float) -> Tensor:
    """Set to 0 what is not kept, and divide the rest by 1 − p, so that the mean stays."""
    return h * kept / (1 - p)


def masks(config: Config, n: int, random: torch.Generator) -> list[Tensor]:
    """For both layers, who is kept: (2, n, H). The first network drops, the second keeps all."""
    drawn = torch.rand(2, n, config.width, generator=random) >= config.p
    return [torch.stack([part, torch.ones_like(part)]) for part in drawn]


def logits(weights: list[Tensor], x: Tensor, kept: list[Tensor] | None, p: float) -> Tensor:
    """What both networks say of N images: (2, N, 10). Without masks: as in a test."""
    w1, b1, w2, b2, w3, b3 = weights
    rates = torch.tensor([p, 0.0])[:, None, None]
    h = torch.relu(torch.matmul(x, w1) + b1)
    if kept:
        h = h * kept[0] / (1 - rates)
    h = torch.relu(torch.baddbmm(b2, h, w2))
    if kept:
        h = h * kept[1] / (1 - rates)
    return torch.baddbmm(b3, h, w3)


def losses(scores: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy of either network: (2,)."""
    chosen = scores.gather(-1, labels.expand(2, -1)[..., None])[..., 0]
    return (scores.logsumexp(-1) - chosen).mean(-1)


class Moment(NamedTuple):
    """After some steps: weights, and the masks of the last step’s first image, (2, H)."""

    step: int
    weights: list[Tensor]
    kept: Tensor


def train(config: Config, data: Images) -> Iterator[Moment]:
    """Plain SGD: the same first weights, the same batches, dropout in the first network only."""
    weights = first_weights(config)
    batches = torch_generator(config.seed, "batches")
    random = torch_generator(config.seed, "masks")
    order, at = torch.empty(0, dtype=torch.long), 0
    kept = torch.ones(2, config.width, dtype=torch.bool)
    for step in range(STEPS + 1):
        if step % (STEPS // FRAMES) == 0:
            yield Moment(step, weights, kept)
        if at + BATCH > len(order):
            order, at = torch.randperm(config.images, generator=batches), 0
        chosen, at = order[at : at + BATCH], at + BATCH
        drawn = masks(config, BATCH, random)
        kept = torch.stack([part[0, 0] for part in drawn])
        weights = [w.detach().requires_grad_(True) for w in weights]
        loss = losses(logits(weights, data.images[chosen], drawn, config.p), data.labels[chosen])
        grads = torch.autograd.grad(loss.sum(), weights)
        with torch.no_grad():
            weights = [w - config.lr * g for w, g in zip(weights, grads, strict=True)]


def scores(weights: list[Tensor], data: Images) -> Tensor:
    """Share read rightly and loss, in training and on test images, no mask: (4, 2)."""
    rows = []
    with torch.no_grad():
        for x, y in ((data.images, data.labels), (data.test_images, data.test_labels)):
            said = logits(weights, x, None, 0.0)
            rows += [(said.argmax(-1) == y).float().mean(-1), losses(said, y)]
    return torch.stack(rows)
