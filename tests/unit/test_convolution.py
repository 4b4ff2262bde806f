"""Convolution against torch and SciPy, shapes against nn.Conv2d, learning against autograd."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scipy import ndimage, signal
from torch import nn
from torch.nn import functional

from labcore import Start
from labcore.cnn.convolution import Config, answer, draw, run
from labcore.cnn.convolution.channels import look_channels, shares
from labcore.cnn.convolution.course import CHALLENGES, PRESETS, cells
from labcore.cnn.convolution.experiment import length
from labcore.cnn.convolution.kernels import applied, weights
from labcore.cnn.convolution.learning import descend, examples_of, foretold, look_learning
from labcore.cnn.convolution.lesson import by_hand, convolve, padded, places, slide
from labcore.cnn.convolution.photograph import look_photograph
from labcore.cnn.convolution.settings import AMOUNTS, BLENDS, CANVAS, STEPS
from labcore.cnn.convolution.shapes import costs, groups_of, look_shapes, out_of, reads
from labcore.cnn.convolution.shifting import (
    MARGIN,
    as_matrix,
    garment,
    measured,
    move_of,
    moved_garment,
    remembered,
)
from labcore.cnn.convolution.typed import rows_of
from labcore.cnn.convolution.window import look_window
from labcore.data import fashion_mnist
from labcore.rng import numpy_generator

TORCH_MODES = {"reflect": "reflect", "replicate": "replicate", "circular": "circular"}


def tensor(x: np.ndarray) -> torch.Tensor:
    return torch.tensor(np.ascontiguousarray(x), dtype=torch.float64)


@pytest.mark.parametrize("case", range(60))
def test_convolution_is_torchs(case: int) -> None:
    random = numpy_generator(case, "shapes")
    stride, dilation = random.integers(1, 5), random.integers(1, 4)
    groups, each_in, each_out = random.integers(1, 4, 3)
    padding, (k, l) = random.integers(0, 4), random.integers(1, 5, 2)  # noqa: E741
    h, w = random.integers(1, 5, 2) + dilation * (max(k, l) - 1) + random.integers(0, 8, 2)
    x = random.standard_normal((groups * each_in, h, w))
    kernels = random.standard_normal((groups * each_out, each_in, k, l))
    ours = convolve(padded(x, padding), kernels, stride, dilation, groups)
    theirs = functional.conv2d(
        tensor(x), tensor(kernels), None, int(stride), int(padding), int(dilation), int(groups)
    ).numpy()
    assert ours.shape == theirs.shape
    assert ours.shape[1:] == (
        places(h, k, padding, stride, dilation), places(w, l, padding, stride, dilation),
    )  # fmt: skip
    np.testing.assert_allclose(ours, theirs, atol=1e-11)
    np.testing.assert_allclose(
        slide(x[0], kernels[0, 0], stride, dilation),
        by_hand(x[0], kernels[0, 0], stride, dilation), atol=1e-12,
    )  # fmt: skip


@pytest.mark.parametrize("mode", TORCH_MODES)
@pytest.mark.parametrize("padding", [1, 2, 3])
def test_borders_are_torchs(mode: str, padding: int) -> None:
    x = numpy_generator(padding, mode).standard_normal((2, 7, 9))
    theirs = functional.pad(tensor(x)[None], (padding,) * 4, mode=TORCH_MODES[mode])[0].numpy()
    np.testing.assert_array_equal(padded(x, padding, mode), theirs)


def test_turned_it_is_the_convolution_of_mathematics() -> None:
    """SciPy has both names for both things."""
    x = numpy_generator(1, "flip").standard_normal((11, 9))
    config = Config(**{**cells("emboss"), "w13": 3})
    kernel, turned = weights(config), applied(config.model_copy(update={"flip": True}))
    assert not np.array_equal(kernel, turned)
    np.testing.assert_allclose(slide(x, applied(config)), signal.correlate2d(x, kernel, "valid"))
    np.testing.assert_allclose(slide(x, turned), signal.convolve2d(x, kernel, "valid"))


def test_the_window_leaves_what_torch_computes() -> None:
    for seed in range(12):
        random = numpy_generator(seed, "window")
        config = Config(
            padding=int(random.integers(0, 4)), stride=int(random.integers(1, 5)),
            dilation=int(random.integers(1, 4)), crop_x=int(random.integers(0, 55)),
            mode="reflect" if seed % 2 else "zeros", w11=int(random.integers(-9, 10)),
            divisor=int(random.integers(1, 10)), flip=bool(seed % 3),
        )  # fmt: skip
        last = look_window(config, 10**6)
        kernel = tensor(applied(config))[None, None]
        theirs = functional.conv2d(tensor(last["input"])[None, None], kernel, None, config.stride,
                                   0, config.dilation)[0, 0].numpy()  # fmt: skip
        np.testing.assert_allclose(last["output"], theirs, rtol=1e-5, atol=1e-3)
        assert length(config) == theirs.size
        for at in (0, length(config) // 2):
            frame = look_window(config, at)
            total = (frame["seen"] * applied(config)).sum()
            assert total == pytest.approx(theirs[frame["row"], frame["column"]], abs=1e-3)


def test_a_window_without_a_place_is_named() -> None:
    config = Config(typed="1 2 3 4 5 6 7", dilation=3)
    frames = list(run(config))
    assert len(frames) == 1 == length(config)
    assert "no place" in frames[0].note
    draw(config, frames[0])


def test_shapes_are_those_of_conv2d() -> None:
    """Every size, kernel, padding, stride and dilation that the controls admit."""
    for k, p, s, d in itertools.product(range(1, 8), range(4), range(1, 5), range(1, 4)):
        for n in range(1, 17):
            free = n + 2 * p - d * (k - 1) - 1
            assert places(n, k, p, s, d) == (free // s + 1 if free >= 0 else 0)
        if 16 + 2 * p > d * (k - 1):
            made = functional.conv2d(torch.zeros(1, 16, 16), torch.zeros(1, 1, k, k), None, s, p, d)
            config = Config(size=16, kernel=k, padding=p, stride=s, dilation=d)
            assert out_of(config) == made.shape[1]


def test_costs_are_counted_on_modules() -> None:
    config = Config(part="shapes", inputs=6, outputs=9, groups=3, kernel=5, size=8, padding=2)
    made = {
        "dense": nn.Linear(6 * 64, 9 * 64, device="meta"),
        "convolution": nn.Conv2d(6, 9, 5, device="meta"),
        "yours, grouped": nn.Conv2d(6, 9, 5, groups=3, device="meta"),
        "depth-wise, 1×1": nn.Sequential(nn.Conv2d(6, 6, 5, groups=6, device="meta"),
                                         nn.Conv2d(6, 9, 1, device="meta")),
        "1×1 alone": nn.Conv2d(6, 9, 1, device="meta"),
    }  # fmt: skip
    counted = costs(config)
    assert {name: sum(p.numel() for p in module.parameters()) for name, module in made.items()} == {
        name: parameters for name, (parameters, _) in counted.items()
    }
    each = int(reads(config, out_of(config) ** 2).sum())  # cells read for one map of one input
    assert counted["yours, grouped"][1] == each * 9 * 2
    assert counted["convolution"][1] == each * 9 * 6


def test_reads_are_the_gradient_of_all_sums() -> None:
    """A cell that is read by m windows has the gradient m under a kernel of ones."""
    for k, p, s, d in ((3, 1, 2, 1), (2, 0, 4, 1), (3, 2, 1, 3), (5, 3, 3, 2)):
        config = Config(part="shapes", size=9, kernel=k, padding=p, stride=s, dilation=d)
        x = torch.zeros(1, 1, 9 + 2 * p, 9 + 2 * p, requires_grad=True)
        functional.conv2d(x, torch.ones(1, 1, k, k), None, s, 0, d).sum().backward()
        assert x.grad is not None
        np.testing.assert_array_equal(reads(config, out_of(config) ** 2), x.grad[0, 0].numpy())
    assert "never read" in look_shapes(Config(part="shapes", kernel=2, stride=4), 0).note


def test_groups_that_do_not_divide_are_lowered() -> None:
    config = Config(part="shapes", inputs=8, outputs=12, groups=5)
    assert groups_of(config) == 4
    assert "4 are used" in look_shapes(config, 0).note


@pytest.mark.parametrize("depthwise", [False, True])
def test_channels_add_up(depthwise: bool) -> None:
    config = Config(part="channels", depthwise=depthwise, picture="flower")
    last = look_channels(config, 9)
    np.testing.assert_allclose(last["sums"], last["output"], rtol=1e-4, atol=1e-3)
    assert shares(config)[2].tolist() == [1, -0.5, -0.5]
    module = nn.Conv2d(3, 3, 3, groups=3 if depthwise else 1, device="meta")
    assert last["parameters"] == sum(p.numel() for p in module.parameters())


def test_blends_are_linear_in_the_kernel() -> None:
    config = Config(part="photograph", typed="1 2 0; 0 -3 1; 1 1 1")
    maps = [look_photograph(config, at) for at in (0, BLENDS // 2, BLENDS)]
    means = [frame["mean"] for frame in maps]
    assert means[1] == pytest.approx((means[0] + means[2]) / 2, rel=1e-4)


@pytest.mark.parametrize("picture", ["cat", "noise"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_descent_follows_torchs_gradient(picture: str, momentum: float) -> None:
    config = Config(part="learn", picture=picture, momentum=momentum, lr=1.5, blur=0.1, flip=True)
    x, target = examples_of(config)
    weight = torch.zeros(1, 1, 3, 3, dtype=torch.float64, requires_grad=True)
    velocity = torch.zeros_like(weight)
    ours = descend(config)
    for step in range(40):
        np.testing.assert_allclose(ours.weights[step], weight[0, 0].detach().numpy(),
                                   atol=1e-9)  # fmt: skip
        loss = ((functional.conv2d(tensor(x)[None], weight)[0] - tensor(target)) ** 2).mean()
        assert ours.losses[step] == pytest.approx(loss.item(), rel=1e-9)
        (slope,) = torch.autograd.grad(loss, weight)
        velocity = momentum * velocity + slope
        weight = (weight - 1.5 * velocity).detach().requires_grad_()


def test_the_foretold_losses_come_true() -> None:
    for momentum in (0.0, 0.7):
        base = Config(part="learn", momentum=momentum, blur=0.2)
        losses, limit, bends = foretold(base)
        assert limit == pytest.approx(2 * (1 + momentum) / bends[0])
        from labcore.cnn.convolution.learning import RATES

        for index in (20, 35, 45):
            config = base.model_copy(update={"lr": float(RATES[index])})
            known = descend(config)
            if not known.ran_away:
                assert known.losses[STEPS] == pytest.approx(losses[index], rel=1e-6)
        for share, runs_away in ((0.97, False), (1.1, True)):
            known = descend(base.model_copy(update={"lr": share * limit}))
            assert bool(known.ran_away) == runs_away or known.losses[-1] > known.losses[0]


def test_a_stripe_hides_the_rows_of_the_kernel() -> None:
    frame = look_learning(Config(part="learn", picture="stripe", lr=0.5), STEPS)
    assert frame["free"] >= 6
    assert frame["loss"] < 1e-6
    assert frame["away"] > 0.5
    assert "not the true kernel" in frame.note


def test_a_rate_that_runs_away_is_named() -> None:
    frame = look_learning(Config(part="learn", lr=100.0), STEPS)
    assert "run away" in frame.note
    draw(Config(part="learn", lr=100.0), frame)


def test_the_dense_layer_is_the_least_squares_fit() -> None:
    """The fit itself, on all pixels of the plane, with NumPy's pseudo-inverse."""
    config = Config(part="shift", examples=60, change="shift", dx=3, dy=-2)
    x = fashion_mnist().images[:60] / 255
    plane = np.pad(x, ((0, 0), (MARGIN,) * 2, (MARGIN,) * 2))
    y = slide(plane, applied(config)).reshape(60, -1)
    moved = moved_garment(config.garment, move_of(config))[-1].reshape(-1)
    gram = np.linalg.pinv(x.reshape(60, -1), rcond=1e-4)
    inside = moved.reshape(CANVAS, CANVAS)[MARGIN:-MARGIN, MARGIN:-MARGIN].reshape(-1)
    theirs = (inside @ gram @ y).reshape(38, 38)
    ours = measured(config).dense[-1]
    np.testing.assert_allclose(ours, theirs, atol=2e-3)
    assert remembered(config.garment, move_of(config), 60).shape == (AMOUNTS + 1, CANVAS, CANVAS)


def test_convolution_follows_whole_shifts_exactly() -> None:
    for stride, dx, exact in ((1, 5, True), (2, 4, True), (2, 5, False), (3, 6, True)):
        config = Config(part="shift", stride=stride, dx=dx, dy=0)
        wrong = measured(config).wrong
        assert (wrong["conv"][-1] < 1e-5) == exact
        assert wrong["dense"][-1] > 0.3


def test_moves_are_scipys() -> None:
    turned = moved_garment("bag", move_of(Config(change="turn", angle=35.0)))[-1]
    theirs = ndimage.rotate(garment("bag"), 35.0, reshape=False, order=1)
    np.testing.assert_allclose(turned, theirs, atol=1e-5)
    shifted = moved_garment("bag", move_of(Config(dx=-4, dy=3)))[-1]
    np.testing.assert_array_equal(shifted, np.roll(garment("bag"), (3, -4), (0, 1)))
    zoomed = moved_garment("bag", move_of(Config(change="zoom", factor=1.5)))[-1]
    centre = (CANVAS - 1) / 2
    theirs = ndimage.affine_transform(garment("bag"), [1 / 1.5] * 2, centre - centre / 1.5, order=1)
    np.testing.assert_allclose(zoomed, theirs, atol=1e-5)


def test_the_matrix_does_what_the_kernel_does() -> None:
    x = numpy_generator(3, "matrix").standard_normal((8, 8))
    kernel = weights(Config())
    np.testing.assert_allclose(as_matrix(kernel, 2) @ x.ravel(), slide(x, kernel, 2).ravel())


@pytest.mark.parametrize("typed", ["1 -1", "1/9, 1/9 ;-.5 +2", "5", "−1 0 1", "1 2 3 4 5 6 7"])
def test_kernels_can_be_typed(typed: str) -> None:
    config = Config(typed=typed)
    assert applied(config).size == np.array(rows_of(typed)).size
    for part in ("window", "photograph", "channels", "learn", "shift"):
        draw(config.model_copy(update={"part": part}), answer(Config(part=part, typed=typed)))


@pytest.mark.parametrize("typed", ["1 2; 3", "a", "1/0", "1e9", "100", "1 2 3 4 5 6 7 8", "1;;2"])
def test_what_is_no_kernel_is_said(typed: str) -> None:
    with pytest.raises(ValidationError, match="typed kernel"):
        Config(typed=typed)


def test_answers_are_the_frames() -> None:
    for part in ("window", "photograph", "channels", "shapes", "learn", "shift"):
        config = Config(part=part)
        frames = list(run(config))
        again = answer(config, Start(frames[3].step, {}))
        assert again.step == frames[3].step
        for name, value in frames[3].values.items():
            np.testing.assert_array_equal(value, again[name])


def passed(slug: str, **settings: Any) -> bool:
    config = Config(**settings)
    check = next(challenge for challenge in CHALLENGES if challenge.slug == slug).check
    return check(config, list(run(config))).passed


def test_challenges_can_be_passed_and_are_not_at_first() -> None:
    assert not any(passed(challenge.slug) for challenge in CHALLENGES)
    assert passed("blur", part="photograph", **cells("box"))
    assert not passed("blur", part="photograph", **{**cells("box"), "divisor": 10})
    assert passed("half", part="shapes", size=14, kernel=5, padding=2, stride=2)
    assert passed("impostor", part="learn", picture="stripe", lr=0.5)
    assert passed("round", part="shift", change="turn", **cells("laplace"))
    assert not passed("round", part="shift", change="turn")
    assert not passed("photograph", part="learn", lr=17.7)
    assert passed("photograph", part="learn", lr=15.0, momentum=0.7)
    learned = [preset.settings for preset in PRESETS if preset.settings.get("part") == "learn"]
    assert not any(passed("photograph", **settings) for settings in learned)
