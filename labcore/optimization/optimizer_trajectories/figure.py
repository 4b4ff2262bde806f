"""What stands still, and what moves."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch, format_number
from labcore import figures as fig
from labcore.optimization.optimizer_trajectories import field, network
from labcore.optimization.optimizer_trajectories.config import (
    NAMES,
    PLANES,
    VIEW,
    Config,
    racers,
)
from labcore.optimization.optimizer_trajectories.marks import (
    bands,
    heads,
    lines,
    mark,
    points,
    whole,
)
from labcore.optimization.optimizer_trajectories.observe import plane_of
from labcore.optimization.optimizer_trajectories.surfaces import surface
from labcore.palette import colour, scale


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The surface (or the plane of the network's paths), the loss, and the map of settings."""
    if config.surface == "network":
        return {
            "plane": plane_panel(config, first),
            "loss": loss_panel(config, first),
            "accuracy": accuracy_panel(config, first),
        }
    return {
        "surface": surface_panel(config, first),
        "loss": loss_panel(config, first),
        "field": field_panel(config),
    }


def surface_panel(config: Config, first: Frame) -> go.Figure:
    """Paths over the contour lines of a surface."""
    world = surface(config)
    at = np.linspace(-VIEW, VIEW, 121)
    heights = world.shade(world.loss(np.stack(np.meshgrid(at, at), -1)))
    x, y, word = world.special
    curved = config.surface == "quadratic"
    who = ", ".join(NAMES[name] for name in racers(config))
    role = "goal" if word == "minimum" else "context"
    away = "top center" if config.y0 >= 0 else "bottom center"
    return fig.panel(
        [
            fig.contour("contour", at, at, heights),
            *lines("path", config, first["theta"][:, 0], first["theta"][:, 1]),
            mark("special", word, role, "star", x, y, "bottom right"),
            mark("start", "start", "own", "circle-open", config.x0, config.y0, away),
            *heads("head", config, first["theta"][:, 0], first["theta"][:, 1], legend=True),
        ],
        x="x (curvature 1)" if curved else "x",
        y=f"y (curvature κ = {config.condition:.4g})" if curved else "y",
        alt=f"Paths of {who} over the contour lines of {world.formula}, from the start to the "
        f"{word}; contour lines are equally spaced in the {world.shading}.",
        x_range=(-VIEW, VIEW),
        y_range=(-VIEW, VIEW),
        square=True,
        legend=True,
    )


def plane_panel(config: Config, first: Frame) -> go.Figure:
    """The network's paths, and its loss on the plane nearest to them."""
    plane = plane_of(first.checkpoint or {})
    assert plane is not None
    at, heights = plane.heights()
    origin = plane.project(network.initial(config.seed))
    shares = [f"{share:.0%}".replace("%", " %") for share in plane.explained]
    who = ", ".join(NAMES[name] for name in racers(config))
    half = float(plane.half)
    return fig.panel(
        [
            fig.contour("contour", at, at, np.log(heights)),
            *lines("path", config, first["theta"][:, 0], first["theta"][:, 1]),
            mark("origin", "first weights", "context", "circle-open", *origin, "bottom center"),
            *heads("head", config, first["theta"][:, 0], first["theta"][:, 1], legend=True),
        ],
        x=f"First principal component of the weights ({shares[0]} of variance)",
        y=f"Second principal component ({shares[1]})",
        alt=f"Paths of {who} through the {network.SIZE} weights of a network, projected on the "
        "plane that keeps most of their variance. Contour lines: the loss on that plane, equally "
        "spaced in its logarithm; off the plane, where the networks really are, it differs.",
        x_range=(-half, half),
        y_range=(-half, half),
        square=True,
        legend=True,
    )


def loss_panel(config: Config, first: Frame) -> go.Figure:
    """The true loss of each racer, on the network of all its weights, over the steps."""
    saddle = config.surface == "saddle"
    bounds = surface(config).loss_range if config.surface in PLANES else (1e-3, 10.0)
    banded = config.band and config.surface in PLANES
    values = shown_loss(config, first["loss"])
    title = "Loss; band: 5–95 % of 20 noise seeds" if banded else ""
    figure = fig.panel(
        [
            *(bands(config) if banded else ()),
            *lines("loss", config, first.step, values, width=1.2 if banded else 2.5),
            *heads("at", config, first.step, values, size=8),
        ],
        x="Step",
        y="Loss" if config.surface in ("saddle", "network") else "Loss above the minimum",
        alt="Loss of each optimizer at each step"
        + ("." if saddle else ", on a logarithmic scale.")
        + (" Each band holds the middle 90 % of 20 noise seeds." if banded else ""),
        title=title,
        size="small",
        x_range=(0, 1.04 * config.steps),
        y_range=bounds,
        y_log=not saddle,
    )
    if not saddle:
        figure.update_yaxes(dtick=2 if bounds[1] / bounds[0] > 1e6 else 1)
    return figure


def accuracy_panel(config: Config, first: Frame) -> go.Figure:
    """How many of its images each network reads rightly."""
    values = 100 * first["accuracy"]
    return fig.panel(
        [
            *lines("accuracy", config, first.step, values),
            *heads("share", config, first.step, values, size=8),
        ],
        x="Step",
        y="Images read rightly (%)",
        alt=f"Share of the {network.IMAGES} training images each network reads rightly.",
        size="small",
        x_range=(0, 1.04 * config.steps),
        y_range=(0, 102),
    )


def field_panel(config: Config) -> go.Figure:
    """The map of momentum's settings, and on it the setting of this race."""
    world = surface(config)
    x, y = field.edges()
    goal = format_number(world.goal)
    ticks = {**{str(n): code(np.array(n)) for n in (5, 20, 80, 300)},
             "not yet": GREY, "diverges": RED}  # fmt: skip
    heat = fig.field("map", x, y, code(field.steps_needed(config)),
                     ticks=[int(at) for at in ticks.values()], labels=list(ticks))  # fmt: skip
    heat.update(colorscale=steps_scale(), showscale=True)
    traces = [heat]
    if config.surface == "quadratic":
        edge = fig.line("edge", "η = 2(1+β)/κ", "text", dash="dot", width=1.5, legend=False,
                        x=2 * (1 + y) / config.condition, y=y)  # fmt: skip
        traces.append(edge)
    traces.append(mark("setting", "", "own", "circle-open", config.lr, config.momentum))
    return fig.panel(
        traces,
        x="Learning rate η",
        y="Momentum β",
        alt="Steps that SGD with momentum needs, without noise, until the loss stays below "
        f"{goal}: for every learning rate and β; grey where 300 steps are too few, red where it "
        "diverges"
        + (", right of the dotted line η = 2(1+β)/κ." if config.surface == "quadratic" else "."),
        title=f"SGD with momentum: steps until loss < {goal}",
        size="small",
        x_range=(x[0], x[-1]),
        y_range=(y[0], y[-1]),
        x_log=True,
    )


FEWEST, SLOWEST, GREY, RED = 5, 150, 190, 234
"""Codes of the map: from FEWEST to 300 steps 0 to SLOWEST, logarithmic; then two words."""


def code(steps: np.ndarray) -> np.ndarray:
    """Steps, or field.NOT_YET, or field.DIVERGED, as uint8."""
    reach = np.log(np.maximum(steps, FEWEST) / FEWEST) / np.log(field.STEPS / FEWEST)
    return np.select(
        [steps == field.NOT_YET, steps == field.DIVERGED], [GREY, RED], np.rint(SLOWEST * reach)
    ).astype(np.uint8)


def steps_scale() -> list[list[float | str]]:
    """Bright where quick; then grey, then red, each with a hard edge."""
    tones = [tone for _, tone in scale("amount")][::-1]
    quick = [[i / (len(tones) - 1) * SLOWEST / 255, tone] for i, tone in enumerate(tones)]
    first, second = 170 / 255, 212 / 255
    grey, red = colour("faint"), colour("error", 0.45)
    return [*quick, [first, quick[-1][1]], [first, grey], [second, grey], [second, red], [1, red]]


def shown_loss(config: Config, loss: np.ndarray) -> np.ndarray:
    """Within what an axis can draw: a logarithm needs more than zero."""
    low, high = (-1e3, 1e3) if config.surface == "saddle" else (1e-12, 1e12)
    return np.clip(loss, low, high)


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """One more point on each line, and the heads; or, for an answer, all lines at once."""
    main = "plane" if config.surface == "network" else "surface"
    place, loss = frame["theta"], shown_loss(config, frame["loss"])
    step = np.full(len(place), frame.step, np.float32)
    patches: dict[str, Patch] = {
        main: {"traces": points(config, "head", place[:, 0], place[:, 1])},
        "loss": {"traces": points(config, "at", step, loss)},
    }
    if "path" in frame.values:
        path, losses = frame["path"], shown_loss(config, frame["losses"])
        steps = np.broadcast_to(np.arange(len(path), dtype=np.float32), losses.T.shape)
        patches[main]["traces"] |= whole(config, "path", path[..., 0].T, path[..., 1].T)
        patches["loss"]["traces"] |= whole(config, "loss", steps, losses.T)
        if config.band:
            none = np.full((len(place), 1), np.nan, np.float32)
            patches["loss"]["traces"] |= whole(config, "low", none, none)
            patches["loss"]["traces"] |= whole(config, "high", none, none)
        return patches
    patches[main]["append"] = points(config, "path", place[:, 0], place[:, 1])
    patches["loss"]["append"] = points(config, "loss", step, loss)
    for edge in ("low", "high"):
        if edge in frame.values:
            patches["loss"]["append"] |= points(config, edge, step, shown_loss(config, frame[edge]))
    if "accuracy" in frame.values:
        share = 100 * frame["accuracy"]
        patches["accuracy"] = {
            "traces": points(config, "share", step, share),
            "append": points(config, "accuracy", step, share),
        }
    return patches
