"""A real loss: a small network that learns to read handwritten digits.

Data: the first 500 images, 8 × 8 pixels, of scikit-learn's copy of the UCI handwritten digits
(Alpaydin & Kaynak, 1998; CC BY 4.0). Network: 64 → 10 tanh → 10, so θ has 760 coordinates. A
batch of networks is a batch of vectors θ, and one matrix product serves them all.

No eye sees 760 dimensions. What is shown is the plane through the mean of all paths that keeps
most of their variance (principal components), as in Li et al. (2018), section 7.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor

from labcore.rng import numpy_generator, torch_generator

IMAGES, PIXELS, HIDDEN, DIGITS = 500, 64, 10, 10
WEIGHTS = PIXELS * HIDDEN + HIDDEN + HIDDEN * DIGITS + DIGITS  # 760
WATCHED = PIXELS * HIDDEN + HIDDEN
"""The coordinate whose numbers fill the formulas: from the first hidden unit to digit 0."""


@functools.cache
def digits() -> tuple[Tensor, Tensor]:
    """Images (N, 64), from −1 to 1, and labels (N,)."""
    images, labels = load_digits(return_X_y=True)
    pixels = torch.from_numpy(images[:IMAGES] / 8 - 1).float()
    return pixels, torch.from_numpy(labels[:IMAGES]).long()


def first_weights(seed: int) -> Tensor:
    """Weights with the variance of Glorot & Bengio (2010), biases zero. Returns: (P,)."""
    random = torch_generator(seed, "network")
    w1 = torch.randn(PIXELS * HIDDEN, generator=random) * (2 / (PIXELS + HIDDEN)) ** 0.5
    w2 = torch.randn(HIDDEN * DIGITS, generator=random) * (2 / (HIDDEN + DIGITS)) ** 0.5
    return torch.cat([w1, torch.zeros(HIDDEN), w2, torch.zeros(DIGITS)])


def logits(theta: Tensor, images: Tensor) -> Tensor:
    """The network's opinions on N images (N, 64): θ (M, P) → (M, N, 10)."""
    sizes = (PIXELS * HIDDEN, HIDDEN, HIDDEN * DIGITS, DIGITS)
    w1, b1, w2, b2 = theta.split(sizes, dim=-1)
    first = w1.reshape(-1, PIXELS, HIDDEN).transpose(0, 1).reshape(PIXELS, -1)  # (64, M·10)
    seen = (images @ first).reshape(len(images), -1, HIDDEN).transpose(0, 1)  # (M, N, 10)
    hidden = torch.tanh(seen + b1.unsqueeze(-2))
    return torch.baddbmm(b2.unsqueeze(-2), hidden, w2.reshape(-1, HIDDEN, DIGITS))


def network_loss(theta: Tensor, batch: np.ndarray | None = None) -> Tensor:
    """Mean cross-entropy over all images, or those of a batch: θ (..., P) → (...)."""
    images, labels = (part if batch is None else part[batch] for part in digits())
    scores = logits(theta.reshape(-1, WEIGHTS), images)
    labels = labels.expand(len(scores), -1).unsqueeze(-1)
    right = scores.gather(-1, labels).squeeze(-1)
    return (scores.logsumexp(-1) - right).mean(-1).reshape(theta.shape[:-1])


def accuracy(theta: Tensor) -> Tensor:
    """The share of the images read rightly: θ (..., P) → (...). Not-a-number stays so."""
    guess = logits(theta.reshape(-1, WEIGHTS), digits()[0]).argmax(-1)
    share = (guess == digits()[1]).float().mean(-1).reshape(theta.shape[:-1])
    return torch.where(theta.isfinite().all(-1), share, torch.nan)


def minibatch(seed: int, step: int, size: int) -> np.ndarray | None:
    """Which images the gradient of a step comes from, (size,); None if from all.

    Drawn without replacement, and keyed by the step, so that all racers, and a run that goes on
    from a frame, meet the same.
    """
    if size >= IMAGES:
        return None
    return numpy_generator(seed, f"batch/{step}").choice(IMAGES, size, replace=False)


class Plane(NamedTuple):
    """A plane in the space of weights.

    origin: (P,); axes: (2, P), orthonormal; explained: (2,), the share of the paths' variance
    along each; half: the picture reaches from −half to half on both axes.
    """

    origin: np.ndarray
    axes: np.ndarray
    explained: np.ndarray
    half: np.ndarray

    def project(self, theta: Tensor) -> np.ndarray:
        """θ (..., P) → coordinates (..., 2)."""
        return (theta.numpy() - self.origin) @ self.axes.T

    def heights(self, side: int = 48) -> tuple[np.ndarray, np.ndarray]:
        """The loss on the plane: coordinates (side,), and (side, side) with y first."""
        at = np.linspace(-self.half, self.half, side, dtype=np.float32)
        x, y = np.meshgrid(at, at)
        points = np.stack([x, y], -1).reshape(-1, 2) @ self.axes + self.origin
        with torch.no_grad():
            found = [network_loss(part) for part in torch.from_numpy(points).split(256)]
        return at, torch.cat(found).reshape(side, side).numpy()


def plane_through(paths: Tensor) -> Plane:
    """The plane nearest to all paths together. paths: (T, K, P); what diverged is left out."""
    whole = paths[:, paths.isfinite().all(-1).all(0)]  # (T, finite K, P)
    points = whole.reshape(-1, WEIGHTS) if whole.shape[1] else paths[0]
    origin = points.mean(0)
    centred = (points - origin).double()
    variance, basis = torch.linalg.eigh(centred.T @ centred)  # ascending
    axes = basis.T[[-1, -2]]
    axes = axes * -torch.sign(axes @ centred[0]).where(axes @ centred[0] != 0, -1)[:, None]
    explained = variance[[-1, -2]] / variance.sum().clamp_min(1e-30)
    half = 1.12 * (centred @ axes.T).abs().max().clamp_min(1e-3)
    return Plane(
        origin.numpy(), axes.float().numpy(), explained.float().numpy(), half.float().numpy()
    )
