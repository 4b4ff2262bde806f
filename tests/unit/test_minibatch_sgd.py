"""Minibatches: the exact gradient, the covariance of all minibatches, torch's SGD, plain loops."""

from __future__ import annotations

import csv
import itertools
from typing import Any

import numpy as np
import pytest
import torch

from labcore import Start, catalog
from labcore.data import ASSETS
from labcore.optimization.minibatch_sgd.config import EPOCHS, SIZES, STEPS, Config, pair
from labcore.optimization.minibatch_sgd.course import PRESETS
from labcore.optimization.minibatch_sgd.houses import COUNT, excess, gradients, houses
from labcore.optimization.minibatch_sgd.lesson import (
    decay,
    epoch,
    held,
    noise,
    observed,
    race,
    rate,
    rates,
    shares,
    train,
)
from labcore.rng import numpy_generator

LAB: Any = catalog.load("minibatch_sgd")


def torch_loss(theta: torch.Tensor, chosen: np.ndarray | None = None) -> torch.Tensor:
    data = houses()
    x, y = torch.from_numpy(data.x), torch.from_numpy(data.y)
    if chosen is not None:
        x, y = x[chosen], y[chosen]
    return 0.5 * ((x @ theta - y) ** 2).mean()


def test_the_houses_are_those_of_the_file() -> None:
    with (ASSETS / "data/housing.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    data = houses()
    assert data.x.shape == (len(rows), 11) == (COUNT, 11)
    assert np.allclose(data.x.mean(0), 0, atol=1e-12)
    assert np.allclose(data.x.var(0), 1)
    assert np.isclose(data.y.var(), 1)
    assert (data.x[:, 8] > 0).sum() == sum(row["airco"] == "yes" for row in rows)
    assert np.argmax(data.y) == np.argmax([float(row["price"]) for row in rows])


def test_the_minimum_is_that_of_least_squares() -> None:
    data = houses()
    ours = np.linalg.lstsq(data.x, data.y, rcond=None)[0]
    assert np.allclose(data.best, ours)
    assert excess(data.best) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("seed", range(3))
def test_gradient_and_excess_are_exact(seed: int) -> None:
    theta = torch.from_numpy(np.random.default_rng(seed).standard_normal(11)).requires_grad_()
    loss = torch_loss(theta)
    loss.backward()
    here = theta.detach().numpy()
    assert np.allclose(gradients(here).mean(0), torch.as_tensor(theta.grad).numpy(), atol=1e-12)
    assert float(excess(here)) == pytest.approx(float(loss.detach()) - houses().least)


@pytest.mark.parametrize("batch", [1, 2, 545, 546])
def test_the_covariance_is_that_of_all_minibatches(batch: int) -> None:
    """Every minibatch without replacement, one after the other: no sampling in the oracle."""
    config = Config(batch=batch, across="airco", up="garagepl", w_across=0.4)
    own = gradients(held(config))[:, list(pair(config))]
    if batch == 2:
        first, second = np.triu_indices(COUNT, 1)
        means = (own[first] + own[second]) / 2
    elif batch == 545:
        means = (own.sum(0) - own) / 545
    else:
        means = own if batch == 1 else own.mean(0)[None]
    exact = np.cov(means.T, bias=True) if len(means) > 1 else np.zeros((2, 2))
    assert np.allclose(noise(config).covariance, exact, rtol=1e-9, atol=1e-15)
    assert np.allclose(noise(config).exact, means.mean(0))


@pytest.mark.parametrize(
    ("batch", "replacement"), [(3, True), (40, True), (40, False), (300, False)]
)
def test_the_minibatches_drawn_scatter_as_theory_says(batch: int, replacement: bool) -> None:
    found = [noise(Config(seed=s, batch=batch, replacement=replacement)) for s in range(30)]
    drawn = np.concatenate([one.drawn for one in found]) - found[0].exact
    ours, theory = drawn.T @ drawn / len(drawn), found[0].covariance
    assert np.allclose(ours, theory, atol=0.06 * np.trace(theory))
    assert np.abs(drawn.mean(0)).max() < 4 * np.sqrt(np.trace(theory) / len(drawn))


@pytest.mark.parametrize("replacement", [False, True])
def test_a_minibatch_is_a_mean_of_so_many_houses(replacement: bool) -> None:
    for batch in (1, 7, 546):
        found = shares(3, batch, replacement)
        assert np.allclose(found.sum(1), 1)
        assert np.allclose(np.rint(found * batch), found * batch)
        assert replacement or found.max() <= 1 / batch + 1e-12
    order = epoch(np.random.default_rng(0), replacement)
    assert (len(set(order.tolist())) == COUNT) == (not replacement)


@pytest.mark.parametrize("batch", SIZES)
@pytest.mark.parametrize("scaling", ["same", "linear"])
def test_the_race_is_sgd_of_the_library(batch: int, scaling: str) -> None:
    config = LAB.Config(part="race", lr=0.01, scaling=scaling, seed=4, clock=False)
    theta = torch.zeros(11, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=rate(config, batch))
    random = numpy_generator(4, f"race/{batch}")
    steps = 0
    for _ in range(2):
        order = epoch(random, False)
        for half in (order[:273], order[273:]) if batch < COUNT else (order,):
            for first in range(0, len(half), batch):
                optimizer.zero_grad()
                torch_loss(theta, half[first : first + batch]).backward()
                optimizer.step()
                steps += 1
    lap = train(config, batch)
    assert lap.excess[4] == pytest.approx(float(excess(theta.detach().numpy())), rel=1e-9)
    assert lap.clock[4] == steps
    assert len(lap.excess) == 2 * EPOCHS + 1


def test_seconds_are_measured_and_grow() -> None:
    for lap in race(LAB.Config(part="race")):
        assert (np.diff(lap.clock) >= 0).all()
        assert 0 < lap.clock[-1] < 60


def test_the_schedules_by_hand() -> None:
    eta = rates(Config(part="decay", lr=0.2, half_life=500, power=0.75))
    for t in (0, 1, 500, 2999):
        expected = (0.2, 0.2 * 0.5 ** (t / 500), 0.2 / (1 + 0.1 * t) ** 0.75)
        assert np.allclose(eta[:, t], expected)
    assert observed()[0] == 1
    assert observed()[-1] == STEPS


@pytest.mark.parametrize("replacement", [False, True])
def test_the_decay_is_a_plain_loop(replacement: bool) -> None:
    config = Config(part="decay", batch=9, lr=0.05, seed=2, replacement=replacement, power=1.0)
    data, eta, random = houses(), rates(config), numpy_generator(2, "decay")
    theta, at, orders = np.zeros(11), 60, np.empty((0, 0), int)
    for t in range(97):
        if at == 60:  # 60 batches of 9 houses in an epoch
            orders, at = np.array([epoch(random, replacement) for _ in range(16)]), 0
        chosen = orders[5, 9 * at : 9 * at + 9]
        at += 1
        wrong = data.x[chosen] @ theta - data.y[chosen]
        theta = theta - eta[2, t] * wrong @ data.x[chosen] / 9
    looks = list(itertools.islice(decay(config), len(observed())))
    assert looks[observed().tolist().index(97)][0][2, 5] == pytest.approx(
        float(excess(theta)), rel=1e-9
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_falling_rate_gets_below_the_floor(seed: int) -> None:
    last, averaged = list(decay(Config(part="decay", lr=0.1, batch=5, seed=seed)))[-1]
    constant, _, polynomial = last.mean(1)
    assert constant > 10 * polynomial
    assert averaged.mean() < polynomial


@pytest.mark.parametrize("settings", [
    {"part": "race", "lr": 1.0, "scaling": "linear", "clock": False},
    {"part": "decay", "lr": 1.0, "batch": 1, "power": 0.1},
    {"part": "decay", "lr": 0.001, "batch": 546, "replacement": True},
    {"batch": 546}, {"batch": 546, "replacement": True}, {"across": "lotsize"},
    {"across": "prefarea", "up": "prefarea"},
])  # fmt: skip
def test_odd_settings_run_and_are_drawn(settings: dict) -> None:
    config = LAB.Config(**settings)
    frames = list(LAB.run(config))
    assert len(frames) == LAB.LAB.length(config)
    for frame in frames:
        LAB.draw(config, frame)
        assert all(LAB.readout(config, frame).values())
    if settings.get("lr") == 1.0:
        assert "η" in " ".join(frame.note for frame in frames)


@pytest.mark.parametrize("settings", [p.settings for p in PRESETS if "part" not in p.settings])
def test_an_answer_is_the_frame_on_screen(settings: dict) -> None:
    config = LAB.Config(**settings)
    for frame in itertools.islice(LAB.run(config), 0, None, 20):
        again = LAB.answer(config, Start(frame.step, frame.checkpoint))
        assert again.step == frame.step
        for name, value in frame.values.items():
            assert np.array_equal(again[name], value, equal_nan=True), name


def judged(slug: str, **settings: Any) -> bool:
    config = LAB.Config(**settings)
    challenge = next(c for c in LAB.LAB.challenges if c.slug == slug)
    return challenge.check(config, list(LAB.run(config))).passed


def test_every_challenge_can_be_met_and_none_by_a_preset() -> None:
    for settings in ({}, *(preset.settings for preset in PRESETS)):
        config = LAB.Config(**settings)
        frames = list(LAB.run(config))
        assert not any(c.check(config, frames).passed for c in LAB.LAB.challenges), settings
    assert judged("tenth", batch=85)
    assert judged("uphill", batch=50, w_across=0.24, w_up=0.29)
    assert judged("full", part="race", lr=0.0015, scaling="linear")
    assert judged("through", part="decay", lr=0.3, batch=10, power=1.15, replacement=True)
