"""Schedules of the learning rate: six networks side by side, one of them on yours.

config   the controls, and the factor of each schedule at each step
clothes  real images, and a network for several sets of weights
lesson   run, and the answer while a hand draws
figure   panels and draw
course   readout, formulas, presets, challenges, the tour

The schedules themselves are `labcore.schedules`.
"""

from __future__ import annotations

from labcore import Lab
from labcore.optimization.schedules.config import Config, factors
from labcore.optimization.schedules.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
    readout,
)
from labcore.optimization.schedules.figure import GRABS, VIEWS, draw, panels
from labcore.optimization.schedules.lesson import answer, observed, run
from labcore.schedules import cosine, cyclical, drawn, factor, multi_step

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="schedules",
    title="Learning rate schedules",
    question="When should the learning rate fall?",
    tip="Drag the purple points, or click to add one: your network trains beside five others.",
    covers=("B12.11",),
    config=Config,
    length=lambda config: len(observed(config)),
    quick={"steps": 100},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tour=TOUR,
    live=True,
    stays=True,
    code=(factors, factor, multi_step, cosine, cyclical, drawn),
    data="Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT, © Zalando SE): 10,000 training and "
    "2,000 test images, halved to 14 × 14 pixels.",
)
