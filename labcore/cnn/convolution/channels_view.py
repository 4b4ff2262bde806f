"""Part 3 as pictures: inputs above, a row for each output channel, its sum at the end."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures
from labcore.cnn.convolution.channels import terms_of
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.marks import bare, boxes, kernel_panel, kernel_traces, number
from labcore.cnn.convolution.pictures import colours
from labcore.cnn.convolution.settings import TILE

ACROSS, DOWN, LAST = TILE + 4, TILE + 11, 3.2
"""From one tile to the next, and to the next row; the column of the sums."""
INPUTS, OUTPUTS = ("red", "green", "blue"), ("light", "red − green", "yours")


def corner(row: int, column: float) -> tuple[float, float]:
    """Upper left of a tile: row 0 has the inputs."""
    return column * ACROSS, row * DOWN + (6 if row else 0)


def tile(uid: str, row: int, column: float, shape: tuple[int, ...], colours: str) -> go.Heatmap:
    """A small map."""
    x, y = corner(row, column)
    off = (TILE - shape[1]) / 2
    return figures.field(uid, x + off + np.arange(shape[1]), y + off + np.arange(shape[0]),
                         np.zeros(shape, np.uint8), colours=colours)  # fmt: skip


def channels_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All maps, the kernel, and the bars of your mixture."""
    shape = first["sums"].shape[1:]
    traces: list[Any] = []
    for i, plane in enumerate(colours(config, TILE)):
        traces.append(tile(f"input{i}", 0, i, plane.shape, "amount").update(z=plane))
    traces += [tile(f"term{o}{i}", o + 1, i, shape, "signed") for o, i in terms_of(config)]
    traces += [tile(f"sum{o}", o + 1, LAST, shape, "signed") for o in range(3)]
    x, y, told = [], [], []
    for i, name in enumerate((*INPUTS, "")):
        x.append(corner(0, i)[0] + TILE / 2)
        y.append(-5.0)
        told.append(name)
    for o, name in enumerate(OUTPUTS):
        x.append(corner(0, LAST)[0] + TILE / 2)
        y.append(corner(o + 1, 0)[1] - 5)
        told.append(f"<b>{name}</b>")
    traces += [
        figures.words("names", x=x, y=y, text=told),
        figures.words("shares", "context", size=12),
        figures.line("now", "this term", "own", width=3),
        figures.line("into", "into this sum", "own", width=3, dash="dot"),
    ]
    wide, tall = corner(4, LAST + 1)[0], corner(4, 0)[1]
    maps = bare(figures.panel(
        traces, x="input channels, and the sum on the right", y=" ", square=True,
        x_range=(-3, wide), y_range=(tall - 6, -10), title="Each channel through the kernel",
        alt="Input channels above; below, what each gives to each output channel, and the sums.",
    ))  # fmt: skip
    mixed = figures.panel(
        [figures.bars("bars", "share", "own", opacity=0.35),
         figures.head("tops", "pull", "own", symbol="square", size=12),
         figures.line("nothing", "none", "context", width=1, x=[-0.5, 2.5], y=[0, 0])],
        x="input channel", y="share in “yours”", size="small", x_range=(-0.6, 2.6),
        y_range=(-1.15, 1.15), alt="The shares of red, green and blue in your output channel.",
    )  # fmt: skip
    mixed.update_xaxes(tickvals=[0, 1, 2], ticktext=list(INPUTS))
    sums = figures.panel(
        [figures.bars(f"part{i}", name, role, opacity=0.75)
         for i, (name, role) in enumerate(zip(INPUTS, ("model", "goal", "data"), strict=True))]
        + [figures.head("total", "sum", "own", symbol="diamond", size=12)],
        x="output channel", y="value in the middle of the map", x_range=(-0.6, 2.6),
        title="The middle pixel: terms, and their sum ◆",
        alt="For each output channel the three terms at the middle pixel and their sum.",
    )  # fmt: skip
    sums.update_xaxes(tickvals=[0, 1, 2], ticktext=list(OUTPUTS))
    sums.layout.barmode = "group"
    for bar in sums.data[:3]:
        bar.update(width=None, text=[bar.name[0].upper()] * 3, textposition="inside",
                   insidetextanchor="start", textangle=0, constraintext="none",
                   textfont={"size": 12})  # fmt: skip
    return {"terms": maps, "parts": sums, "channels_kernel": kernel_panel(config), "mix": mixed}


def channels_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """The sums so far, the term that is added now, and your mixture."""
    pairs, done, m = terms_of(config), frame["done"], frame["shares"]
    most = float(np.quantile(np.abs(np.nan_to_num(frame["terms"])), 0.995)) or 1.0
    traces: dict[str, Any] = {
        f"sum{o}": {"z": figures.quantize(frame["sums"][o], -most, most)} for o in range(3)
    }
    blank = np.full(frame["sums"].shape[1:], 127, np.uint8)
    for place, (o, i) in enumerate(pairs):
        z = figures.quantize(frame["terms"][o, i], -most, most) if place < done else blank
        traces[f"term{o}{i}"] = {"z": z}
    x = [corner(o + 1, i)[0] + TILE / 2 for o, i in pairs]
    y = [corner(o + 1, i)[1] - 5 for o, i in pairs]
    told = [f"× {number(round(float(m[o, i]), 2))}" for o, i in pairs]
    traces["shares"] = figures.at(x, y) | {"text": told}
    here = pairs[done - 1 : done] if done else []
    traces["now"] = boxes([around(o + 1, i) for o, i in here])
    traces["into"] = boxes([around(o + 1, LAST) for o, _ in here])
    heights = np.array([height for _, height in config.mix])
    parts = frame["parts"].copy()
    for place, (o, i) in enumerate(pairs):
        if place >= done:
            parts[o, i] = 0
    far = 1.15 * max(float(np.abs(frame["parts"]).max()),
                     float(np.abs(frame["parts"].sum(1)).max()), 1.0)  # fmt: skip
    return {
        "terms": {"traces": traces},
        "parts": {
            "traces": {
                **{f"part{i}": {"x": np.arange(3), "y": parts[:, i]} for i in range(3)},
                "total": figures.at(np.arange(3), parts.sum(1)),
            },
            "layout": {"yaxis.range": [-far, far]},
        },
        "channels_kernel": {"traces": kernel_traces(config)},
        "mix": {"traces": {"bars": figures.at(np.arange(3), heights),
                           "tops": figures.at(np.arange(3), heights)}},
    }  # fmt: skip


def around(row: int, column: float) -> tuple[float, float, float, float]:
    """The outline of a tile."""
    x, y = corner(row, column)
    return x - 1.5, y - 1.5, x + TILE + 0.5, y + TILE + 0.5
