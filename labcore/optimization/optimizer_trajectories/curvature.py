"""Second derivatives: all of them over a plane, the largest where there are too many."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Loss = Callable[..., Tensor]
"""(..., n) → (...)."""


def hessian(loss: Loss, theta: Tensor) -> Tensor:
    """All second derivatives of a loss, each point on its own: (..., n) → (..., n, n)."""
    theta = theta.detach().requires_grad_()
    (g,) = torch.autograd.grad(loss(theta).sum(), theta, create_graph=True)
    g = g + 0 * theta  # a slope that is the same everywhere has derivatives too: 0
    rows = [torch.autograd.grad(along.sum(), theta, retain_graph=True)[0] for along in g.unbind(-1)]
    return torch.stack(rows, -2)


def sharpness(loss: Loss, theta: Tensor) -> float:
    """λmax: the largest eigenvalue of the loss's Hessian at θ, shape (n,); not-a-number at none."""
    if len(theta) <= 2:
        bends = hessian(loss, theta)
        return float(torch.linalg.eigvalsh(bends)[-1]) if bends.isfinite().all() else torch.nan
    bends = torch.autograd.functional.hessian(loss, theta)
    return float(torch.linalg.eigvalsh(bends)[-1])


CLOSE = 0.02
"""λmax is taken when Hv misses λv by less than this share of λ; its error is about the square."""


def sharpest(
    loss: Loss, theta: Tensor, guess: Tensor, least: int, most: int
) -> tuple[Tensor, Tensor]:
    """λmax by Hessian-vector products only: Lanczos (1950), from a guess of its direction.

    The largest eigenvalue of the Hessian within the space of v, Hv, HHv, …, which grows until the
    direction found is close to an eigenvector for all points: a bound of λmax from below.

    Args:
        theta: (K, P), K points, each on its own; a lost one gives not-a-number.
        guess: (K, P), no zero vectors.
        least, most: products with the Hessian. A guess at random needs many, as a direction that is
            no more than an eigenvector may be another one.

    Returns:
        λmax (K,), and its direction (K, P), of length 1.
    """
    alive = theta.isfinite().all(-1)
    at = torch.where(alive[:, None], theta, 0.0).requires_grad_()
    (g,) = torch.autograd.grad(loss(at).sum(), at, create_graph=True)
    space = (guess / guess.norm(dim=-1, keepdim=True)).unsqueeze(-2)  # (K, m, P), orthonormal
    bent = torch.empty_like(space[:, :0])  # (K, m, P): the Hessian times each
    while True:
        (image,) = torch.autograd.grad((g * space[:, -1]).sum(), at, retain_graph=True)
        bent = torch.cat([bent, image.unsqueeze(-2)], -2)
        small = space @ bent.mT
        values, vectors = torch.linalg.eigh((small + small.mT) / 2)  # ascending
        largest, mix = values[:, -1:], vectors[..., -1:].mT  # (K, 1), (K, 1, m)
        direction = (mix @ space)[:, 0]
        miss = ((mix @ bent)[:, 0] - largest * direction).norm(dim=-1)
        close = (miss < CLOSE * largest[:, 0].abs())[alive].all()
        if space.shape[-2] == most or (close and space.shape[-2] >= least):
            return largest[:, 0].masked_fill(~alive, torch.nan), direction
        new = image.unsqueeze(-2)
        for _ in range(2):  # twice is enough against rounding
            new = new - (new @ space.mT) @ space
        space = torch.cat([space, new / new.norm(dim=-1, keepdim=True).clamp_min(1e-30)], -2)
