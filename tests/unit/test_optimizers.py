"""The rules from scratch are those of torch.optim."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from labcore.optimizers import RULES

CASES = [
    ("sgd", {"lr": 0.05}, torch.optim.SGD, {"lr": 0.05}),
    ("momentum", {"lr": 0.01}, torch.optim.SGD, {"lr": 0.01, "momentum": 0.9}),
    ("momentum", {"lr": 0.02, "beta": 0.5}, torch.optim.SGD, {"lr": 0.02, "momentum": 0.5}),
    ("adagrad", {}, torch.optim.Adagrad, {}),
    ("adagrad", {"lr": 0.5, "eps": 1e-3}, torch.optim.Adagrad, {"lr": 0.5, "eps": 1e-3}),
    ("rmsprop", {}, torch.optim.RMSprop, {}),
    ("rmsprop", {"lr": 0.1, "rho": 0.8}, torch.optim.RMSprop, {"lr": 0.1, "alpha": 0.8}),
    ("adam", {}, torch.optim.Adam, {}),
    (
        "adam",
        {"lr": 0.2, "beta1": 0.5, "beta2": 0.9, "eps": 1e-2},
        torch.optim.Adam,
        {"lr": 0.2, "betas": (0.5, 0.9), "eps": 1e-2},
    ),
]


def bumpy(theta: torch.Tensor) -> torch.Tensor:
    return (theta**2 + torch.sin(3 * theta)).sum() + (theta[0] * theta[1]).sum()


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("name", "ours", "theirs", "settings"), CASES)
def test_equals_torch_over_100_steps(name, ours, theirs, settings, seed):
    random = torch.Generator().manual_seed(seed)
    begin = torch.randn(2, 3, generator=random, dtype=torch.float64)
    theta, state = begin.clone(), {}
    weight = begin.clone().requires_grad_()
    optimizer = theirs([weight], **settings)
    for _ in range(100):
        at = theta.clone().requires_grad_()
        (g,) = torch.autograd.grad(bumpy(at), at)
        theta, state = RULES[name](theta, g, state, **ours)
        optimizer.zero_grad()
        bumpy(weight).backward()
        optimizer.step()
        torch.testing.assert_close(theta, weight.detach(), rtol=1e-6, atol=1e-6)
    assert (theta - begin).abs().min() > 1e-3  # they moved


@pytest.mark.parametrize("name", RULES)
def test_defaults_are_those_of_torch(name):
    theirs = {
        "sgd": torch.optim.SGD,
        "adagrad": torch.optim.Adagrad,
        "rmsprop": torch.optim.RMSprop,
        "adam": torch.optim.Adam,
    }
    weight = torch.zeros(1)
    if name == "momentum":
        defaults = {"lr": 1e-3, "beta": 0.9}  # torch's rate; its momentum is 0, that is, SGD
    else:
        given = theirs[name]([weight]).defaults
        beta1, beta2 = given.get("betas", (None, None))
        defaults = {"lr": given["lr"], "eps": given.get("eps"), "rho": given.get("alpha"),
                    "beta1": beta1, "beta2": beta2}  # fmt: skip
    for key, value in RULES[name].__kwdefaults__.items():
        assert value == defaults[key], key


@pytest.mark.parametrize("name", RULES)
def test_numpy_and_any_batch_shape(name):
    random = np.random.default_rng(3)
    theta, states = random.standard_normal((4, 5, 2)), ({}, {}, {})
    tensor, single = torch.from_numpy(theta), theta[1, 2]
    for _ in range(5):
        g = random.standard_normal((4, 5, 2))
        theta, s0 = RULES[name](theta, g, states[0])
        tensor, s1 = RULES[name](tensor, torch.from_numpy(g), states[1])
        single, s2 = RULES[name](single, g[1, 2], states[2])
        states = (s0, s1, s2)
    np.testing.assert_allclose(tensor.numpy(), theta, rtol=1e-12)
    np.testing.assert_allclose(single, theta[1, 2], rtol=1e-12)


@pytest.mark.parametrize("name", RULES)
def test_pure(name):
    theta, g = torch.ones(3), torch.full((3,), 2.0)
    once, state = RULES[name](theta, g, {})
    copies = {key: torch.as_tensor(value).clone() for key, value in state.items()}
    RULES[name](once, g, state)
    assert torch.equal(theta, torch.ones(3))
    assert torch.equal(g, torch.full((3,), 2.0))
    assert all(torch.equal(torch.as_tensor(state[key]), copies[key]) for key in state)
