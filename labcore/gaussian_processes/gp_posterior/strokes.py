"""Marks that several pictures share: bands, points, families of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from scipy.special import ndtri

from labcore.gaussian_processes.gp_posterior.config import Config
from labcore.gaussian_processes.gp_posterior.kernels import Array
from labcore.palette import colour

Traces = dict[str, dict[str, Any]]


def reach(config: Config) -> float:
    """How many standard deviations the bands reach to each side."""
    return float(ndtri(0.5 + config.level / 200))


def band(uid: str, name: str, role: str, opacity: float, x: Array) -> Iterator[go.Scatter]:
    """Two edges and the space between them; `edges` moves them."""
    for edge in ("low", "high"):
        yield go.Scatter(
            uid=f"{uid}.{edge}", name=name, x=x, y=np.zeros_like(x), mode="lines",
            line={"width": 0, "color": colour(role)}, hoverinfo="skip", legendgroup=uid,
            showlegend=edge == "high" and bool(name), fillcolor=colour(role, opacity),
            fill="tonexty" if edge == "high" else None,
        )  # fmt: skip


def edges(uid: str, low: Array, high: Array) -> Traces:
    """Where a band is now."""
    return {f"{uid}.low": {"y": single(low)}, f"{uid}.high": {"y": single(high)}}


def single(values: Any) -> np.ndarray:
    """As float32, and never an infinity."""
    return np.clip(np.asarray(values, np.float32), -1e30, 1e30)


def family(uid: str, name: str, role: str, count: int, x: Array, **style: Any) -> list[go.Scatter]:
    """Thin lines that are all of one kind; the legend names them once."""
    look = {"width": 1.2, "opacity": 0.6} | style
    return [
        go.Scatter(
            uid=f"{uid}-{k}", name=name, x=x, y=np.zeros_like(x), mode="lines", legendgroup=uid,
            line={"color": colour(role, look["opacity"]), "width": look["width"]},
            showlegend=k == 0 and bool(name), hoverinfo="skip",
        )
        for k in range(count)
    ]  # fmt: skip


def members(uid: str, lines: Array) -> Traces:
    """Where the lines of a family are now, (S, M)."""
    return {f"{uid}-{k}": {"y": single(line)} for k, line in enumerate(lines)}


def dots(
    uid: str, name: str, role: str, x: Any, y: Any, *, size: float = 9, hollow: bool = False,
    symbol: str = "circle", legend: bool = True, **more: Any,
) -> go.Scatter:  # fmt: skip
    """Points without a line."""
    edge = colour(role) if hollow else colour("paper")
    return go.Scatter(
        uid=uid, name=name, x=x, y=y, mode="markers", showlegend=legend and bool(name),
        marker={"color": "rgba(0,0,0,0)" if hollow else colour(role), "size": size,
                "symbol": symbol, "line": {"color": edge, "width": 1.5 if hollow else 1}},
        hovertemplate=f"{name}<br>%{{x:.3g}}, %{{y:.3g}}<extra></extra>", **more,
    )  # fmt: skip


def lettered(uid: str, words: Sequence[str], x: Any, y: Any, **style: Any) -> go.Scatter:
    """Rings with a letter beside each, in the colour of what the learner chose."""
    look: dict[str, Any] = {"role": "own", "symbol": "circle-open", "size": 18}
    look |= {"side": "top center"} | style
    return go.Scatter(
        uid=uid, x=x, y=y, mode="markers+text", text=list(words), textposition=look["side"],
        textfont={"size": 13, "color": colour(look["role"])}, showlegend=False, hoverinfo="skip",
        marker={"color": colour(look["role"]), "size": look["size"], "symbol": look["symbol"],
                "line": {"color": colour(look["role"]), "width": 2}},
    )  # fmt: skip


def percent(config: Config) -> str:
    """The level of the bands, in words."""
    return f"{config.level:g} %"
