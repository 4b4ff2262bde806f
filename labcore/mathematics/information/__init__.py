"""Entropy, cross-entropy, divergence and mutual information of bars one drags.

lesson   the controls, the mathematics, run and answer; bells: one bell for two bumps
figure   panels, draw and readout; descents: those of the logits and of the bells
course   presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Grab, Lab, Points
from labcore.mathematics.information.bells import fit
from labcore.mathematics.information.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.mathematics.information.figure import draw, panels, readout
from labcore.mathematics.information.lesson import (
    COUNTS,
    Config,
    answer,
    cross_entropy,
    descend,
    divergence,
    entropy,
    run,
    shared,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="information",
    title="Information",
    question="What does it cost to believe the wrong thing?",
    tip="Drag the bars of P and Q: the blue area is surprise you cannot avoid, the rest is error.",
    covers=("B22.A.4",),
    config=Config,
    length=lambda config: len(COUNTS),
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=(
        Points("p", "tops", "p", "Bar of P", along="y"),
        Points("q", "tops", "q", "Bar of Q", along="y"),
        Points("table", "tops", "table", "Bar of the table", along="y"),
        Points("logits", "tops", "logits", "Logit", along="y"),
        Grab("bumps", "left", "left", "", "Left bump", anywhere=False),
        Grab("bumps", "right", "right", "", "Right bump", anywhere=False),
        Grab("bumps", "start", "mu", "", "Start of the bells", anywhere=False),
    ),
    views={
        "Bits": ("p", "q", "areas"),
        "Message": ("p", "q", "message"),
        "Joint": ("table", "shares"),
        "Loss": ("logits", "chance", "race"),
        "Fit": ("bumps", "far"),
    },
    tells={
        "Bits": ("KL(P‖Q)", "KL(Q‖P)", "Divergence"),
        "Message": ("KL(P‖Q)", "KL(Q‖P)", "Symbols sent", "Divergence"),
        "Joint": ("I(X; Y)", "Mutual information"),
        "Loss": ("Loss of the logits", "Loss of a classifier"),
        "Fit": ("The two bells",),
    },
    tour=TOUR,
    verb="Play",
    live=True,
    stays=True,
    code=(entropy, cross_entropy, divergence, shared, descend, fit),
)
