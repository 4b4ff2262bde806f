"""Which learning rates a network bears: many small networks at once, by depth and kind of norm.

Dense networks 196 → 24 → … → 10 with 2, 5 or 8 hidden layers. The networks of one depth and kind
differ in their learning rate alone and are one batch of matrices.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from labcore.clothes import pictures
from labcore.cnn.batch_norm.config import Config, steps_of
from labcore.cnn.batch_norm.network import ACTIVATIONS, EPS, MOMENTUM
from labcore.rng import torch_generator

DEPTHS, KINDS = (2, 5, 8), ("none", "batch", "layer")
RATES = np.geomspace(0.01, 30, 10)
WIDTH, BATCH, JUDGED = 24, 48, 240
"""Units of a layer; images of a step; test images that judge."""


def stacked(config: Config, depth: int) -> list[Tensor]:
    """Weights (K, in, out) of each layer, then γ and β (K, 1, out); all K networks alike."""
    random = torch_generator(config.seed, f"sweep/{depth}")
    sizes = [196, *[WIDTH] * depth, 10]
    made = []
    for n, m in itertools.pairwise(sizes):
        drawn = torch.randn(n, m, generator=random) * config.scale * n**-0.5
        made.append(drawn.repeat(len(RATES), 1, 1))
    for m in sizes[1:]:
        made += [torch.ones(len(RATES), 1, m), torch.zeros(len(RATES), 1, m)]
    return made


def logits_of_all(
    weights: list[Tensor], x: Tensor, kind: str, activation: str, running: list[Tensor],
    training: bool,
) -> Tensor:  # fmt: skip
    """What K networks say of B images: (K, B, 10). `running`: (2, K, 1, out) by layer."""
    layers = len(weights) // 3
    h = x.expand(len(weights[0]), -1, -1)
    for i in range(layers):
        gamma, beta = weights[layers + 2 * i], weights[layers + 2 * i + 1]
        h = torch.bmm(h, weights[i])
        if i == layers - 1:
            return h + beta
        if kind != "none":
            if kind == "batch" and not training:
                mean, variance = running[i]
            else:
                over = 1 if kind == "batch" else 2
                mean = h.mean(over, keepdim=True)
                variance = ((h - mean) ** 2).mean(over, keepdim=True)
            if kind == "batch" and training:
                n = h.shape[1]
                with torch.no_grad():
                    running[i][0].lerp_(mean, MOMENTUM)
                    running[i][1].lerp_(variance * n / (n - 1), MOMENTUM)
            h = (h - mean) * torch.rsqrt(variance + EPS) * gamma
        h = ACTIVATIONS[activation](h + beta)
    return h


def accuracies(config: Config) -> Iterator[np.ndarray]:
    """Share of test images read rightly: (kinds, depths, rates), frame by frame."""
    data, random = pictures(), torch_generator(config.seed, "sweep")
    rates = torch.from_numpy(RATES).float()[:, None, None]
    x, y = data.images.flatten(1), data.labels
    cells = [(kind, depth) for kind in KINDS for depth in DEPTHS]
    nets = [stacked(config, depth) for _, depth in cells]
    kept = [
        [torch.stack([torch.zeros(len(RATES), 1, WIDTH), torch.ones(len(RATES), 1, WIDTH)])
         for _ in range(depth)]
        for _, depth in cells
    ]  # fmt: skip
    ends = np.linspace(0, config.sweep, len(steps_of(config))).round().astype(int)
    told = np.zeros(0)
    for now, (done, end) in enumerate(zip(np.r_[0, ends[:-1]], ends, strict=True)):
        for _ in range(done, end):
            chosen = torch.randint(len(y), (BATCH,), generator=random)
            target = y[chosen].repeat(len(RATES))
            for (kind, _), net, running in zip(cells, nets, kept, strict=True):
                leaves = [w.detach().requires_grad_(True) for w in net]
                said = logits_of_all(leaves, x[chosen], kind, config.activation, running, True)
                loss = F.cross_entropy(said.flatten(0, 1), target) * len(RATES)
                grads = torch.autograd.grad(loss, leaves, allow_unused=True)
                for w, g in zip(net, grads, strict=True):
                    if g is not None:
                        w.sub_(rates * g)
        if now % 2 == 0 or end == config.sweep:  # every other frame: judging costs half as much
            told = judged_all(cells, nets, kept, config.activation)
        yield told


def judged_all(
    cells: list[tuple[str, int]], nets: list[list[Tensor]], kept: list[list[Tensor]],
    activation: str,
) -> np.ndarray:  # fmt: skip
    """Share of some test images read rightly, in eval mode: (kinds, depths, rates)."""
    data = pictures()
    x, truth = data.test_images[:JUDGED].flatten(1), data.test_labels[:JUDGED]
    with torch.no_grad():
        right = [
            (logits_of_all(net, x, kind, activation, running, False).argmax(-1) == truth)
            .float().mean(-1)
            for (kind, _), net, running in zip(cells, nets, kept, strict=True)
        ]  # fmt: skip
    return torch.stack(right).view(len(KINDS), len(DEPTHS), -1).numpy()
