"""Random numbers inside compiled code: splitmix64 (Steele, Lea & Flood, 2014).

One uint64 is the whole state, so each agent and each seed has a stream of its own, and a stream
can be stored and gone on with.
"""

from __future__ import annotations

import numpy as np

from labcore.reinforcement.q_learning.compiled import compiled

GOLDEN, FIRST, SECOND = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xBF58476D1CE4E5B9),
    np.uint64(0x94D049BB133111EB),
)
A, B, C, D = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


@compiled
def uniform(chance):
    """The next number from 0 (included) to 1 (excluded). chance: uint64 (1,)."""
    chance[0] += GOLDEN
    z = chance[0]
    z = (z ^ (z >> A)) * FIRST
    z = (z ^ (z >> B)) * SECOND
    return ((z ^ (z >> C)) >> D) * 2.0**-53


@compiled
def below(n, chance):
    """A whole number from 0 to n − 1, each as likely."""
    return int(uniform(chance) * n)


@compiled
def highest(q, s):
    """The largest Q of a state. q: (S, A)."""
    best = q[s, 0]
    for a in range(1, q.shape[1]):
        best = max(best, q[s, a])
    return best


@compiled
def greedy(q, s, chance):
    """An action with the largest Q; where several are equal, one of them at random."""
    best, at, ties = q[s, 0], 0, 1
    for a in range(1, q.shape[1]):
        if q[s, a] > best:
            best, at, ties = q[s, a], a, 1
        elif q[s, a] == best:
            ties += 1
    if ties == 1:
        return at
    skip = below(ties, chance)
    for a in range(at, q.shape[1]):
        if q[s, a] == best:
            if skip == 0:
                return a
            skip -= 1
    return at


@compiled
def choose(q, s, epsilon, chance):
    """ε-greedy: any action with probability ε, else a greedy one."""
    if epsilon > 0 and uniform(chance) < epsilon:
        return below(q.shape[1], chance)
    return greedy(q, s, chance)
