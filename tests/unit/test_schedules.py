"""Schedules are those of torch.optim.lr_scheduler, with and without warm-up."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler as theirs

from labcore.schedules import SCHEDULES, constant, cosine, cyclical, drawn, factor, multi_step

STEPS = 120
EACH = {
    "constant": ({}, lambda o, rest: theirs.ConstantLR(o, factor=1.0)),
    "factor": ({"decay": 0.9, "floor": 0}, lambda o, rest: theirs.ExponentialLR(o, 0.9)),
    "multi_step": (
        {"milestones": (70, 10, 40, 40), "decay": 0.3},
        lambda o, rest: theirs.MultiStepLR(o, [10, 40, 40, 70], gamma=0.3),
    ),
    "cosine": (
        {"floor": 0.05},
        lambda o, rest: theirs.CosineAnnealingLR(o, T_max=rest, eta_min=0.05),
    ),
}


def rates(make) -> list[float]:
    """What a scheduler of torch gives to a rate of 1, step by step."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(optimizer)
    found = []
    for _ in range(STEPS):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def warmed(make, warmup: int):
    """Torch's own warm-up before torch's own schedule."""
    if not warmup:
        return lambda optimizer: make(optimizer, STEPS)

    def chained(optimizer):
        rise = theirs.LinearLR(optimizer, start_factor=1 / (warmup + 1), total_iters=warmup)
        then = make(optimizer, STEPS - warmup)
        return theirs.SequentialLR(optimizer, [rise, then], milestones=[warmup])

    return chained


@pytest.mark.filterwarnings("ignore:The epoch parameter:UserWarning")
@pytest.mark.parametrize("warmup", [0, 1, 20])
@pytest.mark.parametrize("name", EACH)
def test_equals_torch(name, warmup):
    ours, make = EACH[name]
    want = rates(warmed(make, warmup))
    got = SCHEDULES[name](np.arange(STEPS), STEPS, warmup=warmup, **ours)
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)
    if name != "constant" or warmup:
        assert np.ptp(want) > 0.4  # there was something to compare


@pytest.mark.parametrize(("up", "down"), [(20, 20), (7, 31), (30, 1)])
def test_cyclical_equals_torch(up, down):
    want = rates(
        lambda optimizer: theirs.CyclicLR(
            optimizer, 0.2, 1.0, step_size_up=up, step_size_down=down, cycle_momentum=False
        )
    )
    got = cyclical(np.arange(STEPS), STEPS, up=up, down=down, floor=0.2)
    np.testing.assert_allclose(got, want, rtol=1e-9)


def test_factor_with_a_floor_equals_torch():
    want = rates(lambda o: theirs.LambdaLR(o, lambda t: max(0.3, 0.9**t)))
    np.testing.assert_allclose(factor(np.arange(STEPS), STEPS, decay=0.9, floor=0.3), want)


def test_drawn_by_hand():
    points = ((1, 0.5), (0, 0), (0.5, 2))  # in any order
    got = drawn(np.array([0, 5, 10, 15, 20, 99]), 20, points=points)
    np.testing.assert_allclose(got, [0, 1, 2, 1.25, 0.5, 0.5])
    jump = drawn(np.arange(11), 10, points=((0.2, 1), (0.5, 1), (0.5, 0.1), (1, 0.1)))
    np.testing.assert_allclose(jump, [1] * 5 + [0.1] * 6)
    assert drawn(7, 10, points=()) == 1
    assert drawn(7, 10, points=((0.4, 0.25),)) == 0.25
    after = drawn(np.array([9, 10, 15, 20]), 20, warmup=10, points=((0, 0.5), (1, 0)))
    np.testing.assert_allclose(after, [0.5 * 10 / 11, 0.5, 0.25, 0])


def test_drawn_draws_the_others():
    """A line through every tenth of the cosine is the cosine there."""
    points = [(k / 10, cosine(k * 10, 100)) for k in range(11)]
    np.testing.assert_allclose(
        drawn(np.arange(0, 101, 10), 100, points=points), cosine(np.arange(0, 101, 10), 100)
    )


def test_ends():
    assert cosine(0, 50) == 1
    assert cosine(50, 50) == pytest.approx(0, abs=1e-15)
    assert cosine(5000, 50, floor=0.2) == 0.2  # torch would rise again
    assert factor(10**6, 50, floor=0.01) == 0.01
    assert multi_step(50, 100) == 0.1  # at the milestone, not after it
    assert multi_step(49, 100) == 1
    assert multi_step(5, 100, milestones=()) == 1
    assert cyclical(0, 100, floor=0.2) == 0.2
    assert cyclical(20, 100) == 1
    assert constant(3, 10, warmup=9) == pytest.approx(0.4)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    name=st.sampled_from(sorted(SCHEDULES)),
    steps=st.integers(0, 300),
    warmup=st.integers(0, 400),
    at=st.lists(st.integers(0, 700), min_size=1, max_size=12),
)
def test_one_step_and_many_are_the_same(name, steps, warmup, at):
    """Odd runs, too: none at all, all warm-up."""
    schedule = SCHEDULES[name]
    many = schedule(np.array(at), steps, warmup=warmup)
    assert many.dtype == np.float64
    assert np.isfinite(many).all()
    assert ((many >= 0) & (many <= 1)).all()
    for step, value in zip(at, many, strict=True):
        one = schedule(step, steps, warmup=warmup)
        assert type(one) is float
        # NumPy rounds a power of many numbers otherwise than that of one.
        assert one == pytest.approx(value, rel=1e-14)
    square = schedule(np.array(at).reshape(1, -1, 1), steps, warmup=warmup)
    assert square.shape == (1, len(at), 1)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_warm_up_is_a_straight_line_to_the_beginning(name):
    schedule = SCHEDULES[name]
    line = schedule(np.arange(11), 100, warmup=10)
    np.testing.assert_allclose(np.diff(line), line[0], rtol=1e-9)
    assert line[0] > 0
    assert line[10] == schedule(0, 90)
    np.testing.assert_allclose(
        schedule(np.arange(10, 100), 100, warmup=10), schedule(np.arange(90), 90)
    )
