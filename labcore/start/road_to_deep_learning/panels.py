"""What stands still on the stage."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, figures
from labcore.palette import colour
from labcore.start.road_to_deep_learning.facts import CARDS, DECADES, LANES
from labcore.start.road_to_deep_learning.lesson import DRIVERS, Config

RANGES = {"flop": (1e14, 1e27), "parameters": (1e3, 1e13), "words": (1e6, 1e15),
          "images": (1e3, 1e10)}  # fmt: skip
UNITS = {"flop": "training compute (FLOP)", "parameters": "parameters", "images": "images",
         "words": "words or tokens"}  # fmt: skip
SINCE = {"flop": 2007.0, "parameters": 1985.0, "words": 2000.0, "images": 1986.0}
SHOWN = {"all": 1930.0, "recent": 2008.0}
TO = 2027.0
"""The first years of the axes, and the last."""
ROLES = ("data", "goal", "model")
DRIVER_NAMES = ("data: examples", "memory: bytes", "compute: FLOP/s")
SHORT = ("data", "memory", "compute")
MARKS = ("circle", "square", "diamond")


def edges() -> list[go.Scatter]:
    """The brush and its two handles."""
    return [figures.area("brush", "brush", "own", 0.08, width=1),
            figures.head("since", "edge to drag", "own", symbol="triangle-right", size=16),
            figures.head("until", "edge to drag", "own", symbol="triangle-left", size=16),
            ]  # fmt: skip


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still."""
    return {"papers": papers(config), "growth": growth(config), "times": times(),
            "drivers": drivers(), "factors": factors()}  # fmt: skip


def papers(config: Config) -> go.Figure:
    """A lane for each root and each field."""
    marks = [figures.head("past", "outside the brush", "context", size=8),
             figures.head("inside", "in the brush", "data", size=11),
             figures.head("stars", "a famous idea", "model", symbol="star", size=15)]  # fmt: skip
    ring = figures.head("now", "this paper", "own", symbol="circle-open", size=20)
    ring.marker.line = {"width": 2.5, "color": colour("own")}
    names = figures.words("names", size=12)
    figure = figures.panel(
        [*edges(), *marks, ring, names, figures.words("told", place="middle right", size=14),
         figures.words("source", "context", place="middle right", size=12)],
        x="year", y="", x_range=(SHOWN[config.window] - 1, TO), y_range=(-1.2, 8.6),
        alt="Papers by year in seven lanes, with a brush over some years.",
    )  # fmt: skip
    for mark in figure.data[3:6]:
        mark.hovertemplate = "%{text}<extra></extra>"
    figure.update_yaxes(title={"text": "roots, then fields"}, ticks="", showline=False,
                        tickvals=list(range(len(LANES))), ticktext=list(LANES[::-1]))  # fmt: skip
    return figure


def growth(config: Config) -> go.Figure:
    """One quantity over the years."""
    band = figures.area("band", "± one standard error", "model", 0.15, width=0)
    figure = figures.panel(
        [*edges(), band, figures.line("line", "fitted", "model", width=2),
         figures.line("beyond", "the line goes on", "model", width=1.5, dash="dot"),
         figures.head("past", "outside the brush", "context", size=8),
         figures.head("inside", "in the brush", "data", size=11),
         figures.words("names", place="middle left", size=12),
         figures.words("told", "model", place="middle right", size=14)],
        x="year", y=UNITS[config.quantity], x_range=(SINCE[config.quantity], TO), y_log=True,
        y_range=RANGES[config.quantity], alt="Sizes over the years on a log scale, and a line.",
    )  # fmt: skip
    for mark in figure.data[6:8]:
        mark.hovertemplate = "%{text}<extra></extra>"
    return figure


def times() -> go.Figure:
    """How long each quantity takes to double."""
    moore = figures.line("moore", "24 months", "context", dash="dot", width=1.5,
                         x=np.array([24.0, 24.0]), y=np.array([-0.6, 3.6]))  # fmt: skip
    figure = figures.panel(
        [moore, figures.line("spread", "± one standard error", "model", width=3),
         figures.head("time", "doubling time", "model", symbol="diamond", size=13),
         figures.words("told", place="top center", size=12),
         figures.words("moore-told", "context", place="middle right", size=12,
                       x=np.array([25.0]), y=np.array([-0.45]), text=("two years",))],
        x="doubling time in the brush (months)", y="", x_range=(1.5, 400), x_log=True,
        y_range=(-0.7, 3.7), alt="Doubling times of four quantities, with standard errors.",
    )  # fmt: skip
    figure.update_yaxes(title={"text": "what grows"}, tickvals=[0, 1, 2, 3], ticks="",
                        showline=False, ticktext=["images", "words", "parameters", "compute"],
                        )  # fmt: skip
    figure.update_xaxes(tickvals=[3, 6, 12, 24, 60, 120, 300], tickfont={"size": 12})
    return figure


def drivers() -> go.Figure:
    """The book's table, and some cards."""
    years = np.array([decade.year for decade in DECADES], np.float32)
    lines: list[Any] = []
    for uid, name, role, symbol in zip(DRIVERS, DRIVER_NAMES, ROLES, MARKS, strict=True):
        line = figures.line(uid, name, role, width=2, x=years,
                            y=np.array([getattr(d, uid) for d in DECADES]))  # fmt: skip
        line.mode, line.marker = "lines+markers", {"symbol": symbol, "size": 9}
        lines.append(line)
    cards = [figures.head(uid, name, role, symbol=symbol, size=8, legend=True,
                          x=np.array([card.when for card in CARDS], np.float32),
                          y=np.array([getattr(card, kind) for card in CARDS]))
             for uid, name, role, symbol, kind in (
                 ("cards", "one card's FLOP/s", "model", "x-thin", "speed"),
                 ("boards", "its bytes", "goal", "cross-thin", "memory"))]  # fmt: skip
    for card in cards:
        card.marker.line = {"width": 2.5, "color": card.marker.color}
        card.text = [f"{c.name}: {c.source}" for c in CARDS]
        card.hovertemplate = "%{text}<br>%{y:.3g}<extra></extra>"
    return figures.panel(
        [*edges(), *lines, *cards], x="year", y="orders of magnitude", x_range=(1967, 2027),
        y_log=True, y_range=(10, 1e17), legend=True,
        alt="Data, memory and compute by decade, as orders of magnitude.",
    )  # fmt: skip


def factors() -> go.Figure:
    """By how many powers of ten each driver grew in a decade of the brush."""
    figure = figures.panel(
        [go.Bar(uid="grown", name="powers of ten in ten years", width=0.6, x=[0, 1, 2],
                marker={"color": [colour(role, 0.6) for role in ROLES]},
                hovertemplate="× 10 to the %{y:.2f}<extra></extra>"),
         figures.words("told", place="top center", size=14)],
        x="what drove it", y="powers of ten in ten years, within the brush", x_range=(-0.6, 2.6),
        y_range=(0, 3.6), alt="Growth of the three drivers within the brush.",
    )  # fmt: skip
    figure.update_xaxes(tickvals=[0, 1, 2], ticktext=list(SHORT), ticks="")
    return figure
