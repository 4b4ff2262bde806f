"""Marks that the pictures of the plane share: arrows, grids, shapes, words."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import figures as fig
from labcore.palette import colour

REACH = 3.2
"""How far the planes show."""

LINES = np.arange(-7, 8)
"""Grid lines stand at these whole numbers."""

CIRCLE = np.stack([np.cos(np.linspace(0, 2 * np.pi, 73)), np.sin(np.linspace(0, 2 * np.pi, 73))])
SQUARE = np.array([[0, 1, 1, 0, 0], [0, 0, 1, 1, 0]], float)


def grid() -> np.ndarray:
    """Straight lines with gaps between them. (2, 6 · lines)"""
    ends, gap = np.array([-12.0, 12.0, np.nan]), np.ones(3)
    level = np.concatenate([line * gap for line in LINES])
    along = np.tile(ends, len(LINES))
    return np.stack([np.concatenate([along, level]), np.concatenate([level, along])])


GRID = grid()
"""The grid of the plane before anything has moved."""


def lattice(uid: str, role: str, opacity: float, dash: str = "solid") -> go.Scatter:
    """Grid lines."""
    return go.Scatter(uid=uid, x=GRID[0], y=GRID[1], mode="lines", showlegend=False,
                      hoverinfo="skip",
                      line={"color": colour(role, opacity), "width": 1, "dash": dash})  # fmt: skip


def ring(uid: str = "circle") -> go.Scatter:
    """The circle of radius 1."""
    return fig.line(uid, "length 1", "context", width=1, dash="dot", x=CIRCLE[0], y=CIRCLE[1],
                    legend=False)  # fmt: skip


def edge(vectors: np.ndarray) -> list[np.ndarray]:
    """Where the lines along the eigenvectors leave the plane, a little inside."""
    ends = [0.78 * REACH * q / np.abs(q).max() for q in vectors.T]
    return [end + 0.3 * np.array([-end[1], end[0]]) / np.hypot(*end) for end in ends]


def visible(degrees: np.ndarray) -> np.ndarray:
    """Angles on a log axis: what is below a millionth of a degree is drawn there."""
    return np.maximum(degrees, 1e-6).astype(np.float32)
