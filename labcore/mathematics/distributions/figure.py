"""What stands on the stage, what moves, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures, format_number
from labcore.mathematics.distributions.laws import BINS, HALF, Config, Law, law
from labcore.mathematics.distributions.lesson import (
    AVERAGES,
    LAST,
    PLACES,
    SLOPE,
    centre,
)
from labcore.palette import colour

NORMAL = np.linspace(-4, 4, 101)
TOPS = (0.25, 0.5, 1.0, 1.5, 2.5, 4.0, 8.0, 1e9)
REACH = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 1e9)
EDGES = 41


def nice(value: float, steps: tuple[float, ...]) -> float:
    """The first of the steps that is not below the value: an axis that seldom jumps."""
    return next(step for step in steps if step >= value or step == steps[-2])


def main_panel(config: Config) -> str:
    """The panel of the density; another one where its bars or its centre are dragged."""
    if config.kind == "own":
        return "drawn"
    return "placed" if config.kind in ("normal", "uniform", "student") else "density"


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still."""
    here = law(config)
    what = "probability" if here.discrete else "density"
    low, high = here.span
    density = figures.panel(
        [figures.bars("samples", "samples", "data", width=None, legend=True),
         figures.line("curve", what, "model"),
         figures.head("mass", what, "model", symbol="square", size=9, legend=here.discrete),
         figures.line("spread", "mean ± σ", "goal", width=3, legend=False),
         figures.head("mean", "mean", "goal", symbol="triangle-up", size=13),
         figures.head("centre", "centre to drag", "own", symbol="diamond", size=15),
         figures.head("tops", "bar to drag", "own", size=14)],
        x="value x", y=what, x_range=(low, high), y_range=(0, 1), legend=True,
        alt="A histogram of the samples so far beside the density or mass they come from.",
    )  # fmt: skip
    density.data[1].showlegend = not here.discrete
    density.update_layout(bargap=0.15 if here.discrete else 0)
    cdf = figures.panel(
        [figures.line("counted", "share of the samples ≤ x", "data"),
         figures.line("exact", "P(X ≤ x)", "model", dash="dash")],
        x="value x", y="probability up to x", x_range=(low, high), y_range=(-0.02, 1.04),
        legend=True, alt="The cumulative distribution, exact and counted.",
    )  # fmt: skip
    for line in cdf.data:
        line.line.shape = "hv" if here.discrete else "linear"
    averages = figures.panel(
        [figures.bars("averages", f"{AVERAGES} averages", "data", width=None, legend=True),
         figures.line("normal", "standard normal", "goal", dash="dash", x=NORMAL,
                      y=np.exp(-(NORMAL**2) / 2) / np.sqrt(2 * np.pi)),
         go.Scatter(uid="told", x=(), y=(), text=(), mode="text", textposition="bottom right",
                    showlegend=False, hoverinfo="skip",
                    textfont={"size": 14, "color": colour("text")})],
        x="(average − mean) · √n / σ", y="density", x_range=(-4, 4), y_range=(0, 0.82), legend=True,
        alt="Averages of n draws, centred and scaled, beside the standard normal density.",
    )  # fmt: skip
    averages.update_layout(bargap=0)
    far = figures.panel(
        [figures.line("far", "widest gap", "data", x=np.arange(1, LAST + 2, dtype=np.float32)),
         figures.line("floor", "what chance leaves", "context", dash="dot", width=1.5,
                      x=np.array([1, LAST + 1], np.float32),
                      y=np.full(2, 0.87 / np.sqrt(AVERAGES), np.float32))],
        x="draws n in an average", y="gap to the normal", size="small", legend=True,
        x_log=True, y_log=True, x_range=(0.95, 65), y_range=(0.01, 1),
        alt="How far the averages are from normal, as n grows.",
    )  # fmt: skip
    return {
        main_panel(config): density, "cdf": cdf, "averages": averages, "far": far,
        "line": fitted_line(), "errors": slope_errors(),
    }  # fmt: skip


def fitted_line() -> go.Figure:
    """One noisy sample of a line."""
    return figures.panel(
        [figures.line("true", "true line", "data", dash="dot", x=PLACES, y=1 + SLOPE * PLACES),
         figures.head("points", "measured", "data", size=9),
         figures.line("least", "least squares", "model", x=PLACES[[0, -1]]),
         figures.line("median", "median of slopes", "goal", dash="dash", x=PLACES[[0, -1]])],
        x="x", y="y = 1 + x / 2 + noise", x_range=(-0.5, 10.5), y_range=(-6, 14), legend=True,
        alt="Twelve noisy points, the true line and two fitted ones.",
    )  # fmt: skip


def slope_errors() -> go.Figure:
    """How wrong the slopes were, over all repetitions so far."""
    figure = figures.panel(
        [figures.bars("least", "least squares", "model", width=None, legend=True),
         figures.line("median", "median of slopes", "goal", dash="dash"),
         figures.line("theory", "normal of width σ / √Σ(x − x̄)²", "context", width=1.5)],
        x="error of the slope", y="density", x_range=(-1, 1), y_range=(0, 5), legend=True,
        alt="A histogram of the errors of the fitted slope over repeated samples.",
    )  # fmt: skip
    figure.data[1].line.shape = "hvh"
    figure.update_layout(bargap=0)
    return figure


NOTHING = {"x": np.empty(0, np.float32), "y": np.empty(0, np.float32)}


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    here = law(config)
    n, told = int(frame["averaged"]), "draw" if frame["averaged"] == 1 else "draws"
    counted = {"x": here.x.astype(np.float32), "y": frame["so far"]}
    exact = {"x": here.x.astype(np.float32), "y": here.below(here.x).astype(np.float32)}
    return {
        main_panel(config): shape(config, here, frame),
        "cdf": {"traces": {"counted": counted, "exact": exact}},
        "averages": {"traces": {
            "averages": {"x": frame["z"], "y": frame["crowd"]},
            "told": {"x": np.array([-3.9]), "y": np.array([0.8]), "text": [f"n = {n} {told}"]},
        }},
        "far": {"traces": {"far": {"y": frame["far"]}}},
        **model(here, frame),
    }  # fmt: skip


def shape(config: Config, here: Law, frame: Frame) -> Patch:
    """The law beside its samples."""
    curve = {"x": here.x.astype(np.float32), "y": here.height.astype(np.float32)}
    top = nice(1.1 * max(float(here.height[2:-2].max()) if not here.discrete
                         else float(here.height.max()), 0.05), TOPS)  # fmt: skip
    movable, own = main_panel(config) == "placed", config.kind == "own"
    if own:
        top = 1.05
    sd = np.sqrt(here.variance) if np.isfinite(here.variance) else np.nan
    middle = np.arange(BINS) - HALF + 0.5
    return {
        "traces": {
            "samples": {"x": frame["middle"], "y": frame["share"]},
            "curve": NOTHING if here.discrete else curve,
            "mass": curve if here.discrete else NOTHING,
            "spread": {"x": here.mean + sd * np.array([-1, 1]), "y": np.full(2, 0.03 * top)},
            "mean": figures.at(here.mean, 0.03 * top),
            "centre": figures.at(config.mu, 0.1 * top) if movable else NOTHING,
            "tops": {"x": middle, "y": np.array([h for _, h in config.own])} if own else NOTHING,
        },
        "layout": {"yaxis.range": [0, top]},
    }  # fmt: skip


def model(here: Law, frame: Frame) -> dict[str, Patch]:
    """The last sample fitted, and the slopes of all."""
    noise, errors = frame["noise"], frame["errors"]
    y, ends = 1 + SLOPE * PLACES + noise, PLACES[[0, -1]]
    least, median = SLOPE + errors[:, -1]
    offset = float(np.median(y - median * PLACES))
    _, sd = centre(here)
    spread = max(sd, 1e-3) / (PLACES.std() * np.sqrt(len(PLACES)))
    reach = nice(4 * spread, REACH)
    edges = np.linspace(-reach, reach, EDGES + 1)
    middle, width = (edges[1:] + edges[:-1]) / 2, edges[1] - edges[0]
    share = [np.histogram(row, edges)[0] / len(row) / width for row in errors]
    theory = np.exp(-((middle / spread) ** 2) / 2) / (spread * np.sqrt(2 * np.pi))
    theory = theory if np.isfinite(here.variance) and here.variance > 0 else theory * np.nan
    top = 1.6 / (spread * np.sqrt(2 * np.pi))
    return {
        "line": {"traces": {
            "points": {"x": PLACES, "y": y},
            "least": {"y": y.mean() + least * (ends - PLACES.mean())},
            "median": {"y": offset + median * ends},
        }},
        "errors": {
            "traces": {
                "least": {"x": middle, "y": share[0]}, "median": {"x": middle, "y": share[1]},
                "theory": {"x": middle, "y": theory},
            },
            "layout": {"xaxis.range": [-reach, reach], "yaxis.range": [0, top]},
        },
    }  # fmt: skip


def shown(value: Any, digits: int = 3) -> str:
    """A number, or a word where there is none."""
    if np.isnan(value):
        return "none"
    return format_number(float(value), digits)


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words; those with a dot fill the formulas."""
    here = law(config)
    mean, sd = centre(here)
    seen = "–" if frame["n"] == 1 else shown(frame["sample.variance"])
    n = int(frame["averaged"])
    return {
        "Samples": f"{frame['n']}",
        "Mean": f"{shown(here.mean)} (sampled {shown(frame['sample.mean'])})",
        "Variance": f"{shown(here.variance)} (sampled {seen})",
        "Entropy": f"{shown(here.entropy)} nats",
        "Gap to the normal": f"{shown(frame['distance'])} at n = {n}",
        "Slope error, root mean square": f"{shown(frame['least squares'])} least squares, "
        f"{shown(frame['median slope'])} median",
        "d.mean": shown(here.mean), "d.var": shown(here.variance), "d.entropy": shown(here.entropy),
        "s.n": f"{n}", "s.mean": shown(mean), "s.sd": shown(sd),
        "s.width": shown(np.sqrt(here.variance / n)),
        "m.sd": shown(np.sqrt(here.variance)), "m.slope": shown(frame["slope.sd"]),
        "m.seen": shown(frame["least squares"]),
    }  # fmt: skip
