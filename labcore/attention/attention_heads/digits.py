"""Real digits as sequences of patches: Dosovitskiy et al. (2021), small."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from labcore.attention.attention_heads.inputs import IMAGES
from labcore.rng import torch_generator

SIDE = 4
"""Patches along a side of the 8 × 8 picture; each has 2 × 2 pixels."""


@cache
def pictures() -> tuple[Tensor, Tensor]:
    """All 1,797 pictures (N, 8, 8) from 0 to 1, shuffled once for all, and their digits (N,)."""
    from sklearn.datasets import load_digits

    found = load_digits()
    order = torch.randperm(len(found.target), generator=torch_generator(0, "digits"))
    images = torch.from_numpy(found.images).float()[order] / 16
    return images, torch.from_numpy(found.target).long()[order]


def patches(images: Tensor) -> Tensor:
    """Pictures (N, 8, 8) as 16 patches, row by row: (N, 16, 4), centred."""
    cut = images.unflatten(1, (SIDE, 2)).unflatten(3, (SIDE, 2))  # (N, 4, 2, 4, 2)
    return cut.transpose(2, 3).flatten(3).flatten(1, 2) - 0.3


class Pictures:
    """Batches of the pictures that are trained on; the first 297 are held out."""

    def __init__(self, seed: int) -> None:
        self.random = torch_generator(seed, "pictures")
        self.images, self.digits = pictures()

    def draw(self, count: int) -> tuple[Tensor, Tensor]:
        """Patches (N, 16, 4) and digits (N,)."""
        pick = torch.randint(IMAGES, len(self.images), (count,), generator=self.random)

        return patches(self.images[pick]), self.digits[pick]
