"""Where labs compute: the GPUs there are, the choice by measurement, and what a key says of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import torch

from labcore import catalog, device
from labcore.device import Gpu
from labcore.engine import worker
from labcore.engine.key import run_key, source_hash
from labcore.engine.local import LocalEngine
from labcore.engine.settings import Settings
from tests.helpers import finish, is_sentence, until
from tests.labs import heavy, trouble

TOLD = """\
0, GPU-1b2c, NVIDIA A100-SXM4-40GB, 40960
1, GPU-9f00, NVIDIA T400 4GB, 4096
2, GPU-77aa, NVIDIA T400, 2048
"""
A100 = Gpu(0, "GPU-1b2c", "NVIDIA A100-SXM4-40GB", 40 * 2**30)
T400 = Gpu(1, "GPU-9f00", "NVIDIA T400 4GB", 4 * 2**30)
SMALL = Gpu(2, "GPU-77aa", "NVIDIA T400", 2 * 2**30)


@pytest.fixture(autouse=True)
def undecided(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """There is a lab that gains from a GPU, and no lab has a device yet, nor afterwards."""
    monkeypatch.setenv("LAB_EXTRA_LABS", "tests.labs.trouble,tests.labs.heavy")
    catalog.extra.cache_clear()
    device._classes.clear()
    yield
    device._classes.clear()
    catalog.extra.cache_clear()


@pytest.mark.parametrize(
    ("visible", "found"),
    [
        (None, (A100, T400, SMALL)),
        ("0,2", (A100, SMALL)),
        ("GPU-9f00", (T400,)),
        ("", ()),
    ],
)
def test_the_gpus_are_those_that_are_listed_and_visible(
    visible: str | None, found: tuple[Gpu, ...]
) -> None:
    assert device.listed(TOLD, visible) == found


def test_a_gpu_has_a_slot_for_each_4_gb_up_to_8() -> None:
    assert device.slots([A100, T400, SMALL], None) == (A100,) * 8 + (T400,)
    assert device.slots([], None) == device.slots([], 3) == ()
    assert device.slots([A100, T400], 3) == (A100, T400, A100)
    assert device.slots([A100], 0) == ()


@pytest.mark.parametrize(
    ("wanted", "cpu", "cuda", "chosen"),
    [
        ("auto", 1.0, 0.1, "cuda"),
        ("auto", 1.0, 0.9, "cpu"),  # faster, but not worth a scarce device
        ("auto", 0.1, 1.0, "cpu"),
        ("cuda", 0.1, 1.0, "cuda"),
        ("cpu", 1.0, 0.1, "cpu"),
    ],
)
def test_the_faster_device_is_chosen_unless_one_is_said(
    wanted: str, cpu: float, cuda: float, chosen: str
) -> None:
    assert device.choose(wanted, {"cpu": cpu, "cuda": cuda}) == chosen


def test_a_lab_says_that_it_gains_by_importing_the_module() -> None:
    assert device.uses(heavy)
    assert not device.uses(trouble)
    labs = [entry.slug for entry in catalog.LABS if device.uses(catalog.load(entry.slug))]
    assert labs == ["devices"]


def test_a_lab_is_timed_by_the_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "TIMED_SECONDS", 0.3)
    short = device.timed(heavy, "cpu")
    assert 1e-4 < short < 5
    assert device.here() == torch.device("cpu")


def test_the_key_says_where_a_run_computes() -> None:
    config = heavy.Config()
    on_cpu = run_key("heavy", config)
    device.settle("heavy", "cuda NVIDIA T400")
    on_gpu = run_key("heavy", config)
    device.settle("heavy", "cuda NVIDIA A100")
    assert len({on_cpu, on_gpu, run_key("heavy", config)}) == 3
    assert run_key("trouble", trouble.Config()) == run_key("trouble", trouble.Config())
    device.settle("heavy", "cpu")
    assert run_key("heavy", config) == on_cpu


def test_a_gpu_that_ran_out_of_memory_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    error = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 1.00 GiB.\nMore.")
    monkeypatch.setattr(device, "_limit", 3 * 2**30)
    said = worker.explain(error, 3, 2**30)
    assert said == (
        "The run needed more than 3072 MB of the GPU’s memory after 3 frames. "
        "Choose a smaller model or a smaller batch."
    )
    assert is_sentence(said)


def test_a_gpu_that_cannot_be_used_costs_nobody_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a broken driver: the list names a GPU, CUDA does not start, all computes here."""
    if torch.cuda.is_available():
        pytest.skip("There is a GPU that can be used.")
    monkeypatch.setattr(device, "gpus", lambda: (T400,))
    place = f"heavy {source_hash('heavy')} NVIDIA T400 4GB"
    known = {place: {"cpu": 1.0, "cuda": 0.1}}
    (tmp_path / "devices.json").write_bytes(orjson.dumps(known))
    engine = LocalEngine(
        Settings(data=tmp_path, store="memory", warm=False, preload=False, workers=1)
    )
    try:
        waiting = engine.submit("heavy", heavy.Config(**heavy.LAB.quick))
        until(lambda: engine.gpus.count and device.of("heavy") == "cuda NVIDIA T400 4GB", 90)
        until(lambda: device.of("heavy") == "cpu", 60, "it has given up")
        assert finish(waiting, 60).state in ("done", "interrupted")
        run = finish(engine.submit("heavy", heavy.Config(**heavy.LAB.quick, seed=3)), 60)
        assert run.state == "done", run.reason
    finally:
        engine.close()
