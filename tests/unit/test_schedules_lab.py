"""The lab on schedules: torch.nn, torch.optim and torch.optim.lr_scheduler say the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from labcore import Start, catalog
from labcore.optimization.schedules.clothes import (
    HIDDEN,
    PIXELS,
    SIZES,
    clothes,
    first_weights,
    logits,
    losses,
    spoiled,
)
from labcore.optimization.schedules.config import NAMES, Config, factors
from labcore.optimization.schedules.course import PRESETS
from labcore.optimization.schedules.lesson import observed, run
from labcore.rng import torch_generator

LAB: Any = catalog.load("schedules")
WHO = tuple(NAMES)


def network(seed: int) -> torch.nn.Sequential:
    """The library's network with our first weights."""
    net = torch.nn.Sequential(
        torch.nn.Linear(PIXELS, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 10)
    )
    w1, b1, w2, b2 = first_weights(seed).split(SIZES)
    parts = (w1.reshape(PIXELS, HIDDEN).T, b1, w2.reshape(HIDDEN, 10).T, b2)
    with torch.no_grad():
        for parameter, part in zip(net.parameters(), parts, strict=True):
            parameter.copy_(part)
    return net


def scheduler(name: str, optimizer: Any, config: Config) -> Any:
    """The library's schedule of that name."""
    steps = config.steps
    if name == "factor":
        return lr_scheduler.ExponentialLR(optimizer, config.ending ** (1 / steps))
    if name == "multi_step":
        return lr_scheduler.MultiStepLR(optimizer, [steps // 2, steps * 3 // 4], config.drop)
    if name == "cosine":
        return lr_scheduler.CosineAnnealingLR(optimizer, steps, eta_min=config.floor * config.lr)
    if name == "cyclical":
        half = steps / config.cycles / 2
        return lr_scheduler.CyclicLR(optimizer, config.floor * config.lr, config.lr, int(half),
                                     cycle_momentum=False)  # fmt: skip
    if name == "drawn":
        x, y = np.array(config.drawn).T
        return lr_scheduler.LambdaLR(optimizer, lambda t: float(np.interp(t / steps, x, y)))
    return lr_scheduler.ConstantLR(optimizer, factor=1.0)


@pytest.mark.parametrize("name", WHO)
def test_a_schedule_is_that_of_the_library(name: str) -> None:
    config = Config(steps=600, lr=0.2, cycles=3, ending=0.05, drop=0.3, floor=0.1)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.2)
    schedule, theirs = scheduler(name, optimizer, config), []
    for _ in range(config.steps):
        theirs.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    assert np.allclose(0.2 * factors(config)[WHO.index(name)], theirs, atol=1e-9)


def test_a_warm_up_rises_on_a_line_to_where_the_schedule_begins() -> None:
    config = Config(steps=1000, warmup=20)
    found = factors(config)
    for name in ("constant", "factor", "multi_step", "cosine"):
        row = found[WHO.index(name)]
        assert np.allclose(np.diff(row[:200]), 1 / 201)
        assert row[200] == pytest.approx(1, abs=1e-9)
    assert found[WHO.index("drawn"), 0] == pytest.approx(config.drawn[0][1])


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("seed", [0, 3])
def test_the_training_is_that_of_the_library(optimizer: str, seed: int) -> None:
    lr = 0.01 if optimizer == "adam" else 0.05
    config = LAB.Config(steps=100, optimizer=optimizer, lr=lr, noise=20, seed=seed)
    frame = list(run(config))[-1]
    data = clothes()
    labels = spoiled(data.labels, 20, seed)
    make = {
        "sgd": lambda p: torch.optim.SGD(p, lr=lr),
        "momentum": lambda p: torch.optim.SGD(p, lr=lr, momentum=0.9),
        "adam": lambda p: torch.optim.Adam(p, lr=lr),
    }[optimizer]
    for name in ("constant", "cosine", "drawn"):
        net = network(seed)
        steps = make(net.parameters())
        schedule = scheduler(name, steps, config)
        order = torch.randperm(len(labels), generator=torch_generator(seed, "batches"))
        for step in range(100):
            chosen = order[64 * step : 64 * step + 64]
            steps.zero_grad()
            torch.nn.functional.cross_entropy(net(data.images[chosen]), labels[chosen]).backward()
            steps.step()
            schedule.step()
        with torch.no_grad():
            right = (net(data.test_images).argmax(1) == data.test_labels).float().mean()
            seen = torch.nn.functional.cross_entropy(net(data.images[:2000]), labels[:2000])
        k = WHO.index(name)
        assert frame["test_right"][k, -1] == pytest.approx(float(right), abs=0.006)
        assert frame["train"][k, -1] == pytest.approx(float(seen), rel=0.01)


def test_the_clothes_are_balanced_and_halved() -> None:
    data = clothes()
    assert data.images.shape == (10000, PIXELS)
    assert data.test_images.shape == (2000, PIXELS)
    assert torch.bincount(data.labels).tolist() == [1000] * 10
    assert torch.bincount(data.test_labels).tolist() == [200] * 10
    assert float(data.images.mean()) == pytest.approx(0, abs=1e-3)
    assert float(data.images.std()) == pytest.approx(1, abs=1e-3)
    assert not torch.equal(data.labels, data.labels.sort().values), "classes are mixed"


def test_networks_do_not_mind_each_other() -> None:
    data = clothes()
    theta = torch.stack([first_weights(seed) for seed in range(3)])
    alone = torch.cat([logits(one[None], data.images[:50]) for one in theta])
    assert torch.allclose(logits(theta, data.images[:50]), alone, atol=1e-5)
    assert torch.allclose(alone[1], network(1)(data.images[:50]), atol=1e-5)
    theta[0] = torch.nan
    loss, right = losses(theta, data.images[:50], data.labels[:50])
    assert loss[1:].isfinite().all()
    assert right.shape == (3,)


@pytest.mark.parametrize("percent", [0, 30, 60])
def test_wrong_labels_are_as_many_as_asked(percent: int) -> None:
    labels = clothes().labels
    changed = float((spoiled(labels, percent, 5) != labels).float().mean())
    assert changed == pytest.approx(percent / 100 * 0.9, abs=0.015)


def test_looks_are_evenly_spread_and_end_at_the_end() -> None:
    for steps in (100, 1200, 3000):
        found = observed(LAB.Config(steps=steps))
        assert found[0] == 0
        assert found[-1] == steps
        assert len(found) == 41


@pytest.mark.parametrize("settings", [
    {"lr": 3.0, "optimizer": "momentum"}, {"lr": 3.0, "optimizer": "adam"},
    {"warmup": 50, "cycles": 10}, {"drawn": ((0.5, 0.0),)}, {"batch": 256, "noise": 60},
    {"drawn": ((1.0, 2.0), (0.0, 0.0), (0.0, 2.0))},
])  # fmt: skip
def test_odd_settings_run_and_are_drawn(settings: dict) -> None:
    config = LAB.Config(steps=100, **settings)
    frames = list(LAB.run(config))
    assert len(frames) == LAB.LAB.length(config)
    for frame in frames:
        LAB.draw(config, frame)
        assert all(LAB.readout(config, frame).values())
    if settings.get("lr") == 3.0:
        assert "too large" in frames[-1].note


def test_an_answer_draws_the_schedules_alone() -> None:
    config = LAB.Config(drawn=((0.0, 2.0), (1.0, 0.0)))
    frame = LAB.answer(config, Start(300, {}))
    assert frame["factors"][-1, 0] == pytest.approx(2)
    assert set(LAB.draw(config, frame)) == {"schedule"}
    assert all(LAB.readout(config, frame).values())


def judged(slug: str, **settings: Any) -> bool:
    config = LAB.Config(**settings)
    challenge = next(c for c in LAB.LAB.challenges if c.slug == slug)
    return challenge.check(config, list(LAB.run(config))).passed


def test_every_challenge_can_be_met_and_none_by_a_preset() -> None:
    for settings in ({}, PRESETS[1].settings):
        config = LAB.Config(**settings)
        frames = list(LAB.run(config))
        assert not any(c.check(config, frames).passed for c in LAB.LAB.challenges), settings
    assert judged("yours", drawn=((0, 0.5), (0.2, 1.5), (1, 0)))
    assert judged("rescued", lr=0.3, drawn=((0, 0.1), (0.15, 0.5), (1, 0)))
    assert judged("short", steps=300, optimizer="adam", lr=0.02)
