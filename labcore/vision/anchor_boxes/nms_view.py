"""Lesson 5 as pictures: the boxes of a scene, and the queue with the reason for each verdict."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from labcore import Frame, Patch
from labcore import figures as fig
from labcore.palette import colour
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detections import test_scene
from labcore.vision.anchor_boxes.marks import (
    box_line,
    data_uri,
    named,
    outlines,
    over_picture,
    picture,
    words,
)
from labcore.vision.anchor_boxes.scenes import CLASSES
from labcore.vision.anchor_boxes.suppression import KEPT, OUT, WAITING

LOOKS_OF = {"waiting": ("model", 0.5), "kept": ("goal", 1.0), "out": ("context", 0.6)}
CODES = {"waiting": WAITING, "kept": KEPT, "out": OUT}


def scene_name(config: Config) -> str:
    """The picture's panel: it can be drawn on where the boxes are the learner's."""
    return "scene_own" if config.source == "yours" else "scene"


def nms_panels(config: Config, first: Frame) -> dict[str, go.Figure]:
    """The scene and the queue."""
    from PIL import Image

    own = config.source == "yours"
    if own or config.photo:
        source = picture("scene", photo=config.photo)
    else:
        source = data_uri(Image.fromarray(test_scene(config.scene).image))
    scene = over_picture(
        [box_line("out", "out", "context", dash="dot", width=1.5),
         box_line("waiting", "waiting", "model", width=1.5),
         *([box_line("mine", "Yours", "own", config.mine, width=1.5)] if own else []),
         box_line("kept", "kept", "goal", width=3.5),
         box_line("rival", "the kept box it overlaps", "sky", dash="dash", width=4),
         box_line("now", "in question", "text", width=4),
         words("names", "goal", (), ())],
        source,
        alt="Predicted boxes on a scene: kept ones green, suppressed ones dotted, the box in "
        "question thick.",
    )  # fmt: skip
    count = max(len(first["before"]), 1)
    bars = [
        go.Bar(
            uid=f"bar.{name}", name=name, orientation="h", x=[0] * count,
            y=list(range(count)), hoverinfo="skip",
            marker={"color": colour(role, strength),
                    "pattern": {"shape": "/" if name == "out" else ""}},
        )
        for name, (role, strength) in LOOKS_OF.items()
    ]  # fmt: skip
    ticks = go.Scatter(
        uid="before", name="score before", mode="markers", x=first["before"],
        y=np.arange(len(first["before"])), hoverinfo="skip", showlegend=False,
        marker={"symbol": "line-ns", "size": 12,
                "line": {"width": 2, "color": colour("text", 0.6)}},
    )  # fmt: skip
    reasons = go.Scatter(
        uid="reasons", mode="text", x=[None], y=[None], text=[""], textposition="middle right",
        textfont={"size": 12, "color": colour("text")}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    queue = fig.panel(
        [*bars, ticks, reasons], x="score", y="place in the queue",
        x_range=(0, 2.1), y_range=(max(count, 8) - 0.4, -0.6),
        alt="The queue, surest first: each box’s score as a bar, and whether it is kept or why "
        "it is out.",
    )  # fmt: skip
    queue.layout.update(barmode="overlay", bargap=0.25)
    queue.layout.xaxis.update(tickvals=[0, 0.25, 0.5, 0.75, 1])
    queue.layout.yaxis.update(
        tickvals=list(range(count)), ticktext=[str(i + 1) for i in range(count)]
    )
    figures = {scene_name(config): scene, "queue": queue}
    for name, patch in nms_draw(config, first).items():
        for uid, properties in patch.get("traces", {}).items():
            figures[name].update_traces(properties, selector={"uid": uid})
    return figures


def nms_draw(config: Config, frame: Frame) -> dict[str, Patch]:
    """Verdicts so far."""
    boxes, verdict, now = frame["boxes"], frame["verdict"], int(frame["now"])
    place = np.arange(len(verdict), dtype=np.float32)
    by = int(frame["by"][now]) if now >= 0 else -1
    kept = verdict == KEPT
    scene = {
        name: outlines(boxes[(verdict == code) & (place != now)]) for name, code in CODES.items()
    }
    scene["kept"] = outlines(boxes[kept])
    scene |= {
        "now": outlines(boxes[[now]] if now >= 0 else ()),
        "rival": outlines(boxes[[by]] if by >= 0 else ()),
        "names": named(boxes[kept], [str(i + 1) for i in np.flatnonzero(kept)]),
    }
    bars = {}
    for name, code in CODES.items():
        # as many bars in each frame: Plotly gives new ones no colour while it animates
        bars[f"bar.{name}"] = {"x": np.where(verdict == code, frame["scores"], 0), "y": place}
    told = np.flatnonzero(verdict != WAITING)
    at = np.maximum(frame["before"], frame["scores"])[told] + 0.03
    bars["reasons"] = {
        "x": at.astype(np.float32) if len(told) else [None],
        "y": place[told] if len(told) else [None],
        "text": [reason(config, frame, i) for i in told] or [""],
    }
    if "answer" in frame.values:
        bars["before"] = {"x": frame["before"], "y": place}
        if config.source == "yours":
            scene["mine"] = outlines(config.mine)
    return {scene_name(config): {"traces": scene}, "queue": {"traces": bars}}


def title(config: Config, frame: Frame, i: int) -> str:
    """A kept box's place and class."""
    kind = "" if config.source == "yours" else f" {CLASSES[int(frame['labels'][i])]}"
    return f"{i + 1}{kind}"


def reason(config: Config, frame: Frame, i: int) -> str:
    """Why a box is kept or out."""
    name, by = title(config, frame, i), int(frame["by"][i])
    over, left = f"IoU {frame['over'][i]:.2f} with {by + 1}", f"{frame['scores'][i]:.2f}"
    kept = frame["verdict"][i] == KEPT
    if config.method == "weighted":
        group = 1 + int(((frame["verdict"] == OUT) & (frame["by"] == i)).sum())
        alone = "kept" if group == 1 else f"kept, the mean of {group}"
        return f"{name}: {alone}" if kept else f"{name}: joins {by + 1}, {over.split(' with')[0]}"
    if config.method == "hard":
        return f"{name}: kept" if kept else f"{name}: out, {over}"
    if by < 0:
        return f"{name}: kept" if kept else f"{name}: out, score too low"
    return f"{name}: {'kept' if kept else 'out'} at {left}, {over}"
