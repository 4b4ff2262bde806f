"""How well a model does on what it was never trained on, as a whole and without each head."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from labcore.attention.attention_heads.surgery import Recorder, without
from labcore.attention.attention_heads.tasks import PAD, START, Batch
from labcore.attention.attention_heads.transformer import (
    Shape,
    Weights,
    classify,
    decode,
    encode,
    plain_look,
    translate,
)


class Test(NamedTuple):
    """What was never trained on: pairs of sequences, or patches and digits."""

    pairs: Batch | None
    pictures: tuple[Tensor, Tensor] | None = None

    def first(self, count: int) -> Test:
        """The first few of them."""
        if self.pairs is not None:
            return Test(Batch(*(part[:count] for part in self.pairs)))
        assert self.pictures is not None
        images, digits = self.pictures
        return Test(None, (images[:count], digits[:count]))

    def copies(self, count: int) -> Test:
        """All of them, several times over."""
        if self.pairs is not None:
            return Test(Batch(*(part.repeat(count, 1) for part in self.pairs)))
        assert self.pictures is not None
        images, digits = self.pictures
        return Test(None, (images.repeat(count, 1, 1), digits.repeat(count)))


@torch.no_grad()
def right(shape: Shape, w: Weights, test: Test, look: Any = None) -> tuple[Tensor, float]:
    """Which held-out inputs come out wholly right, (N,) of bool, and the mean loss.

    A decoder with a causal mask writes a sequence rightly exactly if each of its tokens is the
    most likely one after the right ones before it, so one pass is enough. Without the mask the
    tokens have to be written one by one.
    """
    if test.pairs is None:
        assert test.pictures is not None
        logits = classify(shape, w, test.pictures[0], look)
        return logits.argmax(-1) == test.pictures[1], float(cross_entropy(logits, test.pictures[1]))
    source, target = test.pairs
    logits = translate(shape, w, source, test.pairs.given, look)
    loss = float(cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=PAD))
    said = logits.argmax(-1) if shape.masked else write(shape, w, source, target.shape[1], look)
    return ((said == target) | (target == PAD)).all(1), loss


@torch.no_grad()
def write(shape: Shape, w: Weights, source: Tensor, most: int, look: Any = None) -> Tensor:
    """What the decoder writes by itself, the likeliest token each time: (N, most)."""
    look = look or plain_look(shape)
    full = (source != PAD)[:, None, None]
    memory = encode(shape, w, w["embed"][source] * math.sqrt(shape.width), full, look)
    said = torch.full((len(source), 1), START)
    for _ in range(most):
        logits = decode(shape, w, said, memory, full, look)
        said = torch.cat([said, logits[:, -1:].argmax(-1)], 1)
    return said[:, 1:]


@torch.no_grad()
def heads_on(shape: Shape, w: Weights, probe: Test) -> tuple[Tensor, Tensor]:
    """Each head on a few held-out inputs: its mean output, (rows, heads, d), and the share of
    them that are right without it, (rows, heads)."""
    recorder = Recorder(plain_look(shape))
    right(shape, w, probe, recorder)
    means = torch.stack(
        [recorder.seen[row].attended.output.mean((0, 2)) for row in range(shape.rows)]
    )
    count = shape.rows * shape.heads
    correct, _ = right(shape, w, probe.copies(count), without(shape, plain_look(shape)))
    share = correct.view(count, -1).float().mean(1)
    return means, share.view(shape.rows, shape.heads)
