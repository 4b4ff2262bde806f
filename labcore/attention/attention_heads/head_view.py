"""One head: its matrix, how spread its rows are, and its lines from token to token."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.attention.attention_heads.config import Config, chosen, shape_of, texts
from labcore.attention.attention_heads.example import example_of
from labcore.attention.attention_heads.grid_view import SIGNS_OF_CHANGE
from labcore.attention.attention_heads.marks import (
    FEW_LABELS,
    LABELS,
    cell_mark,
    map_panel,
    map_trace,
    percent,
    ticks,
    titles,
    words,
)
from labcore.attention.attention_heads.surgery import letters
from labcore.palette import colour, scale

BINS = ((0.03, 0.1, 1.0, 0.25), (0.1, 0.3, 2.0, 0.45), (0.3, 0.6, 3.5, 0.7), (0.6, 2.0, 6.0, 1.0))
"""Weights from, to, the width of their lines and how opaque they are."""


def name_of(config: Config) -> str:
    """The chosen head in words."""
    row, head = chosen(config)
    return f"{shape_of(config).row_name(row)}, head {head + 1}"


def matrix_panel(config: Config) -> go.Figure:
    """The weights of the chosen head; painted cells have a sign."""
    rows, columns = words(config)
    cells = {
        place: sign
        for place, sign in letters(config.painted).items()
        if place[0] < len(rows) and place[1] < len(columns)
    }
    painted = go.Scatter(
        uid="painted", mode="text", hoverinfo="skip", showlegend=False,
        x=[c for _, c in cells] or [None], y=[r for r, _ in cells] or [None],
        text=[SIGNS_OF_CHANGE[sign] for sign in cells.values()] or [""],
        textfont={"size": 15, "color": colour("own")},
    )  # fmt: skip
    name = name_of(config)
    return map_panel(
        [map_trace("weights", rows, columns), painted, cell_mark(config, rows, columns)],
        rows,
        columns,
        title=f"Weights: {name}",
        alt=f"Attention weights of {name}: rows are queries, columns are keys; each row sums "
        "to 100 per cent.",
        axes=titles(config),
    )


def draw_matrix(frame: Frame) -> Patch:
    """The weights in per cent."""
    return {"traces": {"weights": {"z": percent(frame["weights"])}}}


def entropy_panel(config: Config) -> go.Figure:
    """How spread each row of the matrix is."""
    rows, columns = words(config)
    most = float(np.log2(max(len(columns), 2)))
    bars = go.Bar(
        uid="entropy", orientation="h", x=[0.0] * len(rows), y=list(range(len(rows))),
        marker={"color": colour("model")}, showlegend=False,
        hovertemplate="%{x:.2f} bits<extra></extra>",
    )  # fmt: skip
    even = fig.line("even", "even", "context", dash="dash", x=[most, most],
                    y=[-0.5, len(rows) - 0.5])  # fmt: skip
    ranks = go.Scatter(
        uid="ranks", x=[0.0], y=[-0.5], mode="text", text=[""], textposition="top right",
        textfont={"size": 14, "color": colour("text")}, hoverinfo="skip", showlegend=False,
        cliponaxis=False,
    )  # fmt: skip
    figure = fig.panel(
        [bars, even, ranks],
        x="entropy of the row, bits",
        y=titles(config)[0].split(":")[0],
        title=" ",
        alt=f"The entropy of each row; it is at most {most:.2f} bits, when all keys get the same.",
        size="small",
        x_range=(0, most * 1.05),
        y_range=(len(rows) - 0.5, -0.5),
    )
    figure.layout.yaxis.update({**ticks(rows, FEW_LABELS), "tickangle": 0})
    return figure


def draw_entropy(frame: Frame) -> Patch:
    """A bar a row, and the ranks of the whole matrix above."""
    said = f"rank {int(frame['rank'])}, effective {float(frame['effective']):.1f}"
    return {"traces": {"entropy": {"x": frame["entropy"]}, "ranks": {"text": [said]}}}


def lines_panel(config: Config) -> go.Figure:
    """Queries on the left, keys on the right, a line for each weight above 3 per cent."""
    rows, columns = words(config)
    traces: list[Any] = [
        fig.line(f"{who}-{i}", f"{100 * low:.0f} % or more", role, width=width,
                 x=[None], y=[None], legend=False)
        for who, role in (("all", "model"), ("query", "own"))
        for i, (low, _, width, _) in enumerate(BINS)
    ]  # fmt: skip
    for trace, (_, _, _, opacity) in zip(traces, BINS * 2, strict=True):
        role = "own" if trace.uid.startswith("query") else "model"
        trace.update(line={"color": colour(role, opacity)}, hoverinfo="skip")
    tall = max(len(rows), len(columns))
    side_room = 0.13 + 0.045 * max(map(len, [*rows, *columns]))
    for uid, x, side, names in (("left", 0, "left", rows), ("right", 1, "right", columns)):
        step = -(-len(names) // LABELS)
        traces.append(
            go.Scatter(
                uid=uid, x=[x] * len(names), y=spread(len(names), tall), mode="markers+text",
                text=[n if i % step == 0 else "" for i, n in enumerate(names)],
                textposition=f"middle {side}", textfont={"size": 14, "color": colour("text")},
                marker={"size": 5, "color": colour("context")}, hoverinfo="skip",
                showlegend=False, cliponaxis=False,
            )
        )  # fmt: skip
    figure = fig.panel(
        traces,
        x="query → key",
        y="place",
        title=f"Lines: {name_of(config)}",
        alt="Lines from each query on the left to the keys it looks at, thicker for more weight; "
        "those of the chosen query are purple.",
        x_range=(-side_room, 1 + side_room),
        y_range=(tall - 0.5, -0.5),
    )
    figure.layout.xaxis.update(
        tickmode="array", tickvals=[0, 1], ticktext=["query", "key"], ticks="", showline=False
    )
    figure.layout.yaxis.update(visible=False)
    return figure


def spread(count: int, tall: int) -> np.ndarray:
    """Places of a column's tokens, as tall as the taller column."""
    return np.linspace(0, tall - 1, count).astype(np.float32)


def draw_lines(config: Config, frame: Frame) -> Patch:
    """Lines by how much weight they carry; those of the chosen query apart."""
    weights = frame["weights"]
    rows, columns = words(config)
    tall = max(len(rows), len(columns))
    left, right = spread(weights.shape[0], tall), spread(weights.shape[1], tall)
    query = min(config.query, len(rows) - 1) // int(frame["block"])
    traces = {}
    for who in ("all", "query"):
        for i, (low, high, _, _) in enumerate(BINS):
            inside = (weights >= low) & (weights < high)
            inside[np.arange(len(weights)) != query if who == "query" else query] = False
            at, to = np.nonzero(inside)
            x, y = np.full((2, max(len(at), 1), 3), np.nan, np.float32)
            if len(at):
                x[:, 0], x[:, 1] = 0, 1
                y[:, 0], y[:, 1] = left[at], right[to]
            traces[f"{who}-{i}"] = {"x": x.ravel(), "y": y.ravel()}
    return {"traces": traces}


def picture_panel(config: Config) -> go.Figure:
    """The digit, and over it how much the chosen query looks at each patch."""
    image = example_of(config.task, texts(config)[0]).image
    assert image is not None
    at = np.tile(np.arange(4), 4) * 2 + 0.5
    figure = fig.panel(
        [
            go.Heatmap(
                uid="image", z=(image * 255).round().byte().numpy(), zmin=0, zmax=255,
                colorscale=scale("loss"), showscale=False, hoverinfo="skip",
                x=np.arange(8, dtype=np.float32), y=np.arange(8, dtype=np.float32),
            ),
            go.Scatter(
                uid="looks", x=at, y=np.repeat(np.arange(4), 4) * 2 + 0.5, mode="markers",
                marker={"symbol": "circle", "color": colour("model", 0.7), "size": [0.0] * 16,
                        "line": {"width": 1, "color": colour("paper")}},
                text=list(example_of(config.task, texts(config)[0]).inputs[1:]),
                hovertemplate="patch %{text}<extra></extra>", showlegend=False,
            ),
        ],
        x="pixel", y="pixel", title=f"Looked at: {name_of(config)}",
        alt="The digit in 16 patches; the disc on each patch is as large as its weight.",
        x_range=(-0.5, 7.5), y_range=(7.5, -0.5), square=True,
    )  # fmt: skip
    return figure


def draw_picture(frame: Frame) -> Patch:
    """Discs whose area is the weight."""
    return {"traces": {"looks": {"marker.size": 58 * np.sqrt(frame["line"][1:])}}}
