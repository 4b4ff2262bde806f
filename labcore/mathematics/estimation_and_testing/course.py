"""What to find, to reach and to follow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.mathematics.estimation_and_testing.lesson import Config

PRESETS = (
    Preset(
        "One point far out",
        "Drag the point at the right back to the others: the hill moves and grows steep. Far out, "
        "it makes the best σ wide for all.",
        {"points": ((-0.9, 0.0), (-0.5, 0.0), (-0.2, 0.0), (0.2, 0.0), (4.5, 0.0))},
        "Likelihood",
    ),
    Preset(
        "Too small on average",
        "With three numbers a sample, dividing by n gives two thirds of the variance on average. "
        "Raise n and see the two meet.",
        {"n": 3},
        "Estimators",
    ),
    Preset(
        "Wrong on purpose",
        "A mean pulled to 0 is biased, and often nearer. Drag the factor to the star; then move "
        "the true mean and see the star move.",
        {"n": 4, "effect": 0.3, "shrink": 0.9},
        "Estimators",
    ),
    Preset(
        "p-values dance",
        "The same true effect in every experiment. Step from one to the next: p jumps from 0.001 "
        "to 0.6 for no reason but chance.",
        {"n": 10, "effect": 0.5},
        "Tests",
    ),
    Preset(
        "Nothing there",
        "The true mean is 0, so p-values are spread evenly and 5 in 100 raise an alarm. A larger "
        "sample does not help.",
        {"effect": 0.0, "n": 30},
        "Tests",
    ),
    Preset(
        "About five in a hundred",
        "Each red interval misses the truth. Play: the share settles at 1 − α, and no interval "
        "knows which kind it is.",
        {"n": 8, "effect": 0.4},
        "Intervals",
    ),
    Preset(
        "Twenty questions",
        "Ask twenty times where nothing is: two families in three find something. Divide α by m "
        "and they do not.",
        {"tests": 20, "real": 0.0, "effect": 0.0},
        "Many tests",
    ),
)


def strong(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Power of 80 % with the smallest sample that has it."""
    last = frames[-1]
    if abs(config.effect) > 0.6:
        return Verdict(False, "Leave the true mean between −0.6 and 0.6.")
    if config.alpha > 0.05:
        return Verdict(False, "Keep the level at 0.05 or less.")
    return Verdict(last["power"] >= 0.8, f"The power is {format_number(100 * last['power'])} %.")


def bargain(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A shrunken mean with half the error of the plain one, in the experiments."""
    last = frames[-1]
    ratio = last["shrunk error"] / last["plain error"]
    if abs(config.effect) < 0.2:
        return Verdict(False, "Let the true mean be 0.2 or more away from 0.")
    return Verdict(config.shrink > 0 and ratio <= 0.5,
                   f"The shrunken mean has {format_number(ratio)} times the error.")  # fmt: skip


def careful(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Many tests, many finds, few false ones."""
    last = frames[-1]
    step, real = last.step, last["real"]
    share = float(last["share"][2, step])
    if config.tests < 50 or not 0.1 <= real.mean() <= 0.5:
        return Verdict(False, "Ask 50 or more questions, with effects in 10 to 50 of 100.")
    found = float(last["found"][2]) / real.sum()
    says = (
        f"Benjamini–Hochberg finds {format_number(100 * found)} % of the effects in the last "
        f"family; over all, {format_number(100 * share)} % of its alarms are false."
    )
    return Verdict(found >= 0.9 and share <= 0.02, says)


def stuck(config: Config, frames: Sequence[Frame]) -> Verdict:
    """An ascent that is still far from the top after all steps."""
    last = frames[-1]
    below = last["top"] - last["height"]
    if last["sd"] < 0.2 or not np.isfinite(below):
        return Verdict(False, "Spread the points until there is a maximum on the map.")
    return Verdict(below >= 0.05, f"The ascent ends {format_number(below)} below the top.")


CHALLENGES = (
    Challenge("strong", "Find 80 of 100 effects of at most 0.6, with α at most 0.05.",
              "Power grows with the effect and with √n.", strong),
    Challenge("bargain", "Halve the squared error of the mean by shrinking it, with a true mean of "
              "0.2 or more.",
              "Shrinking pays where the noise is larger than the effect.", bargain),
    Challenge("careful", "In 50 or more tests, find 9 of 10 real effects by Benjamini–Hochberg "
              "with at most 2 false alarms in 100.",
              "Its share of false alarms is at most α times the share of tests without effect.",
              careful, hard=True),
    Challenge("stuck", "Place points and start so that the ascent has not reached the top at the "
              "end.",
              "Where σ is large the hill is flat: the pull to the side shrinks with σ².", stuck,
              hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Five points, and every normal distribution as a place on a map. The shade is how "
             "likely it makes the points.", {}, "Likelihood",
             "Drag the points until their mean is above 1.",
             lambda config: np.mean([x for x, _ in config.points]) > 1),
    TourStep("Estimates are numbers that vary from sample to sample. A good one is near the truth "
             "on average, or at least not far from it.", {"n": 3}, "Estimators",
             "Raise n to 20 or more, and see the two histograms meet.",
             lambda config: config.n >= 20),
    TourStep("The same experiment again and again. Its p-value says how rare such data were, if "
             "nothing were there; and it jumps about.", {}, "Tests",
             "Find the sample size that gives 80 % power.", lambda config: config.n >= 34),
    TourStep("An interval misses the truth now and then, and should: 5 in 100 at this level.",
             {}, "Intervals", "Allow misses in 20 of 100: set α to 0.2 or more.",
             lambda config: config.alpha >= 0.2),
    TourStep("Ask often enough and chance will answer. Two corrections are shown: one keeps false "
             "alarms out of nearly all families, the other keeps their share low.", {},
             "Many tests"),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, sections 22.7 and 22.10",
              "https://d2l.ai/chapter_appendix-mathematics-for-deep-learning/statistics.html"),
    Reference("Cumming (2008), Replication and p intervals",
              "https://doi.org/10.1111/j.1745-6924.2008.00079.x"),
    Reference("Benjamini & Hochberg (1995), Controlling the false discovery rate",
              "https://doi.org/10.1111/j.2517-6161.1995.tb02031.x"),
    Reference("James & Stein (1961), Estimation with quadratic loss",
              "https://projecteuclid.org/euclid.bsmsp/1200512173"),
)  # fmt: skip

FORMULAS = {
    "Likelihood": r"\ell(\mu, \sigma) = \frac1n \sum_i \log N(x_i; \mu, \sigma^2)"
    r"\quad\text{at}\quad \mu = \slot{l.mu},\ \sigma = \slot{l.sigma};\qquad "
    r"\text{top:}\ \hat\mu = \bar x = \slot{l.mean},\ "
    r"\hat\sigma = \sqrt{\tfrac1n \textstyle\sum_i (x_i - \bar x)^2} = \slot{l.sd}",
    "Bias and variance": r"E\left[(c\,\bar x - \mu)^2\right] = (1 - c)^2 \mu^2 + "
    r"\frac{c^2 \sigma^2}{n} = \slot{e.bias} + \slot{e.var} = \slot{e.mse}"
    r"\quad (c = \slot{e.c},\ \text{seen } \slot{e.seen})",
    "Test and interval": r"t = \frac{\bar x}{s / \sqrt n} = \frac{\slot{t.x}}{\slot{t.s} / "
    r"\sqrt{\slot{t.n}}},\quad p = \slot{t.p},\qquad \bar x \pm t^* \frac{s}{\sqrt n} = "
    r"\slot{t.x} \pm \slot{t.half}\quad (\slot{t.held} \text{ of } \slot{t.all} \text{ hold})",
    "Many tests": r"P(\text{a false alarm}) = 1 - (1 - \alpha)^{m_0} = \slot{f.any}\quad "
    r"(\alpha = \slot{f.a},\ m = \slot{f.m}),\qquad \text{seen } \slot{f.seen}",
}
