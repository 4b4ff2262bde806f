"""Lesson 1 as pictures: boxes by hand, their table, their pulls, and the race of four losses."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.palette import colour
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.lesson import DESCENT
from labcore.vision.anchor_boxes.marks import (
    INSIDE,
    LETTERS,
    arrow_line,
    arrows,
    box_line,
    grid_text,
    heads,
    named,
    outlines,
    over_picture,
    source_of,
    table_of,
    words,
)
from labcore.vision.anchor_boxes.overlap import MEASURES

LOOKS = {
    "iou": ("context", "dot"),
    "giou": ("model", "solid"),
    "diou": ("goal", "dash"),
    "ciou": ("sky", "longdash"),
}
SIDES = ("left", "top", "right", "bottom")
ARROW = 45.0
"""Pixels of the longest arrow."""


def boxes_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The picture, the table, the race and the pulls."""
    racers = [
        box_line(f"race.{name}", MEASURES[name], LOOKS[name][0], dash=LOOKS[name][1], width=2.5)
        for name in MEASURES
    ]
    picture = over_picture(
        [box_line("truth", "True", "data", config.truth), *racers,
         box_line("mine", "Yours", "own", config.mine), arrow_line("pull", "Pull", "own"),
         words("truth.names", "data", config.truth, numbers(config)),
         words("mine.names", "own", config.mine, LETTERS[: len(config.mine)], INSIDE)],
        source_of(config), legend=False,
        alt="True boxes, numbered, and your boxes, lettered, on a picture; arrows show where "
        f"{MEASURES[config.measure]} pulls the sides of your boxes.",
    )  # fmt: skip
    chosen = measure_now(config, first)
    matrix = fig.panel(
        [grid_text("matrix", chosen, lowest(config))],
        x="true box", y="your box", size="small",
        title=f"{MEASURES[config.measure]} of each with each",
        alt=f"A table of {MEASURES[config.measure]} between your boxes and the true ones.",
    )  # fmt: skip
    race = fig.panel(
        [*(fig.line(f"agree.{n}", MEASURES[n], LOOKS[n][0], dash=LOOKS[n][1]) for n in MEASURES)],
        x="step", y="IoU with its truth", size="small", legend=True,
        title="", x_range=(0, DESCENT), y_range=(-0.03, 1.03),
        alt="IoU of your box A with the nearest true box, while four losses pull it there.",
    )  # fmt: skip
    bars = [
        go.Bar(uid=f"bar.{n}", name=MEASURES[n], x=list(SIDES), y=[0, 0, 0, 0],
               marker={"color": colour(LOOKS[n][0]), "pattern": {"shape": pattern}},
               hoverinfo="skip")
        for n, pattern in zip(MEASURES, ("", "", "/", "."), strict=True)
    ]  # fmt: skip
    pulls = fig.panel(
        bars, x="side of box A", y="−∂loss/∂side (per 100 px)", size="small",
        alt="How strongly each loss pulls the four sides of your box A; above zero is right or "
        "down.",
    )  # fmt: skip
    pulls.layout.xaxis.type = "category"
    race.layout.legend.update(entrywidth=52, itemwidth=30, font={"size": 12})
    figures = {"boxes": picture, "matrix": matrix, "race": race, "pulls": pulls}
    for name, patch in draw_table(config, first).items():
        for uid, properties in patch.get("traces", {}).items():
            figures[name].update_traces(properties, selector={"uid": uid})
        figures[name].update_layout(patch.get("layout", {}))
    return figures


def boxes_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """The race goes on; in an answer, the hand's boxes and all that hangs on them."""
    if "race" not in frame.values:
        return draw_table(config, frame)
    race = frame["race"]
    step = np.array([frame.step], np.float32)
    return {
        "boxes": {"traces": {f"race.{n}": outlines(race[k]) for k, n in enumerate(MEASURES)}},
        "race": {
            "append": {
                f"agree.{n}": {"x": step, "y": frame["agree"][k : k + 1]}
                for k, n in enumerate(MEASURES)
            }
        },
    }


def draw_table(config: Config, frame: Frame) -> dict[str, Patch]:
    """Boxes, names, arrows, table and bars."""
    pulls, k = frame["pulls"], list(MEASURES).index(config.measure)
    bars = 100 * pulls[:, 0] if len(config.mine) else np.zeros((4, 4))
    most = max(float(np.abs(bars).max()), 0.1) * 1.15
    return {
        "boxes": {
            "traces": {
                "truth": outlines(config.truth),
                "mine": outlines(config.mine),
                "truth.names": named(config.truth, numbers(config)),
                "mine.names": named(config.mine, LETTERS[: len(config.mine)]),
                "pull": pull_arrows(config, pulls[k]),
                **({f"race.{n}": outlines(()) for n in MEASURES} if "race" not in frame.values
                   else {}),
            }
        },
        "matrix": {
            "traces": {
                "matrix": table_of(measure_now(config, frame), lowest(config)),
            },
            "layout": heads(columns(config), rows(config)),
        },
        "pulls": {
            "traces": {
                f"bar.{n}": {"y": bars[i].astype(np.float32)} for i, n in enumerate(MEASURES)
            },
            "layout": {"yaxis.range": [-most, most]},
        },
    }  # fmt: skip


def pull_arrows(config: Config, pulls: np.ndarray) -> dict[str, object]:
    """An arrow at the middle of each side of each box. pulls: (n, 4)."""
    boxes = np.array(config.mine, np.float64).reshape(-1, 4)
    if not len(boxes):
        return arrows(np.zeros((0, 2)), np.zeros((0, 2)))
    x0, y0, x1, y1 = boxes.T
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    starts = np.stack([[x0, cy], [cx, y0], [x1, cy], [cx, y1]], 0).transpose(2, 0, 1)
    none = np.zeros(len(boxes))
    moves = np.stack(
        [[pulls[:, 0], none], [none, pulls[:, 1]], [pulls[:, 2], none], [none, pulls[:, 3]]], 0
    ).transpose(2, 0, 1)
    most = np.abs(moves).max(initial=0)
    return arrows(starts.reshape(-1, 2), moves.reshape(-1, 2) * (ARROW / most if most > 0 else 0))


def measure_now(config: Config, frame: Frame) -> np.ndarray:
    """The table's numbers, at least one by one."""
    values = frame["measures"][list(MEASURES).index(config.measure)]
    return values if values.size else np.full((len(rows(config)), len(columns(config))), np.nan)


def lowest(config: Config) -> float:
    """The least value a measure can have: that of the palest cell."""
    return 0.0 if config.measure == "iou" else -1.0


def numbers(config: Config) -> list[str]:
    """Names of the true boxes."""
    return [str(j + 1) for j in range(len(config.truth))]


def columns(config: Config) -> list[str]:
    """Heads of the table's columns."""
    return numbers(config) or ["none"]


def rows(config: Config) -> list[str]:
    """Heads of the table's rows."""
    return list(LETTERS[: len(config.mine)]) or ["none"]
