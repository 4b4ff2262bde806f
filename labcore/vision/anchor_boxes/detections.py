"""The test scenes, what the detector finds in them, and the candidates of a queue."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import torch
from safetensors.numpy import load_file

from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detector import WEIGHTS, detect
from labcore.vision.anchor_boxes.overlap import iou
from labcore.vision.anchor_boxes.scenes import Scene, own_photograph, scene
from labcore.vision.anchor_boxes.settings import SCENES
from labcore.vision.anchor_boxes.suppression import same_class

EXAMPLE, LONGEST, SHAPES = 283, 20, 400
"""The scene on which boxes are drawn; candidates in a queue; shapes for k-means."""


class Candidates(NamedTuple):
    """Boxes before suppression, surest first.

    boxes (n, 4), scores (n,), labels (n,); rivals (n, n), their IoU where they compete.
    all: how many boxes there were before the queue was cut.
    """

    boxes: np.ndarray
    scores: np.ndarray
    labels: np.ndarray
    rivals: np.ndarray
    all: int


@functools.cache
def test_scene(number: int) -> Scene:
    """One of the test scenes, 0 to 23."""
    return scene(number)


@functools.cache
def found_in(number: int) -> np.ndarray:
    """What the detector finds in a test scene, (n, 6), surest first."""
    return detect([test_scene(number)])[0]


@functools.lru_cache(maxsize=4)
def found_on(photo: str) -> np.ndarray:
    """What the detector finds on the learner's own picture, (n, 6), surest first."""
    image = np.asarray(own_photograph(photo))
    return detect([Scene(image, np.zeros((0, 4)), np.zeros(0, np.int64))])[0]


@functools.cache
def found_everywhere() -> tuple[np.ndarray, ...]:
    """What the detector finds in each test scene."""
    return tuple(found_in(number) for number in range(SCENES))


@functools.cache
def true_shapes() -> np.ndarray:
    """Widths and heights of the first true boxes that the detector was trained on, (400, 2)."""
    return load_file(WEIGHTS)["shapes"][:SHAPES].astype(np.float64)


def each_with_each(boxes: np.ndarray) -> np.ndarray:
    """IoU of boxes among themselves, (n, n)."""
    given = torch.from_numpy(boxes)
    return iou(given, given).numpy()


def candidates(config: Config) -> Candidates:
    """The queue of a scene, or of the learner's own boxes: 0.95 for the first, 0.05 less each."""
    if config.source == "yours":
        boxes = np.array(config.mine, np.float64).reshape(-1, 4)
        scores, labels = 0.95 - 0.05 * np.arange(len(boxes)), np.zeros(len(boxes), int)
        return Candidates(boxes, scores, labels, each_with_each(boxes), len(boxes))
    found = found_on(config.photo) if config.photo else found_in(config.scene)
    found = found[found[:, 4] >= config.score]
    boxes, scores, labels = found[:LONGEST, :4], found[:LONGEST, 4], found[:LONGEST, 5].astype(int)
    rivals = same_class(each_with_each(boxes), labels, config.per_class)
    return Candidates(boxes, scores, labels, rivals, len(found))
