"""Why an agent does not learn, or not what was meant: one sentence, with its numbers."""

from __future__ import annotations

import numpy as np

from labcore import format_number
from labcore.reinforcement.q_learning.colony import Colony
from labcore.reinforcement.q_learning.config import Config
from labcore.reinforcement.q_learning.memory import EPSILON, GOALS
from labcore.reinforcement.q_learning.optimal import Best, earns, greedy_policy

PATIENCE = 20
"""Episodes before anything is said of an agent that has found nothing."""


def diagnose(config: Config, colony: Colony, exact: Best) -> str:
    """The sentence the learner should read now; it stands until the next one."""
    if not exact.reaches:
        return (
            "No way leads from the start to a goal, so no agent can find one; "
            "what is best here is exact all the same."
        )
    if circles(colony, exact.q):
        return (
            "Even the best policy never goes to the goal: going round for the other rewards pays "
            f"more at γ = {config.gamma:g}. The reward says something else than what was meant."
        )
    since, met = colony.episodes - colony.since, colony.main.clock[0, GOALS] > 0
    lost = circles(colony, colony.main.q[0])
    if since >= PATIENCE and config.alpha == 1 and config.omega == 0 and _random(colony):
        return (
            "With α = 1 each update forgets all earlier ones, so in a random world the values "
            "never come to rest. A smaller α, or ω above ½, averages."
        )
    if colony.moved and lost and colony.episodes - colony.moved < PATIENCE:
        return (
            f"The world changed after episode {colony.moved}; the agent still acts on what it "
            "believed before."
        )
    if since >= PATIENCE and not met:
        return (
            f"No episode has reached the goal in {colony.episodes} episodes of at most "
            f"{colony.place.limit} steps. {_remedy(config, colony)}"
        )
    if since >= PATIENCE and lost:
        return (
            "Its greedy policy does not reach the goal from the start: it goes round in a circle "
            "or ends in a pit."
        )
    return _well(colony, exact) if met and not lost else ""


def _well(colony: Colony, exact: Best) -> str:
    earned = earns(colony.place, greedy_policy(colony.main.q[0]))
    if earned >= exact.earns - 0.005 * max(1.0, abs(exact.earns)):
        return "Its greedy policy is as good as any can be here."
    return "Its greedy policy can reach the goal, but there is a better one."


def _remedy(config: Config, colony: Colony) -> str:
    epsilon = format_number(float(colony.main.real[0, EPSILON]))
    if config.first < 0.5 and (config.world != "own" or config.step_cost == 0):
        return f"Only chance finds it, and ε is {epsilon}: raise ε, or the first value of every Q."
    return f"ε is {epsilon} now: more exploration, or more episodes, may find it."


def _random(colony: Colony) -> bool:
    return bool((colony.place.table.outcomes > 1).any())


def circles(colony: Colony, q: np.ndarray) -> bool:
    """Whether no way of greedy actions and possible outcomes leads from a start to a goal."""
    table = colony.place.table
    acts = q >= q.max(-1, keepdims=True) - 1e-9
    possible = acts[..., None] & (table.chances > 0)
    known = np.zeros(len(q), np.bool_)
    fresh = table.starts
    while len(fresh):
        known[fresh] = True
        going, ends = possible[fresh] & ~table.done[fresh], possible[fresh] & table.done[fresh]
        if table.goals[table.to[fresh][ends]].any():
            return False
        found = np.unique(table.to[fresh][going])
        fresh = found[~known[found]]
    return True
