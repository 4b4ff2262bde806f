"""Where a racer ends from each start: 9,216 races over the picture at once, without noise."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from labcore.optimization.optimizer_trajectories.config import Config
from labcore.optimization.optimizer_trajectories.divergence import lost
from labcore.optimization.optimizer_trajectories.ground import half, surface
from labcore.optimization.optimizer_trajectories.sprint import cells, side_of, sprint
from labcore.optimization.optimizer_trajectories.surfaces import Surface
from labcore.optimization.optimizer_trajectories.typed import NAMED

BASIN_SIDE = 96
ELSEWHERE, ON_THE_WAY, GONE = NAMED, NAMED + 1, NAMED + 2
"""At rest, but at none of the marks; not at rest; beyond all bounds. Below: the mark reached."""
REACHED, REST = 0.05, 1e-3
"""Near enough to a mark, and a step short enough to be at rest, as shares of the half picture."""


class Ends(NamedTuple):
    """Where the racer is after all steps, from every start in the picture.

    edges: of the cells, the same on both axes, (side + 1,).
    codes: of each cell, int16 (side, side), y first.
    steps: after how many it stayed as near to a mark as it is in the end, int16 (side, side).
    """

    edges: np.ndarray
    codes: np.ndarray
    steps: np.ndarray


def basins(config: Config) -> Ends:
    """The map of starts."""
    edges, centres = cells(
        -half(config),
        half(config),
        side_of(config, BASIN_SIDE) if config.racer != "newton" else BASIN_SIDE,
    )
    at = torch.from_numpy(centres)
    start = torch.stack(torch.meshgrid(at, at, indexing="xy"), -1)
    world, reach = surface(config), half(config)
    before = theta = start
    steps = torch.zeros(start.shape[:-1], dtype=torch.int16)
    for step, (now, _) in enumerate(sprint(config, start, {})):
        before, theta = theta, now
        steps = steps.masked_fill(~arrived(world, reach, theta), step + 1)
    return Ends(edges, ends(world, reach, before, theta), steps.numpy())


def arrived(world: Surface, reach: float, theta: Tensor) -> Tensor:
    """Whether θ (..., 2) is at one of the marks; on ground without a bottom, out of the picture."""
    if world.exits:
        return theta.abs().amax(-1) > reach
    near = torch.zeros(theta.shape[:-1], dtype=torch.bool)
    for x, y, _ in world.minima[:NAMED]:
        gap = (theta[..., 0] - x) ** 2 + (theta[..., 1] - y) ** 2
        near |= gap < (REACHED * reach) ** 2
    return near


def ends(world: Surface, reach: float, before: Tensor, theta: Tensor) -> np.ndarray:
    """The code of each race that ended at θ after a step from `before`, both (..., 2)."""
    moved = (theta - before).norm(dim=-1)
    code = torch.where(moved < REST * reach, ELSEWHERE, ON_THE_WAY)
    gone = lost(theta)
    code = torch.where(gone, GONE, code)
    for i, (x, y, _) in enumerate(world.minima[:NAMED]):
        near = (theta - theta.new_tensor([x, y])).norm(dim=-1) < REACHED * reach
        code = torch.where(near, i, code)
    if world.exits:  # what falls for ever is told apart by where it falls
        ways = theta.new_tensor([[x, y] for x, y, _ in world.exits])
        outside = theta.abs().amax(-1) > reach
        fell = outside & (world.loss(theta) < 0)
        code = torch.where(fell, (theta @ ways.T).argmax(-1), code)
    return code.numpy().astype(np.int16)
