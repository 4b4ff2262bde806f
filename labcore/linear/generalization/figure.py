"""The pictures of the lab on generalization."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, figures
from labcore.figures import at
from labcore.linear.generalization.config import DEGREES, EPOCHS, FOLDED, Config
from labcore.linear.generalization.fits import WIDTHS
from labcore.linear.generalization.lesson import COUNTS
from labcore.linear.generalization.worlds import GRID, draw_sample, sample, truth
from labcore.palette import colour

GRABS = (Grab("data", "mine", "x1", "y1", "Your point", anywhere=False),)
FLOOR = 1e-4
"""Errors below are drawn here."""
AXES = {
    "degree": ("Degree", (-0.5, DEGREES + 0.5), False),
    "folds": ("Degree", (-0.5, FOLDED + 0.5), False),
    "size": ("Training points", (3.5, float(COUNTS[-1]) + 4), False),
    "stop": ("Epoch", (0.9, EPOCHS * 1.15), True),
    "double": ("Features", (0.9, float(WIDTHS[-1]) * 1.1), True),
}
TOPS = {"degree": 1e2, "folds": 1e3, "size": 1e2, "stop": 3.0, "double": 1e5}


def handed(config: Config) -> bool:
    """Whether there is a point of the learner's."""
    return config.data != "crash" and config.part != "size"


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The sample with its fit, errors along the axis of the part, and what goes with it."""
    x, x_range, log = AXES[config.part]
    lines: list[Any] = [
        figures.head("train", "training", "data", size=8, legend=True),
        go.Scatter(uid="held", name="unseen", x=(), y=(), mode="markers", hoverinfo="skip",
                   marker={"symbol": "square-open", "size": 6, "color": colour("context"),
                           "line": {"width": 1.3}}),
        figures.line("fit", "fit", "model", width=3),
    ]  # fmt: skip
    if config.data != "crash":
        lines.insert(0, figures.line("truth", "truth", "goal", dash="dot", width=2, x=GRID,
                                     y=truth(config.data, GRID)))  # fmt: skip
    if config.part == "folds":
        lines.append(go.Scatter(uid="out", name="fold held out", x=(), y=(), mode="markers",
                                hoverinfo="skip",
                                marker={"symbol": "diamond", "size": 12,
                                        "color": colour("sky")}))  # fmt: skip
    if handed(config):
        lines.append(figures.head("mine", "yours", "own", symbol="diamond", size=16, legend=True))
    crash = config.data == "crash"
    picture = figures.panel(
        lines, x="Time after the crash, from first to last" if crash else "x",
        y="Acceleration, standardised" if crash else "y", x_range=(-1.05, 1.05),
        y_range=(-2.9, 2.9), legend=True,
        alt="Training points, points held out, and the fit at this place of the time line.",
    )  # fmt: skip
    curves: list[Any] = [
        figures.line("train", "training", "data", width=2),
        figures.line("held", "unseen", "model"),
        figures.line("noise", "σ²", "context", dash="dot", width=1.5),
        figures.head("now.train", "now", "data", size=10),
        figures.head("now.held", "now", "model", symbol="square", size=11),
        figures.head("best", "lowest", "goal", symbol="star", size=14, legend=True),
    ]
    more: dict[str, go.Figure] = {}
    if config.part == "degree":
        more["others"] = figures.panel(
            [figures.line("others", "fits", "model", width=1.2, opacity=0.7)],
            x="x",
            y="y",
            title="Eight other samples",
            size="small",
            x_range=(-1.05, 1.05),
            y_range=(-2.9, 2.9),
            alt="The same degree fitted to eight other samples.",
        )
    if config.part == "folds":
        curves = [
            figures.head("scores", "each fold", "sky", symbol="diamond", size=6, legend=True),
            figures.line("mean", "their mean", "model"),
            figures.line("bars", "± one standard error", "model", width=1.2, legend=False),
            figures.line("held", "unseen", "context", dash="dot", width=2),
            figures.head("best", "lowest mean", "goal", symbol="star", size=14, legend=True),
        ]
        more["dealt"] = figures.panel(
            [fold_marks("rest", "data", "square"), fold_marks("lit", "sky", "diamond")],
            x="Training point",
            y="Fold held out",
            title="Each fold once",
            size="small",
            x_range=(0, config.n + 2),
            y_range=(config.folds + 0.6, 0.4),
            alt="Which points each fold holds out (diamonds) and which it trains on.",
        )
    if config.part == "size":
        curves.insert(0, figures.area("band", "80 % of samples", "model", 0.15, width=0,
                                      legend=True))  # fmt: skip
    if config.part == "stop":
        curves += [figures.line("stop", "patience ends", "text", dash="dot", width=2),
                   figures.line("kept", "kept", "goal", dash="dash", width=2)]  # fmt: skip
    if config.part == "double":
        curves.append(
            figures.line("points", "as many as points", "context", dash="dash", width=1.5)
        )
    if config.part in ("stop", "double"):
        more["size"] = figures.panel(
            [
                figures.line("size", "length", "model"),
                figures.head("now", "now", "model", symbol="square"),
            ],
            x=x,
            y="‖θ‖",
            title="Length of the weights",
            size="small",
            x_range=x_range,
            x_log=log,
            y_log=True,
            y_range=(0.1, 100 if config.part == "stop" else 1e6),
            alt="The length of the weights along the same axis.",
        )
    return {
        "data" if handed(config) else "sample": picture,
        "errors": figures.panel(
            curves, x=x, y="Mean squared error", x_range=x_range, x_log=log, y_log=True,
            y_range=(1e-3 if config.part in ("stop", "size") else FLOOR, TOPS[config.part]),
            legend=True,
            alt=f"Errors on training points and on unseen ones, by {x.lower()}."),
        **more,
    }  # fmt: skip


def fold_marks(uid: str, role: str, symbol: str) -> go.Scatter:
    """Small marks in the strip of folds."""
    return go.Scatter(uid=uid, x=(), y=(), mode="markers", showlegend=False, hoverinfo="skip",
                      marker={"symbol": symbol, "size": 7 if symbol == "diamond" else 4,
                              "color": colour(role, 0.9 if symbol == "diamond" else 0.4)},
                      )  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    name = "data" if handed(config) else "sample"
    if config.part == "size":
        n = int(COUNTS[frame.step])
        points = draw_sample(config, "size/0", int(COUNTS[-1]))
        points = points._replace(x=points.x[:n], y=points.y[:n])
    else:
        points = sample(config)
    traces: dict[str, dict[str, Any]] = {
        "train": at(points.x, points.y), "held": at(points.held_x, points.held_y),
        "fit": at(GRID, np.clip(frame["fit"], -50, 50)),
    }  # fmt: skip
    if handed(config):
        traces["mine"] = at(points.x[-1:], points.y[-1:]) if config.shuffled else at(
            config.x1, config.y1)  # fmt: skip
    if config.part == "folds":
        j = frame.step % config.folds
        out = frame["fold"] == j
        traces["train"] = at(points.x[~out], points.y[~out])
        traces["out"] = at(points.x[out], points.y[out])
        errors, dealt = folded(config, frame), strip(config, frame)
        return {name: {"traces": traces}, "errors": {"traces": errors}, "dealt": {"traces": dealt}}
    patches: dict[str, Patch] = {
        name: {"traces": traces},
        "errors": {"traces": measured(config, frame, len(points.x))},
    }
    if config.part == "degree":
        wild = np.clip(frame["others"], -50, 50)
        gaps = np.hstack([wild, np.full((len(wild), 1), np.nan, np.float32)])
        across = np.tile(np.append(GRID[::2], np.nan).astype(np.float32), len(wild))
        patches["others"] = {"traces": {"others": {"x": across, "y": gaps.ravel()}}}
    if config.part in ("stop", "double"):
        x, size = frame["axis"], np.maximum(frame["size"], 1e-6)
        patches["size"] = {"traces": {"size": at(x, size), "now": at(x[frame.step],
                                                                    size[frame.step])}}  # fmt: skip
    return patches


def measured(config: Config, frame: Frame, n: int) -> dict[str, dict[str, Any]]:
    """The errors along the axis, and where the time line stands."""
    x, i = frame["axis"], frame.step
    train, held = np.maximum(frame["train"], FLOOR), np.clip(frame["held"], FLOOR, 1e30)
    best = int(np.argmin(held))
    ends = AXES[config.part][1]
    noisy = config.noise**2 if config.data != "crash" else np.nan
    made: dict[str, dict[str, Any]] = {
        "train": at(x, train), "held": at(x, held), "noise": at(ends, [max(noisy, FLOOR)] * 2),
        "now.train": at(x[i], train[i]), "now.held": at(x[i], held[i]),
        "best": at(x[best], held[best]),
    }  # fmt: skip
    tall = np.array([FLOOR, TOPS[config.part]])
    if config.part == "size":
        low, high = np.clip(frame["spread"], FLOOR, 1e6)
        made["band"] = at(np.r_[x, x[::-1]], np.r_[low, high[::-1]])
    if config.part == "stop":
        made["stop"] = at([frame["stop"]] * 2, tall)
        made["kept"] = at([frame["best"]] * 2, tall)
    if config.part == "double":
        made["points"] = at([n] * 2, tall)
    return made


def folded(config: Config, frame: Frame) -> dict[str, dict[str, Any]]:
    """Scores gathered so far."""
    scores = np.clip(frame["scores"].astype(float), FLOOR, 1e6)
    degree = np.arange(len(scores))
    done = np.isfinite(scores).all(1)
    mean = np.where(done, scores.mean(1), np.nan)
    error = np.where(done, scores.std(1, ddof=1) / np.sqrt(config.folds), np.nan)
    gap = np.full(len(mean), np.nan)
    low = np.maximum(mean - error, FLOOR)
    best = int(np.nanargmin(mean)) if done.any() else 0
    return {
        "scores": at(np.repeat(degree, config.folds), scores.ravel()), "mean": at(degree, mean),
        "bars": at(np.repeat(degree, 3), np.stack([low, mean + error, gap], 1).ravel()),
        "held": at(frame["axis"], np.maximum(frame["held"], FLOOR)),
        "best": at(best, mean[best] if done.any() else np.nan),
    }  # fmt: skip


def strip(config: Config, frame: Frame) -> dict[str, dict[str, Any]]:
    """Points by fold: those held out until now."""
    now = frame.step % config.folds
    place, fold = np.arange(len(frame["fold"])) + 1, frame["fold"]
    rows = np.arange(config.folds)
    lit = (fold[None] == rows[:, None]) & (rows[:, None] <= now)
    rest = (fold[None] != rows[:, None]) & (rows[:, None] <= now)
    return {name: at(np.broadcast_to(place, on.shape)[on],
                     np.broadcast_to(rows[:, None] + 1, on.shape)[on])
            for name, on in (("lit", lit), ("rest", rest))}  # fmt: skip
