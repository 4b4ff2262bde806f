"""Derivatives: secant to tangent, chain rule, gradient and directional derivative.

lesson   the controls, the quotients, run and answer
figure   panels, draw and readout
course   presets, challenges, tour and formulas
"""

from __future__ import annotations

from labcore import Lab
from labcore.preliminaries.derivatives.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.preliminaries.derivatives.figure import GRABS, VIEWS, draw, panels, readout
from labcore.preliminaries.derivatives.lesson import (
    STEPS,
    Config,
    along,
    answer,
    central_quotient,
    derivative,
    forward_quotient,
    gradient,
    look,
    run,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="derivatives",
    title="Derivatives",
    question="How can a curve have a slope at a single point?",
    tip="Drag the purple point along the curve and play: the secant turns into the tangent.",
    covers=("B2.4", "B22.A.2"),
    config=Config,
    length=lambda config: STEPS,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells={
        "Slope": ("Step h", "Secant", "Slope f′(x)", "Slope of the curve"),
        "Chain": ("Step h", "Slope f′(x)", "dy/dx by the chain", "Chain rule"),
        "Surface": ("Gradient", "In this direction", "Slope in a direction"),
    },
    verb="Play",
    live=True,
    stays=True,
    code=(forward_quotient, central_quotient, derivative, gradient, along, look),
)
