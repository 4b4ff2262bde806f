"""What is worth finding, goals, a guided way, formulas and references."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.builders.training_loop.config import (
    BACKWARD,
    EVAL,
    HELD_OUT,
    NO_GRAD,
    SHUFFLE,
    STEP,
    TRAIN,
    ZERO,
    Config,
)
from labcore.builders.training_loop.lesson import length, told, whole

FORMULAS = {
    "A step": r"w - \eta \frac{\partial L}{\partial w} = \slot{w.w} - \slot{w.lr} \cdot "
    r"(\slot{w.g}) = \slot{w.next}",
}

PRESETS = (
    Preset("Call after call", "Who calls whom, and what a batch is at each place.", {}),
    Preset("zero_grad forgotten", "Each step goes along the sum of all gradients so far: watch "
           ".grad grow.", {"cut": ZERO}, "Losses"),
    Preset("The same, gently", "With a small η the forgotten line looks like speed at first; then "
           "the loss swings.", {"cut": ZERO, "lr": 0.001, "epochs": 40}, "Losses"),
    Preset("step forgotten", "Gradients come and go, and nothing is learned.",
           {"cut": STEP}, "Losses"),
    Preset("Sorted, and not shuffled", "Cheap houses first, dear ones last, in every epoch: the "
           "network runs after the last price it saw.",
           {"cut": SHUFFLE, "ordered": True, "lr": 0.03}, "Losses"),
    Preset("eval forgotten", "Judged with half of its units missing.",
           {"cut": EVAL, "dropout": 0.5}, "Losses"),
    Preset("Judged on what it knows", "The orange line lies below the grey one, and says less.",
           {"cut": HELD_OUT, "dropout": 0.0, "lr": 0.1, "batch": 16, "epochs": 40}, "Losses"),
)  # fmt: skip


def ended(config: Config, frames: Sequence[Frame]) -> bool:
    """Whether the run has come to its end."""
    return len(frames) >= length(config)


def silent(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A line left out that changes no loss at all, and costs memory."""
    here, sound = told(config), told(whole(config))
    same = len(here.val) == len(sound.val) and np.array_equal(here.val, sound.val)
    says = f"Validation keeps {here.kept / 1024:.0f} kB; the losses are "
    return Verdict(bool(config.cut and same and here.kept > 0 and ended(config, frames)),
                   says + ("the same." if same else "others."))  # fmt: skip


def flattered(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A validation loss that looks a good deal better than it is."""
    if config.cut != HELD_OUT or not ended(config, frames):
        return Verdict(False, "Validate on the training data, to the end.")
    here, sound = (float(told(c).val[-1]) if len(told(c).val) else np.inf
                   for c in (config, whole(config)))  # fmt: skip
    return Verdict(
        bool(np.isfinite(here) and here <= 0.6 * sound),
        f"It says {shown(here)}; held out, {shown(sound)}.",
    )


def still(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A loop that computes gradients and never learns."""
    story = told(config)
    sizes = story.sizes
    flat = len(set(story.val.tolist())) == 1 and len(story.val) == config.epochs
    says = f"The validation loss is {shown(story.val[-1]) if len(story.val) else '–'} at the end."
    return Verdict(bool(flat and sizes.max() > 0 and ended(config, frames)), says)


def saved(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Without zero_grad and nevertheless good."""
    if config.cut != ZERO:
        return Verdict(False, "Leave zero_grad out.")
    val = told(config).val
    if not ended(config, frames) or len(val) < config.epochs:
        return Verdict(False, "The loss was lost, or the run has not ended.")
    return Verdict(bool(val[-1] <= 0.5), f"The validation loss ends at {shown(val[-1])}.")


CHALLENGES = (
    Challenge("silent", "Leave out a line without which all losses stay the same, digit for digit.",
              "One of the lines only saves memory.", silent),
    Challenge("still", "Let gradients be computed that never change a weight.",
              "One line computes them, another goes along them.", still),
    Challenge("flattered", "Make the network seem at least 40 % better than it is.",
              "Judge it on what it knows by heart; then help it learn by heart: no dropout, small "
              "batches, many epochs.", flattered),
    Challenge("saved", "Leave zero_grad out and end with a validation loss of 0.5 or less.",
              "The sum of all gradients is momentum that never rubs off. How few steps, and how "
              "small, does it take to stop near the bottom?", saved, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("The trainer gets a model and data and calls both. Step forward with the arrow keys: "
             "the orange line runs, the arrow shows who calls whom.", {}, "Calls"),
    TourStep("A batch is 32 rows of 11 numbers; the network makes 32 × 1 of it, the loss one "
             "number. See when .grad is set to zero, and when it is filled.", {}, "Calls",
             "Make the batch larger, and read the shapes again.",
             lambda config: config.batch > 32),
    TourStep("Every line has its reason.", {}, "Losses",
             "Click on optimizer.zero_grad() to leave it out.",
             lambda config: config.cut == ZERO),
    TourStep("The dotted line is a plain loop without any class, with the same line left out. The "
             "gap between the two is exactly 0: classes order the work and change no number.",
             {"cut": TRAIN}, "Losses"),
    TourStep("Some mistakes shout, some whisper. This one changes no loss at all.",
             {"cut": NO_GRAD}, "Losses",
             "Leave out another line: backward(). Is that one loud?",
             lambda config: config.cut == BACKWARD),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into Deep Learning, section 3.2",
              "https://d2l.ai/chapter_linear-regression/oo-design.html"),
    Reference("Paszke et al. (2019), PyTorch: an imperative style, high-performance deep learning "
              "library", "https://arxiv.org/abs/1912.01703"),
    Reference("Anglin & Gençay (1996), Semiparametric estimation of a hedonic price function",
              "https://doi.org/10.1002/(SICI)1099-1255(199611)11:6%3C633::AID-JAE414%3E3.0.CO;2-T"),
)  # fmt: skip
