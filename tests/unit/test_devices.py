"""The model and its crossing against closed forms; what is measured is what is computed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from labcore import Start, device
from labcore.builders import devices as lab
from labcore.builders.devices.lesson import (
    ASSUMED,
    BYTES,
    DTYPES,
    crossing,
    foretold,
    halved,
    matrices,
    multiply,
    sizes,
)
from labcore.builders.devices.server import server, two_devices


def config(**settings: object) -> lab.Config:
    return lab.Config(**{"clock": False, **settings})


@pytest.mark.parametrize("dtype", list(DTYPES))
@pytest.mark.parametrize("uses", [1, 40])
def test_the_model_is_call_transfer_and_arithmetic(dtype: str, uses: int) -> None:
    asked = config(dtype=dtype, uses=uses, launch=7.0, link=20.0, peak=9000.0)
    n = np.array([64, 1000])
    exact = 7e-6 + 3 * n**2 * BYTES[dtype] / 20e9 / uses + 2.0 * n**3 / 9e12
    assert foretold(asked, n) == pytest.approx(exact, rel=1e-12)
    assert torch.tensor([], dtype=DTYPES[dtype]).element_size() == BYTES[dtype]


@pytest.mark.parametrize("launch", [1.0, 10.0, 100.0])
@pytest.mark.parametrize("link", [2.0, 25.0])
def test_the_crossing_is_where_both_take_as_long(launch: float, link: float) -> None:
    asked = config(launch=launch, link=link, peak=50_000.0, largest=2048)
    frames = list(lab.run(asked))
    found = float(frames[-1]["crossing"])
    # 2n³/r + o = launch + 3n²·4/link + 2n³/peak, a cubic in n
    cubic = [2 / 50e9 - 2 / 50e12, -12 / (link * 1e9), 0, 2e-6 - launch * 1e-6]
    roots = np.roots(cubic)
    exact = max(r.real for r in roots if abs(r.imag) < 1e-9)
    if 8 < exact < 2048:
        assert found == pytest.approx(exact, rel=0.03)


def test_no_crossing_is_none() -> None:
    n = np.array([8, 16, 32])
    one = np.ones(3)
    assert np.isnan(crossing(n, one, 2 * one))
    assert crossing(n, 2 * one, one) == 8
    assert np.isnan(crossing(n, np.full(3, np.nan), one))
    assert crossing(n, one, np.array([2, 1, 0.5])) == pytest.approx(16)


def test_two_threads_compute_the_same_product() -> None:
    a, b = matrices(64, 3)
    with ThreadPoolExecutor(2) as pool:
        assert halved(a, b, pool) > 0
    rows = torch.cat([part @ b for part in a.chunk(2)])
    torch.testing.assert_close(rows, a @ b)


def test_measured_times_grow_with_the_work() -> None:
    seconds = [multiply(*matrices(n, 0)) for n in (32, 512)]
    assert 0 < seconds[0] < seconds[1] < 5


def test_what_takes_too_long_is_left_out_and_said() -> None:
    frames = list(lab.run(lab.Config(largest=320)))
    last = frames[-1]
    n = sizes(lab.Config(largest=320))
    assert np.isfinite(last["cpu"][0]).all()
    for row in last["cpu"]:
        known = np.isfinite(row)
        assert not known[np.argmin(known) :].any() or known.all(), "once left out, left out"
    assert len(frames) == len(n)
    if not np.isfinite(last["gpu"]).any():
        assert "No GPU" in last.note
    assert device.here().type == "cuda" or np.isfinite(last["two"]).any()


def test_without_a_clock_a_speed_is_assumed() -> None:
    asked = config()
    last = list(lab.run(asked))[-1]
    n = sizes(asked)
    for row, name in zip(last["cpu"], DTYPES, strict=True):
        assert row == pytest.approx(2e-6 + 2.0 * n**3 / 1e9 / ASSUMED[name], rel=1e-5)
    assert "assumed" in last.note


def test_a_moved_model_leaves_what_was_measured() -> None:
    frames = list(lab.run(lab.Config(largest=128)))
    frame = frames[-1]
    moved = lab.Config(largest=128, launch=77.0, peak=500.0, uses=9)
    seen = lab.answer(moved, Start(frame.step, frame.checkpoint))
    assert np.array_equal(seen["cpu"], frame["cpu"], equal_nan=True)
    assert seen["model"] == pytest.approx(foretold(moved, sizes(moved)), rel=1e-6)
    assert lab.draw(moved, seen)
    other = lab.Config(largest=512)
    assert "cpu" not in lab.answer(other, Start(frame.step, frame.checkpoint)).values
    assert lab.draw(other, lab.answer(other))


def test_the_server_tells_what_it_is() -> None:
    facts = server()
    assert int(facts["Cores"]) >= 1
    assert all(facts.values())
    assert "device" in two_devices()
