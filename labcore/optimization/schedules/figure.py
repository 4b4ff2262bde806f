"""What stands still on the stage, and what each frame moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, Points
from labcore import figures as fig
from labcore.optimization.schedules.config import NAMES, Config
from labcore.optimization.schedules.lesson import observed
from labcore.palette import colour

LOOKS = {"constant": ("context", "solid"), "factor": ("data", "solid"),
         "multi_step": ("model", "dash"), "cosine": ("goal", "solid"),
         "cyclical": ("sky", "dot"), "drawn": ("own", "solid")}  # fmt: skip
GRABS = (Points("schedule", "points", "drawn", "Point of your schedule"),)
VIEWS = {"Test": ("schedule", "test", "scores"), "Training": ("schedule", "train", "scores")}


def lines(prefix: str, x: np.ndarray, legend: bool = True) -> list[go.Scatter]:
    """A line for each schedule."""
    return [
        fig.line(f"{prefix}-{name}", title, LOOKS[name][0], dash=LOOKS[name][1],
                 width=3 if name == "drawn" else 2, x=np.asarray(x, np.float32),
                 y=np.full(len(x), np.nan, np.float32), legend=legend)
        for name, title in NAMES.items()
    ]  # fmt: skip


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The schedules, the loss in training, the accuracy on test images, and where all stand."""
    steps = observed(config)
    points = fig.head("points", "your points", "own", size=14)
    points.cliponaxis = False
    names = list(NAMES.values())
    ladder = [
        go.Scatter(
            uid=uid, name=word, x=[None] * len(names), y=names, mode="markers",
            marker={"color": colour(role), "size": 10, "symbol": symbol,
                    "line": {"color": colour("paper"), "width": 1}},
            hovertemplate="%{y}: %{x:.1f} %<extra></extra>")
        for uid, word, role, symbol in (("seen", "training", "context", "circle-open"),
                                        ("unseen", "test", "data", "diamond"))
    ]  # fmt: skip
    made = {
        "schedule": fig.panel(
            [*lines("factor", np.linspace(0, 1, 101)), points,
             fig.line("now", "now", "text", dash="dot", width=1, legend=False)],
            x="Share of the run", y="Factor of η", legend=True, x_range=(-0.01, 1.01),
            y_range=(-0.04, 2.06),
            alt="The factor of the learning rate over the run for six schedules; the points of "
            "one of them can be moved, and a click adds one."),
        "test": fig.panel(
            lines("test", steps, False), x="Step", y="Test images read rightly, %",
            title="On 2,000 images never seen", x_range=(0, config.steps), y_range=(55, 90),
            alt="The share of test images read rightly by each network, step by step."),
        "train": fig.panel(
            lines("train", steps, False), x="Step", y="Loss on training images", y_log=True,
            title="On 2,000 of the training images", x_range=(0, config.steps),
            y_range=(0.1, 4),
            alt="The loss on training images of each network, step by step."),
        "scores": fig.panel(
            ladder, x="Read rightly, %", y="Schedule", size="small", legend=True,
            x_range=(60, 95), alt="Where each network stands now: share of training and of test "
            "images read rightly."),
    }  # fmt: skip
    made["scores"].layout.yaxis.type = "category"
    return made


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame moves; an answer has the schedules only."""
    traces: dict[str, Any] = {
        f"factor-{name}": {"y": row} for name, row in zip(NAMES, frame["factors"], strict=True)
    }
    traces["points"] = {"x": [x for x, _ in config.drawn], "y": [y for _, y in config.drawn]}
    share = min(frame.step / config.steps, 1.0)
    traces["now"] = {"x": [share, share], "y": [0, 2]}
    made: dict[str, Patch] = {"schedule": {"traces": traces}}
    if "test" not in frame.values:
        return made
    right = frame["test_right"]
    now = right[:, np.flatnonzero(np.isfinite(frame["train"]).any(0))[-1]]
    made["test"] = {
        "traces": {f"test-{n}": {"y": 100 * row} for n, row in zip(NAMES, right, strict=True)}
    }
    made["train"] = {
        "traces": {f"train-{n}": {"y": row} for n, row in zip(NAMES, frame["train"], strict=True)}
    }
    made["scores"] = {
        "traces": {"seen": {"x": at_least(frame["train_right"])}, "unseen": {"x": at_least(now)}}
    }
    return made


def at_least(shares: np.ndarray) -> np.ndarray:
    """Shares as per cent; what is below the axis stands at its end."""
    return np.maximum(100 * shares, 60.5)
