"""Two texts read by the pretrained model, layer by layer, and how alike they become.

Nothing is trained here: a frame shows how far the model has read, from the bare tokens to the
last of its six blocks. All changes act on the first text; the second is read as trained.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from labcore import Frame, Start
from labcore.attention.attention_heads.config import LAYERS, Config, shape_of, texts
from labcore.attention.attention_heads.example import Example, example_of
from labcore.attention.attention_heads.explain import LONG, agreement, rollout
from labcore.attention.attention_heads.measures import of_head, shrunk, small
from labcore.attention.attention_heads.minilm import MOST_TOKENS, has_more
from labcore.attention.attention_heads.reading import readings, similar
from labcore.attention.attention_heads.worth import cuts, felt, slopes, too_long


def run_sentences(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """One frame for the bare tokens and one for each block.

    Raises:
        ValueError: a sentence, if the model is not installed or the run to go on from trained one.
    """
    if start is not None and "layer" not in start.checkpoint:
        raise ValueError("that run trained a model of its own; MiniLM reads from its first layer")
    for layer in range(0 if start is None else start.step + 1, LAYERS + 1):
        checkpoint = {"layer": np.array(layer, np.int32)}
        frame = observe_sentences(config, Start(layer, checkpoint))
        yield Frame(frame.step, frame.values, frame.note, checkpoint)


@torch.no_grad()
def observe_sentences(config: Config, start: Start) -> Frame:
    """What the first blocks have made of the two texts.

    Values besides those of `of_head`, where k blocks have been read:
        similarity, changed: cosine of the two texts' vectors, as trained and with all changes.
        word:     the same of the chosen query's token and its like in the second text, or NaN.
        before, after: (7,), the similarity after each layer so far, NaN further on.
        cut:      (6, 12), what the similarity loses if one head more is cut.
        rollout, occlusion: (1, n), see `explain` and `felt`. agreement: their correlation.
        gradient: (n, n), each weight of the chosen head times the similarity's slope along it.
        norms:    length of the first text's vector and of the second's; product: their dot product.
    """
    layer, shape = int(start.checkpoint["layer"]), shape_of(config)
    first, second = (example_of("sentence", text) for text in texts(config))
    plain, other, changed = readings(config)
    before, after = (similar(x.vectors, other.vectors) for x in (plain, changed))
    later = torch.arange(LAYERS + 1) > layer
    values = of_head(config, shape, changed.recorder, other.recorder)
    rows = len(values["grid"]) // shape.rows * layer
    values["grid"][rows:] = 0  # not read yet
    followed = rollout_to(config, layer)
    replaced = felt(config)[:, layer]
    a, b = changed.vectors[layer], other.vectors[layer]
    values |= {
        "similarity": before[layer],
        "changed": after[layer],
        "word": word_similarity(config, first, second, plain.states[layer], other.states[layer]),
        "before": before.masked_fill(later, torch.nan),
        "after": after.masked_fill(later, torch.nan),
        "cut": cuts(config)[layer] if layer else torch.zeros(shape.rows, shape.heads),
        "rollout": followed,
        "occlusion": replaced[None],
        "gradient": shrunk(slopes(config)[layer]),
        "agreement": agreement(followed, replaced[None]),
        "norms": torch.stack([a.norm(), b.norm()]),
        "product": a @ b,
    }
    return Frame(layer, {name: small(value) for name, value in values.items()}, shortened(config))


def word_similarity(config: Config, one: Example, two: Example, a: Tensor, b: Tensor) -> float:
    """How alike the chosen word is in both texts; NaN if the second does not have it."""
    place = min(config.query, len(one.inputs) - 1)
    if one.inputs[place] not in two.inputs:
        return float("nan")
    return float(similar(a[0, place], b[0, two.inputs.index(one.inputs[place])]))


def rollout_to(config: Config, layers: int) -> Tensor:
    """Roll-out through the first blocks alone, (1, n)."""
    seen = readings(config)[2].recorder.seen
    if not layers:
        n = seen[0].q.shape[-2]
        return torch.full((1, n), 1 / n)
    return rollout(replace(shape_of(config), layers=layers), seen)


def shortened(config: Config) -> str:
    """What is not read, or not measured, in a sentence."""
    for which, text in zip(("Your", "The second"), texts(config), strict=True):
        if has_more(text):
            return f"{which} text is longer than {MOST_TOKENS} tokens; the rest is not read."
    if too_long(config):
        return f"What each head and token is worth is measured up to {LONG} tokens only."
    return ""
