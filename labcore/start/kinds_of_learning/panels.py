"""What stands still on the stage."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, figures
from labcore.palette import colour
from labcore.start.kinds_of_learning.lesson import KINDS, LAST, PULLS, Config
from labcore.start.kinds_of_learning.points import COLOUR, FLAVANOIDS, SIDE

ROLES = ("data", "model", "goal")
SYMBOLS = ("circle", "square", "diamond")
NAMES = ("first", "second", "third")
SCENES = ("classify", "regress", "groups", "spread", "arms", "riddle")
"""The panels that show the points themselves."""
MOST = 6


def scene_of(config: Config, name: str) -> str:
    """The panel of that name; the wines have panels of their own, where nothing is dragged."""
    return name if config.data == "own" else f"{name}-wine"


def points(grey: bool) -> list[go.Scatter]:
    """The three lists of points, by kind or all alike."""
    marks = []
    for uid, role, symbol in zip(NAMES, ROLES, SYMBOLS, strict=True):
        mark = figures.head(uid, "point" if grey else f"{uid} kind", "context" if grey else role,
                            symbol="circle" if grey else symbol, size=10)  # fmt: skip
        marks.append(mark)
    return marks


def scene(config: Config, traces: list[Any], alt: str, *, grey: bool, **rest: Any) -> go.Figure:
    """The plane of the points, with the wines' own units where they are shown."""
    wine = config.data == "wine"
    figure = figures.panel(
        [*traces, *points(grey)], x="flavanoids" if wine else "x",
        y="colour intensity" if wine else "y", alt=alt, x_range=(-0.2, SIDE + 0.2),
        y_range=(-0.2, SIDE + 0.2), **rest,
    )  # fmt: skip
    if wine:
        for axis, (low, high), ticks in ((figure.layout.xaxis, FLAVANOIDS, (0, 1, 2, 3, 4, 5)),
                                         (figure.layout.yaxis, COLOUR, (0, 4, 8, 12))):  # fmt: skip
            axis.tickvals = [SIDE * (t - low) / (high - low) for t in ticks]
            axis.ticktext = [str(t) for t in ticks]
    for mark in figure.data[-KINDS:]:
        mark.marker.size = 6 if wine else 10
    return figure


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still."""
    unknown = figures.head("untold", "no label", "context", size=8 if config.data == "wine" else 13)
    regions = [figures.area(f"of{k}", f"{name} kind", role, 0.1, width=0.5)
               for k, (name, role) in enumerate(zip(NAMES, ROLES, strict=True))]  # fmt: skip
    wrong = figures.head("wrong", "wrong", "error", symbol="x-thin", size=13)
    wrong.marker.line = {"width": 2.5, "color": colour("error")}
    made = {
        "classify": scene(config, [*regions, wrong],
                          "Points with a kind, and the regions of the kinds learned.", grey=False,
                          title="Which kind? (classification; grey: no label)"),
        "regress": scene(config, [figures.line("misses", "miss", "error", width=1.2),
                                  figures.line("line", "line", "model")],
                         "Points and a fitted line.", grey=True,
                         title="How high, given x? (regression; large: no label)"),
        "groups": scene(config, [*groups(), figures.head("centres", "centre", "own",
                                                         symbol="star", size=16)],
                        "Points without labels, and groups found.", grey=True,
                        title="Which belong together? (k-means)"),
        "spread": scene(config, [
            figures.area("usual", "usual", "context", 0.15, width=1.5),
            figures.arrow("component", "first principal component", "model"),
            figures.words("named", "model", place="middle left")],
            "Points, their principal direction and those that are unusual.", grey=True,
            title="What varies, what is unusual?"),
        "arms": scene(config, [
            figures.line("walls", "arms", "context", width=1, dash="dot"),
            figures.line("means", "true mean", "goal", width=2, dash="dash"),
            figures.line("q", "estimate Q", "model", width=4), figures.words("counts", size=12),
            figures.head("drawn", "just drawn", "own", symbol="circle-open", size=16)],
            "Strips of the plane as arms, their mean reward and its estimate.", grey=True,
            title="Which arm pays? (bandit; dashed: truth)"),
        "riddle": scene(config, [
            figures.line("seen", "what is seen", "data", width=1.5, dash="dot"),
            figures.line("gap", "miss", "error", width=2),
            figures.head("said", "said", "model", symbol="square", size=13),
            figures.head("true", "hidden", "data", symbol="circle-open", size=18)],
            "One point of which one coordinate is hidden, and what was said of it.", grey=True,
            title="Where is the hidden point?"),
    }  # fmt: skip
    made["riddle"].data[3].marker.line = {"width": 2.5, "color": colour("data")}
    alarm = figures.head("alarm", "unusual", "error", symbol="circle-open", size=17)
    alarm.marker.line = {"width": 2, "color": colour("error")}
    made["spread"].add_trace(alarm)
    for name in ("classify", "regress"):
        made[name].add_trace(unknown)
    flat = {"earned": earned(), "quiz": quiz()}
    return {scene_of(config, name): figure for name, figure in made.items()} | flat


def groups() -> list[go.Scatter]:
    """The cells of the centres; which is which says the star inside."""
    return [figures.area(f"cell{k}", "group", "own", 0.04 + 0.05 * (k % 2), width=1)
            for k in range(MOST)]  # fmt: skip


def earned() -> go.Figure:
    """Reward by pull."""
    return figures.panel(
        [figures.head("each", "each pull", "context", size=4, legend=True),
         figures.line("average", "average", "model"),
         figures.line("best", "best arm", "goal", dash="dash", width=1.5)],
        x="pulls", y="reward", x_range=(0, PULLS * LAST), y_range=(-0.2, SIDE + 0.2), legend=True,
        alt="Rewards pull by pull, and their average.",
    )  # fmt: skip


def quiz() -> go.Figure:
    """What was said of hidden coordinates, against what they were."""
    ends = np.array([0, SIDE])
    return figures.panel(
        [figures.line("honest", "right", "goal", dash="dash", width=1.5, x=ends, y=ends),
         figures.head("across", "x hidden", "data", symbol="triangle-right", size=9,
                      legend=True),
         figures.head("up", "y hidden", "model", symbol="triangle-up", size=9, legend=True)],
        x="the hidden coordinate", y="what was said of it", x_range=(-0.2, SIDE + 0.2),
        y_range=(-0.2, SIDE + 0.2), legend=True, alt="Said against hidden.",
    )  # fmt: skip
