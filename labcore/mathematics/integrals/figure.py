"""The pictures of the lab on integrals, and its numbers in words."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, figures, shown
from labcore.formula import Formula
from labcore.mathematics.integrals.lesson import (
    CORNER,
    COUNTS,
    REACH,
    RULES,
    Config,
    accumulated,
    at,
)
from labcore.palette import CATEGORICAL, DASHES, MARKERS, colour

LINE = np.linspace(-REACH, REACH, 321)
CELLS = 60
"""Rows and columns of the picture of the columns."""

GRABS = (
    Grab("curve", "a", "a", "", "Beginning of the integral", anywhere=False),
    Grab("curve", "b", "b", "", "End of the integral", anywhere=False),
    Grab("inside", "a", "a", "", "Beginning of the integral", anywhere=False),
    Grab("inside", "b", "b", "", "End of the integral", anywhere=False),
    Grab("region", "corner", "px", "py", "Corner of the region"),
)
VIEWS = {
    "Slices": ("curve", "error", "area"),
    "Substitution": ("inside", "outside"),
    "Volume": ("region", "slabs"),
}


def finite(y: np.ndarray) -> np.ndarray:
    """A curve with gaps where it is undefined."""
    return np.where(np.isfinite(y), y, np.nan)


def bounds(curve: np.ndarray) -> tuple[float, float]:
    """A range that shows a curve and the axis."""
    return figures.span(curve, keep=0.98, room=0.12, zero=True)


def filled(uid: str, role: str, opacity: float) -> go.Scatter:
    """Slices, as one line that goes around each."""
    return figures.area(uid, "slices", role, opacity, fill="tozeroy", width=1)


def inner_outer(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """f(g(x)) g′(x) and g(x) over LINE; the slope by differences, for the picture."""
    f, g = Formula.parse(config.f, ("x",)), Formula.parse(config.g, ("x",))
    u = at(g, LINE)
    with np.errstate(all="ignore"):
        return finite(at(f, u) * np.gradient(u, LINE)), finite(u)


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Slices, errors and area; the same slices in x and in u; columns and slabs."""
    f = Formula.parse(config.f, ("x",))
    y = f.heights(LINE)
    inside, u = inner_outer(config)
    reach = bounds(u)
    over = np.linspace(*reach, 241)
    ends = (-REACH, REACH)
    area = finite(accumulated(f, config.a, LINE))
    z = finite(at(Formula.parse(config.surface), *np.meshgrid(LINE[::4], LINE[::4])))
    return {
        "curve": figures.panel(
            [filled("slices", "data", 0.25), figures.line("f", "f", "data", x=LINE, y=y),
             axis_line(ends), end("a"), end("b")],
            x="x", y="f(x)", x_range=ends, y_range=bounds(y),
            alt="A curve and the slices under it from a to b.",
        ),
        "error": figures.panel(
            [*[figures.line(f"error.{rule}", rule, CATEGORICAL[i], dash=DASHES[i], x=COUNTS)
               for i, rule in enumerate(RULES)],
             *[figures.head(f"now.{rule}", rule, CATEGORICAL[i], symbol=MARKERS[i])
               for i, rule in enumerate(RULES)]],
            x="number of slices n", y="error of the sum", x_range=(1, 220), y_range=(1e-8, 1e2),
            x_log=True, y_log=True, legend=True,
            alt="Error of four rules against the number of slices, on logarithmic axes.",
        ),
        "area": figures.panel(
            [figures.line("area", "area from a", "model", x=LINE, y=area), axis_line(ends),
             figures.head("here", "area", "model", symbol="square")],
            x="x", y="area from a to x", title="Its slope is f(x)", size="small", x_range=ends,
            y_range=bounds(area), alt="The area from a to x as a function of x.",
        ),
        "inside": figures.panel(
            [filled("even", "data", 0.25), filled("odd", "model", 0.25),
             figures.line("curve", "curve", "text", width=2, x=LINE, y=inside),
             axis_line(ends), end("a"), end("b")],
            x="x", y="f(g(x)) g′(x)", title="In x: equal widths", x_range=ends,
            y_range=bounds(inside), alt="Slices of equal width under f(g(x)) times g'(x).",
        ),
        "outside": figures.panel(
            [filled("even", "data", 0.25), filled("odd", "model", 0.25),
             figures.line("curve", "curve", "text", width=2, x=over, y=f.heights(over)),
             axis_line(reach)],
            x="u = g(x)", y="f(u)", title="In u: the same areas", x_range=reach,
            y_range=bounds(f.heights(over)),
            alt="The same slices under f(u), as wide as g makes them.",
        ),
        "region": figures.panel(
            [figures.contour("ground", LINE[::4], LINE[::4], z),
             figures.line("grid", "columns", "data", width=1),
             figures.head("corner", "corner", "own", size=14)],
            x="x", y="y", x_range=ends, y_range=ends, square=True,
            alt="Level lines of the surface, and the grid of columns over the region.",
        ),
        "slabs": figures.panel(
            [filled("slabs", "model", 0.3), axis_line((CORNER - 0.2, REACH))],
            x="y", y="area of the cut at y", title="One slab for each row",
            x_range=(CORNER - 0.2, REACH), y_range=slab_range(z),
            alt="The area of each cut through the surface; the area under it is the volume.",
        ),
    }  # fmt: skip


def slab_range(z: np.ndarray) -> tuple[float, float]:
    """Room for cuts through the whole width of the region."""
    low, high = bounds(z)
    return low * (REACH - CORNER) / 2, high * (REACH - CORNER) / 2


def axis_line(ends: tuple[float, float]) -> go.Scatter:
    """Height 0."""
    return figures.line("zero", "0", "context", width=1, x=list(ends), y=[0, 0], legend=False)


def end(uid: str) -> go.Scatter:
    """A mark on the axis that can be grabbed, with its name."""
    return go.Scatter(
        uid=uid, mode="markers+text", text=[uid], textposition="bottom center", x=[0], y=[0],
        textfont={"size": 14, "color": colour("own")}, hoverinfo="skip", showlegend=False,
        marker={"size": 14, "color": colour("own"),
                "line": {"width": 1.5, "color": colour("paper")}},
    )  # fmt: skip


def outline(edges: np.ndarray, left: np.ndarray, right: np.ndarray) -> dict[str, np.ndarray]:
    """Around each slice: up, over its top from left to right, and down. edges: (n + 1,)."""
    zero = np.zeros_like(left)
    x = np.stack([edges[:-1], edges[:-1], edges[1:], edges[1:]], axis=1)
    y = np.stack([zero, left, right, zero], axis=1)
    return {"x": x.ravel(), "y": y.ravel()}


def every_other(edges: np.ndarray, areas: np.ndarray, odd: int) -> dict[str, np.ndarray]:
    """Every other slice, apart from each other."""
    with np.errstate(all="ignore"):
        heights = finite(areas / np.diff(edges))
    rows = [
        [[edges[k], 0], [edges[k], heights[k]], [edges[k + 1], heights[k]], [edges[k + 1], 0],
         [np.nan, np.nan]]
        for k in range(odd, len(areas), 2)
    ]  # fmt: skip
    xy = np.array(rows, np.float64).reshape(-1, 2) if rows else np.full((1, 2), np.nan)
    return {"x": xy[:, 0], "y": xy[:, 1]}


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Lay as many slices as the frame has."""
    f = Formula.parse(config.f, ("x",))
    edges, n = frame["edges"].astype(np.float64), frame["n"]
    if config.rule == "trapezoid":
        tops = f.heights(edges)
        left, right = tops[:-1], tops[1:]
    else:
        width = (config.b - config.a) / n
        left = right = finite(frame["areas"] / width) if width else np.zeros(n)
    errors = np.maximum(frame["errors"], 1e-9)
    u, x = frame["piece_u"].astype(np.float64), frame["piece_x"].astype(np.float64)
    ends = {name: figures.at(place, 0) for name, place in (("a", config.a), ("b", config.b))}
    rows = min(n, CELLS)
    return {
        "curve": {"traces": {"slices": outline(edges, left, right), **ends}},
        "error": {"traces": {
            **{f"error.{rule}": {"y": errors[i]} for i, rule in enumerate(RULES)},
            **{f"now.{rule}": figures.at(n, errors[i, frame.step]) for i, rule in enumerate(RULES)},
        }},
        "area": {"traces": {"area": {"y": finite(accumulated(f, config.a, LINE))},
                            "here": figures.at(config.b, frame["true"])}},
        "inside": {"traces": {"even": every_other(x, frame["piece_inside"], 0),
                              "odd": every_other(x, frame["piece_inside"], 1), **ends}},
        "outside": {"traces": {"even": every_other(u, frame["piece_outside"], 0),
                               "odd": every_other(u, frame["piece_outside"], 1)}},
        "region": {"traces": {"grid": grid(config, min(rows, 30)),
                              "corner": figures.at(config.px, config.py)}},
        "slabs": {"traces": {"slabs": outline(frame["y"].astype(np.float64), finite(frame["slabs"]),
                                              finite(frame["slabs"]))}},
    }  # fmt: skip


def grid(config: Config, n: int) -> dict[str, np.ndarray]:
    """The feet of the columns, as one line with gaps."""
    across, up = np.linspace(CORNER, config.px, n + 1), np.linspace(CORNER, config.py, n + 1)
    gap = np.full(n + 1, np.nan)
    x = np.stack([across, across, gap], axis=1).ravel()
    y = np.stack([np.full(n + 1, CORNER), np.full(n + 1, config.py), gap], axis=1).ravel()
    x = np.r_[x, np.stack([np.full(n + 1, CORNER), np.full(n + 1, config.px), gap], axis=1).ravel()]
    return {"x": x, "y": np.r_[y, np.stack([up, up, gap], axis=1).ravel()]}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Sums and what they tend to."""
    number = shown
    return {
        "Slices": str(frame["n"]),
        "Their sum": number(frame["sum"], 6),
        "Integral": number(frame["true"], 6),
        "In x, in u": f"{number(frame['inside'], 4)}, {number(frame['outside'], 4)}",
        "Columns": number(frame["columns"], 5),
        "Volume": number(frame["volume"], 5),
        "at.a": number(config.a), "at.b": number(config.b), "at.n": str(frame["n"]),
        "at.sum": number(frame["sum"], 6), "at.true": number(frame["true"], 6),
        "sub.inside": number(frame["inside"], 5), "sub.outside": number(frame["outside"], 5),
        "vol.columns": number(frame["columns"], 5), "vol.true": number(frame["volume"], 5),
    }  # fmt: skip
