"""Formulas, and what fills them."""

from __future__ import annotations

import math

import numpy as np
import torch

from labcore import shown
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.matching import decode, encode
from labcore.vision.anchor_boxes.overlap import RULES, area, hull, shape_term, shared
from labcore.vision.anchor_boxes.settings import FRAMES

FORMULAS = {
    "IoU": r"\mathrm{IoU} = \frac{|A \cap B|}{|A| + |B| - |A \cap B|}"
    r" = \frac{\slot{iou.both}}{\slot{iou.a} + \slot{iou.b} - \slot{iou.both}} = \slot{iou.iou}",
    "GIoU": r"\mathrm{GIoU} = \mathrm{IoU} - \frac{|C| - |A \cup B|}{|C|}"
    r" = \slot{iou.iou} - \frac{\slot{giou.hull} - \slot{giou.union}}{\slot{giou.hull}}"
    r" = \slot{giou.giou}, \quad C \text{ the smallest box around both}",
    "DIoU": r"\mathrm{DIoU} = \mathrm{IoU} - \frac{d^2}{c^2}"
    r" = \slot{iou.iou} - \frac{\slot{diou.d}^2}{\slot{diou.c}^2} = \slot{diou.diou}, \quad"
    r" d \text{ between centres, } c \text{ the diagonal of } C",
    "CIoU": r"\mathrm{CIoU} = \mathrm{DIoU} - \alpha v, \quad"
    r" v = \frac{4}{\pi^2} \left( \arctan\frac{w_B}{h_B} - \arctan\frac{w_A}{h_A} \right)^2"
    r" = \slot{ciou.v}, \quad \alpha = \frac{v}{1 - \mathrm{IoU} + v} = \slot{ciou.alpha}, \quad"
    r" \mathrm{CIoU} = \slot{ciou.ciou}",
    "Anchor": r"w = s \sqrt{r} \cdot \slot{anchor.across} = \slot{anchor.w}, \quad"
    r" h = \frac{s}{\sqrt{r}} \cdot \slot{anchor.up} = \slot{anchor.h}, \quad"
    r" s = \slot{anchor.s}, \; r = \slot{anchor.r}, \quad"
    r" \frac{w}{h} = \slot{anchor.true}",
    "Offsets": r"\begin{align*}"
    r"t_x &= \frac{(x_b - x_a)/w_a}{0.1} = \frac{(\slot{off.xb} - \slot{off.xa}) / \slot{off.wa}}"
    r"{0.1} = \slot{off.x}, & t_w &= \frac{\log(w_b/w_a)}{0.2}"
    r" = \frac{\log(\slot{off.wb} / \slot{off.wa})}{0.2} = \slot{off.w} \\"
    r"t_y &= \frac{(\slot{off.yb} - \slot{off.ya}) / \slot{off.ha}}{0.1} = \slot{off.y}, &"
    r" t_h &= \frac{\log(\slot{off.hb} / \slot{off.ha})}{0.2} = \slot{off.h}"
    r"\end{align*} \quad \text{back: } x_b = x_a + 0.1\, t_x w_a = \slot{off.back}, \;"
    r" w_b = w_a e^{0.2\, t_w} = \slot{off.backw}",
    "Score decay": r"\text{hard: } 0 \text{ if } \slot{soft.iou} > \slot{soft.threshold}, \quad"
    r" \text{linear: } 1 - \slot{soft.iou} = \slot{soft.linear}, \quad"
    r" \text{Gaussian: } e^{-\slot{soft.iou}^2 / \slot{soft.sigma}} = \slot{soft.gaussian}",
    "Precision, recall": r"\text{precision} = \frac{\slot{pr.right}}{\slot{pr.taken}}"
    r" = \slot{pr.precision}, \quad \text{recall} = \frac{\slot{pr.right}}{\slot{pr.objects}}"
    r" = \slot{pr.recall}, \quad \mathrm{AP} = \slot{pr.ap}",
}
"""In the first lesson your boxes A and B also stand for anchors and predictions."""


def slots_of(latex: str) -> list[str]:
    r"""The names in `\slot{…}`."""
    return [part.split("}", 1)[0] for part in latex.split(r"\slot{")[1:]]


def pair_slots(a: np.ndarray, b: np.ndarray) -> dict[str, str]:
    """All measures of two boxes, with what they are made of."""
    one, two = (torch.from_numpy(np.asarray(box, np.float64))[None] for box in (a, b))
    both, union = shared(one, two)
    around, (v, alpha) = hull(one, two)[0, 0], shape_term(one, two)
    apart = (one[0, :2] + one[0, 2:] - two[0, :2] - two[0, 2:]) / 2
    numbers = {
        "iou.both": both, "iou.a": area(one), "iou.b": area(two), "giou.hull": around.prod(),
        "giou.union": union, "diou.d": apart.norm(), "diou.c": around.norm(), "ciou.v": v,
        "ciou.alpha": alpha,
    } | {f"{name}.{name}": rule(one, two) for name, rule in RULES.items()}  # fmt: skip
    return {name: shown(float(number), 4) for name, number in numbers.items()}


def offset_slots(anchor: np.ndarray, truth: np.ndarray) -> dict[str, str]:
    """The offsets of a truth from an anchor, and back."""
    anchor, truth = np.asarray(anchor, np.float64), np.asarray(truth, np.float64)
    offsets = encode(anchor, truth)
    back = decode(anchor, offsets)
    numbers = {"back": (back[0] + back[2]) / 2, "backw": back[2] - back[0]}
    for end, box in (("a", anchor), ("b", truth)):
        numbers |= {f"x{end}": (box[0] + box[2]) / 2, f"y{end}": (box[1] + box[3]) / 2,
                    f"w{end}": box[2] - box[0], f"h{end}": box[3] - box[1]}  # fmt: skip
    numbers |= dict(zip("xywh", offsets, strict=True))
    return {f"off.{name}": shown(float(number), 4) for name, number in numbers.items()}


def anchor_slots(
    convention: str, s: float, r: float, wide: float, tall: float, crop: str
) -> dict[str, str]:
    """Size and ratio of an anchor; torchvision’s ratio is height ÷ width, so it is turned here."""
    width, height = FRAMES[crop]
    across = width if convention == "ssd" else height
    ratio = 1 / r if convention == "torchvision" else r
    numbers = {"across": across, "up": height, "w": wide, "h": tall, "s": s, "r": ratio,
               "true": wide / max(tall, 1e-9)}  # fmt: skip
    return {f"anchor.{name}": shown(float(number), 4) for name, number in numbers.items()}


def decay_slots(config: Config, over: float) -> dict[str, str]:
    """What an overlap does to a score."""
    numbers = {"iou": over, "threshold": config.threshold, "sigma": config.sigma,
               "linear": 1 - over, "gaussian": math.exp(-(over**2) / config.sigma)}  # fmt: skip
    return {f"soft.{name}": shown(number) for name, number in numbers.items()}


def precision_slots(right: int, taken: int, objects: int, ap: float) -> dict[str, str]:
    """Shares of right detections."""
    numbers = {"right": right, "taken": taken, "objects": objects, "ap": ap,
               "precision": right / taken if taken else math.nan,
               "recall": right / objects if objects else math.nan}  # fmt: skip
    return {f"pr.{name}": shown(number) for name, number in numbers.items()}
