"""The lab on using a test set again, against simulation, exact binomials and known values."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import binom, norm

from labcore import Start
from labcore.linear import test_set_reuse as lab
from labcore.linear.test_set_reuse import Config
from labcore.linear.test_set_reuse.config import KS, LAST, MOST
from labcore.linear.test_set_reuse.lesson import (
    attack,
    central,
    exact,
    expected,
    foretold,
    hoeffding,
    needed,
    tried,
    vapnik,
    won,
)


@pytest.mark.parametrize(("n", "p"), [(50, 0.5), (100, 0.95), (500, 0.8), (10_000, 0.6)])
def test_the_expected_winner_is_what_simulation_gives(n: int, p: float) -> None:
    random = np.random.default_rng(0)
    scores = random.binomial(n, p, (4000, MOST)) / n
    best, worth = expected(n, p, 0.0)
    for at in (0, 10, 30, LAST):
        drawn = scores[:, : KS[at]].max(1)
        assert best[at] == pytest.approx(drawn.mean(), abs=4 * drawn.std() / np.sqrt(4000) + 1e-9)
    np.testing.assert_array_equal(worth, p)


@pytest.mark.parametrize(
    ("n", "p", "spread"), [(200, 0.75, 0.03), (2000, 0.6, 0.02), (50, 0.9, 0.01)]
)
def test_where_models_differ_too(n: int, p: float, spread: float) -> None:
    random = np.random.default_rng(1)
    true = np.clip(p + spread * random.standard_normal((4000, MOST)), 0.01, 0.999)
    scores = random.binomial(n, true) / n
    best, worth = expected(n, p, spread)
    for at in (0, 20, LAST):
        first = scores[:, : KS[at]].argmax(1)
        rows = np.arange(4000)
        assert best[at] == pytest.approx(scores[rows, first].mean(), abs=0.003)
        assert worth[at] == pytest.approx(true[rows, first].mean(), abs=0.003)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("n", "p"), [(50, 0.5), (500, 0.8), (10_000, 0.95)])
def test_scores_are_binomial_and_fresh_ones_independent(seed: int, n: int, p: float) -> None:
    true, test, fresh = tried(seed, n, p, 0.0)
    assert (true == p).all()
    for part in (test, fresh):
        assert part.mean() == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / n / MOST))
        assert part.std() == pytest.approx(np.sqrt(p * (1 - p) / n), rel=0.12)
    assert abs(np.corrcoef(test, fresh)[0, 1]) < 0.12


def test_flattery_stays_below_its_bound() -> None:
    for n, p in itertools.product((50, 500, 10_000), (0.5, 0.8, 0.95)):
        best, worth = expected(n, p, 0.0)
        assert (best - worth <= np.sqrt(np.log(KS) / (2 * n)) + 1e-9).all()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("n", [100, 400, 2000])
def test_the_attack_is_what_is_foretold(seed: int, n: int) -> None:
    found = attack(seed, n, 0.03)
    np.testing.assert_allclose(found["vote"][0, -20:], foretold(n)[-20:], atol=0.06)
    np.testing.assert_allclose(found["vote"][1, -1], 0.5, atol=4 * 0.5 / np.sqrt(n))
    assert found["careful"][0, -1] < found["vote"][0, -1]


def test_the_attack_by_hand() -> None:
    """The same from the same coins, classifier by classifier."""
    from labcore.rng import numpy_generator

    n, rung = 100, 0.05
    coins = numpy_generator(3, "coins").integers(0, 2, (2, MOST, n), dtype=np.int8)
    votes, careful, best = np.zeros((2, n)), np.zeros((2, n)), 0.5
    found = attack(3, n, rung)
    for k in range(MOST):
        score = coins[0, k].mean()
        votes += (2.0 * coins[:, k] - 1) * (1 if score >= 0.5 else -1)
        if score >= best + rung:
            best = round(score / rung) * rung
            careful += 2.0 * coins[:, k] - 1
        if k + 1 in KS:
            at = int(np.flatnonzero(k + 1 == KS)[0])
            np.testing.assert_allclose(found["vote"][:, at], won(votes))
            np.testing.assert_allclose(found["careful"][:, at], won(careful))
            assert found["told"][at] == pytest.approx(best)


def test_the_ladder_never_overstates_by_more_than_its_half_rung() -> None:
    for seed in range(3):
        found = attack(seed, 400, 0.03)
        assert (np.diff(found["told"]) >= 0).all()


@pytest.mark.parametrize("n", [50, 1000, 10_000])
@pytest.mark.parametrize("p", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("k", [1, 30, 1000])
def test_hoeffding_holds_and_the_exact_margin_is_exact(n: int, p: float, k: int) -> None:
    delta = 0.05
    margin = exact(n, delta, p, k)
    s = np.arange(n + 1)
    pmf, off = binom.pmf(s, n, p), np.abs(s / n - p)
    assert pmf[off <= margin + 1e-12].sum() ** k >= 1 - delta - 1e-9
    assert pmf[off < margin - 1e-12].sum() ** k < 1 - delta
    assert margin <= hoeffding(n, delta, k)
    if n * (1 - p) > 40 and k == 1:
        assert central(n, delta, p) == pytest.approx(margin, rel=0.1)


def test_the_books_numbers() -> None:
    """About 15,000 examples for ε = 0.01 at 95 %, one-sided, by Hoeffding: here two-sided."""
    assert np.log(1 / 0.05) / (2 * 0.01**2) == pytest.approx(14_979, abs=1)
    found = needed(0.01, 0.05, 0.5, 1, 10)
    assert found["hoeffding"] == 18_445
    assert found["central"] == np.ceil((norm.ppf(0.975) / 0.02) ** 2) == 9604
    assert vapnik(found["vapnik"], 0.05, 10) <= 0.01
    assert vapnik(found["vapnik"] / 1.05, 0.05, 10) > 0.01


def test_the_vc_bound_by_hand() -> None:
    n, d, delta = 10_000.0, 10.0, 0.05
    expected_bound = np.sqrt(8 / n * (d * np.log(2 * np.e * n / d) + np.log(4 / delta)))
    assert vapnik(n, delta, d) == pytest.approx(expected_bound)
    assert vapnik(100.0, delta, 1e8) == pytest.approx(
        np.sqrt(8 / 100 * (200 * np.log(2) + np.log(80)))
    )
    ns = np.geomspace(50, 1e9, 300)
    assert (np.diff(vapnik(ns, delta, 7850.0)) < 1e-9).all()


def test_an_answer_is_the_frame_on_screen() -> None:
    for frame in list(lab.run(Config(spread=0.02)))[::10]:
        again = lab.answer(Config(spread=0.02), Start(frame.step, {}))
        for name, value in frame.values.items():
            np.testing.assert_array_equal(again[name], value, err_msg=name)


def test_what_is_too_few_is_named() -> None:
    assert "five mistakes" in lab.answer(Config(size=50, accuracy=0.95)).note
    assert "100 %" in lab.answer(Config(size=1000, accuracy=0.95, spread=0.03)).note
    assert lab.answer(Config()).note == ""


def test_challenges_can_be_met() -> None:
    met = {
        "steady": Config(size=10_000, accuracy=0.95),
        "cheat": Config(pool=200),
        "gold": Config(size=10_000, accuracy=0.9, spread=0.03),
        "guard": Config(pool=200, rung=0.06),
    }
    for challenge in lab.LAB.challenges:
        config = met[challenge.slug]
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)
        assert not challenge.check(Config(), list(lab.run(Config()))).passed
