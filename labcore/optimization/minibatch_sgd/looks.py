"""From what was computed to frames: run, and the answer while a hand moves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from labcore import Frame, Start
from labcore.optimization.minibatch_sgd.config import (
    DRAWS,
    EPOCHS,
    SEEDS,
    SIZES,
    WORDS,
    Config,
    pair,
)
from labcore.optimization.minibatch_sgd.houses import COUNT, excess
from labcore.optimization.minibatch_sgd.lesson import (
    LOST,
    Lap,
    decay,
    held,
    noise,
    observed,
    race,
    rate,
    rates,
)

AT_ONCE = 5
"""Minibatches drawn from one frame to the next."""
CHI = 2.4477
"""Radius of the ellipse that holds 95 % of a normal cloud in the plane."""


def look_noise(config: Config, count: int) -> Frame:
    """The point held, and the first `count` minibatches drawn there."""
    found = noise(config)
    values, vectors = np.linalg.eigh(found.covariance)
    turn = np.linspace(0, 2 * np.pi, 61)
    round_ = np.stack([np.cos(turn), np.sin(turn)]) * np.sqrt(np.maximum(values, 0))[:, None]
    drawn = found.drawn.astype(np.float32).copy()
    seen = drawn[:count]
    error = float(((seen - found.exact) ** 2).sum(1).mean())
    uphill = float((seen @ found.exact < 0).mean())
    drawn[count:] = np.nan
    note = ""
    if config.across == config.up:
        note = (f"Both axes ask for {WORDS[config.up].lower()}; up shows "
                f"{list(WORDS.values())[pair(config)[1]].lower()} instead.")  # fmt: skip
    elif config.batch == COUNT and not config.replacement:
        note = "All houses, each once: every minibatch gives the exact gradient."
    return Frame(
        count,
        {
            "exact": found.exact.astype(np.float32),
            "drawn": drawn,
            "ellipse": (found.exact[:, None] + CHI * vectors @ round_).astype(np.float32),
            "covariance": found.covariance.astype(np.float32),
            "expected": float(np.trace(found.covariance)),
            "spread": found.spread,
            "error": error,
            "uphill": uphill,
            "excess": float(excess(held(config))),
        },
        note,
        {},
    )


def look_race(config: Config, number: int, laps: list[Lap]) -> Frame:
    """The race after so many half epochs."""
    losses, clock = (np.array(part, np.float32) for part in zip(*laps, strict=True))
    losses[:, number + 1 :] = np.nan
    lost = [str(b) for b, lap in zip(SIZES, laps, strict=True) if lap.excess[number] >= LOST]
    note = f"Batch {', '.join(lost)}: η is too large, the loss grows without bound." if lost else ""
    values = {"excess": losses, "clock": clock, "etas": etas(config)}
    return Frame(number, values, note, {})


def etas(config: Config) -> np.ndarray:
    """η of each batch size, (4,)."""
    return np.array([rate(config, batch) for batch in SIZES], np.float32)


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Draw after draw, half epoch after half epoch, or step after step."""
    if config.part == "noise":
        for count in range(AT_ONCE, DRAWS + 1, AT_ONCE):
            yield look_noise(config, count)
    elif config.part == "race":
        laps = race(config)
        for number in range(2 * EPOCHS + 1):
            yield look_race(config, number, laps)
    else:
        yield from run_decay(config)


def run_decay(config: Config) -> Iterator[Frame]:
    """The three schedules, as they go."""
    steps, eta = observed(), shown_rates(config)
    rows = np.full((4, 3, len(steps)), np.nan, np.float32)  # mean, low, high; last: the average's
    for number, (last, averaged) in enumerate(decay(config)):
        every = np.concatenate([last, averaged[None]])
        rows[:, 0, number] = every.mean(1)
        rows[:, 1:, number] = np.quantile(every, (0.1, 0.9), axis=1).T
        note = ""
        if every[0].mean() > 1e3:
            note = "With this constant η the loss grows: it is above 2 / λ for these minibatches."
        values = {"mean": rows[:, 0].copy(), "low": rows[:, 1].copy(), "high": rows[:, 2].copy(),
                  "eta": eta, "runs": SEEDS}  # fmt: skip
        yield Frame(int(steps[number]), values, note, {})


def shown_rates(config: Config) -> np.ndarray:
    """η of each schedule at the observed steps: (3, T)."""
    return rates(config)[:, observed() - 1].astype(np.float32)


def answer(config: Config, start: Start | None = None) -> Frame:
    """What follows the hand at once: all of the noise; of a training its learning rates."""
    step = start.step if start else DRAWS
    if config.part == "noise":
        return look_noise(config, min(max(step, AT_ONCE), DRAWS))
    if config.part == "race":
        return Frame(step, {"etas": etas(config)})
    return Frame(step, {"eta": shown_rates(config)})
