"""The controls: what is trained, and what is looked at or changed in what was trained."""

from __future__ import annotations

from typing import Literal

from pydantic import ValidationInfo, field_validator, model_validator

import labcore
from labcore import control
from labcore.attention.attention_heads.inputs import (
    FIRST_TEXTS,
    LONGEST,
    LONGEST_TEXT,
    check_text,
    filled_up,
)
from labcore.attention.attention_heads.tasks import vocabulary
from labcore.attention.attention_heads.transformer import Shape

MOST_ROWS, MOST_HEADS, CELLS = 9, 12, 20
"""Blocks and heads the grid may have, and how many tokens a brush can reach."""
NO_SURGERY = "/".join(["." * (MOST_HEADS + 1)] * (MOST_ROWS + 1))
"""Blocks and heads count from 1; the first row and column of letters mean nothing."""
NO_PAINT = "/".join(["." * CELLS] * CELLS)
TRAINED = ("dates", "reverse", "sort", "copy", "patches")
"""Tasks that are learnt from nothing."""
LAYERS = 6  # of the pretrained model
FRESH = {"text": "", "second": "", "operated": NO_SURGERY, "painted": NO_PAINT, "row": 3, "head": 3,
         "query": 6, "key": 3}  # fmt: skip
"""What a task brings: no text or painting of another one is left."""


class Config(labcore.Config):
    """One training, and one way to look at it."""

    task: Literal["dates", "reverse", "sort", "copy", "patches", "sentence"] = control(
        "dates",
        title="Task",
        labels={
            "dates": "Dates: 12 March 2019 → 2019-03-12",
            "reverse": "Reverse letters",
            "sort": "Sort letters",
            "copy": "Copy letters",
            "patches": "Digits from 16 patches",
            "sentence": "Sentences: pretrained MiniLM",
        },
        brings={
            **dict.fromkeys(TRAINED, FRESH),
            "patches": {**FRESH, "row": 1, "query": 0},
            "sentence": {**FRESH, "row": 6, "head": 8, "query": 2, "key": 5},
        },
    )
    """What is learnt, from nothing, on examples made on the spot; digits are real and have an
    encoder only. MiniLM was trained by others: here it reads two English texts."""

    text: str = control("", title="Your input", high=LONGEST_TEXT)
    """A day, letters a to z, the number of a picture from 0 to 296, or English up to 128 tokens;
    empty for our example. A day: 12 march 2019, mar 12, 2019, 12 mar 2019 or 12.03.2019."""

    position: Literal["learned", "sinusoidal", "rotary", "none"] = control(
        "learned",
        title="Positions",
        labels={
            "learned": "Learned, added",
            "sinusoidal": "Sines, added",
            "rotary": "Rotary: turn q and k",
            "none": "None",
        },
        only={"task": TRAINED},
    )
    """How the model is told where a token stands. Trained anew when this changes."""

    brush: Literal["look", "0", "m", "1", "p", "."] = control(
        "look",
        title="A click on a head or cell",
        labels={
            "look": "looks at it",
            "0": "cuts it: weight 0",
            "m": "makes it average",
            "1": "sharpens: all weight there",
            "p": "patches in the second input",
            ".": "restores it",
        },
    )
    """Heads are changed in the grid, single weights in the matrix of the chosen head. Painted
    rows are made to sum to 1 again."""

    temperature: float = control(1.0, title="Temperature", low=0.1, high=10, log=True)
    """The scores are divided by it before the softmax, in the trained model. Low makes attention
    hard, high makes it even."""

    mask: Literal["trained", "none", "causal", "window"] = control(
        "trained",
        title="Mask",
        labels={
            "trained": "As trained",
            "none": "None: all may be seen",
            "causal": "Causal: nothing to come",
            "window": "Window: 2 places around",
        },
    )
    """Where a query of the trained model may look."""

    scaled: Literal["trained", "yes", "no"] = control(
        "trained",
        title="Divide by √d",
        labels={"trained": "As trained", "yes": "Yes", "no": "No"},
    )
    """Whether the trained model divides its scores by the root of the head's width."""

    second: str = control("", title="Second input", high=LONGEST_TEXT, more=True)
    """What the first is compared with, and what patches come from; empty for our example."""

    scope: Literal["head", "all"] = control(
        "head",
        title="Temperature, mask and √d act on",
        more=True,
        labels={"head": "The chosen head", "all": "All heads"},
    )
    """Where the three switches above act."""

    row: int = control(3, title="Block", low=1, high=MOST_ROWS, more=True)
    """Row of the grid: the encoder’s blocks first, then the decoder’s. Click the grid instead."""

    head: int = control(3, title="Head", low=1, high=MOST_HEADS, more=True)
    """Column of the grid. Click the grid instead."""

    query: int = control(6, title="Query", low=0, high=LONGEST + 1, more=True)
    """Row of the matrix whose numbers are shown, from 0. Click the matrix instead."""

    key: int = control(3, title="Key", low=0, high=LONGEST + 1, more=True)
    """Column of the matrix whose numbers are shown, from 0. Click the matrix instead."""

    layers: int = control(
        1, title="Layers", low=1, high=3, more=True, only={"task": TRAINED}
    )  # fmt: skip
    """Of the encoder, and of the decoder."""

    heads: Literal["1", "2", "4", "8"] = control(
        "4", title="Heads", more=True, only={"task": TRAINED}
    )
    """They share the width of a token among them."""

    width: Literal["16", "32", "64"] = control(
        "32", title="Width of a token", more=True, only={"task": TRAINED}
    )
    """Coordinates of each token’s vector."""

    length: int = control(
        10, title="Longest in training", low=3, high=20, more=True,
        only={"task": ("reverse", "sort", "copy")},
    )  # fmt: skip
    """Sequences in training have 3 letters up to so many."""

    steps: int = control(
        480, title="Training steps", low=24, high=1200, step=24, more=True, only={"task": TRAINED}
    )
    """Steps of Adam; about 49 frames are taken on the way."""

    lr: float = control(
        0.008, title="Learning rate", low=1e-4, high=0.03, log=True, more=True,
        only={"task": TRAINED},
    )  # fmt: skip
    """At its highest: it rises over the warm-up and falls along a cosine."""

    warmup: int = control(
        40, title="Warm-up steps", low=0, high=400, step=10, more=True, only={"task": TRAINED}
    )
    """The learning rate rises on a straight line for so long."""

    batch: int = control(
        64, title="Sequences in a step", low=8, high=128, step=8, more=True, only={"task": TRAINED}
    )
    """Drawn anew for each step."""

    trained_scale: bool = control(True, title="Train with √d", more=True, only={"task": TRAINED})
    """Whether scores are divided by √d while the model is trained."""

    trained_mask: bool = control(
        True, title="Train with the causal mask", more=True,
        only={"task": ("dates", "reverse", "sort", "copy")},
    )  # fmt: skip
    """Without it the decoder sees in training the very letter it shall write."""

    operated: str = control(NO_SURGERY, title="Changed heads", high=len(NO_SURGERY), more=True)
    """A letter a head, rows joined by “/”: “.” as trained, 0 cut, m average, 1 sharp, p patched.
    Paint the grid instead."""

    painted: str = control(NO_PAINT, title="Changed weights", high=len(NO_PAINT), more=True)
    """A letter a cell of the chosen head’s matrix, rows joined by “/”. Paint the matrix instead."""

    @field_validator("operated", "painted")
    @classmethod
    def _is_painting(cls, text: str, info: ValidationInfo) -> str:
        strange = sorted(set(text) - set(".0m1p/"))
        if strange:
            raise ValueError(
                f"“{strange[0]}” is no change; there is . 0 m 1 p, and / between rows."
            )
        blank = NO_SURGERY if info.field_name == "operated" else NO_PAINT
        return filled_up(text, blank)

    @model_validator(mode="after")
    def _texts_can_be_read(self) -> Config:
        for given in (self.text, self.second):
            check_text(self.task, given.strip().lower())
        return self


def texts(config: Config) -> tuple[str, str]:
    """The two inputs, as the model reads them."""
    first, second = FIRST_TEXTS[config.task]
    given = config.text.strip(), config.second.strip()
    if config.task != "sentence":
        given = given[0].lower(), given[1].lower()
    return given[0] or first, given[1] or second


def shape_of(config: Config) -> Shape:
    """What the model of a config is made of."""
    if config.task == "sentence":
        return Shape(30_522, 384, 12, LAYERS, "learned", pretrained=True)
    picture = config.task == "patches"
    return Shape(
        tokens=0 if picture else vocabulary(config.task),
        width=int(config.width),
        heads=int(config.heads),
        layers=config.layers,
        position=config.position,
        scaled=config.trained_scale,
        masked=config.trained_mask,
        patch=4 if picture else 0,
    )


def chosen(config: Config) -> tuple[int, int]:
    """Block and head looked at, from 0; the last there is if there are not so many."""
    shape = shape_of(config)
    return min(config.row, shape.rows) - 1, min(config.head, shape.heads) - 1


def scales(config: Config) -> bool:
    """Whether scores are divided by √d now."""
    return shape_of(config).scaled if config.scaled == "trained" else config.scaled == "yes"


def timeline(config: Config) -> tuple[str, int]:
    """What the frames of a run count, and the last of it."""
    return ("layers read", LAYERS) if config.task == "sentence" else ("training step", config.steps)
