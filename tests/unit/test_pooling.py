"""Pooling by hand is PyTorch's, forward and back; moving pictures move as said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from labcore.cnn.pooling.config import METHODS, SIDE, WHOLE, Config
from labcore.cnn.pooling.course import CHALLENGES
from labcore.cnn.pooling.figure import draw
from labcore.cnn.pooling.lesson import answer, image, look, run
from labcore.cnn.pooling.moving import by_shift, change, shifted, turned, way
from labcore.cnn.pooling.windows import adaptive, back, binomial, patches, pool, shares, sliding

shapes = st.tuples(
    st.integers(1, 14), st.integers(1, 14), st.integers(1, 6), st.integers(1, 7),
    st.integers(0, 3), st.booleans(), st.booleans(), st.integers(0, 10**6),
).filter(lambda s: s[4] <= s[2] // 2 and min(s[0], s[1]) + 2 * s[4] >= s[2])  # fmt: skip


def theirs(x, method, k, s, p, ceil, count):
    if method == "max":
        return F.max_pool2d(x, k, s, p, ceil_mode=ceil)
    if method == "average":
        return F.avg_pool2d(x, k, s, p, ceil_mode=ceil, count_include_pad=count)
    if method == "rms":  # of squares, as lp_pool2d takes no padding
        return F.avg_pool2d(x**2, k, s, p, ceil_mode=ceil, count_include_pad=count).sqrt()
    raise KeyError(method)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(shapes, st.sampled_from(["max", "average", "rms"]))
def test_equals_torch_forward_and_back(shape, method):
    h, w, k, s, p, ceil, count, seed = shape
    x = np.random.default_rng(seed).uniform(0.05, 1, (h, w))
    lines = sliding(h, k, s, p, ceil), sliding(w, k, s, p, ceil)
    leaf = torch.from_numpy(x)[None, None].requires_grad_(True)
    want = theirs(leaf, method, k, s, p, ceil, count)
    np.testing.assert_allclose(pool(x, *lines, method, count), want[0, 0].detach(), atol=1e-12)
    (slope,) = torch.autograd.grad(want.sum(), leaf)
    weights = shares(*patches(x, *lines), method, count)
    got = back(weights, *lines, want.numel())
    np.testing.assert_allclose(got, slope[0, 0], atol=1e-12)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.integers(1, 17), st.integers(1, 17), st.integers(1, 9), st.integers(0, 10**6))
def test_adaptive_equals_torch(h, w, out, seed):
    """Also where more is asked for than there is."""
    x = np.random.default_rng(seed).normal(size=(h, w))
    lines = adaptive(h, out), adaptive(w, out)
    for method, theirs in (("average", F.adaptive_avg_pool2d), ("max", F.adaptive_max_pool2d)):
        want = theirs(torch.from_numpy(x)[None, None], out)[0, 0]
        np.testing.assert_allclose(pool(x, *lines, method), want, atol=1e-12)
    np.testing.assert_allclose(pool(x, adaptive(h, 1), adaptive(w, 1), "average"), [[x.mean()]])


@pytest.mark.parametrize(("k", "s", "p"), [(2, 2, 0), (3, 2, 1), (5, 1, 2), (1, 3, 0)])
def test_blur_and_skip_are_convolutions(k, s, p):
    x = np.random.default_rng(k).normal(size=(13, 11))
    lines = sliding(13, k, s, p), sliding(11, k, s, p)
    row = np.array([1.0])
    for _ in range(k - 1):
        row = np.convolve(row, [1, 1])
    kernel = torch.from_numpy(np.outer(row, row) / 4.0 ** (k - 1))[None, None]
    whole = torch.from_numpy(x)[None, None]
    want = F.conv2d(whole, kernel, stride=s, padding=p)[0, 0]
    np.testing.assert_allclose(pool(x, *lines, "blur"), want, atol=1e-12)
    first = torch.zeros(1, 1, k, k, dtype=torch.float64)
    first[..., 0, 0] = 1
    want = F.conv2d(whole, first, stride=s, padding=p)[0, 0]
    np.testing.assert_allclose(pool(x, *lines, "first"), want, atol=1e-12)
    assert binomial(3).tolist() == [0.25, 0.5, 0.25]


def test_equal_cells_pay_the_first():
    """As PyTorch does; and nothing is paid for windows not yet seen."""
    x, lines = np.full((4, 4), 0.5), (sliding(4, 2, 2, 0), sliding(4, 2, 2, 0))
    leaf = torch.from_numpy(x)[None, None].requires_grad_(True)
    (slope,) = torch.autograd.grad(F.max_pool2d(leaf, 2).sum(), leaf)
    weights = shares(*patches(x, *lines), "max")
    assert np.array_equal(back(weights, *lines, 4), slope[0, 0].numpy())
    assert back(weights, *lines, 2).sum() == 2
    assert not np.isnan(shares(*patches(np.zeros((4, 4)), *lines), "rms")).any()


def test_a_shift_by_whole_strides_moves_the_output_along():
    x = image("cat", "", "edges")
    straight = tuple(map(tuple, way(8, 0)))
    for stride in (2, 4):
        made = by_shift(("cat", "", "edges"), 3, stride, "along", straight)
        for method, row in made.items():
            if method != "input":
                np.testing.assert_allclose(row[::stride], 0, atol=1e-6)
                assert row[1] > 0.1
    moved, still = shifted(x, 3, -2), shifted(x, 0, 0)
    np.testing.assert_array_equal(moved[:-2, 3:], still[2:, :-3])  # right by 3, up by 2
    assert way(-8, 4)[-1].tolist() == [-8, 4]
    assert way(0, 0)[0].tolist() == [0, 0]


def test_the_change_is_what_it_says():
    random = torch.Generator().manual_seed(3)
    old, new = torch.randn(2, 200, 200, generator=random, dtype=torch.float64)
    assert change(old, torch.stack([old, new])) == pytest.approx([0, 2**0.5], abs=0.02)
    assert np.isfinite(change(torch.zeros(4, 4), torch.ones(1, 4, 4))).all()


@pytest.mark.parametrize(("degrees", "zoom"), [(0, 1.0), (20, 1.0), (-45, 1.0), (0, 1.4)])
def test_turned_pictures_are_scipys(degrees, zoom):
    smooth = ndimage.gaussian_filter(np.random.default_rng(1).uniform(size=(WHOLE, WHOLE)), 4)
    ours = turned(smooth, np.array([degrees]), np.array([zoom]))[0, 0].numpy()
    t = np.deg2rad(degrees)
    matrix = np.array([[np.cos(t), np.sin(t)], [-np.sin(t), np.cos(t)]]) / zoom
    if degrees:  # ndimage turns the other way round in rows and columns
        same = ndimage.rotate(smooth, degrees, reshape=False, order=1, mode="nearest")
    else:
        middle = (WHOLE - 1) / 2
        same = ndimage.affine_transform(
            smooth, matrix, offset=middle - matrix @ [middle, middle], order=1, mode="nearest"
        )
    np.testing.assert_allclose(ours, shifted(same, 0, 0), atol=1e-3)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.sampled_from(sorted(METHODS)), st.sampled_from(["fixed", "adaptive"]), st.integers(1, 8),
    st.integers(1, 8), st.integers(0, 4), st.integers(1, 12), st.booleans(), st.booleans(),
    st.integers(-8, 8), st.integers(-8, 8),
)  # fmt: skip
def test_odd_settings_run(method, windows, size, stride, padding, out, ceil, count, dx, dy):
    config = Config(method=method, windows=windows, size=size, stride=stride, padding=padding,
                    out=out, ceil=ceil, count=count, dx=dx, dy=dy)  # fmt: skip
    frame = answer(config)
    for name, value in frame.values.items():
        if name != "by_shift":
            assert np.isfinite(value).all(), name
    assert frame["out"].max() <= 1 + 1e-6
    draw(config, frame)


def test_the_gradient_is_shared_out_in_full():
    for method in ("max", "average"):
        last = look(Config(method=method, size=3, stride=1), 99)
        assert last["gradient"].sum() == pytest.approx(100, rel=1e-5)
    assert look(Config(size=3, stride=5), 23)["unread"] == SIDE**2 - 2 * 2 * 9
    assert "at most 1" in look(Config(padding=4), 0).note


SOLVED: dict[str, dict[str, Any]] = {
    "crowned": {"size": 3, "stride": 1, "padding": 1, "at_x": 96, "at_y": 96, "col": 9, "row": 10},
    "left_out": {"size": 3, "stride": 4},
    "worse": {"picture": "rocket", "dx": -1, "dy": -1},
    "steady": {"picture": "rocket", "given": "edges", "dx": 0, "dy": 4, "size": 8, "stride": 3},
}


def test_challenges_can_be_met():
    for slug, settings_ in SOLVED.items():
        check = next(c.check for c in CHALLENGES if c.slug == slug)
        config = Config(**settings_)
        verdict = check(config, list(run(config)))
        assert verdict.passed, verdict.says
        assert not check(Config(), list(run(Config()))).passed
