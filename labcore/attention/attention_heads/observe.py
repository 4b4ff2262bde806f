"""From the weights of a moment to a frame: the learner's input, with all that was changed."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from labcore import Frame, Start
from labcore.attention.attention_heads.config import Config, chosen, shape_of, texts
from labcore.attention.attention_heads.example import Example, example_of, record
from labcore.attention.attention_heads.explain import LONG, agreement, gradient, occlusion, rollout
from labcore.attention.attention_heads.judging import right, write
from labcore.attention.attention_heads.measures import of_head, shrunk, small
from labcore.attention.attention_heads.sentences import observe_sentences
from labcore.attention.attention_heads.sources import probes
from labcore.attention.attention_heads.surgery import operates, operation, without
from labcore.attention.attention_heads.transformer import Shape, Weights, plain_look, views

NONE = float("nan")
MOST_CUT = 2000
"""Heads times tokens up to which heads are cut one by one."""


@torch.no_grad()
def observe(config: Config, start: Start) -> Frame:
    """A moment of training, looked at as the config says.

    Values, for m queries and n keys of the chosen head, R blocks and H heads:
        loss, accuracy: of the trained model on held-out inputs.
        grid:     uint8 (R · t, H · t), all heads' weights, the largest of each head 255.
        weights, scores: (m, n), with all changes, and q·k before scale and mask; of long texts in
                  blocks, `block` tokens wide. line, raw: (n,), the chosen row of both, unblocked.
        entropy:  (m,), bits of each row. rank, effective: of the matrix, see `ranks`.
        sinks:    (R, H, 2), the share of all weight on the first key and on the last.
        q, k:     (d,) of the chosen cell; part and output: (d,), its share of the head's output
                  and the whole. lengths: (n,), norms of the values. columns: (n,), mean weight.
        before, after: (T,), by how much the right token leads, without and with the changes.
        operated: accuracy with the changes, those of heads and switches, on held-out inputs.
        cut, cut_accuracy: (R, H), what the mean lead loses without a head, and the accuracy then.
        other, difference: weights on the second input, and the first minus it.
        rollout, occlusion: (T, inputs), gradient: (m, n), agreement: see `explain`.
        written:  (T,), tokens the changed model writes by itself, or the digit it sees.
    """
    if config.task == "sentence":
        return observe_sentences(config, start)
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
    values: dict[str, Any] = {
        "loss": kept["loss"],
        "accuracy": kept["accuracy"],
        **of_head(config, shape, changed, other),
        "before": before,
        "after": after,
        "operated": operated(config, shape, w, means, kept),
        "cut": cut(first, shape, w, look, after),
        "cut_accuracy": kept["cut"],
        "rollout": shrunk(followed),
        "occlusion": shrunk(felt),
        "gradient": shrunk(gradient(first, shape, w, row, head)),
        "agreement": agreement(followed[:, -felt.shape[1] :], felt) if felt.numel() > 1 else NONE,
        "written": said(config, first, shape, w, look, logits),
    }
    kept_values = {name: small(value) for name, value in values.items()}
    return Frame(start.step, kept_values, warning(config))


def warning(config: Config) -> str:
    """What the learner should know about the input, in a sentence."""
    size = len(texts(config)[0])
    if size > LONG:
        return f"What each input token is worth is measured up to {LONG} tokens only."
    if config.task not in ("copy", "reverse", "sort") or size <= config.length:
        return ""
    return (
        f"Your input has {size} letters; in training no sequence had more than {config.length}, "
        "so what stands further back was never learnt."
    )


def cut(example: Example, shape: Shape, w: Weights, look: Any, lead: Tensor) -> Tensor:
    """What the mean lead loses if one head more is cut, (rows, heads); NaN if it takes too long."""
    copies = shape.rows * shape.heads
    if copies * max(len(example.inputs), len(example.written)) > MOST_CUT:
        return torch.full((shape.rows, shape.heads), torch.nan)
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
