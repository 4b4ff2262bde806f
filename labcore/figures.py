"""Figures in the house style: plain, labelled directly, coloured by role.

Each function returns a Plotly trace or figure that names roles (`palette.colour`) and
never colours or sizes of one viewer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore.lab import Size
from labcore.palette import colour, scale


def panel(
    traces: Sequence[Any],
    *,
    x: str,
    y: str,
    alt: str,
    title: str = "",
    size: Size = "large",
    x_range: Sequence[float] | None = None,
    y_range: Sequence[float] | None = None,
    x_log: bool = False,
    y_log: bool = False,
    square: bool = False,
    legend: bool = False,
) -> go.Figure:
    """One figure of the stage.

    Args:
        x, y: axis titles, with units.
        alt: what the panel shows, in one sentence, for those who cannot see it.
        size: large panels share the width; small ones stand in a column beside them.
        x_range, y_range: in the data's own units; on a log axis too.
        square: one unit is as long on both axes.
        legend: name the traces above the plot.
    """
    axis = {
        "showgrid": False,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": colour("context"),
        "linecolor": colour("context"),
        "showline": True,
        "automargin": True,
        "tickfont": {"size": 12},
    }
    layout = go.Layout(
        xaxis={
            **axis,
            "title": {"text": x, "standoff": 6, "font": {"size": 13}},
            **_range(x_range, x_log, 9 if size == "large" else 4),
        },
        yaxis={
            **axis,
            "title": {"text": y, "standoff": 6, "font": {"size": 13}},
            **_range(y_range, y_log, 12 if size == "large" else 5),
        },
        font={"size": 13, "color": colour("text")},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 8, "r": 12, "t": 10 + 22 * (bool(title) + legend), "b": 8},
        showlegend=legend,
        hovermode="closest",
        dragmode=False,
        uirevision="stage",
        meta={"alt": alt, "size": size},
        template=go.layout.Template(),  # Plotly's own has 7 kB of colours
    )
    if title:
        layout.title = {
            "text": title, "x": 0, "xref": "paper", "xanchor": "left", "y": 1,
            "yref": "container", "yanchor": "top", "pad": {"t": 8}, "font": {"size": 14},
        }  # fmt: skip
    if legend:
        layout.legend = {
            "orientation": "h", "x": 0, "xanchor": "left", "y": 1.01, "yanchor": "bottom",
            "font": {"size": 13}, "itemsizing": "constant",
        }  # fmt: skip
    if square:
        layout.yaxis.scaleanchor = "x"
        layout.xaxis.constrain = layout.yaxis.constrain = "domain"
    return go.Figure(list(traces), layout)


def relief(
    traces: Sequence[Any],
    *,
    x: str,
    y: str,
    z: str,
    alt: str,
    title: str = "",
    size: Size = "large",
    z_range: Sequence[float] | None = None,
) -> go.Figure:
    """A figure in three dimensions, turned by dragging. Traces are 3-D ones.

    x, y, z: axis titles, with units; the other arguments as in `panel`.
    """
    axis = {
        "showbackground": False, "showgrid": True, "gridcolor": colour("faint"),
        "zeroline": False, "tickfont": {"size": 12}, "showspikes": False, "nticks": 5,
    }  # fmt: skip
    ends = {} if z_range is None else {"range": [float(end) for end in z_range]}
    return go.Figure(
        list(traces),
        go.Layout(
            scene={
                "xaxis": {**axis, "title": {"text": x}},
                "yaxis": {**axis, "title": {"text": y}},
                "zaxis": {**axis, "title": {"text": z}, **ends},
                "aspectmode": "manual", "aspectratio": {"x": 1, "y": 1, "z": 0.7},
                "camera": {"eye": {"x": 1.25, "y": -1.45, "z": 0.95}}, "dragmode": "turntable",
            },
            xaxis={"title": {"text": x}}, yaxis={"title": {"text": y}},
            title={"text": title, "x": 0, "font": {"size": 14}} if title else None,
            font={"size": 13, "color": colour("text")}, paper_bgcolor="rgba(0,0,0,0)",
            margin={"l": 0, "r": 0, "t": 30 if title else 0, "b": 0}, showlegend=False,
            uirevision="stage", meta={"alt": alt, "size": size}, template=go.layout.Template(),
        ),
    )  # fmt: skip


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


def quantize(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """A field as uint8: `low` becomes 0 and `high` 255; what is beyond is clipped."""
    unit = (np.asarray(values, np.float32) - low) / (high - low)
    return np.rint(np.clip(np.nan_to_num(unit), 0, 1) * 255).astype(np.uint8)


def _range(bounds: Sequence[float] | None, log: bool, most: int) -> dict[str, Any]:
    """An axis; on a logarithmic one so many ticks fit at most."""
    kind: dict[str, Any] = {"type": "linear"}
    if log:  # Plotly draws powers of ten a quarter larger than it is told
        kind = {"type": "log", "dtick": 1, "exponentformat": "power", "tickfont": {"size": 10}}
    if bounds is None:
        return kind
    ends = [float(np.log10(b)) if log else float(b) for b in bounds]
    if log:
        kind["dtick"] = max(1, math.ceil(abs(ends[1] - ends[0]) / most))
    return kind | {"range": ends}
