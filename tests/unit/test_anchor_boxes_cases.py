"""Detections and missed objects looked at one by one: is what the lab says of them so?"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from torchvision import ops

from labcore import own, wire
from labcore.vision import anchor_boxes as lab
from labcore.vision.anchor_boxes import cases
from labcore.vision.anchor_boxes.cases_view import LINES, window
from labcore.vision.anchor_boxes.config import Config
from labcore.vision.anchor_boxes.detections import found_in
from labcore.vision.anchor_boxes.evaluation import verdicts
from labcore.vision.anchor_boxes.marks import picture
from labcore.vision.anchor_boxes.precision import CONFUSED, COPY, LOOSE, NOTHING, RIGHT

SETTINGS = (
    {},
    {"score": 0.05},
    {"threshold": 0.8},
    {"suppress": 0.2, "per_class": False},
    {"method": "gaussian"},
    {"method": "weighted", "suppress": 0.6, "score": 0.15},
    {"threshold": 0.95, "score": 0.95},
)


def asked(**settings):
    config = Config(topic="quality", **settings)
    return config, verdicts(config)


def over(a, b):
    return float(ops.box_iou(torch.from_numpy(a[None]), torch.from_numpy(b[None])))


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_detection_is_what_it_is_said_to_be(settings):
    config, found = asked(**settings)
    free = set(range(len(found.truths)))
    for i in range(len(found.judged.scores)):
        case = cases.detection_case(found, i)
        known = over(case.box, found.truths[case.truth]) if case.truth >= 0 else 0.0
        assert case.iou == pytest.approx(known, abs=1e-9)
        here = np.flatnonzero(found.truth_scene == case.scene)
        same = [j for j in here if found.truth_labels[j] == case.label]
        best = max((over(case.box, found.truths[j]) for j in same), default=0.0)
        alone = max((over(case.box, found.truths[j]) for j in free if j in same), default=0.0)
        any_one = max((over(case.box, found.truths[j]) for j in here), default=0.0)
        wanted = (
            RIGHT if alone >= config.threshold
            else COPY if best >= config.threshold
            else LOOSE if best >= 0.1
            else CONFUSED if any_one >= 0.1
            else NOTHING
        )  # fmt: skip
        assert case.kind == wanted, cases.because(config, found, case)
        if case.kind == RIGHT:
            assert case.truth in free
            free.discard(case.truth)
        if case.kind == COPY:
            assert case.truth not in free


@pytest.mark.parametrize("settings", SETTINGS)
def test_an_object_is_missed_for_the_cause_given(settings):
    config, found = asked(**settings)
    judged, missed = found.judged, cases.mistakes(found)[-1]
    taken = slice(0, found.shown)
    right = set(judged.truth[taken][judged.verdict[taken] == RIGHT].tolist())
    assert right | set(missed.tolist()) == set(range(len(found.truths)))
    assert not right & set(missed.tolist())
    for j in missed.tolist():
        case = cases.missed_case(config, found, j)
        label, truth = found.truth_labels[j], found.truths[j]
        here = np.flatnonzero(judged.scene == found.truth_scene[j])
        fits = [i for i in here if judged.labels[i] == label
                and over(found.boxes[i], truth) >= config.threshold]  # fmt: skip
        raw = [over(row[:4], truth) for row in found_in(case.scene) if row[5] == label]
        sure = [i for i in here if judged.scores[i] >= config.score]
        own = max(
            (over(found.boxes[i], truth) for i in sure if judged.labels[i] == label), default=0
        )
        if case.cause == cases.FAINT:
            assert case.score < config.score
            assert judged.verdict[case.detection] == RIGHT
        elif case.cause == cases.NEIGHBOUR:
            assert judged.verdict[case.detection] == RIGHT
            assert judged.truth[case.detection] != j
            assert case.iou >= config.threshold
        elif case.cause == cases.REMOVED:
            assert not fits
            assert case.iou == pytest.approx(max(raw))
            assert case.iou >= config.threshold
        elif case.cause == cases.OFF:
            assert not fits
            assert case.iou == pytest.approx(own)
            assert 0.1 <= case.iou < config.threshold
        elif case.cause == cases.MISTAKEN:
            assert own < 0.1 <= case.iou
            assert case.label != label
        else:
            assert not fits
            assert all(over(found.boxes[i], truth) < 0.1 for i in sure)
        assert case.truth == j
        assert all(cases.because(config, found, case))


def test_each_cause_occurs_somewhere():
    seen = set()
    for settings in (*SETTINGS, {"score": 0.2, "threshold": 0.4}, {"score": 0.1, "suppress": 0.9}):
        config, found = asked(**settings)
        for j in cases.mistakes(found)[-1].tolist():
            seen.add(cases.missed_case(config, found, j).cause)
    assert seen >= {cases.FAINT, cases.NEIGHBOUR, cases.REMOVED, cases.OFF, cases.UNSEEN}


@pytest.mark.parametrize("settings", SETTINGS[:5])
def test_a_click_on_a_point_of_the_curve_shows_its_detection(settings):
    _, found = asked(**settings)
    for i in range(len(found.recall)):
        told = cases.on_curve(found, found.recall[i], found.precision[i])
        assert (found.recall[told], found.precision[told]) == (found.recall[i], found.precision[i])
    nothing = found._replace(recall=np.zeros(0), precision=np.zeros(0))
    assert cases.on_curve(nothing, 0.5, 0.5) == -1


def text_above(patch):
    return patch["layout"]["annotations"][0]["text"]


def test_the_hand_shows_what_a_run_shows():
    """What an answer draws for a place is what the panels of a run with that place hold."""
    for settings in ({"at_recall": 0.61, "at_precision": 0.92}, {"kind": 3, "nth": 2},
                     {"kind": 1, "nth": 200}, {"kind": 4, "nth": 3, "score": 0.05}):  # fmt: skip
        config, _ = asked(**settings)
        run = list(lab.run(config))
        figures, patch = lab.panels(config, run[0]), lab.draw(config, lab.answer(config))
        assert {"curve", "case", "mistakes", "mistake"} == set(patch)
        for name in ("case", "mistake"):
            assert figures[name].layout.annotations[0].text == text_above(patch[name])
            traces = {trace.uid: trace for trace in figures[name].data}
            assert traces["photo"].source == patch[name]["traces"]["photo"]["source"]
            for uid, change in patch[name]["traces"].items():
                for at in ("x", "y"):
                    if at in change:
                        drawn = np.array(traces[uid][at], float)
                        np.testing.assert_array_equal(drawn, np.array(change[at], float))
        assert len(wire.encode(patch)) < 60_000
        assert lab.answer(config).note == ""


def test_a_picked_detection_is_told_in_words():
    config, found = asked(at_recall=0.67, at_precision=0.85)
    told = text_above(lab.draw(config, lab.answer(config))["case"])
    i = cases.on_curve(found, 0.67, 0.85)
    assert found.judged.verdict[i] == COPY
    first = np.flatnonzero(
        (found.judged.truth == found.judged.truth[i]) & (found.judged.verdict == RIGHT)
    )[0]
    assert told.startswith(f"Detection {i + 1}: ")
    assert f"that detection {first + 1} found" in told


def test_the_list_has_all_mistakes_page_by_page():
    settings = {"score": 0.05}
    _, found = asked(**settings)
    lengths = [len(column) for column in cases.mistakes(found)]
    assert sum(lengths[:4]) == found.shown - (found.judged.verdict[: found.shown] == RIGHT).sum()
    seen = 0
    for page in range(-(-max(lengths) // LINES)):
        longest = int(np.argmax(lengths)) + COPY
        config = Config(topic="quality", kind=longest, nth=page * LINES + 1, **settings)
        patch = lab.draw(config, lab.answer(config))["mistakes"]
        low, high = patch["layout"]["yaxis.range"][::-1]
        assert low == page * LINES + 0.5
        assert all(low < n < high for n in patch["traces"]["told"]["y"])
        seen += len(patch["traces"]["told"]["text"])
    assert seen == sum(lengths)


def test_the_window_holds_its_boxes():
    random = np.random.default_rng(0)
    for _ in range(50):
        corners = np.sort(random.uniform(0, 1, (2, 2)), axis=0) * [384, 256]
        around = window(corners.reshape(1, 4))
        (left, right), (bottom, top) = around["xaxis.range"], around["yaxis.range"]
        assert 0 <= left <= corners[0, 0] <= corners[1, 0] <= right <= 384 + 1e-9
        assert 0 <= top <= corners[0, 1] <= corners[1, 1] <= bottom <= 256 + 1e-9
        assert (right - left) / (bottom - top) == pytest.approx(384 / 256)
    assert window(np.zeros((0, 4)))["xaxis.range"] == [0, 384]


@pytest.mark.parametrize("topic", ["boxes", "anchors", "assignment", "nms"])
@pytest.mark.parametrize("size", [(30, 400), (90, 60), (8, 8)])
def test_the_learners_own_picture_takes_the_place_of_ours(
    topic: str, size: tuple[int, int]
) -> None:
    token = own.new_token()
    own.hold(token, {"image": np.full((*size, 3), 99, np.uint8)})
    config = Config(topic=topic, photo=token)
    frames = list(itertools.islice(lab.run(config), 4))
    shown = lab.panels(config, frames[0])
    sources = [image.source for figure in shown.values() for image in figure.layout.images]
    assert picture("scene", photo=token) in sources
    assert picture("scene") not in sources
    for frame in frames:
        lab.draw(config, frame)
        lab.readout(config, frame)
