"""Fashion-MNIST as tensors to train on: half the size, mean 0, variance 1.

Source: Xiao, Rasul & Vollgraf (2017), arXiv:1708.07747; MIT.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import torch
from torch import Tensor

from labcore.data import fashion_mnist, halved
from labcore.rng import torch_generator


class Images(NamedTuple):
    """Images (N, 1, 14, 14) of mean 0 and variance 1 over the training part; labels (N,)."""

    images: Tensor
    labels: Tensor
    test_images: Tensor
    test_labels: Tensor


@functools.cache
def pictures() -> Images:
    """The bundled images, each pixel the mean of four; test images in a random order.

    All labs of a process share them: they are not to be written into.
    """
    data = fashion_mnist()
    order = torch.randperm(len(data.test_labels), generator=torch_generator(0, "test")).numpy()
    small = [halved(part) for part in (data.images, data.test_images[order])]
    mean, deviation = small[0].mean(), small[0].std()
    images, test = (
        torch.from_numpy((part - mean) / deviation).float().view(-1, 1, 14, 14) for part in small
    )
    labels, told = (torch.tensor(p).long() for p in (data.labels, data.test_labels[order]))
    return Images(images, labels, test, told)
