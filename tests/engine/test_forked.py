"""What the worker host has warmed must not hang in its children, nor cost them memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from labcore import catalog, wire
from labcore.engine.local import LocalEngine
from labcore.engine.settings import Settings
from tests.helpers import end, finish, limits, own_memory, under_way
from tests.labs import trouble

KINDS = ("backward", "convolution", "vmap", "kmeans", "gp")


@pytest.fixture(scope="module")
def forking_engine() -> Iterator[LocalEngine]:
    """A fresh worker host, which has done all of it once before it forks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAB_EXTRA_LABS", "tests.labs.trouble,tests.labs.forked")
        catalog.extra.cache_clear()
        engine = LocalEngine(Settings(workers=2, run_seconds=20))
        try:
            assert engine.wait_ready(240, settled=True)
            yield engine
        finally:
            engine.close()
    catalog.extra.cache_clear()


def test_the_host_has_one_thread_when_it_forks(forking_engine: LocalEngine) -> None:
    tasks = Path(f"/proc/{forking_engine.processes.host_pid}/task").iterdir()
    names = [(task / "comm").read_text().strip() for task in tasks]
    # An allocator's housekeeper is made for forks; a thread of OpenMP or autograd is not.
    assert len([name for name in names if name != "jemalloc_bg_thd"]) == 1, names


@pytest.mark.parametrize("kind", [*KINDS, "all"])
def test_what_the_host_has_warmed_completes_in_a_child(
    forking_engine: LocalEngine, kind: str
) -> None:
    config = catalog.load("forked").Config(kind=kind, seed=3)
    run = finish(forking_engine.submit("forked", config), 22)
    assert end(run)["state"] == "done", run.reason
    values = wire.unpack(run.arrays)
    assert values["threads"].tolist() == [1]
    assert set(values) == {"step", "threads", *(KINDS if kind == "all" else [kind])}


def test_the_same_seed_gives_the_same_numbers_in_every_child(forking_engine: LocalEngine) -> None:
    config = catalog.load("forked").Config
    one = wire.unpack(finish(forking_engine.submit("forked", config(kind="all", seed=4))).arrays)
    for kind in KINDS:
        run = finish(forking_engine.submit("forked", config(kind=kind, seed=4)))
        assert wire.unpack(run.arrays)[kind].tolist() == one[kind].tolist(), kind


def test_a_small_run_has_little_memory_of_its_own(forking_engine: LocalEngine) -> None:
    with limits(forking_engine, lease_seconds=60):
        config = trouble.Config(kind="collect", frames=2000, pause=0.005, seed=900)
        run = under_way(forking_engine.submit("trouble", config, "a"), frames=60)
        own = own_memory(run.pid)
        shared = int(Path(f"/proc/{run.pid}/statm").read_text().split()[1]) * os.sysconf(
            "SC_PAGESIZE"
        )
        forking_engine.withdraw(run.key, "a")
        finish(run)
    assert shared > 100 * 2**20  # it has all that the host has loaded …
    assert own <= 25 * 2**20  # … and shares it
