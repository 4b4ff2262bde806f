"""What is worth finding about slopes, what to try, and a guided way."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.formula import Formula
from labcore.preliminaries.derivatives.lesson import Config, derivative

FORMULAS = {
    "Slope of the curve": r"""\begin{align*}
\frac{f(x + h) - f(x)}{h} &= \frac{\slot{at.there} - (\slot{at.f})}{\slot{at.h}}
 = \slot{at.secant} \\
f'(x) = \lim_{h \to 0} \frac{f(x + h) - f(x)}{h} &= \slot{at.slope}
\end{align*}""",
    "Chain rule": r"""\begin{align*}
\frac{dy}{dx} = \frac{dy}{du} \cdot \frac{du}{dx} &= \slot{chain.outer} \cdot (\slot{chain.inner})
 = \slot{chain.whole} \\
\frac{\Delta y}{\Delta x} &= \slot{chain.ratio}
\end{align*}""",
    "Slope in a direction": r"""\nabla_d F = \nabla F \cdot d
 = \slot{turn.x} \cos \slot{turn.angle}° + (\slot{turn.y}) \sin \slot{turn.angle}°
 = \slot{turn.slope}""",
}

PRESETS = (
    Preset("A kink", "|x| has a slope on each side and none at 0.", {"f": "abs(x)", "x": 0.0}),
    Preset(
        "Too small a step",
        "Play to the end: below h = 1e−8 the error grows again.",
        {"f": "exp(x)", "x": 1.0, "other": 2.0},
    ),
    Preset(
        "Central beats forward",
        "On a cubic, one quotient is off by h, the other by h².",
        {"f": "x^3/6", "x": 1.5, "other": 2.5},
    ),
    Preset(
        "A vanishing slope",
        "Where tanh is flat, the chain passes hardly anything on.",
        {"f": "3x", "g": "tanh(u)", "x": 1.0, "other": 1.6},
        view="Chain",
    ),
    Preset(
        "Level ground in a saddle",
        "All directions are level at the middle, though it is no valley.",
        {"surface": "x y / 4", "px": 0.0, "py": 0.0},
        view="Surface",
    ),
    Preset(
        "Ups and downs all around",
        "Drag the place: the cosine grows and turns with the gradient.",
        {"surface": "sin(x) sin(y)", "px": 0.6, "py": -1.0},
        view="Surface",
    ),
)


def finds_a_level_spot(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The tangent lies flat, and not because the curve does."""
    slope, f = frames[-1]["slope"], Formula.parse(config.f, ("x",))
    around = max(abs(float(f(config.x + d)) - float(f(config.x))) for d in (-0.5, 0.5))
    passed = abs(slope) <= 0.02 and around > 0.02
    return Verdict(passed, f"The slope is {format_number(slope)}.")


def stands_on_level_ground(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The gradient vanishes where the surface is not a plane."""
    up = frames[-1]["gradient"]
    steep = float(np.hypot(*up))
    away = abs(config.px) + abs(config.py) > 0.5 and bool(Formula.parse(config.surface).uses)
    return Verdict(steep <= 0.03 and away, f"The gradient is {format_number(steep)} long.")


def passes_on_tenfold(config: Config, frames: Sequence[Frame]) -> Verdict:
    """dy/dx ≥ 10 with neither factor above 5."""
    inner, outer = abs(frames[-1]["slope"]), abs(frames[-1]["outer"])
    passed = inner * outer >= 10 and max(inner, outer) <= 5
    return Verdict(passed, f"{format_number(outer)} × {format_number(inner)}.")


def is_its_own_slope(config: Config, frames: Sequence[Frame]) -> Verdict:
    """f′ = f, and f is not 0."""
    f = Formula.parse(config.f, ("x",))
    pairs = np.array([derivative(f, x) for x in np.linspace(-4, 4, 17)])  # value, slope
    gap, size = np.abs(pairs[:, 0] - pairs[:, 1]).max(), np.abs(pairs).max()
    passed = size > 0 and gap <= 1e-9 * size
    return Verdict(bool(passed), f"Value and slope differ by up to {format_number(float(gap))}.")


def climbs_with_slope_one(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The slope in the time line's directions never exceeds 1, and reaches it."""
    top = float(np.nanmax(frames[-1]["turned"]))
    passed = math.isfinite(top) and abs(top - 1) <= 0.01
    return Verdict(passed, f"The steepest direction rises by {format_number(top, 4)}.")


CHALLENGES = (
    Challenge(
        "level", "Bring the point to where the curve is level.",
        "Where the tangent lies flat: at the top of a hill or the bottom of a valley.",
        finds_a_level_spot,
    ),
    Challenge(
        "ground", "Find level ground on the surface, away from the middle.",
        "The arrow of the gradient shrinks to nothing, and so does the cosine.",
        stands_on_level_ground,
    ),
    Challenge(
        "tenfold", "Make y change ten times as fast as x, with no single factor above 5.",
        "Slopes multiply along the chain: 4 times 3 is enough.", passes_on_tenfold,
    ),
    Challenge(
        "unit", "Stand where the steepest way up has the slope 1, within 0.01.",
        "Watch the top of the cosine in “Slope all around”; arrow keys move the place finely.",
        climbs_with_slope_one,
    ),
    Challenge(
        "own_slope", "Type a curve that is everywhere equal to its own slope, and is not 0.",
        "A power loses one from its exponent. Which function loses nothing?",
        is_its_own_slope, hard=True,
    ),
)  # fmt: skip

TOUR = (
    TourStep(
        "Two points on a curve make a secant. Its slope is rise over run, an average over the "
        "stretch between them.",
        {}, "Slope", "Drag the purple point to another place: x below −1.",
        lambda config: config.x < -1,
    ),
    TourStep(
        "Play: the second point comes nearer, h shrinks, and the secant turns into the tangent. "
        "Its slope is the derivative.",
        {}, "Slope",
    ),
    TourStep(
        "Nearer is not always better. On a computer, f(x + h) − f(x) loses digits: from about "
        "h = 1e−8 on, the error grows. In float32 it does so much earlier.",
        {"f": "exp(x)", "x": 1.0, "other": 2.0}, "Slope",
    ),
    TourStep(
        "A corner has one slope to the left and another to the right.",
        {"f": "abs(x)", "x": 1.0, "other": 2.0}, "Slope",
        "Put the point right on the corner: x = 0, under More.", lambda config: config.x == 0,
    ),
    TourStep(
        "One function inside another: a small Δx becomes Δu, and Δu becomes Δy. The slopes "
        "multiply.",
        {}, "Chain", "Bring dy/dx above 1 or below −1 with another outer function or point.",
        lambda config: (config.g, config.x) != (Config().g, Config().x),
    ),
    TourStep(
        "On a surface each direction has a slope. All around they make a cosine: its top is the "
        "gradient, its zeros lead along the level line.",
        {}, "Surface", "Drag the place to where the gradient points straight up or down.",
        lambda config: (config.px, config.py) != (Config().px, Config().py),
    ),
)  # fmt: skip

REFERENCES = (
    Reference(
        "Zhang, Lipton, Li & Smola (2023), Dive into Deep Learning, sections 2.4 and 22.4",
        "https://d2l.ai",
    ),
    Reference(
        "Press, Teukolsky, Vetterling & Flannery (2007), Numerical recipes, section 5.7: "
        "numerical derivatives",
    ),
    Reference(
        "Baydin, Pearlmutter, Radul & Siskind (2018), Automatic differentiation in machine "
        "learning: a survey",
        "https://jmlr.org/papers/v18/17-468.html",
    ),
)
