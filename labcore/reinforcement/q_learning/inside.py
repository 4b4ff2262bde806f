"""What the agent has seen, and how wrong it is: visits, and its values against the exact ones."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, format_number
from labcore import figures as fig
from labcore.reinforcement.q_learning.board import board, way_traces
from labcore.reinforcement.q_learning.config import Config
from labcore.reinforcement.q_learning.picture import reach
from labcore.reinforcement.q_learning.worlds import place

MOST_VISITS = 10_000
"""So many visits have the full colour."""


def visits_panel(config: Config, first: Frame) -> go.Figure:
    """How often the agent has acted in each cell."""
    rows, columns = place(config).shape
    ticks = [0, *(int(logged(np.array(10.0**k))) for k in range(5))]
    heat = fig.field("visits", np.arange(columns), np.arange(rows), None, bar="Visits (log scale)",
                     ticks=ticks, labels=["0", "1", "10", "100", "1,000", "10,000"])  # fmt: skip
    heat.z = visited(config, first["visits"])
    return board(
        config, [heat, *way_traces(first)], first, bare=True, plate=True,
        title="Where it has been",
        alt="How often the agent has acted in each cell, on a logarithmic scale.",
    )  # fmt: skip


def logged(visits: np.ndarray) -> np.ndarray:
    """Visits as uint8, logarithmic: 0 stays 0."""
    return fig.quantize(np.log1p(visits), 0, np.log1p(MOST_VISITS))


def visited(config: Config, visits: np.ndarray) -> np.ndarray:
    """The visits of a map, (C, A), as its picture."""
    return logged(visits.sum(-1)).reshape(place(config).shape)


def gap_panel(config: Config, first: Frame) -> go.Figure:
    """What it believes against what is true."""
    rows, columns = place(config).shape
    full = reach(place(config), config.gamma)
    text = [format_number(at) for at in (full, full / 2, 0, -full / 2, -full)]
    heat = fig.field("gap", np.arange(columns), np.arange(rows), None, colours="signed",
                     bar="max Q − V*: above zero, too hopeful", ticks=(255, 191.5, 128, 64, 0),
                     labels=[f"≥ {text[0]}", *text[1:4], f"≤ {text[4]}"])  # fmt: skip
    heat.z = gaps(config, first["gap"])
    return board(
        config, [heat], first, bare=True, title="How wrong it is",
        alt="Difference between the agent’s value of each cell and the exact value V* from value "
        "iteration: orange where the agent hopes too much, blue where too little.",
    )  # fmt: skip


def gaps(config: Config, gap: np.ndarray) -> np.ndarray:
    """max Q − V* of a map, (C,), as its picture."""
    full = reach(place(config), config.gamma)
    return fig.quantize(gap, -full, full).reshape(place(config).shape)
