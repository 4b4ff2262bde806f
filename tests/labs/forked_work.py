"""What the lab `forked` does: each of these hangs in a child of a careless host."""

from __future__ import annotations

from collections.abc import Callable

import gpytorch
import numpy as np
import torch
from sklearn.cluster import KMeans


def backward(seed: int) -> float:
    """A step of Adam on a network wide enough for several threads."""
    made = torch.Generator().manual_seed(seed)
    x = torch.randn(512, 256, generator=made)
    weights = [torch.randn(256, 256, generator=made) / 16 for _ in range(3)]
    for weight in weights:
        weight.requires_grad_()
    optimizer = torch.optim.Adam(weights, lr=1e-3)
    for _ in range(5):
        hidden = x
        for weight in weights:
            hidden = torch.relu(hidden @ weight)
        loss = hidden.square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


def convolution(seed: int) -> float:
    """Forward and backward through a convolution over a batch."""
    made = torch.Generator().manual_seed(seed)
    image = torch.randn(16, 8, 64, 64, generator=made)
    kernel = torch.randn(16, 8, 3, 3, generator=made, requires_grad=True)
    torch.nn.functional.conv2d(image, kernel, padding=1).square().mean().backward()
    assert kernel.grad is not None
    return kernel.grad.square().mean().item()


def vmap(seed: int) -> float:
    """Gradients of each sample."""
    made = torch.Generator().manual_seed(seed)
    x = torch.randn(256, 64, generator=made)
    w = torch.randn(64, 64, generator=made)
    each = torch.func.vmap(torch.func.grad(lambda w, x: (x @ w).square().sum()), (None, 0))
    return each(w, x).square().mean().item()


def kmeans(seed: int) -> float:
    """scikit-learn's own OpenMP."""
    points = np.random.default_rng(seed).normal(size=(5000, 8)).astype(np.float32)
    return float(KMeans(8, n_init=2, random_state=seed).fit(points).inertia_)


class GP(gpytorch.models.ExactGP):
    """A Gaussian process with a squared-exponential kernel."""

    def __init__(self, x: torch.Tensor, y: torch.Tensor) -> None:
        likelihood = gpytorch.likelihoods.GaussianLikelihood()
        super().__init__(x, y, likelihood)
        self.mean = gpytorch.means.ZeroMean()
        self.kernel = gpytorch.kernels.ScaleKernel(gpytorch.kernels.RBFKernel())

    def forward(self, x: torch.Tensor) -> gpytorch.distributions.MultivariateNormal:
        return gpytorch.distributions.MultivariateNormal(self.mean(x), self.kernel(x))


def gp(seed: int) -> float:
    """Five steps on the marginal likelihood of 100 points."""
    x = torch.linspace(0, 1, 100)
    y = torch.sin(6 * x) + 0.1 * torch.randn(100, generator=torch.Generator().manual_seed(seed))
    model = GP(x, y)
    objective = gpytorch.mlls.ExactMarginalLogLikelihood(model.likelihood, model)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    model.train()
    for _ in range(5):
        optimizer.zero_grad()
        loss = -objective(model(x), y)
        loss.backward()
        optimizer.step()
    return loss.item()


WORK: dict[str, Callable[[int], float]] = {
    "backward": backward, "convolution": convolution, "vmap": vmap, "kmeans": kmeans, "gp": gp,
}  # fmt: skip
