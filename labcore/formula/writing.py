"""A formula's tree written out: as text, as LaTeX, as a SymPy expression."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from labcore.formula.grammar import FormulaError
from labcore.formula.tree import (
    ARGUMENTS,
    ATOM,
    POWER,
    PRODUCT,
    SIGN,
    STRENGTH,
    SUM,
    Call,
    Name,
    Node,
    Number,
    names,
)

if TYPE_CHECKING:
    import sympy

EXACT = 10_000
"""The largest whole number, or part of a fraction, that stays exact in SymPy."""
UNREAL = "A part of this formula is infinite, not real or far too large to calculate with exactly."


def _strength(node: Node) -> int:
    return STRENGTH.get(node.of, ATOM) if isinstance(node, Call) else ATOM


def plain(node: Node) -> str:
    """A text that is read as this very tree."""

    def part(inner: Node, least: int) -> str:
        return plain(inner) if _strength(inner) >= least else f"({plain(inner)})"

    match node:
        case Number(value):
            return repr(value).removesuffix(".0")
        case Name(name):
            return name
        case Call("neg", (a,)):
            return f"-{part(a, SIGN)}"
        case Call("^", (a, b)):
            return f"{part(a, ATOM)}^{part(b, SIGN)}"
        case Call(of, (a, b)) if of in STRENGTH:
            return f"{part(a, STRENGTH[of])} {of} {part(b, STRENGTH[of] + 1)}"
        case Call(of, to):
            return f"{of}({', '.join(map(plain, to))})"


def latex(node: Node) -> str:
    """In the order typed, with fractions and roots; “·” where two factors would run together."""

    def part(inner: Node, least: int) -> str:
        strength = _strength(inner)
        if isinstance(inner, Call) and inner.of == "/":
            strength = ATOM  # a fraction keeps itself together
        if isinstance(inner, Number) and "e" in repr(inner.value):
            strength = PRODUCT  # 2 · 10³
        return latex(inner) if strength >= least else _bracket(latex(inner))

    match node:
        case Number(value):
            digits, _, exponent = repr(value).removesuffix(".0").partition("e")
            if not exponent:
                return digits
            power = f"10^{{{int(exponent)}}}"
            return power if digits == "1" else rf"{digits} \cdot {power}"
        case Name(name):
            if name == "pi":
                return r"\pi"
            letter = name.rstrip("0123456789")
            index = f"_{{{name[len(letter) :]}}}" if letter != name else ""
            return (letter if len(letter) == 1 else rf"\mathrm{{{letter}}}") + index
        case Call("neg", (a,)):
            return f"-{part(a, POWER)}"
        case Call("/", (a, b)):
            return rf"\frac{{{latex(a)}}}{{{latex(b)}}}"
        case Call("^", (a, b)):
            base = _bracket(latex(a)) if isinstance(a, Call) else part(a, ATOM)
            return f"{base}^{{{latex(b)}}}"
        case Call("*", (a, b)):
            left, right = part(a, PRODUCT), part(b, POWER)
            dot = right[0].isdigit() or right.startswith(r"\frac")
            return left + (r" \cdot " if dot else " ") + right
        case Call(("+" | "-") as of, (a, b)):
            right = _bracket(latex(b)) if _strength(b) in (SUM, SIGN) else latex(b)
            return f"{latex(a)} {of} {right}"
        case Call("sqrt", (a,)):
            return rf"\sqrt{{{latex(a)}}}"
        case Call("exp", (a,)):
            return f"e^{{{latex(a)}}}"
        case Call("abs", (a,)):
            return rf"\left|{latex(a)}\right|"
        case Call(of, to):
            return rf"\{of}{_bracket(', '.join(map(latex, to)))}"


def _bracket(inner: str) -> str:
    return rf"\left({inner}\right)"


def symbolic(node: Node, variables: Sequence[str], value: Callable[[Node], float]) -> sympy.Expr:
    """As a SymPy expression, built from objects: SymPy reads no text.

    SymPy writes whole numbers and fractions out exactly, and 9^9^9 would keep it busy for ever.
    So numbers past `EXACT` are floats, and so are constant parts other than plain arithmetic.

    Args:
        node: the tree.
        variables: names of real symbols.
        value: what a part without variables comes to, in float64.

    Raises:
        FormulaError: a part is infinite, not real or out of the range of float64.
    """
    import sympy  # takes a second or two, which a page that only checks a formula should not

    functions = {"abs": sympy.Abs, "min": sympy.Min, "max": sympy.Max} | {
        name: getattr(sympy, name) for name in ARGUMENTS if name not in ("abs", "min", "max")
    }

    def settled(made: sympy.Expr) -> sympy.Expr:
        if made.has(sympy.nan, sympy.oo, -sympy.oo, sympy.zoo, sympy.I):
            raise FormulaError(UNREAL)
        large = {a for a in made.atoms(sympy.Rational) if max(abs(a.p), a.q) > EXACT}
        made = made.xreplace({a: a.n() for a in large}) if large else made
        if any(a and not 1e-300 < abs(a) < 1e300 for a in made.atoms(sympy.Float)):
            raise FormulaError(UNREAL)  # with 10^(10^20) SymPy fills the memory
        return made

    def build(node: Node) -> sympy.Expr:
        match node:
            case Number(known):
                whole = known == int(known) and known <= EXACT
                return sympy.Integer(int(known)) if whole else sympy.Float(known)
            case Name(name) if name in variables:
                return sympy.Symbol(name, real=True)
            case Name(name):
                return {"pi": sympy.pi, "e": sympy.E}[name]
            case Call(of, to):
                parts = [build(part) for part in to]
                if not names(node).isdisjoint(variables):
                    if of == "^" and names(to[0]).isdisjoint(variables) and value(to[0]) < 0:
                        raise FormulaError(UNREAL)  # (−2)^x, real at whole numbers only
                    return settled(call(of, parts))
                known = value(node)
                if not math.isfinite(known):
                    raise FormulaError(UNREAL)
                power = of == "^" and parts[1].is_Integer and abs(parts[1]) <= 12
                plain = of == "sqrt" or power or (of in STRENGTH and of != "^")
                return settled(call(of, parts) if plain else sympy.Float(known))

    def call(of: str, parts: list[sympy.Expr]) -> sympy.Expr:
        match of:
            case "neg":
                return -parts[0]
            case "+":
                return parts[0] + parts[1]
            case "-":
                return parts[0] - parts[1]
            case "*":
                return parts[0] * parts[1]
            case "/":
                return parts[0] / parts[1]
            case "^":
                return parts[0] ** parts[1]
            case "min" | "max":  # unevaluated: to compare its parts can take SymPy minutes
                return functions[of](*parts, evaluate=False)
        return functions[of](parts[0])

    try:
        return build(node)
    except (ArithmeticError, TypeError, MemoryError) as error:  # SymPy's, at parts without value
        raise FormulaError(UNREAL) from error
    except ValueError as error:
        raise error if isinstance(error, FormulaError) else FormulaError(UNREAL) from error
