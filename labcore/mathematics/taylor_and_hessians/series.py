"""Taylor series of a formula at a point, by arithmetic on truncated power series.

A function near x₀ is held as its coefficients c₀ … c_N: c_k = f⁽ᵏ⁾(x₀) / k!. Sums add them,
products convolve them, and each elementary function has a recurrence that follows from its
differential equation (Griewank & Walther, 2008, chapter 13). No derivative is ever written down.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from labcore.formula import Formula
from labcore.formula.tree import CONSTANTS, Call, Name, Node, Number

Series = np.ndarray


def taylor(f: Formula, x0: float, order: int) -> Series:
    """Coefficients c_k = f⁽ᵏ⁾(x₀) / k! of a formula of one variable: (order + 1,), float64.

    Not-a-number or infinite where f has no finite value or slope.
    """
    x = np.zeros(order + 1)
    x[: min(2, order + 1)] = (x0, 1.0)[: order + 1]
    with np.errstate(all="ignore"):
        return series(f.tree, {f.variables[0]: x}, order)


def series(node: Node, given: Mapping[str, Series], order: int) -> Series:
    """The series of a part of a formula, from those of its variables."""
    match node:
        case Number(value):
            return constant(value, order)
        case Name(name):
            return given[name] if name in given else constant(CONSTANTS[name], order)
        case Call("^", (base, Number(exponent))):
            return power(series(base, given, order), exponent)
        case Call("^", (base, Call("neg", (Number(exponent),)))):
            return power(series(base, given, order), -exponent)
        case Call("^", (base, exponent)):  # aᵇ = exp(b log a)
            log_a = logarithm(series(base, given, order))
            return exponential(product(series(exponent, given, order), log_a))
        case Call(of, to):
            return RULES[of](*[series(part, given, order) for part in to])


def constant(value: float, order: int) -> Series:
    """A number does not change with x."""
    return np.r_[value, np.zeros(order)]


def product(a: Series, b: Series) -> Series:
    """(ab)_k = Σ a_j b_{k−j}: Cauchy’s product."""
    return np.convolve(a, b)[: len(a)]


def quotient(a: Series, b: Series) -> Series:
    """q = a/b from a = q b, one coefficient after the other."""
    q = np.zeros_like(a)
    for k in range(len(a)):
        q[k] = (a[k] - q[:k] @ b[k:0:-1]) / b[0]
    return q


def exponential(a: Series) -> Series:
    """e′ = a′ e, so k e_k = Σ j a_j e_{k−j}."""
    e = np.zeros_like(a)
    e[0] = np.exp(a[0])
    slopes = np.arange(len(a)) * a
    for k in range(1, len(a)):
        e[k] = slopes[1 : k + 1] @ e[k - 1 :: -1][:k] / k
    return e


def logarithm(a: Series) -> Series:
    """l′ = a′ / a, integrated term by term."""
    k = np.arange(1, len(a))
    slopes = quotient(np.r_[k * a[1:], 0.0], a)[:-1]
    return np.r_[np.log(a[0]), slopes / k]


def power(a: Series, c: float) -> Series:
    """aᶜ: whole powers by squaring, which also hold at a₀ = 0; others from a p′ = c a′ p."""
    if c == int(c) and abs(c) <= 64:
        result, base, n = constant(1.0, len(a) - 1), a, int(abs(c))
        while n:
            if n & 1:
                result = product(result, base)
            base, n = product(base, base), n >> 1
        return result if c >= 0 else quotient(constant(1.0, len(a) - 1), result)
    p = np.zeros_like(a)
    p[0] = a[0] ** c
    for k in range(1, len(a)):
        j = np.arange(1, k + 1)
        p[k] = ((c * j - (k - j)) * a[1 : k + 1]) @ p[k - 1 :: -1][:k] / (k * a[0])
    return p


def turning(a: Series, hyperbolic: bool = False) -> tuple[Series, Series]:
    """Sine and cosine together: s′ = a′ c and c′ = ∓a′ s; with + for sinh and cosh."""
    s, c, slopes = np.zeros_like(a), np.zeros_like(a), np.arange(len(a)) * a
    s[0], c[0] = (np.sinh(a[0]), np.cosh(a[0])) if hyperbolic else (np.sin(a[0]), np.cos(a[0]))
    for k in range(1, len(a)):
        s[k] = slopes[1 : k + 1] @ c[k - 1 :: -1][:k] / k
        c[k] = (1 if hyperbolic else -1) * (slopes[1 : k + 1] @ s[k - 1 :: -1][:k]) / k
    return s, c


RULES = {
    "+": np.add,
    "-": np.subtract,
    "neg": np.negative,
    "*": product,
    "/": quotient,
    "exp": exponential,
    "log": logarithm,
    "sqrt": lambda a: power(a, 0.5),
    "sin": lambda a: turning(a)[0],
    "cos": lambda a: turning(a)[1],
    "tan": lambda a: quotient(*turning(a)),
    "sinh": lambda a: turning(a, hyperbolic=True)[0],
    "cosh": lambda a: turning(a, hyperbolic=True)[1],
    "tanh": lambda a: quotient(*turning(a, hyperbolic=True)),
    "abs": lambda a: math.copysign(1.0, a[0]) * a,
    "min": lambda a, b: a if a[0] <= b[0] else b,
    "max": lambda a, b: a if a[0] >= b[0] else b,
}


def radius(c: Series) -> float:
    """How far from x₀ the series converges, guessed from its last coefficients (root test).

    Infinite where they die out, as those of a polynomial do; not-a-number where there is no series.
    """
    if not np.isfinite(c[: len(c) // 2]).all():
        return math.nan
    size = np.abs(c[1:])
    k = np.arange(1, len(c))
    kept = np.isfinite(size) & (size > 0) & (k > len(c) // 2)
    if not kept.any() or size[kept].max() < 1e-13 * max(1.0, np.abs(c[0])):
        return math.inf
    return float(1 / np.max(size[kept] ** (1 / k[kept])))
