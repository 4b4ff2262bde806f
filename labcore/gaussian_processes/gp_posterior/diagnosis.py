"""What is wrong or worth knowing with a matrix or a fit, in a sentence with its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labcore import format_number
from labcore.gaussian_processes.gp_posterior.config import Config, likelihood_of, no_noise
from labcore.gaussian_processes.gp_posterior.observations import World

if TYPE_CHECKING:
    from labcore.gaussian_processes.gp_posterior.lesson import Learned

APART = 3.0
"""Points at one place that differ by more than this many σ cannot both be met."""


def note(config: Config, here: World, found: Learned) -> str:
    """Sentences on a singular matrix and points that contradict each other; mostly none."""
    told = []
    if found.posterior.jitter > 0:
        told.append(singular(here, found))
    if likelihood_of(config) == "gaussian" and not here.real:
        told.append(contradiction(config, here, found.count))
    return " ".join(sentence for sentence in told if sentence)


def twins(here: World, count: int) -> tuple[int, int] | None:
    """The first two points that stand at almost the same x."""
    order = np.argsort(here.x[:count], kind="stable")
    close = np.flatnonzero(np.diff(here.x[order]) < 1e-3)
    return (int(order[close[0]]), int(order[close[0] + 1])) if len(close) else None


def singular(here: World, found: Learned) -> str:
    """Why the covariance matrix had no Cholesky factor, and what was done."""
    pair = twins(here, found.count)
    if pair:
        place = format_number(float(here.shown_x(here.x[pair[0]])))
        cause = f"two points stand at the same x = {place}, so two of its rows are the same"
    else:
        cause = (
            "the kernel finds the points so alike that rows are nearly the same, or has too few "
            "kinds of function for so many points"
        )
    added = format_number(found.posterior.jitter)
    return f"K is singular: {cause}. A jitter of {added} was added to its diagonal."


def contradiction(config: Config, here: World, count: int) -> str:
    """Two heights at one x that the noise cannot explain."""
    pair = twins(here, count)
    sigma = 0.0 if no_noise(config) else config.noise
    if not pair:
        return ""
    gap = abs(float(here.y[pair[0]] - here.y[pair[1]]))
    if gap <= APART * np.sqrt(2) * sigma or gap < 1e-9:
        return ""
    place = format_number(float(here.shown_x(here.x[pair[0]])))
    noise = "without noise" if sigma == 0 else f"noise σ = {format_number(sigma)}"
    explains = "no function passes through both" if sigma == 0 else "hardly explains both"
    return (
        f"At x = {place} two points are {format_number(gap)} apart; {noise} {explains}. "
        "The mean goes between them, and the evidence falls."
    )
