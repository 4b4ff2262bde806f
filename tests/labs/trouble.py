"""A lab that goes wrong in every way a run can, for the tests of the engine."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Iterator
from typing import Literal

import numpy as np
import plotly.graph_objects as go

import labcore
from labcore import Frame, Lab, Patch, Start, control, figures


class Config(labcore.Config):
    kind: Literal["fine", "raise", "exit", "hang", "deaf", "memory", "slow", "collect"] = control(
        "fine", title="Kind"
    )
    """How it goes wrong, at frame 3."""

    frames: int = control(5, title="Frames", low=1, high=100000)
    """Frames it would send."""

    pause: float = control(0.01, title="Pause", low=0, high=10, unit="s")
    """Time between the frames of a slow run."""

    gain: float = control(1.0, title="Gain", low=0, high=10)
    """What each step adds."""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    total = float(start.checkpoint["total"]) if start else 0.0
    first = start.step + 1 if start else 0
    for step in range(first, config.frames):
        if step == 3:
            go_wrong(config.kind)
        if config.kind in ("slow", "hang", "collect"):
            time.sleep(config.pause)
        if config.kind == "collect":  # as a longer run does by itself
            gc.collect()
        total += config.gain
        yield Frame(step, {"total": total}, checkpoint={"total": np.float64(total)})


def go_wrong(kind: str) -> None:
    if kind == "raise":
        raise ValueError("the matrix is singular: its determinant is 0")
    if kind == "exit":
        os._exit(7)
    if kind == "deaf":  # as in a long call into C, no signal is heard
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    if kind in ("hang", "deaf"):
        time.sleep(3600)
    if kind == "memory":
        hoard = [np.ones(2**21) for _ in range(10_000)]
        print(len(hoard))


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    traces = [
        figures.line("total", "total", "model"),
        figures.head("end", "end", "own", x=[0], y=[0]),
    ]
    return {"main": figures.panel(traces, x="step", y="total", alt="A growing total.")}


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    point = {"x": np.array([frame.step]), "y": np.array([frame["total"]])}
    return {"main": {"append": {"total": point}, "traces": {"end": point}}}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    return {"Total": f"{frame['total']:.0f}"}


def answer(config: Config, start: Start | None = None) -> Frame:
    go_wrong(config.kind)
    if config.kind == "slow":
        time.sleep(config.pause)
    return Frame(0, {"total": config.gain})


LAB = Lab(
    slug="trouble",
    title="Trouble",
    question="What happens when a run goes wrong?",
    tip="Used by the tests of the engine.",
    covers=(),
    config=Config,
    length=lambda config: config.frames,
    quick={},
    references=(),
    presets=(),
    challenges=(),
    resumable=True,
)
