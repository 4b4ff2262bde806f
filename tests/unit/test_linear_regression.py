"""Normal equations, scipy's robust fits, PyTorch's autograd, and the data loader's order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy import optimize, stats

from labcore import Start, catalog
from labcore.linear.linear_regression.config import Config
from labcore.linear.linear_regression.course import CHALLENGES, settles
from labcore.linear.linear_regression.lesson import (
    answer,
    cost,
    examples,
    houses,
    limit,
    minibatch,
    normal_equations,
    orders,
    run,
    sgd_step,
    slope,
)
from labcore.linear.linear_regression.likelihood import deviation, surprise
from labcore.linear.linear_regression.robust import LOSSES, best_lines, level_lines

LAB = catalog.load("linear_regression")


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_scratch_and_library_take_the_same_path(loss: Any, seed: int) -> None:
    config = Config(loss=loss, seed=seed, batch=7, epochs=5)
    for frame in run(config):
        assert frame["apart"] <= 1e-12


@pytest.mark.parametrize("loss", LOSSES)
def test_the_step_is_that_of_autograd(loss: str) -> None:
    random = np.random.default_rng(3)
    X, y, theta = random.normal(size=(9, 4)), random.normal(size=9), random.normal(size=5)
    asked = torch.tensor(theta, requires_grad=True)
    r = torch.tensor(X) @ asked[:-1] + asked[-1] - torch.tensor(y)
    functions = {"squared": 0.5 * r**2, "absolute": r.abs(),
                 "huber": torch.where(r.abs() < 1, 0.5 * r**2, r.abs() - 0.5)}  # fmt: skip
    functions[loss].mean().backward()
    assert asked.grad is not None
    ours = sgd_step(theta, X, y, 0.3, loss)
    assert ours == pytest.approx(theta - 0.3 * asked.grad.numpy(), abs=1e-14)


def test_the_slope_is_the_derivative_of_the_cost() -> None:
    r = np.array([-3.0, -1.2, -0.4, 0.3, 0.9, 2.5])
    for loss in LOSSES:
        found = (cost(r + 1e-6, loss) - cost(r - 1e-6, loss)) / 2e-6
        assert slope(r, loss) == pytest.approx(found, abs=1e-8)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("y1", [3.0, -11.0])
def test_the_lines_are_the_least_there_are(seed: int, y1: float) -> None:
    here = examples(Config(seed=seed, y1=y1, n=15 + seed))
    x, y = here.X[:, 0], here.y
    squared, absolute, huber = best_lines(x, y)
    ones = np.column_stack([x, np.ones_like(x)])
    assert squared == pytest.approx(np.linalg.solve(ones.T @ ones, ones.T @ y), abs=1e-10)
    assert squared == pytest.approx(np.array(stats.linregress(x, y)[:2]), abs=1e-10)
    n = len(y)  # least absolute deviations are a linear program
    program = optimize.linprog(
        np.r_[0, 0, np.ones(n)],
        A_ub=np.block([[ones, -np.eye(n)], [-ones, -np.eye(n)]]),
        b_ub=np.r_[y, -y],
        bounds=[(None, None)] * 2 + [(0, None)] * n,
    )
    assert np.abs(ones @ absolute - y).sum() <= program.fun * (1 + 2e-4)
    least = optimize.minimize(lambda t: cost(ones @ t - y, "huber").sum(), squared, tol=1e-12)
    assert cost(ones @ huber - y, "huber").sum() <= least.fun + 1e-8


def test_where_all_x_are_equal_the_shortest_line_is_taken() -> None:
    x, y = np.full(5, 2.0), np.array([1.0, 2.0, 3.0, 4.0, 30.0])
    lines = best_lines(x, y)
    assert lines @ [2.0, 1.0] == pytest.approx([8.0, 3.0, 2.75], abs=0.3)
    assert lines[0] == pytest.approx(np.linalg.pinv(np.column_stack([x, x / x])) @ y)
    frames = list(run(Config(data="own", points=((1, 0), (1, 2)), epochs=3)))
    assert "valley" in frames[-1].note


@pytest.mark.parametrize("loss", LOSSES)
def test_level_lines_have_one_height_each(loss: str) -> None:
    here = examples(Config())
    x, y = here.X[:, 0], here.y
    centre = best_lines(x, y)[LOSSES.index(loss)]
    lines = level_lines(x, y, centre, lambda r: cost(r, loss))
    parts = np.split(lines, np.flatnonzero(np.isnan(lines[0])), axis=1)
    found = 0
    for part in parts:
        w, b = part[:, np.isfinite(part).all(0)]
        height = cost(np.multiply.outer(w, x) + b[:, None] - y, loss).mean(-1)
        found += height.size
        assert not height.size or np.ptp(height) <= 0.06 * height.mean()
    assert found > 250


def test_an_epoch_reads_each_example_once() -> None:
    order = orders(4, 23, 3)
    for epoch in range(3):
        read = [minibatch(order, 5, 5 * epoch + step) for step in range(1, 6)]
        assert sorted(np.concatenate(read)) == list(range(23))
        assert [len(part) for part in read] == [5, 5, 5, 5, 3]
    assert not np.array_equal(order[0], order[1])


@pytest.mark.parametrize("seed", [0, 5])
def test_full_batches_reach_the_normal_equations(seed: int) -> None:
    frames = list(run(Config(batch=100, epochs=40, lr=1.0, seed=seed)))
    assert frames[-1]["theta"] == pytest.approx(frames[-1]["best"][0], abs=1e-4)


def test_on_either_side_of_the_limit() -> None:
    config = Config(centre=3.0, batch=100, epochs=40)
    edge = limit(config)
    below = list(run(config.model_copy(update={"lr": 0.97 * edge})))
    above = list(run(config.model_copy(update={"lr": 1.2 * edge})))
    assert below[-1]["loss"] < below[0]["loss"]
    assert above[-1]["loss"] > 10 * above[0]["loss"]


def test_likelihood_is_scipys() -> None:
    r = np.random.default_rng(0).normal(size=30)
    sigma = deviation(r + 0.2)
    exact = -stats.norm(0, sigma).logpdf(r).mean()
    assert surprise(0.5 * (r * r).mean(), sigma) == pytest.approx(exact, abs=1e-12)


def test_the_network_goes_to_the_normal_equations() -> None:
    features = ("lotsize", "bathrms", "airco")
    many = houses(features)
    exact = normal_equations(many.X, many.y)
    ones = np.column_stack([many.X, np.ones(len(many.y))])
    assert exact == pytest.approx(np.linalg.solve(ones.T @ ones, ones.T @ many.y), abs=1e-10)
    frames = list(run(Config(features=features, batch=100, epochs=40, lr=0.3)))
    assert frames[-1]["wide"] == pytest.approx(exact, abs=0.1)


def test_the_answer_is_the_run() -> None:
    config = Config(x1=2.0, y1=-4.0, w0=1.5, b0=4.0)
    for frame in list(run(config))[::20]:
        at_once = answer(config, Start(frame.step, {}))
        assert at_once["theta"] == pytest.approx(frame["theta"], abs=1e-6)
        assert at_once["loss"] == pytest.approx(frame["loss"], rel=1e-9)


def test_what_is_lost_is_said() -> None:
    frames = list(run(Config(lr=3.0, batch=1)))
    assert "overshoot" in frames[-1].note
    for frame in frames:
        LAB.draw(Config(lr=3.0, batch=1), frame)
    assert "2,000 steps" in list(run(Config(data="houses", batch=1, epochs=4)))[-1].note


def test_a_branch_may_have_other_features() -> None:
    frames = list(run(Config(epochs=2)))
    assert frames[4].checkpoint is not None
    start = Start(frames[4].step, frames[4].checkpoint)
    later = list(run(Config(epochs=2, features=("airco",)), start))
    assert later[-1]["wide"].shape == (2,)


def test_goals_can_be_reached_and_are_not_at_once() -> None:
    by_slug = {challenge.slug: challenge for challenge in CHALLENGES}
    reached = {
        "turned": Config(x1=7, y1=-12),
        "twelve": Config(batch=100, lr=0.95, epochs=40),
        "lost": Config(centre=4, lr=0.1, batch=4, epochs=40, x1=7, n=10),
    }
    plain = list(run(Config()))
    for slug, config in reached.items():
        assert not by_slug[slug].check(Config(), plain).passed
        assert by_slug[slug].check(config, list(run(config))).passed, slug
    every: Any = next(c.options for c in Config.controls() if c.name == "features")
    assert len(every) == 11
    config = Config(features=every, batch=50, lr=0.05, epochs=36)
    assert settles(config, list(run(config))).passed
