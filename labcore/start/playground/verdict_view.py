"""What the network gets wrong on points it has never seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.palette import colour
from labcore.start.playground.config import Config
from labcore.start.playground.course_view import is_regression
from labcore.start.playground.points import problem


def verdict_panel(config: Config, first: Frame) -> go.Figure:
    """The confusion matrix, or predicted against true values."""
    if is_regression(config):
        return fit_panel(config, first)
    data = problem(config)
    at = np.arange(data.classes)
    grid = np.meshgrid(at, at)
    figure = fig.panel(
        [
            fig.field("told", at, at, shares(first), colours="loss"),
            go.Scatter(
                uid="counts", x=grid[0].ravel(), y=grid[1].ravel(), mode="text", hoverinfo="skip",
                text=[str(n) for n in first["told"].ravel()], showlegend=False,
                textfont={"size": 18, "color": colour("text")},
            ),
        ],
        x="What the network says", y="What it is", square=True,
        x_range=(-0.5, data.classes - 0.5), y_range=(data.classes - 0.5, -0.5),
        title="Test points",
        alt="Confusion matrix of the test points: rows are their classes, columns what the first "
        "network says, cells how many. The diagonal is right.",
    )  # fmt: skip
    ticks = {"tickvals": at, "ticktext": list(data.names), "ticks": ""}
    return figure.update_xaxes(**ticks).update_yaxes(**ticks)


def shares(frame: Frame) -> np.ndarray:
    """The share of each class that is told each name, as bytes."""
    told = frame["told"].astype(float)
    return fig.quantize(told / np.maximum(told.sum(1, keepdims=True), 1), 0, 1)


def fit_panel(config: Config, first: Frame) -> go.Figure:
    """Predicted against true values."""
    data = problem(config)
    y = data.y[data.train :]
    low, high = fig.span(y, keep=1.0)
    return fig.panel(
        [
            fig.line("right", "right", "goal", dash="dash", x=[low, high], y=[low, high]),
            fig.head("predicted", "test points", "model", size=7, x=y, y=first["predicted"]),
        ],
        x="True value", y="Predicted value", square=True, x_range=(low, high), y_range=(low, high),
        title="Test points",
        alt="Test points by their true and their predicted value; on the dashed line all is right.",
    )  # fmt: skip


def draw_verdict(config: Config, frame: Frame) -> Patch:
    """The counts, or the predictions, of this frame."""
    traces: dict[str, dict[str, Any]] = {}
    if "told" in frame.values:
        traces["told"] = {"z": shares(frame)}
        traces["counts"] = {"text": [str(n) for n in frame["told"].ravel()]}
    else:
        y = problem(config).y
        traces["predicted"] = fig.at(y[-len(frame["predicted"]) :], frame["predicted"])
    return {"traces": traces}
