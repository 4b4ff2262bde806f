"""What to find, what to reach, and the way through."""

from __future__ import annotations

from collections.abc import Sequence

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.start.rules_vs_learning.lesson import Config

LOOPS = {"x": "loops", "y": "inside", "rule": "or", "a": 0.375, "b": 0.1}
"""A good rule for 3 or 8, and for what has a loop or not."""

PRESETS = (
    Preset(
        "Ink and symmetry",
        "Two features that sound sensible, and no mark or line between them reads better than a "
        "coin. The network, from ten images, already does.",
        {},
        "Rule",
    ),
    Preset(
        "Somebody thought of loops",
        "One good idea, and a rule without any data keeps up with the network. Read under "
        "“Mistakes” who fails where: the rule on threes whose ends touch and eights that do not "
        "close.",
        LOOPS,
        "Mistakes",
    ),
    Preset(
        "No rule for it",
        "3 or 5: no two of these features part them, though you see at once which is which. The "
        "network finds features of its own.",
        {"pair": "3-5", "x": "ratio", "y": "flip", "rule": "or", "above": "less", "a": 0.74,
         "b": 0.35},
        "Learned features",
    ),
    Preset(
        "A corner beats a line",
        "1 or 7 by slant and symmetry: what is wanted is a corner. A line fitted to all the data "
        "cannot bend.",
        {"pair": "1-7", "x": "slant", "y": "mirror", "rule": "or", "right": "less", "a": 0.46,
         "b": 0.29, "best": True},
        "Rule",
    ),
    Preset(
        "Learned too little",
        "The same network with ten steps for each size. More data helps only what has the "
        "compute to use it.",
        {**LOOPS, "steps": 10},
        "Learned features",
    ),
    Preset(
        "Upside down",
        "6 or 9: where is the ink? A rule with one number reads nearly all. Here nothing has to "
        "be learned.",
        {"pair": "6-9", "x": "slant", "y": "top", "rule": "y", "b": 0.47},
        "Rule",
    ),
)  # fmt: skip


def percent(share: float) -> str:
    """A share as a learner reads it."""
    return f"{shown(100 * share)} %"


def told(config: Config, rule: float) -> str:
    """What the rule reads of which digits."""
    return f"{config.pair.replace('-', ' or ')}: your rule reads {percent(rule)}."


def idea(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A rule for 3 or 8 that is nearly as good as learning."""
    rule = frames[-1]["rule"]
    return Verdict(config.pair == "3-8" and rule >= 0.93, told(config, rule))


def corner(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A rule that a line on the same features cannot match."""
    rule, line = frames[-1]["rule"], frames[-1]["line"]
    return Verdict(rule - line >= 0.08, f"Rule {percent(rule)}, fitted line {percent(line)}.")


def crossing(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The rule is better with little data, the network with much."""
    first, last = frames[0], frames[-1]
    lead, behind = first["rule"] - first["net"], last["net"] - last["rule"]
    return Verdict(
        bool(lead >= 0.05 and behind >= 0.02 and last["n"] == 600),
        f"With {first['n']} images the rule leads by {shown(100 * lead)} points, with "
        f"{last['n']} the network by {shown(100 * behind)}.",
    )


def starved(config: Config, frames: Sequence[Frame]) -> Verdict:
    """With all data but little compute the rule is better."""
    rule, net = frames[-1]["rule"], frames[-1]["net"]
    enough = config.steps >= 10 and frames[-1]["n"] == 600
    says = f"{config.steps} steps: rule {percent(rule)}, network {percent(net)}."
    return Verdict(bool(enough and rule - net >= 0.05), says)


def stubborn(config: Config, frames: Sequence[Frame]) -> Verdict:
    """3 or 5, where rules hardly help."""
    rule = frames[-1]["rule"]
    return Verdict(config.pair == "3-5" and rule >= 0.7, told(config, rule))


CHALLENGES = (
    Challenge("idea", "Read 93 % of the digits 3 or 8 with a rule of your own.",
              "What does an 8 have that a 3 has not? Two of the features count it.", idea),
    Challenge("corner", "Which part of your own code could be learned? Not this one, by a line: "
              "write a rule that beats the fitted line by 8 points with all 600 images.",
              "1 or 7 by slant and left–right symmetry; let one of two conditions be enough.",
              corner),
    Challenge("starved", "Algorithm, data, compute: give the network all the data and at least ten "
              "training steps, and let your rule still beat it by 5 points.",
              "A good rule first; then take compute away.", starved),
    Challenge("crossing", "Make a rule that leads the network by 5 points at ten images and is 2 "
              "points behind it at 600.",
              "7 or 9, or 4 or 9: a good rule that is not perfect.", crossing, hard=True),
    Challenge("stubborn", "Many examples and no obvious way: read 70 % of the digits 3 or 5 with a "
              "rule.", "Width, and how alike the upper and the lower half are; or a slanted line. "
              "Show the best such rule, under “More”.", stubborn, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("A 3 or an 8? Somebody has to say how to tell. Two numbers are measured on each "
             "digit, and the rule says 8 where the plane is shaded.", {}, "Rule",
             "Drag the mark, and see how far this rule gets.",
             lambda config: (config.a, config.b) != (0.4, 0.4)),
    TourStep("Not far. Ink and symmetry know too little of threes and eights. Drag the ring over "
             "the plane and look at the digits: what sets the eights apart?", {}, "Rule",
             "Choose a better feature, and read 93 % of them.", reach="idea"),
    TourStep("These were read wrongly: by your rule, by a line fitted to the same two numbers, and "
             "by a network that gets the pixels. Each fails in its own way.", LOOPS, "Mistakes"),
    TourStep("The network makes features of its own; the plane on the right shows what it makes of "
             "digits held back. Play it: with more images, they come apart. The plane on the left "
             "stays as it was thought up.", {}, "Learned features"),
    TourStep("For 3 or 5 no pair of these features will do, and yet it can be learned.",
             {"pair": "3-5", "x": "ratio", "y": "flip", "rule": "or", "above": "less"},
             "Learned features", "Take its compute away: 30 steps or fewer.",
             lambda config: config.steps <= 30),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, sections 1.1 and 1.8",
              "https://d2l.ai/chapter_introduction/index.html"),
    Reference("LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document "
              "recognition", "https://doi.org/10.1109/5.726791"),
    Reference("Domingos (2012), A few useful things to know about machine learning",
              "https://doi.org/10.1145/2347736.2347755"),
    Reference("Kingma & Ba (2015), Adam: a method for stochastic optimization",
              "https://arxiv.org/abs/1412.6980"),
)  # fmt: skip

FORMULAS = {
    "Rule by hand": r"\text{say } \slot{r.digit} \text{ if } \slot{r.when}: \qquad "
    r"\frac{\text{right}}{\text{held back}} = \frac{\slot{r.right}}{\slot{r.all}} = "
    r"\slot{r.share} \, \%",
    "Fitted line": r"\text{say } \slot{l.digit} \text{ if } w_1 x_1 + w_2 x_2 + b = "
    r"\slot{l.x} \, x_1 + (\slot{l.y}) \, x_2 + (\slot{l.bias}) > 0",
    "Network": r"h = \max(0, W_1 x + b_1), \qquad \text{say } \slot{n.digit} \text{ if } "
    r"w \cdot h + b > 0 \qquad (\slot{n.hidden} \text{ hidden units, } \slot{n.count} "
    r"\text{ numbers learned})",
}
