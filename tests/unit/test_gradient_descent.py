"""The lab on gradient descent against autograd, the theory of rates, SciPy and PyTorch."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from scipy import optimize

from labcore import Start
from labcore.formula import Formula
from labcore.optimization import gradient_descent as lab
from labcore.optimization.gradient_descent import Config
from labcore.optimization.gradient_descent.descent import TRIALS, descend, world_of
from labcore.optimization.gradient_descent.jets import jet
from labcore.optimization.gradient_descent.lesson import guaranteed, minima, theory

FORMULAS = (
    "x^4/16 - x^2/2 + x/5", "sin(3x) cos(x)", "exp(-x^2) + x^2/10", "log(cosh(x))", "x/(1 + x^2)",
    "sqrt(1 + x^2) + abs(x - 1)", "tanh(x) x^-1", "min(x^2, 2 + x)", "max(tan(x/4), -x)",
    "2^x + x^3", "(1 + x^2)^(x/3)", "sinh(x/2) - pi", "-x^2.5", "e^(-x)/x", "7",
)  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_jets_are_the_derivatives_of_autograd(text: str) -> None:
    formula = Formula.parse(text, ("x",))
    x = torch.linspace(-3.9, 3.93, 57, dtype=torch.float64).requires_grad_()
    f = formula(x)
    (g,) = torch.autograd.grad(f.sum(), x, create_graph=True)
    h = torch.autograd.grad(g.sum(), x)[0] if g.requires_grad else torch.zeros_like(x)
    ours = jet(formula, x.detach().numpy())
    there = np.isfinite(f.detach().numpy())
    assert np.array_equal(there, np.isfinite(ours[0]))
    for mine, theirs in zip(ours, (f, g, h), strict=True):
        assert np.allclose(mine[there], theirs.detach().numpy()[there], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("kappa", "angle"), [*itertools.product((1.0, 7.0, 90.0), (0.0, 33.0, 45.0))]
)
@pytest.mark.parametrize("method", ["plain", "diagonal", "newton"])
def test_each_mode_shrinks_by_the_factor_of_theory(method: Any, kappa: float, angle: float) -> None:
    for lr in (0.1, 0.9, 1.6):
        config = Config(world="bowl", method=method, kappa=kappa, angle=angle, lr=lr, steps=40)
        told = theory(config)
        errors = told.errors
        for i, factor in enumerate(told.factors):
            good = (errors[:-1, i] > 1e-7) & (errors[:-1].max(1) < 1e3)
            assert np.allclose(errors[1:, i][good] / errors[:-1, i][good], factor, rtol=1e-5)


@pytest.mark.parametrize("lr", [0.1, 0.35, 0.6, 0.8])
def test_the_measured_rate_of_a_curve_is_that_of_theory(lr: float) -> None:
    """x*, f″(x*) from SciPy's bounded search and second differences."""
    config = Config(lr=lr, steps=60, x0=-2.3)
    found = optimize.minimize_scalar(
        lambda x: x**4 / 16 - x**2 / 2 + x / 5, bounds=(-4, -1), method="bounded",
        options={"xatol": 1e-10},
    )  # fmt: skip
    bend = 12 * found.x**2 / 16 - 1
    told = theory(config)
    assert told.target[0] == pytest.approx(found.x, abs=1e-5)
    assert told.factors[0] == pytest.approx(abs(1 - lr * bend), abs=1e-4)
    measured = [told.measured(k)[0] for k in range(8, 61)]
    settled = [one for one in measured if np.isfinite(one)][-1]
    assert settled == pytest.approx(told.factors[0], abs=0.01)


def test_plain_descent_is_torchs() -> None:
    config = Config(lr=0.3, x0=3.3, steps=40)
    x = torch.tensor(3.3, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=0.3)
    for k in range(41):
        assert descend(config, "plain").places[k, 0] == pytest.approx(x.item(), abs=1e-9)
        optimizer.zero_grad()
        (x**4 / 16 - x**2 / 2 + x / 5).backward()
        optimizer.step()


@pytest.mark.parametrize("kappa", [1.0, 20.0, 150.0])
def test_newton_arrives_in_a_bowl_at_once(kappa: float) -> None:
    config = Config(world="bowl", method="newton", lr=1.0, kappa=kappa, angle=31)
    assert np.abs(descend(config, "newton").places[1]).max() < 1e-10


def test_newton_goes_uphill_where_the_curve_bends_down_and_the_diagonal_does_not() -> None:
    start: dict[str, Any] = {"x0": 0.75, "lr": 1.0}
    uphill = descend(Config(method="newton", **start), "newton")
    assert uphill.hessians[0, 0, 0] < 0
    assert uphill.heights[1] > uphill.heights[0]
    assert uphill.hessians[-1, 0, 0] < 0
    assert abs(uphill.slopes[-1, 0]) < 1e-9
    assert "uphill" in lab.answer(Config(method="newton", **start), Start(0, {})).note
    config = Config(method="diagonal", x0=0.75, lr=0.5)
    down = descend(config, "diagonal")
    assert down.heights[1] < down.heights[0]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_step_of_backtracking_is_the_first_that_satisfies_armijo(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for world in ("curve", "bowl"):
        config = Config(world=world, method="armijo", lr=rng.uniform(0.5, 4), x0=rng.uniform(-4, 4),
                        armijo=rng.uniform(0.05, 0.5), kappa=rng.uniform(1, 60))  # fmt: skip
        way, height = descend(config, "armijo"), world_of(config).height
        for k, tried in enumerate(way.tried[:-1]):
            g = way.slopes[k]
            if np.abs(g).max() < 1e-5:
                break
            enough = [
                height(way.places[k] - t * g) <= way.heights[k] - config.armijo * t * (g @ g)
                for t in tried
            ]
            assert enough[-1]
            assert not any(enough[:-1])
            assert len(tried) <= TRIALS
            assert np.allclose(way.places[k + 1], way.places[k] - tried[-1] * g)


@pytest.mark.parametrize("kappa", [1.0, 5.0, 50.0])
def test_the_guarantee_holds(kappa: float) -> None:
    for share, first in itertools.product((0.05, 0.3, 0.5), (0.3, 1.0, 4.0)):
        config = Config(world="bowl", method="armijo", kappa=kappa, armijo=share, lr=first)
        gaps = descend(config, "armijo").heights
        bound = guaranteed(first, share, 1 / kappa, 1.0) ** 2
        ok = gaps[:-1] > 1e-20
        assert (gaps[1:][ok] <= gaps[:-1][ok] * bound * (1 + 1e-9)).all()


def test_minima_are_those_of_a_fine_search() -> None:
    for text in ("sin(3x) cos(x)", "x^4/16 - x^2/2 + x/5", "abs(x - 1)", "exp(x)", "7"):
        formula = Formula.parse(text, ("x",))
        x = np.linspace(-4, 4, 80001)
        f = jet(formula, x)[0]
        theirs = x[1:-1][(f[1:-1] < f[:-2]) & (f[1:-1] < f[2:])]
        ours = minima(text)
        assert len(ours) == len(theirs)
        assert np.allclose(ours, theirs, atol=1.1e-4)


@pytest.mark.parametrize(
    ("given", "word"),
    [({"formula": "log(x)", "x0": -1.0}, "no value"), ({"formula": "x^4/20"}, "more slowly"),
     ({"formula": "-x^2", "lr": 1.0}, "Lost"), ({"formula": "3"}, "slope is 0"),
     ({"formula": "x", "method": "newton"}, "curvature is 0"), ({"lr": 3.9}, "Diverges"),
     ({"world": "bowl", "lr": 3.9, "steps": 60}, "Diverges"), ({"formula": "exp(x)"}, "no minimum"),
     ({"formula": "x^4 - x^2", "x0": 0.8, "lr": 0.6}, "repels")],
)  # fmt: skip
def test_trouble_is_named(given: dict[str, Any], word: str) -> None:
    config = Config(**given)
    frames = list(lab.run(config))
    assert word in " ".join(frame.note for frame in frames)
    lab.panels(config, frames[0])
    for frame in frames:
        lab.draw(config, frame)
        assert not any("nan" in text for text in lab.readout(config, frame).values())


def test_a_bad_formula_is_a_sentence() -> None:
    config, notices = Config.parse({"formula": "x^2 +"})
    assert config.formula == Config().formula
    assert len(notices) == 1


def test_an_answer_is_the_frame_of_the_run() -> None:
    for config in (Config(steps=12), Config(world="bowl", method="armijo", steps=12)):
        frames = list(lab.run(config))
        now = lab.answer(config, Start(7, {}))
        for name, value in now.values.items():
            assert np.array_equal(value, frames[7].values[name], equal_nan=True)


def test_challenges_can_be_met() -> None:
    met = {
        "fastest": Config(world="bowl", lr=1.85),
        "top": Config(method="newton", lr=1.0, x0=0.75),
        "across": Config(lr=0.4, x0=3.9),
        "circling": Config(formula="abs(x)", lr=1.0, x0=0.5),
    }
    for challenge in lab.LAB.challenges:
        assert not challenge.check(Config(), list(lab.run(Config()))).passed
        config = met[challenge.slug]
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)
