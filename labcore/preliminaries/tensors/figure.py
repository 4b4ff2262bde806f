"""A tensor, what an operation makes of it, and the memory under both."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, format_number
from labcore import figures as fig
from labcore.palette import colour
from labcore.preliminaries.tensors.lesson import TWO, Config, layout
from labcore.preliminaries.tensors.operations import second
from labcore.preliminaries.tensors.texts import shape

WIDE = 8
"""Cells of memory in a row of the picture; memory itself has no rows."""


def cells(uid: str, role: str, paper: np.ndarray, size: float, symbol: str = "square") -> Any:
    """Cells at places of the paper, (n, 2)."""
    return go.Scatter(
        uid=uid, x=paper[:, 0], y=paper[:, 1], mode="markers+text", hoverinfo="skip",
        text=[""] * len(paper), showlegend=False, cliponaxis=False,
        textfont={"size": float(np.clip(0.44 * size, 9, 13)), "color": colour("text")},
        marker={"symbol": symbol, "size": size, "color": [colour(role, 0.15)] * len(paper),
                "line": {"width": 1, "color": colour(role, 0.5)}},
    )  # fmt: skip


def sized(*blocks: np.ndarray) -> tuple[float, tuple[float, float], tuple[float, float]]:
    """How large cells can be, and the range of both axes, so that all blocks are in."""
    every = np.concatenate([block for block in blocks if len(block)] or [np.zeros((1, 2))])
    right, down = np.maximum(every.max(0), (3, 1))
    size = float(np.clip(290 / max(right + 1, 1.15 * (down + 2)), 9, 36))
    return size, (-0.8, right + 0.8), (down + 1.6, -1.2)


def board(traces: list[Any], x: Any, y: Any, alt: str, title: str) -> go.Figure:
    """A panel of cells: nothing is read from its axes."""
    figure = fig.panel(traces, x="column", y="row", alt=alt, x_range=x, y_range=y, title=title)
    return figure.update_xaxes(visible=False).update_yaxes(visible=False)


def operands(config: Config) -> dict[str, np.ndarray]:
    """Where the cells of x and of the other stand, and the copies that broadcasting imagines.

    A cell that is stretched stands where its first copy would; the others are the ghosts.
    """
    sizes = shape(config.shape, "Shape")
    found = {"x": layout(sizes), "ghost": np.zeros((0, 2), int)}
    if config.op not in TWO:
        return found
    more = shape(config.other, "The other")
    found |= {"other": layout(more), "other.ghost": np.zeros((0, 2), int)}
    if config.op != "cat":
        try:
            both = np.broadcast_shapes(sizes, more)
        except ValueError:
            both = None
        if both and np.prod(both) <= 96:
            paper = layout(both)
            for name, given in (("x", sizes), ("other", more)):
                full = (1,) * (len(both) - len(given)) + given
                at = np.indices(both).reshape(len(both), -1)
                first = ~((at > 0) & (np.array(full) == 1)[:, None]).any(0)
                ghost = "ghost" if name == "x" else "other.ghost"
                found |= {name: paper[first], ghost: paper[~first]}
    below = max(found["x"][:, 1].max(), found["ghost"][:, 1].max(initial=0)) + 2
    for name in ("other", "other.ghost"):
        found[name] = found[name] + [0, below]
    return found


def memory(frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    """Where the cells of both memories stand: that of x, and below it one of the result's own."""
    mine = np.arange(len(frame["x"]))
    own = np.arange(0 if frame["shared"] else len(frame["places"]))
    first = np.stack([mine % WIDE, mine // WIDE], axis=1)
    below = mine[-1] // WIDE + 3
    return first, np.stack([own % WIDE, own // WIDE + below], axis=1)


def paper_of(frame: Frame) -> np.ndarray:
    """Where the cells of the result stand."""
    if not len(frame["result"]):
        return np.zeros((0, 2), int)
    return layout(tuple(int(size) for size in frame["sizes"]))


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """What stands still."""
    places = operands(config)
    size, x, y = sized(*places.values())
    roles = {"x": "data", "ghost": "data", "other": "goal", "other.ghost": "goal"}
    traces = [
        cells(name, roles[name], paper, size, "square-open" if "ghost" in name else "square")
        for name, paper in places.items()
    ]
    marks = [
        fig.head("ring", "drag it over x", "own", symbol="circle-open", size=size * 0.98),
        fig.words("words"),
    ]
    size_of, x_of, y_of = sized(paper_of(first))
    mine, own = memory(first)
    size_in, x_in, y_in = sized(mine, own)
    held = fig.head("held", "the ringed cell", "own", symbol="circle-open", size=size_in * 0.98)
    return {
        "source": board([*traces, *marks], x, y, "The cells of x, with a ring one can drag, and "
                        "of the other operand.", "x: drag the ring"),
        "result": board([cells("cells", "model", paper_of(first), size_of), fig.words("told")],
                        x_of, y_of, "The cells of the result, one after another.", "Result"),
        "memory": board([cells("mine", "data", mine, size_in),
                         cells("own", "model", own, size_in), held, fig.words("said")],
                        x_in, y_in, "The memory of x, cell after cell, and that of the result.",
                        "Memory, 4 bytes a cell"),
    }  # fmt: skip


def texts(values: np.ndarray, shown: np.ndarray | bool = True) -> list[str]:
    """Numbers in cells."""
    on = np.broadcast_to(shown, np.shape(values))
    return [format_number(float(v)) if s else "" for v, s in zip(values, on, strict=True)]


def tones(role: str, count: int, lit: Any, marked: Any = ()) -> list[str]:
    """How strongly each cell is coloured; those that hold the 99 are the learner's."""
    strong, own = set(map(int, lit)), set(map(int, marked))
    return [colour("own", 0.55) if i in own else colour(role, 0.6 if i in strong else 0.15)
            for i in range(count)]  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Which cells are read for the cell of the result that is shown last."""
    return {
        "source": draw_source(config, frame),
        "result": draw_result(config, frame),
        "memory": draw_memory(config, frame),
    }


def written(config: Config, frame: Frame) -> list[int]:
    """The cell of x that holds the 99, if any."""
    return [int(frame["ring"])] if config.write and not frame["refused"] else []


def draw_source(config: Config, frame: Frame) -> Patch:
    """x and the other, with the cells lit that are read now."""
    x, reads, places = frame["x"], frame["reads"], operands(config)
    ring, n = int(frame["ring"]), len(frame["x"])
    traces: dict[str, dict[str, Any]] = {
        "x": {"text": texts(x), "marker.color": tones("data", n, reads, written(config, frame))},
        "ring": {"x": places["x"][ring : ring + 1, 0], "y": places["x"][ring : ring + 1, 1]},
    }
    if "other" in places:
        count = len(places["other"])
        traces["other"] = {"text": texts(second((count,)).numpy()),
                           "marker.color": tones("goal", count, reads - n)}  # fmt: skip
    every = np.concatenate([place for place in places.values() if len(place)])
    sizes, strides = shape(config.shape, "Shape"), tuple(int(s) for s in frame["x.strides"])
    middle, low = (every[:, 0].min() + every[:, 0].max()) / 2, every[:, 1].max() + 1
    traces["words"] = {"x": np.array([max(middle, 1.5)], np.float32), "y": np.array([low]),
                       "text": [f"shape {told(sizes)}, strides {told(strides)}"]}  # fmt: skip
    return {"traces": traces}


def told(sizes: Any) -> str:
    """(3, 4), as PyTorch writes a shape."""
    numbers_ = [str(int(size)) for size in sizes]
    return f"({numbers_[0]},)" if len(numbers_) == 1 else f"({', '.join(numbers_)})"


def draw_result(config: Config, frame: Frame) -> Patch:
    """The cells that are there by now."""
    result, at, paper = frame["result"], int(frame["at"]), paper_of(frame)
    count = len(result)
    marked = []
    if frame["shared"]:
        place = frame["x.places"][int(frame["ring"])]
        marked = [i for i in np.flatnonzero(frame["places"] == place) if i <= at]
    marked = marked if config.write else []
    says = "refused" if frame["refused"] else f"shape {told(frame['sizes'])}"
    if not frame["refused"] and config.op not in ("list", "item"):
        says += f", strides {told(frame['strides'])}"
    wide = paper[:, 0].max() / 2 if count else 1.5
    low = paper[:, 1].max() + 1 if count else 0.5
    return {"traces": {
        "cells": {"text": texts(result, np.arange(count) <= at),
                  "marker.color": tones("model", count, [at], marked)},
        "told": {"x": np.array([max(wide, 1.5)], np.float32), "y": np.array([low], np.float32),
                 "text": [says]}}}  # fmt: skip


def draw_memory(config: Config, frame: Frame) -> Patch:
    """Both memories: what is read, what is shown, and where the 99 went."""
    mine, own = memory(frame)
    at, reads, lies = int(frame["at"]), frame["reads"], frame["places"]
    n = len(frame["x"])
    stored = np.zeros(n, np.float32)
    stored[frame["x.places"]] = frame["x"]
    ring = int(frame["x.places"][int(frame["ring"])])
    lit = frame["x.places"][[int(i) for i in reads if i < n]]
    marked = [ring] if written(config, frame) else []
    colours = tones("data", n, lit, marked)
    fresh = np.zeros(len(own), np.float32)
    order = np.argsort(lies, kind="stable")[: len(own)]
    fresh[:] = frame["result"][order]
    shown = order <= at
    if frame["shared"]:
        colours = [colour("model", 0.35) if place in lies and "15" in tone else tone
                   for place, tone in enumerate(colours)]  # fmt: skip
    where = "memory of x, and of the result" if frame["shared"] else "memory of x"
    below = "" if frame["shared"] or not len(own) else "the result's own memory"
    if below and config.op in ("list", "item"):
        below = "Python's own objects"
    low = own[0, 1] - 1 if len(own) else 0
    return {"traces": {
        "mine": {"text": texts(stored), "marker.color": colours},
        "own": {"text": texts(fresh, shown), "marker.color": tones(
            "model", len(own), np.flatnonzero(order == at))},
        "held": {"x": mine[ring : ring + 1, 0], "y": mine[ring : ring + 1, 1]},
        "said": {"x": np.array([3.5, 3.5], np.float32), "y": np.array([-0.9, low], np.float32),
                 "text": [where, below or ""]}}}  # fmt: skip
