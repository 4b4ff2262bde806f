"""The learner's own input, ready for the model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from torch import Tensor

from labcore.attention.attention_heads.digits import patches, pictures
from labcore.attention.attention_heads.minilm import wordpieces
from labcore.attention.attention_heads.surgery import Recorder
from labcore.attention.attention_heads.tasks import (
    START,
    encode_text,
    right_answer,
    token_words,
)
from labcore.attention.attention_heads.transformer import (
    Look,
    Shape,
    Weights,
    classify,
    plain_look,
    translate,
)


@dataclass(frozen=True, slots=True)
class Example:
    """One input and what should come of it.

    source: (1, n) tokens, or (1, 16, 4) patches. given: (1, m), what the decoder reads.
    target: (1, m), what it shall write; the digit, (1, 1), of a picture; of a sentence nothing.
    inputs, read, written: a word for each token of the three.
    """

    source: Tensor
    given: Tensor
    target: Tensor
    inputs: tuple[str, ...]
    read: tuple[str, ...]
    written: tuple[str, ...]
    image: Tensor | None = None

    def axes(self, shape: Shape, row: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Words of the queries and of the keys of a block.

        A query of the decoder is named by the token it writes, a key by the token that is there:
        the decoder reads ▸ and writes the first.
        """
        if row < shape.layers:
            return self.inputs, self.inputs
        cross = (row - shape.layers) % 2
        return self.written, self.inputs if cross else self.read

    def logits(self, shape: Shape, w: Weights, look: Look, copies: int = 1) -> Tensor:
        """Of each token to be written: (copies, m, tokens)."""
        source = self.source.expand(copies, *self.source.shape[1:])
        if shape.patch:
            return classify(shape, w, source, look)[:, None]
        return translate(shape, w, source, self.given.expand(copies, -1), look)

    def lead(self, logits: Tensor) -> Tensor:
        """By how much the right token leads the best wrong one: (N, m, tokens) → (N, m)."""
        target = self.target.expand(len(logits), -1)[..., None]
        right = logits.gather(-1, target)[..., 0]
        return right - logits.scatter(-1, target, -torch.inf).max(-1).values

    def with_source(self, source: Tensor) -> Example:
        """The same question about other inputs, (N, n); for those that are changed a little."""
        return replace(self, source=source, given=self.given.expand(len(source), -1))


@lru_cache(maxsize=64)
def example_of(task: str, text: str) -> Example:
    """The input a text stands for."""
    if task == "patches":
        images, digits = pictures()
        number = int(text)
        names = ("class", *(f"{r + 1}{'abcd'[c]}" for r in range(4) for c in range(4)))
        digit = digits[number : number + 1]
        return Example(
            patches(images[number : number + 1]), torch.zeros(1, 1), digit[:, None],
            names, (), (str(int(digit)),), images[number],
        )  # fmt: skip
    if task == "sentence":
        ids, pieces = wordpieces(text)
        nothing = torch.zeros(1, 0)
        return Example(torch.tensor([ids]), nothing, nothing, pieces, (), ("sentence",))
    source = encode_text(task, text)
    target = encode_text(task, right_answer(task, text) or "")
    given = [START, *target[:-1]]
    return Example(
        torch.tensor([source]), torch.tensor([given]), torch.tensor([target]),
        inputs=tuple(token_words(task, source)), read=tuple(token_words(task, given)),
        written=tuple(token_words(task, target)),
    )  # fmt: skip


def record(
    example: Example, shape: Shape, w: Weights, look: Look | None = None
) -> tuple[Tensor, Recorder]:
    """The logits of an example, (m, tokens), and what each block did."""
    recorder = Recorder(look or plain_look(shape))
    return example.logits(shape, w, recorder)[0], recorder
