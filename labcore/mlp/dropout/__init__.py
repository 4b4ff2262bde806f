"""Dropout: a gap that closes, an average that is kept, and doubt from a network that forgets.

config    the controls
clothes   two networks on a few hundred images
averages  means over masks
doubt     a regression whose dropout stays on
lesson    run and answer
figure    panels, draw and readout
course    presets, challenges, tour and formulas
"""

from __future__ import annotations

from labcore import Lab
from labcore.mlp.dropout.averages import standard_error
from labcore.mlp.dropout.clothes import FRAMES, dropout, logits, losses, masks, train
from labcore.mlp.dropout.config import Config
from labcore.mlp.dropout.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.mlp.dropout.doubt import answers, fit, keep, says
from labcore.mlp.dropout.figure import GRABS, VIEWS, draw, panels, readout
from labcore.mlp.dropout.lesson import answer, run

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="dropout",
    title="Dropout",
    question="How can forgetting units help a network to remember less?",
    tip="Play, and compare the solid lines; then pull values and data in the other views.",
    covers=("B5.5",),
    config=Config,
    length=lambda config: FRAMES + 1,
    quick={"images": 100, "width": 16},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells={
        "Training": ("Step", "Dropout, training / test", "Without, training / test",
                     "Gained by dropout"),
        "Averages": ("Masks", "Mean is off by", "Expectation of unit 1"),
        "Doubt": ("Step of Adam", "Deviation at the data", "Deviation at x = −4 / 4",
                  "Doubt at x = 4"),
    },
    live=True,
    stays=True,
    code=(dropout, masks, logits, losses, train, standard_error, keep, says, fit, answers),
    data="Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT, © Zalando SE): some hundred training "
    "and 2,000 test images, halved to 14 × 14 pixels. The regression is on points of your own.",
)  # fmt: skip
