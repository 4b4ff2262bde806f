"""Checkpoints: a file of weights byte by byte, its accidents, and a run that goes on from it.

file    the format, read from scratch, and what may happen to it
state   the network in training, as tensors and back
lesson  the controls, the two runs, run and answer
figure  panels, draw and readout
course  presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Lab
from labcore.builders.checkpoints.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.builders.checkpoints.figure import GRABS, TELLS, VIEWS, draw, panels, readout
from labcore.builders.checkpoints.file import header, read, spoil
from labcore.builders.checkpoints.lesson import Config, answer, run
from labcore.builders.checkpoints.state import epoch, pack, unpack

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="checkpoints",
    title="Checkpoints",
    question="What must be saved so that training goes on as if nothing had happened?",
    tip="Click on a byte of the file, flip one of its bits, and see who notices.",
    covers=("B6.6",),
    config=Config,
    length=lambda config: config.epochs + 1,
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
    code=(header, read, pack, unpack, epoch, spoil),
    data="Synthetic: 128 points of sin(3x) with noise.",
)
