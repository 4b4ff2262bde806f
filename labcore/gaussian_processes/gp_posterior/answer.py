"""The posterior at once, while a hand moves a point or the ring on a map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from labcore import Frame, Start
from labcore.gaussian_processes.gp_posterior.belief import believe
from labcore.gaussian_processes.gp_posterior.config import Config, fits, likelihood_of
from labcore.gaussian_processes.gp_posterior.game import game_now
from labcore.gaussian_processes.gp_posterior.lesson import climb, learn
from labcore.gaussian_processes.gp_posterior.observations import World, world
from labcore.gaussian_processes.gp_posterior.observe import observe

FEW = 130
"""Of more observations than this only so many are used, evenly spread, while a hand moves."""


def answer(config: Config, start: Start | None = None) -> Frame:
    """The last frame of the run, with what takes long left out.

    Real data are thinned, and no functions are drawn for them. A fit climbs from the ring
    alone.
    """
    if config.data == "game":
        return whole(game_now(config))
    here = thinned(world(config))
    ell, sigma, paths = config.lengthscale, config.noise, None
    if fits(config) and config.fit in ("bfgs", "ascent") and not here.real:
        paths = climb(config, here, 1)
        ell, sigma = np.exp(paths[0, -1])
    draws = 0 if here.real else config.samples
    belief = believe(config, here, ell, sigma, draws)
    found = learn(config, here, belief, len(here.x))
    quick = here.real or len(here.x) > 30 or likelihood_of(config) != "gaussian"
    frame = observe(config, here, belief, found, len(here.x), paths, quick=quick)
    return whole(frame, f"While the hand moves, {len(here.x)} of the points are used."
                 if len(here.x) < len(world(config).x) else "")  # fmt: skip


def whole(frame: Frame, also: str = "") -> Frame:
    """A frame marked as showing all there is, for nothing came before it."""
    values = {**frame.values, "whole": 1}
    return Frame(frame.step, values, f"{frame.note} {also}".strip())


def thinned(here: World) -> World:
    """The same with at most FEW observations."""
    if len(here.x) <= FEW:
        return here
    kept = np.linspace(0, len(here.x) - 1, FEW).round().astype(int)
    return replace(here, x=here.x[kept], y=here.y[kept])
