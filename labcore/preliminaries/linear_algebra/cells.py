"""Numbers in cells: a product, its last term, a reduction, and tensors of rising order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, format_number
from labcore import figures as fig
from labcore.palette import colour
from labcore.preliminaries.linear_algebra.lesson import LAST, Config, matrices

GAP = 0.6
"""Between the blocks, in cells."""


def cells(uid: str, role: str, at: dict[str, np.ndarray], size: float = 34) -> go.Scatter:
    """A block of cells with a number each, at the places of `block`."""
    count = len(at["x"])
    return go.Scatter(
        uid=uid, **at, mode="markers+text", text=[""] * count, hoverinfo="skip",
        textfont={"size": 13, "color": colour("text")}, showlegend=False, cliponaxis=False,
        marker={"symbol": "square", "size": size, "color": [colour(role, 0.15)] * count,
                "line": {"width": 1, "color": colour(role, 0.5)}},
    )  # fmt: skip


def board(traces: list[Any], alt: str, x: Sequence[float], y: Sequence[float], **given: Any) -> Any:
    """A panel of cells: nothing is read from its axes. y goes down."""
    figure = fig.panel(traces, x="column", y="row", alt=alt, x_range=x, y_range=y[::-1], **given)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def block(shape: tuple[int, ...], x: float, y: float) -> dict[str, np.ndarray]:
    """The places of a block whose first cell is at (x, y), row after row."""
    i, j = np.divmod(np.arange(int(np.prod(shape))), shape[1])
    return {"x": (x + j).astype(np.float32), "y": (y + i).astype(np.float32)}


def painted(
    role: str, values: np.ndarray, lit: np.ndarray, shown: np.ndarray | None = None
) -> dict:
    """Numbers, and how strongly each cell is coloured; those not shown are left blank."""
    shown = np.ones(values.shape, bool) if shown is None else shown
    texts = [format_number(float(v), 3) if s and not np.isnan(v) else ""
             for v, s in zip(values.ravel(), shown.ravel(), strict=True)]  # fmt: skip
    tones = [colour(role, 0.6 if on else 0.15) for on in lit.ravel()]
    return {"text": texts, "marker.color": tones}


def product_panels(config: Config) -> dict[str, go.Figure]:
    """A at the left, B above, and C where a row of one meets a column of the other."""
    a, b = matrices(config)
    (m, k), n = a.shape, b.shape[1]
    high = b.shape[0]
    at_a, at_b = block(a.shape, 1 - k - GAP, 1), block(b.shape, 1, 1 - high - GAP)
    at_c = block((m, n), 1, 1)
    return {
        "product": board(
            [cells("a", "data", at_a), cells("b", "goal", at_b), cells("c", "model", at_c),
             fig.head("ring", "drag it over the result", "own", symbol="circle-open", size=32),
             fig.words("letters", size=16), fig.words("says")],
            "A, B and their product, with the cells of this step lit.",
            (0.3 - k - GAP, n + 1.2), (0.3 - high - GAP, m + 1.5)),
        "term": board([cells("term", "model", at_c)], "The term that was added last.",
                      (-0.2, n + 1.2), (-0.2, m + 1.2), size="small", title="Just added"),
    }  # fmt: skip


def draw_product(config: Config, frame: Frame) -> dict[str, Patch]:
    """The cells that this step reads, C so far, and the ringed entry."""
    a, b = matrices(config)
    (m, k), n = a.shape, b.shape[1]
    term, done = frame["term"], frame["done"] == frame["steps"] and frame.step > 0
    touched = (term != 0) & ~np.isnan(term)
    i, j = int(frame["i"]), int(frame["j"])
    sign = "∘" if config.way == "hadamard" else ""
    letters = np.array([[(1 - k) / 2 - GAP + 0.5, 0.25],
                        [1 - GAP - 0.2, (1 - b.shape[0]) / 2 - GAP + 0.5],
                        [n + 0.85, (m + 1) / 2]], np.float32)  # fmt: skip
    step = f"step {int(frame['done'])} of {int(frame['steps'])}"
    step = "the sizes do not fit" if np.isnan(term).all() else step
    dark = np.zeros(a.shape, bool), np.zeros(b.shape, bool)
    in_a, in_b = dark if done else (frame["in.a"], frame["in.b"])
    return {
        "product": {"traces": {
            "a": painted("data", a, in_a), "b": painted("goal", b, in_b),
            "c": painted("model", frame["c"], touched & (not done)),
            "ring": {"x": np.array([j + 1], np.float32), "y": np.array([i + 1], np.float32)},
            "letters": {"x": letters[:, 0], "y": letters[:, 1],
                        "text": ["A", "B", f"A{sign}B"]},
            "says": {"x": np.array([(n + 1 - k - GAP) / 2], np.float32),
                     "y": np.array([m + 1.0], np.float32), "text": [step]}}},
        "term": {"traces": {"term": painted("model", term, touched)}},
    }  # fmt: skip


def reduction_panels(config: Config) -> dict[str, go.Figure]:
    """A, what is left of it, and A divided by that."""
    a = matrices(config)[0]
    m, n = a.shape
    across, down = config.axis == "1", config.axis == "0"
    if config.how == "cumsum":
        left, height, width = block((m, n), n + 1 + GAP, 1), m, 2 * n + GAP
    elif across:
        left, height, width = block((m, 1), n + 1 + GAP, 1), m, n + 1 + GAP
    elif down:
        left, height, width = block((1, n), 1, m + 1 + GAP), m + 1 + GAP, n
    else:
        left, height, width = block((1, 1), n + 1 + GAP, m + 1 + GAP), m + 1 + GAP, n + 1 + GAP
    wide = m if back_is_square(config, a) else n
    shown = block((m, wide), 1, 1)
    return {
        "cells": board(
            [cells("from", "data", block(a.shape, 1, 1)), cells("left", "model", left),
             fig.words("shapes")],
            "A, and the cells that are left of it.", (-0.2, width + 1.2), (-0.4, height + 1.2)),
        "back": board([cells("back", "goal", shown)], "A divided by the result.",
                      (-0.2, wide + 1.2), (-0.2, m + 1.2), size="small", title="A ÷ result"),
    }  # fmt: skip


def back_is_square(config: Config, a: np.ndarray) -> bool:
    """One column divided by a row of as many: the two stretch each other."""
    flat = config.axis == "1" and not config.keepdim and config.how != "cumsum"
    return flat and a.shape[1] == 1


def draw_reduction(config: Config, frame: Frame) -> dict[str, Patch]:
    """The line of cells that is being reduced."""
    a, laid, line = matrices(config)[0], frame["laid"], int(frame["line"])
    m, n = a.shape
    done = frame.step == LAST
    lit, shown = np.zeros(a.shape, bool), np.ones(laid.shape, bool)
    along = 0 if config.axis == "1" else 1 if config.axis == "0" else None
    if along is None:
        lit[:] = not done
    elif not done:
        lit[(slice(None),) * along + (line,)] = True
        shown = np.expand_dims(np.arange(laid.shape[along]) <= line, 1 - along) & shown
    now = np.zeros(laid.shape, bool) if done else shown & lit_like(laid, lit)
    size = ", ".join(str(int(s)) for s in frame["sizes"]) + (
        "," if len(frame["sizes"]) == 1 else ""
    )
    texts = [f"A: shape ({m}, {n}).  {config.how}: shape ({size})"]
    where = {"x": np.array([(n + 1) / 2 + 0.3], np.float32), "y": np.array([0.1], np.float32)}
    return {
        "cells": {"traces": {"from": painted("data", a, lit),
                             "left": painted("model", laid, now, shown),
                             "shapes": where | {"text": texts}}},
        "back": {"traces": {"back": painted("goal", frame["back"],
                                            np.zeros(frame["back"].shape, bool))}},
    }  # fmt: skip


def lit_like(laid: np.ndarray, lit: np.ndarray) -> np.ndarray:
    """Which of the reduced cells belong to the lit line."""
    for axis in (0, 1):
        if laid.shape[axis] != lit.shape[axis]:
            lit = np.logical_or.reduce(lit, axis, keepdims=True)
    return lit


def order_panels(config: Config) -> dict[str, go.Figure]:
    """A number, a row of them, a table, and two tables behind one another."""
    a = matrices(config)[0]
    m, n = a.shape
    right, down = max(n, 2) + 2.5, 3.2
    behind = block((m, n), right + n + GAP, down)
    return {
        "orders": board(
            [cells("scalar", "data", block((1, 1), 1, 1), size=27),
             cells("vector", "data", block((1, n), right, 1), size=27),
             cells("matrix", "data", block((m, n), 1, down), size=27),
             cells("behind", "model", behind, size=27),
             cells("tensor", "data", block((m, n), right, down), size=27), fig.words("shapes")],
            "A scalar, a vector, a matrix and a tensor, with their shapes.",
            (0.2, right + 2 * n + GAP), (-0.2, down + m + 0.4)),
    }  # fmt: skip


def draw_order(config: Config, frame: Frame) -> dict[str, Patch]:
    """One kind after the other appears."""
    a, b = matrices(config)
    m, n = a.shape
    stage = min(4 * frame.step // LAST, 3)
    right = max(n, 2) + 2.5
    second = b if b.shape == a.shape else a
    values = {"scalar": a[:1, :1], "vector": a[:1], "matrix": a, "tensor": a, "behind": second}
    from_ = {"scalar": 0, "vector": 1, "matrix": 2, "tensor": 3, "behind": 3}
    traces = {}
    for name, v in values.items():
        lit, shown = (np.full(v.shape, on) for on in (stage == from_[name], stage >= from_[name]))
        traces[name] = painted("model" if name == "behind" else "data", v, lit, shown)
    texts = ["scalar ()", f"vector ({n},)", f"matrix ({m}, {n})", f"tensor (2, {m}, {n})"]
    traces["shapes"] = {
        "x": np.array([1, right + (n - 1) / 2, (n + 1) / 2, right + n - 0.5 + GAP / 2], np.float32),
        "y": np.array([0.2, 0.2, 3.2 + m - 0.2, 3.2 + m - 0.2], np.float32),
        "text": [text if stage >= i else "" for i, text in enumerate(texts)],
    }  # fmt: skip
    return {"orders": {"traces": traces}}
