"""The lab on challenges against quadrature, autograd, Monte Carlo and an integral of the wait."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from scipy import integrate

from labcore import Start
from labcore.optimization import optimization_challenges as lab
from labcore.optimization.optimization_challenges import Config
from labcore.optimization.optimization_challenges.depth import (
    GOALS,
    LAYERS,
    growth,
    loss_of,
    norms,
    unit_of,
    wait,
    waits,
)
from labcore.optimization.optimization_challenges.lands import (
    LANDS,
    descend,
    hessian,
    kind_of,
    level_places,
)
from labcore.optimization.optimization_challenges.lesson import EVERY, STEPS, paths_of
from labcore.optimization.optimization_challenges.risk import (
    OMEGA,
    TRUTH,
    WIDE,
    empirical,
    lowest,
    pull,
    risk,
    sample,
)

TORCH = {
    "saddle": lambda p: p[0] ** 2 / 2 - p[1] ** 2 / 2 + p[1] ** 4 / 4,
    "wells": lambda p: p[0] ** 4 / 4 - p[0] ** 2 / 2 + 0.15 * p[0] + p[1] ** 2 / 2,
    "monkey": lambda p: p[0] ** 3 / 3 - p[0] * p[1] ** 2 + (p[0] ** 2 + p[1] ** 2) ** 2 / 8,
    "eggs": lambda p: (p**2).sum() / 12 + 0.25 * torch.cos(4 * p).sum(),
}


@pytest.mark.parametrize("omega", [0.0, 0.7, 2.0, 3.3, 5.0])
def test_the_risk_is_the_integral(omega: float) -> None:
    def integrand(x: float) -> float:
        weight = np.exp(-0.5 * (x / WIDE) ** 2) / (WIDE * np.sqrt(2 * np.pi))
        return float(weight * (np.cos(TRUTH * x) - np.cos(omega * x)) ** 2)

    exact = 0.3**2 + integrate.quad(integrand, -30, 30, limit=400)[0]
    assert risk(np.array(omega), 0.3) == pytest.approx(exact, abs=1e-8)


def test_the_empirical_risk_goes_to_the_risk() -> None:
    x, y = sample(40_000, 0.5, 3)
    for omega in (0.5, 1.7, 2.4, 4.0):
        off = float(empirical(np.array(omega), x, y)) - float(risk(np.array(omega), 0.5))
        assert abs(off) < 0.04
    assert np.array_equal(sample(50, 0.5, 3)[0], sample(200, 0.5, 3)[0][:50])


def test_the_slope_of_the_empirical_risk_is_autograds() -> None:
    x, y = sample(20, 0.4, 1)
    for omega in (0.3, 2.2, 4.9):
        at = torch.tensor(omega, dtype=torch.float64, requires_grad=True)
        ((torch.from_numpy(y) - torch.cos(at * torch.from_numpy(x))) ** 2).mean().backward()
        assert at.grad is not None
        assert pull(omega, x, y) == pytest.approx(at.grad.item(), abs=1e-10)
    assert lowest(risk(OMEGA, 0.4)) == pytest.approx(TRUTH, abs=1e-3)


@pytest.mark.parametrize("name", LANDS)
def test_slopes_and_hessians_are_autograds(name: str) -> None:
    rng = np.random.default_rng(5)
    for place in rng.uniform(-2, 2, (20, 2)):
        p = torch.tensor(place, requires_grad=True)
        f = TORCH[name](p)
        (g,) = torch.autograd.grad(f, p)
        h = torch.autograd.functional.hessian(TORCH[name], torch.tensor(place))
        assert float(LANDS[name].height(*place)) == pytest.approx(f.item(), abs=1e-10)
        assert np.allclose(LANDS[name].slope(*place), g.numpy(), atol=1e-10)
        assert np.allclose(hessian(name, place), h.numpy(), atol=1e-10)


@pytest.mark.parametrize("name", LANDS)
def test_level_places_are_named_as_a_ring_around_them_says(name: str) -> None:
    """On a small circle f is above a minimum, below a maximum, and both around a saddle."""
    places, kinds = level_places(name)
    at = np.linspace(0, 2 * np.pi, 720)
    for place, kind in zip(places, kinds, strict=True):
        assert np.hypot(*LANDS[name].slope(*place)) < 1e-6
        ring = place[:, None] + 0.02 * np.stack([np.cos(at), np.sin(at)])
        off = LANDS[name].height(*ring) - LANDS[name].height(*place)
        seen = (bool((off > 0).any()), bool((off < 0).any()))
        named = {(True, False): "minimum", (False, True): "maximum", (True, True): "saddle"}[seen]
        assert kind == (named if kind != "undecided" else "undecided")
    assert len(np.unique(places.round(3), axis=0)) == len(places)
    assert {"saddle": 3, "wells": 3, "monkey": 4, "eggs": 49}[name] == len(places)
    assert ("undecided" in kinds) == (name == "monkey")


def test_kinds() -> None:
    assert kind_of(np.array([1.0, 2.0])) == "minimum"
    assert kind_of(np.array([-1.0, -2.0])) == "maximum"
    assert kind_of(np.array([-1.0, 2.0])) == "saddle"
    assert kind_of(np.array([0.0, 2.0])) == "undecided"


def test_noise_leaves_the_saddle_and_calm_does_not() -> None:
    calm, noisy = paths_of(Config())
    assert np.abs(calm[-1]).max() < 1e-3
    assert (np.abs(np.abs(noisy[-1, :, 1]) - 1) < 0.4).all()
    w = torch.tensor([1.2, -0.4], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    path = descend("monkey", np.array([1.2, -0.4]), 0.1, None, 40)[:, 0]
    for place in path:
        assert np.allclose(place, w.detach().numpy(), atol=1e-10)
        optimizer.zero_grad()
        TORCH["monkey"](w).backward()
        optimizer.step()


@pytest.mark.parametrize(("unit", "start"), [("tanh", 3.0), ("tanh", 3.6), ("sigmoid", 4.0)])
def test_the_wait_is_the_integral_of_one_over_the_slope(unit: str, start: float) -> None:
    """For small steps, descent follows dw/dt = −η L′(w)."""
    lr = 0.05
    starts, needed = waits(unit, lr, EVERY * STEPS * 4)
    k = int(np.abs(starts - start).argmin())
    off = np.sqrt(2 * 0.01)
    goal = GOALS[unit] + off
    end = np.arctanh(goal) if unit == "tanh" else np.log(goal / (1 - goal))
    time = integrate.quad(lambda w: 1 / float(loss_of(unit, w)[1]), end, starts[k])[0]
    assert needed[k] == pytest.approx(time / lr, rel=0.02)
    path = wait(unit, lr, float(starts[k]), int(needed[k]))
    assert loss_of(unit, path[-1])[0] < 0.01 <= loss_of(unit, path[-2])[0]


def test_units_are_torchs() -> None:
    w = torch.linspace(-5, 5, 21, dtype=torch.float64).requires_grad_()
    for name, theirs in (("tanh", torch.tanh), ("sigmoid", torch.sigmoid), ("relu", torch.relu)):
        (slope,) = torch.autograd.grad(theirs(w).sum(), w)
        value, ours = unit_of(name, w.detach().numpy())
        assert np.allclose(value, theirs(w).detach().numpy())
        assert np.allclose(ours, slope.numpy())


@pytest.mark.parametrize("width", [2, 5, 12])
def test_growth_is_what_many_products_show(width: int) -> None:
    """Over 12 seeds × 24 draws × 100 layers; the standard error comes from the sample."""
    ends = np.concatenate([norms(width, "gaussian", seed)[-1] for seed in range(12)]) / LAYERS
    typical, square = growth(1.0, width, "gaussian")
    assert abs(ends.mean() - typical) < 4 * ends.std() / np.sqrt(len(ends))
    assert square == 0
    one = 10 ** (2 * np.concatenate([norms(width, "gaussian", seed)[1] for seed in range(40)]))
    assert abs(one.mean() - 1) < 4 * one.std() / np.sqrt(len(one))


def test_orthogonal_matrices_keep_lengths() -> None:
    assert np.abs(norms(6, "orthogonal", 1)).max() < 1e-9
    assert growth(1.3, 6, "orthogonal")[0] == pytest.approx(np.log10(1.3))


@pytest.mark.parametrize(
    ("given", "word"),
    [({"unit": "relu", "weight": -1.0}, "exactly 0"), ({"noise": 0.0}, "come to rest"),
     ({"land": "monkey", "probe_x": 0.0, "probe_y": 0.0}, "cannot say")],
)  # fmt: skip
def test_trouble_is_named(given: dict[str, Any], word: str) -> None:
    assert word in lab.answer(Config(**given)).note


def test_odd_settings_are_drawn() -> None:
    lands: tuple[Any, ...] = tuple(LANDS)
    for land, lr, noise in itertools.product(lands, (0.01, 1.0), (0.0, 5.0)):
        config = Config(land=land, lr=lr, noise=noise, x0=-2.4, y0=2.4, gain=2.0, weight=-6.0)
        for step in (0, 50, 100):
            frame = lab.answer(config, Start(step, {}))
            lab.draw(config, frame)
            assert np.isfinite(frame["noisy"]).all()
            assert not any("nan" in text for text in lab.readout(config, frame).values())


def test_an_answer_is_the_frame_of_the_run() -> None:
    frames = list(lab.run(Config()))
    now = lab.answer(Config(), Start(17, {}))
    for name, value in now.values.items():
        if name != "whole":
            assert np.array_equal(value, frames[17].values[name], equal_nan=True)


def test_challenges_can_be_met() -> None:
    met = {
        "misled": Config(seed=7, omega=4.5),
        "patient": Config(weight=3.0, lr=1.0),
        "steady": Config(width=4, gain=1.15),
        "escaped": Config(land="eggs", x0=1.0, y0=0.0, noise=0.01),
        "best_well": Config(land="wells", x0=1.0, lr=0.5, noise=0.6),
    }
    for challenge in lab.LAB.challenges:
        assert not challenge.check(Config(), list(lab.run(Config()))).passed
        config = met[challenge.slug]
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)
