"""Four small problems on which rules that scale each coordinate show what they are made of."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from labcore.figures import quantize
from labcore.optimization.adaptive_methods.config import (
    BARS,
    EVERY,
    FORGOTTEN,
    METHODS,
    RATES,
    STEPS,
    Config,
)
from labcore.optimization.adaptive_methods.speeches import (
    logistic_gradient,
    logistic_loss,
    speeches,
)
from labcore.optimizers import RULES, adam
from labcore.rng import numpy_generator

MAP_BETA2, MAP_BIG = np.linspace(0, 0.99, 34), np.linspace(2, 60, 30)


def detail(config: Config, name: str) -> dict[str, Any]:
    """The hyper-parameters of a rule on the moving target, but for its rate."""
    means = {"beta1": config.beta1, "beta2": config.beta2}
    return {"rmsprop": {"rho": config.beta2}, "adadelta": {"rho": config.beta2},
            "adam": means, "yogi": means}.get(name, {})  # fmt: skip


def divisor(name: str, state: Any, beta2: float) -> Any:
    """What a coordinate's rate is divided by: √s, or √v̂; 1 for SGD."""
    if name in ("adam", "yogi"):
        return (state["v"] / (1 - beta2 ** state["t"])) ** 0.5
    if name == "adadelta":  # its rate is √(u + ε) / √(s + ε)
        return ((state["s"] + 1e-6) / (state["u"] + 1e-6)) ** 0.5
    return state["s"] ** 0.5 if "s" in state else 1.0


def train_words(config: Config) -> dict[str, np.ndarray]:
    """Every method at every rate, on the same batches of four speeches.

    Returns: losses on the test part (K, R, T), and for the method looked into the divisors of the
    words shown, (T, R, W), for T frames.
    """
    data, shown, watched = speeches(), words_shown(), METHODS.index(config.watch)
    random = numpy_generator(config.seed, "batches")
    order = np.concatenate([random.permutation(len(data.labels)) for _ in range(2)])
    theta = [np.zeros((len(RATES), len(data.words)), np.float32) for _ in METHODS]
    states: list[Any] = [{} for _ in METHODS]
    rate = RATES.astype(np.float32)[:, None]
    losses, scales = [], []
    for step in range(STEPS["words"] + 1):
        if step % EVERY["words"] == 0:
            losses.append([logistic_loss(t, data.test_counts, data.test_labels) for t in theta])
            scale = divisor(config.watch, states[watched], 0.999) if step else 0.0
            scales.append(np.broadcast_to(scale, theta[0].shape)[:, shown])
        batch = order[4 * step : 4 * step + 4]
        for k, name in enumerate(METHODS):
            g = logistic_gradient(theta[k], data.counts[batch], data.labels[batch])
            theta[k], states[k] = RULES[name](theta[k], g, states[k], lr=rate)
    curves = np.moveaxis(np.array(losses, np.float32), 0, -1)
    return {"curves": curves, "scales": np.array(scales, np.float32)}


@functools.cache
def words_shown() -> np.ndarray:
    """About 200 of the words, of all frequencies: their places, (W,)."""
    words = speeches().words
    spread = np.geomspace(1, len(words), 260).astype(int) - 1
    return np.union1d(spread, [words.index(word) for word in BARS])


def bar_places() -> np.ndarray:
    """The places of the words drawn as bars among all words."""
    return np.array([speeches().words.index(word) for word in BARS])


def follow(config: Config) -> dict[str, np.ndarray]:
    """Each method after a minimum that moves: f_t(θ) = ½ (θ − c_t)², from θ = 0.

    Returns: target (T,), theta (K, T) and rates (K, T), what a gradient is multiplied by.
    """
    steps = np.arange(STEPS["moving"])
    x, y = np.array(sorted(config.target)).T
    target = np.interp(steps, x, y)
    noise = numpy_generator(config.seed, "noise").standard_normal(len(steps)) * config.noise
    theta, rates = np.zeros((2, len(METHODS), len(steps)))
    for k, name in enumerate(METHODS):
        rule, extra = RULES[name], detail(config, name)
        lr = 1.0 if name == "adadelta" else config.lr
        here, state = 0.0, {}
        for t, (aim, wind) in enumerate(zip(target.tolist(), noise.tolist(), strict=True)):
            here, state = rule(here, here - aim + wind, state, lr=lr, **extra)
            here = min(max(here, -99.0), 99.0)  # SGD with η > 2 would leave the page
            theta[k, t], rates[k, t] = here, lr / (divisor(name, state, config.beta2) + 1e-8)
    return {"target": target, "theta": theta, "rates": rates}


def walk(config: Config, name: str, beta2: Any, big: Any) -> tuple[np.ndarray, np.ndarray]:
    """One rule on the rare large gradient: C at every `period`-th step, else −1; x in [−1, 1].

    Reddi, Kale & Kumar (2018), theorem 1, with η / √t and β₁ = 0. `beta2` and `big` may be
    numbers, or grids of one shape. Returns: x and √v, (frames, ...).
    """
    rule = RULES[name]
    extra = {} if name == "adagrad" else {"beta1": 0.0, "beta2": beta2}
    x, state, xs, roots = 0.0 * big, {}, [], []
    for t in range(STEPS["rare"]):
        g = big if t % config.period == 0 else -1.0 + 0.0 * big
        lr = config.lr / (t + 1) ** 0.5
        x, state = rule(x, g, state, lr=lr, **extra)
        x = min(max(x, -1.0), 1.0) if isinstance(x, float) else np.clip(x, -1, 1)
        if (t + 1) % EVERY["rare"] == 0:
            xs.append(x)
            roots.append(divisor(name, state, beta2))
    return np.array(xs), np.array(roots)


def failure_map(config: Config) -> np.ndarray:
    """Where Adam, or Yogi, ends for each β₂ (across) and C (up): −1 is 0, +1 is 255."""
    name = "yogi" if config.watch == "yogi" else "adam"
    beta2, big = np.meshgrid(MAP_BETA2, MAP_BIG)
    return quantize(walk(config, name, beta2, big)[0][-1], -1, 1)


def first_steps(config: Config) -> dict[str, np.ndarray]:
    """Adam's means over twelve gradients, with the bias correction and without.

    Returns: g, m, v, m_hat, v_hat, corrected and plain, the lengths of steps as multiples of η:
    (12,) each.
    """
    g = np.array([height for _, height in sorted(config.gradients)])
    rows: list[tuple[float, ...]] = []
    state: Any = {}
    bare: Any = {"t": FORGOTTEN}
    for t, slope in enumerate(g.tolist(), 1):
        means = {"beta1": config.beta1, "beta2": config.beta2, "lr": 1.0}
        step, state = adam(0.0, slope, state, **means)
        plain, bare = adam(0.0, slope, bare, **means)
        m, v = state["m"], state["v"]
        rows.append((slope, m, v, m / (1 - config.beta1**t), v / (1 - config.beta2**t),
                     step, plain))  # fmt: skip
    names = ("g", "m", "v", "m_hat", "v_hat", "corrected", "plain")
    return dict(zip(names, np.array(rows).T, strict=True))
