"""The picture from above: paths over contour lines, the loss, and where each start leads."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame
from labcore import figures as fig
from labcore.optimization.optimizer_trajectories.basins import (
    ELSEWHERE,
    GONE,
    ON_THE_WAY,
    Ends,
    basins,
)
from labcore.optimization.optimizer_trajectories.config import Config, racers
from labcore.optimization.optimizer_trajectories.ground import half, surface
from labcore.optimization.optimizer_trajectories.marks import bands, heads, lines, mark, marked
from labcore.optimization.optimizer_trajectories.names import NAMES, PLANES
from labcore.optimization.optimizer_trajectories.surfaces import Surface
from labcore.optimization.optimizer_trajectories.typed import NAMED
from labcore.palette import CATEGORICAL, colour


def contests(config: Config) -> str:
    """Who races, in words."""
    return ", ".join(NAMES[name] for name in racers(config))


def contours(config: Config, side: int) -> go.Contour:
    """The surface as contour lines, equally spaced in what is drawn of its height."""
    world, reach = surface(config), half(config)
    at = np.linspace(-reach, reach, side)
    with np.errstate(all="ignore"):
        heights = world.shade(world.loss(np.stack(np.meshgrid(at, at), -1)))
    return fig.contour("contour", at, at, heights)


def surface_panel(config: Config, first: Frame) -> go.Figure:
    """Paths over the contour lines of a surface."""
    world, reach = surface(config), half(config)
    along = config.surface == "quadratic"
    place = first["theta"]
    return fig.panel(
        [
            contours(config, 97),
            *lines("path", config, place[:, 0], place[:, 1]),
            *marked("minima", "goal", world.minima),
            *marked("flat", "context", world.flat),
            start_mark(config),
            *heads("head", config, place[:, 0], place[:, 1], legend=True),
        ],
        x="x (curvature 1)" if along else "x",
        y=f"y (curvature κ = {config.condition:.4g})" if along else "y",
        alt=f"Paths of {contests(config)} over the contour lines of {world.formula}, from the "
        f"start; {told(world)}. Contour lines are equally spaced in the {world.shading}.",
        x_range=(-reach, reach),
        y_range=(-reach, reach),
        square=True,
        legend=True,
    )


def start_mark(config: Config) -> go.Scatter:
    """The start, to be grabbed."""
    away = "top center" if config.y0 >= 0 else "bottom center"
    return mark("start", "start", "own", "circle-open", config.x0, config.y0, away)


def told(world: Surface) -> str:
    """The marks of a surface in words."""
    if not world.minima and not world.flat:
        return "no minimum was found in the picture"
    return "a star marks " + ", ".join(
        f"{word} at ({x:.3g}, {y:.3g})" for x, y, word in (*world.minima, *world.flat)
    )


def loss_panel(config: Config, first: Frame) -> go.Figure:
    """The true loss of each racer, on the network of all its weights, over the steps."""
    over_plane = config.surface in PLANES
    world = surface(config) if over_plane else None
    bounds = world.loss_range if world else (1e-3, 10.0)
    bottomless = world is not None and world.lowest is None
    if config.surface in ("quadratic", "ravine") and config.condition > 100:
        bounds = (1e-6, 1e4)
    banded = config.band and over_plane
    values = shown_loss(config, first["loss"])
    figure = fig.panel(
        [
            *(bands(config) if banded else ()),
            *lines("loss", config, first.step, values, width=1.2 if banded else 2.5),
            *heads("at", config, first.step, values, size=8),
        ],
        x="Step",
        y="Loss" if bottomless or not over_plane else "Loss above the minimum",
        alt="Loss of each optimizer at each step"
        + ("." if bottomless else ", on a logarithmic scale.")
        + (" Each band holds the middle 90 % of 20 noise seeds." if banded else ""),
        title="Loss; band: 5–95 % of 20 noise seeds" if banded else "",
        size="small",
        x_range=(0, 1.04 * config.steps),
        y_range=bounds,
        y_log=not bottomless,
    )
    if not bottomless:
        figure.update_yaxes(dtick=2 if bounds[1] / bounds[0] > 1e6 else 1)
    return figure


def shown_loss(config: Config, loss: np.ndarray) -> np.ndarray:
    """Within what an axis can draw: a logarithm needs more than zero."""
    if config.surface not in PLANES:
        return np.clip(loss, 1e-12, 1e12)
    world = surface(config)
    low, high = (-1e6, 1e6) if world.lowest is None else (1e-12, 1e12)
    return np.clip(world.above(loss), low, high)


def basins_panel(config: Config, first: Frame) -> go.Figure:
    """Which minimum the chosen racer reaches from each start."""
    world, name = surface(config), NAMES[config.racer]
    found, reach = basins(config), half(config)
    targets = [*world.minima[:NAMED]] or [*world.exits]
    present = [code for code in range(GONE + 1) if (found.codes == code).any()]
    said = {i: ("ends at " if world.minima else "falls ") + places[2].split(",")[0]
            for i, places in enumerate(targets)}  # fmt: skip
    said |= {ELSEWHERE: "rests elsewhere", ON_THE_WAY: "still moving", GONE: "lost"}
    middles = [255 * (i + 0.5) / len(present) for i in range(len(present))]
    heat = fig.field("basins", found.edges, found.edges, shaded(found, present, config.steps),
                     bar=" ", ticks=middles, labels=[said[code] for code in present])  # fmt: skip
    heat.update(colorscale=kinds_scale(present), showscale=True)
    place = first["theta"]
    return fig.panel(
        [
            heat,
            *marked("minima", "text", world.minima),
            *marked("flat", "text", world.flat),
            start_mark(config),
            *heads("from", config, place[:, 0], place[:, 1], size=9),
        ],
        x="Start x",
        y="Start y",
        alt=f"For every start in the picture, where {name} is after {config.steps} steps without "
        f"noise: {', '.join(said[code] for code in present)}; stronger where it gets there sooner; "
        f"{told(world)}.",
        title=f"{name}: where it ends, by where it starts",
        x_range=(-reach, reach),
        y_range=(-reach, reach),
        square=True,
    )


SHADES = (0.8, 0.55, 0.3)
"""How strong the tone of a mark is where the race got there soon, later, and late."""


def shaded(found: Ends, present: list[int], steps: int) -> np.ndarray:
    """Ends as uint8: equal parts of the scale, each in equal parts from soon to late."""
    place = np.searchsorted(present, found.codes)
    late = np.digitize(found.steps, [steps / 9, steps / 3])
    parts = len(SHADES) * len(present)
    return np.rint((place * len(SHADES) + late + 0.5) * 255 / parts).astype(np.uint8)


def kinds_scale(present: list[int]) -> list[list[float | str]]:
    """A tone for each kind of end and each shade of it, with hard edges."""
    plain = {
        ELSEWHERE: colour("sky", 0.25),
        ON_THE_WAY: colour("faint"),
        GONE: colour("error", 0.45),
    }
    tones = [
        plain.get(code) or colour(CATEGORICAL[code], shade) for code in present for shade in SHADES
    ]
    ends = [(i / len(tones), (i + 1) / len(tones)) for i in range(len(tones))]
    return [
        [end, tone] for (low, high), tone in zip(ends, tones, strict=True) for end in (low, high)
    ]
