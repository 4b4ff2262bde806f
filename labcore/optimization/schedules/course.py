"""What is worth finding, goals, a guided way, the numbers in words, and formulas."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.optimization.schedules.config import NAMES, Config, factors

WHO = tuple(NAMES)
FORMULAS = {
    "Cosine at this step": r"\eta_t = \eta\left(f + (1 - f)\,"
    r"\frac{1 + \cos(\pi t / T)}{2}\right) = \slot{c.eta} \cdot \slot{c.cosine}"
    r" = \slot{c.rate},\qquad t = \slot{c.step}",
    "Yours": r"\eta_t = \slot{s.eta} \cdot \slot{s.drawn} = \slot{s.own}",
}


def scores(frame: Frame) -> np.ndarray:
    """The share of test images read rightly by each network at a frame, (6,)."""
    rows = frame["test_right"]
    filled = np.flatnonzero(np.isfinite(rows).any(0))
    return rows[:, filled[-1]] if len(filled) else np.full(len(WHO), np.nan)


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    at = factors(config)[:, min(frame.step, config.steps - 1)]
    cosine, drawn = float(at[WHO.index("cosine")]), float(at[WHO.index("drawn")])
    slots = {"s.eta": shown(config.lr), "s.drawn": shown(drawn), "s.own": shown(config.lr * drawn)}
    if not config.warmup:  # the formula has none
        slots |= {"c.eta": shown(config.lr), "c.cosine": shown(cosine),
                  "c.rate": shown(config.lr * cosine),
                  "c.step": str(min(frame.step, config.steps - 1))}  # fmt: skip
    if "test_right" not in frame.values:
        names = ("Step", "Epoch", "Best on test images", "Yours")
        return dict.fromkeys(names, "–") | {"Your η now": shown(config.lr * drawn)} | slots
    right = scores(frame)
    if not np.isfinite(right).any():
        return {"Step": str(frame.step), "Best on test images": "none"} | slots
    best = int(np.nanargmax(right))
    return {
        "Step": str(frame.step),
        "Epoch": shown(frame.step * config.batch / 10000),
        "Best on test images": f"{tuple(NAMES.values())[best]}, {100 * right[best]:.1f} %",
        "Yours": f"{100 * right[-1]:.1f} %" if math.isfinite(right[-1]) else "lost",
        "Your η now": shown(config.lr * drawn),
    } | slots


PRESETS = (
    Preset(
        "A fall in η is a fall in loss",
        "At each milestone the multi-step curve drops at once: the noise goes, not the slope. "
        "Constant stays on its floor.",
        {"lr": 0.15},
        view="Training",
    ),
    Preset(
        "Too fast at the start",
        "SGD at η = 1: networks are thrown about in their first steps, and some never get over "
        "it. Then add 20 % of warm-up.",
        {"optimizer": "sgd", "lr": 1.0, "steps": 800},
    ),
    Preset(
        "The same with a warm-up",
        "η rises slowly: the constant network is saved as well. Yours has none, unless you draw "
        "it.",
        {"optimizer": "sgd", "lr": 1.0, "steps": 800, "warmup": 20},
    ),
    Preset(
        "Wrong labels",
        "Nearly a third of the labels are wrong. A rate that stays large follows each of them for "
        "a while; one that falls averages them out.",
        {"noise": 30},
    ),
    Preset(
        "Adam needs it too",
        "Adam's own scaling does not replace a schedule: constant ends last.",
        {"optimizer": "adam", "lr": 0.01},
    ),
)


def yours(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A drawn schedule that is best of all six on test images."""
    if frames[-1].step < config.steps or config.steps < 600:
        return Verdict(False, "Let a run of 600 steps or more come to its end.")
    if config.drawn == Config().drawn:
        return Verdict(False, "Draw one: this is the one you were given.")
    right = scores(frames[-1])
    if not np.isfinite(right).all():
        return Verdict(False, "A network was lost; choose a smaller η.")
    ahead = float(right[-1] - right[:-1].max())
    return Verdict(
        ahead > 0, f"Yours is {shown(100 * ahead, 2)} points from the best of the others."
    )


def short(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A good network from few steps."""
    if frames[-1].step < config.steps or config.steps > 300 or config.batch > 64:
        return Verdict(False, "Use at most 300 steps of at most 64 images, to the end.")
    if config.noise:
        return Verdict(False, "Leave the labels right.")
    best = float(np.nan_to_num(scores(frames[-1])).max())
    return Verdict(best >= 0.845, f"The best network reads {100 * best:.1f} % of the test images.")


def rescued(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Momentum at a rate at which constant is lost, and your schedule is not."""
    if config.optimizer != "momentum" or config.lr < 0.3:
        return Verdict(False, "Use momentum with η of 0.3 or more.")
    if frames[-1].step < config.steps:
        return Verdict(False, "Let the run come to its end.")
    right = np.nan_to_num(scores(frames[-1]))
    says = f"Yours reads {100 * right[-1]:.1f} %, constant {100 * right[0]:.1f} %."
    return Verdict(bool(right[-1] >= 0.82 and right[0] < 0.75), says)


CHALLENGES = (
    Challenge("yours", "Draw a schedule that reads more test images than all five others.",
              "Rise quickly, stay for a while, and end near 0. Others end near 0 as well: be "
              "bolder in the middle.", yours),
    Challenge("rescued", "Momentum with η ≥ 0.3: draw a schedule that reads 82 % where constant "
              "stays below 75 %.",
              "η = 0.3 is only what factor 1 means. Which factors does yours need?", rescued),
    Challenge("short", "In at most 300 steps, get any of the networks to 84.5 % of the test "
              "images.",
              "So short a run needs a large η and a quick end. Which optimizer is quickest?", short,
              hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Six networks start alike and see the same batches of clothes. They differ in how "
             "their learning rate changes on the way.", {}, "Test"),
    TourStep("The purple line is yours. What is above 1 is more than the slider's η.", {}, "Test",
             asks="Drag the last point up to a factor of 0.5 or more, and see what it costs.",
             done=lambda config: max(config.drawn)[1] >= 0.5),
    TourStep("Look at the loss in training. Each milestone of the multi-step schedule leaves a "
             "step in it.", {"lr": 0.15}, "Training"),
    TourStep("At a rate this large the first steps do damage that lasts.",
             {"optimizer": "sgd", "lr": 1.0, "steps": 800}, "Training",
             asks="Give all a warm-up of 15 % or more.",
             done=lambda config: config.warmup >= 15),
    TourStep("With wrong labels the training accuracy cannot reach 100 % honestly. See which "
             "schedule still reads the right labels of the test images.", {"noise": 30}, "Test"),
)  # fmt: skip

REFERENCES = (
    Reference("Loshchilov & Hutter (2017), SGDR: stochastic gradient descent with warm restarts",
              "https://arxiv.org/abs/1608.03983"),
    Reference("Smith (2017), Cyclical learning rates for training neural networks",
              "https://arxiv.org/abs/1506.01186"),
    Reference("Goyal et al. (2017), Accurate, large minibatch SGD",
              "https://arxiv.org/abs/1706.02677"),
    Reference("Xiao, Rasul & Vollgraf (2017), Fashion-MNIST", "https://arxiv.org/abs/1708.07747"),
    Reference("He, Zhang, Ren & Sun (2015), Delving deep into rectifiers",
              "https://arxiv.org/abs/1502.01852"),
)  # fmt: skip
