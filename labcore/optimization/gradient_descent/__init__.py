"""Gradient descent on a curve or in a bowl: its rate, measured and foretold.

descent  the controls, the worlds, the directions, backtracking; the path
jets     height, slope and curvature of a typed formula
lesson   rates, measured and foretold; run and answer
figure   panels; motion: draw and readout
course   presets, challenges, tour, references, formulas
"""

from __future__ import annotations

from labcore import Grab, Lab
from labcore.optimization.gradient_descent.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.optimization.gradient_descent.descent import Config, backtrack, heading, walk
from labcore.optimization.gradient_descent.figure import panels
from labcore.optimization.gradient_descent.jets import jet
from labcore.optimization.gradient_descent.lesson import answer, foretell, guaranteed, modes, run
from labcore.optimization.gradient_descent.motion import draw, readout

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="gradient_descent",
    title="Gradient descent",
    question="How fast does gradient descent arrive, and when does it fly off?",
    tip="Drag the start, and the purple mark on the rate curve: the path follows at once.",
    covers=("B12.3", "B22.A.2"),
    config=Config,
    length=lambda config: config.steps + 1,
    quick={"steps": 20},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=(
        Grab("curve", "start", "x0", "", "Start"),
        Grab("bowl", "start", "x0", "y0", "Start"),
        Grab("rate", "ring", "lr", "", "Step size"),
    ),
    verb="Play",
    live=True,
    stays=True,
    code=(walk, heading, backtrack, foretell, modes, guaranteed, jet),
)
