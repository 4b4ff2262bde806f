"""Pooling by hand: where windows begin and end, and what each cell of a window counts for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Axis(NamedTuple):
    """Windows along one axis: the first cell of each, and the one behind its last, (n,), (n,).

    Cells below 0, or from `length` on, are padding.
    """

    starts: np.ndarray
    ends: np.ndarray
    length: int


def sliding(length: int, size: int, stride: int, padding: int, ceil: bool = False) -> Axis:
    """Windows of one size, as PyTorch places them."""
    room = length + 2 * padding - size
    n = (-(-room // stride) if ceil else room // stride) + 1
    if ceil and (n - 1) * stride >= length + padding:
        n -= 1  # a window must begin before the padding on the far side
    starts = np.arange(n) * stride - padding
    return Axis(starts, np.minimum(starts + size, length + padding), length)


def adaptive(length: int, out: int) -> Axis:
    """As many windows as asked for: they cover all cells, and may differ by one in size."""
    i = np.arange(out)
    return Axis(i * length // out, -(-(i + 1) * length // out), length)


def patches(x: np.ndarray, rows: Axis, cols: Axis) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All windows of an image (h, w), out to the size of the largest.

    Returns: their values, 0 where there are none; whether a cell is in the image; whether it is
        in the window at all. Each is (n, m, a, b).
    """
    along, inside, whole = [], [], []
    for axis in (rows, cols):
        cell = axis.starts[:, None] + np.arange((axis.ends - axis.starts).max())
        along.append(np.clip(cell, 0, axis.length - 1))
        inside.append((cell >= 0) & (cell < np.minimum(axis.length, axis.ends[:, None])))
        whole.append(cell < axis.ends[:, None])
    grid = along[0][:, None, :, None], along[1][None, :, None, :]
    there, window = (pair[0][:, None, :, None] & pair[1][None, :, None, :]
                     for pair in (inside, whole))  # fmt: skip
    return np.where(there, x[grid], 0.0), there, window


def binomial(n: int) -> np.ndarray:
    """A row of Pascal's triangle as shares, (n,): 1, 2, 1 over 4."""
    row = np.ones(1)
    for _ in range(n - 1):
        row = np.convolve(row, [0.5, 0.5])
    return row


def shares(
    values: np.ndarray, inside: np.ndarray, window: np.ndarray, method: str, count: bool = True
) -> np.ndarray:
    """What each cell of each window counts for, (n, m, a, b): ∂output/∂cell.

    The output is the sum of values times shares, whatever the method: the maximum gives all to
    one cell (the first of equals, as in PyTorch), the average the same to each.
    """
    n = (window if count else inside).sum((2, 3), keepdims=True)
    if method == "average":
        return inside / n
    if method == "rms":
        size = np.sqrt((values**2).sum((2, 3), keepdims=True) / n)
        return values / (n * np.where(size > 0, size, 1.0))
    if method == "blur":
        tall, wide = window.any(3).sum(2), window.any(2).sum(2)
        kernels = np.zeros(window.shape)
        for i, j in np.ndindex(tall.shape):
            a, b = tall[i, j], wide[i, j]
            kernels[i, j, :a, :b] = np.outer(binomial(a), binomial(b))
        return kernels * inside
    best = np.where(inside, values, -np.inf).reshape(*values.shape[:2], -1).argmax(2)
    if method == "first":
        best = np.zeros_like(best)
    one = np.arange(values[0, 0].size) == best[..., None]
    return one.reshape(values.shape) * inside


def pool(x: np.ndarray, rows: Axis, cols: Axis, method: str, count: bool = True) -> np.ndarray:
    """An image (h, w) through its windows: (n, m)."""
    values, inside, window = patches(x, rows, cols)
    return (values * shares(values, inside, window, method, count)).sum((2, 3))


def back(weights: np.ndarray, rows: Axis, cols: Axis, first: int) -> np.ndarray:
    """The gradient of the sum of the first outputs, in reading order, at each cell (h, w).

    weights: the shares of all windows, (n, m, a, b).
    """
    n, m, a, b = weights.shape
    r = np.clip(rows.starts[:, None] + np.arange(a), 0, rows.length - 1)
    c = np.clip(cols.starts[:, None] + np.arange(b), 0, cols.length - 1)
    seen = (np.arange(n * m) < first).reshape(n, m, 1, 1)
    gradient = np.zeros((rows.length, cols.length))
    np.add.at(gradient, (r[:, None, :, None], c[None, :, None, :]), weights * seen)
    return gradient
