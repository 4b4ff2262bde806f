"""Devices: how long a product takes here, and from which size a GPU is worth its way.

lesson  the controls, the measurements, the model, run, observe and answer
server  what this machine is
figure  panels, draw and readout
course  presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Lab
from labcore import device as device  # that it stands here says that the lab can use a GPU
from labcore.builders.devices.course import CHALLENGES, FORMULAS, PRESETS, REFERENCES, TOUR
from labcore.builders.devices.figure import GRABS, TELLS, VIEWS, draw, panels, readout
from labcore.builders.devices.lesson import (
    Config,
    answer,
    crossing,
    foretold,
    measure,
    multiply,
    observe,
    on_gpu,
    run,
    sizes,
)

__all__ = ["LAB", "Config", "answer", "draw", "observe", "panels", "readout", "run"]

LAB = Lab(
    slug="devices",
    title="Devices",
    question="When is a GPU worth the way to it?",
    tip="Watch products being timed; then drag the ring of the dotted GPU and see who is ahead.",
    covers=("B6.7",),
    config=Config,
    length=lambda config: len(sizes(config)),
    quick={"clock": False, "largest": 256},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    tells=TELLS,
    tour=TOUR,
    observes=("uses", "launch", "link", "peak"),
    verb="Measure",
    code=(measure, multiply, on_gpu, foretold, crossing),
)
