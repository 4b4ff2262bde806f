"""A run, and an answer to the hand, of whichever part is chosen."""

from __future__ import annotations

from collections.abc import Iterator

from labcore import Frame, Start
from labcore.cnn.convolution.channels import channels_length, look_channels
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.learning import look_learning
from labcore.cnn.convolution.photograph import look_photograph
from labcore.cnn.convolution.settings import AMOUNTS, BLENDS, STEPS
from labcore.cnn.convolution.shapes import look_shapes, shapes_length
from labcore.cnn.convolution.shifting import look_shift
from labcore.cnn.convolution.window import look_window, window_length

LOOKS = {
    "window": look_window, "photograph": look_photograph, "channels": look_channels,
    "shapes": look_shapes, "learn": look_learning, "shift": look_shift,
}  # fmt: skip


def length(config: Config) -> int:
    """How many frames a run gives."""
    if config.part == "window":
        return window_length(config)
    if config.part == "shapes":
        return shapes_length(config)
    if config.part == "channels":
        return channels_length(config)
    return {"photograph": BLENDS, "learn": STEPS, "shift": AMOUNTS}[config.part] + 1


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """One place of the window, blend, term, step or amount after the other."""
    for at in range(length(config)):
        yield LOOKS[config.part](config, at)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand pulls, at the place on screen."""
    last = length(config) - 1
    return LOOKS[config.part](config, min(start.step, last) if start else last)
