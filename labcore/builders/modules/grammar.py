"""A tiny language for networks: text → tree. Nothing a learner types is ever executed.

linear 8, relu, residual(linear 8, relu), linear 1
a = linear 8, relu, a, relu, a, linear 1          the layer a is one and the same, used again
repeat 3(linear 8, tanh), block(halve, gain)      three copies; a block of its own
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass

PLAIN = ("relu", "tanh", "sigmoid", "gelu", "center", "gain", "halve")
BLOCKS = ("block", "residual", "repeat")
TAKEN = (*PLAIN, *BLOCKS, "linear", "net", "nn", "torch", "init", "module")
"""Words that no layer can be called by."""
TOKEN = re.compile(r"\s*(?:([A-Za-z]+)|(\d+)|([(),=])|(\S))")
WIDEST, MOST_CALLS, DEEPEST, MOST_COPIES = 64, 14, 4, 4


@dataclass(frozen=True)
class Part:
    """A layer, a block of parts, or a layer made before.

    kind:  one of `PLAIN`, `BLOCKS`, “linear” or “again”.
    count: units of a linear layer, or copies of a repeated block.
    name:  what the layer is called, if it is to be used again.
    place: where it stands in the text, from 1.
    """

    kind: str
    place: int
    count: int = 0
    name: str = ""
    parts: tuple[Part, ...] = ()


class Reader:
    """Reads parts off a text, one token after the other."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, int]] = []
        for found in TOKEN.finditer(text.rstrip()):
            kind = ["word", "number", "mark", "strange"][(found.lastindex or 1) - 1]
            place = found.start(found.lastindex or 1) + 1
            if kind == "strange":
                raise ValueError(f"At {place}: “{found[4]}” means nothing here.")
            self.tokens.append((kind, found[found.lastindex or 1].lower(), place))
        self.at, self.end = 0, len(text.rstrip()) + 1
        self.names: dict[str, Part] = {}

    def peek(self) -> tuple[str, str, int]:
        """The next token, or an empty one at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "", self.end)

    def take(self) -> tuple[str, str, int]:
        """The next token, which is used up."""
        token = self.peek()
        self.at += 1
        return token

    def expect(self, mark: str, after: str) -> None:
        kind, word, place = self.take()
        if word != mark or kind != "mark":
            found = f"“{word}”" if word else "the end"
            raise ValueError(f"At {place}: “{mark}” has to follow {after}, not {found}.")

    def sequence(self, depth: int) -> tuple[Part, ...]:
        """Parts with commas between."""
        if depth > DEEPEST:
            raise ValueError(f"At {self.peek()[2]}: blocks lie in blocks {DEEPEST} deep at most.")
        parts = [self.part(depth)]
        while self.peek()[1] == ",":
            self.take()
            parts.append(self.part(depth))
        return tuple(parts)

    def part(self, depth: int) -> Part:
        """One part, with its name if it is given one."""
        kind, word, place = self.take()
        if kind != "word":
            found = f"“{word}”" if word else "the end"
            raise ValueError(f"At {place}: a layer has to stand here, not {found}.")
        if self.peek()[1] == "=":
            self.take()
            if word in TAKEN or keyword.iskeyword(word) or word in self.names:
                raise ValueError(f"At {place}: “{word}” has a meaning already.")
            layer = self.layer(*self.take()[1:], depth)
            if layer.kind != "linear":
                raise ValueError(f"At {layer.place}: only a linear layer is given a name.")
            named = Part("linear", layer.place, layer.count, word)
            self.names[word] = named
            return named
        return self.layer(word, place, depth)

    def layer(self, word: str, place: int, depth: int) -> Part:
        if word in self.names:
            return Part("again", place, self.names[word].count, word)
        if word in PLAIN:
            return Part(word, place)
        if word == "linear":
            return Part("linear", place, self.number("linear", "units, as in linear 8", WIDEST))
        if word in BLOCKS:
            copies = 1
            if word == "repeat":
                copies = self.number("repeat", "copies, as in repeat 3(…)", MOST_COPIES)
            self.expect("(", word)
            inner = self.sequence(depth + 1)
            self.expect(")", "the parts of a block")
            if word == "repeat" and any(p.name and p.kind == "linear" for p in walk(inner)):
                raise ValueError(f"At {place}: give names outside of repeat; it makes copies.")
            return Part(word, place, copies, parts=inner)
        known = ", ".join(("linear 8", *PLAIN, "block(…)", "residual(…)", "repeat 2(…)"))
        raise ValueError(f"At {place}: there is no layer “{word[:20]}”; there is {known}.")

    def number(self, after: str, what: str, most: int) -> int:
        kind, word, place = self.take()
        if kind != "number":
            raise ValueError(f"At {place}: {after} needs a number of {what}.")
        if not 1 <= int(word[:6]) <= most:
            raise ValueError(f"At {place}: {word[:6]} is outside 1 to {most}.")
        return int(word)


def walk(parts: tuple[Part, ...]) -> Iterator[Part]:
    """All parts, each before those within it."""
    for part in parts:
        yield part
        yield from walk(part.parts)


def parse(text: str) -> tuple[Part, ...]:
    """The tree of a text.

    Raises:
        ValueError: a sentence that says where it went wrong.
    """
    reader = Reader(text)
    parts = reader.sequence(1)
    if reader.peek()[0] != "end":
        _, word, place = reader.peek()
        raise ValueError(f"At {place}: a comma has to stand before “{word}”.")
    return parts


def widths(parts: tuple[Part, ...], width: int, made: dict[str, int] | None = None) -> int:
    """How many numbers come out of parts into which `width` go.

    Raises:
        ValueError: a sentence, if a sum or a layer used again does not fit.
    """
    made = {} if made is None else made
    for part in parts:
        if part.kind in ("linear", "again"):
            if part.kind == "again" and made[part.name] != width:
                raise ValueError(f"At {part.place}: {part.name} was made for {made[part.name]} "
                                 f"numbers, and {width} arrive here.")  # fmt: skip
            if part.name:
                made.setdefault(part.name, width)
            width = part.count
        for _ in range(part.count if part.kind == "repeat" else bool(part.parts)):
            out = widths(part.parts, width, made)
            if part.kind == "residual" and out != width:
                raise ValueError(f"At {part.place}: residual adds what goes in to what comes out; "
                                 f"{width} go in and {out} come out.")  # fmt: skip
            width = out
    return width


def calls(parts: tuple[Part, ...]) -> int:
    """How many layers run, one after the other."""
    return sum(
        calls(part.parts) * (part.count if part.kind == "repeat" else 1) if part.parts else 1
        for part in parts
    )
