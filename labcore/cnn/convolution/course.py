"""What there is to find: presets, challenges, a tour, references."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.cnn.convolution.config import Config
from labcore.cnn.convolution.kernels import applied
from labcore.cnn.convolution.settings import CELLS, CLASSICS


def cells(name: str) -> dict[str, int]:
    """The controls of a kernel everyone knows."""
    _, weights, divisor = CLASSICS[name]
    return {**dict(zip(CELLS, weights, strict=True)), "divisor": divisor}


def chosen(name: str) -> dict[str, object]:
    """The controls, and the name."""
    return {"classic": name, **cells(name)}


STRIPE = {"part": "learn", "picture": "stripe", "lr": 0.3}

PRESETS = (
    Preset("One sum after the other", "Nine products, one sum. Scrub to the eye’s edge and see the "
           "sums change sign.", {}),
    Preset("The book’s edge finder", "A kernel of two numbers, 1 and −1: 0 wherever neighbours are "
           "alike.", {"typed": "1 -1", "picture": "stripe", "crop_x": 11}),
    Preset("Sharpen in colour", "Each colour through the same kernel. Drag time back to 0: the "
           "photograph returns.",
           {"part": "photograph", "shown": "picture", "picture": "flower", **chosen("sharpen")},
           "Photograph"),
    Preset("A flower by its colour", "A kernel of one number mixes colours and sees no neighbours. "
           "Orange minus blue finds the flower.",
           {"part": "channels", "picture": "flower", "typed": "1",
            "mix": ((0.0, 1.0), (1.0, -0.2), (2.0, -0.8))}, "Channels"),
    Preset("Edges of light, edges of colour", "Red less green sees the outline of the orange suit, "
           "and no black on white.", {"part": "channels", "picture": "astronaut"}, "Channels"),
    Preset("Cells that are never read", "Stride 4 with a kernel of 2: three cells in four do not "
           "matter.", {"part": "shapes", "kernel": 2, "stride": 4, "size": 16}, "Shapes"),
    Preset("Holes in a wide window", "Dilation 3 looks at 7 cells with 3 weights.",
           {"part": "shapes", "kernel": 3, "size": 12, "padding": 3, "stride": 3,
            "dilation": 3}, "Shapes"),
    Preset("A loss of 0, a wrong kernel", "A stripe never tells the rows of the kernel apart. The "
           "loss falls to 0 and the kernel is another.", STRIPE, "Learn"),
    Preset("The same on noise", "Noise shows every weight by itself: all are found in ten steps.",
           {"part": "learn", "picture": "noise", "lr": 6.0}, "Learn"),
    Preset("Stride and shift", "With a stride of 2 a shift of 1 is no shift of the output.",
           {"part": "shift", "stride": 2, "dx": 5, "dy": 1}, "Shift"),
    Preset("A dense layer with 2,000 examples", "It has learned the middle well, and nothing "
           "outside it.", {"part": "shift", "examples": 2000}, "Shift"),
    Preset("Turned by 90 degrees", "Laplace’s kernel looks the same after a quarter turn, so its "
           "output turns along. On the way the grid shows. Now try Sobel’s.",
           {"part": "shift", "change": "turn", **chosen("laplace")}, "Shift"),
)  # fmt: skip


def blurred(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A blur that keeps the brightness."""
    if config.part != "photograph":
        return Verdict(False, "Choose part 2, the photograph.")
    before, after = frames[0], frames[-1]
    spread = float(after["spread"] / max(before["spread"], 1e-9))
    mean = float(after["mean"] - before["mean"])
    says = (f"The spread is {format_number(100 * spread)} % of the photograph’s, the mean "
            f"has moved by {format_number(mean)}.")  # fmt: skip
    return Verdict(spread < 0.985 and abs(mean) < 2.5 and after["negative"] < 0.001, says)


def halved_size(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Half the size with a large kernel, all cells read."""
    if config.part != "shapes":
        return Verdict(False, "Choose part 4, shapes.")
    last = frames[-1]
    says = (f"Input {config.size}, kernel {config.kernel}, output {last['out']}; "
            f"{last['unread']} cells are never read.")  # fmt: skip
    right = config.size == 14 and config.kernel == 5 and last["out"] == 7
    return Verdict(right and last["unread"] == 0, says)


def impostor(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A kernel that does the same and is another."""
    if config.part != "learn":
        return Verdict(False, "Choose part 5, learn a kernel.")
    last = frames[-1]
    loss, away = float(last["loss"]), float(last["away"])
    says = (f"The loss is {format_number(loss)}; the largest error of a weight "
            f"{format_number(away)}.")  # fmt: skip
    return Verdict(loss < 1e-4 and away > 0.5, says)


def from_photograph(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The kernel from an ill-conditioned input."""
    if config.part != "learn" or config.picture in ("noise", "stripe"):
        return Verdict(False, "Choose part 5 and learn from a photograph.")
    if np.abs(applied(config)).sum() < 4 or applied(config).size < 9:
        return Verdict(False, "Take a 3 × 3 kernel whose weights are together at least 4 in size.")
    away = float(frames[-1]["away"])
    says = f"After 100 steps the largest error of a weight is {format_number(away)}."
    return Verdict(away < 1e-4 and config.blur == 0, says)


def round_kernel(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A kernel whose output turns along."""
    if config.part != "shift" or config.change != "turn" or abs(config.angle) % 180 != 90:
        return Verdict(False, "Choose part 6, and turn the picture by 90°.")
    kernel = applied(config)
    if np.count_nonzero(kernel) < 5 or abs(kernel.sum()) > 1e-9:
        return Verdict(False, "The kernel needs five weights that are not 0 and a sum of 0.")
    wrong = float(frames[-1]["wrong.conv"][-1])
    return Verdict(wrong < 0.01, f"The error of the convolution is {format_number(100 * wrong)} %.")


CHALLENGES = (
    Challenge("blur", "In part 2, blur the photograph: a spread below 98.5 % of the photograph’s, "
              "nothing below 0, and a mean within 2.5 of what it was.",
              "Equal weights make a mean. What must they add up to?", blurred),
    Challenge("half", "In part 4, let a 5 × 5 kernel turn 14 × 14 cells into 7 × 7, with every "
              "cell read.", "Stride 2 halves; padding mends what the window loses.", halved_size),
    Challenge("impostor", "In part 5, reach a loss below 10⁻⁴ with a weight that is wrong by more "
              "than 0.5.", "Learn from something that looks the same in every row.", impostor),
    Challenge("round", "In part 6, turn the picture by 90° and find a kernel with a sum of 0 whose "
              "output turns along, within 1 %.",
              "What looks the same after a quarter turn?", round_kernel),
    Challenge("photograph", "In part 5, learn a 3 × 3 kernel from the photograph, every weight "
              "within 0.0001 after 100 steps.",
              "Neighbouring pixels are alike, so some directions are flat. The view “Rate” shows "
              "how far a rate can go; momentum lets it go farther.", from_photograph, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("A kernel is a small table of weights. It lies on the picture like a window. Each "
             "cell is multiplied by the weight over it, and all products are added up.",
             {}, "Window",
             "Pull the middle cell of your kernel up to 4 or more.",
             lambda config: config.w22 >= 4),
    TourStep("At the border the window has no place, so the output is smaller than the input.", {},
             "Window", "Choose a padding with which the output has 10 rows again.",
             lambda config: config.padding == 1 and not config.typed),
    TourStep("The same nine numbers go over a whole photograph. Here the time line goes from doing "
             "nothing to the kernel.", {"part": "photograph", **chosen("laplace")}, "Photograph",
             "Make the weights add up to 1, and see the photograph come back, sharper.",
             lambda config: abs(applied(config).sum() - 1) < 1e-9),
    TourStep("A layer has a kernel for each pair of input and output channel. What the inputs give "
             "is added up.", {"part": "channels", "picture": "flower"}, "Channels"),
    TourStep("Nobody has to find the weights. From examples of input and output, gradient descent "
             "finds them; its gradient is a convolution too.",
             {"part": "learn"}, "Rate",
             "Drag the rate to where the loss after 100 steps is lowest.",
             lambda config: 8 <= config.lr <= 18.6),
    TourStep("A convolution sees the same thing everywhere. A dense layer that has learned the "
             "same task from centred garments does not.",
             {"part": "shift", "dx": 0, "dy": 0}, "Shift",
             "Drag the garment aside by 4 cells or more.",
             lambda config: abs(config.dx) + abs(config.dy) >= 4),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, sections 7.1 to 7.4",
              "https://d2l.ai/chapter_convolutional-neural-networks/"),
    Reference("LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document "
              "recognition", "https://doi.org/10.1109/5.726791"),
    Reference("Dumoulin & Visin (2016), A guide to convolution arithmetic for deep learning",
              "https://arxiv.org/abs/1603.07285"),
    Reference("Yu & Koltun (2016), Multi-scale context aggregation by dilated convolutions",
              "https://arxiv.org/abs/1511.07122"),
    Reference("Lin, Chen & Yan (2014), Network in network (1 × 1 convolutions)",
              "https://arxiv.org/abs/1312.4400"),
    Reference("Cohen & Welling (2016), Group equivariant convolutional networks",
              "https://arxiv.org/abs/1602.07576"),
    Reference("Zhang (2019), Making convolutional networks shift-invariant again",
              "https://arxiv.org/abs/1904.11486"),
)  # fmt: skip
