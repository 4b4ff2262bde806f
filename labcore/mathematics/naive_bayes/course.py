"""What to find, to reach and to follow."""

from __future__ import annotations

from collections.abc import Sequence

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.mathematics.naive_bayes.digits import CHECKED, FOUR, NINE, SEVEN
from labcore.mathematics.naive_bayes.lesson import Config

PRESETS = (
    Preset(
        "From a four to a nine",
        "Paint the gap at the top shut, cell by cell. The votes say which cells matter; each adds "
        "its share, whatever its neighbours say.",
        {"drawing": FOUR},
        "Digit",
    ),
    Preset(
        "A chessboard",
        "No digit at all, and the model is 99.99 % sure that it is a 2. The largest of ten "
        "tiny numbers is still nearly all of their sum.",
        {"drawing": CHECKED},
        "Digit",
    ),
    Preset(
        "Tell it five times",
        "Each pixel is told five times. Nothing new was said and not one answer changes, but the "
        "model grows surer. Neighbouring pixels do the same by themselves.",
        {"copies": 5},
        "Calibration",
    ),
    Preset(
        "Fewer pixels, more honest",
        "One pixel in twenty, scattered: much less is right, and the model knows it.",
        {"kept": 0.05},
        "Calibration",
    ),
    Preset(
        "Never seen, so impossible",
        "Without smoothing, one speck of ink where no class had any makes everything impossible.",
        {"smoothing": 0.0, "drawing": "#" + NINE[1:]},
        "Digit",
    ),
    Preset(
        "One pixel",
        "Drag the square over the 0 and read how often each class has ink there. This table is "
        "all that the model knows.",
        {"column": 7, "row": 7},
        "Counts",
    ),
)


def honest(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A small calibration gap with all that can be known."""
    last = frames[-1]
    says = (f"{format_number(100 * last['accuracy'])} % are right, and the gap is "
            f"{format_number(last['gap'])}.")  # fmt: skip
    return Verdict(last["gap"] <= 0.03 and last["accuracy"] >= 0.78, says)


def changed(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A digit that was a 7 becomes a 9 with few cells."""
    differ = sum(a != b for a, b in zip(config.drawing, SEVEN, strict=True))
    if (config.kept, config.copies, config.smoothing, config.threshold) != (1, 1, 1, 0.4):
        return Verdict(False, "Leave the model as it is, and paint only.")
    taken = int(frames[-1]["first"])
    says = f"{differ} cells differ from the 7; it is taken for a {taken}."
    return Verdict(0 < differ <= 5 and taken == 9, says)


def cheap(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Many right with half of the pixels."""
    accuracy = frames[-1]["accuracy"]
    says = (f"With {format_number(100 * config.kept)} % of the pixels, "
            f"{format_number(100 * accuracy)} % are right.")  # fmt: skip
    return Verdict(config.kept <= 0.5 and accuracy >= 0.77, says)


def fooled(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A nearly empty picture that is surely a five."""
    ink = config.drawing.count("#")
    last = frames[-1]
    sure = float(last["mine"][5])
    says = f"{ink} cells have ink, and it is a 5 with {format_number(100 * sure)} %."
    return Verdict(ink <= 5 and sure >= 0.99 and config.temperature >= 1 and config.copies == 1,
                   says)  # fmt: skip


CHALLENGES = (
    Challenge("honest", "Bring the calibration gap to 0.03 or less with at least 78 of 100 right.",
              "Something has to divide the certainty that was counted double.", honest),
    Challenge("cheap", "Get 77 of 100 right with at most half of the pixels.",
              "Which pixels are used is a matter of luck: try other seeds.", cheap),
    Challenge("changed", "Begin with the 7 of the tour and make the model see a 9 by changing at "
              "most five cells.",
              "A 9 has its loop where the 7 has a gap. Read the votes.", changed, hard=True),
    Challenge("fooled", "Paint at most five cells of ink that the model holds for a 5 with 99 % or "
              "more.",
              "Few classes have ink at the top right; look at the table.", fooled, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Count, for every class, how often each pixel has ink. That is the whole training; "
             "play it from the start.", {}, "Counts"),
    TourStep("One pixel, ten chances. The small numbers are the counts behind them.", {}, "Counts",
             "Drag the square to the right edge, where hardly any class has ink: column 12 or "
             "13.", lambda config: config.column >= 12),
    TourStep("A painted digit multiplies the chances of its 196 pixels, as if they knew nothing of "
             "each other.", {"drawing": SEVEN}, "Digit", "Paint something, and see the votes.",
             lambda config: config.drawing != SEVEN),
    TourStep("They do know of each other: next to ink there is mostly ink. So the same evidence is "
             "counted many times, and the model is too sure.", {}, "Calibration",
             "Make it worse: tell each pixel 3 times or more.",
             lambda config: config.copies >= 3),
    TourStep("A temperature takes the certainty back and changes no answer.", {}, "Calibration",
             "Find an honest temperature: a gap of 0.03 or less.", reach="honest"),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, section 22.9",
              "https://d2l.ai/chapter_appendix-mathematics-for-deep-learning/naive-bayes.html"),
    Reference("Domingos & Pazzani (1997), On the optimality of the simple Bayesian classifier",
              "https://doi.org/10.1023/A:1007413511361"),
    Reference("Guo, Pleiss, Sun & Weinberger (2017), On calibration of modern neural networks",
              "https://arxiv.org/abs/1706.04599"),
    Reference("LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document "
              "recognition", "https://doi.org/10.1109/5.726791"),
)  # fmt: skip

FORMULAS = {
    "Counting": r"P(\text{ink} \mid y = \slot{p.class}) = \frac{n_{\text{ink}} + a}{n + 2a} = "
    r"\frac{\slot{p.ink} + \slot{p.a}}{\slot{p.images} + 2 \cdot \slot{p.a}} = \slot{p.chance}",
    "Naive Bayes": r"P(y \mid x) \propto \exp \frac1T \Big( \log P(y) + \sum_i \log P(x_i \mid y) "
    r"\Big),\qquad \log \frac{P(\slot{b.first} \mid x)}{P(\slot{b.other} \mid x)}\Big|_{T=1} = "
    r"\slot{b.lead},\quad P(\slot{b.first} \mid x)\big|_{T = \slot{b.t}} = \slot{b.p}",
}
