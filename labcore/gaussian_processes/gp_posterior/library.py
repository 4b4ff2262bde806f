"""The same model by GPyTorch: kernel by kernel, evidence by evidence, fitted by Adam.

GPyTorch is imported where it is used: to read a lab's controls nobody should wait for it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from labcore.gaussian_processes.gp_posterior.evidence import BOUNDS
from labcore.gaussian_processes.gp_posterior.kernels import Array, Leaf, Product, Sum, Tree

ADAM_RATE = 0.15


def kernel_of(tree: Tree) -> Any:
    """A tree as a GPyTorch kernel in float64.

    Raises:
        KeyError: for the infinite network, which GPyTorch does not have.
    """
    from gpytorch.kernels import AdditiveKernel, ProductKernel

    if isinstance(tree, Sum):
        return AdditiveKernel(*map(kernel_of, tree.parts))
    if isinstance(tree, Product):
        return ProductKernel(*map(kernel_of, tree.parts))
    return _leaf(tree)


def _leaf(leaf: Leaf) -> Any:
    from gpytorch import kernels

    class Shifted(kernels.LinearKernel):
        def forward(self, x1: Any, x2: Any, *given: Any, **named: Any) -> Any:
            return super().forward(x1 - leaf.numbers[0], x2 - leaf.numbers[0], *given, **named)

    a, b = (*leaf.numbers, 1.0, 1.0)[:2]
    made, given = {
        "rbf": lambda: (kernels.RBFKernel(), {"lengthscale": a}),
        "matern12": lambda: (kernels.MaternKernel(nu=0.5), {"lengthscale": a}),
        "matern32": lambda: (kernels.MaternKernel(nu=1.5), {"lengthscale": a}),
        "matern52": lambda: (kernels.MaternKernel(nu=2.5), {"lengthscale": a}),
        "compact": lambda: (kernels.PiecewisePolynomialKernel(q=1), {"lengthscale": a}),
        "rq": lambda: (kernels.RQKernel(), {"lengthscale": a, "alpha": b}),
        "periodic": lambda: (kernels.PeriodicKernel(), {"period_length": a, "lengthscale": b**2}),
        "cosine": lambda: (kernels.CosineKernel(), {"period_length": a / 2}),
        "sm": lambda: (
            kernels.SpectralMixtureKernel(num_mixtures=1),
            {"mixture_weights": 1.0, "mixture_means": a, "mixture_scales": b},
        ),
        "linear": lambda: (Shifted(), {"variance": 1.0}),
        "poly": lambda: (kernels.PolynomialKernel(power=int(a)), {"offset": b}),
        "constant": lambda: (kernels.ConstantKernel(), {"constant": a}),
    }[leaf.name]()
    made = made.double()  # before the numbers are set, or they are rounded to float32
    for name, value in given.items():
        old = getattr(made, name)
        made.initialize(**{name: torch.full_like(old, value)})
    return made


def exact_gp(tree: Tree, amplitude: float, x: Array, y: Array, theta: Array) -> tuple[Any, Any]:
    """An `ExactGP` and its likelihood at θ = (log ℓ, log σ), in float64, both to be fitted."""
    import gpytorch
    from linear_operator import to_linear_operator

    class Model(gpytorch.models.ExactGP):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            self.log_ell = torch.nn.Parameter(torch.tensor(theta[0], dtype=torch.float64))

        def forward(self, inputs: Any) -> Any:
            K = amplitude**2 * _dense(tree, inputs, self.log_ell.exp())
            mean = torch.zeros_like(inputs[:, 0])
            return gpytorch.distributions.MultivariateNormal(mean, to_linear_operator(K))

    positive = gpytorch.constraints.Positive()
    likelihood = gpytorch.likelihoods.GaussianLikelihood(noise_constraint=positive).double()
    likelihood.initialize(noise=math.exp(2 * theta[1]))
    return Model(torch.tensor(x[:, None]), torch.tensor(y), likelihood), likelihood


def _dense(tree: Tree, x: Any, ell: Any) -> Any:
    """k(x, x) by GPyTorch's kernels with all lengthscales times ℓ, differentiable: (n, n)."""
    if not isinstance(tree, Leaf):
        parts = [_dense(part, x, ell) for part in tree.parts]
        return sum(parts) if isinstance(tree, Sum) else math.prod(parts)
    if tree.name == "sm":  # a bump in the spectrum is an RBF times a cosine
        frequency, width = tree.numbers
        fades = _dense(Leaf("rbf", (0.5 / (math.pi * width),)), x, ell)
        return fades * torch.cos(2 * math.pi * frequency * (x - x.mT))
    kernel = kernel_of(tree).requires_grad_(False)
    if tree.name in ("cosine", "constant"):
        return kernel(x).to_dense()
    if tree.name == "periodic":  # its ℓ² divides the exponent
        return kernel(x).to_dense() ** (1 / ell**2)
    if tree.name == "linear":
        return kernel(x).to_dense() / ell**2
    return kernel(x / ell).to_dense()


def gpytorch_climb(
    tree: Tree, amplitude: float, x: Array, y: Array, theta: Array, steps: int
) -> Array:
    """The path of Adam on GPyTorch's evidence: (steps + 1, 2) of (log ℓ, log σ)."""
    import gpytorch

    model, likelihood = exact_gp(tree, amplitude, x, y, theta)
    model.train()
    likelihood.train()
    evidence_of = gpytorch.mlls.ExactMarginalLogLikelihood(likelihood, model)
    moved = [p for p in model.parameters() if p.requires_grad]
    adam = torch.optim.Adam(moved, lr=ADAM_RATE)
    path = [np.asarray(theta)]
    with gpytorch.settings.fast_computations(False, False, False):
        for _ in range(steps):
            adam.zero_grad()
            height: Any = evidence_of(model(*model.train_inputs), model.train_targets)
            (-height).backward()  # per point
            adam.step()
            sigma = 0.5 * math.log(likelihood.noise.item())
            path.append(np.clip([model.log_ell.item(), sigma], *BOUNDS))
    return np.array(path)
