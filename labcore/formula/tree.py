"""The tree that a formula is: numbers, names, and calls of operators and functions."""

from __future__ import annotations

import math
from dataclasses import dataclass

CONSTANTS = {"pi": math.pi, "e": math.e}
ARGUMENTS = dict.fromkeys(
    ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "abs"), 1
) | {"min": 2, "max": 2}
"""How many values a function takes."""
SUM, PRODUCT, SIGN, POWER, ATOM = range(1, 6)
"""How strongly an operator holds its operands."""
STRENGTH = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "neg": SIGN, "^": POWER}


@dataclass(frozen=True, slots=True)
class Number:
    """A constant as typed, finite and not negative."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, pi or e."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operator of STRENGTH or a function of ARGUMENTS, and what it is applied to."""

    of: str
    to: tuple[Node, ...]


Node = Number | Name | Call


def names(node: Node) -> frozenset[str]:
    """All names that stand in a tree."""
    match node:
        case Name(name):
            return frozenset({name})
        case Call(_, to):
            return frozenset().union(*map(names, to))
    return frozenset()
