"""What is measured on the weights of attention, whatever model they are of."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

from labcore.attention.attention_heads.config import Config, chosen
from labcore.attention.attention_heads.surgery import Recorder, Seen
from labcore.attention.attention_heads.transformer import Shape

FINEST, COARSER = 32, 24
"""Tokens shown one by one in a large matrix; of more, so many blocks at most."""
THUMB, GRID = 18, 7_800
"""Cells along a side of a head in the grid at most, and cells of the whole grid."""
NUMERICAL = 0.01
"""Singular values below this share of the largest count as 0."""


def of_head(config: Config, shape: Shape, changed: Recorder, other: Recorder) -> dict[str, Any]:
    """All that a frame says of the chosen head, and the grid of all heads; see `observe`."""
    row, head = chosen(config)
    seen = changed.seen[row]
    weights = seen.attended.weights[0, head]
    rank, effective = ranks(weights)
    return {
        "grid": grid(shape, changed),
        **cell(config, seen, head),
        "weights": shrunk(weights),
        "scores": shrunk(seen.attended.scores[0, head]),
        "block": block(*weights.shape),
        "entropy": entropy(weights),
        "rank": rank,
        "effective": effective,
        "columns": weights.mean(0),
        "sinks": sinks(shape, changed),
        **compared(weights, other.seen[row].attended.weights[0, head]),
    }


def small(value: Any) -> Any:
    """As a frame holds it: float32, or whole numbers as they are."""
    array = np.asarray(value)
    return (
        array.astype(np.int32 if array.dtype == np.int64 else np.float32)
        if (array.dtype != np.uint8)
        else array
    )


def block(rows: int, columns: int) -> int:
    """How many tokens one cell of the large matrix stands for."""
    most = max(rows, columns)
    return 1 if most <= FINEST else -(-most // COARSER)


def shrunk(matrix: Tensor) -> Tensor:
    """A matrix of long texts as means over blocks; a small one as it is."""
    size = block(*matrix.shape)
    if size == 1:
        return matrix
    return avg_pool2d(matrix[None, None], size, ceil_mode=True, count_include_pad=False)[0, 0]


def grid(shape: Shape, recorder: Recorder) -> Tensor:
    """All heads side by side, blocks from top to bottom, each as bright as its largest weight."""
    side, lines = thumb(shape), []
    for row in range(shape.rows):
        weights = recorder.seen[row].attended.weights  # (1, H, n, m)
        mode = "area" if max(weights.shape[-2:]) > side else "nearest"
        thumbs = interpolate(weights, (side, side), mode=mode)[0]
        top = thumbs.amax((1, 2), keepdim=True).clamp(min=1e-9)
        lines.append((thumbs / top * 255).round().to(torch.uint8).transpose(0, 1).flatten(1))
    return torch.cat(lines)


def thumb(shape: Shape) -> int:
    """Cells along a side of each head in the grid: fewer if there are many heads."""
    return min(THUMB, math.isqrt(GRID // (shape.rows * shape.heads)))


def cell(config: Config, seen: Seen, head: int) -> dict[str, Tensor]:
    """The numbers of the chosen row and cell."""
    q, k, v = seen.q[0, head], seen.k[0, head], seen.v[0, head]
    i, j = min(config.query, len(q) - 1), min(config.key, len(k) - 1)
    weights = seen.attended.weights[0, head]
    return {
        "line": weights[i],
        "raw": seen.attended.scores[0, head, i],
        "q": q[i],
        "k": k[j],
        "part": weights[i, j] * v[j],
        "output": seen.attended.output[0, head, i],
        "lengths": v.norm(dim=-1),
    }


def entropy(weights: Tensor) -> Tensor:
    """Bits of each row: 0 if all weight is on one key, log₂ n if it is even. (m, n) → (m,)."""
    return -torch.special.xlogy(weights, weights).sum(-1) / np.log(2)


def ranks(weights: Tensor) -> tuple[int, float]:
    """Rank of a matrix, of all singular values above 1 % of the largest, and its effective rank.

    The latter is exp H of the singular values as shares of their sum (Roy & Vetterli, 2007): 1 if
    all rows are alike, n for a permutation.
    """
    sizes = torch.linalg.svdvals(weights.double())
    share = sizes / sizes.sum().clamp(min=1e-12)
    spread = -torch.special.xlogy(share, share).sum()
    return int((sizes > NUMERICAL * sizes[0]).sum()), float(spread.exp())


def sinks(shape: Shape, recorder: Recorder) -> Tensor:
    """The share of all weight on the first key and on the last, by head: (rows, heads, 2)."""
    seen = [recorder.seen[row].attended.weights[0].mean(1) for row in range(shape.rows)]
    return torch.stack([columns[:, [0, -1]] for columns in seen])


def compared(weights: Tensor, other: Tensor) -> dict[str, Tensor]:
    """The second input's weights, and the first's minus them where both have tokens."""
    m, n = (min(a, b) for a, b in zip(weights.shape, other.shape, strict=True))
    difference = weights[:m, :n] - other[:m, :n]
    return {"other": shrunk(other), "difference": shrunk(difference)}
