"""The pair against torch's modules, identity at the start, gradients, and the slice."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from labcore import Start
from labcore.clothes import pictures
from labcore.cnn import residual as lab
from labcore.cnn.residual import lesson
from labcore.cnn.residual.config import EVERY, MOST, blocks_of, frames_of, kept_blocks
from labcore.cnn.residual.network import (
    WIDTH,
    Pair,
    begin,
    block,
    coins,
    forward,
    given,
    gradients,
    losses,
    survival,
)
from labcore.cnn.residual.slice import directions, fill, fitted, ring_of, spread
from labcore.rng import torch_generator

QUICK: dict[str, Any] = dict(lab.LAB.quick)


class Block(nn.Module):
    """The basic block as He et al. have it; without `skip` the plain one."""

    def __init__(self, skip: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(WIDTH, WIDTH, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(WIDTH)
        self.conv2 = nn.Conv2d(WIDTH, WIDTH, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(WIDTH)
        self.skip = skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(x)))))
        return torch.relu(out + x) if self.skip else torch.relu(out)


def of_torch(pair: Pair, which: int) -> nn.Sequential:
    """One of the two networks, of PyTorch's modules."""
    net = nn.Sequential(
        nn.Conv2d(1, WIDTH, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(WIDTH), nn.ReLU(),
        *[Block(bool(which)) for _ in range(pair.blocks)],
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(WIDTH, 10),
    )  # fmt: skip
    own = slice(which * WIDTH, (which + 1) * WIDTH)
    convs = [m for m in net.modules() if isinstance(m, nn.Conv2d)]
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    with torch.no_grad():
        for conv, kernel in zip(convs, pair.kernels, strict=True):
            conv.weight.copy_(kernel[own])
        for norm, gamma, beta in zip(norms, pair.gammas, pair.betas, strict=True):
            norm.weight.copy_(gamma[own])
            norm.bias.copy_(beta[own])
        last = net[-1]
        assert isinstance(last, nn.Linear)
        last.weight.copy_(pair.head[0][which].T)
        last.bias.copy_(pair.head[1][which, 0])
    return net


def shaken(depth: int, seed: int, *, norm: bool = True, zero: bool = False) -> Pair:
    """First weights with γ and β moved away from 1 and 0."""
    pair, random = begin(depth, seed, norm, zero), torch_generator(seed, "shaken")
    for part in (*pair.gammas, *pair.betas):
        part.add_(0.1 * torch.randn(part.shape, generator=random))
    return pair


@pytest.mark.parametrize(("depth", "seed"), [(8, 0), (14, 1)])
def test_both_networks_are_torchs(depth: int, seed: int) -> None:
    """Logits, gradients, kept statistics and eval mode."""
    pair, data = shaken(depth, seed), pictures()
    x, y = data.images[::200], data.labels[::200]
    nets = [of_torch(pair, which) for which in (0, 1)]
    _, grads = gradients(pair, x, y, "train")
    for which, net in enumerate(nets):
        nn.functional.cross_entropy(net(x), y).backward()
        own = slice(which * WIDTH, (which + 1) * WIDTH)
        convs = [m for m in net.modules() if isinstance(m, nn.Conv2d)]
        for conv, ours in zip(convs, grads, strict=False):
            assert conv.weight.grad is not None
            scale = float(conv.weight.grad.abs().max())
            assert torch.allclose(ours[own], conv.weight.grad, atol=2e-3 * scale + 1e-6)
        norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
        for norm, kept in zip(norms, pair.running, strict=True):
            assert norm.running_var is not None
            assert torch.allclose(kept[1, own], norm.running_var, rtol=1e-3)
        said = forward(pair, data.test_images[:30], "eval")[which]
        assert torch.allclose(said, net.eval()(data.test_images[:30]), atol=2e-3)


def test_one_network_does_not_hear_of_the_other() -> None:
    pair, x = shaken(14, 2), pictures().images[:20]
    before = forward(pair, x, "batch")
    for kernel in pair.kernels:
        kernel[:WIDTH] *= -1.5
    after = forward(pair, x, "batch")
    assert torch.equal(before[1], after[1])
    assert not torch.allclose(before[0], after[0])


@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("seed", [0, 3])
def test_a_residual_block_begins_as_the_identity_exactly(norm: bool, seed: int) -> None:
    pair = begin(32, seed, norm, zero=True)
    change, seen = lesson.by_block(pair)
    assert np.array_equal(change[1], np.zeros(15))
    assert torch.equal(seen[0][:, WIDTH:], seen[-1][:, WIDTH:])
    assert change[0].min() > 0.1
    usual, _ = lesson.by_block(begin(32, seed, norm, zero=False))
    assert usual[1].min() > 0.1


def test_a_block_left_out_is_its_input_and_a_branch_left_out_too() -> None:
    pair = shaken(14, 1)
    x = torch.relu(torch.randn(3, 16, 7, 7, generator=torch_generator(0, "x")))
    assert block(pair, 2, x, "batch", None) is x
    off = block(pair, 2, x, "batch", 0.0)
    assert torch.equal(off[:, WIDTH:], x[:, WIDTH:])
    whole, half = block(pair, 2, x, "batch"), block(pair, 2, x, "batch", 0.5)
    assert torch.equal(half[:, :WIDTH], whole[:, :WIDTH])
    inside = whole > 0
    expected = (whole + x) / 2
    there = (inside & (half > 0))[:, WIDTH:]
    assert torch.allclose(half[:, WIDTH:][there], expected[:, WIDTH:][there], atol=1e-5)


def test_stochastic_depth_drops_as_often_as_it_says() -> None:
    """Over 4,000 steps, within 4 standard errors; the first block is kept most."""
    chances = np.array(survival(6, 0.6))
    assert chances == pytest.approx([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    random = torch_generator(0, "coins")
    drawn = np.array([coins(6, 0.6, random) for _ in range(4000)], float)
    error = np.sqrt(chances * (1 - chances) / 4000)
    assert (np.abs(drawn.mean(0) - chances) <= 4 * error).all()
    assert coins(6, 0.0, random) is None


def test_gradients_by_layer_are_those_of_a_loss_moved_by_hand() -> None:
    """Central differences along each layer's own gradient, for the plain and the residual one."""
    pair, data = shaken(8, 4), pictures()
    pair = Pair(*([part.double() for part in parts] for parts in pair[:-1]), True)
    x, y = data.images[::250].double(), data.labels[::250]
    _, grads = gradients(pair, x, y, "batch")
    learned = pair.learned()
    for i, which in itertools.product((0, 3, 6), (0, 1)):
        way = torch.zeros_like(learned[i])
        own = slice(which * WIDTH, (which + 1) * WIDTH)
        way[own] = grads[i][own] / grads[i][own].norm()
        ends = []
        for sign in (1, -1):
            moved = [w + sign * 1e-5 * way if j == i else w for j, w in enumerate(learned)]
            ends.append(losses(forward(given(pair, moved), x, "batch"), y)[which].item())
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(grads[i][own].norm().item(), rel=1e-4)


def test_filters_of_a_direction_are_as_long_as_the_weights() -> None:
    pair = shaken(14, 0)
    first, second = directions(pair, 5)
    for way, kernel in zip(first, pair.kernels, strict=False):
        assert torch.allclose(way.flatten(1).norm(dim=1), kernel.flatten(1).norm(dim=1), rtol=1e-4)
    still = first[len(pair.kernels) : 3 * len(pair.kernels)]
    assert all(not part.any() for part in still)
    assert not torch.allclose(first[3], second[3])
    weights = torch.randn(4, 3, 2, 2, generator=torch_generator(0, "w"))
    drawn = torch.randn(4, 3, 2, 2, generator=torch_generator(1, "w"))
    scale = torch.tensor([0.1, 1.0, 5.0, 30.0])[:, None, None, None]
    assert torch.allclose(
        fitted(drawn, weights * scale, (1, 2, 3)), scale * fitted(drawn, weights, (1, 2, 3)),
        rtol=1e-5,
    )  # fmt: skip


def test_the_slice_does_not_change_when_filters_are_rescaled() -> None:
    """A norm takes a filter's scale out; so must the slice (Li et al., 2018)."""
    pair, data = shaken(8, 1), pictures()
    other = copy.deepcopy(pair)
    random = torch_generator(2, "scales")
    for kernel in other.kernels:
        kernel *= torch.rand(len(kernel), 1, 1, 1, generator=random) * 9 + 1
    x, y = data.images[::100], data.labels[::100]
    made = []
    for net in (pair, other):
        surface = np.full((2, 5, 5), np.nan)
        for k in range(3):
            fill(surface, k, net, directions(net, 0), 1.0, x, y)
        made.append(surface)
    assert made[0] == pytest.approx(made[1], rel=2e-2)
    assert np.ptp(made[0][1]) > 0.2
    middle = losses(forward(pair, x, "batch"), y).detach().numpy()
    assert made[0][:, 2, 2] == pytest.approx(middle, rel=1e-4)


def test_rings_fill_the_grid_once() -> None:
    places = [place for k in range(5) for place in ring_of(k)]
    assert len(places) == len(set(places)) == 81
    known = np.full((1, 5, 5), np.nan)
    known[0, 2, 2], known[0, 1:4, 1:4] = 7, [[1, 2, 3], [4, 7, 6], [8, 9, 5]]
    assert np.isfinite(spread(known, 1)).all()
    assert spread(known, 1)[0, 0, 0] == 1
    assert (spread(known, 0) == 7).all()


def test_the_strip_leaves_blocks_out_of_what_was_trained() -> None:
    config = lab.Config(**QUICK)
    frames = list(lab.run(config))
    assert len(frames) == frames_of(config)
    assert [frame.step for frame in frames[:3]] == [0, EVERY, 2 * EVERY]
    last = frames[-1]
    start = Start(last.step, last.checkpoint or {})
    n = blocks_of(config)
    none = config.model_copy(update={"cells": "x" * MOST})
    assert kept_blocks(none).sum() == 0
    there = lab.answer(none, start)
    pair = lesson.rebuilt(config, start.checkpoint["theta"])
    bare: list[float | None] = [None] * n
    with torch.no_grad():
        said = forward(pair, pictures().test_images[: lesson.SOME], "eval", bare)
    truth = pictures().test_labels[: lesson.SOME]
    assert there["with_these"] == pytest.approx((said.argmax(-1) == truth).float().mean(-1).numpy())
    for odd in ("", "xx", "?" * 5):
        moved = config.model_copy(update={"cells": odd})
        lab.draw(moved, lab.answer(moved, start))
        assert all(lab.readout(moved, lab.answer(moved)).values())
    assert np.isfinite(last["without"][:, :n]).all()
    assert np.isfinite(last["surface"]).all()
    for challenge in lab.LAB.challenges:
        assert not challenge.check(config, frames).passed, challenge.slug


def test_overflow_is_said_and_drawn() -> None:
    settings: dict[str, Any] = {**QUICK, "depth": "44", "rings": 1, "norm": "none", "lr": 2.0}
    config = lab.Config(**settings)
    *_, last = lab.run(config)
    assert "overflow" in last.note
    lab.draw(config, last)
    assert all(lab.readout(config, last).values())


def test_depth_hurts_the_plain_network_and_not_the_residual() -> None:
    config = lab.Config(depth="32", steps=40, rings=1)
    *_, last = lab.run(config)
    plain, residual, shallow, _ = last["rows"][:, -1]
    assert plain > shallow + 0.2
    assert plain > residual + 0.2
