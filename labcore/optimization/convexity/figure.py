"""The panels of four views."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from labcore import Frame, figures
from labcore.optimization.convexity.config import REACH, Config
from labcore.optimization.convexity.constraints import ITERATIONS
from labcore.optimization.convexity.functions import EDGE
from labcore.optimization.convexity.still import GRID, LEAST, still, window
from labcore.palette import colour

WAYS = (("projection", "data", "circle", "solid"), ("penalty", "model", "square", "dash"),
        ("lagrange", "sky", "diamond", "dot"))  # fmt: skip
"""The three methods: name, role, marker, dash."""
SQUARE = (-REACH, REACH)


def says(x: float, y: float) -> go.Scatter:
    """The verdict, in words, in a corner of the panel."""
    return figures.words("verdict", place="bottom right", x=[x], y=[y], text=[""])


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All panels; views choose among them."""
    made = set_panels() | function_panels(config) | jensen_panels(config) | wall_panels()
    for name, traces in still(config).items():
        for trace in made[name].data:
            trace.update(traces.get(trace.uid, {}))
    if config.function == "drawn":  # a click there adds a point; on the graph of a formula none
        made["sketch"] = made.pop("graph")
    return made


def set_panels() -> dict[str, go.Figure]:
    """The set; how its outline turns; how far outside the chord is."""
    mark = figures.head
    region = figures.field("region", GRID, GRID)
    region.update(colorscale=[[0, colour("paper", 0.0)], [1, colour("data", 0.3)]])
    plane = figures.panel(
        [region, figures.line("outline", "polygon", "data", width=2).update(
            fillcolor=colour("data", 0.3)),
         figures.line("disc", "disc", "model", width=2, dash="dash"),
         figures.line("chord", "chord that leaves the set", "error", width=3),
         figures.words("numbers", "own", place="middle center", size=12),
         mark("walker", "on the chord", "error", symbol="x", size=11),
         mark("middle", "disc, drag it", "own", symbol="diamond", size=14),
         mark("corners", "corner, drag it", "own", size=12), says(0.05 - REACH, REACH + 0.45)],
        x="x₁", y="x₂", x_range=SQUARE, y_range=(-REACH, REACH + 0.5), square=True,
        alt="The set, shaded, with the corners of the polygon, and in red a chord between two of "
        "its points that leaves it, if one was found.",
    )  # fmt: skip
    bend = figures.panel(
        [figures.bars("good", "left", "data", width=None),
         figures.bars("bad", "right", "error", width=None)], x="corner", y="turn (°)",
        y_range=(-180, 180), size="small", title="Turns: a wrong one is red",
        alt="By how many degrees the outline turns at each corner; against the sense of going "
        "round in red.",
    )  # fmt: skip
    bend.update_layout(barmode="overlay", xaxis={"dtick": 1, "range": [0.4, 8.6]})
    outside = figures.panel(
        [figures.line("edge", "outline", "context", width=1, x=[0, 1], y=[0, 0]),
         figures.line("depth", "chord", "error"), mark("walker", "now", "error", symbol="x")],
        x="share of the way t", y="distance outside", x_range=(0, 1), y_range=(-0.6, 1.2),
        size="small", title="Along the red chord",
        alt="How far the points of the red chord are outside the set; negative inside.",
    )  # fmt: skip
    return {"set": plane, "turns": bend, "outside": outside}


def function_panels(config: Config) -> dict[str, go.Figure]:
    """The graph with chords and tangent; its slope; its height above the tangent."""
    low, high = window(config)
    mark, sides = figures.head, dict[str, Any](x="x", x_range=(-EDGE, EDGE))
    pins = mark("pins", "drawn point, drag it", "own", symbol="square", size=11)
    made = {"graph": figures.panel(
        [figures.area("above", "epigraph", "data", 0.1, width=0), figures.line("f", "f", "data"),
         figures.line("tangent", "tangent", "model", dash="dash", width=2),
         figures.line("worst", "chord below the graph", "error", width=2.5),
         figures.line("own", "your chord", "own", width=2),
         mark("walker", "on the red chord", "error", symbol="x", size=10),
         mark("rise", "on the graph", "error", symbol="circle-open", size=10),
         mark("place", "on your chord", "own", symbol="x", size=9), pins,
         mark("touch", "tangent, drag it", "model", symbol="diamond", size=14),
         mark("left", "your chord, drag it", "own", size=13),
         mark("right", "your chord, drag it", "own", size=13), says(0.05 - EDGE, high)],
        y="f(x)", y_range=(low, high), **sides,
        alt="The function, the set above it shaded; your chord in purple; in red the chord that "
        "lies farthest below the graph, if there is one; dashed, a tangent.",
    )}  # fmt: skip
    made["slope"] = figures.panel(
        [figures.line("slope", "slope", "data", width=2),
         figures.line("falls", "falling", "error", width=3),
         mark("touch", "tangent", "model", symbol="diamond")],
        y="f′(x)", size="small", title="Slope: where it falls, red", **sides,
        alt="The slope of the function; where it falls in red.",
    )  # fmt: skip
    made["over"] = figures.panel(
        [figures.line("zero", "tangent", "model", dash="dash", width=1.5, x=[-EDGE, EDGE],
                      y=[0, 0]),
         figures.line("over", "f − tangent", "data", width=2),
         figures.line("below", "below", "error", width=3),
         mark("touch", "tangent", "model", symbol="diamond")],
        y="f − tangent", size="small", title="Below the tangent, red", **sides,
        y_range=((low - high) * 0.6, high - low),
        alt="The function minus its tangent; where that is negative in red.",
    )  # fmt: skip
    return made


def jensen_panels(config: Config) -> dict[str, go.Figure]:
    """Weighted places on the graph, their means, and the gap."""
    low, high = window(config)
    mark, sides = figures.head, dict[str, Any](x="x", x_range=(-EDGE, EDGE))
    made = {"jensen": figures.panel(
        [figures.line("f", "f", "data"),
         figures.area("hull", "all averages", "context", 0.25, width=0),
         figures.line("gap", "gap", "goal", width=4), mark("points", "places", "own", size=10),
         mark("average", "average of f", "goal", symbol="diamond", size=13),
         mark("at-mean", "f of the average", "model", symbol="square", size=12),
         figures.words("average-name", "goal", place="middle right", size=12),
         figures.words("at-mean-name", "model", place="middle right", size=12)],
        y="f(x)", y_range=(low, high), title="◆ E f(x) against ■ f(E x)", **sides,
        alt="Places on the graph, the average of their heights (diamond), and the height at their "
        "average (square); between the two, Jensen's gap.",
    )}  # fmt: skip
    made["masses"] = figures.panel(
        [figures.line("stems", "weights", "own", width=3),
         figures.words("shares", place="top center", size=12),
         mark("mean", "their mean", "model", symbol="triangle-up", size=15),
         mark("tops", "weight, drag it", "own", size=14)],
        y="weight", y_range=(-0.06, 1.2), title="Weights, ▲ their mean", **sides,
        alt="A weight at each place, with its share; a triangle marks the mean.",
    )  # fmt: skip
    made["gap"] = figures.panel(
        [figures.line("zero", "0", "context", width=1, x=[0, 1], y=[0, 0]),
         figures.line("gap", "gap", "goal"), mark("now", "now", "goal", symbol="diamond")],
        x="spread of the places", y="E f(x) − f(E x)", x_range=(0, 1.03), size="small",
        y_range=((low - high) / 3, (high - low) / 1.5), title="Jensen’s gap",
        alt="Jensen's gap as the places move from their mean to where they are.",
    )  # fmt: skip
    return made


def wall_panels() -> dict[str, go.Figure]:
    """The constrained problem, its errors, its multipliers."""
    mark, k = figures.head, dict[str, Any](x="iteration k", x_range=(0, 1.03 * ITERATIONS))
    marks = "● projection, ■ penalty, ◆ multiplier"
    made = {"plane": figures.panel(
        [figures.area("admitted", "admitted", "goal", 0.15, width=0),
         figures.line("levels", "level lines", "context", width=0.8),
         *(trace for name, role, symbol, _ in WAYS for trace in (
             figures.line(f"{name}-path", name, role, width=1.8),
             mark(name, name, role, symbol=symbol, size=11))),
         mark("best", "solution", "goal", symbol="star", size=15),
         mark("centre", "lowest point, drag it", "own", symbol="cross", size=15),
         mark("wall", "wall, drag it", "own", size=14)],
        x="w₁", y="w₂", x_range=SQUARE, y_range=SQUARE, square=True, title=marks,
        alt="Level lines of the loss around its lowest point (cross); the admitted set shaded; "
        "the paths of three methods to the solution (star).",
    )}  # fmt: skip
    made["errors"] = figures.panel(
        [trace for name, role, symbol, dash in WAYS for trace in (
            figures.line(f"{name}-line", name, role, dash=dash),
            mark(name, name, role, symbol=symbol, size=9))],
        y="distance from the solution", y_log=True, y_range=(LEAST, 10), title=marks, **k,
        alt="The distance of each method from the exact solution, by iteration, logarithmic.",
    )  # fmt: skip
    made["alphas"] = figures.panel(
        [figures.line("exact", "exact", "goal", width=1.5),
         *(figures.line(name, name, role, dash=dash, width=2) for name, role, _, dash in WAYS[1:]),
         *(mark(f"{name}-now", name, role, symbol=symbol, size=9)
           for name, role, symbol, _ in WAYS[1:])],
        y="multiplier α", y_range=(0, 3), size="small", title="Push of the wall", **k,
        alt="The multiplier of dual ascent and the force of the penalty, by iteration; the line "
        "is the exact multiplier.",
    )  # fmt: skip
    return made
