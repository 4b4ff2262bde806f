"""Non-maximum suppression as a queue: who is taken next, who is out, and because of whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

WAITING, KEPT, OUT = 0, 1, 2


class Pick(NamedTuple):
    """The next box of the queue and what becomes of it.

    index:  which box; verdict: KEPT or OUT.
    by:     the kept box that suppressed it or lowered its score most, or −1.
    iou:    with that box, 0 if there is none.
    scores: (n,) of all boxes after this step.
    """

    index: int
    verdict: int
    by: int
    iou: float
    scores: np.ndarray


def same_class(iou: np.ndarray, labels: np.ndarray, per_class: bool) -> np.ndarray:
    """Overlaps, (n, n), with 0 where boxes of different classes do not compete."""
    return np.where(labels[:, None] == labels[None], iou, 0.0) if per_class else iou


def hard(iou: np.ndarray, scores: np.ndarray, threshold: float) -> Iterator[Pick]:
    """Down the queue: out is who overlaps a kept, surer box by more than the threshold."""
    kept: list[int] = []
    for i in np.argsort(-scores, kind="stable"):
        by = next((j for j in kept if iou[i, j] > threshold), -1)
        if by < 0:
            kept.append(int(i))
        yield Pick(int(i), OUT if by >= 0 else KEPT, by, iou[i, by] if by >= 0 else 0.0, scores)


def soft(
    iou: np.ndarray, scores: np.ndarray, threshold: float, sigma: float, least: float, linear: bool
) -> Iterator[Pick]:
    """The surest is kept and lowers the scores of all it overlaps; again (Bodla et al., 2017).

    Linear: × (1 − IoU) where IoU exceeds the threshold. Gaussian: × exp(−IoU²/σ), everywhere.
    """
    now, left = np.array(scores, np.float64), np.ones(len(scores), bool)
    by, worst = np.full(len(scores), -1), np.ones(len(scores))
    for _ in range(len(scores)):
        i = int(np.argmax(np.where(left, now, -1)))
        left[i] = False
        stays = now[i] >= least
        if stays:
            over = iou[i]
            factor = (
                np.where(over > threshold, 1 - over, 1) if linear else np.exp(-(over**2) / sigma)
            )
            factor = np.where(left, factor, 1)
            by = np.where(factor < worst, i, by)
            worst = np.minimum(factor, worst)
            now = now * factor
        over = iou[i, by[i]] if by[i] >= 0 else 0.0
        yield Pick(i, KEPT if stays else OUT, int(by[i]), float(over), now.copy())


def matrix(iou: np.ndarray, scores: np.ndarray, sigma: float, least: float) -> Iterator[Pick]:
    """All scores decay at once, by their worst rival, less what that rival itself has suffered.

    Matrix NMS (Wang et al., 2020), Gaussian: min over surer j of f(IoU_ij) / f(max_k IoU_jk).
    """
    if not len(scores):
        return
    order = np.argsort(-scores, kind="stable")
    over = np.tril(iou[np.ix_(order, order)], -1)  # row i: with the surer boxes j < i
    suffered = over.max(1, initial=0)
    decay = np.exp(-(over**2 - suffered[None] ** 2) / sigma)
    decay = np.where(np.tri(len(order), k=-1, dtype=bool), decay, 1.0)
    worst = decay.argmin(1)
    now = np.array(scores, np.float64)
    now[order] *= decay.min(1, initial=1)
    for place, i in enumerate(order):
        j = worst[place]
        lowered = decay[place, j] < 1
        by, most = (int(order[j]), over[place, j]) if lowered else (-1, 0.0)
        yield Pick(int(i), KEPT if now[i] >= least else OUT, by, float(most), now)


def suppress(
    method: str, iou: np.ndarray, scores: np.ndarray, threshold: float, sigma: float, least: float
) -> Iterator[Pick]:
    """The queue by any method. `weighted` decides as `hard` does and merges afterwards."""
    if method in ("linear", "gaussian"):
        return soft(iou, scores, threshold, sigma, least, method == "linear")
    if method == "matrix":
        return matrix(iou, scores, sigma, least)
    return hard(iou, scores, threshold)


def merged(boxes: np.ndarray, scores: np.ndarray, picks: list[Pick]) -> np.ndarray:
    """Boxes, (n, 4), where each kept one is the mean of its group, weighted by score."""
    found = np.array(boxes, np.float64)
    for kept in (pick.index for pick in picks if pick.verdict == KEPT):
        group = [kept] + [p.index for p in picks if p.verdict == OUT and p.by == kept]
        found[kept] = np.average(boxes[group], axis=0, weights=scores[group])
    return found
