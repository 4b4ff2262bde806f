"""Runs on a cluster: the same messages, limits and turns as on one machine."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from labcore import catalog, wire
from labcore.engine.cluster import ClusterEngine
from labcore.engine.inline import InlineEngine
from labcore.engine.run import Refused, Run
from labcore.engine.settings import Settings
from tests.cluster.conftest import node_of
from tests.helpers import (
    alive,
    end,
    environment,
    events,
    finish,
    limits,
    steps,
    under_way,
    until,
)
from tests.labs import files, hands, trouble

_seeds = itertools.count(4000)


def config(kind: str = "fine", **given: Any) -> trouble.Config:
    """A config that no other test has."""
    return trouble.Config(**{"kind": kind, "seed": next(_seeds), **given})


def slow(**given: Any) -> trouble.Config:
    """A run that would take minutes."""
    return config("slow", **{"frames": 10_000, "pause": 0.02, **given})


def assert_same(run: Run, other: Run) -> None:
    """Two runs said the same to the byte, but for the time they took."""
    assert (run.state, other.state) == ("done", "done"), run.reason
    assert [message.sse for message in run.log[:-1]] == [m.sse for m in other.log[:-1]]
    assert run.checkpoints == other.checkpoints
    assert run.arrays == other.arrays


@pytest.mark.parametrize("slug", ["trouble", "optimizer_trajectories"])
def test_a_node_says_the_same_as_the_calling_thread(slug: str, engine: ClusterEngine) -> None:
    module = catalog.load(slug)
    given = module.Config(**{**module.LAB.quick, "seed": next(_seeds)})
    run = finish(engine.submit(slug, given), 60)
    assert_same(run, InlineEngine(Settings()).submit(slug, given))
    assert not alive(run.pid)


def test_frames_come_while_the_run_goes_on(engine: ClusterEngine) -> None:
    began = time.monotonic()
    run = under_way(engine.submit("trouble", config("slow", frames=60, pause=0.05)))
    assert not run.finished
    assert run.frames < 30, "they came together"
    assert finish(run).state == "done"
    assert time.monotonic() - began > 60 * 0.05
    assert steps(run) == list(range(60))


def test_a_thousand_frames_a_second_pass(engine: ClusterEngine) -> None:
    finish(engine.submit("trouble", config(frames=3000)), 60)  # what is loaded once is
    began = time.monotonic()
    run = finish(engine.submit("trouble", config(frames=2000)), 60)
    assert run.state == "done", run.reason
    assert steps(run) == list(range(2000))
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("kind", "reason", "numbers"),
    [
        (
            "raise",
            "The computation failed after 3 frames: the matrix is singular: its determinant is 0.",
            True,
        ),
        ("exit", "The run's process ended (7) after 3 frames. Try again.", False),
        ("memory", "The run needed more than 96 MB of memory after 3 frames.", True),
    ],
)
def test_a_run_that_goes_wrong_says_why_and_spoils_no_other(
    kind: str, reason: str, numbers: bool, engine: ClusterEngine
) -> None:
    other = under_way(engine.submit("trouble", config("slow", frames=100, pause=0.02), "b"))
    run = finish(engine.submit("trouble", config(kind)))
    assert (end(run)["state"], run.reason) == ("failed", reason)
    assert steps(run) == [0, 1, 2]
    assert bool(run.arrays) == numbers
    assert finish(other).state == "done"


def test_stop_keeps_the_numbers_and_frees_the_place_soon(engine: ClusterEngine) -> None:
    run = under_way(engine.submit("trouble", slow(), "a"), 5)
    pressed = time.monotonic()
    engine.withdraw(run.key, "a")
    until(lambda: not alive(run.pid), 5, "its process has gone")
    assert time.monotonic() - pressed <= 0.5
    finish(run, 2)
    assert run.state == "cancelled"
    assert wire.unpack(run.arrays)["step"].tolist() == steps(run) == list(range(run.frames))


def test_a_run_that_hears_no_signal_is_ended(engine: ClusterEngine) -> None:
    with limits(engine, stop_seconds=0.3):
        run = under_way(engine.submit("trouble", config("deaf")), 3)
        pressed = time.monotonic()
        engine.stop(run.key)
        finish(run, 3)
        until(lambda: not alive(run.pid), 3, "its process has gone")
    assert time.monotonic() - pressed <= 1
    assert run.state == "cancelled"
    assert finish(engine.submit("trouble", config())).state == "done"


def test_a_hung_run_is_ended_by_the_clock(engine: ClusterEngine) -> None:
    with limits(engine, run_seconds=2):
        run = finish(engine.submit("trouble", config("hang", pause=0)), 10)
    assert run.state == "failed"
    assert run.reason.startswith("The run was ended after 2 s")
    until(lambda: not alive(run.pid), 3, "its process has gone")


def test_each_node_takes_as_many_runs_as_it_has_processors_and_learners_take_turns(
    engine: ClusterEngine,
) -> None:
    first, second = (under_way(engine.submit("trouble", slow(), who)) for who in "ab")
    assert node_of(first) != node_of(second)
    waiting = [engine.submit("trouble", config(), who) for who in "aab"]
    assert [run.state for run in waiting] == ["queued"] * 3
    assert [run.position for run in waiting] == [1, 3, 2]  # b's turn comes before a's second
    engine.submit("trouble", config(), "a")
    with pytest.raises(Refused, match=r"^You have 3 runs waiting already"):
        engine.submit("trouble", config(), "a")
    engine.stop(second.key)
    assert all(finish(run).state == "done" for run in waiting)
    assert not first.finished
    assert waiting[0].started < waiting[2].started < waiting[1].started


def test_fewer_places_than_the_cluster_has_if_so_set(engine: ClusterEngine) -> None:
    with limits(engine, workers=1):
        assert engine.capacity == 1
    with limits(engine, workers=64):
        assert engine.capacity == 2


def test_a_branch_and_a_look_anew_take_their_checkpoints_along(engine: ClusterEngine) -> None:
    trunk_config = hands.Config(seed=next(_seeds))
    trunk = finish(engine.submit("hands", trunk_config))
    steeper = trunk_config.model_copy(update={"gain": 3.0})
    branch = finish(engine.submit("hands", steeper, parent=(trunk.key, 9)))
    assert steps(branch) == list(range(21))
    seen = finish(engine.submit("hands", trunk_config.model_copy(update={"moves": "d"})))
    notes = {said["note"] for event, said in events(seen) if event == "frame"}
    assert notes == {"Looked at anew."}
    assert sorted(seen.checkpoints) == list(range(21))


def test_a_learner_s_own_file_travels_with_the_run(engine: ClusterEngine) -> None:
    token = engine.take_in("table", b"a,b\n1,2\n3,4\n", "a")
    run = finish(engine.submit("files", files.Config(table=token), "a"))
    assert run.state == "done", run.reason
    assert events(run)[1][1]["readout"]["Rows"] == "2"


def test_a_killed_process_fails_its_own_run_only(engine: ClusterEngine) -> None:
    victim, other = (under_way(engine.submit("trouble", slow(), who), 5) for who in "ab")
    os.kill(victim.pid, signal.SIGKILL)
    finish(victim, 3)
    assert victim.reason == (
        f"The run's process was killed (SIGKILL) after {victim.frames} frames. Try again."
    )
    seen = other.frames
    until(lambda: other.frames > seen + 5, 5, "the other goes on")


def test_the_web_server_never_imports_ray() -> None:
    ask = "import sys, labcore.engine, labcore.engine.cluster; sys.exit('ray' in sys.modules)"
    subprocess.run([sys.executable, "-c", ask], env=environment(), check=True)
