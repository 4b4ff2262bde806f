"""What is worth finding, goals, a guided way, the numbers in words, and formulas."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.optimization.minibatch_sgd.config import SIZES, STEPS, Config
from labcore.optimization.minibatch_sgd.houses import COUNT

FORMULAS = {
    "Variance of a minibatch's gradient": r"\frac{\operatorname{tr}\Sigma}{b}\cdot"
    r"\frac{n-b}{n-1} = \frac{\slot{v.sigma}}{\slot{v.b}} \cdot \slot{v.left} = \slot{v.theory},"
    r"\qquad \text{measured } \slot{v.seen}",
    "An epoch in steps": r"\lceil n / b \rceil = \lceil 546 / 10 \rceil = \slot{e.steps},"
    r"\qquad \eta_{10} = \slot{e.eta}",
    "Theory for convex losses": r"\mathbb E\, L(\bar\theta_t) - L^* \le \frac{c}{\sqrt t}:"
    r"\quad t = \slot{t.step},\; \text{constant } \slot{t.constant},\;"
    r"\text{polynomial } \slot{t.poly},\; \bar\theta: \slot{t.mean}",
}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    if config.part == "noise":
        left = 1.0 if config.replacement else (COUNT - config.batch) / (COUNT - 1)
        sigma = float(frame["expected"]) * config.batch / left if left else math.nan
        return {
            "Minibatches": str(frame.step),
            "Length of the exact gradient": shown(np.hypot(*frame["exact"])),
            "Usual error of a minibatch": shown(float(frame["error"]) ** 0.5),
            "Minibatches that point uphill": f"{100 * float(frame['uphill']):.0f} %",
            "Loss above its minimum": shown(float(frame["excess"])),
            "v.sigma": shown(sigma), "v.b": str(config.batch), "v.left": shown(left),
            "v.theory": shown(frame["expected"]), "v.seen": shown(frame["error"]),
        }  # fmt: skip
    if config.part == "race":
        slots = {"e.steps": str(math.ceil(COUNT / 10)), "e.eta": shown(frame["etas"][1])}
        if "excess" not in frame.values:
            dashes = {f"b = {b}": "–" for b in SIZES}
            return {"Epoch": f"{frame.step / 2:g}"} | slots | dashes
        ends = frame["excess"][:, frame.step]
        return {"Epoch": f"{frame.step / 2:g}"} | slots | {
            f"b = {b}": shown(loss, 2) for b, loss in zip(SIZES, ends, strict=True)
        }  # fmt: skip
    if "mean" not in frame.values:
        names = ("Constant", "Exponential", "Polynomial", "Mean of its weights")
        return {"Step": str(frame.step)} | dict.fromkeys(names, "–")
    last = [row[np.isfinite(row)][-1] for row in frame["mean"]]
    return {
        "Step": str(frame.step), "Constant": shown(last[0], 2), "Exponential": shown(last[1], 2),
        "Polynomial": shown(last[2], 2), "Mean of its weights": shown(last[3], 2),
        "t.step": str(frame.step), "t.constant": shown(last[0], 2), "t.poly": shown(last[2], 2),
        "t.mean": shown(last[3], 2),
    }  # fmt: skip


PRESETS = (
    Preset(
        "Noise near the minimum",
        "At the minimum the exact gradient is 0 and the noise is not: half of all minibatches "
        "point uphill. Drag the point away and watch the share fall.",
        {"w_across": 0.3, "w_up": 0.33, "batch": 5},
    ),
    Preset(
        "Two features that go together",
        "A tilted ellipse: where bathrooms are wrong, storeys are wrong too. The noise has the "
        "shape of the data.",
        {"across": "stories", "up": "bedrooms", "batch": 20, "w_across": 0.8, "w_up": 0.8},
    ),
    Preset(
        "The same η for all",
        "By epochs, small batches win by far: they make more steps. Then look at the clock.",
        {"part": "race", "lr": 0.005, "scaling": "same"},
    ),
    Preset(
        "η grows with the batch",
        "With η in proportion to b, batches of 1 and 10 learn alike per epoch, until η is too "
        "large for it.",
        {"part": "race", "lr": 0.005, "scaling": "linear"},
    ),
    Preset(
        "A floor, and three ways through it",
        "A constant η ends on a floor of noise. Halving stops too early or too late; a power "
        "goes on.",
        {"part": "decay", "lr": 0.1, "batch": 5},
    ),
    Preset(
        "With replacement",
        "Let houses come twice: the floor rises, for an epoch no longer balances itself out.",
        {"part": "decay", "lr": 0.1, "batch": 5, "replacement": True, "power": 1.0},
    ),
)


def half_uphill(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A place where a quarter of large minibatches point uphill."""
    if config.part != "noise" or config.batch < 50:
        return Verdict(False, "Look at the noise, with a batch of 50 or more.")
    share = float(frames[-1]["uphill"])
    far = np.hypot(*frames[-1]["exact"])
    says = f"{100 * share:.0f} % of {frames[-1].step} minibatches point uphill."
    return Verdict(share >= 0.25 and far > 1e-6 and frames[-1].step >= 100, says)


def beaten(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A race in which the full batch is lowest at the end and one house the highest."""
    if config.part != "race":
        return Verdict(False, "Look at the race.")
    ends = frames[-1]["excess"][:, -1]
    if not np.isfinite(ends).all():
        return Verdict(False, "Let the race come to its end.")
    each = [f"b = {b}: {shown(end, 2)}" for b, end in zip(SIZES, ends, strict=True)]
    return Verdict(bool(ends.argmin() == 3 and ends[0] < 0.002), f"At the end {', '.join(each)}.")


def through(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A decay that ends far below the constant rate's floor."""
    if config.part != "decay" or config.batch > 10:
        return Verdict(False, "Look at the decay, with a batch of 10 or less.")
    if not config.replacement:
        return Verdict(False, "Draw with replacement, as the theory does.")
    if frames[-1].step < STEPS:
        return Verdict(False, "Let the run come to its end.")
    low = float(frames[-1]["mean"][2, -1])
    says = f"The polynomial schedule ends {shown(low, 2)} above the minimum."
    return Verdict(low < 1e-4, says)


def square_root(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A batch whose error is a tenth of that of one house, without replacement."""
    if config.part != "noise":
        return Verdict(False, "Look at the noise.")
    left = 1.0 if config.replacement else (COUNT - config.batch) / (COUNT - 1)
    ratio = (left / config.batch) ** 0.5
    says = f"b = {config.batch}: the error is {shown(ratio)} times that of a single house."
    return Verdict(0.099 <= ratio <= 0.101, says)


CHALLENGES = (
    Challenge("tenth", "Find the batch size whose usual error is a tenth of that of one house.",
              "With replacement it takes 100. Without, the factor (n − b) / (n − 1) helps.",
              square_root),
    Challenge("uphill", "With batches of 50 or more, stand where a quarter of them point uphill.",
              "The noise hardly changes with the place; the exact gradient does.", half_uphill),
    Challenge("full", "A race in which all houses at once end lowest, and b = 1 comes below "
              "0.002 as well.", "Let η grow with the batch, and keep it small for one house.",
              beaten),
    Challenge("through", "With replacement and b ≤ 10, choose the first η and the power so that "
              "the polynomial schedule ends below 0.0001.",
              "1/t needs a large start: η must stay above 1 / (μ t), and μ is 0.41 here.", through,
              hard=True),
)  # fmt: skip

TOUR = (
    TourStep("The exact gradient needs all 546 houses. A minibatch asks a few. Each dot is what "
             "one minibatch says; the ellipse is what theory says of all.", {},
             asks="Make the batch 100 or larger, by the ring or the slider.",
             done=lambda config: config.batch >= 100),
    TourStep("Near the minimum the exact gradient fades and the noise stays.", {"batch": 5},
             asks="Drag the point close to the star.",
             done=lambda config: np.hypot(config.w_across - 0.23, config.w_up - 0.29) < 0.2),
    TourStep("With one η for all, an epoch of single houses makes 546 steps, the full batch one.",
             {"part": "race", "lr": 0.005, "scaling": "same"},
             asks="Let η grow with the batch, and compare the clock.",
             done=lambda config: config.scaling != "same"),
    TourStep("The clock is real: it counts the seconds this server spent on the steps. A step with "
             "100 houses costs little more than one with a single house.",
             {"part": "race", "lr": 0.005, "scaling": "linear"}),
    TourStep("A constant η ends in a cloud around the minimum. To come closer, η has to fall: not "
             "too fast, or the walk stops on its way.",
             {"part": "decay", "lr": 0.1, "batch": 5}),
)  # fmt: skip

REFERENCES = (
    Reference("Robbins & Monro (1951), A stochastic approximation method",
              "https://doi.org/10.1214/aoms/1177729586"),
    Reference("Polyak & Juditsky (1992), Acceleration of stochastic approximation by averaging",
              "https://doi.org/10.1137/0330046"),
    Reference("Bottou, Curtis & Nocedal (2018), Optimization methods for large-scale machine "
              "learning", "https://arxiv.org/abs/1606.04838"),
    Reference("Goyal et al. (2017), Accurate, large minibatch SGD",
              "https://arxiv.org/abs/1706.02677"),
    Reference("Anglin & Gençay (1996), Semiparametric estimation of a hedonic price function"),
)  # fmt: skip
