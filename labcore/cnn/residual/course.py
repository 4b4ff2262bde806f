"""What is worth finding about residual networks, what to try, and a guided way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.cnn.residual.config import EVERY, MOST, Config, kept_blocks

FORMULAS = {
    "A residual block": r"y = \text{relu}(x + f(x)), \quad \text{block } \slot{r.block}: \; x = "
    r"\slot{r.in} \mapsto y = \slot{r.out}, \qquad \frac{\partial}{\partial x} (x + f(x)) = 1 + "
    r"f'(x)",
    "Paths": r"2^n = 2^{\slot{p.n}} = \slot{p.k} \text{ paths, through } \frac{n}{2} = "
    r"\slot{p.mean} \text{ blocks on average}",
}

PRESETS = (
    Preset(
        "Deeper is worse",
        "32 plain layers end with a higher training loss than 8. This is no overfitting: the deep "
        "network does not even learn what it is shown. The residual one does.",
        {},
    ),
    Preset(
        "Fifty-six layers",
        "The plain network hardly leaves its start. At step 0 its gradients grow several "
        "hundredfold towards the image; some steps later hardly any arrives there.",
        {"depth": "56"},
    ),
    Preset(
        "Nothing after the convolutions",
        "Without norm a residual network adds up what its blocks give, and overflows. Now let "
        "blocks start as the identity.",
        {"norm": "none", "lr": 0.02},
    ),
    Preset(
        "Identity at the start",
        "With γ = 0 at first every residual block gives out exactly what it gets. Step on and see "
        "points leave the line.",
        {"zero": True},
        view="Identity",
    ),
    Preset(
        "Leave a block out",
        "Take a block out of the plain network and it nearly guesses. The residual one hardly "
        "minds, except for its first blocks.",
        {},
        view="Paths",
    ),
    Preset(
        "Every third block gone",
        "Five blocks are out. Put some back with a click, or take more.",
        {"cells": "oxooxooxooxooxo" + "o" * (MOST - 15)},
        view="Paths",
    ),
    Preset(
        "Trained to miss some",
        "Stochastic depth: late blocks are left out of half of the steps. Now more of them can go.",
        {"drop": 0.5, "cells": "oooooxoxoxoxoxo" + "o" * (MOST - 15)},
        view="Paths",
    ),
    Preset(
        "Around the end",
        "The loss around the trained weights, on one scale for both. Which network stands lower, "
        "and how far does its bowl reach? Compare 14 layers.",
        {"depth": "44"},
        view="Loss surface",
    ),
)


def trained(config: Config, frames: Sequence[Frame]) -> np.ndarray:
    """Per cent of test images read by the deep pair after training; 0 if it was not finished."""
    now = config.steps // EVERY
    return 100 * np.nan_to_num(frames[-1]["right"][:2, now])


def deep(config: Config, frames: Sequence[Frame]) -> Verdict:
    """More than forty layers, well trained."""
    right = float(trained(config, frames)[1])
    passed = int(config.depth) >= 44 and right >= 72
    return Verdict(passed, f"{config.depth} layers: the residual network reads {shown(right)} %.")


def bare(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Many layers without any norm."""
    right = float(trained(config, frames)[1])
    passed = config.norm == "none" and int(config.depth) >= 32 and right >= 60
    norm = "no norm" if config.norm == "none" else "batch norm"
    return Verdict(passed, f"{config.depth} layers, {norm}: residual {shown(right)} %.")


def fewer(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A third of the blocks left out after training."""
    standing = kept_blocks(config)
    out, right = int((~standing).sum()), 100 * float(frames[-1]["with_these"][1])
    passed = trained(config, frames)[1] > 0 and 3 * out >= len(standing) and right >= 55
    return Verdict(passed, f"{out} of {len(standing)} blocks out: it reads {shown(right)} %.")


def plain(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A plain network that is deep and well trained."""
    right = float(trained(config, frames)[0])
    passed = int(config.depth) >= 20 and right >= 72
    return Verdict(passed, f"{config.depth} layers: the plain network reads {shown(right)} %.")


CHALLENGES = (
    Challenge("deep", "Train a residual network of 44 layers or more to read 72 %.",
              "Depth costs steps. Give it more, and perhaps a smaller η.", deep),
    Challenge("bare", "Without any norm, train a residual network of 32 layers or more to 60 %.",
              "What would the sizes be if no block added anything at first?", bare),
    Challenge("fewer", "Leave out a third of the blocks after training, and still read 55 %.",
              "The first picture says which blocks are missed least. And training can prepare for "
              "it.", fewer),
    Challenge("plain", "Train a plain network of 20 layers or more to read 72 %.",
              "It can be done, slowly: the fewest layers allowed, the most steps, a well-chosen η.",
              plain, hard=True),
)  # fmt: skip

TOUR = (
    TourStep(
        "Four networks see the same batches: plain and residual, of 32 and of 8 layers. Compare "
        "the two plain ones: the deeper has the higher loss in training.",
        {}, "Depth",
    ),
    TourStep(
        "A block of two convolutions computes f(x). The plain network goes on with f(x), the "
        "residual one with x + f(x).",
        {}, "Identity", "Look at one of the last blocks, 12 or later.",
        lambda config: config.block >= 12,
    ),
    TourStep(
        "If a block has nothing to add, f must become 0. That is easier to learn than to copy x. "
        "It can also be where training begins.",
        {}, "Identity", "Let blocks start as the identity, train, and go to step 0.",
        lambda config: config.zero,
    ),
    TourStep(
        "With n blocks there are two ways through each: 2ⁿ paths, and most are short. So one block "
        "more or less changes little.",
        {}, "Paths", "Leave out three blocks or more. Which network minds?",
        lambda config: int((~kept_blocks(config)).sum()) >= 3,
    ),
    TourStep(
        "Around the trained weights the loss is measured in two random directions, each filter "
        "scaled to its own length.",
        {}, "Loss surface",
    ),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola, Dive into Deep Learning, 8.6",
              "https://d2l.ai/chapter_convolutional-modern/resnet.html"),
    Reference("He, Zhang, Ren & Sun (2016), Deep residual learning for image recognition",
              "https://arxiv.org/abs/1512.03385"),
    Reference("Goyal et al. (2017), Accurate, large minibatch SGD (the last γ of a block starts at "
              "0)", "https://arxiv.org/abs/1706.02677"),
    Reference("Huang, Sun, Liu, Sedra & Weinberger (2016), Deep networks with stochastic depth",
              "https://arxiv.org/abs/1603.09382"),
    Reference("Veit, Wilber & Belongie (2016), Residual networks behave like ensembles of "
              "relatively shallow networks", "https://arxiv.org/abs/1605.06431"),
    Reference("Li, Xu, Taylor, Studer & Goldstein (2018), Visualizing the loss landscape of neural "
              "nets", "https://arxiv.org/abs/1712.09913"),
)  # fmt: skip
