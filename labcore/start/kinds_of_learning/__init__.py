"""One cloud of points, read in four ways: with labels, without, for rewards, from itself.

lesson      the controls, learning with labels, for rewards and from itself; run and answer
unlabelled  groups, what varies and what is unusual
points      one's own points and the wines
panels      what stands still
figure      draw and readout
course      presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Lab, Points
from labcore.start.kinds_of_learning.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.start.kinds_of_learning.figure import draw, readout
from labcore.start.kinds_of_learning.lesson import (
    ITSELF,
    LABELS,
    LAST,
    NONE,
    REWARDS,
    Config,
    answer,
    bandit,
    classify,
    regress,
    riddles,
    run,
)
from labcore.start.kinds_of_learning.panels import NAMES, SCENES, panels
from labcore.start.kinds_of_learning.unlabelled import k_means, spread

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="kinds_of_learning",
    title="Kinds of learning",
    question="What can be learned from points, with labels, without, or for a reward?",
    tip="Drag any point, and see in each view what it changes.",
    covers=("B1.3",),
    config=Config,
    length=lambda config: LAST + 1,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=tuple(
        Points(panel, name, name, f"Point of the {name} kind") for panel in SCENES for name in NAMES
    ),
    views={
        LABELS: ("classify", "regress", "classify-wine", "regress-wine"),
        NONE: ("groups", "spread", "groups-wine", "spread-wine"),
        REWARDS: ("arms", "arms-wine", "earned"),
        ITSELF: ("riddle", "riddle-wine", "quiz"),
    },
    tells={
        LABELS: ("Labels", "Kind right", "Height off by", "A kind", "A number"),
        NONE: ("Groups agree with the kinds", "Unusual", "Groups"),
        REWARDS: ("Pulls", "Average reward", "Best arm", "Reward"),
        ITSELF: ("Riddles", "Hidden, off by", "Guessing the mean", "Riddle"),
    },
    tour=TOUR,
    verb="Learn",
    live=True,
    stays=True,
    code=(classify, regress, k_means, spread, bandit, riddles),
    data="Wine: 178 wines of three growers (Aeberhard & Forina, 1991; UCI, CC BY 4.0, as in "
    "scikit-learn). The 24 points are made up.",
)
