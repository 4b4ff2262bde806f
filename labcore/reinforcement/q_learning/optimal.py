"""What is exactly best: value iteration, and what a policy earns. The ruler for all agents."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from labcore.reinforcement.q_learning.compiled import compiled
from labcore.reinforcement.q_learning.worlds import Place, World

TIE = 1e-7
"""Actions whose exact values differ by less are equally good."""


class Best(NamedTuple):
    """The exact solution of a world.

    v, q:      (S,) and (S, A), optimal values.
    reachable: (S,), states one can be in and act.
    earns:     expected sum of rewards of an episode of an optimal policy, within the limit.
    reaches:   whether a goal can be reached at all.
    """

    v: np.ndarray
    q: np.ndarray
    reachable: np.ndarray
    earns: float
    reaches: bool


@compiled
def value_iteration(world, chances, gamma, v, q, tolerance):
    """V(s) ← max over a of Σ p (r + γ V(s′)), in place, until nothing moves any more.

    Bellman (1957). v: (S,) and q: (S, A), both filled. Returns the number of sweeps.
    """
    sweeps = 0
    while True:
        moved = 0.0
        for s in range(q.shape[0]):
            best = -np.inf
            for a in range(q.shape[1]):
                total = 0.0
                for k in range(world.outcomes[s, a]):
                    follows = 0.0 if world.done[s, a, k] else v[world.to[s, a, k]]
                    total += chances[s, a, k] * (world.reward[s, a, k] + gamma * follows)
                q[s, a] = total
                best = max(best, total)
            moved = max(moved, abs(best - v[s]))
            v[s] = best
        sweeps += 1
        if moved <= tolerance:
            return sweeps


@compiled
def expected_return(world, chances, policy, limit, now, then):
    """Expected sum of rewards of a policy over an episode of `limit` steps, from each state.

    policy: (S, A), probabilities. now, then: (S,) zeros to work in. The answer is in `now`.
    """
    for _ in range(limit):
        for s in range(len(now)):
            total = 0.0
            for a in range(policy.shape[1]):
                if policy[s, a] > 0:
                    for k in range(world.outcomes[s, a]):
                        follows = 0.0 if world.done[s, a, k] else now[world.to[s, a, k]]
                        total += policy[s, a] * chances[s, a, k] * (world.reward[s, a, k] + follows)
            then[s] = total
        for s in range(len(now)):
            now[s] = then[s]


def greedy_policy(q: np.ndarray, tie: float = 0.0) -> np.ndarray:
    """(S, A): the best actions of each state, equally likely where several are."""
    best = (q >= q.max(-1, keepdims=True) - tie).astype(float)
    return best / best.sum(-1, keepdims=True)


def earns(place: Place, policy: np.ndarray) -> float:
    """Expected sum of rewards of an episode of a policy, (S, A), from the start."""
    now, then = np.zeros(place.states), np.zeros(place.states)
    expected_return(place.table, place.table.chances, policy, place.limit, now, then)
    return float(now[place.table.starts].mean())


def reachable(world: World) -> np.ndarray:
    """(S,): states one can come to from a start and act in."""
    known = np.zeros(len(world.to), np.bool_)
    fresh = world.starts
    possible = world.chances > 0
    while len(fresh):
        known[fresh] = True
        going = possible[fresh] & ~world.done[fresh]
        found = np.unique(world.to[fresh][going])
        fresh = found[~known[found]]
    return known


@lru_cache(maxsize=256)
def best(place: Place, gamma: float) -> Best:
    """The exact solution of a world at a discount."""
    world = place.table
    v, q = np.zeros(place.states), np.zeros(world.outcomes.shape)
    value_iteration(world, world.chances, gamma, v, q, 1e-10)
    known = reachable(world)
    ends = world.done[known] & (world.chances[known] > 0)
    reaches = bool(world.goals[world.to[known]][ends].any())
    return Best(v, q, known, earns(place, greedy_policy(q, TIE)), reaches)
