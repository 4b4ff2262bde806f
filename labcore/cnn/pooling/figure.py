"""Panels and what moves on them: numbers under a window, and pictures that move."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, figures
from labcore.cnn.pooling.config import METHODS, PHOTO, SHIFT, SIDE, TURN, WHOLE, WINDOW, Config
from labcore.cnn.pooling.lesson import axis, followed, image, length, plan, source
from labcore.cnn.pooling.moving import CROP, FAR, MOVERS, TURNS, ZOOMS
from labcore.palette import colour

GRABS = (
    Grab("crop", "ring", "col", "row", "Ringed cell"),
    Grab("photo", "spot", "at_x", "at_y", "Crop"),
    Grab("moved", "hand", "dx", "dy", "Picture"),
    Grab("turns", "here", "turn", "", "Turn"),
    Grab("zooms", "here", "zoom", "", "Zoom"),
)
VIEWS = {
    WINDOW: ("crop", "output", "window", "gradient"),
    PHOTO: ("photo", "pooled"),
    SHIFT: ("moved", "shifts", "after", "change"),
    TURN: ("turns", "zooms", "turned", "zoomed"),
}
LOOKS = {"input": ("context", "dot"), "max": ("data", "solid"), "average": ("model", "solid"),
         "blur": ("goal", "dash"), "first": ("sky", "dashdot"),
         "conv": ("text", "longdash")}  # fmt: skip
MOST = 1.8


def ink(values: np.ndarray, sign: int) -> np.ndarray:
    """Numbers from 0 to 1 as bytes of the signed scale, pale enough to be written on."""
    return np.rint(127.5 + sign * 80 * np.clip(values, 0, 1)).astype(np.uint8)


def box(top: float, bottom: float, left: float, right: float) -> dict[str, np.ndarray]:
    """The outline of the cells from top to bottom - 1 and from left to right - 1."""
    x, y = np.array([left, right]) - 0.5, np.array([top, bottom]) - 0.5
    return figures.at(x[[0, 1, 1, 0, 0]], y[[0, 0, 1, 1, 0]])


def cells(uid: str, n: int, colours: str = "signed") -> go.Heatmap:
    """A square field of n × n cells."""
    made = figures.field(uid, np.arange(n), np.arange(n), None, colours=colours)
    return made.update(xgap=int(colours == "signed"), ygap=int(colours == "signed"))


def square(traces: list[Any], low: float, high: float, **given: Any) -> go.Figure:
    """A panel of cells, row 0 on top, without ticks that nobody reads."""
    figure = figures.panel(
        traces, x="column", y="row", x_range=(low - 0.58, high + 0.58),
        y_range=(high + 0.58, low - 0.58), square=True, **given,
    )  # fmt: skip
    return figure.update_xaxes(visible=False).update_yaxes(visible=False, constraintoward="top")


def curves(uid: str, x: np.ndarray, title: str, legend: bool, bounds: tuple, alt: str) -> go.Figure:
    """The change of each method's output by how far the picture has moved."""
    lines = [figures.line(f"{uid}.{m}", word, LOOKS[m][0], dash=LOOKS[m][1], width=2.2, x=x,
                          legend=legend) for m, word in MOVERS.items()]  # fmt: skip
    now = figures.line("now", "now", "context", width=1, dash="dot", legend=False)
    figure = figures.panel([*lines, now, figures.head("here", "now", "own", size=14)], x=title,
                           y="change of the output", legend=legend, x_range=bounds,
                           title="" if legend else "The same lines", y_range=(0, MOST),
                           alt=alt)  # fmt: skip
    if legend:
        figure.layout.legend.update(entrywidth=78, itemwidth=30, font={"size": 12})
    return figure


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Numbers, a photograph, a picture that is shifted, and one that is turned and zoomed."""
    line, n = axis(plan(config), SIDE), len(first["out"])
    low, high = min(0, int(line.starts[0])), max(SIDE, int(line.ends[-1])) - 1
    big, small = len(first["whole"]), len(first["after"])
    most = max(first["weights"].shape)
    frame_of = figures.line("inside", "the image", "context", width=1, legend=False)
    frame_of.update(box(0, SIDE, 0, SIDE))
    ring = go.Scatter(
        uid="ring", mode="markers", x=[0], y=[0], hoverinfo="skip", showlegend=False,
        marker={"symbol": "square-open", "size": 24, "color": colour("own"),
                "line": {"width": 3}},
    )  # fmt: skip
    photo = figures.field("photo", np.arange(WHOLE), np.arange(WHOLE),
                          figures.quantize(image(*source(config)), 0, 1))  # fmt: skip
    offset = np.arange(CROP) - (CROP - 1) / 2
    hand = figures.head("hand", "drag the picture", "own", size=18)
    made = {
        "crop": square(
            [cells("cells", SIDE), frame_of, figures.words("numbers", size=12),
             figures.line("window", "window", "text", width=3),
             figures.head("wins", "what counts", "model", symbol="circle-open", size=26), ring],
            low, high, title="Numbers of the photograph, 0 to 100",
            alt="A crop of the photograph as numbers, and the window at its present place."),
        "output": square(
            [cells("out", n), figures.words("numbers", size=12),
             figures.line("window", "this window", "text", width=3)],
            0, n - 1, title=f"Output, {n} × {n}", alt="The output so far."),
        "window": square(
            [cells("cells", most), figures.words("numbers", size=12)], 0, most - 1,
            size="small", title="In the window", alt="The numbers in the window, and what each "
            "counts for."),
        "gradient": square(
            [cells("gradient", SIDE), ring], 0, SIDE - 1, size="small",
            title="Gradient so far", alt="How much of the gradient of the outputs so far comes "
            "back to each cell."),
        "photo": square(
            [photo, figures.line("cut", "the crop", "own", width=3),
             figures.line("row", "read so far", "model", width=2),
             figures.head("spot", "drag the crop", "own", size=16)], 0, WHOLE - 1,
            title=f"{WHOLE} × {WHOLE}: drag the purple corner",
            alt="The photograph, and where the numbers come from."),
        "pooled": square([cells("out", big, "amount")], 0, big - 1, title=f"{big} × {big}",
                         alt="The photograph after pooling."),
        "moved": square([figures.field("moved", offset, offset), hand], -CROP // 2, CROP // 2,
                        title="Drag the picture", alt="The picture, shifted."),
        "shifts": curves("shift", np.arange(FAR + 1), "pixels moved", True, (-0.1, FAR + 0.1),
                         "By how much each output changes when the picture is shifted."),
        "after": square([cells("after", small, "amount")], 0, small - 1, size="small",
                        title="Output now", alt="The output of the shifted picture."),
        "change": square([cells("change", small)], 0, small - 1, size="small",
                         title="Less the output before", alt="What changed in the output."),
        "turns": curves("turn", TURNS, "turned by, °", True, (-46, 46),
                        "By how much each output changes when the picture is turned."),
        "zooms": curves("zoom", ZOOMS, "zoom, ×", False, (0.74, 1.51),
                        "By how much each output changes when the picture is zoomed."),
        "turned": square([cells("picture", CROP // 2, "amount")], 0, CROP // 2 - 1, size="small",
                         title="Turned", alt="The picture, turned."),
        "zoomed": square([cells("picture", CROP // 2, "amount")], 0, CROP // 2 - 1, size="small",
                         title="Zoomed", alt="The picture, zoomed."),
    }  # fmt: skip
    made["crop"].update_traces({"marker.line.width": 3}, selector={"uid": "wins"})
    made["gradient"].update_traces({"marker.size": 16}, selector={"uid": "ring"})
    return made


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Everything at one place of the time line."""
    return draw_window(config, frame) | draw_photo(config, frame) | draw_motion(config, frame)


def whole_numbers(values: np.ndarray) -> list[str]:
    """Numbers from 0 to 1 as whole parts of 100."""
    return [f"{100 * v:.0f}" for v in np.ravel(values)]


def draw_window(config: Config, frame: Frame) -> dict[str, Patch]:
    """The numbers under the window, what each counts for, the outputs so far, the way back."""
    grid, out, gradient = frame["cells"], frame["out"], frame["gradient"]
    (r, c), (top, bottom, left, right) = frame["position"], frame["span"]
    done = np.arange(out.size).reshape(out.shape) <= r * len(out) + c
    row, col = np.indices(grid.shape).reshape(2, -1)
    i, j = np.indices(out.shape).reshape(2, -1)
    weights, there = frame["weights"], frame["there"]
    a, b = np.nonzero(weights > 1e-9)
    heavy = weights[a, b] / weights.max(initial=1e-9)
    p, q = np.indices(there.shape).reshape(2, -1)
    few = weights.size <= 16 and config.method in ("average", "blur", "rms")
    factor = [f"<br>× {w:.2g}" if few else "" for w in weights.ravel()]
    blank = "–" if config.method == "max" else "0"
    number = ["" if not t else (blank if t == 1 else v + f) for t, v, f in
              zip(there.ravel(), whole_numbers(frame["window"]), factor, strict=True)]  # fmt: skip
    says = METHODS[config.method].split(" (")[0].split(",")[0].lower()
    ring = figures.at(config.col, config.row)
    return {
        "crop": {"traces": {
            "cells": {"z": ink(grid, -1)},
            "numbers": figures.at(col, row) | {"text": whole_numbers(grid)},
            "window": box(top, bottom, left, right),
            "wins": figures.at(left + b, top + a)
            | {"marker.size": (8 + 18 * heavy).astype(np.float32)},
            "ring": ring,
        }},
        "output": {"traces": {
            "out": {"z": ink(np.where(done, out, 0), 1)},
            "numbers": figures.at(j, i)
            | {"text": [t * bool(d) for t, d in zip(whole_numbers(out), done.flat, strict=True)]},
            "window": box(r, r + 1, c, c + 1),
        }},
        "window": {
            "traces": {"cells": {"z": ink(np.where(there == 2, frame["window"], 0), -1)},
                       "numbers": figures.at(q, p) | {"text": number}},
            "layout": {"title.text": f"{says[:1].upper()}{says[1:]}: {100 * out[r, c]:.0f}"},
        },
        "gradient": {"traces": {
            "gradient": {"z": ink(gradient / max(1.0, float(gradient.max())), 1)}, "ring": ring,
        }},
    }  # fmt: skip


def draw_photo(config: Config, frame: Frame) -> dict[str, Patch]:
    """The photograph, pooled row by row."""
    out, share = frame["whole"], (frame.step + 1) / length(config)
    rows = max(1, round(share * len(out)))
    x, y = config.at_x, config.at_y
    return {
        "photo": {"traces": {
            "cut": box(y, y + SIDE, x, x + SIDE),
            "row": figures.at([0, WHOLE - 1], [share * (WHOLE - 1)] * 2),
            "spot": figures.at(x, y),
        }},
        "pooled": {"traces": {"out": {"z": figures.quantize(out[:rows], 0, 1),
                                      "y": np.arange(rows, dtype=np.float32)}}},
    }  # fmt: skip


def draw_motion(config: Config, frame: Frame) -> dict[str, Patch]:
    """Pictures as far as they have moved, and what that changed."""
    at = list(MOVERS).index(followed(config))
    moved = float(np.abs(frame["shift"]).max())
    turn, zoom = map(float, frame["amounts"])
    before, after = frame["before"], frame["after"]
    reach = max(float(np.abs(before).max()), 1e-6)
    signed = followed(config) == "conv"
    made: dict[str, Patch] = {
        "moved": {"traces": {"moved": {"z": figures.quantize(frame["moved"], 0, 1)},
                             "hand": figures.at(config.dx, config.dy)}},
        "after": {"traces": {"after": {"z": figures.quantize(after, -reach if signed else 0, 1)}}},
        "change": {"traces": {"change": {"z": figures.quantize(after - before, -0.5, 0.5)}}},
        "turned": {"traces": {"picture": {"z": figures.quantize(frame["turned"][0], 0, 1)}}},
        "zoomed": {"traces": {"picture": {"z": figures.quantize(frame["turned"][1], 0, 1)}}},
    }  # fmt: skip
    for panel, uid, rows, x, here in (
        ("shifts", "shift", frame["by_shift"], np.arange(FAR + 1), moved),
        ("turns", "turn", frame["by_turn"], TURNS, turn),
        ("zooms", "zoom", frame["by_zoom"], ZOOMS, zoom),
    ):
        traces: dict[str, Any] = {
            f"{uid}.{m}": {"y": row} for m, row in zip(MOVERS, rows, strict=True)
        }
        traces["now"] = figures.at([here, here], [0, MOST])
        traces["here"] = figures.at(here, np.interp(here, x, np.nan_to_num(rows[at])))
        made[panel] = {"traces": traces}
    return made
