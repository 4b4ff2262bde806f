"""The controls of the lab on linear regression."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import PointList, control

Feature = Literal["lotsize", "bedrooms", "bathrms", "stories", "driveway", "recroom", "fullbase",
                  "gashw", "airco", "garagepl", "prefarea"]  # fmt: skip
WORDS = {"lotsize": "Lot size", "bedrooms": "Bedrooms", "bathrms": "Bathrooms",
         "stories": "Storeys", "driveway": "Driveway", "recroom": "Recreation room",
         "fullbase": "Basement", "gashw": "Gas heating", "airco": "Air conditioning",
         "garagepl": "Garage places", "prefarea": "Preferred area"}  # fmt: skip
LINE = ("Fit", "Likelihood")
"""The views of one line."""
MADE = {"data": ("made",)}


class Config(labcore.Config):
    """The controls."""

    data: Literal["made", "own", "houses"] = control(
        "made", title="Data", views=LINE,
        labels={"made": "Made, and one point of yours", "own": "Your points",
                "houses": "Houses (real)"},
    )  # fmt: skip
    """Points made from a known line, points you put there, or one feature of 546 houses."""

    feature: Feature = control(
        "lotsize", title="Feature", labels=WORDS, only={"data": ("houses",)}, views=LINE
    )
    """What the price is told from. Feature and log price are standardised: mean 0, deviation 1."""

    noise: float = control(
        0.6, title="Noise σ", low=0.0, high=2.0, step=0.05, only=MADE, views=LINE
    )
    """Standard deviation of the normal noise added to the true line."""

    loss: Literal["squared", "absolute", "huber"] = control(
        "squared", title="Loss to descend",
        labels={"squared": "Squared, ½ r²", "absolute": "Absolute, |r|",
                "huber": "Huber, δ = 1"},
    )  # fmt: skip
    """What each residual r costs. Huber is squared up to 1 and goes on as a straight line."""

    lr: float = control(0.1, title="Learning rate η", low=0.003, high=3.0, log=True)
    """Length of a step, as a multiple of the gradient."""

    batch: int = control(4, title="Batch size", low=1, high=100)
    """Examples in a minibatch; all of them where there are fewer."""

    epochs: int = control(10, title="Epochs", low=1, high=40)
    """How often all points, and all houses, come by in a new order; 2,000 steps at most."""

    features: tuple[Feature, ...] = control(
        ("lotsize", "bedrooms", "bathrms", "stories", "airco"), title="Features of a house",
        labels=WORDS, views=("Network",),
    )  # fmt: skip
    """What enters the network, each standardised over the 546 houses."""

    n: int = control(40, title="Points", low=2, high=100, more=True, only=MADE, views=LINE)
    """How many points are made."""

    w: float = control(
        2.0, title="True w", low=-3, high=3, step=0.1, more=True, only=MADE, views=LINE
    )
    """Slope of the line the points are made from."""

    b: float = control(
        1.0, title="True b", low=-3, high=3, step=0.1, more=True, only=MADE, views=LINE
    )
    """Height of that line at x = 0."""

    centre: float = control(
        0.0, title="Middle of x", low=0, high=4, step=0.1, more=True, only=MADE, views=LINE
    )
    """Where x has its middle. Away from 0, w and b pull at each other."""

    w0: float = control(-2.0, title="Start, w", low=-5, high=5, step=0.01, more=True, views=LINE)
    """Where the descent of one line begins."""

    b0: float = control(-2.5, title="Start, b", low=-5, high=5, step=0.01, more=True, views=LINE)
    """Where the descent of one line begins."""

    x1: float = control(
        2.2, title="Your point, x", low=-4, high=7, step=0.01, more=True, only=MADE, views=LINE
    )
    """The point you drag; it counts like any other."""

    y1: float = control(
        -4.0, title="Your point, y", low=-12, high=16, step=0.01, more=True, only=MADE, views=LINE
    )
    """The point you drag; it counts like any other."""

    points: PointList = control(
        ((-2.0, -2.5), (-1.5, -2.0), (-1.0, 0.0), (-0.5, -0.5), (0.0, 1.2), (0.5, 1.6),
         (1.0, 3.2), (1.5, 3.4), (2.0, 5.5)),
        title="Your points", x=(-4, 4), y=(-9, 9), least=2, most=40, more=True,
        only={"data": ("own",)}, views=LINE,
    )  # fmt: skip
    """Click to add a point, drag to move it, drag it off the panel to take it away."""


def feature_words(config: Config) -> list[str]:
    """What the chosen features of a house are called."""
    return [WORDS[name] for name in config.features]
