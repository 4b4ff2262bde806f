"""What each lesson yields, frame by frame."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from labcore import Frame, Start
from labcore.vision.anchor_boxes.anchors import Level, pyramid
from labcore.vision.anchor_boxes.config import Config, ratios_of
from labcore.vision.anchor_boxes.detections import Candidates, candidates, true_shapes
from labcore.vision.anchor_boxes.evaluation import verdicts
from labcore.vision.anchor_boxes.matching import Match, assign, encode, targets
from labcore.vision.anchor_boxes.overlap import MEASURES, RULES, descend, diou, iou, pull
from labcore.vision.anchor_boxes.settings import FRAMES
from labcore.vision.anchor_boxes.shapes import ITERATIONS, best_overlap, k_means
from labcore.vision.anchor_boxes.suppression import WAITING, Pick, merged, suppress
from labcore.vision.anchor_boxes.training import train_live

DESCENT, EACH, SHOWN, CHUNKS, UNDECIDED = 100, 2, 12, 100, -3


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """The frames of the lesson that is chosen."""
    lessons = {
        "boxes": race_of_losses, "anchors": anchor_by_anchor, "shapes": cluster,
        "assignment": match_by_match, "nms": pick_by_pick, "quality": detection_by_detection,
        "training": train_live,
    }  # fmt: skip
    return lessons[config.topic](config)


# --- 1: overlap ---


def overlaps(config: Config) -> dict[str, np.ndarray]:
    """All measures between your boxes and the true ones, and the pull of each measure.

    measures (4, n, m); goal (n,), the truth each box is nearest to by DIoU; pulls (4, n, 4).
    """
    mine, truth = tensor(config.mine), tensor(config.truth)
    measures = torch.stack([RULES[name](mine, truth) for name in MEASURES])
    if not len(mine) or not len(truth):
        none = np.zeros((4, len(mine), 4), np.float32)
        goal = np.zeros(len(mine), np.int32)
        return {"measures": measures.numpy().astype(np.float32), "goal": goal, "pulls": none}
    goal = diou(mine, truth).argmax(1)
    pulls = torch.stack([pull(mine, truth[goal], name) for name in MEASURES])
    return {
        "measures": measures.numpy().astype(np.float32),
        "goal": goal.numpy().astype(np.int32),
        "pulls": pulls.numpy().astype(np.float32),
    }


def race_of_losses(config: Config) -> Iterator[Frame]:
    """Your first box, pulled to the nearest truth by four losses."""
    found = overlaps(config)
    if not config.mine or not config.truth:
        note = "Draw a box of your own and a true one: there is nothing to compare."
        for t in range(0, DESCENT + 1, EACH):
            nowhere = np.full((4, 4), np.nan, np.float32)
            yield Frame(t, {**found, "race": nowhere, "agree": nowhere[0]}, note)
        return
    mine, truth = tensor(config.mine)[0], tensor(config.truth)[int(found["goal"][0])]
    ways = [descend(mine, truth, name, DESCENT, config.rate) for name in MEASURES]
    for t, boxes in enumerate(zip(*ways, strict=True)):
        if t % EACH:
            continue
        race = torch.stack(boxes)  # (4, 4)
        stuck = t and found["measures"][0, 0].max() == 0
        note = (
            "IoU’s loss is flat where the boxes do not meet: its box never moves." if stuck else ""
        )
        values = {"race": race.numpy().astype(np.float32),
                  "agree": iou(race, truth[None])[:, 0].numpy().astype(np.float32)}  # fmt: skip
        yield Frame(t, found | values, note)


def tensor(boxes: tuple[tuple[float, ...], ...]) -> torch.Tensor:
    """Boxes of a control, (n, 4)."""
    return torch.tensor(boxes, dtype=torch.float64).reshape(-1, 4)


# --- 2: anchors ---


def levels_of(config: Config) -> list[Level]:
    """The pyramid that the controls ask for."""
    width, height = FRAMES[config.crop if config.topic == "anchors" else "wide"]
    return pyramid(
        config.convention, config.size, config.per_level, ratios_of(config), int(config.stride),
        config.levels, width, height,
    )  # fmt: skip


def nearest_cell(level: Level, x: float, y: float) -> np.ndarray:
    """The centre of the anchors nearest to a place, (2,)."""
    away = ((level.centres - [x, y]) ** 2).sum(-1)
    return level.centres.reshape(-1, 2)[int(away.argmin())]


def anchor_by_anchor(config: Config) -> Iterator[Frame]:
    """Every anchor of the chosen cell, from the finest level to the coarsest."""
    levels = levels_of(config)
    counts = np.array([level.boxes().shape[0] for level in levels], np.int32)
    step = 0
    for k, level in enumerate(levels):
        centre = nearest_cell(level, config.cell_x, config.cell_y)
        for (s, r), (w, h) in zip(level.asked, level.shapes, strict=True):
            half = np.array([w / 2, h / 2])
            box = np.concatenate([centre - half, centre + half])
            yield Frame(
                step,
                {"level": k, "box": box.astype(np.float32), "s": float(s), "r": float(r),
                 "counts": counts},
            )  # fmt: skip
            step += 1


# --- 3: k-means ---


def cluster(config: Config) -> Iterator[Frame]:
    """k-means on the shapes of the training boxes, an iteration a frame."""
    shapes = true_shapes()
    way, owners = k_means(shapes, config.clusters, config.seed)
    for t in range(ITERATIONS + 1):
        best = best_overlap(shapes, way[t])
        values = {
            "centres": way[t].astype(np.float32),
            "owner": owners[t].astype(np.uint8),
            "mean": float(best.mean()),
            "covered": float((best >= config.threshold).mean()),
        }
        settled = t > 0 and np.array_equal(owners[t], owners[t - 1])
        yield Frame(t, values, "No shape changes its cluster any more." if settled else "")


# --- 4: assignment ---


def table(config: Config) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The anchors in the table (n, 4), the truths (m, 4), their IoU, and the fate of all anchors.

    Of the grid's anchors the table has those that win a truth, then those that overlap most.
    """
    truths = tensor(config.truth).numpy()
    if config.source == "yours":
        anchors = tensor(config.mine).numpy()
    else:
        anchors = np.concatenate([level.boxes() for level in levels_of(config)])
    whole = iou(torch.from_numpy(anchors), torch.from_numpy(truths)).numpy()
    fate = targets(whole, config.threshold, min(config.negative, config.threshold))
    if len(anchors) <= SHOWN:
        return anchors, truths, whole, fate
    most = whole.max(1, initial=0)
    first = [m.anchor for m in assign(whole, 2, 2) if m.first] if len(truths) else []
    others = [int(i) for i in np.argsort(-most, kind="stable") if i not in first]
    shown = np.array(sorted((first + others)[:SHOWN]))
    return anchors[shown], truths, whole[shown], fate


def match_by_match(config: Config) -> Iterator[Frame]:
    """The matrix, then one decision a frame."""
    anchors, truths, whole, fate = table(config)
    given = np.full(len(anchors), UNDECIDED, np.int32)
    static = {
        "anchors": anchors.astype(np.float32), "truths": truths.astype(np.float32),
        "iou": whole.astype(np.float32), "total": len(fate),
        "positives": int((fate >= 0).sum()), "ignored": int((fate == -2).sum()),
    }  # fmt: skip
    won = np.full(len(truths), -1, np.int32)
    offsets = np.full((len(anchors), 4), np.nan, np.float32)
    steps: list[Match | None] = [None]
    steps += assign(whole, config.threshold, min(config.negative, config.threshold))
    for t, match in enumerate(steps):
        values = {"i": -1, "j": -1, "first": False}
        if match is not None:
            given[match.anchor] = match.truth
            j = match.truth
            if match.first:
                won[j] = match.anchor
            if j < 0 and len(truths):
                j = int(whole[match.anchor].argmax())
            values |= {"i": match.anchor, "j": j, "first": match.first}
            if match.truth >= 0:
                offsets[match.anchor] = encode(anchors[match.anchor], truths[j])
        now = {"given": given.copy(), "won": won.copy(), "offsets": offsets.copy()}
        yield Frame(t, static | values | now)


# --- 5: suppression ---


def pick_by_pick(config: Config) -> Iterator[Frame]:
    """The queue, one box a frame."""
    found = candidates(config)
    picks = list(queue(config, found))
    after = found.boxes if config.method != "weighted" else merged(found.boxes, found.scores, picks)
    count = len(found.scores)
    verdict, by = np.full(count, WAITING, np.uint8), np.full(count, -1, np.int32)
    over, scores = np.zeros(count, np.float32), found.scores.astype(np.float32)
    boxes = found.boxes.astype(np.float32)
    for t in range(count + 1):
        if t:
            pick = picks[t - 1]
            verdict[pick.index], by[pick.index] = pick.verdict, pick.by
            over[pick.index], scores = pick.iou, pick.scores.astype(np.float32)
        if t == count:  # groups are merged when all is decided
            boxes = after.astype(np.float32)
        yield Frame(
            t,
            {"boxes": boxes.copy(), "labels": found.labels.astype(np.int32),
             "before": found.scores.astype(np.float32), "scores": scores.copy(),
             "verdict": verdict.copy(), "by": by.copy(), "over": over.copy(),
             "now": picks[t - 1].index if t else -1, "all": found.all},
        )  # fmt: skip


def queue(config: Config, found: Candidates) -> Iterator[Pick]:
    """The suppression that the controls ask for."""
    return suppress(
        config.method, found.rivals, found.scores, config.threshold, config.sigma, config.score
    )


# --- 6: quality ---


def detection_by_detection(config: Config) -> Iterator[Frame]:
    """Detections of all scenes down to the score threshold, surest first."""
    found = verdicts(config)
    chunk, begin = max(1, -(-found.shown // CHUNKS)), 0
    for t, end in enumerate([*range(0, found.shown, chunk), found.shown]):
        yield Frame(t, found.between(begin, end), found.told(end))
        begin = end
