"""A lab for the tests of the stage: all that a hand can do, and two views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import plotly.graph_objects as go

import labcore
from labcore import (
    Boxes,
    BoxList,
    Challenge,
    Frame,
    Grab,
    Keys,
    Lab,
    Paint,
    Patch,
    PointList,
    Points,
    Start,
    TourStep,
    Verdict,
    control,
    figures,
)

LETTERS = ".#S"


class Config(labcore.Config):
    points: PointList = control(
        ((1.0, 1.0), (2.0, 3.0)), title="Points", x=(0, 4), y=(0, 4), most=4
    )
    """Their mean is drawn."""

    boxes: BoxList = control(((1.0, 1.0, 2.0, 3.0),), title="Boxes", x=(0, 4), y=(0, 4), most=3)
    """Their outlines are drawn."""

    world: str = control("S..#/..../....", title="World", high=60)
    """Cells, a row after another."""

    brush: Literal["none", ".", "#", "S"] = control("#", title="Brush")
    """What is painted."""

    moves: str = control("", title="Moves", high=40)
    """Steps taken by hand."""

    level: float = control(1.0, title="Level", low=0, high=4)
    """A mark moves up and down; across, it stands where twice the level is."""

    bars: PointList = control(
        ((0.0, 1.0), (1.0, 2.0), (2.0, 3.0)), title="Bars", x=(0, 2), y=(0, 4), least=3, most=3
    )
    """Their tops move up and down."""

    gain: float = control(1.0, title="Gain", low=0, high=10)
    """What each step adds."""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    total = float(start.checkpoint["total"]) if start else 0.0
    for step in range(start.step + 1 if start else 0, max(21, start.step + 2 if start else 0)):
        total += config.gain * config.world.count("#")
        yield Frame(step, {"total": total}, checkpoint={"total": np.float64(total)})


def observe(config: Config, start: Start) -> Frame:
    return Frame(start.step, {"total": float(start.checkpoint["total"])}, note="Looked at anew.")


def cells(config: Config) -> np.ndarray:
    return np.array([[LETTERS.index(c) * 100 for c in row] for row in config.world.split("/")])


def place(config: Config) -> tuple[int, int]:
    return config.moves.count("r") - config.moves.count("l"), config.moves.count("d")


def outlines(config: Config) -> tuple[list[float], list[float]]:
    x = [n for x0, _, x1, _ in config.boxes for n in (x0, x1, x1, x0, x0, np.nan)]
    y = [n for _, y0, _, y1 in config.boxes for n in (y0, y0, y1, y1, y0, np.nan)]
    return x, y


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    z = cells(config)
    x, y = np.arange(z.shape[1]), np.arange(z.shape[0])
    marks = figures.head("marks", "points", "own", x=[p[0] for p in config.points],
                         y=[p[1] for p in config.points])  # fmt: skip
    return {
        "cloud": figures.panel([marks, figures.head("mean", "mean", "model")], x="x", y="y",
                               alt="Points and their mean.", x_range=(0, 4), y_range=(0, 4)),
        "bars": figures.panel(
            [go.Bar(uid="bar"), figures.head("tops", "tops", "own"),
             figures.head("level", "level", "own")], x="x", y="y", alt="Bars.",
            x_range=(-0.5, 8), y_range=(0, 4)),
        "grid": figures.panel(
            [figures.field("cells", x, y, z.astype(np.uint8)),
             figures.head("token", "you", "own", x=[0], y=[0])], x="column", y="row",
            alt="A world of cells.", y_range=(z.shape[0] - 0.5, -0.5)),
        "frame": figures.panel(
            [figures.line("outline", "boxes", "own", x=outlines(config)[0], y=outlines(config)[1])],
            x="x", y="y", alt="Boxes.", x_range=(0, 4), y_range=(4, 0)),
        "sum": figures.panel([figures.line("total", "total", "model")], x="step", y="total",
                             alt="A growing total."),
    }  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    mean = np.mean(config.points or ((0, 0),), axis=0)
    column, row = place(config)
    x, y = np.array(config.bars).T
    patches: dict[str, Patch] = {
        "bars": {"traces": {"bar": {"x": x, "y": y}, "tops": {"x": x, "y": y},
                            "level": {"x": np.array([2 * config.level]),
                                      "y": np.array([config.level])}}},
        "cloud": {"traces": {"mean": {"x": mean[:1], "y": mean[1:]}}},
        "grid": {"traces": {"cells": {"z": cells(config).astype(np.uint8)},
                            "token": {"x": [column], "y": [row]}}},
    }  # fmt: skip
    if "total" in frame.values:
        at = {"x": np.array([frame.step]), "y": np.array([frame["total"]])}
        patches["sum"] = {"append": {"total": at}}
    return patches


def readout(config: Config, frame: Frame) -> dict[str, str]:
    return {"Points": str(len(config.points)), "Walls": str(config.world.count("#"))}


def answer(config: Config, start: Start | None = None) -> Frame:
    return Frame(0, {}, note=f"The total is {start.checkpoint['total']:g}." if start else "")


TOUR = (
    TourStep("Two points, and their mean.", {}, "Points"),
    TourStep(
        "A gain of zero adds nothing.", {"gain": 0.0}, asks="Raise the gain above 1.",
        done=lambda config: config.gain > 1,
    ),
    TourStep("Walls count.", {"gain": 2.0}, "World", "Have a wall.", reach="walls"),
    TourStep("That is all.", None),
)  # fmt: skip


def walls(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Passed from the step on at which the total is 10."""
    total = frames[-1]["total"]
    return Verdict(total >= 10, f"The total is {total:g}.")


LAB = Lab(
    slug="hands",
    title="Hands",
    question="What can a hand do?",
    tip="Used by the tests of the stage.",
    covers=(),
    config=Config,
    length=lambda config: 21,
    quick={},
    references=(),
    presets=(),
    challenges=(Challenge("walls", "A total of 10.", "Paint a wall.", walls),),
    tour=TOUR,
    grabs=(
        Points("cloud", "marks", "points", "Point"),
        Boxes("frame", "outline", "boxes", "Box"),
        Points("bars", "tops", "bars", "Bar", along="y"),
        Grab("bars", "level", "", "level", "Level", anywhere=False),
        Paint("grid", "world", "brush", "World", single="S", goes_on=True),
        Keys("grid", "moves", {"ArrowLeft": "l", "ArrowRight": "r", "ArrowDown": "d"}, "Walk"),
    ),
    views={
        "Points": ("cloud", "sum"),
        "World": ("grid", "sum"),
        "Boxes": ("frame", "sum"),
        "Bars": ("bars", "sum"),
    },
    resumable=True,
    observes=("points", "moves"),
    live=True,
    stays=True,
)
