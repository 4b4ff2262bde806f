"""A kernel with its settings, laid over all points and the grid: all that data do not change."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from labcore.gaussian_processes.gp_posterior.config import Config, no_noise, tree_of
from labcore.gaussian_processes.gp_posterior.inference import factorize
from labcore.gaussian_processes.gp_posterior.kernels import Array, diagonal, gram
from labcore.gaussian_processes.gp_posterior.observations import World
from labcore.rng import numpy_generator

SMOOTHING = 1e-8
"""Added to the diagonal where functions are drawn: they shake by 1e−4 of their height, unseen."""


class Belief(NamedTuple):
    """The prior over n points and M grid places, and S functions drawn from it."""

    ell: float
    sigma: float
    K: Array  # (n, n)
    K_star: Array  # (n, M)
    k_star: Array  # (M,)
    prior_star: Array  # (S, M), functions of the prior on the grid
    prior: Array  # (S, n), the same functions at the points
    noise: Array  # (S, n), standard normal, to be scaled by each point's noise


def believe(config: Config, world: World, ell: float, sigma: float, draws: int) -> Belief:
    """The prior at ℓ = `ell`, with σ = `sigma`.

    Functions are drawn on the grid first and then at the points, so that moving a point
    changes no function elsewhere: with LLᵀ = k(all, all), f = Lz, and z fixed by the seed.
    """
    tree, variance = tree_of(config), config.amplitude**2
    everywhere = np.concatenate([world.grid, world.x])
    M, n = len(world.grid), len(world.x)
    here = everywhere[M:]
    if draws:
        K_all = variance * gram(tree, everywhere, everywhere, ell)  # (M + n, M + n)
        K, K_star = K_all[M:, M:], K_all[M:, :M]
        L, _ = factorize(K_all + SMOOTHING * np.trace(K_all) / (M + n) * np.eye(M + n))
        z = [numpy_generator(config.seed, name).standard_normal((count, draws))
             for name, count in (("grid", M), ("points", n), ("noise", n))]  # fmt: skip
        f = (L @ np.concatenate(z[:2])).T  # (S, M + n)
        prior_star, prior, noise = f[:, :M], f[:, M:], z[2].T
    else:
        K = variance * gram(tree, here, here, ell)
        K_star = variance * gram(tree, here, everywhere[:M], ell)
        prior_star, prior, noise = np.zeros((0, M)), np.zeros((0, n)), np.zeros((0, n))
    k_star = variance * diagonal(tree, everywhere[:M], ell)
    sigma = 0.0 if no_noise(config) else sigma
    return Belief(ell, sigma, K, K_star, k_star, prior_star, prior, noise)
