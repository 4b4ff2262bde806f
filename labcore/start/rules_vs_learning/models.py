"""What learns: logistic regression on two features, and a network on the pixels."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from labcore.rng import torch_generator

PIXELS, BATCH = 196, 32


def logistic(x: np.ndarray, y: np.ndarray, steps: int = 12) -> tuple[np.ndarray, float]:
    """Logistic regression by Newton's method on x (n, 2), y (n,) 0 or 1, penalty ½‖w‖².

    The features are standardized first, as they have different units; w and bias are for the
    features as they came. With so small a penalty, scikit-learn's default C = 1, w stays finite
    even where a line parts the digits without a mistake.
    """
    mean, sd = x.mean(0), np.maximum(x.std(0), 1e-9)
    z = np.column_stack([(x - mean) / sd, np.ones(len(x))])
    theta, penalty = np.zeros(3), np.diag([1.0, 1.0, 0.0])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-np.clip(z @ theta, -500, 500)))
        gradient = z.T @ (p - y) + penalty @ theta
        curvature = (z.T * (p * (1 - p))) @ z + penalty + 1e-9 * np.eye(3)
        theta = theta - np.linalg.solve(curvature, gradient)
    w = theta[:2] / sd
    return w, float(theta[2] - w @ mean)


def network(theta: list[Tensor], pixels: Tensor) -> tuple[Tensor, Tensor]:
    """Hidden units (N, H) of images (N, 196), and the logit of the second digit (N,)."""
    w1, b1, w2, b2 = theta
    hidden = torch.relu(pixels @ w1 + b1)
    return hidden, hidden @ w2 + b2


def train(pixels: Tensor, second: Tensor, hidden: int, steps: int, seed: int) -> list[Tensor]:
    """A network from scratch: Adam on batches drawn from the images there are."""
    random = torch_generator(seed, "weights")
    w1 = torch.randn(PIXELS, hidden, generator=random) * (2 / PIXELS) ** 0.5
    w2 = torch.randn(hidden, generator=random) * (1 / hidden) ** 0.5
    theta = [part.requires_grad_() for part in (w1, torch.zeros(len(w2)), w2, torch.zeros(()))]
    m, v = [[torch.zeros_like(part) for part in theta] for _ in range(2)]
    batches = torch.rand(steps, BATCH, generator=torch_generator(seed, "batches"))
    for t, batch in enumerate((batches * len(pixels)).long(), start=1):
        _, logit = network(theta, pixels[batch])
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logit, second[batch])
        slopes = torch.autograd.grad(loss, theta)
        with torch.no_grad():
            for part, slope, mean, square in zip(theta, slopes, m, v, strict=True):
                mean.lerp_(slope, 0.1)
                square.lerp_(slope * slope, 0.01)
                spread = (square / (1 - 0.99**t)).sqrt() + 1e-8
                part -= 0.005 / (1 - 0.9**t) * mean / spread
    return theta


def seen_by(hidden: np.ndarray, logit: np.ndarray, slant: np.ndarray) -> np.ndarray:
    """A plane of what was learned, (N, 2): the logit, and what else varies in the hidden units.

    The second is the first principal component of the hidden units once the logit is taken out of
    them, in standard deviations; its sign is that of the slant, so that it does not flip.
    """
    units = (hidden - hidden.mean(0)).astype(np.float64)
    told = (logit - logit.mean()).astype(np.float64)
    units -= np.outer(told, told @ units) / max(told @ told, 1e-12)
    rest = units @ np.linalg.eigh(units.T @ units)[1][:, -1]
    rest *= np.sign(rest @ (slant - slant.mean())) / max(rest.std(), 1e-12)
    return np.column_stack([logit, rest]).astype(np.float32)
