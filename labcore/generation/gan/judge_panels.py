"""Pictures of D over the plane, beside the best there is; or of densities."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from labcore import Frame, format_number
from labcore import figures as fig
from labcore.generation.gan.config import Config
from labcore.generation.gan.marks import REACH, caption, dots, gapped, judged_field
from labcore.generation.gan.models import KERNEL
from labcore.generation.gan.plane import MANY, PUSHES, places

DENSITIES = {
    "vae": "the autoencoder’s, averaged over 512 decoded points",
    "flow": "the flow’s, exact",
    "diffusion": "of 512 samples, estimated with kernels of width 0.12",
}


def field_panel(config: Config, first: Frame) -> go.Figure:
    """D by itself and where it pulls, or a model's density."""
    gan = config.model == "gan"
    traces: list[Any] = [judged_field(config, "field", first["field"], faint=False)]
    if gan:
        x, y = gapped(first["push"])
        traces += [
            dots("from", "place", "text", places(PUSHES).numpy(), size=3, opacity=0.7),
            fig.line("push", "pull", "text", width=1.2, opacity=0.8, x=x, y=y),
        ]
    return fig.panel(
        traces, x="x₁", y="x₂", x_range=REACH, y_range=REACH, square=True,
        title="D as it is, and where it pulls" if gan else "The model’s density",
        alt="What D says of every place in the plane. From each dot a line points where a fake "
        "there would be pulled, down the slope of G’s loss; longer where it is steeper."
        if gan else f"Density: {DENSITIES[config.model]}.",
    )  # fmt: skip


BEST_TITLES = {
    "hinge": "The best D: 1 where p > q, else 0",
    "wasserstein": "p/(p + q): not what this D aims at",
}


def best_panel(config: Config, first: Frame) -> go.Figure:
    """The best D against the fakes of this moment, or the data's density."""
    gan = config.model == "gan"
    plain = config.model_copy(update={"objective": "ns"})
    traces = [judged_field(plain, "best", first["best"], faint=False)]
    return fig.panel(
        [*traces, caption(of_gap(config, first))] if gan else traces,
        x="x₁", y="x₂", x_range=REACH, y_range=REACH, square=True,
        title=BEST_TITLES.get(config.objective, "The best D: p/(p + q)")
        if gan else "The data’s density",
        alt="The best discriminator there is against these fakes: the data’s density p is known, "
        f"that of the fakes, q, is estimated from {MANY:,} of them with kernels of width {KERNEL}; "
        "p is blurred as much."
        if gan else "The exact density of the data, on the same scale.",
    )  # fmt: skip


def of_gap(config: Config, frame: Frame) -> str:
    """How far D is from the best one, in words."""
    if "gap" not in frame.values:
        return "no gap: a Wasserstein score has no such best"
    return f"mean |D − D*| = {format_number(float(frame['gap']), 2)}"


def draw_judge(config: Config, frame: Frame) -> dict[str, Any]:
    """What moves on these pictures."""
    whole: dict[str, Any] = {"field": {"z": frame["field"]}}
    best: dict[str, Any] = {"traces": {"best": {"z": frame["best"]}}}
    if config.model == "gan":
        x, y = gapped(frame["push"])
        whole["push"] = {"x": x, "y": y}
        best["traces"]["caption"] = {"text": [of_gap(config, frame)]}
    return {"field": {"traces": whole}, "best": best}
