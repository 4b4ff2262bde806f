"""The race against closed forms, torch, finite differences, scipy and scikit-learn."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import optimize

from labcore import Start, export, format_number, wire
from labcore.optimization import optimizer_trajectories as lab
from labcore.optimization.optimizer_trajectories import (
    Config,
    basins,
    curvature,
    field,
    ground,
    map_view,
    network,
    pace,
    race,
    sprint,
    typed,
)
from labcore.optimization.optimizer_trajectories.config import FURTHEST
from labcore.optimization.optimizer_trajectories.config import racers as config_racers
from labcore.optimization.optimizer_trajectories.curvature import hessian, sharpness
from labcore.optimization.optimizer_trajectories.divergence import limit
from labcore.optimization.optimizer_trajectories.ground import surface
from labcore.optimization.optimizer_trajectories.names import NAMES, OPTIMIZERS, PLANES


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    """As in the server's workers."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


FIVE = ("sgd", "momentum", "adagrad", "rmsprop", "adam")
RAVINE = {"surface": "quadratic", "x0": -2.6, "y0": 1.6}


def frames(**settings):
    return list(lab.run(Config(**settings)))


def series(run, name):
    return np.stack([frame[name] for frame in run])


# --- surfaces ---


@pytest.mark.parametrize("name", PLANES)
def test_gradients(name):
    world = surface(Config(surface=name, condition=37))
    points = np.random.default_rng(0).uniform(-3, 3, (50, 2))
    theta = torch.from_numpy(points).requires_grad_()
    (auto,) = torch.autograd.grad(world.loss(theta).sum(), theta)
    by_hand = np.stack(world.slope(points), -1)
    np.testing.assert_allclose(by_hand, auto, rtol=1e-11, atol=1e-9)
    np.testing.assert_allclose(world.loss(points), world.loss(theta).detach(), rtol=1e-12)
    for axis in (0, 1):
        h = np.eye(2)[axis] * 1e-5
        slope = (world.loss(points + h) - world.loss(points - h)) / 2e-5
        np.testing.assert_allclose(auto[:, axis], slope, rtol=1e-6, atol=3e-4)


PUBLISHED = {
    # Jamil & Yang (2013), and the functions' own papers.
    "quadratic": [(0, 0, 0)],
    "ravine": [(0, 0, 0)],
    "plateau": [(0, 0, 0)],
    "rosenbrock": [(1, 1, 0)],
    "beale": [(3, 0.5, 0)],
    "himmelblau": [(3, 2, 0), (-2.805118, 3.131312, 0), (-3.779310, -3.283186, 0),
                   (3.584428, -1.848126, 0)],
    "styblinski": [(-2.903534, -2.903534, -78.33233)],
    "goldstein": [(0, -1, 3), (-0.6, -0.4, 30), (1.8, 0.2, 84), (1.2, 0.8, 840)],
    "rastrigin": [(0, 0, 0)],
    "ackley": [(0, 0, 0)],
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_minima_are_the_published_ones(name):
    world = surface(Config(surface=name))
    for known, (x, y, _) in zip(PUBLISHED[name], world.minima, strict=False):
        assert (x, y) == pytest.approx(known[:2], abs=2e-6)
        assert world.loss(np.array([x, y])) == pytest.approx(known[2], abs=2e-5)
    for x, y, _ in world.minima:
        at = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)
        (g,) = torch.autograd.grad(world.loss(at), at)
        bends = torch.linalg.eigvalsh(torch.autograd.functional.hessian(world.loss, at))
        assert bends[0] > 0
        assert (g.abs() / bends[-1] < 1e-6).all(), "a Newton step away at most"
        near = np.array([x + 0.02, y - 0.01])
        found = optimize.minimize(lambda p: float(world.loss(p)), near, method="Nelder-Mead")
        assert found.x == pytest.approx([x, y], abs=2e-3)
    assert world.lowest == pytest.approx(float(world.loss(np.array(world.minima[0][:2]))), abs=1e-6)
    grid = np.linspace(-world.half, world.half, 301)
    assert world.loss(np.stack(np.meshgrid(grid, grid), -1)).min() >= world.lowest - 1e-9
    assert world.goal > world.lowest


@pytest.mark.parametrize("name", ["saddle", "monkey"])
def test_saddles_are_flat_and_bottomless(name):
    world = surface(Config(surface=name))
    x, y, _ = world.flat[0]
    assert np.hypot(*world.slope(np.array([x, y]))) == 0
    bends = torch.linalg.eigvalsh(hessian(world.loss, torch.zeros(2, dtype=torch.float64)))
    np.testing.assert_allclose(bends, [-2, 2] if name == "saddle" else [0, 0], atol=1e-12)
    assert world.lowest is None
    for dx, dy, _ in world.exits:
        assert np.hypot(dx, dy) == pytest.approx(1)
        falls = [float(world.loss(r * np.array([dx, dy]))) for r in (0, 1, 10, 100)]
        assert (np.diff(falls) < 0).all()


def test_curvature():
    for kappa in (1.0, 30.0, 1000.0):
        for name in ("quadratic", "ravine"):
            valley = surface(Config(surface=name, condition=kappa))
            bends = hessian(valley.loss, torch.ones(2).double())
            np.testing.assert_allclose(torch.linalg.eigvalsh(bends), [1, kappa])
    along = hessian(surface(Config(surface="ravine")).loss, torch.zeros(2).double())
    np.testing.assert_allclose(along @ torch.ones(2).double(), [1, 1])
    banana = surface(Config(surface="rosenbrock"))
    # The Hessian at (1, 1) is [[802, −400], [−400, 200]].
    at = torch.ones(2, dtype=torch.float64)
    assert sharpness(banana.loss, at) == pytest.approx(501 + np.sqrt(501**2 - 400), rel=1e-9)


@pytest.mark.parametrize("name", PLANES)
def test_hessians_are_torchs_own(name):
    world = surface(Config(surface=name))
    points = torch.from_numpy(np.random.default_rng(1).uniform(-2, 2, (6, 2)))
    ours = hessian(world.loss, points)
    for one, at in zip(ours, points, strict=True):
        whole = torch.autograd.functional.hessian(world.loss, at)
        torch.testing.assert_close(one, whole, rtol=1e-10, atol=1e-10)


# --- formulas ---


def test_a_formula_has_its_minima():
    # f′ = 4x³ − 4x, so minima at ±1 of height −1, and a saddle at 0.
    world = typed.typed("x^4 - 2x^2 + y^2")
    assert [round(x, 6) for x, _, _ in sorted(world.minima)] == [-1, 1]
    assert world.lowest == pytest.approx(-1)
    default = surface(Config(surface="formula"))
    roots = np.roots([0.5, 0, -2, 0.25])  # of f′ along x: x³/2 − 2x + 1/4
    wells = sorted(float(r.real) for r in roots if 1.5 * r.real**2 - 2 > 0)
    np.testing.assert_allclose(sorted(x for x, _, _ in default.minima), wells, atol=1e-6)
    many = typed.typed("sin(3x) + sin(3y)")
    assert len(many.minima) == typed.NAMED


@pytest.mark.parametrize(
    "text",
    ["3", "x", "x^2 - y^2", "log(x)", "1/x", "sqrt(x y)", "abs(x) + abs(y)", "exp(x^2 + y^2)",
     "max(x, y)^2", "x^20", "log(-1 - x^2)", "1/(x^2 + y^2)"],
)  # fmt: skip
def test_odd_formulas_run(text):
    config = Config(surface="formula", formula=text, steps=20, optimizers=OPTIMIZERS)
    run = frames(**config.model_dump())
    lab.panels(config, run[0])
    for frame in (*run[::6], lab.answer(config)):
        lab.readout(config, frame)
        wire.encode(lab.draw(config, frame))
    for k, name in enumerate(OPTIMIZERS):
        if np.isnan(run[-1]["theta"][k]).any():
            assert NAMES[name] in run[-1].note


def test_a_racer_that_leaves_the_formula_says_so():
    off = frames(surface="formula", formula="log(x) + y^2", x0=2, optimizers=("sgd",), lr=1)
    assert "SGD came to a place where the formula, or its slope, is not a number" in off[-1].note
    down = frames(surface="formula", formula="x^3 + y^2", x0=-2, optimizers=("sgd",), lr=0.1)
    assert "SGD went downhill out of the picture" in down[-1].note


@pytest.mark.parametrize("text", ["x +", "z^2", "", "__import__('os')", "x = 3", "sin x"])
def test_a_bad_formula_gives_a_sentence(text):
    config, notices = Config.parse({"formula": text, "surface": "formula"})
    assert config == Config()
    assert len(notices) == 1
    assert notices[0].startswith("Formula f(x, y): ")


# --- the race ---


@pytest.mark.parametrize(("lr", "kappa"), [(0.01, 30), (0.06, 30), (0.5, 1), (0.15, 10)])
def test_sgd_on_the_quadratic_is_a_power(lr, kappa):
    run = frames(lr=lr, condition=kappa, optimizers=("sgd",), steps=60, **RAVINE)
    t = np.arange(61)[:, None]
    exact = np.array([-2.6, 1.6]) * (1 - lr * np.array([1, kappa])) ** t
    np.testing.assert_allclose(series(run, "theta")[:, 0], exact, rtol=1e-5, atol=1e-30)
    loss = 0.5 * (exact**2 @ [1, kappa])
    np.testing.assert_allclose(series(run, "loss")[:, 0], loss, rtol=1e-5)


TORCH = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.002),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.002, momentum=0.8),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.002, momentum=0.8, nesterov=True),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.1, alpha=0.95),
    "adadelta": lambda p: torch.optim.Adadelta(p, lr=0.9, rho=0.95),
    "adam": lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.9, 0.95)),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.1, betas=(0.9, 0.95), weight_decay=0.1),
    "lbfgs": lambda p: torch.optim.LBFGS(p, lr=0.9, max_iter=1, history_size=10),
}


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
@pytest.mark.parametrize("name", TORCH)
@pytest.mark.parametrize("where", ["ravine", "rosenbrock", "himmelblau", "ackley", "formula"])
def test_the_race_is_torchs(name, where, schedule):
    settings = {
        "surface": where, "optimizers": (name,), "steps": 40, "lr": 0.002, "momentum": 0.8,
        "lr_adaptive": 0.1, "lr_own": 0.9, "beta2": 0.95, "decay": 0.1, "x0": -1.2, "y0": 1.1,
        "schedule": schedule, "warmup": 5 if schedule == "cosine" else 0,
    }  # fmt: skip
    config = Config(**settings)
    loss = surface(config).loss
    theta = torch.tensor([-1.2, 1.1], dtype=torch.float64, requires_grad=True)
    optimizer = TORCH[name]([theta])
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda t: pace.pace(config, t))

    def closure():
        optimizer.zero_grad()
        value = loss(theta)
        value.backward()
        return value

    theirs = [theta.detach().clone()]
    for _ in range(40):
        optimizer.step(closure)
        rates.step()
        theirs.append(theta.detach().clone())
    ours = series(list(lab.run(config)), "theta")[:, 0]
    theirs = np.where(np.abs(np.stack(theirs)).max(-1, keepdims=True) <= 1e4, theirs, np.nan)
    alive = np.isfinite(theirs).all(-1) & np.isfinite(ours).all(-1)
    assert alive[:3].all()
    np.testing.assert_allclose(ours[alive], theirs[alive], rtol=2e-4, atol=2e-5)


@pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler")
def test_newton_solves_its_linear_system():
    run = frames(surface="rosenbrock", optimizers=("newton",), damping=2, lr_own=0.7, steps=30)
    theta = np.array([-2.6, 1.6])
    for frame in run:
        np.testing.assert_allclose(frame["theta"][0], theta, rtol=1e-4, atol=1e-5)
        x, y = theta
        g = [-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)]
        bends = [[2 - 400 * (y - 3 * x**2), -400 * x], [-400 * x, 200]]
        theta = theta - 0.7 * np.linalg.solve(np.array(bends) + 2 * np.eye(2), g)
    one = frames(surface="ravine", optimizers=("newton",), steps=20)
    np.testing.assert_allclose(one[1]["theta"], 0, atol=1e-6)


def test_newton_climbs_to_a_top_and_a_saddle_unless_damped():
    top = {"surface": "himmelblau", "optimizers": ("newton",), "x0": 0, "y0": 0, "steps": 40}
    end = frames(**top)[-1]
    assert end["theta"][0] == pytest.approx([-0.270845, -0.923039], abs=1e-5)
    assert end["loss"][0] == pytest.approx(181.617, abs=1e-3)
    assert frames(**top, damping=50)[-1]["loss"][0] < 1e-6
    saddle = frames(surface="saddle", optimizers=("newton",), steps=20)
    np.testing.assert_allclose(saddle[-1]["theta"], 0, atol=1e-9)


def test_polyaks_ball_is_torchs_until_the_schedule_changes_eta():
    both = {"optimizers": ("momentum", "polyak"), "momentum": 0.9, "lr": 0.05, "steps": 120}
    same = series(frames(**both), "theta")
    np.testing.assert_allclose(same[:, 0], same[:, 1], rtol=1e-3, atol=1e-6)
    apart = series(frames(**both, schedule="multi_step"), "theta")
    np.testing.assert_allclose(apart[:41, 0], apart[:41, 1], rtol=1e-3, atol=1e-6)
    step = apart[41] - apart[40]
    assert np.abs(step[1]).max() > 4 * np.abs(step[0]).max(), "Polyak’s ball coasts on"


@pytest.mark.parametrize("schedule", ["constant", "factor", "multi_step", "cosine", "cyclical",
                                      "drawn"])  # fmt: skip
def test_a_schedule_scales_every_rate(schedule):
    config = Config(schedule=schedule, warmup=10, steps=100, optimizers=("sgd", "adagrad"))
    run = list(lab.run(config))
    factors = pace.pace(config, np.arange(100))
    np.testing.assert_allclose([f["factor"] for f in run[1:]], factors, rtol=1e-6)
    assert factors[0] == pytest.approx(factors[10] / 11, rel=0.02)
    t = np.arange(101)[:, None]
    scale = np.concatenate([[1], np.cumprod(1 - 0.055 * factors)])[:, None]
    np.testing.assert_allclose(series(run, "theta")[:, 0, :1], -2.6 * scale, rtol=1e-5)
    np.testing.assert_allclose(series(run, "rate")[1:, 0, 0], 0.055 * factors, rtol=1e-5)
    assert len(t) == len(run)


def test_the_effective_rate_is_what_stands_before_the_gradient():
    run = frames(optimizers=("sgd", "adagrad", "rmsprop", "newton"), steps=30)
    for frame in run[1:]:
        step = frame["before"] - frame["now"]
        g = frame["gradient"]
        move = frame["rate"] * np.where(frame["rate"] > 0, g, 0)
        seen = np.isfinite(move)
        np.testing.assert_allclose(np.abs(step)[seen], np.abs(move)[seen], rtol=2e-3, atol=1e-6)
    adam = frames(optimizers=("adam",), steps=30)
    for frame in adam[1:]:
        step = frame["before"] - frame["now"]
        np.testing.assert_allclose(step, frame["rate"] * frame["velocity"], rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(("ground", "kappa"), [("quadratic", 3.0), ("quadratic", 700.0),
                                               ("ravine", 30.0)])  # fmt: skip
@pytest.mark.parametrize(
    ("name", "momentum", "theory", "symbol"),
    [
        ("sgd", 0.7, 2, "2/λmax"),
        ("momentum", 0.5, 3, "2(1+β)/λmax"),
        ("momentum", 0.9, 3.8, "2(1+β)/λmax"),
        ("polyak", 0.5, 3, "2(1+β)/λmax"),
        ("nesterov", 0.5, 1.5, "2(1+β)/((1+2β)λmax)"),
        ("nesterov", 0.9, 3.8 / 2.8, "2(1+β)/((1+2β)λmax)"),
    ],
)
def test_diverges_exactly_beyond_the_bound(name, momentum, theory, symbol, ground, kappa):
    settings = {"surface": ground, "condition": kappa, "momentum": momentum,
                "optimizers": (name,), "steps": 250}  # fmt: skip
    bound = limit(Config(**settings), name, kappa)
    assert bound == pytest.approx(theory / kappa)
    start = {"x0": -2.6, "y0": 1.6}
    below = frames(lr=0.95 * bound, **settings, **start)
    beyond = frames(lr=1.05 * bound, **settings, **start) if 1.05 * bound <= 3 else None
    assert np.isfinite(below[-1]["loss"][0])
    assert below[-1].note == ""
    if beyond:
        assert np.isnan(beyond[-1]["loss"][0])
        assert f"> {symbol} = {format_number(bound)}." in beyond[-1].note
        first = next(frame for frame in beyond if frame.note)
        assert first.note.startswith(f"Step {first.step}: ")
        assert np.isfinite(beyond[first.step - 1]["loss"][0])


def test_other_divergences_are_explained():
    banana = frames(surface="rosenbrock", lr=0.05, steps=20, x0=-1.5, y0=2)[-1].note
    # There the Hessian is [[1902, 600], [600, 200]], so λmax = 2092.2.
    assert "SGD diverged; η 0.05 > 2/λmax = 0.000956, with the curvature λmax where" in banana
    saddle = frames(surface="saddle", x0=-2, y0=0.01, lr=0.3, optimizers=("sgd",), steps=50)
    assert "SGD left the saddle along y" in saddle[-1].note
    across = frames(surface="saddle", x0=-2, y0=0, lr=1.2, optimizers=("sgd",), steps=60)
    assert "η 1.2 > 2/λmax = 1, " in across[-1].note


def test_newton_and_lbfgs_say_why_they_were_lost():
    settings = {"surface": "formula", "optimizers": ("newton",), "steps": 40, "y0": 0}
    # Newton's step is x ← −x³ here, so it diverges beyond 1.
    flat = frames(formula="sqrt(1 + x^2) + sqrt(1 + y^2)", **settings)[-1]
    assert "Newton diverged; where it was last in view the least curvature is 0.0463" in flat.note
    # f″ < 0 beyond 1: x ← 2x³/(x² − 1).
    bent = frames(formula="log(1 + x^2) + y^2", **settings)[-1]
    assert "Newton diverged; where it was last in view the surface bends downwards" in bent.note
    monkey = frames(surface="monkey", optimizers=("lbfgs", "adam"), steps=250, lr_adaptive=1)[-1]
    assert "L-BFGS left the monkey saddle by one of its three ways down" in monkey.note
    peak = frames(lr=0.2, schedule="cosine", optimizers=("sgd",))[-1]
    assert "SGD diverged; η 0.2 at its highest > 2/λmax = 0.0667." in peak.note


@pytest.mark.parametrize("name", ["quadratic", "network"])
def test_same_seed_same_run_and_another_seed_another(name):
    settings = {"surface": name, "noise": 0.5, "steps": 20}
    one, two = (frames(seed=4, **settings) for _ in range(2))
    other = frames(seed=5, **settings)
    for a, b in zip(one, two, strict=True):
        assert all(np.array_equal(a[key], b[key], equal_nan=True) for key in a.values)
    assert not np.allclose(one[-1]["loss"], other[-1]["loss"], rtol=1e-3)


def test_the_noise_is_as_strong_as_said():
    drawn = np.stack([race.noise(Config(noise=2.5), t, (20, 2)) for t in range(250)])
    assert drawn.std() == pytest.approx(2.5, rel=0.03)
    assert abs(drawn.mean()) < 0.08
    assert abs(np.corrcoef(drawn[:-1].ravel(), drawn[1:].ravel())[0, 1]) < 0.04


@pytest.mark.parametrize(
    "settings",
    [
        {"noise": 1.0, "band": True},
        {"surface": "rosenbrock", "lr": 0.05},  # two racers are lost before the branch
        {"surface": "network", "noise": 0.1, "batch": "32"},
        {"optimizers": OPTIMIZERS, "schedule": "cyclical", "warmup": 5},
        {"optimizers": OPTIMIZERS, "surface": "network", "lr_own": 0.2},
    ],
)
def test_going_on_is_as_if_unbroken(settings):
    whole = frames(steps=24, **settings)
    at = whole[11]
    rest = list(lab.run(Config(steps=24, **settings), Start(at.step, at.checkpoint)))
    assert [frame.step for frame in rest] == list(range(12, 25))
    for a, b in zip(whole[12:], rest, strict=True):
        assert a.note == b.note
        assert a.values.keys() == b.values.keys()
        assert all(np.array_equal(a[key], b[key], equal_nan=True) for key in a.values)


def test_going_on_in_mid_flight_tells_the_same_reason():
    settings = {"surface": "rosenbrock", "lr": 0.05, "x0": -1.5, "y0": 2, "steps": 20}
    whole = frames(**settings)
    at = whole[1]  # out of view, not yet lost
    assert np.abs(at["theta"][0]).max() > 3.2
    assert not at.note
    rest = list(lab.run(Config(**settings), Start(at.step, at.checkpoint)))
    assert rest[-1].note == whole[-1].note != ""


def test_going_on_with_other_settings():
    config = Config(steps=40, optimizers=("sgd", "adam"))
    at = list(lab.run(config))[10]
    start = Start(at.step, at.checkpoint)
    branch = list(lab.run(config.model_copy(update={"lr": 0.01}), start))
    expected = at["theta"][0] * (1 - 0.01 * np.array([1, 30]))
    np.testing.assert_allclose(branch[0]["theta"][0], expected, rtol=1e-5)
    for change in (
        {"optimizers": OPTIMIZERS},
        {"band": True},
        {"surface": "network"},
        {"surface": "saddle"},
        {"steps": 20, "optimizers": ("rmsprop",)},
    ):
        settings = config.model_dump() | change
        found = list(lab.run(Config(**settings), start))
        assert found[0].step == 11
        assert np.isfinite(found[0]["loss"]).all()
    assert len(list(lab.run(config, Start(40, at.checkpoint)))) == 1


def test_band():
    still = frames(band=True, noise=0, steps=20)
    for frame in still:
        np.testing.assert_array_equal(frame["low"], frame["loss"])
        np.testing.assert_array_equal(frame["high"], frame["loss"])
    noisy, alone = frames(band=True, noise=1, steps=20), frames(noise=1, steps=20)
    np.testing.assert_array_equal(series(noisy, "theta"), series(alone, "theta"))
    last = noisy[-1]
    for k, name in enumerate(FIVE):
        losses = surface(Config()).loss(last.checkpoint[f"{name}/theta"])
        assert losses.shape == (20,)
        np.testing.assert_allclose(last["low"][k], np.quantile(losses, 0.05), rtol=1e-5)
        np.testing.assert_allclose(last["high"][k], np.quantile(losses, 0.95), rtol=1e-5)
        assert len(set(losses)) == 20


def test_band_holds_the_stationary_variance_of_sgd():
    """On f = ½κx², noisy SGD settles to a variance of η²σ² / (1 − (1 − ηκ)²)."""
    config = Config(condition=1, lr=0.5, noise=1, band=True, optimizers=("sgd",), steps=250)
    late = [frame.checkpoint["sgd/theta"] for frame in lab.run(config)][50:]
    assert np.var(late) == pytest.approx(0.25 / (1 - 0.25), rel=0.06)


def test_noise_floor_of_the_heavy_ball():
    """Its variance is that of SGD, times about 1/(1−β): ησ²(1+β) / ((1−β)λ(2(1+β) − ηλ))."""
    config = Config(
        condition=1, lr=0.5, momentum=0.6, noise=1, band=True, optimizers=("momentum",), steps=250
    )
    late = [frame.checkpoint["momentum/theta"] for frame in lab.run(config)][50:]
    assert np.var(late) == pytest.approx(0.5 * 1.6 / (0.4 * (3.2 - 0.5)), rel=0.08)


@pytest.mark.parametrize(
    "settings",
    [{}, {"noise": 1.5}, {"surface": "saddle", "y0": 0.01, "lr": 0.2},
     {"optimizers": OPTIMIZERS}, {"schedule": "drawn", "warmup": 10},
     {"optimizers": ("newton", "lbfgs", "yogi"), "lr_own": 0.5, "surface": "himmelblau"},
     *({"surface": name} for name in PLANES)],
)  # fmt: skip
def test_an_answer_is_the_run(settings):
    config = Config(steps=150, **settings)
    run, now = list(lab.run(config)), lab.answer(config)
    last = now.step
    assert 8 <= last <= 100
    path, losses = series(run, "theta")[: last + 1], series(run, "loss")[: last + 1]
    few = slice(0, {"rastrigin": 8, "ackley": 30, "beale": 80}.get(config.surface, 101))
    # The last digit, in which slopes by hand and by autograd differ, grows on those.
    np.testing.assert_allclose(now["path"][few], path[few], rtol=1e-4, atol=1e-5)
    scale = np.nanmax(np.abs(losses[np.isfinite(losses)]))
    finite = np.isfinite(losses[few])
    np.testing.assert_allclose(
        now["losses"][few][finite], losses[few][finite], rtol=2e-3, atol=1e-7 * min(scale, 1e3)
    )
    assert now.note == run[last].note


def test_the_schedule_on_the_network_follows_a_hand_without_a_race():
    config = Config(surface="network", schedule="drawn", drawn=((0, 2), (1, 0)))
    frame = lab.answer(config)
    patch = lab.draw(config, frame)
    assert list(patch) == ["drawing"]
    np.testing.assert_allclose(patch["drawing"]["traces"]["curve"]["y"][[0, 75]], [2, 1])
    assert lab.readout(config, frame)


def corners(alone):
    numbers = [c for c in Config.controls() if c.kind in ("float", "int") and c.name != "steps"]
    for end in ("low", "high"):
        yield {c.name: getattr(c, end) for c in numbers}
        for c in numbers:
            if c.name in alone or not alone:
                yield {c.name: getattr(c, end)}


@pytest.mark.parametrize("name", [*PLANES, "network"])
def test_every_bound_runs(name):
    few = ("lr", "lr_adaptive") if name == "network" else ("lr", "lr_own", "x0", "warmup")
    for settings in corners(few):
        settings |= {"optimizers": OPTIMIZERS}
        config = Config(**{"surface": name, "steps": 20, "band": True} | settings)
        run = list(lab.run(config))
        assert len(run) == lab.LAB.length(config)
        for frame in (run[0], run[-1], lab.answer(config) if name in PLANES else run[1]):
            lab.readout(config, frame)
            wire.encode(lab.draw(config, frame))
        for k, racer in enumerate(config_racers(config)):
            if np.isnan(run[-1]["theta"][k]).any():
                assert NAMES[racer] in run[-1].note


# --- the network ---


@pytest.fixture(scope="module")
def paths():
    config = Config(surface="network", steps=30, lr=0.3, lr_adaptive=0.02)
    moments = list(race.compete(config, network.network_loss, race.begin(config, None)))
    return torch.stack([moment.theta[:, 0] for moment in moments])


def test_network_loss_is_torchs():
    random = torch.Generator().manual_seed(1)
    theta = torch.randn(3, network.WEIGHTS, generator=random) * 0.3
    images, labels = network.digits()
    for one, loss, share in zip(
        theta, network.network_loss(theta), network.accuracy(theta), strict=True
    ):
        model = torch.nn.Sequential(
            torch.nn.Linear(64, 10), torch.nn.Tanh(), torch.nn.Linear(10, 10)
        )
        w1, b1, w2, b2 = one.split((640, 10, 100, 10))
        weights = (w1.view(64, 10).T, b1, w2.view(10, 10).T, b2)
        model.load_state_dict(dict(zip(model.state_dict(), weights, strict=True)))
        scores = model(images)
        expected = torch.nn.functional.cross_entropy(scores, labels)
        torch.testing.assert_close(loss, expected, rtol=1e-5, atol=1e-6)
        assert share == (scores.argmax(-1) == labels).float().mean()


def test_plane_is_sklearns(paths):
    from sklearn.decomposition import PCA

    ours = network.plane_through(paths)
    pca = PCA(n_components=2).fit(paths.reshape(-1, network.WEIGHTS).double().numpy())
    np.testing.assert_allclose(ours.explained, pca.explained_variance_ratio_, rtol=1e-4)
    np.testing.assert_allclose(np.abs(ours.axes @ pca.components_.T), np.eye(2), atol=1e-3)
    np.testing.assert_allclose(ours.axes @ ours.axes.T, np.eye(2), atol=1e-5)
    assert 0.5 < ours.explained.sum() < 1


def test_heights_are_the_loss_on_the_plane(paths):
    plane = network.plane_through(paths)
    at, heights = plane.heights(side=12)
    for i, j in ((0, 0), (3, 9), (11, 5)):
        theta = torch.from_numpy(plane.origin + at[j] * plane.axes[0] + at[i] * plane.axes[1])
        assert heights[i, j] == pytest.approx(float(network.network_loss(theta)), rel=1e-4)
        np.testing.assert_allclose(plane.project(theta), [at[j], at[i]], atol=1e-3)
    assert np.abs(plane.project(paths)).max() < plane.half


def test_network_learns_and_shows_its_true_loss():
    run = frames(surface="network", lr=0.3, lr_adaptive=0.02, steps=60)
    assert (run[-1]["accuracy"] > 0.85).all()
    theta = torch.from_numpy(run[-1].checkpoint["adam/theta"][0])
    assert run[-1]["loss"][4] == pytest.approx(float(network.network_loss(theta)), rel=1e-4)


def test_a_lost_network_leaves_the_plane_to_the_others():
    run = frames(surface="network", lr=3, momentum=0.99, steps=60)
    assert "Momentum diverged; η 3 > 2(1+β)/λmax" in run[-1].note
    assert np.isnan(run[-1]["accuracy"][1])
    assert run[0].checkpoint["plane/half"] < 200


def test_newton_stays_away_from_the_network():
    with pytest.raises(ValueError, match="cannot race on the network"):
        Config(surface="network", optimizers=("newton",))
    run = frames(surface="network", optimizers=("sgd", "newton"), steps=20)
    assert run[0]["loss"].shape == (1,)
    assert (
        "760"
        in lab.readout(Config(surface="network", optimizers=("sgd", "newton")), run[0])["Newton"]
    )


def test_sharpness_is_the_largest_eigenvalue_of_the_whole_hessian():
    run = frames(surface="network", lr=1, optimizers=("sgd", "adam"), lr_adaptive=0.02, steps=40)
    for frame in (run[0], run[1], run[15], run[40]):
        for k, name in enumerate(("sgd", "adam")):
            theta = torch.from_numpy(frame.checkpoint[f"{name}/theta"][0]).double()
            bends = torch.autograd.functional.hessian(network.network_loss, theta.float())
            largest = float(torch.linalg.eigvalsh(bends.double())[-1])
            assert frame["sharpness"][k] == pytest.approx(largest, rel=0.01)
            assert frame["sharpness"][k] <= largest * (1 + 1e-4), "Ritz values are from below"


def test_lanczos_on_a_known_hessian():
    values = torch.linspace(-1, 3, 30)
    turn, _ = torch.linalg.qr(torch.randn(30, 30, generator=torch.Generator().manual_seed(0)))
    bends = turn @ torch.diag(values) @ turn.T
    theta = torch.stack([torch.ones(30), torch.full((30,), torch.nan)])
    guess = torch.ones(2, 30)
    found, direction = curvature.sharpest(
        lambda t: 0.5 * ((t @ bends) * t).sum(-1), theta, guess, 30, 30
    )
    assert found[0] == pytest.approx(3, rel=1e-3)
    assert torch.isnan(found[1])
    assert abs(float(direction[0] @ turn[:, -1])) == pytest.approx(1, abs=0.02)


def test_a_small_batch_is_drawn_from_the_data_and_is_the_same_for_all():
    batches = [network.minibatch(3, t, 32) for t in range(200)]
    assert all(len(set(batch)) == 32 for batch in batches)
    share = np.bincount(np.concatenate(batches), minlength=500) / 200
    assert share.mean() == pytest.approx(32 / 500)
    assert 0.005 < share.min() < share.max() < 0.14
    assert network.minibatch(3, 0, 500) is None
    theta = network.first_weights(0)
    whole = torch.stack([network.network_loss(theta, b) for b in batches]).mean()
    assert float(whole) == pytest.approx(float(network.network_loss(theta)), rel=0.02)
    run = frames(surface="network", batch="8", optimizers=("sgd", "momentum"), momentum=0, steps=20)
    np.testing.assert_array_equal(run[-1]["loss"][0], run[-1]["loss"][1])
    at = torch.from_numpy(run[7].checkpoint["sgd/theta"]).requires_grad_()
    images, labels = network.digits()
    batch = network.minibatch(0, 7, 8)
    hidden = torch.tanh(images[batch] @ at[0, :640].view(64, 10) + at[0, 640:650])
    scores = hidden @ at[0, 650:750].view(10, 10) + at[0, 750:]
    (g,) = torch.autograd.grad(torch.nn.functional.cross_entropy(scores, labels[batch]), at)
    moved = at.detach() - 0.055 * g
    np.testing.assert_allclose(run[8].checkpoint["sgd/theta"], moved, rtol=1e-4, atol=1e-6)


# --- the maps ---


def one_of(config, changes):
    return config.model_copy(update={"optimizers": (config.racer,), **changes})


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"surface": "rosenbrock"},
        {"surface": "saddle", "y0": 0.1},
        {"racer": "adam", "lr_adaptive": 0.3},
        {"racer": "sgd", "map_x": "condition", "map_y": "rate"},
        {"racer": "nesterov", "surface": "ravine", "map_y": "condition", "schedule": "cosine"},
        {"racer": "rmsprop", "map_x": "x0", "map_y": "beta2", "surface": "styblinski", "y0": -1},
        {"racer": "adam", "map_y": "noise", "surface": "himmelblau", "lr_adaptive": 0.3},
        {"racer": "yogi", "map_x": "x0", "map_y": "y0", "surface": "plateau", "warmup": 20},
        {"racer": "lbfgs", "map_y": "y0", "surface": "rosenbrock", "x0": -1},
        {"racer": "newton", "map_y": "x0", "surface": "beale", "damping": 5},
        {"racer": "momentum", "surface": "formula", "schedule": "drawn"},
        {"racer": "adadelta", "map_x": "beta2", "map_y": "beta2", "lr_own": 2},
        {"racer": "lion", "map_y": "condition"},
    ],
)
def test_a_map_of_settings_counts_the_steps_of_single_runs(settings):
    config = Config(steps=100, **settings)
    goal = surface(config).goal
    counts = field.steps_needed(config)
    across, up = field.axes_of(config)
    assert counts.shape == (len(up.centres), len(across.centres))
    random = np.random.default_rng(0)
    reached = np.argwhere(counts >= 0)
    some = [*random.choice(reached, 4)] if len(reached) else []
    for i, j in [*some, *random.integers(0, len(up.centres), (6, 2))]:
        changes = {across.control: across.centres[j], up.control: up.centres[i]}
        one = one_of(config, changes)
        run = list(lab.run(one))
        loss = series(run, "loss")[:, 0].astype(float)
        count = counts[i, j]
        if config.surface == "saddle":  # off to infinity is below every goal
            loss = np.where(np.isnan(loss), -np.inf, loss)
        slack = 1e-3 * abs(goal - (surface(config).lowest or 0))
        if count >= 0:
            assert not (count and loss[count - 1] <= goal - slack)
            assert (loss[count:] <= goal + slack).all()
        elif count == field.NOT_YET:
            assert np.isfinite(loss).all()
            assert loss[-1] > goal - slack
        else:
            assert np.isnan(loss[-1])
    if config.racer not in ("adadelta", "lion"):
        assert len(reached), "a map of nothing tests nothing"


@pytest.mark.parametrize("kappa", [5.0, 30.0, 400.0])
def test_the_map_has_the_heavy_balls_boundary(kappa):
    config = Config(condition=kappa, steps=250)
    counts = field.steps_needed(config)
    across, up = field.axes_of(config)
    lr, beta = across.centres, up.centres
    assert across.edges[[0, -1]] == pytest.approx([1e-4, 3])
    ratio = lr[None] * kappa / (2 * (1 + beta[:, None]))
    diverged = counts == field.DIVERGED
    assert not diverged[ratio < 1].any()
    assert diverged[(ratio > 1.06) & (beta[:, None] < 0.9)].all()
    assert (counts[ratio > 1] < 0).all()
    edge = map_view.edge_of(config, across, up)[0]
    np.testing.assert_allclose(edge.x, 2 * (1 + edge.y) / kappa)


def test_axes_that_do_not_matter_give_way():
    def pair(**settings):
        return field.chosen(Config(**settings))

    assert pair() == ("rate", "beta")
    assert pair(racer="adam") == ("rate", "beta2")
    assert pair(racer="sgd") == ("rate", "condition")
    assert pair(racer="sgd", surface="beale") == ("rate", "y0")
    assert pair(map_x="beta") == ("beta", "rate")
    assert pair(map_x="condition", map_y="condition", surface="ravine") == ("condition", "rate")
    for racer in OPTIMIZERS:
        for x in field.AXES:
            for y in field.AXES:
                across, up = pair(racer=racer, map_x=x, map_y=y, surface="beale")
                assert across != up


@pytest.mark.parametrize(
    "settings",
    [
        {"surface": "himmelblau", "racer": "momentum", "lr": 0.005, "momentum": 0.9},
        {"surface": "himmelblau", "racer": "newton"},
        {"surface": "himmelblau", "racer": "lbfgs"},
        {"surface": "styblinski", "racer": "adam", "lr_adaptive": 0.3},
        {"surface": "rastrigin", "racer": "sgd", "lr": 0.001},
        {"surface": "monkey", "racer": "sgd", "lr": 0.01},
        {"surface": "saddle", "racer": "rmsprop", "steps": 250},
        {"surface": "rosenbrock", "racer": "sgd", "lr": 0.0003},
        {"surface": "goldstein", "racer": "yogi", "schedule": "cosine"},
        {"surface": "formula", "racer": "momentum", "lr": 0.1},
        {"surface": "plateau", "racer": "nesterov", "lr": 1},
    ],
)
def test_a_map_of_starts_is_where_single_runs_end(settings):
    config = Config(**{"steps": 60} | settings)
    edges, codes, steps = basins.basins(config)
    centres = (edges[1:] + edges[:-1]) / 2
    world, half = surface(config), ground.half(config)
    random = np.random.default_rng(1)
    kinds = np.unique(codes)
    cells = [random.choice(np.argwhere(codes == kind)) for kind in kinds]
    for i, j in [*cells, *random.integers(0, len(centres), (5, 2))]:
        x, y = centres[j], centres[i]
        if max(abs(x), abs(y)) > FURTHEST:
            continue
        loss = race.landscape(config)
        one = one_of(config, {"x0": float(x), "y0": float(y)})
        moments = list(race.compete(one, loss, race.begin(one, None)))
        end, before = moments[-1].theta[0, 0].numpy(), moments[-2].theta[0, 0].numpy()
        near = [k for k, (a, b, _) in enumerate(world.minima[:4])
                if np.hypot(end[0] - a, end[1] - b) < basins.REACHED * half]  # fmt: skip
        if world.exits and codes[i, j] < len(world.exits):
            last = next(m for m in reversed(moments) if m.theta[0, 0].isfinite().all())
            way = last.theta[0, 0].numpy()
            ways = [way @ [dx, dy] for dx, dy, _ in world.exits]
            assert np.argmax(ways) == codes[i, j]
        elif near:
            assert near == [codes[i, j]]
            way = np.stack([moment.theta[0, 0].numpy() for moment in moments])
            a, b, _ = world.minima[near[0]]
            far = np.hypot(way[:, 0] - a, way[:, 1] - b) >= basins.REACHED * half
            assert steps[i, j] == (np.flatnonzero(far)[-1] + 1 if far.any() else 0)
        elif np.isnan(end).any():
            assert codes[i, j] == basins.GONE
        else:
            still = np.hypot(*(end - before)) < basins.REST * half
            assert codes[i, j] == (basins.ELSEWHERE if still else basins.ON_THE_WAY)


def test_small_steps_of_sgd_end_below_their_own_start():
    """With tiny steps the map of starts is that of the gradient flow: no start at a minimum leaves
    it, and the picture's symmetry stays."""
    config = Config(surface="styblinski", racer="sgd", lr=0.005, steps=250)
    edges, codes, _ = basins.basins(config)
    centres = (edges[1:] + edges[:-1]) / 2
    top = 0.15673  # f′ = 0 between the wells: the border of the basins
    expected = np.where(centres > top, 1, 0)
    inner = np.abs(centres) < 5
    sure = np.abs(centres - top) > 0.1
    for i in np.flatnonzero(inner & sure):
        for j in np.flatnonzero(inner & sure):
            assert codes[i, j] == expected[j] + 2 * expected[i]


def test_an_early_end_of_a_sprint_changes_nothing():
    config = Config(racer="newton", steps=60)
    start = torch.tensor([[2.0, 1.0], [0.0, 0.0]], dtype=torch.float64)
    steps = list(sprint.sprint(config, start, {}))
    assert len(steps) < 10
    np.testing.assert_allclose(steps[-1][0], 0, atol=1e-12)


# --- figures, words, challenges ---


@pytest.mark.parametrize("settings", [{}, {"band": True, "noise": 1}, {"surface": "saddle"},
                                      {"optimizers": OPTIMIZERS}, {"schedule": "drawn"},
                                      {"surface": "formula"}, {"surface": "network"}])  # fmt: skip
def test_patches_name_traces_that_are_there(settings):
    config = Config(steps=20, **settings)
    run = list(lab.run(config))
    figures = lab.panels(config, run[0])
    uids = {name: {trace.uid for trace in figure.data} for name, figure in figures.items()}
    assert all(len(uids[name]) == len(figure.data) for name, figure in figures.items())
    shape = None
    for frame in run:
        patch = lab.draw(config, frame)
        named = {(p, part, u) for p in patch for part in patch[p] for u in patch[p][part]}
        assert all(uid in uids[panel] for panel, _, uid in named)
        shape = shape or named
        assert named == shape
        assert len(wire.frame_message(0, frame, patch, lab.readout(config, frame))) < 15_000
    if config.surface in PLANES:
        whole = lab.draw(config, lab.answer(config))
        for panel, part in whole.items():
            assert part["traces"].keys() <= uids[panel]
            assert not part.get("append")
        for panel, uid in (("surface", "path.adam"), ("relief", "rope.adam")):
            path = whole[panel]["traces"][uid]
            appended = [lab.draw(config, f)[panel]["append"][uid]["x"][0] for f in run]
            few = slice(0, len(path["x"]))
            np.testing.assert_allclose(path["x"], appended[few], rtol=1e-4, atol=1e-5)
    for figure in figures.values():
        assert figure.layout.meta["alt"]


def number(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize(
    "settings",
    [{}, {"surface": "rosenbrock", "noise": 0.3, "lr_own": 0.5, "damping": 3},
     {"schedule": "cosine", "warmup": 5}, {"surface": "network", "lr_own": 0.2}],
)  # fmt: skip
def test_the_formulas_add_up(settings):
    config = Config(steps=20, optimizers=OPTIMIZERS, **settings)
    checked = set()
    for frame in list(lab.run(config))[1:]:
        told = lab.readout(config, frame)
        for title, latex in lab.LAB.formulas.items():
            if config.surface != "network" or title != "Newton":
                assert set(re.findall(r"\\slot\{([A-Za-z0-9.]+)\}", latex)) <= told.keys()

        def get(name, told=told):
            return number(told[name]) if told[name] != "–" else np.nan

        def check(name, move, begins="before", get=get):
            after = get(f"{name}.{begins}") - get(f"{name}.lr") * move
            scale = max(abs(get(f"{name}.{begins}")), abs(get(f"{name}.lr") * move))
            if np.isfinite(after) and np.isfinite(get(f"{name}.after")):
                assert after == pytest.approx(get(f"{name}.after"), abs=3e-4 * scale), name
                checked.add(name)

        check("sgd", get("sgd.g"))
        check("momentum", 0.7 * get("momentum.v.before") + get("momentum.g"))
        v = 0.7 * get("polyak.v.before") + get("polyak.lr") * get("polyak.g")
        check("polyak", v / get("polyak.lr") if get("polyak.lr") else np.nan)
        v = 0.7 * get("nesterov.v.before") + get("nesterov.g")
        check("nesterov", get("nesterov.g") + 0.7 * v)
        s = get("adagrad.s.before") + get("adagrad.g") ** 2
        check("adagrad", get("adagrad.g") / np.sqrt(s))
        s = get("rmsprop.rho") * get("rmsprop.s.before")
        s += get("rmsprop.fresh") * get("rmsprop.g") ** 2
        check("rmsprop", get("rmsprop.g") / np.sqrt(s))
        s = get("adadelta.rho") * get("adadelta.s.before")
        s += get("adadelta.fresh") * get("adadelta.g") ** 2
        d = get("adadelta.g") * np.sqrt((get("adadelta.u.before") + 1e-6) / (s + 1e-6))
        check("adadelta", d)
        for name in ("adam", "adamw", "yogi"):
            m = 0.9 * get(f"{name}.m.before") + 0.1 * get(f"{name}.g")
            if np.isfinite(m):
                near = 1e-4 * abs(get(f"{name}.g"))
                assert get(f"{name}.m") == pytest.approx(m, rel=1e-3, abs=near)
            eps = 1e-3 if name == "yogi" else 1e-8
            move = get(f"{name}.mhat") / (np.sqrt(get(f"{name}.vhat")) + eps)
            check(name, move, "shrunk" if name == "adamw" else "before")
        c = 0.9 * get("lion.m.before") + 0.1 * get("lion.g")
        check("lion", np.sign(c) + 0.01 * get("lion.before"))
        check("lbfgs", get("lbfgs.hg"))
        if config.surface != "network":
            bends = np.array([[get("newton.xx"), get("newton.xy")],
                              [get("newton.xy"), get("newton.yy")]])  # fmt: skip
            bends += get("newton.damping") * np.eye(2)
            if np.isfinite(bends).all() and abs(np.linalg.det(bends)) > 1e-3:
                g = np.array([get("newton.g"), get("newton.y.g")])
                if np.abs(g).min() > 1e-3:
                    check("newton", np.linalg.solve(bends, g)[0])
    away = {"newton"} if config.surface == "network" else set()
    lost_at_once = {"momentum", "nesterov"} if config.surface == "rosenbrock" else set()
    assert checked >= set(OPTIMIZERS) - away - lost_at_once


@pytest.mark.parametrize("title", lab.LAB.formulas)
def test_formulas_become_mathml(title):
    latex = lab.LAB.formulas[title]
    drawn = wire.mathml(latex)
    assert drawn.count("data-slot") == latex.count(r"\slot{")
    assert "begin" not in drawn
    assert "&</mi>" not in drawn


CHALLENGES = {
    "plain": (
        {"condition": 50, "lr": 0.038},
        [{}, {"condition": 50, "lr": 0.02}, {"condition": 50, "lr": 0.041},
         {"condition": 50, "lr": 0.038, "x0": 0.1}, {"condition": 50, "optimizers": ("adam",)}],
    ),
    "ridge": (
        {"surface": "saddle", "y0": 0, "noise": 1, "lr": 0.1},
        [{}, {"surface": "saddle", "y0": 0, "lr": 0.1}, {"surface": "saddle", "noise": 1},
         {"surface": "saddle", "y0": 0, "noise": 0.1, "lr": 0.01}],
    ),
    "ball": (
        {"condition": 1000, "lr": 0.0036, "momentum": 0.85, "x0": -1, "y0": 1},
        [{}, {"condition": 1000, "lr": 0.0019, "momentum": 0.0}, {"condition": 1000},
         {"condition": 1000, "lr": 0.0036, "momentum": 0.95, "x0": -1, "y0": 1}],
    ),
    "banana": (
        {"surface": "rosenbrock", "x0": -1, "y0": -1, "lr": 0.0016, "momentum": 0.57},
        [{}, {"surface": "rosenbrock", "lr": 0.0005}, {"surface": "rosenbrock", "x0": 0.9, "y0": 1},
         {"surface": "rosenbrock", "x0": -1, "y0": -1, "lr": 0.0002, "momentum": 0.5}],
    ),
    "quiet": (
        {"noise": 1, "schedule": "cosine", "lr": 0.03, "steps": 250, "y0": 2},
        [{}, {"noise": 1, "lr": 0.03, "steps": 250, "y0": 2}, {"noise": 1},
         {"noise": 1, "lr": 0.002, "steps": 250, "y0": 2},
         {"noise": 1, "schedule": "cosine", "lr": 0.2, "steps": 250, "y0": 2}],
    ),
    "descend": (
        {"surface": "himmelblau", "optimizers": ("newton",), "x0": 0, "y0": -0.5, "damping": 50},
        [{}, {"surface": "himmelblau", "optimizers": ("newton",), "x0": 0, "y0": -0.5},
         {"surface": "himmelblau", "optimizers": ("adam",), "x0": 0, "y0": -0.5},
         {"surface": "himmelblau", "optimizers": ("newton",), "x0": 3, "y0": 2.1}],
    ),
    "apart": (
        {"surface": "himmelblau", "x0": 0.69, "y0": -0.1, "lr": 0.01, "momentum": 0.95,
         "lr_adaptive": 0.3, "optimizers": ("sgd", "momentum", "adagrad", "rmsprop", "adam",
                                            "lbfgs", "nesterov")},
        [{}, {"surface": "himmelblau", "lr": 0.01}, {"surface": "himmelblau", "noise": 1}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("challenge", lab.LAB.challenges, ids=lambda challenge: challenge.slug)
def test_challenges_can_be_passed_and_failed(challenge):
    passes, fails = CHALLENGES[challenge.slug]
    verdict = challenge.check(Config(**passes), frames(**passes))
    assert verdict.passed, verdict.says
    for settings in fails:
        verdict = challenge.check(Config(**settings), frames(**settings))
        assert not verdict.passed, (settings, verdict.says)
        assert verdict.says


def test_presets_show_what_they_say():
    found = {preset.title: preset.settings for preset in lab.LAB.presets}
    fates = frames(**found["One rate, two fates"])[-1]
    assert np.isnan(fates["loss"][0])
    assert fates["loss"][1] < 1e-6
    turned = found["The gift is gone"]
    gone = frames(**turned)[80]["loss"]
    given = frames(**turned | {"surface": "quadratic"})[80]["loss"]
    assert gone[0] < 10 * given[0], "momentum does not notice"
    assert gone[2] > 1e3 * given[2]
    assert gone[3] > 2 * given[3]
    balls = series(frames(**found["Two momentums, one schedule"]), "loss")
    np.testing.assert_allclose(balls[:51, 0], balls[:51, 1], rtol=1e-3)
    assert balls[51:61, 1].mean() > 5 * balls[51:61, 0].mean()
    floor = frames(**found["The noise floor"])
    low, high = (np.median(series(floor, edge)[150:], axis=0) for edge in ("low", "high"))
    assert high[1] > 3 * high[0]
    assert low[1] > 3 * low[0]
    drawn = found["Draw your way through the noise"]
    settled, shaken = (
        series(frames(**drawn | change), "loss")[-20:].mean(0)
        for change in ({}, {"schedule": "constant"})
    )
    assert (settled < 0.4 * shaken).all()
    relapse = series(frames(**found["RMSProp’s relapse"]), "loss")[:, 0]
    assert relapse[:100].min() < 1e-6
    assert relapse[50:].max() > 1
    saddle = series(frames(**found["Who leaves the saddle first?"]), "theta")[..., 1]
    early = saddle[10]
    assert early[[2, 3, 4]].min() > 5 * early[0]
    final = frames(**found["Rosenbrock’s banana"])
    assert series(final, "theta")[:, 1, 0].max() > 1.4
    assert np.argmin(final[-1]["loss"]) == FIVE.index("adam")
    bend = series(frames(**found["Curvature sees round the bend"]), "loss")
    assert bend[30, 3] < 1e-3 * bend[30, 0]
    assert bend[-1, 2] < bend[-1, 0]
    top = frames(**found["Newton likes tops as well"])[-1]
    newton = config_racers(Config(**found["Newton likes tops as well"])).index("newton")
    assert top["loss"][newton] == pytest.approx(181.617, abs=1e-2)
    flat = found["A plateau"]
    walk = frames(**flat)[-1]["loss"]
    assert walk[1] < 0.01 * walk[0]
    network_end = frames(**found["A real network"])[-1]
    assert (network_end["accuracy"] > 0.95).all()
    steep = frames(**found["Thrown to flatter ground"])
    sharp = series(steep, "sharpness")
    assert sharp[0, 0] > 2 / 1.5
    assert sharp[-1, 0] < 2 / 1.5
    assert np.isfinite(steep[-1]["loss"]).all()
    small = frames(**found["Eight images at a time"])[-1]
    assert (small["accuracy"] > 0.8).all()


def test_the_race_leaves_global_state_alone():
    before = torch.get_rng_state(), torch.get_num_threads(), torch.get_default_dtype()
    numpy_before = np.random.get_state()[1].copy()  # noqa: NPY002
    frames(noise=1, band=True, steps=20)
    frames(surface="network", noise=0.1, steps=20)
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1:] == (torch.get_num_threads(), torch.get_default_dtype())
    np.testing.assert_array_equal(numpy_before, np.random.get_state()[1])  # noqa: NPY002


def test_the_exported_script_runs_and_no_name_is_made_twice(tmp_path):
    config = Config(surface="network", steps=20, optimizers=("sgd", "lbfgs"))
    script = tmp_path / "race.py"
    script.write_text(export.script(lab, config))
    tree = ast.parse(script.read_text())
    made = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    made += [t.id for n in tree.body if isinstance(n, ast.Assign) for t in n.targets
             if isinstance(t, ast.Name)]  # fmt: skip
    assert len(made) == len(set(made))
    root = Path(lab.__file__).parents[3]
    done = subprocess.run(
        [sys.executable, str(script)], cwd=root, env={"PYTHONPATH": str(root), "PATH": "",
        "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.count("Lowest loss") == 21
