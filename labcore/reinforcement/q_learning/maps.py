"""Panels that show the world: values, visits, error, and the one to play in."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, format_number
from labcore import figures as fig
from labcore.palette import colour
from labcore.reinforcement.q_learning.board import board, way_traces
from labcore.reinforcement.q_learning.config import NAMES, Config
from labcore.reinforcement.q_learning.inside import gaps, visited
from labcore.reinforcement.q_learning.picture import (
    arrows,
    ground,
    letters,
    raster,
    reach,
    shades,
    surprises,
)
from labcore.reinforcement.q_learning.worlds import place


def main_name(config: Config) -> str:
    """The learner's own grid can be painted; Gymnasium's maps can not."""
    return "grid" if config.world == "own" else "map"


def values_panel(config: Config, first: Frame) -> go.Figure:
    """The values of all actions, the greedy ones, and the agent on its way."""
    home = place(config)
    x, y, _ = raster(home)
    full = reach(home, config.gamma)
    text = [format_number(at) for at in (full, full / 2, 0, -full / 2, -full)]
    heat = fig.field("q", x, y, shades(config, first["q"]), colours="signed",
                     bar="Q: what an action is expected to bring",
                     ticks=(255, 191.5, 128, 64, 0),
                     labels=[f"≥ {text[0]}", *text[1:4], f"≤ {text[4]}"])  # fmt: skip
    names = [*home.actions]
    hover = "<br>".join(f"{name} %{{customdata[{a}]:.3g}}" for a, name in enumerate(names))
    columns = home.shape[1]
    cell = np.arange(home.shape[0] * columns)
    spots = go.Scatter(
        uid="hover", x=cell % columns, y=cell // columns, mode="markers", customdata=first["q"],
        marker={"size": 1, "opacity": 0}, hovertemplate=f"{hover}<extra></extra>",
    )  # fmt: skip
    return board(
        config,
        [
            heat,
            spots,
            surprise_trace(config, first),
            *way_traces(first),
            arrow_trace(config, first),
        ],
        first,
        title="",
        alt=f"The world of {NAMES[config.agent]}. Each cell has a triangle for each direction, "
        "orange where that action is expected to bring reward, blue where it costs; arrows are "
        "the greedy actions, a line is the agent’s way in the last episode, a ring shows where "
        "a value moved.",
    )


def surprise_trace(config: Config, first: Frame) -> go.Scatter:
    """Rings: the TD error."""
    given = surprises(config, first["news"])
    return go.Scatter(
        uid="news", x=given["x"], y=given["y"], mode="markers", hoverinfo="skip",
        marker={"symbol": "circle-open", "size": given["marker.size"], "opacity": 0.75,
                "color": colour("error"), "line": {"width": 2, "color": colour("error")}},
    )  # fmt: skip


def arrow_trace(config: Config, first: Frame) -> go.Scatter:
    """Arrow heads in the triangles of the greedy actions."""
    given = arrows(config, first["q"], first["visits"])
    size = 11 if place(config).shape[1] <= 10 else 8
    return go.Scatter(
        uid="arrows", x=given["x"], y=given["y"], mode="markers", hoverinfo="skip",
        marker={"symbol": given["marker.symbol"], "size": size, "color": colour("text"),
                "line": {"color": colour("paper"), "width": 1}},
    )  # fmt: skip


def map_patches(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame of a run moves on these panels."""
    x, y = frame["trail"].T
    way: dict[str, Any] = {"way": {"x": x, "y": y}, "agent": {"x": x[-1:], "y": y[-1:]}}
    still: dict[str, Any] = {
        "ground": {"z": ground(place(config))},
        "letters": letters(config, int(frame["layer"])),
    }
    return {
        main_name(config): {
            "traces": {
                "q": {"z": shades(config, frame["q"])},
                "hover": {"customdata": frame["q"]},
                "arrows": arrows(config, frame["q"], frame["visits"]),
                "news": surprises(config, frame["news"]),
                **way,
                **still,
            }
        },
        "visits": {"traces": {"visits": {"z": visited(config, frame["visits"])}, **way, **still}},
        "gap": {"traces": {"gap": {"z": gaps(config, frame["gap"])}, **still}},
    }
