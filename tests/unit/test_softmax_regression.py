"""The lab on softmax regression against torch, scipy and scikit-learn."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from scipy.special import logsumexp, softmax
from sklearn.metrics import confusion_matrix
from torch.nn import functional as F

from labcore import Frame, Start
from labcore.data import CLOTHES
from labcore.linear import softmax_regression as lab
from labcore.linear.softmax_regression import Config
from labcore.linear.softmax_regression.config import BARS, CLASSES, PIXELS
from labcore.linear.softmax_regression.lesson import (
    concise,
    data,
    in_epoch,
    log_sum_exp,
    marks,
    scratch,
)


def weights(frame: Frame) -> np.ndarray:
    assert frame.checkpoint is not None
    return frame.checkpoint["w"]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("scale", "decay"), [(0.01, 0.0), (1.0, 0.1), (50.0, 0.5)])
def test_a_step_is_autograd_s(seed: int, scale: float, decay: float) -> None:
    random = torch.Generator().manual_seed(seed)
    x = torch.rand(64, PIXELS, generator=random, dtype=torch.float64)
    y = torch.randint(0, CLASSES, (64,), generator=random)
    w = scale * torch.randn(CLASSES, PIXELS, generator=random, dtype=torch.float64)
    b = torch.randn(CLASSES, generator=random, dtype=torch.float64)
    theirs = [part.clone().requires_grad_() for part in (w, b)]
    expected = F.cross_entropy(x @ theirs[0].T + theirs[1], y)
    (expected + decay / 2 * (theirs[0] ** 2).sum()).backward()
    moved = [part.detach() - 0.3 * part.grad for part in theirs if part.grad is not None]
    # scatter_add_ wants one type: the lab computes in float32.
    small = [part.float() for part in (x, w, b)]
    loss, _ = scratch(small[0], y, small[1], small[2], 0.3, decay)
    assert float(loss) == pytest.approx(expected.item(), rel=2e-5, abs=1e-5)
    for mine, other in zip(small[1:], moved, strict=True):
        torch.testing.assert_close(mine.double(), other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("settings", [{}, {"lr": 0.02, "batch": 64}, {"decay": 0.1, "images": 33}])
@pytest.mark.parametrize("seed", range(2))
def test_both_ways_of_writing_have_the_same_losses(settings: dict[str, Any], seed: int) -> None:
    runs = [
        list(lab.run(Config(epochs=3, seed=seed, code=code, **settings)))
        for code in ("scratch", "concise")
    ]
    for mine, library in zip(*runs, strict=True):
        for name in ("train_loss", "test_loss"):
            assert mine[name] == pytest.approx(library[name], rel=2e-4), (mine.step, name)
        np.testing.assert_allclose(weights(mine), weights(library), rtol=1e-3, atol=2e-5)


def test_the_library_s_layer_is_the_same_memory() -> None:
    w, b = torch.zeros(CLASSES, PIXELS), torch.zeros(CLASSES)
    x, y = torch.rand(20, PIXELS), torch.arange(20) % CLASSES
    concise(w, b, 0.1, 0.0)(x, y)
    assert w.abs().max() > 0
    assert w.isfinite().all()


def test_log_sum_exp_is_scipy_s_and_does_not_overflow() -> None:
    o = np.random.default_rng(0).normal(size=(50, CLASSES)) * 300
    mine = log_sum_exp(torch.tensor(o)).numpy()[:, 0]
    np.testing.assert_allclose(mine, logsumexp(o, axis=1), rtol=1e-13)


@pytest.mark.parametrize("temperature", [0.05, 1.0, 7.0])
@pytest.mark.parametrize("shift", [-120, 0, 120])
def test_by_hand_is_scipy_s_whatever_is_added(temperature: float, shift: int) -> None:
    frame = lab.answer(Config(temperature=temperature, shift=shift, truth="coat"))
    z = np.array([height for _, height in BARS]) / temperature
    np.testing.assert_allclose(frame["p"], softmax(z), rtol=1e-5, atol=1e-12)
    assert frame["loss"] == pytest.approx(logsumexp(z) - z[CLOTHES.index("coat")], rel=1e-12)


@pytest.mark.parametrize(("shift", "fails"), [(0, False), (80, False), (88, True), (-110, True)])
def test_exp_as_it_stands_fails_where_float32_ends(shift: int, fails: bool) -> None:
    frame = lab.answer(Config(shift=shift))
    assert frame["broken"] == fails
    theirs = torch.tensor([height + shift for _, height in BARS], dtype=torch.float32).exp()
    np.testing.assert_array_equal(np.isinf(frame["exps"]), theirs.isinf().numpy())
    assert np.isfinite(frame["safe"]).all()
    assert frame["safe"].max() == 1


def test_the_table_is_scikit_learn_s() -> None:
    config = Config(epochs=1)
    *_, last = lab.run(config)
    assert last.checkpoint is not None
    clothes = data(config.images)
    w, b = (torch.tensor(last.checkpoint[name]) for name in "wb")
    o = clothes.test_x @ w.T + b
    said = o.argmax(1)
    np.testing.assert_array_equal(last["table"], confusion_matrix(clothes.test_y, said))
    assert last["test_loss"] == pytest.approx(float(F.cross_entropy(o, clothes.test_y)), rel=1e-5)
    assert last["test_right"] == pytest.approx(np.trace(last["table"]) / 2000)
    p = o.softmax(1).max(1).values
    for which in ("cell", "wrong"):
        seen = lab.observe(config.model_copy(update={"which": which}), Start(3, last.checkpoint))
        shown = seen["shown"][seen["shown"] >= 0]
        wrong = (said != clothes.test_y) if which == "wrong" else (
            (clothes.test_y == 6) & (said == 0))  # fmt: skip
        assert wrong[shown].all()
        best = p[wrong].sort(descending=True).values[: len(shown)]
        np.testing.assert_allclose(seen["sure"][: len(shown)], best, rtol=1e-5)


def test_it_goes_on_from_any_frame_bit_for_bit() -> None:
    config = Config(epochs=2, images=200)
    whole = list(lab.run(config))
    for start in whole[::5]:
        again = lab.run(config, Start(start.step, start.checkpoint or {}))
        for mine, frame in zip(again, whole[whole.index(start) + 1 :], strict=True):
            assert mine.step == frame.step
            np.testing.assert_array_equal(weights(mine), weights(frame))
            assert mine["train_loss"] == frame["train_loss"]


def test_another_rate_from_the_middle_changes_what_follows() -> None:
    whole = list(lab.run(Config(epochs=2)))
    start = Start(whole[8].step, whole[8].checkpoint or {})
    branch = list(lab.run(Config(epochs=2, lr=0.02), start))
    assert [frame.step for frame in branch] == [frame.step for frame in whole[9:]]
    assert branch[-1]["test_loss"] != whole[-1]["test_loss"]


@pytest.mark.parametrize(("images", "batch"), list(itertools.product((1, 3, 1000), (16, 2048))))
def test_every_size_of_data_and_batch_trains(images: int, batch: int) -> None:
    config = Config(images=images, batch=batch, epochs=1)
    frames = list(lab.run(config))
    assert [frame.step for frame in frames] == marks(config).tolist()
    assert frames[-1].step == in_epoch(config)


def test_divergence_is_named() -> None:
    frames = list(lab.run(Config(lr=10, decay=0.5)))
    assert "no numbers" in frames[-1].note
    assert len(frames) < len(marks(Config()))
    lab.draw(Config(), frames[-1])
    lab.readout(Config(), frames[-1])
    assert "overshoots" in list(lab.run(Config(lr=10, epochs=2)))[-1].note


def test_the_default_learns() -> None:
    for seed in range(3):
        *_, last = lab.run(Config(seed=seed, epochs=5))
        assert 0.74 < last["test_right"] < 0.86
        assert last["test_loss"] < 0.75


def test_challenges_can_be_met() -> None:
    met = {
        "coin": Config(epochs=1, logits=tuple((float(k), 8.0 if k == 6 else -8.0 + 16.0 * (k == 0))
                                              for k in range(10))),
        "overflow": Config(epochs=1, shift=90, temperature=0.3),
        "once": Config(epochs=1, batch=16, lr=0.05),
        "shirts": Config(epochs=30, lr=0.3),
    }  # fmt: skip
    for challenge in lab.LAB.challenges:
        verdict = challenge.check(met[challenge.slug], list(lab.run(met[challenge.slug])))
        assert verdict.passed, (challenge.slug, verdict.says)
        assert not challenge.check(Config(), list(lab.run(Config()))).passed
