"""All heads at once, how well the model does, and what is lost without each head."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.attention.attention_heads.config import Config, chosen, shape_of
from labcore.attention.attention_heads.marks import key_title, room
from labcore.attention.attention_heads.measures import thumb
from labcore.attention.attention_heads.surgery import changed_heads, operates
from labcore.palette import CATEGORICAL, colour, scale

SIGNS_OF_CHANGE = {"0": "✕", "m": "≈", "1": "▮", "p": "⇄"}
"""Cut, average, sharp, patched."""
MANY = 8
"""From so many heads in a row on, marks are smaller."""


def grid_panel(config: Config) -> go.Figure:
    """Blocks × heads; the chosen one has a frame, the changed ones a sign."""
    shape, (row, head) = shape_of(config), chosen(config)
    h, r = shape.heads, shape.rows
    side = thumb(shape)
    x = 0.5 + (np.arange(h * side) + 0.5) / side
    y = 0.5 + (np.arange(r * side) + 0.5) / side
    left, top = head + 0.5, row + 0.5
    changes = changed_heads(config)
    traces = [
        go.Heatmap(
            uid="heads", x=x.astype(np.float32), y=y.astype(np.float32), zmin=0, zmax=255,
            z=np.zeros((r * side, h * side), np.uint8), colorscale=scale("amount"),
            showscale=False, hoverinfo="skip",
        ),
        go.Scatter(
            uid="gaps", mode="lines", hoverinfo="skip", showlegend=False,
            x=[v for i in range(1, h) for v in (i + 0.5, i + 0.5, None)]
            + [v for _ in range(1, r) for v in (0.5, h + 0.5, None)],
            y=[v for _ in range(1, h) for v in (0.5, r + 0.5, None)]
            + [v for i in range(1, r) for v in (i + 0.5, i + 0.5, None)],
            line={"color": colour("paper"), "width": 7 if h < MANY else 4},
        ),
        go.Scatter(
            uid="frame", mode="lines", hoverinfo="skip", showlegend=False,
            x=[left, left + 1, left + 1, left, left], y=[top, top, top + 1, top + 1, top],
            line={"color": colour("own"), "width": 4 if h < MANY else 3},
        ),
        go.Scatter(
            uid="changes", mode="text", hoverinfo="skip", showlegend=False,
            x=[c + 1 for _, c in changes] or [None], y=[r0 + 1 for r0, _ in changes] or [None],
            text=[SIGNS_OF_CHANGE[sign] for sign in changes.values()] or [""],
            textfont={"size": 34 if h < MANY else 20, "color": colour("own")},
        ),
        go.Scatter(
            uid="chosen", x=[head + 1], y=[row + 1], mode="markers", hoverinfo="skip",
            showlegend=False,
            marker={"symbol": "circle", "size": 13 if h < MANY else 7, "color": colour("own"),
                    "line": {"color": colour("paper"), "width": 1.5}},
        ),
    ]  # fmt: skip
    figure = fig.panel(
        traces,
        x="head",
        y="block",
        title="All heads",
        alt="The attention of every head as a small picture, blocks from top to bottom, heads "
        "from left to right; rows of a picture are queries, columns are keys, bright is much.",
        x_range=(0.5, h + 0.5),
        y_range=(r + 0.5, 0.5),
    )
    figure.layout.xaxis.update(
        tickmode="array", tickvals=list(range(1, h + 1)), ticks="", ticklabeloverflow="allow"
    )
    figure.layout.yaxis.update(
        tickmode="array", tickvals=list(range(1, r + 1)), ticks="", ticklabeloverflow="allow",
        ticktext=[shape.row_name(i) for i in range(r)],
    )  # fmt: skip
    return figure


def draw_grid(frame: Frame) -> Patch:
    """The small pictures."""
    return {"traces": {"heads": {"z": frame["grid"]}}}


def accuracy_panel(config: Config) -> go.Figure:
    """The share of held-out inputs that come out wholly right."""
    right = fig.line("right", "as trained", "data", x=[None], y=[None])
    changed = fig.line("changed", "with your changes", "own", dash="dot", x=[None], y=[None])
    changed.visible = operates(config)
    both = key_title(("trained", "data"), ("changed", "own"))
    return fig.panel(
        [right, changed, fig.head("at", "now", "data", x=[None], y=[None])],
        x="training step",
        y="wholly right, %",
        title=both if operates(config) else "Held-out inputs",
        alt="How many held-out inputs come out wholly right, over the training.",
        size="small",
        x_range=(0, config.steps),
        y_range=(-3, 104),
    )


def draw_accuracy(frame: Frame) -> Patch:
    """One more point on each line."""
    right, changed = (100 * float(frame[name]) for name in ("accuracy", "operated"))
    return {
        "traces": {"at": {"x": [frame.step], "y": [right]}},
        "append": {
            "right": {"x": [frame.step], "y": [right]},
            "changed": {"x": [frame.step], "y": [changed]},
        },
    }


def cut_panel(config: Config) -> go.Figure:
    """The lead lost without each head: bars, or a map if there are many blocks."""
    shape = shape_of(config)
    if shape.rows > len(CATEGORICAL):
        return cut_map(config)
    heads = list(range(1, shape.heads + 1))
    bars = [
        go.Bar(
            uid=f"cut-{row}", name=shape.row_name(row), x=heads, y=[0.0] * shape.heads,
            marker={"color": colour(CATEGORICAL[row])},
            hovertemplate=f"{shape.row_name(row)}, head %{{x}}: %{{y:.3g}}<extra></extra>",
        )
        for row in range(shape.rows)
    ]  # fmt: skip
    figure = fig.panel(
        bars,
        x="head cut",
        y="lead lost",
        alt="For each head, by how much the mean lead of the right tokens falls if it is cut.",
        size="small",
        y_range=(0, 1),
        title=key_title(
            *((shape.row_name(row), CATEGORICAL[row]) for row in range(shape.rows)),
        ),
    )
    figure.layout.xaxis.update(
        tickmode="array", tickvals=heads, ticks="", ticklabeloverflow="allow"
    )
    figure.layout.bargap = 0.25
    return figure


def cut_map(config: Config) -> go.Figure:
    """The same for more blocks than there are colours."""
    shape = shape_of(config)
    unit = "similarity lost" if shape.pretrained else "lead lost"
    trace = go.Heatmap(
        uid="cut", x=np.arange(1, shape.heads + 1), y=np.arange(1, shape.rows + 1), zmin=-1, zmax=1,
        z=np.zeros((shape.rows, shape.heads), np.float32), colorscale=scale("signed"),
        text=[
            [f"{shape.row_name(r)}, head {h + 1}" for h in range(shape.heads)]
            for r in range(shape.rows)
        ],
        hovertemplate=f"%{{text}}: {unit} %{{z:.3g}}<extra></extra>",
        colorbar={"thickness": 8, "outlinewidth": 0, "xpad": 4, "ypad": 0, "ticks": "",
                  "nticks": 4},
    )  # fmt: skip
    figure = fig.panel(
        [trace], x="head cut", y="block", title=unit.capitalize(), size="small",
        x_range=(0.5, shape.heads + 0.5), y_range=(shape.rows + 0.5, 0.5),
        alt=f"For each head, the {unit} if it is cut; orange is lost, blue is gained.",
    )  # fmt: skip
    some = [1, *range(4, shape.heads + 1, 4)] if shape.heads > 1 else [1]
    figure.layout.xaxis.update(
        tickmode="array", tickvals=some, ticks="", ticklabeloverflow="allow", tickangle=0
    )
    figure.layout.yaxis.update(
        tickmode="array", tickvals=list(range(1, shape.rows + 1)), ticks="",
        ticklabeloverflow="allow",
        ticktext=[shape.row_name(i).removeprefix("block ") for i in range(shape.rows)],
    )  # fmt: skip
    return figure


def draw_cut(frame: Frame) -> Patch:
    """The bars, and a range that holds them; or the map."""
    lost = frame["cut"]
    if len(lost) > len(CATEGORICAL):
        top = max(float(np.abs(np.nan_to_num(lost)).max()), 1e-3)
        return {"traces": {"cut": {"z": lost, "zmin": -top, "zmax": top}}}
    return {
        "traces": {f"cut-{row}": {"y": line} for row, line in enumerate(lost)},
        "layout": {"yaxis.range": room(lost)},
    }
