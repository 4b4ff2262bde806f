"""The grid a learner paints: from text to an environment of Gymnasium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np

ROWS, COLUMNS = 12, 16
FLOOR, WALL, START, GOAL, PIT, COIN, LOTTERY, IN, OUT = ".#SGPcLAB"
WIND = {"u": (0, -1), "d": (0, 1), "l": (-1, 0), "r": (1, 0)}
LETTERS = "".join((FLOOR, WALL, START, GOAL, PIT, COIN, LOTTERY, IN, OUT, *WIND))
MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))
"""What the actions 0 to 3 do to (column, row): left, down, right, up, as in FrozenLake."""

LIMIT = 150
"""Steps after which an episode is broken off."""

WIN, CHANCE = 1.0, 0.45
"""The lottery pays WIN with this probability and takes it otherwise: −0.1 on average."""


def check_cells(cells: str) -> list[str]:
    """The rows of a grid.

    Raises:
        ValueError: a sentence, if no agent could live there.
    """
    rows = cells.split("/")
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        raise ValueError(
            f"The grid’s rows are not equally long: from {min(widths)} to {max(widths)} cells."
        )
    if len(rows) > ROWS or max(widths) > COLUMNS:
        raise ValueError(
            f"The grid has {len(rows)} rows of {max(widths)} cells; "
            f"at most {ROWS} rows of {COLUMNS} fit."
        )
    unknown = sorted(set(cells) - set(LETTERS) - {"/"})
    if unknown:
        raise ValueError(f"The grid: there is no cell “{unknown[0]}”; there is {LETTERS}.")
    if cells.count(START) != 1:
        found = "no start S" if START not in cells else f"{cells.count(START)} starts S"
        raise ValueError(f"The grid has {found}; there must be one.")
    if sum(map(len, rows)) < 2:
        raise ValueError("The grid has one cell only; there must be two or more.")
    return rows


class Grid(gymnasium.Env[Any, Any]):
    """A world of cells, with the transition table `P` that Gymnasium's toy texts have.

    Observations are cells, numbered row by row; actions are left, down, right, up. Pits and
    goals end an episode. A slip turns a step to its left or right, each as likely; then wind
    blows from the cell that was left; then a portal in leads to the portal out.

    Args:
        cells: rows joined by “/”.
        slip: probability that a step goes sideways.
        step_cost: taken at each step.
        coin: paid at each step onto a coin from elsewhere.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi"], "render_fps": 4}  # noqa: RUF012

    def __init__(
        self,
        cells: str,
        slip: float = 0.0,
        step_cost: float = 0.01,
        coin: float = 0.2,
        render_mode: str | None = None,
    ) -> None:
        self.desc = check_cells(cells)
        self.slip, self.step_cost, self.coin = slip, step_cost, coin
        self.render_mode = render_mode
        self.width = len(self.desc[0])
        flat = "".join(self.desc)
        self.start, self.exit = flat.index(START), flat.find(OUT)
        self.P = {s: {a: list(self.outcomes(s, a)) for a in range(4)} for s in range(len(flat))}
        self.initial_state_distrib = np.eye(len(flat))[self.start]
        self.observation_space = gymnasium.spaces.Discrete(len(flat))
        self.action_space = gymnasium.spaces.Discrete(4)
        self.at, self.steps = self.start, 0

    def outcomes(self, s: int, a: int) -> Iterator[tuple[float, int, float, bool]]:
        """(probability, next cell, reward, whether it is an end) of all that may happen."""
        if self.letter(s) in (GOAL, PIT, WALL):  # no one acts here: it only closes the table
            yield 1.0, s, 0.0, True
            return
        ways = [(1 - self.slip, a), (self.slip / 2, (a + 1) % 4), (self.slip / 2, (a + 3) % 4)]
        for p, way in ways:
            if p > 0:
                to = self.lands(s, way)
                for q, reward in self.pays(to) if to != s else [(1.0, 0.0)]:
                    yield p * q, to, reward - self.step_cost, self.letter(to) in (GOAL, PIT)

    def lands(self, s: int, way: int) -> int:
        """The cell one is in after a move: walls and edges stop, wind and portals carry on."""
        to = self.beyond(s, MOVES[way])
        if self.letter(s) in WIND:
            to = self.beyond(to, WIND[self.letter(s)])
        return self.exit if self.letter(to) == IN and self.exit >= 0 else to

    def beyond(self, s: int, move: tuple[int, int]) -> int:
        """The next cell in a direction, or the same where none is."""
        row, column = divmod(s, self.width)
        column, row = column + move[0], row + move[1]
        inside = 0 <= row < len(self.desc) and 0 <= column < self.width
        to = row * self.width + column
        return to if inside and self.letter(to) != WALL else s

    def pays(self, s: int) -> list[tuple[float, float]]:
        """(probability, reward) of coming to a cell."""
        letter = self.letter(s)
        if letter == LOTTERY:
            return [(CHANCE, WIN), (1 - CHANCE, -WIN)]
        return [(1.0, {GOAL: 1.0, PIT: -1.0, COIN: self.coin}.get(letter, 0.0))]

    def letter(self, s: int) -> str:
        """What is painted on a cell."""
        return self.desc[s // self.width][s % self.width]

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """To the start."""
        super().reset(seed=seed)
        self.at, self.steps = self.start, 0
        return self.at, {}

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        """One of the outcomes of an action."""
        found = self.P[self.at][int(action)]
        k = int(self.np_random.choice(len(found), p=[p for p, *_ in found]))
        _, self.at, reward, done = found[k]
        self.steps += 1
        return self.at, reward, done, self.steps >= LIMIT, {"prob": found[k][0]}

    def render(self) -> str | None:
        """The rows as text, the agent as “@”."""
        if self.render_mode != "ansi":
            return None
        flat = list("".join(self.desc))
        flat[self.at] = "@"
        cut = range(0, len(flat), self.width)
        return "\n".join("".join(flat[i : i + self.width]) for i in cut)
