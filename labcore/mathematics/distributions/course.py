"""What to find, to reach and to follow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.mathematics.distributions.laws import Config

PRESETS = (
    Preset(
        "Waiting for a bus",
        "The exponential forgets: however long you have waited, the rest is as long as ever. Go "
        "back to one sample and let the others arrive.",
        {},
        "Shape",
    ),
    Preset(
        "Your own shape, averaged",
        "Two horns and a hollow. Go to n = 1 and step: at n = 2 there are three bumps, at n = 5 a "
        "bell. Drag the bars to make it as hard as you can.",
        {"kind": "own"},
        "Sums",
    ),
    Preset(
        "A lopsided coin",
        "Successes in 3 of 100. At n = 30 the averages still look nothing like a bell; the rule of "
        "thumb “30 is enough” fails here.",
        {"kind": "bernoulli", "p": 0.03},
        "Sums",
    ),
    Preset(
        "Where the theorem ends",
        "Student-t with one degree of freedom has no mean. Averages of 60 are as wild as single "
        "draws. Raise k above 2 and the bell comes back.",
        {"kind": "student", "k": 1.0},
        "Sums",
    ),
    Preset(
        "Many rare events",
        "Thirty trials, one success in ten: the binomial, and nearly the Poisson with λ = 3. "
        "Switch between the two.",
        {"kind": "binomial", "n": 30, "p": 0.1, "rate": 3.0},
        "Shape",
    ),
    Preset(
        "Noise with heavy tails",
        "The same scale, now and then a wild error. Least squares pays for it; the median of "
        "slopes hardly notices.",
        {"kind": "student", "k": 1.5, "sigma": 0.7},
        "Model",
    ),
)


def certain(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A density whose entropy is negative."""
    if config.kind in ("bernoulli", "discrete", "binomial", "poisson"):
        return Verdict(False, "Choose a continuous distribution.")
    entropy = float(frames[-1]["entropy"])
    return Verdict(entropy <= -0.8, f"The entropy is {format_number(entropy)} nats.")


def slow(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A distribution of one's own whose averages are far from normal at n = 30."""
    if config.kind != "own":
        return Verdict(False, "Draw the distribution yourself.")
    gap = float(frames[29]["distance"])
    return Verdict(gap >= 0.1, f"At n = 30 the gap to the normal is {format_number(gap)}.")


def wild(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Noise for which the median of slopes errs less than half as much."""
    least, median = (float(frames[-1][name]) for name in ("least squares", "median slope"))
    ratio = least / median if median > 0 else 0.0
    finite = np.isfinite(frames[-1]["variance"])
    says = f"Least squares errs {format_number(ratio)} times as much as the median of slopes."
    if not finite:
        return Verdict(False, says + " The noise must have a variance.")
    return Verdict(ratio >= 1.3, says)


CHALLENGES = (
    Challenge("certain", "Find a density with an entropy of −0.8 nats or less.",
              "Densities may be higher than 1; make one narrow.", certain),
    Challenge("slow", "Draw a distribution whose averages of 30 are still 0.1 away from normal.",
              "Nearly all in one place, and a little very far away.", slow),
    Challenge("wild", "Find noise that has a variance, and for which least squares errs 1.3 times "
              "as much as the median of slopes.",
              "Student-t has a variance from just above two degrees of freedom.", wild, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Samples arrive and fill the density they come from. Go back to the first and play.",
             {}, "Shape"),
    TourStep("Each distribution has its mean, its width and its entropy; green is mean ± σ.",
             {"kind": "gamma"}, "Shape", "Make the variance 8 or more: raise k or σ.",
             lambda config: config.k * config.sigma**2 >= 8),
    TourStep("One thousand averages of n draws. Step through n: whatever the shape, it becomes the "
             "bell. Try your own.", {}, "Sums", "Choose “drawn by you” and change a bar.",
             lambda config: config.kind == "own" and config.own != Config().own),
    TourStep("The theorem asks for a variance. Without one there is no bell.",
             {"kind": "student", "k": 1.0}, "Sums", "Raise k until the bell is back: 4 or more.",
             lambda config: config.kind == "student" and config.k >= 4),
    TourStep("Now the distribution is the noise of twelve measurements. Its width becomes the "
             "uncertainty of the slope.", {"kind": "normal", "sigma": 1.0}, "Model",
             "Halve the noise, and see the slope twice as sure.",
             lambda config: config.kind == "normal" and config.sigma <= 0.5),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, section 22.8",
              "https://d2l.ai/chapter_appendix-mathematics-for-deep-learning/distributions.html"),
    Reference("Kunin, Guo, Bae & Dickson (2017), Seeing theory",
              "https://seeing-theory.brown.edu/"),
    Reference("Sen (1968), Estimates of the regression coefficient based on Kendall's tau",
              "https://doi.org/10.1080/01621459.1968.10480934"),
    Reference("Berry (1941), The accuracy of the Gaussian approximation to the sum of independent "
              "variates", "https://doi.org/10.1090/S0002-9947-1941-0003498-3"),
)  # fmt: skip

FORMULAS = {
    "Mean, variance, entropy": r"E[X] = \slot{d.mean},\qquad \operatorname{Var} X = "
    r"E\left[(X - E X)^2\right] = \slot{d.var},\qquad h = -E[\log p(X)] = \slot{d.entropy}",
    "Central limit theorem": r"\sqrt n\, \frac{\bar X_n - \mu}{\sigma} \to N(0, 1),\qquad "
    r"\mu = \slot{s.mean},\ \sigma = \slot{s.sd},\ n = \slot{s.n},\quad "
    r"\frac{\sigma}{\sqrt n} = \slot{s.width}",
    "Noise and slope": r"\operatorname{sd}(\hat w) = \frac{\sigma}{\sqrt{\sum_i (x_i - \bar x)^2}}"
    r" = \frac{\slot{m.sd}}{10.9} = \slot{m.slope},\qquad "
    r"\text{seen } \slot{m.seen}",
}
