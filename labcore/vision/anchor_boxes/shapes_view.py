"""Lesson 3 as pictures: shapes and their clusters, and how many shapes k anchors cover."""

from __future__ import annotations

import functools

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.palette import colour
from labcore.vision.anchor_boxes.anchors import shape
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detections import true_shapes
from labcore.vision.anchor_boxes.detector import LEVELS
from labcore.vision.anchor_boxes.marks import outlines
from labcore.vision.anchor_boxes.scenes import HEIGHT, WIDTH
from labcore.vision.anchor_boxes.shapes import best_overlap, recall_map

MOST_CLUSTERS = 12
THRESHOLDS = np.round(np.arange(0.05, 0.96, 0.05), 2)
EDGE = 225.0


@functools.lru_cache(maxsize=8)
def coverage(seed: int) -> np.ndarray:
    """Share of shapes covered, by threshold and k: (19, 12)."""
    return recall_map(true_shapes(), MOST_CLUSTERS, THRESHOLDS, seed)


@functools.cache
def by_hand() -> np.ndarray:
    """The twelve shapes that the detector's anchors have, (12, 2)."""
    asked = [(s * m, r) for _, s in LEVELS for m, r in ((1, 1), (2**0.5, 1), (1, 2), (1, 0.5))]
    return np.array([shape("d2l", s, r, WIDTH, HEIGHT) for s, r in asked])


def shapes_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """Shapes in the plane, the chosen ones as boxes, and coverage by k and threshold."""
    shapes = true_shapes()
    cloud = go.Scatter(
        uid="shapes", x=shapes[:, 0].astype(np.float32), y=shapes[:, 1].astype(np.float32),
        mode="markers", hoverinfo="skip", showlegend=False,
        marker={"size": 6, "color": colour("data", 0.45)},
    )  # fmt: skip
    spokes = fig.line("spokes", "to its centre", "context", width=1, opacity=0.5, legend=False)
    hand = by_hand()
    plane = fig.panel(
        [spokes, cloud,
         fig.head("hand", "by hand (12)", "context", symbol="x", size=9, x=hand[:, 0], y=hand[:, 1],
                  legend=True),
         fig.head("centres", f"k-means ({config.clusters})", "model", symbol="square", size=14,
                  legend=True)],
        x="width (pixels)", y="height (pixels)", x_range=(0, EDGE), y_range=(0, EDGE), square=True,
        legend=True,
        alt="Widths and heights of 400 true boxes; squares are the shapes k-means has chosen, "
        "crosses those chosen by hand.",
    )  # fmt: skip
    boxes = fig.panel(
        [fig.line("hand.boxes", "by hand", "context", dash="dot", width=1.5, legend=False,
                  **outlines(centred(hand))),
         fig.line("boxes", "k-means", "model", legend=False)],
        x="pixels", y="pixels", size="small", x_range=(-EDGE / 2, EDGE / 2),
        y_range=(-EDGE / 2, EDGE / 2), square=True,
        alt="The shapes k-means has chosen as boxes with one centre; dotted, those by hand.",
        title="Chosen shapes; by hand: dotted",
    )  # fmt: skip
    share = coverage(config.seed)
    field = fig.field("coverage", np.arange(1, MOST_CLUSTERS + 1), THRESHOLDS,
                      fig.quantize(share, 0, 1), bar=" ",
                      ticks=(0, 127, 255), labels=("0", "0.5", "1"))  # fmt: skip
    ring = go.Scatter(
        uid="chosen", x=[config.clusters], y=[config.threshold], mode="markers", hoverinfo="skip",
        showlegend=False, marker={"size": 20, "symbol": "circle-open", "color": colour("own"),
                                  "line": {"width": 3.5, "color": colour("own")}},
    )  # fmt: skip
    hand_best = best_overlap(true_shapes(), hand)
    told = (hand_best >= config.threshold).mean()
    cover = fig.panel(
        [field, ring], x="clusters k", y="IoU threshold", size="small",
        title=f"Covered by k shapes (12 by hand: {told:.2f})",
        x_range=(0.5, MOST_CLUSTERS + 0.5), y_range=(0.025, 0.975),
        alt="Share of the true boxes that some chosen shape overlaps by the threshold or more, by "
        "number of clusters and threshold.",
    )  # fmt: skip
    figures = {"cloud": plane, "coverage": cover, "chosen": boxes}
    for uid, line in cloud_of(config, first).items():
        figures["cloud"].update_traces(line, selector={"uid": uid})
    return figures


def centred(shapes: np.ndarray) -> np.ndarray:
    """Boxes around the origin, (n, 4)."""
    return np.concatenate([-shapes / 2, shapes / 2], 1)


def cloud_of(config: Config, frame: Frame) -> dict[str, dict[str, np.ndarray]]:
    """Centres, and a spoke from each shape to the centre it belongs to."""
    shapes, centres = true_shapes(), frame["centres"]
    own = centres[frame["owner"]]
    x = np.stack([shapes[:, 0], own[:, 0], np.full(len(own), np.nan)], 1).ravel()
    y = np.stack([shapes[:, 1], own[:, 1], np.full(len(own), np.nan)], 1).ravel()
    return {
        "spokes": {"x": x.astype(np.float32), "y": y.astype(np.float32)},
        "centres": {"x": centres[:, 0], "y": centres[:, 1]},
    }


def shapes_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Centres move, shapes change hands."""
    cloud: Patch = {"traces": cloud_of(config, frame)}
    patches: dict[str, Patch] = {
        "cloud": cloud,
        "chosen": {"traces": {"boxes": outlines(centred(frame["centres"]))}},
    }
    if "answer" in frame.values:
        ring = {"x": [config.clusters], "y": [config.threshold]}
        patches["coverage"] = {"traces": {"chosen": ring}}
    return patches
