"""The lab on kinds of learning against scikit-learn, PyTorch and direct counting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans
from sklearn.covariance import EmpiricalCovariance
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, LogisticRegression

from labcore import Start
from labcore.start import kinds_of_learning as lab
from labcore.start.kinds_of_learning import Config
from labcore.start.kinds_of_learning.course import LAYERS
from labcore.start.kinds_of_learning.figure import cells
from labcore.start.kinds_of_learning.lesson import (
    DECAY,
    LAST,
    PULLS,
    bandit,
    classify,
    given,
    regress,
    riddles,
    told_of,
)
from labcore.start.kinds_of_learning.points import EACH, SIDE
from labcore.start.kinds_of_learning.unlabelled import k_means, spread

CLOUDS = (Config(), Config(data="wine"), Config(**LAYERS))


def centred(config: Config) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, kind = given(config)
    return x, x / 2 - SIDE / 4, kind


@pytest.mark.parametrize("config", CLOUDS)
def test_classification_ends_where_scikit_learn_does(config: Config) -> None:
    _, z, kind = centred(config)
    w, _ = classify(z, kind, 30_000)
    model = LogisticRegression(C=1 / (DECAY * len(z)), tol=1e-10, max_iter=5000).fit(z, kind)
    design = np.column_stack([z, np.ones(len(z))])
    scores = design @ w
    mine = np.exp(scores - scores.max(1, keepdims=True))
    mine /= mine.sum(1, keepdims=True)
    np.testing.assert_allclose(mine, model.predict_proba(z), atol=2e-4)


def test_one_step_of_classification_is_autograd_s() -> None:
    _, z, kind = centred(Config())
    w, _ = classify(z, kind, 1)
    theta = torch.zeros(3, 3, dtype=torch.float64, requires_grad=True)
    design = torch.tensor(np.column_stack([z, np.ones(len(z))]))
    torch.nn.functional.cross_entropy(design @ theta, torch.tensor(kind)).backward()
    assert theta.grad is not None
    np.testing.assert_allclose(w, -0.8 * theta.grad.numpy(), atol=1e-12)
    assert classify(z, kind, 40)[1] < classify(z, kind, 5)[1] < np.log(3)


@pytest.mark.parametrize("config", CLOUDS)
def test_regression_ends_at_least_squares(config: Config) -> None:
    x, z, _ = centred(config)
    slope, height = regress(z[:, 0] / 2, x[:, 1], 5000)
    model = LinearRegression().fit(x[:, :1], x[:, 1])
    assert slope / 4 == pytest.approx(model.coef_[0], abs=1e-6)
    assert height - slope * SIDE / 8 == pytest.approx(model.intercept_, abs=1e-6)
    last = lab.answer(config.model_copy(update={"told": 1.0}))["line"]
    assert last[0] == pytest.approx(model.coef_[0], abs=0.05)


@pytest.mark.parametrize("config", CLOUDS)
@pytest.mark.parametrize("k", [1, 3, 6])
def test_groups_are_scikit_learn_s_from_the_same_start(config: Config, k: int) -> None:
    x, _ = given(config)
    start = x[np.random.default_rng(k).permutation(len(x))[:k]]
    centres, group = k_means(x, start, 201)
    model = KMeans(k, init=start, n_init=1, max_iter=100, tol=0, algorithm="lloyd").fit(x)
    np.testing.assert_allclose(centres, model.cluster_centers_, atol=1e-9)
    np.testing.assert_array_equal(group, model.labels_)
    frame = lab.answer(config.model_copy(update={"clusters": k}))
    assert frame["inertia"] >= 0


@pytest.mark.parametrize("config", CLOUDS)
def test_what_is_unusual_and_what_varies_is_scikit_learn_s(config: Config) -> None:
    x, _ = given(config)
    mean, variance, direction, away = spread(x)
    model = EmpiricalCovariance().fit(x)
    np.testing.assert_allclose(away**2, model.mahalanobis(x), rtol=1e-9)
    parts = PCA().fit(x)
    np.testing.assert_allclose(mean, parts.mean_)
    share = variance[::-1] / variance.sum()
    np.testing.assert_allclose(share, parts.explained_variance_ratio_, rtol=1e-9)
    assert abs(direction[:, 1] @ parts.components_[0]) == pytest.approx(1)


@pytest.mark.parametrize("arms", [2, 3, 6])
@pytest.mark.parametrize("epsilon", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_estimates_are_the_means_of_what_was_drawn(arms: int, epsilon: float, seed: int) -> None:
    config = Config(arms=arms, epsilon=epsilon, seed=seed)
    x, _ = given(config)
    found = bandit(config, x, PULLS * LAST)
    for arm in range(arms):
        of = found["arms"] == arm
        assert found["n"][arm] == of.sum()
        if of.any():
            assert found["q"][arm] == pytest.approx(found["rewards"][of].mean())
        inside = (x[:, 0] >= SIDE * arm / arms) & (x[:, 0] < SIDE * (arm + 1) / arms)
        assert found["means"][arm] == pytest.approx(x[inside, 1].mean() if inside.any() else 0)
    drawn = found["points"] >= 0
    np.testing.assert_allclose(found["rewards"][drawn], x[found["points"][drawn], 1])
    if epsilon == 1:
        assert np.abs(found["n"] / len(found["arms"]) - 1 / arms).max() < 0.1
    if epsilon == 0:  # the first arm that pays is kept
        first = np.flatnonzero(found["rewards"])[0]
        assert (found["arms"][first:] == found["arms"][first]).all()


@pytest.mark.parametrize("config", CLOUDS)
@pytest.mark.parametrize("width", [0.1, 1.0, 10.0])
def test_riddles_are_weighted_means_of_the_others(config: Config, width: float) -> None:
    config = config.model_copy(update={"width": width})
    x, _ = given(config)
    asked = riddles(config, x, LAST + 1)
    for i in range(0, LAST + 1, 7):
        at, side = asked["order"][i], asked["side"][i]
        others = np.arange(len(x)) != at
        away = np.abs(x[others, 1 - side] - x[at, 1 - side])
        weight = np.exp(-(away**2 - away.min() ** 2) / (2 * width**2))
        expected = np.average(x[others, side], weights=weight)
        assert asked["said"][i] == pytest.approx(expected, rel=1e-9)
        assert asked["mean"][i] == pytest.approx(x[others, side].mean())
        assert asked["true"][i] == x[at, side]


def test_cells_are_where_a_score_is_largest() -> None:
    random = np.random.default_rng(2)
    w, bias = random.normal(size=(4, 2)), random.normal(size=4)
    shapes = cells(w, bias)
    areas = []
    for shape in shapes:
        if np.isnan(shape).any():
            areas.append(0.0)
            continue
        middle = shape[:, :-1].mean(1)
        assert np.argmax(w @ middle + bias) == len(areas)
        x, y = shape
        areas.append(0.5 * abs((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()))
    assert sum(areas) == pytest.approx(SIDE**2)
    places = random.uniform(0, SIDE, (40_000, 2))
    share = np.bincount((places @ w.T + bias).argmax(1), minlength=4) / 40_000
    np.testing.assert_allclose(np.array(areas) / SIDE**2, share, atol=0.01)


def test_the_wines_are_scikit_learn_s() -> None:
    x, kind = given(Config(data="wine"))
    data = load_wine()
    np.testing.assert_array_equal(kind, data.target)
    column = data.data[:, data.feature_names.index("flavanoids")]
    np.testing.assert_allclose(x[:, 0] * 5.2 / SIDE, column)
    assert (x >= 0).all()
    assert (x <= SIDE).all()


@pytest.mark.parametrize("told", [0.0, 0.1, 0.5, 1.0])
def test_labels_are_shared_out_evenly(told: float) -> None:
    config = Config(told=told, seed=3)
    _, kind = given(config)
    chosen = told_of(config, kind)
    for k in range(3):
        assert chosen[kind == k].sum() == round(told * EACH)


def test_odd_clouds_are_drawn_and_named() -> None:
    place = ((5.0, 5.0),) * EACH
    row = tuple((float(i), 0.0) for i in range(EACH))
    cases: list[tuple[dict[str, Any], str]] = [
        ({"first": place, "second": place, "third": place}, "one place"),
        ({"first": row, "second": row, "third": row}, "one line"),
        ({"told": 0.0}, "No point has a label"),
        ({"arms": 6, "first": row}, ""),
        (dict.fromkeys(("first", "second", "third"), ((0.1, 5), (0.4, 4), (0.2, 6), (0.3, 4)) * 2),
         "strip"),
    ]  # fmt: skip
    for settings, word in cases:
        config = Config(**settings)
        for step in (0, 1, LAST):
            frame = lab.answer(config, Start(step, {}))
            assert word in frame.note
            lab.draw(config, frame)
            assert all(lab.readout(config, frame).values())


def test_an_answer_is_the_frame_on_screen() -> None:
    for config in CLOUDS:
        for frame in list(lab.run(config))[::20]:
            again = lab.answer(config, Start(frame.step, {}))
            for name, value in again.values.items():
                np.testing.assert_array_equal(value, frame.values[name], err_msg=name)


def test_what_the_presets_promise() -> None:
    assert lab.answer(Config(told=0.1))["right"] >= 0.9
    assert 0.87 <= lab.answer(Config(data="wine"))["agree"] <= 0.93
    layers = lab.answer(Config(**LAYERS))
    assert layers["right"] == 1
    assert layers["agree"] <= 0.6
    greedy = lab.answer(Config(epsilon=0.0))
    assert greedy["earned"] < 0.6 * greedy["means"].max()
    stray = next(p for p in lab.LAB.presets if p.title == "One stray point")
    assert lab.answer(Config(**stray.settings))["unusual"] == 1
    curve = next(p for p in lab.LAB.presets if p.title.startswith("Points that"))
    frame = lab.answer(Config(**curve.settings))
    assert frame["error"] < 0.3 * frame["guess"]


def test_challenges_can_be_met() -> None:
    low = tuple((x, y / 2) for x, y in Config().first)
    line: dict[str, Any] = {
        name: tuple((a + 0.35 * i, a + 0.35 * i) for i in range(EACH))
        for name, a in (("first", 0.5), ("second", 3.5), ("third", 6.5))
    }
    met = {
        "trapped": [Config(epsilon=0.0, first=low)],
        "six": [Config(arms=6, epsilon=e, seed=s) for s in range(8) for e in (0.03, 0.06, 0.1)],
        "few": [Config(data="wine", told=0.05, seed=s) for s in range(20)],
        "blind": [Config(**LAYERS)],
        "explained": [Config(**line, width=0.3)],
    }
    default = list(lab.run(Config()))
    for challenge in lab.LAB.challenges:
        passed = [challenge.check(config, list(lab.run(config))) for config in met[challenge.slug]]
        print(challenge.slug, sum(v.passed for v in passed), [v.says for v in passed][:6])
        assert any(verdict.passed for verdict in passed), (challenge.slug, passed)
        assert not challenge.check(Config(), default).passed
