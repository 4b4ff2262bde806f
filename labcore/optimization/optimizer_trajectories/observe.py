"""From a moment of the race to a frame, and from a frame's checkpoint back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from labcore import Frame, Start
from labcore.optimization.optimizer_trajectories import network
from labcore.optimization.optimizer_trajectories.config import PLANES, Config, racers

if TYPE_CHECKING:
    from labcore.optimization.optimizer_trajectories.race import Moment

Checkpoint = Mapping[str, np.ndarray]
Fresh = tuple[Tensor, Tensor, dict[str, Any]]
WORST = 1e30
"""Stands for the loss of a race that is lost, where losses are ordered."""


def observe(config: Config, moment: Moment, plane: network.Plane | None) -> Frame:
    """What is seen of a moment.

    Values, for K racers:
        theta:    (K, 2), places on the picture.
        loss:     (K,), of all coordinates, without noise.
        now, before, gradient: (K,), the watched coordinate, and the step that led here; with
                  `adam.m` and its like, (2,), a memory before and after that step.
        low, high: (K,), where there is a band: the 5th and 95th percentile of its losses.
        accuracy: (K,), and explained, (2,), the plane's share of variance: on the network.
    """
    place = moment.theta[:, 0]
    watched = 0 if plane is None else network.WATCHED
    values: dict[str, Any] = {
        "theta": place.numpy() if plane is None else plane.project(place),
        "loss": moment.loss[:, 0].numpy(),
        "now": place[:, watched].numpy(),
    }
    if moment.before:
        theta, g, states = moment.before
        values["before"] = theta[:, 0, watched].numpy()
        values["gradient"] = g[:, 0, watched].numpy()
        for name in racers(config):
            for key, after in moment.states[name].items():
                old = states[name].get(key, 0.0)
                values[f"{name}.{key}"] = np.array([_pick(v, watched) for v in (old, after)])
    else:
        values["before"] = values["gradient"] = np.full(len(place), np.nan)
    if config.band and config.surface in PLANES:
        end = -WORST if config.surface == "saddle" else WORST
        losses = np.nan_to_num(moment.loss.numpy(), nan=end)
        values["low"], values["high"] = np.quantile(losses, [0.05, 0.95], axis=1)
    if plane is not None:
        values["accuracy"] = network.accuracy(place).numpy()
        values["explained"] = plane.explained
    small = {name: np.asarray(value, np.float32) for name, value in values.items()}
    return Frame(moment.step, small, " ".join(moment.notes), checkpoint(config, moment, plane))


def _pick(value: Any, watched: int) -> float:
    return float(value[0, watched]) if isinstance(value, Tensor) else value


def checkpoint(
    config: Config, moment: Moment, plane: network.Plane | None
) -> dict[str, np.ndarray]:
    """All that a run needs to go on from here, as arrays."""
    kept = {"notes": np.array(moment.notes, dtype=np.str_)}
    for k, name in enumerate(racers(config)):
        kept[f"{name}/theta"] = moment.theta[k].numpy()
        kept[f"{name}/near"] = moment.near[k].numpy()
        kept |= {f"{name}/state/{key}": np.asarray(v) for key, v in moment.states[name].items()}
    if plane is not None:
        kept |= {f"plane/{key}": value for key, value in plane._asdict().items()}
    return kept


def saved(start: Start | None, name: str, fresh: Fresh) -> Fresh:
    """A racer's θ (S, n), where it was last in view (n,), and its state.

    It is `fresh` if the run gone on from did not have it, or was in another space. One race
    becomes many with a band (all go on from the one shown), and many become one without.
    """
    kept = start.checkpoint if start else {}
    if f"{name}/theta" not in kept or kept[f"{name}/near"].shape != fresh[1].shape:
        return fresh
    seeds = len(fresh[0])

    def fit(array: np.ndarray) -> Any:
        if not array.ndim:
            return int(array)
        there = torch.from_numpy(array)
        return there if len(there) == seeds else there[:1].expand(seeds, -1)

    prefix = f"{name}/state/"
    state = {key[len(prefix) :]: fit(v) for key, v in kept.items() if key.startswith(prefix)}
    return fit(kept[f"{name}/theta"]), torch.from_numpy(kept[f"{name}/near"]), state


def plane_of(kept: Checkpoint) -> network.Plane | None:
    """The plane a run was seen on, so that one that goes on from it is seen on the same."""
    if "plane/axes" not in kept:
        return None
    return network.Plane(*(kept[f"plane/{key}"] for key in network.Plane._fields))
