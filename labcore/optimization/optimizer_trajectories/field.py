"""A map of SGD with momentum: every learning rate with every β, from the start chosen.

16,384 races at once, without noise. A cell says after how many steps the loss was below the
surface's goal for good.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from labcore.optimization.optimizer_trajectories.config import BETAS, RATES, Config
from labcore.optimization.optimizer_trajectories.divergence import lost
from labcore.optimization.optimizer_trajectories.surfaces import surface
from labcore.optimizers import State, momentum

SIDE, STEPS = 128, 300
NOT_YET, DIVERGED = -1, -2


def edges() -> tuple[np.ndarray, np.ndarray]:
    """Where cells begin and end, SIDE + 1 each: learning rates, and β."""
    return np.geomspace(*RATES, SIDE + 1), np.linspace(*BETAS, SIDE + 1)


def centres() -> tuple[np.ndarray, np.ndarray]:
    """The learning rate and β of each column and row, SIDE each."""
    lr, beta = edges()
    return np.sqrt(lr[1:] * lr[:-1]), (beta[1:] + beta[:-1]) / 2


def steps_needed(config: Config) -> np.ndarray:
    """Steps until below the goal for good, NOT_YET after all STEPS, or DIVERGED.

    Returns: int16 (SIDE, SIDE), β first.
    """
    columns, rows = (torch.from_numpy(along) for along in centres())
    return race(config, columns[None, :, None], rows[:, None, None]).numpy()


def race(config: Config, lr: Tensor, beta: Tensor) -> Tensor:
    """The same for any lr and beta that broadcast to (..., 1)."""
    world = surface(config)
    shape = np.broadcast_shapes(lr.shape, beta.shape)[:-1]
    theta = torch.tensor([config.x0, config.y0], dtype=torch.float64).expand(*shape, 2)
    state: State = {}
    count = torch.zeros(shape, dtype=torch.int16)
    for step in range(STEPS + 1):
        above = world.loss(theta) > world.goal
        count = count.masked_fill(above, step + 1)
        g = torch.stack(world.slope(theta), -1)
        moved, state = momentum(theta, g, state, lr=lr, beta=beta)
        theta = torch.where(lost(theta).unsqueeze(-1), theta, moved)  # the lost stay put
    return count.masked_fill(above, NOT_YET).masked_fill(above & lost(theta), DIVERGED)
