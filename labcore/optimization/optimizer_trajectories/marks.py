"""What each racer looks like, wherever it is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import figures as fig
from labcore.optimization.optimizer_trajectories.config import Config, racers
from labcore.optimization.optimizer_trajectories.names import NAMES
from labcore.palette import CATEGORICAL, colour

LOOKS = {
    "sgd": ("circle", "solid", 0),
    "momentum": ("square", "solid", 1),
    "adagrad": ("diamond", "solid", 2),
    "rmsprop": ("triangle-up", "solid", 3),
    "adam": ("cross", "solid", 4),
    "lion": ("pentagon", "dash", 0),
    "newton": ("x", "dash", 1),
    "nesterov": ("triangle-right", "dash", 2),
    "polyak": ("triangle-down", "dash", 3),
    "lbfgs": ("star", "dash", 4),
    "adadelta": ("hexagon", "dot", 0),
    "adamw": ("triangle-left", "dot", 1),
    "yogi": ("star-diamond", "dot", 2),
}
"""Marker, dash and colour of each racer, the same whoever else races: five colours in the house's
order, then the same dashed, then dotted. Rules one would compare have different colours."""

SOLID_MARKS = {
    "circle": "circle",
    "square": "square",
    "diamond": "diamond",
    "cross": "cross",
    "x": "x",
}
"""The markers that exist in three dimensions too; the others become a circle there."""


def style(name: str) -> tuple[str, str, str]:
    """Role, marker and dash of a racer."""
    symbol, dash, k = LOOKS[name]
    return CATEGORICAL[k], symbol, dash


def lines(
    prefix: str, config: Config, x: Any, y: Any, *, width: float = 2.5
) -> Iterator[go.Scatter]:
    """A line for each racer, with its first point."""
    for name, at, to in zip(racers(config), np.broadcast_to(x, np.shape(y)), y, strict=True):
        role, _, dash = style(name)
        yield fig.line(f"{prefix}.{name}", NAMES[name], role, width=width, dash=dash,
                       x=[at], y=[to], legend=False)  # fmt: skip


def heads(
    prefix: str, config: Config, x: Any, y: Any, *, size: float = 12, legend: bool = False
) -> Iterator[go.Scatter]:
    """A marker for each racer, where it is now."""
    for name, at, to in zip(racers(config), np.broadcast_to(x, np.shape(y)), y, strict=True):
        role, symbol, _ = style(name)
        yield fig.head(f"{prefix}.{name}", NAMES[name], role, symbol=symbol, size=size,
                       x=[at], y=[to], legend=legend)  # fmt: skip


def bands(config: Config) -> Iterator[go.Scatter]:
    """For each racer two edges that grow, and the space between them filled."""
    for name in racers(config):
        role, _, _ = style(name)
        for edge in ("low", "high"):
            yield go.Scatter(
                uid=f"{edge}.{name}", x=[None], y=[None], mode="lines", line={"width": 0},
                showlegend=False, hoverinfo="skip", fill="tonexty" if edge == "high" else None,
                fillcolor=colour(role, 0.2),
            )  # fmt: skip


def mark(
    uid: str, word: str, role: str, symbol: str, x: float, y: float, side: str = "top center"
) -> go.Scatter:
    """A point of its own, with a word beside it; a ring is wide enough to be seen round heads."""
    return go.Scatter(
        uid=uid, x=[float(x)], y=[float(y)], mode="markers+text", text=[word],
        textposition=side, textfont={"size": 13, "color": colour("text")},
        marker={"color": colour(role), "size": 20 if "open" in symbol else 14, "symbol": symbol,
                "line": {"color": colour(role), "width": 2.5}},
        showlegend=False, hoverinfo="skip", cliponaxis=False,
    )  # fmt: skip


def marked(uid: str, role: str, places: Sequence[tuple[float, float, str]]) -> Iterator[go.Scatter]:
    """Stars with their words, all in one trace; none for no places."""
    if places:
        yield go.Scatter(
            uid=uid, x=[x for x, _, _ in places], y=[y for _, y, _ in places],
            mode="markers+text", text=[word for _, _, word in places],
            textposition="bottom right", textfont={"size": 13, "color": colour("text")},
            marker={"color": colour(role), "size": 13, "symbol": "star",
                    "line": {"color": colour("paper"), "width": 1}},
            showlegend=False, hoverinfo="skip",
        )  # fmt: skip


def points(config: Config, prefix: str, x: np.ndarray, y: np.ndarray) -> dict[str, dict[str, Any]]:
    """One point for each racer. x, y: (K,)."""
    return whole(config, prefix, x[:, None], y[:, None])


def whole(config: Config, prefix: str, x: np.ndarray, y: np.ndarray) -> dict[str, dict[str, Any]]:
    """The points of each racer's line. x, y: (K, T)."""
    return {f"{prefix}.{n}": {"x": x[k], "y": y[k]} for k, n in enumerate(racers(config))}
