"""The lab on boxes against torchvision, against counting by hand, and against itself."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from torchvision import ops
from torchvision.models.detection._utils import BoxCoder, Matcher
from torchvision.models.detection.anchor_utils import DefaultBoxGenerator
from torchvision.models.detection.image_list import ImageList

from labcore import wire
from labcore.vision import anchor_boxes as lab
from labcore.vision.anchor_boxes import (
    anchors,
    detections,
    overlap,
    precision,
    suppression,
    training,
)
from labcore.vision.anchor_boxes.challenges import CHALLENGES
from labcore.vision.anchor_boxes.config import TOPICS as ALL
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detector import WEIGHTS, TinySSD, trained
from labcore.vision.anchor_boxes.detector import anchors as detector_anchors
from labcore.vision.anchor_boxes.evaluation import verdicts
from labcore.vision.anchor_boxes.formulas import slots_of
from labcore.vision.anchor_boxes.library import (
    torchvision_anchors,
    torchvision_boxes,
    torchvision_nms,
    torchvision_offsets,
)
from labcore.vision.anchor_boxes.matching import assign, decode, encode, targets
from labcore.vision.anchor_boxes.scenes import CLASSES, scene
from labcore.vision.anchor_boxes.settings import MINE, TRUTH
from labcore.vision.anchor_boxes.shapes import k_means, shape_iou
from labcore.vision.anchor_boxes.training import loss_of
from tools import detector

TOPICS = tuple(topic for topic in ALL if topic != "training")
"""Lessons that take no time; the other has tests of its own."""


def random_boxes(seed, count, wide=384, high=256):
    random = np.random.default_rng(seed)
    ends = np.sort(random.uniform(0, 1, (count, 2, 2)), axis=1) * [wide, high]
    return ends.reshape(count, 4)


def frames(**settings):
    return list(lab.run(Config(**settings)))


def run_of(config):
    return list(lab.run(config))


# --- overlap ---


@pytest.mark.parametrize("seed", range(5))
def test_measures_are_torchvisions(seed):
    a, b = (torch.from_numpy(random_boxes(seed + k, n)) for k, n in ((0, 40), (100, 30)))
    for name, known in torchvision_boxes(a, b).items():
        torch.testing.assert_close(overlap.RULES[name](a, b), known, rtol=1e-6, atol=1e-6)


def test_measures_of_known_boxes():
    a = torch.tensor([[0.0, 0, 2, 2]])
    b = torch.tensor([[1.0, 1, 3, 3], [0, 0, 2, 2], [4, 0, 6, 2]])
    assert overlap.iou(a, b)[0].tolist() == pytest.approx([1 / 7, 1, 0])
    assert overlap.giou(a, b)[0].tolist() == pytest.approx([1 / 7 - 2 / 9, 1, -1 / 3])
    assert overlap.diou(a, b)[0].tolist() == pytest.approx([1 / 7 - 2 / 18, 1, -16 / 40])


def test_degenerate_boxes():
    flat = torch.tensor([[5.0, 5, 5, 5], [0, 0, 4, 0], [1, 1, 3, 3]], dtype=torch.float64)
    for rule in overlap.RULES.values():
        assert rule(flat, flat).isfinite().all()
        assert rule(flat, flat[:0]).shape == (3, 0)
        assert rule(flat[:0], flat).shape == (0, 3)
    assert overlap.iou(flat, flat)[0, 0] == 0  # torchvision: 0/0
    assert ops.box_iou(flat, flat)[0, 0].isnan()
    known = ops.box_iou(flat, flat)
    torch.testing.assert_close(overlap.iou(flat, flat)[known.isfinite()], known[known.isfinite()])


@pytest.mark.parametrize("name", ["iou", "giou", "diou"])
def test_pulls_are_finite_differences(name):
    boxes, goals = (torch.from_numpy(random_boxes(s, 12)) for s in (3, 4))
    pulls, h = overlap.pull(boxes, goals, name), 1e-4
    for side in range(4):
        step = torch.zeros(4, dtype=torch.float64)
        step[side] = h
        up, down = (overlap.RULES[name](boxes + d, goals).diagonal() for d in (step, -step))
        np.testing.assert_allclose(pulls[:, side], (up - down) / (2 * h), rtol=2e-4, atol=1e-7)


def test_pull_of_ciou_is_torchvisions():
    boxes, goals = (torch.from_numpy(random_boxes(s, 20)) for s in (5, 6))
    given = boxes.clone().requires_grad_()
    (slope,) = torch.autograd.grad(ops.complete_box_iou_loss(given, goals, reduction="sum"), given)
    torch.testing.assert_close(overlap.pull(boxes, goals, "ciou"), -slope, rtol=1e-5, atol=1e-7)


def test_only_iou_is_blind_where_boxes_do_not_meet():
    run = frames(mine=((250.0, 20.0, 320.0, 80.0),))
    race = np.stack([frame["agree"] for frame in run])
    assert (race[:, 0] == 0).all()
    assert (race[-1, 1:] > 0.8).all()
    assert "flat" in run[-1].note
    pulls = run[0]["pulls"][:, 0]
    assert (pulls[0] == 0).all()
    assert (np.abs(pulls[1:]).max(1) > 0).all()


def test_inside_its_truth_giou_is_iou():
    table = frames(mine=((106.0, 152.0, 140.0, 206.0),))[0]["measures"][:, 0, 1]
    assert table[0] == pytest.approx(table[1])
    assert table[3] < table[2] < table[1]


# --- anchors ---


@pytest.mark.parametrize(("width", "height"), [(384, 256), (160, 256), (561, 728), (100, 100)])
def test_d2l_anchors_are_those_of_its_code(width, height):
    sizes, ratios, stride = [0.2, 0.2 * 2**0.5], [1.0, 2.0, 0.5], 32
    level = anchors.level("d2l", 0.2, 2, ratios, stride, width, height)
    rows, columns = level.centres.shape[:2]
    # multibox_prior, in shares of the picture: w = s √r · H / W, h = s / √r.
    s, r = torch.tensor(sizes), torch.tensor(ratios)
    w = torch.cat([s * r[0].sqrt(), s[0] * r[1:].sqrt()]) * height / width
    h = torch.cat([s / r[0].sqrt(), s[0] / r[1:].sqrt()])
    cx, cy = (torch.arange(columns) + 0.5) / columns, (torch.arange(rows) + 0.5) / rows
    y, x = torch.meshgrid(cy, cx, indexing="ij")
    half = torch.stack([-w, -h, w, h], 1).repeat(rows * columns, 1) / 2
    middle = torch.stack([x.ravel(), y.ravel()] * 2, 1).repeat_interleave(4, 0)
    known = (middle + half) * torch.tensor([width, height] * 2)
    np.testing.assert_allclose(level.boxes(), known, rtol=1e-5, atol=1e-3)
    true = level.shapes[:, 0] / level.shapes[:, 1]
    np.testing.assert_allclose(true, level.asked[:, 1])


@pytest.mark.parametrize(("width", "height"), [(384, 256), (160, 256), (561, 728)])
def test_ssd_anchors_are_torchvisions_default_boxes(width, height):
    levels = anchors.pyramid("ssd", 0.2, 1, [1.0, 2.0, 0.5], 64, 2, width, height)
    make = DefaultBoxGenerator([[2], [2]], scales=[0.2, 0.4, 0.8], clip=False)
    grids = [level.centres.shape[:2] for level in levels]
    image = ImageList(torch.zeros(1, 3, height, width), [(height, width)])
    known = make(image, [torch.zeros(1, 1, *grid) for grid in grids])[0].numpy()
    known = known.reshape(-1, 4, 4)[:, [0, 2, 3, 1]].reshape(-1, 4)  # 1, 1′, 2, 1/2 → 1, 2, 1/2, 1′
    ours = np.concatenate([level.boxes() for level in levels])
    np.testing.assert_allclose(ours, known, rtol=1e-5, atol=1e-2)
    true = levels[0].shapes[:, 0] / levels[0].shapes[:, 1]
    np.testing.assert_allclose(true, levels[0].asked[:, 1] * width / height)


@pytest.mark.parametrize(("width", "height"), [(384, 256), (160, 256), (561, 728)])
def test_torchvision_anchors_are_its_own(width, height):
    ratios = (1.0, 2.0, 0.5)
    levels = anchors.pyramid("torchvision", 0.2, 2, ratios, 32, 3, width, height)
    sizes = [tuple(0.2 * 2**k * height * 2 ** (i / 2) for i in range(2)) for k in range(3)]
    grids = [level.centres.shape[:2] for level in levels]
    known = torchvision_anchors(sizes, ratios, grids, width, height)
    ours = np.concatenate([level.boxes() for level in levels])
    np.testing.assert_allclose(ours, known, atol=1e-4)


@pytest.mark.parametrize("convention", anchors.CONVENTIONS)
def test_counts_and_length(convention):
    config = Config(topic="anchors", convention=convention, per_level=3, ratios=("1", "2"))
    run = run_of(config)
    each = {"d2l": 4, "ssd": 3, "torchvision": 6}[convention]
    assert len(run) == lab.LAB.length(config) == 3 * each
    assert run[0]["counts"].tolist() == [96 * each, 24 * each, 6 * each]


# --- assignment ---


def test_assignment_of_a_known_table():
    iou = np.array([[0.1, 0.6], [0.7, 0.65], [0.45, 0.2], [0.55, 0.1], [0.0, 0.05]])
    steps = list(assign(iou, 0.5, 0.4))
    assert [(s.anchor, s.truth, s.first) for s in steps] == [
        (1, 0, True), (0, 1, True), (2, -2, False), (3, 0, False), (4, -1, False),
    ]  # fmt: skip
    assert targets(iou, 0.5, 0.4).tolist() == [1, 0, -2, 0, -1]


@pytest.mark.parametrize("seed", range(4))
def test_thresholds_are_torchvisions_matcher(seed):
    random = np.random.default_rng(seed)
    iou = random.uniform(0, 1, (60, 4))
    known = Matcher(0.7, 0.3, allow_low_quality_matches=False)(torch.from_numpy(iou.T)).numpy()
    ours = targets(iou, 0.7, 0.3)
    won = [s.anchor for s in assign(iou, 0.7, 0.3) if s.first]
    assert len(won) == 4
    others = np.setdiff1d(np.arange(60), won)
    np.testing.assert_array_equal(ours[others], known[others])


@pytest.mark.parametrize("seed", range(4))
def test_first_come_the_highest_left(seed):
    iou = np.random.default_rng(seed).uniform(0, 1, (9, 4))
    steps = [s for s in assign(iou, 0.9, 0.1) if s.first]
    left, rows, columns = [], set(range(9)), set(range(4))
    while columns:
        best = max(itertools.product(rows, columns), key=lambda at: iou[at])
        left.append(best)
        rows.discard(best[0])
        columns.discard(best[1])
    assert [(s.anchor, s.truth) for s in steps] == left
    end = {s.anchor: s.truth for s in assign(iou, 0.9, 0.1)}
    assert targets(iou, 0.9, 0.1).tolist() == [end[i] for i in range(9)]


def test_nothing_to_assign():
    assert list(assign(np.zeros((0, 3)), 0.5, 0.4)) == []
    assert [s.truth for s in assign(np.zeros((2, 0)), 0.5, 0.4)] == [-1, -1]
    assert targets(np.zeros((2, 0)), 0.5, 0.4).tolist() == [-1, -1]


@pytest.mark.parametrize("seed", range(3))
def test_offsets_are_torchvisions_and_come_back(seed):
    a, b = random_boxes(seed, 50), random_boxes(seed + 50, 50)
    ours = encode(a, b)
    known = torchvision_offsets(torch.from_numpy(a), torch.from_numpy(b))
    np.testing.assert_allclose(ours, known, rtol=1e-6, atol=1e-8)
    back = BoxCoder((10.0, 10.0, 5.0, 5.0)).decode_single(
        torch.from_numpy(ours), torch.from_numpy(a)
    )
    moderate = (np.abs(ours[:, 2:]) < 10).all(1)
    np.testing.assert_allclose(decode(a, ours)[moderate], back[moderate], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(decode(a, ours), b, rtol=1e-9, atol=1e-9)


# --- suppression ---


def crowd(seed, count=60):
    random = np.random.default_rng(seed)
    centres = random.uniform(40, 200, (count, 2))
    size = random.uniform(20, 90, (count, 2))
    boxes = np.concatenate([centres - size / 2, centres + size / 2], 1)
    return boxes, random.permutation(count) / count, random.integers(0, 3, count)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("threshold", [0.05, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("per_class", [True, False])
def test_hard_suppression_is_torchvisions(seed, threshold, per_class):
    boxes, scores, labels = crowd(seed)
    iou = suppression.same_class(detections.each_with_each(boxes), labels, per_class)
    picks = list(suppression.hard(iou, scores, threshold))
    kept = [p.index for p in picks if p.verdict == suppression.KEPT]
    assert kept == torchvision_nms(boxes, scores, labels, threshold, per_class)
    for pick in picks:
        if pick.verdict == suppression.OUT:
            assert pick.by in kept
            assert iou[pick.index, pick.by] == pick.iou > threshold


def test_soft_suppression_by_hand():
    # B overlaps A by 0.6, C overlaps B by 0.5 and A not at all.
    iou = np.array([[1, 0.6, 0], [0.6, 1, 0.5], [0, 0.5, 1.0]])
    scores = np.array([0.9, 0.8, 0.7])
    linear = list(suppression.soft(iou, scores, 0.3, 0.5, 0.1, True))
    assert [p.index for p in linear] == [0, 2, 1]  # B falls to 0.32, then to 0.16
    assert linear[-1].scores[1] == pytest.approx(0.8 * 0.4 * 0.5)
    gauss = list(suppression.soft(iou, scores, 0.3, 0.5, 0.1, False))
    assert gauss[-1].scores[1] == pytest.approx(0.8 * np.exp(-0.72) * np.exp(-0.5))
    assert [p.verdict for p in gauss] == [suppression.KEPT] * 3
    assert suppression.OUT in [
        p.verdict for p in suppression.soft(iou, scores, 0.3, 0.5, 0.3, True)
    ]
    # Matrix: B decays by A; C by B, but B was itself suppressed by A as much or more.
    matrix = list(suppression.matrix(iou, scores, 0.5, 0.1))[-1].scores
    assert matrix[1] == pytest.approx(0.8 * np.exp(-0.72))
    assert matrix[2] == pytest.approx(0.7 * min(1, np.exp(-(0.25 - 0.36) / 0.5)))


def overlap_of(a, b):
    """IoU of two boxes, by hand."""
    wide = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    high = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return wide * high / (areas - wide * high)


def plain_soft(boxes, scores, least, factor):
    """Soft suppression as its paper's pseudo-code has it; scores of the kept, surest first."""
    left, kept = dict(enumerate(scores)), {}
    while left:
        i = max(left, key=lambda k: left[k])
        score = left.pop(i)
        if score < least:
            break
        kept[i] = score
        for k in left:
            left[k] *= factor(overlap_of(boxes[i], boxes[k]))
    return kept


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("threshold", "sigma"), [(0.1, 0.1), (0.3, 0.5), (0.6, 2.0)])
@pytest.mark.parametrize("method", ["linear", "gaussian"])
def test_soft_suppression_is_the_plain_loop(seed, threshold, sigma, method):
    boxes, scores, _ = crowd(seed, 40)
    factors = {
        "linear": lambda over: 1 - over if over > threshold else 1,
        "gaussian": lambda over: np.exp(-(over**2) / sigma),
    }
    known = plain_soft(boxes, scores, 0.2, factors[method])
    iou = detections.each_with_each(boxes)
    picks = list(suppression.suppress(method, iou, scores, threshold, sigma, 0.2))
    kept = {p.index: p.scores[p.index] for p in picks if p.verdict == suppression.KEPT}
    assert list(kept) == list(known)
    assert list(kept.values()) == pytest.approx(list(known.values()), rel=1e-9)
    assert len(picks) == 40


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("sigma", [0.1, 0.5, 2.0])
def test_matrix_suppression_is_the_plain_loop(seed, sigma):
    boxes, scores, _ = crowd(seed, 40)
    order = sorted(range(40), key=lambda k: -scores[k])
    known = {}
    for place, i in enumerate(order):
        decay = 1.0
        for other, j in enumerate(order[:place]):
            suffered = max((overlap_of(boxes[k], boxes[j]) for k in order[:other]), default=0.0)
            fall = np.exp(-(overlap_of(boxes[i], boxes[j]) ** 2) / sigma)
            decay = min(decay, fall / np.exp(-(suffered**2) / sigma))
        known[i] = scores[i] * decay
    picks = list(suppression.matrix(detections.each_with_each(boxes), scores, sigma, 0.2))
    assert [p.index for p in picks] == order
    np.testing.assert_allclose(picks[-1].scores, [known[i] for i in range(40)], rtol=1e-9)
    assert all((p.verdict == suppression.KEPT) == (known[p.index] >= 0.2) for p in picks)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("threshold", [0.2, 0.5])
def test_weighted_suppression_is_the_plain_loop(seed, threshold):
    boxes, scores, _ = crowd(seed, 40)
    scores = scores + 0.01  # weights: none is 0
    groups: list[list[int]] = []
    for i in sorted(range(40), key=lambda k: -scores[k]):
        fits = (g for g in groups if overlap_of(boxes[i], boxes[g[0]]) > threshold)
        group = next(fits, None)
        if group is None:
            groups.append([i])
        else:
            group.append(i)
    picks = list(suppression.hard(detections.each_with_each(boxes), scores, threshold))
    merged = suppression.merged(boxes, scores, picks)
    assert [p.index for p in picks if p.verdict == suppression.KEPT] == [g[0] for g in groups]
    assert max(map(len, groups)) >= 2
    for first, *rest in groups:
        total = sum(scores[k] for k in (first, *rest))
        mean = sum(scores[k] * boxes[k] for k in (first, *rest)) / total
        np.testing.assert_allclose(merged[first], mean, rtol=1e-9)


@pytest.mark.parametrize("method", ["hard", "linear", "gaussian", "matrix", "weighted"])
def test_the_queue_says_why(method):
    config = Config(topic="nms", method=method, score=0.2)
    last = run_of(config)[-1]
    told = lab.draw(config, last)["queue"]["traces"]["reasons"]["text"]
    assert len(told) == len(last["verdict"])
    names = {"hard": "out, IoU", "weighted": "joins", "matrix": "out at"}
    for i, text in enumerate(told):
        out, by = last["verdict"][i] == suppression.OUT, int(last["by"][i])
        assert text.startswith(f"{i + 1} {CLASSES[last['labels'][i]]}: ")
        assert ("kept" in text) != out
        if by >= 0 and method != "weighted":
            assert f"IoU {last['over'][i]:.2f} with {by + 1}" in text
    outs = [t for t, v in zip(told, last["verdict"], strict=True) if v == suppression.OUT]
    assert outs
    assert all(names.get(method, "out at") in text for text in outs)
    if method == "weighted":
        assert any("kept, the mean of" in text for text in told)


def test_soft_with_a_step_is_hard():
    """A Gaussian so narrow that any overlap kills is hard suppression at threshold 0."""
    boxes, scores, _ = crowd(2, 30)
    iou = detections.each_with_each(boxes)
    iou[(iou > 0) & (iou < 0.05)] = 0
    soft = [p.index for p in suppression.soft(iou, scores, 0, 1e-5, 1e-6, False)
            if p.verdict == suppression.KEPT]  # fmt: skip
    hard = [p.index for p in suppression.hard(iou, scores, 0.0) if p.verdict == suppression.KEPT]
    assert soft == hard


def test_merging_is_the_weighted_mean_of_the_group():
    boxes = np.array([[0, 0, 10, 10], [2, 0, 12, 10], [50, 50, 60, 60.0]])
    scores = np.array([0.9, 0.3, 0.5])
    picks = list(suppression.hard(detections.each_with_each(boxes), scores, 0.5))
    merged = suppression.merged(boxes, scores, picks)
    assert merged[0].tolist() == pytest.approx([0.5, 0, 10.5, 10])
    assert merged[2].tolist() == boxes[2].tolist()


@pytest.mark.parametrize("method", ["hard", "linear", "gaussian", "matrix", "weighted"])
def test_an_empty_queue(method):
    none = np.zeros((0, 0)), np.zeros(0)
    assert list(suppression.suppress(method, *none, 0.5, 0.5, 0.3)) == []
    run = frames(topic="nms", source="yours", mine=(), method=method)
    assert len(run) == 1


# --- precision ---


def test_average_precision_by_hand():
    right = np.array([True, False, True, True, False])
    # Precision 1, 1/2, 2/3, 3/4, 3/5 at recall 1/4, 1/4, 2/4, 3/4, 3/4 of four truths.
    assert precision.average_precision(right, 4, "all") == pytest.approx(0.25 + 0.5 * 0.75)
    elevens = [1, 1, 1] + [0.75] * 5 + [0] * 3  # at recall 0, 0.1, …
    assert precision.average_precision(right, 4, "11") == pytest.approx(np.mean(elevens))
    hundred = [1] * 26 + [0.75] * 50 + [0] * 25
    assert precision.average_precision(right, 4, "101") == pytest.approx(np.mean(hundred))
    for way in ("all", "11", "101"):
        assert precision.average_precision(np.ones(3, bool), 3, way) == pytest.approx(1)
        assert precision.average_precision(np.zeros(3, bool), 3, way) == 0
        assert precision.average_precision(np.zeros(0, bool), 3, way) == 0
        assert np.isnan(precision.average_precision(right, 0, way))


def test_verdicts_by_hand():
    iou = np.array([[0.9, 0.0], [0.8, 0.0], [0.3, 0.0], [0.0, 0.7], [0.0, 0.05]])
    labels, truths = np.array([0, 0, 0, 0, 1]), np.array([0, 1])
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    judged = precision.judge(scores, labels, np.zeros(5, int), iou, truths, 0.5)
    p = precision
    assert judged.verdict.tolist() == [p.RIGHT, p.COPY, p.LOOSE, p.CONFUSED, p.NOTHING]
    assert judged.truth.tolist() == [0, 0, 0, 1, -1]


def independent_ap(detections, truths, threshold):
    """AP of one class by a plain loop over sorted tuples, precision at 101 recalls.

    detections: (score, scene, box); truths: (scene, box).
    """
    free, hits = list(range(len(truths))), []
    for _, where, box in sorted(detections, key=lambda d: -d[0]):
        best, found = threshold, None
        for j in free:
            if truths[j][0] != where:
                continue
            a, b = torch.tensor(np.stack([box])), torch.tensor(np.stack([truths[j][1]]))
            if (over := float(ops.box_iou(a, b))) >= best:
                best, found = over, j
        if found is not None:
            free.remove(found)
        hits.append(found is not None)
    points = [(sum(hits[: n + 1]) / len(truths), sum(hits[: n + 1]) / (n + 1))
              for n in range(len(hits))]  # fmt: skip
    levels = [max((p for r, p in points if r >= k / 100 - 1e-12), default=0) for k in range(101)]
    return sum(levels) / 101


@pytest.mark.parametrize("threshold", [0.5, 0.75])
def test_mean_average_precision_of_the_scenes(threshold):
    found = verdicts(Config(topic="quality", threshold=threshold))
    judged, values = found.judged, []
    for label in np.unique(found.truth_labels):
        mine = np.flatnonzero(judged.labels == label)
        given = [(judged.scores[i], judged.scene[i], found.boxes[i]) for i in mine]
        truths = [(found.truth_scene[j], found.truths[j])
                  for j in np.flatnonzero(found.truth_labels == label)]  # fmt: skip
        values.append(independent_ap(given, truths, threshold))
    assert found.here == pytest.approx(np.mean(values), abs=1e-9)
    assert found.ladder[round((threshold - 0.5) / 0.05)] == pytest.approx(found.here)


def test_the_detector_is_as_good_as_the_page_says():
    found = verdicts(Config(topic="quality"))
    assert 0.7 < found.ladder[0] < 0.99
    assert 0.35 < found.ladder.mean() < 0.8
    assert (np.diff(found.ladder) <= 0.02).all()
    assert sum(p.numel() for p in TinySSD().parameters()) <= 200_000


def test_the_last_frame_counts_everything_above_the_score():
    for score in (0.05, 0.3, 0.9):
        config = Config(topic="quality", score=score)
        last = run_of(config)[-1]
        found = verdicts(config)
        assert last["end"] == last["reasons"].sum() == (found.judged.scores >= score).sum()
        assert last["hit"].sum() == last["reasons"][precision.RIGHT]


# --- shapes ---


def test_k_means():
    random = np.random.default_rng(0)
    middles = np.array([[20.0, 60], [60, 20], [100, 100]])
    shapes = np.concatenate([m * random.uniform(0.9, 1.1, (50, 2)) for m in middles])
    way, owners = k_means(shapes, 3, 0)
    best = shape_iou(middles, way[-1]).max(1)
    assert (best > 0.93).all()
    assert (np.bincount(owners[-1]) == 50).all()
    mean = [shape_iou(shapes, centres).max(1).mean() for centres in way]
    assert mean[-1] >= mean[0]
    a, b = np.array([[10.0, 20]]), np.array([[20.0, 10], [10, 20]])
    assert shape_iou(a, b)[0].tolist() == pytest.approx([1 / 3, 1])
    same, _ = k_means(np.ones((5, 2)), 4, 1)
    assert np.isfinite(same).all()


# --- scenes ---


def test_scenes_have_exact_boxes():
    for seed in range(12):
        for test in (True, False):
            one, again = scene(seed, test), scene(seed, test)
            np.testing.assert_array_equal(one.image, again.image)
            assert one.image.shape == (256, 384, 3)
            assert 1 <= len(one.boxes) == len(one.labels) <= 7
            assert (one.boxes[:, :2] >= 0).all()
            assert (one.boxes[:, 2:] <= [384, 256]).all()
            assert (one.labels < len(CLASSES)).all()
    example = detections.test_scene(detections.EXAMPLE)
    assert sorted(map(tuple, example.boxes.tolist())) == sorted(TRUTH)


def test_the_detector_sees_two_thousand_anchors():
    assert detector_anchors().shape == (2016, 4)
    scores, offsets = TinySSD().eval()(torch.zeros(1, 3, 128, 192))
    assert scores.shape == (1, 2016, 11)
    assert offsets.shape == (1, 2016, 4)


def test_weights_are_safetensors():
    kept = load_file(WEIGHTS)
    shapes = kept.pop("shapes")
    assert shapes.dtype == np.int16
    assert shapes.shape[1] == 2
    assert (shapes > 0).all()
    wanted = {name: tuple(value.shape) for name, value in TinySSD().state_dict().items()
              if not name.endswith("num_batches_tracked")}  # fmt: skip
    assert {name: value.shape for name, value in kept.items()} == wanted
    assert {value.dtype for value in kept.values()} == {np.dtype(np.float16)}
    for name, value in trained().state_dict().items():
        if name in kept:
            np.testing.assert_array_equal(value.numpy(), kept[name].astype(np.float32))


def test_weights_are_written_as_they_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(detector, "WEIGHTS", tmp_path / "models" / "some.safetensors")
    net = TinySSD()
    detector.keep(net, np.array([[30.0, 40.0]]))
    kept = load_file(tmp_path / "models" / "some.safetensors")
    assert kept.pop("shapes").tolist() == [[30, 40]]
    for name, value in kept.items():
        torch.testing.assert_close(
            torch.from_numpy(value.astype(np.float32)), net.state_dict()[name], rtol=1e-3, atol=1e-7
        )


# --- the lab ---

ODD = (
    {"mine": (), "truth": ()},
    {"mine": ()},
    {"truth": ()},
    {"mine": MINE[:1], "truth": TRUTH[:1]},
    {"mine": ((0.0, 0.0, 0.01, 0.01), (0.0, 0.0, 384.0, 256.0))},
    {"source": "yours"},
    {"source": "yours", "mine": MINE * 2, "truth": TRUTH * 2},
    {"convention": "torchvision", "size": 0.05, "stride": "8", "levels": 4, "per_level": 4},
    {"convention": "ssd", "crop": "tall", "cell_x": 384.0, "ratios": ("3",)},
    {"score": 0.95, "threshold": 0.05},
    {"score": 0.05, "method": "linear", "per_class": False},
    {"method": "matrix"},
    {"method": "weighted", "suppress": 0.05},
    {"clusters": 12, "threshold": 0.95},
    {"clusters": 1, "seed": 3},
    {"kind": 4, "nth": 200, "at_recall": 0.0, "at_precision": 0.0, "score": 0.05},
    {"kind": 1, "nth": 200, "threshold": 0.95, "score": 0.95},
)


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("settings", ODD)
def test_odd_settings_run(topic, settings):
    config = Config(topic=topic, **settings)
    run = run_of(config)
    figures = lab.panels(config, run[0])
    touched = None
    for frame in (*run[:2], run[-1]):
        patch = lab.draw(config, frame)
        wire.encode(patch)
        shape = {(n, kind, uid, p) for n, part in patch.items() for kind in ("traces", "append")
                 for uid, given in part.get(kind, {}).items() for p in given}  # fmt: skip
        assert touched is None or shape == touched
        touched = shape
        assert all(isinstance(v, str) and v for v in lab.readout(config, frame).values())
    now = lab.answer(config)
    for name, part in lab.draw(config, now).items():
        assert set(part.get("traces", {})) <= {trace.uid for trace in figures[name].data}
        wire.encode(part)
    lab.readout(config, now)


def test_each_formula_is_filled_somewhere():
    for title, latex in lab.LAB.formulas.items():
        filled = [
            topic for topic in TOPICS
            if set(slots_of(latex)) <= set(lab.readout(Config(topic=topic), frames(topic=topic)[1]))
        ]  # fmt: skip
        assert "boxes" in filled, title


def test_formulas_tell_the_truth():
    config = Config(topic="assignment")
    frame = run_of(config)[1]
    told = {
        k: float(v.replace("−", "-")) for k, v in lab.readout(config, frame).items() if "." in k
    }
    both, a, b = told["iou.both"], told["iou.a"], told["iou.b"]
    assert both / (a + b - both) == pytest.approx(told["iou.iou"], rel=2e-3)
    assert told["iou.iou"] == pytest.approx(frame["iou"].max(), rel=1e-3)
    assert (told["off.xb"] - told["off.xa"]) / told["off.wa"] / 0.1 == pytest.approx(
        told["off.x"], abs=0.01
    )
    assert told["off.back"] == pytest.approx(told["off.xb"], rel=1e-3)


@pytest.mark.parametrize("topic", TOPICS)
def test_same_seed_same_run(topic):
    one, two = frames(topic=topic), frames(topic=topic)
    for a, b in zip(one, two, strict=True):
        assert all(np.array_equal(a[k], b[k], equal_nan=True) for k in a.values)


SOLVED = {
    "fit": {"mine": TRUTH},
    "order": {"truth": ((100.0, 60.0, 200.0, 160.0),),
              "mine": ((160.0, 120.0, 260.0, 220.0), (190.0, 60.0, 290.0, 160.0))},
    "few": {"topic": "shapes", "threshold": 0.6, "clusters": 8},
    "served": {"topic": "assignment", "stride": "32", "levels": 1, "size": 0.25},
    "both": {"topic": "nms", "threshold": 0.4},
    "chain": {"topic": "nms", "source": "yours", "threshold": 0.5,
              "mine": ((40.0, 60.0, 160.0, 180.0), (70.0, 60.0, 190.0, 180.0),
                       (105.0, 60.0, 225.0, 180.0))},
    "innocent": {"topic": "quality", "method": "matrix", "sigma": 0.2},
    "sharp": {"topic": "quality", "method": "weighted"},
}  # fmt: skip


@pytest.mark.parametrize("challenge", CHALLENGES, ids=lambda c: c.slug)
def test_challenges_can_be_met_and_missed(challenge):
    config = Config(**SOLVED[challenge.slug])
    verdict = challenge.check(config, run_of(config))
    assert verdict.passed, verdict.says
    for topic in TOPICS:
        default = Config(topic=topic)
        missed = challenge.check(default, run_of(default))
        assert not missed.passed, (topic, missed.says)
        assert missed.says.endswith(".")


# --- training ---


def test_loss_is_what_it_says():
    random = torch.Generator().manual_seed(0)
    scores = torch.randn(2, 50, 11, generator=random)
    offsets, goals = (torch.randn(2, 50, 4, generator=random) for _ in range(2))
    classes = torch.zeros(2, 50, dtype=torch.int64)
    classes[0, :3], classes[1, 0], classes[1, 1] = 4, 7, -1
    each = torch.nn.functional.cross_entropy(
        scores.flatten(0, 1), classes.flatten().clamp(min=0), reduction="none", label_smoothing=0.1
    ).view(2, 50)
    named, moved = loss_of(scores, offsets, classes, goals, mined=3)
    kept = each[0, :3].sum() + each[1, 0]
    kept = kept + each[0, 3:].topk(9).values.sum() + each[1, 2:].topk(3).values.sum()
    assert float(named) == pytest.approx(float(kept) / 4, rel=1e-5)
    away = (offsets - goals)[classes > 0].abs()
    smooth = torch.where(away < 1, away**2 / 2, away - 0.5).sum()
    assert float(moved) == pytest.approx(float(smooth) / 4, rel=1e-5)
    every, _ = loss_of(scores, offsets, classes, goals, mined=0)
    assert float(every) == pytest.approx(float(each[classes >= 0].sum()) / 4, rel=1e-5)
    focal, _ = loss_of(scores, offsets, classes, goals, mined=0, gamma=2.0)
    p = scores.softmax(-1).gather(-1, classes.clamp(min=0)[..., None])[..., 0]
    known = ((1 - p) ** 2 * each)[classes >= 0].sum() / 4
    assert float(focal) == pytest.approx(float(known), rel=1e-5)


@pytest.mark.parametrize("settings", [{}, {"mining": "all", "gamma": 2.0, "score": 0.05}])
def test_a_live_training_learns(settings, monkeypatch):
    monkeypatch.setattr(training, "SHOWN_SCENES", 16)
    before = torch.get_rng_state()
    config = Config(topic="training", steps=40, **settings)
    run = run_of(config)
    assert torch.equal(before, torch.get_rng_state())
    assert len(run) == lab.LAB.length(config) == 6
    assert [frame.step for frame in run] == [0, 8, 16, 24, 32, 40]
    assert run[-1]["named"] + run[-1]["moved"] < run[1]["named"] + run[1]["moved"]
    figures = lab.panels(config, run[0])
    assert set(figures) == {"watch", "loss", "score"}
    for frame in run:
        wire.encode(lab.draw(config, frame))
        assert all(lab.readout(config, frame).values())
    assert lab.answer(config).step == 0
