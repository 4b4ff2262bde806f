"""The controls of the lab on minibatches."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import control

Feature = Literal["lotsize", "bedrooms", "bathrms", "stories", "driveway", "recroom", "fullbase",
                  "gashw", "airco", "garagepl", "prefarea"]  # fmt: skip
WORDS = {"lotsize": "Lot size", "bedrooms": "Bedrooms", "bathrms": "Bathrooms",
         "stories": "Storeys", "driveway": "Driveway", "recroom": "Recreation room",
         "fullbase": "Basement", "gashw": "Gas heating", "airco": "Air conditioning",
         "garagepl": "Garage places", "prefarea": "Preferred area"}  # fmt: skip
SIZES = (1, 10, 100, 546)
"""Batch sizes that race; the last is all houses."""
SCHEDULES = ("constant", "exponential", "polynomial")
DRAWS, EPOCHS, STEPS, SEEDS = 300, 20, 3000, 16


class Config(labcore.Config):
    """The controls."""

    part: Literal["noise", "race", "decay"] = control(
        "noise",
        title="Look at",
        labels={"noise": "The noise of a minibatch", "race": "Batch sizes in a race",
                "decay": "Letting η decay"},
        brings={"noise": {}, "race": {"lr": 0.005}, "decay": {"lr": 0.1, "batch": 5}},
    )  # fmt: skip
    """One gradient, a whole training, or how it ends."""

    batch: int = control(
        10, title="Batch size b", low=1, high=546, only={"part": ("noise", "decay")}
    )
    """Houses in a minibatch; 546 are all of them."""

    replacement: bool = control(False, title="Draw with replacement")
    """With it a house may come twice; without, an epoch sees each once, in a new order."""

    across: Feature = control(
        "bathrms", title="Weight across", labels=WORDS, only={"part": ("noise",)}
    )
    """The weight along the horizontal axis."""

    up: Feature = control(
        "lotsize", title="Weight up", labels=WORDS, only={"part": ("noise",)}, more=True
    )
    """The weight along the vertical axis."""

    lr: float = control(
        0.005, title="Learning rate η", low=0.001, high=1.0, log=True,
        only={"part": ("race", "decay")},
    )  # fmt: skip
    """In the race that of batch size 1; with decay, where it begins."""

    scaling: Literal["same", "sqrt", "linear"] = control(
        "same", title="η of larger batches",
        labels={"same": "The same", "sqrt": "Grows as √b", "linear": "Grows as b"},
        only={"part": ("race",)},
    )  # fmt: skip
    """How η grows with the batch, up to 1 / λ, where λ is the largest curvature."""

    half_life: int = control(
        400, title="Exponential: steps to half", low=20, high=3000, step=20, more=True,
        only={"part": ("decay",)},
    )  # fmt: skip
    """After so many steps the exponential schedule has half its η."""

    power: float = control(
        0.5, title="Polynomial: power", low=0.1, high=1.5, step=0.05, only={"part": ("decay",)}
    )
    """η falls as (1 + 0.1 t) to the minus this power: ½ and 1 are the theory's."""

    w_across: float = control(0.9, title="Weight across, value", low=-1.5, high=1.5, more=True)
    """Where you hold the first weight."""

    w_up: float = control(-0.5, title="Weight up, value", low=-1.5, high=1.5, more=True)
    """Where you hold the second weight."""

    clock: bool = control(True, title="Measure seconds", more=True, only={"part": ("race",)})
    """Seconds are measured while the race runs and differ from run to run; without them, steps
    are counted."""


def pair(config: Config) -> tuple[int, int]:
    """The places of the two weights shown; the second is the next one if both are the same."""
    names = tuple(WORDS)
    i, j = names.index(config.across), names.index(config.up)
    return i, j if j != i else (i + 1) % len(names)
