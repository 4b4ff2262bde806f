"""The pictures of one line: points, plane, losses, minibatches, residuals."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, Points, figures
from labcore.figures import at
from labcore.linear.linear_regression.config import WORDS, Config
from labcore.linear.linear_regression.lesson import (
    cost,
    examples,
    last_step,
    lowest,
)
from labcore.linear.linear_regression.likelihood import (
    BEST,
    likelihood_panels,
    likelihood_patches,
)
from labcore.linear.linear_regression.network import network_panels, network_patches
from labcore.linear.linear_regression.robust import LOSSES, level_lines
from labcore.palette import colour

GRABS = (
    Grab("made", "mine", "x1", "y1", "Your point", anywhere=False),
    Points("own", "marks", "points", "Point"),
    Grab("plane", "start", "w0", "b0", "Start of the descent"),
)
VIEWS = {
    "Fit": ("made", "own", "houses", "plane", "loss", "loader"),
    "Likelihood": ("made", "own", "houses", "residuals", "costs", "same"),
    "Network": ("net", "weights", "many", "told"),
}
REACH = 5.0


@functools.lru_cache(maxsize=16)
def levels(config: Config) -> np.ndarray:
    """Level lines of the loss over (w, b), which stand still while a run plays: (2, K)."""
    here, best = examples(config), lowest(config)[LOSSES.index(config.loss)]
    return level_lines(here.X[:, 0], here.y, best, lambda r: cost(r, config.loss))


def frame_of(config: Config) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ranges of x and y."""
    if config.data == "made":
        ends = np.array([config.centre - 3, config.centre + 3])
        line = config.w * ends + config.b
        low, high = min(line.min(), config.y1) - 2, max(line.max(), config.y1) + 2
        low, high = min(low, -6.0), max(high, 9.0)
        return (min(ends[0], config.x1 - 0.5), max(ends[1], config.x1 + 0.5)), (low, high)
    if config.data == "own":
        return (-4.0, 4.0), (-9.0, 9.0)
    x, y = examples(config).X[:, 0], examples(config).y
    return (x.min() - 0.4, x.max() + 0.4), (y.min() - 0.4, y.max() + 0.4)


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still."""
    here = examples(config)
    last = last_step(config, len(here.y))
    x_range, y_range = frame_of(config)
    size = 7 if len(here.y) <= 120 else 4
    hand = {
        "made": [figures.head("mine", "yours", "own", symbol="diamond", size=16, legend=True)],
        "own": [figures.head("marks", "yours", "own", size=12, legend=True)],
        "houses": [],
    }[config.data]
    titles = ("x", "y")
    if config.data == "houses":
        titles = (f"{WORDS[config.feature]}, standardised", "Log price, standardised")
    start_loss = max(float(first["loss"]), 1.0)
    return {
        config.data: figures.panel(
            [figures.line("stems", "residuals", "model", width=1, opacity=0.5, legend=False),
             figures.head("points", "data", "data", size=size,
                          legend=config.data != "own"),
             go.Scatter(uid="batch", name="minibatch", x=(), y=(), mode="markers", hoverinfo="skip",
                        showlegend=False,
                        marker={"symbol": "circle-open", "size": 15, "color": colour("model"),
                                "line": {"width": 2}}),
             *[figures.line(f"best.{loss}", loss if loss != "huber" else "Huber",
                            role, dash=dash, width=2)
               for loss, (role, dash, _) in zip(LOSSES, BEST, strict=True)],
             figures.line("line", "SGD", "model", width=4), *hand],
            x=titles[0], y=titles[1], x_range=x_range, y_range=y_range, legend=True,
            alt="Points, the line that is being fitted with its residuals, and the exact lines of "
            "three losses."),
        "plane": figures.panel(
            [figures.line("levels", "equal loss", "context", width=1, opacity=0.6),
             figures.line("path", "SGD", "model", width=2.5),
             *[figures.head(f"best.{loss}", f"least {loss}", role, symbol=symbol, size=13)
               for loss, (role, _, symbol) in zip(LOSSES, BEST, strict=True)][::-1],
             figures.head("now", "now", "model", size=11),
             figures.ring("start", "start")],
            x="w, the slope", y="b, the height at x = 0", x_range=(-REACH, REACH),
            y_range=(-REACH, REACH), square=True,
            alt="The plane of slope and height with level lines of the loss and the path of SGD."),
        "loss": figures.panel(
            [figures.line("least", "least", "goal", dash="dash", width=2),
             figures.line("losses", "loss", "model")],
            x="Step", y="Mean loss", title="Loss over all points", size="small",
            x_range=(0, last), y_log=True, y_range=(0.4 * max(float(first["least"]), 2e-3),
                                                    2 * start_loss),
            alt="The loss over all points after each step, and the least there is (dashed)."),
        "loader": figures.panel(
            [squares("done", "faint", True), squares("now", "model", True),
             squares("next", "context", False)],
            x="Minibatch of this epoch", y="Place in it", title="Data loader", size="small",
            x_range=(0.3, -(-len(here.y) // config.batch) + 0.7),
            y_range=(min(config.batch, len(here.y)) + 0.7, 0.3),
            alt="The shuffled examples of this epoch as squares; a column is a minibatch."),
        **likelihood_panels(config, first),
        **network_panels(config),
    }  # fmt: skip


def squares(uid: str, role: str, full: bool) -> go.Scatter:
    """Examples on their way through the data loader."""
    return go.Scatter(
        uid=uid, x=(), y=(), mode="markers", showlegend=False, hoverinfo="skip",
        marker={"symbol": "square" if full else "square-open", "size": 7, "color": colour(role),
                "line": {"width": 0 if full else 1}},
    )  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    here = examples(config)
    x, y = here.X[:, 0], here.y
    theta, best = frame["theta"].astype(float), frame["best"].astype(float)
    ends = np.array(frame_of(config)[0]) + np.array([-4, 4])
    data: dict[str, dict[str, Any]] = {
        "stems": stems(x, y, theta) if len(y) <= 120 else at([], []),
        "points": at(x[: len(x) - (config.data == "made")], y[: len(y) - (config.data == "made")])
        if config.data != "own" else at([], []),
        "batch": at(x[frame["batch"]], y[frame["batch"]]) if frame.step else at([], []),
        "line": at(ends, theta[0] * ends + theta[1]),
    }  # fmt: skip
    if config.data == "made":
        data["mine"] = at(config.x1, config.y1)
    if config.data == "own":
        data["marks"] = at(x, y)
    plane: dict[str, dict[str, Any]] = {
        "now": at(*theta), "start": at(config.w0, config.b0),
        "levels": figures.pair(levels(config)),
    }  # fmt: skip
    for loss, line in zip(LOSSES, best, strict=True):
        data[f"best.{loss}"] = at(ends, line[0] * ends + line[1])
        plane[f"best.{loss}"] = at(*line)
    steps = np.arange(frame.step - len(frame["losses"]) + 1, frame.step + 1)
    growing = {"path": figures.pair(np.clip(frame["path"].T, -1e4, 1e4))}
    lost = {"losses": at(steps, frame["losses"])}
    least = {"least": at([0, last_step(config, len(y))], np.maximum([frame["least"]] * 2, 1e-4))}
    return {
        config.data: {"traces": data},
        "loader": {"traces": loaded(config, frame.step, len(y))},
        **likelihood_patches(config, frame),
        **({"plane": {"traces": plane | growing}, "loss": {"traces": least | lost}}
           if "whole" in frame.values else
           {"plane": {"traces": plane, "append": growing},
            "loss": {"traces": least, "append": lost}}),
        **network_patches(config, frame),
    }  # fmt: skip


def stems(x: np.ndarray, y: np.ndarray, theta: np.ndarray) -> dict[str, np.ndarray]:
    """The residuals as upright lines with gaps between."""
    gap = np.full(len(x), np.nan)
    up = np.stack([y, theta[0] * x + theta[1], gap], 1).ravel()
    return {"x": np.stack([x, x, gap], 1).ravel().astype(np.float32),
            "y": np.clip(up, -1e4, 1e4).astype(np.float32)}  # fmt: skip


def loaded(config: Config, step: int, n: int) -> dict[str, dict[str, np.ndarray]]:
    """The examples of the epoch: read before, read now, still to come."""
    batch = min(config.batch, n)
    each = -(-n // batch)
    now = (step - 1) % each if step else -1
    column, row = np.arange(n) // batch, np.arange(n) % batch
    return {name: at(column[on] + 1, row[on] + 1)
            for name, on in (("done", column < now), ("now", column == now),
                             ("next", column > now))}  # fmt: skip
