"""The format against the library, resuming bit for bit, and every accident by name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from safetensors.numpy import load, save

from labcore import Start, own, wire
from labcore.builders import checkpoints as lab
from labcore.builders.checkpoints.file import header, loaded, read, spoil
from labcore.builders.checkpoints.lesson import opened, resumed, save_point, trained
from labcore.builders.checkpoints.state import begin, epoch, loss, pack, points, unpack
from labcore.rng import numpy_generator

RESUMING = ("all", "no_random", "no_optimizer", "weights")


def last(**settings: object) -> object:
    return list(lab.run(lab.Config(**settings)))[-1]


@pytest.mark.parametrize("saved", [*RESUMING, "tensor", "list", "dict"])
@pytest.mark.parametrize("seed", [0, 5])
def test_read_from_scratch_is_the_library(saved: str, seed: int) -> None:
    raw = opened(lab.Config(saved=saved, seed=seed)).sound
    ours, theirs = read(raw), load(raw)
    assert ours.keys() == theirs.keys()
    for name, array in theirs.items():
        assert ours[name].dtype == array.dtype
        assert np.array_equal(ours[name], array)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("save_at", [1, 15, 39])
def test_resumed_is_the_same_bit_for_bit(seed: int, save_at: int) -> None:
    config = lab.Config(seed=seed, save_at=save_at)
    first, _ = trained(seed, 40)
    assert resumed(config) == first[save_at:]
    frame = list(lab.run(config))[-1]
    assert frame["worst"] == 0
    assert "bit for bit" in frame.note


@pytest.mark.parametrize("saved", RESUMING[1:])
def test_what_is_not_saved_is_missed(saved: str) -> None:
    assert last(saved=saved)["worst"] > 1e-4


def test_a_state_survives_the_way_there_and_back() -> None:
    state = epoch(epoch(begin(3)))
    again = unpack(load(save(pack(state))), 3)
    assert again.random.bit_generator.state == state.random.bit_generator.state
    for name, weight in state.weights.items():
        assert torch.equal(again.weights[name], weight)
        for part in ("m", "v"):
            assert torch.equal(again.memory[name][part], state.memory[name][part])
        assert again.memory[name]["t"] == state.memory[name]["t"]


def test_an_epoch_is_torchs_adam() -> None:
    state, (x, y) = begin(4), points()
    random = numpy_generator(4, "weights")
    random.standard_normal(24)
    theirs = {name: w.clone().requires_grad_() for name, w in state.weights.items()}
    rule = torch.optim.Adam(theirs.values(), lr=0.02)
    order = numpy_generator(4, "order").permutation(128).reshape(-1, 16)
    ours = epoch(state)
    for rows in order:
        rule.zero_grad()
        loss(theirs, x[rows], y[rows]).backward()
        rule.step()
    for name, weight in ours.weights.items():
        torch.testing.assert_close(weight, theirs[name].detach(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("bit", [0, 5, 7])
def test_any_flipped_bit_is_read_as_the_library_reads_it_or_explained(bit: int) -> None:
    sound = opened(lab.Config()).sound
    begun, _ = header(sound)
    for place in range(len(sound)):
        raw = spoil(sound, "flip", place, bit)
        tensors, says, library = loaded(raw)
        if tensors is None:
            assert place < begun, "in the data nothing is noticed"
            assert says.endswith(".")
            assert library
        else:
            assert read(raw).keys() == tensors.keys()


def test_any_cut_is_noticed() -> None:
    sound = opened(lab.Config()).sound
    for place in range(0, len(sound), 7):
        tensors, says, _ = loaded(spoil(sound, "cut", place, 0))
        assert tensors is None
        assert says


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"damage": "missing"}, "which the file lacks"),
        ({"damage": "renamed"}, "has no place in it"),
        ({"damage": "shape"}, "in the file and"),
        ({"damage": "cut"}, "it was cut"),
        ({"damage": "cut", "row": 0, "column": 5}, "alone takes 8"),
        ({"damage": "flip", "row": 0, "column": 6}, "promise a header"),
        ({"damage": "flip", "row": 0, "column": 8}, "no JSON"),
        ({"damage": "dtype"}, "rounded"),
        ({"damage": "flip"}, "no checksum"),
        ({"saved": "list"}, "equal bit for bit"),
    ],
)
def test_what_happened_is_said(settings: dict[str, object], word: str) -> None:
    frame = last(**settings)
    assert word in frame.note
    if "cannot" in frame.note:
        assert np.isnan(frame["worst"])


@pytest.mark.parametrize("row", [0, 9, 15, 21, 23])
@pytest.mark.parametrize("damage", ["none", "flip", "cut", "dtype"])
def test_any_byte_can_be_looked_at(row: int, damage: str) -> None:
    for column in (0, 31, 63):
        for saved in ("all", "tensor"):
            config = lab.Config(row=row, column=column, damage=damage, saved=saved, epochs=10)
            frame = lab.answer(config, Start(4, {}))
            assert lab.draw(config, frame)["file"]
            assert all(lab.readout(config, frame).values())


def test_it_is_saved_before_the_end() -> None:
    assert save_point(lab.Config(epochs=10, save_at=55)) == 9
    assert len(list(lab.run(lab.Config(epochs=10, save_at=55)))) == 11


def brought(body: bytes) -> str:
    token = own.new_token()
    own.hold(token, own.read("weights", body))
    return token


def kept(epoch: int = 15) -> dict[str, np.ndarray]:
    """What the frame of an epoch gives to take home."""
    frame = list(lab.run(lab.Config()))[epoch]
    assert frame.checkpoint
    return dict(frame.checkpoint)


def test_what_was_taken_home_and_brought_back_goes_on_bit_for_bit() -> None:
    home = wire.safetensors(kept())
    last = list(lab.run(lab.Config(file=brought(home))))[-1]
    assert last["worst"] == 0
    assert last.note == "Both runs are the same, bit for bit."
    other = list(lab.run(lab.Config(file=brought(wire.safetensors(kept(20))))))[-1]
    assert other["worst"] > 0
    assert "holds other numbers" in other.note


def without(name: str) -> dict[str, np.ndarray]:
    return {n: a for n, a in kept().items() if n != name}


@pytest.mark.parametrize(
    ("spoiled", "says"),
    [
        (lambda: b"x", "1 bytes"),
        (lambda: b"{}" * 40, "promise a header"),
        (lambda: wire.safetensors({"w": np.zeros(3, np.float32)}), "wants “0.weight”"),
        (lambda: wire.safetensors(without("m.0.bias")), "wants “m.0.bias”, which the file lacks"),
        (
            lambda: wire.safetensors(kept() | {"0.bias": np.zeros(5, np.float32)}),
            "5 in the file and 12",
        ),
        (lambda: wire.safetensors(kept() | {"t": np.ones(1, np.float32)}), "“t” is float32"),
        (
            lambda: wire.safetensors(kept() | {f"x{i}": np.zeros(1) for i in range(30)}),
            "30 tensors that",
        ),
        (
            lambda: wire.safetensors(kept() | {"random": np.full(6, 2**64 - 1, np.uint64)}),
            "numbers that cannot be such",
        ),
    ],
)
def test_what_is_wrong_with_a_file_of_ones_own_is_said(
    spoiled: Callable[[], bytes], says: str
) -> None:
    config = lab.Config(file=brought(spoiled()), row=23, column=60, damage="flip")
    frames = list(lab.run(config))
    assert says in frames[-1].note, frames[-1].note
    assert "cannot be loaded" in frames[-1].note
    lab.panels(config, frames[0])
    for frame in frames[::20]:
        lab.draw(config, frame)
        lab.readout(config, frame)
    lab.draw(config, lab.answer(config))
