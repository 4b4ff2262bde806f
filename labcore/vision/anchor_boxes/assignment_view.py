"""Lesson 4 as pictures: anchors and truths, the matrix with rows and columns crossed out."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.palette import colour, scale
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.lesson import UNDECIDED
from labcore.vision.anchor_boxes.marks import (
    INSIDE,
    LETTERS,
    box_line,
    foot,
    grid_text,
    heads,
    named,
    outlines,
    over_picture,
    source_of,
    table_of,
    words,
)
from labcore.vision.anchor_boxes.matching import IGNORED

OFFSETS = tuple(f"t<sub>{side}</sub>" for side in "xywh")
FATES = {"waiting": "context", "positive": "goal", "ignored": "sky", "background": "context"}


def match_name(config: Config) -> str:
    """The picture's panel: it can be drawn on where the anchors are the learner's."""
    return "match_own" if config.source == "yours" else "match"


def assignment_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Picture, matrix and offsets."""
    own = config.source == "yours"
    picture = over_picture(
        [*([box_line("mine", "Yours", "own", config.mine, width=1.5)] if own else []),
         box_line("background", "background", "context", dash="dot", width=1.5),
         box_line("waiting", "undecided", "context", width=1.5),
         box_line("ignored", "ignored", "sky", dash="dash", width=2),
         box_line("positive", "positive", "goal", width=2.5),
         box_line("truth", "true", "data", config.truth, width=3),
         box_line("now", "in question", "model", width=4),
         words("truth.names", "data", foot(config.truth), truths_of(config), "top left"),
         words("anchor.names", "text", first["anchors"], names(config, first), INSIDE)],
        source_of(config), legend=True,
        alt="True boxes and anchors on a picture: positive ones are green, ignored ones dashed, "
        "background dotted.",
    )  # fmt: skip
    values = first["iou"]
    shown = values if values.size else np.full((1, 1), np.nan)
    table = fig.panel(
        [grid_text("iou", shown, 0),
         cross("crossed", "context"),
         go.Scatter(uid="cell", mode="markers", x=[None], y=[None], hoverinfo="skip",
                    showlegend=False,
                    marker={"symbol": "square-open", "size": 26, "color": colour("model"),
                            "line": {"width": 3.5, "color": colour("model")}})],
        x="true box", y="anchor", title="IoU of each anchor with each true box",
        alt="The table of overlaps; a row and a column are crossed out once its anchor has won a "
        "true box.",
    )  # fmt: skip
    table.update_layout(heads(truths_of(config) or ["none"], names(config, first) or ["none"]))
    offsets = fig.panel(
        [fig.field("offsets", np.arange(4), np.arange(max(len(values), 1))).update(
            texttemplate="%{text}", textfont={"size": 13, "color": colour("text")}, xgap=2, ygap=2,
            colorscale=scale("signed"), **offsets_of(first))],
        x="offset", y="anchor", title="Offsets the positive anchors have to predict",
        alt="A table: for each positive anchor the four offsets that lead to its true box.",
    )  # fmt: skip
    offsets.update_layout(heads(OFFSETS, names(config, first) or ["none"]))
    figures = {match_name(config): picture, "table": table, "offsets": offsets}
    for name, patch in assignment_draw(config, first).items():
        for uid, properties in patch.get("traces", {}).items():
            figures[name].update_traces(properties, selector={"uid": uid})
    return figures


def cross(uid: str, role: str) -> go.Scatter:
    """Lines through what is crossed out."""
    return fig.line(uid, "crossed out", role, width=2, opacity=0.8)


def assignment_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Who is what by now, what is crossed out, and the offsets of the last decision."""
    anchors, given, i, j = frame["anchors"], frame["given"], frame["i"], frame["j"]
    now = anchors[[i]] if i >= 0 else ()
    traces = {
        "background": outlines(anchors[given == -1]),
        "waiting": outlines(anchors[given == UNDECIDED]),
        "ignored": outlines(anchors[given == IGNORED]),
        "positive": outlines(anchors[given >= 0]),
        "now": outlines(now),
    }
    crossed = crossings(frame)
    at = {"x": [j], "y": [i]} if i >= 0 and j >= 0 else {"x": [None], "y": [None]}
    table, whole, rows = {"crossed": crossed, "cell": at}, {}, {}
    if "answer" in frame.values:
        traces |= {
            "truth": outlines(config.truth),
            "truth.names": named(foot(config.truth), truths_of(config)),
            "anchor.names": named(anchors, names(config, frame)),
        }
        if config.source == "yours":
            traces["mine"] = outlines(config.mine)
        whole["layout"] = heads(truths_of(config) or ["none"], names(config, frame) or ["none"])
        rows["layout"] = heads(OFFSETS, names(config, frame) or ["none"])
        values = frame["iou"] if frame["iou"].size else np.full((1, 1), np.nan)
        table["iou"] = table_of(values, 0)
    return {
        match_name(config): {"traces": traces},
        "table": {"traces": table, **whole},
        "offsets": {"traces": {"offsets": offsets_of(frame)}, **rows},
    }


def crossings(frame: Frame) -> dict[str, np.ndarray]:
    """Lines through the rows and columns of the truths that have been won; they spare numbers."""
    won, (n, m) = frame["won"], frame["iou"].shape
    xs, ys = [np.nan], [np.nan]
    for j in np.flatnonzero(won >= 0):
        for i in range(n):
            xs += [j] * 6
            ys += [i - 0.5, i - 0.28, np.nan, i + 0.28, i + 0.5, np.nan]
        for k in range(m):
            xs += [k - 0.5, k - 0.2, np.nan, k + 0.2, k + 0.5, np.nan]
            ys += [won[j]] * 6
    return {"x": np.array(xs, np.float32), "y": np.array(ys, np.float32)}


def offsets_of(frame: Frame) -> dict[str, Any]:
    """The offsets decided on so far, as a table; empty rows have none."""
    told = frame["offsets"] if len(frame["offsets"]) else np.full((1, 4), np.nan)
    text = [[f"{v:.2f}".replace("-", "−") if np.isfinite(v) else "" for v in row] for row in told]
    return {"z": fig.quantize(np.nan_to_num(told), -12, 12), "text": text,
            "x": np.arange(4), "y": np.arange(len(told))}  # fmt: skip


def truths_of(config: Config) -> list[str]:
    """Names of the true boxes."""
    return [str(j + 1) for j in range(len(config.truth))]


def names(config: Config, frame: Frame) -> list[str]:
    """Names of the anchors in the table."""
    return list((LETTERS + "IJKL")[: len(frame["anchors"])])
