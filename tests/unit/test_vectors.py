"""The lab against NumPy and SciPy: products, planes, and the law of random angles."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.spatial.distance import cosine as cosine_distance

from labcore.mathematics import vectors as lab
from labcore.mathematics.vectors import Config
from labcore.mathematics.vectors.lesson import (
    DIMENSIONS,
    EACH,
    LAST,
    angle,
    answer,
    cosine,
    distances,
    dot,
    expected,
    groups,
    look,
    project,
    random_angles,
    run,
)


@pytest.mark.parametrize("seed", range(5))
def test_products_are_those_of_numpy(seed: int) -> None:
    u, v = np.random.default_rng(seed).standard_normal((2, 200, 7))
    assert np.allclose(dot(u, v), np.einsum("ij,ij->i", u, v), atol=1e-12)
    ours = [1 - cosine_distance(a, b) for a, b in zip(u, v, strict=True)]
    assert np.allclose(cosine(u, v), ours, atol=1e-12)
    assert np.allclose(angle(u, v), np.degrees(np.arccos(ours)), atol=1e-9)
    for a, b in zip(u, v, strict=True):
        best = np.linalg.lstsq(a[:, None], b, rcond=None)[0][0] * a
        assert np.allclose(project(b, a), best, atol=1e-12)
        assert project(b, a) @ (b - project(b, a)) == pytest.approx(0, abs=1e-10)


def test_sides_are_those_of_a_signed_distance() -> None:
    points, kind = groups(Config())
    assert points.shape == (2 * EACH, 2)
    assert kind.sum() == 0
    w = np.array([0.6, -1.3])
    found = distances(points, w, 0.4)
    foot = points - found[:, None] * w / np.linalg.norm(w)
    assert np.allclose(foot @ w, 0.4)
    assert np.allclose(np.linalg.norm(points - foot, axis=1), np.abs(found))
    last = look(Config(), LAST)
    assert last["level"] == pytest.approx(last["b"])


@pytest.mark.parametrize("seed", range(3))
def test_random_angles_follow_their_law(seed: int) -> None:
    """The density of the angle is ∝ sinⁿ⁻² θ; Kolmogorov and Smirnov's test at 1 in 1,000."""
    every = list(random_angles(Config(seed=seed, pairs=2000)))
    assert len(every) == LAST + 1
    for i in (20, 40, LAST):
        n = int(DIMENSIONS[i])
        law = stats.beta((n - 1) / 2, (n - 1) / 2)  # of (cos θ + 1) / 2
        assert stats.kstest((np.cos(np.radians(every[i])) + 1) / 2, law.cdf).pvalue > 1e-3
        mass = integrate.quad(lambda t, n=n: np.sin(t) ** (n - 2), 0, np.pi / 2 - 0.05)[0]
        whole = integrate.quad(lambda t, n=n: np.sin(t) ** (n - 2), 0, np.pi)[0]
        share = (every[i] < 90 - np.degrees(0.05)).mean()
        assert share == pytest.approx(mass / whole, abs=4 * 0.5 / 2000**0.5)


@pytest.mark.parametrize("entries", ["normal", "positive", "words"])
def test_the_crowd_goes_where_it_is_said_to(entries: str) -> None:
    """The mean over 1,000 pairs at n = 1,000: ten standard errors are 0.6°."""
    last = list(run(Config(entries=entries)))[-1]
    assert last["mean"] == pytest.approx(expected(entries), abs=0.6)
    assert last["n"] == 1000
    assert last["shares"].sum() == pytest.approx(1, abs=1e-5)


def test_v_goes_once_round() -> None:
    config = Config()
    for step in (0, LAST):
        assert np.allclose(look(config, step)["v"], [config.vx, config.vy], atol=1e-6)
    half = look(config, LAST // 2)
    assert np.allclose(half["v"], [-config.vx, -config.vy], atol=1e-6)


@pytest.mark.parametrize("zero", ["u", "v", "w"])
def test_zero_vectors_are_named(zero: str) -> None:
    config = Config(**{f"{zero}x": 0.0, f"{zero}y": 0.0})
    frame = answer(config)
    assert "zero" in frame.note
    assert lab.draw(config, frame)
    assert all(lab.readout(config, frame).values())


def test_texts_without_words_are_counted() -> None:
    first = next(iter(run(Config(entries="words"))))
    assert "zero vector" in first.note


def test_an_answer_leaves_the_random_vectors_alone() -> None:
    assert set(lab.draw(Config(), answer(Config()))) == {"plane", "cosine", "sides", "scores"}


def test_challenges_can_be_won_and_are_not_by_default() -> None:
    points, kind = groups(Config(apart=3.0))
    w = points[kind > 0].mean(0) - points[kind < 0].mean(0)
    p = points.mean(0)
    won = {
        "modest": {"ux": 3.0, "uy": 3.0, "vx": 3.0, "vy": -1.3},
        "across": {"ux": 2.0, "uy": 0.0, "vx": 1.2, "vy": 1.6},
        "nobody": {"pairs": 2000},
        "part": {"apart": 3.0, "wx": w[0] / 2, "wy": w[1] / 2, "px": p[0], "py": p[1]},
    }
    default = list(run(Config()))
    for challenge in lab.LAB.challenges:
        assert not challenge.check(Config(), default).passed, challenge.slug
        config = Config(**won[challenge.slug])
        verdict = challenge.check(config, list(run(config)))
        assert verdict.passed, verdict.says
