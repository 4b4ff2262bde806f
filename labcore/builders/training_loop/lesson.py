"""One training, taken apart: the log of its first calls, then epoch after epoch."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from labcore import Frame, Start
from labcore.builders.training_loop.config import (
    BACKWARD,
    EVAL,
    HELD_OUT,
    KEPT,
    NO_GRAD,
    SHUFFLE,
    STEP,
    TRAIN,
    ZERO,
    Config,
)
from labcore.builders.training_loop.houses import TRAINED, Houses
from labcore.builders.training_loop.machine import (
    LOST,
    Call,
    Log,
    Net,
    Trainer,
)
from labcore.builders.training_loop.plain import plain

SAYS = {
    TRAIN: "Nobody calls train() again after the first eval(): from epoch 1 on dropout is off, and "
    "the loss in training falls without the noise it should have.",
    SHUFFLE: "The batches come in the table’s order, the same in every epoch.",
    ZERO: "Gradients are never set to zero: each step goes along the sum of all so far.",
    BACKWARD: "Without backward() there is no gradient; step() finds nothing to do.",
    STEP: "The gradients are there, and nobody takes the step: the weights stay as they were.",
    EVAL: "Validation runs with dropout on: the network is judged with units missing.",
    NO_GRAD: "The numbers are the same; autograd keeps tensors for a way back nobody will go.",
    HELD_OUT: "Judged on the houses it has learned from: this number can no longer warn.",
}  # fmt: skip


class Story(NamedTuple):
    """A whole training.

    train, sizes: loss and length of the gradient at each step; val: after each epoch; plain: the
    same of the loop without classes; apart: the largest difference of any loss; kept: bytes
    that autograd kept in validation.
    """

    calls: list[Call]
    train: np.ndarray
    sizes: np.ndarray
    val: np.ndarray
    plain: np.ndarray
    apart: float
    kept: int


@functools.lru_cache(maxsize=8)
def told(config: Config) -> Story:
    """Train with the classes and without them, and compare."""
    log = Log()
    trainer = Trainer(config, log)
    log.call("Trainer", trainer.fit, Net(config, log), Houses(config))
    losses, judged = plain(config)
    both = (trainer.train_losses + trainer.val_losses, losses + judged)
    ours, theirs = (np.nan_to_num(np.array(part)) for part in both)
    return Story(log.calls, np.array(trainer.train_losses), np.array(trainer.sizes),
                 np.array(trainer.val_losses), np.array(judged), float(np.abs(ours - theirs).max()),
                 log.kept)  # fmt: skip


def whole(config: Config) -> Config:
    """The same with no line left out."""
    return config.model_copy(update={"cut": 0})


def per_epoch(config: Config) -> int:
    """Steps in an epoch."""
    return -(-TRAINED // config.batch)


def length(config: Config) -> int:
    """One frame a call of the first epoch, then one an epoch."""
    story = told(config)
    return len(story.calls) + -(-len(story.train) // per_epoch(config))


def look(config: Config, number: int) -> Frame:
    """A frame: a call, or the end of an epoch."""
    story, steps = told(config), per_epoch(config)
    calls = story.calls
    call = calls[min(number, len(calls) - 1)]
    epochs = max(0, number - len(calls) + 1)
    if epochs:
        done = min(epochs * steps, len(story.train))
    else:
        done = sum(c.name == "training_step" for c in calls[:number])
    train, sizes = (np.full(config.epochs * steps, np.nan, np.float32) for _ in range(2))
    train[:done], sizes[:done] = story.train[:done], story.sizes[:done]
    val = np.full((2, config.epochs), np.nan, np.float32)
    for row, judged in zip(val, (story.val, story.plain), strict=True):
        row[: min(epochs, len(judged))] = judged[:epochs]
    note = SAYS.get(config.cut, "")
    if config.cut in KEPT:
        note = "Without this line there is nothing to train or to judge; it was kept."
    if done and not story.train[done - 1] < LOST:
        note = (f"{note} Step {done}: the loss is beyond {LOST:g}; with η = {config.lr:g} steps "
                "throw the weights ever farther.").strip()  # fmt: skip
    return Frame(
        number,
        {
            "call": min(number, len(calls) - 1), "calls": len(calls), "epochs": epochs,
            "line": call.line if not epochs else 0, "steps": done, "train": train,
            "sizes": sizes, "val": val[0], "plain": val[1], "size": call.size, "grad": call.grad,
            "weight": call.weight, "apart": story.apart, "kept": story.kept,
        },
        note,
        {},
    )  # fmt: skip


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Call after call, then epoch after epoch."""
    for number in range(length(config)):
        yield look(config, number)


def answer(config: Config, start: Start | None = None) -> Frame:
    """While a hand moves: which line would be left out."""
    return Frame(start.step if start else 0, {})
