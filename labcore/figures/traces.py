"""Traces: lines, marks, words, bars and fields that frames fill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore.palette import colour, scale


def line(
    uid: str,
    name: str,
    role: str,
    *,
    dash: str = "solid",
    width: float = 2.5,
    opacity: float = 1.0,
    x: Any = (),
    y: Any = (),
    legend: bool = True,
) -> go.Scatter:
    """A line that frames fill or append to."""
    return go.Scatter(
        uid=uid, name=name, x=x, y=y, mode="lines", legendgroup=name, showlegend=legend,
        line={"color": colour(role, opacity), "width": width, "dash": dash},
        hovertemplate=f"{name}<br>%{{x:.3g}}, %{{y:.3g}}<extra></extra>",
    )  # fmt: skip


def head(
    uid: str,
    name: str,
    role: str,
    *,
    symbol: str = "circle",
    size: float = 11,
    x: Any = (),
    y: Any = (),
    legend: bool = False,
) -> go.Scatter:
    """The marker at the end of a line."""
    return go.Scatter(
        uid=uid, name=name, x=x, y=y, mode="markers", legendgroup=name, showlegend=legend,
        marker={"color": colour(role), "size": size, "symbol": symbol,
                "line": {"color": colour("paper"), "width": 1.5}},
        hovertemplate=f"{name}<br>%{{x:.3g}}, %{{y:.3g}}<extra></extra>",
    )  # fmt: skip


def words(
    uid: str,
    role: str = "text",
    *,
    place: str = "middle center",
    size: int = 13,
    x: Any = (),
    y: Any = (),
    text: Sequence[str] = (),
) -> go.Scatter:
    """Words at places within the axes, over which they may reach; place: where they stand."""
    return go.Scatter(
        uid=uid, x=x, y=y, text=text, mode="text", textposition=place, showlegend=False,
        textfont={"color": colour(role), "size": size}, cliponaxis=False, hoverinfo="skip",
    )  # fmt: skip


def ring(uid: str, word: str, role: str = "own", *, place: str = "top center") -> go.Scatter:
    """A hollow mark with a word, such as a start: what it rings stays in sight."""
    return go.Scatter(
        uid=uid, mode="markers+text", text=[word], textposition=place, x=[0], y=[0],
        textfont={"size": 12, "color": colour(role)}, hoverinfo="skip", showlegend=False,
        marker={"symbol": "circle-open", "size": 14, "color": colour(role),
                "line": {"width": 2.5, "color": colour(role)}},
    )  # fmt: skip


def arrow(uid: str, name: str, role: str, *, dash: str = "solid", width: float = 3) -> go.Scatter:
    """An arrow from its first point to its second."""
    return go.Scatter(
        uid=uid, name=name, mode="lines+markers", showlegend=False,
        line={"color": colour(role), "width": width, "dash": dash},
        marker={"symbol": "arrow", "angleref": "previous", "size": [0, 15], "opacity": 1,
                "color": colour(role), "line": {"width": 0}},
        hovertemplate=f"{name}<br>%{{x:.3g}}, %{{y:.3g}}<extra></extra>",
    )  # fmt: skip


def area(
    uid: str,
    name: str,
    role: str,
    opacity: float = 0.2,
    *,
    fill: str = "toself",
    width: float = 1.5,
    dash: str = "solid",
    legend: bool = False,
) -> go.Scatter:
    """A closed shape with its outline; several with gaps (NaN) between them."""
    return go.Scatter(
        uid=uid, name=name, x=(), y=(), mode="lines", fill=fill, hoverinfo="skip",
        fillcolor=colour(role, opacity), line={"color": colour(role), "width": width, "dash": dash},
        showlegend=legend,
    )  # fmt: skip


def bars(
    uid: str,
    name: str,
    role: str,
    *,
    width: float | None = 0.7,
    opacity: float = 0.6,
    x: Any = (),
    legend: bool = False,
) -> go.Bar:
    """Bars of one colour; width in units of x."""
    return go.Bar(
        uid=uid, name=name, x=x, y=(), width=width, showlegend=legend,
        marker={"color": colour(role, opacity), "line": {"width": 0}},
        hovertemplate=f"{name}<br>%{{y:.3g}}<extra></extra>",
    )  # fmt: skip


def contour(
    uid: str, x: np.ndarray, y: np.ndarray, z: np.ndarray, *, levels: int = 18
) -> go.Contour:
    """A loss surface that stands still under everything else. z: (y, x)."""
    return go.Contour(
        uid=uid, x=x.astype(np.float32), y=y.astype(np.float32), z=z.astype(np.float32),
        ncontours=levels, colorscale=scale("loss"), showscale=False, hoverinfo="skip",
        line={"width": 0.7, "color": colour("context", 0.55)},
    )  # fmt: skip


def field(
    uid: str,
    x: np.ndarray,
    y: np.ndarray,
    z: np.ndarray | None = None,
    *,
    colours: str = "amount",
    bar: str = "",
    ticks: Sequence[float] = (),
    labels: Sequence[str] = (),
) -> go.Heatmap:
    """A field in uint8 (`quantize`); z: (y, x). `ticks` are in the uint8 scale."""
    return go.Heatmap(
        uid=uid, x=x.astype(np.float32), y=y.astype(np.float32), z=z, zmin=0, zmax=255,
        colorscale=scale(colours), hoverinfo="skip", showscale=bool(bar),
        colorbar={"title": {"text": bar, "side": "right"}, "thickness": 10, "outlinewidth": 0,
                  "len": 1.0, "ypad": 0,
                  "tickvals": list(ticks), "ticktext": list(labels), "ticks": ""},
    )  # fmt: skip
