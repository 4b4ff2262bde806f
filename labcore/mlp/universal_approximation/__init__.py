"""Universal approximation: bent lines that add up, folds that double, and a collapse.

config  the controls
pieces  one hidden layer for a drawn curve, solved or trained
depth   folds, pieces of random networks, layers as matrices
lesson  run and answer
figure  panels, draw and readout
course  presets, challenges, tour and formulas
"""

from __future__ import annotations

from labcore import Lab
from labcore.mlp.universal_approximation.config import Config
from labcore.mlp.universal_approximation.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.mlp.universal_approximation.depth import count_pieces, fold, folded, product, through
from labcore.mlp.universal_approximation.figure import GRABS, VIEWS, draw, panels, readout
from labcore.mlp.universal_approximation.lesson import answer, run
from labcore.mlp.universal_approximation.pieces import (
    FRAMES,
    contributions,
    fixed_units,
    random_units,
    says,
    solve,
    target,
    train,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="universal_approximation",
    title="Universal approximation",
    question="Can bent lines add up to any curve?",
    tip="Drag the purple points: a network of a few units follows your curve.",
    covers=("B5.1",),
    config=Config,
    length=lambda config: FRAMES + 1,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells={
        "Pieces": (
            "Units", "Root mean square error", "Largest error", "Training", "A sum of bent lines",
        ),
        "Depth": ("Pieces, deep", "Pieces, one layer", "Weights of either", "Pieces"),
        "Collapse": ("Layers passed", "One matrix is off by", "One matrix"),
    },
    verb="Play",
    live=True,
    stays=True,
    code=(target, fixed_units, solve, random_units, says, train, contributions, fold, folded,
          count_pieces, through, product),
)  # fmt: skip
