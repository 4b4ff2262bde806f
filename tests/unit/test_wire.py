from __future__ import annotations

import base64
import csv
import io
import math
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import hypothesis.extra.numpy as hnp
import numpy as np
import orjson
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labcore import Frame, Grab, wire
from labcore.lab import Verdict
from tests.labs import trouble


def sent(message: Any) -> Any:
    """A message as a browser reads it."""
    return orjson.loads(wire.encode(message))


def received(value: Any) -> np.ndarray:
    """An array as Plotly.js reads it: little-endian, whatever the machine."""
    if not isinstance(value, dict):
        return np.array(value)
    raw = base64.b64decode(value["bdata"], validate=True)
    flat = np.frombuffer(raw, "<" + value["dtype"])
    return flat.reshape([int(n) for n in value["shape"].split(",")]) if "shape" in value else flat


# Arrays


@pytest.mark.parametrize(
    ("dtype", "code"),
    [
        ("float32", "f4"),
        ("float64", "f4"),
        ("float16", "f4"),
        ("uint8", "u1"),
        ("int8", "i1"),
        ("int16", "i2"),
        ("uint16", "u2"),
        ("int32", "i4"),
        ("uint32", "u4"),
        ("int64", "i4"),
    ],
)
@pytest.mark.parametrize("shape", [(7,), (3, 4), (2, 3, 4)])
def test_an_array_travels_in_plotly_s_typed_form(dtype: str, code: str, shape: tuple) -> None:
    array = (np.arange(math.prod(shape)) % 100).reshape(shape).astype(dtype)
    value = sent(array)
    assert value["dtype"] == code
    assert ("shape" in value) == (len(shape) > 1)
    assert np.array_equal(received(value), array)
    assert received(value).shape == shape
    go.Heatmap(z=value)  # and Plotly's own validator takes it


def numbers(dtype: np.dtype) -> st.SearchStrategy:
    width = {"f2": 16, "f4": 32, "f8": 32}.get(dtype.str[1:])
    return (
        st.floats(width=width)
        if width
        else hnp.from_dtype(dtype, **({"max_value": 2**31 - 1} if dtype.itemsize == 8 else {}))
        if dtype.kind == "u"
        else hnp.from_dtype(dtype, min_value=-(2**31), max_value=2**31 - 1)
        if dtype == np.int64
        else hnp.from_dtype(dtype)
    )


kinds = hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.unsigned_integer_dtypes()
plain = (kinds | hnp.floating_dtypes(sizes=(16, 32, 64))).map(lambda kind: kind.newbyteorder("="))
any_array = plain.flatmap(
    lambda kind: hnp.arrays(
        kind, hnp.array_shapes(min_dims=1, max_dims=3, max_side=5), elements=numbers(kind)
    )
)


@settings(max_examples=300)
@given(any_array)
def test_any_array_arrives_with_its_numbers_and_shape(array: np.ndarray) -> None:
    value = sent({"z": array})["z"]
    assert isinstance(value, list) == (array.size <= wire.SMALL or array.dtype.name not in TYPED)
    found = received(value)
    assert found.shape == array.shape
    if array.dtype.kind == "f" and isinstance(value, list):  # JSON has neither nan nor inf
        gaps = ~np.isfinite(array)
        assert np.array_equal(np.equal(found, None), gaps)
        assert np.array_equal(found[~gaps].astype(array.dtype), array[~gaps])
    else:
        assert np.array_equal(found, array, equal_nan=array.dtype.kind == "f")


TYPED = {*wire._DTYPES, "float16", "int64", "uint64"}


@pytest.mark.parametrize("dtype", [">f4", ">f8", ">i2", ">i4", ">u4", "<f4", "<i8", ">i8"])
def test_byte_order_does_not_change_the_numbers(dtype: str) -> None:
    array = np.arange(10).astype(dtype)
    assert np.array_equal(received(sent(array)), np.arange(10))


def test_a_whole_number_that_needs_more_than_32_bits_is_not_wrapped() -> None:
    array = np.arange(10, dtype=np.int64) + 2**40
    assert np.allclose(received(sent(array)), array, rtol=1e-6, atol=0)


def test_up_to_six_numbers_travel_as_a_list() -> None:
    assert sent(np.arange(6.0)) == [0, 1, 2, 3, 4, 5]
    assert set(sent(np.arange(7.0))) == {"dtype", "bdata"}
    assert sent(np.zeros((2, 3))) == [[0, 0, 0], [0, 0, 0]]
    assert sent(np.zeros((0, 3))) == []
    assert sent(np.array(2.5)) == 2.5


def test_a_list_too_is_rounded_to_single_precision() -> None:
    assert sent(np.array([0.1]))[0] == pytest.approx(float(np.float32(0.1)), rel=1e-8)


def test_not_a_number_becomes_a_gap() -> None:
    assert sent({"y": np.array([1.0, np.nan, np.inf])}) == {"y": [1, None, None]}
    assert sent({"loss": math.nan, "best": np.float32("nan")}) == {"loss": None, "best": None}
    long = received(sent(np.array([np.nan, *range(9)])))
    assert np.isnan(long[0])
    assert np.array_equal(long[1:], np.arange(9))


@pytest.mark.parametrize("view", ["reversed", "transposed", "strided", "readonly"])
def test_a_view_is_sent_in_its_own_order(view: str) -> None:
    base = np.arange(24, dtype=np.float32).reshape(4, 6)
    frozen = base.copy()
    frozen.flags.writeable = False
    array = {
        "reversed": base[::-1, ::-1], "transposed": base.T, "strided": base[:, ::2],
        "readonly": frozen,
    }[view]  # fmt: skip
    assert np.array_equal(received(sent(array)), array)


def test_numpy_s_scalars_and_figures_are_known_and_objects_are_not() -> None:
    assert sent({"a": np.float64(0.5), "b": np.int64(3), "c": np.bool_(True)}) == {
        "a": 0.5, "b": 3, "c": True,
    }  # fmt: skip
    assert sent(go.Scatter(x=[1], y=[2])) == {"type": "scatter", "x": [1], "y": [2]}
    with pytest.raises(TypeError):
        wire.encode({"a": object()})


# Formulas


def test_a_formula_becomes_well_formed_mathml() -> None:
    root = ElementTree.fromstring(wire.mathml(r"w \leftarrow w - \eta \nabla L"))
    assert root.tag.endswith("math")
    assert "η" in "".join(root.itertext())


@pytest.mark.parametrize(
    ("latex", "names"),
    [
        (r"x = \slot{value}", ["value"]),
        (r"\frac{\slot{up}}{\slot{down}} = \slot{up}", ["up", "down", "up"]),
        (" + ".join(rf"\slot{{Term {i}}}" for i in range(12)), [f"Term {i}" for i in range(12)]),
    ],
)
def test_slots_become_named_blanks_in_their_places(latex: str, names: list[str]) -> None:
    drawn = wire.mathml(latex)
    root = ElementTree.fromstring(drawn)
    slots = [node for node in root.iter() if node.get("data-slot")]
    assert [node.get("data-slot") for node in slots] == names
    assert all(node.text == "·" for node in slots)
    assert "slot0" not in drawn


# Messages


def test_the_panels_message_holds_all_that_stands_still() -> None:
    config = trouble.Config(frames=9, gain=2.5)
    figures = trouble.panels(config, Frame(0, {"total": 0.0}))
    lab = replace(
        trouble.LAB,
        formulas={"Sum": r"s = \slot{Total}"},
        grabs=(
            Grab("main", "end", "pause", "gain", "the end", anywhere=False),
            Grab("elsewhere", "end", "pause", "gain", "a panel this config has not"),
        ),
    )
    said = orjson.loads(wire.panels_message(lab, config, figures))
    assert (said["slug"], said["length"], said["resumable"]) == ("trouble", 9, True)
    assert trouble.Config(**said["config"]) == config
    assert list(said["panels"]) == ["main"]
    assert [trace["uid"] for trace in said["panels"]["main"]["data"]] == ["total", "end"]
    assert said["panels"]["main"]["layout"]["meta"]["alt"] == "A growing total."
    assert said["grabs"] == [
        {
            "kind": "grab", "panel": "main", "uid": "end", "label": "the end", "anywhere": False,
            "goes_on": False,
            "x": {"name": "pause", "low": 0, "high": 10, "whole": False},
            "y": {"name": "gain", "low": 0, "high": 10, "whole": False},
            "at": [0.01, 2.5],
        }
    ]  # fmt: skip
    assert said["formulas"] == {"Sum": wire.mathml(r"s = \slot{Total}")}


@pytest.mark.parametrize("checkpoint", [None, {"w": np.zeros(3)}])
def test_a_frame_message_holds_the_patch_and_never_the_checkpoint(checkpoint: Any) -> None:
    frame = Frame(40, {"total": 3.0}, note="It diverged.", checkpoint=checkpoint)
    config = trouble.Config()
    patch = trouble.draw(config, frame)
    said = orjson.loads(wire.frame_message(4, frame, patch, trouble.readout(config, frame)))
    assert said == {
        "n": 4, "step": 40, "note": "It diverged.", "resume": checkpoint is not None,
        "readout": {"Total": "3"},
        "patch": {"main": {"append": {"total": {"x": [40], "y": [3]}},
                           "traces": {"end": {"x": [40], "y": [3]}}}},
    }  # fmt: skip


def test_the_verdicts_message_holds_each_challenge() -> None:
    said = orjson.loads(wire.verdicts_message({"fast": Verdict(True, "9 steps")}, {"fast": 9}))
    assert said == {"fast": {"passed": True, "says": "9 steps", "steps": 9}}


# The numbers of a run


def frames_of(**series: list[Any]) -> list[Frame]:
    count = len(next(iter(series.values())))
    return [Frame(10 * i, {n: values[i] for n, values in series.items()}) for i in range(count)]


def test_values_of_one_shape_are_stacked_frames_first() -> None:
    w = np.random.default_rng(0).normal(size=(3, 2, 4)).astype(np.float32)
    arrays = wire.unpack(wire.pack(frames_of(w=list(w), loss=[0.5, 0.25, 0.125], n=[1, 2, 3])))
    assert set(arrays) == {"step", "w", "loss", "n"}
    assert arrays["step"].tolist() == [0, 10, 20]
    assert arrays["w"].dtype == np.float32
    assert np.array_equal(arrays["w"], w)
    assert arrays["loss"].tolist() == [0.5, 0.25, 0.125]
    assert arrays["n"].tolist() == [1, 2, 3]


def test_values_of_several_shapes_stand_one_by_one() -> None:
    path = [np.arange(float(i)) for i in range(3)]
    arrays = wire.unpack(wire.pack(frames_of(path=path, loss=[3.0, 2.0, 1.0])))
    assert set(arrays) == {"step", "loss", "path/0000", "path/0001", "path/0002"}
    for i in range(3):
        assert np.array_equal(arrays[f"path/{i:04d}"], path[i])


def test_a_number_that_some_frames_lack_is_missing_there() -> None:
    frames = [Frame(0, {"a": 1.0}), Frame(1, {"a": 2.0, "b": 5.0})]
    arrays = wire.unpack(wire.pack(frames))
    assert arrays["a"].tolist() == [1, 2]
    assert np.isnan(arrays["b"][0])
    assert arrays["b"][1] == 5


@pytest.mark.parametrize("name", ["file", "args", "allow_pickle", "a b", "η"])
def test_a_value_may_have_any_name(name: str) -> None:
    arrays = wire.unpack(wire.pack(frames_of(**{name: [1.0, 2.0]})))
    assert arrays[name].tolist() == [1, 2]


class Canary:
    """Sings when it is unpickled."""

    sang = False

    def __reduce__(self) -> tuple[Any, ...]:
        return setattr, (Canary, "sang", True)


def test_pickled_objects_are_refused_unread() -> None:
    buffer = io.BytesIO()
    np.savez(buffer, step=np.arange(1), trap=np.array([Canary()], object))
    with pytest.raises(ValueError, match="allow_pickle"):
        wire.unpack(buffer.getvalue())
    assert not Canary.sang


def test_the_table_has_one_row_a_frame_and_one_column_a_number() -> None:
    frames = frames_of(
        loss=[3.0, 2.0],
        position=[np.array([[1, 2]]), np.array([[3, 4]])],
        path=[np.zeros(1), np.zeros(2)],  # of several shapes: left to the npz
        image=[np.zeros(65), np.zeros(65)],  # too wide: left to the npz
        edge=[np.arange(64.0), np.arange(64.0)],
    )
    names, rows = wire.table(wire.unpack(wire.pack(frames)))
    edge = [f"edge[{i}]" for i in range(64)]
    assert names == ["step", "loss", "position[0,0]", "position[0,1]", *edge]
    assert rows[:, :4].tolist() == [[0, 3, 1, 2], [10, 2, 3, 4]]
    assert np.array_equal(rows[:, 4:], np.tile(np.arange(64.0), (2, 1)))


@settings(max_examples=50)
@given(
    hnp.arrays(np.float32, (4, 2, 2), elements=st.floats(width=32, allow_infinity=False)),
    hnp.arrays(np.int32, 4),
)
def test_the_csv_says_the_numbers_of_the_frames(w: np.ndarray, n: np.ndarray) -> None:
    text = wire.csv(wire.unpack(wire.pack(frames_of(w=list(w), n=list(n)))))
    header, *lines = csv.reader(io.StringIO(text))
    assert header == ["step", "w[0,0]", "w[0,1]", "w[1,0]", "w[1,1]", "n"]
    rows = np.array(lines, np.float64)
    assert rows[:, 0].tolist() == [0, 10, 20, 30]
    # Seven significant digits: half a unit of the last is a relative 5e-7.
    tolerance = {"rtol": 5.1e-7, "atol": 1e-44, "equal_nan": True}
    assert np.allclose(rows[:, 1:5], w.reshape(4, 4).astype(np.float64), **tolerance)
    assert np.allclose(rows[:, 5], n, **tolerance)
