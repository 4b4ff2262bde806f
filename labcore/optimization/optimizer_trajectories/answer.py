"""The race at once, for a hand that drags: what `run` gives, in NumPy and with slopes by hand.

On arrays of ten numbers autograd costs more than the whole race; the tests hold both equal.
"""

from __future__ import annotations

import numpy as np
import torch

from labcore import Frame, Start
from labcore.optimization.optimizer_trajectories.config import Config, racers
from labcore.optimization.optimizer_trajectories.curvature import hessian
from labcore.optimization.optimizer_trajectories.divergence import BOUND, explain
from labcore.optimization.optimizer_trajectories.ground import half, surface
from labcore.optimization.optimizer_trajectories.names import PLANES
from labcore.optimization.optimizer_trajectories.pace import pace, settings
from labcore.optimization.optimizer_trajectories.race import noise
from labcore.optimizers import RULES, State

AHEAD, BUDGET = 100, 4800
"""Steps shown while a hand moves, and what they may cost in microseconds; the run that follows
shows them all."""
STEP_COST, SLOPE_BY_AUTOGRAD = 25, 110
RULE_COST = {"newton": 400, "lbfgs": 170, "adadelta": 12, "yogi": 12, "lion": 9, "adam": 8}
"""What a step of a rule costs in microseconds, if more than 5."""


def answer(config: Config, start: Start | None = None) -> Frame:
    """All paths of a race over the plane in one frame, without band.

    Values: path (T, K, 2), losses (T, K), those of the last step, theta (K, 2) and loss (K,), and
    `curve`, a sign that all is to be redrawn. The network's race takes too long to follow a hand:
    there only the schedule does.
    """
    if config.surface not in PLANES:
        return Frame(0, {"curve": True})
    world, names = surface(config), racers(config)
    theta = np.tile([config.x0, config.y0], (len(names), 1))  # (K, 2)
    states: dict[str, State] = {name: {} for name in names}
    path, notes = [theta], []
    factors = pace(config, np.arange(config.steps))
    spent, settled = 0, np.zeros(len(names), bool)
    with np.errstate(all="ignore"):
        while len(path) <= min(config.steps, AHEAD) and spent < BUDGET:
            step = len(path) - 1
            spent += STEP_COST + SLOPE_BY_AUTOGRAD * (config.surface == "formula")
            g = np.stack(world.slope(theta), -1)
            if config.noise:
                g = g + noise(config, step, (1, 2))
            given, moved = settings(config, float(factors[step])), theta.copy()
            for k in np.flatnonzero(~settled):
                name = names[k]
                spent += RULE_COST.get(name, 5)
                if name == "newton":
                    bends = hessian(world.loss, torch.from_numpy(theta[k : k + 1]))
                    given[name] = {**given[name], "hessian": bends[0].numpy()}
                moved[k], states[name] = RULES[name](theta[k], g[k], states[name], **given[name])
            gone = ~(np.abs(moved).max(-1) <= BOUND)
            for k in np.flatnonzero(gone & np.isfinite(theta[:, 0])):
                notes.append(_why(config, names[k], step + 1, moved[k], np.array(path)[:, k]))
            settled = settles(config, theta, moved) | gone
            theta = np.where(gone[:, None], np.nan, moved)
            path.append(theta)
        paths = np.array(path, np.float32)
        losses = world.loss(np.array(path)).astype(np.float32)
    values = {
        "path": paths, "losses": losses, "theta": paths[-1], "loss": losses[-1], "curve": True
    }  # fmt: skip
    return Frame(len(path) - 1, values, " ".join(notes))


def settles(config: Config, theta: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Which of the racers that use curvature have arrived, and will stand still: (K,)."""
    still = (np.abs(moved - theta) < 1e-14).all(-1)
    changes = config.noise or config.schedule != "constant" or config.warmup
    curved = [name in ("newton", "lbfgs") for name in racers(config)]
    return still & curved & (not changes)


def _why(config: Config, name: str, step: int, theta: np.ndarray, path: np.ndarray) -> str:
    near = path[np.abs(path).max(-1) <= half(config)][-1]
    point, last = torch.from_numpy(theta), torch.from_numpy(near)
    return explain(config, surface(config).loss, name, step, point, last)
