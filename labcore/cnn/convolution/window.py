"""Part 1: a window slides over ten by ten cells, every product written out."""

from __future__ import annotations

import numpy as np

from labcore import Frame
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.kernels import applied
from labcore.cnn.convolution.lesson import padded, places, slide
from labcore.cnn.convolution.pictures import grey
from labcore.cnn.convolution.settings import COARSE, CROP


def windows(config: Config) -> tuple[int, int]:
    """How many places the window has, down and across."""
    k, l = applied(config).shape  # noqa: E741
    given = (config.padding, config.stride, config.dilation)
    return places(CROP, k, *given), places(CROP, l, *given)


def window_length(config: Config) -> int:
    """A frame for each place of the window."""
    rows, columns = windows(config)
    return max(rows * columns, 1)


def look_window(config: Config, at: int) -> Frame:
    """The window at one place, what it sees, and the sum it leaves."""
    x0, y0 = config.crop_x, config.crop_y
    cut = grey(config, COARSE)[y0 : y0 + CROP, x0 : x0 + CROP]
    x, kernel = padded(cut, config.padding, config.mode), applied(config)
    y = slide(x, kernel, config.stride, config.dilation)
    values = {"input": x.astype(np.float32), "output": y.astype(np.float32), "windows": y.size}
    if not y.size:
        return Frame(0, values | {"row": 0, "column": 0, "seen": np.zeros((0, 0), np.float32)},
                     no_place(config, x.shape[0]), checkpoint={})  # fmt: skip
    row, column = divmod(min(at, y.size - 1), y.shape[1])
    d, top, left = config.dilation, row * config.stride, column * config.stride
    seen = x[top : top + d * len(kernel) : d, left : left + d * len(kernel[0]) : d]
    seen = seen[: len(kernel), : len(kernel[0])]
    values |= {"row": row, "column": column, "seen": seen.astype(np.float32)}
    return Frame(at, values, checkpoint={})


def no_place(config: Config, cells: int) -> str:
    """Why there is no output."""
    spread = config.dilation * (max(applied(config).shape) - 1) + 1
    return (f"The window spans {spread} cells and the padded input has {cells}: there is no place "
            "for it. Choose less dilation, a smaller kernel or more padding.")  # fmt: skip
