"""Lesson 6 as pictures: the precision–recall curve, and what was right and wrong in each scene."""

from __future__ import annotations

import functools

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.palette import colour
from labcore.vision.anchor_boxes.cases_view import case_panels, looked_at, picked
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detections import test_scene
from labcore.vision.anchor_boxes.evaluation import verdicts
from labcore.vision.anchor_boxes.marks import box_line, data_uri, outlines, over_picture
from labcore.vision.anchor_boxes.precision import LADDER, RIGHT
from labcore.vision.anchor_boxes.scenes import HEIGHT, WIDTH
from labcore.vision.anchor_boxes.settings import SCENES

ACROSS, SHRINK = 4, 3
DOWN = SCENES // ACROSS
PLACE = (WIDTH // SHRINK, HEIGHT // SHRINK + 1)
"""Pixels of one scene in the mosaic."""

SHORT = ("right", "copy", "loose", "class", "nothing", "missed")


@functools.cache
def mosaic() -> str:
    """All test scenes in one picture, as a data URI."""
    whole = Image.new("RGB", (ACROSS * PLACE[0], DOWN * PLACE[1]), "white")
    for number in range(SCENES):
        small = Image.fromarray(test_scene(number).image).resize(
            (PLACE[0], PLACE[1] - 1), Image.Resampling.LANCZOS
        )
        whole.paste(small, (number % ACROSS * PLACE[0], number // ACROSS * PLACE[1]))
    return data_uri(whole, 75)


def on_mosaic(boxes: np.ndarray, scene: np.ndarray) -> np.ndarray:
    """Boxes of scenes where they stand in the mosaic, (n, 4)."""
    corner = np.stack([scene % ACROSS * PLACE[0], scene // ACROSS * PLACE[1]], 1)
    return boxes / SHRINK + np.tile(corner, 2)


def quality_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Curve, scenes, the ladder of thresholds and the reasons."""
    found = verdicts(config)
    envelope = np.maximum.accumulate(found.precision[::-1])[::-1]
    curve = fig.panel(
        [fig.line("envelope", "highest to the right", "context", dash="dot", width=1.5,
                  x=found.recall.astype(np.float32), y=envelope.astype(np.float32)),
         fig.line("whole", "all scores", "model", width=1.5, opacity=0.5,
                  x=found.recall.astype(np.float32), y=found.precision.astype(np.float32)),
         fig.line("curve", "taken", "model", width=4, legend=False),
         fig.head("now", "now", "model", size=13),
         go.Scatter(uid="picked", mode="markers", hoverinfo="skip", showlegend=False,
                    **picked(config, found),
                    marker={"size": 18, "symbol": "circle-open", "color": colour("own"),
                            "line": {"width": 3, "color": colour("own")}})],
        x="recall: found ÷ objects", y="precision: right ÷ taken", legend=True,
        x_range=(0, 1.02), y_range=(0, 1.04),
        alt="Precision against recall while detections are taken, surest first; all classes "
        "together.",
    )  # fmt: skip
    scenes = over_picture(
        [box_line("missed", "missed", "data", dash="dot", width=2),
         box_line("right", "right", "goal", width=2), box_line("wrong", "wrong", "error", width=2),
         box_line("last", "last taken", "text", width=4)],
        mosaic(), width=ACROSS * PLACE[0], height=DOWN * PLACE[1], legend=True,
        alt="All test scenes: right detections green, wrong ones red, missed objects dotted blue.",
    )  # fmt: skip
    for axis in (scenes.layout.xaxis, scenes.layout.yaxis):
        axis.update(showticklabels=False, ticks="", showline=False)
    scenes.layout.xaxis.title.text = "scenes 0 to 23, row by row"
    scenes.layout.yaxis.title.text = " "
    ladder = go.Bar(
        uid="ladder", x=[f"{step:.2f}" for step in LADDER], y=found.ladder.astype(np.float32),
        marker={"color": [colour("model", 1 if abs(s - config.threshold) < 0.01 else 0.45)
                          for s in LADDER]},
        hoverinfo="skip",
    )  # fmt: skip
    steps = fig.panel(
        [ladder], x="IoU a right box needs", y="mean AP", size="small", y_range=(0, 1.1),
        title=f"AP@[.5:.95] = {found.ladder.mean():.3f}",
        alt="Mean average precision at ten IoU thresholds; their mean is COCO’s AP.",
    )  # fmt: skip
    steps.layout.xaxis.update(type="category", tickvals=["0.50", "0.70", "0.90"])
    bars = go.Bar(
        uid="reasons", x=list(SHORT), y=[0] * 6, text=[""] * 6, textposition="outside",
        hoverinfo="skip", cliponaxis=False,
        marker={"color": [colour("goal"), *[colour("error")] * 4, colour("data")],
                "pattern": {"shape": ["", "/", "/", "/", "/", "."]}},
    )  # fmt: skip
    taken = found.judged.verdict[: found.shown]
    why = fig.panel(
        [bars], x="verdict", y="detections", size="small",
        y_range=(0, 1.15 * max(len(found.truths), *np.bincount(taken), 1)),
        alt="How many detections are right, a copy, placed badly, of the wrong class, or on "
        "nothing; and how many objects are missed.",
    )  # fmt: skip
    why.layout.xaxis.type = "category"
    figures = {"curve": curve, "mosaic": scenes, "ladder": steps, "reasons": why}
    return figures | case_panels(config, found)


def quality_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """The detections since the last frame; in an answer, what the hand points at."""
    found = verdicts(config)
    if "answer" in frame.values:
        return looked_at(config, found)
    begin, end = int(frame["begin"]), int(frame["end"])
    fresh, judged = slice(begin, end), found.judged
    right = judged.verdict[fresh] == RIGHT
    boxes = on_mosaic(found.boxes[fresh], judged.scene[fresh])
    missed = np.flatnonzero(frame["hit"] == 0)
    left = on_mosaic(found.truths[missed], found.truth_scene[missed])
    counts = [*frame["reasons"].tolist(), len(missed)]
    here = {"x": [frame["recall"]], "y": [frame["precision"]]}
    grown = {
        "x": found.recall[fresh].astype(np.float32),
        "y": found.precision[fresh].astype(np.float32),
    }
    return {
        "curve": {"traces": {"now": here}, "append": {"curve": grown}},
        "mosaic": {
            "traces": {"missed": outlines(left), "last": outlines(boxes[-1:])},
            "append": {"right": outlines(boxes[right]), "wrong": outlines(boxes[~right])},
        },
        "reasons": {"traces": {"reasons": {"y": counts, "text": [str(n) for n in counts]}}},
    }
