"""The block one is in, with its branches and skips; and what of the image a place can see."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.cnn.cnn_zoo.config import MOST, Config, channels, chosen
from labcore.cnn.cnn_zoo.layers import Count, Layer
from labcore.cnn.cnn_zoo.lesson import counted
from labcore.cnn.cnn_zoo.net_view import KINDS, big, kind, outlines, spoken
from labcore.data import photographs

WIDE, HIGH = 0.46, 0.3
"""Half a box; boxes stand 1 apart, lanes beside and rows below each other."""
LANES, DEEP = 4, 4
CELLS = 56
"""The photograph is drawn with so many cells along a side."""


def block(config: Config, step: int) -> tuple[list[int], int]:
    """The layers of the block that a layer belongs to, and the layer that feeds it (-1: image)."""
    layers = chosen(config).layers
    unit = layers[step].unit
    inside = [i for i, layer in enumerate(layers) if layer.unit == unit]
    return inside, layers[inside[0]].after[0]


def places(layers: list[Layer], inside: list[int]) -> np.ndarray:
    """Where each box stands, (2, n): lanes in the middle, the joint below all."""
    lanes = max(layers[i].lane for i in inside) + 1
    joints = [i for i in inside if layers[i].kind in ("add", "concat")]
    last = min(joints, default=inside[-1] + 1)  # from here on there is one lane again
    x = np.array([(lanes - 1) / 2 if i >= last else layers[i].lane for i in inside], float)
    y = np.array([layers[i].row + 1 for i in inside], float)
    straight = lanes == 1 and bool(joints)
    return np.stack([x + (LANES - lanes) / 2 - 0.35 * straight, y])


def says(layer: Layer, cost: Count) -> str:
    """What stands in a box."""
    step = f", step {layer.stride}" if layer.stride > 1 else ""
    parts = f", {layer.groups} groups" if layer.groups > 1 else ""
    shape = f"{cost.channels} × {cost.side}²" if cost.side > 1 else f"{cost.channels}"
    return f"{layer.name}{step}{parts}<br>{shape}"


def wires(
    layers: list[Layer], inside: list[int], at: np.ndarray, top: np.ndarray
) -> list[np.ndarray]:
    """Lines from the bottom of one box to the top of another; past a block they go round it."""
    where = dict(zip(inside, at.T, strict=True))
    lines = []
    for i in inside:
        end = where[i]
        for source in layers[i].after:
            begin = where.get(source, top)
            if end[1] - begin[1] > 1.5 and abs(begin[0] - end[0]) < 1.2 and source not in where:
                aside = max(at[0].max(), top[0]) + 0.75
                path = [(begin[0], begin[1] + HIGH), (aside, begin[1] + 0.55),
                        (aside, end[1] - 0.6), (end[0] + 0.1, end[1] - HIGH)]  # fmt: skip
            elif end[1] - begin[1] > 1.5:
                path = [(begin[0], begin[1] + HIGH), (begin[0], end[1] - 0.6),
                        (end[0] - 0.1, end[1] - HIGH)]  # fmt: skip
            else:
                path = [(begin[0], begin[1] + HIGH), (end[0], end[1] - HIGH)]
            lines.append(np.array([*path, (np.nan, np.nan)]).T)
    return lines


def inside_traces(config: Config, step: int) -> dict[str, dict[str, Any]]:
    """Boxes by kind, wires and words of the block around a layer."""
    net, found = chosen(config), counted(config)
    layers = net.layers
    inside, entry = block(config, step)
    at = places(layers, inside)
    top = np.array([(LANES - 1) / 2 - (0.35 if at[0].max() < (LANES - 1) / 2 else 0), 0.0])
    made: dict[str, dict[str, Any]] = {}
    kinds = np.array([kind(layers[i]) for i in inside])
    boxes = np.stack([at[0] - WIDE, at[0] + WIDE, at[1] - HIGH, at[1] + HIGH])
    for name in KINDS:
        made[f"box.{name}"] = outlines(boxes[:, kinds == name])
    came = found[entry] if entry >= 0 else Count(channels(config), config.side, 0, 0, 1, 1)
    shape = f"{came.channels} × {came.side}²" if came.side > 1 else f"{came.channels}"
    begin = "image" if entry < 0 else "from before"
    made["words"] = {
        "x": [*at[0].tolist(), float(top[0])], "y": [*at[1].tolist(), 0.0],
        "text": [*[says(layers[i], found[i]) for i in inside], f"{begin}<br>{shape}"],
    }  # fmt: skip
    lines = wires(layers, inside, at, top)
    made["wires"] = dict(zip("xy", np.concatenate(lines, 1).astype(np.float32), strict=True))
    made["wires"]["marker.size"] = [s for p in lines for s in [0] * (p.shape[1] - 2) + [10, 0]]
    here = inside.index(step)
    made["around"] = outlines(boxes[:, here : here + 1])
    cost = sum(found[i].parameters for i in inside), sum(found[i].multiplies for i in inside)
    made["heading"] = {
        "x": [-0.5],
        "y": [-0.72],
        "text": [
            f"{net.units[layers[step].unit]}: {big(cost[0])} parameters, "
            f"{big(cost[1])} multiply–adds"
        ],
    }
    return made


def inside_panel(config: Config, first: Frame) -> go.Figure:
    """One block, from top to bottom."""
    traces: list[Any] = [fig.arrow("wires", "goes to", "context", width=1.5)]
    traces += [fig.area(f"box.{name}", word, role, 0.3, width=1.2)
               for name, (word, role) in KINDS.items()]  # fmt: skip
    traces += [
        fig.area("around", "on the time line", "text", 0.12, width=3),
        fig.words("words", size=12),
        fig.words("heading", place="middle right", size=13),
    ]
    made = inside_traces(config, place(config, first))
    for trace in traces:
        trace.update(made[trace.uid])
    figure = fig.panel(
        traces, x="Branches side by side", y="Order, downwards", x_range=(-0.55, LANES - 0.45),
        y_range=(DEEP + 0.45, -1.0),
        alt="The block that the layer on the time line belongs to, from top to bottom: each layer "
        "with its kernel and the shape of what it gives, with branches and skips.",
    )  # fmt: skip
    bare = {"showticklabels": False, "ticks": "", "showline": False,
            "title_font_color": "rgba(0,0,0,0)"}  # fmt: skip
    return figure.update_xaxes(**bare).update_yaxes(**bare)


def place(config: Config, frame: Frame) -> int:
    """The layer of a frame; of a race, the last."""
    return min(int(frame.values.get("layer", 9999)), len(chosen(config).layers) - 1)


def draw_inside(config: Config, frame: Frame) -> Patch:
    """The block around the layer."""
    return {"traces": inside_traces(config, place(config, frame))}


def field_panel(config: Config, first: Frame) -> go.Figure:
    """The image, and how much of it one place of the output depends on."""
    cat = photographs()["cat"].mean(-1).reshape(CELLS, 224 // CELLS, CELLS, -1).mean((1, 3))
    x = pixel_places(config)
    figure = fig.panel(
        [
            fig.field("image", x, x, cat.round().astype(np.uint8)),
            fig.area("frame", "image", "data", 0.0, width=1.5),
            fig.area("square", "receptive field", "model", 0.25, width=2.5),
            fig.head("corner", "size of the image", "own", symbol="square", size=16),
            fig.words("tells", size=12, place="bottom right"),
        ],
        x="Pixels", y="Pixels", square=True, x_range=(-8, MOST + 12),
        y_range=(MOST + 12, -8),
        alt="The image, and the square of it that one place of the layer's output can see.",
    )  # fmt: skip
    bare = {"ticks": "", "showline": False, "tickvals": []}
    figure.update_xaxes(**bare).update_yaxes(**bare, title_font_color="rgba(0,0,0,0)")
    made = field_traces(config, place(config, first)) | image_traces(config)
    for trace in figure.data:
        trace.update(made.get(trace.uid, {}))
    return figure


def pixel_places(config: Config) -> np.ndarray:
    """The middles of the picture's cells over the side of the image."""
    return (np.arange(CELLS) + 0.5) * config.side / CELLS


def image_traces(config: Config) -> dict[str, dict[str, Any]]:
    """The image at its size, and the corner to pull."""
    x = pixel_places(config).astype(np.float32)
    edge = np.array([[0.0], [config.side], [0.0], [config.side]])
    return {"image": {"x": x, "y": x}, "frame": dict(outlines(edge)),
            "corner": fig.at(config.side, config.side)}  # fmt: skip


def field_traces(config: Config, step: int) -> dict[str, dict[str, Any]]:
    """The receptive field of a place in the middle; what is beyond the image is padding."""
    cost, middle = counted(config)[step], config.side / 2
    reach = min(cost.field, config.side) / 2
    square = np.array([[middle - reach], [middle + reach], [middle - reach], [middle + reach]])
    more = "" if cost.field < config.side else f", more than the image of {config.side}²"
    text = f"{spoken(chosen(config).units, chosen(config).layers[step])}<br>"
    text += f"sees {cost.field} × {cost.field}{more}; outputs lie {cost.jump} pixels apart"
    return {"square": dict(outlines(square)),
            "tells": {"x": [0.0], "y": [config.side + 6], "text": [text]}}  # fmt: skip


def draw_field(config: Config, frame: Frame) -> Patch:
    """The square; in an answer the image too."""
    made = field_traces(config, place(config, frame))
    return {"traces": made | (image_traces(config) if "held" in frame.values else {})}
