"""The pictures of the lab on vectorization."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, figures
from labcore.figures import at
from labcore.linear.vectorization.config import Config
from labcore.linear.vectorization.lesson import (
    BATCHES,
    EXAMPLES,
    SIDES,
    SIZES,
    WAYS,
    intensity,
)
from labcore.palette import colour

GRABS = (Grab("epoch", "ring", "batch", "", "Batch size"),)
VIEWS = {
    "Loop or one call": ("times", "each", "speed"),
    "Minibatches": ("epoch", "shares"),
    "Roofline": ("roof", "rate"),
}
LOOKS = (("context", "dot", "triangle-up"), ("own", "dashdot", "diamond"),
         ("data", "dash", "square"), ("model", "solid", "circle"))  # fmt: skip
SIDE = np.array(SIDES)
WORK = np.geomspace(0.05, 100, 60)
"""Operations a byte, on the roofline."""


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still."""
    seconds = "Seconds" if config.clock else "Calls from Python"
    size = 4 if config.precision == "float32" else 8
    epoch = "Seconds for 1,024 examples" if config.clock else "Calls from Python"
    lines: list[Any] = []
    for way, (role, dash, symbol) in zip(WAYS, LOOKS, strict=True):
        uid = way.replace(" ", "-").replace(",", "")
        lines += [figures.line(f"fit.{uid}", "fit", role, dash=dash, width=1.5, x=SIZES),
                  figures.line(f"bar.{uid}", "quartiles", role, width=2.5),
                  figures.head(f"at.{uid}", way, role, symbol=symbol, size=8, legend=True),
                  ]  # fmt: skip
    return {
        "times": figures.panel(
            [unlisted(line) for line in lines], x="Numbers to add, n", y=seconds, x_log=True,
            y_log=True, x_range=(0.7, 6e5), y_range=(1e-7, 3) if config.clock else (0.5, 1e6),
            legend=True, alt="Time to add two vectors in four ways, by their length; bars are "
            "quartiles, lines a fit of overhead and cost a number to the lower quartiles."),
        "each": figures.panel(
            [figures.line(f"each.way{k}", way, role, dash=dash)
             for k, (way, (role, dash, _)) in enumerate(zip(WAYS, LOOKS, strict=True))],
            x="Numbers to add, n", y=f"{seconds} a number", x_log=True, y_log=True,
            x_range=(0.7, 6e5), y_range=(3e-11, 3e-5) if config.clock else (1e-6, 3),
            title="What one number costs", alt="The same, divided by the length."),
        "speed": figures.panel(
            [figures.line("list", "list", "own", dash="dashdot"),
             figures.line("tensor", "tensor", "context", dash="dot")],
            x="n", y="Times as quick", title="One call against loops", size="small", x_log=True,
            y_log=True, x_range=(0.7, 6e5), y_range=(0.1, 1e6),
            alt="How many times as quick one call of PyTorch is as a loop over a list (dash-dot) "
            "and over a tensor (dotted)."),
        "epoch": figures.panel(
            [figures.line("fit", "calls · c + work", "model", width=2, x=BATCHES),
             figures.line("work", "work alone", "goal", dash="dot", width=2),
             unlisted(figures.line("bars", "quartiles", "data", width=2.5)),
             figures.head("measured", "measured", "data", symbol="square", size=9, legend=True),
             ring("ring", "batch size to drag", 16)],
            x="Batch size b", y=epoch, x_log=True, y_log=True, x_range=(0.8, 1300),
            y_range=(3e-6, 0.1) if config.clock else (0.5, 2000), legend=True,
            alt="Time to predict all examples, by batch size, with the fitted cost of calls and "
            "work."),
        "shares": figures.panel(
            [figures.bars("calls", "calls", "model", width=0.8, x=np.arange(len(BATCHES)),
                          opacity=0.55, legend=True),
             figures.bars("numbers", "work", "goal", width=0.8, x=np.arange(len(BATCHES)),
                          opacity=0.55, legend=True),
             ring("here", "ring", 13)],
            x="Batch size b", y="Share of the time, by the fit", y_range=(0, 1.08),
            x_range=(-0.6, len(BATCHES) - 0.4), legend=True,
            alt="How much of the time goes to calls and to work, for each batch size."
        ).update_layout(barmode="stack").update_xaxes(
            tickvals=list(range(0, len(BATCHES), 2)), ticktext=[str(b) for b in BATCHES[::2]]),
        "roof": figures.panel(
            [figures.line("memory", "memory’s roof", "context", width=2),
             figures.line("cache", "cache’s roof", "context", dash="dash", width=2),
             figures.line("peak", "most seen", "goal", dash="dot", width=2),
             figures.head("times", "matrix · vector", "data", symbol="square", size=9, legend=True),
             figures.head("product", "matrix · matrix", "model", size=9, legend=True),
             figures.words("sizes", "text", place="bottom right", size=12)],
            x="Operations a byte", y="Operations a second" if config.clock else "Operations",
            x_log=True, y_log=True, x_range=(0.1, 100),
            y_range=(1e6, 1e12) if config.clock else (1, 1e9), legend=True,
            alt="Speed of matrix products by how much they compute with each byte, under the roofs "
            "of memory, cache and arithmetic."),
        "rate": figures.panel(
            [figures.line("product", "matrix · matrix", "model", x=SIDE),
             figures.line("times", "matrix · vector", "data", dash="dash", x=SIDE)],
            x="Side of the matrix", y="Operations a second" if config.clock else "Operations",
            x_log=True, y_log=True, x_range=(1.5, 700), legend=True,
            y_range=(1e6, 1e12) if config.clock else (1, 1e9),
            title=f"{config.precision}, {size} bytes, one thread",
            alt="The same speeds by the side of the matrix."),
    }  # fmt: skip


def ring(uid: str, name: str, size: int) -> go.Scatter:
    """The batch size chosen: a ring, so that what is measured there stays in sight."""
    mark = figures.head(uid, name, "own", symbol="circle-open", size=size, legend=size > 13)
    mark.marker.line = {"width": 3, "color": colour("own")}
    return mark


def unlisted(trace: go.Scatter) -> go.Scatter:
    """A trace that the legend leaves out, if it is a line."""
    if trace.mode == "lines":
        trace.showlegend = False
    return trace


def bars_of(x: np.ndarray, quartiles: np.ndarray) -> dict[str, np.ndarray]:
    """From the lower to the upper quartile, upright, with gaps between; quartiles (k, 3)."""
    gap = np.full(len(x), np.nan)
    return {"x": np.repeat(x, 3).astype(np.float32),
            "y": np.stack([quartiles[:, 0], quartiles[:, 2], gap], 1).ravel().astype(np.float32),
            }  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What has been measured so far."""
    add, lines = frame["add"].astype(float), frame["lines"].astype(float)
    times: dict[str, dict[str, Any]] = {}
    each: dict[str, dict[str, Any]] = {}
    for k, way in enumerate(WAYS):
        uid = way.replace(" ", "-").replace(",", "")
        times[f"fit.{uid}"] = at(SIZES, lines[k, 0] + lines[k, 1] * SIZES)
        times[f"bar.{uid}"] = bars_of(SIZES, add[k])
        times[f"at.{uid}"] = at(SIZES, add[k, :, 1])
        each[f"each.way{k}"] = {"x": SIZES.astype(np.float32),
                             "y": (add[k, :, 1] / SIZES).astype(np.float32)}  # fmt: skip
    middle = add[:, :, 1]
    call, rest = float(frame["call"]), float(frame["rest"])
    count = -(-EXAMPLES // BATCHES)
    total = count * call + rest
    place = float(np.log2(config.batch))
    epoch = frame["epoch"]
    return {
        "times": {"traces": times}, "each": {"traces": each},
        "speed": {"traces": {"tensor": at(SIZES, middle[0] / middle[3]),
                             "list": at(SIZES, middle[1] / middle[3])}},
        "epoch": {"traces": {
            "fit": at(BATCHES, total), "work": at([1, 1024], [rest, rest]),
            "bars": bars_of(BATCHES, epoch), "measured": at(BATCHES, epoch[:, 1]),
            "ring": at(config.batch, ringed(config, frame)),
        }},
        "shares": {"traces": {
            "calls": {"y": (count * call / total).astype(np.float32)},
            "numbers": {"y": (rest / total).astype(np.float32)},
            "here": at(place, 1.03),
        }},
        **roofed(config, frame),
    }  # fmt: skip


def ringed(config: Config, frame: Frame) -> float:
    """How high the ring stands: on the fit, or in the middle until there is one."""
    height = float(frame["at ring"])
    return height if np.isfinite(height) and height > 0 else (1e-3 if config.clock else 30.0)


def roofed(config: Config, frame: Frame) -> dict[str, Patch]:
    """Operations a second, under their roofs; where nothing is timed, operations."""
    size = 4 if config.precision == "float32" else 8
    memory, cache, peak = frame["roof"].astype(float)
    flops = {"product": 2.0 * SIDE**3, "times": 2.0 * SIDE**2}
    rates = {}
    for name, count in flops.items():
        seconds = frame[name][:, 1].astype(float)
        rates[name] = count / seconds if config.clock else np.where(np.isfinite(seconds), count,
                                                                    np.nan)  # fmt: skip
    peak = np.fmax.reduce([peak, *rates["product"]]) if config.clock else np.nan
    marks = {name: at_rate(intensity(name, SIDE.astype(float), size), rate)
             for name, rate in rates.items()}  # fmt: skip
    told = [str(m) if m in (2, 16, 128, 512) and np.isfinite(rate) else ""
            for m, rate in zip(SIDES, rates["product"], strict=True)]  # fmt: skip
    roof: dict[str, dict[str, Any]] = {
        "memory": at_rate(WORK, np.minimum(memory * WORK, peak)),
        "cache": at_rate(WORK, np.minimum(cache * WORK, peak)),
        "peak": at_rate(WORK[[0, -1]], np.array([peak, peak])), **marks,
        "sizes": marks["product"] | {"text": told},
    }  # fmt: skip
    lines = {name: at_rate(SIDE, rate) for name, rate in rates.items()}
    return {"roof": {"traces": roof}, "rate": {"traces": lines}}


def at_rate(x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Places whose heights are far above what other pictures reach."""
    return {"x": x.astype(np.float32), "y": y.astype(np.float32)}
