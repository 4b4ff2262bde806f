"""Photographs as numbers, and as pictures under a panel."""

from __future__ import annotations

import base64
import functools
import io

import numpy as np
from PIL import Image, ImageOps

from labcore import own
from labcore.cnn.convolution.config import Config
from labcore.data import photographs
from labcore.rng import numpy_generator

GREY = np.array([0.299, 0.587, 0.114])
"""How bright red, green and blue look (ITU-R BT.601)."""


@functools.lru_cache(maxsize=24)
def square(picture: str, photo: str, side: int, seed: int = 0) -> np.ndarray:
    """A photograph, or the middle of the learner's own, at side × side: (3, side, side) uint8."""
    if not photo and picture == "stripe":
        black = np.abs(np.arange(side) + 0.5 - side / 2) < side / 4
        return np.tile(np.where(black, 0, 255).astype(np.uint8), (3, side, 1))
    if not photo and picture == "noise":
        drawn = numpy_generator(seed, "noise").integers(0, 256, (side, side))
        return np.tile(drawn.astype(np.uint8), (3, 1, 1))
    given = Image.fromarray(own.image(photo) if photo else np.array(photographs()[picture]))
    made = ImageOps.fit(given, (side, side), Image.Resampling.LANCZOS)
    return np.ascontiguousarray(np.asarray(made, np.uint8).transpose(2, 0, 1))


def colours(config: Config, side: int) -> np.ndarray:
    """Red, green and blue of the chosen photograph, (3, side, side) uint8."""
    return square(config.picture, config.photo, side, config.seed)


@functools.lru_cache(maxsize=24)
def grey_of(picture: str, photo: str, side: int, seed: int) -> np.ndarray:
    """The grey picture, whole numbers from 0 to 255, (side, side) float64."""
    return np.rint(np.tensordot(GREY, square(picture, photo, side, seed), 1))


def grey(config: Config, side: int) -> np.ndarray:
    """The chosen photograph in grey, (side, side) float64."""
    return grey_of(config.picture, config.photo, side, config.seed)


def data_uri(image: np.ndarray) -> str:
    """A picture (3, h, w) uint8 in a URI."""
    block = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(image.transpose(1, 2, 0))).save(block, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(block.getvalue()).decode()
