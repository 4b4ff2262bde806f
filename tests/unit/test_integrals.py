"""Sums against SciPy's quadrature and closed forms, and their rates against theory."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate

from labcore import Start
from labcore.formula import Formula
from labcore.mathematics import integrals as lab
from labcore.mathematics.integrals.lesson import (
    COUNTS,
    RULES,
    accumulated,
    accurate,
    all_sums,
    columns,
    look,
    pieces_of,
    riemann,
    volume,
)

CURVES = ("x sin(x) + 1", "exp(x/2)", "1/(1 + x^2)", "sqrt(x + 5)", "x^3 - x")


def curve(text: str) -> Formula:
    return Formula.parse(text, ("x",))


@pytest.mark.parametrize("text", CURVES)
@pytest.mark.parametrize(("a", "b"), [(-2.0, 3.0), (1.5, -3.5), (0.2, 0.3)])
def test_the_integral_is_scipys(text: str, a: float, b: float) -> None:
    f = curve(text)
    exact, _ = integrate.quad(lambda x: float(f(x)), a, b, epsabs=1e-12, epsrel=1e-12)
    assert accurate(f, a, b) == pytest.approx(exact, rel=1e-11, abs=1e-11)


@pytest.mark.parametrize(
    ("rule", "order"), [("left", 1), ("right", 1), ("midpoint", 2), ("trapezoid", 2)]
)
def test_errors_fall_as_theory_says(rule: str, order: int) -> None:
    f = curve("exp(x/2)")
    exact = 2 * (math.exp(1.5) - math.exp(-1))
    errors = [abs(riemann(f, -2, 3, n, rule)[1].sum() - exact) for n in (100, 200)]
    assert errors[0] / errors[1] == pytest.approx(2**order, rel=0.02)


def test_the_trapezoid_is_numpys() -> None:
    f, x = curve("x sin(x) + 1"), np.linspace(-2, 3, 38)
    total = riemann(f, -2, 3, 37, "trapezoid")[1].sum()
    assert total == pytest.approx(np.trapezoid(x * np.sin(x) + 1, x), rel=1e-13)


def test_all_sums_are_those_of_each_rule() -> None:
    sums = all_sums(curve("x^2"), 0, 2)
    assert sums.shape == (4, len(COUNTS))
    assert sums[RULES.index("left"), 1] == pytest.approx(1.0)  # two slices: 0² + 1²
    assert sums[:, -1] == pytest.approx(8 / 3, rel=0.01)


def test_the_area_grows_by_the_height() -> None:
    x = np.linspace(-4, 4, 321)
    area = accumulated(curve("cos(x)"), 0.5, x)
    assert area == pytest.approx(np.sin(x) - math.sin(0.5), abs=1e-4)


def test_slices_keep_their_areas_in_the_new_variable() -> None:
    config = lab.Config(f="1/(x + 1)", g="x^2", a=0.0, b=2.0)
    pieces = pieces_of(config, 40)
    assert pieces["inside"] == pytest.approx(pieces["outside"], rel=1e-9)  # x² bends evenly
    assert pieces["outside"].sum() == pytest.approx(math.log(5), rel=1e-3)
    assert pieces["u"] == pytest.approx(pieces["x"] ** 2)


def test_the_volume_is_scipys() -> None:
    bell = Formula.parse("exp(-x^2 - y^2)")
    exact = (math.sqrt(math.pi) / 2 * (math.erf(1.3) + math.erf(2))) * (
        math.sqrt(math.pi) / 2 * (math.erf(2.5) + math.erf(2))
    )
    assert volume(bell, 1.3, 2.5) == pytest.approx(exact, rel=1e-9)
    _, _, found = columns(bell, 1.3, 2.5, 60)
    assert found.shape == (60, 60)
    assert found.sum() == pytest.approx(exact, rel=1e-3)
    tilted = Formula.parse("x y^2 + y")
    other, _ = integrate.dblquad(lambda y, x: x * y**2 + y, -2, 3, -2, 1)
    assert volume(tilted, 3.0, 1.0) == pytest.approx(other, rel=1e-10)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"a": 1.0, "b": 1.0}, "no area"),
        ({"f": "1/x", "a": -1.0, "b": 2.0}, "do not settle"),
        ({"f": "log(x)"}, "do not settle"),
        ({"surface": "sqrt(x)"}, "over the region"),
        ({"px": -2.0}, ""),
    ],
)
def test_what_is_wrong_is_said(settings: dict[str, object], word: str) -> None:
    config = lab.Config(**settings)
    frames = [look(config, step) for step in (0, 5, len(COUNTS) - 1)]
    assert word in frames[-1].note
    lab.panels(config, frames[0])
    for frame in frames:
        lab.draw(config, frame)
        lab.readout(config, frame)


def test_the_answer_is_the_frame_on_screen() -> None:
    config = lab.Config(b=-1.3)
    answer, frame = lab.answer(config, Start(12, {})), look(config, 12)
    assert all(np.array_equal(answer[name], frame[name]) for name in frame.values)


def test_where_there_is_no_integral_none_is_told() -> None:
    config = lab.Config(f="1/x", a=-2, b=3)
    frame = look(config, 5)
    assert np.isnan(frame["true"])
    assert "do not settle" in frame.note
    assert lab.readout(config, frame)["Integral"] == "–"
