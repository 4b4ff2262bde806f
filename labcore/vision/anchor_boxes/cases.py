"""One detection, or one missed object, looked at: what it is and why it counts as it does."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detections import found_in
from labcore.vision.anchor_boxes.evaluation import Verdicts
from labcore.vision.anchor_boxes.overlap import iou
from labcore.vision.anchor_boxes.precision import COPY, LOOSE, MEANT, NOTHING, RIGHT
from labcore.vision.anchor_boxes.scenes import CLASSES

MISSED = NOTHING + 1
COLUMNS = ("a copy", "placed badly", "wrong class", "on nothing", "missed")
"""The kinds of mistakes, COPY to MISSED, as the list has them."""

FAINT, NEIGHBOUR, REMOVED, OFF, MISTAKEN, UNSEEN = range(6)
CAUSES = ("faint", "shared", "removed", "loose", "misread", "unseen")
"""Why an object is missed, in a word."""


class Case(NamedTuple):
    """What is looked at.

    kind:      RIGHT, COPY, LOOSE, CONFUSED, NOTHING or MISSED.
    scene:     number of the test scene.
    detection: its place in the queue of all scenes, from 0; −1 where there is none.
    truth:     the object it is held against, counted over all scenes; −1 where there is none.
    iou:       of the two boxes, 0 where one is missing.
    box:       (4,) of the detection; NaN where there is none.
    score, label: of the detection; of a missed object, those of `box`, or 0 and −1.
    cause:     of a missed object: FAINT … UNSEEN; else −1.
    """

    kind: int
    scene: int
    detection: int
    truth: int
    iou: float
    box: np.ndarray
    score: float
    label: int
    cause: int = -1


def overlaps_in(found: Verdicts, boxes: np.ndarray, scene: int) -> tuple[np.ndarray, np.ndarray]:
    """IoU of boxes (n, 4) with each object of a scene, (n, m), and which objects those are."""
    objects = np.flatnonzero(found.truth_scene == scene)
    return iou(torch.from_numpy(boxes), torch.from_numpy(found.truths[objects])).numpy(), objects


def detection_case(found: Verdicts, i: int) -> Case:
    """Detection `i` of the queue and its object: the one it found or is meant to, or the nearest
    one that it overlaps at all.
    """
    judged = found.judged
    scene, truth = int(judged.scene[i]), int(judged.truth[i])
    over, objects = overlaps_in(found, found.boxes[i : i + 1], scene)
    if truth < 0 and len(objects) and over.max() > 0:
        truth = int(objects[over[0].argmax()])
    shared = float(over[0, objects == truth][0]) if truth >= 0 else 0.0
    return Case(
        int(judged.verdict[i]), scene, i, truth, shared, found.boxes[i],
        float(judged.scores[i]), int(judged.labels[i]),
    )  # fmt: skip


def missed_case(config: Config, found: Verdicts, j: int) -> Case:
    """Object `j` that no detection above the score threshold has found, and the cause of it.

    In this order: its detection is too faint; a box that fits it counts for a neighbour;
    suppression took such a box away; a box of its class lies there, but badly; one of another
    class does; nothing does.
    """
    judged, scene, label = found.judged, int(found.truth_scene[j]), int(found.truth_labels[j])

    def case(cause: int, i: int) -> Case:
        one = found.boxes[i]
        over = iou(torch.from_numpy(one[None]), torch.from_numpy(found.truths[j][None]))
        known = float(judged.scores[i]), int(judged.labels[i])
        return Case(MISSED, scene, i, j, float(over), one, *known, cause)

    later = np.flatnonzero((judged.verdict == RIGHT) & (judged.truth == j))
    if len(later):
        return case(FAINT, int(later[0]))
    here = np.flatnonzero(judged.scene == scene)
    truth = torch.from_numpy(found.truths[j][None])
    over = iou(torch.from_numpy(found.boxes[here]), truth).numpy()[:, 0]
    same = np.where(judged.labels[here] == label, over, 0)
    if same.max(initial=0) >= config.threshold:
        return case(NEIGHBOUR, int(here[same.argmax()]))
    raw = found_in(scene)
    fits = iou(torch.from_numpy(raw[:, :4]), truth).numpy()[:, 0]
    fits = np.where(raw[:, 5] == label, fits, 0)
    if fits.max(initial=0) >= config.threshold:
        best = raw[fits.argmax()]
        score = float(best[4])
        return Case(MISSED, scene, -1, j, float(fits.max()), best[:4], score, label, REMOVED)
    sure = judged.scores[here] >= config.score
    same, over = np.where(sure, same, 0), np.where(sure, over, 0)
    if same.max(initial=0) >= MEANT:
        return case(OFF, int(here[same.argmax()]))
    if over.max(initial=0) >= MEANT:
        return case(MISTAKEN, int(here[over.argmax()]))
    return Case(MISSED, scene, -1, j, 0.0, np.full(4, np.nan), 0.0, -1, UNSEEN)


def on_curve(found: Verdicts, recall: float, precision: float) -> int:
    """The detection whose point of the curve is nearest to a place; −1 if there is none."""
    if not len(found.recall):
        return -1
    return int(np.hypot(found.recall - recall, found.precision - precision).argmin())


def mistakes(found: Verdicts) -> list[np.ndarray]:
    """For each of COLUMNS, which they are, down to the score threshold.

    Detections by their place in the queue, surest first; missed objects by their number.
    """
    taken, hit = found.judged.verdict[: found.shown], np.zeros(len(found.truths), bool)
    hit[found.judged.truth[: found.shown][taken == RIGHT]] = True
    return [*(np.flatnonzero(taken == kind) for kind in range(COPY, MISSED)), np.flatnonzero(~hit)]


def chosen_mistake(config: Config, found: Verdicts) -> tuple[int, int]:
    """Kind, and place in its list from 0, of the mistake the controls point at.

    The last of its kind if there are fewer; a place of −1 if there is none.
    """
    kind = config.kind
    return kind, min(config.nth, len(mistakes(found)[kind - COPY])) - 1


def mistake_case(config: Config, found: Verdicts, kind: int, place: int) -> Case | None:
    """One mistake of the list; None where there is none."""
    if place < 0:
        return None
    which = int(mistakes(found)[kind - COPY][place])
    return missed_case(config, found, which) if kind == MISSED else detection_case(found, which)


def because(config: Config, found: Verdicts, case: Case) -> tuple[str, str]:
    """What is looked at and why it counts as it does: two lines."""
    close = abs(case.iou - config.threshold) < 0.005  # two digits would hide the difference
    over, asked = f"IoU {case.iou:.3f}" if close else f"IoU {case.iou:.2f}", f"{config.threshold:g}"
    true = CLASSES[int(found.truth_labels[case.truth])] if case.truth >= 0 else ""
    said = CLASSES[case.label] if case.label >= 0 else ""
    if case.kind == MISSED:
        why = {
            FAINT: f"its box has a score of {case.score:.2f}, below {config.score:g}",
            NEIGHBOUR: f"the box that fits it counts for its neighbour ({over})",
            REMOVED: f"suppression took the box that fits it ({over}, score {case.score:.2f})",
            OFF: f"its box fits too badly: {over}, {asked} is asked",
            MISTAKEN: f"the box there says {said} ({over})",
            UNSEEN: f"no box from a score of {config.score:g} on lies there",
        }[case.cause]
        return f"Missed: the {true} in scene {case.scene}", sentence_of(why)
    judged = found.judged
    head = f"Detection {case.detection + 1}: {said}, score {case.score:.2f}, scene {case.scene}"
    if case.kind == RIGHT:
        return head, f"Right: {over} with the {true}, {asked} is asked"
    if case.kind == COPY:
        first = int(np.flatnonzero((judged.verdict == RIGHT) & (judged.truth == case.truth))[0])
        return head, f"A copy: {over} with the {true} that detection {first + 1} found"
    if case.kind == LOOSE:
        return head, f"Placed badly: {over} with the {true}, {asked} is asked"
    if case.kind == NOTHING and case.truth < 0:
        return head, "Nothing there: it touches no object"
    if case.kind == NOTHING:
        return head, f"Nothing there: {over} with the nearest object, the {true}"
    return head, f"Wrong class: it is a {true} ({over})"


def sentence_of(words: str) -> str:
    """With a capital letter."""
    return words[:1].upper() + words[1:]
