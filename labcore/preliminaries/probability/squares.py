"""Probabilities as areas: squares one cuts by hand, and what is counted on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, figures, format_number
from labcore.figures import area
from labcore.palette import colour
from labcore.preliminaries.probability.lesson import Config, areas, beliefs, luck, second

SHOWN = 250
"""Of the points dropped on the square, this many are drawn."""
STEP = 1.25
"""How far apart the three boxes stand."""
ASKED = ("P(A)", "P(B)", "P(A and B)", "P(B | A)", "P(A | B)")
TESTS = ("before any test", "one positive", "two positives")


def box(x0: float, x1: float, y0: float, y1: float) -> dict[str, np.ndarray]:
    """The outline of a part of a square."""
    x, y = (x0, x1, x1, x0, x0), (y0, y0, y1, y1, y0)
    return {"x": np.array(x, np.float32), "y": np.array(y, np.float32)}


def true(uid: str, name: str) -> go.Scatter:
    """What is exact, as a short mark above or inside a counted bar."""
    return go.Scatter(
        uid=uid, name=name, x=(), y=(), mode="markers", showlegend=True,
        marker={"symbol": "line-ew-open", "size": 34, "color": colour("goal"),
                "line": {"width": 3, "color": colour("goal")}},
        hovertemplate="exactly %{y:.3f}<extra></extra>",
    )  # fmt: skip


def square() -> go.Figure:
    """The unit square with three edges to drag."""
    dot = {"mode": "markers", "hoverinfo": "skip", "x": (), "y": ()}
    figure = figures.panel(
        [area("both", "A and B", "model", 0.45), area("onlya", "A, not B", "model", 0.12),
         area("onlyb", "B, not A", "data", 0.45), area("neither", "neither", "data", 0.12),
         go.Scatter(uid="inb", marker={"size": 4, "color": colour("text", 0.55)}, **dot),
         go.Scatter(uid="outb", marker={"size": 4, "color": colour("text", 0.35),
                                        "symbol": "circle-open"}, **dot),
         figures.words("names"), figures.head("cut", "P(A)", "own", symbol="diamond", size=15),
         figures.head("left", "P(B | A)", "own", symbol="diamond", size=15),
         figures.head("right", "P(B | not A)", "own", symbol="diamond", size=15)],
        x="A happens left of the cut", y="B happens below the step", square=True,
        alt="A unit square cut into A and not A; in each part B fills the lower end.",
        x_range=(-0.02, 1.02), y_range=(-0.02, 1.1),
    )  # fmt: skip
    figure.update_yaxes(tickvals=[0, 0.5, 1])
    figure.update_xaxes(tickvals=[0, 0.5, 1])
    return figure


def asked() -> go.Figure:
    """Five questions to the square."""
    figure = figures.panel(
        [figures.bars("counted", "share of the points dropped", "data", legend=True),
         true("exact", "area"),
         figures.words("value", place="top center")],
        x="question", y="probability", y_range=(0, 1.12), x_range=(-0.6, 4.6), legend=True,
        alt="Five probabilities of the square: areas, and shares of the points dropped on it.",
    )  # fmt: skip
    figure.update_xaxes(tickvals=list(range(5)), ticktext=list(ASKED))
    figure.update_yaxes(tickvals=[0, 0.25, 0.5, 0.75, 1])
    return figure


def tests() -> go.Figure:
    """All people, those positive once, those positive twice, each stretched to a square."""
    traces = [
        area(f"{name}{k}", title, role, opacity)
        for k in range(2)
        for name, title, role, opacity in (
            ("hit", "ill, positive", "model", 0.6), ("miss", "ill, negative", "model", 0.15),
            ("alarm", "well, positive", "data", 0.5), ("clear", "well, negative", "data", 0.1),
        )
    ]  # fmt: skip
    traces += [area("hit2", "ill", "model", 0.6), area("alarm2", "well", "data", 0.5)]
    hold: dict[str, Any] = {"symbol": "diamond", "size": 15}
    traces += [
        figures.words("heads", place="top center"), figures.words("ills", place="bottom center"),
        figures.head("prior", "ill", "own", **hold), figures.head("found", "found", "own", **hold),
        figures.head("false", "false alarms", "own", **hold),
        figures.head("found2", "found", "own", **hold),
        figures.head("false2", "false alarms", "own", **hold),
    ]  # fmt: skip
    figure = figures.panel(
        traces, x="orange: ill · blue: well · dark: positive", y="share that tests positive",
        x_range=(-0.05, 2 * STEP + 1.05), y_range=(-0.16, 1.2),
        alt="Three boxes: all people, those positive once, those positive twice.",
    )  # fmt: skip
    figure.update_xaxes(showticklabels=False, ticks="", showline=False)
    figure.update_yaxes(tickvals=[0, 0.5, 1])
    return figure


def believed() -> go.Figure:
    """How likely one is ill, before and after."""
    figure = figures.panel(
        [figures.bars("counted", "share of the people counted", "data", legend=True),
         true("exact", "by Bayes' rule"),
         figures.words("value", place="top center")],
        x="what is known", y="probability to be ill", y_range=(0, 1.12), x_range=(-0.6, 2.6),
        alt="The probability to be ill before, after one, and after two positive tests.",
        legend=True,
    )  # fmt: skip
    figure.update_xaxes(tickvals=[0, 1, 2], ticktext=list(TESTS))
    figure.update_yaxes(tickvals=[0, 0.25, 0.5, 0.75, 1])
    return figure


def compared(counted: np.ndarray, exact: np.ndarray) -> dict[str, Any]:
    """Counted bars, exact marks, and the exact number over both."""
    x = np.arange(len(exact))
    above = np.nan_to_num(np.fmax(counted, exact)) + 0.02
    text = [format_number(float(p)) if np.isfinite(p) else "0 / 0" for p in exact]
    return {"counted": {"x": x, "y": counted}, "exact": {"x": x, "y": exact},
            "value": {"x": x, "y": above, "text": text}}  # fmt: skip


def cut(config: Config, frame: Frame) -> dict[str, Any]:
    """The four parts of the square, the points on it, and what can be dragged."""
    a, left, right = config.a, config.b_if_a, config.b_if_not
    across, up = luck(config.seed, "square", 2)[:, : min(frame["n"], SHOWN)]
    in_b = up < np.where(across < a, left, right)
    parts = areas(config)
    x = np.array([a / 2, a / 2, (1 + a) / 2, (1 + a) / 2])
    y = np.array([left / 2, (1 + left) / 2, right / 2, (1 + right) / 2])
    names = ("A and B", "A, not B", "B, not A", "neither")
    text = [f"{name}<br>{format_number(100 * p)} %" if p > 0.03 else "" for name, p in
            zip(names, parts, strict=True)]  # fmt: skip
    return {
        "both": box(0, a, 0, left), "onlya": box(0, a, left, 1),
        "onlyb": box(a, 1, 0, right), "neither": box(a, 1, right, 1),
        "inb": {"x": across[in_b], "y": up[in_b]}, "outb": {"x": across[~in_b], "y": up[~in_b]},
        "names": {"x": x, "y": y, "text": text}, "cut": figures.at(a, 1.05),
        "left": figures.at(a / 2, left), "right": figures.at((1 + a) / 2, right),
    }  # fmt: skip


def sieved(config: Config) -> dict[str, Any]:
    """What each test lets through, stretched to the next square."""
    shares = np.nan_to_num(beliefs(config))
    heights = ((config.hit, config.alarm), second(config))
    traces: dict[str, Any] = {}
    for k, (share, (hit, alarm)) in enumerate(zip(shares, heights, strict=False)):
        x = k * STEP
        traces |= {
            f"hit{k}": box(x, x + share, 0, hit), f"miss{k}": box(x, x + share, hit, 1),
            f"alarm{k}": box(x + share, x + 1, 0, alarm),
            f"clear{k}": box(x + share, x + 1, alarm, 1),
        }  # fmt: skip
    x = 2 * STEP
    traces["hit2"], traces["alarm2"] = box(x, x + shares[2], 0, 1), box(x + shares[2], x + 1, 0, 1)
    middle = np.arange(3) * STEP + 0.5
    percent = [f"ill: {format_number(100 * s)} %" for s in shares]
    return traces | {
        "heads": {"x": middle, "y": np.full(3, 1.09), "text": ["all people", "positive once",
                                                             "positive twice"]},
        "ills": {"x": middle, "y": np.full(3, -0.05), "text": percent},
        "prior": figures.at(shares[0], 1.06), "found": figures.at(shares[0] / 2, config.hit),
        "false": figures.at((1 + shares[0]) / 2, config.alarm),
        "found2": figures.at(STEP + shares[1] / 2, config.hit2),
        "false2": figures.at(STEP + (1 + shares[1]) / 2, config.alarm2),
    }  # fmt: skip
