"""The lab on estimation and testing against scipy.stats and its optimizers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from labcore import Start
from labcore.mathematics import estimation_and_testing as lab
from labcore.mathematics.estimation_and_testing import Config
from labcore.mathematics.estimation_and_testing.lesson import (
    COUNTS,
    MOST,
    MUS,
    SIGMAS,
    alarms,
    ascend,
    experiments,
    half_width,
    log_likelihood,
    luck,
    power,
    shrunk,
    surface,
    t_test,
    whole,
)

SEEDS = range(5)


def sample(config: Config) -> np.ndarray:
    """The raw numbers of all experiments, drawn again."""
    return config.effect + luck(config.seed, "samples", COUNTS[-1], MOST)[:, : config.n]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_likelihood_is_scipy_s(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, mu, sigma = rng.normal(1, 2, 6), float(rng.normal()), float(rng.uniform(0.3, 3))
    expected = stats.norm.logpdf(points, mu, sigma).mean()
    assert log_likelihood(points, np.array(mu), np.array(sigma)) == pytest.approx(expected)
    logs = stats.norm.logpdf(points[:, None, None], MUS[None, :], SIGMAS[:, None]).sum(0)
    ratio = np.exp(logs - logs.max())
    assert np.abs(surface(points) / 255 - ratio).max() <= 0.502 / 255


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ascent_follows_the_gradient_to_scipy_s_fit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, start = rng.normal(0, 1.2, 7), (float(rng.uniform(-3, 3)), float(rng.uniform(0.8, 3)))
    path = ascend(points, *start)

    def height(place: np.ndarray) -> float:
        return float(stats.norm.logpdf(points, place[0], np.exp(place[1])).mean())

    here = np.array([start[0], np.log(start[1])])
    slope = optimize.approx_fprime(here, height, 1e-7)
    step = np.array([path[1, 0], np.log(path[1, 1])]) - here
    assert np.linalg.norm(step) <= 0.3 + 1e-9
    assert step / np.linalg.norm(step) == pytest.approx(slope / np.linalg.norm(slope), abs=1e-5)
    assert path[-1] == pytest.approx(stats.norm.fit(points), abs=0.02)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [2, 7, 50])
def test_p_values_and_intervals_are_scipy_s(seed: int, n: int) -> None:
    config = Config(seed=seed, n=n, alpha=0.1, effect=0.3)
    mean, variance = experiments(config)
    x = sample(config)
    expected = stats.ttest_1samp(x, 0, axis=1)
    np.testing.assert_allclose(t_test(mean, variance, n), expected.pvalue, rtol=1e-8)
    low, high = stats.t.interval(0.9, n - 1, mean, stats.sem(x, axis=1))
    half = half_width(variance, n, 0.1)
    np.testing.assert_allclose(mean - half, low, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(mean + half, high, rtol=1e-8, atol=1e-10)
    excludes_zero = np.abs(mean) > half
    assert (excludes_zero == (t_test(mean, variance, n) < 0.1)).all()


@pytest.mark.parametrize("n", [2, 5, 20, 50])
@pytest.mark.parametrize("alpha", [0.001, 0.05, 0.5])
def test_power_is_the_tail_of_scipy_s_noncentral_t(n: int, alpha: float) -> None:
    for effect in (-1.2, 0.0, 0.3, 0.9):
        critical, shift = stats.t.ppf(1 - alpha / 2, n - 1), effect * np.sqrt(n)
        law = stats.nct(n - 1, shift) if effect else stats.t(n - 1)
        expected = law.sf(critical) + law.cdf(-critical)
        assert power(np.array(effect), n, alpha) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
def test_experiments_do_what_theory_says(seed: int) -> None:
    """Counts of a thousand, each inside what a sound simulation leaves 1 time in 10,000."""
    config = Config(seed=seed, n=8, effect=0.4)
    last = list(lab.run(config))[-1]
    missed = int(last["misses"])
    assert stats.binomtest(missed, 1000, 0.05).pvalue > 1e-4
    raised = round(1000 * last["alarms"])
    assert stats.binomtest(raised, 1000, last["power"]).pvalue > 1e-4
    assert last["by n - 1"] == pytest.approx(1, abs=4.5 * np.sqrt(2 / 7 / 1000))
    assert last["by n"] == pytest.approx(7 / 8 * last["by n - 1"], rel=1e-9)
    bias, variance = shrunk(np.array(config.shrink), config.effect, config.n)
    assert last["shrunk error"] == pytest.approx(bias + variance, rel=0.25)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("m", [1, 6, 100])
def test_corrections_are_scipy_s(seed: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    p = np.where(rng.random((9, m)) < 0.4, rng.beta(0.2, 8, (9, m)), rng.random((9, m)))
    each, bonferroni, hochberg = alarms(p, 0.05)
    assert (each == (p <= 0.05)).all()
    assert (bonferroni == (p * m <= 0.05)).all()
    expected = np.array([stats.false_discovery_control(row) for row in p])
    sure = np.abs(expected - 0.05) > 1e-9
    assert (hochberg == (expected <= 0.05))[sure].all()


def test_families_without_effects_raise_false_alarms_as_often_as_theory_says() -> None:
    config = Config(tests=20, real=0, effect=0, seed=3)
    found = whole(config)
    counted = (found["false"] > 0).sum(1)
    assert stats.binomtest(int(counted[0]), 400, 1 - 0.95**20).pvalue > 1e-4
    for corrected in counted[1:]:
        assert stats.binomtest(int(corrected), 400, 1 - (1 - 0.05 / 20) ** 20).pvalue > 1e-4


def test_a_sample_of_one_place_has_no_maximum() -> None:
    for points in (((1.0, 0.0),), ((0.5, 0.0),) * 5):
        config = Config(points=points)
        frame = lab.answer(config)
        assert "no maximum" in frame.note
        assert np.isfinite(frame["path"]).all()
        lab.draw(config, frame)
        lab.readout(config, frame)


def test_an_answer_is_the_frame_on_screen() -> None:
    for frame in lab.run(Config()):
        again = lab.answer(Config(), Start(frame.step, {}))
        for name, value in frame.values.items():
            assert np.array_equal(again[name], value, equal_nan=True), name


def test_challenges_can_be_met() -> None:
    met = {
        "strong": Config(n=40),
        "bargain": Config(n=2, effect=0.3, shrink=0.3),
        "careful": Config(n=50, effect=1.0, tests=60, alpha=0.015, real=0.3),
        "stuck": Config(points=((-4.9, 0.0), (-4.5, 0.0)), mu=5, sigma=5),
    }
    for challenge in lab.LAB.challenges:
        config = met[challenge.slug]
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)
        assert not challenge.check(Config(), list(lab.run(Config()))).passed
