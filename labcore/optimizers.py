r"""The update rules of deep learning, each in a few lines and as its paper states it.

Every rule is a pure function of one step::

    theta, state = adam(theta, g, state, lr=0.1)

theta, g: parameters and their gradient, of one shape, whatever it is: rules are elementwise,
          so a batch of runs is one more axis.
state:    what the rule remembers, by name; `{}` before the first step.

Only operators are used, so that PyTorch tensors and NumPy arrays both serve. Defaults are those
of `torch.optim`, and the tests hold both equal.

    symbol    here           meaning
    θ         theta          parameters
    g         g              gradient of the loss at θ, possibly noisy
    η, α, ε   lr             learning rate (Adam's paper writes α, PyTorch lr)
    β, β₁     beta, beta1    how much of the mean of past gradients is kept
    ρ, β₂     rho, beta2     how much of the mean of past squared gradients is kept
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Array = Any
"""A tensor, a NumPy array or a number: a rule does not mind, and a rate may be a batch too."""
State = Mapping[str, Array]


def sgd(theta: Array, g: Array, state: State, *, lr: Array = 1e-3) -> tuple[Array, State]:
    """Gradient descent, θ ← θ − ηg; stochastic when g is an estimate.

    Robbins & Monro (1951), A stochastic approximation method.
    """
    return theta - lr * g, {}


def momentum(
    theta: Array, g: Array, state: State, *, lr: Array = 1e-3, beta: Array = 0.9
) -> tuple[Array, State]:
    """The heavy ball, v ← βv + g; θ ← θ − ηv.

    Polyak (1964), in PyTorch's form: η stands outside v, so that a change of η acts at once.
    With η inside, v ← βv + ηg, paths are the same as long as η stays the same.
    """
    v = beta * state.get("v", 0.0) + g
    return theta - lr * v, {"v": v}


def adagrad(
    theta: Array, g: Array, state: State, *, lr: Array = 1e-2, eps: Array = 1e-10
) -> tuple[Array, State]:
    """Each coordinate has its own rate: s ← s + g²; θ ← θ − ηg / (√s + ε).

    Duchi, Hazan & Singer (2011), figure 1, the diagonal case.
    """
    s = state.get("s", 0.0) + g * g
    return theta - lr * g / (s**0.5 + eps), {"s": s}


def rmsprop(
    theta: Array, g: Array, state: State, *, lr: Array = 1e-2, rho: Array = 0.99, eps: Array = 1e-8
) -> tuple[Array, State]:
    """Adagrad that forgets: s ← ρs + (1−ρ)g²; θ ← θ − ηg / (√s + ε).

    Tieleman & Hinton (2012), lecture 6.5. s begins at 0, so the first steps are long:
    up to η/√(1−ρ).
    """
    s = rho * state.get("s", 0.0) + (1 - rho) * g * g
    return theta - lr * g / (s**0.5 + eps), {"s": s}


def adam(
    theta: Array,
    g: Array,
    state: State,
    *,
    lr: Array = 1e-3,
    beta1: Array = 0.9,
    beta2: Array = 0.999,
    eps: Array = 1e-8,
) -> tuple[Array, State]:
    """Momentum and RMSProp, both freed of their bias towards zero.

    Kingma & Ba (2015), algorithm 1: m and v are running means of g and g², m̂ and v̂ what they
    would be had they not begun at 0; θ ← θ − ηm̂ / (√v̂ + ε).
    """
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - lr * m_hat / (v_hat**0.5 + eps), {"m": m, "v": v, "t": t}


RULES: Mapping[str, Callable[..., tuple[Array, State]]] = {
    "sgd": sgd,
    "momentum": momentum,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
}
"""By name, oldest first."""
