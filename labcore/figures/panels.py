"""The figures of the stage: axes, titles, and room for what is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore.lab import Size
from labcore.palette import colour


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


def plane(traces: Sequence[Any], alt: str, reach: float, **given: Any) -> go.Figure:
    """A square piece of the plane around its origin, as far as `reach`; the rest as in `panel`."""
    far = (-reach, reach)
    figure = panel(traces, x="x₁", y="x₂", alt=alt, x_range=far, y_range=far, square=True, **given)
    middle = {"zeroline": True, "zerolinecolor": colour("faint")}
    return figure.update_xaxes(**middle).update_yaxes(**middle)


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
