"""The rules against plain Python, the worlds against Gymnasium, values against linear algebra."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from scipy.optimize import linprog

from labcore.reinforcement import q_learning as lab
from labcore.reinforcement.q_learning import chance, colony, optimal, settings
from labcore.reinforcement.q_learning.config import RULES, Config
from labcore.reinforcement.q_learning.episodes import train
from labcore.reinforcement.q_learning.grid import CHANCE, LETTERS, Grid
from labcore.reinforcement.q_learning.memory import (
    EPISODES,
    GOALS,
    MEAN,
    STEPS,
    SUM,
    fresh,
)
from labcore.reinforcement.q_learning.presets import COIN_ROAD, LOTTERY_HALL, MAZE, WINDY
from labcore.reinforcement.q_learning.worlds import make, place
from labcore.rng import stream
from tests.unit.q_learning_reference import Learner

WORLDS = [
    {"world": "own"},
    {"world": "own", "slip": 0.3, "cells": "S.L#/.c.P/uA.G/B..r"},
    {"world": "lake4", "slippery": True},
    {"world": "lake8"},
    {"world": "cliff"},
    {"world": "cliff", "slippery": True},
    {"world": "taxi"},
    {"world": "taxi", "slippery": True},
]


def lived(config, episodes):
    life = colony.settle(config)
    colony.advance(life, episodes=episodes)
    return life


# --- random numbers ---


def test_splitmix_is_the_published_one():
    """The first numbers of seed 1234567, as published with the algorithm's reference code."""
    state = np.array([1234567], np.uint64)
    known = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    drawn = [chance.uniform(state) for _ in known]
    assert drawn == [(z >> 11) / 2**53 for z in known]


def test_uniform_is_uniform():
    state = np.array([stream(3)], np.uint64)
    drawn = np.array([chance.uniform(state) for _ in range(20_000)])
    assert 0 <= drawn.min() < drawn.max() < 1
    counts = np.histogram(drawn, 20, (0, 1))[0]
    assert ((counts - 1000) ** 2 / 1000).sum() < 45  # χ² with 19 degrees: 99.9 % at 43.8
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.03


def test_ties_are_broken_at_random():
    q = np.array([[1.0, 2.0, 2.0, 0.0, 2.0]])
    state = np.array([5], np.uint64)
    taken = np.bincount([chance.greedy(q, 0, state) for _ in range(3000)], minlength=5)
    assert taken[[0, 3]].sum() == 0
    assert (np.abs(taken[[1, 2, 4]] - 1000) < 120).all()


# --- the rules ---


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("world", [0, 1, 2, 6])
def test_rules_are_those_of_plain_python(rule, world):
    given = {"alpha": 0.4, "epsilon": 0.15, "gamma": 0.93, "n": 3, "planning": 4, "decay": 0.99}
    config = Config(**WORLDS[world], agent=rule, seed=world, first=0.5, omega=0.3, **given)
    episodes = 25
    ours = lived(config, episodes)
    home = ours.place
    theirs = Learner(
        make(config).P, home.table.starts.tolist(), home.limit,
        stream(stream(config.seed, f"{rule}/0"), "agent"), "traces" if rule == "lambda" else rule,
        first=0.5, omega=0.3, **given,
    )  # fmt: skip
    for _ in range(episodes):
        theirs.episode()
    assert ours.steps == theirs.steps
    visits = np.array(list(theirs.visits.values()))
    np.testing.assert_array_equal(ours.main.visits[0], visits)
    tolerance = {"lambda": 1e-7, "monte_carlo": 1e-12}.get(rule, 1e-13)
    np.testing.assert_allclose(ours.main.q[0], list(theirs.Q.values()), atol=tolerance, rtol=0)
    assert ours.main.real[0, SUM] == pytest.approx(sum(theirs.returns), abs=1e-9)
    assert int(ours.main.chance[0, 0]) == theirs.chance.state


def test_without_learning_rates_that_fall_rules_agree_to_the_bit():
    for rule in ("q", "sarsa", "expected", "double", "dyna", "n_step"):
        config = Config(world="lake4", slippery=True, agent=rule)
        ours = lived(config, 40)
        theirs = Learner(
            make(config).P, [0], 100, stream(stream(0, f"{rule}/0"), "agent"), rule,
            alpha=config.alpha, gamma=config.gamma, epsilon=config.epsilon,
        )  # fmt: skip
        for _ in range(40):
            theirs.episode()
        np.testing.assert_array_equal(ours.main.q[0], list(theirs.Q.values()))


def test_the_sign_of_an_update():
    """Q ← (1 − α) Q + α (r + γ max Q′): plus. Some texts print a minus."""
    config = Config(cells="SG", alpha=0.25, step_cost=0, epsilon=0)
    life = lived(config, 1)
    right = life.place.actions.index("right")
    assert life.main.q[0, 0, right] == 0.25
    colony.advance(life, episodes=2)
    assert life.main.q[0, 0, right] == 0.75 * 0.25 + 0.25 * 1


def test_sarsa_and_q_learning_agree_without_exploration():
    """With ε = 0 and no ties the action that follows is the best one."""
    q, sarsa, expected = (
        lived(Config(world="cliff", agent=rule, epsilon=0, alpha=0.5, episodes=500), 500)
        for rule in ("q", "sarsa", "expected")
    )
    for life in (q, sarsa, expected):
        assert optimal.earns(life.place, optimal.greedy_policy(life.main.q[0])) == -13


def test_one_step_n_step_and_sarsa_are_the_same():
    one = lived(Config(agent="sarsa", world="cliff"), 60)
    other = fresh(
        [stream(0, "sarsa/0")], one.place.states, 4, one.place.limit,
        twins=False, model=False, value=0.0,
    )  # fmt: skip
    config = Config(agent="n_step", n=1, world="cliff")
    train(other, one.place.table, colony.rules(config, "n_step", 1), 10**9, 60)
    np.testing.assert_allclose(other.q, one.main.q, atol=1e-12)


@pytest.mark.parametrize("agent", ["q", "expected", "double", "dyna", "lambda"])
@pytest.mark.parametrize("seed", [0, 1])
def test_values_become_the_exact_ones(agent, seed):
    config = Config(
        cells="S.P/.#./..G", slip=0.0 if agent == "lambda" else 0.2, agent=agent, seed=seed,
        alpha=1.0, omega=0.7, epsilon=0.9, trace=0.3, planning=2,
    )  # fmt: skip
    life = lived(config, 20_000)
    exact = optimal.best(life.place, config.gamma)
    found, known = life.main.q[0].max(-1)[exact.reachable], exact.v[exact.reachable]
    if agent == "expected":  # on-policy: it learns what exploring is worth
        q = np.random.default_rng(0).random((9, 4))
        policy = 0.9 / 4 + 0.1 * optimal.greedy_policy(life.main.q[0])
        values = solved(life.place, policy, config.gamma)
        q = action_values(life.place, values, config.gamma)
        np.testing.assert_allclose(life.main.q[0][exact.reachable], q[exact.reachable], atol=0.08)
        return
    if agent == "dyna":  # its model keeps the last outcome only, so slips leave it off
        assert np.abs(found - known).mean() < 0.25
        return
    np.testing.assert_allclose(found, known, atol=0.05)


def test_monte_carlo_is_the_mean_of_what_followed():
    config = Config(world="lake4", slippery=True, agent="monte_carlo", alpha=1, omega=1, epsilon=1)
    life = lived(config, 20_000)
    policy = np.full((16, 4), 0.25)
    values = action_values(life.place, solved(life.place, policy, 0.95), 0.95)
    often = life.main.visits[0] > 500
    assert often.sum() > 20
    np.testing.assert_allclose(life.main.q[0][often], values[often], atol=0.02)


# --- exact values ---


def solved(home, policy, gamma):
    """V of a policy, from (I − γP)V = r."""
    table = home.table
    weight = policy[:, :, None] * table.chances
    r = (weight * table.reward).sum((1, 2))
    P = np.zeros((home.states, home.states))
    np.add.at(P, (np.arange(home.states)[:, None, None], table.to), weight * ~table.done)
    return np.linalg.solve(np.eye(home.states) - gamma * P, r)


def action_values(home, v, gamma):
    table = home.table
    follows = np.where(table.done, 0, v[table.to])
    return (table.chances * (table.reward + gamma * follows)).sum(-1)


@pytest.mark.parametrize("given", WORLDS)
def test_value_iteration_solves_the_linear_system(given):
    home = place(Config(**given))
    for gamma in (0.5, 0.95, 0.99):
        exact = optimal.best(home, gamma)
        greedy = np.eye(len(home.moves))[exact.q.argmax(-1)]
        np.testing.assert_allclose(exact.v, solved(home, greedy, gamma), atol=1e-7)
        np.testing.assert_allclose(exact.q, action_values(home, exact.v, gamma), atol=1e-7)
        np.testing.assert_allclose(exact.v, exact.q.max(-1), atol=1e-12)


def test_value_iteration_is_the_linear_programme():
    home = place(Config(world="lake4", slippery=True))
    table = home.table
    rows, bounds = [], []
    for s in range(16):
        for a in range(4):
            row = np.zeros(16)
            row[s] -= 1
            np.add.at(row, table.to[s, a], 0.95 * table.chances[s, a] * ~table.done[s, a])
            rows.append(row)
            bounds.append(-(table.chances[s, a] * table.reward[s, a]).sum())
    found = linprog(np.ones(16), A_ub=np.array(rows), b_ub=bounds, bounds=(None, None))
    np.testing.assert_allclose(optimal.best(home, 0.95).v, found.x, atol=1e-7)


def test_known_returns():
    assert optimal.best(place(Config(world="cliff")), 0.99).earns == -13
    assert optimal.best(place(Config(world="lake8")), 0.95).earns == 1
    # Taxi's mean over its 300 starts, by breadth-first search in the literature: 7.93.
    assert optimal.best(place(Config(world="taxi")), 0.99).earns == pytest.approx(7.93, abs=5e-3)
    lake = optimal.best(place(Config(world="lake4", slippery=True)), 0.99)
    assert 0.72 < lake.earns < 0.75  # Gymnasium counts 0.7 as solved


def test_expected_returns_are_what_many_episodes_earn():
    config = Config(world="lake4", slippery=True)
    home = place(config)
    policy = optimal.greedy_policy(optimal.best(home, 0.95).q, optimal.TIE)
    env = gymnasium.make("FrozenLake-v1", is_slippery=True)
    random = np.random.default_rng(0)
    total = 0.0
    for seed in range(1500):
        s, over = env.reset(seed=seed)[0], False
        while not over:
            s, r, done, cut, _ = env.step(int(random.choice(4, p=policy[s])))
            total, over = total + float(r), done or cut
    expected = optimal.earns(home, policy)
    assert total / 1500 == pytest.approx(expected, abs=4 * np.sqrt(0.25 / 1500))


# --- worlds ---


@pytest.mark.parametrize("given", WORLDS)
def test_tables_are_gymnasiums(given):
    config = Config(**given)
    env, home = make(config), place(config)
    table = home.table
    for s, row in env.P.items():
        for a, found in row.items():
            assert table.outcomes[s, a] == len(found)
            for k, (p, s2, r, done) in enumerate(found):
                assert table.to[s, a, k] == s2
                assert table.reward[s, a, k] == r
                assert table.done[s, a, k] == done
                assert table.chances[s, a, k] == pytest.approx(p, abs=1e-12)
    assert table.chances.sum(-1) == pytest.approx(1)


@pytest.mark.parametrize("given", WORLDS)
def test_stepping_the_environment_stays_in_the_table(given):
    config = Config(**given)
    env, home = make(config), place(config)
    table, random = home.table, np.random.default_rng(2)
    s, _ = env.reset(seed=4)
    seen = 0
    for _ in range(1500):
        assert s in table.starts or seen
        a = int(random.integers(len(home.moves)))
        s2, r, done, *_ = env.step(a)
        k = [
            k
            for k in range(table.outcomes[s, a])
            if (table.to[s, a, k], table.reward[s, a, k], table.done[s, a, k]) == (s2, r, done)
        ]
        assert k, (s, a, s2, r, done)
        seen, s = seen + 1, s2
        if done:
            s, seen = env.reset()[0], 0


@pytest.mark.parametrize("given", [w for w in WORLDS if not w.get("slippery") and "slip" not in w])
def test_arrows_point_where_the_environment_goes(given):
    """The famous mistake: an arrow for “up” that points left. Asked of the real step."""
    config = Config(**given)
    env, home = make(config), place(config)
    columns = home.shape[1]
    moved = set()
    for s in np.flatnonzero(optimal.reachable(home.table)):
        for a, (dx, dy) in enumerate(home.moves):
            env.reset(seed=0)
            setattr(env, "at" if config.world == "own" else "s", int(s))
            s2 = int(env.step(a)[0])
            if home.cells[s2] == home.cells[s] or (config.world == "cliff" and s2 == 36):
                continue  # a wall, or the fall back to the start
            here, there = home.cells[s], home.cells[s2]
            assert (there % columns - here % columns, there // columns - here // columns) == (
                dx,
                dy,
            )
            moved.add(a)
    assert moved == {a for a, move in enumerate(home.moves) if move != (0, 0)}


@pytest.mark.parametrize(
    "cells", ["SG", "S.L#/.c.P/uA.G/B..r", COIN_ROAD, LOTTERY_HALL, MAZE, WINDY]
)
@pytest.mark.parametrize("slip", [0.0, 0.4])
def test_the_painted_grid_is_an_environment(cells, slip):
    env = Grid(cells, slip=slip, render_mode="ansi")
    check_env(env, skip_render_check=True)
    env.reset(seed=1)
    assert env.render().count("@") == 1


def letters_at(cells, **given):
    env = Grid(cells, **given)
    return env, {a: env.P[env.start][a] for a in range(4)}


def test_letters_do_what_they_say():
    _, found = letters_at("#.#/cSG/#P#", step_cost=0.1, coin=0.3)
    assert [row[0][2:] for row in found.values()] == [
        (pytest.approx(0.2), False), (-1.1, True), (0.9, True), (-0.1, False),
    ]  # fmt: skip
    wind = Grid("S../.r./...", step_cost=0)
    at = 4  # on the wind: left and back, up and right, down and right, right as far as it goes
    assert [wind.P[at][a][0][1] for a in range(4)] == [4, 8, 5, 2]
    portal = Grid("SA..B", step_cost=0)
    assert portal.P[0][2][0][1] == 4
    assert Grid("SA...", step_cost=0).P[0][2][0][1] == 1, "no way out: it is floor"
    lottery = Grid("SL", step_cost=0).P[0][2]
    assert [(p, r) for p, _, r, _ in lottery] == [(CHANCE, 1.0), (pytest.approx(0.55), -1.0)]
    coin = Grid("Sc", step_cost=0)
    assert coin.P[1][2][0][2] == 0, "standing on a coin against a wall pays nothing"
    slips = Grid("..S..", slip=0.5, step_cost=0).P[2][2]
    assert [(p, s2) for p, s2, *_ in slips] == [(0.5, 3), (0.25, 2), (0.25, 2)]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ("...G", "no start S"),
        ("SS.G", "2 starts S"),
        ("S../..", "not equally long: from 2 to 3"),
        ("S" + "." * 16, "at most 12 rows of 16"),
        ("/".join(["S"] + ["."] * 12), "at most 12 rows of 16"),
        ("S?G", "no cell “?”"),
        ("S", "one cell only"),
        ("", "no start S"),
    ],
)
def test_a_wrong_grid_is_said_in_a_sentence(cells, says):
    config, notices = Config.parse({"cells": cells})
    assert config == Config()
    assert len(notices) == 1
    assert says in notices[0]
    assert notices[0].endswith("The defaults are used instead.")


def test_wrong_moves_are_said():
    _, notices = Config.parse({"moves": "uux"})
    assert "“x” is no move" in notices[0]


def test_any_painted_grid_runs():
    random = np.random.default_rng(7)
    letters = list(LETTERS.replace("S", ""))
    for _ in range(25):
        rows, columns = random.integers(1, 13), random.integers(2, 17)
        cells = random.choice(letters, (rows, columns))
        cells[random.integers(rows), random.integers(columns)] = "S"
        config = Config(cells="/".join("".join(row) for row in cells), slip=0.2, pace="step")
        frames = list(lab.run(config))
        figures = lab.panels(config, frames[0])
        assert lab.draw(config, frames[-1]).keys() <= figures.keys()
        lab.readout(config, frames[-1])
        lab.draw(config, lab.answer(config))


# --- many agents ---


def test_agents_of_a_batch_are_independent_and_the_same_as_alone():
    config = Config()
    home = place(config)
    seeds = [stream(config.seed, f"q/{i}") for i in range(6)]

    def batch(seeds):
        agents = fresh(seeds, home.states, 4, home.limit, twins=False, model=False, value=0.0)
        train(agents, home.table, colony.rules(config, "q", len(seeds)), 10**9, 50)
        return agents

    together = batch(seeds)
    for i, seed in enumerate(seeds):
        np.testing.assert_array_equal(batch([seed]).q[0], together.q[i])
    assert len({q.tobytes() for q in together.q}) == 6
    assert len(
        {stream(s, f"{rule}/{i}") for s in range(9) for rule in RULES for i in range(30)}
    ) == (9 * 8 * 30)


def test_living_in_pieces_is_living():
    config = Config(agent="lambda")
    whole, pieces = lived(config, 40), colony.settle(config)
    for steps in (1, 7, 100, 101):
        colony.advance(pieces, steps=steps)
    for episode in range(1, 41):
        if episode > pieces.episodes:
            colony.advance(pieces, episodes=episode)
    for one, other in zip(whole.main, pieces.main, strict=True):
        np.testing.assert_array_equal(one, other)


def test_counters():
    life = lived(Config(world="lake4", slippery=True), 200)
    clock, real = life.main.clock[0], life.main.real[0]
    assert clock[EPISODES] == 200
    assert life.main.visits[0].sum() == clock[STEPS]
    assert real[SUM] == clock[GOALS]  # the lake pays 1 for the goal and nothing else
    assert 0 <= real[MEAN] <= 1


def test_a_cell_of_a_field_is_an_agent():
    config = Config(episodes=50)
    cells = settings.field_agents(config)
    train(cells, place(config).table, settings.field_rules(config), 10**9, 50)
    shown = settings.field_values(config, cells)
    alpha, gamma, epsilon = settings.field_axes(config)
    n = len(alpha)
    assert shown.shape == (2, n, n)
    for field, i, j in ((0, 2, n - 1), (1, n // 2, n - 2)):
        change = {"alpha": float(alpha[j])} if field == 0 else {"gamma": float(gamma[j])}
        one = config.model_copy(update={"epsilon": float(epsilon[i]), **change})
        number = field * n * n + i * n + j
        home = place(config)
        agent = fresh(
            [stream(0, f"field/{number}")], home.states, 4, home.limit,
            twins=False, model=False, value=0.0,
        )  # fmt: skip
        train(agent, home.table, colony.rules(one, "q", 1), 10**9, 50)
        assert shown[field, i, j] == pytest.approx(agent.real[0, SUM] / 50, rel=1e-6)
