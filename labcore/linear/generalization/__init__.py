"""Generalization: degree, cross-validation, learning curves, early stopping, double descent.

config   the controls
worlds   what points come from
fits     polynomials, waves, descent, and their errors
lesson   cross-validation, learning curves, patience, run and answer
figure   panels and draw
course   readout, formulas, presets, challenges, the tour
"""

from __future__ import annotations

from labcore import Lab
from labcore.linear.generalization.config import Config
from labcore.linear.generalization.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
    readout,
)
from labcore.linear.generalization.figure import GRABS, draw, panels
from labcore.linear.generalization.fits import (
    by_degree,
    by_epoch,
    by_width,
    least,
    mse,
    powers,
    waves,
)
from labcore.linear.generalization.lesson import (
    answer,
    cross_validate,
    deal,
    places,
    run,
    stops,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="generalization",
    title="Generalization",
    question="How do you know that a fit has learnt, and not learnt by heart?",
    tip="Play through the degrees; then drag the purple point at degree 3 and at degree 15.",
    covers=("B3.6", "B5.5"),
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
    code=(powers, waves, least, mse, by_degree, deal, cross_validate, by_epoch, stops, by_width),
    data="133 measurements of a dummy's head in a motorcycle crash (Schmidt, Mattern & Schüler, "
    "1981), as mcycle of R's MASS; the split into training and unseen points is random. The wave "
    "and the cubic are synthetic.",
)  # fmt: skip
