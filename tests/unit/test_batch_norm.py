"""Batch norm against torch's modules, the network against nn, running statistics, the sweep."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from labcore import Start
from labcore.clothes import pictures
from labcore.cnn import batch_norm as lab
from labcore.cnn.batch_norm import lesson, sweep
from labcore.cnn.batch_norm.config import LAYERS, WIDTHS, steps_of, unit_of
from labcore.cnn.batch_norm.network import (
    Net,
    batch_norm,
    begin,
    flat,
    forward,
    gradients,
    group_norm,
    learn,
    rebuilt,
)
from labcore.rng import torch_generator

QUICK: dict[str, Any] = dict(lab.LAB.quick)


def drawn(seed: int, *shape: int) -> torch.Tensor:
    """Values of another mean and deviation in each channel."""
    random = torch_generator(seed, "test")
    tail = [1] * (len(shape) - 2)
    spread = torch.rand(shape[1], *tail, generator=random) * 3 + 0.1
    return torch.randn(shape, generator=random) * spread + 5 * torch.randn(
        shape[1], *tail, generator=random
    )


@pytest.mark.parametrize("shape", [(2, 5), (64, 5), (7, 5, 3, 4), (1, 5, 3, 4)])
def test_it_is_torchs_in_training_and_in_tests(shape: tuple[int, ...]) -> None:
    """Outputs, gradients and running statistics (with the unbiased variance), over three steps."""
    kind = nn.BatchNorm1d if len(shape) == 2 else nn.BatchNorm2d
    theirs = kind(5)
    random = torch_generator(1, "affine")
    gamma, beta = torch.randn(2, 5, generator=random)
    with torch.no_grad():
        theirs.weight.copy_(gamma)
        theirs.bias.copy_(beta)
    running = torch.stack([torch.zeros(5), torch.ones(5)])
    for seed in range(3):
        x = drawn(seed, *shape)
        ours, his = x.clone().requires_grad_(), x.clone().requires_grad_()
        push = torch.randn(shape, generator=random)
        out, said = batch_norm(ours, gamma, beta, running, True), theirs(his)
        assert torch.allclose(out, said, atol=2e-5)
        (out * push).sum().backward()
        (said * push).sum().backward()
        assert ours.grad is not None
        assert his.grad is not None
        assert torch.allclose(ours.grad, his.grad, atol=1e-4, rtol=1e-4)
        assert theirs.running_mean is not None
        assert theirs.running_var is not None
        assert torch.allclose(running[0], theirs.running_mean, atol=1e-5)
        assert torch.allclose(running[1], theirs.running_var, rtol=1e-5)
    theirs.eval()
    before = running.clone()
    assert torch.allclose(batch_norm(x, gamma, beta, running, False), theirs(x), atol=2e-5)
    assert torch.equal(before, running)


def test_the_divisor_of_a_batch_and_of_what_is_kept_differ() -> None:
    x = torch.tensor([[0.0], [2.0]])
    running = torch.tensor([[0.0], [1.0]])
    out = batch_norm(x, torch.ones(1), torch.zeros(1), running, True, momentum=1.0)
    assert out.flatten().tolist() == pytest.approx([-1, 1], abs=1e-4)  # variance 1 = 2/2
    assert running.flatten().tolist() == pytest.approx([1, 2])  # and 2/1


def test_of_one_value_only_beta_is_left_and_torch_refuses() -> None:
    x, beta = torch.tensor([[3.0, -7.0]]), torch.tensor([0.5, -2.0])
    running = torch.stack([torch.zeros(2), torch.ones(2)])
    out = batch_norm(x, torch.full((2,), 4.0), beta, running, True)
    assert torch.equal(out[0], beta)
    assert torch.equal(running[1], torch.ones(2))
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        nn.BatchNorm1d(2)(x)


@pytest.mark.parametrize("groups", [1, 2, 3])
def test_layer_and_group_norm_are_torchs(groups: int) -> None:
    random = torch_generator(2, "affine")
    gamma, beta = torch.randn(2, 6, generator=random)
    for shape in ((4, 6), (1, 6, 5, 3)):
        x = drawn(3, *shape)
        theirs = nn.functional.group_norm(x, groups, gamma, beta)
        assert torch.allclose(group_norm(x, gamma, beta, groups), theirs, atol=1e-5)
    x = drawn(4, 4, 6)
    theirs = nn.functional.layer_norm(x, (6,), gamma, beta)
    assert torch.allclose(group_norm(x, gamma, beta, 1), theirs, atol=1e-5)


def of_torch(net: Net) -> nn.Sequential:
    """The same network of PyTorch's layers."""
    conv = [nn.Conv2d(1, 6, 5, padding=2, bias=False), nn.Conv2d(6, 16, 3, padding=1, bias=False)]
    dense = [nn.Linear(144, 48, bias=False), nn.Linear(48, 32, bias=False), nn.Linear(32, 10)]
    norms = [nn.BatchNorm2d(6), nn.BatchNorm2d(16), nn.BatchNorm1d(48), nn.BatchNorm1d(32)]
    with torch.no_grad():
        for layer, w in zip([*conv, *dense], net.weights, strict=False):
            layer.weight.copy_(w)
        dense[2].bias.copy_(net.weights[-1])
    made: list[nn.Module] = []
    for layer, norm in zip([*conv, *dense[:2]], norms, strict=True):
        made += [layer, norm, nn.Sigmoid()]
        made += [nn.AvgPool2d(2)] if len(made) < 8 else []
        made += [nn.Flatten()] if len(made) == 8 else []
    return nn.Sequential(*made, dense[2])


@pytest.mark.parametrize("seed", [0, 1])
def test_the_network_is_torchs(seed: int) -> None:
    """Ten steps of SGD, then in eval mode: within float32."""
    config, data = lab.Config(seed=seed), pictures()
    net = begin(config, "batch")
    theirs = of_torch(net)
    for step in range(10):
        x, y = data.images[step * 1000 :: 300], data.labels[step * 1000 :: 300]
        learn(net, x, y, 0.3)
        theirs.zero_grad()
        nn.functional.cross_entropy(theirs(x), y).backward()
        with torch.no_grad():
            for parameter in theirs.parameters():
                assert parameter.grad is not None
                parameter -= 0.3 * parameter.grad
    x = data.test_images[:50]
    ours = forward(net, x, False)
    assert torch.allclose(ours, theirs.eval()(x), atol=2e-3)
    assert ours.std() > 0.01
    again = rebuilt(config, flat(net.weights), flat(net.running))
    assert torch.equal(forward(again, x, False), ours)


def test_a_factor_in_the_weights_drops_out_of_batch_norm() -> None:
    data, large = pictures(), begin(lab.Config(scale=10), "batch")
    ones = begin(lab.Config(scale=1), "batch")
    seen: list[list[torch.Tensor]] = [[], []]
    for net, into in zip((large, ones), seen, strict=True):
        forward(net, data.images[:64], True, into)
    for a, b in zip(seen[0][1::2], seen[1][1::2], strict=True):
        assert torch.allclose(a, b, atol=5e-2)
        assert (a - b).abs().mean() < 2e-3  # ε counts a little where variances are small
    large.weights[4].copy_(ones.weights[4])  # the last layer has no norm
    _, grads = gradients(large, data.images[:64], data.labels[:64])
    _, other = gradients(ones, data.images[:64], data.labels[:64])
    ratio = grads[2].norm() / other[2].norm()
    assert ratio == pytest.approx(0.1, rel=0.03)  # ten times the weights, a tenth of the gradient


@pytest.mark.parametrize("kind", sweep.KINDS)
@pytest.mark.parametrize("training", [True, False])
def test_a_stack_of_networks_is_each_of_them(kind: str, training: bool) -> None:
    config = lab.Config(activation="tanh")
    nets = [
        w + 0.1 * torch.randn(w.shape, generator=torch_generator(i, "w"))
        for i, w in enumerate(sweep.stacked(config, 2))
    ]
    random = torch_generator(5, "running")
    running = [torch.rand(2, 10, 1, sweep.WIDTH, generator=random) + 0.5 for _ in range(2)]
    kept = [part.clone() for part in running]
    x = pictures().images[:20].flatten(1)
    said = sweep.logits_of_all(nets, x, kind, "tanh", running, training)
    for k in (0, 7):
        h = x
        for i in range(2):
            h = h @ nets[i][k]
            gamma, beta = nets[3 + 2 * i][k, 0], nets[4 + 2 * i][k, 0]
            if kind == "batch":
                mean, variance = kept[i][:, k, 0].clone()
                h = nn.functional.batch_norm(h, mean, variance, gamma, beta, training)
                after = torch.stack([mean, variance])
                assert torch.allclose(running[i][:, k, 0], after, rtol=1e-4, atol=1e-5)
            elif kind == "layer":
                h = nn.functional.layer_norm(h, (sweep.WIDTH,), gamma, beta)
            else:
                h = h + beta
            h = torch.tanh(h)
        assert torch.allclose(said[k], h @ nets[2][k] + nets[8][k, 0], atol=1e-4)


def test_kept_statistics_tend_to_the_datas() -> None:
    """With still weights: after many batches, within a tenth of a deviation."""
    net, random = begin(lab.Config(), "batch"), torch_generator(0, "still")
    data = pictures()
    gaps = []
    for step in range(61):
        if step % 20 == 0:
            truth = lesson.true_statistics(net)
            gaps.append(max(float(((kept[0] - true[0]) / true[1].sqrt()).abs().max())
                            for kept, true in zip(net.running, truth, strict=True)))  # fmt: skip
        chosen = torch.randint(1000, (200,), generator=random) * 10
        with torch.no_grad():
            forward(net, data.images[chosen], True)
    assert gaps[0] > 1
    assert gaps[-1] < 0.35
    assert gaps[1] < 0.3 * gaps[0]


def test_company_counts_in_train_mode_only() -> None:
    config = lab.Config(**QUICK)
    *_, frame = lab.run(config)
    start = Start(frame.step, frame.checkpoint or {})
    few, many = (lab.observe(config.model_copy(update={"crowd": n}), start) for n in (4, 64))
    assert np.array_equal(few["alone"], many["alone"])
    assert few["crowd"].std(0).max() > 1.5 * many["crowd"].std(0).max() > 0
    one = lab.observe(config.model_copy(update={"crowd": 1}), start)
    assert np.ptp(one["crowd"], axis=0).max() == 0
    assert few["crowd"].sum(1) == pytest.approx(np.ones(lesson.CROWDS), abs=1e-5)


@pytest.mark.parametrize("layer", LAYERS)
def test_one_unit_by_hand(layer: Any) -> None:
    config = lab.Config(layer=layer, unit=47, gamma=-2.0, beta=0.25)
    assert unit_of(config)[1] == WIDTHS[LAYERS.index(layer)] - 1
    frame = lab.answer(config)
    raw = frame["raw"].astype(np.float64)
    expected = -2 * (raw - raw.mean()) / np.sqrt(raw.var() + 1e-5) + 0.25
    assert frame["hand"] == pytest.approx(expected, abs=1e-3)
    lab.draw(config, frame)
    assert all(lab.readout(config, frame).values())


def test_trouble_is_said() -> None:
    short: dict[str, Any] = {"steps": 40, "sweep": 0}
    *_, last = lab.run(lab.Config(**short, batch=1))
    assert "PyTorch refuses" in last.note
    config = lab.Config(**short, batch=8, lr=10, scale=10, activation="relu")
    *_, last = lab.run(config)
    assert "overflow" in last.note
    lab.draw(config, last)
    assert len(steps_of(config)) == lab.LAB.length(config) == 6


def test_it_learns_where_the_plain_network_does_not() -> None:
    config = lab.Config(steps=100, sweep=0)
    *_, last = lab.run(config)
    right = last["right"][:, -1]
    assert right[1] > 0.5 > 0.2 > right[0]
    for challenge in lab.LAB.challenges:
        assert not challenge.check(config, [last]).passed, challenge.slug


def test_company_can_turn_a_sure_verdict() -> None:
    config = lab.Config(activation="relu", lr=0.3, steps=160, sweep=0, image=38, crowd=4)
    *_, last = lab.run(config)
    (sways,) = (one for one in lab.LAB.challenges if one.slug == "sways")
    assert sways.check(config, [last]).passed


def test_batch_norm_bears_more_rates() -> None:
    config = lab.Config(steps=40, sweep=40, activation="relu")
    *_, field = itertools.islice(sweep.accuracies(config), 6)
    assert (field[1] >= 0.5).sum() > (field[0] >= 0.5).sum() + 3
