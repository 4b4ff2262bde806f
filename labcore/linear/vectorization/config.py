"""The controls of the lab on vectorization."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import control


class Config(labcore.Config):
    """The controls."""

    precision: Literal["float32", "float64"] = control("float32", title="Numbers")
    """Four or eight bytes a number: half the work is moving them."""

    features: int = control(
        64, title="Features of an example", low=8, high=2048, log=True, views=("Minibatches",)
    )
    """How much work one example is: as many multiplications."""

    batch: int = control(
        16, title="Batch size at the ring", low=1, high=1024, log=True, views=("Minibatches",)
    )
    """Where the ring stands; nothing is measured anew when it moves."""

    repeats: int = control(9, title="Repeats", low=5, high=31)
    """How often each time is measured: shown are the median and the quartiles."""

    clock: bool = control(True, title="Measure seconds", more=True)
    """Seconds are measured while it runs and differ from run to run; without them calls from
    Python are counted."""
