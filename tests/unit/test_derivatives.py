"""Slopes against SymPy, directional derivatives against the gradient, and the odd places."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy
import torch

from labcore import Start
from labcore.formula import Formula
from labcore.preliminaries import derivatives as lab
from labcore.preliminaries.derivatives.course import is_its_own_slope
from labcore.preliminaries.derivatives.lesson import (
    STEPS,
    along,
    central_quotient,
    derivative,
    forward_quotient,
    gradient,
    look,
)

CURVES = ("x^3/6 - x", "exp(-x^2) sin(3x)", "log(x + 5)/x", "sqrt(x^2 + 1)", "tanh(2x) - x^5/100")
SURFACES = ("x^2/4 + sin(x) cos(y)", "exp(-x^2 - y^2)", "x y / 4", "log(x^2 + y^2 + 1)")


@pytest.mark.parametrize("text", CURVES)
@pytest.mark.parametrize("x", [-2.5, -0.37, 0.81, 3.2])
def test_the_slope_is_sympys(text: str, x: float) -> None:
    f = Formula.parse(text, ("x",))
    symbol = sympy.Symbol("x", real=True)
    exact = float(f.sympy().diff(symbol).subs(symbol, x))
    assert derivative(f, x)[1] == pytest.approx(exact, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("text", SURFACES)
def test_the_gradient_is_sympys_and_slopes_around_are_its_cosine(text: str) -> None:
    surface = Formula.parse(text)
    x, y = sympy.symbols("x y", real=True)
    angles = np.linspace(0, 2 * np.pi, 25)
    for px, py in ((0.6, -1.0), (-2.0, 3.1), (1.2, 0.8)):
        _, found = gradient(surface, px, py)
        exact = [float(surface.sympy().diff(v).subs({x: px, y: py})) for v in (x, y)]
        assert found == pytest.approx(exact, rel=1e-12, abs=1e-12)
        cosine = exact[0] * np.cos(angles) + exact[1] * np.sin(angles)
        assert along(surface, px, py, angles) == pytest.approx(cosine, abs=1e-7)


def test_errors_shrink_with_h_and_with_h_squared_until_rounding_wins() -> None:
    f = Formula.parse("exp(x)", ("x",))
    x = torch.tensor(1.0, dtype=torch.float64)
    h = torch.tensor([1e-2, 1e-3, 1e-13], dtype=torch.float64)
    forward = (forward_quotient(f, x, h) - math.e).abs()
    central = (central_quotient(f, x, h) - math.e).abs()
    assert float(forward[0] / forward[1]) == pytest.approx(10, rel=0.01)
    assert float(central[0] / central[1]) == pytest.approx(100, rel=0.01)
    assert forward[0] == pytest.approx(math.e * 1e-2 / 2, rel=0.01)  # h f″/2
    assert forward[2] > 1e-5


def test_the_chain_is_the_derivative_of_the_whole() -> None:
    config = lab.Config(f="x^2 - 1", g="sin(2u) + u", x=0.7)
    symbol = sympy.Symbol("x", real=True)
    whole = sympy.sin(2 * (symbol**2 - 1)) + symbol**2 - 1
    frame = look(config, 20)
    assert frame["chained"] == pytest.approx(float(whole.diff(symbol).subs(symbol, 0.7)), rel=1e-12)
    assert frame["dy"] / frame["h"] == pytest.approx(frame["chained"], rel=1e-3)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"f": "abs(x)", "x": 0.0}, "kink"),
        ({"f": "log(x)", "x": -1.0}, "no finite value"),
        ({"f": "1/x", "x": 0.0}, "no finite value"),
        ({"f": "sqrt(abs(x))", "x": 0.0}, "vertical"),
        ({"other": 1.0, "x": 1.0}, "one"),
    ],
)
def test_what_is_wrong_with_a_place_is_said(settings: dict[str, object], word: str) -> None:
    config = lab.Config(**settings)
    frames = list(lab.run(config))
    assert word in frames[-1].note
    figures = lab.panels(config, frames[0])
    assert figures.keys() >= lab.draw(config, frames[-1]).keys()
    lab.readout(config, frames[-1])


def test_the_answer_is_the_frame_on_screen() -> None:
    config = lab.Config(x=-1.3)
    for step in (0, 17, STEPS - 1):
        answer, frame = lab.answer(config, Start(step, {})), list(lab.run(config))[step]
        assert answer.step == step
        assert all(np.array_equal(answer[name], frame[name]) for name in frame.values)


@pytest.mark.parametrize(
    ("text", "passed"), [("exp(x)", True), ("-3exp(x - 1)", True), ("2^x", False), ("0x", False)]
)
def test_who_is_his_own_slope(text: str, passed: bool) -> None:
    config = lab.Config(f=text)
    assert is_its_own_slope(config, list(lab.run(config))).passed is passed


def test_where_there_is_no_value_no_slope_is_told() -> None:
    config = lab.Config(f="log(-x - 9)")
    frame = look(config, 5)
    assert np.isnan(frame["slope"])
    assert lab.readout(config, frame)["Slope f′(x)"] == "–"
