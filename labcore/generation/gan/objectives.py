"""What D and G are asked for. s is D's score; D's probability of “real” is σ(s).

All return a mean for each race: scores (races, n) → (races,).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import relu, softplus


def critic_terms(objective: str, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """What D makes small: a term for real points and one for fakes.

    Goodfellow et al. (2014): −E log D(x) − E log(1 − D(G(z))), with −log σ(s) = softplus(−s).
    Mao et al. (2017): E (s(x) − 1)² + E s(G(z))². Lim & Ye (2017): the hinge. Arjovsky et al.
    (2017): E s(G(z)) − E s(x).
    """
    if objective in ("ns", "minimax"):
        return softplus(-real).mean(1), softplus(fake).mean(1)
    if objective == "ls":
        return (real - 1).square().mean(1), fake.square().mean(1)
    if objective == "hinge":
        return relu(1 - real).mean(1), relu(1 + fake).mean(1)
    return -real.mean(1), fake.mean(1)


def critic_loss(objective: str, real: Tensor, fake: Tensor) -> Tensor:
    """Both terms of D."""
    of_real, of_fake = critic_terms(objective, real, fake)
    return of_real + of_fake


def generator_losses(objective: str, fake: Tensor) -> Tensor:
    """What G makes small, for each fake: (races, n) → (races, n)."""
    if objective == "ns":
        return softplus(-fake)  # −log D
    if objective == "minimax":
        return -softplus(fake)  # log(1 − D)
    if objective == "ls":
        return (fake - 1).square()
    return -fake


OBJECTIVES = ("ns", "minimax", "ls", "hinge", "wasserstein")


def all_terms(real: Tensor, fake: Tensor) -> Tensor:
    """By each objective, of scores (n,), (m,): D's terms for real and fake, G's loss; (5, 3)."""
    rows = []
    for objective in OBJECTIVES:
        terms = critic_terms(objective, real[None], fake[None])
        rows.append([*terms, generator_losses(objective, fake[None]).mean(1)])
    return torch.tensor(rows)


def certainty(objective: str, score: Tensor) -> Tensor:
    """D's verdict between 0, generated, and 1, real, to be seen.

    A probability for the first two objectives. Least squares aims at 0 and 1, the hinge at −1 and
    1. A Wasserstein score has no scale of its own; the picture stretches it, in `looks`.
    """
    if objective in ("ns", "minimax"):
        return torch.sigmoid(score)
    if objective == "ls":
        return score.clamp(0, 1)
    if objective == "hinge":
        return (0.5 + score / 2).clamp(0, 1)
    return score


def best_certainty(objective: str, best: Tensor) -> Tensor:
    """What the best D says, to be seen as `certainty` is, from D* = p/(p + q).

    D* itself for both logarithms, and for least squares (Mao et al., 2017, equation 5). The hinge
    wants all that it can have: 1 wherever p > q and 0 elsewhere. A Wasserstein score has no such
    formula; D* is shown beside it all the same.
    """
    if objective != "hinge":
        return best
    return torch.where((best - 0.5).abs() < UNDECIDED, 0.5, (best > 0.5).float())


UNDECIDED = 0.01
"""So near to ½, p and q count as equal."""

USUAL = {"r1": 0.1, "gp": 1.0, "clip": 0.2, "spectral": 8.0, "none": 0.0}
"""What a strength of 1 stands for."""

LAZY = 4
"""R1 is taken at every fourth step, four times as strong (Karras et al., 2020)."""


def constant(restraint: str, strength: float) -> float:
    """γ, λ, the largest weight, or the factor after the spectral norm."""
    firm = strength if restraint in ("r1", "gp") else 1 / strength
    return USUAL[restraint] * firm


def slope_at(score: Tensor, x: Tensor) -> Tensor:
    """∂s/∂x, itself differentiable: (races, n, d)."""
    (slope,) = torch.autograd.grad(score.sum(), x, create_graph=True)
    return slope


def r1_penalty(slope: Tensor) -> Tensor:
    """½ E |∂s/∂x|² at real points (Mescheder et al., 2018): (races, n, d) → (races,)."""
    return slope.square().sum(2).mean(1) / 2


def gradient_penalty(slope: Tensor) -> Tensor:
    """E (|∂s/∂x| − 1)² between real and fake (Gulrajani et al., 2017): (races, n, d) → (races,)."""
    return ((slope.square().sum(2) + 1e-12).sqrt() - 1).square().mean(1)


def certified_divergence(critic: float) -> float:
    """A lower bound of the Jensen–Shannon divergence, in nats, from D's log loss.

    −loss ≤ 2 JS − log 4 for every D, and equal for the best one.
    """
    return max(0.0, (math.log(4) - critic) / 2)
