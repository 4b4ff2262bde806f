"""Presets, challenges and the tour, and what the lab rests on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.preliminaries.linear_algebra.lesson import STAR, Config, matrices, mismatch

REFERENCES = (
    Reference("Strang (2016), Introduction to linear algebra", "https://math.mit.edu/~gs/linearalgebra/"),
    Reference("Golub & Van Loan (2013), Matrix computations: norms, and the orders of a product"),
    Reference("Harris et al. (2020), Array programming with NumPy",
              "https://doi.org/10.1038/s41586-020-2649-2"),
)  # fmt: skip

PRESETS = (
    Preset("Columns that add up to nothing", "Three columns in a plane: one mixture gives zero, "
           "though no entry of x is zero. Pull one bar and see it break.",
           {"columns": ((2.0, 0.0), (-1.0, 1.5), (0.0, -3.0)),
            "weights": ((1.0, 1.0), (2.0, 2.0), (3.0, 1.0))}, view="Matrix · vector"),
    Preset("A sum of sheets", "The same product as three tables of rank 1, one laid on the other. "
           "Play it, and look at what was just added.", {"way": "outer"}, view="Matrix · matrix"),
    Preset("Mixing rows", "Each row of the product is a mixture of rows of B; A holds the "
           "recipes. This A swaps two rows and doubles the third.",
           {"a": "0 1 0/1 0 0/0 0 2", "b": "1 2 3/4 5 6/7 8 9", "way": "rows"},
           view="Matrix · matrix"),
    Preset("Not the same the other way", "A moves columns here, and rows if it stands in front. "
           "Swap the two texts and compare.",
           {"a": "1 2 3/4 5 6/7 8 9", "b": "0 1 0/1 0 0/0 0 2", "way": "columns"},
           view="Matrix · matrix"),
    Preset("From diamond to square", "Play it: p grows from ½ to 20. The ball has dents, is a "
           "diamond at 1, round at 2, and nearly a square.", {"p": 20.0}, view="Norms"),
    Preset("A silent mistake", "The rows should each add up to 1 after the division. Without the "
           "kept axis they do not, and nothing complains.", {"keepdim": False}, view="Reductions"),
    Preset("Tables in a stack", "Play it: a number, a row of numbers, a table, two tables. Change "
           "A, and all four change.", {"a": "1 2 3 4/5 6 7 8", "b": "1 0/0 1/2 1/1 2"},
           view="Scalars to tensors"),
)  # fmt: skip


def reach(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A mixture of the columns that ends on the star, with a part of each."""
    end = np.asarray(frames[-1]["product"], float)
    miss, least = float(np.hypot(*(end - STAR))), float(np.abs(frames[-1]["x"]).min())
    own = config.columns == Config().columns
    says = (
        f"A x is {format_number(miss)} from the star; the smallest entry of x is "
        f"{format_number(least)} in size."
    )
    return Verdict(miss <= 0.15 and least >= 0.3 and own, says)


def round_(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A matrix that stretches all directions alike."""
    last = frames[-1]
    spectral, whole = float(last["sigma"][0]), float(last["frobenius"])
    ratio = whole / spectral if spectral else 0.0
    least = min(abs(n) for column in config.square for n in column)
    says = (
        f"Frobenius over spectral is {format_number(ratio)}; the smallest entry of M is "
        f"{format_number(least)} in size."
    )
    return Verdict(ratio >= 1.4 and least >= 0.3, says)


def undone(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Two matrices without a zero whose product is the identity."""
    a, b = matrices(config)
    if config.way == "hadamard" or mismatch(config):
        return Verdict(False, mismatch(config) or "The Hadamard product is not what is asked for.")
    whole = np.asarray(frames[-1]["whole"], float)
    zeros = int((a == 0).sum() + (b == 0).sum())
    square = whole.shape[0] == whole.shape[1] >= 2
    miss = float(np.abs(whole - np.eye(len(whole))).max()) if square else np.inf
    says = f"A B is {format_number(miss)} off the identity at most; A and B hold {zeros} zeros."
    return Verdict(miss <= 0.01 and zeros == 0, says)


def lucky(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The wrong axis, with a right result all the same."""
    a, back = matrices(config)[0], np.asarray(frames[-1]["back"], float)
    if config.keepdim or config.axis != "1" or config.how != "sum":
        return Verdict(False, "Sum along axis 1, without keeping the axis.")
    if a.shape[0] != a.shape[1] or len(a) < 2 or len(np.unique(a)) < 3:
        return Verdict(False, "A has to be square, 2 × 2 or larger, with three different entries.")
    with np.errstate(all="ignore"):
        miss = float(np.abs(back.sum(1) - 1).max())
    says = f"The rows of A ÷ result miss 1 by {format_number(miss)} at most."
    return Verdict(bool(miss <= 0.005), says)


CHALLENGES = (
    Challenge("reach", "Pull the bars until A x lies on the star (within 0.15), with every entry "
              "of x at least 0.3 in size and the columns as they were.",
              "Three columns in a plane: there are many ways. Fix one bar, then use the others.",
              reach),
    Challenge("round", "A matrix M without small entries (0.3 at least) whose Frobenius norm is "
              "1.4 times its spectral norm.",
              "The ratio is largest, √2, where both singular values are alike: a turn, perhaps "
              "with a stretch of all directions.", round_),
    Challenge("lucky", "Sum along axis 1 without keeping the axis, and divide: find a square A, "
              "with three different entries, for which the rows still add up to 1.",
              "The wrong axis does no harm if all the sums are alike.", lucky),
    Challenge("undone", "Write A and B, 2 × 2 or larger and without a single zero, so that A B is "
              "the identity within 0.01.",
              "Start from a 2 × 2 matrix with determinant 1. Its inverse swaps two entries and "
              "changes the sign of the others.", undone, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("A matrix times a vector is a mixture of the columns: each bar says how much of one "
             "column. Put end to end, they lead to A x.", {}, "Matrix · vector",
             "Reach the star with a part of every column.", reach="reach"),
    TourStep("Two matrices: each cell of the product is a row of A times a column of B. Drag the "
             "ring over the result and read the sum below.", {}, "Matrix · matrix",
             "Put the ring on the last cell: row 3, column 3.",
             lambda config: config.row == 3 and config.column == 3),
    TourStep("The same sum in another order: one column of A times one row of B is a whole table, "
             "and the product is a sum of such tables.", {"way": "outer"}, "Matrix · matrix"),
    TourStep("How long is v? That depends on p. The blue shape holds all that has norm 1.", {},
             "Norms", "Drag p below 1.2, where the ball is nearly a diamond.",
             lambda config: config.p < 1.2),
    TourStep("A reduction takes an axis away. If the axis is kept with size 1, the result still "
             "lines up with A.", {}, "Reductions", "Let the axis go, and look at A ÷ result.",
             lambda config: not config.keepdim),
    TourStep("A scalar has no axis, a vector one, a matrix two. All of this lab works on any "
             "number of them.", {}, "Scalars to tensors"),
)  # fmt: skip
