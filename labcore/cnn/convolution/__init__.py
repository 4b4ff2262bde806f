"""Convolution: a window and its numbers, photographs, channels, shapes, learning, shifts.

config       the controls            settings     what they offer
lesson       convolution by hand and at once      kernels      the learner's kernel
pictures     photographs as numbers               typed        a kernel as text
window, photograph, channels, shapes, learning, shifting: the six parts, each with its `_view`
experiment   run and answer          figure       panels, draw, hands, views
marks        strokes that parts share             words        readout and formulas
course       presets, challenges, tour, references
"""

from __future__ import annotations

from labcore import Lab
from labcore.cnn.convolution.channels import look_channels
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.course import CHALLENGES, PRESETS, REFERENCES, TOUR
from labcore.cnn.convolution.experiment import answer, length, run
from labcore.cnn.convolution.figure import GRABS, VIEWS, draw, panels
from labcore.cnn.convolution.learning import descend, gradient
from labcore.cnn.convolution.lesson import by_hand, convolve, padded, places, slide
from labcore.cnn.convolution.shapes import costs
from labcore.cnn.convolution.shifting import measure, recalled
from labcore.cnn.convolution.words import FORMULAS, readout

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="convolution",
    title="Convolution",
    question="What can nine numbers see in a photograph?",
    tip="Pull a cell of the kernel up or down: every sum follows.",
    covers=("B7.1", "B7.2", "B7.3", "B7.4", "C"),
    config=Config,
    length=length,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tour=TOUR,
    verb="Play",
    live=True,
    stays=True,
    code=(by_hand, slide, convolve, padded, places, gradient, descend, costs, look_channels,
          recalled, measure),
    data="Photographs from scikit-image and scikit-learn, scaled to 128 × 128 pixels or less: cat, "
    "coffee, astronaut, rocket, flower, temple (sources and licences in the data’s manifest). "
    "Garments: Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT). Noise and stripe are made up.",
)  # fmt: skip
