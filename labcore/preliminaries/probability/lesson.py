"""Draws from a distribution one drags, and probabilities as areas, exact and counted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

import numpy as np

import labcore
from labcore import Frame, PointList, Start, control
from labcore.rng import numpy_generator

MOST, RUNS = 10_000, 20
COUNTS = np.unique(np.round(np.logspace(0, 4, 81)).astype(int))
"""How many draws there are at each place of the time line, evenly spaced in the logarithm."""
LAST = len(COUNTS) - 1

BAYES = ("Bayes",)


class Config(labcore.Config):
    """What is thrown, how the square is cut, and two medical tests."""

    thing: Literal["die", "coin"] = control(
        "die", title="What is thrown", labels={"die": "a die", "coin": "a coin"}, views=("Draws",)
    )
    """A die has six bars, a coin two: tails counts 0, heads counts 1."""

    prior: float = control(
        0.0015, title="Ill, before any test", low=0.0005, high=0.5, log=True, views=BAYES
    )
    """The share of all people who have the illness: the width of the ill part."""

    hit: float = control(1.0, title="Test 1 finds the ill", low=0, high=1, step=0.01, views=BAYES)
    """P(positive | ill) of the first test, its sensitivity."""

    alarm: float = control(
        0.01, title="Test 1 alarms the well", low=0, high=1, step=0.01, views=BAYES
    )
    """P(positive | well) of the first test, its false-positive rate."""

    hit2: float = control(0.98, title="Test 2 finds the ill", low=0, high=1, step=0.01, views=BAYES)
    """P(positive | ill) of the second test."""

    alarm2: float = control(
        0.03, title="Test 2 alarms the well", low=0, high=1, step=0.01, views=BAYES
    )
    """P(positive | well) of the second test."""

    repeats: float = control(
        0.0, title="Test 2 repeats test 1", low=0, high=1, step=0.05, views=BAYES
    )
    """How often the second test only says again what the first has said; 0 is independence."""

    die: PointList = control(
        tuple((float(k), 0.167) for k in range(1, 7)), title="Bars of the die", x=(1, 6), y=(0, 1),
        least=6, most=6, more=True, only={"thing": ("die",)}, views=("Draws",),
    )  # fmt: skip
    """The six bars; they are divided by their sum, so that the probabilities add up to 1."""

    coin: PointList = control(
        ((0.0, 0.5), (1.0, 0.5)), title="Bars of the coin", x=(0, 1), y=(0, 1),
        least=2, most=2, more=True, only={"thing": ("coin",)}, views=("Draws",),
    )  # fmt: skip
    """Tails and heads; they are divided by their sum."""

    a: float = control(0.4, title="P(A)", low=0, high=1, step=0.01, more=True, views=("Joint",))
    """Where the square is cut: left of it A happens."""

    b_if_a: float = control(
        0.7, title="P(B | A)", low=0, high=1, step=0.01, more=True, views=("Joint",)
    )
    """How much of the left part B fills."""

    b_if_not: float = control(
        0.3, title="P(B | not A)", low=0, high=1, step=0.01, more=True, views=("Joint",)
    )
    """How much of the right part B fills."""


def faces(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """What can come up, and the heights of the bars the learner drags."""
    values, heights = np.array(config.die if config.thing == "die" else config.coin).T
    order = np.arange(len(values)) + (config.thing == "die")
    return order.astype(float), heights


def normalised(heights: np.ndarray) -> np.ndarray:
    """Probabilities in the proportion of the heights; all alike where every height is 0."""
    total = heights.sum()
    return heights / total if total > 0 else np.full(len(heights), 1 / len(heights))


def moments(values: np.ndarray, p: np.ndarray) -> tuple[float, float]:
    """Expectation Σ p x and variance Σ p (x − E)²."""
    mean = float(p @ values)
    return mean, float(p @ (values - mean) ** 2)


@lru_cache(maxsize=4)
def luck(seed: int, name: str, rows: int) -> np.ndarray:
    """(rows, MOST) numbers spread evenly over 0 to 1.

    They stay the same while a hand drags, so what changes is the world and not the luck.
    """
    return numpy_generator(seed, name).random((rows, MOST), dtype=np.float32)


def tally(hits: np.ndarray) -> np.ndarray:
    """How many of the first COUNTS draws are hits: (…, MOST) booleans → (…, len(COUNTS))."""
    starts = np.concatenate([[0], COUNTS[:-1]])
    return np.add.reduceat(hits.view(np.int8), starts, axis=-1, dtype=np.int32).cumsum(-1)


def throws(config: Config) -> dict[str, np.ndarray]:
    """Counts of each face (faces, N) in the first of RUNS sequences, and all running means.

    A face comes up where the even number falls between two sums of probabilities.
    """
    values, heights = faces(config)
    edges = np.cumsum(normalised(heights))[:-1]
    u = luck(config.seed, "throws", RUNS)
    below = np.stack([tally(u < edge) for edge in edges], 1)  # (runs, faces − 1, N)
    counts = np.diff(
        below, axis=1, prepend=0, append=np.broadcast_to(COUNTS, (RUNS, 1, len(COUNTS)))
    )
    return {"faces": counts[0], "means": np.einsum("f,rfn->rn", values, counts) / COUNTS}


def areas(config: Config) -> np.ndarray:
    """P(A, B), P(A, not B), P(not A, B), P(not A, not B): the four parts of the square."""
    a, left, right = config.a, config.b_if_a, config.b_if_not
    return np.array([a * left, a * (1 - left), (1 - a) * right, (1 - a) * (1 - right)])


def dropped(config: Config) -> np.ndarray:
    """How many of the points dropped on the square fell on each part: (4, N)."""
    across, up = luck(config.seed, "square", 2)
    in_a = across < config.a
    in_b = up < np.where(in_a, config.b_if_a, config.b_if_not)
    return tally(np.stack([in_a & in_b, in_a & ~in_b, ~in_a & in_b, ~in_a & ~in_b]))


def questions(parts: np.ndarray) -> np.ndarray:
    """P(A), P(B), P(A and B), P(B | A), P(A | B) from the four parts, or counts of them."""
    both, only_a, only_b, _ = parts
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.stack([
            (both + only_a) / parts.sum(0), (both + only_b) / parts.sum(0), both / parts.sum(0),
            both / (both + only_a), both / (both + only_b),
        ])  # fmt: skip


def bayes(prior: float, hit: float, alarm: float) -> float:
    """P(ill | positive): the true alarms among all alarms; nan if nobody tests positive."""
    true, false = prior * hit, (1 - prior) * alarm
    return true / (true + false) if true + false > 0 else float("nan")


def second(config: Config) -> tuple[float, float]:
    """P(second positive | first positive, ill) and the same for the well."""
    again = config.repeats
    return again + (1 - again) * config.hit2, again + (1 - again) * config.alarm2


def beliefs(config: Config) -> np.ndarray:
    """P(ill) before any test, after one positive, after two."""
    once = bayes(config.prior, config.hit, config.alarm)
    return np.array([config.prior, once, bayes(once, *second(config))])


def clinic(config: Config) -> np.ndarray:
    """People who come in, one after the other: all, positive, twice positive; and of each the
    ill: (2, 3, N)."""
    sick, first, then, copied = luck(config.seed, "people", 4)
    ill = sick < config.prior
    once = first < np.where(ill, config.hit, config.alarm)
    own = then < np.where(ill, config.hit2, config.alarm2)
    twice = once & np.where(copied < config.repeats, once, own)
    kept = tally(np.stack([np.ones_like(ill), once, twice, ill, ill & once, ill & twice]))
    return kept.reshape(2, 3, len(COUNTS))


@lru_cache(maxsize=4)
def whole(config: Config) -> dict[str, np.ndarray]:
    """All that has been drawn at every place of the time line."""
    return {**throws(config), "dropped": dropped(config), "clinic": clinic(config)}


def look(config: Config, at: int) -> Frame:
    """The first COUNTS[at] draws, beside what is exact."""
    drawn, (values, heights) = whole(config), faces(config)
    p, n = normalised(heights), COUNTS[at]
    mean, variance = moments(values, p)
    share = drawn["faces"][:, at] / n
    now = np.arange(len(COUNTS)) <= at
    people, ill = drawn["clinic"][:, :, at]
    with np.errstate(invalid="ignore"):
        counted = ill / people
    spread = 2 * np.sqrt(variance / n)
    found = {
        "p": p, "share": share, "means": np.where(now, drawn["means"], np.nan),
        "parts": areas(config), "dropped": drawn["dropped"][:, at],
        "exact": questions(areas(config)), "asked": questions(drawn["dropped"][:, at]),
        "beliefs": beliefs(config), "people": people, "ill": ill, "counted": counted,
    }  # fmt: skip
    numbers = {
        "n": int(n), "mean": mean, "variance": variance,
        "sample.mean": float(drawn["means"][0, at]),
        "sample.variance": moments(values, share)[1],
        "inside": int((np.abs(drawn["means"][:, at] - mean) <= spread + 1e-9).sum()),
    }  # fmt: skip
    arrays = {
        k: v.astype(np.int32 if v.dtype.kind == "i" else np.float32) for k, v in found.items()
    }
    return Frame(int(n), arrays | numbers, trouble(config), checkpoint={})


def trouble(config: Config) -> str:
    """What is odd about the learner's world, in a sentence."""
    if faces(config)[1].sum() == 0:
        return "All bars are at 0. They say nothing, so every face is taken as equally likely."
    if not np.isfinite(beliefs(config)[1:]).all():
        return "Nobody can test positive, so there is nothing to condition on: 0 divided by 0."
    parts = areas(config)
    if parts[0] + parts[2] == 0 or parts[0] + parts[1] == 0:
        return "A condition with probability 0 has no share to speak of: 0 divided by 0."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """From one draw to ten thousand."""
    for at in range(len(COUNTS)):
        yield look(config, at)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand drags, with as many draws as are on screen."""
    return look(config, int(np.searchsorted(COUNTS, start.step)) if start else LAST)
