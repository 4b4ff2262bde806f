"""The grammar of `labcore.formula`: from text to a tree, by precedence climbing."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from labcore.formula.tree import (
    ARGUMENTS,
    CONSTANTS,
    POWER,
    PRODUCT,
    STRENGTH,
    SUM,
    Call,
    Name,
    Node,
    Number,
)

LENGTH = 200
"""Characters in a formula at most. It bounds the nodes of the tree, too."""
DEPTH = 40
"""How deep parentheses, signs and exponents may stand in each other."""

SAME = {"**": "^", "·": "*", "×": "*", "⋅": "*", "∗": "*", "÷": "/", "−": "-", "–": "-"}
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
ALIASES = {"ln": "log", "π": "pi", "√": "sqrt"}
TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[π√]|[^\W\d_π⁰¹²³⁴⁵⁶⁷⁸⁹](?:[0-9]|[^\W\d_π⁰¹²³⁴⁵⁶⁷⁸⁹])*)"
    r"|(?P<raised>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|(?P<sign>\*\*|[-+*/^(),·×⋅∗÷−–])"
)
HINTS = {
    "|": "Write abs(…) for the bars |…|.",
    "=": "Leave out “=” and write only the expression.",
    "[": "Use round parentheses instead of “[”.",
    "{": "Use round parentheses instead of “{”.",
}


class FormulaError(ValueError):
    """Why a text is no formula, in one sentence for the learner."""


def parse_tree(text: str, variables: Sequence[str]) -> Node:
    """What a text means; see `Formula.parse`."""
    if len(text) > LENGTH:
        raise FormulaError(
            f"A formula has at most {LENGTH} characters; this one has {len(text):,}."
        )
    if not text.strip():
        example = " + ".join(f"{name}^2" for name in variables) or "1/2"
        raise FormulaError(f"Write a formula, such as {example}.")
    return _Parser(text, tuple(variables)).whole()


class _Token(NamedTuple):
    kind: str  # number, name, raised, sign or end
    text: str
    start: int
    end: int


class _Parser:
    """Precedence climbing: `expression` reads operators that hold at least so strongly."""

    def __init__(self, text: str, variables: tuple[str, ...]) -> None:
        self.variables = variables
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0
        self.bare = -1  # the end of an exponent without parentheses, where “x^2y” could go on

    def whole(self) -> Node:
        node = self.expression(SUM)
        if self.now.text == ",":
            raise FormulaError(_comma(self.now))
        if self.now.kind != "end":
            raise FormulaError(f"The “)” {_where(self.now)} closes nothing.")
        return node

    @property
    def now(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def expression(self, least: int) -> Node:
        self.depth += 1
        if self.depth > DEPTH:
            raise FormulaError(
                f"Parentheses, signs and powers stand in each other more than {DEPTH} deep"
                f" {_where(self.now)}."
            )
        node, last = self.operand(), ""
        while True:
            token = self.now
            if token.kind == "raised":
                self.may_rise(token)
                node, last = self.raised(node), token.text
            elif token.kind in ("number", "name") or token.text == "(":
                if least > PRODUCT:
                    break
                self.may_follow(token, last)
                node, last = Call("*", (node, self.expression(PRODUCT + 1))), "*"
            elif token.text in STRENGTH and STRENGTH[token.text] >= least:
                self.may_rise(token)
                node, last = self.operator(node, self.take()), token.text
            else:
                break
        self.depth -= 1
        return node

    def operator(self, left: Node, token: _Token) -> Node:
        """`left`, an operator just taken, and what it holds on its right."""
        strength = STRENGTH[token.text]
        right = self.expression(POWER if strength == POWER else strength + 1)
        before = self.tokens[self.at - 1]
        if strength == POWER and before.kind in ("number", "name"):
            self.bare = before.end
        return Call(token.text, (left, right))

    def raised(self, base: Node) -> Node:
        """A base with an exponent in small raised digits."""
        digits = self.take().text.translate(RAISED)
        exponent: Node = Number(float(digits.lstrip("-")))
        return Call("^", (base, Call("neg", (exponent,)) if digits[0] == "-" else exponent))

    def may_rise(self, token: _Token) -> None:
        """Refuse a power behind raised digits, which they or their base could have."""
        before = self.tokens[self.at - 1]
        if before.kind == "raised" and (token.kind == "raised" or token.text == "^"):
            raise FormulaError(
                f"Put one of the two powers {_where(token)} in parentheses: (a²)^b or a^(2^b)."
            )

    def may_follow(self, token: _Token, last: str) -> None:
        """Refuse a product without a sign that can be read in two ways."""
        before = self.tokens[self.at - 1]
        pieces = f"“{_short(before.text)}” and “{_short(token.text)}”"
        if token.kind == "number":
            raise FormulaError(f"Put a sign such as * between {pieces} {_where(token)}.")
        if last == "/":
            raise FormulaError(
                f"Write (a/b)*c or a/(b*c): without a sign between {pieces} {_where(token)}"
                " it can be read both ways."
            )
        if self.bare == token.start:
            raise FormulaError(
                f"Write a^b*c or a^(b*c): without a sign between {pieces} {_where(token)}"
                " it can be read both ways."
            )

    def operand(self) -> Node:
        """A number, a name, a call or parentheses, with any sign before it."""
        token = self.take()
        match token.kind:
            case "number":
                return self.number(token)
            case "name":
                return self.name(token)
        match token.text:
            case "-":
                return Call("neg", (self.expression(POWER),))
            case "+":
                return self.expression(POWER)
            case "(":
                return self.closed(token, commas=False)[0]
        self.at -= 1
        raise FormulaError(self.missing())

    def missing(self) -> str:
        """The sentence for a place where a value should stand."""
        token = self.now
        before = self.tokens[self.at - 1] if self.at else None
        if token.kind == "end" and before:
            return f"The formula ends too early: something is missing after “{before.text}”."
        if before:
            return (
                f"Something is missing between “{before.text}” and “{token.text}” {_where(token)}."
            )
        return f"Something is missing before “{token.text}” {_where(token)}."

    def number(self, token: _Token) -> Node:
        value = float(token.text)
        if math.isinf(value):
            raise FormulaError(f"The number “{_short(token.text)}” {_where(token)} is too large.")
        return Number(value)

    def name(self, token: _Token) -> Node:
        name = token.text if token.text in self.variables else ALIASES.get(token.text, token.text)
        if name in self.variables or name in CONSTANTS:
            return Name(name)
        if name not in ARGUMENTS:
            raise FormulaError(self.unknown(token))
        if self.now.text != "(":
            raise FormulaError(
                f"“{name}” {_where(token)} needs parentheses right after it, as in {name}(…)."
            )
        to = self.closed(self.take(), commas=True)
        if len(to) != ARGUMENTS[name]:
            form = f"two values, as in {name}(a, b)" if ARGUMENTS[name] == 2 else "one value"
            raise FormulaError(f"“{name}” {_where(token)} takes {form}; here it has {len(to)}.")
        return Call(name, to)

    def unknown(self, token: _Token) -> str:
        """The sentence for a name that means nothing, such as xy where x and y do."""
        here = {*self.variables, *CONSTANTS}
        product = 1 < len(token.text) <= 4 and set(token.text) <= here
        spaced = f"write “{' '.join(token.text)}” for a product, or " if product else ""
        known = ", ".join(dict.fromkeys((*self.variables, *CONSTANTS, *ARGUMENTS)))
        return f"There is no “{_short(token.text)}” here {_where(token)}; {spaced}use {known}."

    def closed(self, opening: _Token, *, commas: bool) -> tuple[Node, ...]:
        """What stands between a parenthesis just taken and its partner, divided by commas."""
        inside = [self.expression(SUM)]
        while commas and self.now.text == ",":
            self.take()
            inside.append(self.expression(SUM))
        if self.now.kind == "end":
            raise FormulaError(f"The “(” {_where(opening)} is not closed.")
        if self.now.text == ",":
            raise FormulaError(_comma(self.now))
        self.take()
        return tuple(inside)


def _tokens(text: str) -> list[_Token]:
    """The pieces of a text, spaces left out, and one that marks the end."""
    tokens, at = [], 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            mark = text[at] if text[at].isprintable() else f"U+{ord(text[at]):04X}"
            hint = HINTS.get(mark, "It does not belong in a formula.")
            raise FormulaError(f"“{mark}” (character {at + 1}): {hint}")
        if found.lastgroup != "space":
            piece = SAME.get(found[0], found[0])
            tokens.append(_Token(str(found.lastgroup), piece, at, found.end()))
        at = found.end()
    return [*tokens, _Token("end", "", at, at)]


def _where(token: _Token) -> str:
    return f"(character {token.start + 1})"


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:19]}…"


def _comma(token: _Token) -> str:
    return f"The comma {_where(token)} stands outside of min and max."
