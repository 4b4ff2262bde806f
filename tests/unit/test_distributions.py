"""The lab on distributions against scipy.stats, and against the theory of its estimates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from labcore import Start
from labcore.mathematics import distributions as lab
from labcore.mathematics.distributions import Config
from labcore.mathematics.distributions.laws import HALF, law
from labcore.mathematics.distributions.lesson import (
    AVERAGES,
    COUNTS,
    PLACES,
    averages,
    distance,
    samples,
    slopes,
    whole,
)

SEEDS = range(4)


def pair(seed: int, kind: Any) -> tuple[Config, Any]:
    """The same distribution by the lab and by SciPy, with parameters from a seed."""
    rng = np.random.default_rng(seed)
    p, n, rate = rng.uniform(0.05, 0.95), int(rng.integers(1, 31)), rng.uniform(0.3, 9)
    s, k, b, mu = rng.uniform(0.3, 2), rng.uniform(0.6, 9), rng.uniform(0.6, 9), rng.uniform(-2, 2)
    config = Config(kind=kind, p=p, n=n, rate=rate, sigma=s, k=k, b=b, mu=mu, seed=seed)
    reference = {
        "bernoulli": stats.bernoulli(p), "discrete": stats.randint(1, n + 1),
        "binomial": stats.binom(n, p), "poisson": stats.poisson(rate),
        "uniform": stats.uniform(mu - s, 2 * s), "normal": stats.norm(mu, s),
        "exponential": stats.expon(scale=1 / rate), "gamma": stats.gamma(k, scale=s),
        "beta": stats.beta(k, b), "student": stats.t(k, mu, s),
    }[kind]  # fmt: skip
    return config, reference


KINDS = ("bernoulli", "discrete", "binomial", "poisson", "uniform", "normal", "exponential",
         "gamma", "beta", "student")  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_law_is_scipy_s(seed: int, kind: str) -> None:
    config, reference = pair(seed, kind)
    here = law(config)
    height = reference.pmf(here.x) if here.discrete else reference.pdf(here.x)
    np.testing.assert_allclose(here.height, height, rtol=1e-9, atol=1e-12)
    places = np.linspace(-8, 30, 77)
    np.testing.assert_allclose(here.below(places), reference.cdf(places), rtol=1e-9, atol=1e-11)
    if kind != "student" or config.k > 2.2:
        assert here.mean == pytest.approx(reference.mean(), rel=1e-9, abs=1e-12)
        assert here.variance == pytest.approx(reference.var(), rel=1e-8)
    assert here.entropy == pytest.approx(float(reference.entropy()), rel=1e-6, abs=1e-6)
    u = np.array([0.001, 0.01, 0.2, 0.5, 0.77, 0.99, 0.999])
    tolerance = {"rtol": 2e-3, "atol": 2e-4 * max(reference.std(), 0.1)}
    if not np.isfinite(tolerance["atol"]):
        tolerance["atol"] = 1e-3
    np.testing.assert_allclose(here.quantile(u), reference.ppf(u), **tolerance)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("hollow", [False, True])
def test_one_s_own_is_scipy_s_histogram(seed: int, hollow: bool) -> None:
    bars = np.random.default_rng(seed).random(9)
    if hollow:
        bars[[0, 3, 4, 8]] = 0
    config = Config(kind="own", own=tuple((k - 4.0, float(h)) for k, h in enumerate(bars)))
    here = law(config)
    reference = stats.rv_histogram((bars, np.linspace(-HALF, HALF, 10)))
    assert here.mean == pytest.approx(reference.mean(), abs=1e-10)
    assert here.variance == pytest.approx(reference.var(), rel=1e-9)
    assert here.entropy == pytest.approx(reference.entropy(), abs=1e-9)
    np.testing.assert_allclose(here.height, reference.pdf(here.x), rtol=1e-12)
    u = np.linspace(0.013, 0.987, 50)
    np.testing.assert_allclose(here.quantile(u), reference.ppf(u), atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_samples_follow_the_law(seed: int, kind: str) -> None:
    """A sound sampler fails 1 time in 10,000."""
    config, reference = pair(seed, kind)
    here = law(config)
    drawn = samples(config, here)
    assert len(drawn) == COUNTS[-1]
    if not here.discrete:
        assert stats.kstest(drawn, reference.cdf).pvalue > 1e-4
        return
    expected = here.height * len(drawn)
    kept = expected >= 5
    counted = np.array([(drawn == x).sum() for x in here.x])
    seen = np.append(counted[kept], len(drawn) - counted[kept].sum())
    due = np.append(expected[kept], len(drawn) - expected[kept].sum())
    if due[-1] < 1:
        seen, due = seen[:-1], due[:-1] * seen[:-1].sum() / due[:-1].sum()
    if len(due) > 1:
        assert stats.chisquare(seen, due).pvalue > 1e-4


@pytest.mark.parametrize("kind", ["exponential", "bernoulli", "uniform", "gamma"])
def test_averages_turn_normal(kind: Any) -> None:
    config = Config(kind=kind)
    z = averages(config, law(config))
    for n in (1, 7, 60):
        row = z[n - 1]
        assert abs(row.mean()) < 5 / np.sqrt(AVERAGES)
        assert row.var() == pytest.approx(1, abs=0.25)
        exact = stats.kstest(row, stats.norm.cdf).statistic
        assert distance(row) == pytest.approx(exact, rel=1e-12)
    assert distance(z[59]) < 0.6 * distance(z[0]) + 0.03


def test_the_average_of_exponentials_is_a_gamma() -> None:
    config = Config(kind="exponential", rate=2)
    z = averages(config, law(config))[9]
    mean = 0.5 + z * 0.5 / np.sqrt(10)
    assert stats.kstest(mean, stats.gamma(10, scale=1 / 20).cdf).pvalue > 1e-4


@pytest.mark.parametrize("seed", SEEDS)
def test_slopes_are_scipy_s_and_as_unsure_as_theory_says(seed: int) -> None:
    config = Config(kind="normal", sigma=0.7, seed=seed)
    found = whole(config)
    errors, noise = slopes(found["noise"]), found["noise"]
    for k in range(3):
        y = 1 + 0.5 * PLACES + noise[k]
        assert errors[0, k] + 0.5 == pytest.approx(stats.linregress(PLACES, y).slope, rel=1e-10)
        assert errors[1, k] + 0.5 == pytest.approx(stats.theilslopes(y, PLACES)[0], rel=1e-10)
    theory = 0.7 / np.sqrt(((PLACES - PLACES.mean()) ** 2).sum())
    assert errors[0].std() == pytest.approx(theory, rel=0.15)
    assert lab.answer(config)["slope.sd"] == pytest.approx(theory, rel=1e-12)


def test_what_does_not_exist_is_named() -> None:
    wild = Config(kind="student", k=0.7)
    frame = lab.answer(wild)
    assert "no mean" in frame.note
    assert np.isnan(frame["mean"])
    lab.draw(wild, frame)
    assert lab.readout(wild, frame)["d.mean"] == "none"
    assert "infinite" in lab.answer(Config(kind="student", k=2.0)).note
    for sure in (Config(kind="bernoulli", p=0), Config(kind="discrete", n=1)):
        frame = lab.answer(sure)
        assert "Only one value" in frame.note
        lab.draw(sure, frame)
    flat = Config(kind="own", own=tuple((k - 4.0, 0.0) for k in range(9)))
    assert "equal" in lab.answer(flat).note


def test_an_answer_is_the_frame_on_screen() -> None:
    config = Config(kind="own")
    for frame in lab.run(config):
        again = lab.answer(config, Start(frame.step, {}))
        for name, value in frame.values.items():
            assert np.array_equal(again[name], value, equal_nan=True), name


def test_challenges_can_be_met() -> None:
    heights = (1, 0, 0, 0, 0, 0, 0, 0, 0.01)
    met = {
        "certain": Config(kind="uniform", sigma=0.2),
        "slow": Config(kind="own", own=tuple((k - 4.0, h) for k, h in enumerate(heights))),
        "wild": Config(kind="student", k=2.1),
    }
    for challenge in lab.LAB.challenges:
        config = met[challenge.slug]
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, verdict.says
        assert not challenge.check(Config(), list(lab.run(Config()))).passed
