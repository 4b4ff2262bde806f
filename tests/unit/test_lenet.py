"""LeNet against nn.Sequential, its reasons against finite differences, and what hands change."""

from __future__ import annotations

import functools
import io

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from labcore import Frame, Start, own
from labcore.cnn import lenet as lab
from labcore.cnn.lenet.config import ALL_SPEAK, SIDE, UNTOUCHED, mutes, observed, rate
from labcore.cnn.lenet.course import SEVEN
from labcore.cnn.lenet.hierarchy import PHOTO_SIDE, STAGES, liveliest, picked
from labcore.cnn.lenet.nets import PARAMETERS, SHAPES, begin, concise, forward, from_second, parts
from labcore.cnn.lenet.pictures import canvas, images, picture
from labcore.cnn.lenet.reasons import PLACES, STRIDE, covered, grad_cam, occlusion, saliency
from labcore.data import photographs
from labcore.rng import torch_generator
from labcore.squeezenet import prepared, squeezenet

ALL = torch.ones(22)
NETS = ("modern", "original")


def config(**settings: object) -> lab.Config:
    return lab.Config(**{"data": "digits", "epochs": 1, "batch": 512, **settings})


@functools.cache
def ran(**settings: object) -> tuple[Frame, ...]:
    return tuple(lab.run(config(**settings)))


def start_of(frame: Frame) -> Start:
    return Start(frame.step, frame.checkpoint)


def test_it_has_the_books_parameters_and_shapes() -> None:
    assert PARAMETERS == 61_706
    for net in NETS:
        twin = concise(net, begin(config(), net))
        assert sum(p.numel() for p in twin.parameters()) == 61_706
        assert [tuple(p.shape) for p in twin.parameters()] == list(SHAPES)
    layers = forward("modern", begin(config(), "modern"), torch.zeros(1, 1, 28, 28))
    assert [tuple(part.shape[1:]) for part in layers] == [
        (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120,), (84,), (10,)
    ]  # fmt: skip


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_layer_is_that_of_nn_sequential(net: str, seed: int) -> None:
    flat = begin(config(seed=seed), net)
    x = images("fashion").test_images[10 * seed : 10 * seed + 7]
    own_layers, h, theirs = forward(net, flat, x), x, []
    for module in concise(net, flat):
        h = module(h)
        if not isinstance(module, (nn.Conv2d, nn.Flatten)):
            theirs.append(h)
    # Dense layers count after their activation: drop what nn.Linear says before it.
    wanted = [*theirs[:4], theirs[5], theirs[7], theirs[8]]
    for ours, other in zip(own_layers, wanted, strict=True):
        torch.testing.assert_close(ours, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("net", NETS)
def test_training_is_that_of_torch_optim(net: str) -> None:
    """Three whole batches with momentum and a falling rate, against SGD on nn.Sequential."""
    asked = config(nets=net, batch=64, seed=3)
    data, twin = images("digits"), concise(net, begin(asked, net))
    rule = torch.optim.SGD(twin.parameters(), lr=1.0, momentum=0.9)
    order = torch.randperm(4000, generator=torch_generator(3, "epoch/0"))
    for step in range(3):
        chosen = order[64 * step : 64 * step + 64]
        for group in rule.param_groups:  # torch keeps the rate outside of its velocity too
            group["lr"] = rate(asked, step)
        loss = nn.functional.cross_entropy(twin(data.images[chosen]), data.labels[chosen])
        rule.zero_grad()
        loss.backward()
        rule.step()
    frame = next(f for f in lab.run(asked) if f.step >= 3)
    assert frame.step == 3
    theirs = torch.cat([p.detach().flatten() for p in twin.parameters()])
    torch.testing.assert_close(torch.tensor(frame.checkpoint[net]), theirs, rtol=1e-4, atol=1e-6)


def test_first_weights_have_the_spread_they_should() -> None:
    flats = [begin(config(first="xavier", seed=s), "original") for s in range(5)]
    dense = torch.stack([parts(flat)[4] for flat in flats])
    assert float(dense.var()) == pytest.approx(2 / 520, rel=0.02)
    assert float(dense.abs().max()) <= (6 / 520) ** 0.5
    fit = torch.stack([parts(begin(config(seed=s), "modern"))[4] for s in range(5)])
    assert float(fit.var()) == pytest.approx(2 / 400, rel=0.02)


def test_both_learn_digits_and_the_curves_are_of_test_images() -> None:
    last = ran(epochs=2, batch=64, lr=0.1)[-1]
    assert last["judged"] == 1000
    assert last["right.modern"] >= 0.92
    assert last["right.original"] >= 0.4
    assert (last["confusion"].sum(1) == np.bincount(images("digits").test_labels)).all()
    for net in NETS:
        flat, data = torch.tensor(last.checkpoint[net]), images("digits")
        said = concise(net, flat)(data.test_images).argmax(1)
        assert last[f"right.{net}"] == pytest.approx(
            float((said == data.test_labels).float().mean())
        )


def test_one_network_alone_goes_the_same_way() -> None:
    both, alone = ran()[-1], ran(nets="modern")[-1]
    assert np.array_equal(both.checkpoint["modern"], alone.checkpoint["modern"])
    assert "original" not in alone.checkpoint
    assert np.isnan(alone["right.original"])


def test_a_rate_may_change_on_the_way() -> None:
    frames = ran(nets="modern")
    start = start_of(frames[3])
    same = list(lab.run(config(nets="modern"), start))[-1]
    other = list(lab.run(config(nets="modern", lr=0.2), start))[-1]
    assert np.array_equal(same.checkpoint["modern"], frames[-1].checkpoint["modern"])
    assert not np.array_equal(other.checkpoint["modern"], frames[-1].checkpoint["modern"])


@pytest.mark.parametrize("net", NETS)
def test_saliency_is_the_slope_by_finite_differences(net: str) -> None:
    random, rng = torch_generator(5, "noise"), np.random.default_rng(0)
    flat = begin(config(seed=5), net).double()
    flat += 0.01 * torch.randn(len(flat), generator=random)  # no unit right at a kink
    x = torch.rand(1, 1, SIDE, SIDE, generator=random).double()
    speaks = ALL.double()
    found, step = saliency(net, flat, x, 2, speaks), 1e-5
    for i, j in rng.integers(0, SIDE, (12, 2)):
        near = [x.clone(), x.clone()]
        near[0][0, 0, i, j] += step
        near[1][0, 0, i, j] -= step
        up, down = (float(forward(net, flat, n, speaks).logits[0, 2]) for n in near)
        assert float(found[i, j]) == pytest.approx(abs(up - down) / (2 * step), rel=1e-4, abs=1e-8)


@pytest.mark.parametrize("net", NETS)
def test_grad_cam_weighs_maps_by_slopes_of_finite_differences(net: str) -> None:
    flat, step = begin(config(seed=6), net).double(), 1e-6
    maps = torch.rand(1, 16, 10, 10, generator=torch_generator(6, "maps")).double()
    moved = step * torch.eye(1600, dtype=torch.float64).view(1600, 16, 10, 10)
    up, down = (from_second(net, flat, maps + sign * moved)[-1][:, 4] for sign in (1, -1))
    slopes = ((up - down) / (2 * step)).view(16, 100)
    total = (slopes.mean(1).view(16, 1, 1) * maps[0]).sum(0)
    torch.testing.assert_close(grad_cam(net, flat, maps, 4), total.clamp(min=0), rtol=1e-4,
                               atol=1e-7)  # fmt: skip


def test_occlusion_covers_what_it_says() -> None:
    flat, x = torch.tensor(ran()[-1].checkpoint["modern"]), images("digits").test_images[5:6]
    hand = torch.tensor([[3, 20]])
    lost, shut = occlusion("modern", flat, x, 1, ALL, 7, hand)
    twin = concise("modern", flat)
    for row, column in ((0, 0), (3, 4), (PLACES - 1, 2)):
        hidden = x.clone()
        i, j = (STRIDE * k + STRIDE // 2 for k in (row, column))
        hidden[..., max(i - 3, 0) : i + 4, max(j - 3, 0) : j + 4] = 0
        drop = (twin(x).softmax(1) - twin(hidden).softmax(1))[0, 1]
        assert float(lost[row, column]) == pytest.approx(float(drop.detach()), abs=1e-5)
    held = x.clone()
    held[..., 0:7, 17:24] = 0
    torch.testing.assert_close(shut, twin(held)[0].detach(), rtol=1e-4, atol=1e-5)
    assert covered(x, hand, 7).shape == (1, 1, 28, 28)


FIRST, SECOND = "xx......", ".x....x."
QUIET = "........"


@pytest.mark.parametrize(
    "rows", [(FIRST, *[QUIET] * 5), (QUIET, ".....x..", SECOND, QUIET, "x.......", QUIET)]
)
def test_a_silenced_map_is_as_if_its_filter_were_zero(rows: tuple[str, ...]) -> None:
    """For ReLU a map is 0 if its weights and bias are; the dense layers see no more of it."""
    silent = "/".join(rows)
    frames = ran(nets="modern")
    asked = config(nets="modern", silent=silent)
    found = lab.answer(asked, start_of(frames[-1]))
    flat, off = torch.tensor(frames[-1].checkpoint["modern"]), mutes(asked)
    w1, b1, w2, b2, *_ = parts(flat)  # views: the vector changes with them
    w1[off[:6]], b1[off[:6]], w2[off[6:]], b2[off[6:]] = 0, 0, 0, 0
    data = images("digits")
    said = concise("modern", flat)(data.test_images[:300]).argmax(1)
    right = float((said == data.test_labels[:300]).float().mean())
    assert found["right_silent"] == pytest.approx(right)
    assert found["right_whole"] == frames[-1]["right_whole"]
    p = concise("modern", flat)(picture(asked))[0].softmax(0).detach()
    assert found["sure.modern"] == pytest.approx(p.numpy(), abs=1e-5)
    assert not found["pool1"][off[:6]].any()
    assert not found["pool2"][off[6:]].any()


def test_an_answer_is_what_the_frame_would_show() -> None:
    frames, asked = ran(), config(ground="blank", drawing=SEVEN, shown="original", about="next")
    found = lab.answer(asked, start_of(frames[2]))
    seen = lab.observe(asked, start_of(frames[2]))
    assert found["by_hand"] == 1
    for name, value in seen.values.items():
        assert np.array_equal(found[name], value, equal_nan=True), name
    assert lab.draw(asked, found)["page"]
    assert lab.draw(asked, lab.answer(asked)).keys() == {"photo", "hierarchy", "page"}
    assert all(lab.readout(asked, lab.answer(asked)).values())


def test_the_pen_draws_erases_and_centres() -> None:
    test = images("digits").test_images[4, 0].numpy()
    assert np.array_equal(canvas(config(image=4)), test)
    rows = UNTOUCHED.split("/")
    rows[0] = "#" + rows[0][1:]
    corner = config(ground="blank", drawing="/".join(rows), centre=False)
    drawn = canvas(corner)
    assert (drawn[0, 0], drawn[0, 1], drawn[1, 1]) == pytest.approx((1, 0.6, 0.25))
    assert drawn.sum() == pytest.approx(2.45)
    middle = picture(corner.model_copy(update={"centre": True}))[0, 0].numpy()
    places = np.arange(SIDE)
    for axis in (0, 1):
        assert (middle.sum(axis) @ places) / middle.sum() == pytest.approx(13.5, abs=0.51)
    wiped = canvas(config(image=4, drawing="/".join(["o" * SIDE] * SIDE)))
    assert not wiped.any()


@pytest.mark.parametrize(
    "settings",
    [
        {"drawing": "#"},
        {"drawing": UNTOUCHED.replace(".", "?")},
        {"silent": "x"},
        {"silent": ALL_SPEAK + "/........"},
    ],
)
def test_grids_that_are_none_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"need|character"):
        lab.Config(**settings)


@pytest.mark.parametrize(
    ("settings", "word"),
    [({"lr": 2.0, "momentum": 0.95, "nets": "modern", "batch": 64}, ""),
     ({"first": "xavier", "nets": "original", "epochs": 2, "momentum": 0.0}, "Xavier"),
     ({"lr": 0.001, "momentum": 0.0, "nets": "original", "epochs": 2}, "")],
)  # fmt: skip
def test_what_goes_wrong_is_said(settings: dict[str, object], word: str) -> None:
    asked = config(**settings)
    frames = ran(**settings)
    assert any(word in f.note for f in frames)
    assert frames[-1].step == observed(asked)[-1] or "without bound" in frames[-1].note
    figures = lab.panels(asked, frames[0])
    for frame in frames:
        assert set(lab.draw(asked, frame)) <= set(figures)
        lab.readout(asked, frame)


@pytest.mark.parametrize("number", range(3))
def test_a_cell_of_squeezenet_sees_the_pixels_that_move_it(number: int) -> None:
    stage, net = STAGES[number], squeezenet()
    x = prepared(photographs()["cat"]).requires_grad_()
    maps = net.features[: stage.module + 1](x)
    row = column = maps.shape[-1] // 2
    slope = torch.autograd.grad(maps[0, :, row, column].sum(), x)[0][0].abs().sum(0)
    down, across = (np.flatnonzero(slope.sum(axis).numpy()) for axis in (1, 0))
    middle, reach = stage.step * row + stage.step - 1, stage.sees // 2
    # Maxima let only one pixel of three through, so the slope may miss the outermost rings.
    for seen in (down, across):
        assert seen.min() >= max(middle - reach, 0)
        assert seen.max() <= min(middle + reach, PHOTO_SIDE - 1)
        assert seen.max() - seen.min() >= min(0.75 * stage.sees, 0.75 * PHOTO_SIDE)


def test_the_liveliest_maps_and_an_own_photograph() -> None:
    found = liveliest(photographs()["cat"])
    assert [maps.shape for maps in found.maps] == [(4, 55, 55), (4, 27, 27), (4, 13, 13)]
    p = squeezenet()(prepared(photographs()["cat"])).softmax(1)[0]
    assert found.says[0][1] == pytest.approx(float(p.max()), rel=1e-4)
    for maps in found.maps:
        spread = maps.std((1, 2))
        assert (np.diff(spread) <= 1e-4).all()
    block = io.BytesIO()
    Image.fromarray(photographs()["coffee"]).resize((300, 200)).save(block, "PNG")
    token = own.new_token()
    own.hold(token, own.read("image", block.getvalue()))
    asked = lab.Config(own_photo=token, map_x=3, map_y=1)
    _, _, box = picked(asked)
    assert (box >= 0).all()
    assert (box < PHOTO_SIDE).all()
    assert lab.panels(config(own_photo=token), ran()[0])["photo"].layout.images
