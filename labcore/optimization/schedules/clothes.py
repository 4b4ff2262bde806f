"""Real images, and a small network for several sets of weights at once.

Data: Fashion-MNIST (Xiao, Rasul & Vollgraf, 2017; MIT): 1,000 images of each of ten classes to
train on and 200 to test on, halved to 14 × 14 pixels. Network: 196 → 64 ReLU → 10. A batch of
networks is a batch of vectors θ.
"""

from __future__ import annotations

import torch
from torch import Tensor

from labcore.clothes import Images, pictures
from labcore.rng import torch_generator

PIXELS, HIDDEN, CLASSES = 196, 64, 10
SIZES = (PIXELS * HIDDEN, HIDDEN, HIDDEN * CLASSES, CLASSES)
WEIGHTS = sum(SIZES)


def clothes() -> Images:
    """The images as rows (N, 196)."""
    return pictures().rows()


def spoiled(labels: Tensor, percent: int, seed: int) -> Tensor:
    """Labels of which a share is replaced by one of the ten at random."""
    random = torch_generator(seed, "labels")
    wrong = torch.rand(len(labels), generator=random) < percent / 100
    return torch.where(wrong, torch.randint(CLASSES, labels.shape, generator=random), labels)


def first_weights(seed: int) -> Tensor:
    """Weights as He et al. (2015) draw them, biases 0: (P,)."""
    random = torch_generator(seed, "weights")
    first = torch.randn(SIZES[0], generator=random) * (2 / PIXELS) ** 0.5
    second = torch.randn(SIZES[2], generator=random) * (2 / HIDDEN) ** 0.5
    return torch.cat([first, torch.zeros(SIZES[1]), second, torch.zeros(SIZES[3])])


def logits(theta: Tensor, images: Tensor) -> Tensor:
    """What M networks (M, P) say of N images (N, 196): (M, N, 10)."""
    w1, b1, w2, b2 = theta.split(SIZES, dim=-1)
    w1 = w1.reshape(-1, PIXELS, HIDDEN)
    hidden = torch.relu(torch.matmul(images, w1) + b1[:, None])
    return torch.matmul(hidden, w2.reshape(-1, HIDDEN, CLASSES)) + b2[:, None]


def losses(theta: Tensor, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Mean cross-entropy and share read rightly of each network: (M,), (M,)."""
    scores = logits(theta, images)
    chosen = scores.gather(-1, labels.expand(len(scores), -1)[..., None])[..., 0]
    right = (scores.argmax(-1) == labels).float().mean(-1)
    return (scores.logsumexp(-1) - chosen).mean(-1), right
