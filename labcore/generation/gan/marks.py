"""What the pictures of the plane are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import figures as fig
from labcore.generation.gan.config import Config
from labcore.generation.gan.plane import CELLS, SHOWN, middles
from labcore.generation.gan.worlds import HALF, Source, world_of
from labcore.palette import colour, scale
from labcore.rng import torch_generator

REACH = (-HALF, HALF)


def real_points(config: Config) -> np.ndarray:
    """What is shown of the data: the training points, or fresh ones if there is no end of them."""
    if config.samples != "fresh":
        training = Source(config).training
        assert training is not None
        return training.numpy()
    generator = torch_generator(config.seed, "picture")
    return world_of(config).draw((SHOWN,), generator).numpy()


def dots(uid: str, name: str, role: str, at: np.ndarray, **looks: Any) -> go.Scatter:
    """Points (n, 2) as small marks."""
    return go.Scatter(
        uid=uid, name=name, x=at[:, 0], y=at[:, 1], mode="markers", hoverinfo="skip",
        marker={"color": colour(role, looks.get("opacity", 1)), "size": looks.get("size", 5),
                "symbol": looks.get("symbol", "circle"), "line": {"width": 0}},
    )  # fmt: skip


def caption(text: str) -> go.Scatter:
    """A line of text in the lower left corner of the plane, for numbers that change."""
    return go.Scatter(
        uid="caption", x=[-0.97 * HALF], y=[-0.97 * HALF], text=[text], mode="text",
        textposition="top right", textfont={"size": 13, "color": colour("text")},
        hoverinfo="skip", showlegend=False, cliponaxis=False,
    )  # fmt: skip


def turned_signed() -> list[list[float | str]]:
    """Blue for more, orange for less, as D’s shading has blue for real."""
    tones = [tone for _, tone in scale("signed")][::-1]
    return [[k / (len(tones) - 1), tone] for k, tone in enumerate(tones)]


def judged_field(config: Config, uid: str, cells: np.ndarray, faint: bool) -> go.Heatmap:
    """D over the plane, blue where it says real; of other models their density."""
    at = middles(CELLS).numpy()
    if config.model != "gan":
        tones = "loss" if faint else "amount"
        heat = fig.field(uid, at, at, cells, colours=tones, bar="" if faint else "density",
                         ticks=(0,), labels=("0",))  # fmt: skip
    else:
        heat = fig.field(uid, at, at, cells, bar="" if faint else "D", ticks=(4, 128, 251),
                         labels=("fake", "½", "real"))  # fmt: skip
        heat.colorscale = turned_signed()
        if not faint and config.objective == "wasserstein":
            heat.colorbar.update(tickvals=(4, 251), ticktext=("least", "most"))
    heat.update(opacity=0.45 if faint and config.model == "gan" else 1.0, zsmooth=False)
    return heat


def gapped(arrows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Arrows (n, 4) from tail to tip as one broken line."""
    gap = np.full((len(arrows), 1), np.nan, np.float32)
    x = np.hstack([arrows[:, 0:1], arrows[:, 2:3], gap]).ravel()
    y = np.hstack([arrows[:, 1:2], arrows[:, 3:4], gap]).ravel()
    return x, y
