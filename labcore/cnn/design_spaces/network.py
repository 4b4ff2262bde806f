"""A network of stages of X blocks: its tensors, its cost, and one pass through it.

An X block is that of ResNeXt: 1 × 1, grouped 3 × 3, 1 × 1, each with batch norm, and a skip.
Scaled down: 14 × 14 pixels, a stem of 8 channels at stride 2, and stages at 7 × 7, 4 × 4, 2 × 2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

SIDE, STEM, CLASSES = 14, 8, 10
"""Pixels along a side, channels of the stem, classes."""


class Net(NamedTuple):
    """A network by stage: blocks, channels, bottleneck ratio, channels of a group; (3,) each."""

    depths: tuple[int, ...]
    widths: tuple[int, ...]
    ratios: tuple[int, ...]
    groups: tuple[int, ...]


class Conv(NamedTuple):
    """A convolution with batch norm: channels in and out, kernel, stride, groups, side of output.

    relu: whether one follows at once.  part: stem, body or skip.
    """

    inputs: int
    outputs: int
    kernel: int
    stride: int
    groups: int
    side: int
    relu: bool
    part: str


def fitted(width: int, ratio: int, group: int) -> tuple[int, int]:
    """Channels inside a bottleneck and how many groups: a group is never wider than the inside.

    The inside is rounded to whole groups, as in pycls and torchvision.
    """
    inside = max(1, width // ratio)
    group = min(group, inside)
    inside = max(group, round(inside / group) * group)
    return inside, inside // group


def convolutions(net: Net) -> Iterator[Conv]:
    """All convolutions in order; the skip of a block comes after its body, where it has one."""
    side = math.ceil(SIDE / 2)
    yield Conv(1, STEM, 3, 2, 1, side, True, "stem")
    inputs = STEM
    for stage, (depth, width, ratio, group) in enumerate(zip(*net, strict=True)):
        for block in range(depth):
            stride = 2 if stage and not block else 1
            inside, groups = fitted(width, ratio, group)
            smaller = math.ceil(side / stride)
            yield Conv(inputs, inside, 1, 1, 1, side, True, "body")
            yield Conv(inside, inside, 3, stride, groups, smaller, True, "body")
            yield Conv(inside, width, 1, 1, 1, smaller, False, "body")
            if inputs != width or stride > 1:
                yield Conv(inputs, width, 1, stride, 1, smaller, False, "skip")
            inputs, side = width, smaller


def parameters(net: Net) -> int:
    """Weights, scales and shifts, and those of the last layer."""
    body = sum(c.outputs * (c.inputs // c.groups * c.kernel**2 + 2) for c in convolutions(net))
    return body + CLASSES * (net.widths[-1] + 1)


def cost(net: Net) -> int:
    """Multiply–adds for one image; batch norm and sums are left out, as usual."""
    work = sum(c.outputs * c.inputs // c.groups * c.kernel**2 * c.side**2
               for c in convolutions(net))  # fmt: skip
    return work + CLASSES * net.widths[-1]


def first_weights(net: Net, random: torch.Generator) -> tuple[list[Tensor], list[Tensor]]:
    """Tensors to learn (kernel, scale, shift of each convolution; then the last layer's), as He
    et al. (2015) draw them, and the running means and variances."""
    learned, running = [], []
    for c in convolutions(net):
        fan = c.kernel**2 * c.outputs // c.groups
        kernel = torch.randn(c.outputs, c.inputs // c.groups, c.kernel, c.kernel, generator=random)
        kernel = (kernel * (2 / fan) ** 0.5).to(memory_format=torch.channels_last)
        learned += [kernel, torch.ones(c.outputs), torch.zeros(c.outputs)]
        running += [torch.zeros(c.outputs), torch.ones(c.outputs)]
    last = torch.randn(CLASSES, net.widths[-1], generator=random) * 0.01
    return [*learned, last, torch.zeros(CLASSES)], running


def logits(
    layers: Sequence[Conv], learned: list[Tensor], running: list[Tensor], x: Tensor,
    train: bool, keep: float = 0.9,
) -> Tensor:  # fmt: skip
    """What a network says of images (b, 1, 14, 14): (b, 10).

    In training, running statistics keep this share of what they were.
    """

    def through(i: int, x: Tensor) -> Tensor:
        c, (kernel, scale, shift) = layers[i], learned[3 * i : 3 * i + 3]
        x = F.conv2d(x, kernel, None, c.stride, c.kernel // 2, 1, c.groups)
        x = F.batch_norm(x, *running[2 * i : 2 * i + 2], scale, shift, train, 1 - keep, 1e-5)
        return F.relu_(x) if c.relu else x

    x, i = through(0, x), 1
    while i < len(layers):
        skip = i + 3 < len(layers) and layers[i + 3].part == "skip"
        side = through(i + 3, x) if skip else x
        x = F.relu_(through(i + 2, through(i + 1, through(i, x))) + side)
        i += 4 if skip else 3
    return F.linear(x.mean((2, 3)), learned[-2], learned[-1])
