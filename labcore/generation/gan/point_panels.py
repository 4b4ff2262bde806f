"""Pictures of the plane: points, D, the generator's grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import torch

from labcore import Frame
from labcore import figures as fig
from labcore.generation.gan.config import Config
from labcore.generation.gan.judge_panels import DENSITIES, draw_judge
from labcore.generation.gan.marks import REACH, dots, gapped, judged_field, real_points
from labcore.generation.gan.plan import latent_size
from labcore.generation.gan.plane import SHOWN, latent_lines, latents
from labcore.palette import colour


def main_name(config: Config) -> str:
    """The name of the main picture: blobs the learner places can be grabbed on it."""
    return "drawn" if config.data == "own" else "points"


def points_panel(config: Config, first: Frame) -> go.Figure:
    """Real and made points over D, and where each fake is pulled."""
    gan = config.model == "gan"
    traces: list[Any] = [
        judged_field(config, "field", first["field"], faint=True),
        dots("real", "real", "data", real_points(config), size=5, opacity=0.7),
        dots("fakes", "made", "model", first["fakes"], size=6, symbol="diamond"),
    ]
    if gan:
        x, y = gapped(first["arrows"])
        traces.append(fig.line("pull", "pull on G", "text", width=1, opacity=0.6, x=x, y=y))
    if config.data == "own":
        own = np.array(config.own)
        traces.append(
            go.Scatter(
                uid="own", name="your blobs", x=own[:, 0], y=own[:, 1], mode="markers",
                marker={"size": 14, "symbol": "circle-open", "color": colour("own"),
                        "line": {"width": 2}}, hoverinfo="skip",
            )
        )  # fmt: skip
    below = (
        "Shading: blue where D says real, orange where it says fake."
        if gan
        else f"Shading: density, {DENSITIES[config.model]}."
    )
    return fig.panel(
        traces, x="x₁", y="x₂", x_range=REACH, y_range=REACH, square=True, legend=True,
        alt=f"Real points as blue circles, made ones as orange diamonds. {below}"
        + (" Lines from fakes point where G is pulled, longer where the slope is larger; "
           "at most half a unit." if gan else ""),
    )  # fmt: skip


def latent_panel(config: Config) -> go.Figure:
    """Where the noise comes from, with a grid and the mark that can be dragged."""
    lines, size = latent_lines(config), latent_size(config)
    flat = np.zeros(len(lines), np.float32)
    noise = latents(config, SHOWN, "picture")[0].numpy()
    noise = noise if size == 2 else np.hstack([noise, np.zeros_like(noise)])
    place = (config.z0, config.z1 if size == 2 else 0.0)
    return fig.panel(
        [
            dots("noise", "noise", "context", noise, size=4, opacity=0.5),
            fig.line("grid", "grid", "model", width=1, opacity=0.7, x=lines[:, 0],
                     y=lines[:, 1] if size == 2 else flat),
            fig.head("z", "z", "own", symbol="star", size=15, x=[place[0]], y=[place[1]]),
        ],
        x="z₁", y="z₂" if size == 2 else "(one number only)",
        x_range=REACH, y_range=REACH, square=True, title="Noise z: drag the star",
        alt="Latent noise as grey points, a grid over it, and as a purple star the z looked at.",
    )  # fmt: skip


def warp_panel(config: Config, first: Frame) -> go.Figure:
    """Where the grid goes."""
    grid, mark = first["warp"], first["mark"]
    return fig.panel(
        [
            dots("real", "real", "data", real_points(config), size=4, opacity=0.5),
            fig.line("grid", "grid", "model", width=1, opacity=0.8, x=grid[:, 0], y=grid[:, 1]),
            fig.head("made", "made of z", "own", symbol="star", size=15,
                     x=[mark[0]], y=[mark[1]]),
        ],
        x="x₁", y="x₂", x_range=REACH, y_range=REACH, square=True,
        title="What the model makes of it",
        alt="The same grid after the model, over the real points, and what becomes of the star.",
    )  # fmt: skip


def draw_points(config: Config, frame: Frame) -> dict[str, Any]:
    """What moves on the pictures of the plane."""
    fakes, grid, mark = frame["fakes"], frame["warp"], frame["mark"]
    main: dict[str, Any] = {
        "field": {"z": frame["field"]},
        "fakes": {"x": fakes[:, 0], "y": fakes[:, 1]},
    }
    if config.model == "gan":
        x, y = gapped(frame["arrows"])
        main["pull"] = {"x": x, "y": y}
    return {
        main_name(config): {"traces": main},
        **draw_judge(config, frame),
        "warp": {
            "traces": {
                "grid": {"x": grid[:, 0], "y": grid[:, 1]},
                "made": {"x": mark[:1], "y": mark[1:]},
            }
        },
    }


def draw_by_hand(config: Config, real: torch.Tensor | None) -> dict[str, Any]:
    """What follows a hand at once: the star, and the blobs with new points around them."""
    patches: dict[str, Any] = {}
    if latent_size(config) == 2:
        for name in ("latent", "hold"):
            patches[name] = {"traces": {"z": {"x": [config.z0], "y": [config.z1]}}}
    if real is not None:
        own = np.array(config.own, np.float32)
        patches["drawn"] = {
            "traces": {
                "real": {"x": real[:, 0].numpy(), "y": real[:, 1].numpy()},
                "own": {"x": own[:, 0], "y": own[:, 1]},
            }
        }
    return patches
