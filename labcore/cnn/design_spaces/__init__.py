"""Design spaces: whole families of networks, judged by the distribution of their errors.

network   the tensors of a network of X blocks, its cost, and a pass through it
spaces    what each space admits, and RegNet's rule of widths
training  a short training on garments
config    the controls
lesson    run, observe, and the answer while a hand moves
figure    panels and draw
course    readout, formulas, presets, challenges, the tour
"""

from __future__ import annotations

from labcore import Lab
from labcore.cnn.design_spaces.config import OBSERVED, Config
from labcore.cnn.design_spaces.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TELLS,
    TOUR,
    readout,
)
from labcore.cnn.design_spaces.figure import GRABS, VIEWS, draw, panels
from labcore.cnn.design_spaces.lesson import (
    answer,
    length,
    observe,
    run,
    share_below,
)
from labcore.cnn.design_spaces.network import convolutions, fitted, logits
from labcore.cnn.design_spaces.spaces import drawn, rule, sampled
from labcore.cnn.design_spaces.training import trained

__all__ = ["LAB", "Config", "answer", "draw", "observe", "panels", "readout", "run"]

LAB = Lab(
    slug="design_spaces",
    title="Design spaces",
    question="Which rules make a whole family of networks better?",
    tip="Watch the curves grow, then click a mark to see that network; under “Widths”, drag the "
    "line.",
    covers=("B8.8",),
    config=Config,
    length=length,
    quick={"spaces": ("A", "E"), "nets": 3, "steps": 10},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells=TELLS,
    tour=TOUR,
    observes=OBSERVED,
    code=(drawn, sampled, rule, trained, logits, convolutions, fitted, share_below),
    data="Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT, © Zalando SE): 10,000 training images "
    "and 1,000 of the test images, halved to 14 × 14 pixels.",
)  # fmt: skip
