"""Distribution shift: three ways in which the world moves, what mends two, and feedback.

config   the controls
lesson   the plane: worlds, weighted fits, run and answer
clothes  label shift on real pictures
figure   panels, draw and readout
course   presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Grab, Lab, Points
from labcore.linear.distribution_shift.clothes import confusion, corrected, estimate
from labcore.linear.distribution_shift.config import CLOTHING, PLANE, STEPS, Config
from labcore.linear.distribution_shift.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.linear.distribution_shift.figure import draw, panels, readout
from labcore.linear.distribution_shift.lesson import (
    answer,
    by_confusion,
    effective,
    fit,
    respond,
    run,
    told_apart,
    world,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="distribution_shift",
    title="Distribution shift",
    question="What happens when the world is not the one you trained on?",
    tip="Drag the ring: the test points move away, the accuracy falls, and weights try to mend it.",
    covers=("B4.7",),
    config=Config,
    length=lambda config: STEPS,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=(
        Grab("plane", "target", "mean_x", "mean_y", "Middle of the target"),
        Grab("plane", "blend", "prior", "", "Share of the second class", anywhere=False),
        Points("shares", "tops", "shares", "Class", along="y"),
    ),
    views={
        PLANE: ("plane", "curves", "size"),
        CLOTHING: ("shares", "found", "mended", "table"),
    },
    tells={
        PLANE: ("As trained", "Exact weights", "Retrained", "Estimated weights",
                "Labels from the target", "Nobody reacting", "Who moved",
                "Points that count", "Weights"),
        CLOTHING: ("Pictures seen", "Clothes right", "With the true shares", "Shares off by",
                   "Label shift"),
    },
    tour=TOUR,
    verb="Play",
    live=True,
    stays=True,
    code=(world, fit, told_apart, by_confusion, effective, respond, confusion, estimate, corrected),
    data="The plane is synthetic. Clothes: Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT, "
    "© Zalando SE), halved to 14 × 14 pixels; 800 images of each class to learn from, 200 held "
    "back, and 200 test images from which the target is drawn with replacement.",
)  # fmt: skip
