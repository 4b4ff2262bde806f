"""What an agent remembers, as arrays; many agents of a kind are one batch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from labcore.rng import stream

STATE, ACTION, T, OVER, EPISODES, STEPS, GOALS, SEEN, SINCE, LAST, TABLE = range(11)
"""Places in `clock`: where the agent is, the action it has already chosen (or NONE), steps of
this episode, whether it is over; finished episodes, steps and goals of its life; pairs in the
model; since when its traces run; which step was learned from last, and in which table."""

NOW, SUM, MEAN, OLD, TARGET, RATE, EPSILON = range(7)
"""Places in `real`: return of this episode so far, of all finished ones, and their running mean;
of the last update the value before, the target and the learning rate; and today's ε."""

SPAN = 20
"""The running mean is over about so many episodes."""

NONE = -1


class Agent(NamedTuple):
    """One agent (compiled code sees it), or a batch of B (each array has an axis more).

    q:       (S, A), what it acts on; for Double Q the mean of its twins.
    twins:   (2, S, A) for Double Q, else (0, S, A).
    visits:  (S, A), how often each action was taken.
    latest:  (S, A), in which step of this episode, for traces.
    to, reward, done, seen: (S, A) each, and (S·A,): Dyna's model, and the pairs it knows.
    path, acts, rewards, deltas: (limit + 1,), this episode: states, actions, rewards, TD errors.
    clock, real: see above.
    chance:  (1,), its stream of random numbers.
    """

    q: np.ndarray
    twins: np.ndarray
    visits: np.ndarray
    latest: np.ndarray
    to: np.ndarray
    reward: np.ndarray
    done: np.ndarray
    seen: np.ndarray
    path: np.ndarray
    acts: np.ndarray
    rewards: np.ndarray
    deltas: np.ndarray
    clock: np.ndarray
    real: np.ndarray
    chance: np.ndarray


class Rule(NamedTuple):
    """How an agent learns: one number each, or (B,) of them for a batch."""

    kind: np.ndarray | int
    alpha: np.ndarray | float
    gamma: np.ndarray | float
    epsilon: np.ndarray | float
    decay: np.ndarray | float
    omega: np.ndarray | float
    n: np.ndarray | int
    trace: np.ndarray | float
    planning: np.ndarray | int


def fresh(seeds: list[int], states: int, actions: int, limit: int, *, twins: bool, model: bool,
          value: float) -> Agent:  # fmt: skip
    """A batch of agents that know nothing yet: every Q is `value`.

    seeds: of their random numbers, one an agent; two agents with one seed live one life.
    """
    b, shape = len(seeds), (len(seeds), states, actions)
    learned = shape if model else (b, 0, 0)
    clock = np.zeros((b, 11), np.int64)
    clock[:, OVER] = 1
    clock[:, ACTION] = clock[:, LAST] = NONE
    return Agent(
        q=np.full(shape, value),
        twins=np.full((b, 2 if twins else 0, states, actions), value),
        visits=np.zeros(shape, np.int32),
        latest=np.zeros(shape, np.int32),
        to=np.full(learned, NONE, np.int32),
        reward=np.zeros(learned),
        done=np.zeros(learned, np.bool_),
        seen=np.zeros((b, states * actions if model else 0), np.int32),
        path=np.zeros((b, limit + 1), np.int32),
        acts=np.zeros((b, limit + 1), np.int32),
        rewards=np.zeros((b, limit + 1)),
        deltas=np.zeros((b, limit + 1)),
        clock=clock,
        real=np.zeros((b, 7)),
        chance=np.array([[stream(seed, "agent")] for seed in seeds], np.uint64),
    )
