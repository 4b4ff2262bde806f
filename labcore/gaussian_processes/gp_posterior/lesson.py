"""The run: the prior first, then one observation after another, then, if asked, the fit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from labcore import Frame, Start
from labcore.gaussian_processes.gp_posterior.belief import Belief, believe
from labcore.gaussian_processes.gp_posterior.config import Config, fits, likelihood_of, tree_of
from labcore.gaussian_processes.gp_posterior.evidence import (
    LEAP,
    STEPS,
    ascent,
    bfgs,
    height,
    hmc,
    starts,
)
from labcore.gaussian_processes.gp_posterior.game import play
from labcore.gaussian_processes.gp_posterior.inference import Posterior, condition, pathwise
from labcore.gaussian_processes.gp_posterior.kernels import Array
from labcore.gaussian_processes.gp_posterior.library import gpytorch_climb
from labcore.gaussian_processes.gp_posterior.likelihoods import (
    Approximation,
    laplace,
    robust,
)
from labcore.gaussian_processes.gp_posterior.observations import World, world
from labcore.gaussian_processes.gp_posterior.observe import observe
from labcore.rng import numpy_generator

CLIMBS = 5
"""Starts of the fit: the controls' own and four corners; fewer for large data and GPyTorch."""

RISE = 8
"""Steps of the climb before the sampler begins to wander: far below the hill it would be stuck."""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Condition point by point; a game goes round by round."""
    if config.data == "game":
        yield from play(config)
        return
    here = world(config)
    belief = believe(config, here, config.lengthscale, config.noise, config.samples)
    counts = here.counts()
    for step, count in enumerate(counts):
        paths = beginnings(config, here) if fits(config) else None
        yield observe(config, here, belief, learn(config, here, belief, count), step, paths)
    if fits(config):
        paths = climb(config, here)
        for t in range(1, STEPS + 1):
            ell, sigma = np.exp(paths[0, t])
            belief = believe(config, here, ell, sigma, config.samples)
            found = learn(config, here, belief, len(here.x))
            yield observe(config, here, belief, found, len(counts) - 1 + t, paths[:, : t + 1])


class Learned:
    """A belief after the first `count` observations."""

    def __init__(self, count: int, posterior: Posterior, seen: Approximation, draws: Array) -> None:
        self.count, self.posterior, self.seen, self.draws = count, posterior, seen, draws


def learn(config: Config, here: World, belief: Belief, count: int) -> Learned:
    """The posterior given the first `count` observations, and the same functions bent to it."""
    K, K_star = belief.K[:count, :count], belief.K_star[:count]  # (n, n), (n, M)
    seen = targets(config, K, here.y[:count], belief.sigma)
    posterior = condition(K, K_star, belief.k_star, seen.targets, seen.variance)
    noise = belief.noise[:, :count] * np.sqrt(seen.variance)
    draws = pathwise(
        belief.prior_star, belief.prior[:, :count], K_star, posterior.L, seen.targets, noise
    )
    return Learned(count, posterior, seen, draws)


def targets(config: Config, K: Array, y: Array, sigma: float) -> Approximation:
    """The observations as normal ones: as they are, or as their likelihood makes them."""
    match likelihood_of(config):
        case "classes":
            return laplace(K, y)
        case "student":
            return robust(K, y, sigma, config.dof)
    return Approximation(y, np.full(len(y), sigma**2), y, 0.0)


def beginnings(config: Config, here: World) -> Array:
    """Where the climbs will begin, (R, 1, 2), shown before they do."""
    count = CLIMBS if len(here.x) <= 150 else 2
    if config.fit == "gpytorch":
        count = 1 + (count > 2)
    if config.fit == "hmc":
        count = 1
    return starts(config.lengthscale, config.noise, count)[:, None]


def climb(config: Config, here: World, most: int = CLIMBS) -> Array:
    """Paths of (log ℓ, log σ) up the evidence, from several starts, (R, STEPS + 1, 2)."""
    tree, begin = tree_of(config), beginnings(config, here)[:most, 0]
    if not len(here.x):
        return np.repeat(begin[:, None], STEPS + 1, axis=1)
    if config.fit == "gpytorch":
        ways = [gpytorch_climb(tree, config.amplitude, here.x, here.y, at, STEPS) for at in begin]
        return np.array(ways)

    def height_of(theta: Array) -> tuple[float, Array]:
        return height(tree, config.amplitude, here.x, here.y, theta)

    if config.fit == "hmc":
        up = bfgs(height_of, begin[0], RISE)
        leap = LEAP * min(1.0, (15 / len(here.x)) ** 0.5)  # more points, a narrower hill
        random = numpy_generator(config.seed, "hmc")
        return np.concatenate([up, hmc(height_of, up[-1], STEPS - RISE, random, leap)[1:]])[None]
    method = bfgs if config.fit == "bfgs" else ascent
    return np.array([method(height_of, at, STEPS) for at in begin])
