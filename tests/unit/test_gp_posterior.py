"""The lab against GPyTorch, scikit-learn, SciPy, finite differences, quadrature and Monte Carlo."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import optimize, stats
from scipy.special import expit

from labcore import wire
from labcore.gaussian_processes import gp_posterior as lab
from labcore.gaussian_processes.gp_posterior import Config
from labcore.gaussian_processes.gp_posterior.belief import believe
from labcore.gaussian_processes.gp_posterior.calibration import noise_spread
from labcore.gaussian_processes.gp_posterior.config import ROUNDS
from labcore.gaussian_processes.gp_posterior.evidence import (
    BOUNDS,
    ascent,
    bfgs,
    height,
    height_alone,
    hmc,
    landscape,
    lengths,
    noises,
    spectrum,
)
from labcore.gaussian_processes.gp_posterior.game import (
    acquisition,
    expected_improvement,
    first_look,
    hidden,
    machine,
    places,
)
from labcore.gaussian_processes.gp_posterior.grammar import (
    FORMULAS_OF,
    parse,
    reading,
    spelled,
)
from labcore.gaussian_processes.gp_posterior.inference import (
    condition,
    factorize,
    leave_one_out,
)
from labcore.gaussian_processes.gp_posterior.kernels import (
    KERNELS,
    Leaf,
    Product,
    Sum,
    diagonal,
    gram,
)
from labcore.gaussian_processes.gp_posterior.lesson import learn
from labcore.gaussian_processes.gp_posterior.library import (
    exact_gp,
    gpytorch_climb,
    kernel_of,
)
from labcore.gaussian_processes.gp_posterior.likelihoods import (
    chance_of_one,
    laplace,
    robust,
)
from labcore.gaussian_processes.gp_posterior.observations import ASSETS, world
from labcore.gaussian_processes.gp_posterior.presets import CO2_KERNEL, TWO_HILLS
from labcore.gaussian_processes.gp_posterior.slopes import SLOPES, gram_and_slope

FORMULAS = [
    "rbf(1.3)", "matern12(0.7)", "matern32(1.2)", "matern52(2)", "compact(2.5)", "rq(1.4, 0.6)",
    "periodic(2.1, 0.8)", "cosine(3)", "sm(0.4, 0.2)", "linear(0.7)", "poly(3, 0.5)", "0.7",
    "rbf(2) * periodic(1.5, 1) + 0.3 * linear",
    "(rbf + 0.5) * (matern32(2) + 0.2 * linear(1)) + 0.1 * sm(0.5, 0.1)",
]  # fmt: skip


def points(seed, n=12):
    random = np.random.default_rng(seed)
    x = random.uniform(-4, 4, n)
    return x, np.sin(x) + 0.3 * random.standard_normal(n)


def frames(**settings):
    return list(lab.run(Config(**settings)))


def pairs(x, y):
    return tuple((float(a), float(b)) for a, b in zip(x, y, strict=True))


# --- kernels ---


@pytest.mark.parametrize("text", FORMULAS)
def test_kernels_are_gpytorchs(text):
    tree = parse(text)
    u, v = np.linspace(-3, 4, 17), np.linspace(-2, 5, 11)
    given = (torch.tensor(w[:, None]) for w in (u, v))
    with torch.no_grad():
        expected = kernel_of(tree)(*given).to_dense().numpy()
    np.testing.assert_allclose(gram(tree, u, v), expected, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(diagonal(tree, u), np.diag(gram(tree, u, u)), rtol=1e-12)


def test_a_sum_of_bumps_is_gpytorchs_spectral_mixture():
    from gpytorch.kernels import SpectralMixtureKernel

    mixture = SpectralMixtureKernel(num_mixtures=2).double()
    mixture.initialize(
        mixture_weights=torch.tensor([0.6, 0.4], dtype=torch.float64),
        mixture_means=torch.tensor([[[0.15]], [[0.6]]], dtype=torch.float64),
        mixture_scales=torch.tensor([[[0.06]], [[0.06]]], dtype=torch.float64),
    )
    x = np.linspace(-5, 5, 30)
    with torch.no_grad():
        expected = mixture(torch.tensor(x[:, None])).to_dense().numpy()
    np.testing.assert_allclose(gram(parse(FORMULAS_OF["spectral"]), x, x), expected, atol=1e-8)


def test_the_network_is_the_limit_of_random_networks():
    """Williams (1998): hidden units erf(b + w x) with normal weights, many of them."""
    from scipy.special import erf

    random, x = np.random.default_rng(0), np.array([-2.0, -0.3, 0.0, 1.5])
    w, b = random.standard_normal((2, 400_000)) * np.sqrt([[1.5], [0.5]])
    units = erf(b + np.multiply.outer(x, w))  # (4, 400000)
    expected = units @ units.T / units.shape[1]
    np.testing.assert_allclose(gram(parse("net(1.5, 0.5)"), x, x), expected, atol=4e-3)


@pytest.mark.parametrize("text", [*FORMULAS, "net(1.5, 0.5)", CO2_KERNEL])
@pytest.mark.parametrize("ell", [0.6, 1.0, 2.3])
def test_slopes_are_the_kernels_slopes(text, ell):
    tree, x = parse(text), np.linspace(-3, 3.3, 14)
    value, slope = gram_and_slope(tree, x, x, ell)
    np.testing.assert_array_equal(value, gram(tree, x, x, ell))
    h = 1e-5
    up, down = (gram(tree, x, x, ell * np.exp(step)) for step in (h, -h))
    scale = np.abs(value).max()
    np.testing.assert_allclose(slope / scale, (up - down) / (2 * h) / scale, atol=1e-8)


@pytest.mark.parametrize("name", KERNELS)
def test_every_kernel_is_a_covariance(name):
    assert name in SLOPES
    x = np.sort(np.random.default_rng(3).uniform(-5, 5, 40))
    K = gram(parse(name), x, x, 0.8)
    np.testing.assert_allclose(K, K.T, atol=1e-12)
    values = np.linalg.eigvalsh(K)
    assert values[0] > -1e-9 * values[-1]


def test_stretching_leaves_periods_alone():
    x = np.linspace(-4, 4, 9)
    many = gram(parse("rbf(2) + periodic(1, 2)"), x, x, np.array([0.5, 3.0])[:, None, None])
    for ell, K in zip((0.5, 3.0), many, strict=True):
        expected = gram(parse(f"rbf({2 * ell}) + periodic(1, {2 * ell})"), x, x)
        np.testing.assert_allclose(K, expected, rtol=1e-12)


# --- the grammar ---


def test_formulas_are_read():
    rbf = Leaf("rbf", (1.0,))
    assert parse("rbf") == parse(" RBF( 1 ) ") == parse("rbf(lengthscale=1)") == rbf
    tree = parse("rbf(1.2) * periodic(1, 2) + linear")
    assert tree == Sum(
        (Product((Leaf("rbf", (1.2,)), Leaf("periodic", (1.0, 2.0)))), Leaf("linear", (0.0,)))
    )
    assert parse("(rbf + rbf) + rbf") == Sum((rbf, rbf, rbf))
    assert parse("(rbf + rbf) × rbf") == Product((Sum((rbf, rbf)), rbf))
    assert parse("rq(alpha=0.5)") == Leaf("rq", (1.0, 0.5))
    assert parse("linear(-2)") == Leaf("linear", (-2.0,))
    assert reading(tree) == (
        "an RBF (ℓ 1.2) times a periodic kernel (period 1, ℓ 2), plus a straight line (centre 0)"
    )
    assert spelled(tree) == "rbf(1.2) × periodic(1, 2) + linear(0)"
    assert parse(spelled(tree)) == tree


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"), ("   ", "empty"), ("rbf +", "ends too early"), ("rbf rbf", "not expected"),
        ("rbf - linear", "subtracted"), ("-rbf", "negative"), ("rbf / 2", "joined by"),
        ("rbf ^ 2", "joined by"), ("gauss(1)", "no kernel “gauss”"), ("(rbf", "not closed"),
        ("rbf)", "not expected"), ("rbf(", "needs a number"), ("rbf(1, 2)", "at most 1"),
        ("rbf(0)", "at least 0.01"), ("rbf(x=1)", "none of them"), ("rbf(1 2)", "comma"),
        ("poly(2.5)", "degree"), ("rq(1, alpha=)", "needs a number"), ("1e9", "at most 1000"),
        ("net(-1)", "may not be negative"), ("__import__('os')", "no kernel"),
        ("+".join(["rbf"] * 13), "at most 12"), ("(" * 30, "too deep"), ("rbf(nan)", "none of"),
    ],
)  # fmt: skip
def test_wrong_formulas_get_a_sentence(text, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        parse(text)
    if text.strip():
        _, notices = Config.parse({"kernel": "own", "formula": text})
        assert says in " ".join(notices)
    assert Config(kernel="rbf", formula=text)  # not asked for, so it does not matter


# --- posterior, evidence and gradient against GPyTorch ---


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("text", ["rbf", "matern32(1.4)", "rbf(2) * periodic(1.5, 1) + linear",
                                  "sm(0.3, 0.1) + 0.5 * rq"])  # fmt: skip
def test_posterior_evidence_and_gradient_are_gpytorchs(seed, text):
    import gpytorch

    x, y = points(seed)
    tree, a, theta = parse(text), 1.3, np.log([0.8, 0.25])
    grid = np.linspace(-5, 5, 23)
    K, K_star = (a**2 * gram(tree, x, w, 0.8) for w in (x, grid))
    ours = condition(K, K_star, a**2 * diagonal(tree, grid, 0.8), y, 0.25**2)
    V = np.linalg.solve(ours.L, K_star)
    covariance = a**2 * gram(tree, grid, grid, 0.8) - V.T @ V

    model, likelihood = exact_gp(tree, a, x, y, theta)
    exactly = gpytorch.settings.fast_computations(False, False, False)
    with exactly:
        model.train()
        likelihood.train()
        mll = gpytorch.mlls.ExactMarginalLogLikelihood(likelihood, model)
        total = mll(model(*model.train_inputs), model.train_targets) * len(x)
        total.backward()
        assert ours.evidence.total == pytest.approx(total.item(), rel=1e-9)
        value, gradient = height(tree, a, x, y, theta)
        assert value == pytest.approx(total.item(), rel=1e-9)
        raw = likelihood.noise_covar.raw_noise
        by_raw = torch.autograd.grad(likelihood.noise.sum(), raw)[0].item()
        by_noise = raw.grad.item() / by_raw * 2 * likelihood.noise.item()  # ∂/∂ log σ
        np.testing.assert_allclose(gradient, [model.log_ell.grad.item(), by_noise], rtol=1e-7)
        model.eval()
        with torch.no_grad():
            told = model(torch.tensor(grid[:, None]))
            np.testing.assert_allclose(ours.mean, told.mean.numpy(), atol=1e-8)
            np.testing.assert_allclose(covariance, told.covariance_matrix.numpy(), atol=1e-7)
    np.testing.assert_allclose(ours.variance, np.diag(covariance), atol=1e-10)


@pytest.mark.parametrize("text", ["rbf", CO2_KERNEL, "net", "0.5 + linear"])
def test_gradient_is_the_evidences_slope(text):
    x, y = points(4)
    tree, theta, h = parse(text), np.log([1.3, 0.3]), 1e-5
    value, gradient = height(tree, 1.2, x, y, theta)
    assert value == pytest.approx(height_alone(tree, 1.2, x, y, theta))
    normal = stats.multivariate_normal(
        np.zeros(12), 1.44 * gram(tree, x, x, 1.3) + 0.09 * np.eye(12)
    )
    assert value == pytest.approx(normal.logpdf(y), rel=1e-9)
    for axis in (0, 1):
        step = h * np.eye(2)[axis]
        ends = (height_alone(tree, 1.2, x, y, theta + s) for s in (step, -step))
        assert gradient[axis] == pytest.approx(np.subtract(*ends) / (2 * h), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("n", [5, 70])
def test_the_map_is_the_evidence(n):
    x, y = points(7, n)
    tree = parse("rbf(1.5) + 0.2 * linear")
    fit, complexity = landscape(spectrum(tree, 0.9, x.tobytes(), y.tobytes()), noises())
    for row, column in ((0, 20), (14, 3), (27, 27), (20, 12)):
        theta = np.log([lengths()[column], noises()[row]])
        total = fit[row, column] + complexity[row, column] - n / 2 * np.log(2 * np.pi)
        assert total == pytest.approx(height_alone(tree, 0.9, x, y, theta), rel=1e-6)


# --- climbs ---


@pytest.mark.parametrize("method", [ascent, bfgs, gpytorch_climb])
@pytest.mark.parametrize("seed", [0, 5])
def test_climbs_end_where_scipys_do(method, seed):
    x, y = points(seed, 15)
    tree, begin = parse("rbf"), np.log([0.7, 0.3])

    def height_of(theta):
        return height(tree, 1.0, x, y, theta)

    best = optimize.minimize(
        lambda theta: tuple(-part for part in height_of(theta)), begin, jac=True, bounds=BOUNDS.T
    )
    if method is gpytorch_climb:
        path = gpytorch_climb(tree, 1.0, x, y, begin, 60)
    else:
        path = method(height_of, begin, 60)
        heights = [height_of(place)[0] for place in path]
        assert (np.diff(heights) > -1e-9).all(), "a climb never goes down"
    assert path.shape == (61, 2)
    assert height_of(path[-1])[0] == pytest.approx(-best.fun, abs=0.02)
    np.testing.assert_allclose(path[-1], best.x, atol=0.1)


def test_wandering_visits_as_the_evidence_says():
    """Means and spreads of a long walk against sums over a fine grid."""
    x, y = points(1, 10)
    tree = parse("rbf")

    def height_of(theta):
        return height(tree, 1.0, x, y, theta)

    walk = hmc(height_of, np.log([1.0, 0.3]), 4000, np.random.default_rng(0), 0.15)
    assert (walk >= BOUNDS[0]).all()
    assert (walk <= BOUNDS[1]).all()
    ell, sigma = (np.linspace(*BOUNDS[:, axis], 90) for axis in (0, 1))
    logs = np.array([[height_alone(tree, 1.0, x, y, np.array([a, b])) for a in ell] for b in sigma])
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    for axis, (grid, along) in enumerate(((ell, weight.sum(0)), (sigma, weight.sum(1)))):
        mean = grid @ along
        spread = np.sqrt((grid - mean) ** 2 @ along)
        assert walk[:, axis].mean() == pytest.approx(mean, abs=0.25 * spread)
        assert walk[:, axis].std() == pytest.approx(spread, rel=0.2)
    moved = (np.diff(walk, axis=0) != 0).any(1).mean()
    assert moved > 0.6


def test_two_hills():
    last = frames(points=TWO_HILLS, fit="bfgs", lengthscale=1.2, noise=0.3)[-1]
    ends, heights = 10.0 ** last["paths"][:, -1], last["heights"]
    assert abs(np.log(ends[0, 0] / ends[int(heights.argmax()), 0])) > 1
    for end, value in zip(ends, heights, strict=True):
        x, y = np.array(TWO_HILLS).T
        assert value == pytest.approx(height_alone(parse("rbf"), 1.0, x, y, np.log(end)), abs=1e-3)


# --- leave one out and singular matrices ---


def test_leave_one_out_is_leaving_one_out():
    x, y = points(3, 9)
    K = gram(parse("rbf"), x, x)
    whole = condition(K, K, np.ones(9), y, 0.04)
    means, variances = leave_one_out(whole.L, whole.alpha, y)
    for i in range(9):
        rest = np.arange(9) != i
        one = condition(K[np.ix_(rest, rest)], K[rest, i : i + 1], np.ones(1), y[rest], 0.04)
        assert means[i] == pytest.approx(one.mean[0], abs=1e-9)
        assert variances[i] == pytest.approx(one.variance[0] + 0.04, abs=1e-9)


def test_bands_hold_what_they_say_when_the_model_is_true():
    """Many sets of points drawn from the very model: 80 % bands hold 80 %."""
    random, tree, inside = np.random.default_rng(0), parse("matern32"), []
    for _ in range(300):
        x = random.uniform(-5, 5, 15)
        K = gram(tree, x, x)
        L, _ = factorize(K + 0.09 * np.eye(15))
        y = L @ random.standard_normal(15)
        told = condition(K, K, np.ones(15), y, 0.09)
        mean, variance = leave_one_out(told.L, told.alpha, y)
        inside.append(np.abs(y - mean) <= stats.norm.ppf(0.9) * np.sqrt(variance))
    assert np.mean(inside) == pytest.approx(0.8, abs=0.02)


def test_two_points_at_one_place_without_noise_are_explained():
    last = frames(exact=True, points=((0.0, 1.0), (2.0, 0.0), (2.0, 0.8)))[-1]
    assert "K is singular: two points stand at the same x = 2" in last.note
    assert "0.8 apart; without noise no function passes through both" in last.note
    assert last["jitter"] > 0
    assert np.isfinite(last["mean"]).all()
    same = frames(exact=True, points=((2.0, 0.5), (2.0, 0.5)))[-1]
    assert "singular" in same.note
    assert "apart" not in same.note
    noisy = frames(noise=0.5, points=((2.0, 0.0), (2.0, 0.8)))[-1]
    assert noisy.note == ""
    lines = frames(kernel="linear", exact=True, points=((-1.0, 0), (0.0, 1), (1.0, 0), (2.0, 1)))
    assert "too few kinds of function" in lines[-1].note


def test_a_matrix_that_is_no_covariance_is_refused():
    with pytest.raises(ValueError, match="no Cholesky factor"):
        factorize(np.array([[1.0, 2.0], [2.0, 1.0]]))


def test_condition_number_is_numpys():
    config = Config()
    last = frames()[-1]
    x = np.array([x for x, _ in config.points])
    K = gram(parse("rbf"), x, x, config.lengthscale) + config.noise**2 * np.eye(len(x))
    assert last["condition"] == pytest.approx(np.linalg.cond(K), rel=1e-6)


# --- functions drawn ---


def test_draws_have_the_posteriors_moments():
    config = Config(noise=0.3)
    here = world(config)
    belief = believe(config, here, 1.0, 0.3, 6000)
    found = learn(config, here, belief, len(here.x))
    sd = np.sqrt(found.posterior.variance)
    np.testing.assert_allclose(found.draws.mean(0), found.posterior.mean, atol=0.06)
    np.testing.assert_allclose(found.draws.std(0), sd, atol=0.04)
    at = slice(20, 130, 27)
    V = np.linalg.solve(found.posterior.L, belief.K_star[:, at])
    exact = gram(parse("rbf"), here.grid[at], here.grid[at]) - V.T @ V
    np.testing.assert_allclose(np.cov(found.draws[:, at].T), exact, atol=0.05)
    prior = learn(config, here, belief, 0)
    np.testing.assert_allclose(prior.draws.var(0), 1, atol=0.08)


@pytest.mark.parametrize("kernel", ["rbf", "matern12", "periodic", "linear"])
def test_draws_follow_a_point_that_moves(kernel):
    base = list(Config().points)

    def drawn(x, y):
        return lab.answer(Config(points=(*base, (x, y)), kernel=kernel, samples=5))["draws"]

    still = drawn(2.8, 0.9)
    near = max(
        np.abs(drawn(2.8 + 1e-3, 0.9) - still).max(), np.abs(drawn(2.8, 0.901) - still).max()
    )
    far = np.abs(drawn(2.8, 1.9) - still).max()
    assert 0 < near < 0.1, "no jump"
    assert far > 10 * near


def test_other_draws_for_another_seed_and_the_same_for_the_same():
    one, same, other = (lab.answer(Config(seed=seed))["draws"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 0.1


# --- classes and outliers ---


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_laplace_is_scikit_learns(seed):
    from sklearn.gaussian_process import GaussianProcessClassifier
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel

    random = np.random.default_rng(seed)
    x = np.sort(random.uniform(-4, 4, 20))
    classes = (np.sin(x) + 0.5 * random.standard_normal(20) > 0).astype(float)
    theirs = GaussianProcessClassifier(
        ConstantKernel(4.0) * RBF(1.2), optimizer=None, max_iter_predict=200
    ).fit(x[:, None], classes)
    grid = np.linspace(-5, 5, 40)
    tree = parse("rbf(1.2)")
    K, K_star = 4 * gram(tree, x, x), 4 * gram(tree, x, grid)
    seen = laplace(K, classes)
    told = condition(K, K_star, np.full(40, 4.0), seen.targets, seen.variance)
    assert seen.evidence == pytest.approx(theirs.log_marginal_likelihood_value_, abs=1e-6)
    chance = chance_of_one(told.mean, told.variance)
    # scikit-learn replaces the logistic function by a sum of five error functions.
    np.testing.assert_allclose(chance, theirs.predict_proba(grid[:, None])[:, 1], atol=2e-3)


def test_the_mode_is_the_mode():
    random = np.random.default_rng(5)
    x = random.uniform(-3, 3, 12)
    classes, K = (random.random(12) > 0.5).astype(float), gram(parse("rbf"), x, x)
    seen = laplace(K, classes)
    np.testing.assert_allclose(seen.f, K @ (classes - expit(seen.f)), atol=1e-6)


def test_chances_are_the_integral():
    mean, sd = np.array([-3.0, 0.0, 0.7, 4.0]), np.array([0.1, 1.0, 3.0, 2.0])
    f = np.linspace(-40, 40, 400_001)
    for m, s, chance in zip(mean, sd, chance_of_one(mean, sd**2), strict=True):
        exact = np.trapezoid(expit(f) * stats.norm.pdf(f, m, s), f)
        assert chance == pytest.approx(exact, abs=1e-4)


def test_student_noise_becomes_normal_and_lets_outliers_go():
    x, y = points(2, 14)
    K = gram(parse("rbf"), x, x)
    exact = condition(K, K, np.ones(14), y, 0.09)
    almost = robust(K, y, 0.3, 1e6)
    np.testing.assert_allclose(almost.f, exact.mean, atol=1e-4)
    assert almost.evidence == pytest.approx(exact.evidence.total, abs=1e-3)
    y[4] += 5
    found = robust(K, y, 0.3, 3.0)
    weight = 0.09 / found.variance
    assert weight[4] < 0.05
    assert np.delete(weight, 4).min() > 0.2
    told = condition(K, K, np.ones(14), y, found.variance)
    np.testing.assert_allclose(told.mean, found.f, atol=1e-3)


@pytest.mark.parametrize(("level", "dof"), [(80, 3), (95, 3), (95, 10), (99, 2)])
@pytest.mark.parametrize("sd", [0.0, 0.1, 0.4, 2.0])
def test_bands_of_heavy_tailed_observations(level, dof, sd):
    """y = f + 0.4 t: nearly the level, and exactly where one of the two is all there is."""
    config = Config(likelihood="student", dof=dof, level=level)
    random = np.random.default_rng(0)
    y = sd * random.standard_normal(200_000) + 0.4 * random.standard_t(dof, 200_000)
    spread = np.sqrt(sd**2 + noise_spread(config, 0.4, level / 100) ** 2)
    inside = np.mean(np.abs(y) <= stats.norm.ppf(0.5 + level / 200) * spread)
    assert inside == pytest.approx(level / 100, abs=0.003 if sd == 0 else 0.02)


def test_the_bound_of_student_is_below_the_evidence():
    """One point: the evidence is an integral that quadrature can do."""
    for y in (0.0, 1.0, 6.0):
        found = robust(np.array([[1.0]]), np.array([y]), 0.4, 3.0)
        f = np.linspace(-12, 12, 200_001)
        exact = np.log(np.trapezoid(stats.norm.pdf(f) * stats.t.pdf((y - f) / 0.4, 3) / 0.4, f))
        assert found.evidence <= exact + 1e-9
        assert found.evidence == pytest.approx(exact, abs=0.5)


# --- the game ---


def test_expected_improvement_is_the_expectation():
    random = np.random.default_rng(0)
    for mean, sd, best in ((0.0, 1.0, 0.5), (-1.0, 0.3, -0.8), (2.0, 0.5, 0.0)):
        draws = mean + sd * random.standard_normal(400_000)
        gain = np.maximum(draws - best, 0)
        found = expected_improvement(np.array([mean]), np.array([sd]), best)[0]
        assert found == pytest.approx(gain.mean(), abs=4 * gain.std() / np.sqrt(gain.size))
    sure = expected_improvement(np.array([1.0, -1.0]), np.zeros(2), 0.0)
    np.testing.assert_allclose(sure, [1, 0], atol=1e-9)


@pytest.mark.parametrize("rival", ["ei", "ucb", "thompson"])
def test_the_machine_looks_where_it_wants_most(rival):
    config = Config(data="game", rival=rival, seed=3, lengthscale=0.8)
    x, wants = machine(config, ROUNDS)
    assert len(x) == ROUNDS + 1
    assert x[0] == first_look(config)
    for turn in range(ROUNDS):
        assert x[turn + 1] == places()[wants[turn].argmax()]
    height_of = hidden(config.seed)
    top = height_of(places()).max()
    random = np.random.default_rng(0).uniform(-5, 5, (400, ROUNDS + 1))
    luck = np.mean(top - height_of(random).max(1))
    assert top - height_of(x).max() < luck, "better than looking anywhere"


def test_upper_bound_is_mean_and_two_deviations():
    config = Config(data="game", rival="ucb")
    x = np.array([0.0, 2.0])
    y = np.array([0.3, -0.5])
    K, K_star = gram(parse("rbf"), x, x), gram(parse("rbf"), x, places())
    told = condition(K, K_star, np.ones(len(places())), y, 0.02**2)
    np.testing.assert_allclose(
        acquisition(config, x, y, 0), told.mean + 2 * np.sqrt(told.variance), atol=1e-12
    )


def test_only_x_of_a_look_counts():
    high = frames(data="game", guesses=((1.0, 2.0), (-2.0, 1.0)))
    low = frames(data="game", guesses=((1.0, -2.0), (-2.0, 0.0)))
    np.testing.assert_array_equal(high[-1]["you.y"], low[-1]["you.y"])
    np.testing.assert_allclose(
        high[-1]["you.y"], hidden(0)(high[-1]["you.x"].astype(float)), atol=1e-4
    )
    assert np.isnan(high[-1]["hidden"]).all()
    full = frames(data="game", guesses=tuple((float(x), 0.0) for x in range(-5, 5)))
    assert np.isfinite(full[-1]["hidden"]).all()
    assert "After 10 looks" in full[-1].note
    assert (np.diff(full[-1]["you.regret"]) <= 0).all()


# --- real data ---


def test_bundled_data_are_what_the_manifest_says():
    manifest = json.loads((ASSETS / "data" / "manifest.json").read_text())
    for name in ("co2.csv", "mcycle.csv"):
        text = (ASSETS / "data" / name).read_bytes()
        facts = manifest[name]
        assert hashlib.sha256(text).hexdigest() == facts["sha256"]
        assert text.count(b"\n") - 1 == facts["rows"]
        assert facts["licence"]
        assert facts["source"]
        assert "==" in facts["package"]
    assert manifest["co2.csv"]["rows"] == 521
    assert manifest["mcycle.csv"]["rows"] == 133
    assert Path(lab.__file__).is_file()


def test_the_air_is_foretold():
    run = frames(data="co2", kernel="own", formula=CO2_KERNEL, noise=0.012, samples=0)
    assert len(run) == lab.LAB.length(Config(data="co2")) == 41
    late = run[30]
    assert 1989 < late["until"] < 1992
    assert late["unseen.error"] < 1.6
    assert late["unseen"] > 0.8
    last = run[-1]
    np.testing.assert_allclose(last["parts"].sum(0) + 339.6, last["mean"], atol=1.0)
    assert last["mean"][-1] > 380, "2010, eight years after the last observation"
    assert last["sd"][-1] > 3 * last["sd"][150]


def test_units_do_not_change_the_model():
    last = frames(data="mcycle", kernel="matern52", noise=0.45, samples=0)[-1]
    time, g = np.loadtxt(ASSETS / "data" / "mcycle.csv", delimiter=",", skiprows=1).T
    x, scale = time / 10, g.std()
    K = scale**2 * gram(parse("matern52"), x, x)
    K_star = scale**2 * gram(parse("matern52"), x, np.linspace(0, 6.4, 161))
    told = condition(K, K_star, np.full(161, scale**2), g - g.mean(), (0.45 * scale) ** 2)
    np.testing.assert_allclose(last["mean"], told.mean + g.mean(), atol=1e-2)
    np.testing.assert_allclose(last["sd"], np.sqrt(told.variance), atol=1e-2)


# --- frames, figures, words ---


SETTINGS = [
    {}, {"points": ()}, {"points": ((0.0, 1.0),)}, {"fit": "bfgs"}, {"fit": "ascent"},
    {"fit": "hmc"},
    {"kernel": "own"}, {"likelihood": "student"}, {"data": "classes"},
    {"data": "classes", "labels": ()},
    {"data": "game"}, {"data": "game", "guesses": ((1.0, 0.0),)}, {"matrix": "L"},
    {"matrix": "inverse"}, {"matrix": "hat"}, {"exact": True}, {"samples": 0},
]  # fmt: skip


@pytest.mark.parametrize("settings", SETTINGS)
def test_frames_touch_what_is_there_and_always_the_same(settings):
    config = Config(**settings)
    run = list(lab.run(config))
    assert len(run) == lab.LAB.length(config)
    figures = lab.panels(config, run[0])
    named = {name: {trace.uid for trace in figure.data} for name, figure in figures.items()}
    touched = None
    for frame in [*run, lab.answer(config)]:
        patches = lab.draw(config, frame)
        shape = {
            (name, kind, uid, key)
            for name, patch in patches.items()
            for kind in ("traces", "append")
            for uid, properties in patch.get(kind, {}).items()
            for key in properties
        }
        assert {(name, uid) for name, _, uid, _ in shape} <= {
            (name, uid) for name, uids in named.items() for uid in uids
        }
        wire.encode(patches)
        readout = lab.readout(config, frame)
        assert sum("." not in key for key in readout) <= 7
        if "whole" not in frame.values:
            assert touched in (None, shape)
            touched = shape
    views = {title for title, names in lab.LAB.views.items() if set(names) & set(figures)}
    assert "Game" in views if config.data == "game" else "Posterior" in views


LAST = [
    {}, {"kernel": "own"}, {"data": "classes"}, {"exact": True}, {"likelihood": "student"},
    {"fit": "bfgs"}, {"data": "game", "guesses": ((1.0, 0.0), (2.0, 0.0))},
]  # fmt: skip


@pytest.mark.parametrize("settings", LAST)
def test_an_answer_is_the_last_frame(settings):
    config = Config(**settings)
    last, now = frames(**settings)[-1], lab.answer(config)
    assert last.note == now.note
    for name, value in now.values.items():
        if name in last.values and name not in ("paths", "heights"):
            np.testing.assert_allclose(value, last[name], rtol=1e-4, atol=1e-5, err_msg=name)


def test_an_answer_thins_real_data_and_says_so():
    config = Config(data="co2")
    now = lab.answer(config)
    assert "130 of the points are used" in now.note
    assert "surface" not in now.values
    assert now["draws"].shape[0] == 0


CORNERS = [
    {"lengthscale": ell, "noise": noise, "amplitude": amplitude, "exact": exact, "kernel": kernel}
    for ell, noise in ((0.1, 3.0), (20.0, 0.003))
    for amplitude, exact in ((0.1, False), (10.0, True))
    for kernel in (*FORMULAS_OF, "own")
]


@pytest.mark.parametrize("settings", CORNERS)
def test_every_corner_runs(settings):
    crowd = tuple((round(-5 + i / 6, 3), (-1.0) ** i * 3) for i in range(60))
    config = Config(points=crowd, samples=8, level=99, **settings)
    frame = lab.answer(config)
    assert np.isfinite(frame["mean"]).all()
    assert np.isfinite(frame["draws"]).all()
    wire.encode(lab.draw(config, frame))
    lab.readout(config, frame)
    classes = Config(data="classes", **settings)
    assert np.isfinite(lab.answer(classes)["chance"]).all()
    if not settings["exact"]:
        outliers = Config(points=crowd, likelihood="student", dof=1, **settings)
        assert np.isfinite(lab.answer(outliers)["mean"]).all()
    game = Config(data="game", guesses=crowd[:10], rival="thompson", **settings)
    assert np.isfinite(lab.answer(game)["machine.mean"]).all()


# --- challenges can be met, and not by doing nothing ---


def verdict(slug, **settings):
    config = Config(**settings)
    (challenge,) = (c for c in lab.LAB.challenges if c.slug == slug)
    return challenge.check(config, list(lab.run(config)))


FORETELLS = "8 * rbf(60) + 0.03 * rbf(90) * periodic(1, 1.3) + 0.002 * matern52(1) + 0.02 * rbf(6)"
EVEN_HILLS = ((-3.63, -0.76), (-1.73, 0.32), (1.45, 0.0), (1.94, 1.28), (2.96, 1.39), (3.6, 1.19),
              (4.45, 0.67))  # fmt: skip
SOLUTIONS = {
    "known": {"lengthscale": 1.5, "noise": 0.01,
              "points": tuple((x, 0.0) for x in (-4.6, -2.8, -0.95, 0.95, 2.8, 4.6))},
    "honest": {"data": "mcycle", "lengthscale": 0.6, "noise": 0.45, "level": 80},
    "beat": {"data": "game", "lengthscale": 0.8,
             "guesses": tuple((x, 0.0) for x in (-3, 4, 0, -1, -0.5, -0.55))},
    "hills": {"fit": "bfgs", "lengthscale": 1.3, "noise": 0.35, "points": EVEN_HILLS},
    "foretell": {"data": "co2", "kernel": "own", "noise": 0.012, "formula": FORETELLS},
}  # fmt: skip


@pytest.mark.parametrize("slug", SOLUTIONS)
def test_challenges_can_be_met(slug):
    found = verdict(slug, **SOLUTIONS[slug])
    assert found.passed, found.says
    assert not verdict(slug).passed
    (challenge,) = (c for c in lab.LAB.challenges if c.slug == slug)
    for preset in lab.LAB.presets:
        config = Config(**preset.settings)
        assert not challenge.check(config, list(lab.run(config))).passed, preset.title


def test_the_presets_show_what_they_say():
    settings = {preset.title: preset.settings for preset in lab.LAB.presets}
    outlier = frames(**settings["One outlier"])[-1]
    assert outlier["trust"].argmin() == 4
    assert outlier["trust"].min() < 0.1
    normal = frames(**{**settings["One outlier"], "likelihood": "gaussian"})[-1]
    at = np.abs(np.linspace(-5, 5, 141) + 0.2).argmin()
    assert normal["mean"][at] > outlier["mean"][at] + 0.5
    assert "singular" in frames(**settings["Two points, one place"])[-1].note
    stories = frames(**settings["Two stories for the same points"])[-1]
    assert np.ptp(stories["heights"]) > 0.3
