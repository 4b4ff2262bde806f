"""All ways give one result; the fit finds planted costs; counts are exact; a ring only looks."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch

from labcore import Start, catalog
from labcore.linear.vectorization.config import Config
from labcore.linear.vectorization.course import CHALLENGES, duration
from labcore.linear.vectorization.lesson import (
    BATCHES,
    EXAMPLES,
    LONGEST,
    SIDES,
    SIZES,
    WAYS,
    add_list_loop,
    add_tensor_loop,
    answer,
    clock,
    fit_line,
    intensity,
    observe,
    predict,
    run,
)

LAB = catalog.load("vectorization")


@pytest.mark.parametrize("n", [1, 7, 130])
@pytest.mark.parametrize("seed", [0, 1])
def test_all_ways_add_alike(n: int, seed: int) -> None:
    a, b = np.random.default_rng(seed).normal(size=(2, n))
    looped = add_tensor_loop(torch.tensor(a), torch.tensor(b)).numpy()
    assert np.array_equal(looped, a + b)
    assert np.array_equal(add_list_loop(a.tolist(), b.tolist()), a + b)
    assert np.array_equal((torch.tensor(a) + torch.tensor(b)).numpy(), a + b)


@pytest.mark.parametrize("batch", [1, 3, 16, 100, 5000])
def test_batches_predict_alike(batch: int) -> None:
    random = np.random.default_rng(0)
    X, w = torch.tensor(random.normal(size=(250, 9))), torch.tensor(random.normal(size=9))
    assert predict(X, w, batch).numpy() == pytest.approx((X @ w).numpy(), abs=1e-13)


@pytest.mark.parametrize(("overhead", "cost"), [(3e-6, 2e-9), (1e-7, 4e-8), (0.0, 1e-9), (2e-6, 0)])
def test_the_fit_finds_what_was_planted(overhead: float, cost: float) -> None:
    times = overhead + cost * SIZES
    assert fit_line(SIZES, times) == pytest.approx((overhead, cost), rel=1e-6, abs=1e-15)
    noisy = times * np.exp(0.05 * np.random.default_rng(1).normal(size=len(times)))
    found = fit_line(SIZES, noisy)
    assert found[0] == pytest.approx(overhead, rel=0.15, abs=1e-10)
    assert found[1] == pytest.approx(cost, rel=0.15, abs=2e-12)


def test_the_fit_is_never_negative_and_knows_when_there_is_none() -> None:
    falling = fit_line(np.array([1, 2, 4]), np.array([3.0, 2.0, 1.0]))
    rising = fit_line(np.array([1, 2, 4]), np.array([1.0, 4.0, 16.0]))
    assert falling[1] == 0 < falling[0]
    assert rising[0] == 0 < rising[1]
    assert np.isnan(fit_line(SIZES, np.full(len(SIZES), np.nan))).all()


@pytest.mark.alone
def test_the_clock_is_right_about_a_known_time() -> None:
    low, middle, high = clock(lambda: time.sleep(0.002), 5)
    assert 0.002 <= low <= middle <= high
    assert low < 0.1


def test_what_is_counted_is_exact() -> None:
    frame = list(run(Config(clock=False)))[-1]
    assert frame["add"][0, 5].tolist() == [32, 32, 32]
    assert frame["add"][3, :, 1].tolist() == [1] * len(SIZES)
    assert frame["epoch"][:, 1].tolist() == (-(-EXAMPLES // BATCHES)).tolist()
    assert (frame["call"], frame["rest"]) == pytest.approx((1, 0), abs=1e-9)
    assert frame["product"][3, 1] == 2 * SIDES[3] ** 3
    assert frame["apart"][0] == 0
    assert frame["apart"][1] < 1e-5


def test_intensity_by_hand() -> None:
    assert intensity("product", np.array([6.0]), 4) == pytest.approx([2 * 216 / (3 * 36 * 4)])
    assert intensity("times", np.array([2.0]), 8) == pytest.approx([8 / (8 * 8)])


def test_loops_stop_where_nobody_would_wait() -> None:
    frame = list(run(Config(clock=False)))[-1]
    for way in range(len(WAYS)):
        there = np.isfinite(frame["add"][way, :, 1])
        assert SIZES[there].max() == LONGEST[way]


@pytest.mark.alone
def test_measured_times_rise_and_vectors_win() -> None:
    frame = list(run(Config(repeats=5)))[-1]
    times = frame["add"]
    assert (times[np.isfinite(times)] > 0).all()
    ends = times[np.isfinite(times).all(2)].reshape(-1, 3)
    assert (np.diff(ends, axis=1) >= 0).all()
    assert times[0, 10, 1] > 20 * times[3, 10, 1], "a thousand calls against one"
    assert frame["epoch"][0, 1] > 3 * frame["epoch"][-1, 1]
    assert 0 <= frame["share"] <= 1
    assert "1,024" in frame.note


def test_the_ring_only_looks() -> None:
    frame = list(run(Config(repeats=5)))[-1]
    assert frame.checkpoint is not None
    start = Start(frame.step, frame.checkpoint)
    for batch in (1, 30, 1024):
        moved = answer(Config(batch=batch), start)
        assert np.array_equal(moved["epoch"], frame["epoch"], equal_nan=True)
        calls = -(-EXAMPLES // batch)
        assert moved["at ring"] == pytest.approx(calls * moved["call"] + moved["rest"])
    same = observe(Config(), start)
    assert same["share"] == frame["share"]


def test_before_anything_is_measured_there_are_dashes() -> None:
    frame = answer(Config())
    told = LAB.readout(Config(), frame)
    assert told["Calls take"] == told["e.call"] == "–"
    LAB.draw(Config(), frame)


def test_durations_have_units() -> None:
    assert duration(0.0123) == "12.3 ms"
    assert duration(2.5e-6) == "2.5 µs"
    assert duration(0.0) == "0 s"
    assert duration(1024.0, clock=False) == "1024"


def test_goals_are_not_reached_without_measuring() -> None:
    config = Config(clock=False)
    frames = list(run(config))
    for challenge in CHALLENGES:
        assert "Measure" in challenge.check(config, frames).says


def test_goals_can_be_reached() -> None:
    last = list(run(Config(features=2048, repeats=5)))[-1]
    assert last.checkpoint is not None
    times = 3e-6 * -(-EXAMPLES // BATCHES) + 4e-4  # as if measured: calls of 3 µs, work of 0.4 ms
    planted = {**last.checkpoint, "epoch": np.repeat(times[:, None], 3, axis=1)}
    reached = {"even": 8, "wide": 16, "bound": 31}
    for challenge in CHALLENGES:
        config = Config(features=2048, batch=reached[challenge.slug])
        frames = [observe(config, Start(last.step, planted))]
        assert challenge.check(config, frames).passed, challenge.slug
        far = Config(features=2048, batch=1)
        assert not challenge.check(far, [observe(far, Start(last.step, planted))]).passed
