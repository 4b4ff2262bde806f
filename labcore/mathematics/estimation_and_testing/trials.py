"""What stands on the stage for the tests: dancing p-values, intervals that miss, families."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures
from labcore.mathematics.estimation_and_testing.lesson import COUNTS, Config, power
from labcore.palette import colour

EFFECTS = np.linspace(-1.5, 1.5, 61)
FLOOR = 1e-6
"""p-values below are drawn here."""


def level(uid: str, name: str, role: str, dash: str = "dash") -> go.Scatter:
    """A level across the panel."""
    return figures.line(uid, name, role, dash=dash, width=2)


def trials(config: Config) -> dict[str, go.Figure]:
    """All that stands still."""
    dance = figures.panel(
        [figures.head("quiet", "no alarm", "context", size=5, legend=True),
         figures.head("alarm", "alarm: p ≤ α", "data", symbol="diamond", size=7, legend=True),
         level("level", "α", "own"), figures.head("now", "latest", "model", size=11, legend=True),
         figures.head("alpha", "α to drag", "own", symbol="diamond", size=15)],
        x="experiment, the last 300", y="p-value", y_log=True, y_range=(FLOOR, 1.5),
        x_range=(0, 300), legend=True, alt="The p-values of repeated experiments.",
    )  # fmt: skip
    curve = figures.panel(
        [figures.line("power", "chance of an alarm", "model", x=EFFECTS),
         level("level", "α", "own"),
         figures.head("seen", "alarms so far", "data", symbol="square", size=11, legend=True),
         figures.head("effect", "true mean to drag", "own", symbol="diamond", size=15,
                      legend=True)],
        x="true mean", y="share of alarms", x_range=(-1.55, 1.55), y_range=(-0.02, 1.04),
        legend=True, alt="The power of the test over the true mean.",
    )  # fmt: skip
    intervals = figures.panel(
        [figures.line("hold", "holds the truth", "data", width=2),
         figures.line("miss", "misses it", "error", width=3.5),
         figures.head("means", "mean of the sample", "data", size=5),
         level("truth", "truth", "goal", "dot"),
         figures.head("effect", "true mean to drag", "own", symbol="diamond", size=15)],
        x="mean, with its interval", y="experiment, the last 50", x_range=(-3.2, 3.2),
        y_range=(-2.5, 51), legend=True, alt="Fifty confidence intervals; those that miss are red.",
    )  # fmt: skip
    x = COUNTS.astype(np.float32)
    coverage = figures.panel(
        [figures.line("share", "hold the truth", "data", x=x), level("level", "1 − α", "own")],
        x="experiments", y="share of intervals", size="small", x_log=True, x_range=(0.95, 1100),
        y_range=(0.4, 1.02), legend=True, alt="The share of intervals that held the truth.",
    )  # fmt: skip
    ranks = figures.panel(
        [go.Scatter(uid="nulls", name="nothing there", x=(), y=(), mode="markers",
                    hoverinfo="skip", marker={"symbol": "circle-open", "size": 9,
                                              "color": colour("context"), "line": {"width": 2}}),
         figures.head("reals", "real effect", "data", size=9, legend=True),
         level("each", "α", "own"), level("bonferroni", "α / m", "goal", "dot"),
         figures.line("slope", "α k / m", "model", width=2)],
        x="rank k of the p-value", y="p-value", y_log=True, y_range=(FLOOR, 1.5), legend=True,
        x_range=(0, config.tests + 1), alt="The p-values of one family, sorted, with three levels.",
    )  # fmt: skip
    rates = figures.panel(
        [figures.line("each", "each at α", "own", x=x),
         figures.line("bonferroni", "each at α / m", "goal", dash="dot", x=x),
         figures.line("slope", "Benjamini–Hochberg", "model", dash="dash", x=x)],
        x="families", y="with a false alarm, share", x_log=True, x_range=(0.95, 420),
        y_range=(-0.02, 1.04), legend=True,
        alt="How many families had a false alarm, under three procedures.",
    )  # fmt: skip
    return {"dance": dance, "power": curve, "intervals": intervals, "coverage": coverage,
            "ranks": ranks, "rates": rates}  # fmt: skip


def cloud(x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Points, and one that is nowhere: a legend leaves out what is empty."""
    return {"x": np.append(x, np.nan).astype(np.float32),
            "y": np.append(y, np.nan).astype(np.float32)}  # fmt: skip


def across(x0: float, x1: float, y: float) -> dict[str, np.ndarray]:
    """A level."""
    return {"x": np.array([x0, x1], np.float32), "y": np.array([y, y], np.float32)}


def segments(low: np.ndarray, high: np.ndarray, row: np.ndarray) -> dict[str, np.ndarray]:
    """Lines side by side, with a gap behind each."""
    nothing = np.full(len(low), np.nan)
    return cloud(np.stack([low, high, nothing], 1).ravel(),
                 np.stack([row, row, nothing], 1).ravel())  # fmt: skip


def trials_moved(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    return {**danced(config, frame), **missed(config, frame), **ranked(config, frame)}


def danced(config: Config, frame: Frame) -> dict[str, Patch]:
    """p-values and power."""
    p, alpha, effect = np.maximum(frame["p"], FLOOR), config.alpha, config.effect
    place = np.arange(len(p)) + 1.0
    hit = frame["p"] <= alpha
    chance = power(EFFECTS, config.n, alpha)
    return {
        "dance": {"traces": {
            "quiet": cloud(place[~hit], p[~hit]),
            "alarm": cloud(place[hit], p[hit]),
            "level": across(0, 300, alpha), "now": figures.at(len(p), p[-1]),
            "alpha": figures.at(4, alpha),
        }},
        "power": {"traces": {
            "power": {"y": chance.astype(np.float32)}, "level": across(-1.5, 1.5, alpha),
            "seen": figures.at(effect, frame["alarms"]),
            "effect": figures.at(effect, frame["power"]),
        }},
    }  # fmt: skip


def missed(config: Config, frame: Frame) -> dict[str, Patch]:
    """The last intervals, and how many held so far."""
    middle, half, out = frame["middle"], frame["half"], frame["missed"]
    row = np.arange(len(middle)) + 1.0
    low, high = middle - half, middle + half
    return {
        "intervals": {"traces": {
            "hold": segments(low[~out], high[~out], row[~out]),
            "miss": segments(low[out], high[out], row[out]),
            "means": {"x": middle, "y": row},
            "truth": {"x": np.full(2, config.effect), "y": np.array([-1.0, 51])},
            "effect": figures.at(config.effect, -1.2),
        }},
        "coverage": {"traces": {"share": {"y": frame["coverage"]},
                                "level": across(1, 1000, 1 - config.alpha)}},
    }  # fmt: skip


def ranked(config: Config, frame: Frame) -> dict[str, Patch]:
    """One family, sorted, and all families so far."""
    m, alpha = config.tests, config.alpha
    order = np.argsort(frame["family"], kind="stable")
    p, real = np.maximum(frame["family"][order], FLOOR), frame["real"][order]
    rank = np.arange(1, m + 1).astype(np.float32)
    return {
        "ranks": {"traces": {
            "nulls": cloud(rank[~real], p[~real]), "reals": cloud(rank[real], p[real]),
            "each": across(0, m + 1, alpha), "bonferroni": across(0, m + 1, alpha / m),
            "slope": {"x": rank, "y": alpha * rank / m},
        }},
        "rates": {"traces": {
            name: {"y": frame["any"][k]} for k, name in enumerate(("each", "bonferroni", "slope"))
        }},
    }  # fmt: skip
