"""Pooling: a window over numbers, a photograph made small, and pictures that move.

config   the controls
windows  where windows lie, what each cell counts for, and the gradient's way back
moving   shifted, turned and zoomed pictures through PyTorch's pooling, and what changes
lesson   run, and the answer while a hand moves
figure   panels and draw
course   readout, formulas, presets, challenges, the tour
"""

from __future__ import annotations

from labcore import Lab
from labcore.cnn.pooling.config import Config
from labcore.cnn.pooling.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TELLS,
    TOUR,
    readout,
)
from labcore.cnn.pooling.figure import GRABS, VIEWS, draw, panels
from labcore.cnn.pooling.lesson import answer, length, look, run
from labcore.cnn.pooling.moving import change, shifted
from labcore.cnn.pooling.windows import adaptive, back, patches, pool, shares, sliding

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="pooling",
    title="Pooling",
    question="What is left of an image when a window keeps one number of many?",
    tip="Play, then ring a cell by a click and see what comes back to it; under “Shift”, drag the "
    "picture.",
    covers=("B7.5", "C"),
    config=Config,
    length=length,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells=TELLS,
    tour=TOUR,
    verb="Play",
    live=True,
    stays=True,
    code=(look, sliding, adaptive, patches, shares, pool, back, shifted, change),
    data="Photographs of scikit-image and scikit-learn, half-size and in grey; see their licences "
    "in assets/data/manifest.json. Or your own.",
)
