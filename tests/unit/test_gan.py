"""The game against closed forms, autograd by hand, brute force, torch and scipy."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats
from torch.nn import functional

from labcore import Start
from labcore.generation import gan as lab
from labcore.generation.gan import Config, adversaries, autoencoder, diffusion, flow
from labcore.generation.gan.challenges import CHALLENGES
from labcore.generation.gan.diagnosis import COLUMNS_OF_RECORD, verdict
from labcore.generation.gan.measures import (
    best_verdict,
    coverage,
    covered,
    discrepancy,
    frechet,
    grid_density,
    nearest_shares,
    wasserstein,
)
from labcore.generation.gan.models import MODELS
from labcore.generation.gan.networks import (
    cuts,
    fresh_weights,
    layers,
    network,
    power_iteration,
    spectral_layers,
)
from labcore.generation.gan.objectives import (
    OBJECTIVES,
    all_terms,
    best_certainty,
    certainty,
    certified_divergence,
    critic_loss,
    critic_terms,
    generator_losses,
    gradient_penalty,
    r1_penalty,
    slope_at,
)
from labcore.generation.gan.observe import pull_at
from labcore.generation.gan.others import held_out_terms
from labcore.generation.gan.presets import PRESETS
from labcore.generation.gan.slow import next_round, way_back, way_names
from labcore.generation.gan.worlds import Source, world_of
from labcore.rng import torch_generator

SMALL = {"width_g": 16, "width_d": 16, "batch": 32, "steps": 50}


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch_generator(seed, "test"))


def ran(**settings):
    return list(lab.run(Config(**settings)))


# --- networks ---


@pytest.mark.parametrize("activation", ["tanh", "leaky", "relu", "silu"])
def test_a_row_of_weights_is_torchs_network(activation):
    sizes, x = (3, 7, 5, 2), random(2, 11, 3)
    row = fresh_weights(sizes, 2, torch_generator(1))
    row = row + 0.1 * random(*row.shape, seed=2)
    bends = {"tanh": torch.nn.Tanh(), "leaky": torch.nn.LeakyReLU(0.2), "relu": torch.nn.ReLU(),
             "silu": torch.nn.SiLU()}  # fmt: skip
    made = network(row, sizes, x, activation)
    for race in (0, 1):
        modules = []
        for (weight, bias), (a, b) in zip(
            layers(row, sizes), itertools.pairwise(sizes), strict=True
        ):
            linear = torch.nn.Linear(a, b)
            linear.weight.data, linear.bias.data = weight[race].T.clone(), bias[race, 0].clone()
            modules += [linear, bends[activation]]
        torch.testing.assert_close(made[race], torch.nn.Sequential(*modules[:-1])(x[race]))


def test_the_digits_networks_are_the_articles():
    config = Config(data="mnist")
    assert adversaries.generator_sizes(config) == (100, 256, 512, 784)
    assert adversaries.critic_sizes(config) == (784, 512, 256, 1)
    counts = [sum(cuts(s)) for s in ((100, 256, 512, 784), (784, 512, 256, 1))]
    assert counts == [559_632, 533_505]
    row = 5 * fresh_weights((100, 256, 512, 784), 1, torch_generator(0))
    made = adversaries.generate(config, row, random(1, 4, 100))
    assert made.abs().max() <= 1


def test_spectral_norm_is_the_largest_singular_value():
    sizes = (4, 9, 6, 1)
    row = fresh_weights(sizes, 3, torch_generator(3))
    right = power_iteration(row, sizes, random(3, 16), turns=500)
    for (weight, _), (divided, _) in zip(
        layers(row, sizes), spectral_layers(row, sizes, right), strict=True
    ):
        largest = torch.linalg.svdvals(weight)[:, 0]
        torch.testing.assert_close(weight / largest[:, None, None], divided, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(torch.linalg.svdvals(divided)[:, 0], torch.ones(3), rtol=1e-4,
                                   atol=1e-4)  # fmt: skip


# --- objectives ---


def test_losses_are_torchs():
    real, fake = 3 * random(2, 50), 3 * random(2, 40, seed=1)
    entropy = functional.binary_cross_entropy_with_logits
    ones, zeros = torch.ones_like, torch.zeros_like
    for race in (0, 1):
        r, f = real[race], fake[race]
        by_torch = {
            "ns": (entropy(r, ones(r)) + entropy(f, zeros(f)), entropy(f, ones(f))),
            "minimax": (entropy(r, ones(r)) + entropy(f, zeros(f)), -entropy(f, zeros(f))),
            "ls": (functional.mse_loss(r, ones(r)) + functional.mse_loss(f, zeros(f)),
                   functional.mse_loss(f, ones(f))),
            "hinge": (functional.hinge_embedding_loss(r, -ones(r), margin=1.0)
                      + functional.hinge_embedding_loss(-f, -ones(f), margin=1.0), -f.mean()),
            "wasserstein": (f.mean() - r.mean(), -f.mean()),
        }  # fmt: skip
        for name, (d, g) in by_torch.items():
            torch.testing.assert_close(critic_loss(name, real, fake)[race], d)
            torch.testing.assert_close(generator_losses(name, fake)[race].mean(), g)
        terms = all_terms(r, f)
        for row, name in zip(terms, OBJECTIVES, strict=True):
            torch.testing.assert_close(row[:2].sum(), by_torch[name][0])
            torch.testing.assert_close(row[2], by_torch[name][1])


def test_penalties_of_a_linear_critic_are_known():
    weight = torch.tensor([[3.0], [-4.0]]).requires_grad_()
    x = random(1, 20, 2).requires_grad_()
    slope = slope_at((x @ weight)[..., 0], x)
    r1, gp = r1_penalty(slope), gradient_penalty(slope)
    assert r1.item() == pytest.approx(25 / 2)
    assert gp.item() == pytest.approx((5 - 1) ** 2)
    # ∂/∂w of |w|²/2 is w; of (|w| − 1)² it is 2(|w| − 1) w/|w|.
    torch.testing.assert_close(torch.autograd.grad(r1.sum(), weight, retain_graph=True)[0],
                               weight.detach())  # fmt: skip
    torch.testing.assert_close(torch.autograd.grad(gp.sum(), weight)[0],
                               2 * 4 * weight.detach() / 5)  # fmt: skip


def test_r1_in_a_step_is_autograds_by_finite_differences():
    config = Config(**SMALL, depth_d=1)
    row = adversaries.begin_gan(config)["d"].double()
    x = random(1, 9, 2).double()

    def penalty(weights):
        at = x.clone().requires_grad_()
        return r1_penalty(slope_at(adversaries.scores(config, weights, None, at), at)).sum()

    weights = row.clone().requires_grad_()
    (exact,) = torch.autograd.grad(penalty(weights), weights)
    for k in (0, 5, 40, 50):
        step = torch.zeros_like(row)
        step[0, k] = 1e-5
        slope = (penalty(row + step) - penalty(row - step)).item() / 2e-5
        assert exact[0, k].item() == pytest.approx(slope, rel=1e-5, abs=1e-8)


# --- steps ---


@pytest.mark.parametrize("rule", ["adam", "sgd"])
def test_a_round_is_torch_optims(rule):
    config = Config(**SMALL, restraint="none", optimizer_d=rule, optimizer_g=rule, depth_d=1,
                    depth_g=1, schedule="constant", lr_d=0.01, lr_g=0.02)  # fmt: skip
    state = adversaries.begin_gan(config)
    source, generator = Source(config), torch_generator(0, "round")
    d, g = (state[n].clone().requires_grad_() for n in ("d", "g"))
    kinds = {"adam": lambda p, lr: torch.optim.Adam([p], lr, betas=(0.5, 0.99)),
             "sgd": lambda p, lr: torch.optim.SGD([p], lr)}  # fmt: skip
    of_d, of_g = kinds[rule](d, 0.01), kinds[rule](g, 0.02)
    twin = torch_generator(0, "round")
    for step in (1, 2, 3):
        adversaries.play(config, state, source, generator, step)
        real = source.batch(1, 32, twin)
        fake = adversaries.generate(config, g, torch.randn(1, 32, 2, generator=twin)).detach()
        loss = critic_loss("ns", adversaries.scores(config, d, None, real),
                           adversaries.scores(config, d, None, fake))  # fmt: skip
        of_d.zero_grad()
        loss.sum().backward()
        of_d.step()
        source.batch(1, 32, twin)
        fake = adversaries.generate(config, g, torch.randn(1, 32, 2, generator=twin))
        of_g.zero_grad()
        generator_losses("ns", adversaries.scores(config, d, None, fake)).mean().backward()
        of_g.step()
        torch.testing.assert_close(state["d"], d.detach(), rtol=1e-4, atol=1e-6)
        torch.testing.assert_close(state["g"], g.detach(), rtol=1e-4, atol=1e-6)


def test_d_only_and_g_only_leave_the_other_alone():
    for train, still in (("d", "g"), ("g", "d")):
        first, *_, last = ran(**SMALL, train=train)
        np.testing.assert_array_equal(
            first.checkpoint[f"state/{still}"], last.checkpoint[f"state/{still}"]
        )
        moved = "g" if still == "d" else "d"
        assert (first.checkpoint[f"state/{moved}"] != last.checkpoint[f"state/{moved}"]).any()


def test_clipped_weights_and_unrolling():
    *_, last = ran(**SMALL, objective="wasserstein", restraint="clip")
    assert np.abs(last.checkpoint["state/d"]).max() <= 0.2 + 1e-7
    config = Config(**SMALL, unroll=2, restraint="none")
    state, real = adversaries.begin_gan(config), random(1, 32, 2)
    fake = random(1, 32, 2, seed=4).requires_grad_()
    judge = adversaries.unrolled(config, state, real, fake)
    by_hand = state["d"].clone()
    for _ in range(2):
        by_hand = by_hand.detach().requires_grad_()
        loss = critic_loss("ns", adversaries.scores(config, by_hand, None, real),
                           adversaries.scores(config, by_hand, None, fake.detach()))  # fmt: skip
        by_hand = by_hand - 0.1 * torch.autograd.grad(loss.sum(), by_hand)[0]
    torch.testing.assert_close(judge, by_hand)
    assert torch.autograd.grad(judge.sum(), fake)[0].abs().sum() > 0


# --- measures ---


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_wasserstein_is_the_cheapest_of_all_pairings(seed):
    a, b = random(6, 2, seed=seed).numpy(), random(6, 2, seed=seed + 9).numpy()
    costs = [
        ((a[list(order)] - b) ** 2).sum(1).mean() for order in itertools.permutations(range(6))
    ]
    assert wasserstein(a, b) == pytest.approx(math.sqrt(min(costs)), rel=1e-6)
    assert wasserstein(a, a[::-1]) == pytest.approx(0, abs=1e-6)
    assert wasserstein(a, a + np.float32(1)) == pytest.approx(math.sqrt(2), rel=1e-5)


def test_discrepancy_is_the_double_sum():
    a, b = random(7, 2), 0.5 + random(5, 2, seed=1)

    def k(x, y):
        return math.exp(-float((x - y).square().sum()) / (2 * 0.7**2))

    within = [
        sum(k(s[i], s[j]) for i in range(len(s)) for j in range(len(s)) if i != j)
        / (len(s) * (len(s) - 1))
        for s in (a, b)
    ]
    across = sum(k(x, y) for x in a for y in b) / 35
    assert discrepancy(a, b, 0.7) == pytest.approx(sum(within) - 2 * across, abs=1e-6)


def test_frechet_of_normal_laws_on_the_axes():
    a = random(4000, 2) * torch.tensor([1.0, 2.0])
    b = random(4000, 2, seed=1) * torch.tensor([3.0, 0.5]) + 1
    assert frechet(a, b) == pytest.approx(2 + 4 + 2.25, rel=0.06)
    assert frechet(a, a) == pytest.approx(0, abs=1e-6)


def test_coverage_counts_what_lies_within_three_sigma():
    world = world_of(Config(data="ring", spread=0.1))
    at = world.centres
    points = torch.cat([at[:4], at[:1] + torch.tensor([[0.29, 0.0]]), at[:1] + 0.5])
    shares, good = coverage(world, points)
    np.testing.assert_allclose(shares, np.array([2, 1, 1, 1, 0, 0, 0, 0]) / 6, rtol=1e-6)
    assert good == pytest.approx(5 / 6)
    assert covered(shares) == 4
    assert nearest_shares(world, points).sum() == pytest.approx(1)
    # Of two-dimensional normal noise 1 − e^(−9/2) lies within three σ.
    for name in ("ring", "grid", "own"):
        world = world_of(Config(data=name, spread=0.05))
        shares, good = coverage(world, world.draw((20_000,), torch_generator(0)))
        assert good == pytest.approx(1 - math.exp(-4.5), abs=0.003)
        assert covered(shares) == len(world.names)


@pytest.mark.parametrize("name", ["ring", "grid", "roll", "moons", "own"])
def test_densities_integrate_to_one_and_fit_the_samples(name):
    world = world_of(Config(data=name, spread=0.15))
    axis = torch.linspace(-4, 4, 161)
    places = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2)
    mass = world.density(places).double() * 0.05**2
    assert float(mass.sum()) == pytest.approx(1, abs=1e-4)
    drawn = world.draw((20_000,), torch_generator(0))
    torch.testing.assert_close((mass[:, None] * places).sum(0).float(), drawn.mean(0), rtol=0,
                               atol=0.05)  # fmt: skip


@pytest.mark.parametrize("width", [0.05, 0.12, 0.4])
def test_the_density_on_a_grid_is_the_mean_of_scipys_normal_laws(width):
    points, at = random(300, 2).double(), torch.linspace(-3, 3, 9, dtype=torch.float64)
    y, x = torch.meshgrid(at, at, indexing="ij")
    by_hand = np.array([
        stats.multivariate_normal(place, width**2 * np.eye(2)).pdf(points.numpy()).mean()
        for place in torch.stack([x, y], -1).reshape(-1, 2).numpy()
    ])  # fmt: skip
    np.testing.assert_allclose(grid_density(points, at, width).numpy(), by_hand, rtol=1e-9)


def test_the_best_verdict_is_half_on_its_own_data_and_what_a_critic_reaches():
    world, at = world_of(Config(spread=0.3)), torch.linspace(-2.95, 2.95, 60)
    y, x = torch.meshgrid(at, at, indexing="ij")
    places = torch.stack([x, y], -1).reshape(-1, 2)
    p = world.density(places, 0.12)
    q = grid_density(world.draw((20_000,), torch_generator(1)), at, 0.12)
    dense = p > 0.05
    torch.testing.assert_close(best_verdict(p, q)[dense], torch.full_like(p[dense], 0.5), rtol=0,
                               atol=0.08)  # fmt: skip
    far = grid_density(torch.full((100, 2), -2.9) + 0.01 * random(100, 2), at, 0.12)
    best = best_verdict(p, far)
    assert best[p.argmax()] > 0.97
    assert best[0] < 0.01
    assert best[59] == pytest.approx(0.5, abs=0.01)  # an empty corner
    # A critic on real data against a fixed, known law finds p/(p + q).
    *_, last = ran(train="d", restraint="none", data="ring", spread=0.3, steps=400, batch=256)
    assert last["gap"] < 0.1
    # JS of laws with nothing in common is log 2; of equal ones 0.
    assert certified_divergence(0.0) == pytest.approx(math.log(2))
    assert certified_divergence(math.log(4)) == 0


@pytest.mark.parametrize("objective", ["ns", "minimax", "ls", "hinge"])
@pytest.mark.parametrize(("p", "q"), [(0.6, 0.2), (0.1, 0.5), (0.9, 0.05)])
def test_the_best_d_of_each_objective_by_trying_all_scores(objective, p, q):
    s = torch.linspace(-4, 4, 4001)[:, None]
    d_of_real, d_of_fake = critic_terms(objective, s, s)
    lowest = s[(p * d_of_real + q * d_of_fake).argmin()]
    best = best_certainty(objective, torch.tensor(p / (p + q)))
    assert float(certainty(objective, lowest)) == pytest.approx(float(best), abs=0.003)


def test_no_gap_is_told_where_there_is_no_best():
    config = Config(**SMALL, objective="wasserstein", restraint="gp")
    last = list(lab.run(config))[-1]
    assert "gap" not in last.values
    assert "best.gap" not in lab.readout(config, last)
    figure = lab.panels(config, last)["best"]
    assert figure.data[-1].text[0].startswith("no gap")
    assert "aims" in figure.layout.title.text


# --- one round in slow motion ---


@pytest.mark.parametrize("settings", [{}, {"restraint": "spectral", "noise": "uniform"},
                                      {"depth_d": 0, "depth_g": 0, "latent": "1"},
                                      {"activation": "relu", "seeds": 3}])  # fmt: skip
def test_the_slope_across_the_plane_and_on_its_way_back_is_finite_differences(settings):
    config = Config(**{**SMALL, **settings})
    state = adversaries.begin_gan(config)
    state = {name: row + 0.05 * random(*row.shape, seed=8) for name, row in state.items()}
    state = {name: row.double() for name, row in state.items()}

    def loss(x):
        said = adversaries.scores(config, state["d"][:1], state["right"][:1], x[None, None])
        return float(generator_losses(config.objective, said).sum())

    def by_differences(f, at):
        steps = 1e-6 * torch.eye(len(at), dtype=torch.float64)
        return torch.tensor([(f(at + e) - f(at - e)) / 2e-6 for e in steps], dtype=torch.float64)

    x = random(5, 2, seed=3).double()
    slopes = pull_at(config, state, x)
    for place, slope in zip(x, slopes, strict=True):
        torch.testing.assert_close(slope, by_differences(loss, place), rtol=1e-5, atol=1e-7)
    z = 0.4 * torch.ones(1, 1, 1 if settings.get("latent") else 2, dtype=torch.float64)
    told = way_back(config, state, z)

    def through(z):
        return loss(adversaries.generate(config, state["g"][:1], z[None, None])[0, 0])

    names = way_names(config)
    assert len(names) == len(told["trace"])
    at_z = by_differences(through, z[0, 0]).norm()
    assert told["trace"][-1] == pytest.approx(float(at_z), rel=1e-4)
    assert told["trace"][names.index("x")] == pytest.approx(np.linalg.norm(told["slope"]), rel=1e-5)
    assert told["owes"] == pytest.approx(loss(torch.from_numpy(told["star"])), rel=1e-5)
    s = told["said"]
    assert told["trace"][0] == pytest.approx(1 / (1 + math.exp(s)), rel=1e-5)  # of softplus(−s)


@pytest.mark.parametrize("settings", [{}, {"restraint": "gp"}, {"model": "flow"},
                                      {"samples": "64", "unroll": 1}])  # fmt: skip
def test_the_next_round_is_the_one_that_comes(settings):
    config = Config(**{**SMALL, "schedule": "constant", **settings})
    source, state = Source(config), MODELS[config.model].begin(config)
    generator = torch_generator(0, "round")
    for step in (1, 2):
        before = {name: row.clone() for name, row in state.items()}
        between, after = next_round(config, state, source, generator, step - 1)
        for name, row in before.items():
            assert torch.equal(state[name], row), "the training is left as it is"
        MODELS[config.model].learn(config, state, source, generator, step)
        for name, row in state.items():
            assert torch.equal(after[name], row), name
        if config.model == "gan":
            assert torch.equal(between["d"], state["d"])
            assert torch.equal(between["g"], before["g"])
        assert not torch.equal(state["g"], before["g"])


def test_a_step_of_d_lowers_its_loss_and_raises_that_of_g():
    settings = {**SMALL, "width_d": 32, "width_g": 32, "restraint": "none", "optimizer_d": "sgd",
                "optimizer_g": "sgd", "batch": 512, "lr_d": 0.01, "lr_g": 0.01}  # fmt: skip
    config = Config(**settings)
    frames = list(lab.run(config))
    d = np.array([frame["round"][0] for frame in frames])
    g = np.array([frame["round"][1] for frame in frames])
    assert (d[:, 1] < d[:, 0]).all()  # a small step down D's slope
    assert (g[:, 2] < g[:, 1]).all()  # and one down G's
    told = lab.readout(config, frames[-1])
    assert told["round.d0"] == told["ns.d"], "both are of the same points"
    assert told["round.g0"] == told["ns.g"]
    # Blue where D's verdict rises: at the very cell where it rises most.
    for frame in frames[::3]:
        assert frame["change"].max() == 255 or frame["change"].min() == 0
        assert 0 < frame["change_reach"] < 1
        assert np.isfinite(frame["moves"]).all()


def test_what_is_drawn_of_the_pull_is_never_longer_than_said():
    last = ran(**SMALL)[-1]
    for name, longest in (("arrows", 0.5), ("push", 6 / 14)):
        tails, tips = np.split(last[name], 2, 1)
        assert np.linalg.norm(tips - tails, axis=1).max() <= longest


def test_the_star_and_the_other_g_are_looked_at_without_training():
    config = Config(**SMALL, ema=0.9)
    frames = list(lab.run(config))
    for frame in (frames[0], frames[-1]):
        start = Start(frame.step, frame.checkpoint)
        raw = config.model_copy(update={"show": "raw", "z0": -1.0, "z1": 0.3})
        seen = lab.observe(raw, start)
        g = torch.from_numpy(frame.checkpoint["state/g"])
        z = torch.tensor([[[-1.0, 0.3]]])
        made = adversaries.generate(config, g, z)[0, 0].numpy()
        np.testing.assert_array_equal(seen["star"], made)
        np.testing.assert_array_equal(seen["mark"], made)
        assert seen["w2"] == frame["w2"]
        held = lab.answer(raw, start)
        patches = lab.draw(raw, held)
        assert patches["hold"]["traces"]["z"]["x"] == [-1.0]
        np.testing.assert_array_equal(patches["moves"]["traces"]["star"]["x"], made[:1])
        assert "change" not in patches
        assert lab.readout(raw, held)["star.z"] == "−1.00, 0.30"
    again = list(lab.run(config.model_copy(update={"show": "raw"})))
    np.testing.assert_array_equal(seen["fakes"], again[-1]["fakes"])
    assert not np.array_equal(frames[-1]["fakes"], again[-1]["fakes"])
    assert frames[-1]["w2_raw"] != pytest.approx(float(frames[-1]["w2"][0]), rel=1e-4)


def test_an_unrolled_g_learns_through_the_steps_of_d():
    config = Config(**SMALL, unroll=3, restraint="none", depth_d=1, depth_g=1)
    state = {k: v.double() for k, v in adversaries.begin_gan(config).items()}
    real, z = random(1, 32, 2).double(), random(1, 32, 2, seed=5).double()

    def loss(weights):
        fake = adversaries.generate(config, weights, z)
        judge = adversaries.unrolled(config, state, real, fake)
        return generator_losses("ns", adversaries.scores(config, judge, None, fake)).mean()

    weights = state["g"].clone().requires_grad_()
    (exact,) = torch.autograd.grad(loss(weights), weights)
    for k in (0, 7, 33, 60, -1):
        step = torch.zeros_like(state["g"])
        step[0, k] = 1e-5
        slope = (loss(state["g"] + step) - loss(state["g"] - step)).item() / 2e-5
        assert float(exact[0, k]) == pytest.approx(slope, rel=1e-4, abs=1e-8)
    assert Config(data="mnist", unroll=5)  # admitted by a link, and not acted upon


# --- the other models ---


def test_kl_and_misfit_are_torchs():
    mean, log_variance = random(1, 30, 2), random(1, 30, 2, seed=1)
    law = torch.distributions.Normal(mean, (log_variance / 2).exp())
    kl = torch.distributions.kl_divergence(law, torch.distributions.Normal(0.0, 1.0)).sum(2)
    torch.testing.assert_close(autoencoder.to_prior(mean, log_variance), kl)
    x, middle, noise = random(1, 9, 2), random(1, 9, 2, seed=2), torch.full((1, 1, 1), 0.3)
    exact = -torch.distributions.Normal(middle, noise).log_prob(x).sum(2)
    torch.testing.assert_close(autoencoder.misfit(x, middle, noise), exact)


def test_the_flow_inverts_and_its_density_is_one():
    config = Config(model="flow", width_g=8)
    row = flow.begin_flow(config)["g"].double()
    row = row + 0.15 * random(*row.shape, seed=5).double()
    x = random(1, 200, 2).double()
    z, stretched = flow.to_noise(config, row, x)
    torch.testing.assert_close(flow.from_noise(config, row, z), x, rtol=1e-8, atol=1e-8)
    for k in (0, 7):
        jacobian = torch.autograd.functional.jacobian(
            lambda point: flow.to_noise(config, row, point[None, None])[0][0, 0], x[0, k]
        )
        assert torch.linalg.slogdet(jacobian)[1] == pytest.approx(stretched[0, k].item(), abs=1e-8)
    axis = np.linspace(-14, 14, 601)
    places = torch.from_numpy(np.stack(np.meshgrid(axis, axis), -1).reshape(1, -1, 2))
    density = flow.log_density(config, row, places).exp().detach().numpy().reshape(601, 601)
    mass = integrate.simpson(integrate.simpson(density, x=axis), x=axis)
    assert mass == pytest.approx(1, abs=0.01)


def test_diffusion_forward_marginals_and_the_way_back():
    betas = np.linspace(1e-4, 0.02, 40) * 25
    np.testing.assert_allclose(diffusion.KEPT, np.cumprod(1 - betas), rtol=1e-5)
    # Step by step, x ← √(1 − β) x + √β ε has the mean and variance of the formula in one go.
    x, count = 1.7, 200_000
    walk = np.full(count, x)
    noise = np.random.default_rng(0)
    for beta in betas[:12]:
        walk = math.sqrt(1 - beta) * walk + math.sqrt(beta) * noise.standard_normal(count)
    level = torch.full((1, count), 11)
    once = diffusion.noised(torch.full((1, count, 1), x), level, random(1, count, 1)).numpy()
    assert once.mean() == pytest.approx(walk.mean(), abs=0.01)
    assert once.var() == pytest.approx(walk.var(), rel=0.02)
    # With all data in one point the best guess of ε is known, and the way back leads there.
    point = torch.tensor([0.8, -1.1])

    def known(config, weights, x, level):
        kept = diffusion.KEPT[level][..., None]
        return (x - kept.sqrt() * point) / (1 - kept).sqrt()

    guess, diffusion.noise_in = diffusion.noise_in, known
    try:
        made = diffusion.denoise(Config(model="diffusion"), torch.zeros(1, 1), random(1, 50, 2))
    finally:
        diffusion.noise_in = guess
    torch.testing.assert_close(made, point.expand(1, 50, 2), rtol=0, atol=1e-4)


def test_the_other_losses_term_by_term():
    x = random(40, 2)
    for model in ("vae", "flow", "diffusion"):
        config = Config(**SMALL, model=model)
        state = MODELS[model].begin(config)
        parts = held_out_terms(config, state, x)
        if model == "diffusion":
            guess = diffusion.noise_in(config, state["g"], *_level_of(x, config, 19))
            noise = torch.randn(1, 40, 2, generator=torch_generator(config.seed, "held-out"))
            error = float((noise - guess).square().mean())
            assert parts[1] == pytest.approx(error, rel=1e-5)
            continue
        assert parts[2] == pytest.approx(parts[0] + parts[1], rel=1e-5)
        if model == "flow":
            exact = -float(flow.log_density(config, state["g"], x[None]).mean())
            assert parts[2] == pytest.approx(exact, rel=1e-5)
        else:
            mean, log_variance = autoencoder.encode(config, state["d"], x[None])
            law = torch.distributions.Normal(mean, (log_variance / 2).exp())
            kl = torch.distributions.kl_divergence(law, torch.distributions.Normal(0.0, 1.0))
            assert parts[1] == pytest.approx(float(kl.sum(2).mean()), rel=1e-5)


def _level_of(x, config, at):
    noise = torch.randn(1, len(x), 2, generator=torch_generator(config.seed, "held-out"))
    level = torch.full((1, len(x)), at)
    kept = math.prod(1 - b for b in diffusion.BETAS[: at + 1].tolist())
    return math.sqrt(kept) * x[None] + math.sqrt(1 - kept) * noise, level


@pytest.mark.parametrize("model", ["vae", "flow", "diffusion"])
def test_other_models_learn_and_go_on(model):
    config = Config(**{**SMALL, "steps": 150, "batch": 128}, model=model)
    frames = list(lab.run(config))
    first, *_, last = frames
    assert last["w2"][0] < first["w2"][0]
    middle = frames[7]
    branch = list(lab.run(config, Start(middle.step, middle.checkpoint)))
    for one, other in zip(frames[8:], branch, strict=True):
        np.testing.assert_array_equal(one["fakes"], other["fakes"])


# --- runs ---


def test_races_differ_and_a_branch_takes_what_fits():
    frames = ran(**SMALL, seeds=4)
    assert len(set(frames[-1]["w2"].tolist())) == 4
    start = Start(frames[2].step, frames[2].checkpoint)
    wider = list(lab.run(Config(**{**SMALL, "width_d": 24}), start))
    assert wider[-1].checkpoint["state/d"].shape[1] == sum(cuts((2, 24, 24, 24, 1)))
    one = list(lab.run(Config(**SMALL, train="d"), start))
    np.testing.assert_array_equal(one[-1].checkpoint["state/g"], start.checkpoint["state/g"][:1])


def test_divergence_is_named_and_the_run_goes_on():
    frames = ran(**SMALL, objective="wasserstein", restraint="none", lr_d=0.1, lr_g=0.1, k_d=10,
                 optimizer_d="sgd", optimizer_g="sgd", activation="relu")  # fmt: skip
    assert len(frames) == lab.LAB.length(Config(**SMALL))
    assert frames[-1].note.startswith("Diverged")
    assert frames[-1].checkpoint is None
    for frame in frames:
        assert lab.readout(Config(**SMALL), frame)


def record(**columns):
    usual = {"modes": 8, "good": 0.95, "w2": 0.5, "floor": 0.5, "signal": 0.3, "of_fake": 0.5,
             "of_real": 0.5, "copies": np.nan, "swing": 0.02}  # fmt: skip
    return np.array([[{**usual, **columns}[n] for n in COLUMNS_OF_RECORD]] * 8, np.float32)


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ({}, ""),
        ({"modes": 4, "w2": 1.5, "good": 0.6}, "collapse"),
        ({"modes": 4, "good": 0.6}, ""),
        ({"modes": 1, "w2": 2.5, "swing": 0.8}, "oscillation"),
        ({"w2": 1.2, "signal": 0.004, "of_real": 1.0, "of_fake": 0.0, "modes": 0}, "vanishing"),
        ({"w2": 1.2, "signal": 0.4, "of_real": 1.0, "of_fake": 0.0, "modes": 0, "good": 0}, ""),
        ({"copies": 0.3}, "memorising"),
        ({"copies": 1.0}, ""),
    ],
)
def test_the_detector_by_its_rules(columns, named):
    assert verdict(Config(), record(**columns), 8) == named
    assert verdict(Config(), record(**columns)[:5], 8) == ""


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    ("title", "word", "frames"),
    [
        ("Eight blobs, all covered", "", 14),
        ("Oscillation", "Oscillation", 16),
        ("Vanishing gradient", "Vanishing", 31),
        ("Memorising", "Memorising", 45),
        ("Mode collapse", "Mode collapse", 32),
    ],
)
def test_presets_show_what_they_say(title, word, frames, seed):
    (preset,) = [p for p in PRESETS if p.title == title]
    config = Config(**{**preset.settings, "seed": seed})
    notes = [frame.note for frame in itertools.islice(lab.run(config), frames)]
    if word:
        assert any(note.startswith(word) for note in notes[-8:]), notes[-8:]
    else:
        assert all(not note or note.startswith("Healthy") for note in notes)


def test_the_slope_is_back_with_the_non_saturating_loss():
    (preset,) = [p for p in PRESETS if p.title == "Vanishing gradient"]
    settings = {**preset.settings, "steps": 340}
    *_, last = itertools.islice(lab.run(Config(**settings)), 31)
    start = Start(last.step, last.checkpoint)
    usual, saved = (
        next(iter(lab.run(Config(**{**settings, "objective": objective}), start)))
        for objective in ("minimax", "ns")
    )
    assert usual["signal"] < 0.05
    assert saved["signal"] > 1


def test_looking_ahead_keeps_blobs_that_are_lost_without():
    (preset,) = [p for p in PRESETS if p.title == "Looking ahead"]
    last = [
        list(lab.run(Config(**{**preset.settings, "unroll": unroll, "steps": 600})))[-8:]
        for unroll in (2, 0)
    ]
    ahead, plain = ([frame["w2"][0] for frame in frames] for frames in last)
    assert np.mean(ahead) < 0.7 * np.mean(plain)
    assert np.mean([frame["modes"][0] for frame in last[0]]) > 7


def test_challenges_tell_the_reason():
    frames = ran(**SMALL)
    for challenge in CHALLENGES:
        judged = challenge.check(Config(**SMALL), frames)
        assert not judged.passed
        assert judged.says.endswith(".")
    hopping = next(c for c in CHALLENGES if c.slug == "hopping")
    (preset,) = [p for p in PRESETS if p.title == "Oscillation"]
    config = Config(**{**preset.settings, "steps": 250})
    assert hopping.check(config, list(lab.run(config))).passed
    with pytest.raises(ValueError, match="at least one blob"):
        Config(data="own", own=())
    with pytest.raises(ValueError, match="GAN only"):
        Config(data="mnist", model="flow")
