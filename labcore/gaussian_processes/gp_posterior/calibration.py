"""How the bands are checked: on points left out, and on those that are still to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri, stdtrit

from labcore.gaussian_processes.gp_posterior.belief import Belief
from labcore.gaussian_processes.gp_posterior.config import Config, likelihood_of, tree_of
from labcore.gaussian_processes.gp_posterior.inference import condition, leave_one_out
from labcore.gaussian_processes.gp_posterior.kernels import Array, diagonal, gram
from labcore.gaussian_processes.gp_posterior.observations import World

if TYPE_CHECKING:
    from labcore.gaussian_processes.gp_posterior.lesson import Learned

LEVELS = np.linspace(0.05, 0.95, 19)
"""Levels at which the calibration is checked."""


def noise_spread(config: Config, sigma: float, level: Array | float) -> Any:
    """Standard deviation of normal noise that reaches as far as this noise does at a level.

    For normal noise it is σ. Student-t reaches further, the more so the higher the level; its
    own deviation has no bound for ν ≤ 2.
    """
    if likelihood_of(config) != "student":
        return sigma
    end = 0.5 + np.asarray(level) / 2
    return sigma * stdtrit(config.dof, end) / ndtri(end)


def share_inside(config: Config, miss: Array, variance: Array, sigma: float) -> tuple[Array, float]:
    """How many lie in their bands of each of LEVELS, (19,), and of the level chosen.

    Args:
        miss: (n,), y minus its mean. variance: (n,), of f alone.
    """
    levels = np.append(LEVELS, config.level / 100)[:, None]  # (20, 1)
    spread = np.sqrt(variance + noise_spread(config, sigma, levels) ** 2)
    inside = (np.abs(miss) <= ndtri(0.5 + levels / 2) * spread).mean(1)
    return inside[:-1], float(inside[-1])


def checked(config: Config, found: Learned, y: Array, sigma: float) -> dict[str, Any]:
    """How many points lie in the band that all the others give them.

    With Student-t noise the others keep the weights that the whole data gave them.
    """
    if config.data == "classes":
        return {}
    if found.count < 2:
        return {"inside": np.full(len(LEVELS), np.nan), "loo": np.nan}
    seen, posterior = found.seen, found.posterior
    mean, variance = leave_one_out(posterior.L, posterior.alpha, seen.targets)
    inside, loo = share_inside(config, y - mean, np.maximum(variance - seen.variance, 0), sigma)
    return {"inside": inside, "loo": loo}


def foretold(config: Config, here: World, belief: Belief, found: Learned) -> dict[str, float]:
    """How what is not yet in is met: share in the band, root mean square error, and until when."""
    n = found.count
    until = float(here.shown_x(here.x[n - 1])) if n else float(here.x_range[0])
    if n == len(here.x):
        return {"unseen": np.nan, "unseen.error": np.nan, "until": until}
    seen = found.seen
    tree, scale, late = tree_of(config), config.amplitude**2, here.x[n:]
    K_late = scale * gram(tree, here.x[:n], late, belief.ell)
    told = condition(
        belief.K[:n, :n],
        K_late,
        scale * diagonal(tree, late, belief.ell),
        seen.targets,
        seen.variance,
    )
    miss = here.y[n:] - told.mean
    _, unseen = share_inside(config, miss, told.variance, belief.sigma)
    error = float(here.y_scale * np.sqrt(np.mean(miss**2)))
    return {"unseen": unseen, "unseen.error": error, "until": until}
