"""The panels of all lessons, and the views that choose among them."""

from __future__ import annotations

import plotly.graph_objects as go

from labcore import Boxes, Frame, Grab, Patch
from labcore.vision.anchor_boxes.anchors_view import anchors_draw, anchors_panels
from labcore.vision.anchor_boxes.assignment_view import assignment_draw, assignment_panels
from labcore.vision.anchor_boxes.boxes_view import boxes_draw, boxes_panels
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.nms_view import nms_draw, nms_panels
from labcore.vision.anchor_boxes.quality_view import quality_draw, quality_panels
from labcore.vision.anchor_boxes.shapes_view import shapes_draw, shapes_panels
from labcore.vision.anchor_boxes.training_view import training_draw, training_panels

PANELS = {
    "boxes": boxes_panels,
    "anchors": anchors_panels,
    "shapes": shapes_panels,
    "assignment": assignment_panels,
    "nms": nms_panels,
    "quality": quality_panels,
    "training": training_panels,
}
DRAWS = {
    "boxes": boxes_draw,
    "anchors": anchors_draw,
    "shapes": shapes_draw,
    "assignment": assignment_draw,
    "nms": nms_draw,
    "quality": quality_draw,
    "training": training_draw,
}

GRABS = (
    Boxes("boxes", "mine", "mine", "Your box"),
    Boxes("boxes", "truth", "truth", "True box"),
    Grab("grid", "cell", "cell_x", "cell_y", "Cell whose anchors are drawn"),
    Boxes("match_own", "mine", "mine", "Your anchor"),
    Boxes("match_own", "truth", "truth", "True box"),
    Boxes("match", "truth", "truth", "True box"),
    Boxes("scene_own", "mine", "mine", "Your prediction"),
    Grab("coverage", "chosen", "clusters", "threshold", "Clusters and threshold"),
    Grab("curve", "picked", "at_recall", "at_precision", "Detection that is shown"),
    Grab("mistakes", "chosen", "kind", "nth", "Mistake that is shown"),
)
"""Your boxes come first, so that a drag on the empty plane draws one of them."""

VIEWS = {
    "Overlap": ("boxes", "matrix", "race"),
    "Pulls": ("boxes", "pulls", "race"),
    "Anchors": ("grid", "counts", "ratio"),
    "k-means": ("cloud", "coverage", "chosen"),
    "Assignment": ("match", "match_own", "table"),
    "Offsets": ("match", "match_own", "offsets"),
    "Queue": ("scene", "scene_own", "queue"),
    "Curve": ("curve", "case"),
    "Mistakes": ("mistakes", "mistake"),
    "All scenes": ("mosaic", "reasons", "ladder"),
    "Training": ("watch", "loss", "score"),
}
"""Those of a lesson stand while it is chosen."""


def panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The panels of the lesson."""
    return PANELS[config.topic](config, first)


def draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """What moves in the lesson."""
    return DRAWS[config.topic](config, frame)
