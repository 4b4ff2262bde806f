"""What is worth finding about Taylor series and Hessians, what to try, and a guided way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.formula import Formula
from labcore.mathematics.taylor_and_hessians.lesson import Config, quadratic, shape

FORMULAS = {
    "Taylor polynomial": r"""f(x) \approx \slot{c.0} + \slot{c.1} (x - \slot{at.x})
 + \slot{c.2} (x - \slot{at.x})^2 + \slot{c.3} (x - \slot{at.x})^3 + \dots, \quad
c_k = \frac{f^{(k)}(x_0)}{k!}""",
    "Newton’s step": r"""-(H + \delta I)^{-1} \nabla F
 = -\begin{pmatrix} \slot{h.xx} + \slot{s.d} & \slot{h.xy} \\
 \slot{h.xy} & \slot{h.yy} + \slot{s.d} \end{pmatrix}^{-1}
 \begin{pmatrix} \slot{g.x} \\ \slot{g.y} \end{pmatrix}
 = \begin{pmatrix} \slot{s.x} \\ \slot{s.y} \end{pmatrix}""",
}

PRESETS = (
    Preset(
        "A wall nobody sees",
        "Smooth everywhere, yet beyond ±1 each new term makes it worse.",
        {"f": "1/(1 + x^2)", "mark": 1.4},
    ),
    Preset(
        "Far enough out",
        "Drag the point towards −3, where the logarithm ends: the reach shrinks with it.",
        {"f": "log(x + 3)", "x": 0.0, "mark": 2.0},
    ),
    Preset(
        "Good terms, bad sum",
        "At −5 the terms of exp are large and cancel: rounding keeps the error up.",
        {"f": "exp(2x)", "mark": -5.0},
    ),
    Preset(
        "Newton climbs",
        "On a dome the model is level at its top, and Newton goes there.",
        {"surface": "cos(x) cos(y)", "px": 0.7, "py": 0.5},
        view="Bowl",
    ),
    Preset(
        "Damped, it goes down",
        "The same place; with δ above the steepest downward bend it turns around.",
        {"surface": "cos(x) cos(y)", "px": 0.7, "py": 0.5, "damping": 1.5},
        view="Bowl",
    ),
    Preset(
        "Three shapes on one surface",
        "Drag the place: bowl, saddle and dome lie side by side.",
        {"surface": "sin(x) + sin(y)", "px": -1.0, "py": 1.0},
        view="Relief",
    ),
)


def comes_close_early(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Order 12 is good to 1e−6 at a distance of 3, for what is no polynomial."""
    error = float(frames[0]["errors"][12])
    far = abs(config.mark - config.x)
    endless = np.abs(frames[0]["coefficients"][13:]).max() > 0
    passed = error <= 1e-6 and far >= 3 and bool(endless)
    return Verdict(passed, f"At a distance of {far:g} order 12 errs by {format_number(error)}.")


def hides_a_wall(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The curve is finite all over the picture, and the series stops within 0.6."""
    reach = frames[0]["radius"]
    line = Formula.parse(config.f, ("x",))(torch.linspace(-5, 5, 2001, dtype=torch.float64))
    smooth = bool(torch.isfinite(line).all() and (line.diff().abs() < 0.5).all())
    return Verdict(smooth and 0 < reach <= 0.6, f"It converges within about {reach:.3g}.")


def _end(config: Config, frames: Sequence[Frame]) -> tuple[float, str, float]:
    """Gradient and shape where Newton ends, and how far that is."""
    path = frames[0]["path"].astype(np.float64)
    _, g, H = quadratic(Formula.parse(config.surface), path[-1])
    if not np.isfinite(H).all():
        return np.inf, "none", 0.0
    return float(np.hypot(*g)), shape(np.linalg.eigvalsh(H)), float(np.hypot(*(path[-1] - path[0])))


def walks_into_a_saddle(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Newton ends on level ground that is a saddle, at least 1.5 away."""
    steep, kind, far = _end(config, frames)
    passed = steep <= 1e-4 and kind == "saddle" and far >= 1.5
    return Verdict(passed, f"Newton ends {format_number(far)} away, where the model is a {kind}.")


def is_turned_around(config: Config, frames: Sequence[Frame]) -> Verdict:
    """From a place shaped like a saddle or dome, damped Newton ends in a bowl."""
    begins = shape(frames[0]["curvatures"])
    steep, kind, _ = _end(config, frames)
    passed = steep <= 1e-4 and kind == "bowl" and begins in ("saddle", "dome")
    return Verdict(passed, f"It begins on a {begins} and ends on a {kind}.")


CHALLENGES = (
    Challenge(
        "early", "Have order 12 err by at most 1e−6 at a distance of 3, for no polynomial.",
        "A function that bends more slowly has smaller derivatives.", comes_close_early,
    ),
    Challenge(
        "wall", "Find a curve without any corner whose series converges within 0.6 only.",
        "Squeeze 1/(1 + x²): where would its denominator vanish among complex numbers?",
        hides_a_wall,
    ),
    Challenge(
        "saddle", "Find a place from which Newton walks into a saddle, 1.5 or more away.",
        "Newton looks for level ground of any kind. Where a bend is nearly 0, its step is long.",
        walks_into_a_saddle,
    ),
    Challenge(
        "turn", "From a saddle or a dome, make Newton end in a bowl.",
        "With δ above the most negative curvature the step leads downhill; then patience.",
        is_turned_around, hard=True,
    ),
)  # fmt: skip

TOUR = (
    TourStep(
        "At order 0 the polynomial knows one height, at order 1 the slope, at order 2 the bend. "
        "Play: each order holds on to the curve a little longer.",
        {}, "Series",
    ),
    TourStep(
        "The coefficients come from the derivatives at one point. Nothing else of the curve was "
        "looked at.",
        {}, "Series", "Drag the ring further out, to x = 4 or more, and play.",
        lambda config: abs(config.mark) >= 4,
    ),
    TourStep(
        "This curve is as smooth as any. Its series fails beyond distance 1 all the same: among "
        "the complex numbers it is infinite at i and −i.",
        {"f": "1/(1 + x^2)", "mark": 1.4}, "Series",
        "Drag the point away from the middle and watch the grey bar grow: |x₀| ≥ 1.",
        lambda config: abs(config.x) >= 1,
    ),
    TourStep(
        "On a surface the second order is the Hessian, a matrix of four bends. Along its two axes "
        "the model is a plain parabola.",
        {}, "Bowl", "Find a place where the model is a saddle: y above 1.",
        lambda config: config.py > 1,
    ),
    TourStep(
        "Newton jumps to where the model is level. That may be a top or a saddle. Damping makes "
        "every bend more bowl-like, and the step shorter.",
        {"surface": "cos(x) cos(y)", "px": 0.7, "py": 0.5}, "Bowl",
        "Raise δ until the step leads away from the top.", lambda config: config.damping >= 0.8,
    ),
)  # fmt: skip

REFERENCES = (
    Reference(
        "Griewank & Walther (2008), Evaluating derivatives, chapter 13: Taylor coefficients",
        "https://doi.org/10.1137/1.9780898717761",
    ),
    Reference("Nocedal & Wright (2006), Numerical optimization, chapter 3"),
    Reference(
        "Dauphin et al. (2014), Identifying and attacking the saddle point problem in "
        "high-dimensional non-convex optimization",
        "https://arxiv.org/abs/1406.2572",
    ),
)
