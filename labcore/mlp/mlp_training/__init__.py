"""A multilayer perceptron on clothes: gradients by hand, and PyTorch's layers beside them.

config  the controls
lesson  the network from scratch, its concise twin, run, observe and answer
figure  panels, draw and readout
course  presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Lab
from labcore.mlp.mlp_training.config import Config, observed
from labcore.mlp.mlp_training.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.mlp.mlp_training.figure import GRABS, TELLS, VIEWS, draw, panels, readout
from labcore.mlp.mlp_training.lesson import (
    answer,
    begin,
    concise,
    forward,
    gradients,
    observe,
    run,
)

__all__ = ["LAB", "Config", "answer", "draw", "observe", "panels", "readout", "run"]

LAB = Lab(
    slug="mlp_training",
    title="Training a multilayer perceptron",
    question="What does a network learn first?",
    tip="Watch garments appear in the first layer; then open “Opinions” and click on an image.",
    covers=("B5.6",),
    config=Config,
    length=lambda config: len(observed(config)),
    quick={"epochs": 1, "hidden": 32},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells=TELLS,
    tour=TOUR,
    resumable=True,
    observes=("column", "row", "page", "show"),
    code=(begin, forward, gradients, concise),
    data="Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT, © Zalando SE): 10,000 of its training "
    "and 2,000 of its test images, 28 × 28 pixels, grey values from 0 to 1.",
)
