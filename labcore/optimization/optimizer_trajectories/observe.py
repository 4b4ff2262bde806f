"""From a moment of the race to a frame, and from a frame's checkpoint back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from labcore import Frame, Start
from labcore.optimization.optimizer_trajectories.config import Config, racers
from labcore.optimization.optimizer_trajectories.curvature import sharpest
from labcore.optimization.optimizer_trajectories.ground import surface
from labcore.optimization.optimizer_trajectories.memory import MEMORY, pull, push
from labcore.optimization.optimizer_trajectories.names import PLANES
from labcore.optimization.optimizer_trajectories.network import (
    WATCHED,
    WEIGHTS,
    Plane,
    accuracy,
    network_loss,
)
from labcore.optimization.optimizer_trajectories.pace import pace, settings
from labcore.rng import torch_generator

if TYPE_CHECKING:
    from labcore.optimization.optimizer_trajectories.race import Moment

Checkpoint = Mapping[str, np.ndarray]
Fresh = tuple[Tensor, Tensor, dict[str, Any]]
WORST = 1e30
"""Stands for the loss of a race that is lost, where losses are ordered."""
COLD, WARM = (40, 40), (3, 12)
"""Products with the Hessian, at least and at most: for the first λmax, and for each that starts
from the one before."""


class Watch:
    """What is seen of the network's race: on which plane, and how sharp the valley is.

    The direction of λmax is kept from step to step, for each racer its own.
    """

    def __init__(self, config: Config, plane: Plane, kept: Checkpoint) -> None:
        random = torch.randn(WEIGHTS, generator=torch_generator(config.seed, "sharpness"))
        known = [kept.get(f"{name}/sharp") for name in racers(config)]
        self.plane = plane
        self.turns = COLD if any(sharp is None for sharp in known) else WARM
        self.directions = torch.stack(
            [random if sharp is None else torch.from_numpy(sharp) for sharp in known]
        )

    def sharpness(self, theta: Tensor) -> np.ndarray:
        """λmax of the loss at each racer's weights: (K, P) → (K,)."""
        found, self.directions = sharpest(network_loss, theta, self.directions, *self.turns)
        self.turns = WARM
        return found.numpy()


def observe(config: Config, moment: Moment, watch: Watch | None) -> Frame:
    """What is seen of a moment.

    Values, for K racers; D is 2 over a plane, 1 on the network: the watched weight:
        theta:    (K, 2), places on the picture.
        loss:     (K,), of all coordinates, without noise.
        factor:   what the schedule made of η in the step that led here.
        now, before, gradient: (K, D), coordinates, and the step that led here; with `adam.m` and
                  its like, (2, D), a memory before and after that step.
        velocity, rate: (K, D), the mean of gradients a rule steps along, and what stands before
                  the gradient; on planes.
        low, high: (K,), where there is a band: the 5th and 95th percentile of its losses.
        accuracy, sharpness: (K,), and explained, (2,), the plane's share of variance: on the
                  network.
    """
    place = moment.theta[:, 0]
    watched = slice(None) if watch is None else slice(WATCHED, WATCHED + 1)
    values: dict[str, Any] = {
        "theta": place.numpy() if watch is None else watch.plane.project(place),
        "loss": moment.loss[:, 0].numpy(),
        "factor": pace(config, max(moment.step - 1, 0)),
        "now": place[:, watched].numpy(),
        **stepped(config, moment, watched),
    }
    if config.band and config.surface in PLANES:
        end = -WORST if surface(config).lowest is None else WORST
        losses = np.nan_to_num(moment.loss.numpy(), nan=end)
        values["low"], values["high"] = np.quantile(losses, [0.05, 0.95], axis=1)
    if watch is not None:
        values["accuracy"] = accuracy(place).numpy()
        values["sharpness"] = watch.sharpness(place)
        values["explained"] = watch.plane.explained
    small = {name: np.asarray(value, np.float32) for name, value in values.items()}
    return Frame(moment.step, small, " ".join(moment.notes), checkpoint(config, moment, watch))


def stepped(config: Config, moment: Moment, watched: slice) -> dict[str, Any]:
    """The numbers of the step that led to a moment; all of them not-a-number at the start."""
    names, count = racers(config), moment.theta[0, 0, watched].numel()
    none = np.full((len(names), count), np.nan)
    values = {key: none.copy() for key in ("before", "gradient", "velocity", "rate")}
    for name in names:
        values |= {f"{name}.{key}": np.full((2, count), np.nan) for key in MEMORY[name]}
    if moment.before is None:
        return values
    theta, g, states = moment.before
    given = settings(config, pace(config, moment.step - 1))
    values["before"] = theta[:, 0, watched].numpy()
    values["gradient"] = g[:, 0, watched].numpy()
    moved = (moment.theta - theta)[:, 0, watched].numpy()
    with np.errstate(all="ignore"):  # numbers of the lost
        for k, name in enumerate(names):
            old, new = (
                {key: _seen(kept[name][key], watched) for key in MEMORY[name] if key in kept[name]}
                for kept in (states, moment.states)
            )
            for key, after in new.items():
                values[f"{name}.{key}"] = np.stack(
                    [np.broadcast_to(old.get(key, 0.0), count), np.broadcast_to(after, count)]
                )
            values["velocity"][k] = push(name, new)
            values["rate"][k] = pull(name, given[name], old, new, values["gradient"][k], moved[k])
    return values


def _seen(value: Any, watched: slice) -> Any:
    return value[0, watched].numpy() if isinstance(value, Tensor) else value


def checkpoint(config: Config, moment: Moment, watch: Watch | None) -> dict[str, np.ndarray]:
    """All that a run needs to go on from here, as arrays."""
    kept = {"notes": np.array(moment.notes, dtype=np.str_)}
    for k, name in enumerate(racers(config)):
        kept[f"{name}/theta"] = moment.theta[k].numpy()
        kept[f"{name}/near"] = moment.near[k].numpy()
        kept |= {f"{name}/state/{key}": np.asarray(v) for key, v in moment.states[name].items()}
        if watch is not None:
            kept[f"{name}/sharp"] = watch.directions[k].numpy()
    if watch is not None:
        kept |= {f"plane/{key}": value for key, value in watch.plane._asdict().items()}
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
        return there if len(there) == seeds else there[:1].expand(seeds, *there.shape[1:])

    prefix = f"{name}/state/"
    state = {key[len(prefix) :]: fit(v) for key, v in kept.items() if key.startswith(prefix)}
    return fit(kept[f"{name}/theta"]), torch.from_numpy(kept[f"{name}/near"]), state


def plane_of(kept: Checkpoint) -> Plane | None:
    """The plane a run was seen on, so that one that goes on from it is seen on the same."""
    if "plane/axes" not in kept:
        return None
    return Plane(*(kept[f"plane/{key}"] for key in Plane._fields))
