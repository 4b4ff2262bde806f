"""Backpropagation against torch.autograd, its memory against what torch saves, and checkpoints."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.checkpoint import checkpoint

from labcore import Start
from labcore.mlp import backpropagation as lab
from labcore.mlp.backpropagation.chain import chain_events, peaks
from labcore.mlp.backpropagation.lesson import (
    SHIFTS,
    backward,
    by_autograd,
    example,
    forward,
    weights,
)
from labcore.mlp.backpropagation.memory import floats_held, lives, order

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
               "gelu": torch.nn.functional.gelu}  # fmt: skip


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", ["squared", "cross_entropy"])
@pytest.mark.parametrize(("hidden", "outputs"), [(2, 1), (3, 2), (2, 2), (3, 1)])
def test_gradients_are_autograds(activation: Any, loss: Any, hidden: int, outputs: int) -> None:
    for seed in range(5):
        given = np.random.default_rng(seed).uniform(-2, 2, 4)
        config = lab.Config(
            activation=activation, loss=loss, hidden=hidden, outputs=outputs, seed=seed,
            shift=0.3, penalty=0.17, given=tuple((float(i), float(v)) for i, v in enumerate(given)),
        )  # fmt: skip
        x, y = example(config)
        w1, w2 = weights(config, config.shift)
        kept = forward(config, x, y, w1, w2)
        g = backward(config, x, y, w1, w2, kept)
        t1, t2 = by_autograd(config)
        assert g.w1 == pytest.approx(t1, rel=1e-12, abs=1e-13)
        assert g.w2 == pytest.approx(t2, rel=1e-12, abs=1e-13)


def test_the_tangent_touches_the_curve() -> None:
    for edge, shift in itertools.product(("w1.21", "w2.13"), (-1.0, 0.4)):
        config = lab.Config(chosen=edge, shift=shift)
        x, y = example(config)
        ends = forward(config, x, y, *weights(config, shift + np.array([-1e-5, 1e-5]))).objective
        frame = lab.answer(config)
        assert frame["slope"] == pytest.approx((ends[1] - ends[0]) / 2e-5, abs=1e-8)
        at = np.interp(shift, SHIFTS, frame["curve"])
        assert frame["objective"] == pytest.approx(at, abs=5e-3)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_pytorch_keeps_what_the_picture_says(activation: str) -> None:
    """Of x, z, h and o, those its saved tensors are at the end of the way forward."""
    saved: list[torch.Tensor] = []
    x, y = torch.tensor([1.0, -0.6]), torch.tensor([1.0, 0.0])
    w1 = torch.randn(3, 2, generator=torch.Generator().manual_seed(0)).requires_grad_()
    w2 = torch.randn(2, 3, generator=torch.Generator().manual_seed(1)).requires_grad_()
    with saved_tensors_hooks(lambda t: saved.append(t) or t, lambda t: t):
        z = w1 @ x
        h = ACTIVATIONS[activation](z)
        o = w2 @ h
        0.5 * ((o - y) ** 2).sum()
    same = {name: any(s.shape == t.shape and torch.equal(s, t) for s in saved)
            for name, t in (("x", x), ("z", z), ("h", h))}  # fmt: skip
    ends = len([k for k, _ in order(3, 2) if not k.startswith("g_") and k != "step"]) - 1
    spans = lives(activation, 3, 2)
    assert same == {name: spans[name][1] > ends for name in same}


def test_every_value_lives_from_its_first_to_its_last_use() -> None:
    steps = order(3, 2)
    for activation in ACTIVATIONS:
        spans = lives(activation, 3, 2)
        assert spans["h"][0] == steps.index(("h", 0))
        assert spans["h"][1] == steps.index(("g_w2", 1) if activation == "gelu" else ("g_z", 2))
        held = floats_held(activation, 3, 2)
        assert held.sum() == sum(n * (b - a + 1) for a, b, n in spans.values())


class Layer(torch.autograd.Function):
    """tanh(1.2 a), which saves its input and counts its calls."""

    calls = 0

    @staticmethod
    def forward(ctx: Any, a: torch.Tensor) -> torch.Tensor:
        Layer.calls += 1
        ctx.save_for_backward(a)
        return torch.tanh(1.2 * a)

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> torch.Tensor:
        (g,), (a,) = grad_outputs, ctx.saved_tensors
        return g * 1.2 * (1 - torch.tanh(1.2 * a) ** 2)


@pytest.mark.parametrize(("n", "k"), [(25, 5), (36, 6), (10, 3), (7, 7), (12, 5), (9, 1)])
def test_checkpoints_are_torchs(n: int, k: int) -> None:
    def segment(a: torch.Tensor, start: int) -> torch.Tensor:
        for _ in range(start, min(start + k, n)):
            a = Layer.apply(a)
        return a

    Layer.calls = 0
    first = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    a = first
    for start in range(0, n, k):
        a = checkpoint(segment, a, start, use_reentrant=False) if k > 1 else segment(a, start)
    (g,) = torch.autograd.grad(a, first)
    events = chain_events(n, k)
    assert events.gradient == pytest.approx(g.item(), rel=1e-12)
    # torch also runs the last layer of a segment again; its output nobody needs
    spared = -(-n // k) if k > 1 else 0
    assert Layer.calls == n + (events.way == 0).sum() + spared
    assert (events.way == 1).sum() == (events.way == -1).sum() == n


@pytest.mark.parametrize("n", [4, 16, 25, 36])
def test_the_peak_is_known(n: int) -> None:
    most, again = peaks(n)
    for k in range(1, n + 1):
        rest = n - (n - 1) // k * k  # layers of the last segment
        whole = (n - 1) // k + 1
        peak = max(whole + rest - 1, (whole - 1 + k - 1) if whole > 1 else 0)
        assert most[k - 1] == peak
        assert again[k - 1] == n - whole
    assert most.min() <= 2 * np.sqrt(n)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"activation": "relu", "given": ((0, -1.8), (1, -0.3), (2, 1), (3, 0)), "seed": 8},
         "No hidden unit is awake"),
        ({"lr": 5.0, "activation": "relu"}, "too long"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(settings: dict[str, Any], word: str) -> None:
    assert word in list(lab.run(lab.Config(**settings)))[-1].note


def test_answers_and_odd_choices() -> None:
    config = lab.Config(chosen="w2.23", hidden=2, outputs=1, segment=36, layers=4)
    for step in (0, 5, 99):
        frame = lab.answer(config, Start(step, {}))
        lab.draw(config, frame)
        assert all(lab.readout(config, frame).values())
    zero = lab.Config(given=((0, 0), (1, 0), (2, 0), (3, 0)), penalty=0.0, activation="relu")
    frame = lab.answer(zero)
    assert not frame["g_w1"].any()


def test_challenges_can_be_passed_and_are_not_by_default() -> None:
    frames = list(lab.run(lab.Config()))
    assert not any(c.check(lab.Config(), frames).passed for c in lab.LAB.challenges)
    ways: dict[str, dict[str, Any]] = {
        "asleep": {"given": ((0, 0.0), (1, 0.0), (2, 2.0), (3, 0.0)), "penalty": 0.0},
        "overshoot": {"lr": 3.0, "given": ((0, 2.0), (1, 2.0), (2, -2.0), (3, 2.0))},
        "checkpoints": {"layers": 36, "segment": 6},
    }
    for challenge in lab.LAB.challenges[:3]:
        config = lab.Config(**ways[challenge.slug])
        assert challenge.check(config, list(lab.run(config))).passed, challenge.slug


def test_balance_exists() -> None:
    config, balance = lab.Config(penalty=0.4), lab.LAB.challenges[3]
    found = False
    for edge in ("w2.11", "w2.12", "w1.21"):
        for shift in np.arange(-2.5, 2.5, 0.01):
            moved = config.model_copy(update={"chosen": edge, "shift": float(shift)})
            found = found or balance.check(moved, [lab.answer(moved)]).passed
    assert found
