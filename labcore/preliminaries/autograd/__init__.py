"""Automatic differentiation: PyTorch's own graph, walked back one node at a time.

programs  what is computed, step by step
lesson    the controls, the walk back, run and answer
figure    the graph laid out, panels, draw and readout
course    presets, challenges, tour and formulas
"""

from __future__ import annotations

from labcore import Lab
from labcore.preliminaries.autograd.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.preliminaries.autograd.figure import GRABS, draw, panels, readout
from labcore.preliminaries.autograd.lesson import (
    Config,
    answer,
    by_differences,
    call_backward,
    observations,
    run,
    topological,
    walk_back,
)
from labcore.preliminaries.autograd.programs import evaluate, loop, network, record, vector

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]


def length(config: Config) -> int:
    """How many frames a run gives."""
    return len(observations(config))


LAB = Lab(
    slug="autograd",
    title="Automatic differentiation",
    question="How does a computer find the slope of a whole program?",
    tip="Step forward through the program and back through its graph; pull an input on the way.",
    covers=("B2.5", "B5.3"),
    config=Config,
    length=length,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    verb="Play",
    live=True,
    stays=True,
    code=(walk_back, topological, record, evaluate, network, loop, vector, call_backward,
          by_differences),
)  # fmt: skip
