"""A lab that does, in a forked process, what hangs there when the host was not careful.

Its mathematics stands apart, so that the process of the tests need not import it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import plotly.graph_objects as go

import labcore
from labcore import Frame, Lab, Patch, Start, control, figures

Kind = Literal["backward", "convolution", "vmap", "kmeans", "gp", "all"]


class Config(labcore.Config):
    kind: Kind = control("backward", title="Kind")
    """What it computes."""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    import torch

    import tests.labs.forked_work as work

    chosen = work.WORK if config.kind == "all" else {config.kind: work.WORK[config.kind]}
    values = {name: compute(config.seed) for name, compute in chosen.items()}
    yield Frame(0, {**values, "threads": torch.get_num_threads()})


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    return {"main": figures.panel([], x="x", y="y", alt="Nothing.")}


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    return {"main": {"traces": {}}}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    return {name: repr(value) for name, value in frame.values.items()}


LAB = Lab(
    slug="forked",
    title="Forked",
    question="What hangs in a forked process?",
    tip="Used by the tests of the worker host.",
    covers=(),
    config=Config,
    length=lambda config: 1,
    quick={"kind": "all"},
    references=(),
    presets=(),
    challenges=(),
)
