"""The images LeNet learns from, and the one the learner draws on."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from labcore.cnn.lenet.config import SIDE, TRAINED, Config
from labcore.data import CLOTHES, fashion_mnist, mnist
from labcore.rng import torch_generator

NIB = ((0.25, 0.6, 0.25), (0.6, 1.0, 0.6), (0.25, 0.6, 0.25))
"""Ink that a pressed cell leaves on itself and around it: MNIST's strokes are soft."""
DIGITS = tuple("0123456789")


class Images(NamedTuple):
    """Images (n, 1, 28, 28) from 0 to 1 and labels (n,); the test images in a random order."""

    images: Tensor
    labels: Tensor
    test_images: Tensor
    test_labels: Tensor


def names(config: Config) -> tuple[str, ...]:
    """What the labels mean."""
    return CLOTHES if config.data == "fashion" else DIGITS


@functools.cache
def images(data: str) -> Images:
    """The bundled images. MNIST's come in order, so they are mixed before some are held back.

    Channels last: a convolution on the CPU is then quicker by a tenth or more.
    """
    random = torch_generator(0, "test")
    if data == "fashion":
        raw = fashion_mnist()
        order = torch.randperm(len(raw.test_labels), generator=random).numpy()
        parts = (raw.images, raw.labels, raw.test_images[order], raw.test_labels[order])
    else:
        pictures, labels = mnist()
        order = torch.randperm(len(labels), generator=random).numpy()
        kept, held = order[: TRAINED["digits"]], order[TRAINED["digits"] :]
        parts = (pictures[kept], labels[kept], pictures[held], labels[held])
    x, y, test_x, test_y = parts
    scaled = [torch.tensor(part)[:, None].float().div(255).to(memory_format=torch.channels_last)
              for part in (x, test_x)]  # fmt: skip
    return Images(scaled[0], torch.tensor(y).long(), scaled[1], torch.tensor(test_y).long())


def around(cells: np.ndarray, nib: np.ndarray) -> np.ndarray:
    """The largest mark that any pressed cell leaves at each pixel; nib: (3, 3)."""
    wide = np.pad(cells, 1)
    shifted = [nib[i, j] * wide[2 - i : 2 - i + SIDE, 2 - j : 2 - j + SIDE]
               for i in range(3) for j in range(3)]  # fmt: skip
    return np.max(shifted, 0)


def canvas(config: Config) -> np.ndarray:
    """The picture under the pen as it stands there: (28, 28) from 0 to 1."""
    letters = np.array([list(row) for row in config.drawing.split("/")])
    ground = np.zeros((SIDE, SIDE), np.float32)
    if config.ground == "test":
        ground = images(config.data).test_images[config.image, 0].numpy()
    wiped = ground * (1 - around((letters == "o").astype(np.float32), np.ones((3, 3))))
    return np.maximum(wiped, around((letters == "#").astype(np.float32), np.array(NIB)))


def picture(config: Config) -> Tensor:
    """The picture as the networks see it: (1, 1, 28, 28)."""
    seen = canvas(config)
    if config.ground == "blank" and config.centre and seen.any():
        places = np.arange(SIDE)
        down, across = ((seen.sum(1 - axis) @ places) / seen.sum() for axis in (0, 1))
        by = (round(13.5 - float(down)), round(13.5 - float(across)))
        seen = np.roll(seen, by, (0, 1))
    return torch.from_numpy(seen.astype(np.float32))[None, None]


def truth(config: Config) -> int:
    """The label of the picture, or −1 where it is the learner's own."""
    return int(images(config.data).test_labels[config.image]) if config.ground == "test" else -1
