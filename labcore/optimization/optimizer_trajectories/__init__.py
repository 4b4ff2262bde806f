"""Optimizer trajectories: thirteen update rules race from one start, over a surface or a real loss.

    config, names      the controls
    pace               what a schedule makes of the learning rates
    surfaces, classics thirteen losses over the plane; typed: a formula; ground: the one asked for
    network            the loss of a network on digits
    race               the lesson: run, step for step
    observe, memory    from the race to frames
    curvature          Hessians, and their largest eigenvalue
    divergence         why a racer was lost
    answer             the race at once, while a hand drags
    sprint             one racer thousands of times: field, a map of settings; basins, of starts
    figure             panels and draw, from plane_view, map_view, relief_view, steps_view,
                       schedule_view, network_view and marks
    words, formulas    readout, and the formulas it fills
    presets            what is worth finding
    challenges         goals, judged on frames

The rules themselves are `labcore.optimizers`.
"""

from __future__ import annotations

from labcore import Lab, Points, Reference
from labcore.optimization.optimizer_trajectories.answer import answer
from labcore.optimization.optimizer_trajectories.challenges import CHALLENGES
from labcore.optimization.optimizer_trajectories.config import Config
from labcore.optimization.optimizer_trajectories.figure import GRABS, VIEWS, draw, panels
from labcore.optimization.optimizer_trajectories.formulas import FORMULAS
from labcore.optimization.optimizer_trajectories.names import OPTIMIZERS
from labcore.optimization.optimizer_trajectories.presets import PRESETS
from labcore.optimization.optimizer_trajectories.race import compete, run
from labcore.optimization.optimizer_trajectories.tour import TOUR
from labcore.optimization.optimizer_trajectories.words import readout
from labcore.optimizers import (
    adadelta,
    adagrad,
    adam,
    adamw,
    lion,
    momentum,
    nesterov,
    polyak,
    rmsprop,
    sgd,
    yogi,
)
from labcore.second_order import lbfgs, newton

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="optimizer_trajectories",
    title="Optimizer trajectories",
    question="Why do optimizers take such different ways down?",
    tip="Drag the start, or click the map to give momentum another learning rate and β.",
    covers=("B12.3", "B12.4", "B12.6", "B12.7", "B12.8", "B12.9", "B12.10", "B12.11"),
    config=Config,
    length=lambda config: config.steps + 1,
    quick={"steps": 20, "optimizers": OPTIMIZERS},
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
            "Nocedal (1980), Updating quasi-Newton matrices with limited storage",
            "https://doi.org/10.1090/S0025-5718-1980-0572855-7",
        ),
        Reference(
            "Nesterov (1983), A method of solving a convex programming problem with "
            "convergence rate O(1/k²)",
        ),
        Reference(
            "Zeiler (2012), ADADELTA: an adaptive learning rate method",
            "https://arxiv.org/abs/1212.5701",
        ),
        Reference(
            "Zaheer, Reddi, Sachan, Kale & Kumar (2018), Adaptive methods for nonconvex "
            "optimization",
        ),
        Reference(
            "Loshchilov & Hutter (2019), Decoupled weight decay regularization",
            "https://arxiv.org/abs/1711.05101",
        ),
        Reference(
            "Chen et al. (2023), Symbolic discovery of optimization algorithms",
            "https://arxiv.org/abs/2302.06675",
        ),
        Reference(
            "Jamil & Yang (2013), A literature survey of benchmark functions",
            "https://arxiv.org/abs/1308.4008",
        ),
        Reference(
            "Cohen, Kaur, Li, Kolter & Talwalkar (2021), Gradient descent on neural "
            "networks typically occurs at the edge of stability",
            "https://arxiv.org/abs/2103.00065",
        ),
        Reference(
            "Alpaydin & Kaynak (1998), Optical recognition of handwritten digits, UCI",
            "https://doi.org/10.24432/C50P49",
        ),
    ),
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=(*GRABS, Points("drawing", "drawn", "drawn", "Your schedule of η")),
    views=VIEWS,
    resumable=True,
    live=True,
    code=(
        compete,
        sgd,
        momentum,
        polyak,
        nesterov,
        adagrad,
        rmsprop,
        adadelta,
        adam,
        adamw,
        yogi,
        lion,
        lbfgs,
        newton,
    ),
    data="The first 500 images, 8 × 8 pixels, of the UCI handwritten digits (CC BY 4.0), as "
    "scikit-learn ships them, for the network; the other surfaces are formulas.",
)
