"""Q-learning: agents that find out what pays, on grids a learner paints and on Gymnasium's.

config        the controls                      grid, worlds   the worlds, as tables
episodes      the loop, compiled                memory         what an agent remembers
one_step, many_steps   the eight rules          chance         random numbers in compiled code
optimal       value iteration, the ruler        compiled       Numba, kept on disk
colony        all agents of a run               settings       two fields of settings
training      run and branches                  observe        from agents to frames
diagnosis     why it does not learn             play           the learner's own moves
picture, maps, curves, board_game, figure       panels and draw
words         readout and formulas              presets, challenges
"""

from __future__ import annotations

from labcore import Grab, Keys, Lab, Paint, Reference
from labcore.reinforcement.q_learning.board_game import answer
from labcore.reinforcement.q_learning.challenges import CHALLENGES
from labcore.reinforcement.q_learning.config import Config
from labcore.reinforcement.q_learning.episodes import live
from labcore.reinforcement.q_learning.figure import draw, panels
from labcore.reinforcement.q_learning.many_steps import monte_carlo, n_step_sarsa, q_lambda
from labcore.reinforcement.q_learning.one_step import (
    double_q,
    dyna_q,
    expected_sarsa,
    learn,
    q_learning,
    sarsa,
)
from labcore.reinforcement.q_learning.optimal import value_iteration
from labcore.reinforcement.q_learning.presets import PRESETS
from labcore.reinforcement.q_learning.tour import TOUR
from labcore.reinforcement.q_learning.training import length, run
from labcore.reinforcement.q_learning.words import FORMULAS, readout

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

ARROWS = {"ArrowUp": "u", "ArrowLeft": "l", "ArrowDown": "d", "ArrowRight": "r"}

LAB = Lab(
    slug="q_learning",
    title="Q-learning",
    question="How does an agent learn what to do when nobody tells it?",
    tip="Paint a wall across its way while it learns, and watch it find another.",
    covers=("B17.1", "B17.2", "B17.3"),
    config=Config,
    length=length,
    quick={"episodes": 50},
    references=(
        Reference("Watkins & Dayan (1992), Q-learning", "https://doi.org/10.1007/BF00992698"),
        Reference(
            "Rummery & Niranjan (1994), On-line Q-learning using connectionist systems, "
            "Cambridge University, CUED/F-INFENG/TR 166"
        ),
        Reference(
            "van Seijen, van Hasselt, Whiteson & Wiering (2009), A theoretical and empirical "
            "analysis of Expected Sarsa",
            "https://doi.org/10.1109/ADPRL.2009.4927542",
        ),
        Reference(
            "van Hasselt (2010), Double Q-learning",
            "https://papers.nips.cc/paper/3964-double-q-learning",
        ),
        Reference(
            "Sutton (1990), Integrated architectures for learning, planning, and reacting based "
            "on approximating dynamic programming",
            "https://doi.org/10.1016/B978-1-55860-141-3.50030-4",
        ),
        Reference(
            "Sutton & Barto (2018), Reinforcement learning: an introduction, 2nd edition, "
            "chapters 4 to 8 and 12",
            "http://incompleteideas.net/book/the-book-2nd.html",
        ),
        Reference(
            "Singh & Sutton (1996), Reinforcement learning with replacing eligibility traces",
            "https://doi.org/10.1007/BF00114726",
        ),
        Reference(
            "Towers et al. (2024), Gymnasium: a standard interface for reinforcement learning "
            "environments",
            "https://arxiv.org/abs/2407.17032",
        ),
        Reference(
            "Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators",
            "https://doi.org/10.1145/2660193.2660195",
        ),
    ),
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=(
        Paint("grid", "cells", "brush", "The world, cell by cell", single="SB", goes_on=True),
        Grab("alpha_epsilon", "setting", "alpha", "epsilon", "Learning rate and exploration"),
        Grab("gamma_epsilon", "setting", "gamma", "epsilon", "Discount and exploration"),
        Keys("play", "moves", ARROWS, "Your moves"),
        Keys("ride", "moves", {**ARROWS, "p": "p", "o": "o"}, "Your moves (p picks up, o drops)"),
    ),
    views={
        "World": ("grid", "map", "returns", "error"),
        "Inside": ("visits", "gap"),
        "Compare": ("compare_return", "compare_error"),
        "Fields": ("alpha_epsilon", "gamma_epsilon"),
        "Play": ("play", "ride", "score"),
    },
    resumable=True,
    live=True,
    code=tuple(
        rule.py_func
        for rule in (
            q_learning, sarsa, expected_sarsa, double_q, n_step_sarsa, q_lambda, dyna_q,
            monte_carlo, learn, live, value_iteration,
        )
    ),
)  # fmt: skip
