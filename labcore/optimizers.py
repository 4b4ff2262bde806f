r"""The update rules of deep learning, each in a few lines and as its paper states it.

Every rule is a pure function of one step::

    theta, state = adam(theta, g, state, lr=0.1)

theta, g: parameters and their gradient, of one shape, whatever it is: rules are elementwise,
          so a batch of runs is one more axis.
state:    what the rule remembers, by name, arrays and numbers; `{}` before the first step.
lr:       the rate of this step, a number or a batch that broadcasts against theta: a schedule
          (`labcore.schedules`) may change it from step to step.

Only operators are used, so that PyTorch tensors and NumPy arrays both serve. Defaults are those
of `torch.optim`, where it has the rule, and the tests hold both equal. `newton` and `lbfgs` mix
coordinates; they live in `labcore.second_order` and take vectors along the last axis.

    symbol    here           meaning
    θ         theta          parameters
    g         g              gradient of the loss at θ, possibly noisy
    η         lr             learning rate (Adam's paper writes α, PyTorch lr)
    β, β₁     beta, beta1    how much of the mean of past gradients is kept
    ρ, β₂     rho, beta2     how much of the mean of past squared gradients is kept
    λ         weight_decay   how strongly parameters are pulled to 0
    ε         eps            keeps a division from going wrong
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from labcore.second_order import lbfgs, newton

Array = Any
"""A tensor, a NumPy array or a number: a rule does not mind, and a rate may be a batch too."""
State = Mapping[str, Array]


def sgd(theta: Array, g: Array, state: State, *, lr: Array = 1e-3) -> tuple[Array, State]:
    """Gradient descent, θ ← θ − ηg; stochastic when g is an estimate.

    Robbins & Monro (1951), A stochastic approximation method.
    """
    return theta - lr * g, {}


def polyak(
    theta: Array, g: Array, state: State, *, lr: Array = 1e-3, beta: Array = 0.9
) -> tuple[Array, State]:
    """The heavy ball with the rate inside, v ← βv + ηg; θ ← θ − v.

    Polyak (1964), equation 9: θ ← θ − ηg + β(θ − θ before). Here v is the last step itself, so a
    ball that is fast stays fast when a schedule lowers η: only new gradients count less. In
    PyTorch's form (`momentum`) η stands outside v and slows the ball at once. As long as η stays
    the same, both go the same way.
    """
    v = beta * state.get("v", 0.0) + lr * g
    return theta - v, {"v": v}


def momentum(
    theta: Array, g: Array, state: State, *, lr: Array = 1e-3, beta: Array = 0.9
) -> tuple[Array, State]:
    """The heavy ball in PyTorch's form, v ← βv + g; θ ← θ − ηv.

    Here η stands outside v: v is a sum of gradients, and a change of η acts at once on all of it.
    Polyak (1964) has η inside (`polyak`), where what was gained at the old η is kept. Both go
    the same way as long as η stays the same, and apart from the step a schedule changes it.
    """
    v = beta * state.get("v", 0.0) + g
    return theta - lr * v, {"v": v}


def nesterov(
    theta: Array, g: Array, state: State, *, lr: Array = 1e-3, beta: Array = 0.9
) -> tuple[Array, State]:
    """Momentum that looks ahead: v ← βv + g; θ ← θ − η(g + βv).

    Nesterov (1983) takes the slope at the point the ball is about to reach. PyTorch's form, here,
    calls that point θ, so the slope is taken where θ stands (Sutskever et al. 2013).
    """
    v = beta * state.get("v", 0.0) + g
    return theta - lr * (g + beta * v), {"v": v}


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


def adadelta(
    theta: Array, g: Array, state: State, *, lr: Array = 1.0, rho: Array = 0.9, eps: Array = 1e-6
) -> tuple[Array, State]:
    """A step measured by past steps: s ← ρs + (1−ρ)g²; d = g √(u + ε) / √(s + ε); θ ← θ − ηd.

    Zeiler (2012), algorithm 1, where η is 1; u ← ρu + (1−ρ)d² is the running mean of d². As u
    begins at 0, ε sets the length of the first steps.
    """
    s = rho * state.get("s", 0.0) + (1 - rho) * g * g
    u = state.get("u", 0.0)
    d = g * (u + eps) ** 0.5 / (s + eps) ** 0.5
    return theta - lr * d, {"s": s, "u": rho * u + (1 - rho) * d * d}


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


def adamw(
    theta: Array,
    g: Array,
    state: State,
    *,
    lr: Array = 1e-3,
    beta1: Array = 0.9,
    beta2: Array = 0.999,
    eps: Array = 1e-8,
    weight_decay: Array = 1e-2,
) -> tuple[Array, State]:
    """Adam with decoupled decay: θ ← (1 − ηλ)θ first, then Adam's step.

    Loshchilov & Hutter (2019), algorithm 2, with PyTorch's ηλ for the paper's λ. λθ is not added
    to g, where Adam would divide it by √v̂ and shrink least what has large gradients.
    """
    return adam(theta * (1 - lr * weight_decay), g, state, lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def yogi(
    theta: Array,
    g: Array,
    state: State,
    *,
    lr: Array = 1e-2,
    beta1: Array = 0.9,
    beta2: Array = 0.999,
    eps: Array = 1e-3,
) -> tuple[Array, State]:
    """Adam whose v moves by a bounded amount: v ← v + (1−β₂) sign(g² − v) g².

    Zaheer et al. (2018), algorithm 2, with η and ε of their experiments. v grows as fast as
    Adam's and shrinks slower, so a rare large gradient is not soon forgotten. The paper begins v
    at a first estimate of g² and corrects no bias; here v begins at 0 and both means are
    corrected as in Adam. PyTorch has no Yogi.
    """
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = state.get("v", 0.0)
    v = v + (1 - beta2) * _sign(g * g - v) * g * g
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - lr * m_hat / (v_hat**0.5 + eps), {"m": m, "v": v, "t": t}


def lion(
    theta: Array,
    g: Array,
    state: State,
    *,
    lr: Array = 1e-4,
    beta1: Array = 0.9,
    beta2: Array = 0.99,
    weight_decay: Array = 0.0,
) -> tuple[Array, State]:
    """Every coordinate steps by η: θ ← θ − η(sign(β₁m + (1−β₁)g) + λθ); m ← β₂m + (1−β₂)g.

    Chen et al. (2023), algorithm 2, found by a search over programs. Steps do not shrink near an
    optimum, so η must. A coordinate whose gradient is not a number stands still. PyTorch has no
    Lion.
    """
    m = state.get("m", 0.0)
    c = beta1 * m + (1 - beta1) * g
    return theta - lr * (_sign(c) + weight_decay * theta), {"m": beta2 * m + (1 - beta2) * g}


def _sign(a: Array) -> Array:
    """−1, 0 or 1; 0 for not-a-number. By operators, for tensors and arrays alike."""
    one = a**0  # 1.0 would change the precision of tensors
    return one * (a > 0) - one * (a < 0)


RULES: Mapping[str, Callable[..., tuple[Array, State]]] = {
    "newton": newton,
    "sgd": sgd,
    "polyak": polyak,
    "momentum": momentum,
    "nesterov": nesterov,
    "lbfgs": lbfgs,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adadelta": adadelta,
    "adam": adam,
    "adamw": adamw,
    "yogi": yogi,
    "lion": lion,
}
"""By name, oldest first. All are called alike, but `newton` asks for `hessian` as well."""
