"""Goals to reach, each judged on the frames of the learner's own run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Verdict, format_number
from labcore.gaussian_processes.gp_posterior.config import (
    Config,
    fits,
    likelihood_of,
    no_noise,
)
from labcore.gaussian_processes.gp_posterior.evidence import BOUNDS
from labcore.gaussian_processes.gp_posterior.strokes import reach

HORIZON, NEAR = 1990.0, 1.5
APART_NATS, APART_LOG = 0.1, 1.0


def known(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A band that is narrow everywhere, from few points."""
    if config.data != "own" or likelihood_of(config) != "gaussian":
        return Verdict(False, "Use your own points with normal noise.")
    if config.kernel != "rbf" or config.lengthscale > 1.5 or config.amplitude != 1:
        return Verdict(False, "Use the RBF kernel with ℓ at most 1.5 and amplitude 1.")
    if len(config.points) > 6:
        return Verdict(False, f"There are {len(config.points)} points; use at most 6.")
    last = frames[len(config.points)]
    widest = float(reach(Config()) * last["sd"].max())
    return Verdict(widest <= 0.6, f"At its widest the 95 % band is ± {format_number(widest)}.")


def honest(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Bands that hold what they say, on real data."""
    if config.data != "mcycle" or likelihood_of(config) != "gaussian":
        return Verdict(False, "Choose the motorcycle data with normal noise.")
    last = frames[-1]
    level, inside, height = config.level / 100, float(last["loo"]), float(last["evidence"])
    says = (
        f"{100 * inside:.0f} % of the points are inside their {config.level:g} % band; "
        f"the log evidence is {format_number(height)}."
    )
    return Verdict(level == 0.8 and abs(inside - level) <= 0.03 and height > -108, says)


def beat(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Nearer to the top than expected improvement."""
    if config.data != "game" or config.rival != "ei":
        return Verdict(False, "Play the game against expected improvement.")
    if config.reveal:
        return Verdict(False, "Keep the hidden function hidden.")
    if len(config.guesses) != 6:
        return Verdict(False, f"You have looked {len(config.guesses)} times; look 6 times.")
    last = frames[-1]
    you, it = float(last["you.regret"][-1]), float(last["machine.regret"][-1])
    says = f"You are {format_number(you)} below the top, the machine {format_number(it)}."
    return Verdict(you < it, says)


def hills(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Points whose evidence has two hills of the same height."""
    if not fits(config) or config.data != "own":
        return Verdict(False, "Use your own points with normal noise, and fit ℓ and σ.")
    last = frames[-1]
    heights, ends = last["heights"], last["paths"][:, -1] * np.log(10)
    gaps = [
        (abs(float(heights[i] - heights[j])), float(np.abs(ends[i] - ends[j]).max()))
        for i in range(len(heights)) for j in range(i)
        if abs(float(ends[i, 0] - ends[j, 0])) > APART_LOG and inner(ends[i]) and inner(ends[j])
    ]  # fmt: skip
    if not gaps:
        return Verdict(False, "All climbs end on one hill, or run to the edge of the map.")
    nats = min(gaps)[0]
    says = f"Two hills differ by {format_number(nats)} nats."
    return Verdict(nats <= APART_NATS, says)


def inner(place: np.ndarray) -> bool:
    """Whether a (log ℓ, log σ) is away from the edge of the map."""
    return bool(((place > BOUNDS[0] + 0.05) & (place < BOUNDS[1] - 0.05)).all())


def foretell(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A kernel that knows the future of the air."""
    if config.data != "co2" or no_noise(config):
        return Verdict(False, "Choose the CO₂ data.")
    asked = [frame for frame in frames if frame["until"] <= HORIZON and frame["count"] > 0]
    last = asked[-1]
    error, inside = float(last["unseen.error"]), float(last["unseen"])
    says = (
        f"From the data until {last['until']:.0f}, the later months are missed by "
        f"{format_number(error)} ppm on average (root mean square); "
        f"{100 * inside:.0f} % lie in the {config.level:g} % band."
    )
    return Verdict(error <= NEAR and inside >= 0.8, says)


CHALLENGES = (
    Challenge(
        slug="known",
        goal="With at most 6 points and an RBF of ℓ ≤ 1.5, get the 95 % band of the function "
        "narrower than ± 0.6 everywhere.",
        hint="What the heights are does not matter for the band; where the points are does. "
        "Mind the edges, and the noise.",
        check=known,
    ),
    Challenge(
        slug="honest",
        goal="On the motorcycle data, choose bands of 80 %. Find settings whose bands hold 77 to "
        "83 % of the points (leave one out), with a log evidence above −108.",
        hint="Let the fit find ℓ and σ first. Then try rougher kernels; heights of several "
        "hundred g may want another amplitude.",
        check=honest,
    ),
    Challenge(
        slug="beat",
        goal="In the game, be nearer to the top than expected improvement after 6 looks of each.",
        hint="The band is widest where nobody has looked. The machine is careful in round one: "
        "see where it goes, and try another seed.",
        check=beat,
    ),
    Challenge(
        slug="hills",
        goal="Place points whose evidence has two hills away from the edges, more than a factor e "
        "apart in ℓ and within 0.1 nats of each other.",
        hint="A slow trend with bumps on top: the bumps may be noise, or function. The preset “Two "
        "stories” is a beginning; drag its points a little.",
        check=hills,
        hard=True,
    ),
    Challenge(
        slug="foretell",
        goal="Write a kernel that foretells CO₂: from the data until 1990, miss the months after "
        "by at most 1.5 ppm (root mean square), with at least 80 % of them in the band.",
        hint="A long, smooth trend, plus a season: a periodic kernel of period 1, times a slow "
        "RBF so that it may change.",
        check=foretell,
        hard=True,
    ),
)
