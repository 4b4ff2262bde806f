"""The controls of the lab on LeNet, and what follows from them at once."""

from __future__ import annotations

import re
from typing import Literal, Self

import numpy as np
from pydantic import model_validator

import labcore
from labcore import control

SIDE = 28
NETS = ("modern", "original")
FRAMES = 32
JUDGED = 500
"""Test images a frame is judged on; the last one is judged on all."""
HEARD = 300
"""Test images that silenced maps are judged on, at once."""
LOST = 1e3
"""Above this the loss is lost, and the training stops."""
TRAINED = {"fashion": 10_000, "digits": 4_000}
ACROSS, DOWN = 8, 6
"""Cells of the wall of maps: a row of conv 1, one of its pooled maps, two and two of conv 2."""
UNTOUCHED = "/".join(["." * SIDE] * SIDE)
ALL_SPEAK = "/".join(["." * ACROSS] * DOWN)
OF_A_NET = ("Learning", "Response", "Silence", "Reasons", "Mistakes")
OF_A_PICTURE = ("Response", "Silence", "Reasons")


class Config(labcore.Config):
    """The controls."""

    data: Literal["fashion", "digits"] = control(
        "fashion", title="Images", labels={"fashion": "Clothes", "digits": "Digits"},
        views=("Learning", "Response", "Silence"),
    )  # fmt: skip
    """Fashion-MNIST, 10,000 images to train on, or MNIST, 4,000."""

    nets: Literal["both", "modern", "original"] = control(
        "both", title="Networks",
        labels={"both": "Both, in step", "modern": "Modern: ReLU, maximum",
                "original": "Original: sigmoid, average"},
        views=("Learning",),
    )  # fmt: skip
    """The same layers and batches; what differs is the activation and the pooling."""

    lr: float = control(
        0.05, title="Learning rate η", low=0.001, high=2, log=True, views=("Learning",)
    )
    """How far each step goes. You may change it in mid-run and go on from there."""

    batch: int = control(64, title="Batch size", low=16, high=512, step=16, views=("Learning",))
    """Images in one step."""

    epochs: int = control(6, title="Epochs", low=1, high=12, views=("Learning",))
    """How often all images are seen."""

    first: Literal["fit", "xavier"] = control(
        "fit", title="First weights",
        labels={"fit": "Fit for the activation", "xavier": "Xavier, as in the book"},
        views=("Learning",),
    )  # fmt: skip
    """Fit: He for ReLU, and for the sigmoid Xavier times 4, as its slope is 1/4 at most."""

    shown: Literal["modern", "original"] = control(
        "modern", title="Look into", labels={"modern": "Modern", "original": "Original"},
        views=OF_A_NET,
    )  # fmt: skip
    """Whose layers, reasons and mistakes are shown, where both are trained."""

    ground: Literal["test", "blank"] = control(
        "test", title="Under your pen", labels={"test": "A test image", "blank": "A blank page"},
        views=OF_A_PICTURE,
    )  # fmt: skip
    """Change an image the networks never saw, or draw your own."""

    image: int = control(
        4, title="Test image", low=0, high=JUDGED - 1, views=OF_A_PICTURE,
        only={"ground": ("test",)},
    )  # fmt: skip
    """Which one; the networks were not trained on it."""

    pen: Literal["#", "o", "."] = control(
        "#", title="Pen", labels={"#": "Ink", "o": "Erase", ".": "Undo"}, views=("Response",)
    )
    """What a press on the picture does: draw, wipe out, or bring back what was there."""

    knife: Literal["x", "."] = control(
        "x",
        title="On a map",
        labels={"x": "Silence it", ".": "Let it speak"},
        views=("Response", "Silence"),
    )
    """What a press on a map does. A silenced map is 0 everywhere, before and after pooling."""

    about: Literal["said", "next"] = control(
        "said", title="Reasons for", labels={"said": "What it says", "next": "Its second choice"},
        views=("Reasons",),
    )  # fmt: skip
    """The class whose logit is explained."""

    patch: int = control(7, title="Patch", low=3, high=13, step=2, unit="pixels",
                         views=("Reasons",))  # fmt: skip
    """Side of the black square that covers a part of the picture."""

    photo: Literal["cat", "coffee", "astronaut", "rocket", "flower", "temple"] = control(
        "cat", title="Photograph", views=("Pretrained",),
        labels={"cat": "Cat", "coffee": "Coffee", "astronaut": "Astronaut", "rocket": "Rocket",
                "flower": "Flower", "temple": "Temple"},
    )  # fmt: skip
    """What the pretrained network looks at."""

    own_photo: str = control("", title="Your photograph", accepts="image", views=("Pretrained",))
    """It takes the place of ours; a square from its middle is shown to the network."""

    momentum: float = control(0.9, title="Momentum", low=0, high=0.95, step=0.05, more=True,
                              views=("Learning",))  # fmt: skip
    """How much of the last step is kept; 0 is plain gradient descent, as in the book."""

    decay: Literal["linear", "none"] = control(
        "linear", title="η over time", labels={"linear": "Falls to 0", "none": "Stays"}, more=True,
        views=("Learning",),
    )  # fmt: skip
    """Falling to 0 is worth a point or two of accuracy at the end."""

    centre: bool = control(True, title="Centre a drawing", more=True, views=OF_A_PICTURE)
    """On a blank page: shift the drawing so that its mass is in the middle, as MNIST's is."""

    drawing: str = control(UNTOUCHED, title="Drawing", high=len(UNTOUCHED), more=True,
                           views=("Response",))  # fmt: skip
    """What you drew, row by row: # ink, o erased, . as it was. Use the pen on the picture."""

    silent: str = control(ALL_SPEAK, title="Silenced maps", high=len(ALL_SPEAK), more=True,
                          views=("Response", "Silence"))  # fmt: skip
    """Six rows of eight maps; x is silent. Press on a map instead."""

    cover_x: int = control(14, title="Patch: column", low=0, high=SIDE - 1, more=True,
                           views=("Reasons",))  # fmt: skip
    """Where the black square stands; drag it."""

    cover_y: int = control(14, title="Patch: row", low=0, high=SIDE - 1, more=True,
                           views=("Reasons",))  # fmt: skip
    """Where the black square stands; drag it."""

    says: int = control(0, title="The network says", low=0, high=9, more=True, views=("Mistakes",))
    """Column of the matrix whose images hang beside it; click on a cell."""

    truth: int = control(6, title="It is", low=0, high=9, more=True, views=("Mistakes",))
    """Row of the matrix whose images hang beside it; click on a cell."""

    map_x: int = control(0, title="Map: column", low=0, high=3, more=True, views=("Pretrained",))
    """The map that is laid over the photograph; click on one."""

    map_y: int = control(2, title="Map: row", low=0, high=2, more=True, views=("Pretrained",))
    """The map that is laid over the photograph; click on one."""

    @model_validator(mode="after")
    def _grids_are_whole(self) -> Self:
        if not re.fullmatch(rf"([#o.]{{{SIDE}}}/){{{SIDE - 1}}}[#o.]{{{SIDE}}}", self.drawing):
            raise ValueError("The drawing needs 28 rows of 28 letters, each #, o or a dot.")
        if not re.fullmatch(rf"([x.]{{{ACROSS}}}/){{{DOWN - 1}}}[x.]{{{ACROSS}}}", self.silent):
            raise ValueError("The silenced maps need 6 rows of 8 letters, each x or a dot.")
        return self


SEEN = ("shown", "ground", "image", "pen", "knife", "about", "patch", "photo", "own_photo",
        "centre", "drawing", "silent", "cover_x", "cover_y", "says", "truth", "map_x",
        "map_y")  # fmt: skip
"""Controls that change what is seen of a training and not the training."""


def trained(config: Config) -> tuple[str, ...]:
    """The networks that are trained."""
    return NETS if config.nets == "both" else (config.nets,)


def looked_into(config: Config) -> str:
    """The network whose insides are shown."""
    return config.shown if config.nets == "both" else config.nets


def per_epoch(config: Config) -> int:
    """Whole batches in an epoch."""
    return TRAINED[config.data] // config.batch


def observed(config: Config) -> list[int]:
    """The steps after which one looks: often at first, for most is learned there."""
    steps = config.epochs * per_epoch(config)
    places = steps * np.linspace(0, 1, FRAMES) ** 1.5
    return np.unique(places.round().astype(int)).tolist()


def rate(config: Config, step: int) -> float:
    """η at a step, counted from 0."""
    steps = config.epochs * per_epoch(config)
    return config.lr * (1 - step / steps if config.decay == "linear" else 1)


def mutes(config: Config) -> np.ndarray:
    """Which of the 6 maps of conv 1 and the 16 of conv 2 are silenced: (22,) of bool."""
    cells = np.array([[cell == "x" for cell in row] for row in config.silent.split("/")])
    one = (cells[0] | cells[1])[:6]
    two = (cells[2:4] | cells[4:6]).ravel()
    return np.concatenate([one, two])
