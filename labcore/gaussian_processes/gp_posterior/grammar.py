"""Kernels as text: `rbf(1.2) * periodic(period=2) + 0.5 * linear`, read by three rules.

    sum     = product { "+" product }
    product = factor { ("*" | "×") factor }
    factor  = number | name [ "(" number { "," number } ")" ] | "(" sum ")"

A number may be named, as in `rq(alpha=0.5)`. Nothing is evaluated; every error is a sentence.
"""

from __future__ import annotations

import inspect
import re
from functools import lru_cache

from labcore import format_number
from labcore.gaussian_processes.gp_posterior.kernels import (
    KERNELS,
    Leaf,
    Product,
    Sum,
    Tree,
)

TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+)|([A-Za-z][A-Za-z0-9]*)|(.))")
MOST_LEAVES = 12

WORDS = {
    "rbf": "an RBF", "matern12": "a Matérn ½", "matern32": "a Matérn 3/2",
    "matern52": "a Matérn 5/2", "compact": "a compact kernel", "rq": "a rational quadratic",
    "periodic": "a periodic kernel", "cosine": "a cosine", "sm": "a spectral bump",
    "linear": "a straight line", "poly": "a polynomial", "net": "an infinite network",
    "constant": "a constant",
}  # fmt: skip
SYMBOLS = {
    "lengthscale": "ℓ", "alpha": "α", "period": "period", "frequency": "frequency",
    "width": "width", "centre": "centre", "degree": "degree", "offset": "offset",
    "weight": "weight", "bias": "bias", "value": "",
}  # fmt: skip

FORMULAS_OF = {
    "rbf": "rbf",
    "matern12": "matern12",
    "matern32": "matern32",
    "matern52": "matern52",
    "rq": "rq(1, 0.5)",
    "compact": "compact(3)",
    "periodic": "periodic(3, 1)",
    "spectral": "0.6 * sm(0.15, 0.06) + 0.4 * sm(0.6, 0.06)",
    "linear": "1 + linear",
    "poly": "0.01 * poly(2, 1)",
    "net": "4 * net(1, 1)",
}
"""What the named kernels are, as formulas."""


def parameters(name: str) -> dict[str, float]:
    """The numbers of a kernel with their defaults, in order."""
    found = inspect.signature(KERNELS[name]).parameters.values()
    return {p.name: p.default for p in found if p.default is not inspect.Parameter.empty}


@lru_cache(256)
def parse(text: str) -> Tree:
    """The tree of a formula.

    Raises:
        ValueError: a sentence that says what was not understood.
    """
    tokens = [match.groups() for match in TOKEN.finditer(text.strip())]
    if not tokens:
        raise ValueError("The formula is empty; try rbf(1) + linear.")
    reader = _Reader([number or name or sign for number, name, sign in tokens])
    tree = reader.sum()
    if reader.next():
        raise ValueError(f"“{reader.next()}” was not expected here; kernels are joined by + or *.")
    if leaves(tree) > MOST_LEAVES:
        raise ValueError(f"The formula has {leaves(tree)} kernels; at most {MOST_LEAVES} fit.")
    return tree


class _Reader:
    """One token after another."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.next()
        self.at += 1
        return token

    def sum(self) -> Tree:
        parts = [self.product()]
        while self.next() == "+":
            self.take()
            parts.append(self.product())
        if self.next() in ("-", "−"):
            raise ValueError("Kernels may not be subtracted: a difference can be no covariance.")
        return _joined(Sum, parts)

    def product(self) -> Tree:
        parts = [self.factor()]
        while self.next() in ("*", "×", "·"):
            self.take()
            parts.append(self.factor())
        if self.next() in ("/", "^"):
            raise ValueError(f"“{self.next()}” is not known here; kernels are joined by + or *.")
        return _joined(Product, parts)

    def factor(self) -> Tree:
        token = self.take()
        if token == "(":
            self.depth += 1
            if self.depth > MOST_LEAVES:
                raise ValueError("The brackets are nested too deep.")
            inside = self.sum()
            self.close()
            return inside
        if token[:1].isdigit() or token.startswith("."):
            return Leaf("constant", (_number(token, "A constant"),))
        if token.lower() in KERNELS:
            return Leaf(token.lower(), self.numbers(token.lower()))
        if token in ("-", "−"):
            raise ValueError("A kernel may not be negative; a variance never is.")
        if not token:
            raise ValueError("The formula ends too early; a kernel was expected.")
        raise ValueError(f"There is no kernel “{token[:20]}”; there is {', '.join(KERNELS)}.")

    def close(self) -> None:
        if self.take() != ")":
            raise ValueError("A bracket that was opened is not closed.")

    def numbers(self, name: str) -> tuple[float, ...]:
        """What stands in the brackets after a name, the defaults where nothing does."""
        given = parameters(name)
        if self.next() != "(":
            return tuple(given.values())
        self.take()
        for position in range(len(given) + 1):
            if self.next() == ")":
                break
            if position == len(given):
                raise ValueError(f"{name} takes at most {len(given)}: {', '.join(given)}.")
            key = list(given)[position]
            if self.next()[:1].isalpha():
                key = self.take()
                if key not in given or self.take() != "=":
                    raise ValueError(
                        f"{name} has {', '.join(given)}; “{key[:20]}” is none of them."
                    )
            sign = -1 if self.next() in ("-", "−") else 1
            if sign < 0:
                self.take()
            given[key] = sign * _number(self.take(), f"{name}: {key}")
            if self.next() == ",":
                self.take()
            elif self.next() != ")":
                raise ValueError(f"In the brackets of {name} a comma or “)” is missing.")
        self.close()
        return _checked(name, given)


def _joined(kind: type[Sum] | type[Product], parts: list[Tree]) -> Tree:
    """Parts of the same kind are one: (a + b) + c has three parts."""
    if len(parts) == 1:
        return parts[0]
    flat: list[Tree] = []
    for part in parts:
        flat += part.parts if isinstance(part, kind) else [part]
    return kind(tuple(flat))


def _number(token: str, what: str) -> float:
    try:
        value = float(token)
    except ValueError:
        raise ValueError(f"{what} needs a number, not “{token[:20]}”.") from None
    if not 0 <= value <= 1000:
        raise ValueError(f"{what} is {token}; it must be at most 1000.")
    return value


def _checked(name: str, given: dict[str, float]) -> tuple[float, ...]:
    for key, value in given.items():
        if key == "degree" and value not in (1, 2, 3, 4, 5):
            raise ValueError(f"{name}: degree is {value:g}; it must be 1, 2, 3, 4 or 5.")
        if key in ("frequency", "offset", "weight", "bias", "value") and value < 0:
            raise ValueError(f"{name}: {key} is {value:g}; it may not be negative.")
        if key in ("lengthscale", "period", "alpha", "width") and value < 0.01:
            raise ValueError(f"{name}: {key} is {value:g}; it must be at least 0.01.")
    if name == "poly":
        given["degree"] = int(given["degree"])
    return tuple(given.values())


def leaves(tree: Tree) -> int:
    """How many kernels a tree has."""
    return 1 if isinstance(tree, Leaf) else sum(leaves(part) for part in tree.parts)


def reading(tree: Tree) -> str:
    """A tree in words: “an RBF (ℓ 1.2) times a periodic kernel (period 2, ℓ 1), plus a line”."""
    if isinstance(tree, Sum):
        return ", plus ".join(reading(part) for part in tree.parts)
    if isinstance(tree, Product):
        told = [f"({reading(p)})" if isinstance(p, Sum) else reading(p) for p in tree.parts]
        return " times ".join(told)
    numbers = zip(parameters(tree.name), tree.numbers, strict=True)
    told = ", ".join(f"{SYMBOLS[key]} {format_number(value)}".strip() for key, value in numbers)
    return f"{WORDS[tree.name]} ({told})" if tree.name != "constant" else told


def spelled(tree: Tree) -> str:
    """A tree as a short formula: “0.5 × rbf(2) + linear(0)”."""
    if isinstance(tree, Sum):
        return " + ".join(spelled(part) for part in tree.parts)
    if isinstance(tree, Product):
        told = [f"({spelled(p)})" if isinstance(p, Sum) else spelled(p) for p in tree.parts]
        return " × ".join(told)
    numbers = ", ".join(format_number(value) for value in tree.numbers)
    return numbers if tree.name == "constant" else f"{tree.name}({numbers})"
