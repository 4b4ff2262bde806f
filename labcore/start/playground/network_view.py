"""The network: a thumbnail a neuron, a line a weight."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.start.playground.config import DEEPEST, WIDEST, Config
from labcore.start.playground.descent import beginner
from labcore.start.playground.look import EVERY, SIDE
from labcore.start.playground.network import Shape
from labcore.start.playground.points import problem

THUMB = SIDE // EVERY
TALL = 0.86
"""Height of a thumbnail; neurons stand 1 apart."""
BINS = (0.04, 0.3, 0.8, 1.8, np.inf)
WIDTHS = (0.7, 1.6, 3.0, 5.0)
"""Weights between two neighbouring bounds are drawn so wide; smaller ones not at all."""
SIGNS = {"negative": "data", "positive": "model"}
TITLES = {"x": "x₁", "y": "x₂", "xx": "x₁²", "yy": "x₂²", "xy": "x₁x₂", "sinx": "sin 2x₁",
          "siny": "sin 2x₂", "cosx": "cos 2x₁", "cosy": "cos 2x₂"}  # fmt: skip


def looked_at(config: Config, shape: Shape) -> tuple[int, int]:
    """The layer and the neuron in it."""
    layer = min(config.layer, shape.layers)
    return layer, min(config.unit, shape.sizes[layer] - 1)


def pitch(shape: Shape) -> float:
    """How far apart layers are, in distances between neurons: the picture is a little upright."""
    return max(1.15, 0.82 * (WIDEST + 2) / (shape.layers + 1.2))


def half(shape: Shape) -> float:
    """Half the width of a thumbnail, in distances between layers."""
    return TALL / 2 / pitch(shape)


LETTER, ROOM = 5.7, 320
"""A letter is about so wide in pixels, and the picture at least."""


def sides(shape: Shape, names: dict[str, dict[str, Any]]) -> tuple[float, float]:
    """Room for the words left and right of the layers, in distances between layers."""
    left, right = (LETTER * max([0, *map(len, names[side]["text"])]) for side in ("left", "right"))
    units = pitch(shape) * shape.layers + TALL + 0.4
    unit = max(10.0, (ROOM - left - right) / units) * pitch(shape)
    least = 1.15 * half(shape) + 0.1 / pitch(shape)
    return least + left / unit, least + right / unit


def network_panel(config: Config, first: Frame) -> go.Figure:
    """All neurons, and the lines between them."""
    shape = beginner(config, problem(config)).shape
    traces: list[Any] = []
    for layer, (x, y) in enumerate(grids(shape)):
        heat = fig.field(f"layer.l{layer}", x, y, column(shape, layer, first["thumbs"]),
                         colours="signed")  # fmt: skip
        traces.append(heat.update(zsmooth=False))
    for sign, role in SIGNS.items():
        for i, width in enumerate(WIDTHS):
            weight = fig.line(f"{sign}.w{i}", f"{sign} weight", role, width=width, opacity=0.6)
            traces.append(weight.update(hoverinfo="skip", hovertemplate=None))
    names = words_around(config, shape)
    before, behind = sides(shape, names)
    figure = fig.panel(
        [
            *traces,
            fig.line("frames", "neurons", "context", width=1, opacity=0.55).update(
                frames(shape), hoverinfo="skip", hovertemplate=None
            ),
            *[fig.head(f"bias.{sign}", f"{sign} bias", role, symbol="square", size=7)
              for sign, role in SIGNS.items()],
            fig.line("outline", "looked at", "own", width=2.5, **outline(config, shape)),
            fig.words("dead", "error", size=22),
            fig.head("unit", "looked at", "own", symbol="square-open", size=8).update(
                mark(config, shape)
            ),
            fig.head("widths", "width", "own", symbol="triangle-down", size=13).update(
                handles(config)
            ),
            fig.words("names", place="middle left", **names["left"]),
            fig.words("classes", place="middle right", **names["right"]),
            fig.words("kinds", "context", size=12, **names["top"]),
        ],
        x="Layer: features, hidden layers, output", y="Neuron",
        alt="The network. Each square shows what a neuron says of every place of the plane, blue "
        "for negative, orange for positive. Lines are weights in the same colours, wider where "
        "they are larger; small squares are biases. A neuron with a cross says nothing any more.",
        x_range=(-before, shape.layers + behind), y_range=(max(WIDEST, *shape.sizes) + 0.55, -1.05),
        square=True,
    )  # fmt: skip
    figure.layout.yaxis.scaleratio = 1 / pitch(shape)
    bare = {"showticklabels": False, "ticks": "", "showline": False}
    return figure.update_xaxes(**bare).update_yaxes(
        **bare, title_font={"color": "rgba(0,0,0,0)", "size": 1}
    )


def grids(shape: Shape) -> list[tuple[np.ndarray, np.ndarray]]:
    """Where each layer's cells are: a column of thumbnails with gaps of two cells between."""
    step, wide = TALL / THUMB, half(shape)
    found = []
    for layer, size in enumerate(shape.sizes):
        x = layer + (np.arange(THUMB) + 0.5) * (2 * wide / THUMB) - wide
        y = -0.5 + (1 - TALL) / 2 + (np.arange(size * (THUMB + 2)) + 0.5) / (THUMB + 2)
        found.append((x, y - step / 2))
    return found


def column(shape: Shape, layer: int, thumbs: np.ndarray) -> np.ndarray:
    """A layer's thumbnails (U, 12, 12), one below the other; the gaps are paper."""
    first = sum(shape.sizes[:layer])
    own = thumbs[first : first + shape.sizes[layer], ::-1]  # the axis points down, x₂ up
    framed = np.full((len(own), THUMB + 2, THUMB), 128, np.uint8)
    framed[:, 1:-1] = own
    return framed.reshape(-1, THUMB)


def links(shape: Shape, weights: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
    """The lines between neurons by sign and size, broken by gaps; and the biases."""
    wide, at = half(shape), 0
    ends: list[np.ndarray] = []
    biases: list[np.ndarray] = []
    for layer, (before, after) in enumerate(zip(shape.sizes, shape.sizes[1:], strict=False)):
        i, j = np.meshgrid(np.arange(before), np.arange(after), indexing="ij")
        w = weights[at : at + before * after].reshape(before, after)
        start, end = np.full(w.shape, layer + wide), np.full(w.shape, layer + 1 - wide)
        ends.append(np.stack([w, start, i, end, j], -1).reshape(-1, 5))
        b = weights[at + before * after : at + (before + 1) * after]
        corner = np.full(after, layer + 1 - wide), np.arange(after) + TALL / 2
        biases.append(np.stack([b, *corner], 1))
        at += (before + 1 + 2 * shape.normed(layer)) * after
    w, *coordinates = np.concatenate(ends).T
    found: dict[str, dict[str, np.ndarray]] = {}
    size = np.digitize(np.abs(np.nan_to_num(w)), BINS) - 1
    for sign in SIGNS:
        right = (w > 0) == (sign == "positive")
        for i in range(len(WIDTHS)):
            chosen = right & (size == i)
            x0, y0, x1, y1 = (np.asarray(c)[chosen] for c in coordinates)
            gap = np.full(len(x0), np.nan)
            found[f"{sign}.w{i}"] = fig.pair(
                np.stack([np.stack([x0, x1, gap], 1).ravel(), np.stack([y0, y1, gap], 1).ravel()])
            )
        b, x, y = np.concatenate(biases).T
        chosen = ((b > 0) == (sign == "positive")) & (np.abs(b) > BINS[0])
        found[f"bias.{sign}"] = fig.pair(np.stack([x[chosen], y[chosen]]))
    return found


def frames(shape: Shape) -> dict[str, np.ndarray]:
    """A thin frame around each neuron, so that one that is 0 everywhere is seen as well."""
    x, y = half(shape), TALL / 2
    corners = np.array([[-x, -y], [x, -y], [x, y], [-x, y], [-x, -y], [np.nan, np.nan]])
    middles = np.array([(layer, unit) for layer, size in enumerate(shape.sizes)
                        for unit in range(size)])  # fmt: skip
    return fig.pair((middles[:, None] + corners).reshape(-1, 2).T)


def outline(config: Config, shape: Shape) -> dict[str, Any]:
    """A frame around the neuron looked at."""
    layer, unit = looked_at(config, shape)
    x, y = half(shape) * 1.08, TALL / 2 * 1.08
    return fig.pair(np.array([[layer - x, layer + x, layer + x, layer - x, layer - x],
                              [unit - y, unit - y, unit + y, unit + y, unit - y]]))  # fmt: skip


def mark(config: Config, shape: Shape) -> dict[str, Any]:
    """The middle of the neuron looked at."""
    return fig.at(*looked_at(config, shape))


def handles(config: Config) -> dict[str, np.ndarray]:
    """A triangle below each hidden layer; those of layers there are not have no place."""
    there = np.arange(DEEPEST) < config.depth
    x, y = np.array(config.widths).T
    return {"x": x.astype(np.float32), "y": np.where(there, y, np.nan).astype(np.float32)}


def short(name: str, most: int = 10) -> str:
    """A name beside the network; the axes of the plane have it in full."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def words_around(config: Config, shape: Shape) -> dict[str, dict[str, Any]]:
    """Names of the features, of the classes, and of the activations."""
    data = problem(config)
    features = [TITLES[name] for name in config.features]
    axes = dict(zip(("x₁", "x₂"), data.axes, strict=True))
    features = [short(axes.get(name, name)) for name in features]
    wide, last = half(shape) * 1.15, shape.layers
    classes = [short(name) for name in data.names] if data.classes > 2 else []
    left = np.stack([np.full(len(features), -wide), np.arange(len(features))])
    right = np.stack([np.full(len(classes), last + wide), np.arange(len(classes))])
    kinds = [{"relu": "ReLU", "gelu": "GELU", "silu": "SiLU"}.get(k, k) for k in shape.activations]
    places = np.arange(1.0, last)
    if len(kinds) > 3 and len(set(kinds)) == 1:  # no room for the same word over each
        kinds, places = [f"all {kinds[0]}"], np.array([last / 2])
    top = np.stack([places, np.full(len(kinds), -0.82)])
    return {
        "left": {**fig.pair(left), "text": features},
        "right": {**fig.pair(right), "text": classes},
        "top": {**fig.pair(top), "text": kinds},
    }


def draw_network(config: Config, frame: Frame) -> Patch:
    """New thumbnails and lines; in an answer the layers may have grown."""
    shape = beginner(config, problem(config)).shape
    held = "held" in frame.values
    traces: dict[str, dict[str, Any]] = {}
    for layer, (x, y) in enumerate(grids(shape)):
        traces[f"layer.l{layer}"] = {"z": column(shape, layer, frame["thumbs"])}
        if held:
            traces[f"layer.l{layer}"] |= {"x": x.astype(np.float32), "y": y.astype(np.float32)}
    traces |= links(shape, frame["weights"])
    traces["dead"] = dead(shape, frame["state"])
    if held:
        traces |= {"outline": outline(config, shape), "unit": mark(config, shape),
                   "widths": handles(config), "frames": frames(shape)}  # fmt: skip
    return {"traces": traces}


def dead(shape: Shape, state: np.ndarray) -> dict[str, Any]:
    """A cross over each neuron that says nothing."""
    places = np.array([(layer, unit) for layer in range(1, shape.layers)
                       for unit in range(shape.sizes[layer])]).reshape(-1, 2)  # fmt: skip
    gone = state > 0
    return {**fig.pair(places[gone].T), "text": ["✕"] * int(gone.sum())}
