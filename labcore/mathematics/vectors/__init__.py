"""Two vectors that one drags: dot product, projection, hyperplanes, and many dimensions.

lesson   the controls, the products, run, answer      figure   panels and draw
strokes  marks that pictures share                    words    readout and formulas
course   presets, challenges, tour, references
"""

from __future__ import annotations

from labcore import Grab, Lab
from labcore.mathematics.vectors.course import CHALLENGES, PRESETS, REFERENCES, TOUR
from labcore.mathematics.vectors.figure import draw, panels
from labcore.mathematics.vectors.lesson import (
    LAST,
    Config,
    angle,
    answer,
    cosine,
    distances,
    dot,
    project,
    random_angles,
    run,
)
from labcore.mathematics.vectors.words import FORMULAS, readout

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="vectors",
    title="Vectors",
    question="What does a dot product know about two vectors?",
    tip="Drag the tips of u and v: the shadow, the angle and the product follow.",
    covers=("B22.A.1",),
    config=Config,
    length=lambda config: LAST + 1,
    quick={"pairs": 200},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=(
        Grab("plane", "tip.u", "ux", "uy", "Vector u", anywhere=False),
        Grab("plane", "tip.v", "vx", "vy", "Vector v", anywhere=False),
        Grab("sides", "tip.w", "wx", "wy", "Normal vector w", anywhere=False),
        Grab("sides", "place", "px", "py", "Plane", anywhere=False),
    ),
    views={
        "Dot product": ("plane", "cosine"),
        "Hyperplane": ("sides", "scores"),
        "High dimensions": ("angles", "spread"),
    },
    tells={
        "Dot product": (
            "u · v",
            "Angle",
            "Cosine similarity",
            "Lengths",
            "Dot product",
            "Angle and cosine",
            "Projection",
        ),
        "Hyperplane": ("On the right side", "Hyperplane"),
        "High dimensions": ("Many dimensions",),
    },
    verb="Play",
    live=True,
    stays=True,
    code=(dot, cosine, angle, project, distances, random_angles),
)
