"""A map of any two settings of one racer: 9,216 races at once, without noise.

A cell says after how many steps the loss was below the surface's goal for good.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from labcore.optimization.optimizer_trajectories.config import Config
from labcore.optimization.optimizer_trajectories.divergence import lost
from labcore.optimization.optimizer_trajectories.ground import CURVED, half, surface
from labcore.optimization.optimizer_trajectories.names import AXES
from labcore.optimization.optimizer_trajectories.pace import rate_control, settings
from labcore.optimization.optimizer_trajectories.sprint import cells, side_of, sprint

FIELD_SIDE = 96
NOT_YET, DIVERGED = -1, -2


class Along(NamedTuple):
    """One axis of the map: a setting, the control that holds it, and its cells."""

    setting: str
    control: str
    title: str
    log: bool
    edges: np.ndarray
    centres: np.ndarray


def chosen(config: Config) -> tuple[str, str]:
    """The two settings of the map.

    What was chosen, but nothing twice and nothing that does not matter to the racer or the
    surface: such a one gives way to the first that does.
    """
    given = settings(config)[config.racer]
    matters = {
        "beta": "beta" in given,
        "beta2": "beta2" in given or "rho" in given,
        "condition": config.surface in CURVED,
    }
    picked: list[str] = []
    order = ("rate", "beta", "beta2", "condition", "y0", "x0", "noise")
    for wanted in (config.map_x, config.map_y):
        usable = [name for name in (wanted, *order) if matters.get(name, True)]
        picked.append(next(name for name in usable if name not in picked))
    return picked[0], picked[1]


def controls_of(config: Config) -> tuple[str, str]:
    """The controls that the two axes of the map stand for."""
    across, up = chosen(config)
    return control_of(config, across), control_of(config, up)


def control_of(config: Config, setting: str) -> str:
    """The control that holds a setting of the map's racer."""
    return {"rate": rate_control(config.racer), "beta": "momentum"}.get(setting, setting)


def axes_of(config: Config) -> tuple[Along, Along]:
    """The columns and rows of the map."""
    across, up = chosen(config)
    return along(config, across), along(config, up)


def along(config: Config, setting: str) -> Along:
    """An axis of the map from its control's bounds; a start reaches as far as the picture."""
    name = control_of(config, setting)
    control = next(control for control in Config.controls() if control.name == name)
    low, high = control.low or 0.0, control.high or 0.0
    if setting in ("x0", "y0"):
        low, high = -half(config), half(config)
    side = side_of(config, FIELD_SIDE)
    return Along(setting, name, AXES[setting], control.log, *cells(low, high, side, control.log))


def steps_needed(config: Config) -> np.ndarray:
    """Steps until below the goal for good, NOT_YET after all of them, or DIVERGED.

    Returns: int16 (rows, columns).
    """
    across, up = axes_of(config)
    start = torch.tensor([config.x0, config.y0], dtype=torch.float64)
    start = start.repeat(len(up.centres), len(across.centres), 1)
    changes = {}
    shapes = ((across, (1, -1, 1)), (up, (-1, 1, 1)))
    for axis, shape in shapes:
        values = torch.from_numpy(axis.centres).reshape(shape)
        if axis.setting in ("x0", "y0"):
            start[..., int(axis.setting == "y0")] = values[..., 0]
        else:
            changes[word(config, axis.setting)] = values
    goal = surface(config).goal
    count = torch.zeros(start.shape[:-1], dtype=torch.int16)
    theta, above = start, count > 0
    for step, (now, loss) in enumerate(sprint(config, start, changes)):
        theta, above = now, ~(loss <= goal)
        count = count.masked_fill(above, step + 1)
    count = count.masked_fill(above, NOT_YET)
    return count.masked_fill(above & lost(theta), DIVERGED).numpy()


def word(config: Config, setting: str) -> str:
    """What the rule itself, or the surface, calls a setting."""
    if setting == "beta2" and "rho" in settings(config)[config.racer]:
        return "rho"
    return "lr" if setting == "rate" else setting
