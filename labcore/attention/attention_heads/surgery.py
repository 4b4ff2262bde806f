"""Changing a trained model while it works: heads cut, averaged, patched; weights painted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from labcore.attention.attention_heads.attention import Attended, attention, causal, window
from labcore.attention.attention_heads.config import Config, chosen, scales, shape_of
from labcore.attention.attention_heads.transformer import Look, Shape, plain_look

REACH = 2
"""How far a window sees to either side."""


class Seen(NamedTuple):
    """What one block did: queries, keys, values, its mask, and what came of them."""

    q: Tensor
    k: Tensor
    v: Tensor
    mask: Tensor | None
    attended: Attended


class Recorder:
    """Looks as it is told to, and remembers what it saw."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.seen: dict[int, Seen] = {}

    def __call__(self, row: int, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Attended:
        attended = self.look(row, q, k, v, mask)
        self.seen[row] = Seen(q, k, v, mask, attended)
        return attended


def letters(text: str) -> dict[tuple[int, int], str]:
    """The changed places of a painting, (row, column) from 0."""
    rows = enumerate(text.split("/"))
    return {(r, c): sign for r, line in rows for c, sign in enumerate(line) if sign != "."}


def changed_heads(config: Config) -> dict[tuple[int, int], str]:
    """The letter of each changed head there is, by block and head from 0."""
    shape = shape_of(config)
    found = {(r - 1, c - 1): sign for (r, c), sign in letters(config.operated).items() if r and c}
    return {(r, c): sign for (r, c), sign in found.items() if r < shape.rows and c < shape.heads}


def operates(config: Config) -> bool:
    """Whether anything is changed at all."""
    return bool(changed_heads(config) or letters(config.painted)) or switched(config)


def switched(config: Config) -> bool:
    """Whether temperature, mask or √d are not as in training."""
    return (
        config.temperature != 1
        or config.mask != "trained"
        or scales(config) != shape_of(config).scaled
    )


def masked(kind: str, n: int, m: int, trained: Tensor | None) -> Tensor | None:
    """Where a query may look, (n, m); with filling in the batch, (N, 1, n, m) without it."""
    if kind == "none":
        return None
    if kind == "trained":
        return trained
    mask = causal(n, m) if kind == "causal" else window(n, m, REACH)
    return mask & trained if trained is not None and trained.ndim == 4 else mask


def operation(
    config: Config,
    means: Tensor,
    other: Mapping[int, Seen] | None,
    *,
    this_text: bool = True,
) -> Look:
    """How a model attends with all that the config changes.

    Args:
        means: mean output of each head on held-out inputs, (rows, heads, d).
        other: what the second input did in each block; patches come from there.
        this_text: also do what holds for one text alone: painted cells and patches.
    """
    shape = shape_of(config)
    plain = plain_look(shape)
    at, single = chosen(config)
    heads, cells = changed_heads(config), letters(config.painted)

    def look(row: int, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Attended:
        usual = plain(row, q, k, v, mask)
        weights = usual.weights.clone()  # (N, heads, n, m)
        n, m = weights.shape[-2:]
        if switched(config) and (config.scope == "all" or row == at):
            allowed = masked(config.mask, n, m, mask)
            other_way = attention(
                q, k, v, mask=allowed, scaled=scales(config), temperature=config.temperature
            ).weights
            where = slice(None) if config.scope == "all" else slice(single, single + 1)
            weights[:, where] = other_way[:, where]
        patch = other[row].attended.weights if other and row in other else None
        for (r, head), letter in heads.items():
            if r != row:
                continue
            if letter == "1":
                weights[:, head] = hardened(weights[:, head])
            elif letter == "p" and patch is not None and this_text:
                weights[:, head] = fitted(patch[0, head], n, m)
        if row == at and this_text and cells:
            given = None if patch is None else fitted(patch[0, single], n, m)
            weights[:, single] = paint(weights[:, single], cells, given)
        output = weights @ v  # (N, heads, n, d)
        for (r, head), letter in heads.items():
            if r == row and letter in "0m":
                output[:, head] = means[row, head] if letter == "m" else 0.0
        return Attended(output, weights, usual.scores)

    return look


def hardened(weights: Tensor) -> Tensor:
    """All weight on the key that has most: (..., n, m)."""
    return torch.nn.functional.one_hot(weights.argmax(-1), weights.shape[-1]).to(weights.dtype)


def fitted(weights: Tensor, n: int, m: int) -> Tensor:
    """Weights of another text cut or filled up to (n, m); rows sum to 1 again."""
    out = torch.zeros(n, m)
    rows, columns = min(n, weights.shape[0]), min(m, weights.shape[1])
    out[:rows, :columns] = weights[:rows, :columns]
    out[out.sum(-1) <= 1e-6] = 1.0 / m
    return out / out.sum(-1, keepdim=True)


def paint(weights: Tensor, cells: Mapping[tuple[int, int], str], given: Tensor | None) -> Tensor:
    """Weights (N, n, m) with painted cells; what is not painted shares what is left of the row.

    A row with cells that take all weight shares it among them. If nothing else is left to take
    the rest, the painted cells are made to sum to 1.
    """
    weights = weights.clone()
    n, m = weights.shape[-2:]
    for row in sorted({r for r, c in cells if r < n and c < m}):
        marks = {c: sign for (r, c), sign in cells.items() if r == row and c < m}
        line = weights[:, row]
        if "1" in marks.values():
            fixed = torch.zeros_like(line)
            fixed[:, [c for c, sign in marks.items() if sign == "1"]] = 1.0
            weights[:, row] = fixed / fixed.sum(-1, keepdim=True)
            continue
        fixed, free = torch.zeros_like(line), line.clone()
        for c, sign in marks.items():
            free[:, c] = 0.0
            if sign == "m":
                fixed[:, c] = 1.0 / m
            elif sign == "p":
                fixed[:, c] = line[:, c] if given is None else given[row, c]
        left = free.sum(-1, keepdim=True)
        rest = (1 - fixed.sum(-1, keepdim=True)).clamp(min=0)
        line = fixed + torch.where(left > 1e-9, free / left.clamp(min=1e-9) * rest, 0.0)
        total = line.sum(-1, keepdim=True)
        weights[:, row] = torch.where(total > 1e-9, line / total.clamp(min=1e-9), 0.0)
    return weights


def without(shape: Shape, look: Look) -> Look:
    """Cut one head in each of rows × heads copies of the input: copy r·heads + h lacks head h of
    block r. The batch is (rows · heads · N), copy by copy."""
    count = shape.rows * shape.heads

    def cut(row: int, q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Attended:
        attended = look(row, q, k, v, mask)
        output = attended.output.clone().unflatten(0, (count, -1))
        for head in range(shape.heads):
            output[row * shape.heads + head, :, head] = 0.0
        return attended._replace(output=output.flatten(0, 1))

    return cut
