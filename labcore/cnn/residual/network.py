"""A plain and a residual network side by side, in one pass of grouped convolutions.

Data: Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT), halved to 14 × 14 pixels. Network: a
convolution of stride 2 to 8 channels of 7 × 7, blocks of two 3 × 3 convolutions (He et al., 2016),
a mean over places, a dense layer. Channels 0 … 7 are the plain network’s, 8 … 15 the residual’s;
no weight connects them.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from labcore.rng import torch_generator

WIDTH, CLASSES = 8, 10
ADDS = torch.tensor([0.0] * WIDTH + [1.0] * WIDTH)[:, None, None]
"""Whose input is added to a block’s output: the residual network’s."""


class Pair(NamedTuple):
    """A plain and a residual network of one depth.

    kernels: the first convolution (16, 1, 3, 3), then two of each block, (16, 8, 3, 3).
    gammas, betas: after each convolution, (16,).
    head:    weights (2, 8, 10) and biases (2, 1, 10).
    running: mean and variance kept after each convolution, (2, 16).
    """

    kernels: list[Tensor]
    gammas: list[Tensor]
    betas: list[Tensor]
    head: list[Tensor]
    running: list[Tensor]
    norm: bool

    @property
    def blocks(self) -> int:
        return len(self.kernels) // 2

    def learned(self) -> list[Tensor]:
        return [*self.kernels, *self.gammas, *self.betas, *self.head]


def begin(depth: int, seed: int, norm: bool, zero: bool) -> Pair:
    """He’s weights, the same in both networks; with `zero` each residual branch starts at 0."""
    random, kernels = torch_generator(seed, f"weights/{depth}"), []
    for i in range(depth - 1):
        inputs = WIDTH if i else 1
        drawn = torch.randn(WIDTH, inputs, 3, 3, generator=random) * (2 / (9 * inputs)) ** 0.5
        kernels.append(drawn.repeat(2, 1, 1, 1))
    gammas = [torch.ones(2 * WIDTH) for _ in kernels]
    if zero:
        for last in (gammas if norm else kernels)[2::2]:
            last[WIDTH:] = 0
    drawn = torch.randn(WIDTH, CLASSES, generator=random) * WIDTH**-0.5
    head = [drawn.repeat(2, 1, 1), torch.zeros(2, 1, CLASSES)]
    running = [torch.stack([torch.zeros(2 * WIDTH), torch.ones(2 * WIDTH)]) for _ in kernels]
    betas = [torch.zeros(2 * WIDTH) for _ in kernels]
    return Pair(kernels, gammas, betas, head, running, norm)


def layer(pair: Pair, i: int, x: Tensor, mode: str) -> Tensor:
    """Convolution i of both networks, and its norm.

    mode: “train” (the batch’s statistics, which are also kept), “batch” (not kept), or “eval”.
    """
    x = F.conv2d(x, pair.kernels[i], stride=1 if i else 2, padding=1, groups=2)
    if not pair.norm:
        return x + pair.betas[i][:, None, None]
    mean, variance = (None, None) if mode == "batch" else pair.running[i]
    return F.batch_norm(x, mean, variance, pair.gammas[i], pair.betas[i], mode != "eval")


def block(pair: Pair, i: int, x: Tensor, mode: str, scale: float | None = 1.0) -> Tensor:
    """relu(f(x) + x), or relu(f(x)) in the plain network, f being two convolutions.

    scale: by what the residual branch f is multiplied; None leaves the whole block out, in both.
    """
    if scale is None:
        return x
    out = layer(pair, 2 * i + 2, torch.relu(layer(pair, 2 * i + 1, x, mode)), mode)
    if scale != 1.0:
        out = out * (1 - ADDS + ADDS * scale)
    return torch.relu(torch.addcmul(out, ADDS, x))


def forward(
    pair: Pair, images: Tensor, mode: str, scales: list[float | None] | None = None,
    seen: list[Tensor] | None = None,
) -> Tensor:  # fmt: skip
    """Logits of both networks, (2, N, 10). `seen` takes what enters each block, and what leaves."""
    x = images.expand(-1, 2, -1, -1).contiguous(memory_format=torch.channels_last)
    x = torch.relu(layer(pair, 0, x, mode))
    for i in range(pair.blocks):
        if seen is not None:
            seen.append(x)
        x = block(pair, i, x, mode, scales[i] if scales else 1.0)
    if seen is not None:
        seen.append(x)
    pooled = x.mean((2, 3)).view(-1, 2, WIDTH).transpose(0, 1)
    return torch.baddbmm(pair.head[1], pooled, pair.head[0])


def losses(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy of either network: (2,)."""
    chosen = logits.gather(-1, labels.expand(2, -1)[..., None])[..., 0]
    return (logits.logsumexp(-1) - chosen).mean(-1)


def gradients(
    pair: Pair, x: Tensor, y: Tensor, mode: str, scales: list[float | None] | None = None
) -> tuple[Tensor, list[Tensor]]:
    """Losses (2,) and the gradient of each network’s own loss in its own weights."""
    learned = [w.detach().requires_grad_(True) for w in pair.learned()]
    loss = losses(forward(given(pair, learned), x, mode, scales), y)
    grads = torch.autograd.grad(loss.sum(), learned, allow_unused=True)
    return loss.detach(), [
        torch.zeros_like(w) if g is None else g for w, g in zip(learned, grads, strict=True)
    ]


def given(pair: Pair, learned: list[Tensor]) -> Pair:
    """The same network with other weights."""
    n = len(pair.kernels)
    return pair._replace(
        kernels=learned[:n], gammas=learned[n : 2 * n], betas=learned[2 * n : 3 * n],
        head=learned[3 * n :],
    )  # fmt: skip


def survival(blocks: int, drop: float) -> list[float]:
    """How likely each residual block is to take part in a step (Huang et al., 2016)."""
    return [1 - drop * (i + 1) / blocks for i in range(blocks)]


def coins(blocks: int, drop: float, random: torch.Generator) -> list[float | None] | None:
    """For one step: 1 where a residual branch takes part, 0 where only its input goes on."""
    if not drop:
        return None
    chances = torch.tensor(survival(blocks, drop))
    return (torch.rand(blocks, generator=random) < chances).float().tolist()
