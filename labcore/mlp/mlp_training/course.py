"""What is worth finding, goals, a guided way, formulas and references."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.mlp.mlp_training.config import COUNT, Config, observed

FORMULAS = {
    "A step": r"W \leftarrow W - \slot{n.lr} \cdot \frac{1}{\slot{n.batch}} "
    r"\sum_i \frac{\partial \ell_i}{\partial W}",
    "Parameters": r"784 \cdot \slot{n.hidden} + \slot{n.hidden} + \slot{n.hidden} \cdot 10 + 10 "
    r"= \slot{n.all}",
    "Surprise": r"\ell = -\log p_{\text{truth}} = -\log \slot{n.p} = \slot{n.surprise}",
}

PRESETS = (
    Preset("Garments appear", "Noise at first; then trousers, sneakers and bags show through the "
           "weights. Scrub to and fro.", {}),
    Preset("Two networks, one curve", "From scratch and concise go on together for ten epochs; the "
           "gap grows from the last digit of a float, and no curve shows it.", {"beside": "whole"}),
    Preset("Another start", "PyTorch's own first weights are larger: the concise network is "
           "ahead from the first steps on.", {"beside": "own"}),
    Preset("What is mixed up", "Shirts, pullovers and coats: see in which order the network learns "
           "to tell them apart.", {"hidden": 64}, "Opinions"),
    Preset("All zero", "Without first differences no unit can become different from another.",
           {"begin": "zero", "epochs": 3}),
    Preset("Too bold", "With η = 5 the first steps silence the hidden units for good.",
           {"lr": 5.0, "epochs": 3}),
    Preset("Three units", "Ten classes through a gap of three numbers.", {"hidden": 3}),
)  # fmt: skip


def whole(config: Config, frames: Sequence[Frame]) -> bool:
    """Whether the run has come to its end."""
    return frames[-1].step >= observed(config)[-1]


def good(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A good network from all that is admitted."""
    right = float(frames[-1]["right"])
    return Verdict(whole(config, frames) and right >= 0.86,
                   f"It reads {100 * right:.1f} % of the test images.")  # fmt: skip


def narrow(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A good network with few units."""
    if config.hidden > 8:
        return Verdict(False, "Use at most 8 hidden units.")
    right = float(frames[-1]["right"])
    return Verdict(whole(config, frames) and right >= 0.8,
                   f"{config.hidden} units read {100 * right:.1f} % of them.")  # fmt: skip


def learnt_by_heart(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Training far below test: memory, not skill."""
    last = frames[-1]
    train, test = float(last["train_loss"]), float(last["test_loss"])
    says = f"Loss {shown(train)} in training, {shown(test)} on test images."
    return Verdict(bool(np.isfinite(test) and test - train >= 0.2 and train < 0.35), says)


def quick(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A good network in few steps."""
    steps = config.epochs * (COUNT // config.batch)
    if steps > 320:
        return Verdict(False, f"{config.epochs} epochs are {steps} steps; use at most 320.")
    right = float(frames[-1]["right"])
    return Verdict(whole(config, frames) and right >= 0.84,
                   f"{steps} steps read {100 * right:.1f} % of the test images.")  # fmt: skip


CHALLENGES = (
    Challenge("good", "Read 86 % of the test images.",
              "Smaller batches make more steps in an epoch; larger first weights save time.", good),
    Challenge("narrow", "Read 80 % with at most 8 hidden units.",
              "A small network needs more steps, and larger first weights.", narrow),
    Challenge("heart", "Let the loss in training fall 0.2 below that on test images.",
              "Give it every chance to learn by heart: small batches, many epochs.",
              learnt_by_heart),
    Challenge("quick", "Read 84 % after at most 320 steps.",
              "Change η in mid-run: start boldly, and end with small steps.", quick, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Each square holds the 784 weights from the pixels to one hidden unit. At first they "
             "are noise. Scrub forward: what does the loss do while the first garment appears?",
             {}, "Learning"),
    TourStep("Dotted over the blue line runs a network of PyTorch's own layers, from the same "
             "weights on the same batches, for one epoch.",
             {}, "Learning", "Let it run beside all the way, and read the gap.",
             lambda config: config.beside == "whole"),
    TourStep("Each cross is an image misread at this moment. Play, and watch which crosses go "
             "first and which come back.", {}, "Opinions",
             "Click on another image and read the network's opinion.",
             lambda config: (config.column, config.row) != (3, 3)),
    TourStep("Rows are what it is, columns what the network says. Most of what is left off the "
             "diagonal is between shirts, pullovers, coats and T-shirts.", {}, "Opinions"),
    TourStep("Zeros look harmless. But hidden units that start alike stay alike.",
             {"begin": "zero", "epochs": 3}, "Learning",
             "Draw the first weights instead of setting them to 0.",
             lambda config: config.begin != "zero"),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into Deep Learning, section 5.2",
              "https://d2l.ai/chapter_multilayer-perceptrons/mlp-implementation.html"),
    Reference("Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating "
              "errors", "https://doi.org/10.1038/323533a0"),
    Reference("Xiao, Rasul & Vollgraf (2017), Fashion-MNIST", "https://arxiv.org/abs/1708.07747"),
    Reference("He, Zhang, Ren & Sun (2015), Delving deep into rectifiers",
              "https://arxiv.org/abs/1502.01852"),
)  # fmt: skip
