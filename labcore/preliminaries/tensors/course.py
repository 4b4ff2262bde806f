"""Presets, challenges and the tour, and what the lab rests on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict
from labcore.preliminaries.tensors.lesson import Config
from labcore.preliminaries.tensors.operations import source
from labcore.preliminaries.tensors.texts import numbers, shape

REFERENCES = (
    Reference("PyTorch documentation, Tensor views",
              "https://docs.pytorch.org/docs/stable/tensor_view.html"),
    Reference("PyTorch documentation, Broadcasting semantics",
              "https://docs.pytorch.org/docs/stable/notes/broadcasting.html"),
    Reference("Harris et al. (2020), Array programming with NumPy",
              "https://doi.org/10.1038/s41586-020-2649-2"),
)  # fmt: skip

PRESETS = (
    Preset("A list of rows is a copy", "The same rows as x[::2], but chosen by a list: the 99 no "
           "longer shows. Change the index to ::2 and it does.", {"where": "[0, 2]"}),
    Preset("Axes change places, cells do not", "Another order of the axes moves nothing in memory: "
           "only the strides change. Drag the ring and look where the 99 turns up.",
           {"op": "permute", "shape": "2, 3, 4", "to": "2, 0, 1"}, view="Memory"),
    Preset("When reshape has to copy", "The rows of this x do not lie one after the other, so the "
           "new shape needs new memory. What does view say to that?",
           {"op": "reshape", "to": "2, 6", "flipped": True}, view="Memory"),
    Preset("Stretched without being copied", "A column and a row: hollow cells are copies that "
           "broadcasting only imagines.", {"op": "add", "shape": "1, 4", "other": "3, 1"}),
    Preset("Sizes that do not meet", "3 under 4: neither equal nor 1. Make the other 3, 1 and it "
           "works.", {"op": "add", "other": "3"}),
    Preset("Four axes", "Blocks beside one another are the second axis, blocks below the first. "
           "Play the sum along axis 1.", {"op": "sum", "shape": "2, 2, 3, 3", "axis": "1"}),
    Preset("The same name, another tensor", "x = x + 1 takes new memory; x += 1 does not. Compare "
           "the bytes.", {"op": "rebind"}, view="Memory"),
    Preset("One memory for NumPy too", "The array that x.numpy() gives is a window on the same "
           "cells: the 99 shows. torch.tensor copies.", {"op": "numpy"}, view="Memory"),
)  # fmt: skip


def crossed(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A view that steps through memory the other way."""
    last = frames[-1]
    strides = tuple(int(s) for s in last["strides"])
    good = bool(last["shared"]) and len(strides) == 2 and strides[0] == 1 and strides[1] >= 4
    kind = "a view" if last["shared"] else "no view"
    says = f"The strides are {strides}, of {int(last['count'])} cells, {kind}."
    return Verdict(good and bool(last["count"] >= 8), says)


def table(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A table from a row and a column."""
    last, few = frames[-1], len(frames[-1]["x"])
    more = int(np.prod(shape(config.other, "The other")))
    if config.op not in ("add", "multiply") or last["refused"]:
        return Verdict(False, "Add or multiply two tensors whose sizes meet.")
    says = f"{few} and {more} cells make {int(last['count'])}."
    return Verdict(int(last["count"]) >= 24 and few + more <= 10, says)


def diagonal(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Every fifth of sixteen cells, as a view."""
    last = frames[-1]
    strides = tuple(int(s) for s in last["strides"])
    offset, shared = int(last["offset"]), bool(last["shared"])
    good = shared and strides == (5,) and offset == 0 and last["count"] == 4
    return Verdict(good and len(last["x"]) == 16, f"{int(last['count'])} cells with strides "
                   f"{strides}, {'a view' if shared else 'no view'}.")  # fmt: skip


def refuses(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A view that is refused where a reshape is not."""
    if config.op != "view":
        return Verdict(False, "The operation has to be view.")
    x = source(shape(config.shape, "Shape"), config.flipped)
    try:
        x.reshape(numbers(config.to, "Sizes"))
    except RuntimeError:
        return Verdict(False, "reshape refuses these sizes as well.")
    refused = bool(frames[-1]["refused"])
    return Verdict(refused, "reshape can do it; view " + ("refuses." if refused else "can, too."))


CHALLENGES = (
    Challenge("crossed", "A view of at least 8 cells whose strides are 1 and 4 or more: its rows "
              "step by one cell, its columns leap.",
              "Which operation only swaps the strides?", crossed),
    Challenge("table", "Make 24 cells or more out of two tensors that have 10 cells together or "
              "fewer.", "A row and a column, stretched against each other.", table),
    Challenge("diagonal", "From 16 cells take 0, 5, 10 and 15, the diagonal of a 4 × 4 table, as "
              "one view.", "Think of the table as one row of 16. How far is it from one to the "
              "next?", diagonal, hard=True),
    Challenge("refuses", "Sizes that view refuses and reshape does not.",
              "view needs cells that lie evenly in memory. Under “More” x can be the transpose "
              "of another tensor.", refuses, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("x[1:, ::2] chooses rows from 1 on, and every second column. Play it: each cell of "
             "the result lights up the one it is.", {}, "Cells",
             "Take the last column instead: write :, -1 between the brackets.",
             lambda config: config.where.replace(" ", "") in (":,-1", "...,-1", ":,3")),
    TourStep("After the operation, 99 is written into the ringed cell of x. The slice shows it "
             "too: it has no cells of its own.", {"where": "1:, ::2", "column": 0, "row": 0},
             "Memory", "Drag the ring to a cell that the slice shows: rows 1 or 2, columns 0 or 2.",
             lambda config: config.row >= 1 and config.column in (0, 2)),
    TourStep("Chosen by a list, the same cells are copied. The result has memory of its own and "
             "keeps the old numbers.", {"where": "[0, 2]"}, "Memory"),
    TourStep("Two shapes meet from the right. Where one has size 1, it is stretched; the hollow "
             "cells are never stored.", {"op": "add", "shape": "1, 4", "other": "3, 1"}, "Cells"),
    TourStep("x = x + 1 makes a new tensor and gives it the old name.", {"op": "rebind"}, "Memory",
             "Choose the form that needs no new memory.",
             lambda config: config.op in ("increment", "fill")),
    TourStep("A transpose has the same cells with other strides, so it cannot always be seen in "
             "another shape.", {"op": "reshape", "to": "2, 6", "flipped": True}, "Memory",
             "Make PyTorch refuse: view instead of reshape.", reach="refuses"),
)  # fmt: skip
