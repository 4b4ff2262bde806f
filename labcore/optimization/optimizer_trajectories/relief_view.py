"""The surface in three dimensions, and the paths a little above it."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.optimization.optimizer_trajectories.config import Config, racers
from labcore.optimization.optimizer_trajectories.ground import half, surface
from labcore.optimization.optimizer_trajectories.marks import SOLID_MARKS, style
from labcore.optimization.optimizer_trajectories.names import NAMES, PLANES
from labcore.optimization.optimizer_trajectories.network import Plane
from labcore.optimization.optimizer_trajectories.plane_view import contests, told
from labcore.palette import colour, scale

RELIEF_SIDE = 45
LIFT = 0.03
"""How far above the surface a path is drawn, as a share of the surface's height."""


def relief_panel(config: Config, first: Frame, plane: Plane | None) -> go.Figure:
    """The surface standing still, with a path and a mark for each racer."""
    if plane is None:
        world, reach = surface(config), half(config)
        at = np.linspace(-reach, reach, RELIEF_SIDE)
        with np.errstate(all="ignore"):
            heights = world.shade(world.loss(np.stack(np.meshgrid(at, at), -1)))
        height, alt = world.shading, f"{world.formula}; {told(world)}"
        axes = ("x", "y")
    else:
        at, heights = plane.heights(RELIEF_SIDE)
        heights, height = np.log10(heights), "log10 of the loss"
        axes = ("first component", "second component")
        alt = "the loss on the plane of the paths; the networks themselves are off the plane"
    seen = heights[np.isfinite(heights)]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (0.0, 1.0)
    ground = go.Surface(
        uid="ground", x=at.astype(np.float32), y=at.astype(np.float32),
        z=heights.astype(np.float32), colorscale=scale("loss"), showscale=False, hoverinfo="skip",
        opacity=1.0 if plane is None else 0.8, cmin=low, cmax=high,
        contours={"z": {"show": True, "usecolormap": False, "color": colour("context"), "width": 1,
                        "start": low, "end": high, "size": max((high - low) / 14, 1e-6)}},
        lighting={"ambient": 0.85, "diffuse": 0.4, "specular": 0.0},
    )  # fmt: skip
    figure = fig.relief(
        [ground, *ropes(config), *([] if plane is not None else stars(config, high - low))],
        x=axes[0], y=axes[1], z="height",
        alt=f"Paths of {contests(config)} in relief over {alt}. The height is the {height}.",
        z_range=(low - 0.05 * (high - low), high + 0.1 * (high - low) + 1e-6),
    )  # fmt: skip
    edge = [float(at[0]), float(at[-1])]
    above = {"eye": {"x": 0.55, "y": -1.0, "z": 1.6}}  # to look into a valley, not at its wall
    figure.update_layout(
        scene={"xaxis": {"range": edge}, "yaxis": {"range": edge}, "camera": above}
    )
    return figure


def ropes(config: Config) -> list[go.Scatter3d]:
    """A line and a head for each racer."""
    drawn = []
    for name in racers(config):
        role, symbol, dash = style(name)
        common = {"name": NAMES[name], "hoverinfo": "name", "x": [None], "y": [None], "z": [None]}
        drawn.append(go.Scatter3d(
            uid=f"rope.{name}", mode="lines", **common,
            line={"color": colour(role), "width": 6, "dash": dash},
        ))  # fmt: skip
        drawn.append(go.Scatter3d(
            uid=f"top.{name}", mode="markers", **common,
            marker={"color": colour(role), "size": 6, "symbol": SOLID_MARKS.get(symbol, "circle"),
                    "line": {"color": colour("paper"), "width": 1}},
        ))  # fmt: skip
    return drawn


def stars(config: Config, tall: float) -> list[go.Scatter3d]:
    """The minima."""
    world = surface(config)
    if not world.minima:
        return []
    at = np.array([[x, y] for x, y, _ in world.minima])
    z = world.shade(world.loss(at)) + LIFT * tall
    return [go.Scatter3d(
        uid="minima", x=at[:, 0], y=at[:, 1], z=z, mode="markers", hoverinfo="skip",
        marker={"color": colour("goal"), "size": 5, "symbol": "diamond"},
    )]  # fmt: skip


def elevated(config: Config, place: np.ndarray, loss: np.ndarray, tall: float) -> dict[str, Any]:
    """Places (…, 2) at their loss as x, y and z; nothing where they are out of the picture."""
    if config.surface in PLANES:
        reach = half(config)
        with np.errstate(all="ignore"):
            z = surface(config).shade(loss.astype(np.float64))
        out = ~(np.abs(place).max(-1) <= reach)
    else:
        z = np.log10(np.maximum(loss, 1e-12))
        out = ~np.isfinite(place).all(-1)
    x, y = (np.where(out, np.nan, place[..., i]).astype(np.float32) for i in (0, 1))
    return {"x": x, "y": y, "z": np.where(out, np.nan, z + LIFT * tall).astype(np.float32)}


def draw_relief(config: Config, frame: Frame, tall: float) -> Patch:
    """One more point on each path; or, for an answer, all of them."""
    at = elevated(config, frame["theta"], frame["loss"], tall)
    names = racers(config)
    patch: Patch = {
        "traces": {f"top.{n}": {key: at[key][[k]] for key in at} for k, n in enumerate(names)}
    }
    if "path" in frame.values:
        ways = elevated(config, frame["path"], frame["losses"], tall)  # (T, K)
        patch["traces"] |= {
            f"rope.{n}": {key: ways[key][:, k] for key in ways} for k, n in enumerate(names)
        }
    else:
        patch["append"] = {
            f"rope.{n}": {key: at[key][[k]] for key in at} for k, n in enumerate(names)
        }
    return patch
