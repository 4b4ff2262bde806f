"""A small network trains, is saved, damaged and loaded; from the file it trains on."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from safetensors.numpy import load, save

import labcore
from labcore import Frame, Start, control, own
from labcore.builders.checkpoints.file import Tensors, loaded, spoil, spoiled
from labcore.builders.checkpoints.state import begin, chosen, epoch, loss, pack, points, unpack

COLUMNS, ROWS, MOST_STRANGERS = 64, 24, 20


class Config(labcore.Config):
    """The controls."""

    saved: Literal["all", "no_random", "no_optimizer", "weights", "tensor", "list", "dict"] = (
        control(
            "all", title="What is saved",
            labels={"all": "Weights, optimizer, random state", "no_random": "No random state",
                    "no_optimizer": "No optimizer", "weights": "Weights alone",
                    "tensor": "Only one tensor", "list": "A list of two tensors",
                    "dict": "A dict of two tensors"},
        )
    )  # fmt: skip
    """What goes into the file. A safetensors file holds tensors by name and nothing else."""

    damage: Literal["none", "flip", "cut", "shape", "missing", "renamed", "dtype"] = control(
        "none", title="Then",
        labels={"none": "Nothing happens to it", "flip": "One bit is flipped",
                "cut": "The file is cut off", "shape": "A tensor has one row more",
                "missing": "A tensor is missing", "renamed": "A tensor has another name",
                "dtype": "Floats are stored in 16 bits"},
    )  # fmt: skip
    """What happens to the file before it is loaded."""

    bit: int = control(6, title="Bit of the byte", low=0, high=7, only={"damage": ("flip",)})
    """Which bit is flipped: 7 is worth 128, 0 is worth 1."""

    epochs: int = control(40, title="Epochs", low=10, high=60)
    """How long the first run goes on; the resumed one ends with it."""

    save_at: int = control(15, title="Saved after epoch", low=1, high=55)
    """Drag the ring on the curve."""

    column: int = control(3, title="Byte: column", low=0, high=COLUMNS - 1, more=True)
    """The byte under your cursor; click on the file."""

    row: int = control(16, title="Byte: row", low=0, high=ROWS - 1, more=True)
    """The byte under your cursor; click on the file."""

    file: str = control("", title="Your file", accepts="weights")
    """Loaded instead of the one that was saved. Take one home by “Save” below the picture: it is
    what the epoch on screen can be gone on from. Change it, or bring another."""


def save_point(config: Config) -> int:
    """The epoch after which it is saved: one before the last at the latest."""
    return min(config.save_at, config.epochs - 1)


class Report(NamedTuple):
    """A file as it was written and as it came, what could be read, and what was wrong."""

    sound: bytes
    raw: bytes
    tensors: Tensors | None
    says: str
    library: str


@functools.lru_cache(maxsize=8)
def trained(seed: int, epochs: int) -> tuple[list[float], list[Tensors]]:
    """The first run: its loss and all that could be saved, after each epoch."""
    x, y = points()
    state = begin(seed)
    losses, kept = [], []
    for number in range(epochs + 1):
        state = epoch(state) if number else state
        losses.append(float(loss(state.weights, x, y).detach()))
        kept.append(pack(state))
    return losses, kept


@functools.lru_cache(maxsize=16)
def opened(config: Config) -> Report:
    """Write the file, let the accident happen, read it, and see whether it fits the model."""
    _, states = trained(config.seed, config.epochs)
    kept = chosen(states[save_point(config)], config.saved)
    sound = save(kept)
    place = min(config.row * COLUMNS + config.column, len(sound) - 1)
    if config.file:
        raw = own.weights(config.file)
    else:
        raw = spoil(save(spoiled(kept, config.damage)), config.damage, place, config.bit)
    tensors, says, library = loaded(raw)
    if tensors is not None:
        says = misfit(kept, tensors)
    if config.file and tensors is not None and not says:
        says = unusable(kept, tensors, config.seed)
    if config.file and tensors is not None and not says:
        sound = raw  # what the header says is that of the learner's own
    return Report(sound, raw, tensors if not says else None, says, library)


def misfit(wanted: Tensors, tensors: Tensors) -> str:
    """Where tensors do not fit a model that wants others: a sentence, or nothing."""
    lacking = [name for name in wanted if name not in tensors]
    strange = [name for name in tensors if name not in wanted]
    if lacking:
        left = f", and “{strange[0][:24]}” has no place in it" if strange else ""
        return f"The model wants “{lacking[0]}”, which the file lacks{left}."
    for name, array in wanted.items():
        if tensors[name].shape != array.shape:
            has, wants = (" × ".join(map(str, t.shape)) for t in (tensors[name], array))
            return f"“{name}” is {has} in the file and {wants} in the model."
        if (tensors[name].dtype.kind == "f") != (array.dtype.kind == "f"):
            return f"“{name}” is {tensors[name].dtype} in the file and {array.dtype} in the model."
    if len(strange) > MOST_STRANGERS:
        return f"The file has {len(strange)} tensors that the model has no place for."
    return ""


def unusable(wanted: Tensors, tensors: Tensors, seed: int) -> str:
    """Where tensors fit, but hold what cannot be: a sentence, or nothing."""
    if "random" in wanted or "t" in wanted:
        try:
            unpack({name: tensors[name] for name in wanted}, seed)
        except (ValueError, OverflowError, TypeError):
            return "Its step count or its random state are numbers that cannot be such."
    return ""


def resumed(config: Config) -> list[float] | None:
    """The losses of a run that goes on from the file, or None if it cannot."""
    report = opened(config)
    if report.tensors is None or config.saved in ("tensor", "list", "dict"):
        return None
    _, states = trained(config.seed, config.epochs)
    names = tuple(chosen(states[save_point(config)], config.saved))
    return gone_on(report.raw, names, config.seed, config.epochs - save_point(config))


@functools.lru_cache(maxsize=8)
def gone_on(raw: bytes, names: tuple[str, ...], seed: int, epochs: int) -> list[float]:
    """Train on from these tensors of the bytes of a file."""
    x, y = points()
    tensors = load(raw)
    state = unpack({name: tensors[name] for name in names}, seed)
    losses = [float(loss(state.weights, x, y))]
    for _ in range(epochs):
        state = epoch(state)
        losses.append(float(loss(state.weights, x, y).detach()))
    return losses


def look(config: Config, step: int) -> Frame:
    """The first run up to an epoch, and from the save on the resumed one beside it."""
    first, _ = trained(config.seed, config.epochs)
    again, at = resumed(config), save_point(config)
    lines = np.full((2, config.epochs + 1), np.nan, np.float64)
    lines[0, : step + 1] = first[: step + 1]
    if again is not None and step >= at:
        lines[1, at : step + 1] = again[: step - at + 1]
    apart = np.abs(lines[1] - lines[0])
    worst = float(np.nanmax(apart)) if np.isfinite(apart).any() else np.nan
    values = {"loss": lines[0].astype(np.float32), "again": lines[1].astype(np.float32),
              "apart": apart.astype(np.float32), "worst": worst, **of_file(config)}  # fmt: skip
    _, states = trained(config.seed, config.epochs)
    kept = chosen(states[step], config.saved)
    return Frame(step, values, note(config, step, again, worst), kept)


def of_file(config: Config) -> dict[str, np.ndarray | float]:
    """The bytes as they came, in rows of 64, and whether they could be read."""
    report = opened(config)
    grid = np.zeros(COLUMNS * ROWS, np.uint8)
    grid[: len(report.raw)] = np.frombuffer(report.raw, np.uint8)[: grid.size]
    return {"bytes": grid.reshape(ROWS, COLUMNS), "size": len(report.raw),
            "read": float(report.tensors is not None)}  # fmt: skip


def note(config: Config, step: int, again: list[float] | None, worst: float) -> str:
    """What was wrong with the file, or what is missing in it."""
    report = opened(config)
    if report.says:
        return f"It cannot be loaded. {report.says}"
    if config.saved in ("tensor", "list", "dict"):
        return (
            "Read back, equal bit for bit. There is nothing in it from which training could go on."
        )
    if step <= save_point(config) or again is None:
        return ""
    if not np.isfinite(again[: step - save_point(config) + 1]).all():
        return "One bit has made a number so large that the loss is none any more."
    if worst == 0:
        return "Both runs are the same, bit for bit."
    if config.file:
        return "Your file is loaded, and the runs part: it holds other numbers than were saved."
    lacks = {"no_random": "the random state: other batches come", "no_optimizer": "Adam’s memory",
             "weights": "Adam’s memory and the random state"}  # fmt: skip
    if config.saved in lacks:
        return f"The runs part, for the file lacks {lacks[config.saved]}."
    if config.damage == "dtype":
        return "Loaded without a word, and rounded: 16 bits hold three digits."
    return "Loaded without a word: safetensors keeps no checksum, and the bit went unnoticed."


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Epoch after epoch of both runs."""
    for step in range(config.epochs + 1):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """While a hand moves: the file and what can be read of it; the runs follow on release."""
    report = opened(config)
    said = f"It cannot be loaded. {report.says}" if report.says else ""
    return Frame(min(start.step, config.epochs) if start else config.epochs, of_file(config), said)
