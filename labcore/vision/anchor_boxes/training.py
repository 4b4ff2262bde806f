"""Training a small single-shot detector: what it is shown, its loss, and a short live run."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from labcore import Frame
from labcore.rng import numpy_generator, stream
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detections import LONGEST, each_with_each, test_scene
from labcore.vision.anchor_boxes.detector import TinySSD, anchors, detect, prepared
from labcore.vision.anchor_boxes.matching import IGNORED, encode, targets
from labcore.vision.anchor_boxes.overlap import iou
from labcore.vision.anchor_boxes.precision import judge, mean_average_precision
from labcore.vision.anchor_boxes.scenes import scene
from labcore.vision.anchor_boxes.suppression import KEPT, hard, same_class

POSITIVE, NEGATIVE = 0.5, 0.4
SHOWN_SCENES, EVERY, BATCH, RATE, JUDGED = 320, 8, 8, 4e-3, 8
"""Of the live run: scenes to learn from, steps a frame, scenes a step, rate, scenes judged on."""


@functools.lru_cache(maxsize=1)
def examples(count: int) -> tuple[Tensor, Tensor, Tensor, np.ndarray]:
    """Images (n, 3, 128, 192), classes (n, A), 0 for background and −1 for ignored, offsets.

    And, last, all widths and heights, (N, 2).
    """
    boxes, images, classes, offsets, sizes = anchors(), [], [], [], []
    for seed in range(count):
        one = scene(seed, test=False)
        found = targets(
            iou(torch.from_numpy(boxes), torch.from_numpy(one.boxes)).numpy(), POSITIVE, NEGATIVE
        )
        images.append((prepared(one.image[None])[0] * 255).to(torch.uint8))
        whose = found.clip(0)  # what is said of those without a truth is never read
        given = np.where(found >= 0, one.labels[whose] + 1, 0)
        classes.append(np.where(found == IGNORED, -1, given))
        offsets.append(encode(boxes, one.boxes[whose]).astype(np.float32))
        sizes.append(one.boxes[:, 2:] - one.boxes[:, :2])
    return (
        torch.stack(images),
        torch.from_numpy(np.stack(classes)),
        torch.from_numpy(np.stack(offsets)),
        np.concatenate(sizes),
    )


def loss_of(
    scores: Tensor, offsets: Tensor, classes: Tensor, goals: Tensor, mined: int, gamma: float = 0
) -> tuple[Tensor, Tensor]:
    """Cross-entropy of the classes and smooth L1 of the offsets, both per positive anchor.

    Args:
        mined: to each positive anchor the so many hardest negatives count (Liu et al., 2016);
            0 for all.
        gamma: each anchor counts (1 − p)^γ, p the chance given to the right class: the easy ones
            hardly (Lin et al., 2017).
    """
    each = functional.cross_entropy(
        scores.flatten(0, 1),
        classes.flatten().clamp(min=0),
        reduction="none",
        label_smoothing=0.1,
    ).view_as(classes)
    positive, count = classes > 0, (classes > 0).sum(1, keepdim=True)
    if gamma:
        right = scores.softmax(-1).gather(-1, classes.clamp(min=0)[..., None])[..., 0]
        each = (1 - right) ** gamma * each
    kept = classes >= 0
    if mined:
        mining = torch.where(classes == 0, each.detach(), -1.0)
        hardest = mining.argsort(1, descending=True)
        first = torch.arange(classes.shape[1]) < mined * count
        kept = positive | (torch.zeros_like(positive).scatter(1, hardest, first) & (classes == 0))
    moved = functional.smooth_l1_loss(offsets[positive], goals[positive], reduction="sum")
    return each[kept].sum() / positive.sum(), moved / positive.sum()


def fresh(seed: int) -> TinySSD:
    """A network with random weights that hang on the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(stream(seed, "detector") % 2**31)
        return TinySSD()


def train_live(config: Config) -> Iterator[Frame]:
    """A short training; a frame every few steps."""
    net, random = fresh(config.seed), numpy_generator(config.seed, "training")
    rule = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-3)
    yield look(config, net, 0, float("nan"), float("nan"))
    images, classes, goals, _ = examples(SHOWN_SCENES)
    pace = torch.optim.lr_scheduler.OneCycleLR(
        rule, RATE, total_steps=config.steps + 1, pct_start=0.15
    )
    mined = 0 if config.mining == "all" else int(config.mining)
    for step in range(1, config.steps + 1):
        pick = torch.from_numpy(random.choice(SHOWN_SCENES, BATCH, replace=False))
        net.train()
        said = net(images[pick] / 255)
        named, moved = loss_of(*said, classes[pick], goals[pick], mined, config.gamma)
        rule.zero_grad()
        (named + moved).backward()
        rule.step()
        pace.step()
        if step % EVERY == 0:
            yield look(config, net, step, float(named.detach()), float(moved.detach()))


def look(config: Config, net: TinySSD, step: int, named: float, moved: float) -> Frame:
    """What the network finds now: in the scene that is watched, and AP50 over a few."""
    scenes = [test_scene(number) for number in (config.scene, *range(JUDGED))]
    kept = [survivors(found, config.threshold) for found in detect(scenes, net=net.eval())]
    watched = kept[0][kept[0][:, 4] >= config.score][:LONGEST].astype(np.float32)
    whole = np.concatenate(kept[1:])
    scene_of = np.repeat(np.arange(JUDGED), [len(one) for one in kept[1:]])
    truths = np.concatenate([one.boxes for one in scenes[1:]])
    labels = np.concatenate([one.labels for one in scenes[1:]])
    truth_scene = np.repeat(np.arange(JUDGED), [len(one.boxes) for one in scenes[1:]])
    overlap = iou(torch.from_numpy(whole[:, :4]), torch.from_numpy(truths)).numpy()
    overlap *= scene_of[:, None] == truth_scene[None]
    judged = judge(whole[:, 4], whole[:, 5].astype(int), scene_of, overlap, labels, 0.5)
    values = {"found": watched, "named": named, "moved": moved,
              "ap": mean_average_precision(judged, labels)}  # fmt: skip
    return Frame(step, values)


def survivors(found: np.ndarray, threshold: float) -> np.ndarray:
    """What hard suppression within each class leaves, (n, 6)."""
    rivals = same_class(each_with_each(found[:, :4]), found[:, 5], True)
    picks = hard(rivals, found[:, 4], threshold)
    return found[[pick.index for pick in picks if pick.verdict == KEPT]]
