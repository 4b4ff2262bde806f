"""How many frames a run gives, known before it begins."""

from __future__ import annotations

from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detections import LONGEST
from labcore.vision.anchor_boxes.lesson import CHUNKS, DESCENT, EACH, SHOWN
from labcore.vision.anchor_boxes.shapes import ITERATIONS
from labcore.vision.anchor_boxes.training import EVERY


def length(config: Config) -> int:
    """How many frames a run gives; where it hangs on the detector, about how many."""
    if config.topic == "anchors":
        each = len(config.ratios) * config.per_level
        if config.convention != "torchvision":
            each = len(config.ratios) + (config.per_level - 1 if config.convention == "d2l" else 1)
        return config.levels * each
    if config.topic == "assignment":
        return 1 + (min(SHOWN, len(config.mine)) if config.source == "yours" else SHOWN)
    if config.topic == "nms":
        return 1 + (len(config.mine) if config.source == "yours" else LONGEST)
    if config.topic == "training":
        return 1 + config.steps // EVERY
    return {"boxes": DESCENT // EACH + 1, "shapes": ITERATIONS + 1, "quality": CHUNKS}[config.topic]
