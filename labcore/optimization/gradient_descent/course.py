"""Presets, challenges, the tour, references and formulas of the lab on gradient descent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.optimization.gradient_descent.descent import Config
from labcore.optimization.gradient_descent.lesson import minima

REFERENCES = (
    Reference("Boyd & Vandenberghe (2004), Convex optimization, chapter 9",
              "https://web.stanford.edu/~boyd/cvxbook/"),
    Reference("Armijo (1966), Minimization of functions having Lipschitz continuous first partial "
              "derivatives", "https://doi.org/10.2140/pjm.1966.16.1"),
    Reference("Griewank & Walther (2008), Evaluating derivatives",
              "https://doi.org/10.1137/1.9780898717761"),
)  # fmt: skip

FORMULAS = {
    "The next step": r"""x \leftarrow x + t\,d = \slot{s.x} + \slot{s.t} \cdot d = \slot{s.next},
\qquad f' = \slot{s.g}, \quad f'' = \slot{s.h}""",
    "The rate": r"""\text{factor} = \max_i |1 - \eta\mu_i| = \slot{r.factor}, \qquad
\eta = \slot{r.lr} < \frac{2}{\mu_{\max}} = \frac{2}{\slot{r.mu}} = \slot{r.edge}""",
}

BOWL = {"world": "bowl", "x0": -3.2, "y0": 1.6}

PRESETS = (
    Preset(
        "Newton walks uphill",
        "Between the valleys the curve bends downwards. Newton trusts the parabola (dashed), and "
        "that has a top. Drag the start out of the hollow to see it turn round.",
        {"method": "newton", "lr": 1.0, "x0": 0.75},
    ),
    Preset(
        "On the brink",
        "η = 1.99 in a bowl with λn = 1: the steep mode loses 1 % a step, flipping each time. Pull "
        "the purple mark over the dashed line.",
        {**BOWL, "lr": 1.99},
    ),
    Preset(
        "A diagonal that knows nothing",
        "At 45° both diagonal entries of H are the same, so dividing by them changes no direction. "
        "Turn the valley to 0°: now they are all there is to know.",
        {**BOWL, "method": "diagonal", "lr": 0.9, "angle": 45.0, "kappa": 30.0},
    ),
    Preset(
        "Too bold, then halved",
        "Each step begins at η = 4 and is halved until f falls enough. Step on, and see the "
        "crosses.",
        {"method": "armijo", "lr": 4.0, "x0": 3.7},
    ),
    Preset(
        "Over the hill",
        "One large step from the far right throws the path into the other valley. Move the start "
        "by a hair and see where it ends.",
        {"x0": 3.9, "lr": 0.4},
    ),
    Preset(
        "A valley with a flat floor",
        "x⁴ has no curvature at its minimum. The error on the logarithmic scale is no line: each "
        "digit takes longer than the last.",
        {"formula": "x^4/20", "lr": 0.5, "x0": -2.0, "steps": 60},
    ),
)


def fastest(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The best constant step in a bowl."""
    if config.world != "bowl" or config.method != "plain" or config.kappa < 10:
        return Verdict(False, "Use plain gradient descent in a bowl with κ of 10 or more.")
    got, least = float(frames[-1]["factor"].max()), (config.kappa - 1) / (config.kappa + 1)
    return Verdict(got <= least + 0.006, f"Your slower mode has {got:.4f}, the best is "
                   f"{least:.4f}.")  # fmt: skip


def across(config: Config, frames: Sequence[Frame]) -> Verdict:
    """From the right of all minima into the leftmost one."""
    if config.world != "curve" or config.method != "plain":
        return Verdict(False, "Use plain gradient descent on a curve.")
    found = minima(config.formula)
    if len(found) < 2:
        return Verdict(False, "This curve has fewer than two minima.")
    if config.x0 < found[-1]:
        return Verdict(False, f"Start right of all minima, beyond {format_number(found[-1])}.")
    end = float(frames[-1]["place"][0])
    says = f"It ends at {format_number(end)}; the leftmost minimum is {format_number(found[0])}."
    return Verdict(abs(end - found[0]) < 1e-2, says)


def top(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Newton's method at rest on a maximum."""
    last = frames[-1]
    if config.world != "curve" or config.method != "newton":
        return Verdict(False, "Use Newton’s method on a curve.")
    slope, bend = float(last["slope"][0]), float(last["curvature"][0, 0])
    moved = abs(float(last["place"][0]) - config.x0)
    says = f"It ends where f′ = {format_number(slope)} and f″ = {format_number(bend)}"
    return Verdict(abs(slope) < 1e-4 and bend < -0.1 and moved > 0.1,
                   f"{says}, {format_number(moved)} from its start.")  # fmt: skip


def circling(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Two places in turn, for ever."""
    if config.world != "curve" or config.method != "plain" or config.steps < 20:
        return Verdict(False, "Use plain gradient descent on a curve, with 20 steps or more.")
    late = np.array([float(frame["place"][0]) for frame in frames[-9:]])
    if np.abs(late).max() > 4:
        return Verdict(False, f"The path is at {format_number(late[-1])}, outside the picture.")
    again, apart = np.abs(late[2:] - late[:-2]).max(), np.abs(np.diff(late)).min()
    says = (f"In the last steps it moves {format_number(apart)} or more each time and misses "
            f"its place of two steps before by {format_number(again)}.")  # fmt: skip
    return Verdict(bool(again < 1e-3 and apart > 0.2), says)


CHALLENGES = (
    Challenge("fastest", "In a bowl with κ of 10 or more, find the best step size of plain "
              "gradient descent.", "Both modes then have the same factor: look where the two "
              "curves of the small picture cross.", fastest),
    Challenge("top", "Let Newton’s method come to rest on the top of a hill, 0.1 or more from its "
              "start.", "Start where the curve bends downwards.", top),
    Challenge("across", "On a curve with two minima, start right of both and end in the left one "
              "by plain gradient descent.", "A large slope times a large η is a long jump. The "
              "jump must land beyond the hill, and the path must settle there.", across),
    Challenge("circling", "Find a curve, a start and a step size with which plain descent visits "
              "two places in turn, 0.2 or more apart, and neither arrives nor leaves.",
              "Either a kink such as abs(x), or a valley whose walls get steeper, with η a little "
              "over its edge.", circling, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Each step goes against the slope, by η times its size. The dashed line is all that "
             "gradient descent knows of the curve.", {}),
    TourStep("Near a minimum with curvature f″ the error shrinks by |1 − ηf″| a step. The dotted "
             "line is that theory, the full one the path.", {}, "",
             "Drag the purple mark until theory says 0.2 or less: η between 0.4 and 0.6.",
             lambda config: 0.4 <= config.lr <= 0.6),
    TourStep("In a bowl there are two curvatures, and one step size for both. The steep mode sets "
             "the edge at 2/λn; the flat one waits.", {**BOWL, "lr": 0.6}, "",
             "Find the best step size.", reach="fastest"),
    TourStep("If the valley lies along an axis, dividing each coordinate by its own curvature "
             "makes the bowl round. Turned by 45°, it does nothing.",
             {**BOWL, "method": "diagonal", "lr": 0.9, "angle": 45.0}, "",
             "Turn the valley to 5° or less, and see the two modes become one.",
             lambda config: config.angle <= 5),
    TourStep("Backtracking asks less of you: it starts bold and halves the step until f falls "
             "below Armijo’s line.", {"method": "armijo", "lr": 4.0, "x0": 3.7}),
    TourStep("Newton’s method steps to the lowest point of a parabola. Where the curve bends "
             "downwards that is a highest point.", {"method": "newton", "lr": 1.0, "x0": 2.6}, "",
             "Start where Newton goes uphill, and let it rest on the top.", reach="top"),
)  # fmt: skip
