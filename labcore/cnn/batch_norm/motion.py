"""What each frame moves, and the numbers in words."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from labcore import Frame, Patch, shown
from labcore import figures as fig
from labcore.clothes import pictures
from labcore.cnn.batch_norm.config import LAYERS, Config, steps_of
from labcore.cnn.batch_norm.figure import names_of
from labcore.cnn.batch_norm.lesson import CROWDS, REACH
from labcore.cnn.batch_norm.network import EPS
from labcore.cnn.batch_norm.sweep import DEPTHS, KINDS, RATES
from labcore.data import CLOTHES


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame moves; an answer has the one unit only."""
    made = draw_unit(config, frame)
    if "right" not in frame.values:
        return made
    return {**made, **draw_hills(config, frame), **draw_company(config, frame), **draw_rates(frame)}


def draw_unit(config: Config, frame: Frame) -> dict[str, Patch]:
    """One unit of a batch, by its own γ and β and by those of a hand."""
    raw, mean, deviation = frame["raw"], float(frame["mean"]), float(frame["deviation"])
    order = np.argsort(raw)
    ends = order[[0, -1]]
    far = max(2.5 * deviation, float(np.abs(raw - mean).max()), 1e-3) * 1.08
    after = np.concatenate([frame["hand"], frame["own"], frame["kept"]])
    reach = max(6.0, float(np.abs(np.clip(np.nan_to_num(after), -30, 30)).max()) * 1.1)
    return {
        "unit": {
            "traces": {
                "own": fig.at(raw[ends], frame["own"][ends]),
                "eval": fig.at(raw[ends], frame["kept"][ends]),
                "line": fig.at(raw[ends], frame["hand"][ends]),
                "values": fig.at(raw, frame["hand"]),
                "mean": fig.at(mean, -reach) | {"text": [f"μ = {shown(mean, 2)}"]},
            },
            "layout": {"xaxis.range": [float(np.clip(mean - far, -1e6, 1e6)),
                                       float(np.clip(mean + far, -1e6, 1e6))],
                       "yaxis.range": [-reach, reach]},
        },
        "hand": {"traces": {
            "cross": fig.at([-3, 3, np.nan, 0, 0], [1, 1, np.nan, -3, 3]),
            "theirs": fig.at(np.clip(frame["beta"], -3, 3), np.clip(frame["gamma"], -3, 3)),
            "mark": fig.at(config.beta, config.gamma)}},
    }  # fmt: skip


def draw_hills(config: Config, frame: Frame) -> dict[str, Patch]:
    """Hills by layer, accuracy, the band of one layer, and the two measures of why."""
    steps, names = steps_of(config), names_of(config)
    now = int(np.searchsorted(steps, frame.step))
    density = frame["density"]
    tall = 0.85 * density / np.maximum(density.max(-1, keepdims=True), 1e-9)
    made: dict[str, Patch] = {}
    for panel, net in (("plain", 0), ("normed", 1)):
        traces: dict[str, Any] = {}
        for layer in range(len(LAYERS)):
            base = 3 - layer
            for uid, who in (("hill", net), ("other", 2)):
                if uid == "hill" or net:
                    hill = base + np.r_[0, tall[who, layer], 0]
                    traces[f"{uid}{layer}"] = {"y": hill.astype(np.float32)}
        share = frame["beyond"][net]
        traces["beyond"] = fig.at(np.full(4, REACH), 3 - np.arange(4)) | {
            "text": [f"{100 * s:.0f} % beyond" if s >= 0.01 else "" for s in share]}  # fmt: skip
        made[panel] = {"traces": traces}
    right, band = 100 * frame["right"], frame["band"]
    places = order_apart(np.nan_to_num(right[:, now]) + 10)
    made["right"] = {"traces": {
        **{kind: fig.at(steps, right[i]) for i, kind in enumerate("abc")},
        **{f"name{i}": fig.at(config.steps, places[i])
           | {"text": [f"{names[i]} {right[i, now]:.0f}"]} for i in range(3)}}}  # fmt: skip
    far = [float(np.nanmin(np.r_[band[:2, 0].ravel(), -1])),
           float(np.nanmax(np.r_[band[:2, 4].ravel(), 1]))]  # fmt: skip
    made["band"] = {
        "traces": {kind: closed(steps, band[i, 0], band[i, 4]) for i, kind in enumerate("ab")},
        "layout": {"yaxis.range": [max(far[0], -30) - 0.3, min(far[1], 30) + 0.3]},
    }
    losses = frame["losses"]
    made["smooth"] = {
        "traces": {
            kind: closed(steps, *np.clip(losses[i], 1e-3, 1e3)) for i, kind in enumerate("abc")
        }
    }
    made["shift"] = {
        "traces": {kind: fig.at(steps, frame["shift"][i]) for i, kind in enumerate("abc")},
        "layout": {
            "yaxis.range": [0, max(0.3, float(np.nanmax(np.r_[frame["shift"].ravel(), 0])))]
        },
    }
    return made


def closed(x: np.ndarray, low: np.ndarray, high: np.ndarray) -> dict[str, np.ndarray]:
    """The outline of a band, as far as it is known."""
    there = np.isfinite(low) & np.isfinite(high)
    x, low, high = x[there], low[there], high[there]
    return fig.at(np.r_[x, x[::-1]], np.r_[low, high[::-1]])


def order_apart(heights: np.ndarray, least: float = 14.0) -> np.ndarray:
    """Heights for words, in the same order and nowhere closer than `least`."""
    order, made = np.argsort(heights), heights.astype(float)
    for below, above in itertools.pairwise(order):
        made[above] = max(made[above], made[below] + least)
    return made - max(0.0, made.max() - 96)


def draw_company(config: Config, frame: Frame) -> dict[str, Patch]:
    """One image among others, and what is kept of all."""
    data = pictures()
    image, truth = data.test_images[config.image, 0].numpy(), int(data.test_labels[config.image])
    spread = np.linspace(-0.22, 0.22, CROWDS)[:, None] + np.arange(len(CLOTHES))
    true, kept = frame["truth"], frame["kept_there"]
    size = [np.sqrt(np.maximum(part[1], 0) + EPS) for part in (true, kept)]
    low, high = fig.span(true[0], kept[0], size[0], size[1], keep=1.0, room=0.08)
    steps = steps_of(config)
    return {
        "company": {"traces": {
            "crowd": fig.at(spread.ravel(), 100 * frame["crowd"].ravel()),
            "alone": fig.at(np.arange(len(CLOTHES)), 100 * frame["alone"]),
            "truth": fig.at(truth, 101) | {"text": ["it is this"]}}},
        "kept": {
            "traces": {"same": fig.at([low, high], [low, high]),
                       "means": fig.at(true[0], kept[0]), "deviations": fig.at(*size)},
            "layout": {"xaxis.range": [low, high], "yaxis.range": [low, high]}},
        "picture": {"traces": {"image": {"z": fig.quantize(image, image.min(), image.max())}}},
        "gap": {"traces": {"gap": fig.at(steps, np.clip(frame["gap"], 1e-3, 1e3))},
                "layout": {"title.text": f"{config.layer}: off by"}},
    }  # fmt: skip


def draw_rates(frame: Frame) -> dict[str, Patch]:
    """Fields of accuracy; the numbers in a colour that can be read on the field."""
    made: dict[str, Patch] = {}
    row, column = (a.ravel() for a in np.mgrid[: len(DEPTHS), : len(RATES)])
    for kind, cells in zip(KINDS, frame["field"], strict=True):
        percent = 100 * np.nan_to_num(cells.ravel())
        numbers = [f"{p:.0f}" for p in percent]
        dark = percent < 55
        none = not np.isfinite(cells).any()
        texts = [["" if none or on == light else n for n, on in zip(numbers, dark, strict=True)]
                 for light in (False, True)]  # fmt: skip
        made[f"rates-{kind}"] = {"traces": {
            "field": {"z": fig.quantize(np.nan_to_num(cells), 0.0, 0.9)},
            "low": fig.at(column, row) | {"text": texts[0]},
            "high": fig.at(column, row) | {"text": texts[1]}}}  # fmt: skip
    made["deepest"] = {"traces": {
        kind: {"y": (100 * cells[-1]).astype(np.float32)}
        for kind, cells in zip("abc", frame["field"], strict=True)}}  # fmt: skip
    return made


def bearable(cells: np.ndarray) -> str:
    """How many of the rates, at any depth, bring a network to 60 %."""
    return f"{int((cells >= 0.6).sum())} of {cells.size}" if np.isfinite(cells).any() else "–"


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    x, y = float(frame["raw"][0]), float(frame["hand"][0])
    mean, deviation = float(frame["mean"]), float(frame["deviation"])
    told = dict.fromkeys(
        ("No norm", "Batch norm", "Third network", "It is", "In eval mode", "In train mode",
         "Kept means are off by", "Bearable rates, no norm", "Bearable rates, batch norm",
         "Bearable rates, layer norm", "Spread of the loss, no norm",
         "Spread of the loss, batch norm"), "–",
    ) | {
        "Step": str(frame.step),
        "Learned γ, β": f"{shown(frame['gamma'], 2)}, {shown(frame['beta'], 2)}",
        "Yours": f"{shown(config.gamma)}, {shown(config.beta)}",
        "One value, by hand": f"{shown(x)} → {shown(y)}",
        "u.x": shown(x), "u.m": shown(mean), "u.s": shown(deviation), "u.y": shown(y),
        "u.n": shown((x - mean) / deviation), "u.g": shown(config.gamma), "u.b": shown(config.beta),
    }  # fmt: skip
    if "right" not in frame.values:
        return told
    now = int(np.searchsorted(steps_of(config), frame.step))
    right = [f"{100 * share:.1f} %" for share in frame["right"][:, now]]
    truth = int(pictures().test_labels[config.image])
    alone, crowd = frame["alone"], 100 * frame["crowd"]
    says = int(alone.argmax())
    ratio = frame["losses"][:, 1, now] / frame["losses"][:, 0, now]
    return told | {
        "No norm": right[0],
        "Batch norm": right[1],
        "Third network": right[2],
        "It is": CLOTHES[truth],
        "In eval mode": f"{CLOTHES[says]}, {100 * alone[says]:.0f} %",
        "In train mode": f"{crowd[:, says].min():.0f} to {crowd[:, says].max():.0f} %",
        "Kept means are off by": f"{shown(frame['gap'][now], 2)} σ",
        "Bearable rates, no norm": bearable(frame["field"][0]),
        "Bearable rates, batch norm": bearable(frame["field"][1]),
        "Bearable rates, layer norm": bearable(frame["field"][2]),
        "Spread of the loss, no norm": f"× {shown(ratio[0], 2)}",
        "Spread of the loss, batch norm": f"× {shown(ratio[1], 2)}",
    }
