"""Distributions with their samples, averages that turn normal, noise that blurs a slope.

laws     the controls and every distribution, written out
lesson   samples, averages, slopes, run and answer
figure   panels, draw and readout
course   presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Grab, Lab, Points
from labcore.mathematics.distributions.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.mathematics.distributions.figure import draw, panels, readout
from labcore.mathematics.distributions.laws import Config, discrete_law, law
from labcore.mathematics.distributions.lesson import (
    COUNTS,
    answer,
    averages,
    run,
    samples,
    slopes,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="distributions",
    title="Distributions",
    question="Why does the bell curve turn up everywhere?",
    tip="Choose a distribution or draw your own, then average more and more of its draws.",
    covers=("B22.A.3",),
    config=Config,
    length=lambda config: len(COUNTS),
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=(
        Points("drawn", "tops", "own", "Your bar", along="y"),
        Grab("placed", "centre", "mu", "", "Centre", anywhere=False),
    ),
    views={
        "Shape": ("density", "placed", "drawn", "cdf"),
        "Sums": ("density", "placed", "drawn", "averages", "far"),
        "Model": ("line", "errors"),
    },
    tells={
        "Shape": ("Samples", "Mean", "Variance", "Entropy", "Mean, variance, entropy"),
        "Sums": ("Mean", "Variance", "Gap to the normal", "Central limit theorem"),
        "Model": ("Slope error, root mean square", "Noise and slope"),
    },
    tour=TOUR,
    verb="Play",
    live=True,
    stays=True,
    code=(law, discrete_law, samples, averages, slopes),
)
