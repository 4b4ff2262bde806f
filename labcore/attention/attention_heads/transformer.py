"""A small Transformer, written out: encoder, decoder, or the encoder alone.

Vaswani et al. (2017), with the norm before each part (Xiong et al., 2020), which trains without
long warm-up. All weights lie in one vector; `Weights` gives its parts their names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import gelu, layer_norm

from labcore.attention.attention_heads.attention import (
    Attended,
    attention,
    causal,
    join,
    rotate,
    sinusoids,
    split,
)
from labcore.attention.attention_heads.tasks import PAD

PLACES = 130
"""Positions a model knows: START or the class token, 128 signs, END."""

Weights = dict[str, Tensor]
Look = Callable[[int, Tensor, Tensor, Tensor, Tensor | None], Attended]
"""How row number r attends: (r, q, k, v, mask). What is not plain attention is an intervention."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a model is made of.

    tokens:  size of the vocabulary; 0 if it reads patches instead.
    patch:   numbers in a patch, if it does; then it has no decoder and ten classes.
    pretrained: MiniLM, an encoder whose weights come from its own file.
    width:   coordinates of a token, shared among `heads`.
    layers:  of the encoder, and of the decoder.
    """

    tokens: int
    width: int
    heads: int
    layers: int
    position: str
    scaled: bool = True
    masked: bool = True
    patch: int = 0
    pretrained: bool = False

    @property
    def rows(self) -> int:
        """Attention blocks: the encoder's, then self and cross of each decoder layer."""
        return self.layers * (1 if self.patch or self.pretrained else 3)

    def row_name(self, row: int) -> str:
        """What block number `row` is called."""
        if self.pretrained:
            return f"block {row + 1}"
        if row < self.layers:
            return f"encoder {row + 1}" if self.layers > 1 else "encoder"
        layer, cross = divmod(row - self.layers, 2)
        word = "cross" if cross else "decoder"
        return f"{word} {layer + 1}" if self.layers > 1 else word

    def parts(self) -> Iterator[tuple[str, tuple[int, ...], float]]:
        """Name, shape and first spread of each weight; a spread of 1 with a dot is a norm."""
        d = self.width
        if self.patch:
            yield "embed", (self.patch, d), self.patch**-0.5
            yield "class", (d,), 0.02
            yield "out", (d, 10), d**-0.5
        else:
            yield "embed", (self.tokens, d), d**-0.5
            yield "out", (d, self.tokens), d**-0.5
        if self.position == "learned":
            yield "places", (PLACES, d), 0.1
            if not self.patch:
                yield "places out", (PLACES, d), 0.1
        for row in range(self.rows):
            for name in ("q", "k", "v"):
                yield f"{row}.{name}", (d, d), d**-0.5
            yield f"{row}.o", (d, d), d**-0.5 / math.sqrt(2 * self.rows)
            if row < self.layers or (row - self.layers) % 2:
                yield f"{row}.up", (d, 4 * d), d**-0.5
                yield f"{row}.down", (4 * d, d), (4 * d) ** -0.5 / math.sqrt(2 * self.rows)

    @property
    def size(self) -> int:
        """How many weights there are."""
        return sum(math.prod(shape) for _, shape, _ in self.parts())


def first_weights(shape: Shape, random: torch.Generator) -> Tensor:
    """Random weights to begin with, as one vector."""
    drawn = [
        torch.randn(math.prod(size), generator=random) * spread for _, size, spread in shape.parts()
    ]
    return torch.cat(drawn)


def views(shape: Shape, theta: Tensor) -> Weights:
    """The parts of a vector by name; they share its memory."""
    found, begin = {}, 0
    for name, size, _ in shape.parts():
        count = math.prod(size)
        found[name] = theta[begin : begin + count].view(size)
        begin += count
    return found


def plain_look(shape: Shape) -> Look:
    """Attention as it was trained."""

    def look(row: int, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Attended:
        return attention(q, k, v, mask=mask, scaled=shape.scaled)

    return look


def attend(
    shape: Shape, w: Weights, row: int, x: Tensor, memory: Tensor, mask: Tensor | None, look: Look
) -> Tensor:
    """Multi-head attention: queries from x (N, n, D), keys and values from memory (N, m, D)."""
    q, k, v = (
        split(source @ w[f"{row}.{name}"], shape.heads)
        for name, source in (("q", x), ("k", memory), ("v", memory))
    )  # (N, heads, n or m, d)
    if shape.position == "rotary":
        q, k = rotate(q), rotate(k)
    return join(look(row, q, k, v, mask).output) @ w[f"{row}.o"]


def think(w: Weights, row: int, x: Tensor) -> Tensor:
    """Each token by itself through two layers."""
    return gelu(x @ w[f"{row}.up"]) @ w[f"{row}.down"]


def norm(x: Tensor) -> Tensor:
    """Mean 0 and variance 1 over the coordinates of each token."""
    return layer_norm(x, x.shape[-1:])


def placed(shape: Shape, w: Weights, x: Tensor, table: str = "places") -> Tensor:
    """Tokens with their positions added, if positions are added here."""
    if shape.position == "learned":
        return x + w[table][: x.shape[-2]]
    if shape.position == "sinusoidal":
        return x + sinusoids(x.shape[-2], x.shape[-1])
    return x


def encode(shape: Shape, w: Weights, x: Tensor, mask: Tensor | None, look: Look) -> Tensor:
    """The encoder on embedded tokens (N, n, D)."""
    x = placed(shape, w, x)
    for row in range(shape.layers):
        y = norm(x)
        x = x + attend(shape, w, row, y, y, mask, look)
        x = x + think(w, row, norm(x))
    return norm(x)


def decode(
    shape: Shape, w: Weights, given: Tensor, memory: Tensor, mask: Tensor | None, look: Look
) -> Tensor:
    """The decoder: tokens given so far (N, m), the encoder's memory → logits (N, m, tokens)."""
    x = placed(shape, w, w["embed"][given] * math.sqrt(shape.width), "places out")
    ahead = causal(x.shape[-2], x.shape[-2]) if shape.masked else None
    for row in range(shape.layers, shape.rows, 2):
        y = norm(x)
        x = x + attend(shape, w, row, y, y, ahead, look)
        x = x + attend(shape, w, row + 1, norm(x), memory, mask, look)
        x = x + think(w, row + 1, norm(x))
    return norm(x) @ w["out"]


def translate(
    shape: Shape, w: Weights, source: Tensor, given: Tensor, look: Look | None = None
) -> Tensor:
    """Logits of each next token: source (N, n), given (N, m) → (N, m, tokens)."""
    look = look or plain_look(shape)
    full = (source != PAD)[:, None, None]  # (N, 1, 1, n): nobody looks at filling
    mask = None if full.all() else full
    memory = encode(shape, w, w["embed"][source] * math.sqrt(shape.width), mask, look)
    return decode(shape, w, given, memory, mask, look)


def classify(shape: Shape, w: Weights, patches: Tensor, look: Look | None = None) -> Tensor:
    """Logits of the ten digits from patches (N, n, patch); the class token comes first."""
    x = patches @ w["embed"]
    x = torch.cat([w["class"].expand(len(x), 1, -1), x], 1)
    x = encode(shape, w, x, None, look or plain_look(shape))
    return x[:, 0] @ w["out"]
