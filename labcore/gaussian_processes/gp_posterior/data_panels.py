"""The picture of the data: mean, bands and functions; of numbers, outliers or classes."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from scipy.special import expit

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.gaussian_processes.gp_posterior.config import Config
from labcore.gaussian_processes.gp_posterior.kernels import Array
from labcore.gaussian_processes.gp_posterior.observations import World
from labcore.gaussian_processes.gp_posterior.strokes import (
    band,
    dots,
    edges,
    family,
    lettered,
    members,
    percent,
    reach,
    single,
)


def numbers_panel(config: Config, here: World) -> go.Figure:
    """Observations and the posterior: named “main”, or “robust” with Student-t noise."""
    x, level = single(here.shown_x(here.grid)), percent(config)
    at, heights = single(here.shown_x(here.x)), single(here.shown_y(here.y))
    size = 4 if here.real else 10
    kind = "variational posterior" if config.likelihood == "student" else "posterior"
    return fig.panel(
        [
            *band("y", f"{level} band of a new y", "model", 0.13, x),
            *band("f", f"{level} band of f", "model", 0.26, x),
            *family("draw", "functions drawn", "sky", config.samples, x),
            fig.line("mean", "mean", "model", x=x, y=np.zeros_like(x)),
            dots("points", "", "data", at, heights, size=size, hollow=True),
            dots("seen", "points in", "data", [], [], size=size),
            lettered("probe", ["x*"], [0], [here.y_range[0]], role="context", size=9,
                     symbol="triangle-up"),
            lettered("pair", ["i", "j"], [None, None], [None, None]),
        ],
        x=here.x_title,
        y=here.y_title,
        alt=f"Observations, and the {kind} of the function behind them: its mean, the band that "
        f"holds the function with a probability of {level} at each place, the wider band that "
        "holds a new observation, and functions drawn from the posterior.",
        title=f"Mean, and {level} bands: f inside, new y outside",
        x_range=here.x_range,
        y_range=here.y_range,
    )  # fmt: skip


def numbers_patch(config: Config, here: World, frame: Frame) -> Patch:
    """Bands, lines and what came in."""
    z, mean = reach(config), frame["mean"]
    traces = edges("f", mean - z * frame["sd"], mean + z * frame["sd"])
    traces |= edges("y", mean - z * frame["sd_y"], mean + z * frame["sd_y"])
    traces |= members("draw", frame["draws"]) | {"mean": {"y": single(mean)}}
    traces["probe"] = {"x": [float(frame["x.star"])]}
    if "x.i" in frame.values:
        traces["pair"] = {"x": [frame["x.i"], frame["x.j"]], "y": [frame["y.i"], frame["y.j"]]}
    else:
        traces["pair"] = {"x": [None, None], "y": [None, None]}
    return arrivals(here, frame, {"traces": traces})


def arrivals(here: World, frame: Frame, patch: Patch) -> Patch:
    """A patch with the points that came in with this frame; in an answer all are in."""
    x, y = single(here.shown_x(here.x)), single(here.shown_y(here.y))
    traces = patch.setdefault("traces", {})
    if "whole" in frame.values:
        traces["seen"] = {"x": x, "y": y}
        if not here.real:
            traces["points"] = {"x": x, "y": y}
        return patch
    counts = [0, *here.counts()]
    new = slice(*counts[frame.step : frame.step + 2]) if frame.step + 1 < len(counts) else slice(0)
    patch["append"] = {"seen": {"x": x[new], "y": y[new]}}
    return patch


def classes_panel(config: Config, here: World) -> go.Figure:
    """Two classes and the probability of one of them."""
    x = single(here.shown_x(here.grid))
    return fig.panel(
        [
            *band("p", f"{percent(config)} of the probability", "model", 0.2, x),
            *family("draw", "probabilities drawn", "sky", config.samples, x),
            fig.line("chance", "chance of class 1", "model", x=x, y=np.zeros_like(x)),
            fig.line("half", "½", "context", dash="dot", width=1, legend=False,
                     x=[-5, 5], y=[0.5, 0.5]),
            dots("labels", "", "data", here.x, here.y, size=11, hollow=True),
            dots("seen", "points in", "data", [], [], size=11),
        ],
        x=here.x_title,
        y=here.y_title,
        alt="Points of class 0 below and class 1 above, and the probability of class 1 along x: "
        f"what one should bet, and the band that holds the probability at {percent(config)}.",
        title=f"Chance of class 1, and the {percent(config)} band of the probability",
        x_range=here.x_range,
        y_range=here.y_range,
    )  # fmt: skip


def classes_patch(config: Config, here: World, frame: Frame) -> Patch:
    """The probability and its band: edges of f’s band, put through the logistic function."""
    z, mean, sd = reach(config), frame["mean"], frame["sd"]
    traces = edges("p", expit(mean - z * sd), expit(mean + z * sd))
    traces |= members("draw", expit(frame["draws"]))
    traces["chance"] = {"y": single(frame["chance"])}
    patch = arrivals(here, frame, {"traces": traces})
    if "points" in traces:
        traces["labels"] = traces.pop("points")
    return patch


def latent_panel(config: Config, here: World) -> go.Figure:
    """The function behind the classes, which no one sees."""
    x = single(here.grid)
    return fig.panel(
        [
            *band("f", "", "model", 0.26, x),
            *family("draw", "", "sky", config.samples, x),
            fig.line("mean", "mean of f", "model", x=x, y=np.zeros_like(x), legend=False),
        ],
        x="x",
        y="Latent f = log-odds of class 1",
        alt=f"Mean of the latent function and the band that holds it at {percent(config)}, by "
        "Laplace’s approximation.",
        title=f"Behind it: f, {percent(config)} band",
        size="small",
        x_range=(-5, 5),
        y_range=(-5 * config.amplitude**0.5, 5 * config.amplitude**0.5),
    )


def latent_patch(config: Config, frame: Frame) -> Patch:
    """The latent function’s band and draws."""
    z, mean, sd = reach(config), frame["mean"], frame["sd"]
    traces = edges("f", mean - z * sd, mean + z * sd)
    return {"traces": traces | members("draw", frame["draws"]) | {"mean": {"y": single(mean)}}}


def trust_panel(here: World) -> go.Figure:
    """How much each point counts when outliers happen."""
    return fig.panel(
        [
            fig.line("one", "as with normal noise", "context", dash="dot", width=1,
                     x=list(here.x_range), y=[1, 1]),
            dots("trust", "weight", "data", [], [], size=6 if here.real else 9, legend=False),
        ],
        x=here.x_title,
        y="Weight E[w]",
        alt="The weight each observation has got: about 1 where it fits, near 0 for an outlier.",
        title="How far each point is trusted",
        size="small",
        x_range=here.x_range,
        y_range=(0, 2),
    )  # fmt: skip


def trust_patch(here: World, frame: Frame) -> Patch:
    """The weights so far."""
    x: Array = here.shown_x(here.x[: int(frame["count"])])
    return {"traces": {"trust": {"x": single(x), "y": single(frame["trust"])}}}
