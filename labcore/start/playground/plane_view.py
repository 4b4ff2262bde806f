"""The plane: the points, and what the network, or one neuron of it, says of every place."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.palette import CATEGORICAL, MARKERS, colour, scale
from labcore.start.playground.config import CELLS, Config
from labcore.start.playground.descent import beginner
from labcore.start.playground.look import SIDE, STEPS
from labcore.start.playground.network_view import looked_at
from labcore.start.playground.points import REACH, Problem, painted, problem

ROLES = CATEGORICAL
SYMBOLS = MARKERS
TONES = 0.62
"""How strong a class's colour is where the network is sure."""


def plane_name(config: Config) -> str:
    """The canvas can be painted on."""
    return "canvas" if config.data == "own" else "plane"


def tones(classes: int) -> list[list[float | str]]:
    """A scale for `regions`: for each class from nearly paper to its colour."""
    last = classes * STEPS - 1
    found: list[list[float | str]] = []
    for i in range(classes * STEPS):
        tone = colour(ROLES[i // STEPS], TONES * (0.12 + 0.88 * (i % STEPS) / (STEPS - 1)))
        found += [[max(0.0, (i - 0.5) / last), tone], [min(1.0, (i + 0.5) / last), tone]]
    return found


def at(config: Config, x: np.ndarray) -> np.ndarray:
    """Places of the plane (n, 2) in the panel's units: on the canvas, columns and rows."""
    if plane_name(config) == "plane":
        return np.asarray(x, np.float32).T
    cells = (np.asarray(x, np.float32).T + REACH) * (CELLS / (2 * REACH)) - 0.5
    return np.stack([cells[0], CELLS - 1 - cells[1]])


def axis(config: Config) -> np.ndarray:
    """The middles of the field's cells along one side."""
    return ((np.arange(SIDE) + 0.5) * (2 * REACH / SIDE) - REACH).astype(np.float32)


def fields(config: Config, data: Problem, values: Any) -> list[go.Heatmap]:
    """The signed field, and above it the regions of three classes and more."""
    x, y = at(config, np.stack([axis(config)] * 2, 1))
    found = [fig.field("field", x, y, values["field"], colours="signed").update(
        zsmooth="fast", opacity=strength(config, data))]  # fmt: skip
    if data.classes > 2:
        heat = go.Heatmap(
            uid="regions", x=x, y=y, z=values["regions"], zmin=0, zmax=data.classes * STEPS - 1,
            colorscale=tones(data.classes), showscale=False, hoverinfo="skip", zsmooth=False,
            opacity=float(shows_output(config)),
        )  # fmt: skip
        found.append(heat)
    return found


def strength(config: Config, data: Problem) -> float:
    """The signed field is paler than the points on it, and makes way for regions."""
    return 0.0 if data.classes > 2 and shows_output(config) else 0.55


def shows_output(config: Config) -> bool:
    """Whether the unit looked at is an output."""
    return config.layer > config.depth


def dots(config: Config, data: Problem, which: str) -> list[go.Scatter]:
    """Points by class; those of the test are hollow."""
    part = slice(None, data.train) if which == "train" else slice(data.train, None)
    x, y = data.x[part], data.y[part]
    shown = config.points in (which, "both")
    hollow = which == "test"
    if not data.classes:
        place = at(config, x)
        return [
            go.Scatter(
                uid=which, name=f"{which}ing points" if which == "train" else "test points",
                x=place[0], y=place[1], mode="markers", visible=shown, hoverinfo="skip",
                marker={"color": np.clip(y, -1, 1), "cmin": -1, "cmax": 1, "size": 7,
                        "colorscale": scale("signed"), "symbol": "diamond" if hollow else "circle",
                        "line": {"color": colour("text"), "width": 1.0}},
            )
        ]  # fmt: skip
    found = []
    for number in range(data.classes):
        place = at(config, x[y == number])
        role, symbol = ROLES[number], SYMBOLS[number]
        looks: dict[str, Any] = {"size": 7, "symbol": symbol, "color": colour(role),
                                 "line": {"color": colour("paper"), "width": 1}}  # fmt: skip
        if hollow:
            looks |= {"symbol": f"{symbol}-open", "line": {"color": colour(role), "width": 1.8}}
        found.append(
            go.Scatter(uid=f"{which}.c{number}", name=data.names[number], x=place[0], y=place[1],
                       mode="markers", visible=shown, hoverinfo="skip", marker=looks)
        )  # fmt: skip
    return found


def caption(config: Config, data: Problem) -> str:
    """Whose answer the plane shows, and what the colours say."""
    layer, unit = looked_at(config, beginner(config, data).shape)
    if layer == 0:
        return f"Feature {unit + 1}: blue below 0, orange above"
    if layer <= config.depth:
        return f"Neuron {unit + 1} of layer {layer}: blue below 0, orange above"
    if data.classes > 2:
        return "The output: the likeliest class"
    return "The output: " + ("the likelier class" if data.classes else "blue low, orange high")


def above(config: Config) -> dict[str, Any]:
    """Where that stands."""
    return fig.at(-0.5, -0.5) if plane_name(config) == "canvas" else fig.at(-REACH, REACH)


def titles(config: Config, data: Problem) -> tuple[str, str]:
    """Of the axes; columns of a table are stretched to fit the plane."""
    end = ", scaled" if config.data in ("wine", "table") and data.axes[0] != "x₁" else ""
    return data.axes[0] + end, data.axes[1] + end


def plane_panel(config: Config, first: Frame) -> go.Figure:
    """The large picture."""
    data = problem(config)
    said = (
        "blue where it predicts low values, orange where high ones"
        if not data.classes
        else "each class in its colour, stronger where the network is surer"
    )
    canvas = plane_name(config) == "canvas"
    across, up = titles(config, data)
    figure = fig.panel(
        [*fields(config, data, first.values), *dots(config, data, "train"),
         *dots(config, data, "test"),
         fig.words("caption", place="top right", text=[caption(config, data)], **above(config))],
        x=across, y=up, square=True,
        x_range=(-0.5, CELLS - 0.5) if canvas else (-REACH, REACH),
        y_range=(CELLS - 0.5, -0.5) if canvas else (-REACH, REACH),
        alt=f"The plane, {said}. Points: {spoken(data)}; training points are filled, test points "
        "hollow.",
    )  # fmt: skip
    figure.layout.margin.t = 34
    if canvas:
        ticks = np.arange(-2, 3)
        names = [f"{t}".replace("-", "−") for t in ticks]
        where = (ticks + REACH) * (CELLS / (2 * REACH)) - 0.5
        figure.update_xaxes(tickvals=where, ticktext=names)
        figure.update_yaxes(tickvals=CELLS - 1 - where, ticktext=names)
    return figure


def spoken(data: Problem) -> str:
    """Classes with their shapes."""
    if not data.classes:
        return "coloured by their value"
    return ", ".join(
        f"{name} {SYMBOLS[i].replace('triangle-up', 'triangle')}s"
        for i, name in enumerate(data.names)
    )


def draw_plane(config: Config, frame: Frame) -> Patch:
    """The fields; in an answer also what a brush has painted, and which field is in front."""
    traces: dict[str, dict[str, Any]] = {"field": {"z": frame["field"]}}
    if "regions" in frame.values:
        traces["regions"] = {"z": frame["regions"]}
    if "held" in frame.values:
        traces["caption"] = {"text": [caption(config, problem(config))]}
        if "regions" in traces:
            traces["field"]["opacity"] = strength(config, problem(config))
            traces["regions"]["opacity"] = float(shows_output(config))
        if config.data == "own":
            traces |= fresh_paint(config)
    return {"traces": traces}


def fresh_paint(config: Config) -> dict[str, dict[str, Any]]:
    """All painted cells as points, so that the brush is seen at once."""
    x, y = painted(config.own)
    found: dict[str, dict[str, Any]] = {}
    for number in range(problem(config).classes):
        place = at(config, x[y == number])
        found[f"train.c{number}"] = {"x": place[0], "y": place[1]}
        found[f"test.c{number}"] = {"x": place[0][:0], "y": place[1][:0]}
    return found
