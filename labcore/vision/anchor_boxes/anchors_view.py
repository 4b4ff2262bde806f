"""Lesson 2 as pictures: the anchors of a cell, and what each convention makes of a ratio."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.palette import CATEGORICAL, DASHES, colour
from labcore.vision.anchor_boxes.anchors import CONVENTIONS, shape
from labcore.vision.anchor_boxes.config import Config, ratios_of
from labcore.vision.anchor_boxes.lesson import levels_of, nearest_cell
from labcore.vision.anchor_boxes.marks import box_line, outlines, over_picture, source_of
from labcore.vision.anchor_boxes.settings import FRAMES

MOST_LEVELS = 4
NAMES = {"d2l": "d2l code", "ssd": "SSD", "torchvision": "torchvision"}


def anchors_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The picture with its grids, the counts, and the true ratios."""
    levels, (width, height) = levels_of(config), FRAMES[config.crop]
    dots = [
        go.Scatter(
            uid=f"grid.{k}", name=f"stride {level.stride:g}", mode="markers", hoverinfo="skip",
            x=level.centres[..., 0].ravel(), y=level.centres[..., 1].ravel(), showlegend=False,
            marker={"size": 3 + 2 * k, "color": colour(CATEGORICAL[k], 0.75), "symbol": "circle",
                    "line": {"color": colour("paper"), "width": 0.5}},
        )
        for k, level in enumerate(levels)
    ]  # fmt: skip
    cells = [
        box_line(f"cell.{k}", f"level {k + 1}", CATEGORICAL[k], dash=DASHES[k], width=2)
        for k in range(MOST_LEVELS)
    ]
    here = go.Scatter(
        uid="cell", x=[config.cell_x], y=[config.cell_y], mode="markers", hoverinfo="skip",
        showlegend=False, marker={"size": 18, "symbol": "circle-open", "color": colour("own"),
                                  "line": {"width": 3, "color": colour("own")}},
    )  # fmt: skip
    picture = over_picture(
        [*dots, *cells, box_line("now", "this anchor", "own", width=4), here], source_of(config),
        width=width, height=height,
        alt="A picture with the grids of all pyramid levels and the anchors of the chosen cell.",
    )  # fmt: skip
    figures = {"grid": picture, "counts": counts_panel(config, first), "ratio": ratio_panel(config)}
    figures["grid"].update_traces(outlines_of(config)["cell.0"], selector={"uid": "cell.0"})
    for uid, line in outlines_of(config).items():
        figures["grid"].update_traces(line, selector={"uid": uid})
    return figures


def counts_panel(config: Config, first: Frame) -> go.Figure:
    """How many anchors each level has."""
    counts = first["counts"]
    strides = [f"{int(config.stride) * 2**k} px" for k in range(len(counts))]
    bars = go.Bar(
        uid="counts", x=strides, y=counts, text=[f"{n:,}" for n in counts], textposition="outside",
        marker={"color": [colour(CATEGORICAL[k]) for k in range(len(counts))]}, hoverinfo="skip",
        cliponaxis=False,
    )  # fmt: skip
    figure = fig.panel(
        [bars], x="stride of the level", y="anchors", size="small",
        title=f"{counts.sum():,} anchors in all", y_range=(0, 1.2 * counts.max()),
        alt="A bar for each level of the pyramid: how many anchors it has.",
    )  # fmt: skip
    figure.layout.xaxis.type = "category"
    return figure


def ratio_panel(config: Config) -> go.Figure:
    """Asked and true ratio, by each convention."""
    width, height = FRAMES[config.crop]
    asked = np.array(sorted(ratios_of(config)))
    ends = np.array([0.2, 5.0])
    lines = [fig.line("right", "as asked", "context", dash="dot", x=ends, y=ends, legend=False)]
    for k, name in enumerate(CONVENTIONS):
        got = [
            w / max(h, 1e-9) for w, h in (shape(name, config.size, r, width, height) for r in asked)
        ]
        mark = fig.head(
            f"ratio.{name}", NAMES[name], ("goal", "model", "own")[k], x=asked, y=np.array(got),
            symbol=("circle-open", "square-open", "x-open")[k], size=11, legend=True,
        )  # fmt: skip
        mark.marker.line = {"width": 3 if name == config.convention else 1.5,
                            "color": colour(("goal", "model", "own")[k])}  # fmt: skip
        lines.append(mark)
    figure = fig.panel(
        lines, x="ratio r asked for", y="width ÷ height in pixels", size="small", legend=True,
        x_log=True, y_log=True, x_range=(0.2, 5), y_range=(0.2, 5),
        alt="For each ratio asked for, the ratio of width to height that each convention gives on "
        "this picture; the dotted line is where both are equal.",
    )  # fmt: skip
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        axis.update(
            tickvals=[1 / 3, 0.5, 1, 2, 3],
            ticktext=["1/3", "1/2", "1", "2", "3"],
            tickfont={"size": 12},
        )
    figure.layout.legend.update(entrywidth=70, itemwidth=30, font={"size": 12})
    return figure


def outlines_of(config: Config) -> dict[str, dict[str, np.ndarray]]:
    """The anchors of the chosen cell, by level."""
    found = {}
    for k, level in enumerate(levels_of(config)):
        centre = nearest_cell(level, config.cell_x, config.cell_y)
        half = level.shapes / 2
        found[f"cell.{k}"] = outlines(np.concatenate([centre - half, centre + half], 1))
    return found


def anchors_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """The anchor whose turn it is; in an answer, all of the cell."""
    traces = {"now": outlines(frame["box"])}
    if "answer" in frame.values:
        traces |= outlines_of(config) | {"cell": {"x": [config.cell_x], "y": [config.cell_y]}}
    return {"grid": {"traces": traces}}
