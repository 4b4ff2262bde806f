"""Formulas against NumPy, SymPy and differences, each built beside them and not by them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import sympy
import torch
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from latex2mathml.converter import convert

from labcore.formula import Formula, FormulaError
from tests.helpers import within

LOTS = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


class Made(NamedTuple):
    """A formula made beside the parser: its text and what it must come to."""

    text: str
    holds: int  # 1 sum, 2 product, 3 sign, 4 power, 5 whole
    value: Callable[[Any, Any], Any]
    expr: Callable[[], sympy.Expr]


X, Y = sympy.symbols("x y", real=True)
UNARY = {
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "exp": np.exp, "log": np.log, "ln": np.log, "sqrt": np.sqrt, "abs": np.abs,
}  # fmt: skip
ATOMS = [
    Made("x", 5, lambda x, y: x, lambda: X),
    Made("y", 5, lambda x, y: y, lambda: Y),
    Made("pi", 5, lambda x, y: x * 0 + type(x)(math.pi), lambda: sympy.pi),
    Made("e", 5, lambda x, y: x * 0 + type(x)(math.e), lambda: sympy.E),
]


def number(text: str) -> Made:
    return Made(
        text, 5, lambda x, y: x * 0 + type(x)(float(text)), lambda: sympy.Float(float(text))
    )


NUMBERS = ["0", "1", "2", "3", ".5", "0.25", "1.5", "1e-1", "2E0", "7.", "1.e1"]


@st.composite
def combined(draw: Any, inner: st.SearchStrategy[Made]) -> Made:
    a, b = draw(inner), draw(inner)
    loose = draw(st.booleans())  # spaces, and parentheses that are not needed
    gap = draw(st.sampled_from(["", " ", "  "]))

    def part(made: Made, least: int) -> str:
        return f"({gap}{made.text})" if loose or made.holds < least else made.text

    kind = draw(st.sampled_from(["+", "-", "*", "/", "^", "neg", "call", "two", "beside"]))
    match kind:
        case "+":
            text = f"{part(a, 1)}{gap}+{gap}{part(b, 2)}"
            return Made(
                text, 1, lambda x, y: a.value(x, y) + b.value(x, y), lambda: a.expr() + b.expr()
            )
        case "-":
            sign = draw(st.sampled_from("-−–"))
            text = f"{part(a, 1)}{gap}{sign}{gap}{part(b, 2)}"
            return Made(
                text, 1, lambda x, y: a.value(x, y) - b.value(x, y), lambda: a.expr() - b.expr()
            )
        case "*":
            sign = draw(st.sampled_from("*·×"))
            text = f"{part(a, 2)}{gap}{sign}{gap}{part(b, 3)}"
            return Made(
                text, 2, lambda x, y: a.value(x, y) * b.value(x, y), lambda: a.expr() * b.expr()
            )
        case "beside":  # a factor on the left that is neither a quotient nor a power
            text = f"{part(a, 5)} {f'({b.text})' if b.text[0] in '0123456789.' else part(b, 4)}"
            if b.text[0] in "-−–+":
                text = f"{part(a, 5)} ({b.text})"
            return Made(
                text, 2, lambda x, y: a.value(x, y) * b.value(x, y), lambda: a.expr() * b.expr()
            )
        case "/":
            text = f"{part(a, 2)}{gap}/{gap}{part(b, 3)}"
            return Made(
                text, 2, lambda x, y: a.value(x, y) / b.value(x, y), lambda: a.expr() / b.expr()
            )
        case "^":
            sign = draw(st.sampled_from(["^", "**"]))
            text = f"{part(a, 5)}{gap}{sign}{gap}{part(b, 3)}"
            return Made(
                text, 4, lambda x, y: a.value(x, y) ** b.value(x, y), lambda: a.expr() ** b.expr()
            )
        case "neg":
            return Made(f"-{gap}{part(a, 3)}", 3, lambda x, y: -a.value(x, y), lambda: -a.expr())
        case "call":
            name = draw(st.sampled_from(sorted(UNARY)))
            of = getattr(sympy, "Abs" if name == "abs" else name)
            return Made(
                f"{name}{gap}({a.text})",
                5,
                lambda x, y: UNARY[name](a.value(x, y)),
                lambda: of(a.expr()),
            )
    name = draw(st.sampled_from(["min", "max"]))
    of, to = (np.minimum, sympy.Min) if name == "min" else (np.maximum, sympy.Max)
    return Made(
        f"{name}({a.text},{gap}{b.text})", 5,
        lambda x, y: of(a.value(x, y), b.value(x, y)),
        lambda: to(a.expr(), b.expr(), evaluate=False),
    )  # fmt: skip


LEAF = st.sampled_from(ATOMS) | st.sampled_from(NUMBERS).map(number)
FORMULAS = st.recursive(LEAF, combined, max_leaves=8).filter(lambda made: len(made.text) <= 200)
PLACES = st.tuples(*[st.floats(-3, 3).map(lambda v: round(v, 3))] * 2)


def exact(made: Made, x: float, y: float) -> float:
    """By NumPy in two precisions, kept only where rounding does not matter."""
    with np.errstate(all="ignore"):
        coarse = float(made.value(np.float64(x), np.float64(y)))
        fine = float(made.value(np.longdouble(x), np.longdouble(y)))
    assume(np.isclose(coarse, fine, rtol=1e-11, atol=1e-13, equal_nan=True))
    return coarse


def slopes(formula: Formula, x: float, y: float) -> tuple[float, float]:
    at = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (x, y)]
    return tuple(g.item() for g in torch.autograd.grad(formula(*at), at))  # type: ignore


@LOTS
@given(FORMULAS, PLACES)
def test_value_is_numpys(made, place):
    want = exact(made, *place)
    got = Formula.parse(made.text)(*(torch.tensor(v, dtype=torch.float64) for v in place))
    assert got.dtype == torch.float64
    assert got.shape == ()
    np.testing.assert_allclose(got.item(), want, rtol=1e-10, atol=1e-12)


@LOTS
@given(FORMULAS, PLACES)
def test_slope_is_that_of_central_differences(made, place):
    x, y = place
    formula = Formula.parse(made.text)

    def difference(h: float, axis: int) -> tuple[float, float]:
        """The slope over both sides, and how much the slopes of the two sides differ."""
        dx, dy = (h, 0) if axis == 0 else (0, h)
        right, left = (exact(made, x + k * dx, y + k * dy) for k in (1, -1))
        return (right - left) / (2 * h), abs(right - 2 * here + left) / h

    here = exact(made, x, y)
    got = slopes(formula, x, y)
    assume(math.isfinite(here) and all(map(math.isfinite, got)))
    for axis in (0, 1):
        # The fourth-order difference, kept where the second is near it: no pole. At a kink the
        # two sides differ as much over half the step.
        with np.errstate(all="ignore"):
            (wide, wide_bend), (near, bend) = difference(2e-4, axis), difference(1e-4, axis)
            best = near + (near - wide) / 3
        assume(abs(best) < 1e4 and abs(best - wide) <= 1e-4 * (1 + abs(best)))
        assume(bend <= 0.7 * wide_bend + 1e-6)
        assert got[axis] == pytest.approx(best, rel=1e-5, abs=1e-5)


@LOTS
@given(FORMULAS, PLACES)
def test_slope_is_that_of_sympy(made, place):
    """Of the expression built here, and of the one that `sympy()` builds."""
    x, y = place
    want = exact(made, x, y)
    assume(math.isfinite(want) and abs(want) < 1e6)
    formula = Formula.parse(made.text)
    got = slopes(formula, x, y)
    assume(all(math.isfinite(g) and abs(g) < 1e6 for g in got))
    try:
        own = formula.sympy()
    except FormulaError:  # a part has no real value
        assume(False)
    try:
        theirs = made.expr()
    except ZeroDivisionError:  # SymPy's way with 0.0 ** -1
        theirs = own
    assert at(own, x, y) == pytest.approx(want, rel=1e-8, abs=1e-8)
    for axis, symbol in enumerate((X, Y)):
        for expr in (theirs, own):
            slope = sympy.diff(expr, symbol)
            found = at(slope, x, y)
            if abs(found - got[axis]) > 1e-6 * (1 + abs(got[axis])):
                # At a kink any slope between those of its two sides is right.
                assume(abs(at(slope, x + 1e-9, y + 7e-10) - at(slope, x - 1e-9, y - 7e-10)) < 1e-3)
            assert found == pytest.approx(got[axis], rel=1e-6, abs=1e-6)


def at(expr: sympy.Expr, x: float, y: float) -> complex:
    """An expression's value, where it has one."""
    try:
        value = expr.evalf(30, subs={X: x, Y: y})
    except ZeroDivisionError:  # SymPy's way with 0^-1
        value = sympy.nan
    assume(value.is_number and value.is_finite)
    assume(not value.has(sympy.Heaviside, sympy.Derivative, sympy.Subs))
    return complex(value)


@LOTS
@given(FORMULAS)
def test_round_trip(made):
    formula = Formula.parse(made.text)
    assume(len(str(formula)) <= 200)
    again = Formula.parse(str(formula))
    assert again == formula
    assert hash(again) == hash(formula)
    assert str(again) == str(formula)


@LOTS
@given(FORMULAS)
def test_latex_is_well_formed(made):
    latex = Formula.parse(made.text).latex()
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert convert(latex).startswith("<math")


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("1/2*x", r"\frac{1}{2} x"),
        ("x*1/2", r"\frac{x \cdot 1}{2}"),
        ("x(1/2)", r"x \cdot \frac{1}{2}"),
        ("(x+1)^2", r"\left(x + 1\right)^{2}"),
        ("sin(x)^2", r"\left(\sin\left(x\right)\right)^{2}"),
        ("-(x+y)", r"-\left(x + y\right)"),
        ("x-(y-1)", r"x - \left(y - 1\right)"),
        ("x+(-y)", r"x + \left(-y\right)"),
        ("x*-y", r"x \left(-y\right)"),
        ("2pi x", r"2 \pi x"),
        ("2e-3x", r"0.002 x"),
        ("1e-7 + 2.5e30", r"10^{-7} + 2.5 \cdot 10^{30}"),
        ("(1e-7)^x", r"\left(10^{-7}\right)^{x}"),
        ("(-1)^x", r"\left(-1\right)^{x}"),
        ("(x/y)^2", r"\left(\frac{x}{y}\right)^{2}"),
        ("exp(x)sqrt(y)", r"e^{x} \sqrt{y}"),
        ("abs(x)", r"\left|x\right|"),
        ("max(x, y)", r"\max\left(x, y\right)"),
    ],
)
def test_latex(text, latex):
    assert Formula.parse(text).latex() == latex


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("-x^2", "-(x^2)"), ("−x²", "-(x^2)"), ("-2x", "(-2)*x"), ("2^3^2", "2^(3^2)"),
        ("x-y-1", "(x-y)-1"), ("x/y/2", "(x/y)/2"), ("x/y*2", "(x/y)*2"), ("2^-1", "2^(-1)"),
        ("x^-y^2", "x^(-(y^2))"), ("2x^2", "2*(x^2)"), ("x^2 y", "(x^2)*y"), ("x²y", "(x^2)*y"),
        ("e^(2)x", "(e^2)*x"), ("3(x+1)", "3*(x+1)"), ("(x)(y)", "x*y"), ("x(y)", "x*y"),
        ("x sin(y)", "x*sin(y)"), ("sin(x)cos(y)", "sin(x)*cos(y)"), ("2x/3", "(2*x)/3"),
        ("2e3", "2000"), ("2e", "2*e"), ("2e x", "2*e*x"), ("2exp(x)", "2*exp(x)"),
        ("2e-3", "0.002"), ("2e - 3", "2*e - 3"), ("2πx", "2*pi*x"), ("√(x)", "sqrt(x)"),
        ("x⁻¹", "x^-1"), ("x²³", "x^23"), ("2 * -3", "2*(-3)"), ("2--3", "2-(-3)"),
        ("+x", "x"), ("x+ +y", "x+y"), ("x**2", "x^2"), ("x÷2", "x/2"), ("x⋅y", "x*y"),
        ("ln(x)", "log(x)"), (" \t\nx\xa0", "x"), ("x^2²", "x^(2^2)"), ("-x y", "(-x)*y"),
        ("x (y)", "x*y"), ("sin (x)", "sin(x)"), ("x^sin(y)x", "(x^sin(y))*x"), (".5", "0.5"),
    ],
)  # fmt: skip
def test_reading(text, same):
    assert Formula.parse(text) == Formula.parse(same)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("", "Write a formula, such as x^2 + y^2."),
        ("  \n", "Write a formula"),
        ("1/2x", "“2” and “x” (character 4) it can be read both ways"),
        ("1/2 x", "both ways"), ("1/-2x", "both ways"), ("x/y(2)", "both ways"),
        ("1/x² y", "both ways"), ("1/sin(x)cos(x)", "both ways"),
        ("x^2y", "both ways"), ("e^2(x)", "both ways"), ("3e^-2x", "both ways"),
        ("x^y(x)", "both ways"), ("x²^3", "two powers"), ("x² ³", "two powers"),
        ("sin x", "“sin” (character 1) needs parentheses"), ("sin", "needs parentheses"),
        ("sin²(x)", "needs parentheses"), ("2sin^2(x)", "needs parentheses"),
        ("xy", "There is no “xy” here (character 1); write “x y”"),
        ("x + foo", "There is no “foo” here (character 5); use x, y, pi, e, sin"),
        ("X", "no “X”"), ("x2", "no “x2”"), ("i", "no “i”"), ("nan", "no “nan”"),
        ("inf", "no “inf”"), ("floor(x)", "no “floor”"), ("½", "no “½”"), ("ｘ", "no “ｘ”"),
        ("x 2", "Put a sign such as * between “x” and “2”"), ("(x)2", "Put a sign"),
        ("2 3", "Put a sign"), ("1.2.3", "Put a sign"), ("1..2", "Put a sign"),
        ("max(x)", "two values"), ("max(x, y, 1)", "here it has 3"), ("sin(x, y)", "one value"),
        ("(1, 2)", "comma (character 3)"), ("x, y", "comma"), ("x(1, 2)", "comma"),
        ("((x)", "“(” (character 1) is not closed"), ("max(x, y", "not closed"),
        ("x)", "“)” (character 2) closes nothing"), ("()", "between “(” and “)”"),
        ("sin()", "between"), ("max(x,)", "between “,” and “)”"),
        ("x +", "missing after “+”"), ("x + * y", "between “+” and “*”"), ("*x", "before “*”"),
        ("²", "before “²”"), (",", "before “,”"), (")", "before “)”"), ("-", "after “-”"),
        ("|x|", "abs(…)"), ("x = 2", "Leave out “=”"), ("[x]", "round parentheses"),
        ("x.__class__", "“.” (character 2)"), ("__import__('os')", "“_” (character 1)"),
        ("lambda x", "no “lambda”"), ("x if x else y", "no “if”"), ("x; y", "“;”"),
        ("x\x00", "U+0000"), ("x\u200b", "U+200B"), ("٣x", "“٣”"), ("\U0001d7d0x", "“\U0001d7d0”"),
        ("x\ud800", "U+D800"), ("1e999", "too large"), ("9" * 199 + "e9", "at most 200"),
        ("x!", "“!”"), ("50%", "“%”"), ("$x$", "“$”"), ("e̋", "“"), ("1_000", "“_”"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_sentence(text, piece):
    with pytest.raises(FormulaError) as error:
        Formula.parse(text)
    sentence = str(error.value)
    assert piece in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 250
    assert isinstance(error.value, ValueError)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000, "(" * 200, "-" * 200, "-" * 199 + "x", "(" * 99 + "x" + ")" * 99,
        "x^" * 99 + "x", "sin(" * 40 + "x" + ")" * 40, "9" * 100_000, "x" * 100_000, "x" * 200,
        " " * 100_000, "²" * 200, "((((((((((" * 10 + "1+2", "2^" * 99 + "-", "x" + "," * 199,
    ],
)  # fmt: skip
def test_monsters_are_refused_at_once(text):
    with within(0.1), pytest.raises(FormulaError) as error:
        Formula.parse(text)
    assert len(str(error.value)) < 250


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.text(max_size=220) | st.text("xy0123.e+-*/^()²√, sincomax", max_size=60))
@example("x" + "(x" * 39 + ")" * 39)
def test_any_text_is_a_formula_or_a_sentence(text):
    try:
        formula = Formula.parse(text)
    except FormulaError:
        with pytest.raises(FormulaError, match=r"\.$"):
            Formula.parse(text)
        return
    value = formula(torch.ones(3, 1), torch.ones(2))
    assert value.shape == (3, 2)
    formula.latex()
    str(formula)


@pytest.mark.parametrize(
    "text",
    [
        "9^9^9^9 x", "(999999x)^(999999999)", "exp(99999999999*log(3x))", "(9999x)^(9999/9973)",
        "((((9998x)^9999)^9999)^9999)^9999", "((1.001^9999)^9999)^9999",
        "sin(" * 39 + "x" + ")" * 39, "exp(" * 39 + "9" + ")" * 39, "cosh(" * 30 + "x" + ")" * 30,
        "x+" * 99 + "x", "x/" * 99 + "x",
        "tanh((-(abs(pi)+(((0^1e-9)-(e^2))^((-1e9)*(0.5-x))))))",
        "x^" * 39 + "x", "(1e300x)^(1e300)^(1e300)", "((1e300x)^(1e300))^(1e300)", "x/0", "0^x",
        "max(" * 8 + "sin(x)" + ", y)" * 8, "min(x,max(y,min(x y,max(x-y,min(x+y,sin(x))))))",
        "abs(" * 28 + "x-1" + ")-1" * 27 + ")", "(1/3)^1000 x", "sqrt(" * 30 + "x" + ")" * 30,
        "max(sin(1)^2+cos(1)^2, 1)x", "log(0)x", "1/(1-1)", "0/0", "(-8)^(1/3)", "x^(2/3)",
    ],
)  # fmt: skip
def test_nothing_hangs(text):
    with within(5):
        formula = Formula.parse(text)
        x = torch.full((2,), 0.3, requires_grad=True)
        torch.autograd.grad(formula(x, 0.5).sum(), x)
        try:
            sympy.diff(formula.sympy(), X)
        except FormulaError as error:
            assert "infinite, not real or far too large" in str(error)  # noqa: PT017
        convert(formula.latex())


@pytest.mark.parametrize(
    ("text", "expr"),
    [
        ("x/3 + 1/6", X / 3 + sympy.Rational(1, 6)),
        ("sin(pi x/2)", sympy.sin(sympy.pi * X / 2)),
        ("e^x", sympy.exp(X)),
        ("sqrt(2)x^2", sympy.sqrt(2) * X**2),
        ("abs(x)", sympy.Abs(X)),
        ("2^-3", sympy.Rational(1, 8)),
        ("x^(1/2)", sympy.sqrt(X)),
        ("12345x", 12345.0 * X),
    ],
)
def test_sympy_is_exact_while_numbers_are_small(text, expr):
    assert Formula.parse(text).sympy() == expr


@pytest.mark.parametrize(
    "text",
    ["x/0", "log(-1)", "9^9^9^9", "(-8)^(1/3)x", "x + 1/(1-1)", "max(x, log(0))", "log(x-x)",
     "(-2)^x",
     "sinh((abs(e)+((min(1,9999)/(x/9999))^max((9999^e),min(3,pi)))))"],
)  # fmt: skip
def test_sympy_says_what_it_cannot_follow(text):
    with pytest.raises(FormulaError, match="infinite, not real or far too large"):
        Formula.parse(text).sympy()


def test_a_deep_call_stack_is_no_trouble():
    text = "(" * 39 + "x" + ")" * 39

    def deeper(n: int) -> Formula:
        return deeper(n - 1) if n else Formula.parse(text)

    assert deeper(500) == Formula.parse("x")


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("log(-1)", math.nan), ("sqrt(-x)", math.nan), ("1/0", math.inf), ("-1/0", -math.inf),
        ("0/0", math.nan), ("9^9^9^9", math.inf), ("0^0", 1.0), ("(-8)^(1/3)", math.nan),
        ("(-2)^3", -8.0), ("log(0)", -math.inf), ("max(x, log(-1))", math.nan),
    ],
)  # fmt: skip
def test_a_domain_error_is_none(text, want):
    value = Formula.parse(text)(torch.ones(2, dtype=torch.float64), 0.5)
    assert value.shape == (2,)
    np.testing.assert_array_equal(value.numpy(), [want, want])


def test_shapes_dtypes_and_slopes_of_what_is_not_used():
    x = torch.tensor([[1.0], [math.inf]], requires_grad=True)
    y = torch.tensor([1.0, math.nan, 2.0], requires_grad=True)
    value = Formula.parse("3")(x, y)
    assert value.shape == (2, 3)
    assert value.dtype == torch.float32
    assert (value == 3).all()
    gx, gy = torch.autograd.grad(value.sum(), [x, y])
    assert not gx.any()
    assert not gy.any()
    assert Formula.parse("x/2")(torch.tensor([1, 2]), 0).tolist() == [0.5, 1.0]
    assert Formula.parse("x y")(np.ones(2), np.float64(2)).dtype == torch.float64
    with pytest.raises(ValueError, match="argument"):
        Formula.parse("x")(x)


def test_other_variables():
    assert Formula.parse("w1^2 + b", ("w1", "b"))(3.0, 1.0).item() == 10
    assert Formula.parse("w1", ("w1",)).latex() == "w_{1}"
    assert Formula.parse("2θ", ("θ",))(4.0).item() == 8
    assert Formula.parse("e + x", ("x", "e"))(1.0, 5.0).item() == 6
    assert Formula.parse("e", ("e",)).sympy() == sympy.Symbol("e", real=True)
    assert Formula.parse("1/2", ()).sympy() == sympy.Rational(1, 2)
    assert Formula.parse("2pi", ())().item() == pytest.approx(2 * math.pi)
    with pytest.raises(FormulaError, match="use x, pi"):
        Formula.parse("y", ("x",))
    with pytest.raises(FormulaError, match=r"such as x\^2\."):
        Formula.parse("", ("x",))


def test_it_is_frozen_and_equal_by_meaning():
    formula = Formula.parse(" x*x ")
    assert formula.text == " x*x "
    assert formula == Formula.parse("x x")
    assert formula != Formula.parse("x*x", ("x",))
    assert formula.uses == {"x"}
    with pytest.raises(dataclasses.FrozenInstanceError):
        formula.text = "y"


def test_second_derivatives():
    """The Hessian Newton needs, of Rosenbrock's valley; by hand."""
    formula = Formula.parse("(1-x)^2 + 100(y-x^2)^2")
    x, y = 0.3, -0.7
    at = torch.tensor([x, y], dtype=torch.float64)
    hessian = torch.func.hessian(lambda p: formula(p[0], p[1]))(at)
    want = [[2 - 400 * (y - 3 * x**2), -400 * x], [-400 * x, 200]]
    torch.testing.assert_close(hessian, torch.tensor(want, dtype=torch.float64))
    many = torch.func.vmap(torch.func.hessian(lambda p: formula(p[0], p[1])))(at.expand(4, 2))
    torch.testing.assert_close(many, hessian.expand(4, 2, 2))
