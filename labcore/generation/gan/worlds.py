"""What is to be imitated: blobs in the plane whose density is known, or real images."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from labcore.data import mnist
from labcore.generation.gan.config import Config
from labcore.generation.gan.plan import planar
from labcore.rng import torch_generator

HALF = 3.0
"""The plane shown reaches from −HALF to HALF on both axes."""

FINE = 400
"""Blobs that a curve is made of."""

HELD_OUT = 500
"""Real points or images that no training sees."""


class World(NamedTuple):
    """An even mixture of round normal blobs, all of one width.

    centres: (K, 2). parts: (K,), to which of the counted parts each blob belongs: a blob of its
    own for each part, or a stretch of a curve. names: what the parts are called.
    """

    centres: Tensor
    parts: Tensor
    sigma: float
    names: tuple[str, ...]

    def draw(self, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        """Points of this world: (*shape, 2)."""
        which = torch.randint(len(self.centres), shape, generator=generator)
        noise = torch.randn(*shape, 2, generator=generator)
        return self.centres[which] + self.sigma * noise

    def density(self, places: Tensor, blur: float = 0.0) -> Tensor:
        """The exact density at places (n, 2) → (n,), as seen through a normal blur."""
        variance = self.sigma**2 + blur**2
        square = torch.cdist(places, self.centres).square()
        return torch.exp(-square / (2 * variance)).mean(1) / (2 * np.pi * variance)

    def nearest(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """For points (n, 2): the part of the nearest centre, and how many σ away that is."""
        far, which = torch.cdist(points, self.centres).min(1)
        return self.parts[which], far / self.sigma


def curve(places: np.ndarray, pieces: int) -> tuple[np.ndarray, np.ndarray]:
    """FINE blobs at even distances along a line (n, 2), cut into pieces of one length."""
    run = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1))])
    at = np.linspace(0, run[-1], FINE)
    even = np.stack([np.interp(at, run, places[:, k]) for k in (0, 1)], 1)
    return even, np.arange(FINE) * pieces // FINE


def arc(turns: np.ndarray, radius: np.ndarray | float, x: float = 0, y: float = 0) -> np.ndarray:
    """Points (n, 2) at angles (n,) and radii around (x, y)."""
    return np.stack([x + radius * np.cos(turns), y + radius * np.sin(turns)], 1)


@functools.lru_cache(maxsize=16)
def world(data: str, spread: float, own: tuple[tuple[float, float], ...]) -> World:
    """The data in the plane, by name."""
    if data == "ring":
        places = arc(np.arange(8) * np.pi / 4, 2.0)
        parts, names = np.arange(8), [f"{45 * k}°" for k in range(8)]
    elif data == "grid":
        places = np.stack(np.meshgrid(np.arange(-2.0, 3), np.arange(-2.0, 3)), -1).reshape(-1, 2)
        parts, names = np.arange(25), [f"{x:g},{y:g}".replace("-", "−") for x, y in places]
    elif data == "roll":
        turns = np.linspace(1.5 * np.pi, 4.5 * np.pi, 2000)
        places, parts = curve(arc(turns, turns * 2.4 / (4.5 * np.pi)), 8)
        names = [f"piece {k + 1}" for k in range(8)]
    elif data == "moons":
        half = np.linspace(0, np.pi, 500)
        upper, first = curve(arc(half, 1.5, -0.75, -0.35), 4)
        lower, second = curve(arc(half + np.pi, 1.5, 0.75, 0.35), 4)
        places, parts = np.concatenate([upper, lower]), np.concatenate([first, second + 4])
        names = [f"{side} {k + 1}" for side in ("upper", "lower") for k in range(4)]
    else:
        places, parts = np.array(own), np.arange(len(own))
        names = [f"blob {k + 1}" for k in range(len(own))]
    return World(
        torch.tensor(places, dtype=torch.float32), torch.from_numpy(parts), spread, tuple(names)
    )


@functools.lru_cache(maxsize=1)
def digits() -> tuple[Tensor, Tensor]:
    """MNIST: 5,000 images (n, 784) from −1 to 1, mixed up, and which digit each is (n,)."""
    images, labels = mnist()
    order = torch.randperm(len(labels), generator=torch_generator(0, "digits"))
    pixels = torch.tensor(images.reshape(len(images), -1)).float() / 127.5 - 1
    return pixels[order], torch.from_numpy(labels.astype(np.int64))[order]


def world_of(config: Config) -> World:
    """The data of a config in the plane."""
    return world(config.data, config.spread, config.own)


class Source:
    """Where batches come from: endless fresh points, or a set that is drawn from again and again.

    training: the set (n, d), or None where each point is fresh.
    held_out: real points of the same kind that no training sees, (HELD_OUT, d).
    """

    def __init__(self, config: Config) -> None:
        generator = torch_generator(config.seed, "source")
        self.world = world_of(config) if planar(config) else None
        self.training: Tensor | None = None
        if self.world is None:
            images, _ = digits()
            self.held_out, self.training = images[:HELD_OUT], images[HELD_OUT:]
            return
        self.held_out = self.world.draw((HELD_OUT,), generator)
        if config.samples != "fresh":
            self.training = self.world.draw((int(config.samples),), generator)

    def batch(self, races: int, count: int, generator: torch.Generator) -> Tensor:
        """A batch for each race: (races, count, d)."""
        if self.training is None:
            assert self.world is not None
            return self.world.draw((races, count), generator)
        return self.training[torch.randint(len(self.training), (races, count), generator=generator)]
