"""Height, slope and curvature of a typed formula at once, by rules for each operation.

A jet is (f, f′, f″) at the same places. Every operation makes a jet of jets, as the chain rule
has it (forward mode; Griewank & Walther, 2008). A step needs one pass, with no graph to build.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from labcore.formula import Formula
from labcore.formula.tree import CONSTANTS, Call, Name, Node, Number

Jet = tuple[Any, Any, Any]
OUTER: Mapping[str, Callable[[Any], Jet]] = {
    "sin": lambda u: (np.sin(u), np.cos(u), -np.sin(u)),
    "cos": lambda u: (np.cos(u), -np.sin(u), -np.cos(u)),
    "tan": lambda u: (np.tan(u), 1 + np.tan(u) ** 2, 2 * np.tan(u) * (1 + np.tan(u) ** 2)),
    "sinh": lambda u: (np.sinh(u), np.cosh(u), np.sinh(u)),
    "cosh": lambda u: (np.cosh(u), np.sinh(u), np.cosh(u)),
    "tanh": lambda u: (np.tanh(u), 1 - np.tanh(u) ** 2, -2 * np.tanh(u) * (1 - np.tanh(u) ** 2)),
    "exp": lambda u: (np.exp(u), np.exp(u), np.exp(u)),
    "log": lambda u: (np.log(u), 1 / u, -1 / u**2),
    "sqrt": lambda u: (np.sqrt(u), 0.5 * u**-0.5, -0.25 * u**-1.5),
    "abs": lambda u: (np.abs(u), np.sign(u), 0 * u),
}
"""A function of one value, with its first two derivatives."""
PLAIN: Mapping[str, Callable[..., Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "^": operator.pow, "neg": operator.neg, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "exp": np.exp, "log": np.log,
    "sqrt": np.sqrt, "abs": np.abs, "min": np.minimum, "max": np.maximum,
}  # fmt: skip


ONE, ZERO = np.float64(1), np.float64(0)


def jet(formula: Formula, x: Any) -> Jet:
    """f, f′ and f″ at x, of the shape of x, in float64; not-a-number outside the domain."""
    at = np.asarray(x, np.float64)[()]  # a scalar is three times as quick as an array of one
    with np.errstate(all="ignore"):
        f, slope, bend = _jet(formula.tree, at)
        gone = f - f  # the slope of log knows nothing of its domain; an infinity has none
        slope, bend = slope + gone, bend + gone
    if not np.ndim(at):
        return f, slope, bend
    shape = np.shape(at)
    return np.broadcast_to(f, shape), np.broadcast_to(slope, shape), np.broadcast_to(bend, shape)


def height(formula: Formula, x: np.ndarray) -> np.ndarray:
    """f alone, of the shape of x."""
    with np.errstate(all="ignore"):
        return np.broadcast_to(_height(formula.tree, x), np.shape(x))


def _height(node: Node, x: np.ndarray) -> Any:
    match node:
        case Number(value):
            return np.float64(value)
        case Name(name):
            return x if name == "x" else np.float64(CONSTANTS[name])
        case Call(of, to):
            return PLAIN[of](*(_height(part, x) for part in to))
    raise TypeError(f"no rule for {node}")


def _jet(node: Node, x: Any) -> Jet:
    match node:
        case Number(value):
            return np.float64(value), ZERO, ZERO
        case Name("x"):
            return x, ONE, ZERO
        case Name(name):
            return np.float64(CONSTANTS[name]), ZERO, ZERO
        case Call(of, (one,)):
            u = _jet(one, x)
            return (-u[0], -u[1], -u[2]) if of == "neg" else chain(OUTER[of](u[0]), u)
        case Call("^", (base, Number(n))):
            return power(_jet(base, x), n)
        case Call("^", (base, Call("neg", (Number(n),)))):
            return power(_jet(base, x), -n)
        case Call(of, (one, two)):
            return _pair(of, _jet(one, x), _jet(two, x))
    raise TypeError(f"no rule for {node}")


def chain(outer: Jet, u: Jet) -> Jet:
    """The jet of g(u), from g, g′, g″ at u and the jet of u."""
    return outer[0], outer[1] * u[1], outer[2] * u[1] ** 2 + outer[1] * u[2]


def power(u: Jet, n: float) -> Jet:
    """The jet of uⁿ for a constant n."""
    if n == 1:
        return u
    first = n * u[0] ** (n - 1)
    second = n * (n - 1) * u[0] ** (n - 2) if n != 2 else np.float64(2)
    return chain((u[0] ** n, first, second), u)


def _pair(of: str, u: Jet, v: Jet) -> Jet:
    if of == "+":
        return u[0] + v[0], u[1] + v[1], u[2] + v[2]
    if of == "-":
        return u[0] - v[0], u[1] - v[1], u[2] - v[2]
    if of == "*":
        return u[0] * v[0], u[1] * v[0] + u[0] * v[1], u[2] * v[0] + 2 * u[1] * v[1] + u[0] * v[2]
    if of == "/":
        return _pair("*", u, power(v, -1.0))
    if of == "^":  # u^v = exp(v log u)
        return chain(OUTER["exp"](v[0] * np.log(u[0])), _pair("*", v, chain(OUTER["log"](u[0]), u)))
    less = u[0] < v[0] if of == "min" else u[0] > v[0]
    return np.where(less, u[0], v[0]), np.where(less, u[1], v[1]), np.where(less, u[2], v[2])
