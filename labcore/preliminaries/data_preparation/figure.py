"""What stands still on the stage, and what each frame moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch
from labcore import figures as fig
from labcore.palette import colour, scale
from labcore.preliminaries.data_preparation.config import FILLS, Config
from labcore.preliminaries.data_preparation.lesson import positive
from labcore.preliminaries.data_preparation.looks import (
    BINS,
    SHOWN,
    STAGES,
    folds_of,
    stage_table,
)
from labcore.preliminaries.data_preparation.sheet import sheet

GRABS = (Grab("column", "mark", "value", "", "What stands in the gaps"),)
VIEWS = {"Table": ("sheet", "column", "fills"), "Fit": ("fit", "folds", "leak")}
MOST_LABELS = 24


def unit(config: Config) -> str:
    """What the errors are measured in."""
    return "Log error" if positive(sheet(config)) else "Error in deviations"


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The table, a column, the ways to fill, the predictions, the folds, and the leak."""
    here = sheet(config)
    picture = go.Heatmap(
        uid="cells", z=first["picture"], zmin=-3, zmax=3, colorscale=scale("signed"), xgap=1,
        ygap=1, hoverinfo="skip", showscale=True,
        colorbar={"title": {"text": "Value, cut at ± 3", "side": "right"}, "thickness": 10,
                  "outlinewidth": 0, "len": 1.0, "ypad": 0, "tickvals": [-3, 0, 3]},
    )  # fmt: skip
    spelled = go.Scatter(
        uid="spelled", x=[None], y=[None], mode="text", text=[""], hoverinfo="skip",
        textfont={"size": 12, "color": colour("text")}, showlegend=False,
    )  # fmt: skip
    holes = fig.head("holes", "gap", "error", symbol="x", size=8)
    names = here.number_names or ("no column of numbers",)
    a = min(config.watch, len(names)) - 1
    watched = names[a]
    holed = int(np.isnan(here.numbers[:, a]).sum()) if here.number_names else 0
    tallest = max(float(first["bars"].max()), holed)
    made = {
        "sheet": fig.panel(
            [picture, spelled, holes], x="Column", y=f"The first {SHOWN} rows", title=STAGES[0],
            y_range=(SHOWN - 0.5, -0.5),
            alt=f"The first {SHOWN} rows of the table, a cell for each number; crosses are gaps."),
        "column": fig.panel(
            [go.Bar(uid="bars", name="known", x=(BINS[1:] + BINS[:-1]) / 2, y=first["bars"],
                    width=0.48, marker={"color": colour("data", 0.5)}, hoverinfo="skip"),
             go.Bar(uid="spike", name="filled in", x=[None], y=[None], width=0.12,
                    marker={"color": colour("model")}, hoverinfo="skip"),
             *([fig.head("mark", "drag", "own", size=16)] if config.fill == "hand" else [])],
            x=f"{watched}: deviations from its mean", y="Rows", legend=True, x_range=(-3.3, 3.3),
            y_range=(0, 1.2 * tallest + 1),
            alt=f"How the known values of {watched} are spread, and where the gaps are filled."),
        "fills": fills_panel(config),
        **fit_panels(config),
    }  # fmt: skip
    made["column"].layout.barmode = "overlay"
    return made


def fills_panel(config: Config) -> go.Figure:
    """The error of every way to fill gaps."""
    ways = list(FILLS.values())
    empty = [None] * len(ways)
    made = fig.panel(
        [go.Scatter(uid="plain", name="as it is", x=empty, y=ways, mode="markers",
                    marker={"color": colour("data"), "size": 10, "symbol": "circle"}),
         go.Scatter(uid="flagged", name="with “was missing”", x=empty, y=ways, mode="markers",
                    marker={"color": colour("goal"), "size": 10, "symbol": "diamond"}),
         go.Scatter(uid="now", name="now", x=[None], y=[None], mode="lines", hoverinfo="skip",
                    line={"color": colour("own"), "width": 2, "dash": "dash"})],
        x=f"{unit(config)}, held out", y="Filled with", size="small", legend=True,
        alt="The held-out error for each way to fill gaps, with and without indicator columns, and "
        "of what is set now.")  # fmt: skip
    made.layout.yaxis.type = "category"
    made.layout.xaxis.nticks = 4
    return made


def fit_panels(config: Config) -> dict[str, go.Figure]:
    """Predictions of held-out rows against the truth, and the errors."""
    here = sheet(config)
    logs = positive(here)
    low, high = float(here.target.min()), float(here.target.max())
    pad = (high - low) * 0.05 or 1.0
    ends = (low * 0.8, high * 1.25) if logs else (low - pad, high + pad)
    k = np.arange(1, folds_of(config) + 1)
    ways = ["inside each fold", "before the split"]
    made = {
        "fit": fig.panel(
            [fig.line("equal", "right", "goal", dash="dash", width=1.5, x=ends, y=ends),
             go.Scatter(uid="points", name="held-out row", x=here.target.astype(np.float32),
                        y=np.full(len(here.target), np.nan), mode="markers", hoverinfo="skip",
                        marker={"color": colour("model", 0.6), "size": 5})],
            x=f"{here.target_name}, true", y=f"{here.target_name}, predicted", x_log=logs,
            y_log=logs, x_range=ends, y_range=ends, legend=True,
            alt="Each row's prediction, made while it was held out, against the truth."),
        "folds": fig.panel(
            [fig.head("held", "held out", "data", symbol="diamond", x=k, y=[None] * len(k),
                      legend=True),
             fig.head("learned", "learned from", "context", symbol="circle-open", size=15,
                      x=k, y=[None] * len(k), legend=True),
             fig.line("same", "one answer for all", "error", dash="dot", width=1.5)],
            x="Fold", y=unit(config), size="small", legend=True, x_range=(0.5, len(k) + 0.5),
            alt="The error on each fold held out and on the rows learned from."),
        "leak": fig.panel(
            [go.Scatter(uid="leaks", x=[None, None], y=ways, mode="markers", showlegend=False,
                        marker={"color": [colour("goal"), colour("error")], "size": 13,
                                "symbol": ["circle", "x"]})],
            x=f"{unit(config)}, as it seems", y="Prepared", size="small", title="The leak",
            alt="The error that cross-validation tells when the data are prepared inside each "
            "fold, and when they are prepared before the split."),
    }  # fmt: skip
    made["leak"].layout.yaxis.type = "category"
    if logs:
        ticks = round_numbers(*ends)
        for axis in (made["fit"].layout.xaxis, made["fit"].layout.yaxis):
            axis.update(tickvals=ticks, ticktext=[f"{tick:,g}" for tick in ticks], dtick=None)
    return made


def round_numbers(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten within bounds; powers alone if those are too many."""
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    steps = (1, 2, 5) if len(powers) < 5 else (1,)
    return [step * power for power in powers for step in steps if low <= step * power <= high]


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame moves; an answer leaves out what takes long."""
    here = sheet(config)
    stage = min(frame.step, len(STAGES) - 1)
    made: dict[str, Patch] = {
        "sheet": draw_sheet(config, frame, stage),
        "column": {"traces": {"bars": {"y": frame["bars"]},
                              "spike": {"x": [frame["at"]], "y": [frame["spike"]]}}},
        "fills": {"traces": {"now": {"x": [frame["error"]] * 2,
                                     "y": ["By hand", "Drop the row"]}}},
        "fit": {"traces": {"points": {"y": frame["predicted"]}}},
        "folds": {"traces": {"held": {"y": frame["held_out"]}, "learned": {"y": frame["learned"]},
                             "same": {"x": [0, 99], "y": [frame["baseline"]] * 2}},
                  "layout": {"yaxis.range": [0, 1.25 * max(frame["baseline"], frame["error"])]}},
    }  # fmt: skip
    if config.fill == "hand" and here.number_names:
        height = max(float(frame["spike"]), 0.06 * float(frame["bars"].max()))
        made["column"]["traces"]["mark"] = {"x": [config.value], "y": [height]}
    elif config.fill == "hand":
        made["column"]["traces"]["mark"] = {"x": [config.value], "y": [0.5]}
    if "fills" in frame.values:
        fills = frame["fills"]
        made["fills"]["traces"] |= {"plain": {"x": fills[:, 0]}, "flagged": {"x": fills[:, 1]}}
        low, high = float(fills.min()), float(fills.max())
        pad = max(0.15 * (high - low), 0.01)
        made["fills"]["layout"] = {"xaxis.range": [low - pad, high + pad]}
        both = frame["leaks"]
        gap = max(0.6 * float(np.ptp(both)), 0.01)
        made["leak"] = {"traces": {"leaks": {"x": both}},
                        "layout": {"xaxis.range": [float(both.min()) - gap,
                                                   float(both.max()) + gap]}}  # fmt: skip
    return made


def draw_sheet(config: Config, frame: Frame, stage: int) -> Patch:
    """The first rows at a stage, with their gaps and words."""
    here = sheet(config)
    names = stage_table(config, stage).names
    rows = min(SHOWN, len(here.target))
    first = len(names) - len(here.word_names)
    spelled: dict[str, Any] = {"x": [], "y": [], "text": []}
    holes: dict[str, Any] = {"x": [], "y": []}
    if stage < 2:
        for b, words in enumerate(here.words):
            for i in range(rows):
                code = here.codes[i, b]
                where = spelled if code >= 0 else holes
                where["x"].append(first + b)
                where["y"].append(i)
                if code >= 0:
                    spelled["text"].append(words[code][:3])
    if stage == 0:
        y, x = np.nonzero(np.isnan(here.numbers[:rows]))
        holes = {"x": [*holes["x"], *x.tolist()], "y": [*holes["y"], *y.tolist()]}
    every = max(1, -(-len(names) // MOST_LABELS))
    ticks = list(range(0, len(names), every))
    return {
        "traces": {"cells": {"z": frame["picture"]}, "spelled": spelled, "holes": holes},
        "layout": {"xaxis.range": [-0.5, len(names) - 0.5], "xaxis.tickvals": ticks,
                   "xaxis.ticktext": [names[t][:14] for t in ticks], "xaxis.tickangle": -90,
                   "title.text": STAGES[stage]},
    }  # fmt: skip
