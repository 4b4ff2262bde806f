"""Presets, challenges and the tour, and what the lab rests on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.mathematics.vectors.lesson import EACH, Config

REFERENCES = (
    Reference("Strang (2016), Introduction to linear algebra", "https://math.mit.edu/~gs/linearalgebra/"),
    Reference("Vershynin (2018), High-dimensional probability, chapter 3",
              "https://www.math.uci.edu/~rvershyn/papers/HDP-book/HDP-book.html"),
    Reference("Cai, Fan & Jiang (2013), Distributions of angles in random packing on spheres",
              "https://jmlr.org/papers/v14/cai13a.html"),
)  # fmt: skip

PRESETS = (
    Preset("Large product, wide angle", "A dot product of 4.5 at 60°: long arrows make it large, "
           "though they hardly agree. The cosine is only ½.",
           {"ux": 3.0, "uy": 0.0, "vx": 1.5, "vy": 2.6}),
    Preset("The shadow turns negative", "Play it: v goes once round. Its shadow on u shrinks, "
           "vanishes at 90° and comes out behind.", {"ux": 2.0, "uy": 0.0, "vx": 2.0, "vy": 0.6}),
    Preset("A rhombus", "Equal lengths: sum and difference are perpendicular, whatever the angle.",
           {"shows": "sum", "ux": 2.0, "uy": 0.0, "vx": -0.56, "vy": 1.92}),
    Preset("A plane between two groups", "Drag w to turn the plane, and the diamond to shift it, "
           "until no cross is left.", {"apart": 3.0}, view="Hyperplane"),
    Preset("No plane will do", "The two groups lie on one another. Turn the plane as you like: "
           "about half of the points are wrong.", {"apart": 0.0}, view="Hyperplane"),
    Preset("Nearly everything is perpendicular", "Play it: with every coordinate that is added, "
           "random pairs crowd around 90°.", {}, view="High dimensions"),
    Preset("All amounts agree", "With no negative entries, random pairs meet at 41°, not 90°: a "
           "cosine of 0.75 there means nothing.", {"entries": "positive"}, view="High dimensions"),
)  # fmt: skip


def modest(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A large dot product of arrows that hardly agree."""
    last = frames[-1]
    product, agree = float(last["dot"]), float(last["cosine"])
    says = f"u · v = {format_number(product)}, and the cosine is {format_number(agree)}."
    return Verdict(product >= 4 and agree <= 0.4, says)


def across(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Sum and difference that are perpendicular."""
    last = frames[-1]
    u, v = (np.asarray(last[name], float) for name in "uv")
    product, degrees = float((u + v) @ (v - u)), float(last["angle"])
    says = (
        f"(u + v) · (v − u) = {format_number(product)}; the angle of u and v is "
        f"{format_number(degrees)}°."
    )
    return Verdict(abs(product) <= 0.05 and 30 <= degrees <= 80, says)


def part(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A plane with almost all points on the right side."""
    right = int(frames[-1]["right"])
    says = (
        f"{right} of {2 * EACH} points are on the right side, with groups "
        f"{format_number(config.apart)} apart."
    )
    return Verdict(right >= 2 * EACH - 1 and config.apart <= 3, says)


def alike(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A dimension in which random pairs are nowhere near to each other."""
    if config.entries != "normal":
        return Verdict(False, "Use normal entries: any direction.")
    few = [int(f["n"]) for f in frames if "nearest" in f.values and f["nearest"] >= 80]
    if config.pairs < 2000:
        return Verdict(False, f"Compare 2000 pairs; these are {config.pairs}.")
    says = "In no dimension are all pairs at least 80° apart."
    if few:
        says = f"From n = {few[0]} on, no pair is closer than 80°."
    return Verdict(bool(few), says)


CHALLENGES = (
    Challenge("modest", "A dot product of 4 or more, with a cosine similarity of 0.4 or less.",
              "The dot product also counts the lengths.", modest),
    Challenge("across", "Sum and difference perpendicular (product within 0.05 of 0), with an "
              "angle of 30° to 80° between u and v.",
              "(u + v) · (v − u) = v · v − u · u. When is that zero?", across),
    Challenge("nobody", "Compare 2000 random pairs of any direction, and see whether there is a "
              "dimension in which none of them is closer than 80°.",
              "Each coordinate more narrows the spread like 1 / √n. Look at the left end of the "
              "crowd.", alike),
    Challenge("part", "With the groups at most 3 apart, a plane with at most one point on the "
              "wrong side.", "The best w points from one group to the other. Watch the rows at the "
              "right: both have to clear the line.", part, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("The dot product multiplies coordinate by coordinate and adds. What it measures is "
             "how far one arrow reaches along the other.", {}, "Dot product",
             "Drag v until the dot product is negative.",
             lambda config: config.ux * config.vx + config.uy * config.vy < 0),
    TourStep("Turn v once round (play): the product follows a cosine. Its height is the product "
             "of the lengths; the cosine similarity forgets that height.", {}, "Dot product"),
    TourStep("Sum and difference are the two diagonals of one parallelogram.", {"shows": "sum"},
             "Dot product", "Make the two diagonals equally long: put v at a right angle to u.",
             lambda config: abs(config.ux * config.vx + config.uy * config.vy) <= 0.1
             and config.ux**2 + config.uy**2 > 0.2 and config.vx**2 + config.vy**2 > 0.2),
    TourStep("w · x = b is a plane: w says which way it looks, b how far it stands from the "
             "origin. A linear classifier is no more than this.", {"apart": 3.0}, "Hyperplane",
             "Leave at most one point on the wrong side.", reach="part"),
    TourStep("In many dimensions almost all directions are perpendicular. Play it and watch the "
             "spread follow 1 / √n.", {}, "High dimensions"),
)  # fmt: skip
