"""Pictures of the course of a training: parts, losses, distances; and of images."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame
from labcore import figures as fig
from labcore.generation.gan.config import Config
from labcore.generation.gan.images import BINS, COLUMNS, ROWS, SIDE, STEPS_OF_WALK
from labcore.generation.gan.plan import planar, races, rounds
from labcore.generation.gan.worlds import world_of
from labcore.palette import colour

LOSSES = {
    "gan": ("D", "G"),
    "vae": ("misfit", "KL"),
    "flow": ("−log p", ""),
    "diffusion": ("squared error", ""),
}
BALANCE = {"ns": (2 * np.log(2), np.log(2)), "minimax": (2 * np.log(2), -np.log(2)),
           "ls": (0.5, 0.25), "hinge": (2.0, 0.0), "wasserstein": (0.0, 0.0)}  # fmt: skip
"""Losses of D and G where D can tell nothing apart: ½ everywhere, or 0."""


def part_names(config: Config) -> tuple[str, ...]:
    """What is counted: parts of the data, or digits."""
    return world_of(config).names if planar(config) else tuple("0123456789")


def modes_panel(config: Config, first: Frame) -> go.Figure:
    """How many good fakes each part gets."""
    names = part_names(config)
    due = 100 / len(names)
    at = np.arange(len(names))
    figure = fig.panel(
        [
            go.Bar(uid="shares", x=at, y=100 * first["shares"], hoverinfo="skip",
                   marker={"color": colour("model")}),
            fig.line("due", "its due", "data", dash="dash", width=1.5,
                     x=[-0.5, len(names) - 0.5], y=[due, due], legend=False),
        ],
        x="Part of the data" if planar(config) else "Digit", y="Share of fakes, %", size="small",
        title="Good fakes in each part" if planar(config) else "Nearest digit",
        x_range=(-0.5, len(names) - 0.5), y_range=bar_range(first["shares"]),
        alt="How many of the fakes lie within three widths of each part of the data; the dashed "
        "line is the share that would be its due."
        if planar(config) else "Which digit the real image is that lies nearest to each fake.",
    )  # fmt: skip
    every = 1 if len(names) <= 10 else max(5, len(names) // 6)
    figure.layout.xaxis.update(tickvals=at[::every], ticktext=names[::every], ticks="")
    return figure


def bar_range(shares: np.ndarray) -> list[float]:
    """The axis of the bars, at least twice what is due."""
    return [0, float(105 * max(2 / len(shares), shares.max()))]


def losses_panel(config: Config, first: Frame) -> go.Figure:
    """Both losses, and where they would be in balance."""
    traces: list[Any] = []
    looks = (("critic", "data", "solid"), ("maker", "model", "dot"))
    for (uid, role, dash), name in zip(looks, LOSSES[config.model], strict=True):
        if name:
            traces.append(fig.line(uid, name, role, dash=dash, width=2,
                                   x=[0], y=[first.values[uid]]))  # fmt: skip
    if config.model == "gan":
        for uid, level in zip(("level_d", "level_g"), BALANCE[config.objective], strict=True):
            traces.append(fig.line(uid, "balance", "context", dash="dash", width=1, legend=False,
                                   x=[0, rounds(config)], y=[level, level]))  # fmt: skip
    return fig.panel(
        traces, x="Step", y="Loss", size="small", legend=True,
        x_range=(0, rounds(config)), y_range=loss_range(config, first["extent"]),
        alt="Losses over the training, means between frames. "
        + ("Dashed: where they are when D can tell nothing apart." if config.model == "gan"
           else ""),
    )  # fmt: skip


def loss_range(config: Config, extent: np.ndarray) -> list[float]:
    """An axis that holds all losses so far."""
    low, high = float(extent[0]), float(extent[1])
    if config.model == "gan":
        low, high = min(low, *BALANCE[config.objective]), max(high, *BALANCE[config.objective])
    room = 0.06 * max(high - low, 0.1)
    return [low - room, high + room]


def distance_panel(config: Config, first: Frame) -> go.Figure:
    """Exact W₂ over the training, and the floor."""
    high = 1.4 * max(float(first["w2"].max()), first["floor"], 0.5)
    floor = first["floor"]
    raw = []
    if "w2_raw" in first.values:
        raw = [fig.line("raw", "G as it is", "context", dash="dot", width=1.5,
                        x=[0], y=[first["w2_raw"]])]  # fmt: skip
    return fig.panel(
        [
            *band_traces(config, "w2", first["w2"]),
            *raw,
            fig.line("w2", "mean of G" if raw else "made", "model", x=[0], y=first["w2"][:1]),
            fig.line("floor", "two real samples", "data", dash="dash", width=1.5,
                     x=[0, rounds(config)], y=[floor, floor]),
        ],
        x="Step", y="W₂, in units of the plane" if planar(config) else "W₂, over all pixels",
        legend=True, x_range=(0, rounds(config)),
        y_range=(0, high),
        alt="Wasserstein distance of as many fakes as real points, exact for these samples; the "
        "dashed line is that of two real samples."
        + (f" The band spans {races(config)} races." if races(config) > 1 else ""),
    )  # fmt: skip


def quality_panel(config: Config, first: Frame) -> go.Figure:
    """Good fakes and covered parts over the training."""
    parts = len(part_names(config))
    return fig.panel(
        [
            *band_traces(config, "good", 100 * first["good"]),
            fig.line("good", "good fakes", "model", x=[0], y=100 * first["good"][:1]),
            fig.line("modes", "parts covered", "goal", dash="dot", x=[0],
                     y=100 * first["modes"][:1] / parts),
        ],
        x="Step", y="Share, %", legend=True,
        x_range=(0, rounds(config)), y_range=(0, 104),
        alt="Per cent of fakes that are good, and of parts that are covered."
        + (f" The band spans the good fakes of {races(config)} races."
           if races(config) > 1 else ""),
    )  # fmt: skip


def band_traces(config: Config, name: str, values: np.ndarray) -> list[go.Scatter]:
    """The edges of the band over all races, the space between filled."""
    if races(config) == 1:
        return []
    low = fig.line(f"{name}.low", "lowest race", "model", width=0, x=[0], y=[values.min()],
                   legend=False)  # fmt: skip
    high = fig.line(f"{name}.high", "highest race", "model", width=0, x=[0], y=[values.max()],
                    legend=False)  # fmt: skip
    return [low, high.update(fill="tonexty", fillcolor=colour("model", 0.2))]


def picture(uid: str, cells: np.ndarray, title: str, alt: str, columns: int) -> go.Figure:
    """Images side by side as one heat-map, the first row on top."""
    rows, width = cells.shape
    heat = fig.field(uid, np.arange(width), np.arange(rows), cells)
    heat.update(colorscale=[[0, colour("paper")], [1, colour("text")]])
    figure = fig.panel(
        [heat], x=f"{columns} images across", y=f"{rows // SIDE} down", title=title, alt=alt,
        x_range=(-0.5, width - 0.5), y_range=(rows - 0.5, -0.5), square=True,
    )  # fmt: skip
    figure.update_xaxes(showticklabels=False, ticks="", showline=False)
    figure.update_yaxes(showticklabels=False, ticks="", showline=False)
    return figure


def image_panels(first: Frame) -> dict[str, go.Figure]:
    """What G makes, a walk through its latents, and what D says of it."""
    at = (np.arange(BINS) + 0.5) / BINS
    bars = [
        go.Bar(uid=uid, name=name, x=at, y=100 * first[uid], hoverinfo="skip",
               marker={"color": colour(role, 0.75), "pattern": {"shape": pattern}})
        for uid, name, role, pattern in (("said_of_real", "real, never seen", "data", ""),
                                         ("said_of_fake", "made", "model", "/"))
    ]  # fmt: skip
    verdicts = fig.panel(
        bars, x="What D says: 0 fake, 1 real", y="Share of images, %", legend=True,
        x_range=(0, 1), y_range=(0, 100),
        alt="How D rates 500 real images it has never seen and 200 made ones.",
    ).update_layout(barmode="overlay", bargap=0.05)  # fmt: skip
    return {
        "mosaic": picture("images", first["mosaic"], f"{ROWS * COLUMNS} images from noise",
                          "Images that G makes of the same noise in every frame.", COLUMNS),
        "walk": picture("walk", first["walk"], "From one latent to another",
                        "Images along an arc between two latents.", STEPS_OF_WALK),
        "verdicts": verdicts,
    }  # fmt: skip


def draw_images(frame: Frame) -> dict[str, Any]:
    """What moves on the pictures of images."""
    return {
        "mosaic": {"traces": {"images": {"z": frame["mosaic"]}}},
        "walk": {"traces": {"walk": {"z": frame["walk"]}}},
        "verdicts": {
            "traces": {uid: {"y": 100 * frame[uid]} for uid in ("said_of_real", "said_of_fake")}
        },
    }


def draw_course(config: Config, frame: Frame) -> dict[str, Any]:
    """One more point on each line, and the bars."""
    step = np.array([frame.step], np.float32)
    parts = len(frame["shares"])

    def more(value: Any) -> dict[str, Any]:
        return {"x": step, "y": np.atleast_1d(np.asarray(value, np.float32))}

    names = [uid for uid, name in zip(("critic", "maker"), LOSSES[config.model], strict=True)
             if name]  # fmt: skip
    w2, good = frame["w2"], 100 * frame["good"]
    distance = {"w2": more(w2[0])}
    quality = {"good": more(good[0]), "modes": more(100 * frame["modes"][0] / parts)}
    if "w2_raw" in frame.values:
        distance["raw"] = more(frame["w2_raw"])
    if races(config) > 1:
        distance |= {"w2.low": more(w2.min()), "w2.high": more(w2.max())}
        quality |= {"good.low": more(good.min()), "good.high": more(good.max())}
    return {
        "modes": {
            "traces": {"shares": {"y": 100 * frame["shares"]}},
            "layout": {"yaxis.range": bar_range(frame["shares"])},
        },
        "losses": {
            "append": {uid: more(frame.values[uid]) for uid in names},
            "layout": {"yaxis.range": loss_range(config, frame["extent"])},
        },
        "distance": {"append": distance},
        "quality": {"append": quality},
    }
