"""What moves: draw, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from labcore import Frame, Patch, format_number, shown
from labcore.optimization.momentum.figure import BACK, LEAST, MODES, steps_for_tenth
from labcore.optimization.momentum.lesson import (
    STEEP,
    Config,
    best,
    curvatures,
    descend,
    directions,
    plain,
    rate,
    regime,
    roots,
)


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """All lines up to the step on screen."""
    n = frame.step + 1
    places, velocities = descend(config, config.lr, config.beta)
    k, q, lam = np.arange(n), directions(config), curvatures(config)
    places, ghost = places[:n], plain(config)[:n]
    modes = places @ q
    rates = rate(np.array(config.lr), np.array(config.beta), lam)
    past = np.minimum(np.abs(modes[0]) * rates ** np.arange(config.steps + 1)[:, None], 1e30)
    sums = np.cumsum(config.beta ** np.arange(n))
    averages = (velocities[:n] @ q)[1:] / sums[: n - 1, None] / lam
    gradients = modes[:-1]  # each divided by its λ, to be seen on one scale
    at = roots(config.lr, config.beta, lam)
    patches: dict[str, Patch] = {
        "ravine": {"traces": {
            "path": xy(*near(places).T), "ball": xy(*near(places[-1:]).T),
            "plain": xy(*ghost.T), "plain-ball": xy(*ghost[-1:].T),
            "start": xy([config.x0], [config.y0])}},
        "phase": {"traces": {"ring": xy([config.lr], [config.beta]),
                             "halo": xy([config.lr], [config.beta])}},
        "weights": {"traces": weights(config, frame.step)},
    }  # fmt: skip
    errors, rims, averaged = {}, {}, {}
    for i, (name, _, _) in enumerate(MODES):
        size, whole = np.clip(np.abs(modes[:, i]), LEAST / 10, 1e4), np.arange(config.steps + 1)
        patches[name] = {"traces": {
            "mode": xy(k, near(modes[:, i])), "now": xy(k[-1:], near(modes[-1:, i])),
            "up": xy(whole, near(past[:, i])), "down": xy(whole, near(-past[:, i]))}}  # fmt: skip
        errors |= {
            f"error-{name}": xy(k, size),
            f"error-{name}-now": xy(k[-1:], size[-1:]),
            f"theory-{name}": xy(whole, np.clip(past[:, i], LEAST / 10, 1e4)),
        }
        rims[f"root-{name}"] = xy(np.clip(at[i].real, -1.55, 1.55), at[i].imag)
        averaged |= {f"gradient-{name}": xy(k[:-1] + 1, near(gradients[:, i])),
                     f"velocity-{name}": xy(k[1:], near(averages[:, i])),
                     f"velocity-{name}-now": xy(k[1:][-1:], near(averages[-1:, i]))}  # fmt: skip
    return patches | {"errors": {"traces": errors}, "roots": {"traces": rims},
                      "average": {"traces": averaged}}  # fmt: skip


def weights(config: Config, step: int) -> dict[str, dict[str, Any]]:
    """The weights of the gradients seen so far."""
    back = np.arange(BACK)
    total = min(1 / (1 - config.beta), BACK - 1.0)
    more = "" if total == 1 / (1 - config.beta) else ", further right"
    words = f"1/(1 − β) = {format_number(1 / (1 - config.beta))} steps{more}"
    beside, side = (0.5, "middle right") if total < BACK / 2 else (-0.5, "middle left")
    return {"bars": xy(back, np.where(back < max(step, 1), config.beta**back, 0)),
            "length": xy([total, total], [0, 1.12]),
            "length-name": {"x": [total + beside], "y": [1.06], "text": [words],
                            "textposition": side},
            "second": xy([1], [config.beta]), "second-name": xy([1.9], [config.beta])}  # fmt: skip


def near(values: np.ndarray) -> np.ndarray:
    """What a picture can hold: never an infinity."""
    return np.clip(values, -1e4, 1e4)


def xy(x: Any, y: Any) -> dict[str, Any]:
    """Coordinates as they go to the browser."""
    return {"x": np.asarray(x, np.float32), "y": np.asarray(y, np.float32)}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Rates and regimes; and the numbers of the formulas."""
    lam, rates = curvatures(config), frame["rate"]
    lr, beta, least = best(config.kappa)
    need = float(steps_for_tenth(rates.max(keepdims=True).astype(float))[0])
    told = {
        "Flat mode": f"{regime(config.lr, config.beta, float(lam[0]))}, ρ = {rates[0]:.3f}",
        "Steep mode": f"{regime(config.lr, config.beta, STEEP)}, ρ = {rates[1]:.3f}",
        "Steps for one more digit": format_number(need) if need < 1e6 else "never",
        "Measured rate, last 20 steps": shown(frame["measured"]),
        "Distance from the minimum": shown(frame["distance"]),
        "Best rate for this κ": f"{least:.3f}",
    }
    numbers: dict[str, float] = {"b.lr": lr, "b.beta": beta, "b.rate": least,
                                 "b.kappa": config.kappa}  # fmt: skip
    at = roots(config.lr, config.beta, lam)
    for i, (name, _, _) in enumerate(MODES):
        numbers |= {
            f"{name}.beta": config.beta, f"{name}.lr": config.lr, f"{name}.lam": float(lam[i]),
            f"{name}.v": float(frame["speed"][i]), f"{name}.x": float(frame["mode"][i]),
            f"{name}.v.before": float(frame["speed.before"][i]),
            f"{name}.x.before": float(frame["mode.before"][i]),
            f"{name}.trace": 1 + config.beta - config.lr * float(lam[i]),
            f"{name}.rate": float(rates[i]),
        }  # fmt: skip
        told |= {f"{name}.r1": complex_words(at[i, 0]), f"{name}.r2": complex_words(at[i, 1])}
    return told | {key: format_number(value, 4) for key, value in numbers.items()}


def complex_words(root: complex) -> str:
    """A root in words; the imaginary part only where there is one."""
    if abs(root.imag) < 1e-9:
        return format_number(root.real)
    sign = "+" if root.imag > 0 else "−"
    return f"{format_number(root.real)} {sign} {format_number(abs(root.imag))}i"
