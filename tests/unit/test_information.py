"""The lab on information against SciPy, finite differences, quadrature and chains of rules."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from labcore import Start
from labcore.mathematics import information as lab
from labcore.mathematics.information import Config
from labcore.mathematics.information.bells import PLANE, fit, log_bell, log_bumps
from labcore.mathematics.information.lesson import (
    COUNTS,
    cross_entropy,
    descend,
    divergence,
    entropy,
    normalised,
    placed,
    sent,
    shared,
    softmax,
    surprise,
)

SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("holes", [0, 2])
def test_entropies_are_scipy_s(seed: int, holes: int) -> None:
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.full(5, 0.7)), rng.dirichlet(np.full(5, 0.7))
    p[:holes] = 0
    p /= p.sum()
    assert entropy(p) == pytest.approx(stats.entropy(p), rel=1e-12)
    assert divergence(p, q) == pytest.approx(special.rel_entr(p, q).sum(), rel=1e-10, abs=1e-13)
    assert cross_entropy(p, q) == pytest.approx(stats.entropy(p) + stats.entropy(p, q), rel=1e-12)


def test_what_is_impossible_and_happens_costs_infinitely() -> None:
    p, q = np.array([0.5, 0.5, 0]), np.array([1.0, 0, 0])
    assert divergence(p, q) == np.inf == special.rel_entr(p, q).sum()
    assert divergence(q, p) == pytest.approx(np.log(2))
    assert surprise(np.array([1.0, 0]))[1] == np.inf
    config = Config(q=placed(1, 0, 0, 0, 0))
    frame = lab.answer(config)
    assert "infinite" in frame.note
    assert lab.readout(config, frame)["k.kl"] == "∞"
    lab.draw(config, frame)


@pytest.mark.parametrize("seed", SEEDS)
def test_mutual_information_is_a_divergence(seed: int) -> None:
    joint = np.random.default_rng(seed).dirichlet(np.full(8, 0.5)).reshape(2, 4)
    found = shared(joint)
    apart = np.outer(joint.sum(1), joint.sum(0))
    assert found["mutual"] == pytest.approx(special.rel_entr(joint, apart).sum(), rel=1e-9)
    given = sum(y * stats.entropy(row / y) for y, row in zip(joint.sum(1), joint, strict=True))
    assert found["hx.y"] == pytest.approx(given, rel=1e-9)
    assert found["hx.y"] + found["mutual"] + found["hy.x"] == pytest.approx(found["hxy"], rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("loss", ["cross", "squared"])
def test_descent_follows_the_gradient(seed: int, loss: str) -> None:
    """The first step against central differences of the loss itself."""
    rng = np.random.default_rng(seed)
    z, y, rate = rng.normal(size=4), np.eye(4)[seed % 4], 0.3

    def height(z: np.ndarray) -> float:
        p = special.softmax(z)
        return float(-np.log(p @ y) if loss == "cross" else ((p - y) ** 2).sum())

    h = 1e-5
    slope = np.array([(height(z + h * e) - height(z - h * e)) / (2 * h) for e in np.eye(4)])
    expected = special.softmax(z - rate * slope) @ y
    path = descend(z, y, rate, loss)
    assert path[0] == pytest.approx(special.softmax(z) @ y, rel=1e-12)
    assert path[1] == pytest.approx(expected, rel=1e-8)
    assert softmax(z) == pytest.approx(special.softmax(z), rel=1e-13)


@pytest.mark.parametrize("way", ["forward", "reverse"])
def test_bells_follow_the_divergence(way: str) -> None:
    """Value by quadrature of SciPy's densities, step by central differences of it."""
    log_p, mu = log_bumps(0.4, -2.0, 2.5), 1.0
    p = 0.4 * stats.norm.pdf(PLANE, -2, 0.6) + 0.6 * stats.norm.pdf(PLANE, 2.5, 0.6)

    def far(mu: float, log_sigma: float) -> float:
        q = stats.norm.pdf(PLANE, mu, np.exp(log_sigma))
        pair = (p, q) if way == "forward" else (q, p)
        return float(np.trapezoid(special.rel_entr(*pair), PLANE))

    path, measured = fit(log_p, mu, way)
    assert np.exp(log_p) == pytest.approx(p, rel=1e-9)
    assert measured[0] == pytest.approx(far(mu, 0.0), rel=1e-6)
    h = 1e-4
    slopes = ((far(mu + h, 0) - far(mu - h, 0)) / (2 * h), (far(mu, h) - far(mu, -h)) / (2 * h))
    assert path[1, 0] == pytest.approx(mu - 0.15 * slopes[0], abs=1e-4)
    assert np.log(path[1, 1]) == pytest.approx(-0.15 * np.clip(slopes[1] / 2, -2, 2), abs=1e-4)
    assert measured[-1] < measured[0]


@pytest.mark.parametrize("balance", [0.2, 0.5, 0.8])
def test_covering_ends_at_the_moments_and_seeking_at_a_bump(balance: float) -> None:
    log_p = log_bumps(balance, -3.0, 3.0)
    mean = -3 * balance + 3 * (1 - balance)
    spread = np.sqrt(0.36 + 9 - mean**2)
    assert fit(log_p, 1.0, "forward")[0][-1] == pytest.approx((mean, spread), abs=0.01)
    assert fit(log_p, 3.0, "reverse")[0][-1] == pytest.approx((3, 0.6), abs=0.01)
    assert log_bell(1.0, 2.0) == pytest.approx(stats.norm.logpdf(PLANE, 1, 2), rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_messages_settle_at_the_cross_entropy(seed: int) -> None:
    """The mean length of COUNTS[-1] symbols within five standard errors."""
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.ones(5)), rng.dirichlet(np.full(5, 3.0))
    lengths = surprise(q)
    error = np.sqrt(p @ (lengths - p @ lengths) ** 2 / COUNTS[-1])
    assert abs(sent(seed, p, lengths)[-1] - cross_entropy(p, q)) < 5 * error


def test_units_differ_by_log_2() -> None:
    bits, nats = lab.answer(Config()), lab.answer(Config(unit="nats"))
    for name in ("hp", "cross", "kl", "reverse", "mutual", "hxy", "loss"):
        assert bits[name] * np.log(2) == pytest.approx(nats[name], rel=1e-12)
    assert bits["hp"] == pytest.approx(1.875, rel=1e-12)


def test_empty_bars_are_named() -> None:
    config = Config(p=placed(0, 0, 0, 0, 0), table=placed(*[0] * 8, groups=2))
    frame = lab.answer(config)
    assert "equal" in frame.note
    assert normalised(config.p) == pytest.approx(np.full(5, 0.2))
    assert frame["mutual"] == pytest.approx(0, abs=1e-12)


def test_an_answer_is_the_frame_on_screen() -> None:
    for frame in lab.run(Config()):
        again = lab.answer(Config(), Start(frame.step, {}))
        assert np.array_equal(again["sent"], frame["sent"], equal_nan=True)


def test_challenges_can_be_met() -> None:
    met = {
        "thrifty": Config(p=placed(0.5, 0.25, 0.25, 0, 0), q=placed(1, 1, 1, 0, 0)),
        "lopsided": Config(p=placed(1, 1e-6, 0, 0, 0), q=placed(1, 0.4, 0, 0, 0), world="Q"),
        "known": Config(table=placed(0.25, 0.25, 0, 0, 0, 0, 0.25, 0.25, groups=2)),
        "seeker": Config(mu=0.0),
    }
    for challenge in lab.LAB.challenges:
        config = met[challenge.slug]
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, verdict.says
        assert not challenge.check(Config(), list(lab.run(Config()))).passed
