"""Networks are PyTorch's, RegNet's rule is torchvision's, distributions and bands are NumPy's."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats
from torch import nn
from torchvision.models.regnet import BlockParams

from labcore import Start
from labcore.clothes import pictures
from labcore.cnn.design_spaces.config import Config
from labcore.cnn.design_spaces.course import CHALLENGES, readout
from labcore.cnn.design_spaces.figure import draw, stairs_of
from labcore.cnn.design_spaces.lesson import (
    GRID,
    RESAMPLES,
    answer,
    band,
    difference,
    look,
    observe,
    resampled,
    run,
    share_below,
)
from labcore.cnn.design_spaces.network import (
    Net,
    convolutions,
    cost,
    first_weights,
    fitted,
    logits,
    parameters,
)
from labcore.cnn.design_spaces.spaces import (
    SPACES,
    STAGES,
    compatible,
    network,
    numbers,
    rule,
    sampled,
)
from labcore.cnn.design_spaces.training import JUDGED, trained
from labcore.rng import torch_generator

PUBLISHED = {  # d, w0, wa, wm, g: Radosavovic et al. (2020), as in torchvision
    "x_400mf": (22, 24, 24.48, 2.54, 16),
    "x_800mf": (16, 56, 35.73, 2.28, 16),
    "x_1_6gf": (18, 80, 34.01, 2.25, 24),
    "x_3_2gf": (25, 88, 26.31, 2.25, 48),
    "y_400mf": (16, 48, 27.89, 2.09, 8),
}


class Block(nn.Module):
    """An X block as in ResNeXt."""

    def __init__(self, inputs: int, width: int, stride: int, ratio: int, group: int) -> None:
        super().__init__()
        inside, groups = fitted(width, ratio, group)
        self.body = nn.Sequential(
            nn.Conv2d(inputs, inside, 1, bias=False), nn.BatchNorm2d(inside), nn.ReLU(),
            nn.Conv2d(inside, inside, 3, stride, 1, groups=groups, bias=False),
            nn.BatchNorm2d(inside), nn.ReLU(),
            nn.Conv2d(inside, width, 1, bias=False), nn.BatchNorm2d(width),
        )  # fmt: skip
        self.skip = None
        if inputs != width or stride > 1:
            self.skip = nn.Sequential(
                nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.body(x) + (x if self.skip is None else self.skip(x)))


def module(net: Net) -> nn.Sequential:
    inputs = 8
    layers: list[nn.Module] = [
        nn.Conv2d(1, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU()
    ]  # fmt: skip
    for stage, (depth, width, ratio, group) in enumerate(zip(*net, strict=True)):
        for i in range(depth):
            layers.append(Block(inputs, width, 2 if stage and not i else 1, ratio, group))
            inputs = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 10))


def tensors(model: nn.Module) -> list[nn.Parameter]:
    """Parameters in the order of ours: a block's body, then its skip."""
    return list(model.parameters())


SOME = [sampled(space, number, 3, 150_000) for space in SPACES for number in range(4)]
SOME.append(Net((1, 1, 1), (8, 8, 8), (4, 4, 4), (16, 16, 16)))


def test_networks_are_those_of_modules():
    """Parameters, multiply–adds, outputs in training and after it, and running statistics."""
    x = torch.randn(5, 1, 14, 14, generator=torch.Generator().manual_seed(1))
    for net in SOME:
        with torch.random.fork_rng():
            model = module(net)
        theirs = tensors(model)
        learned, running = first_weights(net, torch_generator(1))
        assert parameters(net) == sum(p.numel() for p in theirs) == sum(p.numel() for p in learned)
        with torch.no_grad():
            for ours, other in zip(learned, theirs, strict=True):
                other.copy_(ours)
            layers = list(convolutions(net))
            got = logits(layers, learned, running, x, True)
            torch.testing.assert_close(got, model(x), atol=1e-4, rtol=1e-4)
            norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
            for mean, norm in zip(running[::2], norms, strict=True):
                torch.testing.assert_close(mean, norm.running_mean, atol=1e-5, rtol=1e-4)
            got = logits(layers, learned, running, x, False)
            torch.testing.assert_close(got, model.eval()(x), atol=1e-4, rtol=1e-4)


def test_costs_are_counted_by_the_counter():
    from torch.utils.flop_counter import FlopCounterMode

    for net in SOME[::5]:
        with torch.random.fork_rng():
            model = module(net).eval()
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            model(torch.zeros(1, 1, 14, 14))
        assert counter.get_total_flops() == 2 * cost(net)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_rule_is_torchvisions(name):
    depth, w0, wa, wm, group = PUBLISHED[name]
    theirs = BlockParams.from_init_params(depth, w0, wa, wm, group, 1.0)
    widths, depths = rule(w0, wa, wm, depth).stages
    assert list(compatible(widths, 1, group)) == theirs.widths
    assert list(depths) == theirs.depths


def test_the_rule_of_any_numbers_is_torchvisions():
    random = np.random.default_rng(5)
    for _ in range(300):
        depth, w0 = int(random.integers(2, 31)), 8 * int(random.integers(1, 33))
        wa, wm = float(random.uniform(0, 60)), float(random.uniform(1.5, 3))
        group = int(random.choice([1, 8, 16, 24, 40, 48]))
        theirs = BlockParams.from_init_params(depth, w0, wa, wm, group, 1.0)
        widths, depths = rule(w0, wa, wm, depth).stages
        assert list(compatible(widths, 1, group)) == theirs.widths
        assert list(depths) == theirs.depths
    made = rule(24, 24.48, 2.54, 22)
    assert made.stages == ((24, 64, 152, 392), (1, 2, 7, 12))


@pytest.mark.parametrize("space", SPACES)
def test_networks_keep_the_rules_of_their_space(space):
    nets = [sampled(space, number, 11, 150_000) for number in range(25)]
    assert len(set(nets)) > 15
    for net in nets:
        assert 0.75 <= cost(net) / 150_000 <= 4 / 3
        assert len(net.depths) == STAGES
        assert all(w % 8 == 0 and 8 <= w <= 64 for w in net.widths)
        if space != "A":
            assert len(set(net.ratios)) == 1
        if space in "CDER":
            assert len(set(net.groups)) == 1
        if space in "DER":
            assert list(net.widths) == sorted(net.widths)
        if space == "E":
            assert list(net.depths) == sorted(net.depths)
        assert network(numbers(net)) == net
    if space in "ABC":
        assert any(list(net.widths) != sorted(net.widths) for net in nets)


def test_the_distribution_is_the_empirical_one():
    errors = np.random.default_rng(2).uniform(20, 60, 17)
    theirs = stats.ecdf(errors).cdf
    at = np.linspace(15, 70, 200)  # no error lies exactly there: below is at most
    np.testing.assert_allclose(share_below(errors, at), theirs.evaluate(at))
    line = stairs_of(errors)
    assert (np.diff(line["x"]) >= 0).all()
    assert line["y"][-1] == 1
    trapezium = float(np.trapezoid(1 - line["y"], line["x"]))
    assert trapezium == pytest.approx(errors.mean() - 20, rel=1e-5)  # area is the mean


def test_intervals_are_those_of_a_bootstrap():
    """Close to SciPy's own, and to the normal one; and they cover as often as they say."""
    random = np.random.default_rng(8)
    one, two = random.normal(45, 6, 12), random.normal(40, 4, 12)
    gain, low, high = difference(tuple(one), tuple(two), 0, ("A", "B"))
    assert gain == pytest.approx(one.mean() - two.mean())
    theirs = stats.bootstrap(
        (one, two), lambda a, b, axis: a.mean(axis) - b.mean(axis), n_resamples=4000,
        confidence_level=0.9, method="percentile", random_state=1,
    ).confidence_interval  # fmt: skip
    assert (low, high) == pytest.approx(theirs, abs=0.5)
    assert resampled(tuple(one), 0, "A").shape == (RESAMPLES, 12)
    assert set(resampled(tuple(one), 0, "A").ravel()) <= set(one)
    down, up = band(tuple(one), 0, "A")
    true = stats.norm(45, 6).cdf(GRID)
    inside = (down <= true + 1e-9) & (true <= up + 1e-9)
    assert inside[(GRID > 38) & (GRID < 52)].mean() > 0.7
    assert np.isnan(band((3.0, 4.0), 0, "A")).all()
    few = difference((3.0,), tuple(two), 0, ("A", "B"))
    assert few[0] == pytest.approx(3 - two.mean())
    assert np.isnan(few[1:]).all()
    assert np.isnan(difference((), tuple(two), 0, ("A", "B"))).all()


def test_training_learns_and_repeats():
    net = sampled("R", 0, 0, 150_000)
    wrong = trained(net, 0, "R/0", 25, 0.15)
    assert wrong == trained(net, 0, "R/0", 25, 0.15)
    assert wrong < 0.65
    assert trained(net, 0, "R/0", 10, 0.0) > 0.75
    counts = torch.bincount(pictures().test_labels[:JUDGED])
    assert counts.sum() == 1000
    assert counts.min() > 80


def test_a_hand_looks_at_what_was_trained():
    config = Config(spaces=("A", "E"), nets=2, steps=10)
    frames = list(run(config))
    assert [frame.step for frame in frames] == [0, 1, 2, 3, 4]
    last = frames[-1]
    assert last.checkpoint is not None
    start = Start(last.step, last.checkpoint)
    for k in range(4):
        row = last["rows"][k]
        near = config.model_copy(
            update={"pick_x": float(row[0]), "pick_y": float(row[1]), "end": 20, "w0": 200}
        )
        frame = answer(near, start)
        assert frame["rows"][frame["pick"], 0] == row[0]
        assert "never falls" in frame.note
        draw(near, frame)
        assert readout(near, frame)["Networks"] == "4 of 4"
    assert np.array_equal(observe(config, start)["rows"], last["rows"])
    assert not any(c.check(config, frames).passed for c in CHALLENGES)


def test_odd_rules_are_drawn():
    random = np.random.default_rng(4)
    rows = np.zeros((0, 16), np.float32)
    for _ in range(60):
        config = Config(
            w0=int(random.integers(8, 257)), end=int(random.integers(8, 801)),
            wm=float(random.uniform(1.5, 3)), depth=int(random.integers(2, 31)),
            group="48",
        )  # fmt: skip
        frame = look(config, rows)
        assert frame["stage_depths"].sum() == config.depth
        assert math.isfinite(frame["slope"])
        draw(config, frame)


def test_the_rule_challenge_can_be_met():
    built = next(c.check for c in CHALLENGES if c.slug == "built")
    solved = Config(w0=32, end=200, wm=2.0, depth=15, group="16")
    verdict = built(solved, [look(solved, np.zeros((0, 16), np.float32))])
    assert verdict.passed, verdict.says
