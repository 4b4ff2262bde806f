"""How well two boxes agree: IoU and its three heirs, and which way each would pull a box.

A box is (x0, y0, x1, y1) with x0 ≤ x1 and y0 ≤ y1, in pixels; y points down.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

MEASURES = {"iou": "IoU", "giou": "GIoU", "diou": "DIoU", "ciou": "CIoU"}


def area(boxes: Tensor) -> Tensor:
    """Areas, (..., 4) → (...)."""
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def shared(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Areas of intersection and union, each with each: (N, 4), (M, 4) → (N, M) twice."""
    a, b = a[:, None], b[None]
    low = torch.maximum(a[..., :2], b[..., :2])
    high = torch.minimum(a[..., 2:], b[..., 2:])
    inside = (high - low).clamp(min=0).prod(-1)
    return inside, area(a) + area(b) - inside


def hull(a: Tensor, b: Tensor) -> Tensor:
    """Width and height of the smallest box around both, (N, M, 2)."""
    a, b = a[:, None], b[None]
    return torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])


def iou(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union (Jaccard): 1 for equal boxes, 0 for boxes apart.

    Two boxes without area share nothing: 0, where torchvision's 0/0 is not a number.
    """
    inside, union = shared(a, b)
    return torch.where(union > 0, inside / union.clamp(min=1e-12), 0.0)


def giou(a: Tensor, b: Tensor) -> Tensor:
    """IoU less the empty share of the hull (Rezatofighi et al., 2019): −1 to 1."""
    _, union = shared(a, b)
    around = hull(a, b).prod(-1)
    return iou(a, b) - (around - union) / around.clamp(min=1e-12)


def diou(a: Tensor, b: Tensor) -> Tensor:
    """IoU less the centres’ squared distance, in diagonals of the hull (Zheng et al., 2020)."""
    apart = (a[:, None, :2] + a[:, None, 2:] - b[None, :, :2] - b[None, :, 2:]) / 2
    diagonal = hull(a, b).square().sum(-1)
    return iou(a, b) - apart.square().sum(-1) / diagonal.clamp(min=1e-12)


def ciou(a: Tensor, b: Tensor) -> Tensor:
    """DIoU less α·v, the difference of shape; α passes no gradient (Zheng et al., 2020)."""
    v, alpha = shape_term(a, b)
    return diou(a, b) - alpha * v


def shape_term(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """v, the squared difference of the angles of the diagonals, 0 to 1, and its weight α."""
    angle_a, angle_b = (torch.atan2(c[:, 2] - c[:, 0], c[:, 3] - c[:, 1]) for c in (a, b))
    v = (2 / math.pi * (angle_a[:, None] - angle_b[None])).square()
    return v, (v / (1 - iou(a, b) + v).clamp(min=1e-7)).detach()


RULES = {"iou": iou, "giou": giou, "diou": diou, "ciou": ciou}


def pull(boxes: Tensor, goals: Tensor, measure: str) -> Tensor:
    """Where the loss 1 − measure would move each side of each box: (N, 4), (N, 4) → (N, 4).

    It is minus the gradient of the loss by x0, y0, x1, y1, by autograd.
    """
    boxes = boxes.detach().clone().requires_grad_()
    loss = (1 - RULES[measure](boxes, goals).diagonal()).sum()
    (slope,) = torch.autograd.grad(loss, boxes)
    return -slope


def descend(box: Tensor, goal: Tensor, measure: str, steps: int, rate: float) -> Iterator[Tensor]:
    """A box pulled to a goal by one loss alone, after 0, 1, … steps: (4,), (4,) → each (4,).

    As in Zheng et al. (2020), the box is (cx, cy, w, h), lengths are in units of √(the goal's
    area), and each step is rate · (2 − IoU) times the gradient; here the rate shrinks to 0.
    """
    unit = area(goal).sqrt()
    aim = (goal / unit)[None]
    now = torch.cat([(box[:2] + box[2:]) / 2, box[2:] - box[:2]]) / unit
    for t in range(steps + 1):
        yield corners(now) * unit
        leaf = now.clone().requires_grad_()
        sides = corners(leaf)[None]
        (slope,) = torch.autograd.grad((1 - RULES[measure](sides, aim)).sum(), leaf)
        now = now - rate * (1 - t / steps) * (2 - iou(sides.detach(), aim)[0, 0]) * slope
        now = torch.cat([now[:2], now[2:].clamp(min=0.01)])  # a box keeps an inside


def corners(middle: Tensor) -> Tensor:
    """(cx, cy, w, h) as (x0, y0, x1, y1), (..., 4)."""
    half = middle[..., 2:] / 2
    return torch.cat([middle[..., :2] - half, middle[..., :2] + half], -1)
