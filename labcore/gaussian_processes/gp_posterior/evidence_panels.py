"""The evidence as a map and as two terms, the covariance matrix, and the check of the bands."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.gaussian_processes.gp_posterior.calibration import LEVELS
from labcore.gaussian_processes.gp_posterior.config import (
    LENGTHS,
    MOST,
    NOISES,
    Config,
)
from labcore.gaussian_processes.gp_posterior.evidence import SIDE, lengths
from labcore.gaussian_processes.gp_posterior.kernels import Array
from labcore.gaussian_processes.gp_posterior.lesson import beginnings
from labcore.gaussian_processes.gp_posterior.observations import World
from labcore.gaussian_processes.gp_posterior.observe import depth_of
from labcore.gaussian_processes.gp_posterior.strokes import dots, lettered, single
from labcore.palette import colour

NAMES_OF_MATRIX = {
    "K": "K, covariance of the points",
    "L": "L, lower Cholesky factor of K + noise",
    "inverse": "(K + noise)⁻¹, the precision",
    "hat": "K(K + noise)⁻¹: row i weighs the y for the mean at x_i",
}


def cells(low: float, high: float) -> Array:
    """Where the map’s cells begin and end: its places are their middles."""
    half = (high / low) ** (0.5 / (SIDE - 1))
    return np.geomspace(low / half, high * half, SIDE + 1)


def surface_panel(config: Config, here: World, fitted: bool) -> go.Figure:
    """The log evidence over lengthscale and noise, the ring of the controls, and climbs."""
    deep = depth_of(here)
    ticks = {"highest": 255, f"−{deep / 3:.0f}": 170, f"−{2 * deep / 3:.0f}": 85,
             f"−{deep:.0f} or less": 0}  # fmt: skip
    heat = fig.field("surface", cells(*LENGTHS), cells(*NOISES),
                     np.zeros((SIDE, SIDE), np.uint8), bar="nats below the highest",
                     ticks=list(ticks.values()), labels=list(ticks))  # fmt: skip
    climbs = len(beginnings(config, here)) if fitted else 0
    paths: list[Any] = []
    for k in reversed(range(climbs)):
        symbol, dash = ("circle", "solid") if k == 0 else ("square", "dot")
        paths += [
            fig.line(f"path-{k}", "climb", "own", width=2.5, dash=dash, legend=False),
            fig.head(f"head-{k}", "end of the climb", "own", symbol=symbol, size=9),
        ]
    ring = lettered("ring", ["set here"], [config.lengthscale], [config.noise], size=20)
    return fig.panel(
        [heat, *paths, ring],
        x="Lengthscale ℓ",
        y="Noise σ",
        alt="Log evidence for every lengthscale and noise: yellow where the points in are most "
        "probable. A ring marks the setting of the controls"
        + (", lines the climbs of the fit." if fitted else "."),
        title="Log evidence log p(y | ℓ, σ)",
        x_range=LENGTHS,
        y_range=NOISES,
        x_log=True,
        y_log=True,
    )


def surface_patch(config: Config, frame: Frame) -> Patch:
    """The map, and the climbs so far."""
    traces: dict[str, dict[str, Any]] = {"surface": {"z": frame["surface"]}}
    climbs = frame["paths"] if "paths" in frame.values else ()
    for k, path in enumerate(climbs):
        x, y = 10.0 ** single(path).T
        traces[f"path-{k}"] = {"x": x, "y": y}
        traces[f"head-{k}"] = {"x": x[-1:], "y": y[-1:]}
    if "whole" in frame.values:
        traces["ring"] = {"x": [config.lengthscale], "y": [config.noise]}
    return {"traces": traces}


def terms_panel() -> go.Figure:
    """What the evidence is the sum of, along the lengthscale."""
    x = single(lengths())
    lines = [
        fig.line("fit", "fit −½yᵀK⁻¹y", "data", dash="dash", width=2, x=x, y=0 * x),
        fig.line("complexity", "simplicity −½log|K|", "own", dash="dot", width=2, x=x, y=0 * x),
        fig.line("total", "evidence", "model", x=x, y=0 * x),
        fig.line("here", "ℓ", "context", width=1, dash="dot", legend=False),
    ]
    figure = fig.panel(
        lines,
        x="Lengthscale ℓ (σ as set)",
        y="Nats",
        alt="Along the lengthscale: the fit to the points gets worse, the simplicity better; the "
        "log evidence, their sum with a constant, has its highest point between.",
        size="small",
        x_range=LENGTHS,
        y_range=(-50, 10),
        x_log=True,
        legend=True,
    )
    figure.update_layout(legend={"font": {"size": 12}, "itemwidth": 30})
    return figure


def terms_patch(frame: Frame) -> Patch:
    """The three curves, with room for what matters."""
    fit, complexity = single(frame["terms"])
    n = int(frame["count"])
    total = fit + complexity - np.float32(0.5 * n * np.log(2 * np.pi))
    if np.isfinite(total).all():
        top = float(total.max())
        room = [top - max(40.0, 0.8 * n), max(float(complexity.max()), top, 0.0) + 5]
    else:
        room = [-50.0, 10.0]
    return {
        "traces": {
            "fit": {"y": fit},
            "complexity": {"y": complexity},
            "total": {"y": total},
            "here": {"x": [frame["ell"], frame["ell"]], "y": room},
        },
        "layout": {"yaxis.range": room},
    }


def calibration_panel() -> go.Figure:
    """Whether bands hold what they say."""
    return fig.panel(
        [
            fig.line("honest", "honest", "context", dash="dot", width=1.5, legend=False,
                     x=[0, 100], y=[0, 100]),
            fig.line("inside", "points inside", "model", x=100 * LEVELS, y=np.zeros(len(LEVELS)),
                     legend=False),
            dots("level", "the level chosen", "own", [0], [0], size=11, legend=False),
        ],
        x="Level of the band (%)",
        y="Points inside (%)",
        alt="For each level, the share of points that lie in the band told by all other points. "
        "On the dotted diagonal the bands hold what they say; above it they are too wide.",
        title="Leave one out",
        size="small",
        x_range=(0, 100),
        y_range=(0, 102),
    )  # fmt: skip


def calibration_patch(config: Config, frame: Frame) -> Patch:
    """Shares inside at each level."""
    return {
        "traces": {
            "inside": {"y": single(100 * frame["inside"])},
            "level": {"x": [config.level], "y": [float(100 * frame["loo"])]},
        }
    }


def matrix_panel(config: Config, here: World) -> go.Figure:
    """The chosen matrix of the points, and the ring that chooses two of them."""
    side = max(min(len(here.x), MOST), 1)
    at = np.arange(1, side + 1)
    heat = fig.field("matrix", at, at, np.full((side, side), 128, np.uint8), colours="signed",
                     bar=" ", ticks=[0, 128, 255], labels=["−", "0", "+"])  # fmt: skip
    thin = f" ({side} of {len(here.x)} points)" if len(here.x) > side else ""
    row, column = min(config.row, side), min(config.column, side)
    return fig.panel(
        [heat, lettered("cell", ["i, j"], [column], [row], symbol="square-open", size=16)],
        x="Point j, from the left",
        y="Point i, from the left",
        alt=f"{NAMES_OF_MATRIX[config.matrix]}, as coloured cells; a square marks the pair chosen.",
        title=NAMES_OF_MATRIX[config.matrix] + thin,
        x_range=(0.5, side + 0.5),
        y_range=(side + 0.5, 0.5),
        square=True,
    )


def matrix_patch(config: Config, here: World, frame: Frame) -> Patch:
    """The matrix; in an answer it may have another size."""
    z = frame["matrix"]
    traces: dict[str, dict[str, Any]] = {"matrix": {"z": z}}
    if "whole" not in frame.values:
        return {"traces": traces}
    at = np.arange(1, len(z) + 1, dtype=np.float32)
    traces["matrix"] |= {"x": at, "y": at}
    traces["cell"] = {"x": [min(config.column, len(z))], "y": [min(config.row, len(z))]}
    ends = [0.5, len(z) + 0.5]
    return {"traces": traces, "layout": {"xaxis.range": ends, "yaxis.range": ends[::-1]}}


def weights_panel(here: World) -> go.Figure:
    """α: how strongly each point pulls the mean."""
    return fig.panel(
        [
            go.Bar(uid="alpha", x=[0.0], y=[0.0], width=0.12, marker={"color": colour("data")},
                   showlegend=False, hovertemplate="α = %{y:.3g}<extra></extra>"),
        ],
        x=here.x_title,
        y="α = (K + noise)⁻¹ y",
        alt="The weight α of each point: the mean is the sum of the kernels at the points, each "
        "times its α.",
        title="Pull of each point",
        size="small",
        x_range=here.x_range,
        y_range=(-1, 1),
    )  # fmt: skip


def weights_patch(here: World, frame: Frame) -> Patch:
    """The weights so far."""
    n = int(frame["count"])
    alpha = single(frame["alpha"]) if n else np.zeros(1, np.float32)
    x = single(here.shown_x(here.x[:n])) if n else np.zeros(1, np.float32)
    most = 1.1 * max(float(np.abs(alpha).max()), 1e-3)
    return {"traces": {"alpha": {"x": x, "y": alpha}}, "layout": {"yaxis.range": [-most, most]}}
