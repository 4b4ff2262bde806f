"""The numbers of a frame in words, and the formulas they fill."""

from __future__ import annotations

import numpy as np

from labcore import Frame, format_number
from labcore.preliminaries.tensors.figure import told
from labcore.preliminaries.tensors.lesson import Config

FORMULAS = {
    "Where a cell lies": r"\text{place} = \text{offset} + \sum_k i_k \cdot \text{stride}_k = "
    r"\slot{place.sum} = \slot{place.value}, \qquad \text{index} = \slot{place.index}",
}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Shape, strides, and whose memory it is."""
    at, sizes = int(frame["at"]), frame["sizes"]
    refused, python = bool(frame["refused"]), config.op in ("list", "item")
    slots = {"place.sum": "–", "place.value": "–", "place.index": "–"}
    if at >= 0 and not python:
        where = np.unravel_index(at, tuple(sizes)) if len(sizes) else ()
        parts = [f"{int(i)} · {int(s)}" for i, s in zip(where, frame["strides"], strict=True)]
        slots = {
            "place.sum": " + ".join([str(int(frame["offset"])), *parts]),
            "place.value": str(int(frame["places"][at])), "place.index": told(where),
        }  # fmt: skip
    kind = "of x: a view" if frame["shared"] else "its own: a copy"
    if config.op in ("increment", "fill"):
        kind = "of x: in place"
    return {
        "Result": "refused" if refused else told(sizes),
        "Strides": "–" if refused or python else told(frame["strides"]),
        "Offset": "–" if refused or python else str(int(frame["offset"])),
        "Memory": "–" if refused else kind,
        "New memory": "–"
        if refused
        else "Python objects"
        if python
        else f"{format_number(int(frame['new']))} bytes",
        "Contiguous": "–" if refused or python else "yes" if frame["contiguous"] else "no",
        **slots,
    }
