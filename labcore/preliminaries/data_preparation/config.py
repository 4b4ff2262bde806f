"""The controls of the lab on preparing data."""

from __future__ import annotations

from typing import Literal

import labcore
from labcore import control

FILLS = {"hand": "By hand", "mean": "Mean", "median": "Median", "mode": "Most frequent",
         "drop": "Drop the row"}  # fmt: skip


class Config(labcore.Config):
    """The controls."""

    table: str = control("", title="Your table", accepts="table")
    """A CSV with a heading; its last column of numbers is predicted. Without one: 546 houses."""

    missing: int = control(15, title="Gaps made", low=0, high=60, step=5, unit="%")
    """The file of houses has no gaps: so many of its cells are emptied. Of yours as well."""

    why: Literal["chance", "target"] = control(
        "chance", title="Which cells are empty",
        labels={"chance": "Any, by chance", "target": "More where the target is high"},
    )  # fmt: skip
    """Gaps that have to do with the price say something by themselves."""

    fill: Literal["hand", "mean", "median", "mode", "drop"] = control(
        "hand", title="Numbers: fill gaps with", labels=FILLS
    )
    """By hand: the mark on the histogram, for all columns alike. Words always get the most frequent
    one. Rows are dropped from the training part only."""

    indicator: bool = control(False, title="Add “was missing” columns")
    """A column of 0 and 1 beside each that has gaps."""

    scaling: Literal["none", "standard", "minmax"] = control(
        "standard", title="Scaling",
        labels={"none": "None", "standard": "Mean 0, deviation 1", "minmax": "From 0 to 1"},
    )  # fmt: skip
    """What is done to each column of numbers, in the end."""

    model: Literal["linear", "descent", "neighbours"] = control(
        "linear", title="Model",
        labels={"linear": "Linear, exact", "descent": "Linear, 100 steps of descent",
                "neighbours": "Ten nearest neighbours"},
    )  # fmt: skip
    """Least squares, the same by gradient descent at the largest safe rate, or the mean of the ten
    nearest rows."""

    value: float = control(1.5, title="Filled by hand", low=-3, high=3, more=True,
                           unit="deviations from the mean")  # fmt: skip
    """Where the mark on the histogram stands."""

    words: Literal["onehot", "codes", "drop"] = control(
        "onehot", title="Words become", more=True,
        labels={"onehot": "One column per word", "codes": "A number per word",
                "drop": "Nothing (dropped)"},
    )  # fmt: skip
    """Codes pretend an order that is not there."""

    log: bool = control(True, title="Predict the logarithm", more=True)
    """Prices differ by factors: an error of 10 % counts alike for a cheap and a dear house."""

    leak: bool = control(False, title="Prepare before the split", more=True)
    """The leak: means, scales and picks are taken from all rows, held-out ones included."""

    picks: bool = control(False, title="Add 300 columns of noise, keep the best 10", more=True)
    """The best are those most correlated with the target. They mean nothing."""

    rows: int = control(546, title="Rows used", low=20, high=2000, step=2, more=True)
    """At most so many, taken at random."""

    folds: int = control(5, title="Folds", low=2, high=10, more=True)
    """The rows are parted in so many; each part is held out once."""

    watch: int = control(1, title="Column of the histogram", low=1, high=60, more=True)
    """Which of the columns of numbers, counted from 1."""
