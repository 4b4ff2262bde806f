"""What stands still, and what moves: the panels of all views."""

from __future__ import annotations

import functools

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch
from labcore.optimization.optimizer_trajectories.config import Config
from labcore.optimization.optimizer_trajectories.ground import half, surface
from labcore.optimization.optimizer_trajectories.map_view import HELD, map_name, map_panel
from labcore.optimization.optimizer_trajectories.marks import points, whole
from labcore.optimization.optimizer_trajectories.names import PLANES
from labcore.optimization.optimizer_trajectories.network_view import (
    accuracy_panel,
    draw_accuracy,
    draw_sharpness,
    plane_panel,
    sharpness_panel,
)
from labcore.optimization.optimizer_trajectories.observe import plane_of
from labcore.optimization.optimizer_trajectories.plane_view import (
    basins_panel,
    loss_panel,
    shown_loss,
    surface_panel,
)
from labcore.optimization.optimizer_trajectories.relief_view import draw_relief, relief_panel
from labcore.optimization.optimizer_trajectories.schedule_view import (
    curve,
    draw_schedule,
    schedule_name,
    schedule_panel,
)
from labcore.optimization.optimizer_trajectories.steps_view import (
    arrows_panel,
    draw_arrows,
    draw_memory,
    draw_rates,
    memory_panel,
    rates_panel,
    steepness,
)

GRABS = (
    Grab("surface", "start", "x0", "y0", "Start of the race"),
    Grab("basins", "start", "x0", "y0", "Start of the race"),
    *(Grab(f"map_{x}_{y}", "setting", x, y, "Setting of this race") for x, y in HELD),
)
"""A grab stands where its panel does: there is one map at a time."""

VIEWS = {
    "Map": (
        *("surface", "plane", "loss", "losses", "accuracy"),
        *("map", *(f"map_{x}_{y}" for x, y in HELD)),
    ),
    "3-D": ("relief", "mountains", "loss", "losses"),
    "Basins": ("basins", "loss"),
    "Steps": ("arrows", "rates", "memory"),
    "Schedule": ("surface", "plane", "loss", "losses", "schedule", "drawing"),
    "Sharpness": ("sharpness", "losses"),
}
"""Over a plane and on the network panels have other names, so that each view is whole in both."""


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All panels of a race; the views choose among them."""
    if config.surface == "network":
        plane = plane_of(first.checkpoint or {})
        assert plane is not None
        return {
            "plane": plane_panel(config, first, plane),
            "losses": loss_panel(config, first),
            "accuracy": accuracy_panel(config, first),
            "mountains": relief_panel(config, first, plane),
            "sharpness": sharpness_panel(config, first),
            schedule_name(config): schedule_panel(config),
        }
    return {
        "surface": surface_panel(config, first),
        "loss": loss_panel(config, first),
        map_name(config): map_panel(config),
        "relief": relief_panel(config, first, None),
        "basins": basins_panel(config, first),
        "arrows": arrows_panel(config, first),
        "rates": rates_panel(config, first),
        "memory": memory_panel(config, first),
        schedule_name(config): schedule_panel(config),
    }


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """One more point on each line, and the heads; or, for an answer, all lines at once."""
    if "curve" in frame.values:
        return redraw(config, frame)
    place, loss = frame["theta"], shown_loss(config, frame["loss"])
    step = np.full(len(place), frame.step, np.float32)
    over_plane = config.surface in PLANES
    main, course, relief = (
        ("surface", "loss", "relief") if over_plane else ("plane", "losses", "mountains")
    )
    patches: dict[str, Patch] = {
        main: {
            "traces": points(config, "head", place[:, 0], place[:, 1]),
            "append": points(config, "path", place[:, 0], place[:, 1]),
        },
        course: {
            "traces": points(config, "at", step, loss),
            "append": points(config, "loss", step, loss),
        },
        relief: draw_relief(config, frame, tallness(config)),
        schedule_name(config): draw_schedule(config, frame),
    }
    for edge in ("low", "high"):
        if edge in frame.values:
            patches[course]["append"] |= points(config, edge, step, shown_loss(config, frame[edge]))
    if over_plane:
        patches["basins"] = {"traces": points(config, "from", place[:, 0], place[:, 1])}
        patches["arrows"] = draw_arrows(config, frame, unit_arrow(config))
        patches["rates"] = draw_rates(config, frame)
        patches["memory"] = draw_memory(config, frame)
    else:
        patches["accuracy"] = draw_accuracy(config, frame)
        patches["sharpness"] = draw_sharpness(config, frame)
    return patches


def redraw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a hand changes, at once: the paths, their loss, the marks and the schedule."""
    share, factor = curve(config)
    patches: dict[str, Patch] = {
        schedule_name(config): {"traces": {"curve": {"x": share, "y": factor}}}
    }
    if "path" not in frame.values:
        return patches
    path, losses = frame["path"], shown_loss(config, frame["losses"])
    place, loss = path[-1], losses[-1]
    steps = np.broadcast_to(np.arange(len(path), dtype=np.float32), losses.T.shape)
    start = {"start": {"x": [config.x0], "y": [config.y0]}}
    patches["surface"] = {
        "traces": whole(config, "path", path[..., 0].T, path[..., 1].T)
        | points(config, "head", place[:, 0], place[:, 1])
        | start
    }
    patches["loss"] = {
        "traces": whole(config, "loss", steps, losses.T) | points(config, "at", steps[:, -1], loss)
    }
    if config.band:
        none = np.full((len(place), 1), np.nan, np.float32)
        for edge in ("low", "high"):
            patches["loss"]["traces"] |= whole(config, edge, none, none)
    patches["relief"] = draw_relief(config, frame, tallness(config))
    patches["basins"] = {"traces": points(config, "from", place[:, 0], place[:, 1]) | start}
    return patches


@functools.lru_cache(maxsize=8)
def unit_arrow(config: Config) -> float:
    """The size of gradient that arrows are measured by."""
    return steepness(config)


@functools.lru_cache(maxsize=8)
def tallness(config: Config) -> float:
    """How high the relief is, for paths are drawn a little above it."""
    if config.surface not in PLANES:
        return 2.0
    world, at = surface(config), np.linspace(-half(config), half(config), 25)
    with np.errstate(all="ignore"):
        heights = world.shade(world.loss(np.stack(np.meshgrid(at, at), -1)))
    seen = heights[np.isfinite(heights)]
    return float(np.ptp(seen)) if seen.size else 1.0
