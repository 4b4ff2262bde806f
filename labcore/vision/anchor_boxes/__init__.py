"""Anchor boxes: overlap, anchors, assignment, suppression and the quality of a detector.

config       the controls, and settings         scenes       emoji on photographs
overlap      IoU, GIoU, DIoU, CIoU, pulls       anchors      three conventions
matching     truths to anchors, offsets         suppression  the queue, five ways
precision    right, wrong, AP                   shapes       k-means
detector     the small SSD, trained by tools/detector.py
detections   what it finds in the test scenes   evaluation   and how well
cases        one detection or missed object, and why it counts as it does
library      the same by torchvision
training     its loss, and a short live run
lesson       run: the frames of each lesson     answer       what a hand changes, at once
figure       panels and draw, from boxes_view, anchors_view, shapes_view, assignment_view,
             nms_view, quality_view, cases_view, training_view and marks
words        readout, and formulas              presets, challenges, tour
"""

from __future__ import annotations

from labcore import Lab, Reference
from labcore.vision.anchor_boxes.anchors import level, shape
from labcore.vision.anchor_boxes.answer import answer
from labcore.vision.anchor_boxes.challenges import CHALLENGES
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.counting import length
from labcore.vision.anchor_boxes.figure import GRABS, VIEWS, draw, panels
from labcore.vision.anchor_boxes.formulas import FORMULAS
from labcore.vision.anchor_boxes.lesson import run
from labcore.vision.anchor_boxes.library import (
    torchvision_anchors,
    torchvision_boxes,
    torchvision_nms,
    torchvision_offsets,
)
from labcore.vision.anchor_boxes.matching import assign, decode, encode
from labcore.vision.anchor_boxes.overlap import ciou, descend, diou, giou, iou, pull
from labcore.vision.anchor_boxes.precision import average_precision, judge
from labcore.vision.anchor_boxes.presets import PRESETS
from labcore.vision.anchor_boxes.shapes import k_means
from labcore.vision.anchor_boxes.suppression import hard, matrix, merged, soft
from labcore.vision.anchor_boxes.tour import TOUR
from labcore.vision.anchor_boxes.training import loss_of, train_live
from labcore.vision.anchor_boxes.words import readout

__all__ = ["LAB", "Config", "answer", "draw", "panels", "readout", "run"]

LAB = Lab(
    slug="anchor_boxes",
    title="Anchor boxes",
    question="How does a detector turn thousands of boxes into one per object?",
    tip="Drag box A onto a true box, then choose the next lesson.",
    covers=("B14.3", "B14.4", "B14.5", "B14.7"),
    config=Config,
    length=length,
    quick={},
    references=(
        Reference(
            "Everingham, Van Gool, Williams, Winn & Zisserman (2010), The PASCAL visual object "
            "classes (VOC) challenge",
            "https://doi.org/10.1007/s11263-009-0275-4",
        ),
        Reference(
            "Lin et al. (2014), Microsoft COCO: common objects in context",
            "https://arxiv.org/abs/1405.0312",
        ),
        Reference(
            "Ren, He, Girshick & Sun (2015), Faster R-CNN: towards real-time object detection "
            "with region proposal networks",
            "https://arxiv.org/abs/1506.01497",
        ),
        Reference(
            "Liu et al. (2016), SSD: single shot multibox detector",
            "https://arxiv.org/abs/1512.02325",
        ),
        Reference(
            "Redmon & Farhadi (2017), YOLO9000: better, faster, stronger",
            "https://arxiv.org/abs/1612.08242",
        ),
        Reference(
            "Bodla, Singh, Chellappa & Davis (2017), Soft-NMS: improving object detection with "
            "one line of code",
            "https://arxiv.org/abs/1704.04503",
        ),
        Reference(
            "Lin, Goyal, Girshick, He & Dollár (2017), Focal loss for dense object detection",
            "https://arxiv.org/abs/1708.02002",
        ),
        Reference(
            "Rezatofighi et al. (2019), Generalized intersection over union",
            "https://arxiv.org/abs/1902.09630",
        ),
        Reference(
            "Zheng et al. (2020), Distance-IoU loss: faster and better learning for bounding box "
            "regression",
            "https://arxiv.org/abs/1911.08287",
        ),
        Reference(
            "Wang, Zhang, Kong, Li & Shen (2020), SOLOv2: dynamic and fast instance segmentation",
            "https://arxiv.org/abs/2003.10152",
        ),
    ),
    presets=PRESETS,
    challenges=CHALLENGES,
    tour=TOUR,
    formulas=FORMULAS,
    grabs=GRABS,
    views=VIEWS,
    live=True,
    stays=True,
    code=(
        iou, giou, diou, ciou, pull, descend, torchvision_boxes, shape, level, torchvision_anchors,
        k_means, assign, encode, decode, torchvision_offsets, hard, soft, matrix, merged,
        torchvision_nms, judge, average_precision, loss_of, train_live,
    ),
    data="Synthetic scenes with exact boxes: emoji (Twemoji graphics by Twitter, Inc and other "
    "contributors, CC BY 4.0) pasted on scikit-learn’s two photographs (CC BY 2.0: “china” by "
    "“michael” and “flower” by dany13).",
)  # fmt: skip
