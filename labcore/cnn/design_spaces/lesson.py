"""Networks are drawn from design spaces and trained, one after the other; what can be said then."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator

import numpy as np

from labcore import Frame, Start
from labcore.cnn.design_spaces.config import Config
from labcore.cnn.design_spaces.spaces import SPACES, compatible, numbers, rule, sampled
from labcore.cnn.design_spaces.training import trained
from labcore.rng import numpy_generator

GRID = np.arange(0, 91, 1.0)
"""Errors, in %, at which bands are drawn."""

RESAMPLES, LEVEL, FEW = 400, 0.9, 5
"""Fewer networks than FEW say too little about their own spread for a bootstrap."""

NAMES = tuple(SPACES)


def length(config: Config) -> int:
    """A frame before the first network, and one after each."""
    return 1 + len(config.spaces) * config.nets


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """One network of each space in turn, so that all curves grow together."""
    rows: list[np.ndarray] = []
    yield look(config, np.zeros((0, 16), np.float32))
    for number in range(config.nets):
        for space in config.spaces:
            net = sampled(space, number, config.seed, 1000 * int(config.target))
            wrong = trained(net, config.seed, f"{space}/{number}", config.steps, config.lr)
            rows.append(np.array([NAMES.index(space), 100 * wrong, *numbers(net)], np.float32))
            yield look(config, np.stack(rows))


def share_below(errors: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The empirical distribution function: which share of the errors is below. (…, n) → (…, k)."""
    return (errors[..., :, None] < at).mean(-2)


@functools.lru_cache(maxsize=64)
def resampled(errors: tuple[float, ...], seed: int, name: str) -> np.ndarray:
    """Bootstrap: samples of the same size, drawn from the sample with replacement, (400, n)."""
    random = numpy_generator(seed, f"bootstrap/{name}/{len(errors)}")
    return np.array(errors)[random.integers(0, len(errors), (RESAMPLES, len(errors)))]


def ends(values: np.ndarray) -> np.ndarray:
    """The middle 90 % of resampled values, (400, …): (2, …)."""
    return np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)


@functools.lru_cache(maxsize=64)
def band(errors: tuple[float, ...], seed: int, name: str) -> np.ndarray:
    """Where 90 % of resampled distribution functions lie, (2, k); NaN where there are too few."""
    if len(errors) < FEW:
        return np.full((2, len(GRID)), np.nan)
    return ends(share_below(resampled(errors, seed, name), GRID))


@functools.lru_cache(maxsize=256)
def difference(
    one: tuple[float, ...], two: tuple[float, ...], seed: int, names: tuple[str, str]
) -> np.ndarray:
    """By how much the second of two spaces has a lower mean error, and its interval: (3,).

    It is the area between their distribution functions. NaN where there are too few.
    """
    if not (one and two):
        return np.full(3, np.nan)
    if min(len(one), len(two)) < FEW:
        return np.array([np.mean(one) - np.mean(two), np.nan, np.nan])
    means = [resampled(part, seed, name).mean(1)
             for part, name in zip((one, two), names, strict=True)]  # fmt: skip
    return np.array([np.mean(one) - np.mean(two), *ends(means[0] - means[1])])


def picked(config: Config, rows: np.ndarray) -> int:
    """The row of the network nearest to the mark; −1 if there is none."""
    if not len(rows):
        return -1
    x = rows[:, 0] + [jitter(k) for k in places(rows)]
    return int(np.argmin((4 * (x - config.pick_x)) ** 2 + (rows[:, 1] - config.pick_y) ** 2 / 9))


def places(rows: np.ndarray) -> list[int]:
    """The number of each network within its space."""
    seen: Counter[int] = Counter()
    order = []
    for space in rows[:, 0].astype(int).tolist():
        order.append(seen[space])
        seen[space] += 1
    return order


def jitter(number: int) -> float:
    """Networks of a space stand beside each other."""
    return (number * 0.618034 % 1 - 0.5) * 0.6


def look(config: Config, rows: np.ndarray) -> Frame:
    """What the networks so far say. rows: (k, 16): space, error in %, and `numbers`."""
    errors = {name: tuple(rows[rows[:, 0] == i, 1].tolist()) for i, name in enumerate(NAMES)}
    pair = (config.first, config.second)
    bands = np.stack([band(errors[name], config.seed, name) for name in pair])
    gains = [difference(errors[a], errors[b], config.seed, (a, b))
             for a, b in zip(config.spaces, config.spaces[1:], strict=False)]  # fmt: skip
    slope = max(config.end - config.w0, 0) / (config.depth - 1)
    made = rule(config.w0, slope, config.wm, config.depth)
    widths, depths = made.stages
    values = {
        "rows": np.concatenate([rows, np.full((length(config) - 1 - len(rows), 16), np.nan)]),
        "bands": bands,
        "gains": np.array(gains).reshape(-1, 3),
        "compared": difference(*(errors[name] for name in pair), config.seed, pair),
        "line": made.line,
        "stairs": made.stairs.astype(np.int32),
        "stage_widths": np.array(compatible(widths, 1, int(config.group)), np.int32),
        "stage_depths": np.array(depths, np.int32),
        "slope": slope,
        "pick": picked(config, rows),
    }
    small = {
        name: value.astype(np.float32)
        if isinstance(value, np.ndarray) and value.dtype == np.float64
        else value
        for name, value in values.items()
    }
    return Frame(len(rows), small, told(config, rows), {"rows": rows})


def told(config: Config, rows: np.ndarray) -> str:
    """What should be known now."""
    if config.end < config.w0:
        return "RegNet’s line never falls: the slope w_a is taken as 0."
    if len(rows) and rows[-1, 1] >= 90:
        return (
            "The last network diverged or learned nothing: at this η its error is that of guessing."
        )
    return ""


def observe(config: Config, start: Start) -> Frame:
    """The same networks, looked at otherwise."""
    return look(config, np.asarray(start.checkpoint["rows"]))


def answer(config: Config, start: Start | None = None) -> Frame:
    """While a hand moves: what was trained so far, with the rule and the pick of the hand."""
    return observe(config, start) if start else look(config, np.zeros((0, 16), np.float32))
