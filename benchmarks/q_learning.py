"""Agent steps a second while everything is recorded: compiled, in plain Python, in NumPy.

`python -m benchmarks.q_learning`. Machines differ, so the ratios are what is to be compared.
"""

from __future__ import annotations

import time

import numpy as np

from labcore.reinforcement.q_learning import colony
from labcore.reinforcement.q_learning.config import RULES, Config
from labcore.reinforcement.q_learning.episodes import FOREVER, train
from labcore.reinforcement.q_learning.memory import STEPS
from labcore.reinforcement.q_learning.training import run
from labcore.reinforcement.q_learning.worlds import Place, place

CONFIG = Config(world="cliff", alpha=0.5, agents=("q", "sarsa", "expected", "double", "n_step",
                                                  "lambda"))  # fmt: skip
SECONDS = 1.0
"""About so long each way is measured."""


def measure() -> dict[str, float]:
    """Steps a second of Q-learning on the cliff, three ways; and how long a comparison takes."""
    home = place(CONFIG)
    rows = {"compiled, steps/s": compiled("q")}
    rows |= {f"compiled {rule}, steps/s": compiled(rule) for rule in RULES[1:]}
    rows["plain Python, steps/s"] = plain(home)
    rows["NumPy over 1,000 agents, steps/s"] = parallel(home, 1000)
    rows["compiled / plain Python"] = rows["compiled, steps/s"] / rows["plain Python, steps/s"]
    rows["compiled / NumPy"] = rows["compiled, steps/s"] / rows["NumPy over 1,000 agents, steps/s"]
    began = time.perf_counter()
    agents = {rule: colony.born(CONFIG, rule, range(30)) for rule in CONFIG.agents}
    for rule, batch in agents.items():
        train(batch, home.table, colony.rules(CONFIG, rule, 30), FOREVER, CONFIG.episodes)
    rows["6 rules × 30 lives × 300 episodes, s"] = time.perf_counter() - began
    began = time.perf_counter()
    frames = sum(1 for _ in run(CONFIG))
    rows[f"a whole run of {frames} frames, s"] = time.perf_counter() - began
    return rows


def compiled(rule: str) -> float:
    """The lab's own loop, one agent after another."""
    table, rules = place(CONFIG).table, colony.rules(CONFIG, rule, 30)
    train(colony.born(CONFIG, rule, range(30)), table, rules, 1, FOREVER)  # load or compile it
    steps, spent = 0, 0.0
    while spent < SECONDS / 4:
        batch = colony.born(CONFIG, rule, range(30))
        began = time.perf_counter()
        train(batch, table, rules, FOREVER, CONFIG.episodes)
        spent += time.perf_counter() - began
        steps += int(batch.clock[:, STEPS].sum())
    return steps / spent


def plain(home: Place) -> float:
    """Q-learning as one would write it, on lists."""
    table, random = home.table, np.random.default_rng(0)
    to, reward, done = (part[..., 0].tolist() for part in table[:3])
    Q = [[0.0] * 4 for _ in to]
    s, t, steps, start = int(table.starts[0]), 0, 0, int(table.starts[0])
    draw = random.random
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        for _ in range(1000):
            if draw() < CONFIG.epsilon:
                a = int(4 * draw())
            else:
                top = max(Q[s])
                ties = [b for b in range(4) if Q[s][b] == top]
                a = ties[int(len(ties) * draw())] if len(ties) > 1 else ties[0]
            s2, end = to[s][a], done[s][a]
            target = reward[s][a] + CONFIG.gamma * (0.0 if end else max(Q[s2]))
            Q[s][a] += CONFIG.alpha * (target - Q[s][a])
            t += 1
            over = end or t == home.limit
            s, t = (start, 0) if over else (s2, t)
        steps += 1000
    return steps / (time.perf_counter() - began)


def parallel(home: Place, agents: int) -> float:
    """Q-learning for many agents at once, in NumPy."""
    table, random = home.table, np.random.default_rng(0)
    to, reward, done = (part[..., 0] for part in table[:3])
    Q, each = np.zeros((agents, home.states, 4)), np.arange(agents)
    s, t = np.full(agents, table.starts[0]), np.zeros(agents, int)
    steps, began = 0, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        values = Q[each, s]
        noise = random.random((agents, 4))
        greedy = np.where(values == values.max(-1, keepdims=True), noise, -1).argmax(-1)
        explores = random.random(agents) < CONFIG.epsilon
        a = np.where(explores, random.integers(0, 4, agents), greedy)
        s2, end = to[s, a], done[s, a]
        target = reward[s, a] + CONFIG.gamma * np.where(end, 0, Q[each, s2].max(-1))
        Q[each, s, a] += CONFIG.alpha * (target - Q[each, s, a])
        t += 1
        over = end | (t == home.limit)
        s, t = np.where(over, table.starts[0], s2), np.where(over, 0, t)
        steps += agents
    return steps / (time.perf_counter() - began)


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:40} {value:12.4g}")
