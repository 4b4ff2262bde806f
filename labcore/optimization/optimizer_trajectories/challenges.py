"""Goals to reach, each judged on the frames of the learner's own run."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Verdict, format_number
from labcore.optimization.optimizer_trajectories.config import Config, racers
from labcore.optimization.optimizer_trajectories.ground import surface
from labcore.optimization.optimizer_trajectories.names import NAMES


def course(config: Config, frames: Sequence[Frame], name: str) -> np.ndarray:
    """The loss of one racer over the frames; not-a-number once it is lost."""
    k = racers(config).index(name)
    return np.array([frame["loss"][k] for frame in frames])


def unmet(config: Config, name: str, *rules: tuple[bool, str]) -> Verdict | None:
    """The first condition of a challenge that the config does not keep, as a verdict."""
    rules = (*rules, (name in racers(config), f"Let {NAMES[name]} race."))
    return next((Verdict(False, says) for kept, says in rules if not kept), None)


def reaches(config: Config, frames: Sequence[Frame], name: str, goal: float, most: int) -> Verdict:
    """Whether a racer is below `goal` after at most `most` steps, and still is at the last."""
    loss = course(config, frames, name)
    if not np.isfinite(loss[-1]):
        return Verdict(False, f"{NAMES[name]} diverged.")
    above = [frame.step for frame, value in zip(frames, loss, strict=True) if not value < goal]
    if above and above[-1] == frames[-1].step:
        ends = format_number(float(loss[-1]))
        return Verdict(False, f"{NAMES[name]} ends at a loss of {ends} in {above[-1]} steps.")
    took = above[-1] + 1 if above else 0
    return Verdict(took <= most, f"{NAMES[name]} stays below {goal:g} from step {took} on.")


def plain(config: Config, frames: Sequence[Frame]) -> Verdict:
    """SGD alone, just below its bound."""
    return unmet(
        config,
        "sgd",
        (config.surface == "quadratic", "Choose the ravine along the axes."),
        (config.condition >= 50, "Make the ravine steeper: κ at least 50."),
        (min(abs(config.x0), abs(config.y0)) >= 1, "Start with both x and y at least 1 from 0."),
    ) or reaches(config, frames, "sgd", 1e-3, 150)


def ridge(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Away from a saddle by noise."""
    stop = unmet(
        config,
        "sgd",
        (config.surface == "saddle", "Choose the saddle."),
        (config.y0 == 0 and config.x0 <= -1, "Start on the ridge: y = 0, x at most −1."),
    )
    if stop:
        return stop
    low = np.array([frame["loss"][racers(config).index("sgd")] for frame in frames])
    away = [frame.step for frame, loss in zip(frames, low, strict=True) if loss < -4]
    if not away:
        return Verdict(False, "SGD is still at the saddle at the end.")
    return Verdict(away[0] <= 60, f"SGD is below −4 at step {away[0]}.")


def ball(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The heavy ball at its best."""
    return unmet(
        config,
        "momentum",
        (config.surface == "quadratic", "Choose the ravine along the axes."),
        (config.condition == 1000, "Make the ravine as steep as it gets: κ = 1000."),
        (min(abs(config.x0), abs(config.y0)) >= 1, "Start with both x and y at least 1 from 0."),
    ) or reaches(config, frames, "momentum", 1e-3, 150)


def banana(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Round the bend."""
    return unmet(
        config,
        "momentum",
        (config.surface == "rosenbrock", "Choose Rosenbrock’s banana."),
        (config.x0 <= -1, "Start on the far side: x at most −1."),
        (config.noise == 0, "Race without noise."),
    ) or reaches(config, frames, "momentum", 1e-2, 150)


def quiet(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Below the noise floor, by a schedule."""
    stop = unmet(
        config,
        "sgd",
        (config.surface == "quadratic", "Choose the ravine along the axes."),
        (config.condition >= 30, "Make the ravine steep: κ at least 30."),
        (config.noise >= 1, "Add noise: σ at least 1, under More."),
        (min(abs(config.x0), abs(config.y0)) >= 2, "Start with both x and y at least 2 from 0."),
    )
    if stop:
        return stop
    worst = float(np.max(course(config, frames, "sgd")[-20:]))
    says = f"SGD’s highest loss in the last 20 steps is {format_number(worst)}."
    return Verdict(worst < 0.01, says)


TOP = (-0.270845, -0.923039)
"""Himmelblau's top, 181.617 high: slope zero, and downhill all round."""


def descend(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Newton's method, kept from climbing."""
    near = math.hypot(config.x0 - TOP[0], config.y0 - TOP[1]) <= 1
    return unmet(
        config,
        "newton",
        (config.surface == "himmelblau", "Choose Himmelblau’s hills."),
        (near, "Start within 1 of the top, (−0.27, −0.92)."),
    ) or reaches(config, frames, "newton", 1e-2, 60)


def apart(config: Config, frames: Sequence[Frame]) -> Verdict:
    """One start, three ends."""
    if config.surface != "himmelblau":
        return Verdict(False, "Choose Himmelblau’s hills.")
    if config.noise:
        return Verdict(False, "Race without noise.")
    minima = np.array([(x, y) for x, y, _ in surface(config).minima])
    away = np.linalg.norm(frames[-1]["theta"][:, None] - minima, axis=-1)  # (K, 4)
    found = {int(np.argmin(row)) for row in away if np.isfinite(row).all() and row.min() < 0.3}
    letters = ", ".join("ABCD"[i] for i in sorted(found)) or "none"
    return Verdict(len(found) >= 3, f"Minima reached: {letters}.")


CHALLENGES = (
    Challenge(
        slug="plain",
        goal="In a ravine with κ of at least 50, bring plain SGD below a loss of 0.001 within "
        "150 steps. Start with x and y at least 1 from 0.",
        hint="Across the ravine SGD is stable up to η = 2/κ; along it, a larger η is quicker. "
        "So stay a little below 2/κ.",
        check=plain,
    ),
    Challenge(
        slug="ridge",
        goal="Start exactly on the ridge of the saddle, y = 0 and x at most −1, and get SGD below "
        "a loss of −4 within 60 steps.",
        hint="On the ridge the gradient never points sideways. Something else must push.",
        check=ridge,
    ),
    Challenge(
        slug="ball",
        goal="At κ = 1000, bring momentum below a loss of 0.001 within 150 steps and keep it "
        "there. Start with x and y at least 1 from 0.",
        hint="The quickest heavy ball has β = ((√κ − 1)/(√κ + 1))² and η = 4/(√κ + 1)². "
        "On the map that is the tip of the bright tongue.",
        check=ball,
        hard=True,
    ),
    Challenge(
        slug="banana",
        goal="On Rosenbrock’s banana, from x ≤ −1 and without noise, bring momentum below a loss "
        "of 0.01 within 150 steps.",
        hint="Click the brightest cells of the map; drag the start and look again.",
        check=banana,
        hard=True,
    ),
    Challenge(
        slug="quiet",
        goal="In the ravine with κ of at least 30 and noise σ of at least 1, keep SGD’s loss below "
        "0.01 over the last 20 steps. Start with x and y at least 2 from 0.",
        hint="A small η has a low floor but is slow; a large one the other way round. Let η begin "
        "large and end small: choose or draw a schedule.",
        check=quiet,
    ),
    Challenge(
        slug="descend",
        goal="On Himmelblau’s hills start Newton’s method within 1 of the top at (−0.27, −0.92), "
        "and bring it below a loss of 0.01 within 60 steps.",
        hint="Near the top both curvatures are negative. What would make them positive stands "
        "under More.",
        check=descend,
    ),
    Challenge(
        slug="apart",
        goal="On Himmelblau’s hills, without noise, let the racers of one race end at three "
        "different minima.",
        hint="Start near the top, where small differences decide. A heavy ball (β = 0.95) rolls on "
        "where others stop; look at its map of starts.",
        check=apart,
        hard=True,
    ),
)
