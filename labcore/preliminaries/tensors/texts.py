"""What a learner types, read by hand: shapes, orders of axes, and indices. Nothing is evaluated."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from types import EllipsisType

MOST_CELLS, MOST_AXES, MOST_LONG = 48, 4, 8

WHOLE = re.compile(r"[-−+]?\d{1,3}")
MASK = re.compile(r"x\s*(>=|<=|==|!=|>|<)\s*([-−+]?\d{1,3})")


@dataclass(frozen=True, slots=True)
class Mask:
    """A comparison that chooses cells, such as x > 5."""

    sign: str
    bound: int


Item = int | slice | EllipsisType | list[int] | Mask | None


def number(word: str, name: str) -> int:
    """A whole number of at most three digits.

    Raises:
        ValueError: a sentence.
    """
    if not WHOLE.fullmatch(word):
        raise ValueError(f"{name}: “{word[:16]}” is not a whole number.")
    return int(word.replace("−", "-"))


def numbers(text: str, name: str) -> tuple[int, ...]:
    """“2, 3, -1”: whole numbers with commas between; round brackets may stand around them."""
    inside = text.strip().removeprefix("(").removesuffix(")").replace("×", ",").strip(", ")
    if not inside:
        return ()
    found = tuple(number(word.strip(), name) for word in inside.split(","))
    if len(found) > MOST_AXES:
        raise ValueError(f"{name}: {len(found)} axes; at most {MOST_AXES} can be drawn.")
    return found


def shape(text: str, name: str) -> tuple[int, ...]:
    """The shape of a tensor that can be drawn; an empty text is a scalar.

    Raises:
        ValueError: a sentence, if an axis is not 1 to 8 long or there are over 48 cells.
    """
    sizes = numbers(text, name)
    if any(not 1 <= size <= MOST_LONG for size in sizes) and sizes != (16,):
        raise ValueError(f"{name}: each axis is 1 to {MOST_LONG} long, or there is one of 16.")
    if math.prod(sizes) > MOST_CELLS:
        raise ValueError(
            f"{name}: {math.prod(sizes)} cells are too many to look at; at most {MOST_CELLS}."
        )
    return sizes


def index(text: str) -> list[Item] | Mask:
    """“1:, ::2”, “0”, “..., -1”, “[0, 2]”, “None” or “x > 5” as what stands in x[…].

    Raises:
        ValueError: a sentence that names the part that cannot be read.
    """
    text = text.strip().removeprefix("x[").strip() if text.startswith("x[") else text.strip()
    if text.count("]") > text.count("["):
        text = text.removesuffix("]")
    if found := MASK.fullmatch(text):
        return Mask(found[1], number(found[2], "Index"))
    if not text:
        raise ValueError("Index: nothing between the brackets; write : for all.")
    return [item(part.strip()) for part in split(text)]


def split(text: str) -> list[str]:
    """The parts between commas, but for commas in square brackets."""
    parts, depth = [""], 0
    for letter in text.strip().removesuffix(","):
        depth += (letter == "[") - (letter == "]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    if depth:
        raise ValueError("Index: a square bracket is not closed.")
    return parts


def item(part: str) -> Item:
    """One of the places between commas."""
    if part == "...":
        return ...
    if part in ("None", "newaxis"):
        return None
    if part.startswith("[") and part.endswith("]"):
        return [number(word.strip(), "Index") for word in part[1:-1].split(",") if word.strip()]
    if ":" not in part:
        return number(part, "Index")
    ends = part.split(":")
    if len(ends) > 3:
        raise ValueError(f"Index: “{part[:16]}” has more than two colons.")
    return slice(*(number(end.strip(), "Index") if end.strip() else None for end in ends))
