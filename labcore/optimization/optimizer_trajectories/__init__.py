"""Optimizer trajectories: five update rules race from one start, over a surface or a real loss.

    config        the controls                  race          the lesson: run, step for step
    surfaces      three losses over the plane   network       the loss of a network on digits
    observe       from the race to frames       answer        the race at once, while a hand drags
    divergence    why a racer was lost          field         16,384 settings of momentum as a map
    figure, marks panels and draw               words         readout and formulas
    presets       what is worth finding         challenges    goals, judged on frames

The rules themselves are `labcore.optimizers`.
"""

from __future__ import annotations

from labcore import Grab, Lab, Reference
from labcore.optimization.optimizer_trajectories.answer import answer
from labcore.optimization.optimizer_trajectories.challenges import CHALLENGES
from labcore.optimization.optimizer_trajectories.config import Config
from labcore.optimization.optimizer_trajectories.figure import draw, panels
from labcore.optimization.optimizer_trajectories.presets import PRESETS
from labcore.optimization.optimizer_trajectories.race import compete, run
from labcore.optimization.optimizer_trajectories.words import FORMULAS, readout
from labcore.optimizers import adagrad, adam, momentum, rmsprop, sgd

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="optimizer_trajectories",
    title="Optimizer trajectories",
    question="Why do five optimizers take five different ways down?",
    tip="Drag the start, or click the map to give momentum another learning rate and β.",
    covers=("B12.3", "B12.4", "B12.6", "B12.7", "B12.8", "B12.10"),
    config=Config,
    length=lambda config: config.steps + 1,
    quick={"steps": 20},
    references=(
        Reference(
            "Polyak (1964), Some methods of speeding up the convergence of iteration methods",
            "https://doi.org/10.1016/0041-5553(64)90137-5",
        ),
        Reference(
            "Duchi, Hazan & Singer (2011), Adaptive subgradient methods for online learning and "
            "stochastic optimization",
            "https://jmlr.org/papers/v12/duchi11a.html",
        ),
        Reference(
            "Tieleman & Hinton (2012), Lecture 6.5: rmsprop, Neural networks for machine learning",
            "https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf",
        ),
        Reference(
            "Kingma & Ba (2015), Adam: a method for stochastic optimization",
            "https://arxiv.org/abs/1412.6980",
        ),
        Reference(
            "Rosenbrock (1960), An automatic method for finding the greatest or least value of a "
            "function",
            "https://doi.org/10.1093/comjnl/3.3.175",
        ),
        Reference(
            "Li, Xu, Taylor, Studer & Goldstein (2018), Visualizing the loss landscape of neural "
            "nets",
            "https://arxiv.org/abs/1712.09913",
        ),
        Reference(
            "Alpaydin & Kaynak (1998), Optical recognition of handwritten digits, UCI",
            "https://doi.org/10.24432/C50P49",
        ),
    ),
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=(
        Grab("surface", "start", "x0", "y0", "Start of the race"),
        Grab("field", "setting", "lr", "momentum", "Learning rate and momentum"),
    ),
    resumable=True,
    live=True,
    code=(compete, sgd, momentum, adagrad, rmsprop, adam),
    data="The first 500 images, 8 × 8 pixels, of the UCI handwritten digits (CC BY 4.0), as "
    "scikit-learn ships them, for the network; the other surfaces are formulas.",
)
