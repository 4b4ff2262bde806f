"""Softmax regression: logits by hand, then ten classes of clothes.

config   the controls
lesson   the mathematics, run, observe and answer
figure   panels, draw and readout
course   presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Grab, Lab, Points
from labcore.linear.softmax_regression.config import LOGITS, MISTAKES, TRAINING, Config
from labcore.linear.softmax_regression.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.linear.softmax_regression.figure import draw, panels, readout
from labcore.linear.softmax_regression.lesson import (
    answer,
    by_hand,
    concise,
    log_sum_exp,
    marks,
    observe,
    run,
    scratch,
)

__all__ = ["LAB", "Config", "answer", "draw", "observe", "panels", "readout", "run"]

LAB = Lab(
    slug="softmax_regression",
    title="Softmax regression",
    question="How does a sum of pixels become a probability?",
    tip="Play to watch ten templates form; under Logits, pull the bars yourself.",
    covers=("B4.1", "B4.2", "B4.4", "B4.5"),
    config=Config,
    length=lambda config: len(marks(config)),
    quick={"epochs": 2},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=(
        Points("logits", "tops", "logits", "Logit", along="y"),
        Grab("table", "cell", "said", "was", "Cell of the table"),
    ),
    views={
        TRAINING: ("templates", "loss", "right"),
        LOGITS: ("logits", "chance", "surprise", "exps"),
        MISTAKES: ("table", "gallery"),
    },
    tells={
        TRAINING: ("Epoch", "Test loss", "Test images right", "A step"),
        LOGITS: ("Epoch", "Test loss", "Loss of your logits", "With exp as it stands",
                 "Softmax and surprise", "Log-sum-exp"),
        MISTAKES: ("Epoch", "Test loss", "Test images right", "Of the chosen class right"),
    },
    tour=TOUR,
    resumable=True,
    observes=("truth", "temperature", "shift", "which", "was", "said", "logits"),
    live=True,
    stays=True,
    code=(log_sum_exp, scratch, concise, by_hand),
    data="Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT, © Zalando SE): 1,000 training and 200 "
    "test images of each class, all 28 × 28 pixels, from 0 to 1.",
)  # fmt: skip
