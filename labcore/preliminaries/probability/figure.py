"""What stands on the stage, what moves, and the numbers in words."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, figures, shown
from labcore.palette import colour
from labcore.preliminaries.probability.lesson import COUNTS, MOST, RUNS, Config, faces
from labcore.preliminaries.probability.squares import (
    asked,
    believed,
    compared,
    cut,
    sieved,
    square,
    tests,
    true,
)


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """All that stands still."""
    values, _ = faces(config)
    low, high = values[0], values[-1]
    thrown = figures.panel(
        [figures.bars("share", "share of the draws", "data", legend=True),
         true("true", "probability"),
         figures.head("tops", "bar to drag", "own", size=14, legend=True),
         figures.line("spread", "expectation ± standard deviation", "goal", width=3, legend=False),
         figures.head("mean", "expectation", "goal", symbol="triangle-up", size=13),
         figures.head("sampled", "mean of the draws", "data", symbol="triangle-up", size=13),
         figures.words("named", "goal", place="middle right")],
        x="tails 0, heads 1" if config.thing == "coin" else "face", y="probability, share",
        alt="Bars: the share of each face among the draws, beside its probability.",
        x_range=(low - 0.7, high + 0.7), y_range=(-0.12, 1.02), legend=True,
    )  # fmt: skip
    thrown.update_xaxes(tickvals=list(values))
    thrown.update_yaxes(tickvals=[0, 0.25, 0.5, 0.75, 1])
    x = COUNTS.astype(np.float32)
    others = np.tile(np.append(x[::2], np.float32(np.nan)), RUNS - 1)
    edge = figures.line("upper", "band", "context", width=0, x=x)
    band = figures.line("lower", "E ± 2σ/√n", "context", width=0, x=x)
    band.update(fill="tonexty", fillcolor=colour("context", 0.22), showlegend=True,
                line={"color": colour("context"), "width": 1})  # fmt: skip
    means = figures.panel(
        [edge, band, figures.line("others", f"{RUNS - 1} more runs", "context", width=1, x=others,
                                  opacity=0.6),
         figures.line("expected", "expectation", "goal", dash="dash", width=2, legend=False,
                      x=np.array([1, MOST], np.float32)),
         figures.line("run", "this run", "data", x=x), figures.head("end", "this run", "data")],
        x="draws n", y="mean of the first n draws", x_log=True, x_range=(0.95, MOST * 1.1),
        y_range=(low - 0.05 * (high - low), high + 0.05 * (high - low)), legend=True,
        alt="Running means of twenty runs close in on the expectation as draws are added.",
    )  # fmt: skip
    edge.showlegend = False
    means.data[0].showlegend = False
    return {
        config.thing: thrown, "means": means, "square": square(), "asked": asked(),
        "tests": tests(), "ill": believed(),
    }  # fmt: skip


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves."""
    values, heights = faces(config)
    mean, sd, n = frame["mean"], np.sqrt(frame["variance"]), frame["n"]
    width = 2 * sd / np.sqrt(COUNTS)
    runs = np.pad(frame["means"][1:, ::2], ((0, 0), (0, 1)), constant_values=np.nan)
    own = frame["means"][0]
    thrown = {
        "share": {"x": values, "y": frame["share"]}, "true": {"x": values, "y": frame["p"]},
        "tops": {"x": values, "y": heights}, "mean": figures.at(mean, -0.05),
        "spread": {"x": np.array([mean - sd, mean + sd]), "y": np.array([-0.05, -0.05])},
        "sampled": figures.at(frame["sample.mean"], -0.09),
        "named": {**figures.at(mean + sd, -0.05), "text": [" E ± σ"]},
    }  # fmt: skip
    means = {
        "upper": {"y": (mean + width).astype(np.float32)},
        "lower": {"y": (mean - width).astype(np.float32)},
        "others": {"y": runs.ravel()}, "expected": {"y": np.array([mean, mean])},
        "run": {"y": own}, "end": figures.at(n, frame["sample.mean"]),
    }  # fmt: skip
    return {
        config.thing: {"traces": thrown}, "means": {"traces": means},
        "square": {"traces": cut(config, frame)},
        "asked": {"traces": compared(frame["asked"], frame["exact"])},
        "tests": {"traces": sieved(config)},
        "ill": {"traces": compared(frame["counted"], frame["beliefs"])},
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words; those with a dot fill the formulas."""
    once, twice = frame["beliefs"][1:]
    exact = frame["exact"]
    return {
        "Draws": f"{frame['n']}",
        "Mean of the draws": f"{shown(frame['sample.mean'])} (expected {shown(frame['mean'])})",
        "Variance": f"{shown(frame['sample.variance'])} (true {shown(frame['variance'])})",
        "Runs inside the band": f"{frame['inside']} of {RUNS}",
        "Positive people": f"{frame['people'][1]}, of them ill {frame['ill'][1]}",
        "l.n": f"{frame['n']}", "l.mean": shown(frame["sample.mean"], 4),
        "l.e": shown(frame["mean"], 4), "l.v": shown(frame["variance"], 4),
        "l.two": shown(2 * np.sqrt(frame["variance"] / frame["n"])),
        "j.both": shown(exact[2]), "j.b": shown(exact[1]), "j.a": shown(exact[0]),
        "j.ab": shown(exact[4]), "j.ba": shown(exact[3]),
        "b.prior": shown(config.prior), "b.hit": shown(config.hit),
        "b.alarm": shown(config.alarm), "b.well": shown(1 - config.prior, 4),
        "b.once": shown(once), "b.twice": shown(twice),
    }  # fmt: skip
