"""The classes against the plain loop, the order of calls, and what each missing line does."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from labcore import Start
from labcore.builders import training_loop as lab
from labcore.builders.training_loop.config import (
    BACKWARD,
    EVAL,
    HELD_OUT,
    LINES,
    NO_GRAD,
    SHUFFLE,
    STEP,
    TRAIN,
    ZERO,
)
from labcore.builders.training_loop.houses import Houses
from labcore.builders.training_loop.lesson import length, told, whole
from labcore.builders.training_loop.machine import network

EPOCH = ["fit_epoch", "train", "train_dataloader"]
STEPS = ["prepare_batch", "training_step", "forward", "loss", "zero_grad", "backward", "step"]
JUDGE = ["eval", "val_dataloader", "prepare_batch", "validation_step", "forward", "loss"]


def config(**settings: object) -> lab.Config:
    return lab.Config(**{"epochs": 6, **settings})


def names(asked: lab.Config) -> list[str]:
    return [call.name for call in told(asked).calls]


@pytest.mark.parametrize("cut", range(len(LINES)))
@pytest.mark.parametrize("seed", [0, 1])
def test_classes_change_no_number(cut: int, seed: int) -> None:
    assert told(config(cut=cut, seed=seed, batch=40)).apart == 0


@pytest.mark.parametrize("settings", [{}, {"batch": 8, "dropout": 0.0}, {"ordered": True}])
def test_a_third_loop_agrees(settings: dict[str, object]) -> None:
    asked = config(**{"dropout": 0.0, "epochs": 5, **settings})
    data, net = Houses(asked), network(asked).double()
    data.prepare_data()
    losses = []
    for _ in range(5):
        for x, y in data.train_dataloader():
            loss = (net(x.double()) - y.double()).square().mean()
            slopes = torch.autograd.grad(loss, list(net.parameters()))
            with torch.no_grad():
                for weight, slope in zip(net.parameters(), slopes, strict=True):
                    weight -= asked.lr * slope
            losses.append(loss.item())
    assert told(asked).train == pytest.approx(losses, rel=1e-3)


def test_the_order_of_calls() -> None:
    begun = ["fit", "prepare_data", "prepare_data", "prepare_model", "configure_optimizers"]
    assert names(config()) == begun + EPOCH + STEPS * 2 + JUDGE


@pytest.mark.parametrize(
    ("cut", "gone"),
    [(TRAIN, "train"), (ZERO, "zero_grad"), (BACKWARD, "backward"), (STEP, "step"),
     (EVAL, "eval")],
)  # fmt: skip
def test_a_line_left_out_is_not_called(cut: int, gone: str) -> None:
    assert gone in names(config())
    assert gone not in names(config(cut=cut))


def test_gradients_are_zeroed_and_filled() -> None:
    sizes = [(c.name, c.size) for c in told(config()).calls if c.name in ("backward", "step")]
    assert [size == 0 for _, size in sizes] == [True, False, True, False]
    piled = [c.size for c in told(config(cut=ZERO)).calls if c.name == "backward"]
    assert piled[1] > 0


def test_shapes_of_a_batch() -> None:
    last = next(c for c in told(config(batch=64)).calls if c.name == "backward")
    assert last.shapes == {"X": "64 × 11", "y": "64 × 1", "ŷ": "64 × 1", "loss": "a number"}


@pytest.mark.parametrize("cut", [BACKWARD, STEP])
def test_nothing_is_learned(cut: int) -> None:
    val = told(config(cut=cut)).val
    assert len(set(val.tolist())) == 1


def test_forgotten_zeros_pile_up() -> None:
    story = told(config(cut=ZERO, lr=0.001))
    assert story.sizes[-10:].mean() > 5 * told(config(lr=0.001)).sizes[-10:].mean()
    frames = list(lab.run(config(cut=ZERO, lr=0.3)))
    assert "beyond" in frames[-1].note
    assert len(frames) == length(config(cut=ZERO, lr=0.3))


def test_no_grad_saves_memory_and_nothing_else() -> None:
    here, sound = told(config(cut=NO_GRAD)), told(config())
    assert np.array_equal(here.train, sound.train)
    assert np.array_equal(here.val, sound.val)
    assert here.kept > 0 == sound.kept


def test_validation_on_known_houses_flatters() -> None:
    given = {"dropout": 0.0, "lr": 0.1, "batch": 8, "epochs": 40}
    for seed in range(3):
        asked = config(cut=HELD_OUT, seed=seed, **given)
        assert told(asked).val[-1] < 0.8 * told(whole(asked)).val[-1]


def test_forgotten_modes() -> None:
    sound = told(config(dropout=0.6))
    assert told(config(dropout=0.6, cut=EVAL)).val.mean() > 1.1 * sound.val.mean()
    modes = {c.training for c in told(config(cut=EVAL)).calls if c.name == "validation_step"}
    assert modes == {True}


def test_sorted_houses_need_shuffling() -> None:
    given = {"ordered": True, "lr": 0.03, "epochs": 10}
    bad = told(config(cut=SHUFFLE, **given)).val
    assert bad[-5:].mean() > 1.2 * told(config(**given)).val[-5:].mean()


@pytest.mark.parametrize("cut", range(len(LINES)))
def test_every_frame_can_be_drawn(cut: int) -> None:
    asked = config(cut=cut, lr=1.0)
    frames = list(lab.run(asked))
    figures = lab.panels(asked, frames[0])
    for frame in frames:
        assert lab.draw(asked, frame).keys() == figures.keys()
        lab.readout(asked, frame)
    held = lab.draw(asked, lab.answer(asked, Start(3, {})))
    assert held["loop"]["traces"]["cross"]["y"] == [cut]
