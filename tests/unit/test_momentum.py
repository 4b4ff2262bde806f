"""The lab on momentum against eigenvalues by LAPACK, PyTorch's own optimizer and the iteration."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from labcore.optimization import momentum as lab
from labcore.optimization.momentum import Config
from labcore.optimization.momentum.figure import BETAS, ETAS, codes, steps_for_tenth
from labcore.optimization.momentum.lesson import (
    best,
    curvatures,
    descend,
    directions,
    hessian,
    rate,
    regime,
    roots,
)


def settings(count: int, seed: int) -> list[tuple[float, float, float]]:
    rng = np.random.default_rng(seed)
    return list(
        zip(
            rng.uniform(0, 4, count),
            rng.uniform(0, 0.99, count),
            10 ** rng.uniform(0, 3, count),
            strict=True,
        )
    )


@pytest.mark.parametrize(("lr", "beta", "kappa"), settings(20, 1))
def test_roots_are_the_eigenvalues_of_a_step(lr: float, beta: float, kappa: float) -> None:
    for lam in (1.0, 1 / kappa):
        step = np.array([[beta, lam], [-lr * beta, 1 - lr * lam]])
        theirs = np.linalg.eigvals(step)
        ours = roots(lr, beta, np.array(lam))
        both = np.abs(ours[:, None] - theirs[None])
        assert both.min(0).max() < 1e-7
        size = float(rate(np.array(lr), np.array(beta), np.array(lam)))
        assert size == pytest.approx(np.abs(theirs).max(), abs=1e-9)


@pytest.mark.parametrize(("lr", "beta", "kappa"), settings(6, 2))
def test_the_path_is_that_of_torch(lr: float, beta: float, kappa: float) -> None:
    config = Config(lr=lr, beta=beta, kappa=kappa, steps=60, angle=37)
    h = torch.from_numpy(hessian(config))
    w = torch.tensor([config.x0, config.y0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=lr, momentum=beta)
    theirs = [w.detach().clone()]
    for _ in range(60):
        optimizer.zero_grad()
        (0.5 * w @ h @ w).backward()
        optimizer.step()
        theirs.append(w.detach().clone())
    path, there = descend(config, lr, beta)[0], torch.stack(theirs).numpy()
    before = np.abs(there).max(1) < 1e5
    assert np.allclose(path[before], there[before], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_the_iteration_shrinks_by_the_rate(seed: int) -> None:
    """Over 4000 steps of one mode, by ‖state‖^(1/k); ripples and double roots fade as log k / k."""
    rng = np.random.default_rng(seed)
    for _ in range(20):
        lr, beta, lam = rng.uniform(0.05, 4), rng.uniform(0, 0.99), 10 ** rng.uniform(-2, 0)
        step = np.array([[beta, lam], [-lr * beta, 1 - lr * lam]])
        state, log_size = np.array([0.0, 1.0]), 0.0
        for _ in range(4000):
            state = step @ state
            size = np.linalg.norm(state)
            log_size += np.log(size)
            state /= size
        found = np.exp(log_size / 4000)
        assert found == pytest.approx(float(rate(np.array(lr), np.array(beta), np.array(lam))),
                                      rel=4e-3)  # fmt: skip


def test_the_modes_do_not_know_of_each_other() -> None:
    config = Config(angle=61, x0=1.1, y0=-0.7)
    q, lam = directions(config), curvatures(config)
    whole = descend(config, config.lr, config.beta)[0] @ q
    for i in range(2):
        x, v = float(q[:, i] @ (1.1, -0.7)), 0.0
        for k in range(config.steps):
            v = config.beta * v + lam[i] * x
            x = x - config.lr * v
            assert x == pytest.approx(whole[k + 1, i], abs=1e-10)


@pytest.mark.parametrize("kappa", [1.0, 4.0, 60.0, 1000.0])
def test_no_setting_of_a_fine_grid_beats_the_best(kappa: float) -> None:
    lr, beta, least = best(kappa)
    lam = np.array([1 / kappa, 1.0])
    assert rate(np.array(lr), np.array(beta), lam).max() == pytest.approx(least, abs=1e-6)
    grid = rate(np.linspace(0, 4, 400)[:, None, None], np.linspace(0, 0.999, 400)[:, None], lam)
    assert grid.max(-1).min() >= least - 1e-9


def test_the_edges_on_the_map() -> None:
    for beta in (0.0, 0.3, 0.9):
        edge = 2 * (1 + beta)
        assert rate(np.array(edge - 1e-6), np.array(beta), np.array(1.0)) < 1
        assert rate(np.array(edge + 1e-6), np.array(beta), np.array(1.0)) > 1
    for eta in (0.1, 0.7, 1.6):  # a double root where the ripples begin
        beta = (1 - np.sqrt(eta)) ** 2
        first, second = roots(eta, beta, np.array(1.0))
        assert abs(first - second) < 1e-6
        assert regime(eta, beta + 1e-3, 1.0) == "ripples"
        assert regime(eta, beta - 1e-3, 1.0) != "ripples"


def test_the_map_holds_what_it_says() -> None:
    field = rate(ETAS[:, None], BETAS[:, None, None], np.array([1 / 60, 1.0])).max(-1)
    assert field.shape == (len(BETAS), len(ETAS))
    steps = steps_for_tenth(field)
    assert np.isinf(steps[field >= 1]).all()
    inside = (steps > 2) & (steps < 500)
    read = 2 * (500 / 2) ** (codes(steps)[inside] / 200)
    assert np.abs(np.log(read / steps[inside])).max() < 0.03


def test_plain_descent_without_momentum() -> None:
    config = Config(beta=0.0, lr=0.7)
    path = descend(config, 0.7, 0.0)[0] @ directions(config)
    shrink = 1 - 0.7 * curvatures(config)
    assert np.allclose(path[10], path[0] * shrink**10, rtol=1e-10)


@pytest.mark.parametrize(
    ("given", "word"),
    [({"lr": 3.9, "beta": 0.5}, "Diverges"), ({"lr": 3.0, "beta": 0.5}, "On the edge"),
     ({"lr": 0.0}, "nothing moves"), ({"x0": 0.0, "y0": 0.0}, "minimum")],
)  # fmt: skip
def test_trouble_is_named(given: dict[str, Any], word: str) -> None:
    frames = list(lab.run(Config(steps=150, **given)))
    assert word in frames[-1].note
    for frame in frames:
        assert np.isfinite(frame["place"]).all()
        lab.draw(Config(steps=150, **given), frame)


def test_an_answer_is_the_frame_of_the_run() -> None:
    config = Config(steps=30)
    frames = list(lab.run(config))
    now = lab.answer(config, lab.lesson.Start(12, {}))
    for name, value in now.values.items():
        assert np.array_equal(value, frames[12].values[name], equal_nan=True)


def test_challenges_can_be_met() -> None:
    lr, beta, _ = best(200.0)
    met = {
        "digits": Config(kappa=100, lr=best(100)[0], beta=round(best(100)[1], 3)),
        "saved": Config(kappa=20, lr=3.0, beta=0.6),
        "unalike": Config(kappa=10, lr=2.05, beta=0.05),
        "nearly_best": Config(kappa=200, lr=round(lr, 2), beta=round(beta / 0.005) * 0.005),
    }
    for challenge in lab.LAB.challenges:
        assert not challenge.check(Config(), list(lab.run(Config()))).passed
        config = met[challenge.slug]
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)
