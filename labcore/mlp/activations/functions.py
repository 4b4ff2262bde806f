"""Nine activation functions and their derivatives, written out."""

from __future__ import annotations

import math

import torch
from torch import Tensor

NAMES = {
    "relu": "ReLU", "leaky": "Leaky ReLU", "prelu": "Parametric ReLU", "elu": "ELU",
    "gelu": "GELU", "silu": "SiLU", "softplus": "Softplus", "tanh": "tanh", "sigmoid": "Sigmoid",
}  # fmt: skip
LATEX = {
    "relu": r"\max(0, z)", "leaky": r"\max(0, z) + \alpha \min(0, z)",
    "prelu": r"\max(0, z) + \alpha \min(0, z), \; \alpha \text{ learned}",
    "elu": r"z \text{ if } z > 0, \text{ else } \alpha (e^z - 1)",
    "gelu": r"z \, \Phi(z)", "silu": r"z \, \sigma(z)", "softplus": r"\log(1 + e^z)",
    "tanh": r"\tanh z", "sigmoid": r"\frac{1}{1 + e^{-z}}",
}  # fmt: skip


def phi(name: str, z: Tensor, alpha: Tensor | float = 0.01) -> Tensor:
    """The function, element by element. alpha: slope (or depth, of ELU) on the negative side."""
    if name == "relu":
        return z.clamp(min=0)
    if name in ("leaky", "prelu"):
        return z.clamp(min=0) + alpha * z.clamp(max=0)
    if name == "elu":
        return torch.where(z > 0, z, alpha * torch.expm1(z.clamp(max=0)))
    if name == "gelu":
        return z * normal_below(z)
    if name == "silu":
        return z * torch.sigmoid(z)
    if name == "softplus":  # without an overflow at either end
        return z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))
    return torch.tanh(z) if name == "tanh" else torch.sigmoid(z)


def slope(name: str, z: Tensor, alpha: Tensor | float = 0.01) -> Tensor:
    """The derivative. At the corner of a ReLU, where there is none, that of the left side."""
    if name == "relu":
        return (z > 0).to(z.dtype)
    if name in ("leaky", "prelu"):
        return torch.where(z > 0, torch.ones_like(z), alpha * torch.ones_like(z))
    if name == "elu":
        return torch.where(z > 0, torch.ones_like(z), alpha * torch.exp(z.clamp(max=0)))
    if name == "gelu":
        return normal_below(z) + z * torch.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    if name == "softplus":
        return torch.sigmoid(z)
    if name == "tanh":
        return 1 - torch.tanh(z) ** 2
    s = torch.sigmoid(z)
    return s * (1 + z * (1 - s)) if name == "silu" else s * (1 - s)


def normal_below(z: Tensor) -> Tensor:
    """Φ(z), the share of a standard normal that lies below z."""
    return (1 + torch.erf(z / math.sqrt(2))) / 2
