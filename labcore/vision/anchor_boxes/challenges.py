"""Goals to reach, each judged on the frames of the learner's own run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Verdict, format_number
from labcore.vision.anchor_boxes.cases import NEIGHBOUR, REMOVED, missed_case, mistakes
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.evaluation import verdicts
from labcore.vision.anchor_boxes.precision import RIGHT
from labcore.vision.anchor_boxes.suppression import KEPT


def lesson(config: Config, topic: str, number: int) -> Verdict | None:
    """A verdict if another lesson is chosen."""
    return None if config.topic == topic else Verdict(False, f"Choose lesson {number}.")


def fit(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Three boxes by hand."""
    if stop := lesson(config, "boxes", 1):
        return stop
    if len(config.truth) < 3:
        return Verdict(False, "Leave at least three true boxes.")
    table = frames[0]["measures"][0]
    best = table.max(0, initial=0)
    says = f"The true box fitted worst has an IoU of {format_number(float(best.min()))}."
    return Verdict(bool(best.min() >= 0.85), says)


def order(config: Config, frames: Sequence[Frame]) -> Verdict:
    """IoU and GIoU disagree about which of two boxes is better."""
    if stop := lesson(config, "boxes", 1):
        return stop
    if len(config.mine) < 2 or not config.truth:
        return Verdict(False, "There must be boxes A and B, and a true box.")
    iou, giou = frames[0]["measures"][:2, :2]
    apart = np.minimum(iou[0] - iou[1], giou[1] - giou[0])
    best = float(apart.max())
    says = f"Best: A leads by IoU and trails by GIoU by at least {format_number(best)}."
    return Verdict(
        best >= 0.02, says if best > 0 else "No true box has A ahead by IoU and B by GIoU."
    )


def few(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Coverage with few shapes."""
    if stop := lesson(config, "shapes", 3):
        return stop
    if config.threshold < 0.6:
        return Verdict(False, "Ask for an IoU of at least 0.6.")
    share = float(frames[-1]["covered"])
    says = f"{config.clusters} shapes cover {100 * share:.0f} % at {config.threshold:g}."
    return Verdict(share >= 0.9 and config.clusters <= 8, says)


def served(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Every truth well served by a lean generator."""
    if stop := lesson(config, "assignment", 4):
        return stop
    if config.source == "yours" or config.picture != "scene" or config.truth != Config().truth:
        return Verdict(False, "Keep the first picture, its true boxes, and the grid’s anchors.")
    last = frames[-1]
    won = last["won"]
    least = float(last["iou"][won, np.arange(len(won))].min())
    total = int(last["total"])
    says = f"{total} anchors; the object served worst has an IoU of {format_number(least)}."
    return Verdict(least >= 0.72 and total <= 400, says)


def both(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Suppression that keeps neighbours and no copies."""
    if stop := lesson(config, "nms", 5):
        return stop
    if config.scene != 7 or config.source == "yours":
        return Verdict(False, "Keep scene 7 and the detector’s boxes.")
    kept = int((frames[-1]["verdict"] == KEPT).sum())
    if config.score > 0.3:
        return Verdict(False, "Keep the score threshold at 0.3 or below.")
    return Verdict(kept == 4, f"{kept} boxes are kept; there are 4 cars.")


def chain(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A box that survives because its suppressor was suppressed."""
    if stop := lesson(config, "nms", 5):
        return stop
    if config.source != "yours" or config.method != "hard":
        return Verdict(False, "Let the boxes come from your hand, and suppress the hard way.")
    last = frames[-1]
    boxes, verdict = last["boxes"], last["verdict"]
    if len(boxes) < 3:
        return Verdict(False, "Draw at least three boxes.")
    from labcore.vision.anchor_boxes.detections import each_with_each

    over = each_with_each(boxes.astype(np.float64)) > config.threshold
    for c in range(2, len(boxes)):
        if verdict[c] == KEPT and any(over[c, b] and verdict[b] != KEPT for b in range(c)):
            return Verdict(True, f"Box {c + 1} is kept: whom it overlaps was out before it.")
    return Verdict(False, "Every kept box overlaps only boxes that come later, or none.")


def sharp(config: Config, frames: Sequence[Frame]) -> Verdict:
    """An operating point with high precision and recall."""
    if stop := lesson(config, "quality", 6):
        return stop
    if config.threshold < 0.5:
        return Verdict(False, "Judge with an IoU threshold of at least 0.5.")
    reasons = frames[-1]["reasons"]
    right, taken, objects = int(reasons[RIGHT]), int(reasons.sum()), len(frames[-1]["hit"])
    f1 = 2 * right / max(taken + objects, 1)
    says = f"{right} of {objects} found, {taken - right} wrong: F₁ = {f1:.3f}."
    return Verdict(f1 >= GOOD, says)


def innocent(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Suppression that costs no object its box, and still removes copies."""
    if stop := lesson(config, "quality", 6):
        return stop
    if config.threshold != 0.5 or config.score != 0.3:
        return Verdict(False, "Keep the IoU threshold at 0.5 and the score threshold at 0.3.")
    found = verdicts(config)
    lists = mistakes(found)
    causes = [missed_case(config, found, j).cause for j in lists[-1].tolist()]
    lost = sum(cause in (REMOVED, NEIGHBOUR) for cause in causes)
    says = f"{lost} objects lost to suppression; {len(lists[0])} copies stay."
    return Verdict(lost == 0 and len(lists[0]) <= 5, says)


GOOD = 0.775
"""The F₁ that the last challenge asks for."""

CHALLENGES = (
    Challenge(
        slug="fit",
        goal="Lesson 1: put a box of yours on each of three true boxes, with an IoU of at least "
        "0.85.",
        hint="Drag corners, not the middle. The table tells you which box is off.",
        check=fit,
    ),
    Challenge(
        slug="order",
        goal="Lesson 1: place A and B so that for some true box A is better by IoU and B is "
        "better by GIoU, each by 0.02 or more.",
        hint="GIoU punishes the empty part of the hull. Let A overlap a little more, but stand "
        "off diagonally; let B share a side’s line with the truth.",
        check=order,
        hard=True,
    ),
    Challenge(
        slug="few",
        goal="Lesson 3: with at most 8 shapes cover 90 % of the true boxes at an IoU of 0.6 or "
        "more.",
        hint="Drag the ring along the line of 0.6 until the field is bright enough.",
        check=few,
    ),
    Challenge(
        slug="served",
        goal="Lesson 4: with at most 400 anchors in all, give each of the three objects of the "
        "first picture an anchor with an IoU of at least 0.72.",
        hint="Coarse strides are cheap; more sizes and ratios help each cell. Look which object "
        "is served worst.",
        check=served,
        hard=True,
    ),
    Challenge(
        slug="both",
        goal="Lesson 5, scene 7: choose a suppression that keeps exactly 4 boxes for the 4 cars, "
        "with a score threshold of at most 0.3.",
        hint="Copies overlap more than neighbours do, though not by much.",
        check=both,
    ),
    Challenge(
        slug="chain",
        goal="Lesson 5, with boxes from your hand: draw three so that the third overlaps the "
        "second by more than the threshold and is kept all the same.",
        hint="Who is out suppresses nobody.",
        check=chain,
        hard=True,
    ),
    Challenge(
        slug="innocent",
        goal="Lesson 6, IoU threshold 0.5, score threshold 0.3: let no missed object be “removed” "
        "or “shared” in the list of mistakes, with at most 5 copies.",
        hint="Deleting is too blunt. Lower the scores all at once, and choose how steeply under "
        "More.",
        check=innocent,
        hard=True,
    ),
    Challenge(
        slug="sharp",
        goal=f"Lesson 6: reach F₁ of at least {GOOD}, judged at an IoU of 0.5 or more.",
        hint="F₁ is 2 · right ÷ (taken + objects). The score threshold alone does not do it: "
        "which suppression places its boxes best?",
        check=sharp,
        hard=True,
    ),
)
