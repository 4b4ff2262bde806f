"""LeNet twice: as it was, and with ReLU and the maximum in place of sigmoid and average.

All 61,706 parameters of a network are one vector, so that a step is one line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import skip_init

from labcore.cnn.lenet.config import Config
from labcore.rng import torch_generator

SHAPES = ((6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 400), (120,), (84, 120), (84,),
          (10, 84), (10,))  # fmt: skip
"""Weights and biases: two convolutions, three dense layers."""
SIZES = tuple(math.prod(shape) for shape in SHAPES)
PARAMETERS = sum(SIZES)


class Layers(NamedTuple):
    """What each layer says of n images; maps are (n, channels, height, width)."""

    conv1: Tensor
    pool1: Tensor
    conv2: Tensor
    pool2: Tensor
    dense1: Tensor
    dense2: Tensor
    logits: Tensor


def parts(flat: Tensor) -> list[Tensor]:
    """The vector of all parameters as weights and biases, in the order of `SHAPES`."""
    return [part.view(shape) for part, shape in zip(flat.split(SIZES), SHAPES, strict=True)]


def begin(config: Config, net: str) -> Tensor:
    """The first parameters; biases are 0.

    Xavier (Glorot & Bengio 2010) is uniform with variance 2 / (inputs + outputs). Fit: four times
    that for the sigmoid, whose slope is at most 1/4; He (2015), variance 2 / inputs, for ReLU.
    """
    random, made = torch_generator(config.seed, f"weights/{net}"), []
    for shape in SHAPES:
        if len(shape) == 1:
            made.append(torch.zeros(shape))
            continue
        space = math.prod(shape[2:])
        inputs, outputs = shape[1] * space, shape[0] * space
        if config.first == "fit" and net == "modern":
            made.append(torch.randn(*shape, generator=random).mul_(math.sqrt(2 / inputs)).flatten())
            continue
        reach = math.sqrt(6 / (inputs + outputs)) * (4 if config.first == "fit" else 1)
        made.append((2 * torch.rand(*shape, generator=random) - 1).mul_(reach).flatten())
    return torch.cat(made)


def activate(net: str, x: Tensor) -> Tensor:
    """ReLU, or the sigmoid of 1998."""
    return F.relu(x) if net == "modern" else torch.sigmoid(x)


def pool(net: str, x: Tensor) -> Tensor:
    """Of each 2 × 2 pixels the largest, or their mean."""
    return F.max_pool2d(x, 2) if net == "modern" else F.avg_pool2d(x, 2)


def forward(net: str, flat: Tensor, x: Tensor, speaks: Tensor | None = None) -> Layers:
    """Images (n, 1, 28, 28) through all layers. speaks: (22,), 0 for each silenced map."""
    w1, b1, *_ = parts(flat)
    conv1 = activate(net, F.conv2d(x, w1, b1, padding=2))
    if speaks is not None:
        conv1 = conv1 * speaks[:6].view(1, 6, 1, 1)
    return Layers(conv1, *from_first(net, flat, pool(net, conv1), speaks))


def from_first(
    net: str, flat: Tensor, pool1: Tensor, speaks: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    """The rest of the way, from the pooled maps of the first convolution."""
    _, _, w2, b2, *_ = parts(flat)
    if speaks is not None:
        pool1 = pool1 * speaks[:6].view(1, 6, 1, 1)
    conv2 = activate(net, F.conv2d(pool1, w2, b2))
    if speaks is not None:
        conv2 = conv2 * speaks[6:].view(1, 16, 1, 1)
    return pool1, conv2, *from_second(net, flat, conv2)


def from_second(net: str, flat: Tensor, conv2: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pooled maps, both dense layers and logits, from what the second convolution said."""
    *_, w3, b3, w4, b4, w5, b5 = parts(flat)
    pool2 = pool(net, conv2)
    dense1 = activate(net, F.linear(pool2.flatten(1), w3, b3))
    dense2 = activate(net, F.linear(dense1, w4, b4))
    return pool2, dense1, dense2, F.linear(dense2, w5, b5)


def concise(net: str, flat: Tensor) -> nn.Sequential:
    """The same network as the book writes it, of PyTorch's layers."""
    act, down = (nn.ReLU, nn.MaxPool2d) if net == "modern" else (nn.Sigmoid, nn.AvgPool2d)
    made = nn.Sequential(
        skip_init(nn.Conv2d, 1, 6, kernel_size=5, padding=2), act(), down(2),
        skip_init(nn.Conv2d, 6, 16, kernel_size=5), act(), down(2), nn.Flatten(),
        skip_init(nn.Linear, 400, 120), act(), skip_init(nn.Linear, 120, 84), act(),
        skip_init(nn.Linear, 84, 10),
    )  # fmt: skip
    given: Sequence[Tensor] = parts(flat)
    with torch.no_grad():
        for own, part in zip(made.parameters(), given, strict=True):
            own.copy_(part)
    return made
