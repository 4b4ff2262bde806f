"""Adaptive methods: the four problems against torch.optim, plain loops and closed forms."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from labcore import Start, catalog
from labcore.optimization.adaptive_methods.config import METHODS, RATES, STEPS, Config
from labcore.optimization.adaptive_methods.course import PRESETS
from labcore.optimization.adaptive_methods.lesson import (
    MAP_BETA2,
    MAP_BIG,
    divisor,
    failure_map,
    first_steps,
    follow,
    train_words,
    walk,
)
from labcore.optimization.adaptive_methods.speeches import (
    logistic_gradient,
    logistic_loss,
    speeches,
)
from labcore.rng import numpy_generator

LAB: Any = catalog.load("adaptive_methods")
LIBRARY = {
    "sgd": lambda p, lr, c: torch.optim.SGD(p, lr=lr),
    "adagrad": lambda p, lr, c: torch.optim.Adagrad(p, lr=lr),
    "rmsprop": lambda p, lr, c: torch.optim.RMSprop(p, lr=lr, alpha=c.beta2),
    "adadelta": lambda p, lr, c: torch.optim.Adadelta(p, lr=1.0, rho=c.beta2),
    "adam": lambda p, lr, c: torch.optim.Adam(p, lr=lr, betas=(c.beta1, c.beta2)),
}


def test_the_words_are_those_of_two_plays() -> None:
    data = speeches()
    assert data.counts.shape == (len(data.labels), len(data.words))
    assert 600 < len(data.labels) < 900
    assert 200 < len(data.test_labels) < 300
    assert all(a >= b for a, b in pairwise(data.spread))
    assert data.spread.min() == 2
    assert ((data.counts > 0).sum(0) == data.spread).all()
    assert data.words[0] == "the"
    thane = data.counts[:, data.words.index("thane")] > 0
    assert data.labels[thane].max() == 0, "there is no thane in Twelfth Night"
    assert not any(word in data.words for word in ("exeunt", "gutenberg"))


def test_loss_and_gradient_are_those_of_autograd() -> None:
    data = speeches()
    counts, labels = data.counts[:9], data.labels[:9]
    theta = torch.randn(2, len(data.words), generator=torch.Generator().manual_seed(3))
    theta.requires_grad_(True)
    z = theta @ torch.from_numpy(counts).T
    target = torch.from_numpy(labels).expand(2, -1)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(z, target, reduction="none").mean(1)
    loss.sum().backward()
    ours = theta.detach().numpy()
    assert np.allclose(logistic_loss(ours, counts, labels), loss.detach().numpy(), atol=1e-5)
    assert np.allclose(
        logistic_gradient(ours, counts, labels), torch.as_tensor(theta.grad).numpy(), atol=1e-6
    )
    assert np.isfinite(logistic_gradient(ours * 1e4, counts, labels)).all()


@pytest.mark.parametrize("name", ["sgd", "adagrad", "rmsprop", "adam"])
@pytest.mark.parametrize("seed", [0, 5])
def test_the_race_on_words_is_that_of_the_library(name: str, seed: int) -> None:
    data = speeches()
    pick = 8  # η = 0.1
    config = Config(seed=seed, beta1=0.9, beta2={"rmsprop": 0.99}.get(name, 0.995))
    make = {
        "adam": lambda p, lr, c: torch.optim.Adam(p, lr=lr),
        "rmsprop": lambda p, lr, c: torch.optim.RMSprop(p, lr=lr),
    }.get(name, LIBRARY[name])
    theta = torch.zeros(len(data.words), requires_grad=True)
    optimizer = make([theta], float(RATES[pick]), config)
    counts, labels = torch.from_numpy(data.counts), torch.from_numpy(data.labels)
    order = numpy_generator(seed, "batches").permutation(len(data.labels))
    for step in range(100):
        batch = order[4 * step : 4 * step + 4]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            counts[batch] @ theta, labels[batch]
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    curves = train_words(config)["curves"]
    ours = curves[METHODS.index(name), pick, 20]
    theirs = logistic_loss(theta.detach().numpy()[None], data.test_counts, data.test_labels)[0]
    assert ours == pytest.approx(theirs, rel=2e-3)


def test_on_rare_words_a_rate_of_their_own_wins() -> None:
    for seed in range(3):
        best = train_words(Config(seed=seed))["curves"][:, :, -1].min(1)
        assert best[METHODS.index("adagrad")] < best[METHODS.index("sgd")] - 0.03


@pytest.mark.parametrize("name", sorted(LIBRARY))
@pytest.mark.parametrize("seed", [0, 1, 7])
def test_the_chase_is_that_of_the_library(name: str, seed: int) -> None:
    config = Config(problem="moving", lr=0.2, beta2=0.85, beta1=0.8, seed=seed, noise=0.7)
    found = follow(config)
    noise = numpy_generator(seed, "noise").standard_normal(STEPS["moving"]) * 0.7
    theta = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = LIBRARY[name]([theta], 0.2, config)
    path = []
    for aim, wind in zip(found["target"], noise, strict=True):
        theta.grad = theta.detach() - aim + wind
        optimizer.step()
        path.append(float(theta.detach()))
    assert np.allclose(found["theta"][METHODS.index(name)], path, atol=1e-6)


def test_adagrad_stalls_and_rmsprop_follows() -> None:
    for seed in range(5):
        found = follow(Config(problem="moving", lr=0.3, beta2=0.9, seed=seed))
        error = ((found["theta"] - found["target"]) ** 2).mean(1)
        assert error[METHODS.index("adagrad")] > 8 * error[METHODS.index("rmsprop")]
        rates = found["rates"][METHODS.index("adagrad")]
        assert (np.diff(rates) <= 0).all(), "its rate only falls"


def test_the_rare_gradient_by_hand() -> None:
    """Theorem 1 of Reddi et al., written out."""
    config = Config(problem="rare", lr=2.0, beta2=0.3, big=6.0, period=3)
    x, v, path = 0.0, 0.0, []
    for t in range(1, STEPS["rare"] + 1):
        g = 6.0 if t % 3 == 1 else -1.0
        v = 0.3 * v + 0.7 * g * g
        x -= 2.0 / math.sqrt(t) * g / (math.sqrt(v / (1 - 0.3**t)) + 1e-8)
        x = min(max(x, -1.0), 1.0)
        path.append(x)
    ours, roots = walk(config, "adam", 0.3, 6.0)
    assert np.allclose(ours, path[19::20], atol=1e-9)
    assert np.isfinite(roots).all()


def test_adam_fails_where_the_paper_says_and_yogi_does_not() -> None:
    """β₂ = 1 / (1 + C²) with C > 2 and a round of three; and in the lab's own default."""
    for big in (3.0, 5.0, 10.0):
        config = Config(problem="rare", lr=2.0, period=3)
        assert walk(config, "adam", 1 / (1 + big**2), big)[0][-1] > 0.9
        assert walk(config, "yogi", 1 / (1 + big**2), big)[0][-1] < -0.9
        assert walk(config, "adam", 0.99, big)[0][-1] < -0.9, "a long memory is safe here"


def test_the_map_is_many_walks() -> None:
    config = Config(problem="rare", lr=2.0, watch="yogi")
    field = failure_map(config)
    assert field.shape == (len(MAP_BIG), len(MAP_BETA2))
    for i, j in ((0, 0), (12, 20), (29, 33), (20, 3)):
        x = walk(config, "yogi", float(MAP_BETA2[j]), float(MAP_BIG[i]))[0][-1]
        assert abs(field[i, j] - (x + 1) / 2 * 255) <= 1


@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.99), (0.0, 0.9), (0.5, 0.0), (0.95, 0.995)])
def test_the_correction_by_hand(beta1: float, beta2: float) -> None:
    g = np.array([1.5, -2.0, 0.5, 3.0, 0.25, -1.0, -1.0, 2.0, 0.1, 1.0, -3.0, 0.7])
    config = Config(problem="start", beta1=beta1, beta2=beta2,
                    gradients=tuple((t + 1.0, h) for t, h in enumerate(g)))  # fmt: skip
    found = first_steps(config)
    for t in range(1, 13):
        weights = np.arange(t)[::-1]
        m = (1 - beta1) * (beta1**weights * g[:t]).sum()
        v = (1 - beta2) * (beta2**weights * g[:t] ** 2).sum()
        assert found["m"][t - 1] == pytest.approx(m)
        assert found["v"][t - 1] == pytest.approx(v)
        corrected = -(m / (1 - beta1**t)) / (math.sqrt(v / (1 - beta2**t)) + 1e-8)
        assert found["corrected"][t - 1] == pytest.approx(corrected, abs=1e-12)
        assert found["plain"][t - 1] == pytest.approx(-m / (math.sqrt(v) + 1e-8), abs=1e-12)
    assert abs(found["corrected"][0]) == pytest.approx(1, abs=1e-6)


def test_divisors_are_what_steps_are_divided_by() -> None:
    assert divisor("sgd", {}, 0.9) == 1
    assert divisor("adagrad", {"s": 9.0}, 0.9) == 3
    assert divisor("adam", {"v": 0.1, "t": 1}, 0.9) == pytest.approx(1)


@pytest.mark.parametrize("settings", [preset.settings for preset in PRESETS])
def test_an_answer_is_the_frame_on_screen(settings: dict) -> None:
    config = LAB.Config(**settings)
    frames = list(LAB.run(config))
    for frame in (frames[0], frames[len(frames) // 2], frames[-1]):
        again = LAB.answer(config, Start(frame.step, frame.checkpoint))
        assert again.step == frame.step
        for name, value in frame.values.items():
            if name != "field":
                assert np.array_equal(again[name], value, equal_nan=True), name


@pytest.mark.parametrize("settings", [
    {"problem": "moving", "lr": 31.6, "noise": 3.0, "beta2": 0.0, "beta1": 0.0},
    {"problem": "moving", "target": ((5, 1), (5, -1), (5, 4))},
    {"problem": "start", "gradients": tuple((t + 1.0, 0.0) for t in range(12))},
    {"problem": "rare", "big": 2.0, "period": 30, "beta2": 0.0},
    {"lr": 31.6, "watch": "sgd"},
])  # fmt: skip
def test_odd_settings_run_and_are_drawn(settings: dict) -> None:
    config = LAB.Config(**settings)
    frames = list(LAB.run(config))
    assert len(frames) == LAB.LAB.length(config)
    for frame in frames:
        LAB.draw(config, frame)
        assert all(LAB.readout(config, frame).values())
    last = frames[-1]
    for name in ("theta", "x", "corrected", "plain"):
        if name in last.values:
            reached = last[name][..., : last.step if "theta" in last.values else None]
            assert np.isfinite(reached).all(), name


def judged(slug: str, **settings: Any) -> bool:
    config = LAB.Config(**settings)
    challenge = next(c for c in LAB.LAB.challenges if c.slug == slug)
    return challenge.check(config, list(LAB.run(config))).passed


def test_every_challenge_can_be_met_and_none_by_default() -> None:
    frames = list(LAB.run(LAB.Config()))
    assert not any(c.check(LAB.Config(), frames).passed for c in LAB.LAB.challenges)
    assert judged("best_sgd", watch="sgd", lr=0.1) or judged("best_sgd", watch="sgd", lr=0.056)
    assert judged("slow_wins", problem="moving", lr=1.0, noise=3.0, target=((0, 1), (240, 1)))
    assert judged("accident", problem="start", beta1=0.9, beta2=0.99)
    assert judged("fooled", problem="rare", beta2=0.92, period=25, big=29.0, lr=1.0)
