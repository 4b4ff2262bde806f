"""What labs put into their figures: places, words, ranges, numbers in words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from labcore import figures, shown
from labcore.formula import Formula


def test_a_mark_and_a_line_are_float32_and_never_infinite():
    mark = figures.at(1, -math.inf)
    assert mark["x"].dtype == np.float32
    assert mark["x"].tolist() == [1]
    assert mark["y"].tolist() == [np.float32(-1e6)]
    line = figures.at([0, 1, 2], [3, math.nan, math.inf])
    assert np.isnan(line["y"][1])
    assert line["y"][2] == np.float32(1e6)


def test_places_are_columns_and_an_arrow_starts_at_the_origin():
    assert figures.pair([[1, 2], [3, 4]])["y"].tolist() == [3, 4]
    assert figures.pair([1, 2])["x"].tolist() == [1]
    arrow = figures.shaft([3, -2])
    assert (arrow["x"].tolist(), arrow["y"].tolist()) == ([0, 3], [0, -2])


def test_words_without_a_place_are_left_out():
    words = figures.told([[0, math.nan, 2], [1, 1, math.inf]], ["a", "b", "c"])
    assert words["text"] == ["a", "", ""]


@pytest.mark.parametrize("tip", [[0, 0], [1, 1], [-50, 3], [0, -1e-12]])
def test_words_beyond_a_tip_stand_apart_from_it_and_in_sight(tip):
    x, y = figures.beyond(np.array([tip]).T.astype(float), 4)[:, 0]
    assert max(abs(x), abs(y)) < 4
    if math.hypot(*tip) < 3:
        assert math.hypot(x - tip[0], y - tip[1]) > 0.4


def test_a_range_shows_the_curve_and_not_its_pole():
    x = np.linspace(0.0001, 2, 400)
    low, high = figures.span(1 / x)
    assert high < 100
    assert low < 0.51
    assert figures.span(np.sin(x), zero=True)[0] < 0
    assert figures.span(x + 5, zero=True)[0] < 0 < 5 < figures.span(x + 5)[0] + 0.5
    assert figures.span(np.array([np.nan, np.inf])) == (-1, 1)
    low, high = figures.span(np.full(5, 3.0))
    assert low < 3 < high
    assert figures.span([1.0], [9.0])[1] > 8


def test_a_curve_has_a_gap_wherever_its_formula_is_not_finite():
    curve = Formula.parse("log(x) + 1/(x - 2)", ("x",)).heights(np.array([-1.0, 0, 1, 2, 3]))
    assert np.isnan(curve).tolist() == [True, True, False, True, False]
    assert curve.dtype == np.float64
    assert curve[2] == pytest.approx(-1)


def test_a_number_or_a_dash():
    assert shown(math.nan) == shown(math.inf) == shown(np.float32("-inf")) == "–"
    assert shown(-1 / 3) == "−0.333"
    assert shown(-1 / 3, 5) == "−0.33333"
    assert (shown(1e-9), shown(-1e-9, least=1e-8)) == ("1e−9", "0")
