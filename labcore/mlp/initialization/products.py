"""Products of random matrices: what a deep linear network does with weights nobody has scaled."""

from __future__ import annotations

import functools

import numpy as np
from scipy.special import digamma

from labcore.rng import numpy_generator

MATRICES, TRIALS = 100, 20


@functools.lru_cache(16)
def products(size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Products of k standard normal matrices, for k = 0 … 100 and 20 trials.

    Returns log10 of the length of the product's first column (trials, 101), and the first trial's
    product, divided by its largest number, (101, size, size). Scaling by σ adds k log10 σ.
    """
    random = numpy_generator(seed, f"matrices/{size}")
    whole = np.eye(size)[None].repeat(TRIALS, 0)
    logs = np.zeros((TRIALS, MATRICES + 1))
    pictures = [np.eye(size)]
    size_so_far = np.zeros(TRIALS)
    for k in range(1, MATRICES + 1):
        whole = random.standard_normal((TRIALS, size, size)) @ whole
        length = np.linalg.norm(whole[:, :, 0], axis=1)
        size_so_far += np.log10(length)
        logs[:, k] = size_so_far
        whole = whole / length[:, None, None]
        pictures.append(whole[0] / np.abs(whole[0]).max())
    return logs, np.array(pictures)


def typical_rate(size: int, sigma: float) -> float:
    """log10 by which a normal matrix lengthens a vector, on average: Lyapunov’s exponent.

    The squared length of a normal vector is σ² χ² with `size` degrees of freedom, and
    E log χ² = log 2 + ψ(size/2) (Newman, 1986).
    """
    return float((np.log(sigma) + (np.log(2) + digamma(size / 2)) / 2) / np.log(10))


def mean_rate(size: int, sigma: float) -> float:
    """Half of log10 of the mean squared length: √(size) σ, more than what is typical."""
    return float(np.log10(size**0.5 * sigma))
