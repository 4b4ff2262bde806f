"""One step seen closely: arrows on the picture, effective rates, and what a rule remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.optimization.optimizer_trajectories.config import Config, racers
from labcore.optimization.optimizer_trajectories.ground import half, surface
from labcore.optimization.optimizer_trajectories.marks import heads, points, style
from labcore.optimization.optimizer_trajectories.memory import MEMORY, spread
from labcore.optimization.optimizer_trajectories.names import NAMES
from labcore.optimization.optimizer_trajectories.plane_view import contests, contours
from labcore.palette import colour

ARROWS = {
    "downhill": ("−gradient", "context", "solid", 2.0),
    "push": ("memory", "text", "dot", 1.8),
    "update": ("step", "text", "solid", 2.8),
}
LONGEST = 0.3
"""No arrow is longer than this share of the half picture."""
LIVELY = 0.03
"""A step of this share of the half picture is drawn half as long as an arrow can be."""
TINY, HUGE = 1e-9, 1e9


def arrows_panel(config: Config, first: Frame) -> go.Figure:
    """Gradient, memory and step of every racer."""
    reach, place = half(config), first["theta"]
    drawn = [
        go.Scatter(uid=uid, name=name, x=[None], y=[None], mode="lines", hoverinfo="skip",
                   line={"color": colour(role), "width": width, "dash": dash})
        for uid, (name, role, dash, width) in ARROWS.items()
    ]  # fmt: skip
    return fig.panel(
        [
            contours(config, 61),
            *heads("here", config, place[:, 0], place[:, 1]),
            *drawn,
        ],
        x="x (arrows: directions exact, lengths squeezed)",
        y="y",
        alt=f"Arrows at the places of {contests(config)} where the step on screen began: downhill, "
        "along the memory, and along the step. Directions are exact; lengths are squeezed, so "
        "that none is longer than a third of the half picture.",
        x_range=(-reach, reach),
        y_range=(-reach, reach),
        square=True,
        title="Grey: −gradient. Dotted: memory. Thick: the step.",
    )


def steepness(config: Config) -> float:
    """A gradient of this size is drawn half as long as an arrow can be: the picture's median."""
    at = np.linspace(-half(config), half(config), 25)
    with np.errstate(all="ignore"):
        g = np.hypot(*surface(config).slope(np.stack(np.meshgrid(at, at), -1)))
    sizes = g[np.isfinite(g)]
    return max(float(np.median(sizes)) if sizes.size else 1.0, 1e-9)


def arrow(tail: np.ndarray, vector: np.ndarray, unit: float, longest: float) -> dict[str, Any]:
    """Arrows as one line with gaps. tail, vector: (K, 2); a vector of length `unit` is half as
    long as the longest."""
    with np.errstate(all="ignore"):
        size = np.hypot(vector[:, 0], vector[:, 1])[:, None]
        along = vector / size * np.where(np.isfinite(size), size / (size + unit), 1) * longest
    along = np.where(np.isfinite(along), along, np.nan)
    tip, side = tail + along, np.stack([-along[:, 1], along[:, 0]], -1)
    barbs = [tip - 0.28 * along + sign * 0.16 * side for sign in (1, -1)]
    gap = np.full_like(tip, np.nan)
    whole_line = np.stack([tail, tip, barbs[0], tip, barbs[1], gap], 1).reshape(-1, 2)
    return {"x": whole_line[:, 0].astype(np.float32), "y": whole_line[:, 1].astype(np.float32)}


def draw_arrows(config: Config, frame: Frame, unit: float) -> Patch:
    """The arrows of the step that led to a frame, from where it began."""
    tail, longest = frame["before"], LONGEST * half(config)
    vectors = {
        "downhill": (-frame["gradient"], unit),
        "push": (-frame["velocity"], unit),
        "update": (frame["now"] - tail, LIVELY * half(config)),
    }
    place = frame["theta"]
    traces = {uid: arrow(tail, *pair, longest) for uid, pair in vectors.items()}
    return {"traces": traces | points(config, "here", place[:, 0], place[:, 1])}


def rates_panel(config: Config, first: Frame) -> go.Figure:
    """The effective learning rate of each coordinate, over the steps."""
    drawn = []
    for name in racers(config):
        role, _, dash = style(name)
        for axis, width, opacity in (("x", 2.6, 1.0), ("y", 1.4, 0.75)):
            drawn.append(fig.line(f"rate{axis}.{name}", f"{NAMES[name]}, {axis}", role, dash=dash,
                                  width=width, opacity=opacity, x=[None], y=[None]))  # fmt: skip
    return fig.panel(
        drawn,
        x="Step",
        y="Effective η",
        alt="What stands before the gradient of each coordinate at each step, logarithmic: thick "
        "for x, thin for y. For SGD and momentum both are η.",
        title="Effective η: thick for x, thin for y",
        size="small",
        x_range=(0, 1.04 * config.steps),
        y_range=(1e-4, 1e2),
        y_log=True,
    )


def draw_rates(config: Config, frame: Frame) -> Patch:
    """One more point on each line of rates."""
    step = np.full(len(frame["rate"]), frame.step, np.float32)
    rate = np.clip(frame["rate"], TINY, HUGE)
    return {
        "append": points(config, "ratex", step, rate[:, 0])
        | points(config, "ratey", step, rate[:, 1])
    }


def closely(config: Config) -> str:
    """The racer whose memory is shown: the one chosen, if it races."""
    return config.racer if config.racer in racers(config) else racers(config)[0]


def memory_panel(config: Config, first: Frame) -> go.Figure:
    """The gradient of one racer, and what it remembers of gradients and of their squares."""
    name = closely(config)
    kinds = {"g": ("|g|", "context")}
    if {"v", "m"} & set(MEMORY[name]) or name in ("momentum", "polyak", "nesterov"):
        kinds["mean"] = ("|mean|" if "m" in MEMORY[name] else "|velocity|", "data")
    if {"s", "t"} & set(MEMORY[name]):
        kinds["root"] = ("√squares", "model")
    drawn = [
        fig.line(f"{kind}{axis}", f"{words}", role, dash=dash, width=2.2 if axis == "x" else 1.6,
                 x=[None], y=[None], legend=axis == "x")
        for kind, (words, role) in kinds.items()
        for axis, dash in (("x", "solid"), ("y", "dot"))
    ]  # fmt: skip
    return fig.panel(
        drawn,
        x="Step",
        y=f"{NAMES[name]}: x solid, y dotted",
        alt=f"Sizes of {NAMES[name]}’s gradient and of what it remembers, for each coordinate, at "
        "each step, logarithmic.",
        size="small",
        x_range=(0, 1.04 * config.steps),
        y_range=(1e-4, 1e3),
        y_log=True,
        legend=True,
    )


def draw_memory(config: Config, frame: Frame) -> Patch:
    """One more point on each line of the memory."""
    name = closely(config)
    k = racers(config).index(name)
    state: Mapping[str, Any] = {key: frame[f"{name}.{key}"][1] for key in MEMORY[name]}
    sizes = {"g": np.abs(frame["gradient"][k])}
    if {"v", "m"} & set(state):
        sizes["mean"] = np.abs(frame["velocity"][k])
    if {"s", "t"} & set(state):
        with np.errstate(all="ignore"):
            sizes["root"] = spread(name, state, config.beta2)
    return {
        "append": {
            f"{kind}{axis}": {
                "x": np.array([frame.step], np.float32),
                "y": np.clip(np.asarray(size, np.float32)[i : i + 1], TINY, HUGE),
            }
            for kind, size in sizes.items()
            for i, axis in enumerate("xy")
        }
    }
