"""The race against closed forms, torch, finite differences and scikit-learn."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

from labcore import Start, format_number, wire
from labcore.optimization import optimizer_trajectories as lab
from labcore.optimization.optimizer_trajectories import Config, field, network, race
from labcore.optimization.optimizer_trajectories.config import NAMES, OPTIMIZERS, PLANES
from labcore.optimization.optimizer_trajectories.divergence import limit, sharpness
from labcore.optimization.optimizer_trajectories.surfaces import surface

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
    np.testing.assert_allclose(np.stack(world.slope(points), -1), auto, rtol=1e-12, atol=1e-9)
    for axis in (0, 1):
        h = np.eye(2)[axis] * 1e-5
        slope = (world.loss(points + h) - world.loss(points - h)) / 2e-5
        np.testing.assert_allclose(auto[:, axis], slope, rtol=1e-6, atol=1e-4)


def test_minima_and_curvature():
    for kappa in (1.0, 30.0, 1000.0):
        ravine = surface(Config(condition=kappa))
        hessian = torch.autograd.functional.hessian(ravine.loss, torch.ones(2).double())
        np.testing.assert_allclose(torch.linalg.eigvalsh(hessian), [1, kappa])
    banana = surface(Config(surface="rosenbrock"))
    assert banana.loss(np.array([1.0, 1.0])) == 0
    # The Hessian at (1, 1) is [[802, −400], [−400, 200]].
    at = torch.ones(2, dtype=torch.float64)
    assert sharpness(banana.loss, at) == pytest.approx(501 + np.sqrt(501**2 - 400), rel=1e-9)


# --- the race ---


@pytest.mark.parametrize(("lr", "kappa"), [(0.01, 30), (0.06, 30), (0.5, 1), (0.15, 10)])
def test_sgd_on_the_quadratic_is_a_power(lr, kappa):
    run = frames(lr=lr, condition=kappa, optimizers=("sgd",), steps=60, **RAVINE)
    t = np.arange(61)[:, None]
    exact = np.array([-2.6, 1.6]) * (1 - lr * np.array([1, kappa])) ** t
    np.testing.assert_allclose(series(run, "theta")[:, 0], exact, rtol=1e-5, atol=1e-30)
    loss = 0.5 * (exact**2 @ [1, kappa])
    np.testing.assert_allclose(series(run, "loss")[:, 0], loss, rtol=1e-5)


@pytest.mark.parametrize("kappa", [3.0, 30.0, 700.0])
@pytest.mark.parametrize(("name", "momentum"), [("sgd", 0.7), ("momentum", 0.5), ("momentum", 0.9)])
def test_diverges_exactly_beyond_the_bound(name, kappa, momentum):
    settings = {"condition": kappa, "momentum": momentum, "optimizers": (name,), "steps": 250}
    bound = limit(Config(**settings), name, kappa)
    assert bound == pytest.approx(2 * (1 + momentum * (name == "momentum")) / kappa)
    below = frames(lr=0.95 * bound, **settings, **RAVINE)
    beyond = frames(lr=1.05 * bound, **settings, **RAVINE) if 1.05 * bound <= 3 else None
    assert np.isfinite(below[-1]["loss"][0])
    assert below[-1].note == ""
    if beyond:
        assert np.isnan(beyond[-1]["loss"][0])
        symbol = "2(1+β)/λmax" if name == "momentum" else "2/λmax"
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
        {"surface": "network", "noise": 0.1},
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
    for k, name in enumerate(OPTIMIZERS):
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
    [{}, {"noise": 1.5}, {"surface": "rosenbrock"}, {"surface": "saddle", "y0": 0.01, "lr": 0.2}],
)
def test_an_answer_is_the_run(settings):
    config = Config(steps=150, **settings)
    run, now = list(lab.run(config)), lab.answer(config)
    last = now.step
    assert last == 100
    np.testing.assert_allclose(now["path"], series(run, "theta")[: last + 1], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(now["losses"], series(run, "loss")[: last + 1], rtol=1e-3, atol=1e-9)
    assert now.note == run[last].note


def corners(alone):
    numbers = [c for c in Config.controls() if c.kind in ("float", "int") and c.name != "steps"]
    for end in ("low", "high"):
        yield {c.name: getattr(c, end) for c in numbers}
        for c in numbers:
            if c.name in alone or not alone:
                yield {c.name: getattr(c, end)}


@pytest.mark.parametrize("name", [*PLANES, "network"])
def test_every_bound_runs(name):
    for settings in corners(("lr", "lr_adaptive") if name == "network" else ()):
        config = Config(**{"surface": name, "steps": 20, "band": True} | settings)
        run = list(lab.run(config))
        assert len(run) == lab.LAB.length(config)
        for frame in (run[0], run[-1], lab.answer(config) if name in PLANES else run[1]):
            lab.readout(config, frame)
            wire.encode(lab.draw(config, frame))
        for k, racer in enumerate(OPTIMIZERS):
            if np.isnan(run[-1]["theta"][k]).any():
                assert NAMES[racer] in run[-1].note


# --- the network ---


@pytest.fixture(scope="module")
def paths():
    config = Config(surface="network", steps=30, lr=0.3, lr_adaptive=0.02)
    moments = list(race.compete(config, network.loss, race.begin(config, None)))
    return torch.stack([moment.theta[:, 0] for moment in moments])


def test_network_loss_is_torchs():
    random = torch.Generator().manual_seed(1)
    theta = torch.randn(3, network.SIZE, generator=random) * 0.3
    images, labels = network.digits()
    for one, loss, share in zip(theta, network.loss(theta), network.accuracy(theta), strict=True):
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

    ours = network.plane(paths)
    pca = PCA(n_components=2).fit(paths.reshape(-1, network.SIZE).double().numpy())
    np.testing.assert_allclose(ours.explained, pca.explained_variance_ratio_, rtol=1e-4)
    np.testing.assert_allclose(np.abs(ours.axes @ pca.components_.T), np.eye(2), atol=1e-3)
    np.testing.assert_allclose(ours.axes @ ours.axes.T, np.eye(2), atol=1e-5)
    assert 0.5 < ours.explained.sum() < 1


def test_heights_are_the_loss_on_the_plane(paths):
    plane = network.plane(paths)
    at, heights = plane.heights(side=12)
    for i, j in ((0, 0), (3, 9), (11, 5)):
        theta = torch.from_numpy(plane.origin + at[j] * plane.axes[0] + at[i] * plane.axes[1])
        assert heights[i, j] == pytest.approx(float(network.loss(theta)), rel=1e-4)
        np.testing.assert_allclose(plane.project(theta), [at[j], at[i]], atol=1e-3)
    assert np.abs(plane.project(paths)).max() < plane.half


def test_network_learns_and_shows_its_true_loss():
    run = frames(surface="network", lr=0.3, lr_adaptive=0.02, steps=60)
    assert (run[-1]["accuracy"] > 0.85).all()
    theta = torch.from_numpy(run[-1].checkpoint["adam/theta"][0])
    assert run[-1]["loss"][4] == pytest.approx(float(network.loss(theta)), rel=1e-4)


def test_a_lost_network_leaves_the_plane_to_the_others():
    run = frames(surface="network", lr=3, momentum=0.99, steps=60)
    assert "Momentum diverged; η 3 > 2(1+β)/λmax" in run[-1].note
    assert np.isnan(run[-1]["accuracy"][1])
    assert run[0].checkpoint["plane/half"] < 200


# --- the map ---


@pytest.mark.parametrize(
    "settings", [{}, {"surface": "rosenbrock"}, {"surface": "saddle", "y0": 0.1}]
)
def test_the_map_counts_the_steps_of_single_runs(settings):
    config = Config(steps=250, optimizers=("momentum",), **settings)
    goal = surface(config).goal
    counts = field.steps_needed(config)
    lr, beta = field.centres()
    random = np.random.default_rng(0)
    reached = np.argwhere(counts >= 0)
    seen = set()
    for i, j in [*random.choice(reached, 4), *random.integers(0, field.SIDE, (5, 2))]:
        one = config.model_copy(update={"lr": lr[j], "momentum": beta[i]})
        loss = series(list(lab.run(one)), "loss")[:, 0].astype(float)
        count = counts[i, j]
        if config.surface == "saddle":  # off to infinity is below every goal
            loss = np.where(np.isnan(loss), -np.inf, loss)
        if 0 <= count <= 250:
            assert not loss[count - 1] <= goal * (1 - 1e-5)
            assert (loss[count:] <= goal + 1e-5 * abs(goal)).all()
            seen.add("reached")
        elif count == field.NOT_YET:
            assert np.isfinite(loss).all()
            seen.add("not yet")
    assert "reached" in seen


@pytest.mark.parametrize("kappa", [5.0, 30.0, 400.0])
def test_the_map_has_the_heavy_balls_boundary(kappa):
    counts = field.steps_needed(Config(condition=kappa))
    lr, beta = field.centres()
    ratio = lr[None] * kappa / (2 * (1 + beta[:, None]))
    diverged = counts == field.DIVERGED
    assert not diverged[ratio < 1].any()
    assert diverged[(ratio > 1.06) & (beta[:, None] < 0.9)].all()
    assert (counts[ratio > 1] < 0).all()


# --- figures, words, challenges ---


@pytest.mark.parametrize("settings", [{}, {"band": True, "noise": 1}, {"surface": "saddle"},
                                      {"surface": "network"}])  # fmt: skip
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
        assert len(wire.frame_message(0, frame, patch, lab.readout(config, frame))) < 4000
    if config.surface in PLANES:
        whole = lab.draw(config, lab.answer(config))
        for panel, part in whole.items():
            assert part["traces"].keys() <= uids[panel]
            assert not part.get("append")
        path = whole["surface"]["traces"]["path.adam"]
        appended = [lab.draw(config, f)["surface"]["append"]["path.adam"]["x"][0] for f in run]
        np.testing.assert_allclose(path["x"], appended, rtol=1e-4, atol=1e-6)
    for figure in figures.values():
        assert figure.layout.meta["alt"]


def number(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize(
    "settings", [{}, {"surface": "rosenbrock", "noise": 0.3}, {"surface": "network"}]
)
def test_the_formulas_add_up(settings):
    config = Config(steps=20, **settings)
    for frame in list(lab.run(config))[1:]:
        told = lab.readout(config, frame)
        for latex in lab.LAB.formulas.values():
            assert set(re.findall(r"\\slot\{([A-Za-z0-9.]+)\}", latex)) <= told.keys()

        def get(name, told=told):
            return number(told[name]) if told[name] != "–" else np.nan

        def check(name, move, get=get):
            after = get(f"{name}.before") - get(f"{name}.lr") * move
            scale = max(abs(get(f"{name}.before")), abs(get(f"{name}.lr") * move))
            if np.isfinite(after) and np.isfinite(get(f"{name}.after")):
                assert after == pytest.approx(get(f"{name}.after"), abs=2e-4 * scale)

        check("sgd", get("sgd.g"))
        check("momentum", 0.7 * get("momentum.v.before") + get("momentum.g"))
        s = get("adagrad.s.before") + get("adagrad.g") ** 2
        check("adagrad", get("adagrad.g") / np.sqrt(s))
        s = get("rmsprop.rho") * get("rmsprop.s.before")
        s += get("rmsprop.fresh") * get("rmsprop.g") ** 2
        check("rmsprop", get("rmsprop.g") / np.sqrt(s))
        m = 0.9 * get("adam.m.before") + 0.1 * get("adam.g")
        assert get("adam.m") == pytest.approx(m, rel=1e-3, abs=1e-4 * abs(get("adam.g")))
        check("adam", get("adam.mhat") / np.sqrt(get("adam.vhat")))


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
    floor = frames(**found["The noise floor"])
    low, high = (np.median(series(floor, edge)[150:], axis=0) for edge in ("low", "high"))
    assert high[1] > 3 * high[0]
    assert low[1] > 3 * low[0]
    relapse = series(frames(**found["RMSProp’s relapse"]), "loss")[:, 0]
    assert relapse[:100].min() < 1e-6
    assert relapse[50:].max() > 1
    saddle = series(frames(**found["Who leaves the saddle first?"]), "theta")[..., 1]
    early = saddle[10]
    assert early[[2, 3, 4]].min() > 5 * early[0]
    final = frames(**found["Rosenbrock’s banana"])
    assert series(final, "theta")[:, 1, 0].max() > 1.4
    assert np.argmin(final[-1]["loss"]) == OPTIMIZERS.index("adam")
    network_end = frames(**found["A real network"])[-1]
    assert (network_end["accuracy"] > 0.95).all()


def test_the_race_leaves_global_state_alone():
    before = torch.get_rng_state(), torch.get_num_threads(), torch.get_default_dtype()
    numpy_before = np.random.get_state()[1].copy()  # noqa: NPY002
    frames(noise=1, band=True, steps=20)
    frames(surface="network", noise=0.1, steps=20)
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1:] == (torch.get_num_threads(), torch.get_default_dtype())
    np.testing.assert_array_equal(numpy_before, np.random.get_state()[1])  # noqa: NPY002
