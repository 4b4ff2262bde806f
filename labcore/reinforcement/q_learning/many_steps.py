"""Rules that learn from several steps of an episode at once. They are compiled as they stand."""

from __future__ import annotations

from labcore.reinforcement.q_learning.chance import choose, highest
from labcore.reinforcement.q_learning.compiled import compiled
from labcore.reinforcement.q_learning.memory import EPSILON, NONE, SINCE, T
from labcore.reinforcement.q_learning.one_step import learn, note, rate

FAINT = 1e-9
"""A trace weaker than this is taken for none."""


@compiled
def n_step_sarsa(agent, rule, s, a, r, s2, done, over):
    """n rewards as they came, then what Q says (Sutton & Barto, 2018, section 7.2)."""
    t = agent.clock[T]  # steps made, this one included
    a2 = choose(agent.q, s2, agent.real[EPSILON], agent.chance)
    first = t - rule.n
    last = t if over else first + 1  # at the end, those still waiting are served too
    for k in range(max(first, 0), last):
        target = 0.0 if done else agent.q[s2, a2]
        for i in range(t - 1, k - 1, -1):
            target = agent.rewards[i] + rule.gamma * target
        learn(agent, rule, k, target)
    return a2


@compiled
def monte_carlo(agent, rule, over):
    """Wait for the end, then tell every step what really followed it (every visit counts)."""
    if over:
        follows = 0.0
        for k in range(agent.clock[T] - 1, -1, -1):
            follows = agent.rewards[k] + rule.gamma * follows
            learn(agent, rule, k, follows)
    return NONE


@compiled
def q_lambda(agent, rule, s, a, r, s2, done):
    """Q-learning that also tells the steps before, ever more faintly (Watkins, 1989).

    A step i back hears (γλ)^i of the news: its eligibility. An explored action cuts the trace.
    A pair met twice hears once, as if met only the last time (Singh & Sutton, 1996): if it heard
    twice, a large α could blow its value up.
    """
    a2 = choose(agent.q, s2, agent.real[EPSILON], agent.chance)
    best = highest(agent.q, s2)
    explored = agent.q[s2, a2] < best
    t, old = agent.clock[T] - 1, agent.q[s, a]
    target = r + (0.0 if done else rule.gamma * best)
    agent.latest[s, a] = t
    hears = 1.0
    for k in range(t, agent.clock[SINCE] - 1, -1):
        x, y = agent.path[k], agent.acts[k]
        if agent.latest[x, y] == k:
            agent.q[x, y] += rate(agent, rule, x, y) * hears * (target - old)
        hears *= rule.gamma * rule.trace
        if hears < FAINT:
            break
    if explored:
        agent.clock[SINCE] = t + 1
    note(agent, t, 0, old, target, rate(agent, rule, s, a))
    return a2
