"""Momentum on a quadratic: each eigen-mode is a spring with friction of its own.

lesson   the controls, the iteration, its roots and rates; run and answer
figure   panels; motion: draw and readout
course   presets, challenges, tour, references, formulas
"""

from __future__ import annotations

from labcore import Grab, Lab
from labcore.optimization.momentum.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.optimization.momentum.figure import panels
from labcore.optimization.momentum.lesson import Config, answer, best, descend, rate, roots, run
from labcore.optimization.momentum.motion import draw, readout

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="momentum",
    title="Momentum",
    question="Why does a heavy ball get through a ravine sooner?",
    tip="Drag the ring on the map of settings, or the start in the ravine: all follows at once.",
    covers=("B12.6",),
    config=Config,
    length=lambda config: config.steps + 1,
    quick={"steps": 30},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=(
        Grab("ravine", "start", "x0", "y0", "Start"),
        Grab("phase", "ring", "lr", "beta", "Step size and momentum"),
        Grab("weights", "second", "", "beta", "Momentum, the weight one step back", anywhere=False),
    ),
    views={
        "Ravine": ("ravine", "phase", "errors", "roots"),
        "Modes": ("flat", "steep", "errors", "roots"),
        "Memory": ("weights", "average"),
    },
    verb="Play",
    live=True,
    stays=True,
    code=(descend, roots, rate, best),
)
