"""Gradients by hand against autograd, both networks against each other, and what goes wrong."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix

from labcore import Start
from labcore.mlp import mlp_training as lab
from labcore.mlp.mlp_training.config import ACROSS, WALL, observed
from labcore.mlp.mlp_training.lesson import begin, clothes, concise, forward, gradients


def config(**settings: object) -> lab.Config:
    return lab.Config(**{"epochs": 1, "hidden": 24, **settings})


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("begun", ["small", "he"])
def test_gradients_are_autograds(seed: int, begun: str) -> None:
    data = clothes()
    weights = [w.double() for w in begin(config(seed=seed, begin=begun))]
    x, y = data.images[100:164].double(), data.labels[100:164]
    loss, slopes = gradients(weights, x, y)
    leaves = [w.clone().requires_grad_() for w in weights]
    w1, b1, w2, b2 = leaves
    exact = torch.nn.functional.cross_entropy(torch.relu(x @ w1 + b1) @ w2 + b2, y)
    assert float(loss) == pytest.approx(float(exact.detach()), rel=1e-12)
    for own, wanted in zip(slopes, torch.autograd.grad(exact, leaves), strict=True):
        torch.testing.assert_close(own, wanted, rtol=1e-10, atol=1e-14)


def test_both_networks_begin_alike() -> None:
    weights, data = begin(config(begin="he")), clothes()
    net = concise(config(begin="he"), weights)
    torch.testing.assert_close(net(data.test_images), forward(weights, data.test_images)[1],
                               rtol=1e-5, atol=1e-5)  # fmt: skip


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("settings", [{}, {"begin": "he", "batch": 64, "lr": 0.3}])
def test_scratch_and_concise_have_the_same_losses(seed: int, settings: dict[str, object]) -> None:
    frames = list(lab.run(config(beside="whole", epochs=2, seed=seed, **settings)))
    ours, theirs = (np.array([f[name] for f in frames[1:]]) for name in
                    ("train_loss", "concise_loss"))  # fmt: skip
    assert ours == pytest.approx(theirs, rel=2e-5)
    assert max(f["gap"] for f in frames) < 2e-5
    assert frames[-1]["right"] > 0.4


def test_from_pytorchs_own_start_the_way_differs() -> None:
    frames = list(lab.run(config(beside="own")))
    assert frames[0]["gap"] > 0.01
    assert frames[-1]["gap"] > 0.01


def test_the_concise_network_rests_after_an_epoch() -> None:
    frames = list(lab.run(config(epochs=3)))
    there = [bool(np.isfinite(f["gap"])) for f in frames]
    assert there == [f.step <= 39 for f in frames]


def test_the_matrix_counts_every_test_image() -> None:
    last = list(lab.run(config(epochs=2, lr=0.3)))[-1]
    data = clothes()
    weights = [torch.tensor(last.checkpoint[f"w{i}"]) for i in range(4)]
    said = forward(weights, data.test_images)[1].argmax(1)
    assert (last["confusion"] == confusion_matrix(data.test_labels, said)).all()
    assert (last["confusion"].sum(1) == 200).all()
    assert last["right"] == pytest.approx(np.trace(last["confusion"]) / 2000, rel=1e-6)
    assert (last["says"] == said[:WALL].numpy()).all()


@pytest.mark.parametrize("place", [(0, 0, 0), (5, 5, 54), (3, 2, 17)])
def test_the_opinion_is_of_the_image_picked(place: tuple[int, int, int]) -> None:
    column, row, page = place
    frames = list(lab.run(config()))
    held = frames[-1].checkpoint
    asked = config(column=column, row=row, page=page)
    said = lab.answer(asked, Start(frames[-1].step, held))
    data, number = clothes(), page * WALL + row * ACROSS + column
    weights = [torch.tensor(held[f"w{i}"]) for i in range(4)]
    p = forward(weights, data.test_images[number : number + 1])[1].softmax(1)[0]
    assert said["sure"] == pytest.approx(p.numpy(), rel=1e-4, abs=1e-6)
    assert said["truth"] == data.test_labels[number]
    assert lab.draw(asked, said)


def test_a_rate_may_change_on_the_way() -> None:
    frames = list(lab.run(config(epochs=2)))
    middle = frames[len(frames) // 2]
    start = Start(middle.step, middle.checkpoint)
    same = list(lab.run(config(epochs=2), start))[-1]
    other = list(lab.run(config(epochs=2, lr=0.5), start))[-1]
    assert all(same[name] == frames[-1][name] for name in ("train_loss", "test_loss"))
    assert other["train_loss"] != frames[-1]["train_loss"]


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"begin": "zero"}, "same weights"),
        ({"lr": 10.0, "begin": "he", "epochs": 2}, "η"),
        ({"lr": 10.0, "hidden": 2}, ""),
    ],
)
def test_what_goes_wrong_is_said(settings: dict[str, object], word: str) -> None:
    asked = config(**settings)
    frames = list(lab.run(asked))
    assert any(word in f.note for f in frames)
    figures = lab.panels(asked, frames[0])
    for frame in frames:
        assert set(lab.draw(asked, frame)) <= set(figures)
        lab.readout(asked, frame)


def test_all_zero_learns_the_last_bias_alone() -> None:
    last = list(lab.run(config(begin="zero")))[-1].checkpoint
    assert not any(last[f"w{i}"].any() for i in range(3))
    assert last["w3"].any()


def test_one_looks_at_the_start_and_the_end() -> None:
    for epochs in (1, 7, 20):
        for batch in (16, 256, 1024):
            steps = observed(lab.Config(epochs=epochs, batch=batch))
            assert steps[0] == 0
            assert steps[-1] == epochs * (10_000 // batch)
            assert len(steps) >= 5
