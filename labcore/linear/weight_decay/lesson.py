"""Weight decay: ridge and lasso by λ, two weights and two balls, and training with a pull to 0.

The loss is ½ mean (Xw − y)²; L2 adds ½ λ‖w‖², L1 adds λ Σ|w|. The bias is not pulled: X and y are
centred on the training samples, which is the same.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from labcore import Frame, Start
from labcore.linear.weight_decay.config import Config
from labcore.linear.weight_decay.tables import Samples, samples
from labcore.rng import numpy_generator

LAMBDAS = {"l2": np.geomspace(100, 1e-3, 51), "l1": np.geomspace(1.5, 5e-3, 41)}
"""From strong to weak."""
FORCES = np.r_[0.0, np.geomspace(0.02, 1.8, 40)]
"""λ of the two balls, from none to strong."""
EPOCHS, EVERY, LOST = 500, 10, 1e6


def ridge(X: np.ndarray, y: np.ndarray, lam: np.ndarray) -> np.ndarray:
    """argmin ½ mean (Xw − y)² + ½ λ‖w‖² for each λ: (K, p), in closed form.

    w = (XᵀX/n + λI)⁻¹ Xᵀy/n; by the singular values of X, for all λ at once.
    """
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    n = len(y)
    return (s * (U.T @ y) / n / (s * s / n + np.asarray(lam)[:, None])) @ Vt


def soft(w: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Shrink towards 0, and stop there."""
    return np.sign(w) * np.maximum(np.abs(w) - by, 0)


def lasso(X: np.ndarray, y: np.ndarray, lam: np.ndarray, steps: int = 1500) -> np.ndarray:
    """argmin ½ mean (Xw − y)² + λ Σ|w| for each λ: (K, p).

    A gradient step, then `soft`; with momentum that starts anew when it overshoots (FISTA, Beck &
    Teboulle 2009; O'Donoghue & Candès 2015).
    """
    n, K = len(y), len(lam)
    lr = n / np.linalg.norm(X, 2) ** 2
    w, t = np.zeros((K, X.shape[1])), np.ones((K, 1))
    z = w
    for _ in range(steps):
        g = (z @ X.T - y) @ X / n
        new = soft(z - lr * g, lr * np.asarray(lam)[:, None])
        t = np.where(((z - new) * (new - w)).sum(1, keepdims=True) > 0, 1.0, t)
        ahead = (1 + np.sqrt(1 + 4 * t * t)) / 2
        z = new + (t - 1) / ahead * (new - w)
        still = np.abs(new - w).max() < 1e-9
        w, t = new, ahead
        if still:
            break
    return w


def two_ridge(H: np.ndarray, best: np.ndarray, lam: np.ndarray) -> np.ndarray:
    """argmin ½ (w − best)ᵀH(w − best) + ½ λ‖w‖²: (K, 2)."""
    return np.stack([np.linalg.solve(H + force * np.eye(2), H @ best) for force in lam])


def two_lasso(H: np.ndarray, best: np.ndarray, lam: np.ndarray) -> np.ndarray:
    """The same with λ(|w₁| + |w₂|), exactly: the cheapest of all sign patterns that fit: (K, 2)."""
    pull, found = H @ best, []
    for force in lam:
        tried = [np.zeros(2)]
        for a in (-1.0, 1.0):
            tried += [np.array([(pull[0] - force * a) / H[0, 0], 0.0]),
                      np.array([0.0, (pull[1] - force * a) / H[1, 1]])]  # fmt: skip
            tried += [np.linalg.solve(H, pull - force * np.array([a, b])) for b in (-1.0, 1.0)]
        each = np.array(tried)
        away = each - best
        cost = 0.5 * np.einsum("ki,ij,kj->k", away, H, away) + force * np.abs(each).sum(1)
        found.append(each[cost.argmin()])
    return np.array(found)


def errors(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Mean squared errors of weights (K, p): (K,)."""
    return ((w @ X.T - y) ** 2).mean(1)


class Training(NamedTuple):
    """After each epoch, without decay and with it: weights' norms, errors, and PyTorch's distance.

    norm, train, held: (2, E); apart: (E,); last: the weights with decay after each look (L, p).
    """

    norm: np.ndarray
    train: np.ndarray
    held: np.ndarray
    apart: np.ndarray
    last: np.ndarray


def train(data: Samples, lam: float, lr: float) -> Training:
    """Gradient descent from random weights, w ← (1 − ηλ) w − η ∇L, twice: λ = 0 and λ.

    Beside it torch.optim.SGD with its weight_decay, which adds λw to the gradient: the same.
    """
    random = numpy_generator(0, "start")
    X, y = data.X, data.y
    w = np.tile(random.normal(size=X.shape[1]), (2, 1)) * 0.15
    decay = lr * np.array([[0.0], [lam]])
    net = nn.utils.skip_init(nn.Linear, X.shape[1], 1, bias=False, dtype=torch.float64)
    with torch.no_grad():
        net.weight.copy_(torch.tensor(w[1:]))
    trainer = torch.optim.SGD(net.parameters(), lr=lr, weight_decay=lam)
    inputs, targets, mean_square = torch.tensor(X), torch.tensor(y), nn.MSELoss()
    weights, apart = [w], [0.0]
    for _ in range(EPOCHS):
        w = (1 - decay) * w - lr * (w @ X.T - y) @ X / len(y)
        trainer.zero_grad()
        (0.5 * mean_square(net(inputs)[:, 0], targets)).backward()
        trainer.step()
        weights.append(w)
        apart.append(float(np.abs(net.weight.detach().numpy()[0] - w[1]).max()))
        if not np.abs(w).max() < LOST:
            break
    W = np.array(weights)  # (E, 2, p)
    return Training(
        np.linalg.norm(W, axis=2).T,
        np.array([errors(W[:, k], X, y) for k in (0, 1)]),
        np.array([errors(W[:, k], data.V, data.t) for k in (0, 1)]),
        np.array(apart), W[::EVERY, 1],
    )  # fmt: skip


@functools.lru_cache(maxsize=8)
def solved(config: Config) -> np.ndarray:
    """The weights for each λ, strongest first: (K, p)."""
    data = samples(config)
    solve = ridge if config.penalty == "l2" else lasso
    return solve(data.X, data.y, LAMBDAS[config.penalty])


@functools.lru_cache(maxsize=8)
def trained(config: Config) -> Training:
    """Training with and without decay."""
    return train(samples(config), config.lam, config.lr)


def places(config: Config) -> int:
    """How many frames there are."""
    if config.part == "train":
        return EPOCHS // EVERY + 1
    return len(FORCES) if config.part == "balls" else len(LAMBDAS[config.penalty])


def look(config: Config, step: int) -> Frame:
    """One place of the time line."""
    if config.part == "balls":
        best, H = np.array([config.w1, config.w2]), bowl(config)
        values = {
            "l2": two_ridge(H, best, FORCES).astype(np.float32),
            "l1": two_lasso(H, best, FORCES).astype(np.float32), "lam": float(FORCES[step]),
        }  # fmt: skip
        zero = int((np.abs(values["l1"][step]) < 1e-9).sum())
        note = ("L1 keeps both weights here.", "The diamond touches at a corner: one weight is 0.",
                "The price is too high: L1 drops both weights.")[zero]  # fmt: skip
        return Frame(step, values, note, checkpoint={})
    data = samples(config)
    if config.part == "path":
        w = solved(config)
        held = errors(w, data.V, data.t)
        values = {
            "lam": float(LAMBDAS[config.penalty][step]), "w": w[step].astype(np.float32),
            "train": errors(w, data.X, data.y).astype(np.float32),
            "held": held.astype(np.float32), "norm": np.linalg.norm(w, axis=1).astype(np.float32),
            "kept": (np.abs(w) > 1e-7).sum(1).astype(np.int32),
        }  # fmt: skip
        return Frame(step, values, "", checkpoint={})
    told, epoch = trained(config), step * EVERY
    values = {
        "epoch": epoch, "norm": told.norm[:, : epoch + 1 : EVERY].astype(np.float32),
        "train": told.train[:, : epoch + 1 : EVERY].astype(np.float32),
        "held": told.held[:, : epoch + 1 : EVERY].astype(np.float32),
        "apart": float(told.apart[: epoch + 1].max()), "w": told.last[step].astype(np.float32),
        "target": ridge(data.X, data.y, np.array([config.lam]))[0].astype(np.float32),
    }  # fmt: skip
    return Frame(step, values, trouble(config, data), checkpoint={})


def bowl(config: Config) -> np.ndarray:
    """The Hessian of the loss of two standardised features."""
    return np.array([[1.0, config.tilt], [config.tilt, 1.0]])


def trouble(config: Config, data: Samples) -> str:
    """Why a training is lost, if it is."""
    limit = 2 / (np.linalg.norm(data.X, 2) ** 2 / len(data.y))
    if config.lr > limit:
        return f"η = {config.lr:g} is above 2/λmax = {limit:.2g} of these features: it overshoots."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Place after place; a lost training ends early."""
    last = places(config)
    if config.part == "train":
        last = min(last, len(trained(config).last))
    for step in range(last):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand moves the minimum, at the place on screen."""
    last = places(config) - 1
    if config.part == "train":
        last = min(last, len(trained(config).last) - 1)
    return look(config, min(start.step, last) if start else last // 2)
