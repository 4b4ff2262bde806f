"""Sums of bent lines against least squares; training, folds and products against what they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression

from labcore import Start
from labcore.mlp import universal_approximation as lab
from labcore.mlp.universal_approximation.depth import (
    BUDGET,
    LINE,
    MOST,
    count_pieces,
    deep_weights,
    flat_fit,
    flat_units,
    folded,
    matrices,
    product,
    random_pieces,
    through,
    width_for,
)
from labcore.mlp.universal_approximation.lesson import grid_lines
from labcore.mlp.universal_approximation.pieces import (
    EVERY,
    FRAMES,
    GRID,
    contributions,
    fixed_units,
    kinks_of,
    random_units,
    solve,
    target,
    train,
)

ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
TORCHS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "linear": lambda z: z}


def curves() -> list[tuple[tuple[float, float], ...]]:
    rng = np.random.default_rng(0)
    drawn = [tuple(zip(np.sort(rng.uniform(0, 1, n)), rng.uniform(-1, 1, n), strict=True))
             for n in (2, 5, 14)]  # fmt: skip
    return [*drawn, ((0.5, 0.3), (0.5, -1.0)), ((0.0, 1.0), (0.0, 1.0), (1.0, -1.0))]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("width", [1, 7, 24])
def test_solved_is_least_squares(activation: Any, width: int) -> None:
    for points in curves():
        config = lab.Config(activation=activation, width=width, points=points)
        y, theta = target(config), solve(config, target(config))
        w, b = fixed_units(config)
        h = TORCHS[activation](torch.from_numpy(np.outer(GRID, w) + b)).numpy()
        best = LinearRegression().fit(h, y).predict(h)
        ours = theta[-1] + contributions(activation, theta, GRID).sum(0)
        assert np.mean((ours - y) ** 2) <= np.mean((best - y) ** 2) + 1e-9
        assert ours == pytest.approx(best, abs=2e-4)
        if activation == "relu":
            assert np.abs(np.c_[h, np.ones(len(h))].T @ (ours - y)).max() < 1e-8


def test_a_broken_line_is_met_exactly() -> None:
    """With a kink at each corner the sum is the line itself."""
    config = lab.Config(width=5)
    y = np.interp(GRID, np.arange(6) / 5, [0.2, -0.7, 0.9, 0.1, 0.1, -1.0])
    theta = solve(config, y)
    assert theta[-1] + contributions("relu", theta, GRID).sum(0) == pytest.approx(y, abs=1e-10)
    assert kinks_of(theta) == pytest.approx(np.arange(5) / 5)


def test_the_partial_sum_is_right_up_to_the_latest_kink() -> None:
    config = lab.Config(width=10)
    frames = list(lab.run(config))
    whole = frames[-1]["sum"]
    for frame in frames[1:]:
        known = frame["used"] / 10 >= GRID
        assert frame["sum"][known] == pytest.approx(whole[known], abs=1e-5)


def test_the_curve_goes_through_its_points_and_not_beyond() -> None:
    points = ((0.0, -0.5), (0.25, 0.75), (0.5, 0.75), (1.0, -1.0))
    y = target(lab.Config(points=points))
    for x, height in points:
        assert y[round(x * 160)] == pytest.approx(height, abs=1e-12)
    assert y.min() >= -1
    assert y.max() <= 0.75 + 1e-12


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_training_is_torchs(activation: Any) -> None:
    config = lab.Config(activation=activation, method="trained", width=6, lr=0.01, seed=3)
    y = target(config)
    ways = list(zip(range(4), train(config, y), strict=False))
    theta = random_units(config)
    w, b, v, c = (p.clone().requires_grad_() for p in theta.split([6, 6, 6, 1]))
    optimizer = torch.optim.Adam([w, b, v, c], lr=0.01)
    x, goal = torch.from_numpy(GRID).float()[:, None], torch.from_numpy(y).float()
    for step in range(3 * EVERY + 1):
        if step % EVERY == 0:
            seen = torch.cat([w, b, v, c]).detach().numpy()
            assert ways[step // EVERY][1] == pytest.approx(seen, abs=2e-3)
        loss = torch.nn.functional.mse_loss(TORCHS[activation](x * w + b) @ v + c, goal)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def test_descent_cannot_beat_least_squares_in_its_own_units() -> None:
    """The trained heights are no better than the solved ones for the same hidden layer."""
    config = lab.Config(method="trained", width=12, seed=1)
    y = target(config)
    *_, theta = train(config, y)
    W = config.width
    h = np.maximum(0, np.outer(GRID, theta[:W]) + theta[W : 2 * W])
    best = LinearRegression().fit(h, y).predict(h)
    ours = theta[-1] + contributions("relu", theta, GRID).sum(0)
    assert np.mean((best - y) ** 2) <= np.mean((ours - y) ** 2) + 1e-9


@pytest.mark.parametrize("layers", range(1, MOST + 1))
def test_folds_double(layers: int) -> None:
    y = folded(layers)
    slopes = np.diff(y) / np.diff(LINE)
    assert np.abs(slopes) == pytest.approx(np.full(256, 2.0**layers))
    assert 1 + (np.diff(np.sign(slopes)) != 0).sum() == 2**layers
    net = torch.nn.Sequential(torch.nn.Linear(1, 2), torch.nn.ReLU())
    for _ in range(layers - 1):
        net.extend([torch.nn.Linear(2, 2), torch.nn.ReLU()])
    net.append(torch.nn.Linear(2, 1))
    assert sum(p.numel() for p in net.parameters()) == deep_weights(layers)
    assert 3 * flat_units(layers) + 1 == deep_weights(layers)
    bends = np.abs(np.diff(flat_fit(layers), 2)) > 1e-9
    assert bends.sum() <= 2 * flat_units(layers)  # a kink between two places bends twice
    with torch.no_grad():  # the fold, written as a network
        a = torch.from_numpy(LINE).float()[:, None]
        for _ in range(layers):
            a = torch.relu(a @ torch.ones(1, 2) - torch.tensor([0.0, 0.5])) @ torch.tensor(
                [[2.0], [-4.0]]
            )
    assert a[:, 0].numpy() == pytest.approx(y, abs=1e-5)


def test_pieces_are_counted() -> None:
    x = torch.linspace(-1, 1, 2001)[:, None]
    kinks = torch.tensor([-0.7, -0.1, 0.33, 0.8])
    assert count_pieces([torch.ones(1, 4)], [-kinks], x) == 5
    seen = random_pieces(0)
    assert len(seen) == MOST
    for layers in range(1, MOST + 1):
        m = width_for(layers)
        assert abs(3 * m + 1 + (layers - 1) * (m * m + m) - BUDGET) <= 0.15 * BUDGET
    assert seen[0] <= width_for(1) + 1


@pytest.mark.parametrize("seed", [0, 5])
def test_layers_without_a_bend_are_one_matrix(seed: int) -> None:
    weights = matrices(seed, 6)
    x = grid_lines()
    assert through("linear", weights, x, 1.0) == pytest.approx(
        np.linalg.multi_dot(weights[::-1]) @ x, abs=1e-12, nan_ok=True
    )
    assert product(weights) == pytest.approx(np.linalg.multi_dot(weights[::-1]))
    bent = through("relu", weights, x, 1.0)
    assert np.nanmin(bent) >= 0
    frames = list(lab.run(lab.Config(activation="linear", seed=seed)))
    assert lab.readout(lab.Config(activation="linear"), frames[-1])["One matrix is off by"] == "0"
    line = frames[-1]["sum"].astype(float)
    assert np.abs(np.diff(line, 2)).max() < 1e-5


def test_while_a_point_is_dragged_trained_weights_stay() -> None:
    config = lab.Config(method="trained", width=4)
    frame = next(f for f in lab.run(config) if f.step == 5)
    moved = config.model_copy(update={"points": ((0.0, 0.9), (1.0, -0.9))})
    answer = lab.answer(moved, Start(5, frame.checkpoint or {}))
    assert np.array_equal(answer["theta"], frame["theta"])
    assert not np.array_equal(answer["target"], frame["target"])
    wider = lab.answer(lab.Config(method="trained", width=9), Start(5, frame.checkpoint or {}))
    assert len(wider["theta"]) == 28


def test_overflow_is_said() -> None:
    config = lab.Config(method="trained")
    frame = lab.answer(config, Start(3, {"theta": np.full(31, np.nan)}))
    assert "too large" in frame.note
    lab.draw(config, frame)
    assert all(lab.readout(config, frame).values())
    assert len(list(lab.run(lab.Config(width=1, depth=1, layers=1)))) == FRAMES + 1


def test_challenges_can_be_passed_and_are_not_by_default() -> None:
    spike = ((0.0, 0.0), (0.466, 0.0), (0.483, 1.0), (0.5, 0.0), (1.0, 0.0))
    ways: dict[str, dict[str, Any]] = {
        "close": {"activation": "sigmoid", "width": 16},
        "missed": {"points": spike, "width": 30},
        "folds": {"depth": 8},
        "found": {"method": "trained", "width": 8, "lr": 0.01, "seed": 1},
    }
    frames = list(lab.run(lab.Config()))
    for challenge in lab.LAB.challenges:
        assert not challenge.check(lab.Config(), frames).passed
        config = lab.Config(**ways[challenge.slug])
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)
