"""Inside the network: the plane as a hidden layer has bent it, and the gradients of each layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.palette import CATEGORICAL, DASHES, MARKERS, colour, scale
from labcore.start.playground.config import DEEPEST, Config
from labcore.start.playground.points import problem


def space_panel(config: Config, first: Frame) -> go.Figure:
    """Training points and a web over the plane, as the layer looked at has them."""
    data = problem(config)
    layer = min(config.layer, config.depth)
    where = "the features" if layer == 0 else f"hidden layer {layer}"
    x, y = first["web"].T
    return fig.panel(
        [
            fig.line("web", "the plane", "context", width=1, opacity=0.6, x=x, y=y),
            *marks(config, first),
        ],
        x=f"First main direction of {where}", y="Second main direction", square=True,
        title=f"The plane as {where} {'have' if layer == 0 else 'has'} it",
        x_range=(-1.35, 1.35), y_range=(-1.35, 1.35),
        alt=f"Training points and a web of lines over the plane in the two main directions of "
        f"{where}, by principal components. "
        + ("Where the classes lie apart, one straight cut is enough for the next layer."
           if data.classes else ""),
    )  # fmt: skip


def marks(config: Config, first: Frame) -> list[go.Scatter]:
    """The training points in that space."""
    data = problem(config)
    if not data.classes:
        x, y = first["space"].T
        return [go.Scatter(
            uid="at", x=x, y=y, mode="markers", hoverinfo="skip", showlegend=False,
            marker={"color": np.clip(data.y[: data.train], -1, 1), "cmin": -1, "cmax": 1, "size": 7,
                    "colorscale": scale("signed"), "line": {"color": colour("text"), "width": 1}},
        )]  # fmt: skip
    return [
        fig.head(f"at.c{number}", data.names[number], CATEGORICAL[number], size=7,
                 symbol=MARKERS[number]).update(place)
        for number, place in enumerate(by_class(config, first))
    ]  # fmt: skip


def by_class(config: Config, frame: Frame) -> list[dict[str, np.ndarray]]:
    """Places of the training points of each class."""
    data = problem(config)
    y = data.y[: data.train]
    return [fig.pair(frame["space"][y == number].T) for number in range(data.classes)]


def draw_space(config: Config, frame: Frame) -> Patch:
    """Where the points and the web are now."""
    traces: dict[str, Any] = {"web": fig.pair(frame["web"].T)}
    if problem(config).classes:
        traces |= {f"at.c{n}": place for n, place in enumerate(by_class(config, frame))}
    else:
        traces["at"] = fig.pair(frame["space"].T)
    return {"traces": traces}


ROLES = ("model", "data", "goal", "own", "sky", "text", "context")


def gradient_panel(config: Config) -> go.Figure:
    """The norm of each layer's gradient, by epoch."""
    return fig.panel(
        [
            fig.line(f"gradient.l{number}", name_of(config, number), ROLES[number],
                     dash=DASHES[number % len(DASHES)], width=2)
            for number in range(config.depth + 1)
        ],
        x="Epoch", y="Norm of the gradient of W", legend=True,
        x_range=(0, 1.02 * config.epochs), y_range=(1e-5, 10), y_log=True,
        alt="For each layer of weights the Euclidean norm of its gradient in the last step of an "
        "epoch, logarithmic. Lines that fall apart show that early layers hardly learn.",
    )  # fmt: skip


def name_of(config: Config, number: int) -> str:
    """What a layer of weights leads to."""
    assert number <= DEEPEST
    return "output" if number == config.depth else f"layer {number + 1}"


def draw_gradient(config: Config, frame: Frame) -> Patch:
    """One more point on each line."""
    norms = np.clip(frame["gradient"], 1e-9, 1e9)
    return {
        "append": {
            f"gradient.l{number}": fig.at(frame.step, norms[number])
            for number in range(config.depth + 1)
        }
    }
