"""What to find, to reach and to follow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.mathematics.information.lesson import Config, entropy, normalised, placed

PRESETS = (
    Preset(
        "A code made to measure",
        "P halves from symbol to symbol, so its codewords have 1, 2, 3, 4 and 4 bits. Drag P and "
        "see the blue boxes grow narrow and high.",
        {},
        "Bits",
    ),
    Preset(
        "The impossible happens",
        "Q holds “e” for impossible, and it comes 1 time in 16. Raise its orange bar a hair above "
        "0: the price falls from infinite to some bits.",
        {"q": placed(0.4, 0.3, 0.2, 0.1, 0)},
        "Bits",
    ),
    Preset(
        "Two ways, two numbers",
        "The same two distributions, one way dear and the other cheap. Switch where the symbols "
        "come from, and read both divergences.",
        {"p": placed(0.5, 0.5, 0, 0, 0), "q": placed(0.3, 0.3, 0.2, 0.1, 0.1)},
        "Message",
    ),
    Preset(
        "Nothing in common",
        "X and Y are independent and the green bar is gone. Drag one bar: any change at all "
        "brings some of it back.",
        {"table": placed(0.1, 0.3, 0.05, 0.05, 0.1, 0.3, 0.05, 0.05, groups=2)},
        "Joint",
    ),
    Preset(
        "Sure and wrong",
        "The classifier swears it is a dog. Cross-entropy still pulls with full force; the squared "
        "error lies on a plateau and wakes up late, or not at all.",
        {"logits": placed(-4.0, 5.0, 0.0, 0.0)},
        "Loss",
    ),
    Preset(
        "Cover or seek",
        "One bell for two bumps. Down KL(P‖Q) it covers both and the emptiness between; down "
        "KL(Q‖P) it picks one. Drag the start to the other side.",
        {"left": -3.0, "right": 3.0, "mu": 1.0},
        "Fit",
    ),
)


def thrifty(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Half the entropy of five equal symbols."""
    bits = entropy(normalised(config.p)) / np.log(2)
    return Verdict(abs(bits - 1.5) < 0.02, f"H(P) is {format_number(bits)} bits.")


def lopsided(config: Config, frames: Sequence[Frame]) -> Verdict:
    """One divergence at least three times the other, both finite."""
    one, other = frames[-1]["kl"], frames[-1]["reverse"]
    says = f"The two divergences are {format_number(one)} and {format_number(other)}."
    if not (np.isfinite(one) and np.isfinite(other)):
        return Verdict(False, says + " Both have to be finite.")
    return Verdict(max(one, other) >= 3 * min(one, other) and min(one, other) > 0.05, says)


def known(config: Config, frames: Sequence[Frame]) -> Verdict:
    """X tells all of Y, and Y is a fair coin."""
    last, scale = frames[-1], 1.0 if config.unit == "bits" else 1 / np.log(2)
    mutual, left, spare = (scale * last[name] for name in ("mutual", "hy.x", "hx.y"))
    says = (f"I(X; Y) is {format_number(mutual)}, H(Y | X) is {format_number(left)} and "
            f"H(X | Y) is {format_number(spare)} bits.")  # fmt: skip
    return Verdict(mutual > 0.97 and left < 0.03 and spare > 0.9, says)


def seeker(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A bell that seeks, and stays between the bumps all the same."""
    far = abs(config.right - config.left)
    mu, sigma = map(float, frames[-1]["bells"][1])
    says = (f"The bumps are {format_number(far)} apart; the seeking bell ends at "
            f"{format_number(mu)} ± {format_number(sigma)}.")  # fmt: skip
    low, high = sorted((config.left, config.right))
    return Verdict(far >= 4 and low + 0.25 * far < mu < high - 0.25 * far, says)


CHALLENGES = (
    Challenge("thrifty", "Give P an entropy of 1.5 bits.",
              "Halves: a symbol of probability 1/4 costs 2 bits and adds ½ bit.", thrifty),
    Challenge("lopsided", "Make one divergence at least three times the other, both finite, and "
              "the smaller above 0.05.",
              "What is rare in the one and common in the other is dear one way only.", lopsided),
    Challenge("known", "Let X tell all about Y, with Y a fair coin, while Y leaves nearly a bit of "
              "X open or more.",
              "Of each pair, keep one bar only.", known, hard=True),
    Challenge("seeker", "Put the bumps at least 4 apart and make the bell that seeks end between "
              "them, in the middle half.",
              "A start exactly between them has nowhere better to lean.", seeker, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("A rare symbol gets a long codeword, −log P of it. Each blue box is as wide as a "
             "symbol is likely and as high as its word is long: all blue is the entropy.",
             {}, "Bits", "Drag P until its entropy is above 2.2 bits.",
             lambda config: entropy(normalised(config.p)) > 2.2 * np.log(2)),
    TourStep("The orange outline is the same with the codewords made for Q. What it has more than "
             "the blue is KL(P‖Q). For one symbol it may be less, in all never.", {}, "Bits"),
    TourStep("Symbols are sent, and the mean length settles at these areas.", {}, "Message",
             "Let the symbols come from Q instead.", lambda config: config.world == "Q"),
    TourStep("Two variables. Row by row the lengths add up; green is what X says about Y, which is "
             "as much as Y says about X.", {}, "Joint"),
    TourStep("A label is a distribution too, all on one class. The loss is the cross-entropy to "
             "it, and its gradient is p − y.", {}, "Loss",
             "Raise the logit of the cat to 4 or more.", lambda config: config.logits[0][1] >= 4),
    TourStep("Which way round one measures decides what one gets when nothing fits well.", {},
             "Fit", "Drag the start below −1.", lambda config: config.mu < -1),
)  # fmt: skip

REFERENCES = (
    Reference("Shannon (1948), A mathematical theory of communication",
              "https://doi.org/10.1002/j.1538-7305.1948.tb01338.x"),
    Reference("MacKay (2003), Information theory, inference, and learning algorithms",
              "https://www.inference.org.uk/itprnn/book.html"),
    Reference("Olah (2015), Visual information theory",
              "https://colah.github.io/posts/2015-09-Visual-Information/"),
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, section 22.11",
              "https://d2l.ai/chapter_appendix-mathematics-for-deep-learning/"
              "information-theory.html"),
)  # fmt: skip

FORMULAS = {
    "Divergence": r"\underbrace{-\sum_x p(x) \log q(x)}_{\text{cross-entropy } \slot{k.cross}} - "
    r"\underbrace{\left(-\sum_x p(x) \log p(x)\right)}_{\text{entropy } \slot{k.h}} = "
    r"\sum_x p(x) \log \frac{p(x)}{q(x)} = \slot{k.kl},\qquad "
    r"\text{the other way } \slot{k.back}",
    "Mutual information": r"I(X; Y) = H(X) + H(Y) - H(X, Y) = \slot{i.x} + \slot{i.y} - "
    r"\slot{i.xy} = \slot{i.i},\quad H(X \mid Y) = \slot{i.xgy},\ H(Y \mid X) = \slot{i.ygx}",
    "Loss of a classifier": r"\ell = -\log p_y = -\log \slot{c.p} = \slot{c.loss},\qquad "
    r"\frac{\partial \ell}{\partial z_y} = p_y - 1 = \slot{c.pull}",
}
