"""From the colony to a frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from labcore import Frame
from labcore.reinforcement.q_learning.colony import Colony
from labcore.reinforcement.q_learning.config import LIVES, PLACES, Config
from labcore.reinforcement.q_learning.diagnosis import diagnose
from labcore.reinforcement.q_learning.memory import (
    ACTION,
    EPISODES,
    EPSILON,
    GOALS,
    LAST,
    MEAN,
    NONE,
    NOW,
    OLD,
    OVER,
    RATE,
    STEPS,
    TABLE,
    TARGET,
    Agent,
    T,
)
from labcore.reinforcement.q_learning.optimal import Best, best, earns, greedy_policy
from labcore.reinforcement.q_learning.settings import field_values
from labcore.reinforcement.q_learning.worlds import Place

CONFIDENCE = 2.045
"""Half the width of a 95 % confidence band of a mean of 30, in its standard errors (Student)."""

TRAIL = 150
"""So many steps of an episode are drawn at most: the last ones."""


def observe(
    config: Config,
    colony: Colony,
    axis: tuple[int, int],
    checkpoint: Mapping[str, np.ndarray],
) -> Frame:
    """What is seen of a colony. C cells, A actions, K compared rules, a field of N × N.

    Values:
        begin, end: of the axis of time, in episodes or in steps.
        episodes, steps, goals: finished, made and reached so far; moved: the episode the world
            last changed at, 0 if never.
        epsilon, now, mean: today's ε; the return of this episode and the running mean.
        greedy: expected return of its greedy policy, exact.
        rms, max, bias: distance of max Q to the exact values, over the states one can be in.
        layer, q (C, A), visits (C, A), gap (C,): of the map on screen; gap is max Q − V*.
        trail (≤ 151, 2): columns and rows of this episode; news (C,): its largest |δ| there.
        update (10,): see `last_update`.
        returns, errors (K, 2): mean over 30 lives, and half its 95 % confidence band.
        fields (2, N, N): what the maps of settings show.
    """
    main, place = colony.main, colony.place
    exact = best(place, config.gamma)
    q = main.q[0]
    gap = (q.max(-1) - exact.v)[exact.reachable]
    clock, real = main.clock[0], main.real[0]
    layer = shown_layer(config, colony)
    here = np.flatnonzero(place.layer == layer)
    values: dict[str, Any] = {
        "begin": axis[0],
        "end": axis[1],
        "moved": colony.moved,
        "episodes": int(clock[EPISODES]),
        "steps": int(clock[STEPS]),
        "goals": int(clock[GOALS]),
        "epsilon": float(real[EPSILON]),
        "now": float(real[NOW]),
        "mean": float(real[MEAN]),
        "greedy": earns(place, greedy_policy(q)),
        "rms": float(np.sqrt((gap**2).mean())),
        "max": float(np.abs(gap).max()),
        "bias": float(gap.mean()),
        "layer": layer,
        "q": np.float32(q[here]),
        "visits": main.visits[0][here],
        "gap": np.where(exact.reachable, q.max(-1) - exact.v, 0)[here].astype(np.float32),
        **trail(main, place, layer),
        "update": last_update(main),
    }
    if colony.crowd:
        crowd = colony.crowd.values()
        values["returns"] = np.stack([band(agents.real[:, MEAN]) for agents in crowd])
        values["errors"] = np.stack([band(distance(config, agents.q, exact)) for agents in crowd])
    if colony.cells is not None:
        values["fields"] = field_values(config, colony.cells)
    return Frame(colony.steps, values, diagnose(config, colony, exact), checkpoint)


def band(sample: np.ndarray) -> np.ndarray:
    """Mean over the lives, (30,), and half the width of its 95 % confidence band."""
    half = CONFIDENCE * sample.std(ddof=1) / np.sqrt(LIVES)
    return np.array([sample.mean(), half], np.float32)


def distance(config: Config, q: np.ndarray, exact: Best) -> np.ndarray:
    """How far the values of some agents, (…, S, A), are from the exact ones: (…)."""
    gap = q.max(-1)[..., exact.reachable] - exact.v[exact.reachable]
    if config.measure == "rms":
        return np.sqrt((gap**2).mean(-1))
    return np.abs(gap).max(-1) if config.measure == "max" else gap.mean(-1)


def shown_layer(config: Config, colony: Colony) -> int:
    """Which map is on screen: the chosen one, or that of the agent's last step."""
    if colony.place.layer.max() == 0:
        return 0
    if config.layer == "follow":
        main = colony.main
        at = int(main.clock[0, T])
        s = main.path[0, max(at - 1, 0) if main.clock[0, OVER] else at]
        return int(colony.place.layer[s])
    waits, goes = config.layer.split("-")
    return 4 * (PLACES.index(waits) if waits in PLACES else 4) + PLACES.index(goes)


def trail(main: Agent, place: Place, layer: int) -> dict[str, np.ndarray]:
    """The way of this episode on the map, and where it was surprised."""
    steps = int(main.clock[0, T])
    states = main.path[0, max(steps - TRAIL, 0) : steps + 1] if main.clock[0, STEPS] else []
    columns = place.shape[1]
    cells = place.cells[np.asarray(states, int)]
    news = np.zeros(place.shape[0] * columns, np.float32)
    seen = main.path[0, :steps]
    inside = place.layer[seen] == layer
    np.maximum.at(news, place.cells[seen][inside], np.abs(main.deltas[0, :steps][inside]))
    way = np.stack([cells % columns, cells // columns], -1).astype(np.uint8)
    return {"trail": way, "news": news}


def last_update(main: Agent) -> np.ndarray:
    """The update learned from last: s, a, r, s′, a′, whether it ended, old Q, target, α, table.

    a′ is NONE where it is not known yet. All not-a-number before the first one. float32 (10,).
    """
    clock, real = main.clock[0], main.real[0]
    k = int(clock[LAST])
    if k == NONE:
        return np.full(10, np.nan, np.float32)
    last = k + 1 == clock[T]
    a2 = clock[ACTION] if last else main.acts[0, k + 1]
    return np.array([
        main.path[0, k], main.acts[0, k], main.rewards[0, k], main.path[0, k + 1], a2,
        float(last and clock[OVER]), real[OLD], real[TARGET], real[RATE], clock[TABLE],
    ], np.float32)  # fmt: skip


def layer_name(config: Config, layer: int) -> str:
    """A map of Taxi in words: where the passenger is, and where the trip goes."""
    waits, goes = (*PLACES, "taxi")[layer // 4], PLACES[layer % 4]
    return f"{waits} → {goes}"
