"""What to find, to reach and to follow."""

from __future__ import annotations

from collections.abc import Sequence

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.linear.distribution_shift.config import CLASSES, CLOTHING, EVEN, PLANE, SUMMER, Config

SHIRTS = tuple((float(k), 10.0 if k == 6 else 0.0) for k in range(CLASSES))

PRESETS = (
    Preset("Weights mend it", "Play: the test points move right, the grey line stays behind. "
           "Source points that look like the target grow, and green and orange turn with it.",
           {"mean_x": 0.5, "samples": 1000}, PLANE),
    Preset("No overlap", "So far out hardly one training point is left to learn from. Read how "
           "many count; other seeds, other lines.", {"mean_x": 1.8, "mean_y": 2.6}, PLANE),
    Preset("Cut the weights", "The same far target with weights up to 3 only: the line is steadier "
           "and stays nearer to the old one.", {"mean_x": 1.8, "mean_y": 2.6, "cap": 3}, PLANE),
    Preset("One class becomes rare", "Drag the ring along: only the mix changes, and the best line "
           "moves towards the rare class.", {"kind": "label", "prior": 0.05}, PLANE),
    Preset("Nothing to see in x", "The clouds lie on each other, every weight is 1, and the "
           "answers are wrong. No unlabelled data can tell.",
           {"kind": "concept", "turn": 180}, PLANE),
    Preset("People react", "Who is just refused steps across the line, and deserves it no more "
           "than before. Each retraining moves the line away from them, round after round.",
           {"kind": "feedback"}, PLANE),
    Preset("Only shirts", "Pull all bars but one to 0. Counting predictions says 6 in 10 are "
           "shirts; the confusion matrix knows where the others went.",
           {"shares": SHIRTS}, CLOTHING),
    Preset("Nothing has shifted", "All equally common. From 20 pictures the estimate finds a shift "
           "that is not there, and the correction does harm. Play on.",
           {"shares": EVEN}, CLOTHING),
)  # fmt: skip


def rescue(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A bad fall, fully mended."""
    plain, exact, _, target = frames[-1]["right"]
    says = (f"As trained {100 * plain:.1f} %, weighted {100 * exact:.1f} %, with labels from the "
            f"target {100 * target:.1f} %.")  # fmt: skip
    good = config.kind == "covariate" and plain <= 0.6 and exact >= target - 0.03
    return Verdict(bool(good), says)


def hopeless(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Worse than a coin, with nothing to be seen in the inputs."""
    last = frames[-1]
    says = (f"{100 * last['right'][0]:.1f} % are right, and "
            f"{format_number(100 * last['size'])} % of the points count.")  # fmt: skip
    good = config.kind != "feedback" and last["right"][0] <= 0.25 and last["size"] >= 0.99
    return Verdict(bool(good), says)


def census(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The shares found from few pictures, where counting predictions misleads."""
    few = [frame for frame in frames if frame["count"] <= 300]
    if not few:
        return Verdict(False, "No frame has 300 pictures or fewer.")
    counted, found = few[-1]["off"]
    says = (f"From {int(few[-1]['count'])} pictures, counting is off by {100 * counted:.1f} % and "
            f"the estimate by {100 * found:.1f} %.")  # fmt: skip
    return Verdict(bool(counted >= 0.2 and found <= 0.05), says)


def harm(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Exact weights that make it worse."""
    plain, exact, *_ = frames[-1]["right"]
    says = f"As trained {100 * plain:.1f} %, with exact weights {100 * exact:.1f} %."
    return Verdict(bool(config.kind == "covariate" and exact <= plain - 0.05), says)


CHALLENGES = (
    Challenge("rescue", "Find a covariate shift that brings the classifier to 60 % or less and "
              "that exact weights mend to within 3 points of training on the target.",
              "The parabola turns down on one side and up on the other.", rescue),
    Challenge("hopeless", "Bring the accuracy to 25 % or less although every training point "
              "counts in full.", "Leave the inputs where they are.", hopeless),
    Challenge("census", "Make a count of predictions wrong by 20 % or more, and the estimate "
              "from at most 300 pictures by 5 % or less.",
              "A few classes that the classifier confuses with absent ones.", census),
    Challenge("harm", "Find a covariate shift where the exact weights do harm: 5 points or more "
              "below the classifier as it was trained.",
              "Where next to nothing overlaps, two or three points decide all.", harm, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("A straight line learned from the blue points is right there, and only there: the "
             "true rule is the dotted curve.", {"mean_x": -1.2, "mean_y": 0.3}, PLANE,
             "Drag the ring, the middle of the test points, to the right, past x₁ = 0.3.",
             lambda config: config.mean_x > 0.3),
    TourStep("Training points are weighted by how much more common their place is in the target. "
             "The orange line estimates that by telling source from target.", {}, PLANE,
             "Drag the ring so far that nothing overlaps: x₁ above 2.",
             lambda config: config.mean_x > 2),
    TourStep("Now only the mix of the classes changes. It is found without labels: count the "
             "predictions and undo the confusions.", {"kind": "label"}, PLANE,
             "Drag the ring until the second class is rare, below 0.2.",
             lambda config: config.prior < 0.2),
    TourStep("And if the answers themselves change, no weighting helps.", {"kind": "concept"},
             PLANE, "Make it hopeless.", reach="hopeless"),
    TourStep("The same with real clothes. Grey crosses count the predictions; the diamonds "
             "come from the confusion matrix.", {"shares": SUMMER}, CLOTHING),
    TourStep("Last, the target answers the classifier: people move to be accepted.",
             {"kind": "feedback"}, PLANE),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, section 4.7",
              "https://d2l.ai/chapter_linear-classification/environment-and-distribution-shift.html"),
    Reference("Shimodaira (2000), Improving predictive inference under covariate shift by "
              "weighting the log-likelihood function",
              "https://doi.org/10.1016/S0378-3758(00)00115-4"),
    Reference("Lipton, Wang & Smola (2018), Detecting and correcting for label shift with black "
              "box predictors", "https://arxiv.org/abs/1802.03916"),
    Reference("Perdomo, Zrnic, Mendler-Dünner & Hardt (2020), Performative prediction",
              "https://arxiv.org/abs/2002.06673"),
)  # fmt: skip

FORMULAS = {
    "Weights": r"w_i = \frac{q(x_i)}{p(x_i)} \le \slot{w.most},\qquad n_{\text{eff}} = "
    r"\frac{(\sum_i w_i)^2}{\sum_i w_i^2} = \frac{\slot{w.sum}^2}{\slot{w.square}} = "
    r"\slot{w.size} \text{ of } \slot{w.n}",
    "Label shift": r"C q = \mu(\hat y) \;\Rightarrow\; \hat q = C^{-1} \mu(\hat y),\qquad "
    r"\text{shirts among } \slot{q.n}\text{: } \mu = \slot{q.mu} \to \hat q = \slot{q.q}, "
    r"\text{ truly } \slot{q.true}",
}
