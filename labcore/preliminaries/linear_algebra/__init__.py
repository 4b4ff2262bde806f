"""Tensors, norms, products and reductions, on small matrices one edits and drags.

algebra  text to matrix, products, norms, reductions    lesson  the controls, run, answer
cells    numbers in cells                               figure  panels and draw
words    readout and formulas                           course  presets, challenges, tour
"""

from __future__ import annotations

from labcore import Grab, Lab, Points
from labcore.preliminaries.linear_algebra.algebra import ball, induced, norm, reduce, terms
from labcore.preliminaries.linear_algebra.course import CHALLENGES, PRESETS, REFERENCES, TOUR
from labcore.preliminaries.linear_algebra.figure import draw, panels
from labcore.preliminaries.linear_algebra.lesson import LAST, Config, answer, run
from labcore.preliminaries.linear_algebra.words import FORMULAS, readout

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="linear_algebra",
    title="Linear algebra",
    question="What is a matrix product, really?",
    tip="Pull the bars or drag a column: the columns, put end to end, lead to the product.",
    covers=("B2.3",),
    config=Config,
    length=lambda config: LAST + 1,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=(
        Points("weights", "tops", "weights", "Entry of x", along="y"),
        Points("chain", "tips", "columns", "Column"),
        Grab("product", "ring", "column", "row", "Cell of the product"),
        Grab("ball", "tip", "vx", "vy", "Vector v"),
        Points("image", "tips", "square", "Column of M"),
        Grab("byp", "p", "p", "", "p of the norm"),
    ),
    views={
        "Matrix · vector": ("chain", "weights"),
        "Matrix · matrix": ("product", "term"),
        "Norms": ("ball", "image", "byp"),
        "Reductions": ("cells", "back"),
        "Scalars to tensors": ("orders",),
    },
    tells={
        "Matrix · vector": ("A x", "A x by columns", "A x by rows"),
        "Matrix · matrix": ("Ringed cell", "The ringed cell"),
        "Norms": ("Norm of v", "M: Frobenius, spectral", "Norms of v", "Norms of M"),
        "Reductions": ("Reduced to",),
    },
    verb="Play",
    live=True,
    stays=True,
    code=(terms, norm, ball, induced, reduce),
)
