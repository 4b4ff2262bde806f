"""One operation on one tensor, cell by cell: what it reads, where it lies, whether it is copied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from pydantic import model_validator

import labcore
from labcore import Frame, Start, control
from labcore.preliminaries.tensors.operations import (
    DRAWN,
    Outcome,
    carry_out,
    origins,
    places,
)
from labcore.preliminaries.tensors.texts import index, numbers, shape

LAST = 60
"""The last place of the time line."""

TWO = ("add", "multiply", "cat")
OPERATIONS = {
    "index": "x[…]: index or slice", "reshape": "x.reshape(…)", "view": "x.view(…)",
    "permute": "x.permute(…): order of axes", "add": "x + other: broadcast",
    "multiply": "x * other: broadcast", "sum": "x.sum(axis)", "mean": "x.mean(axis)",
    "max": "x.amax(axis)", "cat": "torch.cat((x, other))", "increment": "x += 1: in place",
    "rebind": "x = x + 1: a new x", "fill": "x[:] = x + 1: into the old x",
    "clone": "x.clone()", "numpy": "x.numpy(): to NumPy", "tensor": "torch.tensor(x.numpy())",
    "list": "x.tolist(): to a list", "item": "x.item(): to a number",
}  # fmt: skip


class Config(labcore.Config):
    """A tensor 0, 1, 2, … of some shape, and what is done to it."""

    chance = False

    shape: str = control("3, 4", title="Shape of x", high=20)
    """Up to four axes of 1 to 8, such as 2, 3, 4, or one of 16; at most 48 cells."""

    op: Literal[
        "index", "reshape", "view", "permute", "add", "multiply", "sum", "mean", "max", "cat",
        "increment", "rebind", "fill", "clone", "numpy", "tensor", "list", "item",
    ] = control(
        "index", title="Operation", labels=OPERATIONS,
        brings={"permute": {"to": "1, 0"}, "reshape": {"to": "2, -1"}, "view": {"to": "2, -1"},
                "add": {"other": "3, 1"}, "multiply": {"other": "4"},
                "cat": {"other": "2, 4", "axis": "0"}},
    )  # fmt: skip
    """PyTorch does it, and says what it gave."""

    where: str = control("1:, ::2", title="Between the brackets", high=40, only={"op": ("index",)})
    """Such as 1:, ::2 or 0 or ..., -1 or [0, 2] or None or x > 5."""

    to: str = control("2, -1", title="New sizes, or the order of the axes", high=20,
                      only={"op": ("reshape", "view", "permute")})  # fmt: skip
    """Sizes for reshape and view, where -1 is what remains; numbers of axes for permute."""

    other: str = control("3, 1", title="Shape of the other", high=20, only={"op": TWO})
    """It holds 100, 200, 300, … or, of more than nine cells, 100, 101, 102, …"""

    axis: Literal["0", "1", "2", "3", "all"] = control(
        "0", title="Axis", only={"op": ("sum", "mean", "max", "cat")}
    )
    """The axis that goes, or along which the two are put together."""

    write: bool = control(True, title="Then write 99 into the ringed cell")
    """Done after the operation: what shares the memory shows it. Drag the ring over x."""

    keepdim: bool = control(False, title="Keep the axis, with size 1", more=True,
                            only={"op": ("sum", "mean", "max")})  # fmt: skip
    """keepdim of a reduction."""

    flipped: bool = control(False, title="x is the transpose of another", more=True)
    """Same shape, but its rows do not lie one after the other in memory."""

    column: int = control(2, title="Column of the ring", low=0, high=24, more=True)
    """Where the ring stands in the picture of x."""

    row: int = control(1, title="Row of the ring", low=0, high=24, more=True)
    """Its other place."""

    @model_validator(mode="after")
    def _texts_can_be_read(self) -> Config:
        shape(self.shape, "Shape")
        shape(self.other, "The other")
        numbers(self.to, "Sizes")
        index(self.where)
        return self


def layout(sizes: tuple[int, ...]) -> np.ndarray:
    """Columns and rows of the cells on paper, an axis more as blocks beside or below. (n, 2)

    The last axis goes to the right, the one before it down, the third as blocks beside one
    another (below, if that would be wide), the fourth below.
    """
    full = (1,) * (4 - len(sizes)) + tuple(sizes)
    fourth, third, i, j = np.indices(full).reshape(4, -1)
    if full[0] == 1 and full[1] * (full[3] + 1) > 13:
        return np.stack([j, i + third * (full[2] + 1)], axis=1)
    return np.stack([j + third * (full[3] + 1), i + fourth * (full[2] + 1)], axis=1)


def ringed(config: Config) -> int:
    """The cell of x nearest to the ring."""
    paper = layout(shape(config.shape, "Shape"))
    return int(((paper - [config.column, config.row]) ** 2).sum(1).argmin())


def look(config: Config, step: int) -> Frame:
    """The operation, shown up to some cell of its result."""
    ring = ringed(config)
    found = carry_out(config, ring)
    x, result = found.x, found.result
    count = result.numel() if result is not None else 0
    drawn = count if count <= DRAWN and (result is None or result.dim() <= 4) else 0
    at = min(step * drawn // LAST, drawn - 1) if drawn else -1
    reads = origins(config, x, found.other) if drawn else np.zeros((0, 1), np.int64)
    lies = places(result) if result is not None and drawn else np.zeros(0, np.int64)
    values: dict[str, Any] = {
        "x": x.reshape(-1).numpy().copy(), "x.places": places(x), "ring": ring,
        "result": result.reshape(-1).numpy()[:drawn] if result is not None else np.zeros(0),
        "sizes": result.shape if result is not None else (),
        "strides": result.stride() if result is not None else (), "x.strides": x.stride(),
        "offset": result.storage_offset() if result is not None else 0,
        "places": lies, "at": at, "reads": reads[at] if drawn else np.zeros(0), "count": count,
        "shared": int(found.memory), "refused": int(result is None),
        "contiguous": int(result is not None and result.is_contiguous()),
        "new": 0 if result is None or found.memory else 4 * count,
    }  # fmt: skip
    whole = {"x.places", "sizes", "strides", "x.strides", "places", "reads"}
    kept: dict[str, Any] = {
        n: np.asarray(v, np.int32) if n in whole else np.asarray(v, np.float32) if np.ndim(v) else v
        for n, v in values.items()
    }
    return Frame(step, kept, remark(config, found, count, drawn), checkpoint={})


def remark(config: Config, found: Outcome, count: int, drawn: int) -> str:
    """Why it was refused, or what to notice, in a sentence or two."""
    if found.result is None:
        words = found.refusal.rstrip(".")
        return f"{reason(config, found)} PyTorch says: “{words[:160]}”."
    if count == 0:
        return "No cell is left: the result is empty, and that is no error."
    if not drawn:
        return f"A result of {count} cells and {found.result.dim()} axes is too much to draw."
    if config.op in ("list", "item"):
        return "Python's own numbers: copied out of the memory of x, one object each."
    if config.op == "fill":
        return "x + 1 is made first, in memory that is free again at once; x += 1 spares even that."
    if config.op == "rebind":
        return "x is another tensor from here on; the picture of x shows the old one."
    return ""


def reason(config: Config, found: Outcome) -> str:
    """A refusal in plain words."""
    cells, sizes = found.x.numel(), tuple(found.x.shape)
    match config.op:
        case "index":
            return f"This index does not fit a tensor of shape {sizes}."
        case "view" if "stride" in found.refusal:
            return "These cells do not lie in memory as the new shape needs; reshape would copy."
        case "reshape" | "view":
            return f"{cells} cells do not fill that shape."
        case "permute":
            return f"Each of the {len(sizes)} axes has to be named once."
        case "add" | "multiply":
            return (
                "From the right, sizes have to be equal or 1: "
                f"{sizes} and {shape(config.other, 'The other')} are not."
            )
        case "cat":
            return "Put together along an axis, all other sizes have to be equal."
        case "item":
            return f"Only one cell can become one number; x has {cells}."
        case _:
            return f"A tensor of shape {sizes} has no such axis."


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """The cells of the result, one after another."""
    for step in range(LAST + 1):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand moves the ring, at the place on screen."""
    return look(config, start.step if start else LAST)
