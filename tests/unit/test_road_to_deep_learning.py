"""The lab on the road to deep learning: the fits against SciPy, the facts against themselves."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy.stats import linregress

from labcore import Start
from labcore.start import road_to_deep_learning as lab
from labcore.start.road_to_deep_learning import Config
from labcore.start.road_to_deep_learning.facts import CARDS, DECADES, FACTS, LANES
from labcore.start.road_to_deep_learning.lesson import (
    LAST,
    QUANTITIES,
    SIZES,
    TIMES,
    brush,
    chosen,
    doubling,
    driver,
    fit,
)
from labcore.start.road_to_deep_learning.names import apart, beside

FACT = {fact.name.removesuffix(" ★"): fact for fact in FACTS}
DAY = 86400.0


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("n", [3, 7, 40])
def test_a_fit_is_scipy_s(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    years = random.uniform(1980, 2025, n)
    sizes = 10 ** (0.3 * (years - 2000) + random.normal(size=n))
    slope, error, start = fit(years, sizes)
    expected: Any = linregress(years, np.log10(sizes))
    assert slope == pytest.approx(expected.slope, rel=1e-9)
    assert error == pytest.approx(expected.stderr, rel=1e-9)
    assert start == pytest.approx(expected.intercept, rel=1e-9)


@pytest.mark.parametrize("name", QUANTITIES)
@pytest.mark.parametrize("edges", [(2012.0, 2025.0), (2025.0, 2012.0), (1985.0, 2019.0)])
def test_a_frame_tells_the_fit_of_what_is_in_the_brush(
    name: Any, edges: tuple[float, float]
) -> None:
    config = Config(since=edges[0], until=edges[1], quantity=name)
    inside = [(f.when, getattr(f, name)) for f in FACTS
              if getattr(f, name) and min(edges) <= f.when <= max(edges)]  # fmt: skip
    years, sizes = np.array(inside).T
    expected: Any = linregress(years, np.log10(sizes))
    frame = lab.answer(config)
    k = QUANTITIES.index(name)
    assert frame["models"][k] == len(inside)
    assert frame["slope"][k] == pytest.approx(expected.slope, rel=1e-5)
    assert frame["error"][k] == pytest.approx(expected.stderr, rel=1e-5)
    assert frame["tilt"] == pytest.approx(expected.slope)
    after = [(f.when, getattr(f, name)) for f in FACTS
             if getattr(f, name) and f.when > max(edges)]  # fmt: skip
    if after:
        x, y = np.array(after).T
        off = np.log10(y) - expected.intercept - expected.slope * x
        assert frame["later"] == pytest.approx(10 ** np.sqrt((off**2).mean()))
    else:
        assert np.isnan(frame["later"])


def test_doubling_is_the_time_to_twice_as_much() -> None:
    assert doubling(np.log10(2)) == pytest.approx(12)
    assert doubling(0.0) == np.inf
    assert doubling(-np.log10(2)) == pytest.approx(-12)
    slope, _, _ = fit(np.array([2000.0, 2002, 2004]), np.array([1.0, 4, 16]))
    assert doubling(slope) == pytest.approx(12)


def test_records_are_larger_than_all_before() -> None:
    for name in QUANTITIES:
        known, _ = chosen(Config(which="records"), name, LAST)
        sizes = SIZES[name][known]
        assert (np.diff(sizes) > 0).all()
        assert np.nanmax(SIZES[name]) == sizes[-1]


def test_facts_have_a_source_and_an_order() -> None:
    assert all(fact.source and fact.url.startswith("https://") for fact in FACTS)
    assert all(fact.lane in LANES for fact in FACTS)
    assert {fact.lane for fact in FACTS} == set(LANES)
    assert (np.diff(TIMES) >= 0).all()
    assert len({fact.name for fact in FACTS}) == len(FACTS)
    table = lab.sources()
    for fact in FACTS:
        assert fact.url in table
        assert fact.source in table
        year = fact.url.removeprefix("https://arxiv.org/abs/")
        if year != fact.url:  # the arXiv number is the month of publication
            assert (fact.year, fact.month) == (2000 + int(year[:2]), int(year[2:4]))
    assert {f.name for f in FACTS if "★" in f.name} == {
        "AlexNet ★", "word2vec ★", "GAN ★", "Transformer ★"}  # fmt: skip


def test_estimates_are_what_their_makers_reckon() -> None:
    """The arithmetic of Amodei & Hernandez, and 6 N D for the large language models."""
    reckoned = {
        "AlexNet": 1.2e6 * 90 * 0.75e9 * 2 * 3,
        "Zeiler & Fergus": 12 * DAY * 1.54e12 * 0.33,
        "VGG-16": 1.2e6 * 74 * 16e9 * 2 * 3,
        "ResNet-152": 11.4e9 * 2 * 3 * 1.2e6 * 128,
        "Seq2seq": 10 * 8 * DAY * 3.5e12 * 0.33,
        "DQN": 2.55e6 * 5e6 * 32 * 2 * 3,
        "Attention": 0.018 * 1e15 * DAY,
        "Xception": 60 * 30 * DAY * 8.5e12 * 0.33,
        "GNMT": 96 * 9 * DAY * 8.5e12 * 0.33 * 1000**0.5,
        "OpenAI Five": 770 * 1e15 * DAY,
    }
    for name, flop in reckoned.items():
        assert FACT[name].flop == pytest.approx(flop, rel=0.1), name
    for name in ("GPT-3", "PaLM", "Llama 3.1", "Chinchilla"):
        fact = FACT[name]
        assert fact.parameters
        assert fact.words
        assert fact.flop == pytest.approx(6 * fact.parameters * fact.words, rel=0.05), name


def test_alexnet_has_as_many_weights_as_it_says() -> None:
    """Counted from the layers of its figure 2, in two groups."""
    layers = (
        (96, 3 * 11 * 11), (256, 48 * 5 * 5), (384, 256 * 3 * 3), (384, 192 * 3 * 3),
        (256, 192 * 3 * 3), (4096, 6 * 6 * 256), (4096, 4096), (1000, 4096),
    )  # fmt: skip
    count = sum(units * (inputs + 1) for units, inputs in layers)
    assert FACT["AlexNet"].parameters == pytest.approx(count, rel=0.02)
    vgg = sum(9 * a * b + b for a, b in zip(
        (3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512),
        (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512), strict=True))  # fmt: skip
    vgg += sum(a * b + b for a, b in ((25088, 4096), (4096, 4096), (4096, 1000)))
    assert FACT["VGG-16"].parameters == pytest.approx(vgg, rel=0.01)


def test_drivers_are_those_of_the_table() -> None:
    for name in ("examples", "memory", "speed"):
        for first, last in ((0, 5), (2, 4), (3, 4)):
            grown, decades = driver(name, DECADES[first].year, DECADES[last].year)
            ratio = getattr(DECADES[last], name) / getattr(DECADES[first], name)
            assert 10**grown == pytest.approx(ratio, rel=1e-9)
            assert decades == last - first
        assert driver(name, 1900, 1960) == (0, 0)
        assert driver(name, 2020, 2026) == (0, 0)
    assert all(a.when < b.when and a.speed < b.speed
               for a, b in itertools.pairwise(CARDS))  # fmt: skip


def test_odd_brushes_are_drawn_and_named() -> None:
    cases: list[dict[str, Any]] = [
        {"since": 2000.0, "until": 2000.0}, {"since": 1930.0, "until": 1931.0},
        {"since": 2026.0, "until": 1930.0}, {"lanes": ("Statistics",)},
        {"since": 1940.0, "until": 1960.0, "which": "records"},
    ]  # fmt: skip
    for settings in cases:
        for name in QUANTITIES:
            for window in ("all", "recent"):
                config = Config(**settings, quantity=name, window=window)
                for step in (0, 20, LAST):
                    frame = lab.answer(config, Start(step, {}))
                    lab.panels(config, frame)
                    patches = lab.draw(config, frame)
                    assert np.isfinite(patches["factors"]["traces"]["grown"]["y"]).all()
                    assert all(lab.readout(config, frame).values())
    assert "need three" in lab.answer(Config(since=2000.0, until=2000.0)).note
    assert lab.answer(Config()).note == ""
    assert brush(Config(since=2020.0, until=1990.0)) == (1990.0, 2020.0)


def test_a_slope_of_two_models_is_not_told() -> None:
    assert np.isnan(fit(np.array([2000.0, 2010]), np.array([1.0, 10]))).all()
    assert np.isnan(fit(np.full(4, 2000.0), np.ones(4))).all()


def test_names_do_not_run_into_each_other() -> None:
    which = np.flatnonzero(np.isfinite(SIZES["parameters"]))
    kept = apart(which, np.log10(SIZES["parameters"]), 10.0, 1985.0)
    assert 5 <= len(kept) < len(which)
    assert set(beside(np.arange(len(FACTS)))) >= {i for i, f in enumerate(FACTS) if "★" in f.name}


def test_an_answer_is_the_frame_on_screen() -> None:
    for frame in list(lab.run(Config()))[::9]:
        again = lab.answer(Config(), Start(frame.step, {}))
        for name, value in again.values.items():
            np.testing.assert_array_equal(value, frame.values[name], err_msg=name)


def test_what_the_page_says() -> None:
    def months(name: str, low: float, high: float) -> float:
        return doubling(lab.answer(Config(since=low, until=high))["slope"][QUANTITIES.index(name)])

    assert months("flop", 2012, 2017) == pytest.approx(3.4, abs=0.1)
    assert months("flop", 2012, 2025) == pytest.approx(5, abs=0.5)
    assert months("words", 2012, 2020.5) == pytest.approx(9, abs=0.5)
    assert months("words", 2019.5, 2024) > 24
    data, memory, speed = lab.answer(Config(since=1990.0, until=2010.0))["grown"]
    assert data > speed > memory
    data, memory, speed = lab.answer(Config(since=2010.0, until=2020.0))["grown"]
    assert speed > data


def test_challenges_can_be_met() -> None:
    met = {
        "pace": Config(since=2012.0, until=2017.0),
        "before": Config(since=1985.0, until=2012.0),
        "data_first": Config(since=1990.0, until=2010.0),
        "slower": Config(since=2019.5, until=2024.0),
        "prophet": Config(since=2009.0, until=2019.0),
    }
    for challenge in lab.LAB.challenges:
        config = met[challenge.slug]
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)
        assert not challenge.check(Config(), list(lab.run(Config()))).passed
