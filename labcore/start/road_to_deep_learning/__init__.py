"""A brush over ninety years of papers: what grew, how fast, and what drove it.

lesson   the controls, the fit to what is in the brush, run and answer
facts    the papers with their numbers and sources
panels   what stands still
figure   draw and readout
names    which names fit
course   presets, challenges, tour, formulas, references
"""

from __future__ import annotations

from labcore import Grab, Lab
from labcore.start.road_to_deep_learning.course import (
    CHALLENGES,
    FORMULAS,
    PRESETS,
    REFERENCES,
    TOUR,
)
from labcore.start.road_to_deep_learning.facts import FACTS
from labcore.start.road_to_deep_learning.figure import draw, readout
from labcore.start.road_to_deep_learning.lesson import (
    DRIVEN,
    GROWTH,
    PAPERS,
    Config,
    answer,
    chosen,
    doubling,
    driver,
    fit,
    later,
    run,
    sources,
)
from labcore.start.road_to_deep_learning.panels import panels

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run", "sources"]

LAB = Lab(
    slug="road_to_deep_learning",
    title="The road to deep learning",
    question="Why did deep learning take off when it did?",
    tip="Drag the purple edges over the years, and read how fast what is between them grew.",
    covers=("B1.4", "B1.5", "B1.6", "A"),
    config=Config,
    length=lambda config: len(FACTS),
    quick={},
    references=REFERENCES,
    presets=PRESETS,
    challenges=CHALLENGES,
    formulas=FORMULAS,
    grabs=tuple(
        Grab(panel, edge, edge, "", f"{word} edge of the brush", anywhere=False)
        for panel in ("papers", "growth", "drivers")
        for edge, word in (("since", "First"), ("until", "Last"))
    ),
    views={
        PAPERS: ("papers",),
        GROWTH: ("growth", "times"),
        DRIVEN: ("drivers", "factors"),
    },
    tells={
        PAPERS: ("Papers in it", "Published so far"),
        GROWTH: (
            "Models fitted",
            "Doubling time",
            "One standard error",
            "Models after the brush",
            "Straight line",
            "Doubling",
        ),
        DRIVEN: ("Data", "Memory", "Compute", "In these years"),
    },
    tour=TOUR,
    verb="Play",
    live=True,
    stays=True,
    code=(fit, doubling, chosen, later, driver),
    data="Figures stated in the papers named; estimates of training compute by Amodei & Hernandez "
    "(2018) where the table below says so; decades from table 1.5.1 of Dive into deep learning.",
)
