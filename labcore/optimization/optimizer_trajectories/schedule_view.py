"""What the schedule makes of η, as a curve; one may draw it."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.optimization.optimizer_trajectories.config import Config
from labcore.optimization.optimizer_trajectories.pace import pace
from labcore.palette import colour


def schedule_name(config: Config) -> str:
    """The name of the panel: only a schedule of one's own can be grabbed."""
    return "drawing" if config.schedule == "drawn" else "schedule"


def schedule_panel(config: Config) -> go.Figure:
    """The factor of η over the race."""
    share, factor = curve(config)
    own = config.schedule == "drawn"
    places = np.array(config.drawn, float).reshape(-1, 2)
    dots = go.Scatter(
        uid="drawn", x=places[:, 0], y=places[:, 1], mode="markers", showlegend=False,
        hoverinfo="skip", cliponaxis=False,
        marker={"color": colour("own"), "size": 13, "symbol": "circle-open",
                "line": {"color": colour("own"), "width": 2.5}},
    )  # fmt: skip
    return fig.panel(
        [
            fig.line("curve", "factor of η", "own" if own else "text", x=share, y=factor),
            *([dots] if own else []),
            fig.head("now", "now", "text", size=9, x=[0.0], y=[float(factor[0])]),
        ],
        x="Share of the race",
        y="Factor of η",
        alt="By what every learning rate is multiplied, from the first step to the last."
        + (" The points can be moved; a click adds one." if own else ""),
        title="Schedule: click and drag to draw" if own else "Schedule of η",
        size="small",
        x_range=(-0.02, 1.02),
        y_range=(-0.05, 2.08 if own else 1.1),
    )


def curve(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """Share of the race and factor of η of each step."""
    steps = np.arange(config.steps)
    return (steps / config.steps).astype(np.float32), pace(config, steps).astype(np.float32)


def draw_schedule(config: Config, frame: Frame) -> Patch:
    """Where the race is on the curve."""
    step = min(frame.step, config.steps - 1)
    now = {"x": [step / config.steps], "y": [float(pace(config, step))]}
    return {"traces": {"now": now}}
