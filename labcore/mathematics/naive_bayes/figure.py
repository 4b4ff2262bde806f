"""What stands on the stage, what moves, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures, format_number
from labcore.mathematics.naive_bayes.digits import HELD, SIDE
from labcore.mathematics.naive_bayes.lesson import CLASSES, SIZES, Config
from labcore.palette import colour

PITCH, LOWER, VOTE = SIDE + 1, SIDE + 4, 2.0
"""Cells from one mean digit to the next, down to the second row; nats of the deepest colour."""
NAMES = [str(k) for k in range(CLASSES)]


def bare(figure: go.Figure) -> go.Figure:
    """A picture is read without ticks."""
    figure.update_xaxes(showticklabels=False, ticks="", showline=False)
    figure.update_yaxes(showticklabels=False, ticks="", showline=False)
    return figure


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still."""
    cells = np.arange(SIDE)
    wide = np.arange(5 * PITCH - 1)
    blank = np.zeros((SIDE, len(wide)), np.uint8)
    probe = figures.head("probe", "pixel to drag", "own", symbol="square-open", size=11)
    probe.marker.line = {"width": 3, "color": colour("own")}
    others = figures.head("probes", "the same pixel", "own", symbol="square-open", size=8)
    others.marker.line = {"width": 2, "color": colour("own")}
    x = np.array([PITCH * (k % 5) + 6.5 for k in range(CLASSES)])
    y = np.array([-1.3 if k < 5 else LOWER - 1.3 for k in range(CLASSES)])
    names = figures.words("names", size=15)
    names.update(x=x, y=y, text=NAMES)
    means = figures.panel(
        [figures.field("upper", wide, cells, blank, bar="P(ink | class)", ticks=(0, 127, 255),
                       labels=("0", "½", "1")),
         figures.field("lower", wide, LOWER + cells, blank), names, others, probe],
        x="drag the square in the 0", y="pixel by pixel", square=True,
        x_range=(-0.6, len(wide) - 0.4), y_range=(LOWER + SIDE - 0.4, -2.6),
        alt="For each class, how often each pixel has ink.",
    )  # fmt: skip
    pixel = figures.panel(
        [figures.bars("bars", "P(ink in this pixel | class)", "data"),
         figures.words("counts", place="top center", size=11)],
        x="class", y="P(ink in this pixel | class)", x_range=(-0.6, 9.6), y_range=(0, 1.45),
        size="small", alt="The chance of ink in one pixel, by class, with the counts behind it.",
    )  # fmt: skip
    pixel.update_xaxes(tickvals=list(range(CLASSES)))
    pixel.update_yaxes(tickvals=[0, 0.5, 1])
    sizes = SIZES.astype(np.float32)
    learning = figures.panel(
        [figures.line("known", "counted images", "data", dash="dash", x=sizes),
         figures.line("right", "held back", "model", x=sizes)],
        x="images counted", y="share right", size="small", x_log=True, x_range=(18, 4400),
        y_range=(0.3, 1.02), legend=True, alt="Accuracy as more images are counted.",
    )  # fmt: skip
    digit = bare(figures.panel(
        [figures.field("cells", cells, cells, np.zeros((SIDE, SIDE), np.uint8))],
        x="paint here", y="14 × 14 cells", square=True, x_range=(-0.5, 13.5),
        y_range=(13.5, -0.5), alt="The digit you paint.",
    ))  # fmt: skip
    votes = bare(figures.panel(
        [figures.field("cells", cells, cells, np.zeros((SIDE, SIDE), np.uint8), colours="signed"),
         figures.words("told", size=12)],
        x="each pixel's vote", y="orange for the first", square=True, size="small",
        x_range=(-0.5, 13.5), y_range=(13.5, -2.5),
        alt="Which pixels speak for the first class and which for the second.",
    ))  # fmt: skip
    mine = figures.panel(
        [figures.bars("bars", "posterior", "model"),
         figures.words("percent", place="top center", size=12)],
        x="class", y="P(class | painted digit)", x_range=(-0.6, 9.6), y_range=(0, 1.1),
        alt="The posterior of the painted digit.",
    )  # fmt: skip
    mine.update_xaxes(tickvals=list(range(CLASSES)))
    means.data[0].colorbar.len = 0.5
    return {"means": bare(means), "pixel": pixel, "learning": learning, "digit": digit,
            "votes": votes, "mine": mine, **calibration()}  # fmt: skip


def calibration() -> dict[str, go.Figure]:
    """How sure the model is, and how often it is right then."""
    reliability = figures.panel(
        [figures.bars("good", "right, of those so sure", "data", width=0.09, legend=True),
         figures.line("honest", "honest", "goal", dash="dash", x=np.array([0, 1.0]),
                      y=np.array([0, 1.0])), figures.words("many", place="top center", size=12)],
        x="how sure: P(class) of the answer", y="share right", x_range=(-0.02, 1.02),
        y_range=(0, 1.1), legend=True, alt="Share of right answers by how sure the model was.",
    )  # fmt: skip
    sure = figures.panel(
        [figures.bars("right", "right", "data", width=0.09, legend=True),
         figures.bars("wrong", "wrong", "error", width=0.09, legend=True)],
        x="how sure: P(class) of the answer", y=f"images, of {HELD} held back", legend=True,
        x_range=(-0.02, 1.02), y_range=(0, HELD), alt="How many images were judged how surely.",
    )  # fmt: skip
    sure.update_layout(barmode="stack")
    return {"reliability": reliability, "sure": sure}


def tiles(chances: np.ndarray) -> np.ndarray:
    """Five mean digits side by side (5, PIXELS) → (SIDE, 5 PITCH − 1)."""
    room = np.pad(chances.reshape(5, SIDE, SIDE), ((0, 0), (0, 0), (0, 1)))
    return room.transpose(1, 0, 2).reshape(SIDE, -1)[:, :-1]


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    k = np.arange(CLASSES)
    places = np.stack([PITCH * (k % 5) + config.column, LOWER * (k // 5) + config.row], 1)
    counts = [f"{int(n)}<br>/{int(m)}" for n, m in zip(frame["ink"], frame["images"], strict=True)]
    first, other = int(frame["first"]), int(frame["other"])
    drawn = np.array([[255 * (c == "#") for c in row] for row in config.drawing.split("/")])
    middle = np.arange(10) / 10 + 0.05
    many, good = frame["many"], frame["good"]
    share = np.where(many > 0, good / np.maximum(many, 1), np.nan)
    percent = ["> 99.9 %" if p > 0.9995 else f"{100 * p:.1f} %" if p > 0.001 else ""
               for p in frame["mine"]]  # fmt: skip
    lower = {"z": tiles(frame["chances"][5:])}
    return {
        "means": {"traces": {
            "upper": {"z": tiles(frame["chances"][:5])}, "lower": lower,
            "probe": {"x": places[:1, 0], "y": places[:1, 1]},
            "probes": {"x": places[1:, 0], "y": places[1:, 1]},
        }},
        "pixel": {"traces": {
            "bars": {"x": k, "y": frame["pixel"]},
            "counts": {"x": k, "y": frame["pixel"], "text": counts},
        }},
        **learned(frame),
        "digit": {"traces": {"cells": {"z": drawn.astype(np.uint8)}}},
        "votes": {"traces": {
            "cells": {"z": figures.quantize(frame["votes"], -VOTE, VOTE).reshape(SIDE, SIDE)},
            "told": {"x": [6.5], "y": [-1.5], "text": [f"{first} (orange) or {other} (blue)?"]},
        }},
        "mine": {"traces": {
            "bars": {"x": k, "y": frame["mine"]},
            "percent": {"x": k, "y": frame["mine"], "text": percent},
        }},
        "reliability": {"traces": {
            "good": {"x": middle, "y": share},
            "many": {"x": middle, "y": np.nan_to_num(share),
                     "text": [f"{int(n)}" if n else "" for n in many]},
        }},
        "sure": {"traces": {"right": {"x": middle, "y": good},
                            "wrong": {"x": middle, "y": many - good}}},
    }  # fmt: skip


def learned(frame: Frame) -> dict[str, Patch]:
    """The curves so far; an answer leaves them as they are."""
    if "right" not in frame.values:
        return {}
    curves: Patch = {"traces": {name: {"y": frame[name]} for name in ("known", "right")}}
    return {"learning": curves}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words; those with a dot fill the formulas."""

    def shown(value: Any, digits: int = 3) -> str:
        return format_number(float(value), digits)

    first, other = int(frame["first"]), int(frame["other"])
    lead = shown(frame["lead"]) if abs(frame["lead"]) < 1e5 else "∞"
    ink, images = frame["ink"][first], frame["images"][first]
    return {
        "Images counted": f"{frame['seen']}",
        "Right, of those held back": f"{shown(100 * frame['accuracy'])} %",
        "As sure as": f"{shown(100 * frame['confidence'])} %",
        "Gap of calibration": shown(frame["gap"]),
        "Wrong at more than 99 %": f"{frame['surely wrong']}",
        "Painted": f"{first} rather than {other}, by {lead} nats",
        "p.class": f"{first}", "p.ink": f"{int(ink)}", "p.images": f"{int(images)}",
        "p.a": shown(config.smoothing), "p.chance": shown(frame["pixel"][first]),
        "b.first": f"{first}", "b.other": f"{other}", "b.lead": lead,
        "b.t": shown(config.temperature), "b.p": shown(frame["mine"][first], 4),
    }  # fmt: skip
