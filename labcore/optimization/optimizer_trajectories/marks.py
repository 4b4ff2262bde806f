"""What each racer looks like, wherever it is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import figures as fig
from labcore.optimization.optimizer_trajectories.config import NAMES, OPTIMIZERS, Config, racers
from labcore.palette import CATEGORICAL, MARKERS, colour


def style(name: str) -> tuple[str, str]:
    """Role and marker of a racer, the same whoever else races."""
    k = OPTIMIZERS.index(name)
    return CATEGORICAL[k], MARKERS[k]


def lines(
    prefix: str, config: Config, x: Any, y: Any, *, width: float = 2.5
) -> Iterator[go.Scatter]:
    """A line for each racer, with its first point."""
    for name, at, to in zip(racers(config), np.broadcast_to(x, np.shape(y)), y, strict=True):
        role, _ = style(name)
        yield fig.line(f"{prefix}.{name}", NAMES[name], role, width=width,
                       x=[at], y=[to], legend=False)  # fmt: skip


def heads(
    prefix: str, config: Config, x: Any, y: Any, *, size: float = 12, legend: bool = False
) -> Iterator[go.Scatter]:
    """A marker for each racer, where it is now."""
    for name, at, to in zip(racers(config), np.broadcast_to(x, np.shape(y)), y, strict=True):
        role, symbol = style(name)
        yield fig.head(f"{prefix}.{name}", NAMES[name], role, symbol=symbol, size=size,
                       x=[at], y=[to], legend=legend)  # fmt: skip


def bands(config: Config) -> Iterator[go.Scatter]:
    """For each racer two edges that grow, and the space between them filled."""
    for name in racers(config):
        role, _ = style(name)
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


def points(config: Config, prefix: str, x: np.ndarray, y: np.ndarray) -> dict[str, dict[str, Any]]:
    """One point for each racer. x, y: (K,)."""
    return whole(config, prefix, x[:, None], y[:, None])


def whole(config: Config, prefix: str, x: np.ndarray, y: np.ndarray) -> dict[str, dict[str, Any]]:
    """The points of each racer's line. x, y: (K, T)."""
    return {f"{prefix}.{n}": {"x": x[k], "y": y[k]} for k, n in enumerate(racers(config))}
