"""The map of settings as a panel, and on it the setting of this race."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import figures as fig
from labcore import format_number
from labcore.optimization.optimizer_trajectories.config import Config
from labcore.optimization.optimizer_trajectories.divergence import BOUNDS, limit
from labcore.optimization.optimizer_trajectories.field import (
    DIVERGED,
    NOT_YET,
    Along,
    axes_of,
    controls_of,
    steps_needed,
)
from labcore.optimization.optimizer_trajectories.ground import CURVED, surface
from labcore.optimization.optimizer_trajectories.marks import mark
from labcore.optimization.optimizer_trajectories.names import NAMES
from labcore.palette import colour, scale

FEWEST, SLOWEST, GREY, RED = 5, 150, 190, 234
"""Codes of the map: from FEWEST to all steps 0 to SLOWEST, logarithmic; then two words."""


HELD = (("lr", "momentum"), ("lr_adaptive", "beta2"), ("lr", "condition"), ("lr", "y0"))
"""Pairs of controls that can be set by the ring on the map; others have sliders only."""


def map_name(config: Config) -> str:
    """The name of the map's panel: one of its own for each pair that can be grabbed."""
    pair = controls_of(config)
    return "map_{}_{}".format(*pair) if pair in HELD else "map"


def map_panel(config: Config) -> go.Figure:
    """Steps to the goal for each pair of settings."""
    across, up = axes_of(config)
    who, goal = NAMES[config.racer], format_number(surface(config).goal)
    counts = [n for n in (5, 10, 20, 40, 80, 160) if n < 0.8 * config.steps] + [config.steps]
    ticks = {**{str(n): int(tone_of(np.array(n), config.steps)) for n in counts},
             "not yet": GREY, "diverges": RED}  # fmt: skip
    heat = fig.field("map", across.edges, up.edges, tone_of(steps_needed(config), config.steps),
                     ticks=list(ticks.values()), labels=list(ticks))  # fmt: skip
    heat.update(colorscale=steps_scale(), showscale=True)
    here = getattr(config, across.control), getattr(config, up.control)
    bound = edge_of(config, across, up)
    figure = fig.panel(
        [heat, *bound, mark("setting", "", "own", "circle-open", *here)],
        x=across.title,
        y=up.title,
        alt=f"Steps that {who} needs, without noise unless an axis is noise, until the loss stays "
        f"below {goal}: by {across.title} and {up.title}; grey where {config.steps} steps are too "
        "few, red where it diverges"
        + (f", right of the dotted line {bound[0].name}." if bound else "."),
        title=f"{who}: steps until loss < {goal}",
        size="small",
        x_range=(across.edges[0], across.edges[-1]),
        y_range=(up.edges[0], up.edges[-1]),
        x_log=across.log,
        y_log=up.log,
    )
    return figure


def edge_of(config: Config, across: Along, up: Along) -> tuple[go.Scatter, ...]:
    """The bound of stability on a quadratic, where theory has one for these axes."""
    known = config.racer in BOUNDS and config.surface in CURVED and across.setting == "rate"
    if not known or up.setting not in ("beta", "condition") or config.schedule != "constant":
        return ()
    changed = [config.model_copy(update={up.control: at}) for at in up.edges.tolist()]
    rates = [limit(one, config.racer, one.condition) for one in changed]
    name = f"η = {BOUNDS[config.racer]}".replace("λmax", "κ")
    return (fig.line("edge", name, "text", dash="dot", width=1.5, legend=False,
                     x=np.array(rates), y=up.edges),)  # fmt: skip


def tone_of(steps: np.ndarray, most: int) -> np.ndarray:
    """Steps, or NOT_YET, or DIVERGED, as uint8."""
    reach = np.log(np.maximum(steps, FEWEST) / FEWEST) / np.log(most / FEWEST)
    return np.select(
        [steps == NOT_YET, steps == DIVERGED], [GREY, RED], np.rint(SLOWEST * reach)
    ).astype(np.uint8)


def steps_scale() -> list[list[float | str]]:
    """Bright where quick; then grey, then red, each with a hard edge."""
    tones = [tone for _, tone in scale("amount")][::-1]
    quick = [[i / (len(tones) - 1) * SLOWEST / 255, tone] for i, tone in enumerate(tones)]
    first, second = 170 / 255, 212 / 255
    grey, red = colour("faint"), colour("error", 0.45)
    return [*quick, [first, quick[-1][1]], [first, grey], [second, grey], [second, red], [1, red]]
