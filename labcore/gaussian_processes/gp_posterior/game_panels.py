"""The game: your picture and the machine’s, what it wants, and who is nearer to the top."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.gaussian_processes.gp_posterior.config import ROUNDS, Config
from labcore.gaussian_processes.gp_posterior.game import places
from labcore.gaussian_processes.gp_posterior.strokes import (
    band,
    dots,
    edges,
    lettered,
    percent,
    reach,
    single,
)

WANTS = {
    "ei": "Expected improvement",
    "ucb": "Upper confidence bound",
    "thompson": "A function drawn",
}
REGRETS = (1e-3, 10.0)


def game_panels(config: Config) -> dict[str, go.Figure]:
    """The four pictures."""
    return {
        "game": player_panel(config, "you"),
        "machine": player_panel(config, "machine"),
        "wants": wants_panel(config),
        "regret": regret_panel(),
    }


def player_panel(config: Config, who: str) -> go.Figure:
    """What one player knows of the hidden function."""
    x = single(places())
    role, word = ("own", "You") if who == "you" else ("model", "The machine")
    looks: list[Any] = [dots("looks", "looks", role, [], [], size=11, legend=False)]
    if who == "you":
        fixed = np.array(config.guesses, np.float32).reshape(-1, 2)
        looks.insert(0, dots("guesses", "your looks", role, fixed[:, 0], fixed[:, 1], size=9,
                             hollow=True, legend=False))  # fmt: skip
    return fig.panel(
        [
            *band("f", "", "model", 0.2, x),
            fig.line("mean", "mean", "model", x=x, y=0 * x, legend=False),
            fig.line("hidden", "hidden function", "data", dash="dash", x=x, y=x * np.nan,
                     legend=False),
            lettered("top", ["top"], [None], [None], role="goal", symbol="star", size=13),
            *looks,
        ],
        x="x",
        y="Height",
        alt=f"{word}: looks at the hidden function, and the posterior from them with its "
        f"{percent(config)} band.",
        title="You: click to look (○), find (●)" if who == "you" else "The machine, same belief",
        x_range=(-5, 5),
        y_range=(-3.4, 3.4),
    )  # fmt: skip


def wants_panel(config: Config) -> go.Figure:
    """The acquisition function the machine follows."""
    x = single(places())
    return fig.panel(
        [
            fig.line("want", WANTS[config.rival], "goal", x=x, y=0 * x, legend=False),
            lettered("next", [""], [0], [0], role="goal", symbol="triangle-up", size=12),
        ],
        x="x",
        y=WANTS[config.rival],
        alt=f"{WANTS[config.rival]} of the machine at each place; it looks next at the highest.",
        title="The machine wants ▲",
        size="small",
        x_range=(-5, 5),
        y_range=(0, 1),
    )  # fmt: skip


def regret_panel() -> go.Figure:
    """How far the best look so far is below the top."""
    return fig.panel(
        [
            fig.line("you", "you", "own", legend=False),
            fig.line("machine", "machine", "model", dash="dash", legend=False),
            fig.head("you.now", "you", "own"),
            fig.head("machine.now", "machine", "model", symbol="square"),
        ],
        x="Looks",
        y="Best look below top",
        alt="Regret of both players after each look, on a logarithmic scale: how far their best "
        "look so far lies below the highest point of the hidden function.",
        size="small",
        x_range=(-0.3, ROUNDS + 0.3),
        y_range=REGRETS,
        y_log=True,
        title="● you, ■ machine",
    )


def game_patches(config: Config, frame: Frame) -> dict[str, Patch]:
    """One round on all four."""
    z, turns = reach(config), np.arange(int(frame["turn"]) + 1, dtype=np.float32)
    over = bool(np.isfinite(frame["hidden"]).all())
    top = {"x": [frame["top"][0]], "y": [frame["top"][1]]} if over else {"x": [None], "y": [None]}
    patches: dict[str, Patch] = {}
    regrets: dict[str, dict[str, Any]] = {}
    for who, panel in (("you", "game"), ("machine", "machine")):
        mean, sd = frame[f"{who}.mean"], frame[f"{who}.sd"]
        traces = edges("f", mean - z * sd, mean + z * sd)
        traces |= {
            "mean": {"y": single(mean)},
            "hidden": {"y": single(frame["hidden"])},
            "looks": {"x": frame[f"{who}.x"], "y": frame[f"{who}.y"]},
            "top": top,
        }
        patches[panel] = {"traces": traces}
        shown = np.maximum(frame[f"{who}.regret"], REGRETS[0])
        regrets |= {who: {"x": turns, "y": shown}, f"{who}.now": {"x": turns[-1:], "y": shown[-1:]}}
    if "whole" in frame.values:
        clicked = np.array(config.guesses, np.float32).reshape(-1, 2)
        patches["game"]["traces"]["guesses"] = {"x": clicked[:, 0], "y": clicked[:, 1]}
    want, at = single(frame["want"]), frame["next"]
    low, high = float(want.min()), float(want.max())
    gap = max(high - low, 1e-6)
    patches["wants"] = {
        "traces": {"want": {"y": want}, "next": {"x": [at[0]], "y": [at[1]]}},
        "layout": {"yaxis.range": [low - 0.05 * gap, high + 0.15 * gap]},
    }
    patches["regret"] = {"traces": regrets}
    return patches
