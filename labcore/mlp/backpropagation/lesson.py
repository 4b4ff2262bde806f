"""One example through a network of two layers: values forward, then gradients backward.

As in the book there are no biases, and the objective J is the loss L plus a penalty s on the
weights. The time line computes one node after the other; what must be remembered for the way
back is counted. A chain of many layers shows what is saved by remembering less.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from scipy.special import erf, expit
from torch import Tensor

from labcore import Frame, Start
from labcore.mlp.backpropagation.chain import chain_events, peaks
from labcore.mlp.backpropagation.config import Config
from labcore.mlp.backpropagation.memory import floats_held, order
from labcore.rng import numpy_generator

SHIFTS = np.linspace(-3, 3, 61)
"""How far the chosen weight is moved in the picture of the objective."""


class Pass(NamedTuple):
    """What the way forward gives: z, h (…, H), o (…, O), loss, penalty and objective (…)."""

    z: np.ndarray
    h: np.ndarray
    o: np.ndarray
    loss: np.ndarray
    penalty: np.ndarray
    objective: np.ndarray


class Gradients(NamedTuple):
    """What the way back gives: of J by o (O,), by h and z (H,), and by the weights."""

    o: np.ndarray
    w2: np.ndarray
    h: np.ndarray
    z: np.ndarray
    w1: np.ndarray


def phi(name: str, z: np.ndarray) -> np.ndarray:
    """The activation."""
    if name == "relu":
        return np.maximum(z, 0)
    if name == "tanh":
        return np.tanh(z)
    return expit(z) if name == "sigmoid" else z * (1 + erf(z / np.sqrt(2))) / 2


def slope(name: str, z: np.ndarray, h: np.ndarray) -> np.ndarray:
    """φ′(z). Of ReLU, tanh and sigmoid it follows from h alone, so z need not be kept."""
    if name == "relu":
        return (h > 0).astype(float)
    if name == "tanh":
        return 1 - h**2
    if name == "sigmoid":
        return h * (1 - h)
    return (1 + erf(z / np.sqrt(2))) / 2 + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


def forward(config: Config, x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Pass:
    """x (2,) and y (O,) to the objective; weights (…, H, 2) and (…, O, H)."""
    z = w1 @ x
    h = phi(config.activation, z)
    o = np.einsum("...oh,...h->...o", w2, h)
    if config.loss == "squared":
        loss = ((o - y) ** 2).sum(-1) / 2
    elif config.outputs == 2:
        loss = np.logaddexp(o[..., 0], o[..., 1]) - o @ y
    else:
        loss = np.logaddexp(0, o[..., 0]) - y[0] * o[..., 0]
    penalty = config.penalty / 2 * ((w1**2).sum((-2, -1)) + (w2**2).sum((-2, -1)))
    return Pass(z, h, o, loss, penalty, loss + penalty)


def backward(
    config: Config, x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray, kept: Pass
) -> Gradients:
    """The chain rule from the objective to the weights, each line once per layer."""
    g_o = predicted(config, kept.o) - y
    g_w2 = np.outer(g_o, kept.h) + config.penalty * w2
    g_h = w2.T @ g_o
    g_z = g_h * slope(config.activation, kept.z, kept.h)
    g_w1 = np.outer(g_z, x) + config.penalty * w1
    return Gradients(g_o, g_w2, g_h, g_z, g_w1)


def predicted(config: Config, o: np.ndarray) -> np.ndarray:
    """What is compared with the target: o, or the probabilities made of it."""
    if config.loss == "squared":
        return o
    if config.outputs == 1:
        return expit(o)
    return np.exp(o - np.logaddexp(o[0], o[1]))


def example(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """The inputs (2,) and the targets (O,)."""
    values = np.array([value for _, value in config.given])
    x, y = values[:2], values[2 : 2 + config.outputs]
    if config.loss == "cross_entropy":
        share = float(np.clip(values[2], 0, 1))
        y = np.array([share, 1 - share])[: config.outputs]
    return x, y


def place(config: Config) -> tuple[int, int, int]:
    """Layer, row and column of the chosen weight; the last there is, if there are fewer units."""
    layer, row, column = int(config.chosen[1]), int(config.chosen[3]), int(config.chosen[4])
    most = (config.hidden, 2) if layer == 1 else (config.outputs, config.hidden)
    return layer, min(row, most[0]) - 1, min(column, most[1]) - 1


def weights(config: Config, shift: np.ndarray | float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Weights to one decimal, (…, H, 2) and (…, O, H), the chosen one moved by each shift (…)."""
    drawn = numpy_generator(config.seed, "weights").normal(size=12).round(1)
    drawn[drawn == 0] = 0.1  # every edge carries something
    w1, w2 = drawn[:6].reshape(3, 2)[: config.hidden], drawn[6:].reshape(2, 3)
    w2 = w2[: config.outputs, : config.hidden]
    shift = np.asarray(shift, float)
    moved = [np.broadcast_to(w, (*shift.shape, *w.shape)).copy() for w in (w1, w2)]
    layer, row, column = place(config)
    moved[layer - 1][..., row, column] += shift
    return moved[0], moved[1]


def by_autograd(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """The same gradients of the weights by PyTorch, for the check on the page."""
    x, y = (torch.from_numpy(part) for part in example(config))
    w1, w2 = (torch.from_numpy(w).requires_grad_() for w in weights(config, config.shift))
    f = torch.nn.functional
    act = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "gelu": f.gelu}
    o: Tensor = w2 @ act[config.activation](w1 @ x)
    if config.loss == "squared":
        loss = 0.5 * f.mse_loss(o, y, reduction="sum")
    elif config.outputs == 2:
        loss = f.cross_entropy(o, y)
    else:
        loss = f.binary_cross_entropy_with_logits(o[0], y[0])
    objective = loss + config.penalty / 2 * ((w1**2).sum() + (w2**2).sum())
    g1, g2 = torch.autograd.grad(objective, (w1, w2))
    return g1.numpy(), g2.numpy()


def look(config: Config, step: int) -> Frame:
    """All numbers; the picture shows those that are known at this place of the time line."""
    x, y = example(config)
    w1, w2 = weights(config, config.shift)
    there = forward(config, x, y, w1, w2)
    g = backward(config, x, y, w1, w2, there)
    after = forward(config, x, y, w1 - config.lr * g.w1, w2 - config.lr * g.w2)
    curve = forward(config, x, y, *weights(config, SHIFTS)).objective
    torch1, torch2 = by_autograd(config)
    apart = max(np.abs(torch1 - g.w1).max(), np.abs(torch2 - g.w2).max())
    steps = order(config.hidden, config.outputs)
    layer, row, column = place(config)
    events = chain_events(config.layers, config.segment)
    values = {
        "x": x, "y": y, "w1": w1, "w2": w2, "z": there.z, "h": there.h, "o": there.o,
        "p": predicted(config, there.o), "g_o": g.o, "g_w2": g.w2, "g_h": g.h, "g_z": g.z,
        "g_w1": g.w1, "curve": curve, "trade": peaks(config.layers),
        "slopes": slope(config.activation, there.z, there.h),
    }  # fmt: skip
    numbers = {
        "loss": float(there.loss), "penalty": float(there.penalty),
        "objective": float(there.objective), "after": float(after.objective),
        "apart": float(apart), "slope": float((g.w1, g.w2)[layer - 1][row, column]),
        "held": int(floats_held(config.activation, config.hidden, config.outputs)[step]),
        "event": round(step * (events.held.shape[1] - 1) / (len(steps) - 1)),
    }  # fmt: skip
    note = ""
    if config.activation == "relu" and not there.h.any():
        note = "No hidden unit is awake: every z is below 0, and ReLU lets no gradient through."
    elif step == len(steps) - 1 and after.objective > there.objective:
        note = f"The step made J larger: η = {config.lr:g} is too long for this slope."
    return Frame(
        step, {name: np.asarray(v, np.float32) for name, v in values.items()} | numbers, note, {}
    )


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """One node after the other, forward and back."""
    for step in range(len(order(config.hidden, config.outputs))):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same place of the time line, while a hand moves something."""
    last = len(order(config.hidden, config.outputs)) - 1
    return look(config, min(start.step, last) if start else last)
