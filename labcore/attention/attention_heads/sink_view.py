"""Where weight goes that has nothing to say: the first and the last key, and short values."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.attention.attention_heads.config import Config, shape_of
from labcore.attention.attention_heads.head_view import name_of
from labcore.attention.attention_heads.marks import fitting_room, words
from labcore.palette import colour, scale

NAMED = 2.0
"""Keys that draw so many times their even share have their name beside them."""


def sinks_panel(config: Config) -> go.Figure:
    """Two maps side by side: the share of all weight on the first key and on the last, by head."""
    shape, columns = shape_of(config), words(config)[1]
    h, r = shape.heads, shape.rows
    named = shape.patch or shape.pretrained  # in the others the keys differ from block to block
    ends = (columns[0], columns[-1]) if named else ("first", "last")
    text = [
        [f"{shape.row_name(row)}, head {head + 1}, {end}" for end in ends for head in range(h)]
        for row in range(r)
    ]
    text = [[*line[:h], "", *line[h:]] for line in text]
    trace = go.Heatmap(
        uid="sinks", x=np.arange(1, 2 * h + 2, dtype=np.float32),
        y=np.arange(1, r + 1, dtype=np.float32), zmin=0, zmax=100, colorscale=scale("amount"),
        z=np.zeros((r, 2 * h + 1), np.float32), text=text, hoverongaps=False, showscale=False,
        hovertemplate="%{text}: %{z:.0f} % of all weight<extra></extra>",
    )  # fmt: skip
    figure = fig.panel(
        [trace], x="head", y="block", title=" ", size="small",
        x_range=(0.5, 2 * h + 1.5), y_range=(r + 0.5, 0.5),
        alt="For each head the share of all weight on the first key, left, and on the last, "
        "right; bright is 100 per cent.",
    )  # fmt: skip
    for at, end in zip((h / 2 + 0.5, 1.5 * h + 1.5), ends, strict=True):
        figure.add_annotation(
            x=at, y=1, yref="paper", yanchor="bottom", showarrow=False, font={"size": 13},
            text=f"on {end}" if named else f"{end} key",
        )  # fmt: skip
    shown = sorted({1, h})
    figure.layout.xaxis.update(
        tickmode="array", tickvals=[*shown, *(h + 1 + i for i in shown)],
        ticktext=[*shown, *shown], ticks="", ticklabeloverflow="allow", tickangle=0,
    )  # fmt: skip
    figure.layout.yaxis.update(
        tickmode="array", tickvals=list(range(1, r + 1)), ticks="", ticklabeloverflow="allow",
        ticktext=[shape.row_name(i).removeprefix("block ") for i in range(r)],
    )  # fmt: skip
    return figure


def draw_sinks(frame: Frame) -> Patch:
    """In per cent, with a gap between the two maps."""
    first, last = np.moveaxis(np.rint(100 * frame["sinks"]), -1, 0)
    gap = np.full((len(first), 1), np.nan, np.float32)
    return {"traces": {"sinks": {"z": np.concatenate([first, gap, last], 1)}}}


def values_panel(config: Config) -> go.Figure:
    """Each key of the chosen head: how much weight it draws, and how long its value is."""
    columns = words(config)[1]
    points = go.Scatter(
        uid="values", x=[0.0] * len(columns), y=[0.0] * len(columns), mode="markers+text",
        text=[""] * len(columns), textposition="middle right", customdata=list(columns),
        marker={"size": 8, "color": colour("model", 0.7)}, showlegend=False, cliponaxis=False,
        hovertemplate="%{customdata}: value %{x:.2f} long, %{y:.0f} %<extra></extra>",
    )  # fmt: skip
    return fig.panel(
        [points], x="length of the value", y="share of all weight, %", size="small",
        x_range=(0, 1), y_range=(0, 100),
        alt=f"Each key of {name_of(config)}: the length of its value, and its share of all weight; "
        "those with twice their even share are named.",
    )  # fmt: skip


def draw_values(config: Config, frame: Frame) -> Patch:
    """One point a key."""
    columns, share = words(config)[1], 100 * frame["columns"]
    named = share >= NAMED * 100 / len(columns)
    said = [f" {word}" if shown else "" for word, shown in zip(columns, named, strict=True)]
    low, high = fitting_room(frame["lengths"])
    return {
        "traces": {
            "values": {
                "x": frame["lengths"], "y": share,
                "text": said,
            }
        },
        "layout": {"xaxis.range": [low, 1.15 * high], "yaxis.range": fitting_room(share)},
    }  # fmt: skip
