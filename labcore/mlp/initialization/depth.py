"""How first weights carry values forward and gradients back: measured, and foretold."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from labcore.rng import torch_generator

DEPTH, CROWD = 50, 48
"""Layers, and examples that go through them."""


def deviation(scheme: str, n: int, sigma: float) -> float:
    """The deviation of weights with n in and n out (a uniform one on ±√3 σ has σ, too)."""
    return {
        "zero": 0.0, "constant": 0.0, "normal": sigma, "uniform": sigma,
        "xavier": (2 / (n + n)) ** 0.5, "he": (2 / n) ** 0.5, "orthogonal": n**-0.5,
    }[scheme]  # fmt: skip


@functools.lru_cache(16)
def unit_weights(kind: str, n: int, seed: int) -> Tensor:
    """Weights of all layers with deviation 1, (D, n, n); orthogonal ones with length √n."""
    random = torch_generator(seed, "weights")
    if kind == "uniform":
        return (torch.rand(DEPTH, n, n, generator=random) * 2 - 1) * 3**0.5
    drawn = torch.randn(DEPTH, n, n, generator=random)
    if kind != "orthogonal":
        return drawn
    q, r = torch.linalg.qr(drawn)
    return q * r.diagonal(dim1=1, dim2=2).sign()[:, None] * n**0.5


def first_weights(scheme: str, n: int, sigma: float, seed: int) -> Tensor:
    """(D, n, n); the biases are 0."""
    if scheme in ("zero", "constant"):
        return torch.full((DEPTH, n, n), sigma if scheme == "constant" else 0.0)
    kind = scheme if scheme in ("uniform", "orthogonal") else "normal"
    return unit_weights(kind, n, seed) * deviation(scheme, n, sigma)


def act(name: str, z: Tensor) -> Tensor:
    """The activation."""
    if name == "linear":
        return z
    return z.clamp(min=0) if name == "relu" else getattr(torch, name)(z)


def act_slope(name: str, z: Tensor, a: Tensor) -> Tensor:
    """Its derivative, from its sum z and its value a."""
    if name == "linear":
        return torch.ones_like(z)
    if name == "relu":
        return (z > 0).to(z.dtype)
    return 1 - a * a if name == "tanh" else a * (1 - a)


@functools.lru_cache(8)
def crowd(n: int, seed: int) -> tuple[Tensor, Tensor]:
    """Standard normal inputs, and gradients to send back: (C, n) each."""
    random = torch_generator(seed, "crowd")
    return torch.randn(CROWD, n, generator=random), torch.randn(CROWD, n, generator=random)


class Seen(NamedTuple):
    """Mean squares of values, sums and gradients by layer, each (D + 1,); sums[0] is unused."""

    values: np.ndarray
    sums: np.ndarray
    gradients: np.ndarray


def measure(scheme: str, activation: str, n: int, sigma: float, seed: int) -> Seen:
    """Send a crowd forward and a random gradient back through first weights."""
    weights = first_weights(scheme, n, sigma, seed)
    a, g = crowd(n, seed)
    sums, values, gradients = [torch.zeros_like(a)], [a], [g]
    for w in weights:
        sums.append(values[-1] @ w)
        values.append(act(activation, sums[-1]))
    for layer in reversed(range(DEPTH)):
        slope = act_slope(activation, sums[layer + 1], values[layer + 1])
        gradients.append((gradients[-1] * slope) @ weights[layer].T)
    sizes = [
        torch.linalg.vector_norm(torch.stack(each), dim=(1, 2), dtype=torch.float64)
        for each in (values, sums, gradients[::-1])
    ]
    return Seen(*(torch.stack(sizes) ** 2 / a.numel()).numpy())


NODES, SHARES = np.polynomial.hermite_e.hermegauss(101)
SHARES = SHARES / SHARES.sum()


def foretell(activation: str, n: int, sigma: float, first: float, last: float) -> Seen:
    """The same without any network, for weights with mean 0 and variance σ².

    A sum of n terms has variance n σ² E[a²]; for many units it is normal, so that E[φ(z)²] and
    E[φ′(z)²] are integrals over a normal. Backward, a gradient is multiplied by n σ² E[φ′(z)²].
    """
    values, sums, slopes = [first], [0.0], []
    for _ in range(DEPTH):
        q = n * sigma**2 * values[-1]
        z = torch.from_numpy(np.sqrt(q) * NODES)
        a = act(activation, z)
        sums.append(q)
        values.append(q / 2 if activation == "relu" else float(SHARES @ (a * a).numpy()))
        slope = act_slope(activation, z, a).numpy()
        slopes.append(0.5 if activation == "relu" else float(SHARES @ slope**2))
    back = [last]
    for slope in reversed(slopes):
        back.append(back[-1] * n * sigma**2 * slope)
    return Seen(np.array(values), np.array(sums), np.array(back[::-1]))
