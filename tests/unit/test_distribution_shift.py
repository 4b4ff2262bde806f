"""The lab on distribution shift against exact densities, scikit-learn and enumeration."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix

from labcore import Start
from labcore.data import fashion_mnist
from labcore.linear import distribution_shift as lab
from labcore.linear.distribution_shift import Config
from labcore.linear.distribution_shift.clothes import (
    COUNTS,
    TRAINED,
    confusion,
    corrected,
    estimate,
    judged,
    look_clothes,
)
from labcore.linear.distribution_shift.config import STEPS
from labcore.linear.distribution_shift.course import SHIRTS
from labcore.linear.distribution_shift.lesson import (
    BLOBS,
    HOME,
    RIDGE,
    SPREAD,
    WIDE,
    by_confusion,
    effective,
    fit,
    posterior,
    respond,
    told_apart,
    truth,
    world,
)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("target", [(0.8, 0.2), (-3.5, -3.0), (3.5, 3.0), tuple(HOME)])
def test_exact_weights_are_the_ratio_of_the_densities(
    seed: int, target: tuple[float, float]
) -> None:
    given = world(Config(seed=seed, mean_x=target[0], mean_y=target[1]), 1.0)
    p, q = (multivariate_normal(mean, SPREAD**2) for mean in (HOME, target))
    np.testing.assert_allclose(np.log(given.ratio), q.logpdf(given.x) - p.logpdf(given.x),
                               atol=1e-9)  # fmt: skip


@pytest.mark.parametrize("prior", [0.02, 0.3, 0.98])
def test_label_weights_and_posterior_are_bayes(prior: float) -> None:
    given = world(Config(kind="label", prior=prior), 1.0)
    blobs = [multivariate_normal(mean, WIDE**2) for mean in BLOBS]
    joint = np.stack([(1 - prior) * blobs[0].pdf(given.x), prior * blobs[1].pdf(given.x)])
    np.testing.assert_allclose(posterior(given.x, prior), joint[1] / joint.sum(0), rtol=1e-9)
    np.testing.assert_allclose(given.ratio, np.where(given.y, 2 * prior, 2 * (1 - prior)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", ["covariate", "label", "concept"])
def test_the_weighted_fit_is_scikit_learn_s(seed: int, kind: Any) -> None:
    given = world(Config(seed=seed, kind=kind, mean_x=0.0), 1.0)
    w = given.ratio
    model = LogisticRegression(C=1 / (RIDGE * w.sum()), tol=1e-12, max_iter=10_000)
    model.fit(given.x, given.y, w)
    expected = [*model.coef_[0], model.intercept_[0]]
    np.testing.assert_allclose(fit(given.x, given.y, w), expected, rtol=2e-3, atol=2e-3)


def test_weighted_means_reach_the_target() -> None:
    """With many points, exact and learned weights move source averages to the target's."""
    config = Config(samples=1000, mean_x=-0.6, mean_y=0.6)
    given = world(config, 1.0)
    for w in (given.ratio, told_apart(given)):
        np.testing.assert_allclose(w @ given.x / w.sum(), (-0.6, 0.6), atol=0.15)
    assert np.corrcoef(np.log(given.ratio), np.log(told_apart(given)))[0, 1] > 0.97


@pytest.mark.parametrize("seed", range(5))
def test_the_confusions_find_the_prior(seed: int) -> None:
    given = world(Config(seed=seed, kind="label", prior=0.85, samples=1000), 1.0)
    w = by_confusion(given)
    assert w[given.y][0] / 2 == pytest.approx(0.85, abs=0.06)
    assert w[~given.y][0] / 2 == pytest.approx(0.15, abs=0.06)


def test_effective_size() -> None:
    assert effective(np.ones(50)) == pytest.approx(1)
    assert effective(np.eye(1, 50)[0] * 7) == pytest.approx(1 / 50)


def test_accuracy_is_what_labels_would_say() -> None:
    config = Config(mean_x=0.5)
    frame = lab.answer(config)
    random = np.random.default_rng(3)
    x = np.array([0.5, 0.2]) + SPREAD * random.standard_normal((400_000, 2))
    y = random.random(len(x)) < truth(x)
    for theta, right in zip(frame["thetas"], frame["right"], strict=True):
        assert np.mean((x @ theta[:2] + theta[2] > 0) == y) == pytest.approx(right, abs=0.02)


def test_a_concept_that_turns_moves_no_input() -> None:
    config = Config(kind="concept", turn=180)
    first, *_, last = lab.run(config)
    np.testing.assert_array_equal(first["seen"], last["seen"])
    np.testing.assert_array_equal(last["weights"], 1)
    assert last["right"][0] < 0.3 < 0.8 < last["right"][3]
    assert "another answer" in last.note


def test_who_reacts_crosses_the_line_and_no_one_else_moves() -> None:
    x = np.random.default_rng(0).normal(size=(500, 2)) * 2
    theta = np.array([0.6, 0.8, 0.3])
    after = respond(x, theta, 0.5)
    before, behind = x @ theta[:2] + theta[2], after @ theta[:2] + theta[2]
    near = (before <= 0) & (before > -0.5)
    assert (behind[near] > 0).all()
    np.testing.assert_array_equal(after[~near], x[~near])
    assert (respond(x, theta, 0.0) == x).all()


def test_feedback_settles_below_what_it_would_be() -> None:
    frames = list(lab.run(Config(kind="feedback")))
    assert frames[0]["right"][1] == frames[0]["right"][0]
    assert frames[0]["right"][1] < frames[-1]["right"][1] < frames[-1]["right"][3]
    np.testing.assert_allclose(frames[-1]["thetas"][1], frames[-2]["thetas"][1], atol=0.05)


def test_the_classifier_is_discriminant_analysis() -> None:
    clothes = fashion_mnist()
    order = np.argsort(clothes.labels, kind="stable").reshape(10, -1)[:, :TRAINED]
    cells = clothes.images[order.ravel()].reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196)
    test = clothes.test_images[np.argsort(clothes.test_labels, kind="stable")]
    test = test.reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196) / 255
    y = np.repeat(np.arange(10), TRAINED)
    x = cells / 255
    means = np.stack([x[y == k].mean(0) for k in range(10)])
    sigma = np.cov((x - means[y]).T, bias=True)
    sigma += 0.1 * np.trace(sigma) / 196 * np.eye(196)
    densities = np.stack([multivariate_normal(m, sigma).logpdf(test) for m in means], 1)
    expected = densities - np.logaddexp.reduce(densities, axis=1)[:, None]
    np.testing.assert_allclose(judged().test.reshape(2000, 10), expected, atol=0.02)
    library = LinearDiscriminantAnalysis().fit(x, y).score(test, np.repeat(np.arange(10), 200))
    mine = (judged().test.argmax(-1) == np.arange(10)[:, None]).mean()
    assert mine == pytest.approx(library, abs=0.02)


def test_the_confusion_matrix_is_scikit_learn_s() -> None:
    says = judged().held.argmax(-1)
    expected = confusion_matrix(np.repeat(np.arange(10), 200), says.ravel(), normalize="true")
    np.testing.assert_allclose(confusion(200), expected.T)
    np.testing.assert_allclose(confusion(5).sum(0), 1)


def test_exact_counts_give_exact_shares() -> None:
    """With C and μ from the same pictures, C q = μ is solved exactly."""
    q = np.random.default_rng(1).dirichlet(np.ones(10))
    c = confusion(200)
    np.testing.assert_allclose(estimate(c, c @ q), q, atol=1e-12)


def test_true_shares_are_the_best_for_a_calibrated_view() -> None:
    for shares in (SHIRTS, Config().shares):
        found = look_clothes(Config(shares=shares), STEPS - 1)
        plain, _, true = np.asarray(found["mended"])
        assert true > plain
    even = np.full(10, 0.1)
    assert corrected(even).mean() == pytest.approx(
        (judged().test.argmax(-1) == np.arange(10)[:, None]).mean()
    )


def test_what_is_drawn_follows_the_shares() -> None:
    found = look_clothes(Config(), STEPS - 1)
    c_test = np.stack([np.bincount(row, minlength=10) for row in judged().test.argmax(-1)], 1) / 200
    np.testing.assert_allclose(found["counted"], c_test @ found["wanted"], atol=0.03)
    assert len(COUNTS) == STEPS


def test_empty_bars_and_no_overlap_are_named() -> None:
    empty = tuple((float(k), 0.0) for k in range(10))
    assert "at 0" in lab.answer(Config(shares=empty, kind="label")).note
    far = lab.answer(Config(mean_x=3.5, mean_y=3.0))
    assert "No weight" in far.note
    assert np.isfinite(far["right"]).all()
    lab.draw(Config(), far)


@pytest.mark.parametrize("kind", ["covariate", "label", "concept", "feedback"])
def test_an_answer_is_the_frame_on_screen(kind: Any) -> None:
    config = Config(kind=kind)
    for frame in list(lab.run(config))[::10]:
        again = lab.answer(config, Start(frame.step, {}))
        for name, value in frame.values.items():
            np.testing.assert_array_equal(again[name], value, err_msg=name)


def test_challenges_can_be_met() -> None:
    two = tuple((float(k), 10.0 if k in (2, 6) else 0.0) for k in range(10))
    met = {
        "rescue": Config(mean_x=1.5, mean_y=-1.0, seed=1, samples=1000),
        "hopeless": Config(kind="concept", turn=180),
        "census": Config(shares=two),
        "harm": Config(mean_x=2.2, mean_y=2.8, samples=1000),
    }
    for challenge in lab.LAB.challenges:
        config = met[challenge.slug]
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)
        assert not challenge.check(Config(), list(lab.run(Config()))).passed
