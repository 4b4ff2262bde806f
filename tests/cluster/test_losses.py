"""What a cluster can lose: nodes, worker hosts, the driver, its token, itself."""

from __future__ import annotations

import itertools
import os
import signal
import time

import pytest

from labcore.engine.cluster import ClusterEngine
from labcore.engine.inline import InlineEngine
from labcore.engine.run import Refused
from labcore.engine.settings import Settings
from tests.cluster.conftest import START_SECONDS, Cluster, node_of, parent
from tests.cluster.test_runs import assert_same
from tests.helpers import alive, end, finish, is_sentence, steps, under_way, until
from tests.labs import trouble

_seeds = itertools.count(7000)


def slow(frames: int = 10_000, pause: float = 0.02) -> trouble.Config:
    """A config that no other test has."""
    return trouble.Config(kind="slow", frames=frames, pause=pause, seed=next(_seeds))


def test_a_run_whose_node_is_killed_goes_on_elsewhere_and_fails_once_none_is_left(
    engine: ClusterEngine, cluster: Cluster
) -> None:
    given = slow(frames=120)
    run, other = (engine.submit("trouble", it, who) for it, who in ((given, "a"), (slow(), "b")))
    first, seen = under_way(run, 30).pid, run.frames
    other_node = node_of(under_way(other))
    cluster.kill_node_of(run)
    until(lambda: engine.capacity == 1, 30, "the loss is known")
    assert (run.state, run.pid) == ("running", first)  # until the other's place is free
    engine.stop(other.key)
    until(lambda: run.pid != first, 30, "it computes elsewhere")
    assert seen <= run.frames < 120
    assert node_of(run) == other_node
    finish(run, 60)
    assert not alive(first)
    assert steps(run) == list(range(120))
    assert_same(run, InlineEngine(Settings()).submit("trouble", given))

    last = under_way(engine.submit("trouble", slow()), 5)
    cluster.kill_node_of(last)
    finish(last, 60)
    assert end(last)["state"] == "interrupted"
    assert last.reason == (
        "The machine that computed this run was lost, and no other is left. Try again later."
    )
    assert steps(last) == list(range(last.frames))
    assert engine.capacity == 0
    waiting = engine.submit("trouble", slow(frames=3))
    assert (waiting.state, waiting.position) == ("queued", 1)
    cluster.mend()
    assert finish(waiting, START_SECONDS).state == "done"


def test_a_worker_host_that_is_killed_on_a_node_loses_no_run(engine: ClusterEngine) -> None:
    given = slow(frames=100)
    run = under_way(engine.submit("trouble", given), 10)
    host = parent(run.pid)
    assert b"worker_host" in command(host)
    os.kill(host, signal.SIGKILL)
    finish(run, START_SECONDS)
    assert run.state == "done", run.reason
    assert steps(run) == list(range(100))


def command(pid: int) -> bytes:
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read()


def test_a_driver_that_ends_is_started_again_and_nothing_is_left_on_the_nodes(
    engine: ClusterEngine,
) -> None:
    assert engine.runs is not engine.processes
    run = under_way(engine.submit("trouble", slow()), 5)
    driver = engine.runs.host_pid
    assert b"cluster.driver" in command(driver)
    os.kill(driver, signal.SIGKILL)
    finish(run, 5)
    assert run.state == "interrupted"
    assert is_sentence(run.reason)
    until(lambda: not alive(run.pid), 30, "its process has gone")
    again = engine.submit("trouble", slow(frames=5))
    assert finish(again, START_SECONDS).state == "done"


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"RAY_AUTH_TOKEN": "0" * 64}, "lets this server not in"),
        ({"RAY_AUTH_TOKEN": "", "HOME": "/nonexistent"}, "No token is set"),
        ({"RAY_ADDRESS": "127.0.0.1:8740"}, "cannot be reached: Connection refused."),
        ({"RAY_ADDRESS": ""}, "RAY_ADDRESS is not set"),
    ],
    ids=["wrong token", "no token", "no cluster", "no address"],
)
def test_a_cluster_that_does_not_let_us_in_is_a_sentence(
    environment: dict[str, str], says: str, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    engine = ClusterEngine(Settings(warm=False, preload=False))
    try:
        waiting = engine.submit("trouble", slow())
        assert finish(waiting, 60).state == "interrupted"
        assert is_sentence(waiting.reason)
        assert says in waiting.reason
        with pytest.raises(Refused, match=says):
            engine.submit("trouble", slow())
        assert not engine.ready
    finally:
        began = time.monotonic()
        engine.close()
        assert time.monotonic() - began < 2
