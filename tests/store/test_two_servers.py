"""Two server processes that share a store: a run is computed once, and seen by both."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labcore.engine.inline import InlineEngine
from labcore.engine.local import LocalEngine
from labcore.engine.settings import Settings
from labcore.engine.store.sql import SqlStore
from tests.helpers import end, events, finish, steps, under_way, until
from tests.labs.trouble import Config
from tests.store.conftest import other_server

Made = Callable[[], LocalEngine]
_seeds = itertools.count(8000)


def slow(frames: int = 100, pause: float = 0.03) -> Config:
    return Config(kind="slow", frames=frames, pause=pause, seed=next(_seeds))


@pytest.fixture
def here(url: str, tmp_path: Path) -> Iterator[LocalEngine]:
    """The engine of this process, on the shared store."""
    settings = Settings(
        store=url, data=tmp_path, warm=False, preload=False, workers=1, answer_workers=1
    )
    engine = LocalEngine(settings, SqlStore(settings))
    try:
        assert engine.wait_ready(60)
        yield engine
    finally:
        engine.close()


def whole(run_events: list[tuple[str, object]], config: Config) -> bool:
    """Whether these are the messages of a run that was never disturbed, each once."""
    alone = InlineEngine(Settings(store="memory")).submit("trouble", config)
    return run_events[:-1] == events(alone)[:-1]


def test_what_another_server_computes_is_shown_as_it_happens(
    here: LocalEngine, url: str, tmp_path: Path
) -> None:
    config = slow()
    with other_server(url, tmp_path, config.model_dump(mode="json")):
        run = here.submit("trouble", config, "a")
        until(lambda: run.shown > 2, 10, "frames come over")
        assert not run.finished
        assert run.pid == 0  # no process here
        joined = here.submit("trouble", config, "b")
        assert joined is run
        finish(run)
        assert run.state == "done"
        assert here.computed == 0
        assert whole(events(run), config)
        assert run.arrays
        assert len(run.checkpoints) == 100
        branch = finish(here.submit("trouble", config, "a", parent=(run.key, 40)))
        assert branch.state == "done"  # goes on from what the other has computed
        again = here.submit("trouble", config, "c")
        assert again.state == "done"
        assert here.computed == 1


def test_a_run_whose_server_is_killed_goes_on_here_without_a_seam(
    here: LocalEngine, url: str, tmp_path: Path
) -> None:
    config = slow(frames=100)
    with other_server(url, tmp_path, config.model_dump(mode="json")) as (other, _):
        run = here.submit("trouble", config, "a")
        seen = until(lambda: run.shown > 5 and list(run.log), 10, "frames come over")
        other.send_signal(signal.SIGKILL)
        under_way(run, 6)  # now in a process of this server
        assert run.log[: len(seen)] == seen
        finish(run)
    assert run.state == "done"
    assert steps(run) == list(range(100))
    assert whole(events(run), config)
    assert here.computed == 1


def test_a_server_that_cannot_be_asked_is_waited_for(
    here: LocalEngine, url: str, tmp_path: Path
) -> None:
    """Without an address nothing is relayed; the run is there when it is done."""
    config = slow(frames=40)
    settings = Settings(store=url, data=tmp_path, warm=False, preload=False, workers=1)
    second = LocalEngine(settings, SqlStore(settings))
    try:
        assert second.wait_ready(60)
        theirs = under_way(second.submit("trouble", config, "b"), 3)
        mine = here.submit("trouble", config, "a")
        time.sleep(0.2)
        assert mine.shown == 0
        finish(theirs)
        finish(mine)
        assert (mine.state, here.computed, second.computed) == ("done", 0, 1)
        assert events(mine)[:-1] == events(theirs)[:-1]
        assert end(mine)["state"] == "done"
    finally:
        second.close()


def test_who_stops_here_stops_there_once_nobody_is_left(
    here: LocalEngine, url: str, tmp_path: Path
) -> None:
    config = slow(frames=2000)
    with other_server(url, tmp_path, config.model_dump(mode="json")) as (other, _):
        run = here.submit("trouble", config, "a")
        until(lambda: run.shown > 2, 10, "frames come over")
        here.withdraw(run.key, "a")
        assert finish(run, 2).state == "cancelled"
        assert other.poll() is None
        again = here.submit("trouble", config, "a")  # the other's own learner still wants it
        until(lambda: again.shown > 2, 10, "frames come over")
        assert here.computed == 0
        here.withdraw(again.key, "a")
        finish(again, 2)


def test_a_fork_of_a_server_does_not_pass_for_it(url: str, tmp_path: Path) -> None:
    """Liveness is the process and when it began: a number used again is another server."""
    store = SqlStore(Settings(store=url, data=tmp_path))
    try:
        row = f"{os.getpid()}@1"
        from sqlalchemy import insert

        from labcore.engine.store.model import ServerRow

        machine = store._servers._machine
        with store._engine.begin() as connection:
            connection.execute(
                insert(ServerRow).values(
                    name="old", address="", machine=machine, process=row, beat=time.time()
                )
            )
        assert set(store._servers.living()) == {store._servers.name}
    finally:
        store.close()
