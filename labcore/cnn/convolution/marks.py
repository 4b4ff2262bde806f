"""Strokes that the parts share: the kernel with its nine knobs, grids of numbers, boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Grab, figures, format_number
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.kernels import weights
from labcore.cnn.convolution.settings import CELLS, MOST, PULLED
from labcore.palette import colour

ROOM = 11.0
"""Half the height of a cell of the kernel, in units of its weight."""
SLOT = 0.3
"""Where in a cell its knob slides, from the middle, in cells."""


def bare(figure: go.Figure) -> go.Figure:
    """Axes without ticks or lines."""
    hidden = {"showticklabels": False, "ticks": "", "showline": False}
    return figure.update_layout(xaxis=hidden, yaxis=hidden)


def number(value: float) -> str:
    """A whole number as it is, another with three digits."""
    return f"{round(value)}".replace("-", "−") if value == round(value) else format_number(value)


def grid(uid: str, colours: str = "signed", size: int = 12) -> go.Heatmap:
    """A grid of numbers, coloured; filled by `numbered`."""
    made = figures.field(uid, np.arange(1), np.arange(1), np.zeros((1, 1), np.uint8),
                         colours=colours)  # fmt: skip
    return made.update(
        texttemplate="%{text}", textfont={"size": size}, xgap=1, ygap=1,
        hoverongaps=False, zmin=0, zmax=255,
    )  # fmt: skip


def signed(values: np.ndarray, most: float) -> np.ndarray:
    """Numbers from −most to most as 0 to 255, with gaps kept: (…) float32."""
    return (127.5 + 127.5 * np.clip(np.asarray(values) / (most or 1), -1, 1)).astype(np.float32)


def numbered(z: np.ndarray, texts: Sequence[Sequence[str]], left: float = 0, top: float = 0) -> Any:
    """Cells from (left, top) on, with a word in each."""
    return {"z": z, "text": [list(row) for row in texts],
            "x": (left + np.arange(z.shape[1])).astype(np.float32),
            "y": (top + np.arange(z.shape[0])).astype(np.float32)}  # fmt: skip


def texts_of(values: np.ndarray) -> list[list[str]]:
    """Numbers as words, none where there is none."""
    return [[number(float(v)) if np.isfinite(v) else "" for v in row] for row in values]


def boxes(corners: Any) -> dict[str, Any]:
    """Outlines of boxes (n, 4) as x0, y0, x1, y1, with gaps between."""
    x0, y0, x1, y1 = np.asarray(corners, np.float32).reshape(-1, 4).T
    gap = np.full(len(x0), np.nan, np.float32)
    x = np.stack([x0, x1, x1, x0, x0, gap], 1).ravel()
    y = np.stack([y0, y0, y1, y1, y0, gap], 1).ravel()
    return {"x": x, "y": y} if len(x) else {"x": gap_only(), "y": gap_only()}


def gap_only() -> np.ndarray:
    """A line without a point."""
    return np.full(1, np.nan, np.float32)


def held(config: Config) -> bool:
    """Whether the kernel is pulled, and not typed."""
    return not config.typed.strip()


def kernel_panel(config: Config, title: str = "Your kernel: pull its cells") -> go.Figure:
    """The kernel; each cell has a slot with a knob, on axes of its own."""
    kernel = weights(config)
    rows, columns = kernel.shape
    told = title if held(config) else "Your kernel, as typed"
    if held(config) and config.divisor > 1:
        told = f"{title}; all ÷ {config.divisor}"
    numbers = figures.words("numbers", size=14 if rows <= 4 else 10)
    now = kernel_traces(config)
    traces: list[Any] = [grid("kernel").update(now["kernel"]), numbers.update(now["numbers"])]
    axes: dict[str, Any] = {}
    if held(config):
        places = [(r, c) for r in range(3) for c in range(3)]
        slots = boxes([(c + SLOT, r - 0.4, c + SLOT, r + 0.4) for r, c in places])
        traces.append(figures.line("slots", "slots", "context", width=2, opacity=0.5, **slots))
        for name, (r, c) in zip(CELLS, places, strict=True):
            traces.append(go.Scatter(
                uid=name, x=[0], y=[getattr(config, name)], mode="markers", xaxis=f"x{c + 2}",
                yaxis=f"y{r + 2}", hoverinfo="skip", showlegend=False,
                marker={"color": colour("own"), "size": 12, "symbol": "square",
                        "line": {"color": colour("paper"), "width": 1.5}},
            ))  # fmt: skip
        for i in range(3):  # an axis for each column and row, so that a knob's height is its weight
            axes[f"xaxis{i + 2}"] = {
                "visible": False,
                "domain": [i / 3, (i + 1) / 3],
                "anchor": "y2",
                "range": [-0.5 - SLOT, 0.5 - SLOT],
            }
            axes[f"yaxis{i + 2}"] = {"visible": False, "domain": [1 - (i + 1) / 3, 1 - i / 3],
                                     "anchor": "x2", "range": [-ROOM, ROOM]}  # fmt: skip
    figure = bare(figures.panel(
        traces, x="pull ■ up or down" if held(config) else "columns", y=" ", title=told,
        size="small", x_range=(-0.5, columns - 0.5), y_range=(rows - 0.5, -0.5),
        alt="The weights of the kernel, row by row; a knob in each cell pulls its weight.",
    ))  # fmt: skip
    return figure.update_layout(axes)


def kernel_traces(config: Config) -> dict[str, Any]:
    """The kernel's colours, numbers and knobs."""
    kernel = weights(config) * (config.divisor if held(config) else 1)
    most = MOST if held(config) else np.abs(kernel).max()
    rows, columns = np.indices(kernel.shape).reshape(2, -1)
    texts = [text for row in texts_of(kernel) for text in row]
    changes: dict[str, Any] = {
        "kernel": numbered(signed(0.75 * kernel, most), [[""] * len(row) for row in kernel]),
        "numbers": figures.at(columns - (0.14 if held(config) else 0), rows) | {"text": texts},
    }
    if held(config):
        changes |= {name: figures.at(0, getattr(config, name)) for name in CELLS}
    return changes


KERNEL_GRABS = tuple(
    Grab(f"{part}_kernel", name, "", name, f"Weight in row {i // 3 + 1}, column {i % 3 + 1}")
    for part in PULLED
    for i, name in enumerate(CELLS)
)
