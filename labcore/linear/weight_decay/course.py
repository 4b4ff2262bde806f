"""What is worth finding about weight decay, what to reach, a guided way, and the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number, shown
from labcore.linear.weight_decay.config import Config
from labcore.linear.weight_decay.lesson import FORCES, LAMBDAS
from labcore.linear.weight_decay.tables import samples

FORMULAS = {
    "Ridge in closed form": r"w = \left(\tfrac1n X^\top X + \lambda I\right)^{-1} \tfrac1n X^\top"
    r" y, \qquad \lambda = \slot{p.lam}, \quad \lVert w \rVert = \slot{p.norm}",
    "Lasso": r"\min_w\ \tfrac1{2n} \lVert y - X w \rVert^2 + \lambda \sum_j |w_j|, \qquad"
    r" \lambda = \slot{l.lam}, \quad \sum_j |w_j| = \slot{l.norm}",
    "Two weights": r"\text{L2: } (H + \lambda I)^{-1} H \hat w = (\slot{b.r1}, \slot{b.r2}), \qquad"
    r" \text{L1: } (\slot{b.l1}, \slot{b.l2}), \qquad \lambda = \slot{b.lam}",
    "One step with decay": r"w \leftarrow (1 - \eta \lambda)\, w - \eta \nabla L, \qquad"
    r" 1 - \eta \lambda = 1 - \slot{t.lr} \cdot \slot{t.lam} = \slot{t.keep}",
}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words, and under names with a dot what fills the formulas."""
    if config.part == "balls":
        two, one = frame["l2"][frame.step], frame["l1"][frame.step]
        return {
            "λ": shown(frame["lam"]),
            "L2": f"{shown(two[0], 2)}, {shown(two[1], 2)}",
            "L1": f"{shown(one[0], 2)}, {shown(one[1], 2)}",
            "b.r1": shown(two[0]), "b.r2": shown(two[1]), "b.l1": shown(one[0]),
            "b.l2": shown(one[1]), "b.lam": shown(frame["lam"]),
        }  # fmt: skip
    if config.part == "path":
        i, best = frame.step, int(np.argmin(frame["held"]))
        told = {
            "λ": shown(frame["lam"]), "Training error": shown(frame["train"][i]),
            "Error on unseen samples": shown(frame["held"][i]),
            "Lowest at λ": f"{shown(LAMBDAS[config.penalty][best])}: "
                           f"{shown(frame['held'][best])}",
            "Weights that are not 0": f"{frame['kept'][i]} of {len(frame['w'])}",
        }  # fmt: skip
        if config.penalty == "l2":
            told |= {"p.lam": shown(frame["lam"]), "p.norm": shown(frame["norm"][i])}
        else:
            told |= {"l.lam": shown(frame["lam"]), "l.norm": shown(np.abs(frame["w"]).sum())}
        return told
    gap = float(np.abs(frame["w"] - frame["target"]).max())
    return {
        "Epoch": str(frame["epoch"]),
        "Length: λ = 0, with decay": f"{shown(frame['norm'][0, -1])}, "
                                     f"{shown(frame['norm'][1, -1])}",
        "Unseen: λ = 0, with decay": f"{shown(frame['held'][0, -1])}, "
                                     f"{shown(frame['held'][1, -1])}",
        "Farthest weight from ridge": shown(gap, 2),
        "Scratch − library": shown(frame["apart"], 2),
        "t.lr": f"{config.lr:g}", "t.lam": f"{config.lam:g}",
        "t.keep": f"{1 - config.lr * config.lam:.4g}",
    }  # fmt: skip


PRESETS = (
    Preset(
        "Sixty-six weights, thirty houses",
        "As λ falls the training error goes to nothing and the unseen one turns up.",
        {},
    ),
    Preset(
        "Five that matter",
        "L1 lets weights in one at a time. Which come first, and when do wrong ones follow?",
        {"data": "sparse", "penalty": "l1", "n": 60, "together": 0.5},
    ),
    Preset(
        "L2 lets everyone in",
        "The same data under L2: no weight is ever 0, and the five are hard to tell from the rest.",
        {"data": "sparse", "penalty": "l2", "n": 60, "together": 0.5},
    ),
    Preset(
        "No harm in none",
        "Two hundred features that go together: the weaker the decay, the better. The shortest of "
        "all exact fits is already tame.",
        {"data": "dense", "n": 20},
    ),
    Preset(
        "A corner in the way",
        "Drag the ring: the diamond is touched at a corner over a wide range, the circle never.",
        {"part": "balls"},
    ),
    Preset(
        "Twenty samples, two hundred weights",
        "Without decay the weights keep the random part of their start for ever: no sample pulls "
        "at it. Decay forgets it.",
        {"part": "train", "data": "dense", "n": 20, "lam": 0.3, "lr": 0.02},
    ),
    Preset(
        "Too much of it",
        "With λ = 5 hardly anything is learnt: both errors stay high.",
        {"part": "train", "lam": 5.0},
    ),
)


def five(config: Config, frames: Sequence[Frame]) -> Verdict:
    """L1 keeps the five that matter and at most three more, somewhere on its path."""
    if config.part != "path" or config.data != "sparse" or config.penalty != "l1":
        return Verdict(False, "Look at the weights by λ, five features that matter, under L1.")
    if config.p < 100 or config.n > 40:
        return Verdict(False, "Keep 100 features or more, and 40 samples or fewer.")
    true = np.abs(samples(config).true) > 0
    best = min((int((np.abs(frame["w"]) > 1e-6).sum()) for frame in frames
                if (np.abs(frame["w"][true]) > 1e-6).all()), default=0)  # fmt: skip
    says = f"All five are in with {best} weights." if best else "All five are never in."
    return Verdict(0 < best <= 8, says)


def corner(config: Config, frames: Sequence[Frame]) -> Verdict:
    """L1 drops a weight of which the loss alone wants more than a half."""
    if config.part != "balls":
        return Verdict(False, "Look at two weights.")
    small = min(abs(config.w1), abs(config.w2))
    path = frames[-1]["l1"]
    gone = np.abs(path).min(1) < 1e-9
    first = float(FORCES[gone.argmax()]) if gone.any() else np.inf
    says = (f"The smaller of the best weights is {format_number(small)}; L1 drops one from λ = "
            f"{format_number(first)} on.")  # fmt: skip
    return Verdict(small >= 0.5 and first <= 0.15, says)


def halves(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Decay brings the unseen error to half of that without."""
    if config.part != "train":
        return Verdict(False, "Look at training with decay.")
    plain, decay = (float(v) for v in frames[-1]["held"][:, -1])
    ratio = decay / plain
    says = f"With decay the unseen error is {format_number(ratio)} times that without."
    return Verdict(len(frames) > 40 and ratio <= 0.5, says)


def arrives(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Training with decay ends at ridge, to three digits, where λ is small."""
    if config.part != "train" or config.lam > 0.1 or len(frames[-1]["w"]) < 50:
        return Verdict(False, "Look at training, with λ at most 0.1, 50 features or more.")
    gap = float(np.abs(frames[-1]["w"] - frames[-1]["target"]).max())
    says = f"After {frames[-1]['epoch']} epochs the farthest weight is {format_number(gap)} off."
    return Verdict(gap <= 1e-3, says)


CHALLENGES = (
    Challenge("corner", "Have L1 drop one of two weights at λ ≤ 0.15, though the loss wants 0.5 or "
              "more of each.", "Two features that say nearly the same, with weights that work "
              "against each other.",
              corner),
    Challenge("five", "Under L1, get all five true features with at most three false ones, among "
              "100 or more, from 40 samples or fewer.",
              "Less noise, and less likeness between neighbours; samples differ.", five),
    Challenge("halves", "Have decay halve the unseen error of training.",
              "Where samples are few and weights many, most of the start is never corrected.",
              halves),
    Challenge("arrives", "Train 50 weights or more with λ ≤ 0.1 to within 0.001 of ridge’s closed "
              "form.",
              "Where no sample pulls, only decay does: (1 − ηλ) to the power of the epochs must be "
              "small, and η stay below 2/λmax. Fewer, less similar features allow a larger η.",
              arrives, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Sixty-six weights and thirty houses. λ falls from left to right; play, and watch the "
             "weights wake up.", {}),
    TourStep("The unseen error is lowest somewhere in the middle. Too strong, and nothing is "
             "learnt; too weak, and the noise is.", {}, "", "Give it 80 houses or more.",
             lambda config: config.n >= 80),
    TourStep("L1 keeps weights at exactly 0 until they are worth their price.", {}, "",
             "Change the penalty to L1.", lambda config: config.penalty == "l1"),
    TourStep("Why corners? The solution is where an ellipse of equal loss touches the ball. Drag "
             "the ring and watch where it touches.", {"part": "balls"}, "",
             "Drag the least loss into the upper left quarter.",
             lambda config: config.w1 < 0 < config.w2),
    TourStep("In training, decay takes the share ηλ of each weight at every step. It ends where "
             "ridge is, without ever inverting a matrix.",
             {"part": "train", "data": "dense", "n": 20}),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, section 3.7",
              "https://d2l.ai/chapter_linear-regression/weight-decay.html"),
    Reference("Hoerl & Kennard (1970), Ridge regression: biased estimation for nonorthogonal "
              "problems", "https://doi.org/10.1080/00401706.1970.10488634"),
    Reference("Tibshirani (1996), Regression shrinkage and selection via the lasso",
              "https://doi.org/10.1111/j.2517-6161.1996.tb02080.x"),
    Reference("Krogh & Hertz (1991), A simple weight decay can improve generalization"),
    Reference("Beck & Teboulle (2009), A fast iterative shrinkage-thresholding algorithm",
              "https://doi.org/10.1137/080716542"),
)  # fmt: skip
