"""Figures in the house style: plain, labelled directly, coloured by role.

Each function returns a Plotly figure or trace that names roles (`palette.colour`) and never
colours or sizes of one viewer.

panels   the figures of the stage
traces   lines, marks, words, bars and fields that frames fill
values   what frames put into them
"""

from labcore.figures.panels import panel, plane, relief
from labcore.figures.traces import (
    area,
    arrow,
    bars,
    contour,
    field,
    head,
    line,
    ring,
    words,
)
from labcore.figures.values import at, beyond, drawn, pair, quantize, shaft, span, told

__all__ = [
    "area",
    "arrow",
    "at",
    "bars",
    "beyond",
    "contour",
    "drawn",
    "field",
    "head",
    "line",
    "pair",
    "panel",
    "plane",
    "quantize",
    "relief",
    "ring",
    "shaft",
    "span",
    "told",
    "words",
]
