"""A kernel typed as text."""

from __future__ import annotations

import re
from fractions import Fraction

LONGEST, LARGEST = 7, 99
"""Rows and columns of a kernel that is typed, and the size of its weights."""


def rows_of(text: str) -> list[list[float]]:
    """A typed kernel: rows apart by semicolons, numbers by spaces; fractions as 1/9.

    Raises:
        ValueError: a sentence.
    """
    rows = [row.replace(",", " ").split() for row in text.strip().strip(";").split(";")]
    if len({len(row) for row in rows}) > 1 or not rows[0]:
        raise ValueError("The typed kernel needs rows of one length, such as 1 0 -1; 2 0 -2.")
    if len(rows) > LONGEST or len(rows[0]) > LONGEST:
        raise ValueError(f"The typed kernel has at most {LONGEST} rows and columns.")
    whole = re.compile(r"[-+−]?(\d{1,6}(\.\d{0,6})?|\.\d{1,6}|\d{1,4}/\d{1,4})")
    for word in (word for row in rows for word in row):
        if not whole.fullmatch(word) or word.endswith(("/0", "/00", "/000", "/0000")):
            raise ValueError(f"The typed kernel: “{word[:12]}” is not a number.")
    values = [[float(Fraction(word.replace("−", "-"))) for word in row] for row in rows]
    if max(abs(value) for row in values for value in row) > LARGEST:
        raise ValueError(f"The typed kernel has weights of at most {LARGEST}.")
    return values
