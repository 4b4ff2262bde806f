"""All agents of a run: the one on the grid, 30 lives of each compared rule, a field of settings."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from labcore.reinforcement.q_learning.config import LIVES, RULES, Config
from labcore.reinforcement.q_learning.episodes import FOREVER, train
from labcore.reinforcement.q_learning.memory import (
    ACTION,
    EPISODES,
    NONE,
    OVER,
    SEEN,
    STATE,
    STEPS,
    Agent,
    Rule,
    fresh,
)
from labcore.reinforcement.q_learning.settings import field_rules
from labcore.reinforcement.q_learning.worlds import Place, place
from labcore.rng import stream


@dataclass
class Colony:
    """Agents that live side by side and never meet.

    main:  the agent on the grid, a batch of one; it is the first of its rule's lives.
    crowd: a batch of LIVES for each rule.
    cells: a batch with an agent for each cell of the two fields, or None.
    since: when the present config began, in finished episodes; moved: when the world last
           changed.
    """

    config: Config
    place: Place
    main: Agent
    crowd: dict[str, Agent] = field(default_factory=dict)
    cells: Agent | None = None
    since: int = 0
    moved: int = 0

    @property
    def steps(self) -> int:
        """Steps the agent on the grid has made."""
        return int(self.main.clock[0, STEPS])

    @property
    def episodes(self) -> int:
        """Episodes it has finished."""
        return int(self.main.clock[0, EPISODES])


def compared(config: Config) -> tuple[str, ...]:
    """The rules of the crowd: those chosen, and that of the agent on the grid."""
    return tuple(rule for rule in RULES if rule in config.agents or rule == config.agent)


def born(config: Config, rule: str, lives: range) -> Agent:
    """Lives of a rule in a config's world, with nothing learned yet."""
    home = place(config)
    seeds = [stream(config.seed, f"{rule}/{life}") for life in lives]
    return fresh(
        seeds, home.states, len(home.moves), home.limit,
        twins=rule == "double", model=rule == "dyna", value=config.first,
    )  # fmt: skip


def settle(config: Config, *, crowd: tuple[str, ...] = ()) -> Colony:
    """A colony at the beginning of its world."""
    return Colony(
        config,
        place(config),
        born(config, config.agent, range(1)),
        {rule: born(config, rule, range(LIVES)) for rule in crowd},
    )


def advance(colony: Colony, *, steps: int | None = None, episodes: int | None = None) -> None:
    """Let the agent on the grid live until a step or an episode, and the others keep pace."""
    config, table = colony.config, colony.place.table
    one = rules(config, config.agent, 1)
    if steps is not None:
        train(colony.main, table, one, steps - colony.steps, FOREVER)
    else:
        train(colony.main, table, one, FOREVER, episodes)
    for rule, agents in colony.crowd.items():
        train(agents, table, rules(config, rule, LIVES), FOREVER, colony.episodes)
    if colony.cells is not None:
        train(colony.cells, table, field_rules(config), FOREVER, colony.episodes - colony.since)


def move(colony: Colony, config: Config) -> None:
    """Change the settings or the world around the agents; they keep what they know.

    In a world of another size they begin anew.
    """
    new = settle(config, crowd=tuple(colony.crowd))
    if new.place.states == colony.place.states and new.place.limit == colony.place.limit:
        adopt(new.main, colony.main)
        for rule, agents in new.crowd.items():
            adopt(agents, colony.crowd[rule])
        clock = new.main.clock[0]
        if new.place.ends[clock[STATE]]:  # the ground has gone from under its feet
            clock[OVER], clock[ACTION] = 1, NONE
    else:
        for agents in (new.main, *new.crowd.values()):
            agents.clock[:, EPISODES] = colony.episodes
        new.main.clock[0, STEPS] = colony.steps
    colony.since = colony.episodes
    if new.place is not colony.place:
        colony.moved = colony.episodes
    colony.config, colony.place = config, new.place
    colony.main, colony.crowd, colony.cells = new.main, new.crowd, None


def adopt(new: Agent, old: Agent) -> None:
    """Write what an agent knows into another, which may learn by another rule."""
    for name in (
        "q", "visits", "latest", "path", "acts", "rewards", "deltas", "clock", "real", "chance",
    ):  # fmt: skip
        getattr(new, name)[:] = getattr(old, name)
    for name in ("twins", "to", "reward", "done", "seen"):
        if getattr(new, name).shape == getattr(old, name).shape:
            getattr(new, name)[:] = getattr(old, name)
        elif name == "twins":
            new.twins[:] = old.q[:, None]
        else:
            new.clock[:, SEEN] = 0


def rules(config: Config, rule: str, count: int) -> Rule:
    """How so many agents of one rule learn."""

    def each(value: float) -> np.ndarray:
        return np.full(count, float(value))

    def whole(value: int) -> np.ndarray:
        return np.full(count, value, np.int64)

    return Rule(
        whole(RULES.index(rule)), each(config.alpha), each(config.gamma), each(config.epsilon),
        each(config.decay), each(config.omega), whole(config.n), each(config.trace),
        whole(config.planning),
    )  # fmt: skip
