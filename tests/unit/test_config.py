from __future__ import annotations

import itertools
import math
import re
from typing import Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError, field_validator, model_validator

import labcore
from labcore.config import Control, control, format_number, sentence
from tests.helpers import is_sentence

METHODS = ("sgd", "momentum", "adam")


class Sample(labcore.Config):
    """A control of every kind."""

    rate: float = control(0.1, title="Rate η", low=1e-4, high=1, log=True, unit="1/step")
    """Length of a step."""

    angle: float = control(0.0, title="Angle", low=-180, high=180, step=0.5)
    steps: int = control(10, title="Steps", low=1, high=500)
    noisy: bool = control(False, title="Noise")
    method: Literal["sgd", "adam"] = control("sgd", title="Method", labels={"sgd": "SGD"})
    beta: float = control(0.9, title="β", low=0, high=1, only={"method": ("adam",)}, more=True)
    methods: tuple[Literal["sgd", "momentum", "adam"], ...] = control(("sgd",), title="Methods")
    formula: str = control("x^2", title="Formula", high=20)


KNOWN = {item.name: item for item in Sample.controls()}

configs = st.builds(
    Sample,
    rate=st.floats(1e-4, 1),
    angle=st.floats(-180, 180),
    steps=st.integers(1, 500),
    noisy=st.booleans(),
    method=st.sampled_from(("sgd", "adam")),
    beta=st.floats(0, 1),
    methods=st.sets(st.sampled_from(METHODS), min_size=1).map(
        lambda chosen: tuple(m for m in METHODS if m in chosen)
    ),
    formula=st.text(max_size=20).map(str.strip),
    seed=st.integers(0, 9999),
)

NASTY = (
    "", " ", "nan", "NaN", "-nan", "inf", "-inf", "Infinity", "1e999", "-1e999", "1e-999",
    "9" * 400, "-" + "9" * 400, "9" * 5000, "1" * 100_000, "0x10", "1_0", "１２", "٣", "½",
    "--1", "+-1", "1,5", "1 2", "true", "sgd,adam", "sgd,,", ",", "sgd\x00", "\x00\x01\x1b[31m",
    "\u202e123", "é" * 21, "\ud800", "💥", "<script>alert(1)</script>", "' OR 1=1 --", "\n\n",
)  # fmt: skip


def test_a_control_says_all_that_was_declared() -> None:
    rate = KNOWN["rate"]
    assert (rate.kind, rate.default, rate.title) == ("float", 0.1, "Rate η")
    assert (rate.help, rate.unit, rate.log) == ("Length of a step.", "1/step", True)
    assert (rate.low, rate.high, rate.step, rate.more) == (1e-4, 1, None, False)
    assert KNOWN["angle"].step == 0.5
    assert KNOWN["noisy"].kind == "bool"
    assert (KNOWN["formula"].kind, KNOWN["formula"].high) == ("text", 20)
    assert (KNOWN["method"].kind, KNOWN["method"].options) == ("choice", ("sgd", "adam"))
    assert (KNOWN["methods"].kind, KNOWN["methods"].options) == ("choices", METHODS)
    assert KNOWN["method"].label("sgd") == "SGD"
    assert KNOWN["method"].label("adam") == "adam"
    assert (KNOWN["beta"].only, KNOWN["beta"].more) == ({"method": ("adam",)}, True)
    assert KNOWN["rate"].only is None


def test_controls_stand_in_the_order_declared_and_the_seed_last() -> None:
    assert list(KNOWN) == [*Sample.__annotations__, "seed"]
    assert KNOWN["seed"].more


def test_a_config_is_frozen_and_knows_no_other_names() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Sample().steps = 3
    with pytest.raises(ValidationError, match="Extra inputs"):
        Sample(stepz=3)


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("rate", (1e-4, 0.5, 1.0), (9.99e-5, 1.0001, -1.0, math.nan, math.inf)),
        ("angle", (-180.0, 180.0), (-180.1, 180.1, math.nan, -math.inf)),
        ("steps", (1, 500), (0, 501, -1)),
        ("seed", (0, 9999), (-1, 10_000)),
        ("methods", (("sgd",), METHODS), ((), ("sdg",))),
        ("method", ("sgd", "adam"), ("SGD", "")),
        ("formula", ("", "x" * 20), ("x" * 21,)),
    ],
)
def test_bounds_are_inclusive_and_kept(name: str, inside: tuple, outside: tuple) -> None:
    for value in inside:
        assert getattr(Sample(**{name: value}), name) == value
    for value in outside:
        with pytest.raises(ValidationError):
            Sample(**{name: value})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("rate", "1e-4", 1e-4),
        ("rate", " 0.25 ", 0.25),
        ("angle", "-180", -180.0),
        ("steps", "500", 500),
        ("steps", "+7", 7),
        ("noisy", "1", True),
        ("noisy", "TRUE", True),
        ("noisy", "on", True),
        ("noisy", "0", False),
        ("noisy", "No", False),
        ("method", "adam", "adam"),
        ("methods", "adam,sgd", ("sgd", "adam")),  # in the order of the options
        ("methods", "adam, adam ,", ("adam",)),
        ("formula", "", ""),
        ("formula", "sin(x), y", "sin(x), y"),
    ],
)
def test_a_text_stands_for_a_value(name: str, text: str, value: object) -> None:
    parsed = KNOWN[name].parse(text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("rate", "fast", "Rate η: “fast” is not a number."),
        ("rate", "2", "Rate η: 2 is outside 0.0001 to 1."),
        ("rate", "nan", "Rate η: nan is outside 0.0001 to 1."),
        ("rate", "1e999", "Rate η: 1e999 is outside 0.0001 to 1."),
        ("steps", "1.5", "Steps: “1.5” is not a whole number."),
        ("steps", "501", "Steps: 501 is outside 1 to 500."),
        ("noisy", "maybe", "Noise: “maybe” is neither 1 nor 0."),
        ("method", "sdg", "Method: there is no “sdg”; there is sgd, adam."),
        ("methods", "sgd,sdg", "Methods: there is no “sdg”; there is sgd, momentum, adam."),
        ("methods", ",", "Methods: choose at least one."),
        ("formula", "x" * 21, "Formula: more than 20 characters."),
    ],
)
def test_a_text_that_is_not_admitted_is_answered_by_a_sentence(
    name: str, text: str, says: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        KNOWN[name].parse(text)


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_whole_number_too_large_for_a_float_is_refused_like_any_other(sign: str) -> None:
    with pytest.raises(ValueError, match=r"^Steps: .{1,42} is outside 1 to 500\.$"):
        KNOWN["steps"].parse(sign + "9" * 400)


@pytest.mark.parametrize("bounds", [{}, {"low": 0.0}, {"high": 1.0}])
@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999"])
def test_a_number_with_open_bounds_refuses_what_is_not_finite(bounds: dict, text: str) -> None:
    class Open(labcore.Config):
        free: float = control(0.5, title="Free", **bounds)

    config, notices = Open.parse({"free": text})
    assert config == Open()
    assert len(notices) == 1
    assert notices[0].startswith("Free: ")


@settings(max_examples=400)
@given(configs)
def test_a_link_gives_back_the_config_it_was_made_from(config: Sample) -> None:
    assert Sample.parse(config.texts()) == (config, [])


@given(configs)
def test_a_link_names_exactly_what_differs_from_the_defaults(config: Sample) -> None:
    differing = {n for n, value in config if value != Sample.model_fields[n].default}
    assert set(config.texts()) == differing


def test_the_defaults_need_no_link() -> None:
    assert Sample().texts() == {}
    assert Sample.parse({}) == (Sample(), [])


def test_what_is_admitted_is_kept_beside_what_is_not() -> None:
    config, notices = Sample.parse({"steps": "20", "rate": "7", "lr": "1", "noisy": "1"})
    assert config == Sample(steps=20, noisy=True)
    assert notices == [
        "Rate η: 7 is outside 0.0001 to 1. The default, 0.1, is used instead.",
        "There is no control “lr” here; it was ignored.",
    ]


def test_an_unknown_name_is_said_at_a_readable_length() -> None:
    config, notices = Sample.parse({"x" * 10_000: "1"})
    assert config == Sample()
    assert notices == [f"There is no control “{'x' * 39}…” here; it was ignored."]


@settings(max_examples=1500)
@given(
    st.dictionaries(
        st.sampled_from(tuple(KNOWN)) | st.text(max_size=60),
        st.sampled_from(NASTY) | st.text() | st.floats().map(repr) | st.integers().map(str),
        max_size=6,
    )
)
@example(dict.fromkeys(KNOWN, "9" * 400))
@example({"formula": "\ud800"})
def test_no_link_whatever_it_says_raises(texts: dict[str, str]) -> None:
    config, notices = Sample.parse(texts)
    assert Sample.model_validate(config.model_dump()) == config
    for notice in notices:
        assert notice.endswith(".")
        assert not notice.endswith("..")
        assert len(notice) < 250
    said = "\n".join(notices)
    for name, text in texts.items():
        if name not in KNOWN:
            assert f"There is no control “{name[:39]}" in said
            continue
        refused = _refused(KNOWN[name], text)
        if refused:
            assert f"{KNOWN[name].title}: " in said
            assert getattr(config, name) == KNOWN[name].default
        elif "The defaults are used instead." not in said:  # pydantic had nothing to add
            assert getattr(config, name) == KNOWN[name].parse(text)


def _refused(item: Control, text: str) -> bool:
    try:
        item.parse(text)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize("name", list(KNOWN))
@pytest.mark.parametrize("text", NASTY, ids=lambda text: ascii(text[:12]))
def test_each_control_takes_or_explains_each_nasty_text(name: str, text: str) -> None:
    config, notices = Sample.parse({name: text})
    Sample.model_validate(config.model_dump())
    assert len(notices) <= 1
    if notices:
        assert notices[0].startswith(f"{KNOWN[name].title}: ")
        assert config == Sample()


class Pair(labcore.Config):
    few: int = control(1, title="Few", low=0, high=9)
    many: int = control(5, title="Many", low=0, high=9)

    @field_validator("few")
    @classmethod
    def even(cls, value: int) -> int:
        if value == 4:
            raise ValueError("Four is not lucky.")
        return value

    @model_validator(mode="after")
    def ordered(self) -> Pair:
        if self.few > self.many:
            raise ValueError("Few must not be more than many.")
        return self


def test_a_bad_combination_is_said_and_the_defaults_are_used() -> None:
    config, notices = Pair.parse({"few": "8"})
    assert config == Pair()
    assert notices == ["Few must not be more than many. The defaults are used instead."]


def test_the_lab_s_own_check_of_a_control_names_its_title_and_ends_once() -> None:
    config, notices = Pair.parse({"few": "4"})
    assert config == Pair()
    assert notices == ["Few: four is not lucky. The defaults are used instead."]


def test_a_pydantic_error_speaks_by_titles() -> None:
    with pytest.raises(ValidationError) as error:
        Sample(rate=7, steps=0)
    said = sentence(error.value, Sample)
    assert [text.split(":")[0] for text in said] == ["Rate η", "Steps"]
    assert all(is_sentence(text) for text in said)


@settings(max_examples=300)
@given(
    low=st.floats(1e-9, 1e3),
    ratio=st.floats(1.2, 1e9),
    per_decade=st.integers(1, 60),
)
@example(low=0.0154, ratio=100, per_decade=12)
@example(low=0.01, ratio=99.6, per_decade=12)
def test_a_logarithmic_grid_contains_its_ends_and_increases(
    low: float, ratio: float, per_decade: int
) -> None:
    item = Control("x", "float", low, "X", "", low=low, high=low * ratio, log=True)
    stops = item.grid(per_decade)
    assert stops[0] == item.low
    assert stops[-1] == item.high
    assert all(a < b for a, b in itertools.pairwise(stops))


def test_a_logarithmic_grid_is_even_in_the_logarithm() -> None:
    stops = KNOWN["rate"].grid(per_decade=12)
    assert len(stops) == 49  # four decades
    steps = [math.log10(b / a) for a, b in itertools.pairwise(stops)]
    # Two significant digits move a stop by at most 5 %, that is 0.022 of a decade either way.
    assert all(abs(step - 1 / 12) < 0.045 for step in steps)


@pytest.mark.parametrize("name", ["angle", "steps", "method"])
def test_only_a_logarithmic_control_has_a_grid(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is not a logarithmic control"):
        KNOWN[name].grid()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5"),
        (-0.5, "−0.5"),
        (1234.0, "1230"),
        (1.5e-7, "1.5e−7"),
        (-2e10, "−2e10"),
        (0.0, "0"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "not a number"),
    ],
)
def test_a_number_as_a_learner_reads_it(value: float, text: str) -> None:
    assert format_number(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_a_number_read_back_is_right_to_three_digits(value: float) -> None:
    text = format_number(value)
    assert "-" not in text
    assert math.isclose(float(text.replace("−", "-")), value, rel_tol=5.01e-3, abs_tol=1e-320)


class Cloud(labcore.Config):
    points: labcore.PointList = control(
        ((1.0, -2.5),), title="Points", x=(-5, 5), y=(-3, 3), most=3
    )
    """Where they are."""


@pytest.mark.parametrize(
    "points", [(), ((0.0, 0.0),), ((1e-5, -3.0), (0.1 + 0.2, 3.0), (5.0, 1 / 3))]
)
def test_points_survive_a_link(points: labcore.PointList) -> None:
    config = Cloud(points=points)
    assert Cloud.parse(config.texts()) == (config, [])
    assert re.fullmatch(r"[\w.-]+", Cloud.controls()[0].text(points)), "nothing to be escaped"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1_2_3", "3 numbers; each point needs two"),
        ("1_x", "is not a list of numbers"),
        ("6_0", "x = 6 is outside -5 to 5"),
        ("0_nan", "y = nan is outside -3 to 3"),
        ("0_0_0_0_0_0_0_0", "4 points; at most 3 fit here"),
        ("", "is not a list of numbers"),
    ],
)
def test_points_that_are_not_admitted_give_a_sentence(text: str, says: str) -> None:
    config, notices = Cloud.parse({"points": text})
    assert config == Cloud()
    assert says in notices[0]
    assert notices[0].count(".") >= 1


@pytest.mark.parametrize("points", [[[6, 0]], [[0, 0]] * 4, [[0]], "1_2"])
def test_points_from_outside_are_checked_by_the_model(points: object) -> None:
    with pytest.raises(ValidationError):
        Cloud.model_validate({"points": points})
