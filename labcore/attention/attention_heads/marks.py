"""What the panels share: matrices with tokens on their axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import figures as fig
from labcore.attention.attention_heads.config import Config, chosen, shape_of, texts
from labcore.attention.attention_heads.example import example_of
from labcore.attention.attention_heads.observe import block
from labcore.lab import Size
from labcore.palette import colour, scale

LABELS, FEW_LABELS = 26, 12
"""So many tokens are named along an axis, of a large and of a small panel; of more, every second,
third …"""

Words = Sequence[str]


def words(config: Config, *, second: bool = False) -> tuple[Words, Words]:
    """Words of the queries and keys of the chosen block."""
    example = example_of(config.task, texts(config)[second])
    return example.axes(shape_of(config), chosen(config)[0])


def titles(config: Config) -> tuple[str, str]:
    """What the rows and the columns of the chosen block are."""
    shape, (row, _) = shape_of(config), chosen(config)
    if shape.patch:
        return "query: patch", "key: patch looked at"
    if row < shape.layers:
        return "query: input token", "key: input token looked at"
    cross = (row - shape.layers) % 2
    read = "input token" if cross else "output token read"
    return "query: token being written", f"key: {read}"


def ticks(axis_words: Words, most: int = LABELS) -> dict[str, Any]:
    """Tokens along an axis; of many, or of long ones, some."""
    step = max(1, -(-sum(map(len, axis_words)) // max(most, 1)))
    at = list(range(0, len(axis_words), step))
    return {
        "tickmode": "array",
        "tickvals": at,
        "ticktext": [axis_words[i] for i in at],
        "ticks": "",
    }


def centres(count: int, size: int) -> np.ndarray:
    """Where the cells of a matrix lie, of `size` tokens each."""
    return (np.arange(-(-count // size)) * size + (size - 1) / 2).astype(np.float32)


def named(rows: Words, columns: Words, size: int) -> list[list[str]]:
    """What each cell is, for a pointer over it."""
    return [
        [f"{rows[i]} looks at {columns[j]}" for j in range(0, len(columns), size)]
        for i in range(0, len(rows), size)
    ]


def map_trace(
    uid: str,
    rows: Words,
    columns: Words,
    *,
    unit: str = "%",
    colours: str = "amount",
    low: float = 0,
    high: float = 100,
    bar: bool = True,
) -> go.Heatmap:
    """A matrix with its numbers under the pointer."""
    size = block(len(rows), len(columns))
    return go.Heatmap(
        uid=uid, x=centres(len(columns), size), y=centres(len(rows), size),
        z=np.zeros((-(-len(rows) // size), -(-len(columns) // size)), np.float32),
        zmin=low, zmax=high, showscale=bar, colorscale=scale(colours),
        text=named(rows, columns, size),
        hovertemplate=f"%{{text}}: %{{z:.3g}} {unit}<extra></extra>",
        colorbar={"title": {"text": unit, "side": "top"}, "thickness": 8, "outlinewidth": 0,
                  "xpad": 4, "len": 0.9, "ypad": 0, "ticks": "", "nticks": 4},
    )  # fmt: skip


def map_panel(
    traces: Sequence[Any],
    rows: Words,
    columns: Words,
    *,
    title: str,
    alt: str,
    axes: tuple[str, str],
    size: Size = "large",
) -> go.Figure:
    """A matrix: first row on top, tokens on both axes."""
    figure = fig.panel(
        traces,
        x=axes[1],
        y=axes[0],
        title=title,
        alt=alt,
        size=size,
        x_range=(-0.5, len(columns) - 0.5),
        y_range=(len(rows) - 0.5, -0.5),
    )
    most = LABELS if size == "large" else FEW_LABELS
    figure.layout.xaxis.update({**ticks(columns, most + 6), "tickangle": 0})
    figure.layout.yaxis.update(ticks(rows, most + 6 * (size == "large")))
    return figure


def cell_mark(config: Config, rows: Words, columns: Words) -> go.Scatter:
    """The chosen cell."""
    return go.Scatter(
        uid="cell", x=[min(config.key, len(columns) - 1)], y=[min(config.query, len(rows) - 1)],
        mode="markers", showlegend=False, hoverinfo="skip",
        marker={"symbol": "square-open", "size": 17,
                "line": {"width": 3, "color": colour("own")}, "color": colour("own")},
    )  # fmt: skip


def percent(weights: Any) -> np.ndarray:
    """Weights from 0 to 1 as per cent: whole numbers where there are many cells."""
    scaled = 100 * np.asarray(weights, np.float32)
    return scaled if scaled.size <= 600 else np.rint(scaled).clip(0, 255).astype(np.uint8)


def room(*values: Any, least: float = 0.1) -> list[float]:
    """A range for bars that holds 0 and all values."""
    found = np.nan_to_num(np.concatenate([np.ravel(value) for value in values]))
    low, high = min(0.0, float(found.min())), max(0.0, float(found.max()))
    edge = 0.06 * max(high - low, least)
    return [low - edge * (low < 0), max(high, least) + edge]
