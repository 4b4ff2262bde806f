"""GPU slots on a real GPU: the choice by measurement, warm processes, memory, the same numbers."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from labcore import catalog, device, wire
from labcore.engine.local import LocalEngine
from labcore.engine.run import Run
from labcore.engine.settings import Settings
from tests.helpers import finish, is_sentence, steps, under_way, until
from tests.labs import heavy, trouble

pytestmark = pytest.mark.skipif(not device.gpus(), reason="There is no GPU on this machine.")

_seeds = itertools.count(3000)
SLOTS = 2


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    """An engine of two slots that has measured all labs and has warm processes."""
    data = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAB_EXTRA_LABS", "tests.labs.trouble,tests.labs.heavy")
        catalog.extra.cache_clear()
        engine = LocalEngine(
            Settings(data=data, gpu_slots=SLOTS, workers=4, running_per_learner=4, warm=False)
        )
        try:
            until((data / "devices.json").exists, 180, "the labs are measured")
            until(lambda: engine.gpus.has_place("heavy"), 60, "a slot is warm")
            yield engine
        finally:
            engine.close()
            device._classes.clear()
    catalog.extra.cache_clear()


def train(engine: LocalEngine, **given: object) -> Run:
    return engine.submit("heavy", heavy.Config(**{"seed": next(_seeds), **given}))  # type: ignore[arg-type]


def test_the_wide_lab_goes_to_the_gpu_and_the_small_one_stays(engine: LocalEngine) -> None:
    assert device.of("heavy").startswith("cuda ")
    assert device.of("trouble") == "cpu"
    told = orjson.loads((Path(engine.settings.data) / "devices.json").read_bytes())
    (measured,) = (seconds for place, seconds in told.items() if place.startswith("heavy "))
    assert measured["cpu"] > device.GAIN * measured["cuda"] > 0


def test_a_run_computes_on_the_gpu_and_its_first_frame_comes_soon(engine: LocalEngine) -> None:
    finish(train(engine), 60)
    until(lambda: engine.gpus.has_place("heavy"), 30, "the slot is warm again")
    began = time.monotonic()
    run = under_way(train(engine))
    assert time.monotonic() - began < 0.5, "the context was not warm"
    assert finish(run, 60).state == "done", run.reason
    assert set(wire.unpack(run.arrays)["cuda"].tolist()) == {1.0}


def test_more_runs_than_slots_wait_and_the_processor_serves_on(engine: LocalEngine) -> None:
    runs = [train(engine, frames=200) for _ in range(SLOTS + 2)]
    until(lambda: any(run.state == "running" for run in runs), 30)
    assert sum(run.state == "running" for run in runs) <= SLOTS
    small = engine.submit("trouble", trouble.Config(seed=next(_seeds)), "b")
    assert finish(small, 20).state == "done"
    assert all(finish(run, 120).state == "done" for run in runs)


def test_a_run_that_needs_too_much_is_a_sentence_and_spoils_no_other(engine: LocalEngine) -> None:
    until(lambda: sum(map(engine.gpus._free, engine.gpus._slots)) == SLOTS, 60)
    other = under_way(train(engine, frames=1000))
    greedy = finish(train(engine, kind="memory"), 60)
    assert greedy.state == "failed"
    assert is_sentence(greedy.reason)
    assert "of the GPU’s memory after 3 frames" in greedy.reason
    assert steps(greedy) == [0, 1, 2]
    assert finish(other, 120).state == "done", other.reason


def test_the_same_config_gives_the_same_bytes(engine: LocalEngine) -> None:
    given = {"seed": next(_seeds), "frames": 30}
    first = finish(train(engine, **given), 60)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.store, "get", lambda key: None)  # so that it is computed again
        second = finish(train(engine, **given), 60)
    assert second is not first
    assert [m.sse for m in first.log[:-1]] == [m.sse for m in second.log[:-1]]


def test_the_host_never_touches_cuda(engine: LocalEngine) -> None:
    maps = Path(f"/proc/{engine.processes.host_pid}/maps").read_text()
    assert "/dev/nvidia" not in maps
    links = [str(fd.readlink()) for fd in Path(f"/proc/{engine.processes.host_pid}/fd").iterdir()]
    assert not any(link.startswith("/dev/nvidia") for link in links)
