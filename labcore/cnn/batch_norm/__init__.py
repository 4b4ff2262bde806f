"""Batch normalization: what it does to a batch, what a batch does to it, and what it bears.

config   the controls
network  a small LeNet with the norms written out
sweep    many dense networks, by learning rate, depth and norm
lesson   run, observe and answer
figure   panels
motion   draw and readout
course   presets, challenges, tour and formulas
"""

from __future__ import annotations

from labcore import Lab
from labcore.cnn.batch_norm.config import Config, steps_of
from labcore.cnn.batch_norm.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.cnn.batch_norm.figure import GRABS, TELLS, VIEWS, panels
from labcore.cnn.batch_norm.lesson import answer, observe, run
from labcore.cnn.batch_norm.motion import draw, readout
from labcore.cnn.batch_norm.network import batch_norm, begin, forward, gradients, group_norm, learn

__all__ = ["LAB", "Config", "answer", "draw", "observe", "panels", "readout", "run"]

LAB = Lab(
    slug="batch_norm",
    title="Batch normalization",
    question="What does a batch know that an image does not?",
    tip="Play, and compare the hills; then put one image into other company under “Train and "
    "test”.",
    covers=("B8.5", "A"),
    config=Config,
    length=lambda config: len(steps_of(config)),
    quick={"steps": 20, "batch": 8, "sweep": 0},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells=TELLS | {"One unit": (*TELLS["One unit"], *FORMULAS)},
    observes=("layer", "image", "crowd", "company", "unit", "gamma", "beta"),
    code=(batch_norm, group_norm, begin, forward, gradients, learn),
    data="Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT, © Zalando SE): 10,000 training and "
    "2,000 test images, halved to 14 × 14 pixels.",
)
