"""run: epochs of training and what is seen of them; observe and answer: a frame looked at anew."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from labcore import Frame, Start
from labcore.start.playground.config import Config
from labcore.start.playground.descent import Learner, beginner, learn_epoch, put_by_hand, take_over
from labcore.start.playground.look import frame_of
from labcore.start.playground.points import problem

FRAMES = 100


def observed(config: Config) -> np.ndarray:
    """The epochs after which the networks are looked at; early ones more often."""
    even = np.linspace(0, 1, FRAMES + 1)
    return np.unique(np.round(config.epochs * even**1.5).astype(int))


def last_epoch(config: Config, start: Start | None) -> int:
    """A run that goes on from near its end is trained longer, so that there is something to see."""
    if start is None or 4 * start.step <= 3 * config.epochs:
        return config.epochs
    return max(config.epochs, start.step + config.epochs // 4)


def length(config: Config) -> int:
    """How many frames a run has."""
    return len(observed(config))


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Trains; a run that goes on takes over all weights that still fit."""
    learner = beginner(config, problem(config))
    first = 0
    if start:
        first = start.step
        take_over(learner, start.checkpoint)
    said = put_by_hand(learner, start.checkpoint if start else None)
    if not start:
        yield frame_of(learner, 0, said)
    last = last_epoch(config, start)
    beyond = range(config.epochs, last + 1, max(1, config.epochs // 80))
    at = {*observed(config).tolist(), *beyond, last}
    for epoch in range(first, last):
        learn_epoch(learner, epoch)
        if learner.broke or epoch + 1 in at:
            yield frame_of(learner, epoch + 1, said)
        if learner.broke:
            return


def restored(config: Config, start: Start) -> Learner:
    """The networks of a frame, as it had them."""
    learner = beginner(config, problem(config))
    take_over(learner, start.checkpoint)
    learner.broke = str(start.checkpoint["broke"])
    same = start.checkpoint["theta"].shape == tuple(learner.theta.shape)
    if same and "gradient" in start.checkpoint:
        learner.gradient = torch.from_numpy(start.checkpoint["gradient"].copy())
    return learner


def observe(config: Config, start: Start) -> Frame:
    """The frame, with another unit looked at or other points shown."""
    kept = start.checkpoint
    return frame_of(restored(config, start), start.step, str(kept["said"]), kept["hand"])


def answer(config: Config, start: Start | None = None) -> Frame:
    """While a hand pulls a weight, a width or a brush: the networks as they are with it."""
    learner = restored(config, start) if start else beginner(config, problem(config))
    said = put_by_hand(learner, start.checkpoint if start else None)
    frame = frame_of(learner, start.step if start else 0, said)
    return Frame(frame.step, {**frame.values, "held": 1}, frame.note, frame.checkpoint)
