"""What stands on the stage, what moves, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures
from labcore.data import CLOTHES
from labcore.linear.image_data.config import (
    BATCHES,
    CLASSES,
    GRID,
    LOOKS,
    SIDE,
    SIZES,
    STEP,
    WORKERS,
    Config,
)
from labcore.palette import CATEGORICAL, colour

SHORT = [*CLOTHES[:-1], "boot"]
ACROSS, DOWN = SIDE + 4, SIDE + 15
"""Pixels from one picture to the next, and from one row to the next."""
RUNNERS = (*(f"{n} threads" if n > 1 else "1 thread" if n else "DataLoader, no workers"
             for n in WORKERS), "one tensor, ready")  # fmt: skip


def bare(figure: go.Figure) -> go.Figure:
    """A picture is read without ticks."""
    hidden = {"showticklabels": False, "ticks": "", "showline": False}
    return figure.update_xaxes(**hidden).update_yaxes(**hidden)


def album(rows: int, columns: int, alt: str, x: str, y: str, **given: Any) -> go.Figure:
    """Pictures in rows, with words above each."""
    wide, tall = np.arange(columns * ACROSS - 4), np.arange(SIDE)
    k = np.arange(rows * columns)
    lines = [figures.field(f"row{r}", wide, DOWN * r + tall, np.zeros((SIDE, len(wide)), np.uint8))
             for r in range(rows)]  # fmt: skip
    for row in lines:
        row.colorscale = [[0, colour("paper")], [1, colour("text")]]
    names = figures.words(
        "names",
        place="top center",
        size=12,
        text=[""] * len(k),
        x=ACROSS * (k % columns) + 13.5,
        y=DOWN * (k // columns) - 0.5,
    )
    return bare(figures.panel(
        [*lines, names], x=x, y=y, alt=alt, square=True, x_range=(-2, len(wide) + 1),
        y_range=(DOWN * rows - 14, -15), **given,
    ))  # fmt: skip


def tiles(pictures: np.ndarray, rows: int, columns: int) -> dict[str, Any]:
    """Pictures (n, 784) as the rows of an album; where there are too few, the rest is empty."""
    full = np.zeros((rows * columns, SIDE * SIDE), np.uint8)
    full[: len(pictures)] = pictures
    room = np.pad(full.reshape(rows, columns, SIDE, SIDE), ((0, 0), (0, 0), (0, 0), (0, 4)))
    z = room.transpose(0, 2, 1, 3).reshape(rows, SIDE, -1)[:, :, :-4]
    return {f"row{r}": {"z": z[r]} for r in range(rows)}


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The panels of the part chosen."""
    made = {"batches": batch_panels, "map": map_panels, "labels": label_panels,
            "loader": loader_panels}  # fmt: skip
    return made[config.part](config)


def batch_panels(config: Config) -> dict[str, go.Figure]:
    """Pictures of a batch, and its classes."""
    grid = album(*GRID, "The first pictures of a batch.", f"the first of {config.batch} pictures",
                 "a batch")  # fmt: skip
    counts = figures.panel(
        [figures.bars("bars", "in this batch", "data"),
         figures.line("fair", "even", "context", dash="dash", x=[-0.5, 9.5],
                      y=[config.batch / CLASSES] * 2)],
        x="class", y="in this batch", size="small", x_range=(-0.6, 9.6),
        y_range=(0, 1.02 * config.batch), alt="How often each class is in this batch.",
    )  # fmt: skip
    counts.update_xaxes(tickvals=list(range(CLASSES)), ticktext=SHORT, tickangle=-60)
    share = figures.panel(
        [figures.line("most", "most common class", "data")], x="batch", y="most common class, %",
        size="small", x_range=(0, BATCHES), y_range=(0, 104),
        alt="The share of the most common class in each batch.",
    )  # fmt: skip
    return {"grid": grid, "counts": counts, "share": share}


def map_panels(config: Config) -> dict[str, go.Figure]:
    """All drawn pictures as points, and those nearest to where one points."""
    dots = []
    for k in range(CLASSES):
        role, open_ = CATEGORICAL[k % 5], k >= 5
        dot = figures.head(f"class{k}", SHORT[k], role, symbol="circle-open" if open_ else "circle",
                           size=6, legend=True)  # fmt: skip
        faint = config.show != "all" and config.show != CLOTHES[k]
        dot.marker.opacity = 0.12 if faint else 0.75
        dot.marker.line = {
            "width": 1.5 if open_ else 0.5,
            "color": colour(role if open_ else "paper"),
        }
        dots.append(dot)
    near = figures.head("near", "nearest", "text", symbol="circle-open", size=10)
    near.marker.line = {"width": 2, "color": colour("text")}
    first = config.component
    chart = figures.panel(
        [*dots, near, figures.ring("probe", "point here")], x=f"direction {first}",
        y=f"direction {first + 1}", x_range=(-3.6, 3.6), y_range=(-3.2, 3.2), legend=True,
        square=True, alt="600 pictures as points in a plane; a ring to drag.",
    )  # fmt: skip
    near = album(2, 3, "The six pictures nearest to the ring.", "nearest to the ring", "pictures",
                 size="small")  # fmt: skip
    worth = figures.panel(
        [figures.line("kept", "variance shown", "context", dash="dash"),
         figures.line("pure", "nearest is alike", "model"),
         figures.words("told", place="bottom left", size=12)],
        x="from PCA (0) to LDA (1)", y="%", size="small", x_range=(0, 1), y_range=(0, 80),
        alt="How much variance the map shows, and how often neighbours are of one class.",
    )  # fmt: skip
    return {"map": chart, "near": near, "worth": worth}


def label_panels(config: Config) -> dict[str, go.Figure]:
    """The suspects just looked at, how many were wrong, and what mending is worth."""
    grid = album(*GRID, "The suspects just looked at: label as given, and the classifier's.",
                 "✗: the label was replaced", "given → classifier")  # fmt: skip
    many = STEP * (LOOKS - 1)
    bad = 20 * config.wrong
    found = figures.panel(
        [figures.line("chance", "by chance", "context", dash="dash", x=[0, many],
                      y=[0, bad * many / 2000], legend=False),
         figures.line("best", "at best", "goal", dash="dot", x=[0, min(bad, many), many],
                      y=[0, min(bad, many), min(bad, many)], legend=False),
         figures.line("found", "by doubt", "model"),
         figures.words("told", "model", place="bottom left", size=12)],
        x="labels looked at", y="wrong ones found", size="small", x_range=(0, many),
        y_range=(0, max(min(bad, many) * 1.15, 10)), alt="Wrong labels found by labels looked at.",
    )  # fmt: skip
    right = figures.panel(
        [figures.line("clean", "with all true labels", "goal", dash="dot", legend=False),
         figures.line("right", "after mending", "model")],
        x="labels looked at", y="test right, %", size="small", x_range=(0, many),
        y_range=(60, 84), alt="Test accuracy after putting right what was found.",
    )  # fmt: skip
    return {"grid": grid, "found": found, "right": right}


def loader_panels(config: Config) -> dict[str, go.Figure]:
    """Pictures in a second by batch size."""
    unit = "pictures in a second" if config.clock else "calls for each picture"
    x = np.array(SIZES, np.float32)
    lines = [figures.line(f"run{k}", name, role, dash=dash, x=x, y=np.full(len(x), np.nan))
             for k, (name, role, dash) in enumerate(zip(
                 RUNNERS, ("context", "data", "model", "own", "goal"),
                 ("solid", "dash", "dot", "dashdot", "solid"), strict=True))]  # fmt: skip
    for line in lines:
        line.mode, line.marker = "lines+markers", {"size": 8}
    return {"speed": figures.panel(
        lines, x="batch size", y=unit, x_log=True, x_range=(0.8, 350), y_log=config.clock,
        y_range=(100, 4e6) if config.clock else (0, 2), legend=True,
        alt="Loading speed by batch size, for several numbers of workers and one resident tensor.",
    )}  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves; curves grow."""
    if config.part == "loader":
        if "table" not in frame.values:
            return {}
        return {
            "speed": {"traces": {f"run{k}": {"y": row} for k, row in enumerate(frame["table"])}}
        }
    made = {"batches": draw_batch, "map": draw_map, "labels": draw_labels}
    return made[config.part](config, frame)


def draw_batch(config: Config, frame: Frame) -> dict[str, Patch]:
    """One batch."""
    counts = frame["counts"]
    names = [SHORT[k] if k >= 0 else "" for k in frame["labels"]]
    most = 100 * counts.max() / max(counts.sum(), 1)
    return {
        "grid": {"traces": {**tiles(frame["pictures"], *GRID), "names": {"text": names}}},
        "counts": {"traces": {"bars": {"x": np.arange(CLASSES), "y": counts}}},
        "share": {"append": {"most": figures.at(frame["batch"], most)}},
    }


def draw_map(config: Config, frame: Frame) -> dict[str, Patch]:
    """The points where they are at this turn."""
    places = frame["places"].reshape(CLASSES, -1, 2)
    kept, pure = 100 * frame["kept"], 100 * frame["pure"]
    dots = {f"class{k}": figures.pair(places[k].T) for k in range(CLASSES)}
    names = [SHORT[k] for k in frame["labels"]]
    told = f"— alike {pure:.0f} %, - - variance {kept:.0f} %"
    return {
        "map": {"traces": {**dots, "near": figures.pair(frame["near"].T),
                           "probe": figures.at(config.probe_x, config.probe_y)}},
        "near": {"traces": {**tiles(frame["pictures"], 2, 3), "names": {"text": names}}},
        "worth": {"append": {"kept": figures.at(frame["turn"], kept),
                             "pure": figures.at(frame["turn"], pure)},
                  "traces": {"told": {"x": [1], "y": [80], "text": [told]}}},
    }  # fmt: skip


def draw_labels(config: Config, frame: Frame) -> dict[str, Patch]:
    """The suspects, and the curves so far."""
    names = [f"{SHORT[given]}{' ✗' if bad else ''}<br>→ {SHORT[says]}" for given, says, bad in
             zip(frame["labels"], frame["says"], frame["was"], strict=True)]  # fmt: skip
    names += [""] * (GRID[0] * GRID[1] - len(names))
    many = frame["many"]
    told = f"{frame['found']} of {frame['bad']}"
    ends = np.array([0, STEP * (LOOKS - 1)], np.float32)
    return {
        "grid": {"traces": {**tiles(frame["pictures"], *GRID), "names": {"text": names}}},
        "found": {"append": {"found": figures.at(many, frame["found"])},
                  "traces": {"told": {"x": [ends[1]], "y": [max(4, frame["bad"] * 0.2)],
                                      "text": [told]}}},
        "right": {"append": {"right": figures.at(many, 100 * frame["right"])},
                  "traces": {"clean": {"x": ends, "y": np.full(2, 100 * frame["clean"])}}},
    }  # fmt: skip
