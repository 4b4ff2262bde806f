"""By how much an output changes when the picture moves: shifted, turned, zoomed.

PyTorch's own pooling, on all amounts at once.
"""

from __future__ import annotations

import functools
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from labcore import own
from labcore.cnn.pooling.config import WHOLE
from labcore.cnn.pooling.windows import binomial
from labcore.data import photographs

CROP, FAR = 72, 8
"""Pixels along a side of what is pooled here, and the farthest shift."""

MOVERS = {"input": "no pooling", "max": "maximum", "average": "average",
          "blur": "blur, skip", "first": "skip", "conv": "convolution"}  # fmt: skip
TURNS = np.arange(-45, 46, 3)
ZOOMS = np.round(np.linspace(0.75, 1.5, 31), 3)
SOBEL = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None] / 4


@functools.lru_cache(maxsize=16)
def image(picture: str, photo: str, given: str) -> np.ndarray:
    """The photograph as what is pooled, (112, 112) from 0 to 1."""
    colours = own.image(photo) if photo else photographs()[picture]
    grey = colours.astype(np.float64) @ [0.299, 0.587, 0.114] / 255
    side = min(grey.shape)
    top, left = (grey.shape[0] - side) // 2, (grey.shape[1] - side) // 2
    square = torch.from_numpy(grey[top : top + side, left : left + side])[None, None]
    small = F.interpolate(square, (WHOLE, WHOLE), mode="area")
    if given == "edges":
        around = F.pad(small, (1, 1, 1, 1), mode="replicate")
        across = F.conv2d(around, SOBEL.double())
        down = F.conv2d(around, SOBEL.double().mT)
        small = torch.clamp(torch.hypot(across, down), max=1)
    return small[0, 0].numpy()


def pooled(x: Tensor, method: str, size: int, stride: int) -> Tensor:
    """Pictures (b, 1, h, w) through one way of making them smaller."""
    if method == "max":
        return F.max_pool2d(x, size, stride)
    if method == "average":
        return F.avg_pool2d(x, size, stride)
    if method == "first":
        return x[..., ::stride, ::stride]
    if method == "conv":
        return F.conv2d(x, SOBEL.to(x), stride=stride)
    if method == "blur":
        row = torch.from_numpy(binomial(2 * size - 1)).to(x)
        return F.conv2d(x, torch.outer(row, row)[None, None], stride=stride)
    return x


def shifted(x: np.ndarray, dx: int, dy: int) -> np.ndarray:
    """The middle of the picture once it has moved by whole pixels: real ones come in, (72, 72)."""
    edge = (WHOLE - CROP) // 2
    return x[edge - dy : edge - dy + CROP, edge - dx : edge - dx + CROP]


def turned(x: np.ndarray, turns: np.ndarray, zooms: np.ndarray) -> Tensor:
    """The middle of the picture turned (°, anticlockwise) and zoomed: (n, 1, 72, 72)."""
    t, z = np.deg2rad(turns), zooms * WHOLE / CROP
    maps = np.zeros((len(t), 2, 3))
    maps[:, 0, 0] = maps[:, 1, 1] = np.cos(t) / z
    maps[:, 0, 1], maps[:, 1, 0] = -np.sin(t) / z, np.sin(t) / z
    grid = F.affine_grid(torch.from_numpy(maps).float(), [len(t), 1, CROP, CROP],
                         align_corners=False)  # fmt: skip
    whole = torch.from_numpy(x).float().expand(len(t), 1, WHOLE, WHOLE)
    return F.grid_sample(whole, grid, padding_mode="border", align_corners=False)


def change(old: Tensor, new: Tensor) -> np.ndarray:
    """‖new − old‖ / ‖old − its mean‖ of each of n outputs: old (…), new (n, …), result (n,).

    0: nothing changed. √2: as far apart as two unrelated pictures of equal spread.
    """
    spread = torch.linalg.vector_norm(old - old.mean())
    far = torch.linalg.vector_norm((new - old).flatten(1), dim=1)
    return (far / torch.clamp(spread, min=1e-9)).numpy().astype(np.float32)


def along(old: Tensor, new: Tensor, dx: int, dy: int, stride: int) -> float:
    """The change once the old output has moved along by whole cells; the best of them."""
    edge = math.ceil(FAR / stride)
    high, wide = old.shape[0] - edge, old.shape[1] - edge
    if min(high, wide) <= edge:
        return math.nan
    moves = [{math.floor(d / stride), math.ceil(d / stride)} for d in (dy, dx)]
    inner = new[edge:high, edge:wide]
    return min(
        float(change(old[edge - m : high - m, edge - n : wide - n], inner[None])[0])
        for m in moves[0]
        for n in moves[1]
    )


def way(dx: int, dy: int) -> np.ndarray:
    """The shifts of 0 to 8 pixels in the direction of one, rounded to whole pixels: (9, 2)."""
    far = max(abs(dx), abs(dy))
    unit = np.array([dx, dy]) / far if far else np.array([1.0, 0.0])
    return np.rint(np.arange(FAR + 1)[:, None] * unit).astype(int)


@functools.lru_cache(maxsize=64)
def by_shift(
    source: tuple[str, str, str], size: int, stride: int, compare: str, steps: tuple
) -> dict[str, np.ndarray]:
    """The change of every method at each shift of a way, (9,)."""
    x = image(*source)
    moved = np.stack([shifted(x, dx, dy) for dx, dy in steps])[:, None]
    batch = torch.from_numpy(moved).float()
    made = {}
    for method in MOVERS:
        out = pooled(batch, method, size, stride)[:, 0]
        step = 1 if method == "input" else stride
        made[method] = change(out[0], out) if compare == "place" else np.array(
            [along(out[0], new, dx, dy, step) for new, (dx, dy) in zip(out, steps, strict=True)],
            np.float32)  # fmt: skip
    return made


@functools.lru_cache(maxsize=16)
def by_turn_and_zoom(
    source: tuple[str, str, str], size: int, stride: int
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The change of every method at each of TURNS, and at each of ZOOMS."""
    x = image(*source)
    still = turned(x, np.zeros(1), np.ones(1))
    pair = (turned(x, TURNS, np.ones(len(TURNS))), turned(x, np.zeros(len(ZOOMS)), ZOOMS))
    made = {}
    for method in MOVERS:
        old = pooled(still, method, size, stride)[0]
        turns, zooms = (change(old, pooled(part, method, size, stride)) for part in pair)
        made[method] = (turns, zooms)
    return made
