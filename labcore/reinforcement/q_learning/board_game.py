"""The panels to play on, and the immediate answer that moves them."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, Start
from labcore import figures as fig
from labcore.reinforcement.q_learning.board import board, diagonals
from labcore.reinforcement.q_learning.config import Config
from labcore.reinforcement.q_learning.picture import ground, letters
from labcore.reinforcement.q_learning.play import Course, Game, game
from labcore.reinforcement.q_learning.worlds import Place, place

PLAYERS = {"best": ("best policy", "goal", "diamond"), "agent": ("agent", "model", "circle"),
           "you": ("you", "own", "square")}  # fmt: skip
"""Role and marker of each, the learner's own on top."""

ASIDE = {"best": -0.18, "agent": 0.0, "you": 0.18}
"""Ways that coincide are drawn beside one another, in cells."""


def answer(config: Config, start: Start | None = None) -> Frame:
    """Where the learner's moves lead; and the world as it is painted now.

    Values: you (T + 1, 2), columns and rows; total (T + 1,), its return after each step; layer.
    """
    return picture_of(config, game(config))


def picture_of(config: Config, played: Game) -> Frame:
    """A game as a frame: all players as far as the learner has come, or to their ends."""
    home = place(config)
    made = len(played.you.rewards)
    over = played.you.done or made == home.limit
    values: dict[str, Any] = {"layer": int(home.layer[played.you.states[-1]])}
    for name, course in zip(("you", "agent", "best"), played[:3], strict=True):
        until = len(course.states) if over else made + 1
        values[name] = spots(home, course)[:until]
        values[f"{name}.total"] = np.float32(course.total[:until])
    values |= {"expects": played.expects, "most": played.most, "over": over,
               "reached": played.you.goal}  # fmt: skip
    note = ""
    if over:
        mine, its = float(played.you.total[-1]), float(played.agent.total[-1])
        verdict = "more than" if mine > its + 1e-9 else "less than" if mine < its - 1e-9 else "like"
        note = f"Over after {made} steps: you earned {mine:.3g}, {verdict} the agent’s {its:.3g}."
    return Frame(made, values, note)


def spots(home: Place, course: Course) -> np.ndarray:
    """Columns and rows of a course: uint8 (T + 1, 2)."""
    cells = home.cells[course.states]
    return np.stack([cells % home.shape[1], cells // home.shape[1]], -1).astype(np.uint8)


def play_name(config: Config) -> str:
    """The taxi has six keys, all other worlds four."""
    return "ride" if config.world == "taxi" else "play"


def play_panels(config: Config) -> dict[str, go.Figure]:
    """The board to play on, and the score."""
    frame = answer(config)
    traces: list[Any] = []
    scores: list[Any] = []
    drawn = player_patches(frame)
    for name, (word, role, symbol) in PLAYERS.items():
        way, token, score = (drawn[0][f"{name}.way"], drawn[0][f"{name}.token"],
                             drawn[1][f"{name}.score"])  # fmt: skip
        traces.append(
            fig.line(f"{name}.way", word, role, width=3, opacity=0.5, legend=False, **way)
        )
        traces.append(fig.head(f"{name}.token", word, role, symbol=symbol, size=17, legend=False,
                               **token))  # fmt: skip
        scores.append(fig.line(f"{name}.score", word, role, **score,
                               dash="solid" if name == "you" else "dash"))  # fmt: skip
    empty = go.Scatter(uid="first", x=[None], y=[None], mode="lines", hoverinfo="skip")
    return {
        play_name(config): board(
            config, [empty, *traces], frame, bare=True, title="",
            alt="The world to play in: your square, the agent’s circle and the best policy’s "
            "diamond start together and slip together.",
        ),
        "score": fig.panel(
            scores, x="Step", y="Sum of rewards so far", size="small", legend=True,
            x_range=score_range(frame)[:2], y_range=score_range(frame)[2:],
            alt="Sum of rewards after each step: yours, the agent’s, the best policy’s.",
        ),
    }  # fmt: skip


def score_range(frame: Frame) -> tuple[float, float, float, float]:
    """Both axes: a little more than all scores so far, and than what is best expected."""
    totals = [frame[f"{name}.total"] for name in PLAYERS]
    low = min(0.0, frame["most"], *(float(total.min()) for total in totals))
    high = max(0.0, frame["most"], *(float(total.max()) for total in totals))
    room = 0.06 * (high - low) or 1.0
    return -0.5, max(10.0, 1.1 * max(map(len, totals))), low - room, high + room


def player_patches(frame: Frame) -> tuple[dict[str, Any], dict[str, Any]]:
    """Ways, tokens and scores of all players: the traces of the board, and of the score."""
    places: dict[str, Any] = {}
    scores: dict[str, Any] = {}
    for name in PLAYERS:
        x, y = frame[name].astype(np.float32).T + ASIDE[name]
        places[f"{name}.way"] = {"x": x, "y": y}
        places[f"{name}.token"] = {"x": x[-1:], "y": y[-1:]}
        total = frame[f"{name}.total"]
        scores[f"{name}.score"] = {"x": np.arange(len(total), dtype=np.float32), "y": total}
    return places, scores


def answer_patches(config: Config, frame: Frame) -> dict[str, Patch]:
    """What an answer moves: the players, and on the learner's own grid the world."""
    places, scores = player_patches(frame)
    still: dict[str, Any] = {
        "ground": {"z": ground(place(config))},
        "letters": letters(config, frame["layer"]),
    }
    left, right, low, high = score_range(frame)
    patches: dict[str, Patch] = {
        play_name(config): {"traces": places | still},
        "score": {
            "traces": scores,
            "layout": {"xaxis.range": [left, right], "yaxis.range": [low, high]},
        },
    }
    if config.world == "own":
        patches["grid"] = {"traces": still | {"diagonals": diagonals(place(config))}}
    return patches
