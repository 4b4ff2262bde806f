"""What stands still on the stage, and what each frame moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch
from labcore import figures as fig
from labcore.optimization.minibatch_sgd.config import EPOCHS, SIZES, WORDS, Config, pair
from labcore.optimization.minibatch_sgd.houses import COUNT, excess
from labcore.optimization.minibatch_sgd.lesson import held, observed
from labcore.palette import colour

GRABS = (
    Grab("plane", "hand", "w_across", "w_up", "The two weights"),
    Grab("shrink", "ring", "batch", "", "Batch size"),
    Grab("etas", "ring", "", "lr", "Learning rate of batch size 1"),
    Grab("pace", "ring", "", "lr", "First learning rate"),
)
RACERS = (("data", "solid"), ("model", "dash"), ("goal", "dot"), ("own", "dashdot"))
RUNS = (("data", "solid", "constant"), ("model", "dash", "exponential"),
        ("goal", "solid", "polynomial"), ("own", "dot", "polynomial, mean of weights"))  # fmt: skip
SIZES_DRAWN = np.unique(np.geomspace(1, COUNT, 60).astype(int))
"""Batch sizes on the curve of the variance."""
STRIDE = 0.5
"""The arrows on the plane are this times the gradient, downhill."""


def hold(uid: str, x: Any = (None,), y: Any = (None,)) -> go.Scatter:
    """A mark to take hold of."""
    return go.Scatter(
        uid=uid, x=list(x), y=list(y), mode="markers", showlegend=False, hoverinfo="skip",
        cliponaxis=False, marker={"color": colour("own"), "size": 16,
                                  "line": {"color": colour("paper"), "width": 2.5}},
    )  # fmt: skip


def words(config: Config) -> tuple[str, str]:
    """The names of the two weights."""
    i, j = pair(config)
    names = tuple(WORDS.values())
    return names[i], names[j]


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The panels of the part chosen."""
    made = {"noise": noise_panels, "race": race_panels, "decay": decay_panels}
    return made[config.part](config)


def noise_panels(config: Config) -> dict[str, go.Figure]:
    """The loss over two weights, the gradients of minibatches, and how they shrink with b."""
    i, j = pair(config)
    across, up = words(config)
    grid = np.linspace(-1.5, 1.5, 61)
    theta = np.tile(held(config), (61, 61, 1))
    theta[..., i], theta[..., j] = np.meshgrid(grid, grid)
    least = theta.reshape(-1, theta.shape[-1])[excess(theta).argmin()]
    empty = [None] * len(SIZES_DRAWN)
    return {
        "plane": fig.panel(
            [fig.contour("loss", grid, grid, np.log10(excess(theta) + 0.01), levels=14),
             fig.head("least", "lowest here", "goal", symbol="star", size=13, x=[least[i]],
                      y=[least[j]], legend=True),
             fig.line("exact", "exact step", "data", width=4),
             fig.line("mini", "a minibatch’s", "model", width=2.5), hold("hand")],
            x=f"Weight of {across.lower()}", y=f"Weight of {up.lower()}", x_range=(-1.5, 1.5),
            y_range=(-1.5, 1.5), legend=True,
            alt="The loss over two weights, the point you hold, and a step downhill by the exact "
            "gradient and by that of a minibatch."),
        "cloud": fig.panel(
            [go.Scatter(uid="dots", name="minibatches", x=[None], y=[None], mode="markers",
                        marker={"color": colour("model", 0.5), "size": 5}, hoverinfo="skip"),
             fig.line("ellipse", "95 %, by theory", "text", width=2),
             fig.head("exact", "exact", "data", symbol="x", size=12, legend=True),
             fig.head("zero", "no slope", "context", symbol="cross-thin-open", size=12, x=[0],
                      y=[0])],
            x=f"Gradient, {across.lower()}", y=f"Gradient, {up.lower()}", x_range=(-3, 3),
            y_range=(-3, 3), legend=True,
            alt="The gradients of minibatches around the exact one, and the ellipse that holds 95 "
            "per cent of a normal cloud with their covariance."),
        "shrink": fig.panel(
            [fig.line("with", "with replacement", "context", dash="dash", x=SIZES_DRAWN, y=empty),
             fig.line("without", "without", "model", x=SIZES_DRAWN, y=empty),
             hold("ring"), fig.head("measured", "measured", "data", symbol="diamond", size=9)],
            x="Batch size b", y="Variance of the gradient", size="small", x_log=True, y_log=True,
            x_range=(0.8, 900), y_range=(1e-3, 100), title="Drag the ring along b",
            alt="The variance of a minibatch's gradient against its size, with replacement "
            "(dashed) and without."),
    }  # fmt: skip


def race_panels(config: Config) -> dict[str, go.Figure]:
    """The loss of each batch size by epoch and by time."""
    half = np.arange(2 * EPOCHS + 1) / 2
    word = "Seconds of training, measured" if config.clock else "Steps"

    def lines(prefix: str, x: np.ndarray) -> list[go.Scatter]:
        return [
            fig.line(f"{prefix}-{b}", f"b = {b}", role, dash=dash, x=x,
                     y=np.full(len(x), np.nan, np.float32))
            for b, (role, dash) in zip(SIZES, RACERS, strict=True)
        ]  # fmt: skip

    return {
        "epochs": fig.panel(
            lines("epoch", half), x="Epoch", y="Loss above its minimum", y_log=True, legend=True,
            x_range=(0, EPOCHS), y_range=(1e-5, 3),
            alt="Loss of four batch sizes against epochs."),
        "seconds": fig.panel(
            lines("second", np.full(len(half), np.nan)), x=word, y="Loss above its minimum",
            y_log=True, x_log=True, legend=True, x_range=(1e-5, 1) if config.clock else (0.8, 2e4),
            y_range=(1e-5, 3), alt=f"The same against time: {word.lower()}."),
        "etas": fig.panel(
            [fig.line("bar", "η", "context", dash="dot", x=list(SIZES), y=[None] * 4),
             fig.head("dot", "η", "text", x=list(SIZES), y=[None] * 4, size=9), hold("ring")],
            x="Batch size b", y="Learning rate η", size="small", x_log=True, y_log=True,
            x_range=(0.6, 900), y_range=(7e-4, 1.5), title="Drag the ring up or down",
            alt="The learning rate of each batch size."),
    }  # fmt: skip


def decay_panels(config: Config) -> dict[str, go.Figure]:
    """The loss under each schedule, with the theory's slopes, and the schedules."""
    steps = observed()
    empty = np.full(len(steps), np.nan, np.float32)
    traces: list[Any] = []
    for k, (role, dash, name) in enumerate(RUNS):
        for edge in ("low", "high"):
            traces.append(
                go.Scatter(
                    uid=f"{edge}-{k}",
                    x=steps,
                    y=empty,
                    mode="lines",
                    line={"width": 0},
                    showlegend=False,
                    hoverinfo="skip",
                    fill="tonexty" if edge == "high" else None,
                    fillcolor=colour(role, 0.12),
                )
            )
        traces.append(fig.line(f"mean-{k}", name, role, dash=dash, x=steps, y=empty))
    for power, scale, word in ((0.5, 2.0, "1/√t"), (1.0, 0.4, "1/t")):
        traces.append(
            go.Scatter(
                uid=f"slope-{power * 10:.0f}",
                x=steps[[0, -1]],
                y=scale * steps[[0, -1]] ** -power,
                mode="lines+text",
                text=["", word],
                textposition="bottom left" if power == 1 else "top left",
                showlegend=False,
                hoverinfo="skip",
                textfont={"color": colour("context"), "size": 13},
                line={"color": colour("context"), "width": 1.2, "dash": "dot"},
            )
        )
    return {
        "gap": fig.panel(
            traces, x="Step t", y="Loss above its minimum", x_log=True, y_log=True, legend=True,
            x_range=(1, 3000), y_range=(1e-6, 3),
            alt="Loss above its minimum under three schedules, the mean of sixteen runs with a "
            "band from the second lowest to the second highest; dotted, the slopes of the theory."),
        "pace": fig.panel(
            [*(fig.line(f"eta-{k}", RUNS[k][2], RUNS[k][0], dash=RUNS[k][1], x=steps, y=empty,
                        legend=False) for k in range(3)), hold("ring")],
            x="Step t", y="Learning rate η", x_log=True, y_log=True, x_range=(1, 3000),
            y_range=(1e-4, 1.5), title="Drag the ring up or down",
            alt="The learning rate of each schedule."),
    }  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame moves; an answer about a training has its learning rates only."""
    if config.part == "noise":
        return draw_noise(config, frame)
    if config.part == "race":
        made: dict[str, Patch] = {
            "etas": {"traces": {"bar": {"y": frame["etas"]}, "dot": {"y": frame["etas"]},
                                "ring": {"x": [1], "y": [config.lr]}}}}  # fmt: skip
        if "excess" in frame.values:
            rows = list(zip(SIZES, frame["excess"], frame["clock"], strict=True))
            made["epochs"] = {"traces": {f"epoch-{b}": {"y": y} for b, y, _ in rows}}
            made["seconds"] = {
                "traces": {
                    f"second-{b}": {"x": np.where(x > 0, x, np.nan), "y": y} for b, y, x in rows
                }
            }  # a log axis has no 0; fmt: skip
        return made
    traces: dict[str, Any] = {f"eta-{k}": {"y": row} for k, row in enumerate(frame["eta"])}
    paced: dict[str, Patch] = {"pace": {"traces": traces | {"ring": {"x": [1], "y": [config.lr]}}}}
    if "mean" in frame.values:
        paced["gap"] = {"traces": {f"{kind}-{k}": {"y": row} for kind in ("mean", "low", "high")
                                  for k, row in enumerate(frame[kind])}}  # fmt: skip
    return paced


def draw_noise(config: Config, frame: Frame) -> dict[str, Patch]:
    """The point held, the minibatches so far, and the ellipse."""
    x, y = config.w_across, config.w_up
    last = frame["drawn"][frame.step - 1]
    exact = frame["exact"]
    along, mini = (np.array([[x, y], [x - STRIDE * g[0], y - STRIDE * g[1]]]).T
                   for g in (exact, last))  # fmt: skip
    left = (COUNT - SIZES_DRAWN) / (COUNT - 1)
    curve = float(frame["spread"]) / SIZES_DRAWN
    return {
        "plane": {"traces": {"exact": {"x": along[0], "y": along[1]},
                             "mini": {"x": mini[0], "y": mini[1]},
                             "hand": {"x": [x], "y": [y]}}},
        "cloud": {"traces": {"dots": {"x": frame["drawn"][:, 0], "y": frame["drawn"][:, 1]},
                             "ellipse": {"x": frame["ellipse"][0], "y": frame["ellipse"][1]},
                             "exact": {"x": exact[:1], "y": exact[1:]}}},
        "shrink": {"traces": {"with": {"y": curve.astype(np.float32)},
                              "without": {"y": (curve * left).clip(1e-9).astype(np.float32)},
                              "ring": {"x": [config.batch], "y": [max(frame["expected"], 1.3e-3)]},
                              "measured": {"x": [config.batch],
                                           "y": [max(frame["error"], 1.1e-3)]}}},
    }  # fmt: skip
