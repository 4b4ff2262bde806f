"""The panels of four views."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, figures
from labcore.optimization.optimization_challenges.depth import (
    DRAWS,
    LAYERS,
    growth,
    loss_of,
    waits,
)
from labcore.optimization.optimization_challenges.lands import LANDS, level_places
from labcore.optimization.optimization_challenges.lesson import EVERY, STEPS, Config
from labcore.optimization.optimization_challenges.risk import TRUTH
from labcore.optimization.optimization_challenges.still import still
from labcore.palette import colour

REACH, TALL = 2.4, 30.0
SIGNS = {"minimum": ("star", "goal"), "saddle": ("x", "model"), "maximum": ("triangle-up", "sky"),
         "undecided": ("diamond", "context")}  # fmt: skip
"""Marker and role of a level place."""
W = np.linspace(-6, 6, 241)
GAINS = np.linspace(0.5, 2, 76)


def dots(uid: str, name: str, role: str, size: float, opacity: float = 1.0) -> go.Scatter:
    """Small marks without an edge."""
    return go.Scatter(uid=uid, name=name, mode="markers", showlegend=False, hoverinfo="skip",
                      marker={"size": size, "color": colour(role, opacity)})  # fmt: skip


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All panels; views choose among them."""
    made = risk_panels() | land_panels(config) | plateau_panels(config) | depth_panels(config)
    for name, traces in still(config).items():
        for trace in made[name].data:
            trace.update(traces.get(trace.uid, {}))
    return made


def risk_panels() -> dict[str, go.Figure]:
    """Risk and empirical risk; the data with the model."""
    mark = figures.head
    return {
        "risk": figures.panel(
            [figures.line("risk", "risk", "data"),
             figures.line("empirical", "empirical risk", "model", dash="dash"),
             figures.line("path", "descent", "text", width=1.5),
             mark("least", "lowest risk", "data", symbol="star", size=14),
             mark("low", "lowest empirical risk", "model", symbol="star", size=14),
             mark("ball", "descent", "text", size=12),
             mark("start", "start, drag it", "own", size=15)],
            x="frequency ω of the model", y="mean squared error", x_range=(0, 5), y_range=(0, 2.6),
            legend=True,
            alt="The risk over all data, and the empirical risk of the sample, for each frequency "
            "of the model; stars mark their lowest points; a path descends the empirical one.",
        ),
        "data": figures.panel(
            [figures.line("truth", "truth", "data", width=1.6, x=np.linspace(-6, 6, 181),
                          y=np.cos(TRUTH * np.linspace(-6, 6, 181))),
             figures.line("model", "model", "model", dash="dash"),
             dots("points", "examples", "text", 6)],
            x="x", y="y", x_range=(-6, 6), y_range=(-2.6, 2.6),
            title="Truth, and the model (dashed)",
            alt="The examples, the true cosine and the model's cosine.",
        ),
    }  # fmt: skip


def land_panels(config: Config) -> dict[str, go.Figure]:
    """A surface with its level places and two kinds of descent."""
    mark, land = figures.head, LANDS[config.land]
    line = np.linspace(-REACH, REACH, 61)
    z = land.height(*np.meshgrid(line, line))
    places, kinds = level_places(config.land)
    signs = []
    for kind, (symbol, role) in SIGNS.items():
        here = places[[k == kind for k in kinds]]
        if len(here):
            signs.append(mark(f"{kind}-places", kind, role, symbol=symbol, size=12, x=here[:, 0],
                              y=here[:, 1], legend=True))  # fmt: skip
    low = float(z.min())
    high = min(float(land.height(np.array(config.x0), np.array(config.y0))) + 0.6, z.max())
    return {
        "land": figures.panel(
            [figures.contour("loss", line, line, np.clip(z, None, low + 0.6 * (z.max() - low)),
                             levels=24),
             *signs, figures.line("tie", "nearest", "context", width=1, dash="dot", legend=False),
             figures.line("path", "without noise", "data", width=2, legend=False),
             dots("cloud", "with noise", "model", 7, 0.8),
             mark("ball", "without noise", "data", size=12),
             mark("ring", "looked at", "text", symbol="circle-open", size=20),
             mark("probe", "probe, drag it", "own", symbol="cross", size=15),
             mark("start", "start, drag it", "own", size=15)],
            x="x", y="y", x_range=(-REACH, REACH), y_range=(-REACH, REACH), square=True,
            legend=True,
            alt=f"The surface {land.formula} from above, its level places by kind, a descent "
            "without noise, and a cloud of descents with noise.",
        ),
        "heights": figures.panel(
            [figures.line("low", "10 %", "model", width=0.5),
             figures.line("high", "90 %", "model", width=0.5).update(
                 fill="tonexty", fillcolor=colour("model", 0.2)),
             figures.line("middle", "with noise, median", "model", dash="dash"),
             figures.line("calm", "without noise", "data"),
             mark("now", "now", "data"),
             figures.words("words", place="bottom left", size=12)],
            x="step", y="height f", x_range=(0, 1.02 * STEPS), y_range=(low - 0.15, high),
            title="— calm, - - noisy: median, 10–90 %",
            alt="The height by step without noise, and with noise the median and the band from "
            "10 to 90 percent of the runs.",
        ),
        "section": figures.panel(
            [figures.line("zero", "level", "context", width=1, x=[-1.2, 1.2], y=[0, 0]),
             figures.line("first", "along the smaller λ", "data"),
             figures.line("second", "along the larger λ", "model", dash="dash"),
             figures.words("verdict", place="bottom center", size=12, x=[0], y=[1.25])],
            x="way from the ringed place", y="change of f", x_range=(-1.2, 1.2),
            y_range=(-1, 1.3), size="small", title="Along its eigenvectors",
            alt="The surface cut along the two eigenvectors of the Hessian at the ringed place.",
        ),
    }  # fmt: skip


def plateau_panels(config: Config) -> dict[str, go.Figure]:
    """The loss of one unit, and how long each start takes."""
    mark = figures.head
    starts, needed = waits(config.unit, config.lr, EVERY * STEPS)
    high = float(min(loss_of(config.unit, W)[0].max(), 4) * 1.15)
    return {
        "plateau": figures.panel(
            [figures.line("loss", "loss", "data", x=W, y=figures.drawn(loss_of(config.unit, W)[0])),
             mark("ball", "descent", "text", size=13), mark("start", "start, drag it", "own",
                                                            size=15)],
            x="weight w", y="loss ½(a(w) − goal)²", x_range=(-6, 6), y_range=(-0.05 * high, high),
            title=f"One frame is {EVERY} steps",
            alt="The loss of one unit by its weight, with the descent's place.",
        ),
        "wait": figures.panel(
            [figures.line("needed", "steps", "data", x=starts, y=np.maximum(needed, 1)),
             figures.line("cap", "most", "context", width=1, dash="dot", x=[-6, 6],
                          y=[EVERY * STEPS, EVERY * STEPS]),
             mark("start", "yours", "own", size=12)],
            x="start w", y="steps until the loss is below 0.01", x_range=(-6, 6),
            y_range=(1, 4000), y_log=True, title="The wait, from each start",
            alt="How many steps each start needs; a gap where more than the dotted number.",
        ),
    }  # fmt: skip


def depth_panels(config: Config) -> dict[str, go.Figure]:
    """The size of a gradient by depth, its growth a layer, its spread."""
    mark = figures.head
    curve = growth(GAINS, config.width, config.init)[0]
    return {
        "depth": figures.panel(
            [*(figures.line(f"draw-{i}", "a draw", "model", width=1, opacity=0.45, legend=False)
               for i in range(DRAWS)),
             figures.line("square", "root of the mean square", "data", dash="dot", width=2),
             figures.line("typical", "typical", "data", dash="dash", width=2),
             mark("top", "now", "model", size=7)],
            x="layers between loss and weight", y="log₁₀ size of the gradient",
            x_range=(0, 1.02 * LAYERS), y_range=(-TALL, TALL), legend=True,
            alt="The size of a gradient through more and more layers, for 24 draws of the "
            "matrices, with the typical growth (dashed) and that of the mean square (dotted).",
        ),
        "growth": figures.panel(
            [figures.line("zero", "no growth", "context", width=1, x=[0.5, 2], y=[0, 0]),
             figures.line("curve", "typical growth", "data", x=GAINS, y=curve),
             mark("ring", "your gain", "own", size=14)],
            x="gain, drag ●", y="log₁₀ growth a layer", x_range=(0.47, 2.03), y_range=(-0.55, 0.4),
            size="small", title="Typical growth a layer",
            alt="The typical growth of a gradient in one layer, by gain.",
        ),
        "spread": figures.panel(
            [dots("sizes", "draws", "model", 8, 0.7),
             figures.line("mean", "typical", "data", dash="dash", width=2)],
            x="log₁₀ size now", y="draw", x_range=(-TALL, TALL), y_range=(0, DRAWS + 1),
            size="small", title="Size now, by draw",
            alt="The size of the gradient at this depth for each draw.",
        ),
    }  # fmt: skip
