"""The controls of the lab on convexity."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

import labcore
from labcore import PointList, control
from labcore.formula import Formula
from labcore.optimization.convexity.functions import EDGE

REACH = 2.5
"""Sets and constraints are shown from −REACH to REACH."""
ARROW = ((-1.8, -1.5), (0.0, -1.9), (1.8, -1.5), (2.0, 0.2), (1.4, 1.6), (0.2, -0.2),
         (-1.4, 1.6), (-2.0, 0.2))  # fmt: skip
WAVE = ((-3.0, 3.5), (-1.8, 1.0), (-0.6, 0.4), (0.6, 1.6), (1.8, 1.2), (3.0, 3.6))


class Config(labcore.Config):
    """The controls of four views."""

    chance = False

    operation: Literal["polygon", "both", "either"] = control(
        "polygon",
        title="Set",
        labels={"polygon": "the polygon", "both": "polygon ∩ disc", "either": "polygon ∪ disc"},
        views=("Sets",),
    )
    """Under “Sets”: the polygon alone, what it shares with the disc, or both together."""

    function: Literal["formula", "drawn"] = control(
        "formula",
        title="Function",
        labels={"formula": "a formula", "drawn": "drawn by hand"},
        views=("Functions", "Jensen"),
    )
    """Under “Functions” and “Jensen”: typed, or straight pieces between points you drag."""

    formula: str = control(
        "x^4/8 - x^2/2 + 1",
        title="f(x)",
        high=120,
        only={"function": ("formula",)},
        views=("Functions", "Jensen"),
    )
    """A formula of x, such as exp(x), abs(x), max(x^2/2, 1), -log(x + 4) or x^2/2 + sin(2x)."""

    constraint: Literal["half-plane", "disc"] = control(
        "half-plane",
        title="Constraint",
        labels={"half-plane": "a half-plane", "disc": "a disc"},
        views=("Constraints",),
    )
    """Under “Constraints”: where w has to stay."""

    rate: float = control(
        0.4, title="Step size η", low=0.02, high=2, step=0.01, views=("Constraints",)
    )
    """Under “Constraints”: of projected descent in w, and of the ascent in the multiplier α."""

    polygon: PointList = control(
        ARROW,
        title="Corners",
        x=(-REACH, REACH),
        y=(-REACH, REACH),
        least=8,
        most=8,
        more=True,
        views=("Sets",),
    )
    """The polygon’s eight corners, in order."""

    disc_x: float = control(
        0.9,
        title="Disc, x",
        low=-REACH,
        high=REACH,
        step=0.01,
        more=True,
        only={"operation": ("both", "either")},
        views=("Sets",),
    )
    """Where the disc is; drag it by its middle."""

    disc_y: float = control(
        -0.3,
        title="Disc, y",
        low=-REACH,
        high=REACH,
        step=0.01,
        more=True,
        only={"operation": ("both", "either")},
        views=("Sets",),
    )
    """Where the disc is; drag it by its middle."""

    radius: float = control(
        1.1,
        title="Disc, radius",
        low=0.1,
        high=REACH,
        step=0.05,
        more=True,
        only={"operation": ("both", "either")},
        views=("Sets",),
    )
    """How large the disc is."""

    drawn: PointList = control(
        WAVE,
        title="Drawn points",
        x=(-EDGE, EDGE),
        y=(-1, 5),
        least=2,
        most=10,
        more=True,
        views=("Functions", "Jensen"),
    )
    """The function drawn by hand goes through them."""

    left: float = control(
        -2.2, title="Chord from", low=-EDGE, high=EDGE, step=0.01, more=True, views=("Functions",)
    )
    """One end of your chord."""

    right: float = control(
        1.6, title="Chord to", low=-EDGE, high=EDGE, step=0.01, more=True, views=("Functions",)
    )
    """The other end of your chord."""

    touch: float = control(
        -1.2, title="Tangent at", low=-EDGE, high=EDGE, step=0.01, more=True, views=("Functions",)
    )
    """Where your tangent touches the graph."""

    masses: PointList = control(
        ((-2.4, 0.3), (0.4, 0.5), (2.2, 0.7)),
        title="Weights",
        x=(-EDGE, EDGE),
        y=(0, 1),
        least=1,
        most=8,
        more=True,
        views=("Jensen",),
    )
    """Places and their weights under “Jensen”; what counts is each weight’s share."""

    centre_x: float = control(
        1.5,
        title="Lowest point, x",
        low=-REACH,
        high=REACH,
        step=0.01,
        more=True,
        views=("Constraints",),
    )
    """Where the loss would be least without the constraint."""

    centre_y: float = control(
        1.2,
        title="Lowest point, y",
        low=-REACH,
        high=REACH,
        step=0.01,
        more=True,
        views=("Constraints",),
    )
    """Where the loss would be least without the constraint."""

    wall_x: float = control(
        0.3, title="Wall, x", low=-REACH, high=REACH, step=0.01, more=True, views=("Constraints",)
    )
    """The point of the wall nearest to the origin, or a point of the disc’s rim."""

    wall_y: float = control(
        0.8, title="Wall, y", low=-REACH, high=REACH, step=0.01, more=True, views=("Constraints",)
    )
    """The point of the wall nearest to the origin, or a point of the disc’s rim."""

    @field_validator("formula")
    @classmethod
    def _is_a_formula(cls, text: str) -> str:
        Formula.parse(text, ("x",))
        return text
