"""The numbers of a frame in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from labcore import Frame, format_number
from labcore.optimization.optimizer_trajectories.config import Config, racers
from labcore.optimization.optimizer_trajectories.curvature import hessian
from labcore.optimization.optimizer_trajectories.ground import surface
from labcore.optimization.optimizer_trajectories.memory import MEMORY
from labcore.optimization.optimizer_trajectories.names import NAMES, PLANES
from labcore.optimization.optimizer_trajectories.pace import settings

MOST = 6
"""Racers whose losses are told one by one; of more, only how they do together."""


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Who leads, each racer's loss; and, under names with a dot, the numbers of the formulas."""
    if "theta" not in frame.values:
        return {"Schedule": "follows your hand; the race follows when you let go"}
    names = racers(config)
    losses = {name: float(loss) for name, loss in zip(names, frame["loss"], strict=True)}
    going = {name: loss for name, loss in losses.items() if math.isfinite(loss)}
    leader = min(going, key=going.__getitem__) if going else None
    told = {"Lowest loss": f"{NAMES[leader]}, {format_number(going[leader])}" if leader else "none"}
    bottomless = config.surface in ("saddle", "monkey")
    gone = "left downhill" if bottomless else "diverged"
    if len(names) > MOST:
        told["Still racing"] = f"{len(going)} of {len(names)}"
        if going:
            last = max(going, key=going.__getitem__)
            told["Highest loss"] = f"{NAMES[last]}, {format_number(going[last])}"
    else:
        for k, name in enumerate(names):
            text = format_number(losses[name]) if name in going else gone
            if "accuracy" in frame.values and name in going:
                text += f", {100 * float(frame['accuracy'][k]):.0f} % right"
            told[NAMES[name]] = text
    if "explained" in frame.values:
        told["Seen on the plane"] = f"{100 * frame['explained'].sum():.0f} % of the paths’ variance"
        if "newton" in config.optimizers:
            told["Newton"] = "not here: 760 × 760 second derivatives a step"
    return told | dict(slots(config, frame))


def slots(config: Config, frame: Frame) -> Iterator[tuple[str, str]]:
    """What fills the formulas of those who race, to five digits; a dash before the first step."""
    given = settings(config, float(frame.values.get("factor", 1.0)))
    for k, name in enumerate(racers(config)):
        for key, number in numbers_of(config, frame, name, k, given[name]).items():
            shown = math.isfinite(number)
            yield f"{name}.{key}", format_number(float(number), 5) if shown else "–"


def numbers_of(
    config: Config, frame: Frame, name: str, k: int, given: dict[str, Any]
) -> dict[str, float]:
    """The numbers of one rule's last step, of the coordinate x or the watched weight."""
    wanted = {"lr": "lr", "beta": "beta", "rho": "rho", "beta2": "beta2", "weight_decay": "decay",
              "damping": "damping"}  # fmt: skip
    told = {short: given[key] for key, short in wanted.items() if key in given}
    forgets = given.get("rho", given.get("beta2"))
    if forgets is not None:
        told["fresh"] = 1 - forgets
    if "before" not in frame.values:
        return told
    told["before"], told["after"] = frame["before"][k, 0], frame["now"][k, 0]
    told["g"] = frame["gradient"][k, 0]
    for key in MEMORY[name]:
        told[f"{key}.before"], told[key] = frame[f"{name}.{key}"][:, 0]
    with np.errstate(all="ignore"):
        if "t" in told:
            del told["t.before"]
            told["mhat"] = told["m"] / (1 - 0.9 ** told["t"])
            told["vhat"] = told["v"] / (1 - config.beta2 ** told["t"])
        if name == "lion":
            told["c"] = 0.9 * told["m.before"] + 0.1 * told["g"]
            told["sign"] = np.sign(told["c"])
        if name == "adamw":
            told["shrunk"] = told["before"] * (1 - told["lr"] * told["decay"])
        if name == "adadelta":
            told["d"] = (told["before"] - told["after"]) / told["lr"]
        if name == "lbfgs":
            told["hg"] = (told["before"] - told["after"]) / told["lr"]
    if name == "newton" and config.surface in PLANES:
        told |= bends_at(config, frame["before"][k])
        told["y.g"] = frame["gradient"][k, 1]
        told["y.before"], told["y.after"] = frame["before"][k, 1], frame["now"][k, 1]
    return told


def bends_at(config: Config, place: np.ndarray) -> dict[str, float]:
    """The Hessian at a place, (2,), as numbers."""
    bends = hessian(surface(config).loss, torch.from_numpy(place.astype(np.float64)))
    return {"xx": float(bends[0, 0]), "xy": float(bends[0, 1]), "yy": float(bends[1, 1])}
