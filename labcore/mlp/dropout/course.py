"""What is worth finding about dropout, what to try, and a guided way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.mlp.dropout.config import Config
from labcore.mlp.dropout.doubt import LINE

FORMULAS = {
    "Expectation of unit 1": r"E[h'_1] = \slot{e.p} \cdot 0 + \slot{e.q} \cdot \slot{e.k} = "
    r"\slot{e.m}, \quad h_1 = \slot{e.h}, \quad \text{mean of } \slot{e.n} \text{ masks: } "
    r"\slot{e.seen} \pm \slot{e.s}",
    "Doubt at x = 4": r"\hat{y}(4) = \slot{d.y} \pm 2 \cdot \slot{d.s} \quad \text{from } "
    r"\slot{d.n} \text{ masks}",
}

PRESETS = (
    Preset(
        "Learned by heart",
        "Without dropout all 300 labels are learned, wrong ones too, and the loss on new images "
        "rises. With it, the test curve ends higher.",
        {},
    ),
    Preset(
        "Nothing wrong to learn",
        "With right labels only the gain is small. Regularization helps where there is something "
        "to be kept out.",
        {"noise": 0},
    ),
    Preset(
        "Too much of it",
        "At p = 0.9 few units are left at a time: the network cannot even learn its training "
        "images.",
        {"p": 0.9, "width": 64},
    ),
    Preset(
        "Why it is divided",
        "Left as they are, the kept values average to (1 − p) h. In a test, without masks, every "
        "layer would hear twice of what it was trained on.",
        {"scaled": "plain"},
        view="Averages",
    ),
    Preset(
        "Rare and loud",
        "At p = 0.9 a kept value is tenfold. The mean is right all the same, but it takes many "
        "more masks to see it.",
        {"p": 0.9},
        view="Averages",
    ),
    Preset(
        "Doubt where nothing is known",
        "Dropout stays on and the network is asked 60 times. Left and right of the data the "
        "answers fan out.",
        {},
        view="Doubt",
    ),
    Preset(
        "Sure without a reason",
        "With more dropout the band becomes wider everywhere, data or not. It is no measured "
        "probability.",
        {"rate": 0.5},
        view="Doubt",
    ),
)


def end(frames: Sequence[Frame]) -> np.ndarray:
    """Accuracies after the last step, per cent: training and test by network, (2, 2)."""
    return 100 * np.nan_to_num(frames[-1]["rows"][[0, 2], :, -1])


def gains(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Four points more on test images."""
    test = end(frames)[1]
    ahead = float(test[0] - test[1])
    passed = ahead >= 4 and test[0] >= 60
    return Verdict(passed, f"Dropout ends {shown(ahead, 2)} points from the other.")


def harms(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Three points less on test images, from a rate that is not absurd."""
    train, test = end(frames)
    behind = float(test[1] - test[0])
    passed = behind >= 3 and 0 < config.p <= 0.6 and train[1] >= 60
    return Verdict(passed, f"Dropout ends {shown(behind, 2)} points behind, at p = {config.p:g}.")


def exact(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A mean within 1 % though a good part is dropped."""
    off = 100 * float(frames[-1]["off"][-1])
    passed = config.p >= 0.2 and off <= 1 and config.scaled == "scaled"
    passed = passed and float(frames[-1]["h"].max()) > 0
    return Verdict(passed, f"p = {config.p:g}: after 2000 masks the mean is off by {shown(off)} %.")


def honest(config: Config, frames: Sequence[Frame]) -> Verdict:
    """More doubt in the middle of a gap than at the data."""
    x = np.sort([place for place, _ in config.points])
    gaps = np.diff(x)
    i = int(gaps.argmax())
    spread = frames[-1]["spread"].astype(float)
    ratio = float(np.interp((x[i] + x[i + 1]) / 2, LINE, spread)
                  / max(np.interp(x, LINE, spread).mean(), 1e-9))  # fmt: skip
    passed = len(x) >= 6 and min(i + 1, len(x) - i - 1) >= 3 and gaps[i] >= 1.5 and ratio >= 1.4
    says = f"A gap of {shown(gaps[i])}: {shown(ratio)} times the doubt at the data."
    return Verdict(passed, says)


CHALLENGES = (
    Challenge(
        "gains", "Have dropout end 4 points or more above the other on test images, at 60 % or "
        "more.",
        "The more there is that should not be learned, the more it helps.", gains,
    ),
    Challenge(
        "harms", "Have dropout of at most 0.6 end 3 points or more below the other.",
        "A small network has no unit to spare, and right labels no harm.", harms,
    ),
    Challenge(
        "exact", "With p = 0.2 or more, have the mean of 2000 masks off by 1 % or less.",
        "The error is √(p/(1 − p)/n) on average; luck, or one unit that matters most, does the "
        "rest.", exact,
    ),
    Challenge(
        "honest", "Data in two groups of three or more, a gap of 1.5 or wider: have 1.4 times the "
        "doubt in its middle.",
        "The answers differ most where the function is far from 0, not where data are far. Use it.",
        honest, hard=True,
    ),
)  # fmt: skip

TOUR = (
    TourStep(
        "Two networks see the same 300 images; a fifth of the labels is wrong. In one of them half "
        "of the hidden units is left out, anew each time.",
        {}, "Training",
    ),
    TourStep(
        "Without dropout, training ends at 100 %: every wrong label was learned. Dashed minus "
        "solid is the gap.",
        {}, "Training", "Raise the wrong labels to 40 % or more, and compare the solid lines.",
        lambda config: config.noise >= 40,
    ),
    TourStep(
        "A kept value is divided by 1 − p. So the mean over masks is what it would be without any, "
        "and in a test no mask is needed.",
        {}, "Averages", "Pull a bar and see its mean follow; then choose “stays as it is”.",
        lambda config: config.scaled == "plain",
    ),
    TourStep(
        "Masks may stay on when the network is asked. Each gives another answer; where they agree, "
        "the data have a say.",
        {}, "Doubt",
    ),
    TourStep(
        "The band is wide outside of the data. In the gap between two groups it need not be: "
        "dropout does not know where data are.",
        {}, "Doubt", "Put a point far out, at x above 3, and see the doubt shrink there.",
        lambda config: max(x for x, _ in config.points) > 3,
    ),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola, Dive into Deep Learning, 5.6",
              "https://d2l.ai/chapter_multilayer-perceptrons/dropout.html"),
    Reference("Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), Dropout: a simple "
              "way to prevent neural networks from overfitting",
              "https://jmlr.org/papers/v15/srivastava14a.html"),
    Reference("Gal & Ghahramani (2016), Dropout as a Bayesian approximation",
              "https://arxiv.org/abs/1506.02142"),
    Reference("Foong, Burt, Li & Turner (2020), On the expressiveness of approximate inference in "
              "Bayesian neural networks", "https://arxiv.org/abs/1909.00719"),
    Reference("Xiao, Rasul & Vollgraf (2017), Fashion-MNIST", "https://arxiv.org/abs/1708.07747"),
)  # fmt: skip
