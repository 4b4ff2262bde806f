"""The same by torchvision, to read beside ours and to test against."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def torchvision_boxes(a: Tensor, b: Tensor) -> dict[str, Tensor]:
    """The four measures, each with each: (N, 4), (M, 4) → (N, M)."""
    from torchvision import ops

    return {
        "iou": ops.box_iou(a, b),
        "giou": ops.generalized_box_iou(a, b),
        "diou": ops.distance_box_iou(a, b),
        "ciou": ops.complete_box_iou(a, b),
    }


def torchvision_nms(
    boxes: np.ndarray, scores: np.ndarray, labels: np.ndarray, threshold: float, per_class: bool
) -> list[int]:
    """Which boxes hard suppression keeps, surest first."""
    from torchvision import ops

    given = torch.from_numpy(boxes), torch.from_numpy(scores)
    if per_class:
        return ops.batched_nms(*given, torch.from_numpy(labels), threshold).tolist()
    return ops.nms(*given, threshold).tolist()


def torchvision_anchors(
    sizes: list[tuple[float, ...]], ratios: tuple[float, ...], grids: list[tuple[int, int]],
    width: int, height: int,
) -> Tensor:  # fmt: skip
    """AnchorGenerator's anchors of all levels. sizes: pixels, by level; grids: rows, columns."""
    from torchvision.models.detection.anchor_utils import AnchorGenerator
    from torchvision.models.detection.image_list import ImageList

    make = AnchorGenerator(tuple(sizes), (ratios,) * len(sizes))
    image = ImageList(torch.zeros(1, 3, height, width), [(height, width)])
    return make(image, [torch.zeros(1, 1, rows, columns) for rows, columns in grids])[0]


def torchvision_offsets(anchors: Tensor, truths: Tensor) -> Tensor:
    """BoxCoder's offsets with weights 1/0.1 and 1/0.2, (n, 4)."""
    from torchvision.models.detection._utils import BoxCoder

    return BoxCoder((10.0, 10.0, 5.0, 5.0)).encode_single(truths, anchors)
