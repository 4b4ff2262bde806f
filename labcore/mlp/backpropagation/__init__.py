"""Backpropagation: one example forward and back through two layers, with numbers on every edge.

config   the controls
lesson   the way forward and back, run and answer
memory   the order of the steps, and what is remembered from when to when
chain    checkpoints in a long chain of layers
speech   the present step in numbers
staircase  the pictures of the chain
graph    the picture of the network
figure   panels and draw
course   presets, challenges, tour and formulas
"""

from __future__ import annotations

from labcore import Lab
from labcore.mlp.backpropagation.chain import run_chain
from labcore.mlp.backpropagation.config import Config
from labcore.mlp.backpropagation.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.mlp.backpropagation.figure import GRABS, VIEWS, draw, panels
from labcore.mlp.backpropagation.lesson import (
    answer,
    backward,
    by_autograd,
    example,
    forward,
    phi,
    predicted,
    run,
    slope,
    weights,
)
from labcore.mlp.backpropagation.memory import order
from labcore.mlp.backpropagation.speech import readout

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

STEPS = tuple(title for title in FORMULAS if title != "Checkpoints")
TOLD = ("Way", "Objective J")

LAB = Lab(
    slug="backpropagation",
    title="Backpropagation",
    question="How does every weight learn its share of the blame?",
    tip="Step through the network with the arrow keys; pull an input, a target or a weight.",
    covers=("B5.3", "A"),
    config=Config,
    length=lambda config: len(order(config.hidden, config.outputs)),
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells={
        "Network": (*TOLD, "Chosen weight", "Gap to autograd", "J after the step", *STEPS),
        "Memory": (*TOLD, "Numbers held", *STEPS),
        "Checkpoints": ("Chain", "Most inputs held", "Layers run again", "Checkpoints"),
    },
    verb="Play",
    live=True,
    stays=True,
    code=(forward, backward, phi, slope, predicted, weights, example, run_chain,
          by_autograd),
)  # fmt: skip
