"""All worlds in one form: tables read from `env.unwrapped.P`, and where things are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import gymnasium
import numpy as np

from labcore.reinforcement.q_learning.config import Config
from labcore.reinforcement.q_learning.grid import LIMIT, MOVES, Grid

LEFT, DOWN, RIGHT, UP = MOVES
STAY = (0, 0)


class World(NamedTuple):
    """What compiled code sees of a world with S states, A actions, at most K outcomes.

    to, reward, done, upto: (S, A, K), an outcome's next state, reward, end, and its probability
              added to those before it; outcomes: (S, A), how many there are.
    starts:   equally likely first states.
    goals:    (S,), ends that are wanted.
    """

    to: np.ndarray
    reward: np.ndarray
    done: np.ndarray
    upto: np.ndarray
    outcomes: np.ndarray
    starts: np.ndarray
    goals: np.ndarray

    @property
    def chances(self) -> np.ndarray:
        """(S, A, K): the probability of each outcome."""
        return np.diff(self.upto, axis=-1, prepend=0.0)


@dataclass(frozen=True, eq=False)
class Place:
    """A world with its map.

    table:   the world.
    rows:    letters of the map, row by row.
    actions: a word for each action; moves: what it does to (column, row).
    limit:   steps after which an episode is broken off.
    cells:   (S,), which cell of the map a state is drawn in.
    layer:   (S,), which of several maps; 0 where there is one.
    ends:    (S,), states no one acts in.
    bars:    (column, row) of walls right of a cell, as Taxi has them.
    """

    table: World
    rows: tuple[str, ...]
    actions: tuple[str, ...]
    moves: tuple[tuple[int, int], ...]
    limit: int
    cells: np.ndarray
    layer: np.ndarray
    ends: np.ndarray
    bars: tuple[tuple[int, int], ...] = ()

    @property
    def states(self) -> int:
        """How many states there are."""
        return self.table.to.shape[0]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the map."""
        return len(self.rows), len(self.rows[0])


def make(config: Config) -> gymnasium.Env[Any, Any]:
    """The environment of a config, without its limit of steps."""
    if config.world == "own":
        return Grid(config.cells, config.slip, config.step_cost, config.coin)
    known: dict[str, tuple[str, dict[str, Any]]] = {
        "lake4": ("FrozenLake-v1", {"map_name": "4x4", "is_slippery": config.slippery}),
        "lake8": ("FrozenLake-v1", {"map_name": "8x8", "is_slippery": config.slippery}),
        "cliff": ("CliffWalking-v1", {"is_slippery": config.slippery}),
        "taxi": ("Taxi-v4", {"is_rainy": config.slippery}),
    }
    name, given = known[config.world]
    return gymnasium.make(name, **given).unwrapped


def place(config: Config) -> Place:
    """The world of a config; equal settings give the very same object."""
    own = config.world == "own"
    return _place(
        config.world,
        config.cells if own else "",
        (config.slip, config.step_cost, config.coin) if own else (),
        config.slippery and not own,
    )


@lru_cache(maxsize=32)
def _place(world: str, cells: str, costs: tuple[float, ...], slippery: bool) -> Place:
    given: dict[str, Any] = {"world": world, "slippery": slippery}
    if cells:
        given |= {"cells": cells} | dict(zip(("slip", "step_cost", "coin"), costs, strict=True))
    env: Any = make(Config(**given))
    states = len(env.P)
    number = np.arange(states)
    if world == "own":
        return _map(env, env.desc, MOVES, LIMIT, "G", "GP#")
    if world == "cliff":
        row = "............"
        rows = [row, row, row, "SCCCCCCCCCCG"]
        return _map(env, rows, (UP, RIGHT, DOWN, LEFT), 299, "G", "CG")
    if world == "taxi":
        rows = ["R...G", ".....", ".....", ".....", "Y..B."]
        at_goal = (number // 4 % 5) == number % 4
        return Place(
            tables(env, at_goal), tuple(rows),
            ("south", "north", "east", "west", "pick up", "drop off"),
            (DOWN, UP, RIGHT, LEFT, STAY, STAY), 200,
            number // 20, number % 20, at_goal,
            tuple((c, r) for r in range(5) for c in range(4) if env.desc[r + 1, 2 * c + 2] == b"|"),
        )  # fmt: skip
    rows = [b"".join(row).decode() for row in env.desc]
    return _map(env, rows, MOVES, 100 if world == "lake4" else 200, "G", "GH")


def _map(env: Any, rows: Any, moves: Any, limit: int, goal: str, ends: str) -> Place:
    """A world whose states are the cells of its map."""
    letters = np.array(list("".join(rows)))
    words = {LEFT: "left", DOWN: "down", RIGHT: "right", UP: "up"}
    cells = np.arange(len(letters))
    return Place(
        tables(env, letters == goal), tuple(rows), tuple(words[move] for move in moves),
        tuple(moves), limit, cells, np.zeros_like(cells), np.isin(letters, list(ends)),
    )  # fmt: skip


def tables(env: Any, goals: np.ndarray) -> World:
    """The transition table of an environment of Gymnasium as arrays; outcomes stay in order."""
    states, actions = len(env.P), len(env.P[0])
    most = max(len(found) for row in env.P.values() for found in row.values())
    shape = (states, actions, most)
    to, reward = np.zeros(shape, np.int32), np.zeros(shape)
    done, upto = np.zeros(shape, np.bool_), np.ones(shape)
    outcomes = np.zeros(shape[:2], np.int32)
    for s, row in env.P.items():
        for a, found in row.items():
            reached = 0.0
            for k, (p, s2, r, end) in enumerate(found):
                reached += p
                to[s, a, k], reward[s, a, k], done[s, a, k] = s2, r, end
                upto[s, a, k] = reached if k + 1 < len(found) else 1.0
            outcomes[s, a] = len(found)
    starts = np.flatnonzero(env.initial_state_distrib > 0).astype(np.int32)
    return World(to, reward, done, upto, outcomes, starts, goals.astype(np.bool_))
