"""First weights against torch.nn.init and theory; gradients against autograd; products directly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from labcore import Start
from labcore.mlp import initialization as lab
from labcore.mlp.initialization.depth import (
    CROWD,
    DEPTH,
    act,
    crowd,
    deviation,
    first_weights,
    foretell,
    measure,
)
from labcore.mlp.initialization.products import MATRICES, mean_rate, products, typical_rate
from labcore.mlp.initialization.symmetry import EVERY, HIDDEN, POINTS, clusters, learn
from labcore.rng import numpy_generator, torch_generator

f = torch.nn.functional


@pytest.mark.parametrize("n", [8, 64])
def test_deviations_are_torchs(n: int) -> None:
    big = torch.empty(n, n)
    random = torch.Generator().manual_seed(0)
    for scheme, fill in (
        ("xavier", torch.nn.init.xavier_normal_),
        ("he", torch.nn.init.kaiming_normal_),
        ("orthogonal", torch.nn.init.orthogonal_),
    ):
        seen = [fill(big, generator=random).square().mean().item() for _ in range(200)]
        assert deviation(scheme, n, 9.0) ** 2 == pytest.approx(np.mean(seen), rel=0.04)


def test_what_is_drawn_has_that_deviation() -> None:
    for scheme in ("normal", "uniform", "xavier", "he", "orthogonal"):
        w = first_weights(scheme, 64, 0.3, 1)
        assert w.std().item() == pytest.approx(deviation(scheme, 64, 0.3), rel=0.01)
        assert abs(w.mean().item()) < 0.01
    w = first_weights("orthogonal", 24, 1.0, 1)
    assert (w @ w.mT).numpy() == pytest.approx(np.eye(24)[None].repeat(DEPTH, 0), abs=1e-5)
    assert first_weights("uniform", 64, 0.3, 1).abs().max() <= 3**0.5 * 0.3
    assert (first_weights("constant", 8, 0.3, 1) == 0.3).all()


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh", "sigmoid"])
def test_measured_is_autograds(activation: str) -> None:
    seen = measure("he", activation, 32, 0.0, 4)
    a, g = crowd(32, 4)
    values = [a.clone().requires_grad_()]
    for w in first_weights("he", 32, 0.0, 4):
        values.append(act(activation, values[-1] @ w))
    for layer in (0, 30, 49):
        (exact,) = torch.autograd.grad(values[-1], values[layer], g, retain_graph=True)
        assert seen.gradients[layer] == pytest.approx(exact.square().mean().item(), rel=1e-3)
        at = values[layer].square().mean().item()
        assert seen.values[layer] == pytest.approx(at, rel=1e-3)
    assert len(a) == CROWD


def test_theory_has_its_closed_forms() -> None:
    linear = foretell("linear", 50, 0.2, 1.0, 1.0)
    assert linear.values == pytest.approx(2.0 ** np.arange(DEPTH + 1), rel=1e-9)
    assert linear.gradients[::-1] == pytest.approx(linear.values, rel=1e-9)
    he = foretell("relu", 50, 0.2, 1.3, 0.7)
    assert he.values == pytest.approx(np.full(DEPTH + 1, 1.3), rel=1e-12)
    assert he.gradients == pytest.approx(np.full(DEPTH + 1, 0.7), rel=1e-12)
    rng = np.random.default_rng(0)
    z = rng.normal(size=10**6) * np.sqrt(50 * 0.2**2 * 0.4)
    tanh = foretell("tanh", 50, 0.2, 0.4, 1.0)
    assert tanh.values[1] == pytest.approx((np.tanh(z) ** 2).mean(), rel=4e-3)
    assert foretell("sigmoid", 50, 0.0, 1.0, 1.0).values[1] == pytest.approx(0.25)


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("scheme", ["normal", "uniform", "xavier", "he"])
def test_theory_holds_on_average_over_seeds(activation: str, scheme: str) -> None:
    """The mean over 40 seeds is within 4 standard errors, plus 3 % for a finite width."""
    ratios = []
    for seed in range(40):
        seen = measure(scheme, activation, 96, 0.12, seed)
        sigma = deviation(scheme, 96, 0.12)
        theory = foretell(activation, 96, sigma, seen.values[0], seen.gradients[DEPTH])
        ratios.append([seen.values[4] / theory.values[4],
                       seen.gradients[DEPTH - 3] / theory.gradients[DEPTH - 3]])  # fmt: skip
    off = np.abs(np.mean(ratios, axis=0) - 1)
    assert (off <= 4 * np.std(ratios, axis=0) / 40**0.5 + 0.03).all()


def test_a_rotation_loses_nothing() -> None:
    seen = measure("orthogonal", "linear", 48, 0.0, 2)
    assert seen.values == pytest.approx(np.full(DEPTH + 1, seen.values[0]), rel=1e-4)
    assert seen.gradients == pytest.approx(np.full(DEPTH + 1, seen.gradients[0]), rel=1e-4)


def test_equal_units_stay_equal_and_noise_parts_them() -> None:
    for seed in range(3):
        same = learn(0.5, 0.0, 0.0, 0.5, seed)
        assert np.ptp(same.weights, axis=1).max() == 0
        assert same.loss[-1] > 0.4
        for kw in ({"noise": 0.01, "drop": 0.0}, {"noise": 0.0, "drop": 0.3}):
            parted = learn(0.5, lr=0.5, seed=seed, **kw)
            assert np.ptp(parted.weights[-1], axis=0).max() > 0.1
            assert parted.loss[-1] < 0.3


def test_learning_is_torchs() -> None:
    seen = learn(0.4, 0.3, 0.0, 0.5, 7)
    x, y = clusters(7)
    random = torch_generator(7, "symmetry")
    w = (0.4 + 0.3 * torch.randn(2, HIDDEN, generator=random)).requires_grad_()
    v = (0.4 + 0.3 * torch.randn(HIDDEN, generator=random)).requires_grad_()
    b, c = torch.zeros(HIDDEN, requires_grad=True), torch.zeros((), requires_grad=True)
    optimizer = torch.optim.SGD([w, v, b, c], lr=0.5)
    for step in range(5 * EVERY + 1):
        loss = f.binary_cross_entropy_with_logits(torch.tanh(x @ w + b) @ v + c, y)
        if step % EVERY == 0:
            assert seen.loss[step // EVERY] == pytest.approx(loss.item(), rel=1e-3)
            assert seen.weights[step // EVERY] == pytest.approx(w.detach().numpy().T, abs=2e-3)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert len(x) == POINTS


@pytest.mark.parametrize("size", [2, 4, 8])
def test_products_are_products(size: int) -> None:
    logs, pictures = products(size, 3)
    random = numpy_generator(3, f"matrices/{size}")
    whole = np.eye(size)
    for k in range(1, 31):
        whole = random.standard_normal((20, size, size))[0] @ whole
        assert logs[0, k] == pytest.approx(np.log10(np.linalg.norm(whole[:, 0])), abs=1e-8)
        assert pictures[k] == pytest.approx(whole / np.abs(whole).max(), abs=1e-8)


@pytest.mark.parametrize("size", [2, 4, 8])
def test_their_growth_is_lyapunovs(size: int) -> None:
    """Mean over 20 × 12 products within 4 standard errors; the square mean by its definition."""
    ends = np.concatenate([products(size, seed)[0][:, -1] for seed in range(12)])
    error = ends.std() / len(ends) ** 0.5
    assert abs(ends.mean() - MATRICES * typical_rate(size, 1.0)) <= 4 * error
    v = np.random.default_rng(0).normal(size=(10**5, size)) * 0.7
    assert np.log10((v**2).sum(1).mean()) / 2 == pytest.approx(mean_rate(size, 0.7), abs=3e-3)
    assert np.log10(np.linalg.norm(v, axis=1)).mean() == pytest.approx(
        typical_rate(size, 0.7), abs=4e-3
    )


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"scheme": "zero"}, "nothing passes"),
        ({"scheme": "constant", "sigma": 0.6, "width": 96}, "explode"),
        ({"sigma": 0.6, "width": 96, "activation": "linear"}, "explode"),
        ({"activation": "sigmoid"}, "less than a millionth"),
    ],
)
def test_what_is_wrong_is_said(settings: dict[str, Any], word: str) -> None:
    config = lab.Config(**settings)
    frame = lab.answer(config, Start(50, {}))
    assert word in frame.note
    lab.panels(config, frame)
    lab.draw(config, frame)
    assert all(lab.readout(config, frame).values())


def test_challenges_can_be_passed_and_are_not_by_default() -> None:
    ways: dict[str, dict[str, Any]] = {
        "level": {"sigma": 0.18},
        "parted": {"drop": 0.2},
        "tamed": {"size": 6, "scale": 0.45},
        "bounded": {"activation": "tanh", "sigma": 0.15},
    }
    frames = list(lab.run(lab.Config()))
    for challenge in lab.LAB.challenges:
        assert not challenge.check(lab.Config(), frames).passed
        passed = []
        for seed in range(12):
            config = lab.Config(**ways[challenge.slug], seed=seed)
            ends = [lab.answer(config, Start(step, {})) for step in (0, 50)]
            passed.append(challenge.check(config, ends).passed)
        assert any(passed), challenge.slug
