"""From what was computed to frames: run, and the answer while a hand moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from labcore import Frame, Start
from labcore.optimization.adaptive_methods.config import (
    EVERY,
    METHODS,
    RATES,
    RIVALS,
    STEPS,
    Config,
)
from labcore.optimization.adaptive_methods.lesson import (
    failure_map,
    first_steps,
    follow,
    train_words,
    walk,
)

Arrays = Mapping[str, np.ndarray]


def look_words(config: Config, number: int, curves: np.ndarray, scale: np.ndarray) -> Frame:
    """The words at one place of the time line. curves: (K, R, T), scale: (R, W)."""
    used = curves[:, :, -1].argmin(1)
    used[METHODS.index(config.watch)] = np.abs(np.log(RATES / config.lr)).argmin()
    raced = curves[np.arange(len(METHODS)), used]
    divided = scale[used[METHODS.index(config.watch)]]
    rates = RATES[used[METHODS.index(config.watch)]] / np.where(divided > 0, divided, np.nan)
    values = {
        "loss": raced[:, number], "race": padded(raced, number + 1), "sweep": curves[:, :, -1],
        "used": used.astype(np.int32), "rates": rates, "divided": divided,
    }  # fmt: skip
    note = ""
    if raced[METHODS.index(config.watch), number] > 3:
        note = "η is so large that the words of a few speeches decide: the loss on others grows."
    return made(number * EVERY["words"], values, note, {"curves": curves, "scale": scale})


def look_moving(config: Config, number: int, found: Arrays) -> Frame:
    """The moving target at one place of the time line."""
    until = number * EVERY["moving"] + 1
    error = ((found["theta"] - found["target"]) ** 2)[:, :until].mean(1)
    values = {"theta": padded(found["theta"], until), "pace": padded(found["rates"], until),
              "error": error, "now": found["target"][until - 1]}  # fmt: skip
    lost = np.abs(found["theta"][0]).max() >= 99
    note = f"SGD is lost: with η = {config.lr:g}, 2 or more, each step overshoots by more."
    return made(until - 1, values, note if lost else "")


def look_rare(config: Config, number: int, found: Arrays) -> Frame:
    """The rare large gradient at one place of the time line."""
    last = found["x"][:, number]
    values = {"x": padded(found["x"], number + 1), "root": padded(found["root"], number + 1),
              "last": last, "field": found["field"]}  # fmt: skip
    note = ""
    if config.big <= config.period - 1:
        total = config.big - config.period + 1
        note = f"Over a round the gradients sum to {total:g}: here x = +1 is no failure."
    return made((number + 1) * EVERY["rare"], values, note)


def look_start(config: Config, number: int, found: Arrays) -> Frame:
    """The first steps, up to one of them."""
    reach = max(1.2, 1.1 * float(np.abs([found["corrected"], found["plain"]]).max()))
    shown = {name: padded(row, number + 1) for name, row in found.items()}
    return made(number + 1, shown | {"reach": np.array(reach)})


def padded(rows: np.ndarray, until: int) -> np.ndarray:
    """Rows (..., T) as float32, with not-a-number from `until` on."""
    shown = np.asarray(rows, np.float32).copy()
    shown[..., until:] = np.nan
    return shown


def made(step: int, values: Arrays, note: str = "", checkpoint: Arrays | None = None) -> Frame:
    """A frame with small numbers."""
    kept = {name: np.asarray(value) for name, value in values.items()}
    kept = {n: v.astype(np.float32) if v.dtype == np.float64 else v for n, v in kept.items()}
    return Frame(step, kept, note, checkpoint or {})


def compute(config: Config, quick: bool = False) -> tuple[dict[str, np.ndarray], int]:
    """All of a one-dimensional problem, and how many frames it has. quick: without the map."""
    if config.problem == "moving":
        return follow(config), STEPS["moving"] // EVERY["moving"]
    if config.problem == "start":
        return first_steps(config), STEPS["start"]
    walks = [walk(config, name, config.beta2, config.big) for name in RIVALS]
    x, root = (np.array([w[i] for w in walks]) for i in (0, 1))
    field = np.zeros((1, 1), np.uint8) if quick else failure_map(config)
    return {"x": x, "root": root, "field": field}, x.shape[1]


LOOKS = {"moving": look_moving, "rare": look_rare, "start": look_start}


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """A frame for every few steps."""
    if config.problem == "words":
        found = train_words(config)
        for number, scale in enumerate(found["scales"]):
            yield look_words(config, number, found["curves"], scale)
        return
    found, count = compute(config)
    for number in range(count):
        yield LOOKS[config.problem](config, number, found)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The frame on screen, while a hand moves."""
    every = EVERY[config.problem]
    if config.problem == "words":
        if start is None or "curves" not in start.checkpoint:
            found = train_words(config)
            last = len(found["scales"]) - 1
            return look_words(config, last, found["curves"], found["scales"][last])
        kept = start.checkpoint
        return look_words(config, start.step // every, kept["curves"], kept["scale"])
    found, count = compute(config, quick=True)
    number = count - 1 if start is None else start.step // every - (config.problem != "moving")
    return LOOKS[config.problem](config, min(max(number, 0), count - 1), found)
