r"""Schedules of the learning rate: by which factor η is multiplied at a step.

All are pure functions and called alike::

    lr * cosine(step, steps, warmup=10)

step:    the step about to be made, from 0; a number, or an array of steps.
steps:   how many steps the run has.
warmup:  for that many steps the factor first rises on a straight line to where the schedule
         begins, (step + 1) / (warmup + 1) of it, so that no step has rate 0. The schedule itself
         follows, as if begun at `warmup` and `steps − warmup` long.

The factor comes as a float for a number, as an array of floats for an array. After the last step
it stays what it is there, or goes on where a schedule has no end. The tests hold them equal to
those of `torch.optim.lr_scheduler`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

Steps = Any
"""A number or a NumPy array of steps; factors come in the same shape."""


def constant(step: Steps, steps: int, *, warmup: int = 0) -> Steps:
    """The factor 1, after the warm-up."""
    return _warmed(step, warmup, np.ones_like)


def factor(
    step: Steps, steps: int, *, warmup: int = 0, decay: float = 0.98, floor: float = 0.01
) -> Steps:
    """Exponential decay to a floor: max(floor, decayᵗ).

    Args:
        step: number or array.
        steps: of the run; not used, as the decay is per step.
        warmup: steps.
        decay: what is left after a step, 0 < decay ≤ 1.
        floor: the least factor.
    """
    return _warmed(step, warmup, lambda t: np.maximum(floor, decay**t))


def multi_step(
    step: Steps,
    steps: int,
    *,
    warmup: int = 0,
    milestones: Sequence[float] = (50, 100),
    decay: float = 0.1,
) -> Steps:
    """Multiplied by `decay` at each milestone.

    Args:
        step: number or array.
        steps: of the run; not used, as milestones are steps.
        warmup: steps.
        milestones: steps after the warm-up, in any order; one given twice counts twice.
        decay: the factor of each fall.
    """
    at = np.sort(np.asarray(milestones, float))
    return _warmed(step, warmup, lambda t: decay ** np.searchsorted(at, t, side="right"))


def cosine(step: Steps, steps: int, *, warmup: int = 0, floor: float = 0.0) -> Steps:
    """Half a cosine from 1 at the start to `floor` at the end.

    Loshchilov & Hutter (2017), equation 5, without restarts: it stays at the floor.
    """
    last = max(steps - warmup, 1)

    def half(t: np.ndarray) -> np.ndarray:
        return floor + (1 - floor) * (1 + np.cos(np.pi * np.minimum(t / last, 1))) / 2

    return _warmed(step, warmup, half)


def cyclical(
    step: Steps,
    steps: int,
    *,
    warmup: int = 0,
    up: float = 20,
    down: float = 20,
    floor: float = 0.1,
) -> Steps:
    """A triangle wave: from `floor` to 1 in `up` steps, back in `down` steps, and again.

    Smith (2017), the triangular policy.

    Args:
        step: number or array.
        steps: of the run; not used, as the wave has no end.
        warmup: steps, to the floor, where the first cycle begins.
        up: steps, > 0.
        down: steps, > 0.
        floor: the factor between two triangles.
    """

    def wave(t: np.ndarray) -> np.ndarray:
        at = t % (up + down)
        return floor + (1 - floor) * np.minimum(at / up, (up + down - at) / down)

    return _warmed(step, warmup, wave)


def drawn(
    step: Steps,
    steps: int,
    *,
    warmup: int = 0,
    points: Sequence[tuple[float, float]] = ((0, 1), (1, 0)),
) -> Steps:
    """Straight lines through points a learner has set.

    Args:
        step: number or array.
        steps: of the run.
        warmup: steps.
        points: (share of the run after the warm-up, factor), in any order; level before the first
            and after the last. Of two at one share the later holds from there on: a jump. None
            at all is the factor 1.
    """
    places = sorted(points, key=lambda point: point[0]) or [(0.0, 1.0)]
    shares, factors = np.array(places, float).T
    last = max(steps - warmup, 1)
    return _warmed(step, warmup, lambda t: np.interp(t / last, shares, factors))


SCHEDULES: Mapping[str, Callable[..., Steps]] = {
    "constant": constant,
    "factor": factor,
    "multi_step": multi_step,
    "cosine": cosine,
    "cyclical": cyclical,
    "drawn": drawn,
}
"""By name, in the order they are taught."""


def _warmed(step: Steps, warmup: int, schedule: Callable[[np.ndarray], np.ndarray]) -> Steps:
    """A schedule after a warm-up; t, its own clock, stands at 0 meanwhile."""
    step = np.asarray(step, float)
    rise = np.minimum((step + 1) / (warmup + 1), 1)
    factors = rise * schedule(np.maximum(step - warmup, 0))
    return factors if step.ndim else float(factors)
