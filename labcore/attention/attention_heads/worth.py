"""What each head, token and weight is worth for the vector of a sentence."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from labcore.attention.attention_heads.attention import Attended, attention
from labcore.attention.attention_heads.config import LAYERS, Config, chosen, texts
from labcore.attention.attention_heads.example import example_of
from labcore.attention.attention_heads.explain import LONG
from labcore.attention.attention_heads.minilm import (
    MASK_TOKEN,
    MINILM_HEADS,
    embed_sentence,
    minilm,
    read_on,
    sentence_vector,
)
from labcore.attention.attention_heads.reading import changed_look, readings, similar


def too_long(config: Config) -> bool:
    """Whether cutting and replacing one by one would take too long."""
    return example_of("sentence", texts(config)[0]).source.shape[1] > LONG


@lru_cache(maxsize=4)
@torch.no_grad()
def cuts(config: Config) -> Tensor:
    """By how much the similarity falls if one head more is cut, after each layer: (7, 6, 12).

    The twelve heads of a block are cut at once, each in a copy of its own; only the blocks from
    there on are read again.
    """
    _, other, changed = readings(config)
    lost = torch.zeros(LAYERS + 1, LAYERS, MINILM_HEADS)
    if too_long(config):
        return lost.fill_(torch.nan)
    usual = similar(changed.vectors, other.vectors)
    look = changed_look(config, other.recorder)
    for row in range(LAYERS):

        def one_less(
            at: int, q: Tensor, k: Tensor, v: Tensor, mask: Any, row: int = row
        ) -> Attended:
            attended = look(at, q, k, v, mask)
            if at == row:
                own = torch.arange(MINILM_HEADS)
                attended.output[own, own] = 0.0
            return attended

        x = changed.states[row].expand(MINILM_HEADS, -1, -1)
        for layer, states in enumerate(read_on(minilm(), x, one_less, row, LAYERS), row + 1):
            less = similar(sentence_vector(states), other.vectors[layer])
            lost[layer, row] = usual[layer] - less
    return lost


@lru_cache(maxsize=4)
@torch.no_grad()
def felt(config: Config) -> Tensor:
    """How far the text's own vector turns if a token becomes [MASK], 1 - cos, by layer: (n, 7)."""
    _, other, changed = readings(config)
    source = example_of("sentence", texts(config)[0]).source
    n = source.shape[1]
    if too_long(config):
        return torch.full((n, LAYERS + 1), torch.nan)
    gaps = source.repeat(n, 1)
    gaps.fill_diagonal_(MASK_TOKEN)
    x = embed_sentence(minilm(), gaps)
    look = changed_look(config, other.recorder)
    states = [x, *read_on(minilm(), x, look, 0, LAYERS)]
    vectors = torch.stack([sentence_vector(x) for x in states], 1)  # (n, 7, 384)
    return 1 - similar(changed.vectors, vectors)


@lru_cache(maxsize=4)
@torch.enable_grad()
def slopes(config: Config) -> Tensor:
    """Weights of the chosen head times the slope of each layer's similarity: (7, n, n).

    Of the model as trained. What comes before the head does not depend on it: 0 there.
    """
    plain, other, _ = readings(config)
    row, head = chosen(config)
    free: list[Tensor] = []

    def look(at: int, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Attended:
        attended = attention(q, k, v)
        if at != row:
            return attended
        free.append(attended.weights.detach().requires_grad_())
        return attended._replace(output=free[0] @ v)

    states = read_on(minilm(), plain.states[row], look, row, LAYERS)
    found = [torch.zeros_like(free[0][0, head]) for _ in range(row + 1)]
    for layer, x in enumerate(states, row + 1):
        alike = similar(sentence_vector(x)[0], other.vectors[layer])
        (slope,) = torch.autograd.grad(alike, free[0], retain_graph=True)
        found.append((slope * free[0].detach())[0, head])
    return torch.stack(found)
