"""Integrals: slices under a curve, change of variables, columns under a surface.

lesson   the controls, the sums and what they tend to, run and answer
figure   panels, draw and readout
course   presets, challenges, tour and formulas
"""

from __future__ import annotations

from labcore import Lab
from labcore.mathematics.integrals.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.mathematics.integrals.figure import GRABS, VIEWS, draw, panels, readout
from labcore.mathematics.integrals.lesson import (
    COUNTS,
    Config,
    accumulated,
    accurate,
    answer,
    columns,
    look,
    pieces_of,
    riemann,
    run,
    volume,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="integrals",
    title="Integrals",
    question="How does a sum of thin slices become an area?",
    tip="Play to slice more finely; drag a and b along the axis.",
    covers=("B22.5",),
    config=Config,
    length=lambda config: len(COUNTS),
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells={
        "Slices": ("Slices", "Their sum", "Integral", "Riemann sum"),
        "Substitution": ("Slices", "In x, in u", "Substitution"),
        "Volume": ("Columns", "Volume", "Double integral"),
    },
    verb="Play",
    live=True,
    stays=True,
    code=(riemann, accumulated, pieces_of, columns, accurate, volume, look),
)
