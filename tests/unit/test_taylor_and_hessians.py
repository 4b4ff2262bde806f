"""Series and Hessians against SymPy and mpmath; Newton's steps against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy

from labcore import Start
from labcore.formula import Formula
from labcore.mathematics import taylor_and_hessians as lab
from labcore.mathematics.taylor_and_hessians.lesson import (
    ORDERS,
    look,
    newton_path,
    newton_step,
    polynomial,
    quadratic,
    shape,
)
from labcore.mathematics.taylor_and_hessians.levels import level_lines
from labcore.mathematics.taylor_and_hessians.series import radius, taylor

CURVES = (
    "sin(x) cos(x)", "exp(-x^2)", "1/(1 + x^2)", "log(x + 3)", "sqrt(x + 4)^3", "tan(x/3)",
    "x tanh(x)", "x^x", "cosh(x) - sinh(2x)", "x abs(x)", "(x + 1)^-2", "2^x", "x^2.5", "x^-0.5",
    "max(x, x^2)", "min(x, 1/x)", "e^x/pi", "-x^3",
)  # fmt: skip
SURFACES = ("x^2/2 - cos(2y) + x y/4", "exp(x y/3)", "x + 2y", "3", "log(x^2 + y^2 + 1) x")


@pytest.mark.parametrize("text", CURVES)
@pytest.mark.parametrize("x0", [0.7, 2.3])
def test_coefficients_are_derivatives_over_factorials(text: str, x0: float) -> None:
    f, x = Formula.parse(text, ("x",)), sympy.Symbol("x", real=True)
    expression, exact = f.sympy(), []
    for k in range(7):
        exact.append(float(expression.subs(x, sympy.Float(x0, 40)).evalf(30) / math.factorial(k)))
        expression = expression.diff(x)
    assert taylor(f, x0, 12)[:7] == pytest.approx(exact, rel=1e-11, abs=1e-13)


def test_high_orders_are_known_series() -> None:
    c = taylor(Formula.parse("exp(x)", ("x",)), 0.0, 30)
    assert c == pytest.approx([1 / math.factorial(k) for k in range(31)], rel=1e-13)
    c = taylor(Formula.parse("log(1 + x)", ("x",)), 0.0, 30)
    assert c[1:] == pytest.approx([(-1) ** (k + 1) / k for k in range(1, 31)], rel=1e-12)


@pytest.mark.parametrize(
    ("text", "x0", "reach"),
    [("1/(1 + x^2)", 0.0, 1.0), ("1/(1 + x^2)", 2.0, math.sqrt(5)), ("log(x + 3)", 0.0, 3.0)],
)
def test_the_reach_is_the_distance_to_the_nearest_singularity(
    text: str, x0: float, reach: float
) -> None:
    assert radius(taylor(Formula.parse(text, ("x",)), x0, 39)) == pytest.approx(reach, rel=0.13)


def test_of_a_polynomial_there_is_no_end() -> None:
    assert radius(taylor(Formula.parse("x^3 - x", ("x",)), 0.4, 39)) == math.inf


def test_horner_is_numpys() -> None:
    rng = np.random.default_rng(0)
    c, x = rng.normal(size=6), rng.normal(size=50)
    assert polynomial(c, 0.5, x) == pytest.approx(np.polynomial.Polynomial(c)(x - 0.5), rel=1e-12)


@pytest.mark.parametrize("text", SURFACES)
def test_the_hessian_is_sympys(text: str) -> None:
    surface, (x, y) = Formula.parse(text), sympy.symbols("x y", real=True)
    hessian = sympy.hessian(surface.sympy(), (x, y))
    for place in ((-1.5, 0.5), (2.0, 1.1), (0.0, 0.0)):
        at = dict(zip((x, y), place, strict=True))
        _, g, H = quadratic(surface, np.array(place))
        assert pytest.approx(np.array(hessian.subs(at), float), abs=1e-12) == H
        slopes = [float(surface.sympy().diff(v).subs(at)) for v in (x, y)]
        assert g == pytest.approx(slopes, abs=1e-12)


def test_newton_is_exact_on_a_quadratic_and_damped_it_goes_down() -> None:
    surface = Formula.parse("x^2 + 3y^2 + x y - 2x")
    here = np.array([2.0, -1.0])
    _, g, H = quadratic(surface, here)
    assert here + newton_step(g, H, 0.0) == pytest.approx(np.linalg.solve([[2, 1], [1, 6]], [2, 0]))
    _, g, H = quadratic(Formula.parse("x^2 - y^2"), here)
    assert newton_step(g, H, 0.0) == pytest.approx(-here)  # to the saddle
    assert g @ newton_step(g, H, 3.0) < 0
    assert np.isinf(newton_step(g, np.zeros((2, 2)), 0.0)).all()


@pytest.mark.parametrize(
    ("curvatures", "word"),
    [((1, 2), "bowl"), ((-2, -1), "dome"), ((-1, 2), "saddle"), ((0, 1), "trough"),
     ((-1, 0), "ridge"), ((0, 0), "plane")],
)  # fmt: skip
def test_shapes(curvatures: tuple[float, float], word: str) -> None:
    assert shape(np.array(curvatures, float)) == word


def test_level_lines_lie_on_their_levels() -> None:
    here, g = np.array([0.5, -1.0]), np.array([0.7, -0.2])
    for H in ([[2.0, 0.5], [0.5, 1.0]], [[1.0, 0.0], [0.0, -2.0]], [[0.0, 0.0], [0.0, 0.0]]):
        found = 0
        for line in level_lines(here, g, np.array(H)):
            d = (line - here[:, None])[:, np.isfinite(line).all(axis=0)]
            height = g @ d + 0.5 * np.einsum("ik,ij,jk->k", d, H, d)
            found += height.size
            assert not height.size or np.ptp(height) <= 1e-9
        assert found > 60, "a bowl may have no line below it, but some there are"


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"f": "log(x)", "x": -1.0}, "no Taylor series"),
        ({"f": "abs(x)^2.5", "x": 0.0}, "some derivative"),
        ({"surface": "sqrt(x)", "px": 0.0}, "no finite curvature"),
        ({"surface": "x + y"}, "Newton stays"),
    ],
)
def test_what_is_wrong_is_said(settings: dict[str, object], word: str) -> None:
    config = lab.Config(**settings)
    frames = list(lab.run(config))
    assert word in frames[-1].note
    lab.panels(config, frames[0])
    for frame in frames[::10]:
        lab.draw(config, frame)
        lab.readout(config, frame)


def test_the_answer_is_the_frame_on_screen() -> None:
    config = lab.Config(x=-1.3)
    for step in (0, 17, ORDERS - 1):
        answer, frame = lab.answer(config, Start(step, {})), look(config, step)
        assert all(np.array_equal(answer[name], frame[name]) for name in frame.values)


def test_newtons_path_ends_where_the_ground_is_level() -> None:
    surface = Formula.parse("x^2/2 - cos(2y) + x y/4")
    path = newton_path(surface, np.array([1.0, 0.4]), 0.0)
    assert path.shape == (ORDERS, 2)
    assert quadratic(surface, path[-1])[1] == pytest.approx([0, 0], abs=1e-8)
    assert np.array_equal(newton_path(surface, np.zeros(2), 0.0), np.zeros((ORDERS, 2)))


def test_where_there_is_no_series_it_converges_nowhere() -> None:
    config = lab.Config(f="1/x", x=0)
    frame = look(config, 5)
    assert np.isnan(frame["radius"])
    assert lab.readout(config, frame)["Converges within"] == "–"
