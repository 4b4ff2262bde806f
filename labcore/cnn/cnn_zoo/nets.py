"""The networks at full size, as the book defines them and as torchvision does.

The book: Zhang, Lipton, Li & Smola (2023), Dive into Deep Learning, sections 8.1–8.7. ResNet-50,
-101 and ResNeXt-50 are those of their papers (the book gives the block), with torchvision's place
of the stride. NiN is the book's in both.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from labcore.cnn.cnn_zoo.layers import Net

NAMES = {
    "alexnet": "AlexNet", "vgg11": "VGG-11", "nin": "NiN", "googlenet": "GoogLeNet",
    "resnet18": "ResNet-18", "resnet50": "ResNet-50", "resnet101": "ResNet-101",
    "resnext50": "ResNeXt-50", "densenet": "DenseNet",
}  # fmt: skip
INCEPTIONS = {
    "3a": (64, (96, 128), (16, 32), 32), "3b": (128, (128, 192), (32, 96), 64),
    "4a": (192, (96, 208), (16, 48), 64), "4b": (160, (112, 224), (24, 64), 64),
    "4c": (128, (128, 256), (24, 64), 64), "4d": (112, (144, 288), (32, 64), 64),
    "4e": (256, (160, 320), (32, 128), 128),
    "5a": (256, (160, 320), (32, 128), 128), "5b": (384, (192, 384), (48, 128), 128),
}  # fmt: skip
"""Channels of the four branches of each Inception block."""


def alexnet(book: bool, classes: int) -> Net:
    """Eight layers; torchvision's has fewer channels at first, and pools to 6 × 6 at the end."""
    net = Net()
    widths = (96, 256, 384, 384, 256) if book else (64, 192, 384, 256, 256)
    for i, (out, k) in enumerate(zip(widths, (11, 5, 3, 3, 3), strict=True)):
        net.block(f"conv {i + 1}")
        if i == 0:
            net.conv(out, k, 4, 1 if book else 2)
        else:
            net.conv(out, k)
        if i in (0, 1, 4):
            net.pool(3, 2)
    if not book:
        net.add("adaptive", "average to 6×6", k=6)
    return dense_end(net, classes)


def dense_end(net: Net, classes: int, width: int = 4096) -> Net:
    """Three dense layers."""
    for i, out in enumerate((width, width, classes)):
        net.block(f"dense {i + 1}")
        net.add("dense", "dense", out)
    return net


def average_end(net: Net, classes: int) -> Net:
    """Each channel's mean, and one dense layer."""
    net.block("end")
    net.add("adaptive", "average", k=1)
    net.add("dense", "dense", classes)
    return net


def vgg11(book: bool, classes: int) -> Net:
    """Blocks of 3 × 3 convolutions; torchvision's pools to 7 × 7, which at 224 changes nothing."""
    net = Net()
    for i, (convs, out) in enumerate(((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))):
        net.block(f"block {i + 1}")
        for _ in range(convs):
            net.conv(out, 3)
        net.pool(2, 2)
    if not book:
        net.add("adaptive", "average to 7×7", k=7)
    return dense_end(net, classes)


def nin(book: bool, classes: int) -> Net:
    """A convolution and two of 1 × 1 in each block; the last block has a channel a class."""
    net = Net()
    for i, (out, k, stride, pad) in enumerate(
        ((96, 11, 4, 0), (256, 5, 1, 2), (384, 3, 1, 1), (classes, 3, 1, 1))
    ):
        net.block(f"block {i + 1}")
        net.conv(out, k, stride, pad)
        net.conv(out, 1)
        net.conv(out, 1)
        if i < 3:
            net.pool(3, 2)
    net.block("end")
    net.add("adaptive", "average", k=1)
    return net


def inception(
    net: Net, name: str, widths: Sequence, five: int, narrow: bool = True, **given: Any
) -> None:
    """Four branches side by side; the book's third has 5 × 5, torchvision's 3 × 3 by oversight.

    narrow: 1 × 1 convolutions lead to the large ones, and follow on the pooling. Without them the
            large ones read all channels, and the pooled ones are all kept.
    """
    straight, (before3, out3), (before5, out5), pooled = widths
    entry = net.block(name)
    ends = [net.conv(straight, 1, lane=0, after=(entry,), **given)]
    for lane, (before, out, k) in enumerate(((before3, out3, 3), (before5, out5, five)), 1):
        net.last = net.conv(before, 1, lane=lane, after=(entry,), **given) if narrow else entry
        ends.append(net.conv(out, k, lane=lane, after=(net.last,), **given))
    ends.append(net.pool(3, 1, 1, lane=3, after=(entry,), ceil=five == 3))
    if narrow:
        ends[-1] = net.conv(pooled, 1, lane=3, **given)
    net.add("concat", "concatenate", after=tuple(ends))


def googlenet(book: bool, classes: int, narrow: bool = True) -> Net:
    """Nine Inception blocks. torchvision's has batch norm, no biases, and rounds up in pooling."""
    net = Net()
    given: dict[str, Any] = {} if book else {"bias": False, "norm": "after"}

    def halve(k: int = 3) -> None:
        net.pool(3, 2, 1) if book else net.pool(k, 2, ceil=True)

    net.block("stem 1")
    net.conv(64, 7, 2, **given)
    halve()
    net.block("stem 2")
    net.conv(64, 1, **given)
    net.conv(192, 3, **given)
    halve()
    for name, widths in INCEPTIONS.items():
        inception(net, name, widths, 5 if book else 3, narrow, **given)
        if name in ("3b", "4e"):
            halve(3 if name == "3b" else 2)
    return average_end(net, classes)


def residual(
    net: Net, name: str, out: int, *, stride: int, turn: bool, book: bool, middle: int = 0,
    groups: int = 1,
) -> None:  # fmt: skip
    """Two 3 × 3 convolutions, or 1 × 1, 3 × 3, 1 × 1 with `middle` channels; and the way past them.

    turn: the skip is a 1 × 1 convolution too, as the shape changes.
    """
    given: dict[str, Any] = {"bias": book, "norm": "after"}
    entry = net.block(name)
    if middle:
        net.conv(middle, 1, **given)
        net.conv(middle, 3, stride, groups=groups, **given)
        end = net.conv(out, 1, relu=False, **given)
    else:
        net.conv(out, 3, stride, **given)
        end = net.conv(out, 3, relu=False, **given)
    past = entry
    if turn:  # the book's shortcut has no batch norm
        past = net.conv(out, 1, stride, after=(entry,), lane=1, relu=False, bias=book,
                        norm="" if book else "after")  # fmt: skip
    net.add("add", "sum", after=(end, past))


def resnet(book: bool, classes: int, depths: Sequence[int], wide: int = 0, groups: int = 1) -> Net:
    """Residual blocks in four stages.

    wide: channels inside a bottleneck of the first stage; 0 without bottlenecks.
    """
    net = Net()
    net.block("stem")
    net.conv(64, 7, 2, bias=book, norm="after")
    net.pool(3, 2, 1)
    for stage, depth in enumerate(depths):
        for i in range(depth):
            out, first = 64 * 2**stage * (4 if wide else 1), i == 0
            residual(
                net, f"{stage + 2}.{i + 1}", out, stride=2 if first and stage else 1,
                turn=first and bool(stage or wide), book=book, middle=wide * 2**stage,
                groups=groups,
            )  # fmt: skip
    return average_end(net, classes)


def densenet(book: bool, classes: int, growth: int = 32) -> Net:
    """Dense blocks and transitions.

    The book's has 4 × 4 layers of one 3 × 3 convolution. torchvision's DenseNet-121 has
    6 + 12 + 24 + 16 layers with a 1 × 1 convolution before each, and no biases.
    """
    net = Net()
    net.block("stem")
    net.conv(64, 7, 2, bias=book, norm="after")
    net.pool(3, 2, 1)
    channels = 64
    depths = (4, 4, 4, 4) if book else (6, 12, 24, 16)
    for i, depth in enumerate(depths):
        for j in range(depth):
            dense_layer(net, f"{i + 1}.{j + 1}", growth, 0 if book else 4 * growth, book)
        channels += growth * depth
        if i < 3:
            channels //= 2
            net.block(f"transition {i + 1}")
            net.conv(channels, 1, norm="before", bias=book)
            net.add("avg", "mean 2×2", k=2, stride=2)
    net.block("norm")
    net.add("norm", "norm, ReLU", norm="before")
    return average_end(net, classes)


def dense_layer(net: Net, name: str, growth: int, narrow: int, bias: bool) -> None:
    """A few new channels, made of all there are and put beside them."""
    entry = net.block(name)
    if narrow:
        net.conv(narrow, 1, norm="before", bias=bias)
    end = net.conv(growth, 3, norm="before", bias=bias)
    net.add("concat", "concatenate", after=(entry, end))


@functools.lru_cache(maxsize=64)
def full(
    name: str, by: str, classes: int, *, narrow: bool = True, groups: int = 32, growth: int = 32
) -> Net:
    """A network at full size, by the book or by torchvision.

    narrow: GoogLeNet has its 1 × 1 convolutions. groups: of ResNeXt; growth: of DenseNet.
    """
    book = by == "book"
    if name in PLAIN_NETS:
        return PLAIN_NETS[name](book, classes)
    if name == "googlenet":
        return googlenet(book, classes, narrow)
    if name == "densenet":
        return densenet(book, classes, growth)
    if name == "resnet18":
        return resnet(book, classes, (2, 2, 2, 2))
    if name == "resnet101":
        return resnet(False, classes, (3, 4, 23, 3), 64)
    grouped = name == "resnext50"
    return resnet(False, classes, (3, 4, 6, 3), 128 if grouped else 64, groups if grouped else 1)


PLAIN_NETS = {"alexnet": alexnet, "vgg11": vgg11, "nin": nin}
