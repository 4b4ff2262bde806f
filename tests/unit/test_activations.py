"""Functions and slopes against torch and autograd; chain, depth and training against both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from labcore import Start
from labcore.mlp import activations as lab
from labcore.mlp.activations.functions import NAMES, phi, slope
from labcore.mlp.activations.lesson import (
    DEPTH,
    EVERY,
    FACTORS,
    SAMPLES,
    chain,
    data,
    propagate,
    train_units,
)
from labcore.rng import torch_generator

f = torch.nn.functional
TORCHS: dict[str, Any] = {
    "relu": f.relu, "leaky": lambda z: f.leaky_relu(z, 0.3),
    "prelu": lambda z: f.prelu(z, torch.tensor([0.3], dtype=z.dtype)),
    "elu": lambda z: f.elu(z, 0.3), "gelu": f.gelu, "silu": f.silu, "softplus": f.softplus,
    "tanh": torch.tanh, "sigmoid": torch.sigmoid,
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_functions_and_slopes_are_torchs(name: str) -> None:
    grid = torch.cat([torch.linspace(-9, 9, 1001), torch.tensor([-80.0, 0.0, 80.0])]).double()
    z = grid.requires_grad_()
    value = TORCHS[name](z)
    (exact,) = torch.autograd.grad(value.sum(), z)
    assert phi(name, z, 0.3).detach().numpy() == pytest.approx(value.detach().numpy(), abs=1e-8)
    assert slope(name, z, 0.3).detach().numpy() == pytest.approx(exact.numpy(), abs=1e-7)


@pytest.mark.parametrize("name", NAMES)
def test_the_product_is_the_slope_of_the_chain(name: Any) -> None:
    config = lab.Config(function=name, weight=0.9, x=0.7, alpha=0.3)
    values, slopes = chain(config, name)
    x = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    a = x
    for layer in range(12):
        a = TORCHS[name](0.9 * a)
        assert values[layer + 1] == pytest.approx(a.item(), rel=1e-9)
        (exact,) = torch.autograd.grad(a, x, retain_graph=True)
        assert np.prod(slopes[: layer + 1]) == pytest.approx(exact.item(), rel=1e-9)


def test_the_sigmoids_slopes_are_at_most_a_quarter() -> None:
    for x in (-4.0, -0.3, 0.0, 2.0):
        _, slopes = chain(lab.Config(x=x, weight=1.0), "sigmoid")
        assert (np.cumprod(slopes) <= 0.25 ** np.arange(1, DEPTH + 1)).all()


@pytest.mark.parametrize(("name", "gain"), [("relu", 2**0.5), ("tanh", 1.2), ("silu", 1.5)])
def test_gradients_through_depth_are_autograds(name: str, gain: float) -> None:
    seen = propagate(name, gain, 0.3, 3)
    random = torch_generator(3, "deep")
    weights = torch.randn(DEPTH, 100, 100, generator=random) * (gain / 10)
    values = [torch.randn(100, 100, generator=random).requires_grad_()]
    for w in weights:
        values.append(TORCHS[name](values[-1] @ w))
    g = torch.randn(100, 100, generator=random)
    for layer in (0, 20, 45):
        (exact,) = torch.autograd.grad(values[-1], values[layer], g, retain_graph=True)
        assert seen.gradient[layer] == pytest.approx(exact.std().item(), rel=1e-3)
        assert seen.signal[layer] == pytest.approx(values[layer].std().item(), rel=1e-3)
    assert seen.shares.sum(1) == pytest.approx(np.full(DEPTH + 1, 100.0))


@pytest.mark.parametrize("name", ["relu", "leaky", "prelu", "tanh"])
def test_training_is_torchs(name: str) -> None:
    """The same first weights, data and rate, with autograd and torch.optim.SGD."""
    seen = train_units(name, 0.04, -0.3, 0.2, 5)
    x, y = data(5)
    random = torch_generator(5, "units")
    w = torch.randn(48, generator=random).requires_grad_()
    b = (0.5 * torch.randn(48, generator=random) - 0.3).requires_grad_()
    v = (torch.randn(48, generator=random) / 48**0.5).requires_grad_()
    c, a = torch.zeros(1, requires_grad=True), torch.tensor([0.2], requires_grad=name == "prelu")
    optimizer = torch.optim.SGD([p for p in (w, b, v, c, a) if p.requires_grad], lr=0.04)
    act = {"relu": f.relu, "leaky": lambda z: f.leaky_relu(z, 0.2),
           "prelu": lambda z: f.prelu(z, a), "tanh": torch.tanh}[name]  # fmt: skip
    for step in range(8 * EVERY + 1):
        loss = 0.5 * f.mse_loss(act(x[:, None] * w + b) @ v + c, y)
        if step % EVERY == 0:
            assert seen.loss[2, step // EVERY] == pytest.approx(loss.item(), rel=2e-3)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert len(x) == SAMPLES
    assert FACTORS[2] == 1


def test_dead_units_are_dead() -> None:
    """A ReLU with no slope at any data point keeps its hinge for ever."""
    seen = train_units("relu", 0.2, 0.0, 0.1, 0)
    for here, there, awake in zip(seen.hinge, seen.hinge[1:], seen.alive, strict=False):
        assert np.array_equal(here[~awake], there[~awake])
    assert (np.diff(seen.dead[2]) >= 0).all()
    assert seen.dead[2, -1] > 80
    assert train_units("leaky", 0.05, 0.0, 0.1, 0).dead[2].max() == 0


def test_overflow_is_said_and_drawn() -> None:
    config = lab.Config(function="relu", lr=1.0)
    frames = list(lab.run(config))
    assert "too large" in frames[-1].note
    lab.panels(config, frames[0])
    for frame in frames[::10]:
        lab.draw(config, frame)
        assert all(lab.readout(config, frame).values())
    names: tuple[Any, ...] = tuple(NAMES)
    for function in names:
        far = lab.Config(function=function, beside=function, weight=3.0, x=4.0, gain=6.0, alpha=1.0)
        lab.draw(far, lab.answer(far, Start(50, {})))


def test_challenges_can_be_passed_and_are_not_by_default() -> None:
    ways: dict[str, dict[str, Any]] = {
        "vanish": {"function": "tanh", "weight": 2.5},
        "survive": {"function": "tanh", "weight": 1.0, "x": 0.05},
        "lean": {"function": "relu", "lr": 0.2},
        "edge": {"function": "tanh", "gain": 1.15},
    }
    frames = list(lab.run(lab.Config()))
    for challenge in lab.LAB.challenges:
        assert not challenge.check(lab.Config(), frames).passed
        config = lab.Config(**ways[challenge.slug])
        assert challenge.check(config, list(lab.run(config))).passed, challenge.slug
