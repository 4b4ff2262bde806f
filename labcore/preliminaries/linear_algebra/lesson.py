"""Tensors, norms, products and reductions, one place of the time line after another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import torch
from pydantic import model_validator

import labcore
from labcore import Frame, PointList, Start, control
from labcore.preliminaries.linear_algebra.algebra import (
    MOST,
    induced,
    norm,
    parse,
    reduce,
    terms,
    used,
)

LAST = 60
"""The last place of the time line."""

STAR = (-2.0, 1.5)
"""What the columns are to reach in a challenge."""


class Config(labcore.Config):
    """Two matrices as text, a way to multiply them, an axis to reduce, and the p of a norm."""

    chance = False

    a: str = control("1 2 0/0 1 3/2 0 1", title="A: rows joined by /", high=80,
                     views=("Matrix · matrix", "Reductions", "Scalars to tensors"))  # fmt: skip
    """Up to 4 × 4: numbers with a space between, rows with a / between."""

    b: str = control("1 0 2/-1 1 0/0 2 1", title="B: rows joined by /", high=80,
                     views=("Matrix · matrix", "Scalars to tensors"))  # fmt: skip
    """As many rows as A has columns; for the Hadamard product the same shape as A."""

    way: Literal["entries", "rows", "columns", "outer", "hadamard"] = control(
        "entries", title="Multiply",
        labels={"entries": "entry by entry: row · column", "rows": "rows of B, mixed",
                "columns": "columns of A, mixed", "outer": "sum of outer products",
                "hadamard": "Hadamard: cell by cell"},
        views=("Matrix · matrix",),
    )  # fmt: skip
    """Four orders of the same products; Hadamard is another product."""

    how: Literal["sum", "mean", "max", "cumsum"] = control(
        "sum", title="Reduce A by",
        labels={"sum": "sum", "mean": "mean", "max": "maximum", "cumsum": "running sum"},
        views=("Reductions",),
    )  # fmt: skip
    """What becomes of the cells along the axis."""

    axis: Literal["0", "1", "all"] = control(
        "1", title="Along axis",
        labels={"0": "0: down the rows", "1": "1: across the columns", "all": "all axes"},
        views=("Reductions",),
    )  # fmt: skip
    """The axis that disappears. A running sum over all axes goes along axis 0."""

    keepdim: bool = control(True, title="Keep the axis, with size 1", views=("Reductions",))
    """keepdim: the result still lines up with A, so that one may be divided by the other."""

    p: float = control(2.0, title="p of the norm", low=0.5, high=20, log=True, views=("Norms",))
    """1 adds sizes, 2 is the usual length, 20 is nearly the largest entry alone."""

    weights: PointList = control(
        ((1.0, 1.0), (2.0, 0.5), (3.0, -1.0)), title="Entries of x", x=(1, 3), y=(-2, 2),
        least=3, most=3, more=True,
        views=("Matrix · vector",),
    )  # fmt: skip
    """How much of each column; pull the bars in “Matrix · vector”."""

    columns: PointList = control(
        ((2.0, 0.5), (-0.5, 1.5), (1.0, -1.0)), title="Columns of the 2 × 3 matrix",
        x=(-3, 3), y=(-3, 3), least=3, most=3, more=True,
        views=("Matrix · vector",),
    )  # fmt: skip
    """Where each column ends; drag them in “Matrix · vector”."""

    square: PointList = control(
        ((1.0, 0.5), (-0.5, 1.5)), title="Columns of M", x=(-2, 2), y=(-2, 2), least=2, most=2,
        more=True,
        views=("Norms",),
    )  # fmt: skip
    """A 2 × 2 matrix whose norms are shown; drag its columns in “Norms”."""

    vx: float = control(
        1.2, title="v, across", low=-2, high=2, step=0.05, more=True, views=("Norms",)
    )
    """A vector whose norm is taken; drag it in “Norms”."""

    vy: float = control(0.7, title="v, up", low=-2, high=2, step=0.05, more=True, views=("Norms",))
    """Its other coordinate."""

    row: int = control(
        1, title="Row of the ringed cell", low=1, high=MOST, more=True, views=("Matrix · matrix",)
    )
    """Drag the ring over the result in “Matrix · matrix”."""

    column: int = control(
        2,
        title="Column of the ringed cell",
        low=1,
        high=MOST,
        more=True,
        views=("Matrix · matrix",),
    )
    """Its other place."""

    @model_validator(mode="after")
    def _texts_are_matrices(self) -> Config:
        parse(self.a, "A")
        parse(self.b, "B")
        return self


def matrices(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """A, (m, k), and B, (k, n)."""
    return parse(config.a, "A"), parse(config.b, "B")


def mismatch(config: Config) -> str:
    """Why A and B cannot be multiplied, in a sentence; empty if they can."""
    (m, k), (rows, n) = (matrix.shape for matrix in matrices(config))
    if config.way == "hadamard" and (m, k) != (rows, n):
        return f"Cell by cell needs equal shapes; A is {m} × {k} and B {rows} × {n}."
    if config.way != "hadamard" and k != rows:
        return (
            f"A has {k} columns and B {rows} rows: there is no product A B, which needs as many of "
            "one as of the other."
        )
    return ""


def product(config: Config, share: float) -> dict[str, np.ndarray | float | int]:
    """C so far, the term that was added last, and the cells it read; NaN if there is no product."""
    a, b = matrices(config)
    shape = (*a.shape, b.shape[1])
    if mismatch(config):
        parts, done = np.full((1, shape[0], shape[2]), np.nan), 1
        in_a, in_b = np.zeros(a.shape, bool), np.zeros(b.shape, bool)
    else:
        parts = terms(a, b, config.way)
        done = min(int(share * len(parts)) + 1, len(parts))
        in_a, in_b = used(shape, config.way, done - 1)
    i, j = min(config.row, parts.shape[1]) - 1, min(config.column, parts.shape[2]) - 1
    return {
        "c": parts[:done].sum(0), "whole": parts.sum(0), "term": parts[done - 1], "in.a": in_a,
        "in.b": in_b, "done": done, "steps": len(parts), "i": i, "j": j,
    }  # fmt: skip


def reduction(config: Config, share: float) -> dict[str, np.ndarray | float | int]:
    """The reduced cells, and A divided by them as PyTorch lines them up; NaN where it cannot."""
    a = torch.from_numpy(matrices(config)[0])
    found = reduce(a, config.how, config.axis, config.keepdim)
    try:
        back = (a / found).numpy()
    except RuntimeError:  # the shapes do not line up
        back = np.full(a.shape, np.nan)
    if config.how == "cumsum":
        laid = found.numpy()
    else:
        laid = reduce(a, config.how, config.axis, True).numpy()
    lines = a.shape[0] if config.axis == "1" else a.shape[1] if config.axis == "0" else 1
    return {"laid": laid, "back": back, "sizes": np.array(found.shape, np.int32),
            "line": min(int(share * lines), lines - 1), "lines": lines}  # fmt: skip


def look(config: Config, step: int) -> Frame:
    """All views at one place of the time line."""
    share = step / LAST
    p = config.p if step == LAST else 0.5 * (config.p / 0.5) ** share
    v = np.array([config.vx, config.vy])
    m = np.array(config.square).T
    weights, columns = np.array(config.weights)[:, 1], np.array(config.columns)
    at = min(3 * share, 3.0)
    scaled = columns * (weights * np.clip(at - np.arange(3), 0, 1))[:, None]
    longest, towards = induced(m, p)
    values = {
        "p": p, "norm": float(norm(v, p)), "induced": longest, "towards": towards,
        "sigma": np.linalg.svd(m, compute_uv=False), "frobenius": float(np.sqrt((m**2).sum())),
        "chain": np.concatenate([np.zeros((1, 2)), scaled.cumsum(0)]), "x": weights,
        "product": columns.T @ weights, **product(config, share), **reduction(config, share),
    }  # fmt: skip
    kept = {
        n: np.asarray(x) if getattr(x, "dtype", None) in (np.bool_, np.int32)
        else np.asarray(x, np.float32) if np.ndim(x) else x
        for n, x in values.items()
    }  # fmt: skip
    return Frame(step, kept, remark(config, kept), checkpoint={})


def remark(config: Config, found: dict[str, np.ndarray | float | int]) -> str:
    """What one should know, in a sentence."""
    said = ""
    back, sizes = np.asarray(found["back"]), np.asarray(found["sizes"])
    shape, size = matrices(config)[0].shape, f"({sizes[0]},)" if len(sizes) == 1 else ""
    if len(sizes) == 1 and config.axis == "1" and shape[0] > 1:
        said = f"Without the axis, the result of shape {size} lines up with the columns of A, "
        if shape[1] == 1:
            said += f"and the division gives {back.shape[0]} × {back.shape[1]} cells."
        elif shape[0] == shape[1]:
            said += "not with its rows: the division goes wrong in silence."
        else:
            said += f"of which there are {shape[1]}: PyTorch refuses. Keep the axis."
    if config.p < 1:
        said += (
            " For p below 1 the ball has dents: the triangle inequality fails, so it is no norm."
        )
    return f"{said} {mismatch(config)}".strip()


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Cells fill, columns are added, p grows to its value."""
    for step in range(LAST + 1):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand moves something, at the place on screen."""
    return look(config, start.step if start else LAST)
