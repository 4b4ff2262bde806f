"""What stands still: the curve or the bowl, the error, one step seen from its side, the rates."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, figures
from labcore.formula import Formula
from labcore.optimization.gradient_descent.descent import EDGE, Config, turn, world_of
from labcore.optimization.gradient_descent.jets import jet
from labcore.optimization.gradient_descent.lesson import minima, shrinking, theory
from labcore.palette import colour

LINES = (("first", "data", "circle"), ("second", "model", "square"))
"""The lines of the error, by mode: name, role, marker."""
ETAS = np.linspace(0, 4, 161)
LEAST, MOST = 1e-8, 30.0


def stops(uid: str, name: str, role: str, *, symbol: str = "circle", size: float = 6) -> go.Scatter:
    """A path with a mark at each step."""
    return go.Scatter(uid=uid, name=name, mode="lines+markers", showlegend=False, hoverinfo="skip",
                      line={"width": 1.4, "color": colour(role, 0.6)},
                      marker={"size": size, "symbol": symbol, "color": colour(role)})  # fmt: skip


def window(config: Config) -> tuple[float, float]:
    """From where to where the picture of a curve reaches upwards."""
    height = jet(Formula.parse(config.formula, ("x",)), np.linspace(-EDGE, EDGE, 241))[0]
    seen = height[np.isfinite(height)]
    if not seen.size:
        return -1.0, 1.0
    low, high = float(seen.min()), float(np.quantile(seen, 0.9))
    low = max(low, float(np.quantile(seen, 0.02)) - (high - low))
    room = 0.1 * max(high - low, 1e-6) or 1.0
    return low - room, high + room


def curve(config: Config) -> go.Figure:
    """The typed formula, with its minima."""
    x = np.linspace(-EDGE, EDGE, 241)
    formula = Formula.parse(config.formula, ("x",))
    low, high = window(config)
    least = minima(config.formula)
    height = np.clip(jet(formula, x)[0], low - 10 * (high - low), high + 10 * (high - low))
    name = {"newton": "parabola", "diagonal": "tangent"}.get(config.method, "tangent")
    return figures.panel(
        [figures.line("f", "f", "data", x=x, y=height),
         figures.line("local", name, "model", dash="dash", width=2),
         figures.head("minima", "minimum", "goal", symbol="star", size=12, x=least,
                      y=jet(formula, least)[0]),
         stops("ghost", "plain descent", "context", symbol="diamond", size=5),
         stops("path", "path", "text"),
         figures.head("next", "next", "text", symbol="circle-open", size=11),
         figures.head("ball", "now", "text", size=12),
         figures.head("start", "start", "own", size=15)],
        x="x", y="f(x)", x_range=(-EDGE, EDGE), y_range=(low, high),
        title=f"f = {formula}" if len(str(formula)) < 34 else "f",
        alt=f"The curve f = {formula} with its minima, the places of the descent, the start, and "
        f"the {name} from which the next step is taken.",
    )  # fmt: skip


def bowl(config: Config) -> go.Figure:
    """Contours of the bowl, from above."""
    at = np.linspace(-EDGE, EDGE, 57)
    z = np.sqrt(world_of(config).height(np.stack(np.meshgrid(at, at), -1)))
    q, ends = turn(config.angle), np.array([-1.0, 1.0])
    return figures.panel(
        [figures.contour("loss", at, at, z, levels=14),
         *(figures.line(f"axis-{name}", name, "context", dash="dot", width=1.2, legend=False,
                        x=reach * ends * q[0, i], y=reach * ends * q[1, i])
           for i, (name, reach) in enumerate((("flat", 3.6), ("steep", 2.0)))),
         figures.head("minima", "minimum", "goal", symbol="star", size=12, x=[0], y=[0]),
         stops("ghost", "plain descent", "context", symbol="diamond", size=5),
         stops("path", "path", "text"),
         figures.head("next", "next", "text", symbol="circle-open", size=11),
         figures.head("ball", "now", "text", size=12),
         figures.head("start", "start", "own", size=15)],
        x="w₁", y="w₂", x_range=(-EDGE, EDGE), y_range=(-EDGE, EDGE), square=True,
        title="● path" + ("" if config.method == "plain" else ", ◆ plain descent, same η"),
        alt="A quadratic bowl from above, with the path of the descent. Dotted lines show its flat "
        "and its steep direction.",
    )  # fmt: skip


def named(config: Config) -> tuple[str, ...]:
    """The lines of the error, in words."""
    if config.world == "curve":
        return ("distance",)
    return ("√(2(f − f*))",) if config.method == "armijo" else ("flat mode", "steep mode")


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The world, the error, and two small ones."""
    names = named(config)
    kind = "bound" if config.method == "armijo" else "theory"
    lines = [trace for name, (uid, role, symbol) in zip(names, LINES, strict=False) for trace in (
        figures.line(f"theory-{uid}", f"{name}, {kind}", role, width=1.3, dash="dot"),
        figures.line(f"error-{uid}", name, role, width=2),
        figures.head(f"now-{uid}", name, role, symbol=symbol, size=10))]  # fmt: skip
    title = "error, dotted: theory" if len(names) == 1 else "● flat, ■ steep, dotted: theory"
    made = {
        config.world: curve(config) if config.world == "curve" else bowl(config),
        "error": figures.panel(
            lines, x="step k", y="distance from the minimum" if len(names) == 2 else names[0],
            x_range=(0, 1.03 * config.steps), y_range=(LEAST, MOST), y_log=True,
            title=title.replace("theory", kind).capitalize(),
            alt="The error by step on a logarithmic scale; dotted, the slope that the curvature "
            "at the minimum foretells.",
        ),
        "search": figures.panel(
            [figures.line("along", "f along the step", "data", width=2),
             figures.line("promise", "what the slope promises", "context", width=1.3, dash="dot"),
             figures.line("armijo", "Armijo’s line", "goal", width=1.6, dash="dash"),
             figures.head("refused", "refused", "error", symbol="x", size=9),
             figures.head("taken", "taken", "goal", size=11)],
            x="step tried ÷ η", y="change of f", x_range=(0, 1.15), size="small",
            title="✕ refused, ● taken" if config.method == "armijo" else "Next step",
            alt="The height along the direction of the next step, against the step size; the slope "
            "as a dotted line; crosses are steps refused, a dot the step taken.",
        ),
    }  # fmt: skip
    told = theory(config)
    known = np.clip(shrinking(config, ETAS, told.curvatures), 0, 2)
    made["rate"] = figures.panel(
        [figures.line("one", "1", "context", width=1, x=[0, 4], y=[1, 1]),
         *(figures.line(f"factor-{uid}", name, role, width=2, x=ETAS, y=row)
           for row, name, (uid, role, _) in zip(known, names, LINES, strict=False)),
         figures.line("edge", "2/μ", "error", dash="dash", width=1.6),
         figures.head("ring", "your η", "own", size=14)],
        x="step size η, drag ●", y="factor a step", x_range=(0, 4.15), y_range=(-0.1, 1.5),
        size="small",
        title="Bound of the rate" if config.method == "armijo" else "Theory: |1 − ημ|",
        alt="By what factor a step multiplies the error of each mode, for every step size. Above 1 "
        "it grows; the dashed line is the largest step size that does not diverge.",
    )  # fmt: skip
    return made
