"""Several networks at once: their mean, and where they disagree."""

from __future__ import annotations

import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.start.playground.config import Config
from labcore.start.playground.plane_view import axis, dots, fields, titles
from labcore.start.playground.points import REACH, problem


def middle_panel(config: Config, first: Frame) -> go.Figure:
    """The mean of what all networks say."""
    data = problem(config)
    across, up = titles(config, data)
    values = {"field": first["middle"], "regions": first["middle"]}
    output = config.model_copy(update={"layer": config.depth + 1, "data": _plain(config)})
    return fig.panel(
        [*fields(output, data, values), *dots(output, data, "train")],
        x=across, y=up, x_range=(-REACH, REACH), y_range=(-REACH, REACH),
        square=True, title=f"Mean of {config.members} networks",
        alt="The plane with the mean of what all networks say of each place, and the training "
        "points.",
    )  # fmt: skip


def _plain(config: Config) -> str:
    """These pictures are not painted on: their axes are the plane's."""
    return "blobs" if config.data == "own" else config.data


def spread_panel(config: Config, first: Frame) -> go.Figure:
    """The standard deviation over the networks."""
    data = problem(config)
    across, up = titles(config, data)
    output = config.model_copy(update={"data": _plain(config)})
    what = "probability" if data.classes else "value"
    return fig.panel(
        [
            fig.field("spread", axis(config), axis(config), first["spread"]),
            *dots(output, data, "train"),
        ],
        x=across, y=up, x_range=(-REACH, REACH), y_range=(-REACH, REACH),
        square=True, title="Disagreement: σ, dark 0, bright ½",
        alt=f"The standard deviation of the {what} over all networks, from dark for 0 to "
        "bright for 0.5 and more, and the training points.",
    )  # fmt: skip


def draw_together(frame: Frame) -> dict[str, Patch]:
    """Both fields of this frame, if there are several networks."""
    if "spread" not in frame.values:
        return {}
    return {
        "middle": {"traces": {"field": {"z": frame["middle"]}}},
        "spread": {"traces": {"spread": {"z": frame["spread"]}}},
    }


def draw_middle_regions(frame: Frame) -> dict[str, Patch]:
    """The same from three classes on."""
    patches = draw_together(frame)
    if patches:
        patches["middle"] = {"traces": {"regions": {"z": frame["middle"]}}}
    return patches
