"""Pictures with boxes that are exact: emoji pasted on photographs. Synthetic, and labelled so.

The photographs are scikit-learn's two. Scenes to train on have the left three fifths of them as
background, scenes to test on the rest.
"""

from __future__ import annotations

import functools
import importlib.util
import io
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from labcore import own
from labcore.data import ASSETS
from labcore.rng import numpy_generator

WIDTH, HEIGHT = 384, 256
CLASSES = ("dog", "cat", "bird", "fish", "car", "bus", "bike", "flower", "fruit", "ball")
PHOTOS = ("china", "flower")
EMOJI = ASSETS / "data" / "emoji.npz"
LEFT = 0.6
"""Share of each photograph that backgrounds to train on come from."""
SMALLEST, MOST, CROWDS = {True: 22, False: 36}, {True: 7, False: 6}, {True: 0.5, False: 1 / 3}
"""Pixels of the smallest object, objects in a scene, share of crowds: in tests, and in training."""


class Scene(NamedTuple):
    """image (256, 384, 3) uint8; boxes (n, 4) in pixels; labels (n,), indices of CLASSES."""

    image: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray


@functools.cache
def photograph(name: str) -> Image.Image:
    """One of scikit-learn's photographs, 640 × 427 (CC BY 2.0)."""
    package = importlib.util.find_spec("sklearn")  # found, not imported: that would take a second
    assert package is not None
    assert package.origin is not None
    return Image.open(Path(package.origin).parent / f"datasets/images/{name}.jpg").convert("RGB")


@functools.lru_cache(maxsize=4)
def own_photograph(token: str) -> Image.Image:
    """The middle of the learner's own picture, at the size of a scene."""
    given = Image.fromarray(own.image(token))
    return ImageOps.fit(given, (WIDTH, HEIGHT), Image.Resampling.LANCZOS)


@functools.cache
def pictures() -> tuple[tuple[Image.Image, ...], ...]:
    """The emoji of each class, 64 × 64 with transparency (Twemoji, CC BY 4.0)."""
    with np.load(EMOJI, allow_pickle=False) as block:
        read = {name: Image.open(io.BytesIO(block[name].tobytes())) for name in block.files}
    return tuple(
        tuple(one.convert("RGBA") for name, one in read.items() if name.startswith(f"{kind}/"))
        for kind in CLASSES
    )


def scene(seed: int, test: bool = True) -> Scene:
    """A scene of a few objects, sometimes a crowd of one kind; those to test on are harder."""
    random = numpy_generator(seed, "test scene" if test else "training scene")
    image = background(random, test)
    boxes: list[tuple[float, ...]] = []
    labels: list[int] = []
    wanted, crowd = int(random.integers(1, MOST[test] + 1)), random.random() < CROWDS[test]
    for _ in range(10 * wanted):
        if len(boxes) == wanted:
            break
        near = crowd and bool(boxes)
        label = labels[-1] if near else int(random.integers(len(CLASSES)))
        one = stretched(random, label, SMALLEST[test], boxes[-1] if near else None)
        box = place(random, one, boxes[-1] if near else None)
        if box is None or any(covered(other, box) > (0.5 if near else 0.15) for other in boxes):
            continue
        image.paste(one, (int(box[0]), int(box[1])), one)
        boxes.append(box)
        labels.append(label)
    return Scene(
        np.asarray(image), np.array(boxes, np.float64).reshape(-1, 4), np.array(labels, np.int64)
    )


def background(random: np.random.Generator, test: bool) -> Image.Image:
    """A random crop of a photograph, at the size of a scene."""
    photo = photograph(PHOTOS[int(random.integers(len(PHOTOS)))])
    low, high = (LEFT, 1.0) if test else (0.0, LEFT)
    wide = random.uniform(0.4, 1) * (high - low) * photo.width
    tall = wide * HEIGHT / WIDTH
    left = random.uniform(low * photo.width, high * photo.width - wide)
    top = random.uniform(0, photo.height - tall)
    region = (left, top, left + wide, top + tall)
    return photo.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=region)


def stretched(
    random: np.random.Generator, label: int, least: float, like: tuple[float, ...] | None
) -> Image.Image:
    """An emoji of a class, cut to its visible part, at a random size and ratio."""
    kinds = pictures()[label]
    one = kinds[int(random.integers(len(kinds)))]
    side = math.exp(random.uniform(math.log(least), math.log(140)))
    if like is not None:
        side = math.sqrt((like[2] - like[0]) * (like[3] - like[1])) * random.uniform(0.85, 1.2)
    ratio = math.exp(random.uniform(-0.5, 0.5))
    one = one.crop(one.getchannel("A").point(lambda a: 255 * (a > 127)).getbbox())
    shrink = side / math.sqrt(one.width * one.height)
    wide, tall = one.width * shrink * math.sqrt(ratio), one.height * shrink / math.sqrt(ratio)
    size = (min(round(wide), WIDTH - 2), min(round(tall), HEIGHT - 2))
    if random.random() < 0.5:
        one = one.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return one.resize(size, Image.Resampling.BILINEAR)


def place(
    random: np.random.Generator, one: Image.Image, beside: tuple[float, ...] | None
) -> tuple[float, ...] | None:
    """Where it stands: anywhere, or close beside another."""
    x, y = random.uniform(0, WIDTH - one.width), random.uniform(0, HEIGHT - one.height)
    if beside is not None:
        wide = beside[2] - beside[0]
        x = beside[0] + random.choice([-1, 1]) * random.uniform(0.5, 0.9) * wide
        y = beside[1] + random.uniform(-0.15, 0.15) * wide
    x, y = round(x), round(y)
    inside = 0 <= x <= WIDTH - one.width and 0 <= y <= HEIGHT - one.height
    return (x, y, x + one.width, y + one.height) if inside else None


def covered(below: tuple[float, ...], above: tuple[float, ...]) -> float:
    """The share of the smaller box that both have in common."""
    wide = min(below[2], above[2]) - max(below[0], above[0])
    tall = min(below[3], above[3]) - max(below[1], above[1])
    small = min((b[2] - b[0]) * (b[3] - b[1]) for b in (below, above))
    return max(wide, 0) * max(tall, 0) / small
