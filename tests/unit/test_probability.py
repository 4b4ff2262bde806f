"""The lab on probability against exact fractions, enumeration and the binomial law."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import stats

from labcore import Start
from labcore.preliminaries import probability as lab
from labcore.preliminaries.probability import Config
from labcore.preliminaries.probability.lesson import (
    COUNTS,
    MOST,
    areas,
    bayes,
    beliefs,
    clinic,
    moments,
    normalised,
    questions,
    throws,
)

SEEDS = range(5)


def fractions(config: Config) -> tuple[Fraction, Fraction, Fraction]:
    """P(ill) before, after one and after two positives, by listing all eight outcomes."""
    ill = Fraction(config.prior)
    again = Fraction(config.repeats)
    worlds: dict[tuple[int, int, int], Fraction] = {}
    for sick in (0, 1):
        hit = Fraction((config.alarm, config.hit)[sick])
        then = Fraction((config.alarm2, config.hit2)[sick])
        for first in (0, 1):
            for last in (0, 1):
                own = then if last else 1 - then
                copied = Fraction(int(first == last))
                worlds[sick, first, last] = (
                    (ill if sick else 1 - ill)
                    * (hit if first else 1 - hit)
                    * (again * copied + (1 - again) * own)
                )
    assert sum(worlds.values()) == 1
    once = {k: v for k, v in worlds.items() if k[1]}
    twice = {k: v for k, v in once.items() if k[2]}

    def share(kept: dict[tuple[int, int, int], Fraction]) -> Fraction:
        return sum((v for k, v in kept.items() if k[0]), Fraction()) / sum(kept.values())

    return ill, share(once), share(twice)


@pytest.mark.parametrize("seed", SEEDS)
def test_beliefs_are_the_exact_fractions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    prior, *rest = rng.uniform(0.01, 0.5, 6)
    names = ("hit", "alarm", "hit2", "alarm2", "repeats")
    config = Config(prior=prior, **dict(zip(names, map(float, rest), strict=True)))
    exact = [float(value) for value in fractions(config)]
    np.testing.assert_allclose(beliefs(config), exact, rtol=1e-12)


def test_the_book_s_numbers() -> None:
    """Dive into deep learning 2.6: 13.06 % after one positive test, 83.07 % after two."""
    once, twice = beliefs(Config())[1:]
    assert once == pytest.approx(0.1306, abs=5e-5)
    assert twice == pytest.approx(0.8307, abs=5e-5)


def test_a_test_that_repeats_teaches_nothing() -> None:
    once, twice = beliefs(Config(repeats=1, hit=0.9, alarm=0.2, hit2=0.7, alarm2=0.1))[1:]
    assert twice == pytest.approx(once, rel=1e-12)


def test_a_fair_die_by_fractions() -> None:
    p = normalised(np.ones(6))
    mean, variance = moments(np.arange(1.0, 7), p)
    assert mean == pytest.approx(float(Fraction(7, 2)), rel=1e-14)
    assert variance == pytest.approx(float(Fraction(35, 12)), rel=1e-14)


@pytest.mark.parametrize("seed", SEEDS)
def test_areas_answer_all_questions(seed: int) -> None:
    a, left, right = (Fraction(int(n), 16) for n in np.random.default_rng(seed).integers(1, 16, 3))
    config = Config(a=float(a), b_if_a=float(left), b_if_not=float(right))
    b = a * left + (1 - a) * right
    exact = [a, b, a * left, left, a * left / b]
    np.testing.assert_allclose(questions(areas(config)), [float(q) for q in exact], rtol=1e-14)
    assert areas(config).sum() == pytest.approx(1, rel=1e-15)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("thing", ["die", "coin"])
def test_draws_follow_the_bars(seed: int, thing: Any) -> None:
    """A chi-squared test that a fair implementation fails 1 time in 10,000."""
    heights = np.random.default_rng(seed).uniform(0.1, 1, 6)
    config = Config(
        seed=seed,
        thing=thing,
        die=tuple((float(k + 1), float(h)) for k, h in enumerate(heights)),
        coin=((0.0, float(heights[0])), (1.0, float(heights[1]))),
    )
    drawn = throws(config)
    assert (drawn["faces"].sum(0) == COUNTS).all()
    p = normalised(heights if thing == "die" else heights[:2])
    assert stats.chisquare(drawn["faces"][:, -1], p * MOST).pvalue > 1e-4
    values = np.arange(len(p)) + (thing == "die")
    np.testing.assert_allclose(drawn["means"][0], values @ drawn["faces"] / COUNTS, rtol=1e-12)
    mean, variance = moments(values, p)
    z = (drawn["means"][:, -1] - mean) / np.sqrt(variance / MOST)
    assert np.abs(z).max() < 5
    assert (z**2).sum() < stats.chi2.ppf(1 - 1e-4, len(z))


@pytest.mark.parametrize("seed", SEEDS)
def test_people_follow_the_beliefs(seed: int) -> None:
    config = Config(seed=seed, prior=0.3, hit=0.8, alarm=0.3, hit2=0.7, alarm2=0.2, repeats=0.4)
    people, ill = clinic(config)[:, :, -1]
    assert people[0] == MOST
    for n, k, p in zip(people, ill, beliefs(config), strict=True):
        assert stats.binomtest(int(k), int(n), p).pvalue > 1e-4


def test_odd_worlds_are_named() -> None:
    flat = Config(die=tuple((float(k), 0.0) for k in range(1, 7)))
    last = list(lab.run(flat))[-1]
    assert "equally likely" in last.note
    np.testing.assert_allclose(last["p"], 1 / 6, rtol=1e-6)
    nobody = Config(hit=0, alarm=0)
    assert np.isnan(bayes(nobody.prior, 0, 0))
    frame = lab.answer(nobody)
    assert "conditional" not in frame.note
    assert "0 divided by 0" in frame.note
    lab.draw(nobody, frame)
    assert lab.readout(nobody, frame)["b.once"] == "–"
    lab.readout(Config(a=0, b_if_not=0), lab.answer(Config(a=0, b_if_not=0)))


def test_an_answer_is_the_frame_on_screen() -> None:
    config = Config()
    for frame in lab.run(config):
        again = lab.answer(config, Start(frame.step, {}))
        assert again.values["n"] == frame["n"]
        assert np.array_equal(again["means"], frame["means"], equal_nan=True)


def test_challenges_can_be_met() -> None:
    ends = tuple((float(k), float(k in (1, 6))) for k in range(1, 7))
    met = {
        "spread": Config(die=ends),
        "turned": Config(a=0.02, b_if_a=0.95, b_if_not=0.8),
        "even": Config(prior=0.001, hit=1, alarm=0.001),
        "paradox": Config(prior=0.1, hit2=0.6, alarm2=1.0, repeats=0.2),
    }
    for challenge in lab.LAB.challenges:
        config = met[challenge.slug]
        assert challenge.check(config, list(lab.run(config))).passed, challenge.slug
        assert not challenge.check(Config(), list(lab.run(Config()))).passed
