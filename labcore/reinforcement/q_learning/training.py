"""The run: a colony lives, and is looked at now and then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from labcore import Frame, Start
from labcore.reinforcement.q_learning.colony import Colony, advance, compared, move, settle
from labcore.reinforcement.q_learning.config import Config
from labcore.reinforcement.q_learning.memory import T
from labcore.reinforcement.q_learning.observe import observe
from labcore.reinforcement.q_learning.settings import field_agents

SPREAD, EACH, UPDATES = 150, 250, 250
"""At most so many looks at a whole training, at every episode, at every update."""

WORLDLY = ("world", "cells", "slip", "step_cost", "coin", "slippery")
"""The settings that make a world."""


class Part(NamedTuple):
    """A stretch of a training under one config, until a step and an episode of its life."""

    config: Config
    steps: int
    episodes: int


class Plan(NamedTuple):
    """Where the looks of a run are counted from, and all that happened before them."""

    steps: int
    episodes: int
    parts: tuple[Part, ...] = ()


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Train, and look: at episodes spread over the training, at each one, or at each update."""
    plan = planned(config, start)
    colony, axis = relive(config, plan), time_axis(config, plan)
    if start is None and config.pace != "replay":
        yield observe(config, colony, axis, recipe(config, colony, plan))
    for aim in aims(config, plan):
        if ahead(aim, colony):
            advance(colony, **aim)
            yield observe(config, colony, axis, recipe(config, colony, plan))


def time_axis(config: Config, plan: Plan) -> tuple[int, int]:
    """The axis of time of a run: episodes from the very first on, or the steps looked at."""
    *_, last = aims(config, plan)
    if "episodes" in last:
        return 0, last["episodes"]
    first = replayed(config, plan)[0] if config.pace == "replay" else plan.steps
    return first, last["steps"]


def aims(config: Config, plan: Plan) -> Iterator[dict[str, int]]:
    """Up to which episode or step the colony lives before each look, from the plan's beginning."""
    if config.pace == "step":
        yield from ({"steps": plan.steps + i + 1} for i in range(UPDATES))
    elif config.pace == "replay":
        first, length = replayed(config, plan)
        yield from ({"steps": first + i + 1} for i in range(length))
    else:
        for episode in looks(config):
            yield {"episodes": plan.episodes + episode}


def looks(config: Config) -> list[int]:
    """Episodes looked at, from 1 on: each of the first, or all the fewer the later."""
    if config.pace == "episode":
        return list(range(1, min(config.episodes, EACH) + 1))
    count = min(config.episodes, SPREAD)
    unit = np.arange(1, count + 1) / count
    wanted = np.rint(config.episodes * unit**1.6).astype(int)
    return np.maximum(wanted, np.arange(1, count + 1)).tolist()


def length(config: Config) -> int:
    """How many looks there are."""
    if config.pace == "replay":
        return replayed(config, Plan(0, 0))[1]
    return UPDATES + 1 if config.pace == "step" else len(looks(config)) + 1


@lru_cache(maxsize=16)
def replayed(config: Config, plan: Plan) -> tuple[int, int]:
    """After which step the episode begins that is to be shown again, and how long it is."""
    colony = relive(config.model_copy(update={"pace": "step"}), plan)
    wanted = min(config.episode, config.episodes)
    advance(colony, episodes=max(wanted - 1, plan.episodes))
    first = colony.steps
    advance(colony, episodes=colony.episodes + 1)
    return first, int(colony.main.clock[0, T])


def relive(config: Config, plan: Plan) -> Colony:
    """The colony of a run at its beginning: whatever happened to it before happens again.

    Training is exact and takes milliseconds, so a checkpoint is what was done, not what came of
    it: a few words for any number of agents.
    """
    many = config.pace in ("spread", "episode")
    parts = plan.parts or (Part(config, 0, 0),)
    colony = settle(parts[0].config.model_copy(update={"agents": config.agents}),
                    crowd=compared(config) if many else ())  # fmt: skip
    for part in parts:
        if part.config != colony.config:
            move(colony, part.config)
        advance(colony, steps=part.steps)
    if config != parts[-1].config:
        move(colony, config)
    colony.config = config
    if many:
        colony.cells = field_agents(config)
    return colony


def recipe(config: Config, colony: Colony, plan: Plan) -> dict[str, Any]:
    """A frame's checkpoint: how to come to where the colony is."""
    past = plan.parts
    if past and past[-1].config == config:
        past = past[:-1]
    parts = (*past, Part(config, colony.steps, colony.episodes))
    told = {
        "steps": plan.steps,
        "episodes": plan.episodes,
        "parts": [(part.config.model_dump(), part.steps, part.episodes) for part in parts],
    }
    return {"recipe": np.array(json.dumps(told))}


def planned(config: Config, start: Start | None) -> Plan:
    """The plan of a run, or of one that goes on from another's frame.

    In the same world, looked at in the same way, it ends where that run would have ended; else
    it goes on for as long again.
    """
    if start is None:
        return Plan(0, 0)
    told = json.loads(str(start.checkpoint["recipe"]))
    parts = tuple(Part(Config(**given), steps, ends) for given, steps, ends in told["parts"])
    last = parts[-1]
    plan = Plan(told["steps"], told["episodes"], parts)
    kept = (*WORLDLY, "pace", "seed")
    same = all(getattr(last.config, name) == getattr(config, name) for name in kept)
    if same and any(ahead(aim, last) for aim in aims(config, plan)):
        return plan
    return Plan(last.steps, last.episodes, parts)


def ahead(aim: dict[str, int], now: Part | Colony) -> bool:
    """Whether an aim has not been reached yet."""
    return aim.get("steps", 0) > now.steps or aim.get("episodes", 0) > now.episodes
