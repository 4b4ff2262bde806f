"""Fashion-MNIST as tensors to train on: mean 0, variance 1.

Source: Xiao, Rasul & Vollgraf (2017), arXiv:1708.07747; MIT.
"""

from __future__ import annotations

import functools
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from labcore.data import fashion_mnist, halved
from labcore.rng import torch_generator


class Images(NamedTuple):
    """Images (N, 1, n, n) of mean 0 and variance 1 over the training part; labels (N,)."""

    images: Tensor
    labels: Tensor
    test_images: Tensor
    test_labels: Tensor

    def rows(self) -> Images:
        """The same with images as rows (N, n²)."""
        return self._replace(images=self.images.flatten(1), test_images=self.test_images.flatten(1))


@functools.cache
def pictures(side: Literal[14, 28] = 14) -> Images:
    """The bundled images, at 14 each pixel the mean of four; test images in a random order.

    All labs of a process share them: they are not to be written into.
    """
    data = fashion_mnist()
    order = torch.randperm(len(data.test_labels), generator=torch_generator(0, "test")).numpy()
    parts = [data.images, data.test_images[order]]
    if side == 14:
        parts = [halved(part) for part in parts]
    mean, deviation = parts[0].mean(), parts[0].std()
    images, test = (
        torch.from_numpy((part - mean) / deviation).float().view(-1, 1, side, side)
        for part in parts
    )
    labels, told = (torch.tensor(p).long() for p in (data.labels, data.test_labels[order]))
    return Images(images, labels, test, told)
