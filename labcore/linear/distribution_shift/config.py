"""The controls of the lab on distribution shift."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import PointList, control

PLANE, CLOTHING = "Plane", "Clothes"
STEPS, CLASSES = 31, 10
EVEN: PointList = tuple((float(k), 3.0) for k in range(CLASSES))
HEIGHTS = (9.0, 3.0, 0.5, 5.0, 0.2, 7.0, 0.5, 3.0, 4.0, 0.2)
SUMMER: PointList = tuple((float(k), height) for k, height in enumerate(HEIGHTS))
SHIFTING = ("covariate", "label", "concept")


class Config(labcore.Config):
    """Where the world moves after training, and what is done about it."""

    kind: Literal["covariate", "label", "concept", "feedback"] = control(
        "covariate",
        title="What shifts",
        labels={"covariate": "The inputs: covariate shift", "label": "The classes: label shift",
                "concept": "The answers: concept shift",
                "feedback": "People react: feedback"},
        views=(PLANE,),
    )  # fmt: skip
    """P(x) with P(y | x) kept; P(y) with P(x | y) kept; P(y | x) itself; or x as an answer to the
    classifier."""

    samples: int = control(400, title="Training points", low=50, high=1000, step=50, views=(PLANE,))
    """Labelled points from the source, and as many unlabelled ones from the target."""

    cap: float = control(
        1000, title="Largest weight", low=1, high=1000, log=True, views=(PLANE,),
        only={"kind": SHIFTING},
    )  # fmt: skip
    """Weights above it are cut: less noise, more bias. 1 is nearly no correction."""

    turn: int = control(
        90, title="Turn of the answers", low=0, high=180, step=5, unit="°", views=(PLANE,),
        only={"kind": ("concept",)},
    )  # fmt: skip
    """So far the rule that gives the labels turns around the middle of the points."""

    effort: float = control(
        0.8, title="How far people go", low=0, high=2, step=0.05, views=(PLANE,),
        only={"kind": ("feedback",)},
    )  # fmt: skip
    """Who is refused and stands no farther from the boundary than this steps across it. What makes
    the label true does not change."""

    mean_x: float = control(
        0.8, title="Target mean, across", low=-3.5, high=3.5, more=True, views=(PLANE,),
        only={"kind": ("covariate",)},
    )  # fmt: skip
    """Where the test points lie, to the right."""

    mean_y: float = control(
        0.2, title="Target mean, up", low=-3, high=3, more=True, views=(PLANE,),
        only={"kind": ("covariate",)},
    )  # fmt: skip
    """Where the test points lie, upwards."""

    prior: float = control(
        0.9, title="Share of the second class", low=0.02, high=0.98, more=True, views=(PLANE,),
        only={"kind": ("label",)},
    )  # fmt: skip
    """In the target; in training it was one half."""

    shares: PointList = control(
        SUMMER, title="Clothes in the target", x=(-0.5, 9.5), y=(0, 10), least=10, most=10,
        more=True, views=(CLOTHING,),
    )  # fmt: skip
    """Heights of the bars, divided by their sum: how common each class is. In training all ten are
    equally common."""

    smooth: float = control(
        0.0, title="Pull of the estimate to even shares", low=0, high=1, step=0.05,
        views=(CLOTHING,),
    )  # fmt: skip
    """0 believes the estimate, 1 believes that nothing has shifted."""

    held: int = control(200, title="Held-back images of each class", low=5, high=200, step=5,
                        views=(CLOTHING,))  # fmt: skip
    """From these, labelled and from the source, the confusion matrix is counted."""
