"""What moves, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from labcore import Frame, Patch, figures, shown
from labcore.start.road_to_deep_learning.facts import FACTS, LANES
from labcore.start.road_to_deep_learning.lesson import (
    LANE,
    NAMES,
    QUANTITIES,
    SIZES,
    TIMES,
    Config,
    brush,
    chosen,
    doubling,
)
from labcore.start.road_to_deep_learning.names import STAR, apart, beside
from labcore.start.road_to_deep_learning.panels import RANGES, SHOWN, SINCE, TO

LONGEST = 300.0
"""Months; a doubling that takes longer is drawn at the edge."""


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    traces = {
        "papers": lanes(config, frame), "growth": grown(config, frame),
        "times": compared(frame), "drivers": brushed(config, (10, 1e17), 40),
        "factors": {"grown": {"y": rates(frame)}, "told": figures.told(
            np.stack([np.arange(3), rates(frame)]),
            [f"× {shown(10**r, 2)}" if frame["decades"] else "" for r in rates(frame)])},
    }  # fmt: skip
    return {name: {"traces": moved} for name, moved in traces.items()}


def rates(frame: Frame) -> np.ndarray:
    """Powers of ten per decade of the three drivers; 0 where the brush has no such years."""
    return (frame["grown"] / frame["decades"] if frame["decades"] > 0 else np.zeros(3)).astype(
        np.float32
    )


def brushed(config: Config, reach: tuple[float, float], height: float) -> dict[str, Any]:
    """The shaded years and both handles, at this height."""
    low, high = brush(config)
    bottom, top = reach
    return {
        "brush": place([low, high, high, low], [bottom, bottom, top, top]),
        "since": place([config.since], [height]), "until": place([config.until], [height]),
    }  # fmt: skip


def place(x: Any, y: Any) -> dict[str, np.ndarray]:
    """Marks at years and sizes that may be very large (n,)."""
    high = np.clip(np.asarray(y, np.float64), -1e36, 1e36)
    return {"x": np.asarray(x, np.float32), "y": high.astype(np.float32)}


def lanes(config: Config, frame: Frame) -> dict[str, Any]:
    """The papers so far, the one on screen, and its words."""
    height = (len(LANES) - 1 - LANE).astype(float)
    seen = np.arange(len(FACTS)) <= frame["now"]
    inside, now = frame["inside"], int(frame["now"])
    fact = FACTS[now]
    named = np.flatnonzero(inside & (SHOWN[config.window] < TIMES))
    sides = beside(named)
    if config.window == "all":  # there is room for the stars alone
        sides = {
            int(i): ("top left", "top right")[k // 2 % 2]
            for k, i in enumerate(np.flatnonzero(inside & STAR))
        }
    label = np.array([f"{f.year} {f.name}: {f.said}" for f in FACTS])

    def marks(which: np.ndarray) -> dict[str, Any]:
        return figures.at(TIMES[which], height[which]) | {"text": list(label[which])}

    lift = np.array([0.12 if side.startswith("top") else -0.12 for side in sides.values()])
    return brushed(config, (-1, 7), -0.85) | {
        "past": marks(seen & ~inside), "inside": marks(inside & ~STAR),
        "stars": marks(inside & STAR), "now": figures.at(TIMES[now], height[now]),
        "names": figures.at(TIMES[list(sides)], height[list(sides)] + lift) | {
            "text": [FACTS[i].name.removesuffix(" ★") for i in sides],
            "textposition": list(sides.values()),
        },
        "told": figures.told(np.array([[SHOWN[config.window]], [8.1]]), [str(label[now])]),
        "source": figures.told(np.array([[SHOWN[config.window]], [7.45]]), [fact.source]),
    }  # fmt: skip


def grown(config: Config, frame: Frame) -> dict[str, Any]:
    """Sizes, the fitted line with its band, and how it goes on."""
    low, high = brush(config)
    name = config.quantity
    known, inside = chosen(config, name, int(frame["now"]))
    sizes, (bottom, top) = SIZES[name], RANGES[name]
    label = np.array([f"{f.name}, {f.year}" for f in FACTS])
    k = QUANTITIES.index(name)
    slope, error = frame["tilt"], float(frame["error"][k])
    years = TIMES[inside]
    span = np.linspace(max(low, SINCE[name]), min(high, TO), 21)
    after = np.array([min(high, TO), TO])

    def height(x: np.ndarray) -> np.ndarray:
        return 10.0 ** np.clip(frame["line"] + slope * x, -30, 37)

    empty = place([np.nan], [np.nan])
    fitted = np.isfinite(slope) and low < TO and high > SINCE[name]
    edge = empty
    if fitted:
        rest = np.log10(sizes[inside]) - np.log10(height(years))
        noise = np.sqrt(rest @ rest / (len(years) - 2))
        wide = 10 ** np.sqrt(noise**2 / len(years) + (error * (span - years.mean())) ** 2)
        edge = place([*span, *span[::-1]], [*height(span) * wide, *(height(span) / wide)[::-1]])
    months = doubling(slope) if np.isfinite(slope) else np.nan
    told = f"doubles in {shown(months)} months" if months > 0 else "no growth"
    outside = known & ~inside
    named = apart(np.flatnonzero(known), np.log10(sizes), np.log10(top / bottom), SINCE[name])
    return brushed(config, (bottom, top), bottom * (top / bottom) ** 0.03) | {
        "band": edge, "line": place(span, height(span)) if fitted else empty,
        "beyond": place(after, height(after)) if fitted else empty,
        "past": place(TIMES[outside], sizes[outside]) | {"text": list(label[outside])},
        "inside": place(years, sizes[inside]) | {"text": list(label[inside])},
        "names": place(TIMES[named] - 0.012 * (TO - SINCE[name]), sizes[named])
        | {"text": [FACTS[i].name.removesuffix(" ★") for i in named]},
        "told": place([SINCE[name] + 0.02 * (TO - SINCE[name])], [top * (bottom / top) ** 0.05])
        | {"text": [told if fitted else ""]},
    }  # fmt: skip


def compared(frame: Frame) -> dict[str, Any]:
    """Doubling times with what one standard error of the slope makes of them."""
    slope, error = frame["slope"].astype(float), frame["error"].astype(float)
    rows = np.arange(4)[::-1]
    good = np.isfinite(slope) & (slope > 0)
    steep = np.where(good, slope, 1.0)
    time = np.where(good, np.minimum(doubling_of(steep), LONGEST), np.nan)
    fast = np.where(good, np.minimum(doubling_of(steep + error), LONGEST), np.nan)
    slow = np.where(good, doubling_of(np.maximum(steep - error, 1e-9)), np.nan)
    slow = np.minimum(slow, LONGEST)
    texts = [f"{shown(t)} months, {n} models" if np.isfinite(t) else f"{n} models: no slope"
             for t, n in zip(time, frame["models"], strict=True)]  # fmt: skip
    gap = np.full(4, np.nan)
    return {
        "spread": figures.at(np.stack([fast, slow, gap], 1).ravel(), np.repeat(rows, 3)),
        "time": figures.at(time, rows),
        "told": figures.at(np.where(np.isfinite(time), np.clip(time, 4, 90), 24), rows + 0.12)
        | {"text": texts},
    }  # fmt: skip


def doubling_of(slopes: np.ndarray) -> np.ndarray:
    """Months to double, of many slopes."""
    return 12 * np.log10(2) / slopes


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words; those with a dot fill the formulas."""
    k = QUANTITIES.index(config.quantity)
    slope, error = float(frame["slope"][k]), float(frame["error"][k])
    low, high = brush(config)
    months = doubling(slope) if np.isfinite(slope) else np.nan
    bounds = [doubling(s) if s > 0 else np.inf for s in (slope + error, slope - error)]
    said = "–" if not np.isfinite(months) else f"{shown(months)} months"
    if np.isfinite(months) and months < 0:
        said = f"halves in {shown(-months)} months"
    grown_by = [
        f"× {shown(10 ** float(g), 2)}" if frame["decades"] else "–" for g in frame["grown"]
    ]
    return {
        "Brush": f"{low:.1f} to {high:.1f}",
        "Papers in it": f"{frame['papers']}",
        "Published so far": f"{frame['now'] + 1} of {len(FACTS)}",
        "Models fitted": f"{frame['models'][k]} with {NAMES[config.quantity]}",
        "Doubling time": said,
        "One standard error": f"{shown(bounds[0])} to {shown(bounds[1])} months"
        if np.isfinite(months) and months > 0 else "–",
        "Models after the brush": f"off by × {shown(frame['later'])}"
        if np.isfinite(frame["later"]) else "–",
        "Data": grown_by[0], "Memory": grown_by[1], "Compute": grown_by[2],
        "f.slope": shown(slope), "f.error": shown(error), "f.months": shown(months),
        "f.n": f"{frame['models'][k]}",
        "d.data": grown_by[0].removeprefix("× "), "d.memory": grown_by[1].removeprefix("× "),
        "d.compute": grown_by[2].removeprefix("× "), "d.years": shown(10 * frame["decades"]),
    }  # fmt: skip
