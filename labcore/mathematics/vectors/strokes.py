"""Marks that the pictures of the plane share: arrows, shapes, words."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import figures as fig
from labcore.palette import colour

BLANK = "\u00a0"
"""For no words: Plotly throws a label away that was once empty."""

REACH = 3.6
"""How far the planes show."""


def arrow(uid: str, name: str, role: str, *, dash: str = "solid", width: float = 3) -> go.Scatter:
    """An arrow from its first point to its second."""
    return go.Scatter(
        uid=uid, name=name, mode="lines+markers", showlegend=False, cliponaxis=True,
        line={"color": colour(role), "width": width, "dash": dash},
        marker={"symbol": "arrow", "angleref": "previous", "size": [0, 15], "opacity": 1,
                "color": colour(role), "line": {"width": 0}},
        hovertemplate=f"{name}<br>%{{x:.3g}}, %{{y:.3g}}<extra></extra>",
    )  # fmt: skip


def words(uid: str, role: str = "text") -> go.Scatter:
    """Words beside places."""
    return go.Scatter(uid=uid, mode="text", showlegend=False, hoverinfo="skip",
                      textposition="middle center",
                      textfont={"size": 14, "color": colour(role)})  # fmt: skip


def area(uid: str, role: str) -> go.Scatter:
    """A closed shape."""
    return go.Scatter(uid=uid, mode="lines", fill="toself", fillcolor=colour(role, 0.2),
                      line={"color": colour(role), "width": 1.5}, showlegend=False,
                      hoverinfo="skip")  # fmt: skip


def plane(traces: list[Any], alt: str, **given: Any) -> go.Figure:
    """A square piece of the plane."""
    return fig.panel(traces, x="x₁", y="x₂", alt=alt, x_range=(-REACH, REACH),
                     y_range=(-REACH, REACH), square=True, **given)  # fmt: skip


def pair(points: Any) -> dict[str, np.ndarray]:
    """x and y of places, (2, n)."""
    x, y = np.asarray(points, np.float32).reshape(2, -1)
    return {"x": x, "y": y}


def shaft(tip: Any) -> dict[str, np.ndarray]:
    """An arrow from the origin."""
    return pair(np.stack([np.zeros(2), np.asarray(tip, float)], axis=1))


def told(places: Any, texts: list[str]) -> dict[str, Any]:
    """Words at places, (2, n); those of places that do not exist are left out."""
    shown = [text or BLANK if np.isfinite(place).all() else BLANK for place, text in zip(
        np.asarray(places, float).T, texts, strict=True)]  # fmt: skip
    return pair(places) | {"text": shown}


def beyond(tips: np.ndarray) -> list[np.ndarray]:
    """Places for words, a little farther out than the tips of arrows, (2, n)."""
    away = np.maximum(np.hypot(*tips), 1e-9)
    places = tips * (1 + 0.42 / away) + (away < 0.01) * 0.42
    return list(np.clip(places, -0.93 * REACH, 0.93 * REACH).T)
