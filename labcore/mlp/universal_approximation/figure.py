"""The curve and its pieces, folds by depth, and the plane through the layers."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, Points, figures, shown
from labcore.mlp.universal_approximation.config import Config
from labcore.mlp.universal_approximation.depth import (
    BUDGET,
    LINE,
    MOST,
    TRIALS,
    deep_weights,
    flat_fit,
    flat_units,
    product,
    random_pieces,
)
from labcore.mlp.universal_approximation.lesson import EVERY, FRAMES, grid_lines
from labcore.mlp.universal_approximation.pieces import GRID, target

GRABS = (Points("curve", "points", "points", "Point of your curve"),)
VIEWS = {
    "Pieces": ("curve", "parts", "error"),
    "Depth": ("deep", "pieces"),
    "Collapse": ("plane", "whole"),
}
FEW = GRID[::4].astype(np.float32)


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Curve, contributions and error; folds and pieces; plane and product."""
    depths = np.arange(1, MOST + 1)
    made = {
        "curve": figures.panel(
            [figures.line("target", "your curve", "data", width=5, opacity=0.35, x=GRID),
             figures.line("sum", "sum of the units", "model", x=GRID),
             figures.head("kinks", "kinks in use", "model", symbol="line-ns-open", size=12,
                          legend=True),
             figures.line("latest", "latest kink", "own", dash="dot", width=1.5, legend=False),
             figures.head("points", "your points", "own", size=13)],
            x="x", y="y", x_range=(-0.03, 1.03), y_range=(-1.3, 1.15), legend=True,
            alt="The curve through your points, what the network says, and where its units bend.",
        ),
        "parts": figures.panel(
            [figures.line("zero", "0", "faint", width=1, x=[0, 1], y=[0, 0]),
             figures.line("later", "units still to come", "faint", width=1),
             figures.line("used", "units in use", "model", width=1.3, opacity=0.6),
             figures.line("newest", "latest unit", "own", width=3),
             figures.words("newest_word", "own", place="top left", size=12)],
            x="x", y="what a unit adds", title="Contributions, one line a unit",
            x_range=(-0.03, 1.03), alt="Each unit’s contribution to the sum as a line of its own.",
        ),
        "error": figures.panel(
            [figures.line("zero", "0", "faint", width=1, x=[0, 1], y=[0, 0]),
             figures.line("error", "error", "error", x=GRID)],
            x="x", y="error of all units", title="Error", size="small", x_range=(-0.03, 1.03),
            alt="The finished sum minus the curve.",
        ),
        "deep": figures.panel(
            [figures.line("flat", "one layer, as many weights", "sky", dash="dash", width=2,
                          x=LINE),
             figures.line("folds", "two units a layer", "model", x=LINE, width=2)],
            x="x", y="output", legend=True, x_range=(-0.02, 1.02), y_range=(-0.35, 1.35),
            alt="A saw of a deep network with two units a layer, and the best a flat network with "
            "as many weights makes of it.",
        ),
        "pieces": figures.panel(
            [figures.line("deep", "two units a layer, folded", "model", x=depths, y=2.0**depths),
             figures.line("flat", "one layer, at most", "sky", dash="dash", x=depths,
                          y=2.0 * depths + 1),
             figures.line("random", f"random, {BUDGET} weights, mean of {TRIALS}", "context",
                          x=depths, y=random_pieces(config.seed), dash="dot"),
             figures.head("here", "this network", "own", size=13),
             figures.words("here_word", "own", place="top left", size=12)],
            x="layers", y="straight pieces", legend=True, x_range=(0.5, MOST + 0.5),
            y_range=(1, 500), y_log=True,
            alt="Straight pieces by number of layers: doubled by each fold, at most one a unit "
            "without depth, and counted in random networks of about 400 weights.",
        ),
        "plane": figures.panel(
            [figures.line("before", "before", "faint", width=1, x=grid_lines()[0],
                          y=grid_lines()[1]),
             figures.line("one", "one matrix for all layers", "goal", dash="dot", width=1.5),
             figures.line("grid", "after the layers so far", "model", width=1.8)],
            x="first number", y="second number", legend=True, square=True,
            alt="A grid in the plane after the layers so far, and after the product of their "
            "matrices alone.",
        ),
        "whole": figures.panel(
            [figures.field("cells", np.array([1.0, 2.0]), np.array([1.0, 2.0]), None,
                           colours="signed"),
             figures.words("numbers", size=13)],
            x="column", y="row", title="Product of the matrices", size="small", square=True,
            x_range=(0.5, 2.5), y_range=(2.5, 0.5),
            alt="The four numbers of the product of the matrices so far.",
        ),
    }  # fmt: skip
    made["whole"].update_xaxes(tickvals=[1, 2]).update_yaxes(tickvals=[1, 2])
    made["curve"].data[-1].cliponaxis = False
    return made


def gapped(rows: np.ndarray) -> dict[str, np.ndarray]:
    """Lines over FEW, (W, 41), as one with gaps."""
    if not len(rows):
        return figures.pair(np.full((2, 1), np.nan))
    x = np.tile(np.append(FEW, np.nan), len(rows))
    y = np.hstack([rows, np.full((len(rows), 1), np.nan)]).ravel()
    return {"x": x.astype(np.float32), "y": y.astype(np.float32)}


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Units in use, layers passed."""
    used, parts, kinks = frame["used"], frame["parts"], frame["kinks"]
    solved = config.method == "solved"
    newest = parts[used - 1] if solved and used else np.full(len(FEW), np.nan)
    bent = used if config.activation != "linear" else 0  # without a bend there are no kinks
    inside = kinks[:bent][np.abs(kinks[:bent] - 0.5) <= 0.51]
    latest = float(kinks[bent - 1]) if solved and bent else np.nan
    top = 1.1 * float(np.nan_to_num(np.abs(parts)).max()) + 0.05
    worst = max(1.15 * frame["worst"], 0.02) if np.isfinite(frame["worst"]) else 1.0
    x, y = np.array(config.points).T
    layers = frame["layers"]
    count = 2**layers
    return {
        "curve": {"traces": {
            "target": {"y": frame["target"]},
            "sum": {"y": np.clip(frame["sum"], -99, 99)},  # no line where there are no numbers
            "kinks": figures.at(inside, np.full(len(inside), -1.22)) if len(inside)
            else figures.pair(np.full(2, np.nan)),
            "latest": figures.at([latest, latest], [-1.22, 1.1]),
            "points": figures.at(x, y),
        }},
        "parts": {
            "traces": {"later": gapped(parts[used:]), "used": gapped(parts[:used]),
                       "newest": figures.at(FEW, newest),
                       "newest_word": figures.at(1.0, newest[-1])
                       | {"text": [f"unit {used}" if solved and used else ""]}},
            "layout": {"yaxis.range": [-top, top]},
        },
        "error": {"traces": {"error": {"y": frame["error"]}},
                  "layout": {"yaxis.range": [-worst, worst]}},
        "deep": {"traces": {"folds": {"y": frame["folds"]},
                            "flat": {"y": flat_fit(max(layers, 1)).astype(np.float32)}}},
        "pieces": {"traces": {
            "here": figures.at(max(layers, 1), count),
            "here_word": figures.at(max(layers, 1), 1.15 * count)
            | {"text": [f"{count} pieces, {deep_weights(max(layers, 1))} weights"]},
        }},
        **plane(config, frame),
    }  # fmt: skip


def plane(config: Config, frame: Frame) -> dict[str, Patch]:
    """The grid after the layers so far, beside the product of their matrices."""
    weights = frame["passed"].astype(np.float64)
    whole = product(weights)
    if len(weights) and frame["share"] < 1:  # on the way from the product before
        before = product(weights[:-1])
        whole = before + min(2 * frame["share"], 1.0) * (whole - before)
    flat, grid = whole @ grid_lines(), frame["grid"].astype(np.float64)
    reach = 1.1 * max(1.0, float(np.nanmax(np.abs(flat))), float(np.nanmax(np.abs(grid))))
    scale = max(1.0, float(np.abs(whole).max()))
    return {
        "plane": {
            "traces": {"one": figures.at(*flat), "grid": figures.at(*grid)},
            "layout": {"xaxis.range": [-reach, reach], "yaxis.range": [-reach, reach]},
        },
        "whole": {"traces": {
            "cells": {"z": figures.quantize(whole, -scale, scale)},
            "numbers": figures.at([1, 2, 1, 2], [1, 1, 2, 2])
            | {"text": [shown(v, 2) for v in whole.ravel()]},
        }},
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """How close the sum is, how many pieces there are, and what the layers amount to."""
    layers = max(frame["layers"], 1)
    y, x = target(config), GRID
    i = int(np.argmax(np.abs(frame["error"])))
    theta = frame["theta"].astype(np.float64)
    whole = product(frame["passed"].astype(np.float64))
    apart = float(np.nanmax(np.abs(frame["grid"] - whole @ grid_lines())))
    done = frame["share"] == 1
    step = frame.step * EVERY
    return {
        "Units": f"{frame['used']} of {config.width}" if config.method == "solved"
        else str(config.width),
        "Root mean square error": shown(frame["rms"]),
        "Largest error": shown(frame["worst"]),
        "Training": f"step {step} of {FRAMES * EVERY}" if config.method == "trained"
        else "none, solved at once",
        "Pieces, deep": str(2 ** frame["layers"]),
        "Pieces, one layer": f"at most {flat_units(layers) + 1}",
        "Weights of either": str(deep_weights(layers)),
        "Layers passed": str(len(frame["passed"])) if done else "on the way",
        "One matrix is off by": shown(apart, least=1e-5) if done else "–",
        "s.x": shown(x[i]), "s.y": shown(y[i]), "s.c": shown(theta[-1]), "s.n": str(config.width),
        "s.said": shown(y[i] + frame["error"][i]),
        "d.l": str(layers), "d.p": str(2**layers), "d.w": str(deep_weights(layers)),
        "d.u": str(flat_units(layers)), "d.m": str(flat_units(layers) + 1),
        "w.a": shown(whole[0, 0]), "w.b": shown(whole[0, 1]), "w.c": shown(whole[1, 0]),
        "w.d": shown(whole[1, 1]), "w.l": str(len(frame["passed"])),
    }  # fmt: skip
