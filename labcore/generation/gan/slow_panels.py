"""Pictures of one round in slow motion."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, format_number
from labcore import figures as fig
from labcore.generation.gan.config import Config
from labcore.generation.gan.marks import (
    REACH,
    caption,
    dots,
    gapped,
    real_points,
    turned_signed,
)
from labcore.generation.gan.plan import latent_size, planar
from labcore.generation.gan.plane import CELLS, LONGEST, latents, middles
from labcore.generation.gan.slow import way_names
from labcore.palette import colour

FEW = 150
"""Real points and noise on these pictures."""

FAINTEST_SHOWN, LARGEST_SHOWN = 1e-6, 100.0


def change_panel(config: Config, first: Frame) -> go.Figure:
    """What the next step of D changes, or of a model's density."""
    gan = config.model == "gan"
    at, moves = middles(CELLS).numpy(), first["moves"]
    heat = fig.field("change", at, at, first["change"])
    heat.update(colorscale=turned_signed(), zsmooth=False)
    return fig.panel(
        [
            heat,
            dots("real", "real", "data", real_points(config)[:FEW], size=4, opacity=0.7),
            dots("fakes", "made", "model", moves[:, :2], size=5, symbol="diamond"),
            caption(of_change(config, first)),
        ],
        x="x₁", y="x₂", x_range=REACH, y_range=REACH, square=True,
        title="D’s next step: blue up, orange down" if gan
        else "The density’s next step: blue up, orange down",
        alt="Where the next step makes "
        + ("D’s verdict" if gan else "the model’s density")
        + " larger, blue, or smaller, orange. The strongest colour is the largest change.",
    )  # fmt: skip


def of_change(config: Config, frame: Frame) -> str:
    """The scale of the change in words."""
    size = format_number(float(frame["change_reach"]), 2)
    if config.model != "gan":
        return f"at most ±{size} in density"
    return f"at most ±{size} of " + (
        "the score’s span" if config.objective == "wasserstein" else "0 to 1"
    )


def moves_panel(config: Config, first: Frame) -> go.Figure:
    """Where the next step of G takes its fakes, and the star."""
    traces = [
        dots("real", "real", "data", real_points(config)[:FEW], size=4, opacity=0.45),
        dots("fakes", "made", "model", first["moves"][:, :2], size=6, symbol="diamond"),
        fig.line("moves", "their move", "text", width=1.2, x=gapped(first["moves"])[0],
                 y=gapped(first["moves"])[1]),
    ]  # fmt: skip
    if config.model == "gan":
        x, y = star_pull(first)
        traces.append(fig.line("pull", "pull on the star", "own", width=2.5, x=x, y=y))
    star = first["star"]
    traces.append(fig.head("star", "made of z", "own", symbol="star", size=15,
                           x=star[:1], y=star[1:]))  # fmt: skip
    traces.append(caption(of_moves(first)))
    return fig.panel(
        traces, x="x₁", y="x₂", x_range=REACH, y_range=REACH, square=True,
        title="G’s next step moves its fakes" if config.model == "gan"
        else "The next step moves what is made",
        alt="Points that the model makes as it is, each with a line to where its next step takes "
        "it, drawn longer by the factor that the picture names; the purple star is made of the z "
        "the learner has chosen"
        + (", and its line points where D pulls it." if config.model == "gan" else "."),
    )  # fmt: skip


def of_moves(frame: Frame) -> str:
    """How much the moves are magnified, in words."""
    return f"moves drawn × {format_number(float(frame['gain']), 2)}"


def star_pull(frame: Frame) -> tuple[list[float], list[float]]:
    """The line from the star down G's loss, as long as the pull on other fakes."""
    star, slope = frame["star"].astype(float), frame["slope"].astype(float)
    size = max(float(np.linalg.norm(slope)), 1e-12)
    tip = star - LONGEST * (1 - np.exp(-size)) * slope / size
    return [star[0], tip[0]], [star[1], tip[1]]


def hold_panel(config: Config) -> go.Figure:
    """The latents, small, with the star to be dragged."""
    noise = latents(config, FEW, "picture")[0].numpy()
    return fig.panel(
        [
            dots("noise", "noise", "context", noise, size=3, opacity=0.5),
            fig.head("z", "z", "own", symbol="star", size=15, x=[config.z0], y=[config.z1]),
        ],
        x="z₁", y="z₂", x_range=REACH, y_range=REACH, square=True, size="small",
        title="Noise z: drag the star",
        alt="Latent noise as grey points, and as a purple star the z looked at.",
    )  # fmt: skip


def trace_panel(config: Config, first: Frame) -> go.Figure:
    """How large the slope of G's loss is on its way back."""
    names = way_names(config)
    roles = [colour("data" if name[0] in "sD" else "own" if name == "x" else "model")
             for name in names]  # fmt: skip
    figure = fig.panel(
        [go.Bar(uid="trace", x=np.arange(len(names)), y=shown_trace(first), hoverinfo="skip",
                marker={"color": roles})],
        x="from score s back to z", y="slope of L_G", y_log=True,
        x_range=(-0.6, len(names) - 0.4), y_range=(FAINTEST_SHOWN, LARGEST_SHOWN),
        size="small" if planar(config) else "large", title="The slope on its way back",
        alt="How much G’s loss changes with D’s score, with each layer of D, with the point, with "
        "each layer of G and with z, for the star. On a logarithmic axis.",
    )  # fmt: skip
    figure.layout.xaxis.update(tickvals=np.arange(len(names)), ticktext=names, ticks="")
    figure.layout.yaxis.dtick = 2
    return figure


def shown_trace(frame: Frame) -> np.ndarray:
    """The bars, none below the axis."""
    return np.maximum(frame["trace"], FAINTEST_SHOWN)


def slow_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All pictures of the view “One step”."""
    pictures = {}
    if planar(config):
        pictures = {"change": change_panel(config, first), "moves": moves_panel(config, first)}
        if latent_size(config) == 2:
            pictures["hold"] = hold_panel(config)
    if config.model == "gan":
        pictures["trace"] = trace_panel(config, first)
    return pictures


def draw_star(config: Config, frame: Frame) -> dict[str, Any]:
    """What follows the star, in a run and in a hand."""
    patches: dict[str, Any] = {}
    if planar(config):
        star = frame["star"]
        patches["moves"] = {"traces": {"star": {"x": star[:1], "y": star[1:]}}}
    if config.model == "gan":
        patches["trace"] = {"traces": {"trace": {"y": shown_trace(frame)}}}
        if planar(config):
            x, y = star_pull(frame)
            patches["moves"]["traces"]["pull"] = {"x": x, "y": y}
    return patches


def draw_slow(config: Config, frame: Frame) -> dict[str, Any]:
    """What moves on these pictures."""
    patches = draw_star(config, frame)
    if planar(config):
        moves = frame["moves"]
        x, y = gapped(moves)
        fakes = {"x": moves[:, 0], "y": moves[:, 1]}
        patches["moves"]["traces"] |= {"fakes": fakes, "moves": {"x": x, "y": y}}
        patches["moves"]["traces"]["caption"] = {"text": [of_moves(frame)]}
        patches["change"] = {
            "traces": {
                "change": {"z": frame["change"]},
                "fakes": fakes,
                "caption": {"text": [of_change(config, frame)]},
            }
        }
    return patches
