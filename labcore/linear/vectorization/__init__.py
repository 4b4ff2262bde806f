"""Vectorization: loops against single calls, minibatches, and a roofline, measured while one looks.

config   the controls
lesson   what is timed, and the fitted overhead; run, observe and answer
figure   panels and draw
course   readout, formulas, presets, challenges, the tour
"""

from __future__ import annotations

from labcore import Lab
from labcore.linear.vectorization.config import Config
from labcore.linear.vectorization.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TELLS,
    TOUR,
    readout,
)
from labcore.linear.vectorization.figure import GRABS, VIEWS, draw, panels
from labcore.linear.vectorization.lesson import (
    SIZES,
    add_list_loop,
    add_tensor_loop,
    answer,
    clock,
    fit_line,
    intensity,
    observe,
    predict,
    run,
)

__all__ = ["LAB", "Config", "answer", "draw", "observe", "panels", "readout", "run"]

LAB = Lab(
    slug="vectorization",
    title="Vectorization",
    question="Why is one call for a thousand numbers quicker than a thousand calls?",
    tip="Watch the times come in; then drag the batch size and see where an epoch goes.",
    covers=("B3.1", "B12.5"),
    config=Config,
    length=lambda config: len(SIZES),
    quick={"clock": False},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells=TELLS,
    observes=("batch",),
    verb="Measure",
    live=True,
    stays=True,
    code=(clock, add_tensor_loop, add_list_loop, predict, fit_line, intensity),
)
