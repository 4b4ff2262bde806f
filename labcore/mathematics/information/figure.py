"""What stands on the stage for the bars: areas of surprise, the message, the table."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures, format_number
from labcore.mathematics.information.descents import descents, descents_moved
from labcore.mathematics.information.lesson import CLASSES, COUNTS, SYMBOLS, Config
from labcore.palette import colour

CEILING = 8.0
"""A surprise above this many units is cut off and marked with ∞ or an arrow."""


def symbols(name: str, role: str) -> go.Figure:
    """The bars of P or of Q."""
    figure = figures.panel(
        [figures.bars("bars", name, role), figures.words("percent", place="top center"),
         figures.head("tops", "bar to drag", "own", size=13)],
        x="symbol", y="probability", size="small", title=f"{name}: drag the bars",
        alt=f"Five bars: the distribution {name}.", x_range=(-0.6, 4.6), y_range=(0, 1.08),
    )  # fmt: skip
    figure.data[0].showlegend = False
    figure.update_xaxes(tickvals=list(range(5)), ticktext=list(SYMBOLS))
    figure.update_yaxes(tickvals=[0, 0.5, 1])
    return figure


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still."""
    unit = config.unit
    true, believed = ("P", "Q") if config.world == "P" else ("Q", "P")
    blue, orange = ("data", "model") if config.world == "P" else ("model", "data")
    areas = figures.panel(
        [go.Scatter(uid="entropy", name=f"H({true}): the code made for {true}", x=(), y=(),
                    mode="lines", fill="toself", fillcolor=colour(blue, 0.4), hoverinfo="skip",
                    line={"color": colour(blue), "width": 1}),
         go.Scatter(uid="cross", name=f"H({true}, {believed}): the code made for {believed}",
                    x=(), y=(), mode="lines", fill="toself", fillcolor=colour(orange, 0.15),
                    hoverinfo="skip", line={"color": colour(orange), "width": 2.5}),
         figures.words("names", place="bottom center"),
         figures.words("lost", "error", place="bottom center")],
        x=f"probability in {true}, symbol after symbol", y=f"length of the codeword, {unit}",
        alt="For each symbol a box as wide as its probability and as high as its codeword is long.",
        x_range=(0, 1), y_range=(-0.6, CEILING), legend=True,
    )  # fmt: skip
    areas.update_xaxes(tickvals=[0, 0.25, 0.5, 0.75, 1])
    x = COUNTS.astype(np.float32)
    ends = np.array([1, COUNTS[-1]], np.float32)
    message = figures.panel(
        [figures.line("fair", f"code for {true}", blue, x=x),
         figures.line("wrong", f"code for {believed}", orange, dash="dash", x=x),
         figures.line("hp", "H", blue, width=1, dash="dot", x=ends, legend=False),
         figures.line("cross", "cross", orange, width=1, dash="dot", x=ends, legend=False),
         figures.words("names", place="top left")],
        x="symbols sent", y=f"mean length so far, {unit} a symbol", x_log=True,
        x_range=(0.95, COUNTS[-1] * 1.1), y_range=(0, 5), legend=True,
        alt="The mean length of a message, in the code for the true distribution and in the other.",
    )  # fmt: skip
    return {
        "p": symbols("P", "data"), "q": symbols("Q", "model"), "areas": areas, "message": message,
        "table": table(), "shares": shares(unit), **descents(config),
    }  # fmt: skip


def table() -> go.Figure:
    """The joint distribution as pairs of bars."""
    figure = figures.panel(
        [figures.bars("zero", "Y = 0", "data", width=0.36, legend=True),
         figures.bars("one", "Y = 1", "model", width=0.36, legend=True),
         figures.head("tops", "bar to drag", "own", size=13)],
        x="X", y="P(X, Y)", x_range=(-0.6, 3.6), y_range=(0, 1.05), legend=True,
        alt="The joint distribution of X and Y as four pairs of bars.",
    )  # fmt: skip
    figure.update_xaxes(tickvals=[0, 1, 2, 3], ticktext=["1", "2", "3", "4"])
    figure.update_yaxes(tickvals=[0, 0.25, 0.5, 0.75, 1])
    return figure


def strip(uid: str, role: str, opacity: float) -> go.Bar:
    """One length of the bar diagram."""
    return go.Bar(
        uid=uid, name=uid, orientation="h", x=(), y=(), base=(), width=0.62, showlegend=False,
        marker={"color": colour(role, opacity), "line": {"color": colour("paper"), "width": 1}},
        hoverinfo="skip",
    )  # fmt: skip


def shares(unit: str) -> go.Figure:
    """Lengths that add up: no circles, whose overlaps would mislead for three variables."""
    figure = figures.panel(
        [strip("x", "data", 0.55), strip("y", "model", 0.5), strip("both", "context", 0.4),
         strip("mutual", "goal", 0.6), figures.words("names")],
        x=f"information, {unit}", y="what is asked", x_range=(0, 3.05 if unit == "bits" else 2.12),
        y_range=(-0.6, 4.6), alt="Bars whose lengths are entropies; they add up row by row.",
    )  # fmt: skip
    figure.update_layout(barmode="overlay")
    figure.update_yaxes(tickvals=[4, 3, 2, 1, 0], ticktext=["X and Y", "X", "Y", "in both", "left"])
    return figure


def boxes(width: np.ndarray, height: np.ndarray) -> dict[str, np.ndarray]:
    """A box for each symbol, side by side, with a gap in the line behind each."""
    right = np.cumsum(width)
    left, top = right - width, np.minimum(height, 2 * CEILING)
    nothing = np.full(len(width), np.nan)
    x = np.stack([left, left, right, right, left, nothing], 1)
    y = np.stack([0 * top, top, top, 0 * top, 0 * top, nothing], 1)
    return {"x": x[width > 0].ravel().astype(np.float32),
            "y": y[width > 0].ravel().astype(np.float32)}  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    p, q = frame["p"], frame["q"]
    true = p if config.world == "P" else q
    own, other = frame["surprise"]
    middle, seen = np.cumsum(true) - true / 2, true > 0.03
    gone = (true > 0) & ~np.isfinite(other)
    x, level = np.arange(5), frame["cross"] if np.isfinite(frame["cross"]) else -1.0
    lines = [f"H = {format_number(frame['hp'])}", f"{format_number(frame['cross'])}"]
    return {
        "p": {"traces": pulled(x, p, config.p)}, "q": {"traces": pulled(x, q, config.q)},
        "areas": {"traces": {
            "entropy": boxes(true, own), "cross": boxes(true, other),
            "names": {"x": middle[seen], "y": np.zeros(int(seen.sum())),
                      "text": [s for s, keep in zip(SYMBOLS, seen, strict=True) if keep]},
            "lost": {"x": middle[gone], "y": np.full(int(gone.sum()), CEILING),
                     "text": ["∞"] * int(gone.sum())},
        }},
        "message": {"traces": {
            "fair": {"y": frame["sent"][0]}, "wrong": {"y": frame["sent"][1]},
            "hp": {"y": np.full(2, frame["hp"])}, "cross": {"y": np.full(2, level)},
            "names": {"x": np.full(2, COUNTS[-1]), "y": np.array([frame["hp"], level]),
                      "text": lines},
        }},
        "table": {"traces": tabled(config, frame)}, "shares": {"traces": shared_out(frame)},
        **descents_moved(config, frame),
    }  # fmt: skip


def pulled(x: np.ndarray, p: np.ndarray, points: Any) -> dict[str, Any]:
    """Bars as probabilities, and the heights that were dragged."""
    return {"bars": {"x": x, "y": p}, "tops": {"x": x, "y": np.array([h for _, h in points])},
            "percent": {"x": x, "y": np.fmax(p, [h for _, h in points]) + 0.04,
                        "text": [format_number(float(value)) for value in p]}}  # fmt: skip


def tabled(config: Config, frame: Frame) -> dict[str, Any]:
    """The pairs of bars."""
    x = np.arange(4)
    both = np.concatenate([x - 0.2, x + 0.2])
    return {"zero": {"x": x - 0.2, "y": frame["joint"][0]},
            "one": {"x": x + 0.2, "y": frame["joint"][1]},
            "tops": {"x": both, "y": np.array([h for _, h in config.table])}}  # fmt: skip


def shared_out(frame: Frame) -> dict[str, Any]:
    """Lengths: X and Y together; X; Y behind what X does not share; then the three parts."""
    hx, hy, hxy, only_x, only_y, mutual = (
        frame[name] for name in ("hx", "hy", "hxy", "hx.y", "hy.x", "mutual")
    )
    told = (("H(X, Y)", hxy, 0, 4), ("H(X)", hx, 0, 3), ("H(Y)", hy, only_x, 2),
            ("I(X; Y)", mutual, only_x, 1), ("H(X | Y)", only_x, 0, 0),
            ("H(Y | X)", only_y, hx, 0))  # fmt: skip
    wide = 0.16 * hxy
    return {
        "both": {"x": np.array([hxy]), "y": np.array([4]), "base": np.zeros(1)},
        "x": {"x": np.array([hx, only_x]), "y": np.array([3, 0]), "base": np.zeros(2)},
        "y": {"x": np.array([hy, only_y]), "y": np.array([2, 0]), "base": np.array([only_x, hx])},
        "mutual": {"x": np.array([mutual]), "y": np.array([1]), "base": np.array([only_x])},
        "names": {
            "x": np.array([start + length / 2 for _, length, start, _ in told]),
            "y": np.array([row for *_, row in told]),
            "text": [f"{name} = {format_number(length)}" if length > 1.6 * wide or row == 1
                     else (format_number(length) if length > wide / 2 else "")
                     for name, length, _, row in told],
        },
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words; those with a dot fill the formulas."""
    true, believed = ("P", "Q") if config.world == "P" else ("Q", "P")
    unit = config.unit
    measured = (
        "hp", "cross", "kl", "reverse", "hx", "hy", "hxy", "hx.y", "hy.x", "mutual", "loss",
    )  # fmt: skip
    said = {name: format_number(float(frame[name])) for name in measured}
    forward, reverse = (format_number(float(path[frame.step])) for path in frame["far"])
    chance = frame["chance"][CLASSES.index(config.label)]
    return {
        f"KL({true}‖{believed})": f"{said['kl']} {unit}",
        f"KL({believed}‖{true})": f"{said['reverse']} {unit}",
        "Symbols sent": f"{frame['count']}",
        "I(X; Y)": f"{said['mutual']} {unit}",
        "Loss of the logits": f"{said['loss']} {unit}",
        "The two bells": f"KL {forward} and {reverse} {unit}",
        "k.cross": said["cross"], "k.h": said["hp"], "k.kl": said["kl"], "k.back": said["reverse"],
        "i.x": said["hx"], "i.y": said["hy"], "i.xy": said["hxy"], "i.i": said["mutual"],
        "i.xgy": said["hx.y"], "i.ygx": said["hy.x"],
        "c.p": format_number(float(chance)), "c.loss": said["loss"],
        "c.pull": format_number(float(chance) - 1),
    }  # fmt: skip
