"""A small LeNet with batch norm written out, or with none, or with layer or group norm.

Data: Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT), halved to 14 × 14 pixels.
Network: conv 5 × 5 to 6 channels, average pooling, conv 3 × 3 to 16, pooling, dense 48, 32, 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from labcore.cnn.batch_norm.config import LAYERS, WIDTHS, Config
from labcore.rng import torch_generator

EPS, MOMENTUM = 1e-5, 0.1
SHAPES = ((6, 1, 5, 5), (16, 6, 3, 3), (48, 144), (32, 48), (10, 32))
ACTIVATIONS = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}


def batch_norm(
    x: Tensor, gamma: Tensor, beta: Tensor, running: Tensor, training: bool,
    momentum: float = MOMENTUM,
) -> Tensor:  # fmt: skip
    """Normalise each channel of x, (B, C) or (B, C, H, W), then scale by γ and shift by β.

    In training by the mean and variance of this batch, over images and places; both are also
    averaged into `running`, (2, C), in place. In a test by `running`. The batch is divided by its
    own variance (1/n); what is averaged is the estimate for all data (1/(n − 1)).
    """
    over = [0] if x.ndim == 2 else [0, 2, 3]
    shape = [1, -1] + [1] * (x.ndim - 2)
    if training:
        mean = x.mean(over)
        variance = ((x - mean.view(shape)) ** 2).mean(over)
        n = x.numel() // x.shape[1]
        with torch.no_grad():
            running[0].lerp_(mean, momentum)
            if n > 1:  # one value alone has no variance to learn from
                running[1].lerp_(variance * n / (n - 1), momentum)
    else:
        mean, variance = running
    normal = (x - mean.view(shape)) / torch.sqrt(variance.view(shape) + EPS)
    return gamma.view(shape) * normal + beta.view(shape)


def group_norm(x: Tensor, gamma: Tensor, beta: Tensor, groups: int) -> Tensor:
    """Normalise each image by itself, over groups of its channels. One group: layer norm."""
    parts = x.reshape(len(x), groups, -1)
    away = parts - parts.mean(2, keepdim=True)
    normal = (away / torch.sqrt((away**2).mean(2, keepdim=True) + EPS)).reshape(x.shape)
    shape = [1, -1] + [1] * (x.ndim - 2)
    return gamma.view(shape) * normal + beta.view(shape)


class Net(NamedTuple):
    """A network: what it learns, and the statistics it keeps.

    weights: five arrays (SHAPES), then γ and β of each hidden layer, then the last bias.
    running: mean and variance by hidden layer, (2, C) each.
    """

    kind: str
    activation: str
    weights: list[Tensor]
    running: list[Tensor]


def begin(config: Config, kind: str) -> Net:
    """Normal weights of deviation scale/√inputs, γ = 1, β = 0, mean 0, variance 1."""
    random, weights = torch_generator(config.seed, "weights"), []
    for shape in SHAPES:
        drawn = torch.randn(shape, generator=random)
        weights.append(drawn * config.scale * drawn[0].numel() ** -0.5)
    for width in WIDTHS:
        weights += [torch.ones(width), torch.zeros(width)]
    weights.append(torch.zeros(10))
    running = [torch.stack([torch.zeros(w), torch.ones(w)]) for w in WIDTHS]
    return Net(kind, config.activation, weights, running)


def forward(net: Net, x: Tensor, training: bool, seen: list[Tensor] | None = None) -> Tensor:
    """Logits (B, 10). `seen` takes, by layer, what is normalised and what comes of it."""
    act, w = ACTIVATIONS[net.activation], net.weights
    for layer in range(len(LAYERS)):
        if layer == 2:
            x = x.flatten(1)
        raw = F.conv2d(x, w[layer], padding="same") if layer < 2 else x @ w[layer].T
        gamma, beta = w[5 + 2 * layer], w[6 + 2 * layer]
        if net.kind == "batch":
            out = batch_norm(raw, gamma, beta, net.running[layer], training)
        elif net.kind == "none":
            out = raw + beta.view([1, -1] + [1] * (raw.ndim - 2))
        else:
            out = group_norm(raw, gamma, beta, 1 if net.kind == "layer" else 2)
        if seen is not None:
            seen += [raw, out]
        x = act(out)
        if layer < 2:
            x = F.avg_pool2d(x, 2)
    return x @ w[4].T + w[-1]


def gradients(net: Net, x: Tensor, y: Tensor) -> tuple[Tensor, list[Tensor]]:
    """The loss of a batch in train mode and its gradient in all weights (zero for an unused γ)."""
    leaves = [w.detach().requires_grad_(True) for w in net.weights]
    loss = F.cross_entropy(forward(net._replace(weights=leaves), x, True), y)
    grads = torch.autograd.grad(loss, leaves, allow_unused=True)
    return loss.detach(), [
        torch.zeros_like(w) if g is None else g for w, g in zip(leaves, grads, strict=True)
    ]


def learn(net: Net, x: Tensor, y: Tensor, lr: float) -> None:
    """One step of SGD, in place."""
    _, grads = gradients(net, x, y)
    for w, g in zip(net.weights, grads, strict=True):
        w.sub_(g, alpha=lr)


def flat(parts: Sequence[Tensor]) -> Tensor:
    """All numbers of a network in one row."""
    return torch.cat([part.flatten() for part in parts])


def rebuilt(config: Config, weights: Tensor, running: Tensor) -> Net:
    """The network with batch norm from its rows of numbers."""
    like = begin(config, "batch")
    made = []
    for row, parts in ((weights, like.weights), (running, like.running)):
        pieces = row.split([part.numel() for part in parts])
        made.append([piece.view_as(part) for piece, part in zip(pieces, parts, strict=True)])
    return Net("batch", config.activation, *made)
