"""Attention, written out: scores, scale, mask, softmax, weighted mean of the values.

Vaswani et al. (2017), equations 1 and in section 3.2.2; rotary positions by Su et al. (2021).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor


class Attended(NamedTuple):
    """What attention gives, and the stages on the way there.

    output:  (..., queries, d), for each query a weighted mean of the values.
    weights: (..., queries, keys); each row sums to 1, or is 0 where a query may look nowhere.
    scores:  (..., queries, keys), q·k before scale and mask.
    """

    output: Tensor
    weights: Tensor
    scores: Tensor


def attention(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    *,
    mask: Tensor | None = None,
    scaled: bool = True,
    temperature: float = 1.0,
) -> Attended:
    """softmax(QKᵀ/√d) V.

    Args:
        q: queries, (..., n, d). k, v: keys and values, (..., m, d).
        mask: where a query may look, True is yes, (n, m) or broadcastable to (..., n, m).
        scaled: divide the scores by √d, so that their spread does not grow with d.
        temperature: divides the scores too; large makes rows even, small makes them hard.
    """
    scores = q @ k.mT  # (..., n, m)
    logits = scores / math.sqrt(q.shape[-1]) if scaled else scores
    if mask is not None:
        logits = logits.masked_fill(~mask, -math.inf)
    weights = torch.softmax(logits / temperature, -1)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)  # a row that may look nowhere is 0, not NaN
    return Attended(weights @ v, weights, scores)


def split(x: Tensor, heads: int) -> Tensor:
    """Each head takes its share of the coordinates: (..., n, D) → (..., heads, n, D / heads)."""
    return x.unflatten(-1, (heads, -1)).transpose(-3, -2)


def join(x: Tensor) -> Tensor:
    """The heads' outputs side by side again: (..., heads, n, d) → (..., n, heads · d)."""
    return x.transpose(-3, -2).flatten(-2)


def causal(n: int, m: int) -> Tensor:
    """Look at what is there already, and at oneself: (n, m)."""
    return torch.ones(n, m, dtype=torch.bool).tril()


def window(n: int, m: int, reach: int) -> Tensor:
    """Look at most `reach` places away: (n, m)."""
    gap = torch.arange(n)[:, None] - torch.arange(m)
    return gap.abs() <= reach


def sinusoids(n: int, width: int) -> Tensor:
    """Fixed positions, (n, width): sines and cosines whose wavelengths grow by steps."""
    rates = 10_000.0 ** (-torch.arange(0, width, 2) / width)
    angles = torch.arange(n)[:, None] * rates  # (n, width / 2)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(-2)[:, :width]


def rotate(x: Tensor) -> Tensor:
    """Rotary positions: turn each pair of coordinates by an angle that grows with the place.

    x: (..., n, d) with even d. The score of two places then depends on their distance alone.
    """
    n, d = x.shape[-2:]
    angles = torch.arange(n)[:, None] * 100.0 ** (-torch.arange(0, d, 2) / d)  # (n, d / 2)
    a, b = x.unflatten(-1, (-1, 2)).unbind(-1)
    cos, sin = angles.cos(), angles.sin()
    return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).flatten(-2)
