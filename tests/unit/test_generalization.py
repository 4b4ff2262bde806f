"""Fits against numpy.polyfit, the descent against its loop, folds against scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import PredefinedSplit, cross_val_score

from labcore import Start, catalog
from labcore.linear.generalization.config import Config
from labcore.linear.generalization.course import CHALLENGES
from labcore.linear.generalization.fits import (
    WAVES,
    WIDTHS,
    by_degree,
    by_epoch,
    by_width,
    powers,
    waves,
)
from labcore.linear.generalization.lesson import (
    LOOKS,
    SHOWN,
    answer,
    by_size,
    cross_validate,
    deal,
    look,
    places,
    run,
    stops,
)
from labcore.linear.generalization.worlds import GRID, crash, sample, truth

LAB = catalog.load("generalization")
PARTS: tuple[Any, ...] = ("degree", "folds", "size", "stop", "double")


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("data", ["wave", "cubic", "crash"])
def test_the_fits_are_numpys(seed: int, data: Any) -> None:
    points = sample(Config(seed=seed, data=data, n=30))
    told = by_degree(points)
    for d in range(11):
        c = np.polyfit(points.x, points.y, d)
        assert told.curves[d] == pytest.approx(np.polyval(c, GRID), rel=1e-6, abs=1e-6)
        assert told.train[d] == pytest.approx(np.mean((np.polyval(c, points.x) - points.y) ** 2))
        assert told.held[d] == pytest.approx(
            np.mean((np.polyval(c, points.held_x) - points.held_y) ** 2), rel=1e-6
        )
    assert (np.diff(told.train) <= 1e-9).all(), "a higher degree never fits worse"


def test_the_powers_span_the_polynomials() -> None:
    plain = np.vander(GRID, 6)
    ours = powers(GRID, 5)
    assert np.linalg.matrix_rank(np.hstack([plain, ours])) == 6


@pytest.mark.parametrize("seed", [0, 3])
def test_descent_in_closed_form_is_the_loop(seed: int) -> None:
    points = sample(Config(part="stop", seed=seed, noise=0.4))
    A = waves(points.x, WAVES)
    lr = 1 / np.linalg.eigvalsh(A.T @ A / len(A))[-1]
    theta, epochs = np.zeros(WAVES), np.array([1, 2, 5, 40, 300])
    told = by_epoch(points, epochs)
    for epoch in range(1, 301):
        theta = theta - lr * A.T @ (A @ theta - points.y) / len(A)
        if epoch in epochs:
            i = int(np.searchsorted(epochs, epoch))
            assert told.curves[i] == pytest.approx(waves(GRID, WAVES) @ theta, abs=1e-9)
            assert told.size[i] == pytest.approx(np.linalg.norm(theta), rel=1e-9)


def test_patience_by_hand() -> None:
    epochs = np.array([10, 20, 30, 40, 50, 60])
    held = np.array([5.0, 3.0, 4.0, 3.5, 2.0, 9.0])
    assert stops(held, epochs, 20) == (3, 1)
    assert stops(held, epochs, 30) == (5, 4)
    assert stops(held, epochs, 1000) == (5, 4)
    assert stops(np.array([1.0, np.nan, np.nan]), epochs, 20) == (2, 0)


@pytest.mark.parametrize(("n", "k"), [(20, 5), (17, 4), (8, 10)])
def test_each_point_is_held_out_once(n: int, k: int) -> None:
    fold = deal(0, n, k)
    counts = np.bincount(fold, minlength=k)
    assert counts.sum() == n
    assert np.ptp(counts) <= 1


def test_cross_validation_is_scikit_learns() -> None:
    points = sample(Config(part="folds", n=30))
    fold = deal(0, len(points.x), 5)
    scores, curves = cross_validate(points, fold, 5)
    for d in range(8):
        theirs = -cross_val_score(
            LinearRegression(fit_intercept=False), powers(points.x, d), points.y,
            cv=PredefinedSplit(fold), scoring="neg_mean_squared_error")  # fmt: skip
        assert scores[d] == pytest.approx(theirs, rel=1e-6)
    assert curves.shape == (13, 5, len(GRID))


def test_beyond_the_points_the_shortest_exact_fit_is_taken() -> None:
    points = sample(Config(part="double", noise=0.1))
    told, n = by_width(points), len(points.x)
    wide = n + 5 <= WIDTHS
    assert told.train[wide].max() < 1e-10
    A = waves(points.x, 300)
    shortest = A.T @ np.linalg.solve(A @ A.T, points.y)
    assert told.curves[-1] == pytest.approx(waves(GRID, 300) @ shortest, abs=1e-5)
    assert (np.diff(told.size[wide]) <= 1e-9).all(), "with more to choose from, never longer"


@pytest.mark.parametrize("seed", range(5))
def test_error_peaks_where_features_are_as_many_as_points(seed: int) -> None:
    told = by_width(sample(Config(part="double", noise=0.1, seed=seed)))
    peak = WIDTHS[told.held.argmax()]
    assert 15 <= peak <= 26
    assert told.held[-1] < told.held.max() / 1000


def test_learning_curves_meet_at_the_noise() -> None:
    told = by_size(Config(part="size", degree=7, noise=0.3))
    assert told.train[-1] < 0.09 * 1.1 < told.held[-1] * 1.2
    assert told.held[-1] < told.held[5] / 5
    stiff = by_size(Config(part="size", degree=1, noise=0.3))
    assert stiff.held[-1] > 3 * told.held[-1]


def test_dealt_targets_leave_nothing_to_learn() -> None:
    config = Config(shuffled=True, n=16)
    points, plain = sample(config), sample(Config(n=16))
    assert sorted(points.y) == pytest.approx(sorted(plain.y))
    told = by_degree(points)
    assert told.train[-1] < 1e-9
    assert told.held.min() > 0.25 * points.held_y.var()


def test_the_crash_is_that_of_the_file() -> None:
    x, y = crash()
    assert x.shape == y.shape == (133,)
    assert -1 <= x.min() < x.max() <= 1
    points = sample(Config(data="crash", n=40))
    assert len(points.x) + len(points.held_x) == 133
    assert np.isclose(y.mean(), 0)
    assert np.isfinite(truth("cubic", GRID)).all()


@pytest.mark.parametrize("part", PARTS)
def test_the_answer_is_the_frame_on_screen(part: Any) -> None:
    config = Config(part=part, x1=-0.3, y1=1.5)
    for step in (0, places(config) - 1):
        at_once, frame = answer(config, Start(step, {})), look(config, step)
        for name in frame.values:
            assert np.array_equal(at_once[name], frame[name], equal_nan=True)
    assert len(list(run(config))) == places(config)


def test_looks_and_frames_of_the_descent() -> None:
    assert LOOKS[SHOWN[0]] == 1
    assert LOOKS[SHOWN[-1]] == 10_000
    assert (np.diff(SHOWN) > 0).all()


def test_goals_can_be_reached_and_are_not_at_once() -> None:
    reached = {
        "earns": Config(n=40, noise=0.2),
        "fooled": Config(part="folds", n=8, seed=2, y1=-2.4),
        "saved": Config(part="stop", noise=0.4, seed=1),
        "second": Config(part="double", n=20, noise=0.05, seed=1, data="cubic"),
    }
    plain = list(run(Config()))
    for challenge in CHALLENGES:
        assert not challenge.check(Config(), plain).passed
        config = reached[challenge.slug]
        assert challenge.check(config, list(run(config))).passed, challenge.slug
