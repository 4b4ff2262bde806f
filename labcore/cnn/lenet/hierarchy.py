"""What a network that knows photographs looks for: early, in the middle, and late."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import torch

from labcore import own
from labcore.cnn.lenet.config import Config
from labcore.data import photographs
from labcore.squeezenet import CATEGORIES, prepared, squeezenet

PHOTO_SIDE = 224
COUNT = 4
"""Maps of a stage that are shown."""


class Stage(NamedTuple):
    """A place in SqueezeNet: cell i of its maps sees `sees` pixels around step · i + step − 1.

    module: its number in torchvision's `features`.
    """

    title: str
    module: int
    step: int
    sees: int


STAGES = (Stage("early: fire 3", 4, 4, 23), Stage("middle: fire 5", 7, 8, 63),
          Stage("late: fire 9", 12, 16, 207))  # fmt: skip


class Seen(NamedTuple):
    """maps: for each stage (4, side, side), strongest first; numbers: which they are.

    says: the five likeliest of 1,000 classes, with their probabilities.
    """

    maps: tuple[np.ndarray, ...]
    numbers: tuple[tuple[int, ...], ...]
    says: tuple[tuple[str, float], ...]


@functools.lru_cache(maxsize=8)
def square(photo: str, token: str) -> np.ndarray:
    """The photograph as the network sees it: (224, 224, 3) uint8."""
    if not token:
        return photographs()[photo]
    image = own.image(token)
    edge = min(image.shape[:2])
    top, left = ((side - edge) // 2 for side in image.shape[:2])
    cut = torch.tensor(image[top : top + edge, left : left + edge]).permute(2, 0, 1).float()
    small = torch.nn.functional.interpolate(cut[None], (PHOTO_SIDE, PHOTO_SIDE), mode="bilinear",
                                            antialias=True)  # fmt: skip
    return small[0].permute(1, 2, 0).round().clamp(0, 255).byte().numpy()


@functools.lru_cache(maxsize=8)
def seen(photo: str, token: str) -> Seen:
    """What the network sees in the photograph, or in a file of the learner's own."""
    return liveliest(square(photo, token))


def liveliest(image: np.ndarray) -> Seen:
    """The maps that vary most over a picture (224, 224, 3), and what the network takes it for."""
    net, x = squeezenet(), prepared(image)
    wanted, maps, numbers = {stage.module for stage in STAGES}, [], []
    for number, module in enumerate(net.features):
        x = module(x)
        if number in wanted:
            best = x[0].std((1, 2)).topk(COUNT).indices
            maps.append(x[0, best].numpy())
            numbers.append(tuple(best.tolist()))
    p = net.classifier(x).flatten().softmax(0).topk(5)
    says = tuple((CATEGORIES[i], float(v)) for v, i in zip(p.values, p.indices, strict=True))
    return Seen(tuple(maps), tuple(numbers), says)


def picked(config: Config) -> tuple[Stage, np.ndarray, np.ndarray]:
    """The map in hand, and the pixels (x0, y0, x1, y1) that its strongest cell looks at."""
    stage = STAGES[config.map_y]
    found = seen(config.photo, config.own_photo).maps[config.map_y][config.map_x]
    row, column = np.unravel_index(found.argmax(), found.shape)
    middle = np.array([column, row]) * stage.step + stage.step - 1
    reach = stage.sees // 2
    box = np.concatenate([middle - reach, middle + reach])
    return stage, found, np.clip(box, 0, PHOTO_SIDE - 1)
