"""Initialization: scale through depth, symmetry, and products of random matrices.

config    the controls
depth     fifty layers measured, and what theory foretells
symmetry  a small network whose units start alike
products  products of random matrices
lesson    run and answer
figure    panels, draw and readout
course    presets, challenges, tour and formulas
"""

from __future__ import annotations

from labcore import Lab
from labcore.mlp.initialization.config import Config
from labcore.mlp.initialization.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.mlp.initialization.depth import DEPTH, deviation, first_weights, foretell, measure
from labcore.mlp.initialization.figure import GRABS, VIEWS, draw, panels, readout
from labcore.mlp.initialization.lesson import answer, run
from labcore.mlp.initialization.products import mean_rate, typical_rate
from labcore.mlp.initialization.symmetry import learn

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="initialization",
    title="Initialization",
    question="How large should the first weights be?",
    tip="Drag the purple mark: the size of the weights decides what arrives fifty layers on.",
    covers=("B5.4",),
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
        "Layers": (
            "Layer", "Size of the values", "Size of the gradient", "Gradient at the first layer",
            "Variance through a layer", "Xavier and He",
        ),
        "Symmetry": ("Step", "Loss", "Units apart by"),
        "Product": ("Matrices", "Length now", "Foretold", "A product of matrices"),
    },
    verb="Play",
    live=True,
    stays=True,
    code=(deviation, first_weights, measure, foretell, learn, typical_rate, mean_rate),
)  # fmt: skip
