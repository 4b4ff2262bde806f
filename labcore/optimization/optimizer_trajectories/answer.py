"""The race at once, for a hand that drags: what `run` gives, in NumPy and with slopes by hand.

On arrays of ten numbers autograd costs more than the whole race; the tests hold both equal.
"""

from __future__ import annotations

import numpy as np
import torch

from labcore import Frame
from labcore.optimization.optimizer_trajectories.config import (
    PLANES,
    VIEW,
    Config,
    racers,
    settings,
)
from labcore.optimization.optimizer_trajectories.divergence import BOUND, explain
from labcore.optimization.optimizer_trajectories.race import noise, run
from labcore.optimization.optimizer_trajectories.surfaces import surface
from labcore.optimizers import RULES, State

AHEAD = 100
"""Steps shown while a hand moves; the run that follows shows them all."""


def answer(config: Config) -> Frame:
    """All paths of a race over the plane in one frame, without band.

    Values: path (T, K, 2), losses (T, K), and those of the last step: theta (K, 2), loss (K,).
    The network's race has no start to drag; its first frame is given.
    """
    if config.surface not in PLANES:
        return next(run(config))
    world, names, given = surface(config), racers(config), settings(config)
    theta = np.tile([config.x0, config.y0], (len(names), 1))  # (K, 2)
    states: dict[str, State] = {name: {} for name in names}
    path, notes = [theta], []
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(min(config.steps, AHEAD)):
            g = np.stack(world.slope(theta), -1)
            if config.noise:
                g = g + noise(config, step, (1, 2))
            moved = np.empty_like(theta)
            for k, name in enumerate(names):
                moved[k], states[name] = RULES[name](theta[k], g[k], states[name], **given[name])
            gone = ~(np.abs(moved).max(-1) <= BOUND)
            for k in np.flatnonzero(gone & np.isfinite(theta[:, 0])):
                notes.append(_why(config, names[k], step + 1, moved[k], np.array(path)[:, k]))
            theta = np.where(gone[:, None], np.nan, moved)
            path.append(theta)
        paths = np.array(path, np.float32)
        losses = world.loss(np.array(path)).astype(np.float32)
    values = {"path": paths, "losses": losses, "theta": paths[-1], "loss": losses[-1]}
    return Frame(len(path) - 1, values, " ".join(notes))


def _why(config: Config, name: str, step: int, theta: np.ndarray, path: np.ndarray) -> str:
    near = path[np.abs(path).max(-1) <= VIEW][-1]
    point, last = torch.from_numpy(theta), torch.from_numpy(near)
    return explain(config, surface(config).loss, name, step, point, last)
