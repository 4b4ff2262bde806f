"""The lab on image data against counts, scikit-learn and torch's own loader."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.neighbors import NearestNeighbors
from torch.utils.data import DataLoader, Subset

from labcore import Frame, Start
from labcore.data import fashion_mnist, photographs
from labcore.linear import image_data as lab
from labcore.linear.image_data import Config
from labcore.linear.image_data.config import LOOKS, SIZES, STEP, TURNS, WORKERS
from labcore.linear.image_data.lesson import (
    CLASSES,
    SHRUNK,
    atlas,
    frames,
    look_batch,
    look_map,
    order,
    plane,
    turned,
)
from labcore.linear.image_data.loader import CELLS, Clothing, batches, resident, speed, timed
from labcore.linear.image_data.suspects import ALIKE, SOFT, doubts, learn, pixels, spoiled


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("batch", [8, 64, 504])
def test_an_epoch_has_every_picture_once(seed: int, batch: int) -> None:
    config = Config(part="batches", seed=seed, batch=batch)
    came = order(config, 0)
    np.testing.assert_array_equal(np.sort(came), np.arange(10_000))
    assert not np.array_equal(came, order(config, 1))
    for at in (0, 3, 39):
        found = look_batch(config, at)
        assert found["counts"].sum() == batch
        chosen = order(config, at // (10_000 // batch))[at % (10_000 // batch) * batch :][:batch]
        expected = np.bincount(fashion_mnist().labels[chosen], minlength=CLASSES)
        np.testing.assert_array_equal(found["counts"], expected)


def test_unshuffled_batches_are_of_one_class() -> None:
    config = Config(part="batches", shuffle=False)
    assert look_batch(config, 0)["counts"].tolist() == [64] + [0] * 9
    assert "one class" in lab.answer(config).note
    bags = look_batch(Config(part="batches", show="bag", batch=512), 7)
    assert bags["counts"].tolist() == [0] * 8 + [512, 0]


def test_noise_has_the_spread_it_says() -> None:
    """On pixels in the middle of the range, so that little is cut off."""
    plain, noisy = (look_batch(Config(part="batches", noise=s), 2) for s in (0.0, 0.1))
    a, b = (found["pictures"].astype(float) / 255 for found in (plain, noisy))
    middle = (a > 0.4) & (a < 0.6)
    assert (b - a)[middle].std() == pytest.approx(0.1, rel=0.08)
    assert noisy["moments"][1] ** 2 == pytest.approx(plain["moments"][1] ** 2 + 0.01, rel=0.05)


def test_both_ends_of_the_map_are_scikit_learn_s() -> None:
    clothes = fashion_mnist()
    lie = np.argsort(clothes.labels, kind="stable").reshape(CLASSES, -1)[:, :200].ravel()
    x = clothes.images[lie].reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196) / 255
    y = clothes.labels[lie]
    pca = PCA(9, svd_solver="full").fit(x)
    lda = LinearDiscriminantAnalysis(solver="eigen", shrinkage=SHRUNK).fit(x, y)
    drawn = atlas().x + x.mean(0)
    for component in (1, 4, 8):
        pair = slice(component - 1, component + 1)
        for at, theirs in ((0, pca.transform(drawn)), (TURNS - 1, lda.transform(drawn))):
            mine = atlas().x @ turned(component)[at]
            for a, b in zip(mine.T, theirs[:, pair].T, strict=True):
                # The library's spread between classes has some of the shrinkage in it.
                if at == 0 or component == 1:
                    assert abs(np.corrcoef(a, b)[0, 1]) > (0.999 if at else 1 - 1e-8)
    kept = plane(1, 0)["kept"]
    assert kept == pytest.approx(pca.explained_variance_ratio_[:2].sum(), rel=1e-9)


def test_the_directions_of_lda_solve_its_equation() -> None:
    """S_b v = λ S_w v, with both spreads summed up picture by picture."""
    clothes = fashion_mnist()
    lie = np.argsort(clothes.labels, kind="stable").reshape(CLASSES, -1)[:, :200].ravel()
    x = clothes.images[lie].reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196) / 255
    y, mean = clothes.labels[lie], x.mean(0)
    between, within = np.zeros((196, 196)), np.zeros((196, 196))
    for k in range(CLASSES):
        middle = x[y == k].mean(0)
        between += np.outer(middle - mean, middle - mean) / CLASSES
        within += (x[y == k] - middle).T @ (x[y == k] - middle) / len(x)
    within = (1 - SHRUNK) * within + SHRUNK * np.trace(within) / 196 * np.eye(196)
    v = atlas().lda
    ratio = np.sum(v * (between @ v), 0) / np.sum(v * (within @ v), 0)
    np.testing.assert_allclose(between @ v, within @ v * ratio, atol=1e-9)
    assert (np.diff(ratio) < 0).all()


@pytest.mark.parametrize("at", [0, 20, TURNS - 1])
def test_neighbours_are_scikit_learn_s(at: int) -> None:
    config = Config(probe_x=-1.1, probe_y=0.4)
    found = look_map(config, at)
    tree = NearestNeighbors(n_neighbors=6).fit(found["places"])
    expected = tree.kneighbors([[-1.1, 0.4]], return_distance=False)[0]
    np.testing.assert_allclose(found["near"], found["places"][expected], rtol=1e-6)
    two = tree.kneighbors(found["places"], 2, return_distance=False)
    labels = atlas().labels
    other = np.where(two[:, 0] == np.arange(len(two)), two[:, 1], two[:, 0])
    assert found["pure"] == pytest.approx((labels[other] == labels).mean(), abs=0.004)


def test_the_classifier_is_scikit_learn_s() -> None:
    x, y, _, test, _ = pixels()
    w, b = learn(x, y)
    z = test @ w + b
    mine = z - np.logaddexp.reduce(z, axis=1)[:, None]
    library = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=SOFT).fit(x, y)
    np.testing.assert_allclose(mine, library.predict_log_proba(test), atol=1e-6)


@pytest.mark.parametrize("wrong", [0, 1, 40])
@pytest.mark.parametrize("mistake", ["any", "alike"])
@pytest.mark.parametrize("seed", range(2))
def test_so_many_labels_are_replaced(wrong: int, mistake: str, seed: int) -> None:
    true, given = pixels()[1], spoiled(seed, wrong, mistake)
    assert (given != true).sum() == 20 * wrong
    if mistake == "alike":
        np.testing.assert_array_equal(given[given != true], ALIKE[true[given != true]])
    assert sorted(doubts(seed, wrong, mistake)[0]) == list(range(2000))


@pytest.mark.parametrize("seed", range(3))
def test_doubt_finds_what_chance_does_not(seed: int) -> None:
    last = list(lab.run(Config(part="labels", seed=seed)))
    at = last[200 // STEP]
    assert at["found"] > 0.65 * at["bad"]
    assert last[-1]["found"] > 0.95 * at["bad"]
    assert (np.diff([frame["found"] for frame in last]) >= 0).all()
    assert len(last) == LOOKS


def test_no_picture_is_judged_by_a_classifier_that_saw_it() -> None:
    """A copy of its own noise would be believed; held out, random labels are mostly doubted."""
    given = spoiled(0, 40, "any")
    _, says = doubts(0, 40, "any")
    bad = given != pixels()[1]
    assert (says[bad] == given[bad]).mean() < 0.1


@pytest.mark.parametrize("workers", [0, 1, 2, 4])
@pytest.mark.parametrize("work", ["scale", "augment"])
def test_every_loader_gives_each_picture_once(workers: int, work: str) -> None:
    data, wanted = Clothing(work, 0), list(range(100, 150))
    got = torch.cat(list(batches(data, wanted, 16, workers)))
    assert got.shape == (50, 28, 28)
    assert data.calls == 50
    if work == "scale":
        plain = torch.tensor(fashion_mnist().images[100:150]).float() / 255
        torch.testing.assert_close(got.sum((1, 2)).sort().values, plain.sum((1, 2)).sort().values)


def test_the_resident_tensor_gives_what_the_loader_gives() -> None:
    data = Clothing("scale", 0)
    x = torch.tensor(fashion_mnist().images).float().div_(255)
    chosen = torch.arange(40, 90)
    theirs = [b for b, _ in DataLoader(Subset(data, chosen.tolist()), batch_size=16)]
    for mine, other in zip(resident(x, chosen, 16), theirs, strict=True):
        torch.testing.assert_close(mine, other)


@pytest.mark.alone
def test_speeds_are_measured() -> None:
    table = list(lab.run(Config(part="loader", work="scale")))[-1]["table"]
    assert table.shape == (len(WORKERS) + 1, len(SIZES))
    assert (table > 10).all()
    assert table[-1, 2] > table[0, 2]
    assert timed(iter([torch.zeros(4, 2)] * 3)) > 0


def test_without_a_clock_calls_are_counted() -> None:
    for _ in range(2):
        *_, last = lab.run(Config(part="loader", clock=False))
        np.testing.assert_array_equal(last["table"][:-1], 1)
    assert speed(Config(part="loader", clock=False), 0, 8) == 1
    assert frames(Config(part="loader")) == len(CELLS) + 1


@pytest.mark.parametrize("part", ["batches", "map", "labels"])
def test_an_answer_is_the_frame_on_screen(part: Any) -> None:
    config = Config(part=part)
    for frame in list(lab.run(config))[::10]:
        again = lab.answer(config, Start(frame.step, {}))
        for name, value in frame.values.items():
            np.testing.assert_array_equal(again[name], value, err_msg=name)


def test_an_answer_measures_nothing() -> None:
    config = Config(part="loader")
    frame = lab.answer(config)
    assert lab.draw(config, frame) == {}
    assert lab.readout(config, frame)


@pytest.mark.alone
def test_challenges_can_be_met() -> None:
    met = {
        "crossroads": Config(component=8, probe_x=1.1, probe_y=1.1),
        "detective": Config(part="labels", wrong=5),
        "worthwhile": Config(part="labels", wrong=40, mistake="alike"),
    }
    for challenge in lab.LAB.challenges:
        if challenge.slug == "hurried":
            continue
        config = met[challenge.slug]
        verdict = challenge.check(config, list(lab.run(config)))
        assert verdict.passed, (challenge.slug, verdict.says)
        assert not challenge.check(Config(), list(lab.run(Config()))).passed


@pytest.mark.parametrize(("times", "passed"), [(1.3, False), (1.5, True)])
def test_workers_are_judged_by_the_best_of_them(times: float, passed: bool) -> None:
    """On a table made up: what a machine measures depends on what else it does."""
    config = Config(part="loader", work="decode")
    table = np.full((len(WORKERS) + 1, len(SIZES)), 100.0)
    table[2, SIZES.index(64)] *= times
    (challenge,) = (one for one in lab.LAB.challenges if one.slug == "hurried")
    verdict = challenge.check(config, [Frame(0, {"table": table})])
    assert (verdict.passed, str(times) in verdict.says) == (passed, True)


def test_a_photograph_is_decoded_and_made_smaller() -> None:
    x, label = Clothing("decode", 0)[2 + 6 * 40]
    name = sorted(photographs())[label]
    grey = photographs()[name] @ np.array([0.299, 0.587, 0.114]) / 255
    cells = grey.reshape(28, 8, 28, 8).mean((1, 3))
    np.testing.assert_allclose(x, cells, atol=0.006)
