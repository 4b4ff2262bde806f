"""A text on its way through the pretrained model, as it was trained and with changes."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from labcore.attention.attention_heads.config import LAYERS, Config, shape_of, texts
from labcore.attention.attention_heads.example import Example, example_of
from labcore.attention.attention_heads.minilm import (
    embed_sentence,
    minilm,
    read_on,
    sentence_vector,
)
from labcore.attention.attention_heads.surgery import Recorder, operates, operation
from labcore.attention.attention_heads.transformer import Look, plain_look

MEANT = (
    "The train was late again this morning.",
    "Water boils at one hundred degrees.",
    "Could you send me the report by Friday?",
    "My sister plays the violin in an orchestra.",
    "The court has not yet reached a decision.",
    "Add two eggs and a cup of flour.",
    "Prices rose faster than wages last year.",
    "Few birds stay in the north all winter.",
)
"""An average head gives its mean output on these."""


class Reading(NamedTuple):
    """One text on its way: (1, n, 384) before the first block and after each, and every head."""

    states: list[Tensor]
    recorder: Recorder

    @property
    def vectors(self) -> Tensor:
        """The text's vector after each layer, (7, 384)."""
        return torch.cat([sentence_vector(x) for x in self.states])


@lru_cache(maxsize=4)
def readings(config: Config) -> tuple[Reading, Reading, Reading]:
    """The first text and the second as the trained model reads them, and the first with changes."""
    plain = plain_look(shape_of(config))
    one, two = (reading(example_of("sentence", text), plain) for text in texts(config))
    if not operates(config):
        return one, two, one
    look = changed_look(config, two.recorder)
    return one, two, reading(example_of("sentence", texts(config)[0]), look)


@torch.no_grad()
def reading(example: Example, look: Look) -> Reading:
    """All layers of one text."""
    recorder = Recorder(look)
    x = embed_sentence(minilm(), example.source)
    return Reading([x, *read_on(minilm(), x, recorder, 0, LAYERS)], recorder)


def changed_look(config: Config, other: Recorder) -> Look:
    """How the heads attend to the first text, with all that the config changes."""
    if not operates(config):
        return plain_look(shape_of(config))
    return operation(config, usual_outputs(), other.seen)


@cache
def usual_outputs() -> Tensor:
    """The mean output of each head on a few sentences, (6, 12, 32)."""
    plain = plain_look(shape_of(Config(task="sentence")))
    seen = [reading(example_of("sentence", text), plain).recorder.seen for text in MEANT]
    outputs = [
        torch.cat([one[row].attended.output[0] for one in seen], 1).mean(1) for row in range(LAYERS)
    ]
    return torch.stack(outputs)


def similar(a: Tensor, b: Tensor) -> Tensor:
    """Cosine of the angle between vectors, (..., d) → (...)."""
    return cosine_similarity(a, b, dim=-1)
