"""What to find, what to reach, and the way through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.start.kinds_of_learning.lesson import ITSELF, LABELS, NONE, REWARDS, Config
from labcore.start.kinds_of_learning.points import EACH, FIRST

LAYERS: dict[str, Any] = {
    name: tuple((float(0.8 + 1.2 * i), height + 0.15 * (-1) ** i) for i in range(EACH))
    for name, height in (("first", 3.4), ("second", 5.0), ("third", 6.6))
}
"""Three flat layers: easy with labels, misleading without."""
ARC: dict[str, Any] = {
    name: tuple((round(low + 0.4 * i, 2), round(1.5 + 0.08 * (low + 0.4 * i) ** 2, 2))
                for i in range(EACH))
    for name, low in (("first", 0.6), ("second", 3.6), ("third", 6.6))
}  # fmt: skip
"""Points on one curve."""

PRESETS = (
    Preset(
        "Three labels for 24 points",
        "One label for each kind, and the regions are nearly right. Play it from the start, then "
        "drag a labelled point into another group.",
        {"told": 0.1},
        LABELS,
    ),
    Preset(
        "Growers found by nobody",
        "Nobody told the groups who grew which wine, and they agree with the growers at 9 wines "
        "in 10. Look under “With labels” for what the labels add.",
        {"data": "wine"},
        NONE,
    ),
    Preset(
        "Three layers",
        "With labels not one mistake; without, the groups run across the layers. What belongs "
        "together is not written in the points.",
        LAYERS,
        NONE,
    ),
    Preset(
        "Never try anything else",
        "Without exploration the agent stays with the first arm that gave it something. Nobody "
        "tells it what the others would have given.",
        {"epsilon": 0.0},
        REWARDS,
    ),
    Preset(
        "One stray point",
        "One point far out: it is called unusual, and it turns the first principal component. "
        "Drag it home.",
        {"first": ((9.6, 0.4), *FIRST[1:])},
        NONE,
    ),
    Preset(
        "Points that explain each other",
        "On a curve one coordinate foretells the other, and nobody had to label anything. "
        "That is how language models learn: the hidden part is a word.",
        {**ARC, "width": 0.3},
        ITSELF,
    ),
)


def few(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Most wines named from few labels."""
    last = frames[-1]
    many = int(last["told"].sum())
    return Verdict(
        config.data == "wine" and 0 < many <= 9 and last["right"] >= 0.88,
        f"{many} labels, {shown(100 * last['right'])} % of the others right.",
    )


def trapped(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A greedy agent that misses the best arm."""
    last = frames[-1]
    earned, best = float(last["earned"]), float(last["means"].max())
    return Verdict(
        config.epsilon == 0 and 0 < earned <= 0.45 * best,
        f"It earns {shown(earned)} a pull; the best arm has {shown(best)}.",
    )


def six(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Nearly the best reward among six arms."""
    last = frames[-1]
    earned, best = float(last["earned"]), float(last["means"].max())
    return Verdict(
        config.arms == 6 and len(last["rewards"]) == 300 and earned >= 0.9 * best > 0,
        f"{config.arms} arms: {shown(100 * earned / max(best, 1e-9))} % of the best arm's mean.",
    )


def blind(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Points of which only labels tell how they belong together."""
    last = frames[-1]
    says = (f"With labels {shown(100 * last['right'])} % right, groups agree with "
            f"{shown(100 * last['agree'])} %.")  # fmt: skip
    good = last["right"] == 1 and last["agree"] <= 0.6
    return Verdict(bool(config.data == "own" and config.clusters == 3 and good), says)


def explained(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Hidden coordinates foretold from the others."""
    error, guess = frames[-1]["error"], frames[-1]["guess"]
    return Verdict(
        bool(guess >= 1.5 and error <= 0.25 * guess),
        f"Off by {shown(error)}, a guess of the mean by {shown(guess)}.",
    )


CHALLENGES = (
    Challenge("trapped", "Let an agent that never explores earn less than 45 % of the best arm.",
              "Raise the best strip, or lower the one it is stuck with.", trapped),
    Challenge("six", "With six arms, earn 90 % of the best arm's mean over all 300 pulls.",
              "Explore little, but explore. Other seeds have other luck.", six),
    Challenge("few", "Name 88 % of the wines rightly from at most 9 labels.",
              "Which wines have a label is a matter of luck: try seeds.", few),
    Challenge("blind", "Drag the points so that with labels all are right, and three groups found "
              "without agree with at most 60 % of them.",
              "Long layers close to each other, or kinds inside kinds that a line still parts.",
              blind, hard=True),
    Challenge("explained", "Make points that explain each other: hidden coordinates foretold four "
              "times as well as by the mean, which is off by 1.5 or more.",
              "A rising line, and a narrow neighbourhood.", explained, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("24 points. Half of them have a label: a kind on the left, a height on the right. "
             "From those a model learns to say it of the others.", {}, LABELS,
             "Take labels away: leave 10 % or less.", lambda config: config.told <= 0.1),
    TourStep("The same points without any label. Play it: three stars are moved until each stands "
             "in the middle of its group. Nothing says that these are the right groups.", {}, NONE,
             "Ask for another number of groups.", lambda config: config.clusters != 3),
    TourStep("On the right: the direction in which the points vary most, and an ellipse of what is "
             "usual. This point is not.", {"first": ((9.6, 0.4), *FIRST[1:])}, NONE),
    TourStep("Now nobody says what is right, only how good it was. The agent pulls an arm, gets "
             "the height of one point, and has to choose again. Without exploration it never finds "
             "out.",
             {"epsilon": 0.0}, REWARDS, "Let it explore: ε at 0.05 or more.",
             lambda config: config.epsilon >= 0.05),
    TourStep("Last, the points ask each other: hide one coordinate, foretell it from the rest. "
             "Labels come for nothing, from the data itself.", {}, ITSELF,
             "Change the neighbourhood, and see when what is said gets worse than the mean.",
             lambda config: config.width != 1.0),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, section 1.3",
              "https://d2l.ai/chapter_introduction/index.html"),
    Reference("Sutton & Barto (2018), Reinforcement learning, chapter 2",
              "http://incompleteideas.net/book/the-book-2nd.html"),
    Reference("Lloyd (1982), Least squares quantization in PCM",
              "https://doi.org/10.1109/TIT.1982.1056489"),
    Reference("Nadaraya (1964), On estimating regression",
              "https://doi.org/10.1137/1109020"),
    Reference("Aeberhard & Forina (1991), Wine, UCI Machine Learning Repository",
              "https://doi.org/10.24432/C5PC7J"),
)  # fmt: skip

FORMULAS = {
    "A kind": r"P(k \mid x) = \frac{e^{w_k \cdot x + b_k}}{\sum_j e^{w_j \cdot x + b_j}}, \qquad "
    r"-\frac1n \sum_i \log P(k_i \mid x_i) = \slot{c.loss} \quad (n = \slot{c.n})",
    "A number": r"\hat y = w x + b = \slot{r.w} \, x + (\slot{r.b}), \qquad "
    r"\sqrt{\overline{(y - \hat y)^2}} = \slot{r.miss}",
    "Groups": r"\sum_i \min_k \| x_i - c_k \|^2 = \slot{k.sum} \qquad (k = 1, \dots, \slot{k.k})",
    "Unusual": r"\sqrt{(x - \mu)^\top \Sigma^{-1} (x - \mu)} > \slot{m.alarm} \qquad "
    r"(\text{largest: } \slot{m.most})",
    "Reward": r"Q \leftarrow Q + \frac1n (r - Q): \qquad \text{arm } \slot{q.arm}, \; "
    r"n = \slot{q.n}, \; r = \slot{q.r}, \; Q = \slot{q.q}",
    "Riddle": r"\hat y = \frac{\sum_i e^{-(x_i - x)^2 / 2 h^2} \, y_i}{\sum_i e^{-(x_i - x)^2 / 2 "
    r"h^2}} = \slot{s.said} \; (\text{hidden: } \slot{s.true}), \qquad h = \slot{s.width}, \quad "
    r"\slot{s.kept} \, \% \text{ explained}",
}
