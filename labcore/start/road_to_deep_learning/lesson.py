"""A brush over ninety years of papers: what grew, how fast, and what drove it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

import labcore
from labcore import Frame, Start, control
from labcore.start.road_to_deep_learning.facts import CARDS, DECADES, FACTS, LANES

LAST = len(FACTS) - 1
QUANTITIES = ("flop", "parameters", "words", "images")
NAMES = {"flop": "training compute", "parameters": "parameters", "words": "words or tokens",
         "images": "images"}  # fmt: skip
DRIVERS = ("examples", "memory", "speed")
FIRST_YEAR, LAST_YEAR = 1930.0, 2026.0
TIMES = np.array([fact.when for fact in FACTS])
SIZES = {name: np.array([getattr(fact, name) or np.nan for fact in FACTS]) for name in QUANTITIES}
LANE = np.array([LANES.index(fact.lane) for fact in FACTS])
PAPERS, GROWTH, DRIVEN = "Papers", "Growth", "Drivers"


class Config(labcore.Config):
    """A range of years, and what is looked at in it."""

    chance = False

    since: float = control(2012.0, title="From the year", low=FIRST_YEAR, high=LAST_YEAR, step=0.1)
    """One edge of the brush."""

    until: float = control(2025.0, title="To the year", low=FIRST_YEAR, high=LAST_YEAR, step=0.1)
    """The other edge of the brush."""

    window: Literal["all", "recent"] = control(
        "all", title="Years shown", labels={"all": "1930 to now", "recent": "2008 to now"},
        views=(PAPERS,),
    )  # fmt: skip
    """How far back the time line goes."""

    quantity: Literal["flop", "parameters", "words", "images"] = control(
        "flop", title="What grows", labels=NAMES, views=(GROWTH,)
    )
    """FLOP of the training; numbers learned; words, tokens or images learned from."""

    which: Literal["all", "records"] = control(
        "all", title="Models", labels={"all": "all in the brush", "records": "records only"},
        views=(GROWTH,),
    )  # fmt: skip
    """A record is larger than everything before it in the table."""

    lanes: tuple[
        Literal["Statistics", "Optimization", "Neuroscience", "Vision", "Language", "Speech",
                "Games"], ...
    ] = control(LANES, title="Lanes", views=(PAPERS, GROWTH))  # fmt: skip
    """Three roots and four fields; what is not chosen is left out."""


def brush(config: Config) -> tuple[float, float]:
    """The years between which all is counted; the edges may have been dragged past each other."""
    return min(config.since, config.until), max(config.since, config.until)


def chosen(config: Config, name: str, at: int) -> tuple[np.ndarray, np.ndarray]:
    """Which facts have this number and are published (n,), and which of them are in the brush."""
    low, high = brush(config)
    in_lane = np.isin(LANE, [LANES.index(lane) for lane in config.lanes])
    known = np.isfinite(SIZES[name]) & in_lane & (np.arange(LAST + 1) <= at)
    if config.which == "records":
        sizes = np.where(known, SIZES[name], 0.0)
        before = np.maximum.accumulate(np.concatenate([[0.0], sizes[:-1]]))
        known &= sizes > before
    return known, known & (low <= TIMES) & (high >= TIMES)


def fit(years: np.ndarray, sizes: np.ndarray) -> tuple[float, float, float]:
    """Powers of ten a year by least squares: slope, its standard error, and the value in year 0.

    With fewer than three there is no error to be told, and so no slope.
    """
    if len(years) < 3 or np.ptp(years) < 1e-9:
        return np.nan, np.nan, np.nan
    x, y = years - years.mean(), np.log10(sizes)
    slope = float(x @ y / (x @ x))
    rest = y - y.mean() - slope * x
    error = float(np.sqrt(rest @ rest / (len(x) - 2) / (x @ x)))
    return slope, error, float(y.mean() - slope * years.mean())


def doubling(slope: float) -> float:
    """Months until a size has doubled, at so many powers of ten a year; negative: halved."""
    return 12 * np.log10(2) / slope if slope else np.inf


def later(config: Config, name: str, at: int, slope: float, start: float) -> float:
    """By what factor, in the mean of logarithms, models after the brush are off its line."""
    known, _ = chosen(config, name, at)
    after = known & (brush(config)[1] < TIMES)
    if not after.any() or np.isnan(slope):
        return np.nan
    off = np.log10(SIZES[name][after]) - start - slope * TIMES[after]
    return float(10 ** np.sqrt((off**2).mean()))


def driver(name: str, low: float, high: float) -> tuple[float, float]:
    """Powers of ten by which a driver grew between two years, and the decades counted."""
    years = np.array([decade.year for decade in DECADES], float)
    logs = np.log10([getattr(decade, name) for decade in DECADES])
    low, high = np.clip([low, high], years[0], years[-1])
    ends = np.interp([low, high], years, logs)
    return float(ends[1] - ends[0]), float(high - low) / 10


def look(config: Config, at: int) -> Frame:
    """All that is known once FACTS[at] has been published."""
    fits = [fit(TIMES[inside], SIZES[name][inside])
            for name in QUANTITIES for inside in [chosen(config, name, at)[1]]]  # fmt: skip
    slopes, errors, starts = np.array(fits).T
    low, high = brush(config)
    grown = np.array([driver(name, low, high) for name in DRIVERS])
    inside = (low <= TIMES) & (high >= TIMES) & (np.arange(LAST + 1) <= at)
    inside &= np.isin(LANE, [LANES.index(lane) for lane in config.lanes])
    here = QUANTITIES.index(config.quantity)
    values: dict[str, Any] = {
        "slope": slopes.astype(np.float32), "error": errors.astype(np.float32),
        "start": starts.astype(np.float64).astype(np.float32),
        "models": np.array([chosen(config, name, at)[1].sum() for name in QUANTITIES], np.int32),
        "inside": inside, "papers": int(inside.sum()), "grown": grown[:, 0].astype(np.float32),
        "decades": float(grown[0, 1]), "now": at,
        "line": float(starts[here]), "tilt": float(slopes[here]),
        "later": later(config, config.quantity, at, float(slopes[here]), float(starts[here])),
    }  # fmt: skip
    return Frame(at, values, trouble(config, values), checkpoint={})


def trouble(config: Config, values: dict[str, Any]) -> str:
    """What cannot be told from this brush, in a sentence, once all papers are out."""
    here = QUANTITIES.index(config.quantity)
    if values["models"][here] < 3 and values["now"] == LAST:
        few = ("None", "Only one", "Only two")[values["models"][here]]
        return (f"{few} of the papers in the brush can be counted in {NAMES[config.quantity]}: a "
                "slope and its error need three.")  # fmt: skip
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Paper after paper is published."""
    for at in range(LAST + 1):
        yield look(config, at)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while an edge of the brush is dragged."""
    return look(config, start.step if start else LAST)


def sources() -> str:
    """All facts with their sources, as a list in Markdown."""
    rows = []
    for fact in FACTS:
        whose = f"; {fact.flop:.2g} FLOP {fact.whose}" if fact.whose else ""
        whose = whose or (f"; {fact.flop:.3g} FLOP" if fact.flop else "")
        rows.append(f"- {fact.year} · **{fact.name}**: {fact.said}{whose}. "
                    f"[{fact.source}]({fact.url})")  # fmt: skip
    for card in CARDS:
        rows.append(f"- {int(card.when)} · **{card.name}**: {card.speed:.3g} FLOP/s at its peak, "
                    f"{card.memory:.3g} bytes. {card.source}")  # fmt: skip
    return "\n".join(rows)
