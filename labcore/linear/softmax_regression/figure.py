"""What stands on the stage, what moves, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures, format_number, shown
from labcore.data import CLOTHES, fashion_mnist
from labcore.linear.softmax_regression.config import CLASSES, SHOWN, Config
from labcore.linear.softmax_regression.lesson import in_epoch
from labcore.palette import colour

SIDE, ACROSS = 28, 5
PITCH, LOWER = SIDE + 3, SIDE + 14
"""Pixels from one picture to the next, and down to the second row."""
SHORT = [*CLOTHES[:-1], "boot"]
LARGEST, LEAST = float(np.log10(np.finfo(np.float32).max)), -45.2
"""Powers of ten: what float32 can hold; LEAST is its least number above 0."""
HIGH, LOW, STEEP = 47.0, -54.0, 6.0
"""Where ∞ and 0 are drawn; surprise in nats at the upper end of its axis."""


def bare(figure: go.Figure) -> go.Figure:
    """A picture is read without ticks."""
    hidden = {"showticklabels": False, "ticks": "", "showline": False}
    return figure.update_xaxes(**hidden).update_yaxes(**hidden)


def album(alt: str, x: str, y: str, colours: str) -> go.Figure:
    """Ten pictures in two rows, with words above each."""
    wide, tall = np.arange(ACROSS * PITCH - 3), np.arange(SIDE)
    blank = np.zeros((SIDE, len(wide)), np.uint8)
    return bare(figures.panel(
        [figures.field("upper", wide, tall, blank, colours=colours),
         figures.field("lower", wide, LOWER + tall, blank, colours=colours),
         figures.words("names", place="top center", x=corners()[0], y=corners()[1],
                       text=[""] * 10)],
        x=x, y=y, alt=alt, square=True, x_range=(-1, len(wide)), y_range=(LOWER + SIDE, -15),
    ))  # fmt: skip


def corners() -> np.ndarray:
    """Where the words above each picture stand, (2, 10)."""
    k = np.arange(2 * ACROSS)
    return np.stack([PITCH * (k % ACROSS) + 13.5, LOWER * (k // ACROSS) - 0.5])


def tiles(pictures: np.ndarray, empty: int) -> dict[str, Any]:
    """Pictures (10, 784) side by side: two rows of five, `empty` between them."""
    room = np.pad(pictures.reshape(2, ACROSS, SIDE, SIDE), ((0, 0), (0, 0), (0, 0), (0, 3)),
                  constant_values=empty)  # fmt: skip
    upper, lower = room.transpose(0, 2, 1, 3).reshape(2, SIDE, -1)[:, :, :-3]
    return {"upper": {"z": upper}, "lower": {"z": lower}}


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still."""
    templates = album("Ten classes: the weight of each pixel, as a picture.",
                      "one picture of weights for each class", "orange speaks for it, blue against",
                      "signed")  # fmt: skip
    templates.data[2].text = SHORT
    loss = figures.panel(
        [figures.line("train", "training", "context", dash="dash"),
         figures.line("test", "test", "data")],
        x="epoch", y="loss, nats", size="small", legend=True, x_range=(0, config.epochs),
        y_range=(0.3, 2.4), alt="Cross-entropy on training batches and on test images.",
    )  # fmt: skip
    right = figures.panel(
        [figures.line("train", "training", "context", dash="dash"),
         figures.line("test", "test", "data"), figures.words("now", "data", place="bottom left")],
        x="epoch", y="share right", size="small", x_range=(0, config.epochs), y_range=(0.4, 0.92),
        alt="Accuracy on training batches and on test images.",
    )  # fmt: skip
    return {"templates": templates, "loss": loss, "right": right,
            **mistakes(config), **held(config)}  # fmt: skip


def mistakes(config: Config) -> dict[str, go.Figure]:
    """The confusion matrix, and the pictures of one of its cells."""
    k = np.arange(CLASSES)
    cell = figures.head("cell", "cell to drag", "own", symbol="square-open", size=27)
    cell.marker.line = {"width": 3, "color": colour("own")}
    across, down = (grid.ravel() for grid in np.meshgrid(k, k))
    table = figures.panel(
        [figures.field("cells", k, k, np.zeros((10, 10), np.uint8), colours="signed"),
         figures.words("counts", size=12, x=across, y=down, text=[""] * 100), cell],
        x="predicted", y="true class", x_range=(-0.5, 9.5), y_range=(9.5, -0.5), square=True,
        title="200 of each: right orange, wrong blue",
        alt="The confusion matrix: test images by true class and prediction.",
    )  # fmt: skip
    table.update_xaxes(tickvals=list(k), ticktext=SHORT, tickangle=-60, ticks="")
    table.update_yaxes(tickvals=list(k), ticktext=SHORT, ticks="")
    gallery = album("Test images of the chosen cell, the surest first.",
                    "the surest first", "test images", "amount")  # fmt: skip
    for row in gallery.data[:2]:
        row.colorscale = [[0, colour("paper")], [1, colour("text")]]
    gallery.layout.title = {"text": titled(config), "x": 0, "xref": "paper", "font": {"size": 14},
                            "y": 1, "yanchor": "top", "pad": {"t": 8}}  # fmt: skip
    return {"table": table, "gallery": gallery}


def titled(config: Config) -> str:
    """What the pictures are."""
    if config.which == "wrong":
        return "Most surely wrong: true class → prediction"
    return f"{CLOTHES[config.was]} → {CLOTHES[config.said]}"


def held(config: Config) -> dict[str, go.Figure]:
    """Logits to pull, what softmax makes of them, its price, and exp in float32."""
    k = np.arange(CLASSES)
    logits = figures.panel(
        [figures.bars("bars", "logit", "context"),
         figures.head("tops", "logit to drag", "own", size=14)],
        x="class", y="logit o: pull the purple tops", x_range=(-0.6, 9.6), y_range=(-8.5, 8.5),
        alt="Ten logits as bars that can be pulled.",
    )  # fmt: skip
    chance = figures.panel(
        [figures.bars("target", "label, one-hot", "goal", opacity=0.25, width=0.86, legend=True),
         figures.bars("bars", "softmax", "model", legend=True),
         figures.words("percent", place="top center", size=12)],
        x="class", y="probability, %", x_range=(-0.6, 9.6), y_range=(0, 112), legend=True,
        alt="The probabilities of the ten classes, and the label as one-hot.",
    )  # fmt: skip
    chance.update_layout(barmode="overlay")
    p = np.geomspace(np.exp(-STEEP), 1, 60)
    surprise = figures.panel(
        [figures.line("curve", "−log p", "context", x=p.astype(np.float32),
                      y=-np.log(p).astype(np.float32)),
         figures.head("net", "trained model, typical test image", "model", symbol="diamond"),
         figures.head("own", "your logits", "own", size=13),
         figures.words("told", "own", place="middle left", size=12),
         figures.words("typical", "model", place="middle left", size=12)],
        x="probability of the true class", y="surprise −log p, nats", size="small",
        x_range=(-0.03, 1.05), y_range=(-0.3, STEEP),
        alt="Surprise by probability, with your logits and the trained model on the curve.",
    )  # fmt: skip
    ends = np.array([-0.6, 9.6], np.float32)
    exps = figures.panel(
        [figures.line("most", "largest", "error", dash="dot", width=1.5, x=ends,
                      y=np.full(2, LARGEST), legend=False),
         figures.line("least", "least", "error", dash="dot", width=1.5, x=ends,
                      y=np.full(2, LEAST), legend=False),
         figures.head("safe", "exp(o − max)", "goal", symbol="square-open", size=10),
         figures.head("naive", "exp(o)", "data", size=8),
         figures.words("lost", "error", size=12),
         figures.words("ends", "error", place="middle left", size=12, x=[9.6, 9.6],
                       y=[LARGEST - 10, LEAST + 10], text=["above: ∞", "below: 0"])],
        x="class", y="power of ten", x_range=(-0.6, 9.6), y_range=(-60, 54), size="small",
        title="● exp(z)  □ exp(z − max z)",
        alt="exp of each logit in float32, as it stands and with the largest out.",
    )  # fmt: skip
    exps.data[2].marker.line = {"width": 2, "color": colour("goal")}
    exps.update_yaxes(tickvals=[-45, 0, 38])
    for figure in (logits, chance):
        figure.update_xaxes(tickvals=list(k), ticktext=SHORT, tickangle=-60)
    exps.update_xaxes(tickvals=[0, 9], ticktext=SHORT[::9])
    return {"logits": logits, "chance": chance, "surprise": surprise, "exps": exps}


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves; the curves grow."""
    loss, right = (
        {name: figures.at(frame["epoch"], frame[f"{name}_{panel}"]) for name in ("train", "test")}
        for panel in ("loss", "right")
    )
    now = {"x": [config.epochs], "y": [0.5], "text": [f"test {100 * frame['test_right']:.1f} %"]}
    return {
        "loss": {"append": loss},
        "right": {"append": right, "traces": {"now": now}},
        **trained(config, frame),
        **pulled(config, frame),
    }


def trained(config: Config, frame: Frame) -> dict[str, Patch]:
    """Templates, the table, and pictures of a cell."""
    table = frame["table"].astype(float)
    signed = np.where(np.eye(CLASSES, dtype=bool), table, -2.5 * table)
    ringed = config.which == "cell"
    there = frame["shown"] >= 0
    clothes = fashion_mnist()
    found = np.where(there[:, None], clothes.test_images[frame["shown"]].reshape(SHOWN, -1), 0)
    said = [f"{100 * p:.0f} %" if p < 0.995 else "> 99 %" for p in frame["sure"]]
    if config.which == "wrong":
        said = [f"{SHORT[label]}<br>→ {SHORT[says]}" for label, says in
                zip(clothes.test_labels[frame["shown"]], frame["says"], strict=True)]  # fmt: skip
    told = [words if on else "" for words, on in zip(said, there, strict=True)]
    if not there.any():
        told[2] = "no test image is here"
    return {
        "templates": {"traces": tiles(frame["templates"], 128)},
        "table": {"traces": {
            "cells": {"z": figures.quantize(signed, -200, 200)},
            "counts": {"text": [f"{n:.0f}" if n else "" for n in table.ravel()]},
            "cell": {"x": [config.said if ringed else None], "y": [config.was]},
        }},
        "gallery": {"traces": {**tiles(found, 0), "names": {"text": told}},
                    "layout": {"title.text": titled(config)}},
    }  # fmt: skip


def pulled(config: Config, frame: Frame) -> dict[str, Patch]:
    """Ten bars, their softmax, and two points on the curve of surprise."""
    k, p, y = np.arange(CLASSES), frame["p"], CLOTHES.index(config.truth)
    heights = np.array([height for _, height in config.logits])
    percent = [f"{100 * q:.0f}" if 0.0995 < q < 0.995 else f"{100 * q:.1f}" for q in p]
    loss, test = frame["loss"], frame["test_loss"]
    with np.errstate(divide="ignore"):
        powers = np.clip(np.log10(frame["exps"]), LOW, HIGH)
        safe = np.clip(np.log10(frame["safe"]), LOW, HIGH)
    lost = np.where(powers == HIGH, "∞", np.where(powers == LOW, "0", ""))
    kept = np.where(lost == "", powers, np.nan)
    mark = {name: [float(np.exp(-value)), min(value, STEEP - 0.3) if np.isfinite(value) else -9]
            for name, value in (("own", loss), ("net", test))}  # fmt: skip
    on_curve = {name: figures.at(*place) for name, place in mark.items()}
    return {
        "logits": {"traces": {"bars": {"x": k, "y": heights}, "tops": {"x": k, "y": heights}}},
        "chance": {"traces": {
            "target": {"x": k, "y": 100 * (k == y)}, "bars": {"x": k, "y": 100 * p},
            "percent": {"x": k, "y": 100 * p, "text": percent},
        }},
        "surprise": {"traces": {
            **on_curve,
            "told": {"x": [1.05], "y": [5.5], "text": [f"● you {shown(loss)}"]},
            "typical": {"x": [1.05], "y": [4.4], "text": [f"◆ model {shown(test)}"]},
        }},
        "exps": {"traces": {
            "naive": {"x": k, "y": kept}, "safe": {"x": k, "y": safe},
            "lost": {"x": k, "y": powers, "text": lost.tolist()},
        }},
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words; those with a dot fill the formulas."""
    y = CLOTHES.index(config.truth)
    loss = float(frame["loss"])
    z = np.array([height for _, height in config.logits]) / config.temperature
    z += config.shift / config.temperature
    naive = float(frame["naive_loss"])
    row = frame["table"][config.was]
    return {
        "Epoch": f"{frame['epoch']:.2f}",
        "Test loss": f"{shown(frame['test_loss'])} nats",
        "Test images right": f"{100 * frame['test_right']:.1f} %",
        "Of the chosen class right": f"{100 * row[config.was] / max(row.sum(), 1):.1f} %",
        "Loss of your logits": f"{format_number(loss)} nats = "
        f"{format_number(loss / np.log(2))} bits",
        "With exp as it stands": "not a number" if frame["broken"] or not np.isfinite(naive)
        else f"{shown(naive, least=1e-6)} nats",
        "s.o": format_number(z[y]), "s.p": format_number(float(frame["p"][y])),
        "s.loss": format_number(loss), "s.bits": format_number(loss / np.log(2)),
        "s.top": format_number(z.max()), "s.rest": format_number(loss + z[y] - z.max()),
        "s.sum": format_number(loss + z[y]),
        "t.loss": shown(frame["train_loss"]), "t.lr": format_number(config.lr),
        "t.step": f"{round(frame['epoch'] * in_epoch(config))}",
        "t.n": f"{min(config.batch, CLASSES * config.images)}",
    }  # fmt: skip
