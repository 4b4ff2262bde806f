"""Famous convolutional networks: layer by layer what they cost, and a race of small ones.

layers      a network as a list of layers: shapes, parameters, multiply–adds, receptive field
nets        nine networks at full size, by torchvision and by the book
small       seven small ones, and how a list of layers becomes a network of PyTorch's
config      the controls
lesson      run, answer and the race
net_view    the whole network and its bill
block_view  one block with its branches; the receptive field
table_view  all networks side by side; the race
figure      panels, draw and readout
course      presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Lab
from labcore.cnn.cnn_zoo.config import Config
from labcore.cnn.cnn_zoo.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.cnn.cnn_zoo.figure import GRABS, TELLS, VIEWS, draw, panels, readout
from labcore.cnn.cnn_zoo.layers import count, windows
from labcore.cnn.cnn_zoo.lesson import answer, length, race, run
from labcore.cnn.cnn_zoo.nets import (
    alexnet,
    densenet,
    googlenet,
    inception,
    nin,
    residual,
    resnet,
    vgg11,
)

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="cnn_zoo",
    title="Famous convolutional networks",
    question="What does each layer of a famous network cost, and was it worth it?",
    tip="Play to walk through AlexNet; click on its tallest bar; then take GoogLeNet’s 1×1 away.",
    covers=("B8.1", "B8.2", "B8.3", "B8.4", "B8.6", "B8.7", "A"),
    config=Config,
    length=length,
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells=TELLS,
    tour=TOUR,
    verb="Play",
    live=True,
    stays=True,
    code=(count, windows, alexnet, vgg11, nin, inception, googlenet, residual, resnet, densenet,
          race),
    data="Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT, © Zalando SE): 10,000 of its training "
    "and 2,000 of its test images. The cat: Stefan van der Walt (CC0). Accuracies on ImageNet are "
    "published ones.",
)  # fmt: skip
