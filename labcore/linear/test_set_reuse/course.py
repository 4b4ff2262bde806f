"""What to find, to reach and to follow."""

from __future__ import annotations

from collections.abc import Sequence

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.linear.test_set_reuse.config import ATTACK, BOUNDS, KS, WINNER, Config

PRESETS = (
    Preset("The best of a thousand equals", "All models are alike. Play: the best score climbs, "
           "and the blue square, the same model on fresh examples, stays where it was.",
           {}, WINNER),
    Preset("A hundred examples", "So small a test can be beaten by trying a few dozen models. Drag "
           "the ring: near 50 % luck is largest.", {"size": 100}, WINNER),
    Preset("Some really are better", "With different models the choice does help: the dotted line "
           "rises. It still promises less than the score.",
           {"spread": 0.03, "accuracy": 0.75}, WINNER),
    Preset("Scores for sale", "Two hundred coin flips, a thousand guesses, and a vote that gets "
           "nearly all of them right. On fresh labels it is a coin.", {"pool": 200}, ATTACK),
    Preset("A Ladder with low rungs", "Rungs as small as luck itself give the secret away again, "
           "bit by bit. Compare with higher ones.", {"rung": 0.005, "pool": 2000}, ATTACK),
    Preset("One per cent, to be sure", "How many examples for ε = 0.01? Play: a thousand models "
           "cost only a few times more than one, by the logarithm.",
           {"margin": 0.01, "size": 10000}, BOUNDS),
    Preset("A net of eleven million", "VC theory promises a gap below 330 %, which is nothing. "
           "Its line lies far above all that can be.", {"net": "resnet"}, BOUNDS),
)  # fmt: skip


def steady(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A test that a thousand equals can hardly fool."""
    last = frames[-1]
    at = int((last["k"] >= KS).sum()) - 1
    gap = 100 * float(last["expected"][at] - last["worth"][at])
    return Verdict(last["k"] == KS[-1] and gap <= 1, f"With {last['k']} models the best flatters "
                   f"by {format_number(gap)} points.")  # fmt: skip


def cheat(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Coin flips that look brilliant."""
    vote = float(frames[-1]["vote"][0][int((frames[-1]["k"] >= KS).sum()) - 1])
    return Verdict(vote >= 0.95, f"The vote gets {100 * vote:.1f} % of the test labels.")


def guard(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A Ladder that keeps its secret where plain scores do not."""
    at = int((frames[-1]["k"] >= KS).sum()) - 1
    vote, careful = float(frames[-1]["vote"][0][at]), float(frames[-1]["careful"][0][at])
    told = float(frames[-1]["told"][at])
    says = (f"Plain scores give {100 * vote:.1f} %, the Ladder {100 * careful:.1f} %, and it says "
            f"{100 * told:.1f} %.")  # fmt: skip
    return Verdict(vote >= 0.95 and careful <= 0.5751 and told <= 0.6001, says)


def gold(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A choice that finds much and flatters little."""
    last = frames[-1]
    at = int((last["k"] >= KS).sum()) - 1
    gain = 100 * (float(last["worth"][at]) - config.accuracy)
    gap = 100 * float(last["expected"][at] - last["worth"][at])
    says = f"The best is {gain:.1f} points better than most, and flatters by {gap:.1f}."
    return Verdict(gain >= 8 and gap <= 0.5 and config.accuracy + 3 * config.spread <= 1, says)


CHALLENGES = (
    Challenge("steady", "Let a thousand equal models be tried, and the best flatter by at most one "
              "point on average.", "More examples, and less luck in each: drag the ring up.",
              steady),
    Challenge("cheat", "Let the vote of coin flips reach 95 % of the test labels.",
              "The fewer labels, the more each score tells of each.", cheat),
    Challenge("gold", "Choose so that the winner is 8 points better in truth than most, and "
              "flatters by half a point at most.",
              "There must be something to find, and a test that can tell.", gold),
    Challenge("guard", "Where plain scores give away 95 %, find a rung with which a vote against "
              "the Ladder gets 57.5 % or less, and the Ladder says 60 % or less.",
              "Luck alone moves a score by about 1 / (2 √n); a rung should be larger. Too large, "
              "and its first step tells too much.", guard, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Each grey dot is a model on the same test. All are equally good; scores differ by "
             "luck. The diamond is the best so far, the square the same model tested afresh.",
             {}, WINNER, "Use more examples: 2,000 or more.",
             lambda config: config.size >= 2000),
    TourStep("The best of k flatters by about √(2 ln k) standard errors: slowly more, never less.",
             {"size": 200}, WINNER, "Drag the ring up to 0.9 or higher, where luck is small.",
             lambda config: config.accuracy >= 0.9),
    TourStep("Who looks at every score can do worse. Keep the guesses that beat one half, turn the "
             "others around, and let all vote.", {}, ATTACK, "Reach 95 %.", reach="cheat"),
    TourStep("The Ladder answers only when the best is beaten by a rung, and hardly gives anything "
             "away: green.", {}, ATTACK),
    TourStep("Bounds promise. Below a line, its promise does not reach. Drag the ring, and "
             "read how many examples a margin needs.", {}, BOUNDS,
             "Find the margin that 5,000 examples or more promise: ε at 0.02 or below.",
             lambda config: config.size >= 5000 and config.margin <= 0.02),
    TourStep("VC theory promises for every classifier at once, and for deep nets it promises "
             "nothing. They generalise all the same; why is still being worked out.",
             {"net": "resnet"}, BOUNDS),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, section 4.6",
              "https://d2l.ai/chapter_linear-classification/generalization-classification.html"),
    Reference("Hoeffding (1963), Probability inequalities for sums of bounded random variables",
              "https://doi.org/10.1080/01621459.1963.10500830"),
    Reference("Vapnik & Chervonenkis (1971), On the uniform convergence of relative frequencies of "
              "events to their probabilities", "https://doi.org/10.1137/1116025"),
    Reference("Blum & Hardt (2015), The Ladder: a reliable leaderboard for machine learning "
              "competitions", "https://arxiv.org/abs/1502.04585"),
    Reference("Zhang, Bengio, Hardt, Recht & Vinyals (2017), Understanding deep learning requires "
              "rethinking generalization", "https://arxiv.org/abs/1611.03530"),
    Reference("Recht, Roelofs, Schmidt & Shankar (2019), Do ImageNet classifiers generalize to "
              "ImageNet?", "https://arxiv.org/abs/1902.10811"),
)  # fmt: skip

FORMULAS = {
    "The winner's curse": r"\mathbb{E} \max_{i \le \slot{w.k}} \hat p_i = \slot{w.best},\qquad "
    r"\text{score less truth } \slot{w.gap} \le \sqrt{\frac{\ln k}{2n}} = "
    r"\sqrt{\frac{\ln \slot{w.k}}{2 \cdot \slot{w.n}}} = \slot{w.bound}",
    "The vote": r"P(\text{right}) \approx \Phi \left( \sqrt{\frac{2k}{\pi n}} \right) = "
    r"\Phi \left( \sqrt{\frac{2 \cdot \slot{a.k}}{\pi \cdot \slot{a.n}}} \right) = \slot{a.said},"
    r"\qquad \text{here } \slot{a.vote}",
    "Promises": r"P(|\hat p - p| > \varepsilon) \le 2 e^{-2 n \varepsilon^2} = \delta = "
    r"\slot{b.delta} \;\Rightarrow\; \varepsilon = \slot{b.one},\quad \text{central limit } "
    r"\slot{b.clt},\quad \text{exact } \slot{b.exact},\quad \text{for } \slot{b.tried} "
    r"\text{ models } \slot{b.k}",
    "Any classifier": r"\varepsilon = \sqrt{\frac{8}{n} \left( d \ln \frac{2en}{d} + \ln "
    r"\frac{4}{\delta} \right)} = \slot{b.vc} \text{ for } d = \slot{b.d},\qquad "
    r"n = \frac{\ln(2k / \delta)}{2 \varepsilon^2} = \slot{b.need} "
    r"\text{ for one test and } \varepsilon = \slot{b.eps}",
}
