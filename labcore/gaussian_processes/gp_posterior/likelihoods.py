"""When noise is not normal, the posterior is not either; these are the nearest normal ones.

Both end as a Gaussian process on other observations: targets and a noise variance for each
point. So bands, samples and leave-one-out go on as before.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.special import expit, gammaln

from labcore.gaussian_processes.gp_posterior.inference import factorize
from labcore.gaussian_processes.gp_posterior.kernels import Array

ROUNDS_MOST, ENOUGH = 60, 1e-9


class Approximation(NamedTuple):
    """A likelihood seen as normal around the posterior."""

    targets: Array  # (n,)
    variance: Array  # (n,), of the noise on each target
    f: Array  # (n,), mean of the latent function at the points
    evidence: float  # log of the approximate marginal likelihood


def laplace(K: Array, classes: Array) -> Approximation:
    """Laplace's approximation for two classes and the logistic function.

    Rasmussen & Williams (2006), algorithm 3.1: Newton's method to the mode f̂ of
    log p(y | f) − ½ fᵀK⁻¹f, with the curvature there as the spread.

    Args:
        K: (n, n). classes: (n,) of 0 and 1.
    """
    n, f = len(classes), np.zeros(len(classes))
    before = now = -np.inf
    for _ in range(1, ROUNDS_MOST + 1):
        chance = expit(f)
        W = np.maximum(chance * (1 - chance), 1e-12)  # minus the second derivative
        root = np.sqrt(W)
        L = cholesky(np.eye(n) + root[:, None] * K * root, lower=True)
        b = W * f + classes - chance
        a = b - root * cho_solve((L, True), root * (K @ b))
        f = K @ a
        now = -0.5 * a @ f - np.logaddexp(0, -(2 * classes - 1) * f).sum()
        if now - before < ENOUGH:
            break
        before = now
    chance = expit(f)
    W = np.maximum(chance * (1 - chance), 1e-12)
    root = np.sqrt(W)
    L = cholesky(np.eye(n) + root[:, None] * K * root, lower=True)
    total = float(now - np.log(np.diag(L)).sum()) if n else 0.0
    return Approximation(f + (classes - chance) / W, 1 / W, f, total)


def chance_of_one(mean: Array, variance: Array) -> Array:
    """Mean of σ(f) over f ~ N(mean, variance), by Gauss–Hermite quadrature. (M,) → (M,).

    Exact to about 1e−4 for every variance that occurs; Rasmussen & Williams, eq. 3.25.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(32)
    f = mean[:, None] + np.sqrt(variance)[:, None] * nodes
    return expit(f) @ weights / weights.sum()


def robust(K: Array, y: Array, sigma: float, dof: float) -> Approximation:
    """Student-t noise as normal noise of unknown precision, point by point.

    ε ~ N(0, σ²/w), w ~ Gamma(ν/2, ν/2) is Student-t of scale σ and ν degrees of freedom. In
    turn: the posterior of f given E[w], and E[w] = (ν + 1) / (ν + E[(y − f)²]/σ²). Each round
    raises the bound on the evidence (Tipping & Lawrence, 2005); f and w are held independent,
    and that is what is approximate.

    Returns:
        With `variance` = σ²/E[w], and as evidence the lower bound.
    """
    n, weight = len(y), np.ones(len(y))
    before = now = -np.inf
    for _ in range(1, ROUNDS_MOST + 1):
        spread = sigma**2 / weight  # (n,)
        L, _ = factorize(K + np.diag(spread))
        smoother = cho_solve((L, True), K)  # (n, n)
        f = smoother.T @ y
        variance = np.maximum(np.diag(K) - np.einsum("ij,ij->j", K, smoother), 0)
        square = ((y - f) ** 2 + variance) / sigma**2
        weight = (dof + 1) / (dof + square)
        # The bound with E[w] put in: Student-t of the expected squares, and f's own price.
        tails = gammaln((dof + 1) / 2) - gammaln(dof / 2) - 0.5 * np.log(dof * np.pi * sigma**2)
        met = n * tails - (dof + 1) / 2 * np.log1p(square / dof).sum()
        alpha = cho_solve((L, True), y)
        price = 0.5 * (f @ alpha - np.trace(smoother) + 2 * np.log(np.diag(L)).sum()
                       - np.log(spread).sum())  # fmt: skip
        now = float(met - price)
        if now - before < 1e-6 * (1 + abs(now)):
            break
        before = now
    return Approximation(y, sigma**2 / weight, f, now if n else 0.0)
