"""Panels of lines over the training, and the two maps of settings."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, format_number
from labcore import figures as fig
from labcore.palette import CATEGORICAL, DASHES, MARKERS, colour
from labcore.reinforcement.q_learning.colony import compared
from labcore.reinforcement.q_learning.config import LIVES, NAMES, RULES, Config
from labcore.reinforcement.q_learning.optimal import best
from labcore.reinforcement.q_learning.picture import reach
from labcore.reinforcement.q_learning.settings import (
    ALPHAS,
    EPSILONS,
    GAMMAS,
    field_edges,
    field_side,
)
from labcore.reinforcement.q_learning.worlds import place

MEASURES = {"rms": "RMS of V − V*", "max": "Largest |V − V*|", "bias": "Mean of V − V*"}


def style(rule: str) -> tuple[str, str, str]:
    """Role, dash and marker of a rule, whoever else is compared; eight rules, five colours."""
    k = RULES.index(rule)
    return CATEGORICAL[k % 5], DASHES[k // 5], MARKERS[k % 5] + ("-open" if k >= 5 else "")


def wide(config: Config) -> bool:
    """Whether frames are whole episodes, so that a crowd and fields keep pace."""
    return config.pace in ("spread", "episode")


def now(config: Config, frame: Frame) -> float:
    """Where a frame stands on the axis of time."""
    return float(frame["episodes"] if wide(config) else frame["steps"])


def axis_of(first: Frame) -> tuple[float, float]:
    """The axis of time, with room for the marks at its end."""
    begin, end = float(first["begin"]), float(first["end"])
    return begin, end + 0.03 * (end - begin)


def unit(config: Config) -> str:
    """Ends the names of lines, so that steps are never drawn among episodes."""
    return "" if wide(config) else ".step"


def bottom(config: Config) -> float:
    """The lowest return on an axis: what an agent earns that has learned little."""
    home = place(config)
    if config.world == "own":
        return min(-1.5, -1.0 - config.step_cost * home.limit / 2)
    return {"lake4": -0.05, "lake8": -0.05, "cliff": -150.0, "taxi": -300.0}[config.world]


def top(config: Config) -> float:
    """The highest."""
    most = best(place(config), config.gamma).earns
    return most + 0.16 * (most - bottom(config))


def returns_panel(config: Config, first: Frame) -> go.Figure:
    """What an episode earned."""
    low, high = axis_of(first)
    traces: list[Any] = []
    if wide(config):
        traces += band_traces(config.agent, "returns", "data", name=f"{LIVES} lives")
    traces += [
        ceiling(config, first, "goal"),
        fig.line(f"greedy{unit(config)}", "greedy", "own", dash="dash", width=1.5,
                 x=[None], y=[None]),
        fig.line(f"mean{unit(config)}", "mean", "model", x=[None], y=[None]),
    ]  # fmt: skip
    lives = f", with the 95 % band of the mean of {LIVES} lives" if wide(config) else ""
    return fig.panel(
        traces, x="Episode" if wide(config) else "Step", y="Return",
        size="small", legend=True,
        x_range=(low, high), y_range=(bottom(config), top(config)),
        alt="Sum of rewards of an episode: the running mean over about 20 episodes, the exact "
        "expectation of the greedy policy without exploring (dashed), and the best possible "
        f"(dotted){lives}.",
    )  # fmt: skip


def ceiling(config: Config, first: Frame, role: str) -> go.Scatter:
    """What is best possible, with its name on the line."""
    low, high = axis_of(first)
    most = best(place(config), config.gamma).earns
    return go.Scatter(
        uid="most", x=[low, high], y=[most, most], mode="lines+text", showlegend=False,
        text=["", "best possible "], textposition="top left", hoverinfo="skip",
        textfont={"size": 12, "color": colour("context")},
        line={"color": colour(role), "width": 1.5, "dash": "dot"},
    )  # fmt: skip


def error_panel(config: Config, first: Frame) -> go.Figure:
    """How far the values are from the exact ones."""
    full = reach(place(config), config.gamma)
    return fig.panel(
        [
            fig.line(f"max{unit(config)}", "largest", "error", dash="dash", x=[None], y=[None]),
            fig.line(f"rms{unit(config)}", "RMS", "model", x=[None], y=[None]),
        ],
        x="Episode" if wide(config) else "Step", y="Error: |max Q − V*|", size="small",
        legend=True,
        x_range=axis_of(first), y_range=(full * 1e-3, full * 3), y_log=True,
        alt="Distance between the agent’s values and the exact values from value iteration, over "
        "all states it can be in: root mean square, and the largest (dashed).",
    )  # fmt: skip


def band_traces(rule: str, prefix: str, role: str, *, name: str = "") -> list[go.Scatter]:
    """Two edges that grow, and the space between them filled; with a name in the legend."""
    return [
        go.Scatter(
            uid=f"{prefix}.{edge}.{rule}", x=[None], y=[None], mode="lines", line={"width": 0},
            name=name, showlegend=bool(name) and edge == "high", hoverinfo="skip",
            fill="tonexty" if edge == "high" else None, fillcolor=colour(role, 0.18),
        )
        for edge in ("low", "high")
    ]  # fmt: skip


def compare_panel(config: Config, first: Frame, what: str) -> go.Figure:
    """All rules side by side: the mean of 30 lives of each, with its band."""
    rules = compared(config)
    traces: list[Any] = []
    for rule in rules:
        traces += band_traces(rule, what, style(rule)[0])
    if what == "returns":
        traces.append(ceiling(config, first, "context"))
    for rule in rules:
        role, dash, symbol = style(rule)
        traces.append(fig.line(f"{what}.mean.{rule}", NAMES[rule], role, dash=dash,
                               x=[None], y=[None], legend=False))  # fmt: skip
        traces.append(fig.head(f"{what}.head.{rule}", NAMES[rule], role, symbol=symbol, size=10,
                               x=[None], y=[None], legend=True))  # fmt: skip
    who = ", ".join(NAMES[rule] for rule in rules)
    full = reach(place(config), config.gamma)
    if what == "returns":
        y, bounds, log = "Return (running mean)", (bottom(config), top(config)), False
    else:
        log = config.measure != "bias"
        y, bounds = MEASURES[config.measure], (full * 1e-3, full * 3) if log else (-full, full)
    return fig.panel(
        traces, x="Episode", y=y, x_range=axis_of(first), y_range=bounds, y_log=log,
        legend=True,
        alt=f"{y} of {who} over the episodes: mean of {LIVES} lives each, and the 95 % "
        "confidence band of that mean.",
    )  # fmt: skip


def field_panel(config: Config, first: Frame, which: int) -> go.Figure:
    """A map of settings, and on it the setting of this run."""
    n = field_side(config)
    log, bounds = (True, ALPHAS) if which == 0 else (False, GAMMAS)
    x, y = field_edges(bounds, n, log=log), field_edges(EPSILONS, n)
    low, high = field_range(config)
    ticks = np.linspace(low, high, 5)
    bar = "Mean return of all episodes so far" if config.field == "return" else "RMS of V − V*"
    labels = [format_number(float(at)) for at in ticks]
    end = 0 if config.field == "return" else -1
    labels[end] = f"{'≤' if end == 0 else '≥'} {labels[end]}"
    heat = fig.field("field", x, y, shaded(config, first["fields"][which]), bar=bar,
                     ticks=[255 * i / 4 for i in range(5)], labels=labels)  # fmt: skip
    at = config.alpha if which == 0 else config.gamma
    ring = go.Scatter(
        uid="setting", x=[at], y=[config.epsilon], mode="markers", hoverinfo="skip",
        cliponaxis=False, marker={"symbol": "circle-open", "size": 20, "color": colour("own"),
                                  "line": {"width": 3, "color": colour("own")}},
    )  # fmt: skip
    name = ("Learning rate α", "Discount γ")[which]
    return fig.panel(
        [heat, ring], x=name, y="Exploration ε", x_range=bounds, y_range=EPSILONS,
        x_log=log, title=f"{NAMES[config.agent]}: {n} × {n} agents, one for each setting",
        alt=f"{bar} of {NAMES[config.agent]}, one agent for each of {n} × {n} pairs of ε and "
        f"{name.lower()}; a ring marks the setting of this run.",
    )  # fmt: skip


def field_range(config: Config) -> tuple[float, float]:
    """What has the first and the last colour of a map of settings."""
    if config.field == "return":
        return bottom(config), best(place(config), config.gamma).earns
    return 0.0, reach(place(config), config.gamma)


def shaded(config: Config, field: np.ndarray) -> np.ndarray:
    """A field as uint8; before the first episode it is at its lowest."""
    low, high = field_range(config)
    return fig.quantize(np.nan_to_num(field, nan=low), low, high)


def curve_patches(config: Config, frame: Frame) -> dict[str, Patch]:
    """What a frame adds to the lines, and how it moves the fields."""
    x = np.array([now(config, frame)], np.float32)

    def point(y: float) -> dict[str, Any]:
        return {"x": x, "y": np.array([y], np.float32)}

    of = unit(config)
    floor = reach(place(config), config.gamma) * 1e-4  # a logarithm needs more than zero
    patches: dict[str, Patch] = {
        "returns": {"append": {f"mean{of}": point(frame["mean"] if frame["episodes"] else np.nan),
                               f"greedy{of}": point(frame["greedy"])}},
        "error": {"append": {f"rms{of}": point(max(frame["rms"], floor)),
                             f"max{of}": point(max(frame["max"], floor))}},
    }  # fmt: skip
    if not wide(config):
        return patches
    for what, panel in (("returns", "compare_return"), ("errors", "compare_error")):
        grow: dict[str, Any] = {}
        heads: dict[str, Any] = {}
        for rule, (mean, half) in zip(compared(config), frame[what], strict=True):
            ends = {"mean": mean, "low": mean - half, "high": mean + half}
            if what == "errors" and config.measure != "bias":
                ends = {name: max(end, floor) for name, end in ends.items()}
            if what == "returns" and not frame["episodes"]:
                ends = dict.fromkeys(ends, np.nan)
            grow |= {f"{what}.{name}.{rule}": point(end) for name, end in ends.items()}
            heads[f"{what}.head.{rule}"] = point(ends["mean"])
        patches[panel] = {"append": grow, "traces": heads}
        if what == "returns":
            own = {f"returns.{edge}.{config.agent}" for edge in ("low", "high")}
            patches["returns"]["append"] |= {uid: grow[uid] for uid in grow if uid in own}
    for which, panel in enumerate(("alpha_epsilon", "gamma_epsilon")):
        shown = shaded(config, frame["fields"][which])
        patches[panel] = {"traces": {"field": {"z": shown}}}
    return patches
