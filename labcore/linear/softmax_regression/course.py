"""What to find, to reach and to follow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.data import CLOTHES
from labcore.linear.softmax_regression.config import BARS, LOGITS, MISTAKES, TRAINING, Config

SHIRT = CLOTHES.index("shirt")

PRESETS = (
    Preset("Ten pictures of each class", "The weights become a blend of the very images that were "
           "learned: the training loss falls, the test loss stays high.",
           {"images": 10, "epochs": 30, "batch": 16}, TRAINING),
    Preset("Smooth templates", "Weight decay wipes out what speckles say about single training "
           "images. Some accuracy goes too: compare it with λ = 0.",
           {"decay": 0.05}, TRAINING),
    Preset("Too long a step", "The accuracy looks fair and the loss is terrible: each step "
           "overshoots, and the wrong answers are given with great certainty.",
           {"lr": 1.0}, TRAINING),
    Preset("The most surely wrong", "Ten test images on which the model is surest and wrong. Some "
           "labels you might dispute yourself.", {"which": "wrong"}, MISTAKES),
    Preset("Where the shirts go", "Play: T-shirts, pullovers and coats take the shirts from each "
           "other, epoch after epoch. Drag the square along their row.",
           {"was": 6, "said": 4}, MISTAKES),
    Preset("Add 100 to all", "Nothing changes for softmax. But exp(103) is more than a float32 "
           "can hold, and ∞ / ∞ is not a number. The squares, with the largest out, stay.",
           {"shift": 100}, LOGITS),
    Preset("Cold", "At T = 0.05 softmax is nearly the largest alone. Pull two tops level and see "
           "how small a difference decides.", {"temperature": 0.05}, LOGITS),
)  # fmt: skip


def coin(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A loss of one bit, whatever the label."""
    bits = frames[-1]["loss"] / np.log(2)
    return Verdict(
        bool(abs(bits - 1) <= 0.02), f"The loss of your logits is {format_number(bits)} bits."
    )


def overflow(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The naive loss breaks where the model is right."""
    last = frames[-1]
    p = float(last["p"][CLOTHES.index(config.truth)])
    broken = not np.isfinite(last["naive_loss"])
    says = (f"The true class has {format_number(100 * p)} %, and exp as it stands "
            f"{'fails' if broken else 'still works'}.")  # fmt: skip
    return Verdict(bool(broken and p >= 0.9), says)


def once(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Much learned from a single epoch."""
    first = [frame for frame in frames if frame["epoch"] <= 1]
    if not first:
        return Verdict(False, "This run goes on from a later epoch; train from the start.")
    best = max(frame["test_right"] for frame in first)
    return Verdict(best >= 0.79, f"Within the first epoch {100 * best:.1f} % were reached.")


def shirts(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The hardest class found, without loss elsewhere."""
    last = frames[-1]
    row = last["table"][SHIRT]
    found = 100 * row[SHIRT] / row.sum()
    says = f"{found:.0f} % of the shirts and {100 * last['test_right']:.1f} % of all are right."
    return Verdict(bool(found >= 65 and last["test_right"] >= 0.825), says)


CHALLENGES = (
    Challenge("coin", "Pull the logits until the loss is one bit: as surprising as a coin.",
              "One bit is a probability of ½ for the true class.", coin),
    Challenge("overflow", "Make exp as it stands fail although the true class has 90 % or more.",
              "Softmax does not care what is added to all logits.", overflow),
    Challenge("once", "Reach 79 % of the test images within the first epoch.",
              "Ten thousand images are more steps when the batches are smaller.", once),
    Challenge("shirts", "End with at least 65 % of the shirts right, and 82.5 % of all.",
              "It takes time, and the last steps must not be so long that classes steal from each "
              "other. Luck plays a part.", shirts, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("For each class the model keeps one picture of weights. An image is laid over it, "
             "pixel times weight is summed up: that is the logit.", {}, TRAINING),
    TourStep("Softmax makes probabilities of ten logits. Only differences count.",
             {}, LOGITS, "Pull the top of the shirt down to 1 or lower.",
             lambda config: config.logits[SHIRT][1] <= 1),
    TourStep("The loss is the surprise at the true label, −log p: 0 if it was certain, without "
             "limit if it was held for impossible. Heat makes all alike.", {}, LOGITS,
             "Raise the temperature above 3.", lambda config: config.temperature > 3),
    TourStep("A computer holds no number above 3.4 · 10³⁸. Take the largest logit out first and "
             "the result is the same, without danger.", {"logits": BARS}, LOGITS,
             "Break it: add 90 or more to all logits.", lambda config: config.shift >= 90),
    TourStep("Trained, it reads eight of ten. The rest is in this table; drag the square.",
             {}, MISTAKES, "Look at coats taken for pullovers: row coat, column pullover.",
             lambda config: (config.was, config.said) == (4, 2)),
    TourStep("The same network as a line of torch.nn has the same losses, digit by digit.",
             {"code": "concise"}, TRAINING, "Reach 79 % in the first epoch.", reach="once"),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, sections 4.1 to 4.5",
              "https://d2l.ai/chapter_linear-classification/index.html"),
    Reference("Bridle (1990), Training stochastic model recognition algorithms as networks can "
              "lead to maximum mutual information estimation of parameters",
              "https://proceedings.neurips.cc/paper/1989/hash/"
              "0336dcbab05b9d5ad24f4333c7658a0e-Abstract.html"),
    Reference("Xiao, Rasul & Vollgraf (2017), Fashion-MNIST: a novel image dataset for "
              "benchmarking machine learning algorithms", "https://arxiv.org/abs/1708.07747"),
)  # fmt: skip

FORMULAS = {
    "Softmax and surprise": r"p_y = \frac{\exp(o_y / T)}{\sum_j \exp(o_j / T)} = \slot{s.p},\qquad "
    r"\ell = -\log p_y = \slot{s.loss} \text{ nats} = \slot{s.bits} \text{ bits}",
    "Log-sum-exp": r"\log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m} = \slot{s.top} + "
    r"\slot{s.rest} = \slot{s.sum},\quad z = \frac{o + c}{T},\quad m = \max_j z_j,\quad "
    r"\ell = \slot{s.sum} - \slot{s.o}",
    "A step": r"W \leftarrow W - \slot{t.lr} \cdot \frac{1}{\slot{t.n}} \sum_i x_i "
    r"(p_i - \text{one-hot}(y_i))^\top,\qquad "
    r"\text{training loss after step } \slot{t.step}\text{: } \slot{t.loss}",
}
