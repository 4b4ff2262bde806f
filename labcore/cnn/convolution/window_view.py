"""Part 1 as pictures: input, window and products, and the output as it is filled."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.kernels import applied, integral
from labcore.cnn.convolution.marks import (
    bare,
    boxes,
    grid,
    held,
    kernel_panel,
    kernel_traces,
    number,
    numbered,
    signed,
    texts_of,
)
from labcore.cnn.convolution.settings import CROP
from labcore.palette import colour

FULL = 14
"""From so many cells on the numbers are written smaller."""


def window_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Input, output, kernel and products."""
    x, y, p = first["input"], first["output"], config.padding
    cells, made = len(x), max(*y.shape, 1)
    outer = (-p - 0.6, cells - p - 0.4)
    source = grid("cells", "amount", 12 if cells < FULL else 9)
    source.update(numbered(np.rint(x).astype(np.uint8), texts_of(np.rint(x)), -p, -p))
    edge = boxes([(-0.5, -0.5, CROP - 0.5, CROP - 0.5)] if p else [])
    taken = go.Scatter(
        uid="taps", x=[0], y=[0], mode="markers", hoverinfo="skip", showlegend=False,
        marker={"symbol": "circle", "size": 6, "color": colour("own")},
    )  # fmt: skip
    left = bare(figures.panel(
        [source, figures.line("edge", "the picture", "text", dash="dot", width=1.5, **edge), taken,
         figures.line("window", "window", "own", width=4)],
        x=f"column (padding: {p})" if p else "column", y="row", square=True,
        title="Input: brightness of each cell", x_range=outer, y_range=outer[::-1],
        alt="The input as a grid of numbers, with the window where it stands.",
    ))  # fmt: skip
    right = bare(figures.panel(
        [grid("sums", size=12 if made < FULL and integral(applied(config)) else 10),
         figures.line("cell", "this sum", "own", width=4)],
        x="column", y="row", square=True, title="Output: a sum for each place",
        x_range=(-0.6, made - 0.4), y_range=(made - 0.4, -0.6),
        alt="The output, filled up to the place of the window.",
    ))  # fmt: skip
    k, l = applied(config).shape  # noqa: E741
    products = bare(figures.panel(
        [grid("products", size=12 if l < 4 else 10), figures.words("total", "own", size=15)],
        x="cell × weight", y=" ", title="Under the window", size="small",
        x_range=(-0.5, l - 0.5), y_range=(k - 0.5 + 0.26 * k, -0.5),
        alt="Each cell under the window times its weight, and their sum.",
    ))  # fmt: skip
    return {"input": left, "output": right, "window_kernel": kernel_panel(config),
            "products": products}  # fmt: skip


def window_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """The window, its products, and the sums so far."""
    y, p, d = frame["output"], config.padding, config.dilation
    row, column, kernel = frame["row"], frame["column"], applied(config)
    left, top = column * config.stride - p, row * config.stride - p
    k, l = kernel.shape  # noqa: E741
    far = boxes([(left - 0.5, top - 0.5, left + d * (l - 1) + 0.5, top + d * (k - 1) + 0.5)])
    taps = np.indices(kernel.shape).reshape(2, -1) * d
    traces: dict[str, Any] = {"window": far, "taps": dotted(config, left, top, taps)}
    if not y.size:
        traces = {"window": boxes([]), "taps": figures.at(np.nan, np.nan)}
        y = np.full((1, 1), np.nan)
    so_far = y.copy()
    so_far.ravel()[row * y.shape[1] + column + 1 :] = np.nan
    most = float(np.nanmax(np.abs(y))) if np.isfinite(y).any() else 1.0
    rounded = so_far if integral(kernel) else np.round(so_far, 0 if most >= 100 else 1)
    sums = {"sums": numbered(signed(so_far, most), texts_of(rounded)),
            "cell": boxes([(column - 0.5, row - 0.5, column + 0.5, row + 0.5)])}  # fmt: skip
    return {
        "input": {"traces": traces},
        "output": {"traces": sums},
        "window_kernel": {"traces": kernel_traces(config)},
        "products": {"traces": sum_of(config, frame, kernel)},
    }


def dotted(config: Config, left: int, top: int, taps: np.ndarray) -> dict[str, np.ndarray]:
    """The cells that are read, where the window has gaps."""
    if config.dilation == 1:
        return figures.at(np.nan, np.nan)
    return figures.at(left + taps[1] + 0.34, top + taps[0] - 0.34)


def sum_of(config: Config, frame: Frame, kernel: np.ndarray) -> dict[str, Any]:
    """Products as cells, and their sum as a word."""
    if not frame["seen"].size:
        empty = np.full(kernel.shape, np.nan, np.float32)
        return {"products": numbered(empty, texts_of(empty)),
                "total": figures.at(0, len(kernel)) | {"text": ["no place"]}}  # fmt: skip
    divisor = config.divisor if held(config) else 1
    shown = kernel * divisor
    seen = np.rint(frame["seen"].astype(float))
    parts = seen * shown
    if kernel.shape[1] < 4:
        texts = [[f"{number(a)}×{number(b)}" for a, b in zip(*pair, strict=True)]
                 for pair in zip(seen, shown, strict=True)]  # fmt: skip
    else:
        texts = texts_of(np.round(parts, 1))
    total = float(parts.sum())
    told = f"sum = {number(round(total, 2))}"
    if divisor > 1:
        told = f"{number(total)} ÷ {divisor} = {number(round(total / divisor, 1))}"
    middle = (kernel.shape[1] - 1) / 2
    return {
        "products": numbered(signed(parts, max(float(np.abs(parts).max()), 1)), texts),
        "total": figures.at(middle, len(kernel) - 0.5 + 0.14 * len(kernel)) | {"text": [told]},
    }
