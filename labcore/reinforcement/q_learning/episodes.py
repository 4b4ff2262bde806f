"""The loop of reinforcement learning, compiled: choose, step, learn; again and again."""

from __future__ import annotations

import numpy as np

from labcore.reinforcement.q_learning.chance import choose, uniform
from labcore.reinforcement.q_learning.compiled import compiled
from labcore.reinforcement.q_learning.many_steps import monte_carlo, n_step_sarsa, q_lambda
from labcore.reinforcement.q_learning.memory import (
    ACTION,
    EPISODES,
    EPSILON,
    GOALS,
    MEAN,
    NONE,
    NOW,
    OVER,
    SINCE,
    SPAN,
    STATE,
    STEPS,
    SUM,
    Agent,
    Rule,
    T,
)
from labcore.reinforcement.q_learning.one_step import (
    double_q,
    dyna_q,
    expected_sarsa,
    q_learning,
    sarsa,
)

Q, SARSA, EXPECTED, DOUBLE, N_STEP, LAMBDA, DYNA, MONTE_CARLO = range(8)


@compiled
def step(world, s, a, chance):
    """Which of the outcomes of action a in state s comes about."""
    k = 0
    if world.outcomes[s, a] > 1:
        u = uniform(chance)
        while k + 1 < world.outcomes[s, a] and u >= world.upto[s, a, k]:
            k += 1
    return k


@compiled
def start_episode(agent, world, rule):
    """A new episode: to the start, and ε as it is now."""
    clock = agent.clock
    starts = world.starts
    clock[STATE] = (
        starts[int(uniform(agent.chance) * len(starts))] if len(starts) > 1 else starts[0]
    )
    clock[T] = clock[OVER] = clock[SINCE] = 0
    clock[ACTION] = NONE
    agent.path[0] = clock[STATE]
    agent.real[NOW] = 0.0
    agent.real[EPSILON] = rule.epsilon * rule.decay ** clock[EPISODES]


@compiled
def live(agent, world, rule, steps, episodes):
    """Up to so many steps more, or until so many episodes of its life are finished."""
    clock, real, limit = agent.clock, agent.real, len(agent.path) - 1
    for _ in range(steps):
        if clock[EPISODES] >= episodes:
            return
        if clock[OVER]:
            start_episode(agent, world, rule)
        s, a, t = clock[STATE], clock[ACTION], clock[T]
        if a == NONE:
            a = choose(agent.q, s, real[EPSILON], agent.chance)
        k = step(world, s, a, agent.chance)
        r, s2, done = world.reward[s, a, k], world.to[s, a, k], world.done[s, a, k]
        over = done or t + 1 == limit
        agent.visits[s, a] += 1
        agent.acts[t], agent.rewards[t], agent.path[t + 1] = a, r, s2
        clock[T] = t + 1
        clock[STEPS] += 1
        real[NOW] += r
        clock[ACTION] = learned(agent, rule, s, a, r, s2, done, over)
        clock[STATE] = s2
        if over:
            clock[OVER] = 1
            clock[EPISODES] += 1
            clock[GOALS] += done and world.goals[s2]
            real[SUM] += real[NOW]
            real[MEAN] += (real[NOW] - real[MEAN]) / min(clock[EPISODES], SPAN)


@compiled
def learned(agent, rule, s, a, r, s2, done, over):
    """Hand the step to the agent's own rule."""
    if rule.kind == Q:
        return q_learning(agent, rule, s, a, r, s2, done)
    if rule.kind == SARSA:
        return sarsa(agent, rule, s, a, r, s2, done)
    if rule.kind == EXPECTED:
        return expected_sarsa(agent, rule, s, a, r, s2, done)
    if rule.kind == DOUBLE:
        return double_q(agent, rule, s, a, r, s2, done)
    if rule.kind == N_STEP:
        return n_step_sarsa(agent, rule, s, a, r, s2, done, over)
    if rule.kind == LAMBDA:
        return q_lambda(agent, rule, s, a, r, s2, done)
    if rule.kind == DYNA:
        return dyna_q(agent, rule, s, a, r, s2, done)
    return monte_carlo(agent, rule, over)


@compiled
def train(agents, world, rules, steps, episodes):
    """`live` for each agent of a batch."""
    for b in range(len(agents.clock)):
        agent = Agent(
            agents.q[b], agents.twins[b], agents.visits[b], agents.latest[b], agents.to[b],
            agents.reward[b], agents.done[b], agents.seen[b], agents.path[b], agents.acts[b],
            agents.rewards[b], agents.deltas[b], agents.clock[b], agents.real[b],
            agents.chance[b],
        )  # fmt: skip
        rule = Rule(
            rules.kind[b], rules.alpha[b], rules.gamma[b], rules.epsilon[b], rules.decay[b],
            rules.omega[b], rules.n[b], rules.trace[b], rules.planning[b],
        )  # fmt: skip
        live(agent, world, rule, steps, episodes)


FOREVER = np.iinfo(np.int64).max
