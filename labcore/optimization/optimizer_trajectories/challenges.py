"""Goals to reach, each judged on the frames of the learner's own run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Verdict, format_number
from labcore.optimization.optimizer_trajectories.config import NAMES, Config, racers


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
        (config.surface == "quadratic", "Choose the ravine."),
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
        (config.surface == "quadratic", "Choose the ravine."),
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
)
