"""One number through a chain, a crowd through fifty layers, and units that die in training.

The time line counts layers; for the units it counts training, ten steps a frame.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch

from labcore import Frame, Start
from labcore.mlp.activations.config import Config
from labcore.mlp.activations.functions import phi, slope
from labcore.rng import torch_generator

DEPTH = 50
WIDTH, CROWD = 100, 100
"""Units of each layer, and examples, of the deep network."""
UNITS, SAMPLES, EVERY = 48, 80, 10
"""Hidden units, data points, and steps a frame of the network that is trained."""
FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Learning rates that are tried, as multiples of the chosen one."""
ASLEEP = 0.009
"""A unit is dead when its slope is below this at every data point."""
BINS = np.linspace(-3, 3, 49)


def chain(config: Config, function: str) -> tuple[np.ndarray, np.ndarray]:
    """One number through layers a ← φ(w a): all a (D + 1,), and the slopes w φ′(w a), (D,).

    By the chain rule the slope of the last by the first is the product of the slopes.
    """
    a = torch.tensor(config.x, dtype=torch.float64)
    values, slopes = [float(a)], []
    for _ in range(DEPTH):
        slopes.append(float(config.weight * slope(function, config.weight * a, config.alpha)))
        a = phi(function, config.weight * a, config.alpha).clamp(-1e30, 1e30)
        values.append(float(a))
    return np.array(values), np.array(slopes)


class Deep(NamedTuple):
    """Spread of values and of gradients at layers 0 … D, and the values’ histogram (D + 1, 48)."""

    signal: np.ndarray
    gradient: np.ndarray
    shares: np.ndarray


def propagate(function: str, gain: float, alpha: float, seed: int) -> Deep:
    """Standard normal inputs through D layers of random weights, and a random gradient back.

    Weights are normal with deviation gain/√width, biases 0. Gradients start with deviation 1.
    """
    random = torch_generator(seed, "deep")
    weights = torch.randn(DEPTH, WIDTH, WIDTH, generator=random) * (gain / WIDTH**0.5)
    a = torch.randn(CROWD, WIDTH, generator=random)
    sums, values = [], [a]
    for w in weights:
        sums.append(a @ w)
        a = phi(function, sums[-1], alpha)
        values.append(a)
    g = torch.randn(CROWD, WIDTH, generator=random)
    gradients = [float(g.std())]
    for w, z in zip(reversed(weights), reversed(sums), strict=True):
        g = (g * slope(function, z, alpha)) @ w.T
        gradients.append(float(g.std()))
    shares = np.array([np.histogram(v.numpy().clip(-3, 3), BINS)[0] for v in values])
    return Deep(np.array([float(v.std()) for v in values]), np.array(gradients[::-1]),
                100 * shares / (WIDTH * CROWD))  # fmt: skip


class Training(NamedTuple):
    """Five learning rates: share of dead units and loss (5, F); hinges and output of the third.

    hinge: where each unit’s sum is 0, (F, H); alive: (F, H); curve: what it says, (F, 81).
    """

    dead: np.ndarray
    loss: np.ndarray
    hinge: np.ndarray
    alive: np.ndarray
    curve: np.ndarray


LINE = torch.linspace(-2.5, 2.5, 81)


def data(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """A noisy wave: x and y, (N,)."""
    random = torch_generator(seed, "data")
    x = torch.rand(SAMPLES, generator=random) * 4 - 2
    return x, torch.sin(2.5 * x) + 0.1 * torch.randn(SAMPLES, generator=random)


def train_units(function: str, lr: float, bias: float, alpha: float, seed: int) -> Training:
    """Networks 1 → 48 → 1 by gradient descent on half the mean squared error, five rates at once.

    The gradients are written out; α of the parametric ReLU is learned along with the weights.
    """
    x, y = data(seed)
    random = torch_generator(seed, "units")
    R = len(FACTORS)
    w = torch.randn(UNITS, generator=random).repeat(R, 1)
    b = (0.5 * torch.randn(UNITS, generator=random) + bias).repeat(R, 1)
    v = (torch.randn(UNITS, generator=random) / UNITS**0.5).repeat(R, 1)
    c, a = torch.zeros(R, 1), torch.full((R, 1, 1), alpha)
    eta = lr * torch.tensor(FACTORS)[:, None]
    rows: list[list[np.ndarray]] = [[], [], [], [], []]
    for step in range(DEPTH * EVERY + 1):
        z = x[None, :, None] * w[:, None] + b[:, None]  # (R, N, H)
        h, s = phi(function, z, a), slope(function, z, a)
        error = (h @ v[..., None])[..., 0] + c - y
        if step % EVERY == 0:
            awake = (s.abs() > ASLEEP).any(1) & w.isfinite() & b.isfinite()
            well = (w + b + v).isfinite().all(1, keepdim=True)
            dead = 100 * (1 - awake.float().mean(1, keepdim=True))
            rows[0].append(torch.where(well, dead, torch.nan)[:, 0].numpy())
            rows[1].append((error**2).mean(1).div(2).numpy())
            rows[2].append((-b[2] / w[2]).numpy())
            rows[3].append(awake[2].numpy())
            there = phi(function, LINE[:, None] * w[2] + b[2], a[2])
            rows[4].append((there @ v[2] + c[2]).numpy())
        g = error / SAMPLES
        back = (g[..., None] * v[:, None]) * s
        push = (g[..., None] * v[:, None] * z.clamp(max=0)).sum((1, 2))
        v -= eta * (h * g[..., None]).sum(1)
        c -= eta * g.sum(1, keepdim=True)
        w -= eta * (back * x[:, None]).sum(1)
        b -= eta * back.sum(1)
        if function == "prelu":
            a -= eta[..., None] * push[:, None, None]
    dead, loss, hinge, alive, curve = (np.array(part) for part in rows)
    return Training(dead.T, loss.T, hinge, alive, curve)


deep = functools.lru_cache(64)(propagate)
train = functools.lru_cache(32)(train_units)


def look(config: Config, step: int) -> Frame:
    """All that is shown at one place of the time line."""
    chains = [chain(config, name) for name in (config.function, config.beside)]
    here = deep(config.function, config.gain, config.alpha, config.seed)
    there = deep(config.beside, config.gain, config.alpha, config.seed)
    trained = train(config.function, config.lr, config.bias, config.alpha, config.seed)
    with np.errstate(all="ignore"):
        products = [np.concatenate([[1.0], np.cumprod(slopes)]) for _, slopes in chains]
    shown = {
        "chain": chains[0][0], "slopes": chains[0][1], "product": np.stack(products),
        "signal": np.stack([here.signal, there.signal]),
        "gradient": np.stack([here.gradient, there.gradient]),
        "shares": np.stack([here.shares[step], there.shares[step]]),
        "dead": trained.dead, "loss": trained.loss, "hinge": trained.hinge[step],
        "curve": trained.curve[step],
    }  # fmt: skip
    arrays = {name: np.nan_to_num(part, nan=np.nan, posinf=1e38, neginf=-1e38).astype(np.float32)
              for name, part in shown.items()}  # fmt: skip
    arrays["alive"] = trained.alive[step]
    return Frame(step, arrays, note(trained, step), {})


def note(trained: Training, step: int) -> str:
    """What went wrong in training up to here, if anything did."""
    if not np.isfinite(trained.loss[2, step]):
        return f"Units: η was too large, and by step {EVERY * step} the weights are no numbers."
    if trained.dead[2, step] > 99:
        return "Units: all are dead. No gradient reaches them, so no training brings them back."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """One layer deeper, or ten steps of training further, a frame."""
    for step in range(DEPTH + 1):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same place of the time line, while a hand moves the point."""
    return look(config, min(start.step, DEPTH) if start else 10)
