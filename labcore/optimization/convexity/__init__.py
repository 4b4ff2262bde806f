"""Convex sets, convex functions, Jensen's inequality, and one constrained problem in three ways.

sets         signed distances, turns, the chord that leaves a set
functions    the lower hull, tangents, Jensen's gap
constraints  projection, penalty, multiplier
config       the controls
lesson       what a frame holds; run and answer
figure       panels; still: what follows the controls; motion: draw and readout
course       presets, challenges, tour, references, formulas
"""

from __future__ import annotations

from labcore import Grab, Lab, Points
from labcore.optimization.convexity.config import Config
from labcore.optimization.convexity.constraints import root, three_ways
from labcore.optimization.convexity.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.optimization.convexity.figure import panels
from labcore.optimization.convexity.functions import jensen, judge_function, lower_hull, tangent
from labcore.optimization.convexity.lesson import ITERATIONS, answer, run
from labcore.optimization.convexity.motion import draw, readout
from labcore.optimization.convexity.sets import judge, to_set, turns

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="convexity",
    title="Convexity",
    question="What can one chord tell about a set or a function?",
    tip="Drag a corner, an end of the chord, a weight or the wall: each view judges at once.",
    covers=("B12.2",),
    config=Config,
    length=lambda config: ITERATIONS + 1,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=(
        Points("set", "corners", "polygon", "Corner"),
        Grab("set", "middle", "disc_x", "disc_y", "Disc", anywhere=False),
        Grab("graph", "left", "left", "", "Chord, one end", anywhere=False),
        Grab("graph", "right", "right", "", "Chord, other end", anywhere=False),
        Grab("graph", "touch", "touch", "", "Tangent", anywhere=False),
        Grab("sketch", "left", "left", "", "Chord, one end", anywhere=False),
        Grab("sketch", "right", "right", "", "Chord, other end", anywhere=False),
        Grab("sketch", "touch", "touch", "", "Tangent", anywhere=False),
        Points("sketch", "pins", "drawn", "Drawn point"),
        Points("masses", "tops", "masses", "Weight"),
        Grab("plane", "centre", "centre_x", "centre_y", "Lowest point", anywhere=False),
        Grab("plane", "wall", "wall_x", "wall_y", "Wall", anywhere=False),
    ),
    views={
        "Sets": ("set", "turns", "outside"),
        "Functions": ("graph", "sketch", "slope", "over"),
        "Jensen": ("jensen", "masses", "gap"),
        "Constraints": ("plane", "errors", "alphas"),
    },
    tells={
        "Sets": ("Set",),
        "Functions": ("Function", "The tangent lies below"),
        "Jensen": ("Function", "Jensen’s gap", "Jensen"),
        "Constraints": ("Solution w*", "Off w*: projection, penalty, multiplier", "Multiplier"),
    },
    verb="Play",
    live=True,
    stays=True,
    code=(
        judge,
        to_set,
        turns,
        judge_function,
        lower_hull,
        tangent,
        jensen,
        three_ways,
        root,
    ),
)
