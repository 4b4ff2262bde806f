"""One test set used again and again: the winner's curse, an attack, and what bounds promise.

config   the controls
lesson   the mathematics, run and answer
figure   panels, draw and readout
course   presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Grab, Lab
from labcore.linear.test_set_reuse.config import ATTACK, BOUNDS, KS, WINNER, Config
from labcore.linear.test_set_reuse.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.linear.test_set_reuse.figure import draw, panels, readout
from labcore.linear.test_set_reuse.lesson import (
    answer,
    central,
    foretold,
    hoeffding,
    needed,
    run,
    vapnik,
    won,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="test_set_reuse",
    title="Using a test set again",
    question="Can a test set be used too often?",
    tip="Play, and watch a thousand equal models compete; drag the ring to make luck smaller.",
    covers=("B4.6",),
    config=Config,
    length=lambda config: len(KS),
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=(
        Grab("scores", "truth", "", "accuracy", "True accuracy", anywhere=False),
        Grab("promise", "point", "size", "margin", "Examples and margin"),
    ),
    views={
        WINNER: ("scores", "gap"),
        ATTACK: ("climb", "votes"),
        BOUNDS: ("promise", "nets"),
    },
    tells={
        WINNER: ("Winner", "On a fresh test", "In truth", "Expected flattery",
                 "The winner's curse"),
        ATTACK: ("Vote on the test", "On fresh labels", "Against the Ladder", "The vote"),
        BOUNDS: ("Needed for ε, Hoeffding", "By the central limit", "By VC", "Promises",
                 "Any classifier"),
    },
    tour=TOUR,
    verb="Play",
    live=True,
    stays=True,
    code=(won, foretold, hoeffding, central, vapnik, needed),
)  # fmt: skip
