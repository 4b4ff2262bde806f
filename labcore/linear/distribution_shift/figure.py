"""What stands on the stage, what moves, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures, format_number, shown
from labcore.data import CLOTHES
from labcore.linear.distribution_shift.config import CLASSES, Config
from labcore.linear.distribution_shift.lesson import BLOBS, HOME
from labcore.palette import colour

METHODS = (("plain", "as trained", "context", "dash"), ("exact", "exact weights", "goal", "solid"),
           ("learned", "estimated weights", "model", "dot"),
           ("fresh", "labels from the target", "sky", "dashdot"))  # fmt: skip
ROUNDS = (
    ("plain", "the first classifier", "context", "dash"),
    ("exact", "retrained each round", "model", "solid"),
    ("learned", "", "model", "dot"),
    ("fresh", "if nobody reacted", "sky", "dashdot"),
)
MENDED = (("even", "as trained", "context", "dash"),
          ("found", "estimated shares", "model", "solid"),
          ("true", "true shares", "goal", "dot"))  # fmt: skip
SHORT = [*CLOTHES[:-1], "boot"]
SEEN = 250
"""Points of each cloud that are drawn."""


def methods(config: Config) -> tuple[tuple[str, str, str, str], ...]:
    """Name, words, role and dash of each line."""
    return ROUNDS if config.kind == "feedback" else METHODS


def limits(config: Config) -> tuple[tuple[float, float], tuple[float, float]]:
    """What is seen of the plane."""
    return ((-1.9, 2.9), (-2.1, 2.1)) if config.kind == "label" else ((-4.3, 4.7), (-3.6, 4.3))


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still."""
    x_range, y_range = limits(config)
    held = {"covariate": [figures.ring("target", "test", place="top center")],
            "label": [figures.ring("blend", "share", place="top center")]}  # fmt: skip
    seen = "after they reacted" if config.kind == "feedback" else "target"
    plane = figures.panel(
        [cloud("seen", seen, "own", "x-thin"),
         cloud("no", "source, class 1", "data", "circle-open"),
         cloud("yes", "class 2", "data", "circle"),
         figures.line("truth", "the truth", "text", dash="dot", width=1.5),
         *(figures.line(uid, title, role, dash=dash, width=3,
                        legend=bool(title))
           for uid, title, role, dash in methods(config)),
         *held.get(config.kind, [])],
        x="x₁", y="x₂", x_range=x_range, y_range=y_range, square=True, legend=True,
        alt="Training points, sized by weight, test points, and the boundaries of the classifiers.",
    )  # fmt: skip
    feedback = config.kind == "feedback"
    axis = "round" if feedback else "share of the shift"
    curves = figures.panel(
        [*(figures.line(uid, title, role, dash=dash, legend=bool(title))
           for uid, title, role, dash in methods(config)),
         *(figures.head(f"{uid}-now", title, role, size=9)
           for uid, title, role, _ in methods(config))],
        x=axis, y="share right", x_range=(0, 30 if feedback else 1),
        y_range=(0, 1.02), size="small", alt="Accuracy where the world has gone to.",
    )  # fmt: skip
    size = figures.panel(
        [figures.line("size", "effective", "goal"), figures.words("now", place="bottom left")],
        x=axis, y="share who moved" if feedback else "points that count",
        x_range=(0, 30 if feedback else 1),
        y_range=(0, 1.02) if feedback else (0.8, 1.3 * config.samples), y_log=not feedback,
        size="small", alt="The effective number of training points, or how many people moved.",
    )  # fmt: skip
    return {"plane": plane, "curves": curves, "size": size, **clothing(config)}


def cloud(uid: str, name: str, role: str, symbol: str) -> go.Scatter:
    """Points whose size frames set."""
    dots = figures.head(uid, name, role, symbol=symbol, size=5, legend=True)
    dots.marker.opacity = 0.55
    width = 1 if uid != "yes" else 0
    dots.marker.line = {"width": width, "color": colour(role)}
    return dots


def clothing(config: Config) -> dict[str, go.Figure]:
    """Bars to pull, what is found of them, and the confusion matrix."""
    k = np.arange(CLASSES)
    shares = figures.panel(
        [figures.bars("bars", "height", "own", opacity=0.3),
         figures.words("percent", place="top center", size=12),
         figures.head("tops", "bar to drag", "own", size=14)],
        x="class", y="pull: how common in the target", x_range=(-0.6, 9.6), y_range=(0, 11),
        alt="Ten bars: how common each class is in the target.",
    )  # fmt: skip
    found = figures.panel(
        [figures.bars("truth", "truth", "data", opacity=0.35, width=0.8, legend=True),
         figures.head("counted", "predictions counted", "context", symbol="x", size=9, legend=True),
         figures.head("estimate", "after C q = μ", "model", symbol="diamond", size=11,
                      legend=True)],
        x="class", y="share of the target, %", x_range=(-0.6, 9.6), y_range=(0, 42), legend=True,
        alt="How common each class is: the truth, the count of predictions, and the estimate.",
    )  # fmt: skip
    for figure in (shares, found):
        figure.update_xaxes(tickvals=list(k), ticktext=SHORT, tickangle=-60)
    shares.update_yaxes(showticklabels=False, ticks="")
    mended = figures.panel(
        [figures.line(uid, title, role, dash=dash) for uid, title, role, dash in MENDED]
        + [figures.words("now", "model", place="bottom left")],
        x="target pictures, no labels", y="right, %", x_log=True, x_range=(18, 4400),
        y_range=(60, 100), size="small", alt="Accuracy before and after the correction.",
    )  # fmt: skip
    table = figures.panel(
        [figures.field("cells", k, k, np.zeros((10, 10), np.uint8))],
        x="true class", y="predicted", x_range=(-0.5, 9.5), y_range=(9.5, -0.5), square=True,
        size="small", title="C, on source images", alt="The confusion matrix of the source.",
    )  # fmt: skip
    table.update_xaxes(showticklabels=False, ticks="")
    table.update_yaxes(showticklabels=False, ticks="")
    return {"shares": shares, "found": found, "mended": mended, "table": table}


def boundary(theta: np.ndarray, config: Config) -> dict[str, np.ndarray]:
    """The line where a classifier is undecided, as far as it is in sight."""
    a, b, c = map(float, theta)
    length = max(np.hypot(a, b), 1e-9)
    foot = -c / length**2 * np.array([a, b])
    along = np.array([-b, a]) / length
    reach = 12.0 if np.hypot(*foot) < 12 else 0.0
    return figures.pair(np.stack([foot - reach * along, foot + reach * along], 1))


def truth_line(config: Config, share: float) -> dict[str, np.ndarray]:
    """Where both classes are equally likely in the target."""
    if config.kind == "label":
        prior = 0.5 + share * (config.prior - 0.5)
        gap = BLOBS[1] - BLOBS[0]
        middle = BLOBS.mean(0) - 0.55**2 * np.log(prior / (1 - prior)) / (gap @ gap) * gap
        across = np.array([-gap[1], gap[0]]) * 4
        return figures.pair(np.stack([middle - across, middle + across], 1))
    u = np.linspace(-5.5, 5.5, 60)
    turn = share * np.radians(config.turn) if config.kind == "concept" else 0.0
    c, s = np.cos(turn), np.sin(turn)
    bent = np.stack([u, 0.35 * u**2 - 0.3]) - HOME[:, None]
    return figures.pair(np.array([[c, -s], [s, c]]).T @ bent + HOME[:, None])


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves; the curves grow."""
    share, right, weights = frame["share"], frame["right"], frame["weights"]
    x, y, seen = frame["x"], frame["y"] > 0.5, frame["seen"][:SEEN]
    size = np.clip(6 * np.sqrt(weights / weights.mean()), 1.5, 38)
    place = 30 * share if config.kind == "feedback" else share
    traces: dict[str, Any] = {"seen": figures.pair(seen.T),
                              "truth": truth_line(config, share)}  # fmt: skip
    for uid, mask in (("yes", y), ("no", ~y)):
        kept = np.flatnonzero(mask)[:SEEN]
        traces[uid] = figures.pair(x[kept].T) | {"marker.size": size[kept]}
    for (uid, title, *_), theta in zip(methods(config), frame["thetas"], strict=True):
        traces[uid] = boundary(theta if title else np.zeros(3), config)
    traces |= marks(config)
    named = [uid for uid, *_ in methods(config)]
    grows = {uid: figures.at(place, value) for uid, value in zip(named, right, strict=True)}
    count = frame["moved"] if config.kind == "feedback" else frame["size"] * config.samples
    told = f"{100 * count:.0f} %" if config.kind == "feedback" else f"{shown(count)} points"
    most = 1.0 if config.kind == "feedback" else config.samples
    high = 1.2 * most if count < 0.25 * most else 0.6 * count  # never on the line
    return {
        "plane": {"traces": traces},
        "curves": {"append": grows, "traces": {f"{uid}-now": at for uid, at in grows.items()}},
        "size": {"append": {"size": figures.at(place, count)},
                 "traces": {"now": {"x": [30 if config.kind == "feedback" else 1], "y": [high],
                                    "text": [told]}}},
        **dressed(config, frame),
    }  # fmt: skip


def marks(config: Config) -> dict[str, Any]:
    """What a hand holds."""
    if config.kind == "covariate":
        return {"target": figures.at(config.mean_x, config.mean_y)}
    if config.kind == "label":
        return {"blend": figures.at(config.prior, -0.3 + 0.6 * config.prior)}
    return {}


def dressed(config: Config, frame: Frame) -> dict[str, Patch]:
    """The view on clothes."""
    k, wanted, mended = np.arange(CLASSES), frame["wanted"], 100 * frame["mended"]
    heights = np.array([height for _, height in config.shares])
    grows = {uid: figures.at(frame["count"], value)
             for (uid, *_), value in zip(MENDED, mended, strict=True)}  # fmt: skip
    return {
        "shares": {"traces": {
            "bars": {"x": k, "y": heights}, "tops": {"x": k, "y": heights},
            "percent": {"x": k, "y": heights + 0.35, "text": [f"{100 * q:.0f} %" for q in wanted]},
        }},
        "found": {"traces": {
            "truth": {"x": k, "y": 100 * wanted}, "counted": {"x": k, "y": 100 * frame["counted"]},
            "estimate": {"x": k, "y": 100 * frame["estimate"]},
        }, "layout": {"yaxis.range": [0.0, float(max(42, 115 * wanted.max()))]}},
        "mended": {"append": grows, "traces": {"now": {
            "x": [4000], "y": [70], "text": [f"{mended[0]:.1f} → {mended[1]:.1f} %"]}}},
        "table": {"traces": {"cells": {"z": figures.quantize(frame["confusion"], 0, 1)}}},
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words; those with a dot fill the formulas."""
    plain, exact, learned, target = (f"{100 * float(value):.1f} %" for value in frame["right"])
    first, guess, true = (100 * float(value) for value in frame["mended"])
    counted, found = (100 * float(value) for value in frame["off"])
    n, w = config.samples, frame["weights"]
    if config.kind == "feedback":
        told = {"As trained": plain, "Retrained": exact, "Nobody reacting": target,
                "Who moved": f"{100 * frame['moved']:.1f} %"}  # fmt: skip
    else:
        told = {"As trained": plain, "Exact weights": exact, "Estimated weights": learned,
                "Labels from the target": target,
                "Points that count": f"{shown(frame['size'] * n)} of {n}",
                "w.n": f"{n}", "w.sum": format_number(float(w.sum())),
                "w.square": format_number(float((w**2).sum())),
                "w.size": shown(frame["size"] * n),
                "w.most": format_number(float(w.max()))}  # fmt: skip
    return told | {
        "Pictures seen": f"{int(frame['count'])}",
        "Clothes right": f"{first:.1f} → {guess:.1f} %",
        "With the true shares": f"{true:.1f} %",
        "Shares off by": f"{counted:.1f} → {found:.1f} %",
        "q.n": f"{int(frame['count'])}", "q.mu": format_number(float(frame["counted"][6])),
        "q.q": format_number(float(frame["estimate"][6])),
        "q.true": format_number(float(frame["wanted"][6])),
    }  # fmt: skip
