"""Panels and draw: distributions of errors, the networks themselves, and the rule of widths."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Patch, figures, shown
from labcore.cnn.design_spaces.config import DEEP, ERRORS, SHORT, WIDE, WIDTHS, Config
from labcore.cnn.design_spaces.lesson import GRID, NAMES, jitter, places
from labcore.cnn.design_spaces.spaces import Net, network

GRABS = (
    Grab("networks", "pick", "pick_x", "pick_y", "Network"),
    Grab("rule", "start", "", "w0", "Start of the line", anywhere=False),
    Grab("rule", "end", "", "end", "End of the line", anywhere=False),
)
VIEWS = {ERRORS: ("curves", "networks", "gains", "net"), WIDTHS: ("rule", "sampled", "net")}
LOOKS = {"A": ("context", "solid", "circle"), "B": ("data", "dot", "square"),
         "C": ("sky", "dashdot", "diamond"), "D": ("model", "dash", "triangle-up"),
         "E": ("goal", "longdash", "cross"), "R": ("text", "solid", "star")}  # fmt: skip
LOW, HIGH = 20.0, 80.0
"""Errors in sight, in %; what is beyond stands at the edge."""


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Curves and networks; gains; the picked network; the rule, and widths that were drawn."""
    steps = [f"{SHORT[a]} → {SHORT[b]}"
             for a, b in zip(config.spaces, config.spaces[1:], strict=False)]  # fmt: skip
    bands = [figures.area(f"band.{i}", f"90 % of {i}", LOOKS[name][0], 0.15, width=0)
             for i, name in (("first", config.first), ("second", config.second))]  # fmt: skip
    lines = [
        figures.line(f"space.{name}", SHORT[name], LOOKS[name][0], dash=LOOKS[name][1],
                     width=3.5 if name in (config.first, config.second) else 1.6, x=[LOW], y=[0])
        for name in config.spaces
    ]  # fmt: skip
    dots = [
        figures.head(f"net.{name}", SHORT[name], LOOKS[name][0], symbol=LOOKS[name][2], size=9)
        for name in config.spaces
    ]
    means = figures.line("means", "mean", "text", width=2)
    ring = figures.ring("pick", "", "own").update(marker_size=20)
    made = {
        "curves": figures.panel(
            [*bands, *lines], x="error, % of test images", y="share of networks below",
            x_range=(LOW, HIGH), y_range=(0, 1.02), legend=True,
            alt="For each design space, the share of its networks whose error is below a value."),
        "networks": figures.panel(
            [means, *dots, ring], x="space", y="error, %", x_range=(-0.5, 5.5),
            y_range=(LOW, HIGH), title="Every network; click one",
            alt="The error of each network that was trained, by space."),
        "gains": figures.panel(
            [figures.line("zero", "no difference", "context", width=1, dash="dot",
                          x=[0, 0], y=[-0.6, max(len(steps), 1) - 0.4]),
             figures.line("spans", "90 %", "context", width=2),
             figures.head("sure", "beyond noise", "text", symbol="diamond", size=11),
             figures.head("unsure", "within noise", "context", symbol="circle-open", size=10)],
            x="error falls by, points", y="rule added", size="small",
            x_range=(-25, 25), y_range=(max(len(steps), 1) - 0.4, -0.6),
            title="What each rule gave",
            alt="By how much the mean error falls with each restriction, with 90 % intervals."),
        "net": figures.panel(
            [figures.bars("blocks", "channels", "own", width=0.8),
             figures.words("says", size=12, place="middle right")],
            x="block", y="channels", size="small", x_range=(0.3, 9.7), y_range=(0, 122),
            title="No network yet", alt="The blocks of the picked network and their channels."),
        "rule": figures.panel(
            [figures.line("stairs", "widths", "model", width=3.5),
             figures.line("line", "w₀ + w_a j", "data", dash="dot", width=2),
             figures.words("stages", "model", size=12, place="top center"),
             figures.head("start", "w₀", "own", size=16),
             figures.head("end", "end", "own", size=16)],
            x="block j", y="channels", title="Drag either end of the line",
            x_range=(-0.8, DEEP), y_range=(0, WIDE + 20),
            alt="RegNet’s line of widths, and the stairs it is rounded to."),
        "sampled": figures.panel(
            [figures.line("worst", "worst third", "context", dash="dot", width=1.6, x=[1], y=[0]),
             figures.line("best", "best third", "goal", width=2, x=[1], y=[0]),
             figures.line("mine", "picked", "own", width=3, x=[1], y=[0])],
            x="block", y="channels", x_range=(0.8, 9.2), y_range=(0, 70), legend=True,
            alt="The widths of the blocks of networks that were drawn, the best and the worst."),
    }  # fmt: skip
    made["networks"].update_xaxes(tickvals=list(range(6)), ticktext=list(SHORT.values()))
    made["gains"].update_yaxes(tickvals=list(range(len(steps))), ticktext=steps)
    made["rule"].update_traces({"line.shape": "hvh"}, selector={"uid": "stairs"})
    for name in ("worst", "best", "mine"):
        made["sampled"].update_traces({"line.shape": "hvh"}, selector={"uid": name})
    return made


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Everything that the networks so far say."""
    rows = frame["rows"][np.isfinite(frame["rows"][:, 0])]
    return draw_errors(config, frame, rows) | draw_widths(config, frame, rows)


def stairs_of(errors: np.ndarray) -> dict[str, np.ndarray]:
    """The empirical distribution function as a line with steps."""
    n, x = len(errors), np.sort(errors)
    if not n:  # a line of no length would have no name in the legend
        return figures.at(LOW, 0)
    up = np.arange(n + 1) / n
    return figures.at(np.r_[LOW, np.repeat(x, 2), HIGH], np.repeat(up, 2))


def draw_errors(config: Config, frame: Frame, rows: np.ndarray) -> dict[str, Patch]:
    """Curves and bands, dots and means, and what each rule gave."""
    curves: dict[str, Any] = {}
    for i, name in enumerate(("first", "second")):
        low, high = frame["bands"][i]
        shape = np.isfinite(low)
        x, low, high = GRID[shape], low[shape], high[shape]
        curves[f"band.{name}"] = figures.at(np.r_[x, x[::-1]], np.r_[low, high[::-1]])
    dots: dict[str, Any] = {}
    means = []
    beside = np.array([jitter(k) for k in places(rows)])
    for name in config.spaces:
        i = NAMES.index(name)
        mine = rows[:, 0] == i
        errors = rows[mine, 1]
        curves[f"space.{name}"] = stairs_of(errors)
        dots[f"net.{name}"] = figures.at(i + beside[mine], np.clip(errors, LOW, HIGH))
        if len(errors):
            means.append(([i - 0.35, i + 0.35, np.nan], [errors.mean()] * 2 + [np.nan]))
    x, y = np.array(means).transpose(1, 0, 2).reshape(2, -1) if means else np.zeros((2, 0))
    k = frame["pick"]
    dots |= {"means": figures.at(x, y),
             "pick": figures.at(*((rows[k, 0] + beside[k], np.clip(rows[k, 1], LOW, HIGH))
                                  if k >= 0 else (config.pick_x, config.pick_y)))}  # fmt: skip
    gains = frame["gains"]
    at = np.arange(len(gains))
    sure = (gains[:, 1] > 0) | (gains[:, 2] < 0)
    gap = np.full(len(gains), np.nan)
    spans = np.stack([gains[:, 1], gains[:, 2], gap], 1).ravel()
    middle = np.where(np.isfinite(gains[:, 0]), gains[:, 0], np.nan)
    return {
        "curves": {"traces": curves},
        "networks": {"traces": dots},
        "gains": {"traces": {
            "spans": figures.at(spans, np.repeat(at, 3)),
            "sure": figures.at(np.where(sure, middle, np.nan), at),
            "unsure": figures.at(np.where(sure, np.nan, middle), at),
        }},
    }  # fmt: skip


def widths_of(net: Net) -> np.ndarray:
    """Channels of each block."""
    return np.repeat(net.widths, net.depths).astype(float)


def beside_each_other(nets: list[Net]) -> dict[str, np.ndarray]:
    """The block widths of several networks as one line with gaps, a little apart."""
    lines = [widths_of(net) for net in nets] or [np.zeros(0)]
    x = [np.r_[np.arange(1, len(line) + 1), np.nan] for line in lines]
    apart = (np.arange(len(lines)) - (len(lines) - 1) / 2) * 0.7
    y = [np.r_[line + more, np.nan] for line, more in zip(lines, apart, strict=True)]
    return figures.at(np.concatenate(x), np.concatenate(y))


def draw_widths(config: Config, frame: Frame, rows: np.ndarray) -> dict[str, Patch]:
    """The rule, the networks of a space, and the picked one."""
    line, k = frame["line"], frame["pick"]
    j = np.arange(len(line))
    widths, depths = frame["stage_widths"], frame["stage_depths"]
    middles = np.cumsum(depths) - depths / 2 - 0.5
    mine = rows[rows[:, 0] == NAMES.index(config.shown)]
    order, third = np.argsort(mine[:, 1], kind="stable"), -(-len(mine) // 3)
    best, worst = order[:third], order[max(third, len(mine) - third):]  # fmt: skip
    net = network(rows[k, 2:]) if k >= 0 else None
    named = [f"{w} × {d}" if d > 1 else "" for w, d in zip(widths, depths, strict=True)]
    title, blocks, says = "No network yet", np.zeros(0), ""
    if net:
        blocks = widths_of(net)
        title = f"{SHORT[NAMES[int(rows[k, 0])]]}: {shown(rows[k, 1])} % wrong"
        says = "<br>".join(f"stage {i + 1}: b {b}, g {g}" for i, (b, g) in
                           enumerate(zip(net.ratios, net.groups, strict=True)))  # fmt: skip
    return {
        "rule": {"traces": {
            "stairs": figures.at(j, np.repeat(widths, depths)), "line": figures.at(j, line),
            "stages": figures.at(middles, np.minimum(widths + 8, WIDE - 30)) | {"text": named},
            "start": figures.at(0, config.w0), "end": figures.at(len(line) - 1, config.end),
        }},
        "sampled": {"traces": {
            "worst": beside_each_other([network(mine[i, 2:]) for i in worst]),
            "best": beside_each_other([network(mine[i, 2:]) for i in best]),
            "mine": beside_each_other([net] if net else []),
        }},
        "net": {"traces": {"blocks": figures.at(np.arange(1, len(blocks) + 1), blocks),
                           "says": figures.at(0.4, 98) | {"text": [says]}},
                "layout": {"title.text": title}},
    }  # fmt: skip
