"""How training went: losses and scores by epoch, with a band where several networks run."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.start.playground.config import REGRESSION, Config
from labcore.start.playground.points import problem

PARTS = {"train": ("training", "context"), "test": ("test", "model")}
LOWEST, HIGHEST = 1e-4, 10.0


def is_regression(config: Config) -> bool:
    """Whether a value is predicted and no class."""
    return config.data in REGRESSION or problem(config).classes == 0


def curves(config: Config, name: str) -> list[Any]:
    """For each part a line and, with several networks, the band from the least to the most."""
    found: list[Any] = []
    for part, (title, role) in PARTS.items():
        if config.members > 1:
            found += [
                fig.line(f"{name}.{part}.low", title, role, width=0, legend=False),
                fig.area(f"{name}.{part}.high", title, role, 0.25, fill="tonexty", width=0),
            ]
        dash = "dash" if part == "train" else "solid"
        found.append(fig.line(f"{name}.{part}", title, role, dash=dash))
    return found


def grown_by(config: Config, name: str, step: int, values: dict[str, np.ndarray]) -> dict[str, Any]:
    """One more point for each of those lines: the middle network, the least and the most."""
    found = {}
    for part, v in values.items():
        rows = {"": np.median(v)}
        if config.members > 1:
            rows |= {".low": v.min(), ".high": v.max()}
        for which, value in rows.items():
            found[f"{name}.{part}{which}"] = fig.at(step, value)
    return found


def loss_panel(
    config: Config, size: Any = "small", name: str = "loss", title: str = ""
) -> go.Figure:
    """Loss by epoch, on a log axis."""
    corner = [
        fig.words(
            f"{name}.{part}.word",
            role,
            place="middle left",
            size=12,
            x=[config.epochs],
            y=[height],
            text=[title],
        )
        for (part, (title, role)), height in zip(PARTS.items(), (5.5, 1.9), strict=True)
    ]
    return fig.panel(
        [*curves(config, name), *corner], x="Epoch", y="Loss", size=size, title=title,
        x_range=(0, 1.02 * config.epochs), y_range=(LOWEST, HIGHEST), y_log=True,
        alt="Training loss, dashed, and test loss, solid, by epoch, logarithmic."
        + (" The line is the median of all networks, the band reaches from the best to the worst."
           if config.members > 1 else ""),
    )  # fmt: skip


def band_panel(config: Config) -> go.Figure:
    """The same beside what several networks say; of one alone there is no band."""
    if config.members > 1:
        return loss_panel(config, "small", "band")
    return loss_panel(config, "large", "band", "One network: raise “Networks at once”")


def moved_words(step: int, name: str) -> dict[str, dict[str, Any]]:
    """The names of the lines stay at the right of an axis that grows."""
    return {f"{name}.{part}.word": {"x": np.array([step], np.float32)} for part in PARTS}


def drawn_losses(config: Config, frame: Frame, name: str = "loss") -> Patch:
    """One more point."""
    values = {part: np.clip(np.nan_to_num(frame[part], nan=HIGHEST), LOWEST, HIGHEST)
              for part in PARTS}  # fmt: skip
    return {"append": grown_by(config, name, frame.step, values)}


def score_panel(config: Config) -> go.Figure:
    """Accuracy, or R², by epoch."""
    r2 = is_regression(config)
    return fig.panel(
        curves(config, "score"), x="Epoch", y="R²" if r2 else "Classified rightly (%)",
        legend=True, x_range=(0, 1.02 * config.epochs),
        y_range=(-0.25, 1.02) if r2 else (0, 102),
        alt=("R², the share of the variance explained," if r2 else "The share classified rightly")
        + " of training points, dashed, and test points, solid, by epoch.",
    )  # fmt: skip


def draw_score(config: Config, frame: Frame) -> Patch:
    """One more point."""
    times = 1 if is_regression(config) else 100
    values = {part: np.clip(times * np.nan_to_num(frame[f"{part}_good"]), -1, 100)
              for part in PARTS}  # fmt: skip
    return {"append": grown_by(config, "score", frame.step, values)}
