"""Two fields of settings: α with ε, and γ with ε, an agent for each cell."""

from __future__ import annotations

import numpy as np

from labcore.reinforcement.q_learning.config import RULES, Config
from labcore.reinforcement.q_learning.memory import EPISODES, SUM, Agent, Rule, fresh
from labcore.reinforcement.q_learning.optimal import best
from labcore.reinforcement.q_learning.worlds import place
from labcore.rng import stream

ALPHAS, GAMMAS, EPSILONS = (0.01, 1.0), (0.0, 0.99), (0.0, 1.0)
WORK = 2e7
"""About so many updates are spent on a field; where each costs more, it has fewer cells."""

LEAST, MOST = 8, 24


def field_side(config: Config) -> int:
    """Cells along one edge of a field."""
    home = place(config)
    cost = {"dyna": 1 + config.planning, "lambda": 3, "monte_carlo": 2, "n_step": 1 + config.n / 3}
    length = 0.25 * home.limit * (4 if home.states > 200 else 1)
    each = config.episodes * length * cost.get(config.agent, 1)
    return int(np.clip(np.sqrt(WORK / each), LEAST, MOST))


def field_edges(bounds: tuple[float, float], count: int, *, log: bool = False) -> np.ndarray:
    """Where the cells of an axis begin and end, count + 1."""
    return np.geomspace(*bounds, count + 1) if log else np.linspace(*bounds, count + 1)


def centres(along: np.ndarray, *, log: bool = False) -> np.ndarray:
    """The settings of the cells of an axis."""
    return np.sqrt(along[1:] * along[:-1]) if log else (along[1:] + along[:-1]) / 2


def field_axes(config: Config) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """α, γ and ε of the cells."""
    n = field_side(config)
    return (
        centres(field_edges(ALPHAS, n, log=True), log=True),
        centres(field_edges(GAMMAS, n)),
        centres(field_edges(EPSILONS, n)),
    )


def field_agents(config: Config) -> Agent:
    """An agent for each cell, of both fields one after the other; ε changes slowest."""
    home, count = place(config), 2 * field_side(config) ** 2
    seeds = [stream(config.seed, f"field/{i}") for i in range(count)]
    return fresh(
        seeds, home.states, len(home.moves), home.limit,
        twins=config.agent == "double", model=config.agent == "dyna", value=config.first,
    )  # fmt: skip


def field_rules(config: Config) -> Rule:
    """How the agents of the cells learn: as the agent on the grid, but for two settings."""
    alpha, gamma, epsilon = field_axes(config)
    n = len(alpha)
    count = 2 * n * n

    def each(value: float) -> np.ndarray:
        return np.full(count, float(value))

    def whole(value: int) -> np.ndarray:
        return np.full(count, value, np.int64)

    return Rule(
        kind=whole(RULES.index(config.agent)),
        alpha=np.concatenate([np.tile(alpha, n), np.full(n * n, config.alpha)]),
        gamma=np.concatenate([np.full(n * n, config.gamma), np.tile(gamma, n)]),
        epsilon=np.tile(np.repeat(epsilon, n), 2),
        decay=each(config.decay),
        omega=each(config.omega),
        n=whole(config.n),
        trace=each(config.trace),
        planning=whole(config.planning),
    )


def field_values(config: Config, cells: Agent) -> np.ndarray:
    """What both fields show now: (2, ε, α or γ) float32; not-a-number before the first episode.

    Either the mean return of all episodes so far, or the RMS distance of the values to the exact
    ones, each cell to those of its own γ.
    """
    n = field_side(config)
    if config.field == "return":
        with np.errstate(invalid="ignore"):
            shown = cells.real[:, SUM] / cells.clock[:, EPISODES]
        return shown.reshape(2, n, n).astype(np.float32)
    home = place(config)
    v = cells.q.max(-1).reshape(2, n, n, -1)
    own = best(home, config.gamma)
    each = np.stack([best(home, float(gamma)).v for gamma in field_axes(config)[1]])  # (γ, S)
    gap = (v - np.stack([np.broadcast_to(own.v, each.shape), each])[:, None])[..., own.reachable]
    return np.sqrt((gap**2).mean(-1)).astype(np.float32)
