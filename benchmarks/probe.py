"""A lab that measures the house itself: frames of a chosen cost, size and kind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go

import labcore
from labcore import Frame, Lab, Patch, Reference, Start, control, figures
from labcore.palette import CATEGORICAL


class Config(labcore.Config):
    frames: int = control(100, title="Frames", low=1, high=20000)
    """Frames to send."""

    cost: float = control(0.0, title="Cost of a frame", low=0, high=100, unit="ms")
    """Processor time spent before each frame."""

    lines: int = control(1, title="Lines", low=1, high=12)
    """Lines on each panel."""

    panels: int = control(1, title="Panels", low=1, high=4)
    """Panels on the stage."""

    field: int = control(0, title="Field", low=0, high=200)
    """Side of a field that changes with every frame; 0 for none."""


def compute(cost: float) -> float:
    """Real work for about so many milliseconds; also the bare loop of the benchmark."""
    end = time.perf_counter() + cost / 1000
    total = 0.0
    while time.perf_counter() < end:
        total += float(np.dot(np.ones(64), np.ones(64)))
    return total


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    side = np.arange(config.field, dtype=np.float32)
    for step in range(config.frames):
        compute(config.cost)
        y = np.sin(0.05 * step + np.arange(config.lines, dtype=np.float32))
        values: dict[str, Any] = {"y": y}
        if config.field:
            waves = np.sin(side / 9 + step / 10)[:, None] * np.cos(side / 7)
            values["z"] = figures.quantize(waves, -1, 1)
        yield Frame(step, values)


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    made = {}
    for p in range(config.panels):
        traces: list[Any] = [
            figures.line(f"line{i}", f"line {i}", CATEGORICAL[i % 5]) for i in range(config.lines)
        ]
        if config.field:
            side = np.arange(config.field, dtype=np.float32)
            traces.insert(0, figures.field("z", side, side, first["z"]))
        made[f"panel{p}"] = figures.panel(
            traces, x="frame", y="value", alt="A probe of the house.",
            x_range=(0, max(config.frames, config.field)), y_range=(-1, max(1, config.field)),
        )  # fmt: skip
    return made


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    x = np.array([frame.step], np.float32)
    append = {f"line{i}": {"x": x, "y": frame["y"][i : i + 1]} for i in range(config.lines)}
    patch: Patch = {"append": append}
    if config.field:
        patch["traces"] = {"z": {"z": frame["z"]}}
    return {f"panel{p}": patch for p in range(config.panels)}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    return {"Frame": str(frame.step)}


def answer(config: Config, start: Start | None = None) -> Frame:
    return next(run(config))


LAB = Lab(
    slug="probe",
    title="Probe",
    question="How fast is the house?",
    tip="Used by the benchmarks.",
    covers=(),
    config=Config,
    length=lambda config: config.frames,
    quick={"frames": 5},
    references=(Reference("The benchmarks of this project."),),
    presets=(),
    challenges=(),
)
