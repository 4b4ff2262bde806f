"""What makes optimization hard: the wrong goal, level places, plateaus, and depth.

risk    risk and empirical risk of one frequency
lands   four surfaces, their level places, descent with and without noise
depth   products of matrices; and the wait on a plateau
lesson  the controls; run and answer
figure  panels; still: what follows the controls; motion: draw and readout
course  presets, challenges, tour, references, formulas
"""

from __future__ import annotations

from labcore import Grab, Lab
from labcore.optimization.optimization_challenges.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.optimization.optimization_challenges.depth import growth, loss_of, unit_of
from labcore.optimization.optimization_challenges.figure import panels
from labcore.optimization.optimization_challenges.lands import descend, hessian, kind_of
from labcore.optimization.optimization_challenges.lesson import STEPS, Config, answer, run
from labcore.optimization.optimization_challenges.motion import draw, readout
from labcore.optimization.optimization_challenges.risk import empirical, pull, risk

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="optimization_challenges",
    title="Optimization challenges",
    question="Why does descent stop where it should not?",
    tip="Drag a start, the probe, or the gain of a layer: four views, four ways to get stuck.",
    covers=("B12.1",),
    config=Config,
    length=lambda config: STEPS + 1,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=(
        Grab("risk", "start", "omega", "", "Start"),
        Grab("land", "start", "x0", "y0", "Start", anywhere=False),
        Grab("land", "probe", "probe_x", "probe_y", "Probe", anywhere=False),
        Grab("plateau", "start", "weight", "", "Start"),
        Grab("growth", "ring", "gain", "", "Gain of a layer"),
    ),
    views={
        "Risk": ("risk", "data"),
        "Saddles": ("land", "heights", "section"),
        "Plateau": ("plateau", "wait"),
        "Depth": ("depth", "growth", "spread"),
    },
    tells={
        "Risk": ("Lowest: risk, empirical", "Here: risk, empirical", "Risk"),
        "Saddles": ("Ringed place", "Height: calm, noisy", "Level place"),
        "Plateau": ("Plateau left after", "Plateau"),
        "Depth": ("Gradient, median draw", "Depth"),
    },
    verb="Play",
    live=True,
    stays=True,
    code=(risk, empirical, pull, descend, hessian, kind_of, unit_of, loss_of, growth),
    data="Made up: a noisy cosine, four formulas, random matrices.",
)
