"""What is worth finding, goals, a guided way, the numbers in words, and formulas."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.optimization.adaptive_methods.config import METHODS, NAMES, RATES, RIVALS, Config
from labcore.optimization.adaptive_methods.lesson import words_shown
from labcore.optimization.adaptive_methods.speeches import speeches

FORMULAS = {
    "A rate for each word": r"\frac{\eta}{\sqrt{s}} :\quad \text{“the”}\;\;"
    r"\frac{\slot{r.eta}}{\slot{r.common}} = \slot{r.slow},\qquad \text{“thane”}\;\;"
    r"\frac{\slot{r.eta}}{\slot{r.rare}} = \slot{r.fast}",
    "Bias correction": r"\hat m = \frac{m}{1-\beta_1^{t}} = \frac{\slot{b.m}}{\slot{b.one}}"
    r" = \slot{b.mhat},\qquad \hat v = \frac{v}{1-\beta_2^{t}}"
    r" = \frac{\slot{b.v}}{\slot{b.two}} = \slot{b.vhat},"
    r"\qquad \frac{\hat m}{\sqrt{\hat v}} = \slot{b.step}",
    "A round of gradients": r"C - (n - 1) = \slot{c.big} - \slot{c.rest} = \slot{c.sum}",
    "The error so far": r"\frac1t \sum_{i\le t} (\theta_i - c_i)^2:\quad"
    r"\text{Adagrad}\;\slot{e.adagrad},\quad \text{RMSProp}\;\slot{e.rmsprop}",
}


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    if config.problem == "words":
        who = METHODS.index(config.watch)
        eta = RATES[frame["used"][who]]
        places = np.searchsorted(words_shown(), [speeches().words.index(w) for w in TWO])
        common, rare = (float(frame["divided"][i]) for i in places)
        told = {"Step": str(frame.step), f"{NAMES[config.watch]} now": shown(frame["loss"][who])}
        told["Its η"] = shown(eta)
        if config.watch != "sgd":
            told["SGD now, at its best η"] = shown(frame["loss"][0])
        slots = {"r.eta": eta, "r.common": common, "r.rare": rare,
                 "r.slow": eta / common if common else math.nan,
                 "r.fast": eta / rare if rare else math.nan}  # fmt: skip
        return told | {name: shown(value) for name, value in slots.items()}
    if config.problem == "moving":
        told = {"Step": str(frame.step), "Target": shown(frame["now"])}
        errors = dict(zip(METHODS, frame["error"], strict=True))
        best = min(errors, key=lambda name: errors[name])
        told |= {"Nearest so far": f"{NAMES[best]}, {shown(errors[best])}"}
        return told | {f"e.{name}": shown(errors[name]) for name in ("adagrad", "rmsprop")}
    if config.problem == "rare":
        told = {"Step": str(frame.step)}
        told |= {NAMES[n]: f"x = {shown(x)}" for n, x in zip(RIVALS, frame["last"], strict=True)}
        told["Best place"] = "−1" if config.big > config.period - 1 else "not −1"
        return told | {"c.big": shown(config.big), "c.rest": str(config.period - 1),
                       "c.sum": shown(config.big - config.period + 1)}  # fmt: skip
    i = frame.step - 1
    told = {"Step t": str(frame.step), "With correction": f"{shown(frame['corrected'][i])} η",
            "Without": f"{shown(frame['plain'][i])} η"}  # fmt: skip
    slots = {"b.m": frame["m"][i], "b.one": 1 - config.beta1**frame.step,
             "b.mhat": frame["m_hat"][i], "b.v": frame["v"][i],
             "b.two": 1 - config.beta2**frame.step, "b.vhat": frame["v_hat"][i],
             "b.step": -frame["corrected"][i]}  # fmt: skip
    return told | {name: shown(value, 4) for name, value in slots.items()}


TWO = ("the", "thane")

PRESETS = (
    Preset(
        "One rate against many",
        "SGD at its best rate, and the rates of Adagrad: “the” is slowed down, “thane” is not.",
        {"watch": "adagrad"},
    ),
    Preset(
        "Adagrad stalls",
        "The target waits, then moves. Adagrad has summed up so many squares that it can hardly "
        "follow; RMSProp has forgotten them.",
        {"problem": "moving", "lr": 0.3, "beta2": 0.9},
    ),
    Preset(
        "Adam goes the wrong way",
        "A rare gradient of 14 says left, nine of −1 say right. Left is right, and Adam goes to "
        "+1. Drag the ring until it turns.",
        {"problem": "rare", "lr": 2.0, "beta2": 0.7, "watch": "adam"},
    ),
    Preset(
        "Yogi's map",
        "The same map for Yogi: where is it wrong at all?",
        {"problem": "rare", "lr": 2.0, "beta2": 0.7, "watch": "yogi"},
    ),
    Preset(
        "The first steps without correction",
        "β₂ = 0.99 and β₁ = 0.9: without the correction the first step has the length "
        "0.1 / √0.01 = 1, by accident. Lower β₁ to 0 and see it become 10.",
        {"problem": "start", "beta2": 0.99, "beta1": 0.5},
    ),
)


def rates_reached(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A plain method as good as an adaptive one is not to be had; find its best."""
    if config.problem != "words" or config.watch != "sgd":
        return Verdict(False, "Choose rare words, and look into SGD.")
    lost = float(frames[-1]["loss"][0])
    best = float(frames[-1]["sweep"][0].min())
    says = f"SGD ends at {shown(lost)}; the best of its 19 rates gives {shown(best)}."
    return Verdict(lost <= best + 1e-6 and frames[-1].step >= 300, says)


def chased(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A path on which Adagrad is better than RMSProp."""
    if config.problem != "moving":
        return Verdict(False, "Choose the moving target.")
    error = dict(zip(METHODS, frames[-1]["error"].tolist(), strict=True))
    says = f"Adagrad is off by {shown(error['adagrad'])}, RMSProp by {shown(error['rmsprop'])}."
    return Verdict(error["adagrad"] < error["rmsprop"] and len(frames) > 20, says)


def fooled(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Adam wrong although it remembers long."""
    if config.problem != "rare":
        return Verdict(False, "Choose the rare large gradient.")
    total = config.big - config.period + 1
    if config.beta2 < 0.9 or total < 2:
        return Verdict(False, f"β₂ is {config.beta2:g}, a round sums to {total:g}; have 0.9 and 2.")
    where = dict(zip(RIVALS, frames[-1]["last"].tolist(), strict=True))
    says = f"Adam stands at {shown(where['adam'])}, Yogi at {shown(where['yogi'])}."
    return Verdict(where["adam"] > 0.9 and where["yogi"] < -0.9, says)


def equal_start(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Betas for which the first step is the same without the correction."""
    if config.problem != "start":
        return Verdict(False, "Choose the first steps.")
    if config.beta1 < 0.3:
        return Verdict(False, "Keep β₁ at 0.3 or more.")
    a, b = float(frames[0]["corrected"][0]), float(frames[0]["plain"][0])
    if abs(a) < 0.5:
        return Verdict(False, "Let the first gradient not be 0.")
    return Verdict(abs(a - b) < 0.02, f"The first step is {shown(a)} η, without {shown(b)} η.")


CHALLENGES = (
    Challenge("best_sgd", "Look into SGD on the rare words, and find the best of its rates.",
              "Drag the ring on the small curve to its lowest place.", rates_reached),
    Challenge("slow_wins", "Draw a path, or choose settings, on which Adagrad stays closer to the "
              "moving target than RMSProp.",
              "A sum of squares is worth having when the minimum stays and the noise is large.",
              chased),
    Challenge("accident", "In the first steps, with β₁ ≥ 0.3, choose β₁ and β₂ so that the first "
              "step is as long without the correction as with it.",
              "Without it, the first step is (1 − β₁) / √(1 − β₂).", equal_start),
    Challenge("fooled", "Rare gradient: with β₂ ≥ 0.9 and a round that sums to 2 or more, get Adam "
              "to +1 and Yogi to −1.",
              "The rarer the large gradient, the longer Adam has forgotten it. Mind η too.",
              fooled, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Most words are rare. SGD has one rate for all; a word that comes twice in 771 "
             "speeches hardly moves. Adagrad divides each word's rate by its own squares.", {}),
    TourStep("Each dot is a word, and its height is its own rate at this step.",
             {"watch": "adagrad"}, asks="Look into SGD: all dots on one height.",
             done=lambda config: config.watch == "sgd"),
    TourStep("A sum of squares only grows. When the target moves late, Adagrad has no rate left.",
             {"problem": "moving", "lr": 0.3, "beta2": 0.9},
             asks="Raise the memory β₂ above 0.98: RMSProp gets slow as well.",
             done=lambda config: config.beta2 > 0.98),
    TourStep("Forgetting has a price. A large gradient that is rare is forgotten before the next "
             "one comes, and Adam counts it far too little.",
             {"problem": "rare", "lr": 2.0, "beta2": 0.7, "watch": "adam"},
             asks="Drag the ring to a place where Adam ends at −1.",
             done=lambda config: config.beta2 > 0.85 or config.big > 25),
    TourStep("All means begin at 0, so at first they are too small. Adam divides by 1 − βᵗ. Pull a "
             "bar and compare.", {"problem": "start", "beta2": 0.99, "beta1": 0.5}),
)  # fmt: skip

REFERENCES = (
    Reference("Duchi, Hazan & Singer (2011), Adaptive subgradient methods for online learning and "
              "stochastic optimization", "https://jmlr.org/papers/v12/duchi11a.html"),
    Reference("Tieleman & Hinton (2012), Lecture 6.5: rmsprop, Neural networks for machine "
              "learning",
              "https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf"),
    Reference("Zeiler (2012), ADADELTA: an adaptive learning rate method",
              "https://arxiv.org/abs/1212.5701"),
    Reference("Kingma & Ba (2015), Adam: a method for stochastic optimization",
              "https://arxiv.org/abs/1412.6980"),
    Reference("Reddi, Kale & Kumar (2018), On the convergence of Adam and beyond",
              "https://arxiv.org/abs/1904.09237"),
    Reference("Zaheer, Reddi, Sachan, Kale & Kumar (2018), Adaptive methods for nonconvex "
              "optimization"),
)  # fmt: skip
