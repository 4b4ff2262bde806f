"""Pictures of the plane: points, D, the generator's grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import torch

from labcore import Frame
from labcore import figures as fig
from labcore.generation.gan.config import Config
from labcore.generation.gan.descent import noise_for
from labcore.generation.gan.observe import SHOWN, axis, latent_lines
from labcore.generation.gan.plan import latent_size
from labcore.generation.gan.worlds import HALF, Source, world_of
from labcore.palette import colour, scale
from labcore.rng import torch_generator

REACH = (-HALF, HALF)
DENSITIES = {
    "vae": "the autoencoder’s, averaged over 512 decoded points",
    "flow": "the flow’s, exact",
    "diffusion": "of 512 samples, estimated with kernels of width 0.12",
}


def main_name(config: Config) -> str:
    """The name of the main picture: blobs the learner places can be grabbed on it."""
    return "drawn" if config.data == "own" else "points"


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


def judged_field(config: Config, uid: str, cells: np.ndarray, faint: bool) -> go.Heatmap:
    """D over the plane, blue where it says real; of other models their density."""
    at = axis().numpy()
    if config.model != "gan":
        tones = "loss" if faint else "amount"
        heat = fig.field(uid, at, at, cells, colours=tones, bar="" if faint else "density",
                         ticks=(0,), labels=("0",))  # fmt: skip
    else:
        heat = fig.field(uid, at, at, cells, bar="" if faint else "D", ticks=(4, 128, 251),
                         labels=("fake", "½", "real"))  # fmt: skip
        tones = [tone for _, tone in scale("signed")][::-1]
        heat.colorscale = [[k / (len(tones) - 1), tone] for k, tone in enumerate(tones)]
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


def field_panel(config: Config, first: Frame) -> go.Figure:
    """D by itself, or a model's density."""
    gan = config.model == "gan"
    return fig.panel(
        [judged_field(config, "field", first["field"], faint=False)],
        x="x₁", y="x₂", x_range=REACH, y_range=REACH, square=True,
        title="D as it is" if gan else "The model’s density",
        alt="What D says of every place in the plane."
        if gan else f"Density: {DENSITIES[config.model]}.",
    )  # fmt: skip


def best_panel(config: Config, first: Frame) -> go.Figure:
    """The best D against the fakes of this moment, or the data's density."""
    gan = config.model == "gan"
    plain = config.model_copy(update={"objective": "ns"})
    return fig.panel(
        [judged_field(plain, "best", first["best"], faint=False)],
        x="x₁", y="x₂", x_range=REACH, y_range=REACH, square=True,
        title="The best D: p/(p + q)" if gan else "The data’s density",
        alt="The best discriminator there is against these fakes: the data’s density p is known, "
        "that of the fakes, q, is estimated from 512 of them with kernels of width 0.12."
        if gan else "The exact density of the data, on the same scale.",
    )  # fmt: skip


def latent_panel(config: Config) -> go.Figure:
    """Where the noise comes from, with a grid and the mark that can be dragged."""
    lines, size = latent_lines(config), latent_size(config)
    flat = np.zeros(len(lines), np.float32)
    noise = noise_for(config, (SHOWN, size), torch_generator(config.seed, "picture")).numpy()
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
        "field": {"traces": {"field": {"z": frame["field"]}}},
        "best": {"traces": {"best": {"z": frame["best"]}}},
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
        patches["latent"] = {"traces": {"z": {"x": [config.z0], "y": [config.z1]}}}
    if real is not None:
        own = np.array(config.own, np.float32)
        patches["drawn"] = {
            "traces": {
                "real": {"x": real[:, 0].numpy(), "y": real[:, 1].numpy()},
                "own": {"x": own[:, 0], "y": own[:, 1]},
            }
        }
    return patches
