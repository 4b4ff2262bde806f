"""The lab against NumPy: values, strides and shared memory; and texts that are none."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from labcore.preliminaries import tensors as lab
from labcore.preliminaries.tensors import Config
from labcore.preliminaries.tensors.lesson import LAST, answer, layout, look, run
from labcore.preliminaries.tensors.operations import carry_out, origins, places, source
from labcore.preliminaries.tensors.texts import Mask, index, numbers, shape

SHAPES = ("", "5", "3, 4", "2, 3, 4", "2, 2, 3, 2", "1, 3, 1", "4, 1")
INDICES = {
    "0": lambda x: x[0],
    "-1": lambda x: x[-1],
    "1:": lambda x: x[1:],
    "::2": lambda x: x[::2],
    "..., -1": lambda x: x[..., -1],
    "..., ::2": lambda x: x[..., ::2],
    "None": lambda x: x[None],
    "[0, 0]": lambda x: x[[0, 0]],
    "x > 2": lambda x: x[x > 2],
    "x == 1": lambda x: x[x == 1],
    "9:": lambda x: x[9:],
    ":, 1:3": lambda x: x[:, 1:3],
    "1:, ::2": lambda x: x[1:, ::2],
    "[0, 1], 0": lambda x: x[[0, 1], 0],
}


def grown(sizes: tuple[int, ...], flipped: bool = False) -> np.ndarray:
    """The same numbers as the lab's, in NumPy."""
    n = int(np.prod(sizes))
    if flipped:
        return np.arange(n, dtype=np.float32).reshape(sizes[::-1]).T
    return np.arange(n, dtype=np.float32).reshape(sizes)


def same(frame: Any, theirs: np.ndarray, mine: np.ndarray) -> None:
    """Values, shape, strides in cells, and whether memory is shared, as NumPy has them."""
    if theirs.size and theirs.ndim <= 4:  # five axes are not drawn
        assert np.array_equal(frame["result"], theirs.reshape(-1))
    assert tuple(frame["sizes"]) == theirs.shape
    assert bool(frame["shared"]) == np.shares_memory(theirs, mine) or theirs.size == 0


@pytest.mark.parametrize("given", SHAPES)
@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("where", INDICES)
def test_indices_are_those_of_numpy(given: str, flipped: bool, where: str) -> None:
    """A typed index means what the same index means in Python; a view where NumPy has one."""
    frame = answer(Config(shape=given, flipped=flipped, where=where, write=False))
    mine = grown(shape(given, ""), flipped)
    try:
        theirs = np.asarray(INDICES[where](mine))
    except IndexError:
        assert frame["refused"]
        assert "PyTorch says" in frame.note
        return
    if where in ("0", "-1", "..., -1") and theirs.ndim == 0 and mine.ndim:
        theirs = mine[(..., int(where.split()[-1]), None)][..., 0]  # a view, as in PyTorch
    same(frame, theirs, mine)
    if theirs.ndim > 4:
        return
    size = theirs.itemsize
    if frame["shared"] and theirs.size > 1:
        steps = [s for s, n in zip(theirs.strides, theirs.shape, strict=True) if n > 1]
        ours = [int(s) for s, n in zip(frame["strides"], theirs.shape, strict=True) if n > 1]
        assert ours == [s // size for s in steps]
        begin = theirs.__array_interface__["data"][0] - mine.__array_interface__["data"][0]
        assert frame["offset"] == begin // size


@pytest.mark.parametrize("given", SHAPES)
@pytest.mark.parametrize("flipped", [False, True])
def test_other_operations_are_those_of_numpy(given: str, flipped: bool) -> None:
    sizes = shape(given, "")
    x = grown(sizes, flipped)

    def ours(**settings: Any) -> Any:
        return answer(Config(shape=given, flipped=flipped, write=False, **settings))

    same(ours(op="reshape", to="-1"), x.reshape(-1), x)
    same(ours(op="clone"), x.copy(), x)
    same(ours(op="numpy"), x, x)
    same(ours(op="tensor"), np.array(x), x)
    same(ours(op="list"), np.array(x.tolist(), np.float32), x)
    same(ours(op="rebind"), x + 1, x)
    order = tuple(reversed(range(len(sizes))))
    same(ours(op="permute", to=", ".join(map(str, order))), x.transpose(order), x)
    for axis in ("0", "1", "all"):
        over = None if axis == "all" else int(axis)
        for how, numpy_name in (("sum", "sum"), ("mean", "mean"), ("max", "max")):
            for keep in (False, True):
                frame = ours(op=how, axis=axis, keepdim=keep)
                if over is not None and over >= max(len(sizes), 1):
                    assert frame["refused"]
                elif sizes or over is None:
                    theirs = getattr(x, numpy_name)(axis=over, keepdims=keep)
                    same(frame, np.asarray(theirs), x)
    for op in ("increment", "fill"):
        frame = ours(op=op)
        assert frame["shared"]
        assert np.array_equal(frame["result"], (x + 1).reshape(-1))
        assert np.array_equal(frame["x"], (x + 1).reshape(-1))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("3, 4", "3, 1"),
        ("3, 4", "4"),
        ("3, 4", "3"),
        ("2, 1, 3", "4, 1"),
        ("", "2, 2"),
        ("5", ""),
        ("2, 6", "6"),
        ("3, 4", "3, 4"),
    ],
)
def test_broadcasting_is_that_of_numpy(one: str, two: str) -> None:
    x = grown(shape(one, ""))
    other = grown(shape(two, ""))
    other = 100 + other * (100 if other.size <= 9 else 1)
    for op in ("add", "multiply"):
        settings: dict[str, Any] = {"op": op}
        frame = answer(Config(shape=one, other=two, write=False, **settings))
        try:
            theirs = x + other if op == "add" else x * other
        except ValueError:
            assert frame["refused"]
            assert "equal or 1" in frame.note
            continue
        same(frame, np.asarray(theirs), x)
    frame = answer(Config(shape=one, other=two, op="cat", write=False))
    try:
        same(frame, np.concatenate([x, other]), x)
    except ValueError:
        assert frame["refused"]


def test_each_cell_names_the_cells_it_reads() -> None:
    """What `origins` says, applied to the numbers, gives the result."""
    cases: tuple[dict[str, Any], ...] = (
        {"op": "index", "where": "1:, [0, 2]"},
        {"op": "index", "where": "x > 4", "flipped": True},
        {"op": "permute", "to": "1, 0"},
        {"op": "reshape", "to": "2, 6", "flipped": True},
        {"op": "sum", "axis": "1"},
        {"op": "sum", "axis": "all"},
        {"op": "add"},
        {"op": "cat", "other": "2, 4"},
    )
    for settings in cases:
        config = Config(write=False, **settings)
        found = carry_out(config, 0)
        cells = found.x.reshape(-1)
        if found.other is not None:
            cells = torch.cat((cells, found.other.reshape(-1)))
        read = cells.numpy()[origins(config, found.x, found.other)]
        assert found.result is not None
        assert np.allclose(read.sum(1), found.result.reshape(-1).numpy()), settings


@pytest.mark.parametrize("flipped", [False, True])
def test_places_are_offsets_plus_strides(flipped: bool) -> None:
    x = source((2, 3, 4), flipped)
    memory = torch.empty(0).set_(x.untyped_storage())
    for part in (x, x[1:, ::2], x[..., 1], x.permute(2, 0, 1)[1:]):
        assert np.array_equal(memory.numpy()[places(part)], part.reshape(-1).numpy())


def test_the_99_shows_in_views_alone() -> None:
    cases: tuple[tuple[dict[str, Any], bool], ...] = (
        ({"where": "1:, ::2"}, True),
        ({"where": "[1, 2]"}, False),
        ({"op": "numpy"}, True),
        ({"op": "tensor"}, False),
        ({"op": "permute", "to": "1, 0"}, True),
        ({"op": "increment"}, True),
        ({"op": "rebind"}, False),
    )
    for settings, shows in cases:
        frame = answer(Config(row=1, column=2, **settings))
        assert (99 in frame["result"]) == shows
        assert 99 in frame["x"]


def test_the_paper_holds_each_cell_once() -> None:
    for sizes in ((), (7,), (3, 4), (2, 3, 4), (6, 1, 6), (2, 2, 3, 4), (2, 4, 1, 5), (8, 1, 6)):
        paper = layout(sizes)
        assert len(np.unique(paper, axis=0)) == len(paper) == int(np.prod(sizes))
        assert paper.min() == 0
        assert paper.max() <= 24


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"shape": "3, x"}, "whole number"),
        ({"shape": "9, 9"}, "8 long"),
        ({"shape": "7, 8"}, "too many"),
        ({"shape": "1, 1, 1, 1, 1"}, "axes"),
        ({"shape": "0, 3"}, "8 long"),
        ({"where": ""}, "nothing"),
        ({"where": "[0"}, "bracket"),
        ({"where": "1:2:3:4"}, "colons"),
        ({"where": "__import__('os')"}, "whole number"),
        ({"where": "(lambda: 0)()"}, "whole number"),
        ({"to": "2.5"}, "whole number"),
    ],
)
def test_what_cannot_be_read_is_said(given: dict[str, str], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        Config(**given)


def test_the_reader_reads() -> None:
    assert index(" 1: , ::2,...,None , [0,-1],-3 ") == [
        slice(1, None), slice(None, None, 2), ..., None, [0, -1], -3
    ]  # fmt: skip
    assert index("x[0]") == [0]
    assert index("x >= -2") == Mask(">=", -2)
    assert numbers("(2, 3,)", "") == (2, 3)
    assert numbers("()", "") == ()


def test_random_texts_give_a_sentence_or_a_frame() -> None:
    rng = np.random.default_rng(8)
    letters = list("0123:,.-[] xN>None=()")
    for _ in range(400):
        where = "".join(rng.choice(letters, rng.integers(1, 9)))
        try:
            config = Config(where=where, shape="2, 3, 2")
        except ValidationError as error:
            assert "Index" in str(error)  # noqa: PT017
            continue
        frame = answer(config)
        assert lab.draw(config, frame)
        assert all(lab.readout(config, frame).values())
        lab.panels(config, frame)


def test_every_operation_is_drawn_on_every_shape() -> None:
    for given in SHAPES:
        for op in get_args(Config.model_fields["op"].annotation):
            for flipped in (False, True):
                config = Config(shape=given, op=op, flipped=flipped, to="1, -1", other="1")
                figures = lab.panels(config, next(run(config)))
                for step in (0, 17, LAST):
                    frame = look(config, step)
                    for name, patch in lab.draw(config, frame).items():
                        traces = {trace.uid: trace for trace in figures[name].data}
                        for uid, properties in patch["traces"].items():
                            if "text" in properties and "x" not in properties:
                                assert len(properties["text"]) == len(traces[uid].x), (op, uid)
                    assert all(lab.readout(config, frame).values())


def test_challenges_can_be_won_and_are_not_by_default() -> None:
    won: dict[str, dict[str, Any]] = {
        "crossed": {"op": "permute", "to": "1, 0"},
        "table": {"op": "add", "shape": "5, 1", "other": "5"},
        "diagonal": {"shape": "16", "where": "::5"},
        "refuses": {"op": "view", "to": "2, 6", "flipped": True},
    }
    for challenge in lab.LAB.challenges:
        assert not challenge.check(Config(), list(run(Config()))).passed
        config = Config(**won[challenge.slug])
        verdict = challenge.check(config, list(run(config)))
        assert verdict.passed, verdict.says
