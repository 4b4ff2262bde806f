"""Presets, challenges, the tour, references and formulas of the lab on momentum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.optimization.momentum.lesson import Config, best, curvatures, rate

REFERENCES = (
    Reference("Goh (2017), Why momentum really works, Distill",
              "https://distill.pub/2017/momentum/"),
    Reference("Polyak (1964), Some methods of speeding up the convergence of iteration methods",
              "https://doi.org/10.1016/0041-5553(64)90137-5"),
    Reference("Sutskever, Martens, Dahl & Hinton (2013), On the importance of initialization and "
              "momentum in deep learning", "https://proceedings.mlr.press/v28/sutskever13.html"),
)  # fmt: skip


def mode_formula(name: str) -> str:
    """The update and the roots of one mode, with slots."""
    return r"""\begin{align*}
v &\leftarrow \beta v + \lambda x = \slot{NAME.beta} \cdot (\slot{NAME.v.before})
 + \slot{NAME.lam} \cdot (\slot{NAME.x.before}) = \slot{NAME.v} \\
x &\leftarrow x - \eta v = \slot{NAME.x.before} - \slot{NAME.lr} \cdot (\slot{NAME.v})
 = \slot{NAME.x} \\
0 &= r^2 - (1 + \beta - \eta\lambda)\, r + \beta = r^2 - \slot{NAME.trace}\, r + \slot{NAME.beta}
 \;\Rightarrow\; r = \slot{NAME.r1},\ \slot{NAME.r2}, \quad \rho = \max |r| = \slot{NAME.rate}
\end{align*}""".replace("NAME", name)


FORMULAS = {
    "Flat mode": mode_formula("flat"),
    "Steep mode": mode_formula("steep"),
    "The best for this κ": r"""\eta^\ast = \left( \frac{2}{\sqrt{\lambda_1} + \sqrt{\lambda_n}}
\right)^2 = \slot{b.lr}, \quad \beta^\ast = \left( \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}
\right)^2 = \slot{b.beta}, \quad \rho^\ast = \sqrt{\beta^\ast} = \slot{b.rate},
\quad \kappa = \slot{b.kappa}""",
}

LR60, BETA60, _ = best(60.0)

PRESETS = (
    Preset(
        "The best of all settings",
        "For κ = 60 both modes are critically damped at once where two curves cross. Move the ring "
        "in any direction: one of the modes gets slower.",
        {"lr": round(LR60, 2), "beta": round(BETA60, 3)},
    ),
    Preset(
        "Plain descent, stuck between two walls",
        "Without momentum a larger η helps the flat mode only until the steep one flies off at "
        "η = 2. Then raise β and see the wall move to the right.",
        {"lr": 1.9, "beta": 0.0},
    ),
    Preset(
        "Too much of a good thing",
        "With β = 0.97 both modes ripple and shrink by √β, whatever η is. Drag the ring left and "
        "right: the slope of the error does not change.",
        {"beta": 0.97, "lr": 1.0},
        view="Modes",
    ),
    Preset(
        "Momentum saves a step that is too large",
        "η = 2.6 alone diverges. The average of past gradients takes out what changes sign at each "
        "step: lower β below 0.3 to lose it again.",
        {"lr": 2.6, "beta": 0.45, "kappa": 30.0},
    ),
    Preset(
        "How long is a memory?",
        "Drag the purple mark: it is β, the weight of the gradient one step back. The weights sum "
        "to 1/(1 − β), and the steep gradients, which change sign, cancel.",
        {"lr": 1.7, "beta": 0.9},
        view="Memory",
    ),
)


def digits(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Ten thousand times nearer, in 80 steps."""
    last = [frame for frame in frames if frame.step <= 80][-1]
    if config.kappa < 100:
        return Verdict(False, f"κ is {format_number(config.kappa)}; make it 100 or more.")
    if last["start"] < 1:
        return Verdict(False, "Start at least 1 away from the minimum.")
    left = float(last["distance"] / last["start"])
    says = f"After {last.step} steps {format_number(left)} of the distance is left."
    return Verdict(bool(left <= 1e-4), says)


def saved(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A large step, made safe by momentum."""
    slower = float(frames[-1]["rate"].max())
    if config.lr < 3:
        return Verdict(False, f"η is {format_number(config.lr)}; make it 3 or more.")
    if config.kappa < 20:
        return Verdict(False, f"κ is {format_number(config.kappa)}; make it 20 or more.")
    says = f"The slower mode shrinks by {slower:.3f} a step."
    return Verdict(slower <= 0.92, says)


def unalike(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The steep mode flips sign with real roots, and is slower than the flat one."""
    lam = curvatures(config)
    flat, steep = (float(n) for n in rate(np.array(config.lr), np.array(config.beta), lam))
    inside = (1 + config.beta - config.lr * lam[1]) ** 2 - 4 * config.beta
    if config.beta < 0.05 or config.kappa < 10:
        return Verdict(False, "Use β of 0.05 or more and κ of 10 or more.")
    flips = bool(inside > 0 and 1 + config.beta - config.lr * lam[1] < 0 and steep < 1)
    says = f"Flat ρ = {flat:.3f}, steep ρ = {steep:.3f}; the steep mode " + (
        "flips sign without a ripple." if flips else "does not flip sign at every step."
    )
    return Verdict(flips and steep > flat, says)


def nearly_best(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The best rate, nearly."""
    least = best(config.kappa)[2]
    got = float(frames[-1]["rate"].max())
    if config.kappa < 200:
        return Verdict(False, f"κ is {format_number(config.kappa)}; make it 200 or more.")
    says = f"Your rate is {got:.4f}, the best is {least:.4f}."
    return Verdict(got <= least + 0.005, says)


CHALLENGES = (
    Challenge("digits", "With κ of 100 or more, come 10,000 times nearer in 80 steps or fewer.",
              "Find the bright spot on the map of settings; it lies far to the right.", digits),
    Challenge("saved", "With η of 3 or more and κ of 20 or more, make each mode shrink by 0.92 or "
              "less a step.", "The red line is η = 2(1 + β): which β is allowed?", saved),
    Challenge("unalike", "With momentum of 0.05 or more and κ of 10 or more, make the steep mode "
              "flip its sign at every step and be slower than the flat mode, without diverging.",
              "Real, negative roots lie between the dashed curve on the right and the red line.",
              unalike),
    Challenge("nearly_best", "With κ of 200 or more, come within 0.005 of the best rate there is.",
              "The best lies where both modes are critically damped; work it out from the "
              "formula, or find it where the curves cross.", nearly_best, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("A ravine is steep across and flat along. Plain descent (grey) takes the best step "
             "there is for it, and still has far to go.", {}, "Ravine"),
    TourStep("Each mode is on its own. Without momentum its error shrinks by |1 − ηλ| a step: the "
             "steep one sets a limit to η, the flat one suffers.", {"beta": 0.0, "lr": 1.9},
             "Ravine", "Raise β to 0.5 or more, and see the path bend along the ravine.",
             lambda config: config.beta >= 0.5),
    TourStep("The map holds the exact rate for every pair of settings. Below a dashed or dotted "
             "curve a mode glides, above it ripples; right of the red line it diverges.", {},
             "Ravine", "Drag the ring to where it is brightest: reach a rate below 0.8.",
             lambda config: float(rate(np.array(config.lr), np.array(config.beta),
                                       curvatures(config)).max()) < 0.8),
    TourStep("Off the real line the two roots are a pair, and both have size √β. That is why η no "
             "longer matters once a mode ripples.", {"beta": 0.97, "lr": 1.0}, "Modes"),
    TourStep("The velocity is a leaky sum of past gradients. What points the same way adds up to "
             "1/(1 − β); what changes sign cancels.", {"lr": 1.7, "beta": 0.5}, "Memory",
             "Make the memory at least 10 steps long.", lambda config: config.beta >= 0.9),
    TourStep("One question is left: how good can it get in a really narrow ravine?",
             {"kappa": 100.0}, "Ravine", "Come 10,000 times nearer in 80 steps.", reach="digits"),
)  # fmt: skip
