"""Scale by layer with its theory, units that stay equal, and products of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import torch

from labcore import Frame, Grab, Patch, figures, shown
from labcore.mlp.initialization.config import Config
from labcore.mlp.initialization.depth import DEPTH, NODES, SHARES, act, deviation
from labcore.mlp.initialization.lesson import LEAST
from labcore.mlp.initialization.products import MATRICES, TRIALS, mean_rate, typical_rate
from labcore.mlp.initialization.symmetry import EVERY, FRAMES, HIDDEN
from labcore.palette import CATEGORICAL, MARKERS

GRABS = (
    Grab("factor", "here", "sigma", "", "Deviation of the weights"),
    Grab("rate", "chosen", "scale", "", "Deviation of the matrices"),
)
VIEWS = {
    "Layers": ("values", "gradients", "factor"),
    "Symmetry": ("units", "loss", "apart"),
    "Product": ("logs", "matrix", "rate"),
}
SIGMAS = np.geomspace(0.01, 0.6, 41)
SCALES = np.linspace(0.1, 2, 39)
LAYERS = np.arange(DEPTH + 1, dtype=np.float32)


def grown(x: Any, y: Any) -> dict[str, np.ndarray]:
    """A line on a logarithmic axis, where far is not so far; 0 is a gap."""
    y = np.asarray(y, np.float32)
    return {"x": np.asarray(x, np.float32), "y": np.where(y > 0, y, np.nan)}


def factors(config: Config, square: float) -> np.ndarray:
    """By how much a layer multiplies the mean square of its values, for each of SIGMAS."""
    z = np.sqrt(config.width * square) * SIGMAS[:, None] * NODES
    out = act(config.activation, torch.from_numpy(z)).numpy() ** 2 @ SHARES
    return out / max(square, 1e-30)


def by_layer(name: str, title: str, alt: str) -> go.Figure:
    """A scale by layer: measured, foretold, and two schemes beside it."""
    return figures.panel(
        [figures.line("xavier", "Xavier", "sky", dash="dash", width=1.8, opacity=0.8),
         figures.line("he", "He", "data", dash="dashdot", width=1.8, opacity=0.8),
         figures.line("theory", "foretold", "goal", dash="dot", width=2.5),
         figures.line("seen", "measured", "model"),
         figures.line("now", "now", "own", width=1.5, dash="dot", legend=False)],
        x="layer", y=title, x_range=(0, DEPTH), y_range=(1e-9, 1e9), y_log=True,
        legend=name == "values", title="" if name == "values" else "Backward, same colours",
        alt=alt,
    )  # fmt: skip


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Two scales and a layer's factor; units, loss and distance; products."""
    k = np.arange(MATRICES + 1, dtype=np.float32)
    ways = first["units"].reshape(-1, 2)
    reach = max(1.0, 1.1 * float(np.nan_to_num(np.abs(ways)).max()))
    steps = np.arange(FRAMES + 1) * EVERY
    lines = []
    for i in range(HIDDEN):
        role, symbol = CATEGORICAL[i], MARKERS[i]
        lines += [
            figures.line(f"way{i}", f"unit {i + 1}", role, width=2, legend=False),
            figures.head(f"unit{i}", f"unit {i + 1}", role, symbol=symbol, legend=True,
                         size=18 - 4 * i),
        ]  # fmt: skip
    made = {
        "values": by_layer("values", "size of the values",
                           "The root mean square of the values by layer, with what theory says."),
        "gradients": by_layer("gradients", "size of the gradient",
                              "The root mean square of the gradient by layer, 1 at the last."),
        "factor": figures.panel(
            [figures.line("one", "neither grows nor shrinks", "faint", width=1.5,
                          x=[0.01, 0.6], y=[1, 1]),
             figures.line("curve", "foretold", "goal", dash="dot", width=2),
             figures.line("marks", "Xavier and He", "context", width=1, dash="dash"),
             figures.words("names", "context", size=12),
             figures.head("here", "σ, measured", "own", size=14)],
            x="σ", y="square out / in", title="One layer", size="small", x_range=(0.008, 0.75),
            y_range=(1e-3, 1e2), x_log=True, y_log=True,
            alt="By how much this layer multiplies the mean square of its values, by σ.",
        ),
        "units": figures.panel(
            lines, x="weight from x₁", y="weight from x₂", x_range=(-reach, reach),
            y_range=(-reach, reach), square=True, legend=True,
            alt="The two weights into each of four hidden units, from the start of training on.",
        ),
        "loss": figures.panel(
            [figures.line("loss", "loss", "model"), figures.head("at", "now", "model")],
            x="step", y="cross-entropy", title="Loss", x_range=(0, 1.03 * steps[-1]),
            y_range=(0, 1.1), alt="The loss over training.",
        ),
        "apart": figures.panel(
            [figures.line("apart", "distance", "own"), figures.head("at", "now", "own")],
            x="step", y="largest distance (0 at the bottom)", title="Units apart by", size="small",
            x_range=(0, 1.03 * steps[-1]), y_range=(1e-8, 1e2), y_log=True,
            alt="How far the weights of the hidden units are from each other.",
        ),
        "logs": figures.panel(
            [figures.line("trials", "others", "context", width=1,
                          opacity=0.5),
             figures.line("typical", "typical", "goal", dash="dot", width=2.5, x=k),
             figures.line("mean", "mean square", "sky", dash="dash", width=2, x=k),
             figures.line("first", "this one", "model"),
             figures.head("at", "now", "model", size=11)],
            x="matrices multiplied", y="log₁₀ of a column’s length", legend=True,
            x_range=(0, 1.03 * MATRICES), y_range=(-1, 1),
            alt="The length of a column of a product of random matrices, by their number.",
        ),
        "matrix": figures.panel(
            [figures.field("cells", np.arange(2.0), np.arange(2.0), None, colours="signed"),
             figures.words("numbers", size=12)],
            x="column", y="row", title="The product, its largest number set to 1",
            x_range=(0.5, config.size + 0.5), y_range=(config.size + 0.5, 0.5), square=True,
            alt="The product as a field of numbers; soon all rows are multiples of each other.",
        ),
        "rate": figures.panel(
            [figures.line("none", "no change", "faint", width=1.5, x=[0.1, 2], y=[0, 0]),
             figures.line("curve", "typical", "goal", dash="dot", width=2, x=SCALES,
                          y=[typical_rate(config.size, s) for s in SCALES]),
             figures.head("chosen", "σ", "own", size=14)],
            x="σ", y="digits a matrix", title="Growth", size="small", x_range=(0, 2.1),
            y_range=(-1.1, 0.9), alt="Decimal digits gained with each matrix, by σ.",
        ),
    }  # fmt: skip
    for axis in (made["matrix"].layout.xaxis, made["matrix"].layout.yaxis):
        axis.tickvals = list(range(1, config.size + 1))
    made["factor"].layout.xaxis.update(dtick=None, tickvals=[0.01, 0.03, 0.1, 0.3],
                                       ticktext=["0.01", "0.03", "0.1", "0.3"])  # fmt: skip
    return made


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Where the time line stands, in all views."""
    n = frame.step
    return {**draw_layers(config, frame), **draw_units(frame, n), **draw_products(config, frame)}


def draw_layers(config: Config, frame: Frame) -> dict[str, Patch]:
    """Scales by layer, and the factor of the next layer."""
    n, layer = frame.step, min(frame.step, DEPTH - 1)
    made: dict[str, Patch] = {}
    for name in ("values", "gradients"):
        pair, others = frame[name], frame[f"other_{name}"]
        made[name] = {"traces": {
            "seen": grown(LAYERS, pair[0]), "theory": grown(LAYERS, pair[1]),
            "xavier": grown(LAYERS, others[0]), "he": grown(LAYERS, others[1]),
            "now": grown([n, n], [1e-9, 1e9]),
        }}  # fmt: skip
    square = frame["squares"][0].astype(np.float64)
    sigma = deviation(config.scheme, config.width, config.sigma)
    if config.scheme == "constant":
        sigma = config.sigma
    curve = factors(config, max(float(square[layer]), 1e-12))  # where all is straight, any will do
    if sigma == 0:
        out = 0.0
    elif square[layer + 1] > 1.01 * LEAST:
        out = square[layer + 1] / square[layer]
    else:  # too little is left to measure, and the mark stays where theory has it
        out = float(np.interp(sigma, SIGMAS, curve))
    marks = [deviation(name, config.width, 0) for name in ("xavier", "he")]
    ends = np.array([np.nan, 1e-3, 40])
    made["factor"] = {
        "traces": {
            "curve": grown(SIGMAS, curve),
            "marks": {"x": np.repeat(marks, 3).astype(np.float32),
                      "y": np.tile(ends, 2).astype(np.float32)},
            "names": grown(np.array(marks) * [0.5, 1.5], [55, 25]) | {"text": ["Xavier", "He"]},
            "here": grown([max(sigma, 0.01)], [np.clip(out, 1e-3, 1e2)]),
        },
        "layout": {"title.text": f"Layer {layer + 1}"},
    }  # fmt: skip
    return made


def draw_units(frame: Frame, n: int) -> dict[str, Patch]:
    """The four units on their way."""
    ways = frame["units"][: n + 1]
    steps = np.arange(FRAMES + 1) * EVERY
    units: dict[str, Any] = {}
    for i in range(HIDDEN):
        units[f"way{i}"] = figures.at(ways[:, i, 0], ways[:, i, 1])
        units[f"unit{i}"] = figures.at(ways[-1, i, 0], ways[-1, i, 1])
    loss, apart = frame["loss"], np.maximum(frame["apart"], 1e-8)
    return {
        "units": {"traces": units},
        "loss": {"traces": {"loss": figures.at(steps[: n + 1], loss[: n + 1]),
                            "at": figures.at(steps[n], loss[n])}},
        "apart": {"traces": {"apart": grown(steps[: n + 1], apart[: n + 1]),
                             "at": grown([steps[n]], [apart[n]])}},
    }  # fmt: skip


def draw_products(config: Config, frame: Frame) -> dict[str, Patch]:
    """The product so far."""
    n, logs = 2 * frame.step, frame["logs"]
    k = np.arange(MATRICES + 1)
    typical, mean = (rate(config.size, config.scale) for rate in (typical_rate, mean_rate))
    ends = [0, *np.ravel(logs[:, -1]), mean * MATRICES]
    gap = np.full((TRIALS - 1, 1), np.nan)
    few = k[::4]
    size = np.arange(1, config.size + 1)
    column, row = np.meshgrid(size, size)
    matrix, digits = frame["matrix"], 1 if config.size > 5 else 2
    return {
        "logs": {
            "traces": {
                "trials": {"x": np.tile(np.r_[few, np.nan], TRIALS - 1).astype(np.float32),
                           "y": np.hstack([logs[1:, ::4], gap]).ravel()},
                "typical": figures.at(k, k * typical), "mean": figures.at(k, k * mean),
                "first": figures.at(k[: n + 1], logs[0, : n + 1]),
                "at": figures.at(n, logs[0, n]),
            },
            "layout": {"yaxis.range": [float(min(ends)) - 2, float(max(ends)) + 2]},
        },
        "matrix": {"traces": {
            "cells": {"x": size.astype(np.float32), "y": size.astype(np.float32),
                      "z": figures.quantize(matrix, -1, 1)},
            "numbers": figures.at(column.ravel(), row.ravel())
            | {"text": [f"{round(float(v), digits) + 0.0:.{digits}f}".replace("-", "−")
                        for v in matrix.ravel()]},
        }},
        "rate": {"traces": {"chosen": figures.at(config.scale, typical)}},
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers of this layer, of the units, and of the product so far."""
    n, layer = frame.step, max(frame.step, 1)
    sigma = deviation(config.scheme, config.width, config.sigma)
    squares = np.where(frame["squares"] > 1.01 * LEAST, frame["squares"], 0.0)
    before, seen = float(squares[0, layer - 1]), float(squares[1, layer])
    constant = config.scheme == "constant"
    foretold = config.width * sigma**2 * before
    k = 2 * n
    rate = typical_rate(config.size, config.scale)
    return {
        "Layer": str(n),
        "Size of the values": shown(frame["values"][0, n]),
        "Size of the gradient": shown(frame["gradients"][0, n]),
        "Gradient at the first layer": shown(frame["gradients"][0, 0]),
        "Step": str(n * EVERY),
        "Loss": shown(frame["loss"][n]),
        "Units apart by": shown(frame["apart"][n]),
        "Matrices": str(k),
        "Length now": f"10^{shown(frame['logs'][0, k])}",
        "Foretold": f"10^{shown(k * rate)}",
        "v.n": str(config.width), "v.s": shown(config.sigma if constant else sigma),
        "v.q": shown(before), "v.said": "–" if constant else shown(foretold),
        "v.seen": shown(seen), "v.l": str(layer),
        "x.x": shown(config.width**-0.5), "x.h": shown((2 / config.width) ** 0.5),
        "x.n": str(config.width),
        "m.k": str(k), "m.n": str(config.size), "m.s": shown(config.scale), "m.rate": shown(rate),
        "m.said": shown(k * rate), "m.seen": shown(frame["logs"][0, k]),
    }  # fmt: skip
