"""Anchor shapes from data: k-means with 1 − IoU as the distance (Redmon & Farhadi, 2017)."""

from __future__ import annotations

import numpy as np

from labcore.rng import numpy_generator

ITERATIONS = 15


def shape_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """IoU of boxes that share their centre: (n, 2), (m, 2) widths and heights → (n, m)."""
    inside = np.minimum(a[:, None], b[None]).prod(-1)
    return inside / (a.prod(-1)[:, None] + b.prod(-1)[None] - inside)


def k_means(shapes: np.ndarray, k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """All centres on the way, (ITERATIONS + 1, k, 2), and which each shape belongs to, (…, n).

    Centres begin at shapes drawn at random, each far from those before (k-means++). A centre
    that nobody belongs to stays where it is.
    """
    random = numpy_generator(seed, "k-means")
    centres = shapes[[int(random.integers(len(shapes)))]]
    while len(centres) < k:
        far = (1 - shape_iou(shapes, centres).max(1)) ** 2
        total = far.sum()
        chance = far / total if total > 0 else np.full(len(shapes), 1 / len(shapes))
        centres = np.vstack([centres, shapes[random.choice(len(shapes), p=chance)]])
    way, owners = [centres], []
    for _ in range(ITERATIONS):
        owner = shape_iou(shapes, way[-1]).argmax(1)
        owners.append(owner)
        moved = [shapes[owner == c].mean(0) if (owner == c).any() else way[-1][c] for c in range(k)]
        way.append(np.stack(moved))
    owners.append(shape_iou(shapes, way[-1]).argmax(1))
    return np.stack(way), np.stack(owners)


def best_overlap(shapes: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """The highest IoU each shape has with any anchor shape, (n,)."""
    return shape_iou(shapes, anchors).max(1)


def recall_map(shapes: np.ndarray, most: int, thresholds: np.ndarray, seed: int) -> np.ndarray:
    """Share of shapes covered, by threshold and by k = 1 … most: (T, most)."""
    columns = []
    for k in range(1, most + 1):
        best = best_overlap(shapes, k_means(shapes, k, seed)[0][-1])
        columns.append((best[None] >= thresholds[:, None]).mean(1))
    return np.stack(columns, 1)
