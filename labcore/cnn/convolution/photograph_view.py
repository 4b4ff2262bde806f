"""Part 2 as pictures: the photograph, what the kernel makes of it, and one row of both."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.kernels import applied
from labcore.cnn.convolution.marks import bare, boxes, kernel_panel, kernel_traces
from labcore.cnn.convolution.pictures import colours, data_uri
from labcore.cnn.convolution.settings import COARSE, CROP, SIDE


def picture(uid: str, image: np.ndarray, scale: float = 1.0) -> go.Image:
    """A photograph (3, h, w) whose pixels are `scale` long."""
    return go.Image(uid=uid, source=data_uri(image), dx=scale, dy=scale, x0=scale / 2,
                    y0=scale / 2, hoverinfo="skip")  # fmt: skip


def photograph_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The photograph with the ring, the map or picture, the kernel, and a row of pixels."""
    half = COARSE / SIDE
    photo = bare(figures.panel(
        [picture("photo", colours(config, SIDE), half),
         figures.line("row", "the row below", "own", width=1.5, dash="dot"),
         figures.line("cut", "the ten cells of part 1", "own", width=2),
         figures.head("ring", "drag", "own", symbol="square", size=15)],
        x=f"{SIDE} × {SIDE} pixels", y=" ", square=True, title="Input: drag ■",
        x_range=(0, COARSE), y_range=(COARSE, 0), alt="The photograph, and the row looked at.",
    ))  # fmt: skip
    tall, wide = first["height"], first["width"]
    seen: Any
    if config.shown == "map":
        seen = figures.field("map", np.arange(wide) + 0.5, np.arange(tall) + 0.5, colours="signed")
    else:
        seen = picture("picture", first["picture"])
    filtered = bare(figures.panel(
        [seen], x=f"{tall} × {wide} values", y=" ", square=True, x_range=(0, max(tall, wide)),
        y_range=(max(tall, wide), 0), alt="What the kernel makes of the photograph.",
        title="Output: " + ("one map" if config.shown == "map" else "each colour by itself"),
    ))  # fmt: skip
    row = figures.panel(
        [figures.line("before", "input", "data", width=1.5),
         figures.line("after", "output", "model", width=2)],
        x="column of the dotted row", y="grey, output", size="small", x_range=(0, SIDE),
        y_range=(-255, 255), title="Row: in blue, out orange",
        alt="One row of pixels before and after.",
    )  # fmt: skip
    return {"photo": photo, "filtered": filtered, "photograph_kernel": kernel_panel(config),
            "profile": row}  # fmt: skip


def photograph_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """The map, the row, and where the hand has put the ring."""
    x, y = config.crop_x, config.crop_y
    middle = y + CROP / 2
    after = frame["after"]
    spread = config.dilation * (applied(config).shape[1] - 1) / 2
    across = np.arange(len(after)) * config.stride + spread - config.padding
    far = 1.05 * max(float(np.abs(after).max()) if after.size else 0, 255)
    size = f"{frame['height']} × {frame['width']} values"
    if config.shown == "map":
        size = f"{size}: blue to −{round(frame['reach'])}, orange to {round(frame['reach'])}"
    shown: dict[str, Any] = {"map": {"z": frame["map"]}} if config.shown == "map" else {
        "picture": {"source": data_uri(frame["picture"])}
    }  # fmt: skip
    return {
        "photo": {"traces": {
            "ring": figures.at(x, y), "cut": boxes([(x, y, x + CROP, y + CROP)]),
            "row": figures.at((0, COARSE), (middle, middle)),
        }},
        "filtered": {"traces": shown, "layout": {"xaxis.title.text": size}},
        "photograph_kernel": {"traces": kernel_traces(config)},
        "profile": {"traces": {"before": figures.at(np.arange(SIDE), frame["before"]),
                               "after": figures.at(across, after)},
                    "layout": {"yaxis.range": [-far if after.min() < 0 else 0, far]}},
    }  # fmt: skip
