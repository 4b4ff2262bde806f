"""The seven ideas at a size that trains in seconds, and a network of PyTorch's made of layers.

Each keeps what its family is known for. All have batch norm after each convolution (DenseNet
before), so that one learning rate suits all; the originals of 2012 to 2014 had none.
"""

from __future__ import annotations

import functools

import torch
from torch import Tensor, nn
from torch.nn.utils import skip_init

from labcore.cnn.cnn_zoo.layers import Layer, Net, count
from labcore.cnn.cnn_zoo.nets import average_end, dense_end, dense_layer, inception, residual
from labcore.rng import torch_generator

RACERS = {"alexnet": "AlexNet", "vgg": "VGG", "nin": "NiN", "googlenet": "GoogLeNet",
          "resnet": "ResNet", "resnext": "ResNeXt", "densenet": "DenseNet"}  # fmt: skip
CLASSES = 10
PLAIN: dict = {"bias": False, "norm": "after"}


def small_alexnet(w: int) -> Net:
    """A large first kernel with a stride, then smaller ones; dense layers at the end."""
    net = Net()
    net.block("conv 1")
    net.conv(2 * w, 5, 2, **PLAIN)
    net.block("conv 2")
    net.conv(4 * w, 3, **PLAIN)
    net.pool(3, 2, 1)
    net.block("conv 3")
    net.conv(4 * w, 3, **PLAIN)
    net.block("conv 4")
    net.conv(4 * w, 3, **PLAIN)
    return dense_end(net, CLASSES, 12 * w)


def small_vgg(w: int) -> Net:
    """Blocks of 3 × 3 convolutions, each twice as wide as the last; dense layers at the end."""
    net = Net()
    for i, (convs, out) in enumerate(((1, w), (2, 2 * w), (2, 4 * w))):
        net.block(f"block {i + 1}")
        for _ in range(convs):
            net.conv(out, 3, **PLAIN)
        net.pool(2, 2, ceil=True)
    return dense_end(net, CLASSES, 8 * w)


def small_nin(w: int) -> Net:
    """Two 1 × 1 convolutions after each other one, and each channel's mean at the end."""
    net = Net()
    for i, (out, k) in enumerate(((2 * w, 5), (4 * w, 3), (6 * w, 3))):
        net.block(f"block {i + 1}")
        net.conv(out, k, 2 if i == 0 else 1, **PLAIN)
        net.conv(out, 1, **PLAIN)
        net.conv(out, 1, **PLAIN)
        if i == 0:
            net.pool(3, 2, 1)
    net.block("end")
    net.conv(CLASSES, 1)
    net.add("adaptive", "average", k=1)
    return net


def small_googlenet(w: int) -> Net:
    """Three Inception blocks."""
    net = Net()
    net.block("stem")
    net.conv(2 * w, 3, **PLAIN)
    net.pool(3, 2, 1)
    for i, m in enumerate((2, 3, 4)):
        wide = m * w // 2
        widths = (2 * wide, (wide, 2 * wide), (wide // 2, wide), wide)
        inception(net, f"inception {i + 1}", widths, 5, **PLAIN)
        if i == 0:
            net.pool(3, 2, 1)
    return average_end(net, CLASSES)


def small_resnet(w: int, groups: int = 1) -> Net:
    """Residual blocks in three stages; with groups, bottlenecks of grouped convolutions."""
    net = Net()
    net.block("stem")
    net.conv(w, 3, 2, **PLAIN)
    for stage in range(3):
        for i in range(2):
            out = w * 2**stage * (2 if groups > 1 else 1)
            turn = i == 0 and bool(stage or groups > 1)
            residual(
                net,
                f"{stage + 1}.{i + 1}",
                out,
                stride=2 if i == 0 and stage else 1,
                turn=turn,
                book=False,
                middle=out if groups > 1 else 0,
                groups=groups,
            )
    return average_end(net, CLASSES)


def small_densenet(w: int) -> Net:
    """Two dense blocks with a transition between."""
    net = Net()
    net.block("stem")
    net.conv(2 * w, 3, 1, **PLAIN)
    net.pool(3, 2, 1)
    channels = 2 * w
    for i in range(2):
        for j in range(4):
            dense_layer(net, f"{i + 1}.{j + 1}", w, 0, bias=False)
        channels += 4 * w
        if i == 0:
            channels //= 2
            net.block("transition")
            net.conv(channels, 1, norm="before", bias=False)
            net.add("avg", "mean 2×2", k=2, stride=2)
    net.block("norm")
    net.add("norm", "norm, ReLU", norm="before")
    return average_end(net, CLASSES)


@functools.cache
def small(name: str, width: int) -> Net:
    """One of the seven."""
    if name == "resnext":
        return small_resnet(width, 4)
    makers = {
        "alexnet": small_alexnet,
        "vgg": small_vgg,
        "nin": small_nin,
        "googlenet": small_googlenet,
        "resnet": small_resnet,
        "densenet": small_densenet,
    }
    return makers[name](width)


class Built(nn.Module):
    """The layers as a network of PyTorch's own; nothing is initialised here."""

    def __init__(self, layers: list[Layer], channels: int, side: int) -> None:
        super().__init__()
        self.layers, self.parts = layers, nn.ModuleList()
        done = count(layers, channels, side)
        for layer in layers:
            given = [done[i] if i >= 0 else None for i in layer.after]
            came = given[0].channels if given[0] else channels
            size = given[0].size if given[0] else channels * side**2
            part: dict[str, nn.Module] = {}
            if layer.kind == "conv":
                part["own"] = skip_init(
                    nn.Conv2d,
                    came,
                    layer.out,
                    layer.k,
                    layer.stride,
                    layer.pad,
                    groups=layer.groups,
                    bias=layer.bias,
                )
            elif layer.kind == "dense":
                part["own"] = skip_init(nn.Linear, size, layer.out)
            elif layer.kind == "max":
                part["own"] = nn.MaxPool2d(layer.k, layer.stride, layer.pad, ceil_mode=layer.ceil)
            elif layer.kind == "avg":
                part["own"] = nn.AvgPool2d(layer.k, layer.stride)
            elif layer.kind == "adaptive":
                part["own"] = nn.AdaptiveAvgPool2d(layer.k)
            if layer.norm:
                part["norm"] = nn.BatchNorm2d(layer.out if layer.norm == "after" else came)
            self.parts.append(nn.ModuleDict(part))

    def forward(self, x: Tensor) -> Tensor:
        """Images (n, channels, side, side) → scores (n, classes)."""
        done: list[Tensor] = []
        last = len(self.layers) - 1
        for number, (layer, part) in enumerate(zip(self.layers, self.parts, strict=True)):
            assert isinstance(part, nn.ModuleDict)
            given = [done[i] if i >= 0 else x for i in layer.after]
            h = given[0]
            if layer.kind == "concat":
                h = torch.cat(given, 1)
            elif layer.kind == "add":
                h = torch.relu(given[0] + given[1])
            if layer.norm == "before":
                h = torch.relu(part["norm"](h))
            if "own" in part:
                h = part["own"](h.flatten(1) if layer.kind == "dense" else h)
            if layer.norm == "after":
                h = part["norm"](h)
            if layer.kind in ("conv", "dense") and layer.relu and layer.norm != "before":
                h = torch.relu(h) if number != last else h
            done.append(h)
        return done[-1].flatten(1)


def begin(net: Built, seed: int, name: str) -> Built:
    """Weights as He et al. (2015) draw them, from a private generator; biases 0, scales 1."""
    random = torch_generator(seed, f"weights/{name}")
    with torch.no_grad():
        for module in net.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                spread = (2 / module.weight[0].numel()) ** 0.5
                module.weight.copy_(torch.randn(module.weight.shape, generator=random) * spread)
                if module.bias is not None:
                    module.bias.zero_()
    return net
