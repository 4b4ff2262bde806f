"""What the panels share: matrices with tokens on their axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import figures as fig
from labcore.attention.attention_heads.config import Config, chosen, shape_of, texts
from labcore.attention.attention_heads.example import example_of
from labcore.attention.attention_heads.measures import block
from labcore.lab import Size
from labcore.palette import colour, scale

LABELS, FEW_LABELS = 26, 12
"""So many tokens are named along an axis, of a large and of a small panel; of more, every second,
third …"""
LADDER = (1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12)
WIDE = 2
"""Longer words stand upright under an axis."""

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
    """Tokens along an axis; of many, some. Long words stand upright below it."""
    step = max(1, -(-len(axis_words) // most))
    at = list(range(0, len(axis_words), step))
    return {
        "tickangle": -90 if max(map(len, axis_words), default=0) > WIDE else 0,
        "tickmode": "array",
        "ticklabeloverflow": "allow",  # measuring each label takes a fifth of a redraw
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
    upright = max(map(len, columns), default=0) > WIDE
    figure.layout.xaxis.update(ticks(columns, most + 6 * (size == "large" or not upright)))
    figure.layout.yaxis.update({**ticks(rows, most), "tickangle": 0})
    return figure


def cell_mark(config: Config, rows: Words, columns: Words) -> go.Scatter:
    """The chosen cell."""
    return go.Scatter(
        uid="cell", x=[min(config.key, len(columns) - 1)], y=[min(config.query, len(rows) - 1)],
        mode="markers", showlegend=False, hoverinfo="skip",
        marker={"symbol": "square-open", "size": 17,
                "line": {"width": 3, "color": colour("own")}, "color": colour("own")},
    )  # fmt: skip


def key_title(*named_roles: tuple[str, str], before: str = "") -> str:
    """A title that names what is drawn, each word in its colour; it takes one line."""
    parts = [f'<span style="color:{colour(role)}">{word}</span>' for word, role in named_roles]
    return before + ", ".join(parts)


def percent(weights: Any) -> np.ndarray:
    """Weights from 0 to 1 as per cent: whole numbers where there are many cells."""
    scaled = 100 * np.asarray(weights, np.float32)
    return scaled if scaled.size <= 600 else np.rint(scaled).clip(0, 255).astype(np.uint8)


def fitting_room(values: Any) -> list[float]:
    """The same for values whose size is not known before."""
    return room(values, least=1e-6)


def room(*values: Any, least: float = 0.1) -> list[float]:
    """A range for bars that holds 0 and all values, and seldom changes from frame to frame."""
    found = np.nan_to_num(np.concatenate([np.ravel(value) for value in values]))
    low, high = min(0.0, float(found.min())), max(0.0, float(found.max()))
    return [-above(-low), above(max(high, least))]


def above(value: float) -> float:
    """The next step above a number on a ladder of ten steps from 1 to 10."""
    if value <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return power * next(step for step in LADDER if step * power >= 1.02 * value)
