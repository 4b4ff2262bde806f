"""A whole network as slabs, and under each what it costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, shown
from labcore import figures as fig
from labcore.cnn.cnn_zoo.config import Config, chosen
from labcore.cnn.cnn_zoo.layers import Count, Layer
from labcore.cnn.cnn_zoo.lesson import BYTES, counted
from labcore.cnn.cnn_zoo.nets import NAMES
from labcore.palette import colour

KINDS = {"conv": ("convolution", "data"), "pool": ("pooling", "context"),
         "dense": ("dense", "model"), "join": ("sum or join", "goal")}  # fmt: skip
ROWS = ("parameters", "multiply–adds", "activations")
MIDDLE, TALL = 5.75, 0.95
"""Where the slabs stand, and half their height at most; the three rows of bars stand below."""
PITCH = 1.35


def kind(layer: Layer) -> str:
    """What colour it has."""
    kinds = {"conv": "conv", "dense": "dense", "add": "join", "concat": "join"}
    return kinds.get(layer.kind, "pool")


def big(value: float) -> str:
    """A count with its thousand, million or billion."""
    for power, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= 0.9995 * power:
            return f"{shown(value / power)}{letter}"
    return shown(value)


def amounts(found: list[Count]) -> np.ndarray:
    """Parameters, multiply–adds and bytes of the output by layer: (3, L)."""
    return np.array([[c.parameters, c.multiplies, BYTES * c.size] for c in found], float).T


def slabs(layers: list[Layer], found: list[Count]) -> np.ndarray:
    """Left, right, bottom and top of each layer's slab, (4, L).

    A side of the feature maps is a height, as its square root; branches stand one above the other.
    """
    lanes = np.zeros(len(layers))
    most = np.zeros(1 + max(layer.unit for layer in layers))
    for i, layer in enumerate(layers):
        lanes[i] = layer.lane
        most[layer.unit] = max(most[layer.unit], layer.lane)
    most = most[[layer.unit for layer in layers]]
    joined = np.array([layer.kind in ("add", "concat") for layer in layers]) | (most == 0)
    sides = np.array([c.side for c in found])
    half = TALL * np.sqrt(sides / sides.max())
    half = np.maximum(half, 0.06)
    share = np.where(joined, 1, 1 / (most + 1))
    up = np.where(joined, 0, half * (1 - (2 * lanes + 1) * share))
    x = np.arange(len(layers))
    return np.stack([x - 0.4, x + 0.4, MIDDLE + up - half * share, MIDDLE + up + half * share])


def outlines(boxes: np.ndarray) -> dict[str, np.ndarray]:
    """Closed lines around boxes (4, n), with gaps between."""
    left, right, low, high = boxes if boxes.size else np.full((4, 1), np.nan)
    gap = np.full(left.shape, np.nan)
    return {
        "x": np.stack([left, right, right, left, left, gap], 1).ravel().astype(np.float32),
        "y": np.stack([low, low, high, high, low, gap], 1).ravel().astype(np.float32),
    }


def skips(layers: list[Layer]) -> dict[str, np.ndarray]:
    """An arc over each block that something passes by: where it begins, and where it is joined."""
    arcs = []
    for i, layer in enumerate(layers):
        if layer.kind not in ("add", "concat"):
            continue
        entry = min(layer.after)
        straight = layers[entry].unit != layer.unit if entry >= 0 else True
        turned = layer.kind == "add"
        if straight or turned:
            begins = entry if straight else min(layers[j].after[0] for j in layer.after)
            t = np.linspace(0, np.pi, 9)
            x = begins + (i - begins) * (1 - np.cos(t)) / 2
            arcs.append(
                np.stack([np.r_[x, np.nan], np.r_[MIDDLE + 1.02 + 0.3 * np.sin(t), np.nan]])
            )
    x, y = np.concatenate(arcs, 1) if arcs else np.full((2, 1), np.nan)
    return {"x": x.astype(np.float32), "y": y.astype(np.float32)}


def standing(config: Config) -> dict[str, dict[str, Any]]:
    """All that stays while one walks, by trace: slabs by kind, arcs, bars and their titles."""
    layers, found = chosen(config).layers, counted(config)
    boxes, values = slabs(layers, found), amounts(found)
    made: dict[str, dict[str, Any]] = {}
    kinds = np.array([kind(layer) for layer in layers])
    for name in KINDS:
        made[f"slab.{name}"] = outlines(boxes[:, kinds == name])
        rows = bar_boxes(values)[:, :, kinds == name]
        made[f"bar.{name}"] = outlines(rows.reshape(4, -1))
    made["skips"] = skips(layers)
    totals = values.sum(1)
    units = (f"{big(totals[0])}", f"{big(totals[1])}", f"{big(totals[2])}B")
    tops = [big(top) for top in values.max(1)]
    made["titles"] = {
        "x": [-0.4] * 3, "y": [PITCH * (2 - i) + 1.12 for i in range(3)],
        "text": [f"{row}: {units[i]} in all, {tops[i]}{'B' * (i == 2)} at the tallest"
                 for i, row in enumerate(ROWS)],
    }  # fmt: skip
    there = [name for name in KINDS if name in kinds]
    made["key"] = {
        "x": [len(layers) * i / 4 - 0.4 for i in range(len(there))], "y": [MIDDLE + 2.85] * 4,
        "text": [f"■ {KINDS[name][0]}" for name in there],
        "textfont.color": [colour(KINDS[name][1]) for name in there],
    }  # fmt: skip
    sides = [i for i in range(len(found)) if i == 0 or found[i].side != found[i - 1].side]
    apart: list[int] = []
    for i in sides:  # leave room between the words
        lane = layers[i].lane == 0 and layers[i].kind not in ("dense",)
        if lane and (not apart or i - apart[-1] >= len(layers) / 9):
            apart.append(i)
    made["sides"] = {"x": apart, "y": [MIDDLE - 1.2] * len(apart),
                     "text": [f"{found[i].side}²" for i in apart]}  # fmt: skip
    return made


def bar_boxes(values: np.ndarray) -> np.ndarray:
    """The bars of the three rows: (4, 3, L)."""
    x = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    low = np.broadcast_to(PITCH * np.arange(2, -1, -1)[:, None], values.shape)
    tall = 0.92 * values / np.maximum(values.max(1, keepdims=True), 1)
    return np.stack([x - 0.4, x + 0.4, low, low + tall])


def lit(config: Config, step: int) -> dict[str, np.ndarray]:
    """The slab and the three bars of one layer."""
    layers, found = chosen(config).layers, counted(config)
    step = min(step, len(layers) - 1)
    boxes = slabs(layers, found)[:, step : step + 1]
    bars = bar_boxes(amounts(found))[:, :, step]
    return outlines(np.concatenate([boxes, bars], 1))


def held(config: Config) -> dict[str, dict[str, Any]]:
    """The layer that was picked, its outline and its figures."""
    layers, found = chosen(config).layers, counted(config)
    i = min(config.picked, len(layers) - 1)
    values = amounts(found)
    shares = 100 * values[:, i] / np.maximum(values.sum(1), 1)
    name = spoken(chosen(config).units, layers[i])
    text = (
        f"picked: {name}, {i + 1} of {len(layers)}<br>{shown(shares[0], 2)} % of parameters, "
        f"{shown(shares[1], 2)} % of multiply–adds, {shown(shares[2], 2)} % of activations"
    )
    return {"held": lit(config, i), "mark": fig.at(i, MIDDLE - 1.58),
            "told": {"x": [-0.4], "y": [MIDDLE + 1.95], "text": [text]}}  # fmt: skip


def spoken(units: list[str], layer: Layer) -> str:
    """A layer's name with its block's."""
    return f"{units[layer.unit]}, {layer.name}"


def net_panel(config: Config, first: Frame) -> go.Figure:
    """The network and its bill."""
    still, count = standing(config), len(chosen(config).layers)
    picked = held(config)
    traces: list[Any] = [fig.line("skips", "skip", "goal", width=1.5, legend=False)]
    for name, (word, role) in KINDS.items():
        slab = fig.area(f"slab.{name}", word, role, 0.45, width=1 if count <= 60 else 0.4)
        traces += [slab, fig.area(f"bar.{name}", word, role, 0.45, width=0.5)]
    traces += [
        fig.area("held", "picked", "own", 0.3, width=2),
        fig.area("lit", "on the time line", "text", 0.55, width=2.5),
        fig.line("now", "now", "text", dash="dot", width=1, legend=False),
        fig.head("mark", "layer picked", "own", symbol="triangle-up", size=14),
        fig.words("titles", place="middle right", size=12),
        fig.words("key", place="middle right", size=12),
        fig.words("sides", "context", size=12),
        fig.words("told", "own", place="middle right", size=12),
    ]
    for trace in traces:
        trace.update({**still, **picked}.get(trace.uid, {}))
    walked = config.part == "walk"
    traces_by = {trace.uid: trace for trace in traces}
    if walked:
        traces_by["lit"].update(lit(config, first.step))
        traces_by["now"].update(line_at(first.step))
    figure = fig.panel(
        traces, x="Layer, in the order they are computed", y="Side of the maps, and the bill",
        x_range=(-1, count), y_range=(-0.12, MIDDLE + 3.1),
        alt=f"{NAMES[config.net]}: each layer is a slab as tall as its maps are wide. Below it "
        "are bars of its parameters, multiply–adds and activations. The layer on the time line "
        "is dark; one that was picked is purple.",
    )  # fmt: skip
    bare = {"showticklabels": False, "ticks": "", "showline": False}
    return figure.update_yaxes(**bare, title_font_color="rgba(0,0,0,0)").update_xaxes(
        ticks="", showline=False, tickvals=[]
    )


def line_at(step: int) -> dict[str, np.ndarray]:
    """Where the time line is."""
    return fig.at([step, step], [0, MIDDLE + TALL])


def draw_net(config: Config, frame: Frame) -> Patch:
    """The layer lit; in an answer all that a hand may have changed."""
    step = int(frame["layer"])
    traces: dict[str, dict[str, Any]] = {"lit": dict(lit(config, step)), "now": line_at(step)}
    if "held" in frame.values:
        traces |= standing(config) | held(config)
    return {"traces": traces}
