"""Residual networks: why depth hurts without them, what a block adds, and which paths are left.

config   the controls
network  a plain and a residual network side by side
slice    the loss around trained weights
lesson   run, observe and answer
figure   panels, draw and readout
course   presets, challenges, tour and formulas
"""

from __future__ import annotations

from labcore import Lab
from labcore.cnn.residual.config import Config, frames_of
from labcore.cnn.residual.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.cnn.residual.figure import GRABS, TELLS, VIEWS, draw, panels, readout
from labcore.cnn.residual.lesson import Learner, answer, by_block, by_layer, observe, run
from labcore.cnn.residual.network import begin, block, coins, forward, gradients, layer
from labcore.cnn.residual.slice import directions, fill, fitted

__all__ = ["LAB", "Config", "answer", "draw", "observe", "panels", "readout", "run"]

LAB = Lab(
    slug="residual",
    title="Residual networks",
    question="Why does adding the input make depth bearable?",
    tip="Train, and compare the two blue lines; then leave blocks out under “Paths”.",
    covers=("B8.6", "A"),
    config=Config,
    length=frames_of,
    quick={"depth": "14", "steps": 20, "rings": 2},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells=TELLS | {"Identity": (*TELLS["Identity"], "A residual block")},
    observes=("block", "brush", "cells"),
    code=(begin, layer, block, forward, gradients, coins, Learner.step, by_layer, by_block, fitted,
          directions, fill),
    data="Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT, © Zalando SE): 10,000 training and "
    "2,000 test images, halved to 14 × 14 pixels.",
)  # fmt: skip
