"""Ridge and lasso against scikit-learn, two weights by brute force, decay against PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Lasso, Ridge

from labcore import Start, catalog
from labcore.linear.weight_decay.config import Config
from labcore.linear.weight_decay.course import CHALLENGES
from labcore.linear.weight_decay.lesson import (
    EPOCHS,
    FORCES,
    LAMBDAS,
    answer,
    bowl,
    errors,
    lasso,
    look,
    places,
    ridge,
    run,
    soft,
    train,
    two_lasso,
    two_ridge,
)
from labcore.linear.weight_decay.tables import products, samples

LAB = catalog.load("weight_decay")
DATA: tuple[Any, ...] = ("dense", "sparse", "houses")


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("data", DATA)
def test_ridge_is_scikit_learns(data: Any, seed: int) -> None:
    d = samples(Config(data=data, seed=seed, n=25))
    lam = np.array([50.0, 1.0, 0.01])
    for force, w in zip(lam, ridge(d.X, d.y, lam), strict=True):
        theirs = Ridge(alpha=force * len(d.y), fit_intercept=False).fit(d.X, d.y).coef_
        assert w == pytest.approx(theirs, abs=1e-9)
        normal = np.linalg.solve(
            d.X.T @ d.X / len(d.y) + force * np.eye(d.X.shape[1]), d.X.T @ d.y / len(d.y)
        )
        assert w == pytest.approx(normal, abs=1e-9)


def test_centring_is_a_bias_without_penalty() -> None:
    d = samples(Config(data="sparse", n=30))
    shifted = Ridge(alpha=3.0).fit(d.X + 2.0, d.y - 5.0)
    assert ridge(d.X, d.y, np.array([0.1]))[0] == pytest.approx(shifted.coef_, abs=1e-9)


@pytest.mark.parametrize("data", DATA)
def test_the_lasso_is_scikit_learns(data: Any) -> None:
    d = samples(Config(data=data, n=30))
    lam = LAMBDAS["l1"][[5, 15, 25, 33]]
    for force, w in zip(lam, lasso(d.X, d.y, lam), strict=True):
        theirs = Lasso(alpha=force, fit_intercept=False, tol=1e-10, max_iter=10**6).fit(d.X, d.y)
        assert w == pytest.approx(theirs.coef_, abs=2e-3)
        assert (np.abs(w) > 1e-3).sum() == (np.abs(theirs.coef_) > 1e-3).sum()


def test_above_its_greatest_pull_the_lasso_is_all_zero() -> None:
    d = samples(Config(data="sparse"))
    edge = np.abs(d.X.T @ d.y).max() / len(d.y)
    w = lasso(d.X, d.y, np.array([1.001 * edge, 0.95 * edge]))
    assert not w[0].any()
    assert (np.abs(w[1]) > 0).sum() >= 1


def test_soft_by_hand() -> None:
    assert soft(np.array([3.0, -0.5, -2.0]), np.array(1.0)) == pytest.approx([2.0, 0.0, -1.0])


@pytest.mark.parametrize("tilt", [-0.9, 0.0, 0.6])
@pytest.mark.parametrize("best", [(1.6, 0.7), (-1.0, 0.2), (0.0, 0.0), (1.3, -1.9)])
def test_two_weights_are_the_least_of_a_grid(tilt: float, best: tuple[float, float]) -> None:
    H, top = bowl(Config(tilt=tilt)), np.array(best)
    grid = np.stack(np.meshgrid(np.linspace(-3, 3, 401), np.linspace(-3, 3, 401)), -1)
    away = grid - top
    loss = 0.5 * np.einsum("abi,ij,abj->ab", away, H, away)
    for force in (0.05, 0.4, 1.5):
        for solve, price in ((two_ridge, 0.5 * (grid**2).sum(-1)),
                             (two_lasso, np.abs(grid).sum(-1))):  # fmt: skip
            w = solve(H, top, np.array([force]))[0]
            own = 0.5 * (w - top) @ H @ (w - top)
            paid = 0.5 * w @ w if solve is two_ridge else np.abs(w).sum()
            least = (loss + force * price).min()
            assert own + force * paid <= least + 1e-12
            assert own + force * paid >= least - 2e-3


@pytest.mark.parametrize("lam", [0.0, 0.1, 2.0])
def test_decay_is_pytorchs_and_ends_at_ridge(lam: float) -> None:
    d = samples(Config(data="dense", p=8, n=40, together=0.2))
    told = train(d, lam, 0.3)
    assert told.apart.max() <= 1e-12
    assert told.last[-1] == pytest.approx(ridge(d.X, d.y, np.array([lam]))[0], abs=1e-6)
    assert told.norm.shape == (2, EPOCHS + 1)
    assert told.held[1, -1] == pytest.approx(errors(told.last[-1:], d.V, d.t)[0])


def test_what_no_sample_pulls_at_stays_without_decay() -> None:
    d = samples(Config(data="dense", n=12))
    told = train(d, 0.5, 0.02)
    out = np.eye(200) - np.linalg.pinv(d.X) @ d.X  # onto what X does not see
    begin = np.linalg.norm(out @ told.last[0])
    left = np.linalg.norm(out @ told.last[-1])
    assert left == pytest.approx(begin * (1 - 0.02 * 0.5) ** EPOCHS, rel=1e-6)
    assert told.norm[0, -1] > 0.9 * begin


def test_the_products_are_of_the_houses() -> None:
    X, y = products()
    assert X.shape == (546, 66)
    assert np.allclose(X.mean(0), 0)
    assert np.allclose(X.std(0), 1)
    assert np.isclose(y.std(), 1)


def test_made_targets_have_unit_variance_without_noise() -> None:
    for data in DATA[:2]:
        d = samples(Config(data=data, noise=0, n=100))
        assert 0.5 < d.t.var() < 2


def test_a_lost_training_ends_with_its_reason() -> None:
    config = Config(part="train", data="dense", lr=0.5)
    frames = list(run(config))
    assert "overshoots" in frames[-1].note
    for frame in frames:
        LAB.draw(config, frame)
        LAB.readout(config, frame)


@pytest.mark.parametrize("part", ["path", "balls", "train"])
def test_the_answer_is_the_frame_on_screen(part: Any) -> None:
    config = Config(part=part, w1=-0.4, w2=1.2)
    for step in (0, 20, places(config) - 1):
        at_once, frame = answer(config, Start(step, {})), look(config, step)
        for name in frame.values:
            assert np.array_equal(at_once[name], frame[name])
    assert FORCES[0] == 0


def test_goals_can_be_reached_and_are_not_at_once() -> None:
    reached = {
        "corner": Config(part="balls", w1=0.6, w2=-0.5, tilt=0.9),
        "five": Config(data="sparse", penalty="l1", n=40, together=0.2, noise=0.1),
        "halves": Config(part="train", data="dense", n=20),
        "arrives": Config(part="train", data="dense", p=50, together=0.0, n=100, lam=0.1, lr=0.3),
    }
    plain = list(run(Config()))
    for challenge in CHALLENGES:
        assert not challenge.check(Config(), plain).passed
        config = reached[challenge.slug]
        verdict = challenge.check(config, list(run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)
