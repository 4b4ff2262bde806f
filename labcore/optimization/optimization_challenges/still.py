"""What follows the controls and not the time line, by panel and trace."""

from __future__ import annotations

from typing import Any

import numpy as np

from labcore.figures import at
from labcore.optimization.optimization_challenges.depth import DONE, LAYERS, growth, loss_of
from labcore.optimization.optimization_challenges.lands import LANDS
from labcore.optimization.optimization_challenges.lesson import (
    EVERY,
    STEPS,
    Config,
    curve_of,
    data_of,
    paths_of,
    probed,
    waited,
)
from labcore.optimization.optimization_challenges.risk import OMEGA, lowest, risk

Traces = dict[str, dict[str, Any]]


def still(config: Config) -> dict[str, Traces]:
    """Properties by panel and uid, the same at every step."""
    curve, true = curve_of(config), risk(OMEGA, config.spread)
    low, least = lowest(curve), lowest(true)
    calm, noisy = paths_of(config)
    land, k = LANDS[config.land], np.arange(STEPS + 1)
    levels = np.quantile(land.height(noisy[..., 0], noisy[..., 1]), [0.1, 0.5, 0.9], axis=1)
    level, lam, q, kind = probed(config)
    t = np.linspace(-1.2, 1.2, 33)
    cuts = [land.height(*(level[:, None] + t * q[:, i : i + 1])) - land.height(*level)
            for i in range(2)]  # fmt: skip
    own = growth(config.gain, config.width, config.init)
    depth = np.arange(LAYERS + 1)
    slow = waited(config)
    done = np.flatnonzero(loss_of(config.unit, slow)[0] < DONE)
    steps = done[0] if len(done) else EVERY * STEPS
    return {
        "risk": {
            "empirical": at(OMEGA, curve), "risk": at(OMEGA, true),
            "low": at([low], [np.interp(low, OMEGA, curve)]),
            "least": at([least], [np.interp(least, OMEGA, true)]),
            "start": at([config.omega], [np.interp(config.omega, OMEGA, curve)]),
        },
        "data": {"points": at(*data_of(config))},
        "land": {
            "start": at([config.x0], [config.y0]),
            "probe": at([config.probe_x], [config.probe_y]),
            "ring": at(*level[:, None]),
            "tie": at([config.probe_x, level[0]], [config.probe_y, level[1]]),
        },
        "heights": {"calm": at(k, land.height(*calm.T)), "low": at(k, levels[0]),
                    "high": at(k, levels[2]), "middle": at(k, levels[1])},
        "section": {"first": at(t, cuts[0]), "second": at(t, cuts[1]),
                    "verdict": {"text": [f"{kind}: λ = {lam[0]:.2f}, {lam[1]:.2f}".replace(
                        "-", "−")]}},
        "plateau": {"start": at([config.weight], [loss_of(config.unit, config.weight)[0]])},
        "wait": {"start": at([config.weight], [max(steps, 1)])},
        "depth": {"typical": at(depth, depth * own[0]), "square": at(depth, depth * own[1])},
        "growth": {"ring": at([config.gain], [own[0]])},
    }  # fmt: skip
