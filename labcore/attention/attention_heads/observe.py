"""From the weights of a moment to a frame: the learner's input, with all that was changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

from labcore import Frame, Start
from labcore.attention.attention_heads.config import Config, chosen, shape_of, texts
from labcore.attention.attention_heads.example import Example, example_of, record
from labcore.attention.attention_heads.explain import agreement, gradient, occlusion, rollout
from labcore.attention.attention_heads.judging import right, write
from labcore.attention.attention_heads.sources import probes
from labcore.attention.attention_heads.surgery import Recorder, Seen, operates, operation, without
from labcore.attention.attention_heads.transformer import Shape, Weights, plain_look, views

THUMB, FINEST = 18, 32
"""Cells along a side of a head in the grid, and of the large matrix."""


@torch.no_grad()
def observe(config: Config, start: Start) -> Frame:
    """A moment of training, looked at as the config says.

    Values, for m queries and n keys of the chosen head, R blocks and H heads:
        loss, accuracy: of the trained model on held-out inputs.
        grid:     uint8 (R · 18, H · 18), all heads' weights, the largest of each head 255.
        weights, scores: (m, n), with all changes, and q·k before scale and mask; of long texts in
                  blocks, `block` tokens wide. line, raw: (n,), the chosen row of both, unblocked.
        entropy:  (m,), bits of each row.
        q, k:     (d,) of the chosen cell; part and output: (d,), its share of the head's output
                  and the whole. lengths: (n,), norms of the values. columns: (n,), mean weight.
        before, after: (T,), by how much the right token leads, without and with the changes.
        operated: accuracy with the changes, those of heads and switches, on held-out inputs.
        cut, cut_accuracy: (R, H), what the mean lead loses without a head, and the accuracy then.
        other, difference: weights on the second input, and the first minus it.
        rollout, occlusion: (T, inputs), gradient: (m, n), agreement: see `explain`.
        written:  (T,), tokens the changed model writes by itself, or the digit it sees.
    """
    shape, kept = shape_of(config), start.checkpoint
    w = views(shape, torch.from_numpy(kept["theta"]))
    means = torch.from_numpy(kept["means"])
    row, head = chosen(config)
    first, second = (example_of(config.task, text) for text in texts(config))
    usual, plain = record(first, shape, w)
    _, other = record(second, shape, w)
    look = operation(config, means, other.seen) if operates(config) else plain_look(shape)
    logits, changed = record(first, shape, w, look) if operates(config) else (usual, plain)
    before, after = first.lead(usual[None])[0], first.lead(logits[None])[0]
    followed = rollout(shape, changed.seen)
    felt = occlusion(first, shape, w, look)
    weights = changed.seen[row].attended.weights[0, head]
    values: dict[str, Any] = {
        "loss": kept["loss"],
        "accuracy": kept["accuracy"],
        "grid": grid(shape, changed),
        **cell(config, changed.seen[row], head),
        "weights": shrunk(weights),
        "scores": shrunk(changed.seen[row].attended.scores[0, head]),
        "block": block(*weights.shape),
        "entropy": entropy(weights),
        "columns": weights.mean(0),
        "before": before,
        "after": after,
        "operated": operated(config, shape, w, means, kept),
        "cut": cut(first, shape, w, look, after),
        "cut_accuracy": kept["cut"],
        **compared(weights, other.seen[row].attended.weights[0, head]),
        "rollout": shrunk(followed),
        "occlusion": shrunk(felt),
        "gradient": shrunk(gradient(first, shape, w, row, head)),
        "agreement": agreement(followed[:, -felt.shape[1] :], felt),
        "written": said(config, first, shape, w, look, logits),
    }
    kept_values = {name: small(value) for name, value in values.items()}
    return Frame(start.step, kept_values, warning(config))


def warning(config: Config) -> str:
    """What the learner should know about the input, in a sentence."""
    size = len(texts(config)[0])
    if config.task not in ("copy", "reverse", "sort") or size <= config.length:
        return ""
    return (
        f"Your input has {size} letters; in training no sequence had more than {config.length}, "
        "so what stands further back was never learnt."
    )


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
    return max(1, -(-max(rows, columns) // FINEST))


def shrunk(matrix: Tensor) -> Tensor:
    """A matrix of long texts as means over blocks; a small one as it is."""
    size = block(*matrix.shape)
    if size == 1:
        return matrix
    return avg_pool2d(matrix[None, None], size, ceil_mode=True, count_include_pad=False)[0, 0]


def grid(shape: Shape, recorder: Recorder) -> Tensor:
    """All heads side by side, blocks from top to bottom, each as bright as its largest weight."""
    lines = []
    for row in range(shape.rows):
        weights = recorder.seen[row].attended.weights  # (1, H, n, m)
        mode = "area" if max(weights.shape[-2:]) > THUMB else "nearest"
        thumbs = interpolate(weights, (THUMB, THUMB), mode=mode)[0]
        top = thumbs.amax((1, 2), keepdim=True).clamp(min=1e-9)
        lines.append((thumbs / top * 255).round().to(torch.uint8).transpose(0, 1).flatten(1))
    return torch.cat(lines)


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


def compared(weights: Tensor, other: Tensor) -> dict[str, Tensor]:
    """The second input's weights, and the first's minus them where both have tokens."""
    m, n = (min(a, b) for a, b in zip(weights.shape, other.shape, strict=True))
    difference = weights[:m, :n] - other[:m, :n]
    return {"other": shrunk(other), "difference": shrunk(difference)}


def cut(example: Example, shape: Shape, w: Weights, look: Any, lead: Tensor) -> Tensor:
    """What the mean lead loses if one head more is cut: (rows, heads)."""
    copies = shape.rows * shape.heads
    less = example.lead(example.logits(shape, w, without(shape, look), copies)).mean(1)
    return (lead.mean() - less).view(shape.rows, shape.heads)


def operated(config: Config, shape: Shape, w: Weights, means: Tensor, kept: Any) -> float:
    """The accuracy with all changes that are not about one text, on 64 held-out inputs."""
    if not operates(config):
        return float(kept["accuracy"])
    look = operation(config, means, None, this_text=False)
    return float(right(shape, w, probes(config), look)[0].float().mean())


def said(
    config: Config, example: Example, shape: Shape, w: Weights, look: Any, logits: Tensor
) -> Tensor:
    """What the model writes by itself. If every token is right after right ones, that is it."""
    likely = logits.argmax(-1)
    if shape.patch or (shape.masked and torch.equal(likely, example.target[0])):
        return likely
    return write(shape, w, example.source, example.target.shape[1], look)[0]
