"""From a posterior to the small arrays of a frame, in the units that are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.linalg import cho_solve

from labcore import Frame
from labcore import figures as fig
from labcore.gaussian_processes.gp_posterior.belief import Belief
from labcore.gaussian_processes.gp_posterior.calibration import (
    checked,
    foretold,
    noise_spread,
)
from labcore.gaussian_processes.gp_posterior.config import (
    MOST,
    Config,
    likelihood_of,
    tree_of,
)
from labcore.gaussian_processes.gp_posterior.diagnosis import note
from labcore.gaussian_processes.gp_posterior.evidence import (
    height_alone,
    landscape,
    lengths,
    noises,
    spectrum,
)
from labcore.gaussian_processes.gp_posterior.inference import condition
from labcore.gaussian_processes.gp_posterior.kernels import Array, diagonal, gram, summands
from labcore.gaussian_processes.gp_posterior.likelihoods import chance_of_one
from labcore.gaussian_processes.gp_posterior.observations import World

if TYPE_CHECKING:
    from labcore.gaussian_processes.gp_posterior.lesson import Learned

DEPTH, REAL_DEPTH = 12.0, 0.6
"""The map of the evidence shows so many nats below its highest cell; of real data, each point."""

EACH_TIME = 60
"""Up to this many points the map is made anew for every frame; else once all are in."""


def observe(
    config: Config,
    here: World,
    belief: Belief,
    found: Learned,
    step: int,
    paths: Array | None = None,
    *,
    quick: bool = False,
) -> Frame:
    """What is seen after `found.count` observations.

    Values (n points in, N shown in the matrix, M places on the grid, S functions):
        mean, sd, sd_y: (M,), of f, and of a new observation (with noise).
        draws: (S, M). kernel: (M,), k(x*, ·). parts: (P, M), the mean of each summand.
        chance, low, high: (M,), in place of sd_y, for classes.
        fit, complexity, constant, evidence: of the evidence, in nats.
        alpha: (n,). trust: (n,), the weight each point has got. matrix: uint8 (N, N).
        inside: (19,), shares of points inside their leave-one-out bands. loo: that at the level.
        condition, jitter: of the covariance matrix.
        surface: uint8 (28, 28), and terms, (2, 28), fit and complexity along ℓ.
        paths: (R, T, 2), log₁₀ of ℓ and σ, R climbs so far.
    """
    posterior, n = found.posterior, found.count
    x, y, sigma = here.x[:n], here.y[:n], belief.sigma
    values: dict[str, Any] = {"count": n, "ell": belief.ell, "sigma": sigma}
    values |= bands(config, here, belief, found)
    values |= looked_up(config, here, belief, found)
    terms = posterior.evidence
    values |= {"fit": terms.fit, "complexity": terms.complexity, "constant": terms.constant}
    approximate = likelihood_of(config) != "gaussian"
    values["evidence"] = found.seen.evidence if approximate else terms.total
    values["jitter"] = posterior.jitter
    if here.real:
        values |= foretold(config, here, belief, found)
    values["alpha"] = posterior.alpha
    values |= checked(config, found, y, sigma)
    if not quick or len(here.x) <= MOST:
        K_y = belief.K[:n, :n] + np.diag(found.seen.variance)
        values["condition"] = condition_number(K_y, posterior.jitter)
        values["matrix"] = shown_matrix(config, here, belief, found)
    if likelihood_of(config) == "student":
        values["trust"] = sigma**2 / found.seen.variance
    if likelihood_of(config) == "gaussian" and not (quick and n > 30):
        values |= evidence_map(config, here, x, y, belief.sigma or config.noise)
    if paths is not None:
        values["paths"] = paths / np.log(10)
        values["heights"] = heights_of(config, here, paths[:, -1], n)
    small = {
        name: value if np.ndim(value) == 0 or value.dtype == np.uint8
        else np.asarray(value, np.float32)
        for name, value in values.items()
    }  # fmt: skip
    return Frame(step, small, note(config, here, found))


def bands(config: Config, here: World, belief: Belief, found: Learned) -> dict[str, Array]:
    """The curves over the grid."""
    mean, sd = found.posterior.mean, np.sqrt(found.posterior.variance)
    tree, ell = tree_of(config), belief.ell
    at = np.array([config.probe if not here.real else probe_place(config, here)])
    shape = config.amplitude**2 * gram(tree, at, here.grid, ell)[0]
    curves: dict[str, Array] = {"kernel": shape}
    if config.data == "classes":
        curves |= {"mean": mean, "sd": sd, "draws": found.draws}
        curves["chance"] = chance_of_one(mean, sd**2)
        return curves
    noise = noise_spread(config, belief.sigma, config.level / 100) ** 2
    scale = here.y_scale
    curves |= {
        "mean": here.shown_y(mean),
        "sd": scale * sd,
        "sd_y": scale * np.sqrt(sd**2 + noise),
        "draws": here.shown_y(found.draws),
    }
    parts = summands(tree)
    if len(parts) > 1:
        x, grid = here.x[: found.count], here.grid
        pulls = scale * config.amplitude**2 * found.posterior.alpha
        curves["parts"] = np.array([pulls @ gram(part, x, grid, ell) for part in parts])
    return curves


def probe_place(config: Config, here: World) -> float:
    """x* of real data: the control's −5 to 5 stretched over what is shown."""
    low, high = here.grid[0], here.grid[-1]
    return float(low + (config.probe + 5) / 10 * (high - low))


def looked_up(config: Config, here: World, belief: Belief, found: Learned) -> dict[str, float]:
    """Numbers of the formulas: the posterior at x*, and the covariance of points i and j."""
    tree, ell, n = tree_of(config), belief.ell, found.count
    at = np.array([probe_place(config, here) if here.real else config.probe])
    x = here.x[:n]
    scale = config.amplitude**2
    K_at = scale * gram(tree, x, at, ell)  # (n, 1)
    k_at = scale * diagonal(tree, at, ell)
    told = condition(belief.K[:n, :n], K_at, k_at, found.seen.targets, found.seen.variance)
    looked = {"x.star": float(here.shown_x(at)[0]), "k.star": float(k_at[0]),
              "m.star": float(told.mean[0]), "v.star": float(told.variance[0])}  # fmt: skip
    if n:
        order = np.argsort(x, kind="stable")
        i, j = (order[min(index, n) - 1] for index in (config.row, config.column))
        k_ij, k_ii, k_jj = (belief.K[a, b] for a, b in ((i, j), (i, i), (j, j)))
        looked |= {"x.i": float(here.shown_x(x[i])), "x.j": float(here.shown_x(x[j])),
                   "y.i": float(here.shown_y(here.y[i])), "y.j": float(here.shown_y(here.y[j])),
                   "k.ij": float(k_ij), "rho.ij": float(k_ij / np.sqrt(max(k_ii * k_jj, 1e-300))),
                   "i": min(config.row, n), "j": min(config.column, n)}  # fmt: skip
    return looked


def condition_number(K: Array, jitter: float) -> float:
    """Largest eigenvalue over smallest; of the matrix that was factorized."""
    if not len(K):
        return 1.0
    values = np.linalg.eigvalsh(K) + jitter
    return float(values[-1] / max(values[0], values[-1] * 1e-16))


def shown_matrix(config: Config, here: World, belief: Belief, found: Learned) -> Array:
    """The chosen matrix of the points in, from left to right, as uint8 around zero = 128.

    Real data have more points than a picture has room for: every so many of them stand there.
    """
    N, n = len(here.x), found.count
    kept = np.arange(N) if N <= MOST else np.unique(np.linspace(0, N - 1, MOST).round().astype(int))
    kept = kept[np.argsort(here.x[kept], kind="stable")]
    inside = kept < n
    index = kept[inside]
    K = belief.K[np.ix_(index, index)]
    noise = np.diag(found.seen.variance[index])
    if config.matrix != "K" and len(K):
        L = np.linalg.cholesky(K + noise + max(found.posterior.jitter, 1e-12) * np.eye(len(K)))
        if config.matrix == "L":
            K = L
        else:
            K = cho_solve((L, True), np.eye(len(K)) if config.matrix == "inverse" else K)
            K = K if config.matrix == "inverse" else K.T
    whole = np.zeros((max(len(kept), 1),) * 2)
    if len(index):
        whole[np.ix_(inside, inside)] = K
    most = max(float(np.abs(whole).max()), 1e-12)
    return fig.quantize(whole, -most, most)


def evidence_map(config: Config, here: World, x: Array, y: Array, sigma: float) -> dict[str, Any]:
    """The map over ℓ and σ as uint8, and its two terms along ℓ at this σ."""
    if not len(x) or (len(x) > EACH_TIME and len(x) < len(here.x)):
        blank = np.zeros((len(noises()), len(lengths())), np.uint8)
        return {"surface": blank, "terms": np.full((2, len(lengths())), np.nan), "top": np.nan,
                "top.ell": np.nan, "top.sigma": np.nan}  # fmt: skip
    seen = spectrum(tree_of(config), config.amplitude, x.tobytes(), y.tobytes())
    fit, complexity = landscape(seen, np.append(noises(), sigma))
    total = fit + complexity - 0.5 * len(x) * np.log(2 * np.pi)
    whole = total[:-1]
    row, column = np.unravel_index(np.argmax(whole), whole.shape)
    return {
        "surface": fig.quantize(whole, whole.max() - depth_of(here), whole.max()),
        "terms": np.array([fit[-1], complexity[-1]]),
        "top": float(whole.max()),
        "top.ell": float(lengths()[column]),
        "top.sigma": float(noises()[row]),
    }


def depth_of(here: World) -> float:
    """How far below its highest cell the map of the evidence reaches."""
    return REAL_DEPTH * len(here.x) if here.real else DEPTH


def heights_of(config: Config, here: World, ends: Array, count: int) -> Array:
    """The log evidence at each (log ℓ, log σ), (R, 2) → (R,); not a number before all are in."""
    if not count or count < len(here.x):
        return np.full(len(ends), np.nan)
    tree, x, y = tree_of(config), here.x, here.y
    return np.array([height_alone(tree, config.amplitude, x, y, end) for end in ends])
