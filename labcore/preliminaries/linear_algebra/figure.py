"""Columns that are mixed, balls of norm one, and the cells of products and reductions."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, format_number
from labcore import figures as fig
from labcore.figures import area, arrow, beyond, pair, plane, told, words
from labcore.palette import CATEGORICAL, colour
from labcore.preliminaries.linear_algebra.algebra import ball, norm
from labcore.preliminaries.linear_algebra.cells import (
    draw_order,
    draw_product,
    draw_reduction,
    order_panels,
    product_panels,
    reduction_panels,
)
from labcore.preliminaries.linear_algebra.lesson import STAR, Config

POWERS = np.geomspace(0.5, 20, 60)


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """What stands still."""
    bars = go.Bar(uid="bars", x=[1, 2, 3], width=0.6, showlegend=False, hoverinfo="skip",
                  marker={"color": [colour(role, 0.5) for role in CATEGORICAL[:3]]})  # fmt: skip
    figures = {
        "chain": plane(
            [*(arrow(f"column.{n}", f"column {i + 1}", "context", width=1.5, dash="dot")
               for i, n in enumerate("pqr")),
             *(arrow(f"part.{n}", f"x{i + 1} × column {i + 1}", role)
               for i, (n, role) in enumerate(zip("pqr", CATEGORICAL, strict=False))),
             fig.head("star", "a place to reach", "goal", symbol="star", size=15, x=[STAR[0]],
                      y=[STAR[1]]),
             fig.head("end", "A x", "text", symbol="diamond", size=12), words("names"),
             fig.head("tips", "drag a column", "own", size=13)],
            "The columns, each as often as its entry of x says, put end to end: their end is A x.",
            4.2),
        "weights": fig.panel(
            [bars, fig.head("tops", "pull", "own", size=13)], x="entry of x", y="how much",
            alt="The entries of x as bars one can pull.", x_range=(0.4, 3.6), y_range=(-2.2, 2.2),
            size="small", title="x: pull the bars"),
        **product_panels(config),
        "ball": plane(
            [area("unit", "norm 1", "data", 0.15, width=2),
             fig.line("through", "norm of v", "own", dash="dot", width=1.5, legend=False),
             arrow("v", "v", "own"), words("names"), fig.head("tip", "drag v", "own", size=14)],
            "All vectors of norm 1, and the same shape made so large that v lies on it.", 2.7),
        "image": plane(
            [area("moved", "M × the ball", "model", 0.15, width=2),
             fig.line("before", "before", "data", width=1, dash="dot", legend=False),
             arrow("longest", "the longest", "goal"), words("names"),
             fig.head("tips", "drag a column of M", "own", symbol="square", size=13)],
            "The ball after M; the longest vector in it gives the norm of M.", 2.7),
        "byp": fig.panel(
            [fig.line("curve", "norm of v", "own", legend=False),
             fig.head("p", "drag p", "own", size=14, symbol="diamond")],
            x="p", y="norm of v", size="small", x_log=True, x_range=(0.45, 22), y_range=(0, 4),
            title="Drag p", alt="The norm of v by p, falling to its largest entry."),
        **reduction_panels(config), **order_panels(config),
    }  # fmt: skip
    figures["weights"].update_xaxes(tickvals=[1, 2, 3], ticktext=["x₁", "x₂", "x₃"])
    figures["byp"].update_xaxes(tickvals=[0.5, 1, 2, 5, 20], ticktext=["½", "1", "2", "5", "20"])
    return figures


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves, in all views."""
    return {
        **mixed(config, frame), **balls(config, frame), **draw_product(config, frame),
        **draw_reduction(config, frame), **draw_order(config, frame),
    }  # fmt: skip


def mixed(config: Config, frame: Frame) -> dict[str, Patch]:
    """The columns, end to end."""
    columns, chain = np.array(config.columns).T, np.asarray(frame["chain"], float).T
    traces = {}
    for i, n in enumerate("pqr"):
        traces[f"column.{n}"] = pair(np.stack([columns[:, i] * 0, columns[:, i]], axis=1))
        leg = chain[:, i : i + 2]
        traces[f"part.{n}"] = pair(leg if np.ptp(leg, axis=1).any() else leg * np.nan)
    end = chain[:, -1:]
    traces |= {
        "end": pair(end), "tips": pair(columns),
        "names": told(
            beyond(np.concatenate([columns, end, np.array([STAR]).T], axis=1), 4.2, 0.5),
            ["a₁", "a₂", "a₃", "A x", "reach me"]),
    }  # fmt: skip
    numbers, tops = np.array(config.weights).T.astype(np.float32)
    return {
        "chain": {"traces": traces},
        "weights": {"traces": {"bars": {"y": tops}, "tops": {"x": numbers, "y": tops}}},
    }


def balls(config: Config, frame: Frame) -> dict[str, Patch]:
    """The unit ball at this p, the one through v, and what M makes of the first."""
    p, v, m = float(frame["p"]), np.array([config.vx, config.vy]), np.array(config.square).T
    edge, size = ball(p), float(frame["norm"])
    far = m @ np.asarray(frame["towards"], float)
    top = max(1.15 * float(norm(v, 0.5)), 1.0)
    bounded = np.clip(edge * size, -9, 9)
    return {
        "ball": {"traces": {
            "unit": pair(edge), "through": pair(bounded),
            "v": pair(np.stack([v * 0, v], axis=1)), "tip": pair(v[:, None]),
            "names": told(beyond(np.stack([v, [-1.75, -2.35]], axis=1), 2.7, 0.6),
                          [f"norm {format_number(size)}", f"p = {format_number(p)}"])}},
        "image": {"traces": {
            "moved": pair(m @ edge), "before": pair(edge),
            "longest": pair(np.stack([far * 0, far], axis=1)), "tips": pair(m),
            "names": told(beyond(np.concatenate([m, [[-0.01], [-2.2]]], axis=1), 2.7, 0.35),
                          ["M e₁", "M e₂", f"norm of M: {format_number(frame['induced'])}"])}},
        "byp": {
            "traces": {"curve": pair([POWERS, [float(norm(v, power)) for power in POWERS]]),
                       "p": pair([[p], [size]])},
            "layout": {"yaxis.range": [0, top]}},
    }  # fmt: skip
