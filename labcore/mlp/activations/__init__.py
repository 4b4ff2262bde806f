"""Activation functions: a curve, what depth makes of it, and units that die.

functions  nine functions and their derivatives
config     the controls
lesson     the chain, the deep network, the training of units, run and answer
figure     panels, draw and readout
course     presets, challenges, tour and formulas
"""

from __future__ import annotations

from labcore import Lab
from labcore.mlp.activations.config import Config
from labcore.mlp.activations.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.mlp.activations.figure import GRABS, VIEWS, draw, panels, readout
from labcore.mlp.activations.functions import phi, slope
from labcore.mlp.activations.lesson import DEPTH, answer, chain, propagate, run, train_units

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="activations",
    title="Activation functions",
    question="Why did the ReLU replace the sigmoid?",
    tip="Drag the purple point along the curve, and play to send it through fifty layers.",
    covers=("B5.2",),
    config=Config,
    length=lambda config: DEPTH + 1,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells={
        "Curve": ("Layer", "Its number", "Product of slopes", *FORMULAS),
        "Depth": ("Layer", "Values’ deviation", "Gradient’s deviation", "Gradient at layer 0"),
        "Units": ("Step", "Dead units", "Loss"),
    },
    verb="Play",
    live=True,
    stays=True,
    code=(phi, slope, chain, propagate, train_units),
)
