"""Likelihood, estimators, p-values, intervals and many tests, over repeated experiments.

lesson   the controls, the mathematics, run and answer
figure   panels, draw and readout; trials: those of tests and intervals
course   presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Grab, Lab, Points
from labcore.mathematics.estimation_and_testing.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.mathematics.estimation_and_testing.figure import draw, panels, readout
from labcore.mathematics.estimation_and_testing.lesson import (
    COUNTS,
    Config,
    alarms,
    answer,
    ascend,
    half_width,
    log_likelihood,
    power,
    run,
    shrunk,
    t_test,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="estimation_and_testing",
    title="Estimation and testing",
    question="How far can you trust a number from one sample?",
    tip="Drag points under the likelihood; then repeat one experiment a thousand times.",
    covers=("B22.A.3",),
    config=Config,
    length=lambda config: len(COUNTS),
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=(
        Points("data", "points", "points", "Point", along="x"),
        Grab("surface", "start", "mu", "sigma", "Start of the ascent"),
        Grab("shrink", "here", "shrink", "", "Factor of the mean", anywhere=False),
        Grab("dance", "alpha", "", "alpha", "Level", anywhere=False),
        Grab("power", "effect", "effect", "", "True mean", anywhere=False),
        Grab("intervals", "effect", "effect", "", "True mean", anywhere=False),
    ),
    views={
        "Likelihood": ("data", "surface"),
        "Estimators": ("variances", "shrink"),
        "Tests": ("dance", "power"),
        "Intervals": ("intervals", "coverage"),
        "Many tests": ("ranks", "rates"),
    },
    tells={
        "Likelihood": ("Log-likelihood a point", "Likelihood"),
        "Estimators": ("Experiments", "Mean variance", "Bias and variance"),
        "Tests": ("Experiments", "Share of alarms", "Test and interval"),
        "Intervals": ("Experiments", "Intervals that miss", "Test and interval"),
        "Many tests": ("Families with a false alarm", "Many tests"),
    },
    tour=TOUR,
    verb="Play",
    live=True,
    stays=True,
    code=(log_likelihood, ascend, shrunk, t_test, half_width, power, alarms),
)
