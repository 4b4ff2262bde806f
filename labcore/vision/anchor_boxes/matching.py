"""Which anchor answers for which object, and what it has to predict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

BACKGROUND, IGNORED = -1, -2
VARIANCES = (0.1, 0.2)
"""Offsets of the centre are divided by 0.1, those of the size by 0.2 (Liu et al., 2016)."""


class Match(NamedTuple):
    """One step of the assignment.

    anchor, truth: who was decided on; truth is an index, BACKGROUND or IGNORED.
    iou:      of the anchor and that truth, or the truth it overlaps most.
    first:    whether it was the highest number left in the matrix.
    """

    anchor: int
    truth: int
    iou: float
    first: bool


def assign(iou: np.ndarray, positive: float, negative: float) -> Iterator[Match]:
    """Assign truths to anchors, step by step. iou: (N anchors, M truths).

    First each truth gets an anchor: the highest number of the whole matrix, whose row and column
    are then crossed out, and again. Then every other anchor takes the truth it overlaps most, if
    by `positive` or more; below `negative` it is background; between the two it is ignored.
    """
    left = np.array(iou, np.float64)
    done = np.zeros(len(iou), bool)
    for _ in range(min(left.shape)):
        i, j = np.unravel_index(np.argmax(left), left.shape)
        yield Match(int(i), int(j), float(iou[i, j]), True)
        left[i, :] = left[:, j] = -1
        done[i] = True
    for i in np.flatnonzero(~done):
        best = int(np.argmax(iou[i])) if iou.shape[1] else BACKGROUND
        most = float(iou[i, best]) if iou.shape[1] else 0.0
        if iou.shape[1] and most >= positive:
            yield Match(int(i), best, most, False)
        else:
            yield Match(int(i), BACKGROUND if most < negative else IGNORED, most, False)


def targets(iou: np.ndarray, positive: float, negative: float) -> np.ndarray:
    """The end of `assign`: for each anchor the index of its truth, BACKGROUND or IGNORED. (N,)."""
    found = np.full(len(iou), BACKGROUND)
    if iou.shape[1]:
        best, most = iou.argmax(1), iou.max(1)
        found = np.where(most >= positive, best, np.where(most < negative, BACKGROUND, IGNORED))
        left = np.array(iou, np.float64)
        for _ in range(min(left.shape)):
            i, j = np.unravel_index(np.argmax(left), left.shape)
            left[i, :] = left[:, j] = -1
            found[i] = j
    return found


def middle(boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centres and sizes of boxes, (..., 4) → (..., 2) twice."""
    return (boxes[..., :2] + boxes[..., 2:]) / 2, boxes[..., 2:] - boxes[..., :2]


def encode(
    anchors: np.ndarray, truths: np.ndarray, variances: tuple[float, float] = VARIANCES
) -> np.ndarray:
    """What an anchor has to predict to become its truth: (t_x, t_y, t_w, t_h), (..., 4)."""
    (centre, size), (goal, goal_size) = middle(anchors), middle(truths)
    moved = (goal - centre) / size / variances[0]
    grown = np.log(goal_size / size) / variances[1]
    return np.concatenate([moved, grown], -1)


def decode(
    anchors: np.ndarray, offsets: np.ndarray, variances: tuple[float, float] = VARIANCES
) -> np.ndarray:
    """The inverse of `encode`: the box an anchor predicts, (..., 4)."""
    centre, size = middle(anchors)
    centre = centre + offsets[..., :2] * variances[0] * size
    size = size * np.exp(offsets[..., 2:] * variances[1])
    return np.concatenate([centre - size / 2, centre + size / 2], -1)
