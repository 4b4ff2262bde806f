"""Several networks of one shape at once: a batch of K networks is a batch of vectors θ (K, P)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from labcore.rng import torch_generator
from labcore.start.playground.config import Config, activations, hidden

FEATURES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "xx": lambda x, y: x * x / 3,
    "yy": lambda x, y: y * y / 3,
    "xy": lambda x, y: x * y / 3,
    "sinx": lambda x, y: torch.sin(2 * x),
    "siny": lambda x, y: torch.sin(2 * y),
    "cosx": lambda x, y: torch.cos(2 * x),
    "cosy": lambda x, y: torch.cos(2 * y),
}
ACTIVATE: Mapping[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "gelu": F.gelu,
    "silu": F.silu,
    "leaky": lambda a: F.leaky_relu(a, 0.1),
    "sin": torch.sin,
    "linear": lambda a: a,
}
TINY = 1e-5
"""Keeps a normalization from dividing by zero, as in PyTorch."""
FORGETTING = 0.1
"""Share of a new batch in batch norm's running mean and variance, as in PyTorch."""


class Shape(NamedTuple):
    """What a network looks like: neurons by layer (features, hidden …, outputs), and the rest."""

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    norm: str

    @property
    def layers(self) -> int:
        """Layers of weights."""
        return len(self.sizes) - 1

    @property
    def hidden(self) -> int:
        """Hidden neurons, all layers together."""
        return sum(self.sizes[1:-1])

    def normed(self, number: int) -> bool:
        """Whether the sums of this layer of weights are normalized; the outputs' never are."""
        return self.norm != "none" and number < self.layers - 1

    @property
    def lengths(self) -> list[int]:
        """How θ is divided: W and b of each layer; with a norm, gain and shift of hidden ones."""
        found: list[int] = []
        for layer, (before, after) in enumerate(zip(self.sizes, self.sizes[1:], strict=False)):
            found += [before * after, after]
            if self.normed(layer):
                found += [after, after]
        return found

    @property
    def length(self) -> int:
        """P, the length of θ."""
        return sum(self.lengths)

    @property
    def parameters(self) -> int:
        """What is learned; batch norm has no use for the biases before it."""
        return self.length - self.hidden * (self.norm == "batch")


class Layer(NamedTuple):
    """Of K networks: w (K, in, out), b (K, 1, out), and gain and shift (K, 1, out) of a norm."""

    w: Tensor
    b: Tensor
    gain: Tensor | None
    shift: Tensor | None


class Seen(NamedTuple):
    """What K networks make of n points.

    scores: (K, n, out). sums, outputs: of each hidden layer, (K, n, width), before and after the
    activation.
    """

    scores: Tensor
    sums: list[Tensor]
    outputs: list[Tensor]


def shape_of(config: Config, classes: int) -> Shape:
    """One output for two classes or a value; one a class from three on."""
    outputs = classes if classes > 2 else 1
    sizes = (len(config.features), *hidden(config), outputs)
    return Shape(sizes, activations(config), config.norm)


def features(config: Config, x: Tensor) -> Tensor:
    """Points (n, 2) → what the network is given of them (n, features)."""
    return torch.stack([FEATURES[name](x[:, 0], x[:, 1]) for name in config.features], dim=1)


def layers_of(theta: Tensor, shape: Shape) -> list[Layer]:
    """θ (K, P) as the parameters of each layer."""
    parts = iter(theta.split(shape.lengths, dim=1))
    found = []
    for number, (before, after) in enumerate(zip(shape.sizes, shape.sizes[1:], strict=False)):
        w, b = next(parts).reshape(-1, before, after), next(parts)[:, None]
        normed = shape.normed(number)
        gain, shift = (next(parts)[:, None], next(parts)[:, None]) if normed else (None, None)
        found.append(Layer(w, b, gain, shift))
    return found


def first_weights(shape: Shape, scale: float, seed: int, members: int) -> Tensor:
    """Normal with the variance of Glorot & Bengio (2010), equation 12; biases 0. → (K, P)."""
    rows = []
    for member in range(members):
        random = torch_generator(seed, f"weights/{member}")
        pieces = []
        for number, (before, after) in enumerate(zip(shape.sizes, shape.sizes[1:], strict=False)):
            deviation = scale * (2 / (before + after)) ** 0.5
            pieces += [torch.randn(before * after, generator=random) * deviation]
            pieces += [torch.zeros(after)]
            if shape.normed(number):
                pieces += [torch.ones(after), torch.zeros(after)]
        rows.append(torch.cat(pieces))
    return torch.stack(rows)


def forward(
    theta: Tensor,
    inputs: Tensor,
    shape: Shape,
    running: Tensor,
    *,
    masks: Sequence[Tensor] = (),
    learning: bool = False,
) -> Seen:
    """inputs (n, features), or (K, n, features) → what the networks make of them.

    running: (2, K, hidden), batch norm's means and variances, used when looking, and brought up
             to date, in place, when learning.
    masks:   dropout's factors for each hidden layer, (K, n, width).
    """
    members = len(theta)
    h = inputs.expand(members, *inputs.shape[-2:])
    sums, outputs, first = [], [], 0
    for number, layer in enumerate(layers_of(theta, shape)):
        free = layer.gain is not None and shape.norm == "batch"  # it takes any bias away again
        a = torch.bmm(h, layer.w) if free else torch.baddbmm(layer.b, h, layer.w)
        if number == shape.layers - 1:
            return Seen(a, sums, outputs)
        if layer.gain is not None and layer.shift is not None:
            last = first + a.shape[-1]
            a = normalized(a, shape.norm, running[:, :, first:last], learning)
            a, first = a * layer.gain + layer.shift, last
        h = ACTIVATE[shape.activations[number]](a)
        if masks:
            h = h * masks[number]
        sums.append(a)
        outputs.append(h)
    raise AssertionError("a network has at least one layer")


def normalized(a: Tensor, norm: str, running: Tensor, learning: bool) -> Tensor:
    """Sums with mean 0 and variance 1: by neuron over the batch, or by point over the layer."""
    if norm == "layer":  # Ba, Kiros & Hinton (2016)
        return F.layer_norm(a, a.shape[-1:], eps=TINY)
    if not learning:
        mean, variance = running[0, :, None], running[1, :, None]
        return (a - mean) / (variance + TINY).sqrt()
    variance, mean = torch.var_mean(a, dim=1, correction=0)  # Ioffe & Szegedy (2015)
    n = a.shape[1]
    now = torch.stack([mean, variance * n / max(n - 1, 1)]).detach()
    running += FORGETTING * (now - running)
    return (a - mean[:, None]) / (variance[:, None] + TINY).sqrt()


def no_history(shape: Shape, members: int) -> Tensor:
    """Batch norm's running means 0 and variances 1, (2, K, hidden)."""
    return torch.stack([torch.zeros(members, shape.hidden), torch.ones(members, shape.hidden)])


def on_weights(shape: Shape) -> Tensor:
    """1 for what regularization pulls at, the entries of W, and 0 for the rest: (P,)."""
    parts = []
    for number, (before, after) in enumerate(zip(shape.sizes, shape.sizes[1:], strict=False)):
        free = 3 if shape.normed(number) else 1  # b, and a norm's gain and shift
        parts += [torch.ones(before * after), torch.zeros(free * after)]
    return torch.cat(parts)


def multiplications(shape: Shape) -> int:
    """Of one network for one point, forward only."""
    return sum(before * after for before, after in zip(shape.sizes, shape.sizes[1:], strict=False))


def grown(old: np.ndarray, before: Shape, fresh: Tensor, after: Shape) -> Tensor:
    """Weights of a network of another shape, (K, P) → (K, P'): neurons both have keep theirs.

    The networks must have as many layers and the same norm; else all weights are fresh. New
    neurons listen as fresh ones do, but nobody listens to them yet: the network answers as before.
    """
    rows = torch.from_numpy(old[np.arange(len(fresh)) % len(old)].copy())
    if before.sizes == after.sizes and before.norm == after.norm:
        return rows
    if before.layers != after.layers or before.norm != after.norm:
        return fresh
    kept = fresh.clone()
    for number, (source, target) in enumerate(
        zip(layers_of(rows, before), layers_of(kept, after), strict=True)
    ):
        i, j = (min(a, b) for a, b in zip(source.w.shape[1:], target.w.shape[1:], strict=True))
        if number:
            target.w[:, i:] = 0
        target.w[:, :i, :j] = source.w[:, :i, :j]
        for name in ("b", "gain", "shift"):
            mine, theirs = getattr(target, name), getattr(source, name)
            if mine is not None:
                mine[..., :j] = theirs[..., :j]
    return kept
