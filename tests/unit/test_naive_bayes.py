"""The lab on naive Bayes against scikit-learn's BernoulliNB, and against enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.calibration import calibration_curve
from sklearn.naive_bayes import BernoulliNB

from labcore import Start
from labcore.mathematics import naive_bayes as lab
from labcore.mathematics.naive_bayes import Config
from labcore.mathematics.naive_bayes.digits import (
    CHECKED,
    FOUR,
    HELD,
    NINE,
    PIXELS,
    SEVEN,
    data,
    grey,
)
from labcore.mathematics.naive_bayes.lesson import (
    LAST,
    SIZES,
    by_library,
    chances,
    count,
    plain,
    posterior,
    reliability,
    score,
    told,
    whole,
)

BLANK = "/".join(["." * 14] * 14)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("smoothing", [0.1, 1.0, 20.0])
@pytest.mark.parametrize("at", [25, LAST])
def test_counts_and_posteriors_are_scikit_learn_s(seed: int, smoothing: float, at: int) -> None:
    config = Config(seed=seed, smoothing=smoothing)
    given, found = data(seed, config.threshold), whole(plain(config))[at]
    x, y = given.x[: SIZES[at]], given.y[: SIZES[at]]
    model = BernoulliNB(alpha=smoothing, binarize=None).fit(x, y)
    np.testing.assert_array_equal(found["ink"], model.feature_count_)
    np.testing.assert_array_equal(found["images"], model.class_count_)
    np.testing.assert_allclose(np.log(found["p"]), model.feature_log_prob_, rtol=1e-10)
    expected = model.predict_joint_log_proba(given.held_x)
    np.testing.assert_allclose(found["scores"], expected, rtol=1e-9, atol=1e-8)
    mine = posterior(found["scores"], 1.0)
    np.testing.assert_allclose(mine, model.predict_proba(given.held_x), rtol=1e-6, atol=1e-12)
    assert float(found["right"]) == model.score(given.held_x, given.held_y)


def test_the_library_beside_it_is_the_same() -> None:
    config = Config()
    given = data(config.seed, config.threshold)
    mine = posterior(whole(config)[LAST]["scores"], 1.0)
    np.testing.assert_allclose(mine, by_library(given, 1.0), rtol=1e-6, atol=1e-12)


def test_copies_are_what_scikit_learn_makes_of_repeated_columns() -> None:
    config = Config(copies=3, kept=0.5)
    given, columns = data(0, config.threshold), np.flatnonzero(told(config))
    many = np.repeat(columns, 3)
    model = BernoulliNB(binarize=None).fit(given.x[:, many], given.y)
    expected = model.predict_joint_log_proba(given.held_x[:, many])
    np.testing.assert_allclose(whole(config)[LAST]["scores"], expected, rtol=1e-9, atol=1e-7)


def test_it_is_bayes_rule_where_pixels_are_independent() -> None:
    """Three pixels, two classes in use: by listing all eight pictures."""
    rng = np.random.default_rng(4)
    images = np.zeros(10)
    images[:2] = 30, 70
    p = np.full((10, 3), 0.5)
    p[:2] = rng.uniform(0.1, 0.9, (2, 3))
    pictures = np.array(list(itertools.product((0, 1), repeat=3)), float)
    joint = np.array([[
        images[c] / 100 * np.prod([p[c, i] if x[i] else 1 - p[c, i] for i in range(3)])
        for c in range(2)] for x in pictures])  # fmt: skip
    assert joint.sum() == pytest.approx(1)
    mine = posterior(score(pictures, images, p, np.ones(3)), 1.0)[:, :2]
    np.testing.assert_allclose(mine, joint / joint.sum(1, keepdims=True), rtol=1e-12)


def test_calibration_is_scikit_learn_s_curve() -> None:
    config = Config(temperature=2.0)
    given, scores = data(0, config.threshold), whole(plain(config))[LAST]["scores"]
    sure, right = posterior(scores, 2.0).max(1), scores.argmax(1) == given.held_y
    many, good, gap = reliability(sure, right)
    share, mean = calibration_curve(right, sure, n_bins=10)
    full = many > 0
    np.testing.assert_allclose(good[full] / many[full], share, rtol=1e-12)
    expected = (many[full] * np.abs(share - mean)).sum() / HELD
    assert gap == pytest.approx(expected, rel=1e-9)
    assert many.sum() == HELD


def test_no_image_is_both_counted_and_judged() -> None:
    cells, labels = grey()
    assert cells.shape == (5000, PIXELS)
    for seed in range(3):
        given = data(seed, 0.4)
        assert len(given.x) == 4000
        assert len(given.held_x) == HELD
        together = np.concatenate([given.y, given.held_y])
        assert (np.bincount(together) == np.bincount(labels)).all()
        total = np.concatenate([given.x, given.held_x]).sum()
        assert total == pytest.approx((cells > 0.4).sum())


def test_temperature_and_copies_change_no_answer() -> None:
    first = lab.answer(Config())
    for config in (Config(temperature=5), Config(copies=4)):
        frame = lab.answer(config)
        assert frame["accuracy"] == first["accuracy"]
        assert frame["first"] == first["first"]
    assert lab.answer(Config(copies=4))["gap"] > first["gap"]


def test_what_is_impossible_is_named() -> None:
    config = Config(smoothing=0, drawing="#" + NINE[1:])
    frame = lab.answer(config)
    assert "impossible" in frame.note
    assert not frame["possible"]
    assert np.isfinite(frame["mine"]).all()
    lab.draw(config, frame)
    lab.readout(config, frame)
    early = next(iter(lab.run(Config(smoothing=0))))
    assert early["never"] > 0
    assert "impossible" in early.note
    assert lab.answer(Config(drawing=BLANK)).note == ""


@pytest.mark.parametrize("drawing", ["", "#", BLANK[:-1], BLANK.replace(".", "x"), BLANK + "/"])
def test_a_drawing_that_is_none_is_refused(drawing: str) -> None:
    with pytest.raises(ValidationError, match="14 rows"):
        Config(drawing=drawing)


@pytest.mark.parametrize(("drawing", "digit"), [(FOUR, 4), (NINE, 9), (SEVEN, 7), (CHECKED, 2)])
def test_the_digits_on_the_page_are_taken_as_it_says(drawing: str, digit: int) -> None:
    frame = lab.answer(Config(drawing=drawing))
    assert frame["first"] == digit
    assert frame["mine"][digit] > 0.99


def test_an_answer_is_the_frame_on_screen() -> None:
    for frame in lab.run(Config()):
        again = lab.answer(Config(), Start(frame.step, {}))
        assert set(frame.values) - set(again.values) == {"right", "known"}
        for name, value in again.values.items():
            np.testing.assert_allclose(value, frame[name], rtol=1e-5, atol=1e-6, err_msg=name)


def test_an_empty_class_has_even_chances() -> None:
    images, ink = count(np.ones((2, 3), np.float32), np.array([0, 0]))
    p = chances(images, ink, 0.0)
    assert (p[0] == 1).all()
    assert (p[1:] == 0.5).all()


def painted(base: str, cells: tuple[tuple[int, int], ...]) -> str:
    rows = [list(row) for row in base.split("/")]
    for row, column in cells:
        rows[row][column] = "#" if rows[row][column] == "." else "."
    return "/".join("".join(row) for row in rows)


def test_challenges_can_be_met() -> None:
    nine = painted(SEVEN, ((2, 8), (3, 7), (7, 5), (7, 6)))
    rows = ["." * 14] * 14
    rows[4], rows[6], rows[10] = "...........##.", ".....#........", "...#.........."
    met = {
        "honest": Config(temperature=3.2),
        "cheap": Config(seed=5, kept=0.5),
        "changed": Config(drawing=nine),
        "fooled": Config(drawing="/".join(rows)),
    }
    for challenge in lab.LAB.challenges:
        config = met[challenge.slug]
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)
        assert not challenge.check(Config(), list(lab.run(Config()))).passed
