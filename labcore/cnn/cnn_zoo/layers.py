"""A network as a list of layers, and what each of them costs: shapes, counts, receptive field.

A layer is a convolution, pooling, dense layer, sum or concatenation; batch norm and ReLU belong to
the convolution they stand beside. What counts as a multiply–add: the products of convolutions and
dense layers, each with its addition. Normalization, ReLU, pooling and sums are not counted, as in
`torch.utils.flop_counter`, whose FLOPs are twice this.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple


class Layer(NamedTuple):
    """One layer, and where it stands in the drawing.

    kind:  conv, max, avg (pooling), adaptive (pooling to out × out), dense, add, concat or norm.
    after: the layers it reads from; -1 is the image.
    norm:  batch norm: "after" the convolution, "before" it (with ReLU), or none.
    unit:  the block it belongs to; lane and row: its place in the drawing of that block.
    """

    name: str
    kind: str
    after: tuple[int, ...]
    out: int = 0
    k: int = 1
    stride: int = 1
    pad: int = 0
    groups: int = 1
    bias: bool = True
    norm: str = ""
    relu: bool = True
    ceil: bool = False
    unit: int = 0
    lane: int = 0
    row: int = 0


class Count(NamedTuple):
    """What a layer gives and costs for one image.

    field: the side of the square of the image it can see, and jump: how many pixels of the image
           lie between two neighbouring outputs.
    """

    channels: int
    side: int
    parameters: int
    multiplies: int
    field: int
    jump: int

    @property
    def size(self) -> int:
        """Numbers in the output."""
        return self.channels * self.side**2


class Net:
    """Layers one after the other, built block by block. `last` is what the next one reads."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.units: list[str] = []
        self.last = -1

    def block(self, name: str) -> int:
        """What is added now belongs to a block of this name; its input is returned."""
        self.units.append(name)
        return self.last

    def add(self, kind: str, name: str, out: int = 0, *, lane: int = 0, **given: Any) -> int:
        """A layer after `last`, unless `after` says otherwise; its number is returned."""
        after = given.pop("after", (self.last,))
        unit = len(self.units) - 1
        rows = [self.layers[i].row for i in after if i >= 0 and self.layers[i].unit == unit]
        place = {"unit": unit, "lane": lane, "row": max(rows, default=-1) + 1}
        self.layers.append(Layer(name, kind, after, out, **given, **place))
        self.last = len(self.layers) - 1
        return self.last

    def conv(self, out: int, k: int, stride: int = 1, pad: int | None = None, **given: Any) -> int:
        """A convolution; without a padding given it keeps the side (at stride 1)."""
        pad = k // 2 if pad is None else pad
        name = str(given.pop("name", f"{k}×{k}"))
        return self.add("conv", name, out, k=k, stride=stride, pad=pad, **given)

    def pool(self, k: int, stride: int, pad: int = 0, **given: Any) -> int:
        """Maximum pooling."""
        return self.add("max", f"max {k}×{k}", k=k, stride=stride, pad=pad, **given)


def windows(side: int, layer: Layer) -> int:
    """How many windows fit along a side: ⌊(n + 2p − k) / s⌋ + 1, or ⌈…⌉ with `ceil`.

    With `ceil` the last window has to begin inside the image or its padding on the left.
    """
    room = side + 2 * layer.pad - layer.k
    if room < 0:
        raise ValueError(f"A window of {layer.k} does not fit into {side} pixels.")
    if not layer.ceil:
        return room // layer.stride + 1
    count = math.ceil(room / layer.stride) + 1
    return count - 1 if (count - 1) * layer.stride >= side + layer.pad else count


def count(layers: list[Layer], channels: int, side: int) -> list[Count]:
    """What every layer gives and costs for an image of side × side pixels."""
    done: list[Count] = []
    image = Count(channels, side, 0, 0, 1, 1)
    for layer in layers:
        given = [done[i] if i >= 0 else image for i in layer.after]
        first = given[0]
        came = sum(g.channels for g in given) if layer.kind == "concat" else first.channels
        field, jump = max(g.field for g in given), first.jump
        normed = {"after": layer.out, "before": came}.get(layer.norm, 0)
        out, n, own, products = came, first.side, 2 * normed, 0
        if layer.kind == "conv":
            n, out = windows(first.side, layer), layer.out
            kernel = layer.k**2 * (came // layer.groups)  # weights of one output channel
            own += kernel * out + out * layer.bias
            products = kernel * out * n**2
            field, jump = field + (layer.k - 1) * jump, jump * layer.stride
        elif layer.kind in ("max", "avg"):
            n = windows(first.side, layer)
            field, jump = field + (layer.k - 1) * jump, jump * layer.stride
        elif layer.kind == "adaptive":
            n, reach = layer.k, -(-first.side // layer.k)
            field, jump = field + (reach - 1) * jump, jump * max(first.side // layer.k, 1)
        elif layer.kind == "dense":
            n, out = 1, layer.out
            own, products = first.size * out + out * layer.bias, first.size * out
            field = field + (first.side - 1) * jump
        done.append(Count(out, n, own, products, field, jump))
    return done
