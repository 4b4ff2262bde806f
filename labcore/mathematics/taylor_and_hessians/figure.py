"""The pictures of the lab on Taylor series and Hessians, and its numbers in words."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, figures, shown
from labcore.formula import Formula
from labcore.mathematics.taylor_and_hessians.lesson import (
    LINE,
    ORDERS,
    REACH,
    Config,
    shape,
)
from labcore.mathematics.taylor_and_hessians.levels import SPAN, level_lines
from labcore.palette import colour, scale

GRID = np.linspace(-REACH, REACH, 101)

GRABS = (
    Grab("curve", "point", "x", "", "Point on the curve"),
    Grab("curve", "mark", "mark", "", "Place to compare", anywhere=False),
    Grab("map", "place", "px", "py", "Place on the surface"),
)
VIEWS = {
    "Series": ("curve", "error", "coefficients", "settling"),
    "Bowl": ("map", "across", "along"),
    "Relief": ("relief",),
}


def bounds(curve: np.ndarray) -> tuple[float, float]:
    """A range with much room, for a polynomial leaves its curve soon."""
    return figures.span(curve, keep=0.94, room=0.35)


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Curve, error and coefficients; map with two cuts; relief."""
    y = Formula.parse(config.f, ("x",)).heights(LINE)
    x, up = np.meshgrid(GRID, GRID)
    z = Formula.parse(config.surface).heights(x, up)
    heights = bounds(z)
    ends = (-REACH, REACH)
    return {
        "curve": figures.panel(
            [figures.line("circle", "where the series converges", "context", width=14, opacity=0.3),
             figures.line("f", "f", "data", x=LINE, y=y),
             figures.line("polynomial", "polynomial", "model", x=LINE),
             figures.line("gap", "gap", "error", dash="dot"),
             figures.ring("mark", "compare here"),
             figures.head("point", "x₀", "own", size=14)],
            x="x", y="f(x)", x_range=ends, y_range=bounds(y),
            alt="A curve and the Taylor polynomial that touches it at a point.",
        ),
        "error": figures.panel(
            [figures.line("error", "error", "error", x=LINE),
             figures.line("floor", "rounding", "context", dash="dot", x=list(ends),
                          y=[2e-16, 2e-16])],
            x="x", y="|f − polynomial|", title="Error", x_range=ends, y_range=(1e-17, 1e3),
            y_log=True, alt="How far the polynomial is from the curve, on a logarithmic axis.",
        ),
        "coefficients": figures.panel(
            [bars("now"), bars("later")], x="order k", y="|c|", title="Coefficients", size="small",
            x_range=(-0.7, ORDERS - 0.3), y_range=(1e-16, 1e2), y_log=True,
            alt="Sizes of the Taylor coefficients by order.",
        ),
        "settling": figures.panel(
            [figures.line("errors", "error", "error", x=np.arange(ORDERS)),
             figures.head("here", "this order", "model", symbol="square")],
            x="order", y="error", title="Error at the ring", size="small",
            x_range=(-0.5, ORDERS - 0.5), y_range=(1e-17, 1e3), y_log=True,
            alt="The error at the place to compare, by order.",
        ),
        "map": figures.panel(
            [figures.contour("ground", GRID, GRID, z),
             *[figures.line(f"level.{name}", "model", "model", width=2)
               for name in ("a", "b", "c")],
             figures.line("first", "first axis", "goal", dash="dash", width=2),
             figures.line("second", "second axis", "goal", width=2),
             figures.line("newton", "Newton", "data", width=2.5),
             figures.head("there", "Newton", "data", symbol="diamond"),
             figures.head("place", "you", "own", size=14)],
            x="x", y="y", x_range=ends, y_range=ends, square=True, title="◆ Newton’s way",
            alt="Level lines of the surface and of its quadratic model, and Newton's path.",
        ),
        **{
            name: figures.panel(
                [figures.line("surface", "surface", "data", x=SPAN),
                 figures.line("model", "model", "model", dash="dash", x=SPAN),
                 figures.head("place", "you", "own", x=[0])],
                x="distance along the axis", y="F", title=title, size="small",
                x_range=(SPAN[0], SPAN[-1]), alt=f"Surface and model along the {title.lower()}.",
            )
            for name, title in (("across", "First axis (dashed)"), ("along", "Second axis"))
        },
        "relief": figures.relief(
            [go.Surface(uid="ground", x=GRID[::4], y=GRID[::4], z=clip(z[::4, ::4], heights),
                        colorscale=scale("loss"), showscale=False, opacity=0.9, hoverinfo="skip"),
             go.Surface(uid="model", showscale=False, opacity=0.75, hoverinfo="skip",
                        colorscale=[[0, colour("model")], [1, colour("model")]]),
             go.Scatter3d(uid="place", mode="markers", hoverinfo="skip",
                          marker={"color": colour("own"), "size": 6})],
            x="x", y="y", z="F", z_range=heights,
            alt="The surface in relief with its quadratic model lying on it at the place.",
        ),
    }  # fmt: skip


def clip(z: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """What lies outside the picture is cut out."""
    return np.where((z >= ends[0]) & (z <= ends[1]), z, np.nan).astype(np.float32)


def bars(uid: str) -> go.Bar:
    """Bars of coefficients: those of the polynomial, or those still to come."""
    role = "model" if uid == "now" else "faint"
    return go.Bar(uid=uid, x=np.arange(ORDERS), marker={"color": colour(role)}, hoverinfo="skip",
                  showlegend=False)  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Lay polynomial and model where a frame has them."""
    f = Formula.parse(config.f, ("x",))
    n, used = frame.step, np.arange(ORDERS) <= frame.step
    base, top = bounds(f.heights(LINE))
    far = 20 * (top - base)  # beyond the picture, where Plotly need not follow
    size = np.maximum(np.abs(frame["coefficients"]), 1e-30)
    reach = min(frame["radius"], 2 * REACH)
    at = f.heights(np.array([config.x, config.mark]))
    return {
        "curve": {"traces": {
            "circle": {"x": np.array([config.x - reach, config.x + reach]), "y": np.full(2, base)},
            "polynomial": {"y": np.clip(frame["polynomial"], base - far, top + far)},
            "gap": {"x": np.full(2, config.mark), "y": np.array([at[1], frame["there"]])},
            "mark": {"x": np.array([config.mark]), "y": at[1:]},
            "point": {"x": np.array([config.x]), "y": at[:1]},
        }},
        "error": {"traces": {"error": {"y": np.clip(frame["error"], 1e-17, 1e9)}}},
        "coefficients": {"traces": {"now": {"y": np.where(used, size, 1e-30)},
                                    "later": {"y": np.where(used, 1e-30, size)}}},
        "settling": {"traces": {
            "errors": {"y": np.maximum(frame["errors"], 1e-17)},
            "here": {"x": np.array([n]), "y": np.maximum(frame["errors"][n : n + 1], 1e-17)},
        }},
        **on_the_map(config, frame),
    }  # fmt: skip


def on_the_map(config: Config, frame: Frame) -> dict[str, Patch]:
    """The quadratic model as level lines, as cuts and in relief, and Newton's way."""
    here = np.array([config.px, config.py])
    g, H = frame["gradient"].astype(np.float64), frame["hessian"].astype(np.float64)
    value, axes = frame["value"], frame["axes"].astype(np.float64)
    surface, path = Formula.parse(config.surface), frame["path"][: frame.step + 1]
    cuts: dict[str, Patch] = {}
    for name, axis in (("across", axes[:, 0]), ("along", axes[:, 1])):
        way = here[:, None] + axis[:, None] * SPAN
        model = value + (g @ axis) * SPAN + 0.5 * (axis @ H @ axis) * SPAN**2
        true = surface.heights(*way)
        cuts[name] = {
            "traces": {
                "surface": {"y": true},
                "model": {"y": model},
                "place": {"y": np.array([value])},
            },
            "layout": {"yaxis.range": list(bounds(np.r_[true, model]))},
        }
    lines = [here[:, None] + axis[:, None] * SPAN[[0, -1]] for axis in axes.T]
    step = np.linspace(-1.6, 1.6, 17)
    dx, dy = np.meshgrid(step, step)
    patch = value + g[0] * dx + g[1] * dy
    patch = patch + 0.5 * (H[0, 0] * dx**2 + 2 * H[0, 1] * dx * dy + H[1, 1] * dy**2)
    levels = level_lines(here, g, H)
    return {
        "map": {"traces": {
            **{f"level.{name}": {"x": xy[0], "y": xy[1]}
               for name, xy in zip("abc", levels, strict=True)},
            "first": {"x": lines[0][0], "y": lines[0][1]},
            "second": {"x": lines[1][0], "y": lines[1][1]},
            "newton": {"x": path[:, 0], "y": path[:, 1]},
            "there": {"x": path[-1:, 0], "y": path[-1:, 1]},
            "place": {"x": here[:1], "y": here[1:]},
        }},
        **cuts,
        "relief": {"traces": {
            "model": {"x": (here[0] + step).astype(np.float32),
                      "y": (here[1] + step).astype(np.float32), "z": patch.astype(np.float32)},
            "place": {"x": here[:1], "y": here[1:], "z": np.array([value])},
        }},
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The error of the polynomial, the shape of the model, and the numbers of the formulas."""
    number, c, g = shown, frame["coefficients"], frame["gradient"]
    low, high = frame["curvatures"]
    far = frame["radius"]
    H, newton = frame["hessian"], frame["newton"]
    kind = shape(frame["curvatures"]) if math.isfinite(low) else "none"
    return {
        "Order": str(frame.step),
        "Error at the ring": number(abs(frame["there"] - frame["true"])),
        "Converges within": "everywhere here" if far > 2 * REACH
        else f"about {number(far, 2)}" if np.isfinite(far) else "–",
        "Shape of the model": kind,
        "Curvatures": f"{number(low)} and {number(high)}",
        "Newton’s step": f"({number(newton[0])}, {number(newton[1])})",
        "at.x": number(config.x), "c.0": number(c[0]), "c.1": number(c[1]), "c.2": number(c[2]),
        "c.3": number(c[3]), "g.x": number(g[0]), "g.y": number(g[1]), "h.xx": number(H[0, 0]),
        "h.xy": number(H[0, 1]), "h.yy": number(H[1, 1]), "s.d": number(config.damping),
        "s.x": number(newton[0]), "s.y": number(newton[1]),
    }  # fmt: skip
