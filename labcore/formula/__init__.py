r"""Formulas a learner types: text → tree → tensors, LaTeX or SymPy. Nothing is ever `eval`uated.

    f = Formula.parse("x^2 + 3(y - sin x·y)")   # FormulaError: sin needs its parentheses
    f = Formula.parse("x^2 + 3(y - sin(x y))")
    f(x, y)                                     # a tensor; autograd goes through

The grammar, loosest first; what can be read in two ways is refused, with both readings named:

    a + b   a − b
    a * b   a / b   a b     left to right; “a b” multiplies, if b does not begin with a digit:
                            2x, 3(x + 1), x y, (x)(y), x sin(y), but not x2 or (x)2
    −a   +a                 so −x^2 = −(x^2) and 2 * −3 is fine
    a^b   a²                right to left, 2^3^2 = 2^9; the exponent may have a sign: x^-1
    (a)   f(a)   x   1.5e-3

    refused: 1/2x and 1/2 x (neither (1/2)x nor 1/(2x)), x^2y and e^2(x) (neither (x^2)y nor
    x^(2y); with a space, x^2 y, it is the first), x²^3, sin x, sin²(x)

A name is a letter and the letters and digits behind it, so xy is one name. 2e3 is 2000, 2e is 2·e.
`**` is ^; · × ⋅ ∗ ÷ − – π √ ⁻¹ … stand for what they look like. Functions: sin, cos, tan, sinh,
cosh, tanh, exp, log (natural; also ln), sqrt, abs, min and max (of two). Without a slope worth
having, and so left out: sign, floor.

A domain error is none: log(−1) is not-a-number and 1/0 infinite, as PyTorch has it.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from labcore.formula import writing
from labcore.formula.grammar import FormulaError, parse_tree
from labcore.formula.tree import CONSTANTS, Call, Name, Node, Number, names

if TYPE_CHECKING:
    from sympy import Expr

__all__ = ["Formula", "FormulaError"]

FUNCTIONS: Mapping[str, Callable[..., Tensor]] = {
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "tanh": torch.tanh,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "abs": torch.abs,
    "min": torch.minimum,
    "max": torch.maximum,
}
OPERATORS: Mapping[str, Callable[..., Tensor]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": torch.pow,
    "neg": operator.neg,
}


@dataclass(frozen=True)
class Formula:
    """A formula of some variables; equal when tree and variables are.

    text:      as the learner typed it; `str` gives the same formula, written out.
    variables: in the order in which a call takes them.
    tree:      what it means.
    """

    text: str = field(compare=False)
    variables: tuple[str, ...]
    tree: Node

    @classmethod
    def parse(cls, text: str, variables: tuple[str, ...] = ("x", "y")) -> Formula:
        """Read a formula.

        Args:
            text: at most 200 characters.
            variables: names it may use; it need not use all. One called e or pi hides the constant.

        Raises:
            FormulaError: one sentence that names the piece at fault.
        """
        return cls(text, tuple(variables), parse_tree(text, variables))

    def __call__(self, *values: Any) -> Tensor:
        """The formula's value, element by element; autograd goes through.

        Args:
            values: one tensor a variable, in their order, of shapes that broadcast. Arrays are
                taken as tensors, numbers as float64, integers as the default dtype.

        Returns:
            A tensor of the broadcast shape of all variables, also those the formula does not use:
            its slope along them is 0.
        """
        given = dict(zip(self.variables, map(_tensor, values), strict=True))
        dtypes = [value.dtype for value in given.values()] or [torch.float64]
        dtype = functools.reduce(torch.promote_types, dtypes)
        device = next((value.device for value in given.values()), torch.device("cpu"))
        value = _value(
            self.tree, given, functools.partial(torch.tensor, dtype=dtype, device=device)
        )
        never = torch.zeros((), dtype=torch.bool, device=value.device)
        for name in self.variables:
            if name not in self.uses:
                value = torch.where(never, given[name], value)
        return value

    def heights(self, *points: np.ndarray) -> np.ndarray:
        """The formula over points as float64, with a gap (NaN) wherever it is not finite."""
        found = self(*map(torch.as_tensor, points)).numpy().astype(np.float64)
        return np.where(np.isfinite(found), found, np.nan)

    @functools.cached_property
    def uses(self) -> frozenset[str]:
        """The variables that stand in it."""
        return names(self.tree) & frozenset(self.variables)

    def __str__(self) -> str:
        return writing.plain(self.tree)

    def latex(self) -> str:
        """As LaTeX, in the learner's order and without simplification."""
        return writing.latex(self.tree)

    def sympy(self) -> Expr:
        r"""As a SymPy expression of real symbols, simplified as SymPy does it on its own.

        Whole numbers and fractions are exact as long as they are small; others are floats.
        Over a contrived one, (x^y)^(1e9 x)^… and the like, SymPy may still take very long: call it
        where a time limit holds.

        Raises:
            FormulaError: a part is infinite, not real or out of the range of float64, such as x/0,
                log(-1) and 9^9^9; SymPy would go on with complex numbers, or without end.
        """
        float64 = functools.partial(torch.tensor, dtype=torch.float64)
        return writing.symbolic(
            self.tree, self.variables, lambda part: _value(part, {}, float64).item()
        )


def _tensor(value: Any) -> Tensor:
    if isinstance(value, int | float):
        return torch.tensor(value, dtype=torch.float64)
    tensor = torch.as_tensor(value)
    return tensor if tensor.is_floating_point() else tensor.to(torch.get_default_dtype())


def _value(node: Node, given: Mapping[str, Tensor], tensor: Callable[[float], Tensor]) -> Tensor:
    """A node's value. Numbers become tensors, too: 9.0**999 is an error in Python, here inf."""
    match node:
        case Number(value):
            return tensor(value)
        case Name(name):
            return given[name] if name in given else tensor(CONSTANTS[name])
        case Call("^", (base, Number(exponent))):  # quicker than with a tensor
            return torch.pow(_value(base, given, tensor), exponent)
        case Call(of, to):
            apply = OPERATORS[of] if of in OPERATORS else FUNCTIONS[of]
            return apply(*[_value(part, given, tensor) for part in to])
