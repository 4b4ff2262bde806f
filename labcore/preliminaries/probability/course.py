"""What to find, to reach and to follow."""

from __future__ import annotations

from collections.abc import Sequence

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.preliminaries.probability.lesson import Config

LOADED = tuple((float(k), h) for k, h in zip(range(1, 7), (0.1, 0.1, 0.1, 0.1, 0.1, 0.9),
                                             strict=True))  # fmt: skip

PRESETS = (
    Preset(
        "A loaded die",
        "Drag the six: bars, expectation and band move at once, for the same luck. Then play: how "
        "many throws until you would notice?",
        {"die": LOADED},
        "Draws",
    ),
    Preset(
        "A rare head",
        "Heads in 3 of 100. In the first dozens of throws most runs have none at all: the band is "
        "about many runs, and a sum of rare events is lopsided.",
        {"thing": "coin", "coin": ((0.0, 0.97), (1.0, 0.03))},
        "Draws",
    ),
    Preset(
        "Turn the condition round",
        "B nearly always follows A, and yet A is rare where B is. Drag the cut until P(A | B) and "
        "P(B | A) agree.",
        {"a": 0.1, "b_if_a": 0.9, "b_if_not": 0.4},
        "Joint",
    ),
    Preset(
        "Independent",
        "The step is level: knowing A says nothing about B. Move the cut: P(B | A) stays.",
        {"a": 0.4, "b_if_a": 0.5, "b_if_not": 0.5},
        "Joint",
    ),
    Preset(
        "A rare illness",
        "The test finds all who are ill and alarms 1 in 100 of the well, yet most who test "
        "positive are well. A second test decides.",
        {},
        "Bayes",
    ),
    Preset(
        "The same test twice",
        "If the second test only repeats the first, it teaches nothing. Lower the repetition and "
        "watch the third box turn orange.",
        {"repeats": 1.0, "prior": 0.02, "alarm": 0.1, "hit": 0.95, "alarm2": 0.1, "hit2": 0.95},
        "Bayes",
    ),
)


def spread(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A die with the expectation of a fair one and the largest variance there is."""
    if config.thing != "die":
        return Verdict(False, "Throw the die.")
    mean, variance = frames[-1]["mean"], frames[-1]["variance"]
    says = f"Expectation {format_number(mean)}, variance {format_number(variance)}."
    return Verdict(abs(mean - 3.5) <= 0.05 and variance >= 6, says)


def turned(config: Config, frames: Sequence[Frame]) -> Verdict:
    """One condition strong, the other weak."""
    _, _, _, b_if_a, a_if_b = frames[-1]["exact"]
    says = f"P(B | A) is {format_number(b_if_a)}, P(A | B) is {format_number(a_if_b)}."
    return Verdict(b_if_a >= 0.9 and a_if_b <= 0.1, says)


def even(config: Config, frames: Sequence[Frame]) -> Verdict:
    """One positive test as good as a coin, for an illness of 1 in 1000 or fewer."""
    once = frames[-1]["beliefs"][1]
    if config.prior > 0.001:
        return Verdict(False, "Make the illness as rare as 1 in 1000, or rarer.")
    if config.alarm == 0:
        return Verdict(False, "No test is without false alarms; give it some.")
    return Verdict(abs(once - 0.5) <= 0.05,
                   f"One positive test makes it {format_number(100 * once)} %.")  # fmt: skip


def paradox(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A second positive test that lowers the belief."""
    _, once, twice = frames[-1]["beliefs"]
    says = f"{format_number(100 * once)} % after one, {format_number(100 * twice)} % after two."
    return Verdict(config.hit2 > 0.5 and config.repeats >= 0.2 and twice < once - 0.01, says)


CHALLENGES = (
    Challenge("spread", "Load the die: expectation 3.5 as for a fair one, variance 6 or more.",
              "Which faces lie farthest from 3.5?", spread),
    Challenge("turned", "Make P(B | A) at least 0.9 and P(A | B) at most 0.1.",
              "Let A be rare, and let B be common everywhere.", turned),
    Challenge("even", "For an illness of 1 in 1000 or fewer, make one positive test mean a chance "
              "of one half.",
              "False alarms must be as many as true ones; the slider stops at hundredths, a drag "
              "on the figure does not.", even, hard=True),
    Challenge("paradox", "Find two tests where the second positive lowers the chance of being ill, "
              "though it finds more than half of the ill and repeats the first at least 1 time "
              "in 5.",
              "A test that alarms the well more often than the ill speaks against the illness when "
              "it is positive.", paradox, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Ten thousand throws of a die. The green marks are the probabilities, the blue bars "
             "what has come up. Go back to the start and play.", {}, "Draws"),
    TourStep("Drag the purple tops. The luck stays the same, so all that changes comes from you.",
             {}, "Draws", "Make the expectation 4.5 or more.",
             lambda config: expectation(config) >= 4.5),
    TourStep("Twenty runs of the same die. The band shrinks as 1 / √n: a hundred times as many "
             "throws for one more digit.", None, "Draws"),
    TourStep("One square holds two events. The cut says how likely A is, the two steps how likely "
             "B is on either side.", {}, "Joint",
             "Make A and B independent: bring both steps to the same height.",
             lambda config: abs(config.b_if_a - config.b_if_not) < 0.02),
    TourStep("Ill people are the thin strip on the left. The test keeps what is dark. The second "
             "box shows only those kept, stretched to full width.", {}, "Bayes",
             "Make the illness common: 1 in 10 or more.", lambda config: config.prior >= 0.1),
    TourStep("A second test helps only as far as it errs on its own.", {}, "Bayes",
             "Let it repeat the first at least 9 times in 10.",
             lambda config: config.repeats >= 0.9),
)  # fmt: skip


def expectation(config: Config) -> float:
    """Of the die the learner has built."""
    total = sum(height for _, height in config.die)
    return sum((k + 1) * height for k, (_, height) in enumerate(config.die)) / (total or 1)


REFERENCES = (
    Reference("Kunin, Guo, Bae & Dickson (2017), Seeing theory: a visual introduction to "
              "probability and statistics", "https://seeing-theory.brown.edu/"),
    Reference("Gigerenzer & Hoffrage (1995), How to improve Bayesian reasoning without "
              "instruction: frequency formats", "https://doi.org/10.1037/0033-295X.102.4.684"),
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, section 2.6",
              "https://d2l.ai/chapter_preliminaries/probability.html"),
)  # fmt: skip

FORMULAS = {
    "Law of large numbers": r"\bar x_n = \frac1n \sum_{i=1}^n x_i = \slot{l.mean},\qquad "
    r"E[X] = \sum_x p(x)\,x = \slot{l.e},\qquad \frac{2\sigma}{\sqrt n} = \slot{l.two}"
    r"\quad (n = \slot{l.n},\ \sigma^2 = \slot{l.v})",
    "Joint and conditional": r"P(A \mid B) = \frac{P(A, B)}{P(B)} = "
    r"\frac{\slot{j.both}}{\slot{j.b}} = \slot{j.ab},\qquad P(B \mid A) = "
    r"\frac{\slot{j.both}}{\slot{j.a}} = \slot{j.ba}",
    "Bayes' rule": r"P(\text{ill} \mid +) = \frac{P(+ \mid \text{ill})\,P(\text{ill})}"
    r"{P(+ \mid \text{ill})\,P(\text{ill}) + P(+ \mid \text{well})\,P(\text{well})} = "
    r"\frac{\slot{b.hit} \cdot \slot{b.prior}}{\slot{b.hit} \cdot \slot{b.prior} + "
    r"\slot{b.alarm} \cdot \slot{b.well}} = \slot{b.once},\quad P(\text{ill} \mid +\!+) = "
    r"\slot{b.twice}",
}
