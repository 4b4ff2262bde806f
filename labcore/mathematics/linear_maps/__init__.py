"""A matrix that one drags: the map, its eigenvalues, power iteration, SVD, a system.

algebra  eigenvalues, singular values, power iteration and a system, by hand
lesson   the controls, run, answer      figure  panels and draw
strokes  marks that pictures share      words   readout and formulas
course   presets, challenges, tour, references
"""

from __future__ import annotations

from labcore import Grab, Lab
from labcore.mathematics.linear_maps.algebra import eigen, iterate, kernel, solve, svd
from labcore.mathematics.linear_maps.course import CHALLENGES, PRESETS, REFERENCES, TOUR
from labcore.mathematics.linear_maps.figure import draw, panels
from labcore.mathematics.linear_maps.lesson import LAST, Config, answer, run
from labcore.mathematics.linear_maps.words import FORMULAS, readout

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="linear_maps",
    title="Linear maps",
    question="What does a matrix do to the plane?",
    tip="Drag the tips of the two arrows: they are the columns of the matrix.",
    covers=("B22.A.1",),
    config=Config,
    length=lambda config: LAST + 1,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=(
        Grab("map", "tip.one", "a", "c", "First column", anywhere=False),
        Grab("map", "tip.two", "b", "d", "Second column", anywhere=False),
        Grab("power", "start", "vx", "vy", "Start of the iteration"),
        Grab("gain", "theta", "theta", "", "Direction", anywhere=False),
        Grab("solve", "rhs", "bx", "by", "Right-hand side"),
    ),
    views={
        "Map": ("map", "spectrum"),
        "Power iteration": ("power", "error"),
        "SVD": ("svd", "gain"),
        "Solve": ("solve", "parts"),
    },
    tells={
        "Map": ("Area × (det)", "Rank", "Eigenvalues", "Determinant and inverse"),
        "Power iteration": ("Eigenvalues", "Power iteration"),
        "SVD": ("Rank", "Stretch σ₁, σ₂", "Singular values"),
        "Solve": ("Eigenvalues", "x in A x = b", "A system through the eigenvectors"),
    },
    verb="Play",
    live=True,
    stays=True,
    code=(eigen, kernel, iterate, svd, solve),
)
