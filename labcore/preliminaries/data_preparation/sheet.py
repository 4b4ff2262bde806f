"""A table as it comes: houses, or the learner's own; with gaps.

Data: 546 houses sold in Windsor, Canada, in 1987 (Anglin & Gençay, 1996).
"""

from __future__ import annotations

import csv
import functools
from typing import NamedTuple

import numpy as np

from labcore import own
from labcore.data import ASSETS
from labcore.preliminaries.data_preparation.config import Config
from labcore.rng import numpy_generator

HOUSE_WORDS = ("driveway", "recroom", "fullbase", "gashw", "airco", "prefarea")
MOST_LEVELS = 12
"""Words of a column that get a column of their own; the rest share none."""


class Sheet(NamedTuple):
    """Columns of n rows, and what is to be predicted.

    numbers: (n, A) with not-a-number for a gap; codes: (n, B), the place of each word in its
    column's sorted `words`, −1 for a gap; target: (n,) without gaps;
    note: what was wrong with a table.
    """

    number_names: tuple[str, ...]
    numbers: np.ndarray
    word_names: tuple[str, ...]
    codes: np.ndarray
    words: tuple[tuple[str, ...], ...]
    target_name: str
    target: np.ndarray
    note: str = ""


def sheet(config: Config) -> Sheet:
    """The rows used, with the gaps made; the houses, if the learner's own table is of no use."""
    chosen = (config.rows, config.missing, config.why, config.seed)
    try:
        return _sheet(config.table, *chosen)
    except ValueError as error:
        told = str(error)
        note = f"{told[:1].upper()}{told[1:]}; the houses are used instead."
        return _sheet("", *chosen)._replace(note=note)


@functools.lru_cache(maxsize=8)
def _sheet(table: str, rows: int, missing: int, why: str, seed: int) -> Sheet:
    whole = brought(table) if table else houses()
    random = numpy_generator(seed, "rows")
    count = len(whole.target)
    kept = np.sort(random.permutation(count)[:rows]) if rows < count else np.arange(count)
    target = whole.target[kept]
    chance = np.full((len(kept), 1), missing / 100)
    if why == "target":
        rank = target.argsort().argsort()[:, None] / max(len(kept) - 1, 1)
        chance = np.minimum(2 * chance * rank, 0.95)
    random = numpy_generator(seed, "gaps")
    numbers = whole.numbers[kept]
    numbers = np.where(random.random(numbers.shape) < chance, np.nan, numbers)
    codes = whole.codes[kept]
    codes = np.where(random.random(codes.shape) < chance, -1, codes)
    return whole._replace(numbers=numbers, codes=codes, target=target)


@functools.cache
def houses() -> Sheet:
    """The bundled file, without gaps."""
    with (ASSETS / "data/housing.csv").open(encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    names = tuple(name for name in found[0] if name not in ("price", *HOUSE_WORDS))
    numbers = np.array([[float(row[name]) for name in names] for row in found])
    codes, words = coded([[row[name] for row in found] for name in HOUSE_WORDS], len(found))
    target = np.array([float(row["price"]) for row in found])
    return Sheet(names, numbers, HOUSE_WORDS, codes, words, "price", target)


def coded(columns: list[list[str]], rows: int) -> tuple[np.ndarray, tuple[tuple[str, ...], ...]]:
    """Columns of words as places in their sorted words: (rows, B), and those words."""
    words = tuple(tuple(sorted(set(column) - {""})) for column in columns)
    codes = np.full((rows, len(columns)), -1)
    for b, (column, known) in enumerate(zip(columns, words, strict=True)):
        place = {word: i for i, word in enumerate(known)}
        codes[:, b] = [place.get(word, -1) for word in column]
    return codes, words


@functools.lru_cache(maxsize=2)
def brought(token: str) -> Sheet:
    """The learner's own table; its last column of numbers is the target.

    Raises:
        ValueError: a clause, if nothing can be predicted from it.
    """
    table = own.table(token)
    usable = [n for n in table.numbers if np.isfinite(table.numbers[n]).any()]
    if not usable:
        raise ValueError("your table has no column of numbers to predict")
    last = usable.pop()
    target = np.asarray(table.numbers[last], float)
    kept = np.isfinite(target)
    if kept.sum() < 2:
        raise ValueError(f"only {int(kept.sum())} row of your table has a number in “{last}”")
    names = [n for n, column in table.words.items() if any(column)]
    if not usable and not names:
        raise ValueError("your table has nothing but the column to predict")
    numbers = np.array([table.numbers[n] for n in usable], float).reshape(len(usable), len(target))
    codes, words = coded([list(table.words[n]) for n in names], len(target))
    return Sheet(
        tuple(usable), numbers.T[kept], tuple(names), codes[kept], words, last, target[kept]
    )


def levels(codes: np.ndarray, count: int) -> np.ndarray:
    """Which of `count` words stand in a column's codes (m,), the most frequent first."""
    counts = np.bincount(codes[codes >= 0], minlength=count)
    order = np.argsort(-counts, kind="stable")
    return order[counts[order] > 0][:MOST_LEVELS]
