"""From queries and keys to the output of a head: the stages of attention."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go
import torch

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.attention.attention_heads.attention import causal
from labcore.attention.attention_heads.config import Config, chosen, scales, shape_of
from labcore.attention.attention_heads.marks import (
    FEW_LABELS,
    centres,
    key_title,
    named,
    room,
    ticks,
    titles,
    words,
)
from labcore.attention.attention_heads.measures import block, shrunk
from labcore.attention.attention_heads.surgery import masked
from labcore.palette import colour, scale


def divisor(config: Config) -> float:
    """By what the scores of the chosen head are divided before the softmax."""
    shape = shape_of(config)
    root = math.sqrt(shape.width / shape.heads) if scales(config) else 1.0
    return root * config.temperature


def mask_of(config: Config) -> torch.Tensor | None:
    """Where the chosen head may look now, (m, n)."""
    shape, (row, _) = shape_of(config), chosen(config)
    rows, columns = map(len, words(config))
    own = row >= shape.layers and (row - shape.layers) % 2 == 0
    trained = causal(rows, columns) if own and shape.masked else None
    return masked(config.mask, rows, columns, trained)


def allowed(config: Config) -> np.ndarray:
    """Where the chosen block may look, in cells of the matrix: 0 for never."""
    mask, (rows, columns) = mask_of(config), words(config)
    full = torch.ones(len(rows), len(columns)) if mask is None else mask.float()
    return shrunk(full).numpy()


def scores_panel(config: Config) -> go.Figure:
    """Three matrices side by side: q·k, divided, and masked."""
    rows, columns = words(config)
    size, n = block(len(rows), len(columns)), len(columns)
    shape = shape_of(config)
    d = shape.width // shape.heads
    divided = " ".join(
        [f"÷ √{d}" if scales(config) else "not scaled"]
        + ([f"÷ {config.temperature:g}"] if config.temperature != 1 else [])
    )
    x = np.concatenate([centres(n, size) + k * (n + 1) for k in range(3)])
    trace = go.Heatmap(
        uid="scores", x=x.astype(np.float32), y=centres(len(rows), size), zmin=-1, zmax=1,
        z=np.zeros((-(-len(rows) // size), len(x)), np.float32), colorscale=scale("signed"),
        text=[line * 3 for line in named(rows, columns, size)], showscale=False, hoverongaps=False,
        hovertemplate=f"%{{text}}{': %{z:.3g}' if size == 1 else ''}<extra></extra>",
    )  # fmt: skip
    gaps = go.Scatter(
        uid="gaps", mode="lines", hoverinfo="skip", showlegend=False,
        x=[v for k in (1, 2) for v in (k * (n + 1) - 1, k * (n + 1) - 1, None)],
        y=[-0.5, len(rows) - 0.5, None] * 2, line={"color": colour("paper"), "width": 8},
    )  # fmt: skip
    figure = fig.panel(
        [trace, gaps],
        x=titles(config)[1],
        y=titles(config)[0],
        title=" ",
        alt="Scores of the chosen head in three stages: queries times keys, divided, and masked; "
        "orange is above 0, blue below, and masked cells are empty.",
        x_range=(-0.5, 3 * (n + 1) - 1.5),
        y_range=(len(rows) - 0.5, -0.5),
    )
    for k, word in enumerate(("1. QKᵀ", f"2. {divided}", "3. masked")):
        figure.add_annotation(
            x=k * (n + 1) + (n - 1) / 2, y=1, yref="paper", yanchor="bottom", text=word,
            showarrow=False, font={"size": 13},
        )  # fmt: skip
    step = -(-3 * n // FEW_LABELS)  # each name costs a moment at every redraw
    at = [(k * (n + 1) + i, columns[i]) for k in range(3) for i in range(0, n, step)]
    figure.layout.xaxis.update(
        tickmode="array", tickvals=[i for i, _ in at], ticktext=[word for _, word in at],
        ticks="", ticklabeloverflow="allow", tickangle=ticks(columns)["tickangle"],
    )  # fmt: skip
    figure.layout.yaxis.update({**ticks(rows, FEW_LABELS), "tickangle": 0})
    return figure


def draw_scores(config: Config, frame: Frame) -> Patch:
    """All three on one scale, so that dividing shows as paler; of long texts, roughly."""
    raw = frame["scores"]
    divided = raw / divisor(config)
    covered = np.where(allowed(config) > 0, divided, np.nan)
    stages = np.concatenate([raw, divided, covered], 1).astype(np.float32)
    top = max(float(np.abs(raw).max()), float(np.abs(divided).max()), 1e-3)
    if int(frame["block"]) > 1:
        stages, top = np.rint(127 * np.nan_to_num(stages) / top).astype(np.int8), 127
    return {"traces": {"scores": {"z": stages, "zmin": -top, "zmax": top}}}


def products_panel(config: Config) -> go.Figure:
    """Query and key of the chosen cell, coordinate by coordinate."""
    shape = shape_of(config)
    d = shape.width // shape.heads
    at = list(range(1, d + 1))
    bars = [
        go.Bar(
            uid=uid, name=name, x=at, y=[0.0] * d, marker={"color": colour(role)},
            hovertemplate=f"{name}, coordinate %{{x}}: %{{y:.3g}}<extra></extra>",
        )
        for uid, name, role in (("q", "q", "data"), ("k", "k", "model"), ("qk", "q × k", "own"))
    ]  # fmt: skip
    return fig.panel(
        bars, x="coordinate of the head", y="value", size="small", y_range=(-1, 1),
        x_range=(0.4, d + 0.6), title=key_title(("q", "data"), ("k", "model"), ("q × k", "own")),
        alt="The query and the key of the chosen cell and their product, for each coordinate; the "
        "products add up to the score.",
    )  # fmt: skip


def draw_products(frame: Frame) -> Patch:
    """q, k and their products."""
    q, k = frame["q"], frame["k"]
    return {
        "traces": {"q": {"y": q}, "k": {"y": k}, "qk": {"y": q * k}},
        "layout": {"yaxis.range": room(q, k, q * k)},
    }


def output_panel(config: Config) -> go.Figure:
    """What the chosen row gives, and the chosen cell's share of it."""
    shape = shape_of(config)
    d = shape.width // shape.heads
    at = list(range(1, d + 1))
    bars = [
        go.Bar(
            uid=uid, name=name, x=at, y=[0.0] * d, marker={"color": colour(role)},
            hovertemplate=f"{name}, coordinate %{{x}}: %{{y:.3g}}<extra></extra>",
        )
        for uid, name, role in (("part", "chosen cell", "own"), ("output", "whole row", "model"))
    ]  # fmt: skip
    return fig.panel(
        bars, x="coordinate of the head", y="weight · V", size="small",
        y_range=(-1, 1), x_range=(0.4, d + 0.6),
        title=key_title(("chosen cell", "own"), ("whole row", "model")),
        alt="The output of the chosen query, and what the chosen key gives to it.",
    )  # fmt: skip


def draw_output(frame: Frame) -> Patch:
    """The weighted value of one key, and the sum over all."""
    part, output = frame["part"], frame["output"]
    return {
        "traces": {"part": {"y": part}, "output": {"y": output}},
        "layout": {"yaxis.range": room(part, output)},
    }
