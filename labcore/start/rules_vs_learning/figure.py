"""What stands on the stage, what moves, and the numbers in words."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures, shown
from labcore.palette import colour
from labcore.start.rules_vs_learning.digits import FEATURES, HELD, digits, natural, scaled
from labcore.start.rules_vs_learning.lesson import SIZES, Config
from labcore.start.rules_vs_learning.regions import condition, cut, outline

COLUMNS, CELL, PITCH = 6, 20, 22
"""Misread digits in a row, the pixels shown of each, and from one to the next."""
FAR = 14.0
"""A logit beyond this is drawn at the edge."""
ROWS = ("your rule", "fitted line", "network")
PAPER = np.uint8(127)
KINDS = ("rule", "line", "net")
ROLES = ("own", "goal", "model")


def bare(figure: go.Figure) -> go.Figure:
    """A picture is read without ticks."""
    figure.update_xaxes(showticklabels=False, ticks="", showline=False)
    figure.update_yaxes(showticklabels=False, ticks="", showline=False)
    return figure


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still."""
    one, two = config.pair.split("-")
    return {"plane": plane(config, one, two), "learned": learned(one, two), "picked": picked(),
            "curve": curve(), "missed": missed()}  # fmt: skip


def plane(config: Config, one: str, two: str) -> go.Figure:
    """The two features, the digits there are, and the rule."""
    best = figures.head("best", "best such rule", "own", symbol="x-thin", size=13)
    best.marker.line = {"width": 3, "color": colour("own")}
    figure = figures.panel(
        [figures.area("said", f"rule: {two}", "own", 0.12, width=0),
         dots("first", one, "data", "circle"), dots("second", two, "model", "diamond-open"),
         figures.line("edge", "your rule", "own", width=2.5, legend=False),
         figures.line("fitted", "fitted line", "goal", dash="dash", width=2, legend=False),
         figures.words("told", "own", place="middle left"),
         figures.words("named", "goal", place="middle right"),
         figures.ring("ring", "look here"),
         figures.head("near", "digit shown", "text", symbol="circle-open", size=12), best,
         figures.head("corner", "mark to drag", "own", symbol="diamond", size=15),
         figures.head("start", "line to drag", "own", symbol="diamond", size=15),
         figures.head("end", "line to drag", "own", symbol="diamond", size=15)],
        x=FEATURES[config.x].title, y=FEATURES[config.y].title, x_range=(-0.02, 1.02),
        y_range=(-0.02, 1.02), legend=True,
        alt=f"Digits {one} and {two} by two features, with your rule and a fitted line.",
    )  # fmt: skip
    for name, axis in ((config.x, figure.layout.xaxis), (config.y, figure.layout.yaxis)):
        ticks = FEATURES[name].ticks
        axis.update(
            tickvals=list(scaled(name, np.array(ticks))), ticktext=[f"{t:g}" for t in ticks]
        )
    return figure


def dots(uid: str, name: str, role: str, symbol: str) -> go.Scatter:
    """Small marks of one digit."""
    mark = figures.head(uid, name, role, symbol=symbol, size=6, legend=True)
    mark.marker.line = {"width": 1, "color": colour(role)}
    return mark


def learned(one: str, two: str) -> go.Figure:
    """The plane that the network made for itself."""
    wrong = figures.head("wrong", "misread", "error", symbol="x-thin", size=9, legend=True)
    wrong.marker.line = {"width": 2, "color": colour("error")}
    return figures.panel(
        [figures.line("zero", "logit 0", "context", dash="dot", width=1.5, legend=False,
                      x=np.zeros(2), y=np.array([-4.0, 4.0])),
         dots("first", one, "data", "circle"), dots("second", two, "model", "diamond-open"), wrong],
        x=f"the network's logit: below 0 it says {one}, above {two}", legend=True,
        y="what else varies most in its hidden units (σ)", x_range=(-FAR, FAR), y_range=(-4, 4),
        alt="The digits held back, as the network sees them.",
    )  # fmt: skip


def picked() -> go.Figure:
    """The digit under the ring."""
    cells = np.arange(28)
    return bare(figures.panel(
        [figures.field("cells", cells, cells, np.full((28, 28), PAPER), colours="signed"),
         figures.words("told", size=12)],
        x="the digit at the ring", y="28 × 28 pixels", square=True, size="small",
        x_range=(-0.5, 27.5), y_range=(27.5, -6), alt="The digit nearest to the ring.",
    ))  # fmt: skip


def curve() -> go.Figure:
    """How much is right with how much data."""
    sizes = SIZES.astype(np.float32)
    dashes = ("dot", "dash", "solid")
    lines = [figures.line(uid, name, role, dash=dash, x=sizes)
             for uid, name, role, dash in zip(KINDS, ("rule", "line", "network"), ROLES, dashes,
                                              strict=True)]  # fmt: skip
    figure = figures.panel(
        lines, x="images to learn from", y=f"right, of {HELD} held back (%)", size="small",
        x_log=True, x_range=(9, 640), y_range=(45, 101), legend=True,
        alt="Share right of the digits held back, by the number of images learned from.",
    )  # fmt: skip
    figure.update_xaxes(tickvals=[10, 30, 100, 300, 600], tickfont={"size": 12})
    return figure


def missed() -> go.Figure:
    """Digits held back that were misread, a row for each reader."""
    across, down = np.arange(COLUMNS * PITCH), np.arange(3 * PITCH + 12)
    blank = np.full((len(down), len(across)), PAPER)
    names = figures.words("names", place="middle right", size=13)
    names.update(x=np.full(3, -1.0), y=np.array([-3.5, PITCH + 2.5, 2 * PITCH + 8.5]))
    return bare(figures.panel(
        [figures.field("cells", across, down, blank, colours="signed"), names],
        x="the first six of each; the image is what was written, not what was read",
        y="misread digits", square=True, x_range=(-1, COLUMNS * PITCH - 2),
        y_range=(len(down) - 1, -7), alt="Digits that were misread, a row for each reader.",
    ))  # fmt: skip


def inked(image: np.ndarray) -> np.ndarray:
    """A digit as a signed field: paper is 0, ink is real and so blue."""
    return PAPER - (image // 2).astype(np.uint8)


def jitter(feature: str, places: np.ndarray) -> np.ndarray:
    """Whole numbers are spread a little, so that one sees how many there are."""
    if feature != "loops":
        return places
    return places + 0.11 * np.sin(12.9898 * np.arange(len(places)) ** 1.1)


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    given, n = digits(config.pair, config.seed), int(frame["n"])
    x, y = (jitter(name, scaled(name, given.measured[name])) for name in (config.x, config.y))
    second, near = given.second[:n], int(frame["near"])
    right, left = np.array([config.x0, config.x1]), np.array([config.y0, config.y1])
    slanted = config.rule == "line"
    edge, shade = outline(config)
    a, b = frame["w"].astype(float), float(frame["bias"])
    fitted = cut(a, b)
    ends = fitted[:, np.argsort(fitted[1])]
    high = np.clip(ends[:, 1] + 0.1 * (ends[:, 0] - ends[:, 1]), 0.02, 0.8)
    late = high[0] > 0.75  # no room for the words on the right
    aside = np.array([[-0.02 if late else 0.02], [0.0]])
    nothing = figures.at(np.nan, np.nan)
    traces = {
        "said": figures.pair(shade), "edge": figures.pair(edge),
        "first": figures.at(x[:n][~second], y[:n][~second]),
        "second": figures.at(x[:n][second], y[:n][second]),
        "fitted": figures.pair(fitted),
        "told": figures.told(np.array([[1.0], [0.985]]), [f"shaded: say {config.pair[2]}"]),
        "named": figures.told(high[:, None] + aside, ["fitted line"])
        | {"textposition": "middle left" if late else "middle right"},
        "ring": figures.at(config.across, config.up), "near": figures.at(x[near], y[near]),
        "best": figures.pair(frame["mark"]),
        "corner": nothing if slanted else figures.at(config.a, config.b),
        "start": figures.at(right[0], left[0]) if slanted else nothing,
        "end": figures.at(right[1], left[1]) if slanted else nothing,
    }  # fmt: skip
    told = [f"{name} {shown(natural(name, float(scaled(name, given.measured[name])[near])))}"
            for name in dict.fromkeys((config.x, config.y))]  # fmt: skip
    return {
        "plane": {"traces": traces},
        "picked": {"traces": {
            "cells": {"z": inked(given.images[near])},
            "told": {"x": [13.5], "y": [-3.5], "text": [", ".join(told)]},
        }},
        **readers(config, frame, given.second[-HELD:], given.images[-HELD:]),
    }  # fmt: skip


def readers(config: Config, frame: Frame, second: np.ndarray, images: np.ndarray
            ) -> dict[str, Patch]:  # fmt: skip
    """How the three did: curves, misread images, and the network's own plane."""
    names = [f"{kind} wrong" for kind in KINDS]
    sheet = np.full((3 * PITCH + 12, COLUMNS * PITCH), PAPER)
    for row, name in enumerate(names):
        top = row * (PITCH + 6)
        for column, which in enumerate(frame[name][:COLUMNS]):
            piece = inked(images[which, 4:24, 4:24])
            sheet[top : top + CELL, column * PITCH : column * PITCH + CELL] = piece
    many = [f"{who}: {len(frame[name])} of {HELD} misread"
            for who, name in zip(ROWS, names, strict=True)]  # fmt: skip
    many[2] = many[2] if np.isfinite(frame["net"]) else "network: not trained"
    u, v = np.clip(frame["plane"], -0.97 * FAR, 0.97 * FAR).T
    wrong = frame["net wrong"]
    level = np.where(np.isfinite(frame["line curve"]), frame["rule"], np.nan)
    return {
        "curve": {"traces": {
            "rule": {"y": (100 * level).astype(np.float32)},
            "line": {"y": 100 * frame["line curve"]}, "net": {"y": 100 * frame["net curve"]},
        }},
        "missed": {"traces": {"cells": {"z": sheet}, "names": {"text": many}}},
        "learned": {"traces": {
            "first": figures.at(u[~second], v[~second]),
            "second": figures.at(u[second], v[second]), "wrong": figures.at(u[wrong], v[wrong]),
        }},
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words; those with a dot fill the formulas."""
    spread = 100 * np.sqrt(frame["rule"] * (1 - frame["rule"]) / HELD)
    weights = frame["w"] / [FEATURES[n].high - FEATURES[n].low for n in (config.x, config.y)]
    bias = frame["bias"] - float(weights @ [FEATURES[n].low for n in (config.x, config.y)])
    parameters = 197 * config.hidden + config.hidden + 1
    return {
        "Your rule": f"{shown(100 * frame['rule'])} % ± {shown(spread, 2)}",
        "Fitted line": f"{shown(100 * frame['line'])} %",
        "Network": f"{shown(100 * frame['net'])} %" if np.isfinite(frame["net"]) else "–",
        "Images": f"{frame['n']}",
        "r.digit": config.pair[2], "r.when": condition(config),
        "r.right": f"{HELD - len(frame['rule wrong'])}", "r.all": f"{HELD}",
        "r.share": shown(100 * frame["rule"]),
        "l.digit": config.pair[2], "l.x": shown(weights[0]), "l.y": shown(weights[1]),
        "l.bias": shown(bias), "n.hidden": f"{config.hidden}", "n.count": f"{parameters}",
        "n.digit": config.pair[2],
    }  # fmt: skip
