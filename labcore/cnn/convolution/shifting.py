"""Part 6: a moved picture, seen by a convolution and by a dense layer of the same task."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from labcore import Frame
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.kernels import applied
from labcore.cnn.convolution.lesson import slide
from labcore.cnn.convolution.settings import AMOUNTS, CANVAS
from labcore.data import CLOTHES, fashion_mnist

MARGIN = (CANVAS - 28) // 2
CENTRE = (CANVAS - 1) / 2
SMALL = 8
"""Cells along the side of the input whose matrix is drawn."""


@functools.lru_cache(maxsize=10)
def garment(name: str) -> np.ndarray:
    """An unseen garment in the middle of the plane, from 0 to 1: (40, 40) float32."""
    clothes = fashion_mnist()
    first = int(np.argmax(clothes.test_labels == CLOTHES.index(name)))
    return np.pad(clothes.test_images[first] / np.float32(255), MARGIN)


@functools.lru_cache(maxsize=4)
def seen(examples: int) -> np.ndarray:
    """Directions that the first examples span, (784, rank) with orthonormal columns."""
    x = fashion_mnist().images[:examples].reshape(-1, 784) / 255
    spread, ways = np.linalg.eigh(x @ x.T if examples < 784 else x.T @ x)
    kept = spread > 1e-7 * spread[-1]
    ways = ways[:, kept]
    return (x.T @ ways / np.sqrt(spread[kept]) if examples < 784 else ways).astype(np.float32)


class Move(NamedTuple):
    """What happens to the picture in the end: right and down in cells, degrees, zoom."""

    change: str
    dx: int
    dy: int
    angle: float
    factor: float


def move_of(config: Config) -> Move:
    """The move that the controls ask for."""
    return Move(config.change, config.dx, config.dy, config.angle, config.factor)


def origins(move: Move, where: np.ndarray) -> np.ndarray:
    """Where the cells at `where` (2, h, w) come from, at each amount: (amounts + 1, 2, h, w)."""
    share = np.linspace(0, 1, AMOUNTS + 1)[:, None, None]
    y, x = where - CENTRE
    if move.change == "shift":
        return np.stack([y - np.rint(move.dy * share), x - np.rint(move.dx * share)], 1) + CENTRE
    if move.change == "zoom":
        factor = move.factor**share
        return np.stack([y / factor, x / factor], 1) + CENTRE
    angle = np.radians(move.angle * share)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([cos * y + sin * x, cos * x - sin * y], 1) + CENTRE


@functools.lru_cache(maxsize=16)
def moved_garment(name: str, move: Move) -> np.ndarray:
    """The garment at every amount, (amounts + 1, 40, 40)."""
    return sample(garment(name), origins(move, plane(CANVAS, CANVAS)))


def recalled(name: str, move: Move, examples: int) -> np.ndarray:
    """What a dense layer keeps of it, (amounts + 1, 40, 40): all that lies in its examples' span.

    Least squares with the smallest weights gives the dense layer W = X⁺ X K, where K is the
    convolution as a matrix and X⁺ X is this. So it is computed; a test fits W itself.
    """
    inside = (slice(None), slice(MARGIN, MARGIN + 28), slice(MARGIN, MARGIN + 28))
    moved, ways = moved_garment(name, move), seen(examples)
    known = moved[inside].reshape(-1, 784) @ ways @ ways.T
    kept = np.zeros_like(moved)
    kept[inside] = known.reshape(-1, 28, 28)
    return kept


def sample(image: np.ndarray, places: np.ndarray) -> np.ndarray:
    """An image (h, w) at places (…, 2, a, b) between its cells, linearly; 0 outside."""
    ringed = np.pad(image, 1)
    height, width = image.shape
    y = np.clip(places[..., 0, :, :] + 1, 0, height + 1 - 1e-6)
    x = np.clip(places[..., 1, :, :] + 1, 0, width + 1 - 1e-6)
    top, left = y.astype(int), x.astype(int)
    b, r = (y - top).astype(np.float32), (x - left).astype(np.float32)
    flat, index = ringed.ravel(), top * (width + 2) + left
    upper = flat[index] * (1 - r) + flat[index + 1] * r
    index += width + 2
    return upper * (1 - b) + (flat[index] * (1 - r) + flat[index + 1] * r) * b


def plane(rows: int, columns: int, step: float = 1, first: tuple[float, float] = (0, 0)):
    """The places of cells, (2, rows, columns)."""
    return np.stack(np.meshgrid(first[0] + step * np.arange(rows),
                                first[1] + step * np.arange(columns), indexing="ij"))  # fmt: skip


@functools.lru_cache(maxsize=16)
def remembered(name: str, move: Move, examples: int) -> np.ndarray:
    """The same, kept while the kernel is pulled."""
    return recalled(name, move, examples)


class Measured(NamedTuple):
    """Maps (amounts + 1, h, w): what should come out, of the convolution, of the dense layer; the
    largest value; the relative errors (amounts + 1,) of both, and against not moving at all."""

    wanted: np.ndarray
    conv: np.ndarray
    dense: np.ndarray
    reach: float
    wrong: dict[str, np.ndarray]


def measure(config: Config) -> Measured:
    """Both layers at every amount, against the output of the still picture, moved."""
    kernel, s, move = applied(config), config.stride, move_of(config)
    still = slide(garment(config.garment), kernel, s)
    middle = ((len(kernel) - 1) / 2, (kernel.shape[1] - 1) / 2)
    back = origins(move, plane(*still.shape, s, middle))
    wanted = sample(still, (back - np.array(middle)[:, None, None]) / s)
    conv = slide(moved_garment(config.garment, move), kernel, s)
    dense = slide(remembered(config.garment, move, config.examples), kernel, s)
    size = np.maximum(np.sqrt((wanted**2).sum((1, 2))), 1e-9)
    pairs = {"conv": conv - wanted, "dense": dense - wanted, "stay": conv - still}
    wrong = {name: np.minimum(np.sqrt((gap**2).sum((1, 2))) / size, 99).astype(np.float32)
             for name, gap in pairs.items()}  # fmt: skip
    return Measured(wanted, conv, dense, float(np.abs(still).max()), wrong)


@functools.lru_cache(maxsize=2)
def measured(config: Config) -> Measured:
    """The same, kept while its frames are drawn."""
    return measure(config)


def look_shift(config: Config, at: int) -> Frame:
    """The picture moved so far; what both layers make of it; and the error at every amount."""
    known = measured(config)
    return Frame(at, {
        "moved": moved_garment(config.garment, move_of(config))[at],
        "wanted": known.wanted[at].astype(np.float32), "conv": known.conv[at],
        "dense": known.dense[at], "reach": known.reach,
        **{f"wrong.{name}": value for name, value in known.wrong.items()},
        "dense.parameters": CANVAS**2 * known.conv[0].size,
        "rank": seen(config.examples).shape[1],
    }, trouble_shift(config, applied(config)), checkpoint={})  # fmt: skip


def trouble_shift(config: Config, kernel: np.ndarray) -> str:
    """What is worth a sentence."""
    if not kernel.any():
        return "All weights are 0: so is every output, moved or not."
    uneven = config.dx % config.stride or config.dy % config.stride
    if config.change == "shift" and uneven:
        return (f"With a stride of {config.stride} the output only follows shifts that are "
                f"multiples of {config.stride}.")  # fmt: skip
    return ""


def as_matrix(kernel: np.ndarray, stride: int = 1, side: int = SMALL) -> np.ndarray:
    """The convolution of side × side cells as a matrix, (outputs, inputs)."""
    basis = np.eye(side * side).reshape(-1, side, side)
    return slide(basis, kernel, stride).reshape(side * side, -1).T
