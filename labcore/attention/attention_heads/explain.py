"""What an output rests on: roll-out, gradient × attention, and what happens if the input changes.

Attention weights alone need not say it (Jain & Wallace, 2019; Wiegreffe & Pinter, 2019). The last
of the three is measured on the model and is what the other two are held against.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from labcore.attention.attention_heads.example import Example
from labcore.attention.attention_heads.surgery import Recorder, Seen
from labcore.attention.attention_heads.transformer import Look, Shape, Weights, plain_look
from labcore.rng import torch_generator

OTHERS = 3
"""Each input token is replaced by so many others."""
LONG = 40
"""Longer inputs are not taken apart token by token: it would take too long."""


def rollout(shape: Shape, seen: Mapping[int, Seen]) -> Tensor:
    """Attention followed through the layers to the input: (m, n).

    Abnar & Zuidema (2020): the mean of the heads, half of it for the way round the block, is
    multiplied from layer to layer. In a decoder each token keeps one account for the input and
    one for the output read so far; the first is returned, so its rows may sum to less than 1. For
    a picture it is the class token's row, for a sentence the mean of all rows, (1, n).
    """
    mean = [seen[row].attended.weights[0].mean(0) for row in range(shape.rows)]
    inputs = torch.eye(mean[0].shape[0])
    for row in range(shape.layers):
        inputs = 0.5 * inputs + 0.5 * mean[row] @ inputs
    if shape.pretrained:
        return inputs.mean(0, keepdim=True)
    if shape.patch:
        return inputs[:1]
    to_input = torch.zeros(mean[-1].shape[0], len(inputs))
    for row in range(shape.layers, shape.rows, 2):
        to_input = 0.5 * to_input + 0.5 * mean[row] @ to_input
        to_input = 0.5 * to_input + 0.5 * mean[row + 1] @ inputs
    return to_input


def gradient(example: Example, shape: Shape, w: Weights, row: int, head: int) -> Tensor:
    """Each weight of a head times the slope of the summed lead along it: (n, m).

    To first order, what the lead of the right tokens would lose if that weight were taken away.
    """
    plain = plain_look(shape)
    w = {**w, "embed": w["embed"].detach().requires_grad_()}
    with torch.enable_grad():
        recorder = Recorder(plain)
        lead = example.lead(example.logits(shape, w, recorder)).sum()
        weights = recorder.seen[row].attended.weights
        (slope,) = torch.autograd.grad(lead, weights)
    return (slope * weights)[0, head].detach()


def occlusion(example: Example, shape: Shape, w: Weights, look: Look | None = None) -> Tensor:
    """By how much each output's lead falls if an input token is replaced by others: (m, n).

    The last column of a sequence, its END, is replaced by letters too; a patch by an empty one. Of
    inputs that are too long it is one cell that is not a number.
    """
    source, n = example.source, example.source.shape[1]
    if n > LONG:
        return torch.full((1, 1), torch.nan)
    usual = example.lead(example.logits(shape, w, look or plain_look(shape)))[0]
    if shape.patch:
        changed = source.repeat(n, 1, 1)
        changed[torch.arange(n), torch.arange(n)] = -0.3
    else:
        random = torch_generator(0, "others")
        step = torch.randint(1, shape.tokens - 3, (OTHERS, n), generator=random)
        other = 3 + (source - 3 + step) % (shape.tokens - 3)  # never the token itself
        changed = source.repeat(OTHERS * n, 1)
        index = torch.arange(n).repeat(OTHERS)
        changed[torch.arange(OTHERS * n), index] = other.flatten()
    there = example.with_source(changed)
    logits, _ = record_all(there, shape, w, look)
    lead = example.lead(logits).view(-1, n, usual.numel()).mean(0)  # (n, m)
    return usual[:, None] - lead.T


def record_all(
    example: Example, shape: Shape, w: Weights, look: Look | None
) -> tuple[Tensor, Recorder]:
    """Logits of many sources at once, (N, m, tokens)."""
    recorder = Recorder(look or plain_look(shape))
    return example.logits(shape, w, recorder, len(example.source)), recorder


def agreement(one: Tensor, other: Tensor) -> float:
    """Correlation of two maps over all their cells; not-a-number if one of them is flat."""
    a, b = (part.flatten().double() - part.double().mean() for part in (one, other))
    size = a.norm() * b.norm()
    return float(a @ b / size) if size > 0 else float("nan")
