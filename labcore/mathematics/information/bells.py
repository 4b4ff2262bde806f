"""A bell that descends to two bumps, by the one divergence and by the other."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

PLANE = np.linspace(-9, 9, 361)
"""Where densities are summed, to tell how far a bell is from two bumps."""
WIDTH, SHARP, BROAD = 0.6, 0.2, 6.0
STEPS = 61
"""Places of a descent, the start included."""


def log_bell(mu: float, sigma: float) -> np.ndarray:
    """log N(mu, sigma²) on the plane."""
    return -(((PLANE - mu) / sigma) ** 2) / 2 - np.log(sigma * np.sqrt(2 * np.pi))


def log_bumps(balance: float, left: float, right: float) -> np.ndarray:
    """log of the mixture of the two bumps on the plane."""
    return np.logaddexp(
        np.log(balance) + log_bell(left, WIDTH), np.log(1 - balance) + log_bell(right, WIDTH)
    )


def fit(log_p: np.ndarray, mu: float, way: str) -> tuple[np.ndarray, np.ndarray]:
    """A bell that climbs down KL(P‖Q) (“forward”) or KL(Q‖P) (“reverse”).

    The gradient in (μ, log σ) is divided by the bell's own Fisher information, 1/σ² and 2, so
    that a step means the same for narrow and wide bells. Returns (μ, σ) at each step (N, 2) and
    the divergence in nats (N,).
    """
    dx = PLANE[1] - PLANE[0]
    sigma, path, far = 1.0, [], []
    for _ in range(STEPS):
        log_q = log_bell(mu, sigma)
        z, q, p = (PLANE - mu) / sigma, np.exp(log_q) * dx, np.exp(log_p) * dx
        path.append((mu, sigma))
        if way == "forward":
            far.append(p @ (log_p - log_q))
            pull = -p @ z / sigma, -p @ (z**2 - 1)
        else:
            ratio = log_q - log_p
            far.append(q @ ratio)
            pull = (q * ratio) @ z / sigma, (q * ratio) @ (z**2 - 1)
        mu = float(np.clip(mu - 0.15 * sigma**2 * pull[0], -8, 8))
        sigma = float(np.clip(sigma * np.exp(-0.15 * np.clip(pull[1] / 2, -2, 2)), SHARP, BROAD))
    return np.array(path), np.array(far)


@lru_cache(maxsize=4)
def fits(balance: float, left: float, right: float, mu: float) -> tuple[np.ndarray, np.ndarray]:
    """Both bells (2, N, 2) and their divergences in nats (2, N), forward first."""
    log_p = log_bumps(balance, left, right)
    paths, far = zip(*(fit(log_p, mu, way) for way in ("forward", "reverse")), strict=True)
    return np.stack(paths), np.stack(far)
