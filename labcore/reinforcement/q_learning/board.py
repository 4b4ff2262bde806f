"""The cells of a world, under whatever is shown on them: lines, walls, letters, the agent's way."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame
from labcore import figures as fig
from labcore.palette import colour
from labcore.reinforcement.q_learning.config import Config
from labcore.reinforcement.q_learning.picture import CORE, ground, ground_scale, letters
from labcore.reinforcement.q_learning.worlds import STAY, Place, place


def board(
    config: Config,
    traces: list[Any],
    first: Frame,
    *,
    alt: str,
    title: str,
    bare: bool = False,
    plate: bool = False,
) -> go.Figure:
    """A panel over the cells of the world, row 1 on top, with its walls and letters.

    bare: without triangles; plate: letters stand on plates, as what is under them may be dark.
    """
    home = place(config)
    rows, columns = home.shape
    under = go.Heatmap(
        uid="ground", z=ground(home), zmin=0, zmax=3, colorscale=ground_scale(), showscale=False,
        hoverinfo="skip", xgap=1, ygap=1,
    )  # fmt: skip
    names = go.Scatter(
        uid="letters", **letters(config, int(first["layer"])), hoverinfo="skip",
        mode="markers+text" if plate else "text", textposition="middle center",
        textfont={"size": 14, "color": colour("text")},
        marker={"symbol": "square", "size": 20, "color": colour("paper", 0.8)},
    )  # fmt: skip
    bars = lines([(c + 0.5, r - 0.5, c + 0.5, r + 0.5) for c, r in home.bars])
    wall = go.Scatter(uid="bars", **bars, mode="lines", hoverinfo="skip",
                      line={"color": colour("context"), "width": 5})  # fmt: skip
    edge = lines([
        (-0.5, -0.5, columns - 0.5, -0.5), (columns - 0.5, -0.5, columns - 0.5, rows - 0.5),
        (columns - 0.5, rows - 0.5, -0.5, rows - 0.5), (-0.5, rows - 0.5, -0.5, -0.5),
    ])  # fmt: skip
    frame = go.Scatter(uid="edge", **edge, mode="lines", hoverinfo="skip",
                       line={"color": colour("context"), "width": 1.5})  # fmt: skip
    figure = fig.panel(
        [*traces[:1], *grid_lines(home, bare), under, frame, wall, names, *traces[1:]],
        x="Column", y="Row", alt=alt, title=title,
        x_range=(-0.52, columns - 0.48), y_range=(rows - 0.48, -0.52), square=True,
    )  # fmt: skip
    for axis, count in ((figure.layout.xaxis, columns), (figure.layout.yaxis, rows)):
        axis.update(
            tickvals=list(range(count)), ticktext=[str(i + 1) for i in range(count)],
            showline=False, ticks="",
        )  # fmt: skip
    figure.layout.hoverdistance = 60
    return figure


def lines(segments: list[tuple[float, float, float, float]]) -> dict[str, np.ndarray]:
    """Separate straight lines as one trace."""
    x = [at for x0, _, x1, _ in segments for at in (x0, x1, np.nan)]
    y = [at for _, y0, _, y1 in segments for at in (y0, y1, np.nan)]
    return {"x": np.array(x or [np.nan], np.float32), "y": np.array(y or [np.nan], np.float32)}


def grid_lines(home: Place, bare: bool) -> list[go.Scatter]:
    """Between the cells, and the diagonals between the triangles of a cell."""
    rows, columns = home.shape
    straight = [(c - 0.5, -0.5, c - 0.5, rows - 0.5) for c in range(1, columns)]
    straight += [(-0.5, r - 0.5, columns - 0.5, r - 0.5) for r in range(1, rows)]
    found = [go.Scatter(uid="lines", **lines(straight), mode="lines", hoverinfo="skip",
                        line={"color": colour("faint"), "width": 1})]  # fmt: skip
    if not bare:
        found.append(
            go.Scatter(
                uid="diagonals", **diagonals(home), mode="lines", hoverinfo="skip",
                line={"color": colour("paper"), "width": 3 if home.shape[1] < 10 else 2},
            )
        )  # fmt: skip
    return found


def diagonals(home: Place) -> dict[str, np.ndarray]:
    """Between the triangles of all cells that someone acts in."""
    cells = sorted(set(home.cells[~home.ends].tolist()))
    found = []
    for cell in cells:
        row, column = divmod(cell, home.shape[1])
        west, east, north, south = column - 0.5, column + 0.5, row - 0.5, row + 0.5
        if STAY not in home.moves:
            found += [(west, north, east, south), (west, south, east, north)]
            continue
        left, right = column - CORE / 2, column + CORE / 2
        above, below = row - CORE / 2, row + CORE / 2
        found += [
            (west, north, left, above), (east, north, right, above), (west, south, left, below),
            (east, south, right, below), (left, above, right, above), (left, row, right, row),
            (left, below, right, below), (left, above, left, below), (right, above, right, below),
        ]  # fmt: skip
    return lines(found)


def way_traces(first: Frame, prefix: str = "", role: str = "text") -> list[go.Scatter]:
    """The agent's way, and where it is."""
    x, y = first["trail"].T
    return [
        go.Scatter(uid=f"{prefix}way", x=x, y=y, mode="lines", hoverinfo="skip",
                   line={"color": colour(role, 0.45), "width": 3}),
        go.Scatter(uid=f"{prefix}agent", x=x[-1:], y=y[-1:], mode="markers", hoverinfo="skip",
                   marker={"color": colour("model"), "size": 18, "symbol": "circle",
                           "line": {"color": colour("paper"), "width": 2}}),
    ]  # fmt: skip
