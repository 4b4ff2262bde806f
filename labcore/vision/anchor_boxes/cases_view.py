"""Lesson 6, looked at closely: the list of mistakes, and one detection in its scene."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from labcore import Patch
from labcore import figures as fig
from labcore.palette import colour
from labcore.vision.anchor_boxes.cases import (
    CAUSES,
    COLUMNS,
    Case,
    because,
    chosen_mistake,
    detection_case,
    missed_case,
    mistake_case,
    mistakes,
    on_curve,
)
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detections import test_scene
from labcore.vision.anchor_boxes.evaluation import Verdicts, verdicts
from labcore.vision.anchor_boxes.marks import INSIDE, box_line, data_uri, named, outlines, words
from labcore.vision.anchor_boxes.precision import COPY, RIGHT
from labcore.vision.anchor_boxes.scenes import CLASSES, HEIGHT, WIDTH

LINES = 14
"""Mistakes of a kind that stand in the list at once."""
AROUND, CLOSEST = 2.0, 180.0
"""How much larger than its boxes the part of a scene is that is shown, and its least width."""


@functools.lru_cache(maxsize=32)
def scene_source(number: int) -> str:
    """A test scene as a data URI."""
    return data_uri(Image.fromarray(test_scene(number).image), 75)


def case_panel(config: Config, found: Verdicts, case: Case | None) -> go.Figure:
    """A scene with the box that is looked at and the object it is held against."""
    picture = go.Image(uid="photo", source=scene_source(0), x0=0.5, y0=0.5, hoverinfo="skip",
                       zsmooth="fast")  # fmt: skip
    figure = fig.panel(
        [picture,
         box_line("others", "other objects", "data", dash="dot", width=1.5),
         box_line("first", "found it before", "sky", dash="dash", width=3),
         box_line("truth", "true", "data", width=3),
         box_line("right", "right", "goal", width=3.5),
         box_line("wrong", "wrong", "error", dash="dash", width=3),
         words("truth.name", "data", (), (), INSIDE), words("right.name", "goal", (), ()),
         words("wrong.name", "error", (), ())],
        x="x (pixels)", y="y (pixels)", x_range=(0, WIDTH), y_range=(HEIGHT, 0),
        square=True,
        alt="One scene: the box looked at, green if it counts as right and dashed red if not, and "
        "the true box it is held against, blue.",
    )  # fmt: skip
    figure.layout.margin.t = 50
    patch = case_patch(config, found, case)
    for uid, properties in patch["traces"].items():
        figure.update_traces(properties, selector={"uid": uid})
    return figure.update_layout(patch["layout"])


def case_patch(config: Config, found: Verdicts, case: Case | None) -> Patch:
    """The same as a change."""
    if case is None:
        nothing = {uid: outlines(()) for uid in ("others", "first", "truth", "right", "wrong")}
        nothing |= {f"{uid}.name": named((), ()) for uid in ("truth", "right", "wrong")}
        told = ("No mistake of this kind", f"down to a score of {config.score:g}")
        nothing |= {"photo": {"source": scene_source(0)}}
        return {"traces": nothing, "layout": above(told) | window(np.zeros((0, 4)))}
    others = np.flatnonzero(found.truth_scene == case.scene)
    others, truth = (
        others[others != case.truth],
        found.truths[[case.truth] if case.truth >= 0 else []],
    )
    box = case.box[None] if np.isfinite(case.box).all() else np.zeros((0, 4))
    right, wrong = (box, box[:0]) if case.kind == RIGHT else (box[:0], box)
    first = box[:0]
    if case.kind == COPY:
        judged = found.judged
        first = found.boxes[(judged.verdict == RIGHT) & (judged.truth == case.truth)]
    said = f"{CLASSES[case.label]} {case.score:.2f}" if case.label >= 0 else ""
    true = CLASSES[int(found.truth_labels[case.truth])] if case.truth >= 0 else ""
    traces = {
        "photo": {"source": scene_source(case.scene)},
        "others": outlines(found.truths[others]),
        "first": outlines(first),
        "truth": outlines(truth),
        "right": outlines(right),
        "wrong": outlines(wrong),
        "truth.name": named(below(truth), [f"true {true}"] * len(truth)),
        "right.name": named(right, [said] * len(right)),
        "wrong.name": named(wrong, [said] * len(wrong)),
    }
    return {
        "traces": traces,
        "layout": above(because(config, found, case)) | window(np.concatenate([box, truth])),
    }


def window(boxes: np.ndarray) -> dict[str, list[float]]:
    """The part of a scene around boxes, (n, 4), that is worth seeing; all of it for none."""
    if not len(boxes):
        return {"xaxis.range": [0, WIDTH], "yaxis.range": [HEIGHT, 0]}
    (left, top), (right, bottom) = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    wide = min(
        max(AROUND * (right - left), AROUND * (bottom - top) * WIDTH / HEIGHT, CLOSEST), WIDTH
    )
    high = wide * HEIGHT / WIDTH
    x = float(np.clip((left + right - wide) / 2, 0, WIDTH - wide))
    y = float(np.clip((top + bottom - high) / 2, 0, HEIGHT - high))
    return {"xaxis.range": [x, x + wide], "yaxis.range": [y + high, y]}


def below(boxes: np.ndarray) -> np.ndarray:
    """Boxes as `named` wants them for words at their lower edge, and inside the picture."""
    return (
        np.column_stack([boxes[:, 0], np.minimum(boxes[:, 3], HEIGHT - 18), boxes[:, 2:]])
        if len(boxes)
        else boxes
    )


def above(told: tuple[str, str]) -> dict[str, Any]:
    """Two lines right above a picture."""
    text = "<br>".join(told)
    return {
        "annotations": [
            {"text": text, "xref": "x domain", "yref": "y domain", "x": 0, "y": 1, "yshift": 4,
             "xanchor": "left", "yanchor": "bottom", "align": "left", "showarrow": False,
             "font": {"size": 13}}
        ]
    }  # fmt: skip


def list_panel(config: Config, found: Verdicts) -> go.Figure:
    """All mistakes down to the score threshold: a column for each kind."""
    bar = go.Scatter(
        uid="chosen", mode="markers", hoverinfo="skip", showlegend=False, x=[None], y=[None],
        marker={"symbol": "line-ew", "size": 46,
                "line": {"width": 20, "color": colour("own", 0.35)}},
    )  # fmt: skip
    told = go.Scatter(
        uid="told", mode="text", hoverinfo="skip", showlegend=False, x=[None], y=[None], text=[""],
        textposition="middle center", textfont={"size": 12, "color": colour("text")},
    )  # fmt: skip
    counts = [len(column) for column in mistakes(found)]
    figure = fig.panel(
        [bar, told], x="kind of mistake, and how many", y="which of its kind",
        x_range=(0.45, 5.65), y_range=(LINES + 0.5, 0.5),
        alt="A table of all mistakes down to the score threshold: copies, badly placed boxes, "
        "wrong classes, boxes on nothing, and missed objects with the cause of each.",
    )  # fmt: skip
    figure.layout.xaxis.update(
        side="top", ticks="", showline=False, tickvals=list(range(1, 6)),
        ticktext=[f"{name.replace(' ', '<br>')}<br><b>{n}</b>"
                  for name, n in zip(COLUMNS, counts, strict=True)],
        tickangle=0,
    )  # fmt: skip
    patch = list_patch(config, found)
    for uid, properties in patch["traces"].items():
        figure.update_traces(properties, selector={"uid": uid})
    return figure.update_layout(patch["layout"])


def list_patch(config: Config, found: Verdicts) -> Patch:
    """The page of the list on which the chosen mistake stands, and where."""
    kind, place = chosen_mistake(config, found)
    begin = max(place, 0) // LINES * LINES
    columns = entries(config.model_copy(update={"kind": 1, "nth": 1, "at_recall": 0.0,
                                                "at_precision": 0.0, "seed": 0}))  # fmt: skip
    shown = [
        (COPY + k, n, text)
        for k, column in enumerate(columns)
        for n, text in enumerate(column[begin : begin + LINES], begin + 1)
    ]
    x, y, text = map(list, zip(*shown, strict=True)) if shown else ([None], [None], [""])
    last = min(begin + LINES, max(map(len, columns)))
    return {
        "traces": {"chosen": {"x": [kind], "y": [place + 1 if place >= 0 else None]},
                   "told": {"x": x, "y": y, "text": text}},
        "layout": {"yaxis.range": [begin + LINES + 0.5, begin + 0.5],
                   "yaxis.tickvals": list(range(begin + 1, last + 1))},
    }  # fmt: skip


@functools.lru_cache(maxsize=8)
def entries(config: Config) -> list[list[str]]:
    """The lines of each column: class and score, or class and why it is missed."""
    found = verdicts(config)
    *wrong, missed = mistakes(found)
    scores, labels = found.judged.scores, found.judged.labels
    causes = [missed_case(config, found, j).cause for j in missed.tolist()]
    return [
        *([f"{CLASSES[labels[i]]} {scores[i]:.2f}" for i in column] for column in wrong),
        [f"{CLASSES[found.truth_labels[j]]}: {CAUSES[cause]}"
         for j, cause in zip(missed, causes, strict=True)],
    ]  # fmt: skip


def case_panels(config: Config, found: Verdicts) -> dict[str, go.Figure]:
    """The detection picked on the curve; the list, and the mistake chosen there."""
    return {
        "case": case_panel(config, found, case_on_curve(config, found)),
        "mistakes": list_panel(config, found),
        "mistake": case_panel(
            config, found, mistake_case(config, found, *chosen_mistake(config, found))
        ),
    }


def case_on_curve(config: Config, found: Verdicts) -> Case | None:
    """The detection whose point of the curve the controls point at."""
    i = on_curve(found, config.at_recall, config.at_precision)
    return detection_case(found, i) if i >= 0 else None


def picked(config: Config, found: Verdicts) -> dict[str, list[float | None]]:
    """Where its point is."""
    i = on_curve(found, config.at_recall, config.at_precision)
    if i < 0:
        return {"x": [None], "y": [None]}
    return {"x": [float(found.recall[i])], "y": [float(found.precision[i])]}


def looked_at(config: Config, found: Verdicts) -> dict[str, Patch]:
    """What a hand changes when it picks on the curve or in the list."""
    mistake = mistake_case(config, found, *chosen_mistake(config, found))
    return {
        "curve": {"traces": {"picked": picked(config, found)}},
        "case": case_patch(config, found, case_on_curve(config, found)),
        "mistakes": list_patch(config, found),
        "mistake": case_patch(config, found, mistake),
    }
