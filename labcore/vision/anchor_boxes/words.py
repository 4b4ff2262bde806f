"""The numbers of a frame in words; and, under names with a dot, those of the formulas."""

from __future__ import annotations

import math

import numpy as np

from labcore import Frame, shown
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detections import each_with_each
from labcore.vision.anchor_boxes.formulas import (
    FORMULAS,
    anchor_slots,
    decay_slots,
    offset_slots,
    pair_slots,
    precision_slots,
    slots_of,
)
from labcore.vision.anchor_boxes.overlap import MEASURES
from labcore.vision.anchor_boxes.precision import RIGHT, average_precision, judge
from labcore.vision.anchor_boxes.settings import FRAMES
from labcore.vision.anchor_boxes.suppression import KEPT, OUT


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """A few numbers that matter; and, under names with a dot, those of the formulas."""
    tell = {"boxes": boxes_words, "anchors": anchors_words, "shapes": shapes_words,
            "assignment": assignment_words, "nms": nms_words, "quality": quality_words,
            "training": training_words}  # fmt: skip
    return tell[config.topic](config, frame)


def boxes_words(config: Config, frame: Frame) -> dict[str, str]:
    """Box A against its truth, and the race."""
    if not config.mine or not config.truth:
        blank = {name: "–" for latex in FORMULAS.values() for name in slots_of(latex)}
        return {"Boxes": f"{len(config.mine)} yours, {len(config.truth)} true"} | blank
    goal = int(frame["goal"][0])
    mine, truth = np.array(config.mine), np.array(config.truth)
    numbers = frame["measures"][:, 0, goal]
    told = {f"A and {goal + 1}: {name}": shown(v) for name, v in
            zip(MEASURES.values(), numbers, strict=True)}  # fmt: skip
    if "agree" in frame.values:
        best = int(np.argmax(np.round(frame["agree"], 3)))
        told["Leads the race"] = f"{list(MEASURES.values())[best]}, {frame['agree'][best]:.3f}"
    told |= pair_slots(mine[0], truth[goal]) | offset_slots(mine[0], truth[goal])
    wide, tall = mine[0, 2:] - mine[0, :2]
    told |= anchor_slots("d2l", math.sqrt(wide * tall) / 256, wide / tall, wide, tall, "wide")
    rivals = each_with_each(mine)
    told |= decay_slots(config, float(rivals[0, 1]) if len(mine) > 1 else 0.0)
    overlap = frame["measures"][0]
    zeros = np.zeros(len(mine), int)
    right = judge(-np.arange(len(mine), dtype=float), zeros, zeros, overlap,
                  np.zeros(len(truth), int), config.threshold).verdict == RIGHT  # fmt: skip
    return told | precision_slots(
        int(right.sum()), len(mine), len(truth), average_precision(right, len(truth), "101")
    )


def anchors_words(config: Config, frame: Frame) -> dict[str, str]:
    """The anchor whose turn it is."""
    x0, y0, x1, y1 = frame["box"].tolist()
    wide, tall = x1 - x0, y1 - y0
    counts = frame["counts"]
    return {
        "This anchor": f"level {int(frame['level']) + 1}, {wide:.0f} × {tall:.0f} pixels",
        "Asked": f"s = {shown(frame['s'])}, r = {shown(frame['r'])}",
        "Width ÷ height": shown(wide / max(tall, 1e-9)),
        "Anchors in all": f"{int(counts.sum()):,}",
        "One a pixel would be": f"{pixels(config) * each_cell(config):,}",
    } | anchor_slots(
        config.convention, float(frame["s"]), float(frame["r"]), wide, tall, config.crop
    )


def pixels(config: Config) -> int:
    """How many pixels the picture has."""
    width, height = FRAMES[config.crop]
    return width * height


def each_cell(config: Config) -> int:
    """How many anchors a cell has."""
    if config.convention == "torchvision":
        return len(config.ratios) * config.per_level
    return len(config.ratios) + (config.per_level - 1 if config.convention == "d2l" else 1)


def shapes_words(config: Config, frame: Frame) -> dict[str, str]:
    """How well the centres fit."""
    centres = frame["centres"]
    return {
        "Mean best IoU": shown(frame["mean"]),
        "Covered": f"{100 * float(frame['covered']):.0f} %",
        "Iteration": str(frame.step),
        "Shapes": ", ".join(f"{w:.0f}×{h:.0f}" for w, h in centres[np.argsort(centres.prod(1))]),
    }


def assignment_words(config: Config, frame: Frame) -> dict[str, str]:
    """The decision of this step."""
    i, j = int(frame["i"]), int(frame["j"])
    told = {
        "Step": decision(config, frame) if i >= 0 else "the whole matrix",
        "Of all anchors positive": f"{int(frame['positives'])} of {int(frame['total']):,}",
        "Ignored": f"{int(frame['ignored'])}",
    }
    if i < 0 or j < 0 or not len(frame["truths"]):
        return told
    told |= pair_slots(frame["anchors"][i], frame["truths"][j])
    if frame["given"][i] >= 0:
        told |= offset_slots(frame["anchors"][i], frame["truths"][j])
    return told


def decision(config: Config, frame: Frame) -> str:
    """What was decided, and why."""
    i, j = int(frame["i"]), int(frame["j"])
    name = "ABCDEFGHIJKL"[i]
    if j < 0:
        return f"{name} is background: there is no true box"
    over, given = float(frame["iou"][i, j]), int(frame["given"][i])
    if frame["first"]:
        return f"{name} wins {j + 1}: {over:.2f} is the highest left"
    if given >= 0:
        return f"{name} takes {j + 1}: {over:.2f} ≥ {config.threshold:g}"
    if given == -1:
        return f"{name} is background: {over:.2f} < {min(config.negative, config.threshold):g}"
    return f"{name} is ignored: {over:.2f} lies between"


def nms_words(config: Config, frame: Frame) -> dict[str, str]:
    """The verdict of this step."""
    verdict, now = frame["verdict"], int(frame["now"])
    told = {
        "Kept": str(int((verdict == KEPT).sum())),
        "Out": str(int((verdict == OUT).sum())),
        "Boxes in the queue": f"{len(verdict)} of {int(frame['all'])}",
    }
    if now >= 0:
        told["Score"] = f"{float(frame['before'][now]):.2f} → {float(frame['scores'][now]):.2f}"
        by = int(frame["by"][now])
        if by >= 0:
            told |= pair_slots(frame["boxes"][now], frame["boxes"][by])
            told |= decay_slots(config, float(frame["over"][now]))
    return told


def quality_words(config: Config, frame: Frame) -> dict[str, str]:
    """Precision, recall and AP."""
    reasons = frame["reasons"]
    right, taken, objects = int(reasons[RIGHT]), int(reasons.sum()), len(frame["hit"])
    return {
        "AP50": shown(frame["ap50"]),
        "AP50 to 95": shown(frame["ap"]),
        "Taken down to": shown(frame["least"]),
        "Wrong": f"{taken - right} of {taken}",
        "Missed": f"{objects - right} of {objects}",
    } | precision_slots(right, taken, objects, float(frame["here"]))


def training_words(config: Config, frame: Frame) -> dict[str, str]:
    """Loss, AP and boxes."""
    return {
        "Loss of classes": shown(frame["named"]),
        "Loss of offsets": shown(frame["moved"]),
        "AP50 of 8 scenes": shown(frame["ap"]),
        "Boxes shown": str(len(frame["found"])),
    }
