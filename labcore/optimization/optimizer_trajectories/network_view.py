"""The network's race: its paths on a plane, what it reads rightly, and how sharp its valley is."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.optimization.optimizer_trajectories.config import Config, racers
from labcore.optimization.optimizer_trajectories.divergence import BOUNDS, limit
from labcore.optimization.optimizer_trajectories.marks import heads, lines, mark, points, style
from labcore.optimization.optimizer_trajectories.names import NAMES
from labcore.optimization.optimizer_trajectories.network import (
    IMAGES,
    WEIGHTS,
    Plane,
    first_weights,
)
from labcore.optimization.optimizer_trajectories.pace import pace
from labcore.optimization.optimizer_trajectories.plane_view import contests


def plane_panel(config: Config, first: Frame, plane: Plane) -> go.Figure:
    """The network's paths, and its loss on the plane nearest to them."""
    at, heights = plane.heights()
    origin = plane.project(first_weights(config.seed))
    shares = [f"{share:.0%}".replace("%", " %") for share in plane.explained]
    reach = float(plane.half)
    place = first["theta"]
    return fig.panel(
        [
            fig.contour("contour", at, at, np.log(heights)),
            *lines("path", config, place[:, 0], place[:, 1]),
            mark("origin", "first weights", "context", "circle-open", *origin, "bottom center"),
            *heads("head", config, place[:, 0], place[:, 1], legend=True),
        ],
        x=f"First principal component of the weights ({shares[0]} of variance)",
        y=f"Second principal component ({shares[1]})",
        alt=f"Paths of {contests(config)} through the {WEIGHTS} weights of a network, projected on "
        "the plane that keeps most of their variance. Contour lines: the loss on that plane, "
        "equally spaced in its logarithm; off the plane, where the networks really are, it "
        "differs.",
        x_range=(-reach, reach),
        y_range=(-reach, reach),
        square=True,
        legend=True,
    )


def accuracy_panel(config: Config, first: Frame) -> go.Figure:
    """How many of its images each network reads rightly."""
    values = 100 * first["accuracy"]
    return fig.panel(
        [
            *lines("accuracy", config, first.step, values),
            *heads("share", config, first.step, values, size=8),
        ],
        x="Step",
        y="Images read rightly (%)",
        alt=f"Share of the {IMAGES} training images each network reads rightly.",
        size="small",
        x_range=(0, 1.04 * config.steps),
        y_range=(0, 102),
    )


def draw_accuracy(config: Config, frame: Frame) -> Patch:
    """One more point on each line of accuracy."""
    share = 100 * frame["accuracy"]
    step = np.full(len(share), frame.step, np.float32)
    return {
        "traces": points(config, "share", step, share),
        "append": points(config, "accuracy", step, share),
    }


def sharpness_panel(config: Config, first: Frame) -> go.Figure:
    """The largest curvature where each network stands, and the bound its η sets."""
    values = sharp(first)
    steps = np.arange(config.steps + 1)
    eta = np.maximum(config.lr * pace(config, steps), 1e-9)
    bounds = [
        fig.line(f"bound.{name}", f"{NAMES[name]}: {BOUNDS[name]}".replace("λmax", "η"),
                 style(name)[0], dash="dot", width=1.6, legend=False,
                 x=steps.astype(np.float32), y=limit(config, name, 1.0) / eta)
        for name in racers(config)
        if name in BOUNDS
    ]  # fmt: skip
    return fig.panel(
        [
            *bounds,
            *lines("sharp", config, first.step, values),
            *heads("edge", config, first.step, values, legend=True),
        ],
        x="Step",
        y="λmax of the Hessian (dotted: the edge of stability)",
        alt="The largest eigenvalue of the loss’s Hessian at each network’s weights, at each step, "
        "logarithmic. Dotted in the colours of SGD and the rules with momentum: the curvature "
        "above which their η is unstable, 2/η and 2(1+β)/η. The other rules have no such bound "
        "for this λmax.",
        x_range=(0, 1.04 * config.steps),
        y_range=(0.1, 100),
        y_log=True,
        legend=True,
    )


def sharp(frame: Frame) -> np.ndarray:
    """λmax as a logarithmic axis can show it."""
    return np.clip(frame["sharpness"], 1e-3, 1e6)


def draw_sharpness(config: Config, frame: Frame) -> Patch:
    """One more point on each line of curvature."""
    values = sharp(frame)
    step = np.full(len(values), frame.step, np.float32)
    return {
        "traces": points(config, "edge", step, values),
        "append": points(config, "sharp", step, values),
    }
