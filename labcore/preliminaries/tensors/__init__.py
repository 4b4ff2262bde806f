"""Tensors: shapes, indices, strides, and whose memory it is.

texts       what a learner types, read by hand      operations  done by PyTorch
lesson      the controls, run, answer               figure      panels and draw
words       readout and formulas                    course      presets, challenges, tour
"""

from __future__ import annotations

from labcore import Grab, Lab
from labcore.preliminaries.tensors.course import CHALLENGES, PRESETS, REFERENCES, TOUR
from labcore.preliminaries.tensors.figure import draw, panels
from labcore.preliminaries.tensors.lesson import LAST, Config, answer, run
from labcore.preliminaries.tensors.operations import carry_out, origins, perform, places
from labcore.preliminaries.tensors.words import FORMULAS, readout

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="tensors",
    title="Tensors",
    question="Which cells does an operation mean, and does it copy them?",
    tip="Drag the ring over x: what shares its memory shows the 99 too.",
    covers=("B2.1",),
    config=Config,
    length=lambda config: LAST + 1,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=(Grab("source", "ring", "column", "row", "Ringed cell of x"),),
    views={"Cells": ("source", "result"), "Memory": ("source", "memory")},
    verb="Play",
    live=True,
    stays=True,
    code=(perform, carry_out, origins, places),
)
