"""Modules: typed networks as real ones, lazy shapes, tied weights, rules for first weights.

grammar  text → tree
build    tree → module of PyTorch's, and the code that builds it
lesson   the controls, one batch there and back, run and answer
figure   panels, draw and readout
course   presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Lab
from labcore.builders.modules.build import Residual, initialise
from labcore.builders.modules.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.builders.modules.figure import GRABS, TELLS, VIEWS, draw, panels, readout
from labcore.builders.modules.lesson import Config, answer, build, length, run, share, watch

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="modules",
    title="Layers and modules",
    question="What is a network made of, and when does it know its shape?",
    tip="Type a network, step a batch through it, and click on a row of the tree.",
    covers=("B6.1", "B6.2", "B6.3", "B6.4", "B6.5"),
    config=Config,
    length=length,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells=TELLS,
    tour=TOUR,
    verb="Build",
    live=True,
    stays=True,
    code=(build, watch, share, initialise, Residual.forward),
)
