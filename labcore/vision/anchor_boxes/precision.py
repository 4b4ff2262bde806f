"""Right or wrong: detections against the truth, precision, recall and their average."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

LADDER = np.round(np.arange(0.5, 1.0, 0.05), 2)
"""The ten thresholds of COCO, 0.5 to 0.95."""

RIGHT, COPY, LOOSE, CONFUSED, NOTHING = range(5)
MEANT = 0.1
"""From this IoU on a wrong detection is said to mean the object under it."""
REASONS = (
    "right",
    "a copy: the object was found already",
    "placed badly: it overlaps its object too little",
    "the wrong class for the object under it",
    "nothing there",
)


class Judged(NamedTuple):
    """Detections of all scenes, surest first.

    scores, labels, scene: (n,).
    verdict: (n,) RIGHT or why not.
    truth:   (n,) which truth was found or is meant, counted over all scenes; −1 for none.
    """

    scores: np.ndarray
    labels: np.ndarray
    scene: np.ndarray
    verdict: np.ndarray
    truth: np.ndarray


def judge(
    scores: np.ndarray,
    labels: np.ndarray,
    scene: np.ndarray,
    overlap: np.ndarray,
    truth_labels: np.ndarray,
    threshold: float,
) -> Judged:
    """Take detections by score; each finds the truth of its class that it overlaps most and that
    nobody found before, if by `threshold` or more (as COCO does).

    Args:
        overlap: (n, m) IoU with every truth, 0 across scenes.
    """
    order = np.argsort(-scores, kind="stable")
    found = np.zeros(len(truth_labels), bool)
    verdicts, truths = [], []
    for i in order:
        mine = truth_labels == labels[i]
        free = np.where(mine & ~found, overlap[i], 0)
        best = int(free.argmax()) if len(free) else -1
        if best >= 0 and free[best] >= threshold:
            found[best] = True
            verdicts.append(RIGHT)
            truths.append(best)
            continue
        any_one = int(overlap[i].argmax()) if len(free) else -1
        own = np.where(mine, overlap[i], 0)
        if len(own) and own.max() >= threshold:
            verdicts.append(COPY)
            truths.append(int(own.argmax()))
        elif len(own) and own.max() >= MEANT:
            verdicts.append(LOOSE)
            truths.append(int(own.argmax()))
        elif any_one >= 0 and overlap[i, any_one] >= MEANT:
            verdicts.append(CONFUSED)
            truths.append(any_one)
        else:
            verdicts.append(NOTHING)
            truths.append(-1)
    return Judged(
        scores[order], labels[order], scene[order], np.array(verdicts, int), np.array(truths, int)
    )


def curve(right: np.ndarray, truths: int) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall after each detection, surest first. right: (n,) bool."""
    hits = np.cumsum(right)
    return hits / np.arange(1, len(right) + 1), hits / max(truths, 1)


def average_precision(right: np.ndarray, truths: int, way: str = "101") -> float:
    """Mean over recalls of the highest precision at that recall or beyond; 0 without detections."""
    if not truths:
        return float("nan")
    precision, recall = curve(right, truths)
    best = np.maximum.accumulate(precision[::-1])[::-1]  # the envelope
    if way == "all":
        steps = np.diff(recall, prepend=0.0)
        return float((steps * best).sum())
    at = np.linspace(0, 1, int(way))
    place = np.searchsorted(recall, at - 1e-12)
    return float(np.append(best, 0.0)[np.minimum(place, len(best))].mean())


def mean_average_precision(judged: Judged, truth_labels: np.ndarray, way: str = "101") -> float:
    """The mean of AP over the classes that occur."""
    return float(
        np.mean(
            [
                average_precision(
                    judged.verdict[judged.labels == label] == RIGHT,
                    int((truth_labels == label).sum()),
                    way,
                )
                for label in np.unique(truth_labels)
            ]
        )
    )
