"""The lab on rules and learning against scikit-learn, SciPy, PyTorch and direct counting."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
import torch
from scipy import ndimage
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.tree import DecisionTreeClassifier

from labcore import Start
from labcore.data import mnist
from labcore.rng import torch_generator
from labcore.start import rules_vs_learning as lab
from labcore.start.rules_vs_learning import Config
from labcore.start.rules_vs_learning.digits import (
    FEATURES,
    HELD,
    INK,
    TRAIN,
    digits,
    loops,
    measure,
    natural,
    scaled,
)
from labcore.start.rules_vs_learning.lesson import (
    LAST,
    SIZES,
    best_mark,
    lines,
    says,
)
from labcore.start.rules_vs_learning.models import logistic, network, seen_by, train
from labcore.start.rules_vs_learning.regions import kept, outline


def places(pair: str, x: str, y: str, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    given = digits(pair, seed)
    return scaled(x, given.measured[x]), scaled(y, given.measured[y]), given.second


def test_loops_are_scipy_s_components_of_the_paper() -> None:
    ink = mnist()[0][::7] > 255 * INK
    many, inside = loops(ink)
    for one, count, area in zip(ink, many, inside, strict=True):
        labels, found = ndimage.label(np.pad(~one, 1, constant_values=True))
        assert count == found - 1
        assert area == (labels > 0).sum() - (labels == labels[0, 0]).sum()


def test_features_of_drawn_figures() -> None:
    page = np.zeros((3, 28, 28), np.uint8)
    page[0, 5:23, 10:20] = 255  # a block
    page[0, 8:20, 12:18] = 0  # with one loop
    page[1, 4:24, 14] = 255  # an upright stroke
    for row in range(20):  # a stroke that leans to the right by 45 degrees
        page[2, 4 + row, 24 - row] = 255
    found = measure(page)
    np.testing.assert_array_equal(found["loops"], [1, 0, 0])
    np.testing.assert_array_equal(found["inside"], [72, 0, 0])
    np.testing.assert_allclose(found["slant"], [0, 0, 45], atol=1e-9)
    np.testing.assert_allclose(found["ratio"], [10 / 18, 1 / 20, 1])
    np.testing.assert_allclose(found["mirror"][:2], 1)
    np.testing.assert_allclose(found["flip"][:2], 1)
    assert found["mirror"][2] == 0
    np.testing.assert_allclose(found["top"], 0.5)
    np.testing.assert_allclose(found["ink"], 100 * page.mean((1, 2)) / 255)


@pytest.mark.parametrize("pair", ["0-1", "3-8", "3-5"])
@pytest.mark.parametrize("axes", [("ink", "mirror"), ("loops", "inside"), ("slant", "slant")])
@pytest.mark.parametrize("n", [10, 200, TRAIN])
def test_the_fitted_line_is_scikit_learn_s(pair: str, axes: tuple[str, str], n: int) -> None:
    x, y, second = places(pair, *axes, seed=2)
    z = np.column_stack([x, y])
    w, bias = logistic(z[:n], second[:n])
    mean, sd = z[:n].mean(0), np.maximum(z[:n].std(0), 1e-9)
    model = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000)
    model.fit((z[:n] - mean) / sd, second[:n])
    expected = model.decision_function((z - mean) / sd)
    np.testing.assert_allclose(z @ w + bias, expected, atol=2e-4)


def test_the_network_s_gradient_and_its_level_are_the_library_s() -> None:
    """The logit is that of nn.Sequential, and it reads about as well as MLPClassifier."""
    given = digits("3-5", 0)
    small = given.images.reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196) / 255
    pixels, second = torch.tensor(small).float(), torch.tensor(given.second).float()
    theta = train(pixels[:TRAIN], second[:TRAIN], 32, 120, 0)
    first, last = torch.nn.Linear(196, 32), torch.nn.Linear(32, 1)
    layers = torch.nn.Sequential(first, torch.nn.ReLU(), last)
    with torch.no_grad():
        first.weight.copy_(theta[0].T)
        first.bias.copy_(theta[1])
        last.weight.copy_(theta[2][None])
        last.bias.fill_(theta[3].item())
        mine = network(theta, pixels)[1]
        np.testing.assert_allclose(mine, layers(pixels)[:, 0], atol=1e-4)
    right = ((mine[-HELD:] > 0).numpy() == given.second[-HELD:]).mean()
    model = MLPClassifier((32,), max_iter=60, tol=0, n_iter_no_change=99, random_state=0)
    with pytest.warns(Warning, match="converged"):
        model.fit(small[:TRAIN], given.second[:TRAIN])
    assert right == pytest.approx(model.score(small[-HELD:], given.second[-HELD:]), abs=0.025)


def test_adam_is_torch_s() -> None:
    given = digits("3-8", 1)
    small = given.images.reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196) / 255
    pixels, second = torch.tensor(small).float()[:50], torch.tensor(given.second).float()[:50]
    mine = train(pixels, second, 32, 20, 1)
    begin = train(pixels, second, 32, 0, 1)
    theirs = [part.detach().clone().requires_grad_() for part in begin]
    step = torch.optim.Adam(theirs, lr=0.005, betas=(0.9, 0.99))
    batches = torch.rand(20, 32, generator=torch_generator(1, "batches"))
    for batch in (batches * 50).long():
        step.zero_grad()
        logit = network(theirs, pixels[batch])[1]
        torch.nn.functional.binary_cross_entropy_with_logits(logit, second[batch]).backward()
        step.step()
    for one, other in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(one.detach(), other.detach(), atol=1e-5)


def test_the_plane_seen_is_free_of_the_logit() -> None:
    random = np.random.default_rng(0)
    hidden, logit, slant = random.normal(size=(50, 8)), random.normal(size=50), np.arange(50.0)
    plane = seen_by(hidden, logit, slant)
    assert abs(np.corrcoef(plane.T)[0, 1]) < 1e-5
    assert plane[:, 1].std() == pytest.approx(1, rel=1e-5)
    assert plane[:, 1] @ (slant - slant.mean()) > 0


@pytest.mark.parametrize("rule", ["x", "y", "and", "or"])
@pytest.mark.parametrize("ways", [("more", "more"), ("less", "more"), ("less", "less")])
def test_the_best_mark_is_found_by_trying_all(rule: Any, ways: tuple[Any, Any]) -> None:
    x, y, second = (part[:80] for part in places("4-9", "loops", "top"))
    config = Config(pair="4-9", rule=rule, right=ways[0], above=ways[1])
    mark = best_mark(config, x, y, second)

    def right(a: float, b: float) -> int:
        with_mark = config.model_copy(update={"a": a, "b": b})
        return int((says(with_mark, x, y) == second).sum())

    tries = np.arange(1, 100) / 100
    assert right(*mark) >= max(right(a, b) for a in tries for b in tries[::7])


def test_a_stump_is_scikit_learn_s() -> None:
    x, y, second = (part[:TRAIN] for part in places("1-7", "top", "ratio"))
    config = Config(rule="x")
    a, b = best_mark(config, x, y, second)
    mine = (says(config.model_copy(update={"a": float(a), "b": float(b)}), x, y) == second).mean()
    tree = DecisionTreeClassifier(max_depth=1).fit(x[:, None], second)
    assert mine == pytest.approx(tree.score(x[:, None], second), abs=0.01)


def inside(shape: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Points in a polygon (2, n): a ray to the right crosses its edge an odd number of times."""
    odd = np.zeros(len(x), bool)
    for (x0, y0), (x1, y1) in zip(shape.T, np.roll(shape, -1, 1).T, strict=True):
        if y0 != y1:
            odd ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return odd


@pytest.mark.parametrize("rule", ["x", "y", "and", "or", "line"])
@pytest.mark.parametrize("right", ["more", "less"])
@pytest.mark.parametrize("above", ["more", "less"])
def test_what_is_shaded_is_what_the_rule_says(rule: Any, right: Any, above: Any) -> None:
    random = np.random.default_rng(3)
    x, y = random.uniform(size=(2, 400))
    for ends in ((0.1, 0.2, 0.9, 0.6), (0.7, 0.9, 0.3, 0.05), (0.5, 0.2, 0.5, 0.8)):
        line: dict[str, Any] = dict(zip(("x0", "y0", "x1", "y1"), ends, strict=True))
        config = Config(rule=rule, right=right, above=above, a=0.35, b=0.6, **line)
        _, shape = outline(config)
        np.testing.assert_array_equal(inside(shape, x, y), says(config, x, y))


def test_a_line_that_is_a_point_says_nothing() -> None:
    config = Config(rule="line", x0=0.3, x1=0.3, y0=0.4, y1=0.4)
    frame = lab.answer(config)
    assert frame["said"] == 0
    assert "by luck" in frame.note
    lab.draw(config, frame)
    assert np.isnan(kept(np.zeros(2), -1.0, more=True)).all()


def test_nothing_held_back_was_learned_from() -> None:
    for pair in ("0-1", "3-5"):
        given = digits(pair, 3)
        assert len(given.second) == TRAIN + HELD
        assert given.second[:TRAIN].sum() == TRAIN / 2
        assert SIZES[0] == 10
        assert SIZES[-1] == TRAIN
        assert len(np.unique(given.images.reshape(len(given.images), -1), axis=0)) >= 999


def test_axes_and_units_agree() -> None:
    for name, feature in FEATURES.items():
        values = np.linspace(feature.low, feature.high, 7)
        np.testing.assert_allclose([natural(name, p) for p in scaled(name, values)], values)


def test_an_observed_frame_is_that_of_a_run() -> None:
    base = Config(steps=10)
    other = Config(steps=10, x="loops", y="inside", rule="or", a=0.375, best=True)
    for frame, expected in zip(lab.run(base), lab.run(other), strict=True):
        again = lab.observe(other, Start(frame.step, frame.checkpoint or {}))
        for name, value in expected.values.items():
            np.testing.assert_array_equal(again.values[name], value, err_msg=name)


def test_lines_do_not_need_more_data_and_the_network_does() -> None:
    frames = list(lab.run(Config(pair="3-5")))
    middle = int(np.searchsorted(SIZES, 60))
    assert frames[LAST]["net"] - frames[0]["net"] > 0.1
    assert frames[LAST]["net"] > 0.93
    found = lines("3-5", "ratio", "flip", 0)
    assert abs(found[LAST].right - found[middle].right) < 0.05
    assert found[LAST].right < 0.76


def test_challenges_can_be_met() -> None:
    loops_rule: dict[str, Any] = {"x": "loops", "y": "inside", "rule": "or", "a": 0.375, "b": 0.1}
    met = {
        "idea": Config(steps=0, **loops_rule),
        "corner": Config(pair="1-7", x="slant", y="mirror", rule="or", right="less", a=0.46,
                         b=0.29, steps=0),
        "starved": Config(steps=10, **loops_rule),
        "crossing": Config(pair="7-9", **loops_rule).model_copy(update={"b": 0.05}),
        "stubborn": Config(pair="3-5", x="ratio", y="flip", rule="or", above="less", a=0.74,
                           b=0.35, steps=0),
    }  # fmt: skip
    default = list(lab.run(Config()))
    for challenge in lab.LAB.challenges:
        config = met[challenge.slug]
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)
        assert not challenge.check(Config(), default).passed


def test_an_answer_is_quick() -> None:
    took = []
    frame = next(lab.run(Config(steps=0)))
    for k in range(20):
        config = Config(a=0.02 * k, best=k % 2 == 0)
        begin = time.perf_counter()
        lab.draw(config, lab.answer(config, Start(LAST, frame.checkpoint or {})))
        took.append(time.perf_counter() - begin)
    assert np.median(took) < 0.02
