"""Strokes that the pictures share: outlines, arrows, and the photograph under them."""

from __future__ import annotations

import base64
import functools
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from labcore import figures as fig
from labcore.palette import colour
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detections import EXAMPLE, test_scene
from labcore.vision.anchor_boxes.scenes import HEIGHT, WIDTH, own_photograph, photograph
from labcore.vision.anchor_boxes.settings import FRAMES

LETTERS = "ABCDEFGH"
"""Names of the learner's boxes; true boxes have numbers."""
INSIDE = "bottom right"
"""Where a word at the upper left corner of a box stands if it is to be within."""


def outlines(boxes: Any) -> dict[str, Any]:
    """Closed lines around boxes, (n, 4), with a gap behind each."""
    x0, y0, x1, y1 = np.asarray(boxes, np.float32).reshape(-1, 4).T
    gap = np.full(len(x0), np.nan, np.float32)
    x = np.stack([x0, x1, x1, x0, x0, gap], 1).ravel()
    y = np.stack([y0, y0, y1, y1, y0, gap], 1).ravel()
    return {"x": x, "y": y} if len(x) else {"x": gap_only(), "y": gap_only()}


def gap_only() -> np.ndarray:
    """A line without a point."""
    return np.full(1, np.nan, np.float32)


def box_line(
    uid: str, name: str, role: str, boxes: Any = (), *, dash: str = "solid", width: float = 3
) -> go.Scatter:
    """Outlines of boxes."""
    return fig.line(uid, name, role, dash=dash, width=width, **outlines(boxes))


def words(
    uid: str, role: str, boxes: Any, texts: Sequence[str], place: str = "top right"
) -> go.Scatter:
    """A word at the upper left corner of each box: above it, or `INSIDE`."""
    return go.Scatter(
        uid=uid, mode="text", textposition=place,
        textfont={"size": 15, "color": colour(role), "weight": "bold",
                  "shadow": f"0 0 3px {colour('paper')}, 0 0 2px {colour('paper')}"},
        hoverinfo="skip", showlegend=False, cliponaxis=False, **named(boxes, texts),
    )  # fmt: skip


def foot(boxes: Any) -> np.ndarray:
    """Boxes as `named` takes them, for words at their lower right corner."""
    return np.asarray(boxes, np.float32).reshape(-1, 4)[:, [2, 3, 0, 1]]


def named(boxes: Any, texts: Sequence[str]) -> dict[str, Any]:
    """Where the words stand, and what they say."""
    at = np.asarray(boxes, np.float32).reshape(-1, 4)
    if not len(at):
        return {"x": [None], "y": [None], "text": [""]}
    return {"x": at[:, 0], "y": np.maximum(at[:, 1], 12), "text": list(texts)}


def arrows(starts: np.ndarray, moves: np.ndarray) -> dict[str, Any]:
    """Lines with heads, (n, 2) and (n, 2); a move of less than a pixel has none."""
    if not len(starts):
        return {"x": gap_only(), "y": gap_only(), "marker.size": [0]}
    gap = np.full_like(starts, np.nan)
    way = np.stack([starts, starts + moves, gap], 1).reshape(-1, 2).astype(np.float32)
    long = np.hypot(*moves.T) >= 2
    sizes = np.stack([0 * long, 11 * long, 0 * long], 1).ravel()
    return {"x": way[:, 0], "y": way[:, 1], "marker.size": sizes.astype(np.uint8).tolist()}


def arrow_line(uid: str, name: str, role: str) -> go.Scatter:
    """The trace that `arrows` fills."""
    return go.Scatter(
        uid=uid, name=name, mode="lines+markers", x=[None], y=[None], hoverinfo="skip",
        line={"color": colour(role), "width": 3}, showlegend=False,
        marker={"symbol": "arrow", "angleref": "previous", "size": [0], "color": colour(role),
                "opacity": 1, "line": {"width": 0}},
    )  # fmt: skip


@functools.lru_cache(maxsize=16)
def picture(name: str, crop: str = "wide", photo: str = "") -> str:
    """A picture as a data URI, in pixels of FRAMES; `photo` is the learner's own."""
    if photo:
        image = own_photograph(photo)
    elif name == "scene":
        image = Image.fromarray(test_scene(EXAMPLE).image)
    else:
        image = photograph(name).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    width, height = FRAMES[crop]
    left = (WIDTH - width) // 2
    return data_uri(image.crop((left, 0, left + width, height)))


def data_uri(image: Image.Image, quality: int = 82) -> str:
    """An image as JPEG in a URI."""
    block = io.BytesIO()
    image.save(block, "JPEG", quality=quality)
    return "data:image/jpeg;base64," + base64.b64encode(block.getvalue()).decode()


def over_picture(
    traces: Sequence[Any], source: str, *, alt: str, width: float = WIDTH, height: float = HEIGHT,
    title: str = "", legend: bool = False,
) -> go.Figure:  # fmt: skip
    """A large panel with a picture under its traces, in pixels, y downwards."""
    figure = fig.panel(
        traces, x="x (pixels)", y="y (pixels)", alt=alt, title=title, x_range=(0, width),
        y_range=(height, 0), square=True, legend=legend,
    )  # fmt: skip
    figure.layout.images = [
        {"source": source, "xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": width,
         "sizey": height, "xanchor": "left", "yanchor": "top", "sizing": "stretch",
         "layer": "below"}
    ]  # fmt: skip
    return figure


def source_of(config: Config) -> str:
    """The picture that the controls ask for."""
    crop = config.crop if config.topic == "anchors" else "wide"
    return picture(config.picture, crop, config.photo)


def grid_text(uid: str, values: np.ndarray, low: float) -> go.Heatmap:
    """A small table of numbers, coloured from `low` to 1. values: (rows, columns)."""
    field = fig.field(uid, np.arange(values.shape[1]), np.arange(values.shape[0]))
    return field.update(
        **table_of(values, low), texttemplate="%{text}", xgap=2, ygap=2,
        textfont={"size": 13, "color": colour("text")},
        colorscale=[[0, colour("faint", 0.35)], [1, colour("goal", 0.75)]],
    )  # fmt: skip


def heads(columns: Sequence[str], rows: Sequence[str]) -> dict[str, Any]:
    """The axes of a table, as a change of layout: names of columns, and of rows from above."""
    return {
        "xaxis.tickvals": list(range(len(columns))), "xaxis.ticktext": list(columns),
        "xaxis.range": [-0.5, len(columns) - 0.5],
        "yaxis.tickvals": list(range(len(rows))), "yaxis.ticktext": list(rows),
        "yaxis.range": [len(rows) - 0.5, -0.5],
    }  # fmt: skip


def table_of(values: np.ndarray, low: float) -> dict[str, Any]:
    """Colours and numbers of a table."""
    shown = np.asarray(values, np.float32)
    text = [[f"{v:.2f}".replace("-", "−") if np.isfinite(v) else "" for v in row] for row in shown]
    rows, columns = shown.shape
    return {"z": fig.quantize(shown, low, 1), "text": text, "x": np.arange(columns),
            "y": np.arange(rows)}  # fmt: skip
