"""The learner plays: the same world, the same slips, against the agent and the best policy."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labcore.reinforcement.q_learning.colony import advance, settle
from labcore.reinforcement.q_learning.config import Config
from labcore.reinforcement.q_learning.optimal import TIE, best, earns, greedy_policy
from labcore.reinforcement.q_learning.worlds import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Place,
    place,
)
from labcore.rng import numpy_generator

KEYS = {"u": UP, "d": DOWN, "l": LEFT, "r": RIGHT}
WORDS = {"p": "pick up", "o": "drop off"}


class Course(NamedTuple):
    """One way through a world.

    states: (T + 1,); rewards: (T,); done: whether it came to an end, and goal: to a wanted one.
    """

    states: np.ndarray
    rewards: np.ndarray
    done: bool
    goal: bool

    @property
    def total(self) -> np.ndarray:
        """(T + 1,): sum of rewards after each step, from 0 on."""
        return np.concatenate([[0.0], np.cumsum(self.rewards)])


class Game(NamedTuple):
    """The learner's course, the agent's and the best policy's; and what both policies expect."""

    you: Course
    agent: Course
    best: Course
    expects: float
    most: float


def game(config: Config) -> Game:
    """All three courses under the same luck."""
    home = place(config)
    expects, most, rivals = trained(config.model_copy(update=NEEDLESS))
    return Game(course(config, actions_of(home, config.moves)), *rivals, expects, most)


NEEDLESS = {"moves": "", "brush": "#", "pace": "spread", "episode": 1, "layer": "follow",
         "measure": "rms", "field": "return", "agents": ("q",)}  # fmt: skip
"""Settings that change nothing in how the agent learns."""


@lru_cache(maxsize=8)
def trained(config: Config) -> tuple[float, float, tuple[Course, Course]]:
    """What the agent expects at the end of its training, the most; and both courses."""
    home = place(config)
    colony = settle(config)
    advance(colony, episodes=config.episodes)
    q, exact = colony.main.q[0], best(home, config.gamma)
    rivals = (course(config, q), course(config, exact.q))
    return earns(home, greedy_policy(q)), exact.earns, rivals


def actions_of(home: Place, moves: str) -> list[int]:
    """The actions that letters stand for; letters without one are skipped."""
    found = []
    for letter in moves:
        if letter in KEYS:
            found.append(home.moves.index(KEYS[letter]))
        elif WORDS[letter] in home.actions:
            found.append(home.actions.index(WORDS[letter]))
    return found


def course(config: Config, acts: list[int] | np.ndarray) -> Course:
    """What becomes of some actions, or of a greedy policy of Q (S, A).

    Step t has the same luck for all: the same seed slips whoever walks.
    """
    home = place(config)
    table, luck = home.table, numpy_generator(config.seed, "play").random(home.limit + 1)
    s = int(table.starts[int(luck[-1] * len(table.starts))])
    states, rewards, done = [s], [], False
    for t in range(home.limit):
        if isinstance(acts, list):
            if t >= len(acts):
                break
            a = acts[t]
        else:
            a = int(np.argmax(acts[s] >= acts[s].max() - TIE))
        k = int(np.searchsorted(table.upto[s, a, : table.outcomes[s, a]], luck[t], side="right"))
        k = min(k, int(table.outcomes[s, a]) - 1)
        rewards.append(float(table.reward[s, a, k]))
        done, s = bool(table.done[s, a, k]), int(table.to[s, a, k])
        states.append(s)
        if done:
            break
    return Course(np.array(states), np.array(rewards), done, done and bool(table.goals[s]))
