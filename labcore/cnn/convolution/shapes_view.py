"""Part 4 as pictures: input and window, output, wiring of channels, and costs."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, figures
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.marks import bare, boxes, gap_only
from labcore.cnn.convolution.shapes import costs, groups_of
from labcore.palette import colour

MOST_CELLS, MOST_CHANNELS = 16, 16
SHAPE_GRABS = (
    Grab("reach", "corner", "size", "", "Input size", anywhere=False),
    Grab("reach", "ruler.end", "kernel", "", "Kernel size", anywhere=False),
    Grab("wiring", "inputs.end", "", "inputs", "Channels in", anywhere=False),
    Grab("wiring", "outputs.end", "", "outputs", "Channels out", anywhere=False),
)


def above(config: Config) -> float:
    """How high above the input the kernel’s ruler lies."""
    return -config.padding - 1.4


def knob(uid: str, word: str, place: str) -> go.Scatter:
    """A square to pull, with its value beside it."""
    made = figures.head(uid, word, "own", symbol="square", size=13, x=[0], y=[0])
    return made.update(mode="markers+text", text=[word], textposition=place,
                       textfont={"size": 13, "color": colour("own")})  # fmt: skip


def shapes_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Input with window, output, wiring, costs."""
    p, far = config.padding, min(1.35 * config.size + 2, MOST_CELLS) + config.padding
    across, down = (-p - 0.8, far + 2.6), (far + 0.8, above(config) - 1)
    most = min(1.4 * max(config.inputs, config.outputs) + 2, MOST_CHANNELS) + 1.8
    reach = bare(figures.panel(
        [figures.field("counts", np.arange(1), np.arange(1), np.zeros((1, 1), np.uint8)),
         figures.line("grid", "cells", "paper", width=1),
         figures.line("edge", "the input", "model", width=2.5),
         figures.line("window", "window", "own", width=3),
         go.Scatter(uid="taps", x=[0], y=[0], mode="markers", hoverinfo="skip", showlegend=False,
                    marker={"symbol": "square", "size": 7, "color": colour("own")}),
         figures.line("ruler", "kernel", "own", width=4),
         knob("ruler.end", "k", "middle right"), knob("corner", " ", "middle right"),
         figures.words("size", "own", place="middle right")],
        x="brighter: read more often so far", y=" ", square=True,
        title="Input (orange edge), padding, window",
        x_range=across, y_range=down,
        alt="The input with its padding; brighter cells were read by more windows.",
    ))  # fmt: skip
    placed = bare(figures.panel(
        [figures.line("cells", "cells", "context", width=1),
         figures.area("done", "done", "model", 0.35, width=0),
         figures.line("cell", "this one", "own", width=3),
         figures.words("told", size=15)],
        x=" ", y=" ", square=True, title="Output: a cell for each place",
        x_range=across, y_range=down, alt="The output; filled cells are done.",
    ))  # fmt: skip
    wiring = bare(figures.panel(
        [figures.line("wires", "reads", "context", width=1, opacity=0.7),
         figures.head("ins", "channels in", "data", size=9),
         figures.head("outs", "channels out", "model", symbol="square", size=9),
         knob("inputs.end", "in", "bottom center"), knob("outputs.end", "out", "bottom center")],
        x="who hears whom", y="channels", size="small", x_range=(-0.25, 1.25),
        y_range=(most, 0.3), alt="Which output channels read which input channels.",
    ))  # fmt: skip
    names = list(costs(config))
    bars = figures.panel(
        [go.Bar(uid="costs", orientation="h", x=[1] * len(names), y=names, hoverinfo="skip",
                marker={"color": colour("model", 0.55), "line": {"width": 0}}, text=[""] * 5,
                textposition="inside", insidetextanchor="start", constraintext="none",
                textangle=0, textfont={"size": 12, "color": colour("text")})],
        x="parameters", y=" ", size="small", x_log=True, x_range=(1, 3e7),
        alt="Parameters of five layers with the same input and output.",
    )  # fmt: skip
    bars.update_yaxes(autorange="reversed", ticks="", showline=False)
    return {"reach": reach, "placed": placed, "wiring": wiring, "costs": bars}


def shapes_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """The window, the cells read, the output so far, and wiring and costs."""
    n, p, d, s, out = config.size, config.padding, config.dilation, config.stride, frame["out"]
    left, top = frame["column"] * s - p, frame["row"] * s - p
    spread = d * (config.kernel - 1) + 1
    taps = np.indices((config.kernel,) * 2).reshape(2, -1) * d + 0.5
    cells = np.arange(-p, n + p) + 0.5
    reach: dict[str, Any] = {
        "counts": {"z": figures.quantize(frame["counts"], -0.5, frame["most"]), "x": cells,
                   "y": cells},
        "grid": lattice(-p, n + p), "edge": boxes([(0, 0, n, n)]),
        "window": boxes([(left, top, left + spread, top + spread)] if out else []),
        "taps": figures.at(left + taps[1], top + taps[0]) if out else _nowhere(),
        "ruler": figures.at((0, config.kernel), (above(config),) * 2),
        "ruler.end": figures.at(config.kernel, above(config)) | {"text": [f"k = {config.kernel}"]},
        "corner": figures.at(n, n),
        "size": figures.at(n + p + 0.4, n) | {"text": [f"n = {n}"]},
    }  # fmt: skip
    row, column = frame["row"], frame["column"]
    filled = steps(out, frame["done"])
    placed: dict[str, Any] = {
        "cells": lattice(0, out) if out else _nowhere(), "done": filled,
        "cell": boxes([(column, row, column + 1, row + 1)] if out else []),
        "told": figures.at(max(out, 4) / 2, max(out, 1) + 1.4)
        | {"text": [f"{out} × {out}" if out else "no output"]},
    }  # fmt: skip
    c, o, g = config.inputs, config.outputs, groups_of(config)
    x, y = wires(c, o, g)
    sizes = np.array([cost[0] for cost in costs(config).values()], float)
    return {
        "reach": {"traces": reach}, "placed": {"traces": placed},
        "wiring": {"traces": {
            "wires": {"x": x, "y": y},
            "ins": figures.at(np.zeros(c), np.arange(1, c + 1)),
            "outs": figures.at(np.ones(o), np.arange(1, o + 1)),
            "inputs.end": figures.at(0, c) | {"text": [f"in: {c}"]},
            "outputs.end": figures.at(1, o) | {"text": [f"out: {o}"]},
        }},
        "costs": {"traces": {"costs": {
            "x": np.maximum(sizes, 1), "text": [f"{int(size):,}" for size in sizes],
        }}},
    }  # fmt: skip


def _nowhere() -> dict[str, np.ndarray]:
    return {"x": gap_only(), "y": gap_only()}


def lattice(low: int, high: int) -> dict[str, np.ndarray]:
    """The lines of a square grid."""
    ticks = np.arange(low, high + 1, dtype=np.float32)
    gap = np.full_like(ticks, np.nan)
    ends = np.stack([np.full_like(ticks, low), np.full_like(ticks, high), gap], 1).ravel()
    along = np.stack([ticks, ticks, gap], 1).ravel()
    return {"x": np.concatenate([ends, along]), "y": np.concatenate([along, ends])}


def steps(out: int, done: int) -> dict[str, np.ndarray]:
    """The outline of the cells that are done, row by row."""
    full, rest = divmod(done, max(out, 1))
    x = [0, out, out, rest, rest, 0, 0] if out else [np.nan]
    y = [0, 0, full, full, full + bool(rest), full + bool(rest), 0] if out else [np.nan]
    return figures.at(x, y)


def wires(c: int, o: int, g: int) -> tuple[np.ndarray, np.ndarray]:
    """A line for each pair of channels that is connected."""
    pairs = [(i, j) for i in range(c) for j in range(o) if i // (c // g) == j // (o // g)]
    x = np.tile(np.array([0, 1, np.nan], np.float32), len(pairs))
    y = np.array([[i + 1, j + 1, np.nan] for i, j in pairs], np.float32).ravel()
    return x, y
