"""Rules that learn from one step: s, a, r, s′. They differ in what they think follows.

Each is called after a step and returns the action for s′ if it had to choose one already, or
NONE. `done` says that s′ is an end: nothing follows it. These very functions are compiled.
"""

from __future__ import annotations

from labcore.reinforcement.q_learning.chance import below, choose, highest, uniform
from labcore.reinforcement.q_learning.compiled import compiled
from labcore.reinforcement.q_learning.memory import (
    EPSILON,
    LAST,
    NONE,
    OLD,
    RATE,
    SEEN,
    TABLE,
    TARGET,
    T,
)


@compiled
def rate(agent, rule, s, a):
    """The learning rate of a pair: α, or α / visits^ω where it is to fall."""
    if rule.omega == 0:
        return rule.alpha
    return rule.alpha * max(agent.visits[s, a], 1) ** -rule.omega


@compiled
def learn(agent, rule, k, target):
    """Q(s, a) ← Q(s, a) + α δ with δ = target − Q(s, a), for step k of this episode."""
    s, a = agent.path[k], agent.acts[k]
    alpha, old = rate(agent, rule, s, a), agent.q[s, a]
    agent.q[s, a] = old + alpha * (target - old)
    note(agent, k, 0, old, target, alpha)


@compiled
def note(agent, k, table, old, target, alpha):
    """Keep the numbers of an update, for the formula on the page."""
    agent.deltas[k] = target - old
    agent.clock[LAST] = k
    agent.clock[TABLE] = table
    agent.real[OLD], agent.real[TARGET], agent.real[RATE] = old, target, alpha


@compiled
def q_learning(agent, rule, s, a, r, s2, done):
    """Off-policy: as if the best action followed, whatever is done next (Watkins, 1989)."""
    follows = 0.0 if done else highest(agent.q, s2)
    learn(agent, rule, agent.clock[T] - 1, r + rule.gamma * follows)
    return NONE


@compiled
def sarsa(agent, rule, s, a, r, s2, done):
    """On-policy: the action that really follows, explorations included (Rummery & Niranjan)."""
    a2 = choose(agent.q, s2, agent.real[EPSILON], agent.chance)
    follows = 0.0 if done else agent.q[s2, a2]
    learn(agent, rule, agent.clock[T] - 1, r + rule.gamma * follows)
    return a2


@compiled
def expected_sarsa(agent, rule, s, a, r, s2, done):
    """On-policy: the mean over all actions that may follow (van Seijen et al., 2009)."""
    follows = 0.0
    if not done:
        epsilon, n = agent.real[EPSILON], agent.q.shape[1]
        for a2 in range(n):
            follows += epsilon / n * agent.q[s2, a2]
        follows += (1 - epsilon) * highest(agent.q, s2)
    learn(agent, rule, agent.clock[T] - 1, r + rule.gamma * follows)
    return NONE


@compiled
def double_q(agent, rule, s, a, r, s2, done):
    """Two tables: one names the best action, the other says what it is worth (van Hasselt)."""
    mine = 0 if uniform(agent.chance) < 0.5 else 1
    q, other = agent.twins[mine], agent.twins[1 - mine]
    follows = 0.0
    if not done:
        best = choose(q, s2, 0.0, agent.chance)
        follows = other[s2, best]
    alpha, old, target = rate(agent, rule, s, a), q[s, a], r + rule.gamma * follows
    q[s, a] = old + alpha * (target - old)
    agent.q[s, a] = (q[s, a] + other[s, a]) / 2
    note(agent, agent.clock[T] - 1, 1 + mine, old, target, alpha)
    return NONE


@compiled
def dyna_q(agent, rule, s, a, r, s2, done):
    """Q-learning, then as many updates again from remembered steps (Sutton, 1990)."""
    q_learning(agent, rule, s, a, r, s2, done)
    pair, actions = s * agent.q.shape[1] + a, agent.q.shape[1]
    if agent.to[s, a] == NONE:
        agent.seen[agent.clock[SEEN]] = pair
        agent.clock[SEEN] += 1
    agent.reward[s, a], agent.to[s, a], agent.done[s, a] = r, s2, done
    for _ in range(rule.planning):
        pair = agent.seen[below(agent.clock[SEEN], agent.chance)]
        x, y = pair // actions, pair % actions
        follows = 0.0 if agent.done[x, y] else highest(agent.q, agent.to[x, y])
        target = agent.reward[x, y] + rule.gamma * follows
        agent.q[x, y] += rate(agent, rule, x, y) * (target - agent.q[x, y])
    return NONE
