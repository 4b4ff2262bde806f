"""Lesson 7 as pictures: a scene through the eyes of a network that learns, its loss and AP."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detections import test_scene
from labcore.vision.anchor_boxes.marks import (
    INSIDE,
    box_line,
    data_uri,
    named,
    outlines,
    over_picture,
    words,
)
from labcore.vision.anchor_boxes.scenes import CLASSES

WORD = (75, 13)
"""Width and height of a name and a score, in pixels of the scene."""


def training_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The watched scene, the loss, and AP50."""
    one = test_scene(config.scene)
    watch = over_picture(
        [box_line("truth", "true", "data", one.boxes, dash="dot", width=2),
         box_line("found", "predicted", "model", width=3),
         words("names", "model", (), (), INSIDE)],
        data_uri(Image.fromarray(one.image)), legend=True,
        alt="A scene the network does not learn from, with the true boxes and those it predicts.",
    )  # fmt: skip
    loss = fig.panel(
        [fig.line("named", "classes", "model"), fig.line("moved", "offsets", "goal", dash="dash")],
        x="step", y="loss per positive", size="small", legend=True, x_range=(0, config.steps),
        y_range=(0.3, 300), y_log=True,
        alt="The two parts of the loss on each batch.",
    )  # fmt: skip
    score = fig.panel(
        [fig.line("ap", "AP50", "model", legend=False)],
        x="step", y="AP50 of 8 test scenes", size="small", x_range=(0, config.steps),
        y_range=(0, 1), alt="Mean average precision at IoU 0.5 over eight test scenes.",
    )  # fmt: skip
    return {"watch": watch, "loss": loss, "score": score}


def training_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Where the boxes have moved to."""
    found, step = frame["found"], np.array([frame.step], np.float32)
    told = found[apart(found)]
    names = [f"{CLASSES[int(row[5])]} {row[4]:.2f}" for row in told]
    grown = {
        name: {"x": step, "y": np.array([frame[name]], np.float32)} for name in ("named", "moved")
    }
    return {
        "watch": {"traces": {"found": outlines(found[:, :4]), "names": named(told[:, :4], names)}},
        "loss": {"append": grown},
        "score": {"append": {"ap": {"x": step, "y": np.array([frame["ap"]], np.float32)}}},
    }


def apart(found: np.ndarray) -> list[int]:
    """Those boxes, surest first, whose words stand clear of the words of surer ones."""
    kept: list[int] = []
    for i, (x, y) in enumerate(found[:, :2]):
        if all(abs(x - found[j, 0]) > WORD[0] or abs(y - found[j, 1]) > WORD[1] for j in kept):
            kept.append(i)
    return kept
