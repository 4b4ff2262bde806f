"""The rules from scratch are those of torch.optim, or of a plain loop where it has none."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from labcore.optimizers import RULES
from labcore.schedules import SCHEDULES

SGD, LBFGS, Adadelta = torch.optim.SGD, torch.optim.LBFGS, torch.optim.Adadelta
CASES = [
    ("sgd", {"lr": 0.05}, SGD, {"lr": 0.05}),
    ("momentum", {"lr": 0.01}, SGD, {"lr": 0.01, "momentum": 0.9}),
    ("momentum", {"lr": 0.02, "beta": 0.5}, SGD, {"lr": 0.02, "momentum": 0.5}),
    ("nesterov", {"lr": 0.01}, SGD, {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    ("nesterov", {"lr": 0.04, "beta": 0.6}, SGD, {"lr": 0.04, "momentum": 0.6, "nesterov": True}),
    ("adagrad", {}, torch.optim.Adagrad, {}),
    ("adagrad", {"lr": 0.5, "eps": 1e-3}, torch.optim.Adagrad, {"lr": 0.5, "eps": 1e-3}),
    ("rmsprop", {}, torch.optim.RMSprop, {}),
    ("rmsprop", {"lr": 0.1, "rho": 0.8}, torch.optim.RMSprop, {"lr": 0.1, "alpha": 0.8}),
    ("adadelta", {}, Adadelta, {}),
    ("adadelta", {"lr": 3, "rho": 0.7, "eps": 1e-3}, Adadelta, {"lr": 3, "rho": 0.7, "eps": 1e-3}),
    ("adam", {}, torch.optim.Adam, {}),
    (
        "adam",
        {"lr": 0.2, "beta1": 0.5, "beta2": 0.9, "eps": 1e-2},
        torch.optim.Adam,
        {"lr": 0.2, "betas": (0.5, 0.9), "eps": 1e-2},
    ),
    ("adamw", {"lr": 0.01}, torch.optim.AdamW, {"lr": 0.01}),
    (
        "adamw",
        {"lr": 0.1, "beta1": 0.8, "beta2": 0.95, "eps": 1e-3, "weight_decay": 0.4},
        torch.optim.AdamW,
        {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.4},
    ),
    ("lbfgs", {"lr": 0.3}, LBFGS, {"lr": 0.3, "max_iter": 1, "history_size": 10}),
    ("lbfgs", {"history": 2}, LBFGS, {"max_iter": 1, "history_size": 2}),
]


def bumpy(theta: torch.Tensor) -> torch.Tensor:
    """Not quadratic, with coordinates that matter to each other; of any vector."""
    return (theta**2 + torch.sin(3 * theta)).sum() + (theta[0] * theta[1:]).sum()


def valley(theta: torch.Tensor) -> torch.Tensor:
    """Bent and narrow, in two dimensions."""
    x, y = theta
    return (1 - x) ** 2 / 4 + 2 * (y - x**2 / 2) ** 2 + 0.3 * torch.cos(2 * x * y)


def slope(loss, theta: torch.Tensor) -> torch.Tensor:
    at = theta.detach().clone().requires_grad_()
    return torch.autograd.grad(loss(at), at)[0]


def call(name, theta, g, state, **settings):
    """A rule with whatever it asks for."""
    if name == "newton" and "hessian" not in settings:
        eye = np.broadcast_to(np.eye(theta.shape[-1]) * 2, (*theta.shape, theta.shape[-1]))
        settings["hessian"] = torch.tensor(eye).to(theta) if torch.is_tensor(theta) else eye
    return RULES[name](theta, g, state, **settings)


FIRST = [name for name, *_ in CASES]
RACES = [
    (*case, loss, n, schedule)
    for i, case in enumerate(CASES)
    for loss, n, schedule in [(bumpy, 7, None), *((valley, 2, s) for s in (None, *SCHEDULES))]
    # every rule under every schedule, and its other settings under one of them
    if schedule in (None, "cosine") or FIRST.index(case[0]) == i
]


@pytest.mark.filterwarnings("ignore:The epoch parameter:UserWarning")
@pytest.mark.parametrize(("name", "ours", "theirs", "settings", "loss", "n", "schedule"), RACES)
def test_equals_torch_over_100_steps(name, ours, theirs, settings, loss, n, schedule):
    random = torch.Generator().manual_seed(n)
    begin = torch.randn(n, generator=random, dtype=torch.float64)
    theta, state = begin.clone(), {}
    weight = begin.clone().requires_grad_()
    optimizer = theirs([weight], **settings)
    rate = optimizer.param_groups[0]["lr"]

    def times(step: int) -> float:
        return SCHEDULES[schedule](step, 100, warmup=7) if schedule else 1.0

    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, times)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss(weight)
        value.backward()
        return value

    for step in range(100):
        theta, state = RULES[name](
            theta, slope(loss, theta), state, **{**ours, "lr": rate * times(step)}
        )
        optimizer.step(closure)
        scheduler.step()
        torch.testing.assert_close(theta, weight.detach(), rtol=1e-6, atol=1e-6)
    assert (theta - begin).abs().max() > 1e-3  # they moved
    assert theta.isfinite().all()


@pytest.mark.parametrize("name", sorted(set(RULES) - {"newton"}))
def test_defaults_are_those_of_torch(name):
    theirs = {
        "sgd": SGD, "nesterov": SGD, "adagrad": torch.optim.Adagrad, "adam": torch.optim.Adam,
        "rmsprop": torch.optim.RMSprop, "adadelta": Adadelta, "adamw": torch.optim.AdamW,
        "lbfgs": LBFGS, "polyak": SGD, "momentum": SGD,
    }  # fmt: skip
    papers = {
        "yogi": {"lr": 1e-2, "beta1": 0.9, "beta2": 0.999, "eps": 1e-3},
        "lion": {"lr": 1e-4, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0},
    }
    if name in papers:
        defaults = papers[name]
    else:
        given = theirs[name]([torch.zeros(1)]).defaults
        beta1, beta2 = given.get("betas", (None, None))
        defaults = {**given, "beta1": beta1, "beta2": beta2, "rho": given.get("alpha"),
                    "beta": 0.9, "history": 10}  # fmt: skip
        if name == "adadelta":
            defaults["rho"] = given["rho"]
    for key, value in RULES[name].__kwdefaults__.items():
        assert value == defaults[key], key


@pytest.mark.parametrize("name", RULES)
def test_numpy_and_any_batch_shape(name):
    random = np.random.default_rng(3)
    theta, states = random.standard_normal((4, 5, 2)), ({}, {}, {}, {})
    tensor, single, rated = torch.from_numpy(theta), theta[1, 2], theta
    rates = np.linspace(0.1, 2, 20).reshape(4, 5, 1)
    for _ in range(5):
        g = random.standard_normal((4, 5, 2))
        theta, s0 = call(name, theta, g, states[0], lr=rates[1, 2, 0])
        tensor, s1 = call(name, tensor, torch.from_numpy(g), states[1], lr=rates[1, 2, 0])
        single, s2 = call(name, single, g[1, 2], states[2], lr=rates[1, 2, 0])
        rated, s3 = call(name, rated, g, states[3], lr=rates)
        states = (s0, s1, s2, s3)
        for state in states[:2]:
            assert all(np.ndim(v) == 0 or np.shape(v)[:2] == (4, 5) for v in state.values())
    np.testing.assert_allclose(tensor.numpy(), theta, rtol=1e-10)
    np.testing.assert_allclose(single, theta[1, 2], rtol=1e-10)
    np.testing.assert_allclose(rated[1, 2], theta[1, 2], rtol=1e-10)
    assert abs(rated[0, 0] - theta[0, 0]).max() > 1e-3
    assert s0.keys() == s1.keys()
    for key, value in s0.items():
        np.testing.assert_allclose(np.asarray(s1[key]), value, rtol=1e-10)


@pytest.mark.parametrize("name", RULES)
def test_pure(name):
    theta, g = torch.ones(3), torch.full((3,), 2.0)
    once, state = call(name, theta, g, {})
    assert once.dtype == torch.float32
    copies = {key: torch.as_tensor(value).clone() for key, value in state.items()}
    call(name, once, g + 1, state)
    assert torch.equal(theta, torch.ones(3))
    assert torch.equal(g, torch.full((3,), 2.0))
    assert all(torch.equal(torch.as_tensor(state[key]), copies[key]) for key in state)


def race(name, seed=0, n=5, schedule=None, **settings):
    """100 steps of one of our rules: the way, the gradients, and the rates that were used."""
    theta = torch.randn(n, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    lr, way, slopes, rates, state = settings.pop("lr"), [theta.numpy()], [], [], {}
    for step in range(100):
        slopes.append(slope(bumpy, theta).numpy())
        rates.append(lr * (SCHEDULES[schedule](step, 100, warmup=3) if schedule else 1))
        theta, state = RULES[name](theta, torch.tensor(slopes[-1]), state, **settings, lr=rates[-1])
        way.append(theta.numpy())
    return np.array(way), np.array(slopes), np.array(rates)


@pytest.mark.parametrize("schedule", [None, *SCHEDULES])
def test_polyak_is_his_two_step_form(schedule):
    """θ(t+1) = θ(t) − η(t)g(t) + β(θ(t) − θ(t−1)), without any v."""
    way, slopes, rates = race("polyak", schedule=schedule, lr=0.02, beta=0.85)
    last = way[0]
    for t in range(100):
        want = way[t] - rates[t] * slopes[t] + 0.85 * (way[t] - last)
        np.testing.assert_allclose(way[t + 1], want, rtol=1e-9, atol=1e-12)
        last = way[t]


def test_polyak_and_momentum_part_when_the_rate_falls():
    ways = [race(name, lr=0.02, schedule=None)[0] for name in ("polyak", "momentum")]
    np.testing.assert_allclose(*ways, rtol=1e-8)
    states = [{}, {}]
    for lr in (1.0, 1.0, 0.0):  # the rate falls to 0
        steps = []
        for k, name in enumerate(("polyak", "momentum")):
            to, states[k] = RULES[name](0.0, 1.0, states[k], lr=lr, beta=0.5)
            steps.append(-to)
    assert steps == [0.75, 0.0]  # Polyak's ball rolls on with half its step; the other stops


@pytest.mark.parametrize("schedule", [None, *SCHEDULES])
def test_yogi_is_a_plain_loop(schedule):
    settings = {"lr": 0.1, "beta1": 0.8, "beta2": 0.9, "eps": 1e-3}
    way, slopes, rates = race("yogi", schedule=schedule, **settings)
    shrank = 0
    for i in range(5):
        m = v = 0.0
        for t in range(100):
            g = slopes[t, i]
            m = 0.8 * m + 0.2 * g
            if g**2 > v:
                v = v + 0.1 * g**2
            elif g**2 < v:
                v, shrank = v - 0.1 * g**2, shrank + 1
            step = (m / (1 - 0.8 ** (t + 1))) / (math.sqrt(v / (1 - 0.9 ** (t + 1))) + 1e-3)
            want = way[t, i] - rates[t] * step
            assert way[t + 1, i] == pytest.approx(want, rel=1e-9, abs=1e-12)
    assert shrank > 50


@pytest.mark.parametrize("schedule", [None, *SCHEDULES])
@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_lion_is_a_plain_loop(decay, schedule):
    way, slopes, rates = race(
        "lion", schedule=schedule, lr=0.02, beta1=0.7, beta2=0.9, weight_decay=decay
    )
    for i in range(5):
        m = 0.0
        for t in range(100):
            c = 0.7 * m + 0.3 * slopes[t, i]
            want = way[t, i] - rates[t] * (math.copysign(1, c) * (c != 0) + decay * way[t, i])
            assert way[t + 1, i] == pytest.approx(want, rel=1e-9, abs=1e-12)
            m = 0.9 * m + 0.1 * slopes[t, i]


def test_signs_of_lion():
    g = np.array([2.0, 0.0, -0.1, np.inf, np.nan])
    for as_array in (np.asarray, torch.tensor):
        to, _ = RULES["lion"](as_array([0.0] * 5), as_array(g), {}, lr=1.0)
        assert list(map(float, to)) == [-1, 0, 1, -1, 0]


LANDS = {
    "bumpy": bumpy,
    "valley": valley,
    "saddle": lambda p: p[0] ** 2 - p[1] ** 2 + p[1] ** 4 / 4,  # curves down: y·s < 0 there
    "well": lambda p: -torch.exp(-(p**2).sum()),  # flat far away
}


@pytest.mark.parametrize(
    "as_array", [torch.stack, lambda rows: np.stack([r.numpy() for r in rows])]
)
@pytest.mark.parametrize("history", [1, 3, 10])
@pytest.mark.parametrize("land", LANDS)
def test_lbfgs_of_a_batch_is_torchs_one_by_one(land, history, as_array):
    """Vectors that skip an update, arrive or start at rest do so each on its own."""
    loss = LANDS[land]
    begin = torch.randn(12, 2, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    begin[6] /= 2  # in the valley torch's own ways from here part by 0.5 if moved by 1e-16
    begin[3] = 0.0  # at rest on the saddle and in the well
    begin[4] = torch.tensor([0.0, 4.0]) if land == "well" else begin[4]
    weights = [row.clone().requires_grad_() for row in begin]
    optimizers = [LBFGS([w], lr=0.4, max_iter=1, history_size=history) for w in weights]
    theta, state = as_array(list(begin)).reshape(3, 4, 2), {}
    for _ in range(100):
        rows = torch.as_tensor(theta).reshape(12, 2)
        g = as_array([slope(loss, row) for row in rows]).reshape(3, 4, 2)
        theta, state = RULES["lbfgs"](theta, g, state, lr=0.4, history=history)
        for weight, optimizer in zip(weights, optimizers, strict=True):

            def closure(weight=weight, optimizer=optimizer):
                optimizer.zero_grad()
                value = loss(weight)
                value.backward()
                return value

            optimizer.step(closure)
        want = torch.stack([w.detach() for w in weights])
        got = torch.as_tensor(theta).reshape(12, 2)
        torch.testing.assert_close(got, want, rtol=1e-6, atol=1e-6)
    known = [
        len(o.state[w].get("old_dirs") or ()) for o, w in zip(optimizers, weights, strict=True)
    ]
    ours = (np.asarray(state["rho"]) != 0).sum((-1, -2)).reshape(12)
    assert ours.tolist() == known
    counts = [o.state[w]["n_iter"] for o, w in zip(optimizers, weights, strict=True)]
    assert np.asarray(state["count"]).reshape(12).tolist() == counts
    assert land in ("valley", "bumpy") or len(set(counts)) > 1  # they did not all go the same way


def test_lbfgs_skips_and_rests_in_a_batch():
    theta = np.array([[1.0, 2.0], [1.0, 2.0], [0.0, 0.0]])
    g = np.array([[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
    theta1, state = RULES["lbfgs"](theta, g, {})
    np.testing.assert_allclose(theta1 - theta, [[-0.5, -0.5], [-0.5, -0.5], [0, 0]])  # 1-norm 1
    g2 = np.array([[0.5, 0.5], [2.0, 2.0], [1.0, 0.0]])  # curves up, curves down, wakes up
    theta2, state = RULES["lbfgs"](theta1, g2, state)
    np.testing.assert_array_equal((state["rho"] != 0).sum((-1, -2)), [1, 0, 0])
    np.testing.assert_allclose(state["scale"][:, 0], [1, 1, 1])
    np.testing.assert_allclose(theta2 - theta1, [[-0.5, -0.5], [-2, -2], [-1, 0]])
    everywhere, same = RULES["lbfgs"](theta2, np.zeros((3, 2)), state)
    assert everywhere is theta2
    assert same is state


def test_lbfgs_on_a_parabola_finds_its_curvature():
    """With rate 1 it comes to rest at the minimum, solved for by NumPy."""
    random = np.random.default_rng(0)
    root = random.standard_normal((6, 6))
    matrix, b = root @ root.T + np.eye(6), random.standard_normal(6)
    theta, state = np.zeros(6), {}
    for _ in range(30):
        theta, state = RULES["lbfgs"](theta, matrix @ theta - b, state)
    np.testing.assert_allclose(theta, np.linalg.solve(matrix, b), atol=5e-5)  # g·Hg < 1e-9


def test_a_lost_vector_leaves_its_neighbours_alone():
    theta = torch.ones(3, 2, dtype=torch.float64)
    g = torch.ones(3, 2, dtype=torch.float64)
    g[1] = torch.nan
    hessian = 2 * torch.eye(2, dtype=torch.float64).expand(3, 2, 2).clone()
    hessian[2, 0, 1] = hessian[2, 1, 0] = torch.inf
    for name in ("lbfgs", "newton"):
        more = {"hessian": hessian} if name == "newton" else {}
        to, state = RULES[name](theta, g, {}, **more)
        to, _ = RULES[name](to, g / 2, state, **more)
        assert to[0].isfinite().all()
        assert to[1].isnan().all()
        assert to[2].isnan().all() if name == "newton" else torch.equal(to[2], to[0])


@pytest.mark.parametrize("as_array", [np.asarray, torch.tensor])
@pytest.mark.parametrize("damping", [0.0, 0.7])
def test_newton_solves(as_array, damping):
    random = np.random.default_rng(4)
    for n in (1, 2, 5):
        h = random.standard_normal((3, 4, n, n))
        h = h + h.swapaxes(-1, -2)  # some of them curve down
        theta, g = random.standard_normal((2, 3, 4, n))
        to, state = RULES["newton"](
            as_array(theta), as_array(g), {}, lr=0.9, hessian=as_array(h), damping=damping
        )
        want = theta - 0.9 * np.linalg.solve(h + damping * np.eye(n), g[..., None])[..., 0]
        np.testing.assert_allclose(np.asarray(to), want, rtol=1e-8)
        assert state == {}


def test_newton_is_there_in_one_step_and_squares_its_error_near():
    matrix = np.array([[3.0, 1.0], [1.0, 40.0]])
    at = np.array([5.0, -8.0])
    to, _ = RULES["newton"](at, matrix @ (at - 1), {}, hessian=matrix)
    np.testing.assert_allclose(to, [1, 1], rtol=1e-12)
    x = np.array([0.3])  # of cosh(x), whose minimum is 0: x − tanh(x), about x³/3
    for _ in range(3):
        want = x - np.tanh(x)
        x, _ = RULES["newton"](x, np.sinh(x), {}, hessian=np.cosh(x)[:, None])
        np.testing.assert_allclose(x, want, rtol=1e-6, atol=1e-16)
    assert abs(x) < 1e-16


@pytest.mark.parametrize("as_array", [np.asarray, torch.tensor])
def test_newton_with_a_singular_hessian_takes_the_shortest_step(as_array):
    matrices = np.array([
        [[2.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]], [[1.0, 0.3], [0.3, 0.09]],
        [[4.0, 1.0], [1.0, 3.0]],
    ])  # fmt: skip
    g = np.array([[1.0, 2.0]] * 4)
    to, _ = RULES["newton"](as_array(g * 0), as_array(g), {}, hessian=as_array(matrices))
    want = [-np.linalg.pinv(m, hermitian=True) @ [1.0, 2.0] for m in matrices]
    np.testing.assert_allclose(np.asarray(to), want, rtol=1e-7, atol=1e-12)
    each = as_array([[1.0], [2.0], [4.0], [0.0]])  # a damping for each
    to, _ = RULES["newton"](
        as_array(g * 0), as_array(g), {}, hessian=as_array(matrices), damping=each
    )
    np.testing.assert_allclose(np.asarray(to)[:2], [[-1 / 3, -2], [-0.5, -1]], rtol=1e-12)
