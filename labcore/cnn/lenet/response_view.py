"""The picture under the pen, what every layer makes of it, and the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Grab, Paint, Patch
from labcore import figures as fig
from labcore.cnn.lenet.config import (
    ACROSS,
    DOWN,
    SIDE,
    Config,
    looked_into,
    mutes,
    trained,
)
from labcore.cnn.lenet.learning_view import LOOKS, amounts, bare, beside, places, ruled
from labcore.cnn.lenet.pictures import canvas, names
from labcore.palette import colour

CLASSES_DRAWN = 10


def bar_panel(
    config: Config, bars: tuple[str, str, str], marks: tuple[str, str, str], x: str, alt: str,
    title: str = "",
) -> go.Figure:  # fmt: skip
    """A bar for each class and a mark beside it; bars and marks: uid, name, role."""
    labels = list(names(config))
    mark = fig.head(marks[0], marks[1], marks[2], symbol="diamond-open", size=9, y=labels,
                    x=[None] * 10, legend=True)  # fmt: skip
    mark.marker.line = {"width": 2, "color": colour(marks[2])}
    figure = fig.panel(
        [go.Bar(uid=bars[0], name=bars[1], orientation="h", x=[0] * 10, y=labels, showlegend=True,
                marker={"color": colour(bars[2], 0.7)},
                hovertemplate="%{y}: %{x:.1f} %<extra></extra>"), mark],
        x=x, y=" ", size="small", x_range=(0, 104), title=title, legend=True, alt=alt,
    )  # fmt: skip
    figure.layout.legend.update(entrywidth=70, itemwidth=30, font={"size": 12})
    return figure.update_yaxes(type="category", autorange="reversed", ticks="", dtick=1,
                               range=None)  # fmt: skip


def response_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The canvas, the wall of maps, both networks' answers, and what silence costs."""
    pixels = np.arange(SIDE)
    page = bare(fig.panel(
        [fig.field("page", pixels, pixels, fig.quantize(canvas(config), 0, 1))],
        x="Draw or erase here", y=" ", square=True, x_range=(-0.5, SIDE - 0.5),
        y_range=(SIDE - 0.5, -0.5),
        alt="The picture, 28 × 28 pixels, as the learner has changed it."))  # fmt: skip
    maps = [
        fig.field("conv1", places(6, 28), places(1, 28)),
        fig.field("pool1", places(6, 14), places(1, 14, 1)),
        fig.field("conv2", places(8, 10), places(2, 10, 2)),
        fig.field("pool2", places(8, 5), places(2, 5, 4)),
        fig.field("dense1", -0.5 + 0.15 * (np.arange(30) + 0.5), 5.6 + 0.2 * (np.arange(4) + 0.5)),
        fig.field("dense2", 4.35 + 0.15 * (np.arange(21) + 0.5), 5.6 + 0.2 * (np.arange(4) + 0.5)),
    ]
    cross = fig.head("silent", "silenced", "own", symbol="x", size=17, x=[None], y=[None])
    wall = bare(fig.panel(
        [*maps, ruled("ruled", ACROSS, [i - 0.5 for i in range(DOWN + 1)]), cross],
        x=f"The {looked_into(config)} network’s layers: press a map", y=" ", square=True,
        x_range=(-0.5, ACROSS - 0.5), y_range=(DOWN + 0.45, -0.5),
        alt="Every layer's maps of the picture: conv 1, pooled, conv 2, pooled, two dense layers; "
        "a cross on each silenced map."))  # fmt: skip
    wall.update_yaxes(
        showticklabels=True, tickvals=[0, 1, 2.5, 4.5, 6],
        ticktext=["conv 1<br>28 × 28", "pooled<br>14 × 14", "conv 2<br>10 × 10", "pooled<br>5 × 5",
                  "dense<br>120, 84"],
    )  # fmt: skip
    net = looked_into(config)
    other = next((name for name in trained(config) if name != net), "")
    return {
        "page": page,
        "wall": wall,
        "opinion": bar_panel(
            config, ("sure", net, LOOKS[net][0]),
            ("other", other or "not trained", LOOKS[other or net][0]), "Probability, %",
            "The probability each network gives to each class for the picture."),
        "shares": bar_panel(
            config, ("cut", "with silence", "own"), ("whole", "whole", "text"), "Read, %",
            "Of 300 test images, the share of each class read rightly: bars with silenced maps, "
            "marks without."),
    }  # fmt: skip


def crosses(config: Config) -> dict[str, Any]:
    """Where the silenced maps are."""
    silent = mutes(config)
    one, two = np.flatnonzero(silent[:6]), np.flatnonzero(silent[6:])
    x = np.concatenate([one, one, two % 8, two % 8])
    y = np.concatenate([0 * one, 0 * one + 1, 2 + two // 8, 4 + two // 8])
    return fig.at(x, y) if len(x) else {"x": [None], "y": [None]}


def response_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """All layers' words on the picture."""
    labels, net = list(names(config)), looked_into(config)
    other = next((name for name in trained(config) if name != net), "")
    theirs = 100 * frame[f"sure.{other}"] if other else [None] * CLASSES_DRAWN
    walls: dict[str, dict[str, Any]] = {
        name: {"z": amounts(beside(frame[name], columns))}
        for name, columns in (("conv1", 6), ("pool1", 6), ("conv2", 8), ("pool2", 8))
    }
    walls |= {"dense1": {"z": amounts(frame["dense1"].reshape(4, 30))},
              "dense2": {"z": amounts(frame["dense2"].reshape(4, 21))},
              "silent": crosses(config)}  # fmt: skip
    return {
        "wall": {"traces": walls},
        "opinion": {"traces": {"sure": {"x": 100 * frame[f"sure.{net}"]},
                               "other": {"x": theirs, "y": labels}}},
        "shares": {"traces": {"cut": {"x": 100 * frame["shares_silent"]},
                              "whole": {"x": 100 * frame["shares"], "y": labels}}},
    }  # fmt: skip


RESPONSE_GRABS = (
    Paint("page", "drawing", "pen", "Picture"),
    Paint("wall", "silent", "knife", "Maps"),
    Grab("reasons", "patch", "cover_x", "cover_y", "Patch"),
    Grab("confusion", "cell", "says", "truth", "Cell"),
    Grab("hierarchy", "mine", "map_x", "map_y", "Map"),
)


def page_draw(config: Config) -> dict[str, Patch]:
    """The picture as the pen has changed it."""
    return {"page": {"traces": {"page": {"z": fig.quantize(canvas(config), 0, 1)}}}}
