"""A lab for the tests of learners' own files: it tells what it was given."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go

import labcore
from labcore import Frame, Lab, Patch, Start, control, figures, own


class Config(labcore.Config):
    picture: str = control("", title="Your picture", accepts="image")
    """Its mean colour is told."""

    table: str = control("", title="Your table", accepts="table")
    """Its columns are told."""

    words: str = control("", title="Your text", accepts="text")
    """Its length is told."""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    for step in range(3):
        yield Frame(step, told(config))


def told(config: Config) -> dict[str, float]:
    """Sizes of what is there."""
    found = {"pixels": 0.0, "rows": 0.0, "characters": 0.0}
    if config.picture:
        found["pixels"] = own.image(config.picture)[..., 0].size
    if config.table:
        found["rows"] = len(own.table(config.table))
    if config.words:
        found["characters"] = len(own.text(config.words))
    return found


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    traces = [figures.line("sizes", "sizes", "data")]
    return {"main": figures.panel(traces, x="what", y="size", alt="Sizes of three files.")}


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    sizes = np.array([frame["pixels"], frame["rows"], frame["characters"]])
    return {"main": {"traces": {"sizes": {"x": np.arange(3), "y": sizes}}}}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    return {name.capitalize(): f"{value:.0f}" for name, value in frame.values.items()}


def answer(config: Config, start: Start | None = None) -> Frame:
    return Frame(0, told(config))


LAB = Lab(
    slug="files",
    title="Files",
    question="What did you bring?",
    tip="Used by the tests of own files.",
    covers=(),
    config=Config,
    length=lambda config: 3,
    quick={},
    references=(),
    presets=(),
    challenges=(),
)
