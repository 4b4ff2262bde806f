"""The pictures of the lab on derivatives, and its numbers in words."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import torch

from labcore import Frame, Grab, Patch, figures, shown
from labcore.formula import Formula
from labcore.palette import MARKERS
from labcore.preliminaries.derivatives.lesson import REACH, STEPS, Config

GRID = np.linspace(-REACH, REACH, 241)
COARSE = np.linspace(-REACH, REACH, 121)
TURN = np.linspace(0, 360, STEPS)
AROUND = np.radians(TURN)
KINDS = (("forward", "model", "solid"), ("central", "data", "solid"),
         ("float32", "own", "dot"))  # fmt: skip
ENDS = np.array([-2 * REACH, 2 * REACH])
ARROW = 1.1
"""Length of the arrows on the map; how steep it is there is said beside."""

GRABS = (
    Grab("curve", "point", "x", "", "Point on the curve"),
    Grab("curve", "start", "other", "", "Second point", anywhere=False),
    Grab("inner", "point", "x", "", "Point x"),
    Grab("map", "place", "px", "py", "Place on the surface"),
)
VIEWS = {
    "Slope": ("curve", "error"),
    "Chain": ("inner", "outer"),
    "Surface": ("map", "turn", "slice_x", "slice_y"),
}


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Curve and error; inner and outer function; map, slopes all around and two cuts."""
    f, g = Formula.parse(config.f, ("x",)), Formula.parse(config.g, ("u",))
    y = f.heights(GRID)
    low, high = figures.span(y)
    u = np.linspace(low, high, 241)
    z = ground(config)
    x_range, outer_range = (-REACH, REACH), figures.span(g.heights(u))
    slices = figures.span(z[60], z[:, 60], z)
    return {
        "curve": figures.panel(
            [
                figures.line("f", "f", "data", x=GRID, y=y),
                figures.line("tangent", "tangent", "goal", dash="dash", width=2),
                figures.line("secant", "secant", "model", width=2),
                figures.line("legs", "h and rise", "context", dash="dot", width=1.5),
                figures.head("there", "x + h", "model", symbol="square", size=10),
                figures.ring("start", "starts here"),
                figures.head("point", "x", "own", size=14),
            ],
            x="x", y="f(x)", alt="A curve, a tangent, and a secant that turns into it.",
            x_range=x_range, y_range=(low, high),
        ),
        "error": figures.panel(
            [
                *[
                    figures.line(f"error.{name}", name, role, dash=dash, x=first["steps"])
                    for name, role, dash in KINDS
                ],
                *[figures.head(f"now.{name}", name, role, symbol=MARKERS[i])
                  for i, (name, role, _) in enumerate(KINDS)],
            ],
            x="step |h|", y="error of the slope", title="How far the quotient is from the slope",
            alt="Error of three difference quotients against the step, on logarithmic axes.",
            x_range=(10, 1e-12), y_range=(1e-13, 1e3), x_log=True, y_log=True, legend=True,
        ),
        "inner": figures.panel(
            [figures.line("f", "f", "data", x=GRID, y=y),
             figures.line("tangent", "tangent", "goal", dash="dash", width=2),
             figures.line("legs", "Δx and Δu", "model", width=2.5),
             figures.head("point", "x", "own", size=14)],
            x="x", y="u = f(x)", title="Inner: u = f(x)", x_range=x_range, y_range=(low, high),
            alt="The inner function with its tangent, and a small step Δx with its Δu.",
        ),
        "outer": figures.panel(
            [figures.line("g", "g", "data", x=u, y=g.heights(u)),
             figures.line("tangent", "tangent", "goal", dash="dash", width=2),
             figures.line("legs", "Δu and Δy", "model", width=2.5),
             figures.head("point", "u", "context", size=12)],
            x="u", y="y = g(u)", title="Outer: y = g(u)", x_range=(low, high),
            y_range=outer_range,
            alt="The outer function with its tangent, and the step Δu with its Δy.",
        ),
        "map": figures.panel(
            [figures.contour("ground", COARSE, COARSE, z),
             figures.line("up", "gradient", "goal", width=4),
             figures.line("way", "direction", "model", width=4),
             figures.head("tip", "direction", "model", symbol="square"),
             figures.head("place", "you", "own", size=14)],
            x="x", y="y", alt="Level lines of the surface, the gradient and a turning direction.",
            x_range=x_range, y_range=x_range, square=True,
        ),
        "turn": figures.panel(
            [figures.line("turned", "measured", "data", x=TURN),
             figures.line("cosine", "cosine", "goal", dash="dot", width=4,
                          opacity=0.6, x=TURN),
             figures.head("now", "now", "model", symbol="square")],
            x="direction (degrees)", y="slope in this direction", x_range=(0, 360),
            title="Slope all around", legend=True,
            alt="The slope of the surface by direction: a cosine whose top is the gradient.",
        ),
        **{
            name: figures.panel(
                [figures.line("slice", "surface", "data", x=COARSE),
                 figures.line("tangent", "tangent", "goal", dash="dash", width=2),
                 figures.head("point", "you", "own")],
                x=across, y="F", title=f"∂F/∂{across}", size="small", x_range=x_range,
                y_range=slices, alt=f"The surface cut along {across}, with its tangent.",
            )
            for name, across in (("slice_x", "x"), ("slice_y", "y"))
        },
    }  # fmt: skip


def ground(config: Config) -> np.ndarray:
    """The surface over the map: (121, 121), rows are y."""
    x, y = np.meshgrid(COARSE, COARSE)
    z = Formula.parse(config.surface)(torch.as_tensor(x), torch.as_tensor(y)).numpy()
    return np.where(np.isfinite(z), z, np.nan)


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Move the points, lines and marks to where a frame has them."""
    x, h, u, slope = config.x, frame["h"], frame["f"], frame["slope"]
    start = Formula.parse(config.f, ("x",)).heights(np.array([config.other]))
    up, way = frame["gradient"].astype(np.float64), frame["angle"]
    steep = float(np.hypot(*up))
    errors = np.maximum(frame["errors"], 1e-16)
    du, y, dy = frame["du"], frame["y"], frame["dy"]
    here = np.array([config.px, config.py])
    tip = here + ARROW * np.array([np.cos(way), np.sin(way)])
    top = here + (ARROW * up / steep if steep > 0 else 0)
    now = frame.step
    return {
        "curve": {"traces": {
            "tangent": tangent(x, u, slope),
            "secant": tangent(x, u, frame["secant"]),
            "legs": legs(x, u, h, du),
            "there": figures.at(x + h, u + du),
            "start": figures.at(config.other, start[0]),
            "point": figures.at(x, u),
        }},
        "error": {"traces": {
            **{f"error.{name}": {"x": np.abs(frame["steps"]), "y": errors[i]}
               for i, (name, _, _) in enumerate(KINDS)},
            **{f"now.{name}": figures.at(abs(h), errors[i, now])
               for i, (name, _, _) in enumerate(KINDS)},
        }},
        "inner": {"traces": {"tangent": tangent(x, u, slope), "legs": legs(x, u, h, du),
                             "point": figures.at(x, u)}},
        "outer": {"traces": {"tangent": tangent(u, y, frame["outer"]),
                             "legs": legs(u, y, du, dy), "point": figures.at(u, y)}},
        "map": {"traces": {
            "up": segment(here, top), "way": segment(here, tip), "tip": figures.at(*tip),
            "place": figures.at(*here),
        }},
        "turn": {
            "traces": {
                "turned": {"y": frame["turned"]},
                "cosine": {"y": np.cos(AROUND) * up[0] + np.sin(AROUND) * up[1]},
                "now": figures.at(np.degrees(way), frame["turned"][now]),
            },
            "layout": {"yaxis.range": [-1.25 * max(steep, 0.1), 1.25 * max(steep, 0.1)]},
        },
        "slice_x": {"traces": cut(config, config.px, frame["value"], up[0], along_x=True)},
        "slice_y": {"traces": cut(config, config.py, frame["value"], up[1], along_x=False)},
    }  # fmt: skip


def segment(a: np.ndarray, b: np.ndarray) -> dict[str, np.ndarray]:
    """A line between two places, each (2,)."""
    return {"x": np.array([a[0], b[0]]), "y": np.array([a[1], b[1]])}


def tangent(x: float, y: float, slope: float) -> dict[str, np.ndarray]:
    """A line through a point, across the picture; without a slope, none."""
    if not np.isfinite([y, slope]).all():
        return {"x": ENDS, "y": np.full(2, np.nan)}
    return {"x": ENDS, "y": y + slope * (ENDS - x)}


def legs(x: float, y: float, dx: float, dy: float) -> dict[str, np.ndarray]:
    """How far across and how far up: two sides of a triangle."""
    return {"x": np.array([x, x + dx, x + dx]), "y": np.array([y, y, y + dy])}


def cut(
    config: Config, at: float, value: float, slope: float, *, along_x: bool
) -> dict[str, dict[str, np.ndarray]]:
    """The surface along one coordinate, through the place."""
    surface, across = Formula.parse(config.surface), torch.as_tensor(COARSE)
    heights = surface(across, config.py) if along_x else surface(config.px, across)
    return {
        "slice": {"y": heights.numpy()},
        "tangent": tangent(at, value, slope),
        "point": figures.at(at, value),
    }


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The slopes, and the numbers of the formulas."""
    number = shown
    up = frame["gradient"]
    return {
        "Step h": number(frame["h"]),
        "Secant": number(frame["secant"], 6),
        "Slope f′(x)": number(frame["slope"], 6),
        "dy/dx by the chain": number(frame["chained"], 4),
        "Gradient": f"({number(up[0])}, {number(up[1])})",
        "In this direction": number(frame["turned"][frame.step]),
        "at.h": number(frame["h"]), "at.f": number(frame["f"], 6),
        "at.there": number(frame["f_there"], 6), "at.secant": number(frame["secant"], 6),
        "at.slope": number(frame["slope"], 6), "chain.inner": number(frame["slope"], 4),
        "chain.outer": number(frame["outer"], 4), "chain.whole": number(frame["chained"], 4),
        "chain.ratio": number(frame["dy"] / frame["h"], 4),
        "turn.angle": number(np.degrees(frame["angle"])), "turn.x": number(up[0]),
        "turn.y": number(up[1]), "turn.slope": number(frame["turned"][frame.step]),
    }  # fmt: skip
