"""Convolution from scratch: one window at a time, and all windows at once."""

from __future__ import annotations

from typing import Any

import numpy as np

MODES_OF_NUMPY: dict[str, Any] = {"zeros": "constant", "reflect": "reflect", "replicate": "edge",
                  "circular": "wrap"}  # fmt: skip


def padded(x: np.ndarray, padding: int, mode: str = "zeros") -> np.ndarray:
    """Cells added around the last two axes."""
    around = [(0, 0)] * (x.ndim - 2) + [(padding, padding)] * 2
    return np.pad(x, around, MODES_OF_NUMPY[mode])


def places(n: int, k: int, padding: int = 0, stride: int = 1, dilation: int = 1) -> int:
    """How many places a window of k cells has on n cells: the length of the output."""
    free = n + 2 * padding - dilation * (k - 1) - 1
    return free // stride + 1 if free >= 0 else 0


def by_hand(x: np.ndarray, kernel: np.ndarray, stride: int = 1, dilation: int = 1) -> np.ndarray:
    """Cross-correlation as one does it by hand: a window after the other, (h, w) with (k, l)."""
    (h, w), (k, l) = x.shape, kernel.shape  # noqa: E741
    rows, columns = places(h, k, 0, stride, dilation), places(w, l, 0, stride, dilation)
    y = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            for a in range(k):
                for b in range(l):
                    cell = x[row * stride + a * dilation, column * stride + b * dilation]
                    y[row, column] += kernel[a, b] * cell
    return y


def slide(x: np.ndarray, kernel: np.ndarray, stride: int = 1, dilation: int = 1) -> np.ndarray:
    """The same for all windows at once, (…, h, w): a shifted copy of x for each weight."""
    k, l = kernel.shape  # noqa: E741
    rows = places(x.shape[-2], k, 0, stride, dilation)
    columns = places(x.shape[-1], l, 0, stride, dilation)
    y = np.zeros((*x.shape[:-2], rows, columns), x.dtype)
    for a in range(k if y.size else 0):
        for b in range(l):
            if kernel[a, b]:
                top, left = a * dilation, b * dilation
                y += x.dtype.type(kernel[a, b]) * x[
                    ..., top : top + stride * (rows - 1) + 1 : stride,
                    left : left + stride * (columns - 1) + 1 : stride,
                ]  # fmt: skip
    return y


def convolve(
    x: np.ndarray, kernels: np.ndarray, stride: int = 1, dilation: int = 1, groups: int = 1
) -> np.ndarray:
    """Channels: x (c_in, h, w) and kernels (c_out, c_in / groups, k, l) make (c_out, h', w').

    Each output channel adds up what its kernels make of the input channels of its group.
    """
    each = len(kernels) // groups
    maps = []
    for out, slices in enumerate(kernels):
        first = out // each * len(slices)
        heard = x[first : first + len(slices)]
        maps.append(sum(slide(c, k, stride, dilation) for c, k in zip(heard, slices, strict=True)))
    return np.stack(maps)
