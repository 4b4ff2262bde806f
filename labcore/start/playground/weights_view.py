"""The weights of the neuron looked at, as bars one can pull."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.palette import colour
from labcore.start.playground.config import WIDEST, Config
from labcore.start.playground.descent import beginner
from labcore.start.playground.network import Shape
from labcore.start.playground.network_view import SIGNS, TITLES, looked_at
from labcore.start.playground.points import problem


def incoming(config: Config, shape: Shape, weights: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Names and values of the bias and the weights of the neuron looked at."""
    layer, unit = looked_at(config, shape)
    if layer == 0:
        return [], np.zeros(0, np.float32)
    at = sum(shape.lengths[: _first(shape, layer)])
    before, after = shape.sizes[layer - 1], shape.sizes[layer]
    w = weights[at : at + before * after].reshape(before, after)[:, unit]
    b = weights[at + before * after + unit]
    inputs = [TITLES[name] for name in config.features] if layer == 1 else [
        f"h{i + 1}" for i in range(before)
    ]  # fmt: skip
    return ["b", *inputs], np.array([b, *w], np.float32)


def _first(shape: Shape, layer: int) -> int:
    """Where a layer's W stands among the lengths of θ."""
    return (layer - 1) * (4 if shape.norm != "none" else 2)


FREE = -1.0
"""Where the mark rests while it holds no weight."""
LIMIT = 6.0


def into(config: Config, shape: Shape) -> str:
    """The neuron looked at, in words."""
    layer, unit = looked_at(config, shape)
    where = "the output" if layer == shape.layers else f"layer {layer}"
    return f"Into neuron {unit + 1} of {where}" if layer else "A feature has no weights"


def by_sign(values: np.ndarray) -> list[np.ndarray]:
    """The bars below 0 and those above it, in the colours of the lines; cut at the axis' ends."""
    return [np.clip(values, -LIMIT, 0), np.clip(values, 0, LIMIT)]


def weights_panel(config: Config, first: Frame) -> go.Figure:
    """Bars one can pull."""
    shape = beginner(config, problem(config)).shape
    names, values = incoming(config, shape, first["weights"])
    places = np.arange(len(values))
    bars = [
        fig.bars(f"bars.{sign}", f"{sign} weight", role, opacity=0.85, x=places).update(y=y)
        for (sign, role), y in zip(SIGNS.items(), by_sign(values), strict=True)
    ]
    figure = fig.panel(
        [
            *bars,
            fig.head("pulled", "in your hand", "own", size=13, x=[float(config.source)],
                     y=[config.weight if config.source >= 0 else 0.0]),
        ],
        x=into(config, shape), y="Weight: pull a bar", size="small",
        alt="The bias and the incoming weights of the neuron looked at, as bars, blue below 0, "
        f"orange above, cut at ±{LIMIT:g}. The purple mark sets one of them: press on a bar and "
        "pull.",
        x_range=(-1.6, WIDEST + 1.6), y_range=(-LIMIT, LIMIT),
    )  # fmt: skip
    figure.layout.barmode = "overlay"
    ticks = {"tickvals": [FREE, *places.tolist()], "ticktext": ["none", *names], "tickangle": -90}
    middle = {"zeroline": True, "zerolinecolor": colour("faint")}
    return figure.update_xaxes(**ticks).update_yaxes(**middle)


def draw_weights(config: Config, frame: Frame) -> Patch:
    """The bars of this frame; in an answer perhaps of another neuron."""
    shape = beginner(config, problem(config)).shape
    names, values = incoming(config, shape, frame["weights"])
    held = "held" in frame.values
    place = {"x": np.arange(len(values), dtype=np.float32)} if held else {}
    both = zip(SIGNS, by_sign(values), strict=True)
    patch: Patch = {"traces": {f"bars.{sign}": place | {"y": y} for sign, y in both}}
    if held:
        patch["traces"]["pulled"] = fig.at(
            config.source, config.weight if config.source >= 0 else 0.0
        )
        patch["layout"] = {
            "xaxis.tickvals": [FREE, *range(len(names))],
            "xaxis.ticktext": ["none", *names],
            "xaxis.title.text": into(config, shape),
        }
    return patch
