"""Runs, branches, pictures, words and goals of the lab on Q-learning."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from labcore import Start, catalog, export, wire
from labcore.engine.inline import InlineEngine
from labcore.engine.settings import Settings
from labcore.reinforcement import q_learning as lab
from labcore.reinforcement.q_learning import (
    colony,
    compiled,
    inside,
    optimal,
    picture,
    play,
    settings,
)
from labcore.reinforcement.q_learning.config import LAYERS, RULES, Config
from labcore.reinforcement.q_learning.memory import GOALS, T
from labcore.reinforcement.q_learning.worlds import place

FEW = {"episodes": 50, "agents": ("q",)}
PACES = ("spread", "episode", "step", "replay")
CHALLENGES = {challenge.slug: challenge for challenge in lab.LAB.challenges}


def frames(**given):
    return list(lab.run(Config(**{**FEW, **given})))


# --- runs and branches ---


@pytest.mark.parametrize("pace", PACES)
@pytest.mark.parametrize("world", ["own", "taxi"])
def test_length_is_the_number_of_frames(pace, world):
    config = Config(**FEW, pace=pace, world=world, episode=7)
    found = list(lab.run(config))
    assert len(found) == lab.LAB.length(config) <= 300
    assert [frame.step for frame in found] == sorted(frame.step for frame in found)


@pytest.mark.parametrize("pace", PACES)
def test_a_whole_training_is_the_same_however_it_is_shown(pace):
    whole = colony.settle(Config())
    colony.advance(whole, episodes=50)
    last = frames(pace=pace, episode=50)[-1]
    if pace == "step":
        colony.advance(again := colony.settle(Config()), steps=250)
        whole = again
    np.testing.assert_array_equal(last["q"], whole.main.q[0].astype(np.float32))


def test_an_episode_again_is_that_episode():
    life = colony.settle(Config())
    colony.advance(life, episodes=12)
    shown = frames(pace="replay", episode=12)
    length = int(life.main.clock[0, T])
    assert len(shown) == length
    ways = life.place.cells[life.main.path[0, : length + 1]]
    columns = life.place.shape[1]
    np.testing.assert_array_equal(
        shown[-1]["trail"][:, 0] + columns * shown[-1]["trail"][:, 1], ways
    )
    assert [len(frame["trail"]) for frame in shown] == list(range(2, length + 2))


@pytest.mark.parametrize("agent", RULES)
@pytest.mark.parametrize("pace", ["spread", "step"])
def test_going_on_is_as_if_unbroken(agent, pace):
    config = Config(**FEW, agent=agent, pace=pace, slip=0.1)
    whole = list(lab.run(config))
    at = whole[len(whole) // 2]
    rest = list(lab.run(config, Start(at.step, at.checkpoint)))
    assert len(rest) == len(whole) - len(whole) // 2 - 1
    for a, b in zip(whole[-len(rest) :], rest, strict=True):
        assert a.step == b.step
        assert a.note == b.note
        assert all(np.array_equal(a[key], b[key], equal_nan=True) for key in a.values)


def test_the_world_changes_in_mid_training():
    config = Config(**FEW, episode=9)
    at = list(lab.run(config))[-1]
    rows = list(config.cells)
    rows[3] = "#"  # right across the upper way
    changed = config.model_copy(update={"cells": "".join(rows)})
    rest = list(lab.run(changed, Start(at.step, at.checkpoint)))
    assert rest[0]["episodes"] == 51
    assert rest[-1]["episodes"] == 100
    assert rest[-1]["moved"] == 50
    assert rest[0]["end"] == 100
    assert np.abs(rest[0]["q"]).max() > 0.1, "old beliefs are kept"
    assert rest[0].note.startswith("The world changed after episode 50")
    again = rest[10]
    third = changed.model_copy(update={"cells": config.cells})
    back = list(lab.run(third, Start(again.step, again.checkpoint)))
    assert back[0]["episodes"] == again["episodes"] + 1
    assert len(json.loads(str(back[-1].checkpoint["recipe"]))["parts"]) == 3


def test_a_step_can_be_looked_at_from_any_frame():
    config = Config(**FEW)
    at = list(lab.run(config))[30]
    closer = list(
        lab.run(config.model_copy(update={"pace": "step"}), Start(at.step, at.checkpoint))
    )
    assert [frame.step for frame in closer] == list(range(at.step + 1, at.step + 251))


@pytest.mark.parametrize(
    "change",
    [
        {"world": "taxi"}, {"world": "lake4"}, {"agent": "double"}, {"agent": "dyna"},
        {"agents": RULES}, {"pace": "replay"}, {"episodes": 100}, {"cells": "S..G"},
        {"seed": 5}, {"alpha": 1.0}, {"field": "rms"},
    ],
)  # fmt: skip
def test_going_on_with_other_settings(change):
    config = Config(**FEW)
    for at in (list(lab.run(config))[k] for k in (0, 20, -1)):
        rest = list(lab.run(config.model_copy(update=change), Start(at.step, at.checkpoint)))
        assert rest
        assert rest[0].step > at.step
        for frame in (rest[0], rest[-1]):
            wire.encode(lab.draw(config.model_copy(update=change), frame))


def test_the_ground_goes_from_under_an_agents_feet():
    config = Config(**FEW, pace="step")
    at = list(lab.run(config))[40]
    column, row = at["trail"][-1]
    rows = [list(line) for line in config.cells.split("/")]
    if rows[row][column] != "S":
        rows[row][column] = "#"
    cells = "/".join(map("".join, rows))
    rest = list(lab.run(config.model_copy(update={"cells": cells}), Start(at.step, at.checkpoint)))
    assert len(rest) == 250
    assert rest[0]["trail"][0].tolist() == [0, 0]


@pytest.mark.parametrize("settings_", [{}, {"world": "taxi"}, {"agent": "double", "pace": "step"}])
def test_same_seed_same_run_and_another_seed_another(settings_):
    one, two, other = (frames(**settings_, seed=seed) for seed in (1, 1, 2))
    for a, b in zip(one, two, strict=True):
        assert all(np.array_equal(a[key], b[key], equal_nan=True) for key in a.values)
    assert not np.array_equal(one[-1]["q"], other[-1]["q"])


def test_the_band_is_of_thirty_lives():
    config = Config(**FEW)
    last = list(lab.run(config))[-1]
    home = place(config)
    crowd = colony.settle(config, crowd=("q",))
    colony.advance(crowd, episodes=50)
    means = crowd.crowd["q"].real[:, 2]
    half = 2.045 * means.std(ddof=1) / np.sqrt(30)
    np.testing.assert_allclose(last["returns"][0], [means.mean(), half], rtol=1e-5)
    exact = optimal.best(home, config.gamma)
    gap = (crowd.crowd["q"].q.max(-1) - exact.v)[:, exact.reachable]
    assert last["errors"][0][0] == pytest.approx(np.sqrt((gap**2).mean(-1)).mean(), rel=1e-5)
    np.testing.assert_array_equal(crowd.crowd["q"].q[0], crowd.main.q[0])


def test_sarsa_keeps_away_from_the_cliff():
    given = {"world": "cliff", "alpha": 0.5, "gamma": 0.99, "agents": ("q", "sarsa")}
    last = list(lab.run(Config(**given)))[-1]
    (q, q_half), (sarsa, sarsa_half) = last["returns"]
    assert q + q_half < sarsa - sarsa_half - 10
    assert last["greedy"] == -13  # Q-learning’s own policy is the best one all the same


def test_q_learning_hopes_too_much_and_double_q_less():
    preset = next(p for p in lab.LAB.presets if p.settings.get("measure") == "bias")
    last = list(lab.run(Config(**preset.settings)))[-1]
    (q, q_half), (double, double_half) = last["errors"]
    assert q - q_half > 0.15 > 0 > double + double_half
    assert last["returns"][1, 0] > last["returns"][0, 0]


def test_dyna_needs_fewer_steps():
    preset = next(p for p in lab.LAB.presets if p.settings.get("agent") == "dyna")
    found = list(lab.run(Config(**preset.settings)))
    early = found[30]["returns"][:, 0]
    assert early[-1] > early[0] + 0.3


# --- pictures ---


def test_triangles_lie_where_the_action_leads():
    for given in ({}, {"world": "cliff"}, {"world": "lake8"}, {"world": "taxi"}):
        home = place(Config(**given))
        x, y, index = picture.raster(home)
        columns, actions = home.shape[1], len(home.moves)
        for cell in (0, columns + 1, columns * home.shape[0] - 1):
            row, column = divmod(cell, columns)
            for a, (dx, dy) in enumerate(home.moves):
                at = (column + 0.4 * dx, row + 0.4 * dy)
                if (dx, dy) == (0, 0):
                    at = (column, row + (-0.1 if home.actions[a] == "pick up" else 0.1))
                i, j = np.abs(y - at[1]).argmin(), np.abs(x - at[0]).argmin()
                assert index[i, j] == cell * actions + a


def test_greedy_ties_give_several_arrows():
    config = Config(world="lake4")
    q, visits = np.zeros((16, 4), np.float32), np.zeros((16, 4), np.int32)
    visits[5], visits[6] = 1, 1
    q[6] = [0, 0.5, 0.5, 0.1]  # down and right
    drawn = picture.arrows(config, q, visits)
    assert len(drawn["x"]) == 4 + 2
    assert drawn["marker.symbol"][4:] == [6, 8]
    np.testing.assert_allclose(drawn["x"][4:], [2, 2.31], rtol=1e-6)
    np.testing.assert_allclose(drawn["y"][4:], [1.31, 1], rtol=1e-6)


@pytest.mark.parametrize(
    "given",
    [
        {}, {"world": "cliff"}, {"world": "taxi"}, {"pace": "step"},
        {"cells": "/".join(["S" + "." * 15] + ["." * 16] * 11)},
    ],
)  # fmt: skip
def test_frames_are_small_and_patches_valid(given):
    config = Config(**{**FEW, **given, "agents": RULES})
    found = list(lab.run(config))
    figures = lab.panels(config, found[0])
    uids = {name: {trace.uid for trace in figure.data} for name, figure in figures.items()}
    sizes = []
    for frame in found:
        patch = lab.draw(config, frame)
        for name, parts in patch.items():
            for part in ("traces", "append"):
                assert parts.get(part, {}).keys() <= uids[name]
        sizes.append(len(wire.frame_message(0, frame, patch, lab.readout(config, frame))))
    assert np.median(sizes) <= 30_000
    for title, names in lab.LAB.views.items():
        shown = [figures[name] for name in names if name in figures]
        large = sum(figure.layout.meta["size"] == "large" for figure in shown)
        assert large <= 2, title
        assert len(shown) - large <= 2, title
    assert set().union(*lab.LAB.views.values()) >= figures.keys()


def test_layers_of_taxi_show_where_the_passenger_is():
    for layer in LAYERS[1:]:
        config = Config(**FEW, world="taxi", layer=layer, pace="step")
        frame = next(lab.run(config))
        waits, goes = layer.split("-")
        assert lab.readout(config, frame)["Map"] == f"{waits} → {goes}"
        text = dict(zip("RGYB", picture.letters(config, int(frame["layer"]))["text"], strict=True))
        assert "to" in text[goes[0].upper()]
        assert waits == "taxi" or "from" in text[waits[0].upper()]


def test_visits_have_their_place_on_a_logarithmic_scale():
    assert inside.logged(np.array([0, 10_000])).tolist() == [0, 255]
    codes = inside.logged(np.array([1, 10, 100, 1000]))
    assert (np.diff(codes.astype(int)) > 40).all()


# --- words ---


def number(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("agent", RULES)
def test_the_formula_adds_up(agent):
    config = Config(**FEW, agent=agent, pace="step", omega=0.2)
    names = re.findall(r"\\slot\{([a-z.]+)\}", "".join(lab.LAB.formulas.values()))
    for frame in lab.run(config):
        told = lab.readout(config, frame)
        assert set(names) <= told.keys()
        if told["update.old"] == "–":
            continue
        alpha, old, target, new, delta = (
            number(told[f"update.{name}"]) for name in ("alpha", "old", "target", "new", "delta")
        )
        scale = max(abs(old), abs(target), 1e-9)
        assert new == pytest.approx((1 - alpha) * old + alpha * target, abs=2e-3 * scale)
        assert new == pytest.approx(old + alpha * delta, abs=2e-3 * scale)
        if " · " in told["update.sum"]:
            r, gamma, follows = map(number, re.findall(r"−?[\d.]+(?:e−?\d+)?", told["update.sum"]))
            assert target == pytest.approx(r + gamma * follows, abs=2e-3 * scale)


def test_the_new_value_is_in_the_table():
    config = Config(**FEW, pace="step")
    for frame in list(lab.run(config))[1:]:
        s, a = frame["update"][:2].astype(int)
        told = number(lab.readout(config, frame)["update.new"])
        assert frame["q"][s, a] == pytest.approx(told, rel=1e-3, abs=1e-9)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"cells": "S.#.G"}, "No way leads from the start to a goal"),
        ({"cells": "S....", "coin": 0}, "No way leads"),
        ({"world": "lake8", "episodes": 100}, "No episode has reached the goal in 100 episodes"),
        ({"cells": "Sc...........G"}, "Even the best policy never goes to the goal"),
        ({"cells": "S.G", "slip": 0.3, "alpha": 1.0}, "With α = 1 each update forgets"),
        ({"cells": "S.P/.../..G", "episodes": 100}, "Its greedy policy is as good as any"),
        ({"world": "taxi", "episodes": 100}, "Its greedy policy can reach the goal, but"),
        ({"world": "cliff", "episodes": 50, "alpha": 0.05}, "Its greedy policy does not reach"),
    ],
)
def test_notes_say_why(given, says):
    note = frames(**given)[-1].note
    assert note.startswith(says)


# --- play ---


def test_the_learner_walks_in_the_same_world_with_the_same_luck():
    config = Config(moves="rrrrrrrdddddd", episodes=50)
    played = play.game(config)
    assert played.you.goal
    assert played.you.total[-1] == pytest.approx(1 - 0.13)
    assert played.best.total[-1] == pytest.approx(played.most) == pytest.approx(0.87)
    slips = Config(moves="l" * 40, world="lake4", slippery=True)
    home = place(slips)
    mine = play.course(slips, play.actions_of(home, slips.moves))
    always_left = np.zeros((home.states, 4))
    always_left[:, 0] = 1
    np.testing.assert_array_equal(mine.states, play.course(slips, always_left).states[:41])


def test_moves_after_the_end_and_keys_without_meaning_do_nothing():
    played = play.game(Config(cells="S.G", moves="porruuu", episodes=50))
    assert played.you.states.tolist() == [0, 1, 2]


def test_taxi_can_be_driven():
    config = Config(world="taxi", moves="", episodes=50)
    home = place(config)
    exact = optimal.best(home, config.gamma)
    ideal = play.course(config, exact.q)
    keys = {"south": "d", "north": "u", "east": "r", "west": "l", "pick up": "p", "drop off": "o"}
    letters, s = "", ideal.states[0]
    for s, s2 in zip(ideal.states[:-1], ideal.states[1:], strict=True):
        a = int(np.argmax(exact.q[s] >= exact.q[s].max() - optimal.TIE))
        assert home.table.to[s, a, 0] == s2
        letters += keys[home.actions[a]]
    frame = lab.answer(config.model_copy(update={"moves": letters}))
    assert frame["reached"]
    assert "like the agent’s" in frame.note or "more than the agent’s" in frame.note


def test_answers_draw_the_painted_world():
    config = Config(cells="S.#/..G", episodes=50)
    patch = lab.draw(config, lab.answer(config))
    assert patch["grid"]["traces"]["ground"]["z"].tolist() == [[0, 0, 1], [0, 0, 2]]
    assert patch["play"]["traces"]["ground"]["z"].tolist() == [[0, 0, 1], [0, 0, 2]]


# --- goals ---

SOLVED = {
    "duel": {"moves": "rrrrrrrdddddd"},
    "edge": {"world": "cliff", "agent": "expected", "alpha": 0.5, "gamma": 0.99, "episodes": 500},
    "fare": {"world": "taxi", "agent": "dyna", "alpha": 1.0, "epsilon": 0.0, "planning": 50,
             "episodes": 300},
    "exact": {"world": "lake4", "slippery": True, "alpha": 1.0, "omega": 0.5, "epsilon": 0.3,
              "episodes": 2000},
    "once": {"cells": "SrAcG/####B"},
}  # fmt: skip
MISSED = {
    "duel": {"moves": "rrdd"},
    "edge": {"world": "cliff", "agent": "q", "alpha": 0.5, "gamma": 0.99},
    "fare": {"world": "taxi", "episodes": 100},
    "exact": {"world": "lake4", "slippery": True, "episodes": 300},
    "once": {"cells": "S.c.G"},
}


@pytest.mark.parametrize("slug", SOLVED)
def test_challenges_can_be_solved_and_are_not_given_away(slug):
    agents = {"agents": ("q",)}
    config = Config(**agents | SOLVED[slug])
    verdict = CHALLENGES[slug].check(config, list(lab.run(config)))
    assert verdict.passed, verdict.says
    for given in (MISSED[slug], {}):
        config = Config(**agents | given)
        verdict = CHALLENGES[slug].check(config, list(lab.run(config)))
        assert not verdict.passed
        assert verdict.says.endswith(".")


def test_the_challenge_of_relearning():
    config = Config(agent="dyna", agents=("q",), planning=50)
    whole = list(lab.run(config))
    assert not CHALLENGES["relearn"].check(config, whole).passed
    at = whole[90]
    places = at["trail"]
    column, row = next((c, r) for c, r in places[2:-1])
    rows = [list(line) for line in config.cells.split("/")]
    rows[row][column] = "#"
    changed = config.model_copy(update={"cells": "/".join(map("".join, rows))})
    rest = list(lab.run(changed, Start(at.step, at.checkpoint)))
    verdict = CHALLENGES["relearn"].check(changed, rest)
    assert verdict.passed, verdict.says
    same = config.model_copy(update={"alpha": 0.2})
    rest = list(lab.run(same, Start(at.step, at.checkpoint)))
    assert not CHALLENGES["relearn"].check(same, rest).passed


# --- the machinery ---


def test_compiled_code_is_kept_beside_just_this_source(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    compiled.keep.cache_clear()
    folder = compiled.keep()
    assert folder.parent == tmp_path
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    (tmp_path / "file").write_text("in the way")
    compiled.keep.cache_clear()
    assert compiled.keep().parent.name == "__pycache__"
    compiled.keep.cache_clear()


def test_it_forks_after_warming_and_starts_no_threads():
    program = """
import os, threading
from labcore.reinforcement import q_learning as lab
config = lab.Config(episodes=50, agents=("q",))
first = [f["mean"] for f in lab.run(config)]
threads = len(os.listdir("/proc/self/task"))
pids = []
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        again = [f["mean"] for f in lab.run(config)]
        os._exit(0 if again == first else 1)
    pids.append(pid)
codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
lab.run(config)
assert codes == [0, 0, 0], codes
import numba
assert "numba.np.ufunc.omppool" not in __import__("sys").modules
print(threads)
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True, text=True, timeout=100,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
                          "MKL_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) <= 2


def test_fields_cost_what_they_may():
    assert settings.field_side(Config()) == settings.MOST
    dear = Config(agent="dyna", planning=50, episodes=2000)
    assert settings.LEAST <= settings.field_side(dear) < settings.field_side(Config())


def test_through_the_engine_a_branch_goes_on(monkeypatch):
    monkeypatch.setenv("LAB_EXTRA_LABS", "labcore.reinforcement.q_learning")
    catalog.extra.cache_clear()
    try:
        house = InlineEngine(Settings())
        config = Config(**FEW)
        whole = house.submit("q_learning", config)
        assert whole.state == "done", whole.reason
        rows = list(config.cells)
        rows[4] = "#"
        changed = config.model_copy(update={"cells": "".join(rows)})
        branch = house.submit("q_learning", changed, parent=(whole.key, 20))
        assert branch.state == "done", branch.reason
        assert branch.frames == 50
    finally:
        catalog.extra.cache_clear()


def test_the_script_taken_home_is_the_run(tmp_path):
    config = Config(episodes=50, agent="sarsa", alpha=0.5, world="cliff")
    script = tmp_path / "taken_home.py"
    script.write_text(export.script(lab, config))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script)], capture_output=True, text=True, timeout=200,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]),
                          "NUMBA_CACHE_DIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    last = list(lab.run(config))[-1]
    assert done.stdout.splitlines()[-1] == f"{last.step} {lab.readout(config, last)}"


def test_goals_are_counted():
    life = colony.settle(Config(cells="SG"))
    colony.advance(life, episodes=30)
    assert life.main.clock[0, GOALS] == 30
