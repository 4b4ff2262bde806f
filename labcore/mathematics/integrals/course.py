"""What is worth finding about integrals, what to try, and a guided way."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.formula import Formula
from labcore.mathematics.integrals.lesson import COUNTS, RULES, Config

FORMULAS = {
    "Riemann sum": r"""\int_{\slot{at.a}}^{\slot{at.b}} f(x)\,dx
 \approx \sum_{i=1}^{\slot{at.n}} f(x_i)\,\Delta x = \slot{at.sum}, \quad
\text{in the limit } \slot{at.true}""",
    "Substitution": r"""\int_a^b f(g(x))\,g'(x)\,dx \approx \slot{sub.inside}, \quad
\int_{g(a)}^{g(b)} f(u)\,du \approx \slot{sub.outside}""",
    "Double integral": r"""\iint F\,dx\,dy \approx \sum_{ij} F(x_i, y_j)\,\Delta x\,\Delta y
 = \slot{vol.columns}, \quad \text{in the limit } \slot{vol.true}""",
}

PRESETS = (
    Preset(
        "Left is late",
        "On a rising curve the left edges are all too low. The middle is hardly ever wrong.",
        {"f": "exp(x/2)", "a": -2.0, "b": 3.0},
    ),
    Preset(
        "A wave that cancels",
        "Area below the axis counts negative: drag b, and the sum goes up and down again.",
        {"f": "sin(2x)", "a": -3.14, "b": 3.14, "rule": "midpoint"},
    ),
    Preset(
        "Surprisingly exact",
        "Over a whole period the edges are as good as the middle, and all hit it at once.",
        {"f": "exp(sin(pi x))", "a": -2.0, "b": 2.0, "rule": "trapezoid"},
    ),
    Preset(
        "It does not settle",
        "1/x between −1 and 2 has no finite area; each number of slices says something else.",
        {"f": "1/x", "a": -1.0, "b": 2.0, "rule": "midpoint"},
    ),
    Preset(
        "Stretched slices",
        "u = x²: slices near 0 are pressed together, and f(u) makes up for it by their heights.",
        {"f": "1/(x + 1)", "g": "x^2", "a": 0.0, "b": 2.0},
        view="Substitution",
    ),
    Preset(
        "A bell that holds π",
        "Drag the corner out: the volume under the bell tends to the number π.",
        {"px": 2.0, "py": 2.0},
        view="Volume",
    ),
)


def cancels(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The integral is 0 over at least 3, for a curve that is not."""
    true, size = frames[-1]["true"], float(np.abs(frames[-1]["areas"]).sum())
    passed = abs(true) <= 0.005 and abs(config.b - config.a) >= 3 and size >= 0.5
    return Verdict(bool(passed), f"The integral is {format_number(true)}.")


def hundredfold(config: Config, frames: Sequence[Frame]) -> Verdict:
    """At 20 slices, midpoint errs 100 times less than left, and both err."""
    place = int(np.argmin(np.abs(COUNTS - 20)))
    left, middle = (float(frames[0]["errors"][RULES.index(r), place]) for r in ("left", "midpoint"))
    passed = middle > 1e-7 and left >= 100 * middle
    says = f"Left errs by {format_number(left)}, midpoint by {format_number(middle)}."
    return Verdict(passed, says)


def same_in_u(config: Config, frames: Sequence[Frame]) -> Verdict:
    """An increasing g that doubles the integral's range and keeps its value."""
    inside, outside = frames[-1]["inside"], frames[-1]["outside"]
    u = frames[-1]["piece_u"].astype(np.float64)
    wide = abs(u[-1] - u[0]) >= 2 * abs(config.b - config.a) > 0
    bent = np.ptp(np.diff(u)) > 0.05 * abs(np.diff(u)).max() if len(u) > 2 else False
    close = abs(inside - outside) <= 0.01 * max(1e-9, abs(outside))
    rises = bool((np.diff(u) > 0).all())
    passed = wide and bent and close and rises
    return Verdict(
        bool(passed), f"{format_number(inside, 4)} in x, {format_number(outside, 4)} in u."
    )


def holds_pi(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A volume of π within 0.001 that is no flat box."""
    formula = Formula.parse(config.surface)
    whole = frames[-1]["volume"]
    passed = abs(whole - math.pi) <= 1e-3 and formula.uses == {"x", "y"}
    return Verdict(bool(passed), f"The volume is {format_number(whole, 6)}.")


CHALLENGES = (
    Challenge(
        "cancels", "Make an integral over a stretch of 3 or more vanish.",
        "Area below the axis counts negative: let as much lie below as above.", cancels,
    ),
    Challenge(
        "hundredfold", "Find a curve on which 20 midpoints err 100 times less than 20 left edges.",
        "A steep curve that hardly bends: left edges suffer from slope, midpoints from bend.",
        hundredfold,
    ),
    Challenge(
        "stretch", "Find a g that always rises, is no straight line and doubles the range.",
        "x³ rises everywhere; how far does it stretch your a and b?", same_in_u,
    ),
    Challenge(
        "pi", "Have a volume of π within 0.001, of a surface that depends on x and y.",
        "The whole bell exp(−x² − y²) holds π; the region starts at −2, so part of it is missing.",
        holds_pi, hard=True,
    ),
)  # fmt: skip

TOUR = (
    TourStep(
        "One slice is a poor guess of an area. Play: twice as many slices, half the error.",
        {"f": "exp(x/2)"}, "Slices",
    ),
    TourStep(
        "Where a slice takes its height from matters more than how many there are.",
        {"f": "exp(x/2)"}, "Slices", "Choose the middle, and see how steeply its error falls.",
        lambda config: config.rule == "midpoint",
    ),
    TourStep(
        "Let b be the variable: the area from a to b is a curve of its own, and its slope at b is "
        "f(b). That is the fundamental theorem.",
        {}, "Slices", "Drag b to the left of a: the area turns negative.",
        lambda config: config.b < config.a,
    ),
    TourStep(
        "With u = g(x), equal slices of x become unequal slices of u. Each keeps its area, as "
        "g′(x) Δx is Δu.",
        {}, "Substitution", "Drag a to 0 or more, so that g only rises.",
        lambda config: config.a >= 0,
    ),
    TourStep(
        "Under a surface the slices become columns. Adding up each row first gives a slab, and "
        "the slabs add up to the volume.",
        {}, "Volume", "Drag the corner to x above 2.5 and y above 2.5.",
        lambda config: config.px > 2.5 and config.py > 2.5,
    ),
)  # fmt: skip

REFERENCES = (
    Reference(
        "Zhang, Lipton, Li & Smola (2023), Dive into Deep Learning, section 22.5", "https://d2l.ai"
    ),
    Reference(
        "Trefethen & Weideman (2014), The exponentially convergent trapezoidal rule",
        "https://doi.org/10.1137/130932132",
    ),
    Reference("Davis & Rabinowitz (1984), Methods of numerical integration"),
)
