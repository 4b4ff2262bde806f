"""What ships with the house: each file is what the manifest says, and reads as it says."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
import torch

from labcore.data import ASSETS, fashion_mnist, halved, housing, mnist, photographs
from labcore.squeezenet import CATEGORIES, prepared, squeezenet

MANIFEST = json.loads((ASSETS / "data/manifest.json").read_text())


def test_every_file_is_in_the_manifest_and_unchanged():
    files = {path.name: path.read_bytes() for path in (ASSETS / "data").iterdir()}
    del files["manifest.json"]
    assert {name: hashlib.sha256(body).hexdigest() for name, body in files.items()} == {
        name: facts["sha256"] for name, facts in MANIFEST.items()
    }
    assert all(facts["licence"] and facts["source"] for facts in MANIFEST.values())


def test_shapes_and_kinds():
    clothes, (digits, told) = fashion_mnist(), mnist()
    assert clothes.images.shape == (10_000, 28, 28)
    assert clothes.test_images.shape == (2_000, 28, 28)
    assert np.bincount(clothes.labels).tolist() == [1000] * 10
    assert np.bincount(clothes.test_labels).tolist() == [200] * 10
    assert digits.shape == (5_000, 28, 28)
    assert np.bincount(told).tolist() == [500] * 10
    assert {len(column) for column in housing().values()} == {546}
    assert {image.shape for image in photographs().values()} == {(224, 224, 3)}


def test_what_all_share_cannot_be_written():
    for array in (fashion_mnist().images, mnist()[0], housing()["price"], photographs()["cat"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_half_the_size_is_the_mean_of_four():
    images = np.arange(2 * 28 * 28).reshape(2, 28, 28)
    by_torch = torch.nn.functional.avg_pool2d(torch.tensor(images).double(), 2)
    assert np.array_equal(halved(images), by_torch.flatten(1).numpy())


@pytest.mark.parametrize(
    ("name", "category"), [("cat", "Egyptian cat"), ("coffee", "espresso"), ("temple", "dome")]
)
def test_squeezenet_knows_what_it_sees(name, category):
    with torch.no_grad():
        scores = squeezenet()(prepared(photographs()[name]))
    assert CATEGORIES[int(scores.argmax())] == category
    assert sum(p.numel() for p in squeezenet().parameters()) == 1_235_496


def test_squeezenet_takes_pictures_of_other_sizes():
    cat = photographs()["cat"]
    large = np.pad(cat.repeat(2, 0).repeat(2, 1), ((0, 0), (50, 50), (0, 0)))
    shrunk = prepared(large)
    assert shrunk.shape == (1, 3, 224, 224)
    inner = (shrunk - prepared(cat))[..., 8:-8, 8:-8]  # a filter that shrinks also smooths
    assert inner.mean().abs() < 0.2
    assert inner.abs().mean() < 3
    with torch.no_grad():
        assert CATEGORIES[int(squeezenet()(shrunk).argmax())] == "Egyptian cat"
