"""What moves along the time line: draw, and the numbers in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from labcore import Frame, Patch, shown
from labcore.figures import at
from labcore.optimization.optimization_challenges.depth import DRAWS
from labcore.optimization.optimization_challenges.lesson import (
    EVERY,
    Config,
    curve_of,
    fit_of,
    paths_of,
    probed,
    sizes_of,
)
from labcore.optimization.optimization_challenges.risk import OMEGA
from labcore.optimization.optimization_challenges.still import still

X = np.linspace(-6, 6, 181)


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What this step shows; in an answer also all that follows the controls."""
    found: dict[str, dict[str, Any]] = still(config) if frame["whole"] else {}
    for name, traces in moving(config, frame).items():
        found[name] = found.get(name, {}) | traces
    patches: dict[str, Patch] = {name: {"traces": traces} for name, traces in found.items()}
    sizes, k = sizes_of(config), frame.step
    if frame["whole"]:
        layers = np.arange(k + 1)
        patches["depth"]["traces"] |= {f"draw-{i}": at(layers, sizes[: k + 1, i])
                                       for i in range(DRAWS)}  # fmt: skip
    else:
        patches["depth"]["append"] = {f"draw-{i}": at([k], sizes[k, [i]]) for i in range(DRAWS)}
    return patches


def moving(config: Config, frame: Frame) -> dict[str, dict[str, Any]]:
    """By panel and uid: what the time line moves."""
    step, curve = frame.step, curve_of(config)
    fit, (calm, _) = fit_of(config)[: step + 1], paths_of(config)
    own = float(frame["growth"][0]) * step
    return {
        "risk": {"path": at(fit, np.interp(fit, OMEGA, curve)),
                 "ball": at(fit[-1:], np.interp(fit[-1:], OMEGA, curve))},
        "data": {"model": at(X, np.cos(fit[-1] * X))},
        "land": {"path": at(*calm[: step + 1].T), "ball": at(*calm[step : step + 1].T),
                 "cloud": at(*frame["noisy"].T)},
        "heights": {"now": at([step], [frame["calm.height"]])},
        "plateau": {"ball": at([frame["weight"]], [frame["loss"]])},
        "depth": {"top": at(np.full(DRAWS, step), frame["sizes"])},
        "spread": {"sizes": at(frame["sizes"], np.arange(1, DRAWS + 1)),
                   "mean": at([own, own], [0, DRAWS + 1])},
    }  # fmt: skip


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """A number of each view, and those of the formulas."""
    low, least = frame["lowest"]
    kind = probed(config)[3]
    needed = frame["needed"]
    middle = float(np.median(frame["sizes"]))
    words = {
        "Lowest: risk, empirical": f"ω = {shown(least)}, {shown(low)}",
        "Here: risk, empirical": f"{shown(frame['risk'])}, {shown(frame['empirical'])}",
        "Ringed place": f"{kind}, λ = {shown(frame['eigenvalues'][0])}, "
        f"{shown(frame['eigenvalues'][1])}",
        "Height: calm, noisy": f"{shown(frame['calm.height'])}, "
        f"{shown(np.median(frame['noisy.height']))}",
        "Plateau left after": f"{shown(needed)} steps" if np.isfinite(needed)
        else f"more than {EVERY * 100}",
        "Gradient, median draw": f"10^{shown(middle)}",
    }  # fmt: skip
    numbers = {
        "r.risk": frame["risk"], "r.emp": frame["empirical"], "r.n": config.count,
        "s.low": frame["eigenvalues"][0],
        "s.high": frame["eigenvalues"][1], "p.slope": frame["slope"], "p.w": frame["weight"],
        "p.lr": config.lr, "p.move": config.lr * abs(frame["slope"]),
        "d.rate": frame["growth"][0], "d.depth": frame.step,
        "d.log": frame["growth"][0] * frame.step,
    }  # fmt: skip
    said = {name: shown(value, 4, least=1e-12) for name, value in numbers.items()}
    return words | said | {"s.kind": kind}
