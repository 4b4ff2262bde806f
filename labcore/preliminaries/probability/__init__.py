"""Draws from a distribution one drags; joint, conditional and Bayes as areas.

lesson   the controls, the mathematics, run and answer
figure   panels, draw and readout; squares: probabilities as areas
course   presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Grab, Lab, Points
from labcore.preliminaries.probability.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.preliminaries.probability.figure import draw, panels, readout
from labcore.preliminaries.probability.lesson import (
    COUNTS,
    Config,
    answer,
    areas,
    bayes,
    beliefs,
    moments,
    run,
    throws,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="probability",
    title="Probability",
    question="How many draws until chance becomes a law?",
    tip="Drag the bars, then play from the first draw; cut the square; test for an illness.",
    covers=("B2.6",),
    config=Config,
    length=lambda config: len(COUNTS),
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=(
        Points("die", "tops", "die", "Bar of the die", along="y"),
        Points("coin", "tops", "coin", "Bar of the coin", along="y"),
        Grab("square", "cut", "a", "", "P(A)", anywhere=False),
        Grab("square", "left", "", "b_if_a", "P(B | A)", anywhere=False),
        Grab("square", "right", "", "b_if_not", "P(B | not A)", anywhere=False),
        Grab("tests", "prior", "prior", "", "Ill before any test", anywhere=False),
        Grab("tests", "found", "", "hit", "First test, ill", anywhere=False),
        Grab("tests", "false", "", "alarm", "First test, well", anywhere=False),
        Grab("tests", "found2", "", "hit2", "Second test, ill", anywhere=False),
        Grab("tests", "false2", "", "alarm2", "Second test, well", anywhere=False),
    ),
    views={
        "Draws": ("die", "coin", "means"),
        "Joint": ("square", "asked"),
        "Bayes": ("tests", "ill"),
    },
    tells={
        "Draws": (
            "Draws",
            "Mean of the draws",
            "Variance",
            "Runs inside the band",
            "Law of large numbers",
        ),
        "Joint": ("Draws", "Joint and conditional"),
        "Bayes": ("Positive people", "Bayes' rule"),
    },
    tour=TOUR,
    verb="Play",
    live=True,
    stays=True,
    code=(throws, moments, areas, bayes, beliefs),
)
