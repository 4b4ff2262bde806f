"""What follows from the controls: sizes, and how long and how often."""

from __future__ import annotations

from labcore.generation.gan.config import PLANES, Config

MOST_FRAMES, CLOSEST = 100, 10
"""Frames of a run over points, the first not counted; and the fewest steps between two."""

IMAGE_FRAMES, MOST_ON_IMAGES = 50, 1500
"""Frames of a run over images, the first not counted, and its longest training."""


def planar(config: Config) -> bool:
    """Whether the data are points in the plane."""
    return config.data in PLANES


def races(config: Config) -> int:
    """How many trainings run side by side."""
    return config.seeds if planar(config) else 1


def latent_size(config: Config) -> int:
    """How many numbers a latent has."""
    if not planar(config):
        return 100
    return int(config.latent) if config.model in ("gan", "vae") else 2


def rounds(config: Config) -> int:
    """How many rounds are trained."""
    return config.steps if planar(config) else min(config.steps, MOST_ON_IMAGES)


def interval(config: Config) -> int:
    """Steps between two frames."""
    most = MOST_FRAMES if planar(config) else IMAGE_FRAMES
    return max(rounds(config) // most, CLOSEST)


def length(config: Config) -> int:
    """How many frames a run gives, with the one before training."""
    return rounds(config) // interval(config) + 1
