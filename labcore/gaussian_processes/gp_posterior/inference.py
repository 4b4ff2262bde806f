"""The lesson: a Gaussian process conditioned on points, from scratch, by one Cholesky factor.

Rasmussen & Williams (2006), Gaussian Processes for Machine Learning: algorithm 2.1 for the
posterior and the evidence, eq. 5.9 for its gradient, eqs. 5.10–5.12 for leave-one-out.
Samples follow a point as it moves by pathwise conditioning (Wilson et al., 2020).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_solve, solve_triangular

from labcore.gaussian_processes.gp_posterior.kernels import Array

JITTERS = (0.0, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4)
"""Tried in turn, as multiples of the mean variance, until the matrix has a Cholesky factor."""

TINY = 1e-14
"""A pivot this small beside the largest is rounding error: the matrix is singular."""


class Evidence(NamedTuple):
    """log p(y) and what it is the sum of; in nats."""

    fit: float  # −½ yᵀK⁻¹y: how well the points are met
    complexity: float  # −½ log |K|: how few other points would have been met as well
    constant: float  # −½ n log 2π

    @property
    def total(self) -> float:
        return self.fit + self.complexity + self.constant


class Posterior(NamedTuple):
    """What n points say about f at M places."""

    mean: Array  # (M,)
    variance: Array  # (M,), of f; noise comes on top
    L: Array  # (n, n), lower Cholesky factor of K + noise
    alpha: Array  # (n,), (K + noise)⁻¹ y
    evidence: Evidence
    jitter: float  # added to the diagonal; 0 unless the matrix was singular


def factorize(K: Array) -> tuple[Array, float]:
    """Lower L with L Lᵀ = K + jitter·I, and the jitter: the smallest that works, often none.

    Raises:
        ValueError: a sentence, if K is no covariance even so.
    """
    scale = float(np.trace(K)) / max(len(K), 1)
    for jitter in JITTERS:
        try:
            L = np.linalg.cholesky(K + jitter * scale * np.eye(len(K)))
        except np.linalg.LinAlgError:
            continue
        pivots = np.diag(L) ** 2
        if np.isfinite(L).all() and (not len(L) or pivots.min() > TINY * pivots.max()):
            return L, jitter * scale
    raise ValueError("The covariance matrix has no Cholesky factor, whatever is added to it.")


def condition(K: Array, K_star: Array, k_star: Array, y: Array, noise: Array | float) -> Posterior:
    """The posterior of f, exact for normal noise.

    Args:
        K: k(X, X), (n, n). K_star: k(X, X*), (n, M). k_star: k(x*, x*) alone, (M,).
        y: (n,). noise: variance of each observation's noise, (n,) or one for all.
    """
    n = len(y)
    L, jitter = factorize(K + noise * np.eye(n))  # (n, n)
    alpha = cho_solve((L, True), y)  # (n,)
    V = solve_triangular(L, K_star, lower=True, check_finite=False)  # (n, M)
    return Posterior(
        mean=K_star.T @ alpha,
        variance=np.maximum(k_star - np.einsum("nm,nm->m", V, V), 0.0),
        L=L,
        alpha=alpha,
        evidence=evidence(L, y, alpha),
        jitter=jitter,
    )


def evidence(L: Array, y: Array, alpha: Array) -> Evidence:
    """The log evidence from a factor and α."""
    return Evidence(
        fit=float(-0.5 * y @ alpha),
        complexity=float(-np.log(np.diag(L)).sum()),
        constant=-0.5 * len(y) * math.log(2 * math.pi),
    )


def evidence_gradient(L: Array, alpha: Array, changes: tuple[Array, ...]) -> Array:
    """∂ log p(y) / ∂θ for each ∂K/∂θ: ½ tr((ααᵀ − K⁻¹) ∂K/∂θ)."""
    pull = np.outer(alpha, alpha) - cho_solve((L, True), np.eye(len(L)))  # (n, n)
    return np.array([0.5 * np.sum(pull * change) for change in changes])


def leave_one_out(L: Array, alpha: Array, y: Array) -> tuple[Array, Array]:
    """Mean and variance of each y, told by all the others: (n,), (n,). Nothing is refitted."""
    root = solve_triangular(L, np.eye(len(L)), lower=True, check_finite=False)
    precision = np.einsum("ij,ij->j", root, root)  # diagonal of K⁻¹
    return y - alpha / precision, 1 / precision


def pathwise(
    prior_star: Array, prior: Array, K_star: Array, L: Array, y: Array, noise: Array
) -> Array:
    """Functions of the prior bent to meet the points: exact draws from the posterior.

    f(x*) + k(x*, X) (K + σ²I)⁻¹ (y − f(X) − ε), Matheron's rule. As a point moves only the
    bend changes, so each function follows.

    Args:
        prior_star, prior: S functions of the prior at X*, (S, M), and at X, (S, n).
        noise: ε, (S, n), drawn with the observations' variance.
    """
    missed = y - prior - noise  # (S, n)
    return prior_star + cho_solve((L, True), missed.T).T @ K_star  # (S, M)
