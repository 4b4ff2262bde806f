"""One cluster and one engine for all: both take many seconds to start."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from labcore.engine.cluster import ClusterEngine
from labcore.engine.run import Run
from labcore.engine.settings import Settings
from tests.helpers import alive, descendants, environment, finish, until

START_SECONDS = 120
MARK = "cluster: "
"""What the program of the cluster begins its own lines with."""


class Cluster:
    """A cluster in a process of its own; every node of it can be killed."""

    def __init__(self, token: str) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "tests.cluster.nodes"],
            env=environment(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=token),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._killed = 0
        self.address = self._answer()

    def kill_node_of(self, run: Run) -> None:
        """End a node and all that runs on it at once, as when its machine loses power."""
        node = node_of(run)
        for pid in (node, *descendants(node)):
            os.kill(pid, signal.SIGKILL)
        self._killed += 1

    def mend(self) -> None:
        """Add a node for each that was killed."""
        while self._killed:
            assert self._program.stdin
            self._program.stdin.write("add\n")
            self._program.stdin.flush()
            assert self._answer() == "added"
            self._killed -= 1

    def end(self) -> None:
        below = descendants(self._program.pid)
        self._program.communicate(timeout=60)
        assert self._program.returncode == 0
        until(lambda: not any(map(alive, below)), 20, "every process of the cluster has gone")

    def _answer(self) -> str:
        assert self._program.stdout
        said = []
        for line in self._program.stdout:  # Ray prints there, too
            said.append(line)
            if line.startswith(MARK):
                return line.removeprefix(MARK).strip()
        self._program.communicate()
        raise AssertionError(f"the cluster has ended: {''.join(said)}")


def parent(pid: int) -> int:
    """The process that has started this one."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def node_of(run: Run) -> int:
    """The process that is the node a run computes on."""
    pid = run.pid
    while Path(f"/proc/{pid}/comm").read_text().strip() != "raylet":
        pid = parent(pid)
    return pid


@pytest.fixture(scope="package")
def cluster() -> Iterator[Cluster]:
    """Two nodes of one CPU, and a head that computes nothing; a token is asked for."""
    if find_spec("ray") is None:
        pytest.skip("Ray is an optional extra.")
    token = secrets.token_hex(32)
    given = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": token, "RAY_USAGE_STATS_ENABLED": "0",
             "LAB_WARM": "0", "RAY_NUM_REDIS_GET_RETRIES": "2"}  # fmt: skip
    before = dict(os.environ)
    os.environ |= given
    made = Cluster(token)
    os.environ["RAY_ADDRESS"] = made.address
    try:
        yield made
    finally:
        os.environ.clear()
        os.environ |= before
        made.end()


@pytest.fixture(scope="package")
def cluster_engine(cluster: Cluster) -> Iterator[ClusterEngine]:
    engine = ClusterEngine(
        Settings(
            queue=6,
            queue_per_learner=3,
            run_seconds=60,
            run_memory=96 * 2**20,
            running_per_learner=2,
            answer_workers=1,
            warm=False,
        )
    )
    try:
        yield engine
    finally:
        engine.close()


@pytest.fixture
def engine(cluster_engine: ClusterEngine, cluster: Cluster) -> Iterator[ClusterEngine]:
    """The engine once both nodes are there; what is not finished after the test is stopped."""
    cluster.mend()
    until(lambda: cluster_engine.ready and cluster_engine.capacity == 2, START_SECONDS, "2 places")
    yield cluster_engine
    for run in cluster_engine.active():
        cluster_engine.stop(run.key)
        finish(run)
