"""All test scenes judged: what the detector got right, wrong and what it missed."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import torch

from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detections import each_with_each, found_everywhere, test_scene
from labcore.vision.anchor_boxes.overlap import iou
from labcore.vision.anchor_boxes.precision import (
    LADDER,
    NOTHING,
    REASONS,
    RIGHT,
    Judged,
    curve,
    judge,
    mean_average_precision,
)
from labcore.vision.anchor_boxes.scenes import CLASSES
from labcore.vision.anchor_boxes.settings import SCENES
from labcore.vision.anchor_boxes.suppression import KEPT, merged, same_class, suppress

FAINTEST = 0.05
"""The least score that takes part in the curve."""


class Verdicts(NamedTuple):
    """Everything about the detections of all scenes.

    judged: at the threshold of the config. boxes (n, 4) in its order.
    shown:  how many are at least as sure as the score threshold.
    truths, truth_labels, truth_scene: (m, 4), (m,), (m,).
    precision, recall: (n,) of the whole queue.
    ladder: (10,) mean AP at IoU 0.5, 0.55, … 0.95; here: at the threshold of the config.
    """

    judged: Judged
    boxes: np.ndarray
    shown: int
    truths: np.ndarray
    truth_labels: np.ndarray
    truth_scene: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    ladder: np.ndarray
    here: float

    def between(self, begin: int, end: int) -> dict[str, np.ndarray | float | int]:
        """The state after `end` detections, and which came since `begin`."""
        told = self.judged.verdict[:end]
        hit = np.zeros(len(self.truths), np.uint8)
        hit[self.judged.truth[:end][told == RIGHT]] = 1
        return {
            "begin": begin,
            "end": end,
            "reasons": np.bincount(told, minlength=len(REASONS)).astype(np.int32),
            "hit": hit,
            "precision": float(self.precision[end - 1]) if end else 1.0,
            "recall": float(self.recall[end - 1]) if end else 0.0,
            "least": float(self.judged.scores[end - 1]) if end else 1.0,
            "ap50": float(self.ladder[0]), "ap": float(self.ladder.mean()), "here": self.here,
        }  # fmt: skip

    def told(self, end: int) -> str:
        """The last detection in words."""
        if not end:
            return "Nothing is taken yet: every object is missed."
        i, judged = end - 1, self.judged
        name, place = CLASSES[int(judged.labels[i])], int(judged.scene[i])
        why = REASONS[int(judged.verdict[i])]
        meant = int(judged.truth[i])
        under = ""
        if judged.verdict[i] not in (RIGHT, NOTHING):
            under = f" (under it: {CLASSES[int(self.truth_labels[meant])]})"
        sure = f"score {judged.scores[i]:.2f}"
        return f"Detection {end}: {name}, {sure}, in scene {place}: {why}{under}."


def suppressed(
    found: np.ndarray, method: str, above: float, sigma: float, per_class: bool
) -> np.ndarray:
    """What suppression leaves of one scene's detections, with their scores afterwards: (n, 6)."""
    boxes, scores, labels = found[:, :4], found[:, 4], found[:, 5].astype(int)
    rivals = same_class(each_with_each(boxes), labels, per_class)
    picks = list(suppress(method, rivals, scores, above, sigma, FAINTEST))
    if method == "weighted":
        boxes = merged(boxes, scores, picks)
    kept = [pick.index for pick in picks if pick.verdict == KEPT]
    after = picks[-1].scores if picks else scores
    return np.column_stack([boxes, after, labels])[kept]


def verdicts(config: Config) -> Verdicts:
    """Detections of all test scenes, suppressed and judged."""
    whole = judged_scenes(
        config.method, config.suppress, config.sigma, config.per_class, config.threshold,
        config.interpolation,
    )  # fmt: skip
    return whole._replace(shown=int((whole.judged.scores >= config.score).sum()))


@functools.lru_cache(maxsize=8)
def judged_scenes(
    method: str, above: float, sigma: float, per_class: bool, threshold: float, way: str
) -> Verdicts:
    """The same for every score threshold, and wherever the learner looks."""
    found = [suppressed(one, method, above, sigma, per_class) for one in found_everywhere()]
    scene_of = np.repeat(np.arange(SCENES), [len(one) for one in found])
    whole = np.concatenate(found)
    scenes = [test_scene(number) for number in range(SCENES)]
    truths = np.concatenate([one.boxes for one in scenes])
    truth_labels = np.concatenate([one.labels for one in scenes])
    truth_scene = np.repeat(np.arange(SCENES), [len(one.boxes) for one in scenes])
    overlap = iou(torch.from_numpy(whole[:, :4]), torch.from_numpy(truths)).numpy()
    overlap *= scene_of[:, None] == truth_scene[None]

    def at(least: float) -> Judged:
        labels = whole[:, 5].astype(int)
        return judge(whole[:, 4], labels, scene_of, overlap, truth_labels, least)

    def mean(judged: Judged) -> float:
        return mean_average_precision(judged, truth_labels, way)

    judged = at(threshold)
    precision, recall = curve(judged.verdict == RIGHT, len(truths))
    order = np.argsort(-whole[:, 4], kind="stable")
    return Verdicts(
        judged, whole[order, :4], 0, truths, truth_labels, truth_scene, precision, recall,
        np.array([mean(at(step)) for step in LADDER]), mean(judged),
    )  # fmt: skip
