"""A network to play with: data, layers, neurons, weights, and all that training can do.

config         the controls                     points       the data, made up, real or one's own
network        K networks of one shape at once  losses       what is made small, and scores
descent        the lesson: an epoch of training look         from weights to a frame
lesson         run, observe, answer             figure       panels and draw, hands and views, from
network_view, weights_view, plane_view, course_view, inside_view, verdict_view, together_view
words          readout and formulas             presets, challenges, tour
"""

from __future__ import annotations

from labcore import Lab, Reference
from labcore.start.playground.challenges import CHALLENGES
from labcore.start.playground.config import Config
from labcore.start.playground.descent import learn_epoch
from labcore.start.playground.figure import HANDS, VIEWS, draw, panels
from labcore.start.playground.lesson import answer, length, observe, run
from labcore.start.playground.losses import losses
from labcore.start.playground.network import forward
from labcore.start.playground.presets import PRESETS
from labcore.start.playground.tour import TOUR
from labcore.start.playground.words import FORMULAS, TELLS, readout

__all__ = ["LAB", "Config", "answer", "draw", "observe", "panels", "readout", "run"]

LAB = Lab(
    slug="playground",
    title="Neural network playground",
    question="What does every neuron of a network see while it learns?",
    tip="Press Train. Then click a neuron, pull a triangle to widen a layer, or paint your own "
    "points.",
    covers=("B1.2", "B1.7", "B5.1"),
    config=Config,
    length=length,
    quick={"epochs": 20, "samples": 60},
    references=(
        Reference(
            "Smilkov, Carter, Sculley, Viégas & Wattenberg (2017), Direct-manipulation "
            "visualization of deep networks",
            "https://arxiv.org/abs/1708.03788",
        ),
        Reference(
            "Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward "
            "neural networks",
            "https://proceedings.mlr.press/v9/glorot10a.html",
        ),
        Reference(
            "Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), Dropout",
            "https://jmlr.org/papers/v15/srivastava14a.html",
        ),
        Reference(
            "Ioffe & Szegedy (2015), Batch normalization", "https://arxiv.org/abs/1502.03167"
        ),
        Reference("Ba, Kiros & Hinton (2016), Layer normalization",
                  "https://arxiv.org/abs/1607.06450"),
        Reference(
            "Lakshminarayanan, Pritzel & Blundell (2017), Simple and scalable predictive "
            "uncertainty estimation using deep ensembles",
            "https://arxiv.org/abs/1612.01474",
        ),
    ),
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=HANDS,
    views=VIEWS,
    tells=TELLS,
    tour=TOUR,
    resumable=True,
    observes=("layer", "unit", "points", "discrete", "brush"),
    code=(learn_epoch, forward, losses),
    data="Points are made up from the seed, painted, or from your own table, which stays on this "
    "server for your stay. Wine: 178 wines of three growers (Forina et al., UCI, CC BY 4.0), as "
    "scikit-learn ships them.",
)  # fmt: skip
