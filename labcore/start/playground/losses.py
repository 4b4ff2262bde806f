"""What the network is to make small, how well it does, and what a score means."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from labcore.start.playground.config import Config


def losses(config: Config, classes: int, scores: Tensor, y: Tensor) -> Tensor:
    """The loss of each point: scores (K, n, out), y (n,) or (K, n) → (K, n).

    Two classes have one score z and the sign s = ±1: log(1 + exp(−sz)), or (tanh z − s)²/2.
    More have softmax: −log p of the right one, or half the squared distance from it. A regression
    has (z − y)²/2.
    """
    y = y.expand(scores.shape[:2])
    if classes == 0:
        return (scores[..., 0] - y) ** 2 / 2
    if classes == 2:
        z, sign = scores[..., 0], 2 * y - 1
        if config.loss == "entropy":
            return F.softplus(-sign * z)
        return (torch.tanh(z) - sign) ** 2 / 2
    right = y.long()[..., None]
    if config.loss == "entropy":
        return scores.logsumexp(-1) - scores.gather(-1, right)[..., 0]
    p = scores.softmax(-1)
    return (p.square().sum(-1) - 2 * p.gather(-1, right)[..., 0] + 1) / 2


def probabilities(config: Config, classes: int, scores: Tensor) -> Tensor:
    """How much the network believes in the second class, in each class, or the value predicted.

    scores (K, n, out) → (K, n), or (K, n, C) from three classes on. With the squared loss of two
    classes, (1 + tanh z)/2 stands for the probability.
    """
    if classes == 0:
        return scores[..., 0]
    if classes > 2:
        return scores.softmax(-1)
    z = scores[..., 0]
    return torch.sigmoid(z) if config.loss == "entropy" else (1 + torch.tanh(z)) / 2


def guesses(classes: int, scores: Tensor) -> Tensor:
    """The class that wins, (K, n)."""
    return scores.argmax(-1) if classes > 2 else (scores[..., 0] > 0).long()


def goodness(classes: int, scores: Tensor, y: Tensor) -> Tensor:
    """The share classified rightly, or R² of a regression: (K,).

    R² = 1 − mean squared error / variance; at most 1, and 0 for the mean itself.
    """
    if classes:
        return (guesses(classes, scores) == y.long()).float().mean(1)
    error = (scores[..., 0] - y).square().mean(1)
    return 1 - error / (y.var(correction=0) + 1e-12)
