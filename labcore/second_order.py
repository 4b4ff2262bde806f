r"""The two rules that use curvature: Newton's, which is given it, and L-BFGS, which infers it.

They are called as those of `labcore.optimizers`, but mix the coordinates of a vector::

    theta, state = lbfgs(theta, g, state, lr=1.0)

theta, g: (..., n), vectors along the last axis; all axes before it are a batch of runs, each on
          its own.
state:    what the rule remembers, arrays by name; `{}` before the first step. All of them begin
          with the batch axes of theta.
lr:       a number, or a batch (..., 1).

PyTorch tensors and NumPy arrays both serve.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from labcore.optimizers import Array, State


def newton(
    theta: Array, g: Array, state: State, *, lr: Array = 1.0, hessian: Array, damping: Array = 0.0
) -> tuple[Array, State]:
    """To the flat point of the parabola that fits here: θ ← θ − η (H + δI)⁻¹ g.

    Newton (1669), Raphson (1690); the damping δ is Levenberg's (1944). Where the surface curves
    down the flat point is a top or a saddle, and Newton goes there: δ > −λmin prevents it.

    Along an axis of H without curvature (|λ + δ| within rounding of the largest |λ|) the parabola
    has no flat point; no step is made along that axis, so that a singular H gives the shortest
    step that fits (its pseudo-inverse). H with an infinite or not-a-number entry gives
    not-a-number, for its own vector only.

    Args:
        theta: (..., n).
        g: (..., n).
        state: is not used.
        lr: 1 is Newton's own step.
        hessian: (..., n, n), symmetric; its lower triangle is read.
        damping: δ ≥ 0, in units of curvature: a number, or a batch (..., 1).
    """
    xp = _library(theta)
    known = xp.isfinite(hessian).all(-1).all(-1)[..., None]  # (..., 1)
    curvature, axes = xp.linalg.eigh(xp.where(known[..., None], hessian, 0.0))
    along = (g[..., None, :] @ axes)[..., 0, :]  # (..., n): the gradient along each axis
    bend = curvature + damping
    rounding = g.shape[-1] * xp.finfo(g.dtype).eps * _largest(curvature)
    flat = abs(bend) <= rounding
    steps = xp.where(flat, 0.0, along / xp.where(flat, 1.0, bend))
    step = (axes @ steps[..., None])[..., 0]
    return theta - lr * xp.where(known, step, xp.nan), {}


def lbfgs(
    theta: Array, g: Array, state: State, *, lr: Array = 1.0, history: int = 10
) -> tuple[Array, State]:
    """Newton with the curvature seen in the last few moves: θ ← θ − ηHg, H ≈ inverse Hessian.

    Nocedal (1980), two-loop recursion; step by step `torch.optim.LBFGS` with `max_iter=1`,
    `history_size=history` and no line search, so it can overshoot:

    - the first step is along −g and of 1-norm at most η;
    - a move s that changed the gradient by y is remembered if y·s > 1e-10, else H stays;
    - a vector with max|g| ≤ 1e-7, or g·Hg < 1e-9, has arrived and stands still.

    Each vector of a batch has its own history, and remembers or stands still on its own. How many
    moves are remembered is settled at the first step.

    State: `g` and `step` of the step before, (..., n); `s` and `y`, (..., history, n), the newest
    last and 0 where there is none yet; `rho` = 1/(y·s), (..., history, 1); `scale`, (..., 1),
    of the H the recursion begins with; `count` of steps, (..., 1).
    """
    xp = _library(theta)
    state = state or _blank(xp, g, history)
    arrived = _largest(g) <= 1e-7
    if arrived.all():
        return theta, state
    s, y = state["step"], g - state["g"]
    ys = _dot(y, s)
    keep = (ys > 1e-10) & ~arrived
    old_s, old_y, old_rho = state["s"], state["y"], state["rho"]
    safe = xp.where(keep, ys, 1.0)
    past_s = _remember(xp, keep, old_s, s)
    past_y = _remember(xp, keep, old_y, y)
    rho = _remember(xp, keep, old_rho, 1 / safe)
    scale = xp.where(keep, safe / xp.where(keep, _dot(y, y), 1.0), state["scale"])

    d, share, length = -g, {}, past_s.shape[-2]
    for i in reversed(range(length)):
        share[i] = rho[..., i, :] * _dot(past_s[..., i, :], d)
        d = d - share[i] * past_y[..., i, :]
    d = scale * d
    for i in range(length):
        back = rho[..., i, :] * _dot(past_y[..., i, :], d)
        d = d + (share[i] - back) * past_s[..., i, :]

    first = state["count"] == 0
    t = lr * xp.where(first, 1 / _size(g).clip(min=1.0), 1.0)
    step = xp.where(arrived | (_dot(g, d) > -1e-9), 0.0, t * d)
    return theta + step, {
        "g": xp.where(arrived, state["g"], g),
        "step": xp.where(arrived, state["step"], step),
        "s": past_s,
        "y": past_y,
        "rho": rho,
        "scale": scale,
        "count": state["count"] + xp.where(arrived, 0.0, 1.0),
    }


def _library(a: Array) -> Any:
    """Where the functions for an array are found: torch or NumPy."""
    return torch if isinstance(a, torch.Tensor) else np


def _blank(xp: Any, g: Array, history: int) -> State:
    """The state before the first step: nothing remembered, and H = 1 to begin with."""
    zero, one = xp.zeros_like(g), xp.zeros_like(g[..., :1])
    past = xp.stack([zero] * history, -2)
    return {"g": zero, "step": zero, "s": past, "y": past, "rho": xp.zeros_like(past[..., :1]),
            "scale": one + 1, "count": one}  # fmt: skip


def _remember(xp: Any, keep: Array, past: Array, new: Array) -> Array:
    """The history with `new` at its end and without its oldest, where it is to be kept."""
    shifted = xp.concatenate([past[..., 1:, :], new[..., None, :]], -2)
    return xp.where(keep[..., None], shifted, past)


def _dot(a: Array, b: Array) -> Array:
    """(..., n), (..., n) → (..., 1)."""
    return (a * b).sum(-1, keepdims=True)


def _size(a: Array) -> Array:
    """The 1-norm, (..., n) → (..., 1)."""
    return abs(a).sum(-1, keepdims=True)


def _largest(a: Array) -> Array:
    """The largest absolute value, (..., n) → (..., 1)."""
    return abs(a).max(-1)[..., None] if isinstance(a, np.ndarray) else abs(a).amax(-1, keepdim=True)
