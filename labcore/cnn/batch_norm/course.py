"""What is worth finding about batch norm, what to try, and a guided way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.cnn.batch_norm.config import Config

FORMULAS = {
    "One value, by your γ and β": r"\text{BN}(x) = \gamma \, "
    r"\frac{x - \hat{\mu}_B}{\sqrt{\hat{\sigma}_B^2 + \epsilon}} + \beta = "
    r"\slot{u.g} \cdot \frac{\slot{u.x} - (\slot{u.m})}{\slot{u.s}} + (\slot{u.b}) = "
    r"\slot{u.g} \cdot (\slot{u.n}) + (\slot{u.b}) = \slot{u.y}",
}

PRESETS = (
    Preset(
        "LeNet wakes up",
        "With sigmoids the plain network guesses to the end. The same weights with batch norm "
        "read two thirds within a few dozen steps.",
        {},
    ),
    Preset(
        "Ten times too large",
        "Weights ten times as large: sigmoids stand at 0 and 1. Batch norm divides the factor out "
        "again, in each layer.",
        {"scale": 10.0},
    ),
    Preset(
        "Judged by one’s company",
        "The same shirt among eight images, twelve times: in train mode its probabilities follow "
        "its companions. The diamond knows no batch.",
        {},
        view="Train and test",
    ),
    Preset(
        "All of its own kind",
        "Among images of one class, what they have in common is subtracted. The network reads "
        "something else altogether.",
        {"company": "alike", "crowd": 32},
        view="Train and test",
    ),
    Preset(
        "A batch of one",
        "A dense unit minus its own mean is 0. Every image looks the same: nothing can be learned.",
        {"batch": 1},
    ),
    Preset(
        "Which rates are borne",
        "Ninety small networks: learning rates across, depth upwards. Play, and see where batch "
        "norm learns and the plain network does not.",
        {"activation": "relu"},
        view="Learning rates",
    ),
    Preset(
        "A smoother way down",
        "Loss at half to four times the step. With ReLU and a small η all three learn; the band "
        "shows which loss is the calmer one.",
        {"activation": "relu", "lr": 0.3},
        view="Why",
    ),
    Preset(
        "Turned round",
        "A negative γ turns a unit round, and its learned partner does not mind: the next weights "
        "can turn it back. With γ = σ and β = μ the norm would undo itself.",
        {"gamma": -1.0, "beta": 0.0},
        view="One unit",
    ),
)  # fmt: skip


def finished(config: Config, frames: Sequence[Frame]) -> bool:
    """Whether the run came to its end."""
    return frames[-1].step == config.steps


def awake(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A plain network with sigmoids that learns."""
    plain = 100 * float(np.nan_to_num(frames[-1]["right"][0, -1]))
    passed = finished(config, frames) and config.activation == "sigmoid" and plain >= 40
    return Verdict(passed, f"{config.activation}: the plain network reads {shown(plain)} %.")


def small(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A batch in which layer norm ends ahead of batch norm."""
    right = 100 * np.nan_to_num(frames[-1]["right"][:, -1])
    passed = finished(config, frames) and config.batch > 1
    passed = passed and right[2] >= right[1] + 3 and right[2] >= 50
    return Verdict(bool(passed), f"Batches of {config.batch}: batch norm {shown(right[1])} %, the "
                   f"third network {shown(right[2])} %.")  # fmt: skip


def sways(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A company that all but turns a verdict that is sure."""
    alone, crowd = frames[-1]["alone"], frames[-1]["crowd"]
    says = int(alone.argmax())
    sure, least = 100 * float(alone[says]), 100 * float(crowd[:, says].min())
    passed = finished(config, frames) and config.company == "mixed" and config.crowd >= 4
    passed = passed and sure >= 90 and least <= 20
    return Verdict(passed, f"In eval mode {shown(sure)} %, in the worst company {shown(least)} %.")


def quickly(config: Config, frames: Sequence[Frame]) -> Verdict:
    """77 % within 160 steps of at most 64 images."""
    best = 100 * float(np.nan_to_num(frames[-1]["right"][:, -1]).max())
    passed = finished(config, frames) and config.steps <= 160 and config.batch <= 64
    return Verdict(bool(passed and best >= 77), f"The best network reads {shown(best)} %.")


CHALLENGES = (
    Challenge("awake", "Sigmoids, no norm: get the plain network to 40 %.",
              "Sigmoids are steepest at 0 and shrink gradients to a quarter or less. How could the "
              "first weights make up for it?", awake),
    Challenge("small", "Find a batch size above 1 at which layer norm ends 3 points ahead of batch "
              "norm, with 50 % or more.",
              "Batch norm learns from the mean of a batch. When is that a poor one? Another "
              "activation helps layer norm.", small),
    Challenge("sways", "Find an image that eval mode is 90 % sure of and one of twelve mixed "
              "batches of 4 or more brings to 20 % or less.",
              "Small company sways most. Bags and boots are sure; shirts are not.", sways),
    Challenge("quick", "In 160 steps of at most 64 images, get a network to 77 %.",
              "Which activation, and which η, when the norm bears both? Seeds differ.",
              quickly, hard=True),
)  # fmt: skip

TOUR = (
    TourStep(
        "A LeNet with sigmoids, three times: no norm, batch norm, layer norm. Same first weights, "
        "same batches. Each hill is what enters the activations of a layer.",
        {}, "Distributions",
    ),
    TourStep(
        "Batch norm subtracts the batch’s mean and divides by its deviation. So a factor in the "
        "weights drops out.",
        {}, "Distributions", "Make the first weights three times as large, or larger.",
        lambda config: config.scale >= 3,
    ),
    TourStep(
        "Then each unit gets a scale γ and a shift β of its own. The picture shows one unit over "
        "one batch.",
        {}, "One unit", "Drag the purple mark until γ is 2 or more.",
        lambda config: config.gamma >= 2,
    ),
    TourStep(
        "In train mode an image is judged by the statistics of its batch. Each orange mark is "
        "another company; the diamond uses the kept statistics.",
        {}, "Train and test", "Put it in a batch of 32 or more: do they come together?",
        lambda config: config.crowd >= 32,
    ),
    TourStep(
        "The kept mean and deviation follow the data: they begin at 0 and 1 and gain a tenth of "
        "the way each step.",
        {}, "Train and test",
    ),
    TourStep(
        "What batch norm brings for certain: rates at which a plain network fails are borne.",
        {"activation": "relu"}, "Learning rates",
    ),
    TourStep(
        "Why is disputed. First it was said that layers’ inputs shift less; later that the loss is "
        "smoother. Here both are measured.",
        {"activation": "relu", "lr": 0.3}, "Why",
    ),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola, Dive into Deep Learning, 8.5",
              "https://d2l.ai/chapter_convolutional-modern/batch-norm.html"),
    Reference("Ioffe & Szegedy (2015), Batch normalization: accelerating deep network training by "
              "reducing internal covariate shift", "https://arxiv.org/abs/1502.03167"),
    Reference("Santurkar, Tsipras, Ilyas & Madry (2018), How does batch normalization help "
              "optimization?", "https://arxiv.org/abs/1805.11604"),
    Reference("Ba, Kiros & Hinton (2016), Layer normalization", "https://arxiv.org/abs/1607.06450"),
    Reference("Wu & He (2018), Group normalization", "https://arxiv.org/abs/1803.08494"),
)  # fmt: skip
