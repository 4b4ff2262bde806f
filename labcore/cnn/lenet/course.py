"""What is worth finding, goals, a guided way, formulas and references."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict
from labcore.cnn.lenet.config import (
    ALL_SPEAK,
    SIDE,
    UNTOUCHED,
    Config,
    looked_into,
    mutes,
    observed,
    per_epoch,
)
from labcore.cnn.lenet.pictures import names

FORMULAS = {
    "A step": r"v \leftarrow \slot{n.momentum}\, v + \frac{\partial \ell}{\partial w}, \quad "
    r"w \leftarrow w - \slot{n.lr} \cdot v",
    "Parameters": r"(6 \cdot 25 + 6) + (16 \cdot 6 \cdot 25 + 16) + (120 \cdot 400 + 120) + "
    r"(84 \cdot 120 + 84) + (10 \cdot 84 + 10) = 61{,}706",
    "Shapes": r"28 + 2 \cdot 2 - 5 + 1 = 28, \quad \frac{28}{2} = 14, \quad 14 - 5 + 1 = 10, "
    r"\quad \frac{10}{2} = 5, \quad 16 \cdot 5 \cdot 5 = 400",
    "Read rightly": r"\frac{\text{right}}{\text{judged}} = \frac{\slot{n.right}}{\slot{n.judged}}",
    "Saliency": r"\left| \frac{\partial z_c}{\partial x_{ij}} \right|, \quad "
    r"z_c = \slot{n.logit}",
    "Grad-CAM": r"\max\left(0, \sum_k \alpha_k A^k\right), \quad "
    r"\alpha_k = \frac{1}{100} \sum_{ij} \frac{\partial z_c}{\partial A^k_{ij}}",
}


def inked(*strokes: tuple[int, int, int, int]) -> str:
    """A drawing of straight strokes: column and row of both ends."""
    page = np.full((SIDE, SIDE), ".")
    for x0, y0, x1, y1 in strokes:
        steps = 2 * max(abs(x1 - x0), abs(y1 - y0)) + 1
        across, down = np.linspace(x0, x1, steps), np.linspace(y0, y1, steps)
        page[down.round().astype(int), across.round().astype(int)] = "#"
    return "/".join("".join(row) for row in page)


SEVEN = inked((8, 6, 19, 6), (19, 6, 11, 22))
SILENT_FIRST = "xxx...../" + "/".join(["." * 8] * 5)

PRESETS = (
    Preset("Two networks in step", "The same layers, batches and steps. Where do the curves part, "
           "and which filters have an edge in them by the end?", {}),
    Preset("The book's own start", "Xavier's weights, sigmoids and a plain small step: the "
           "original guesses for epochs, as four sigmoids pass on little slope.",
           {"first": "xavier", "momentum": 0.0, "lr": 0.1, "decay": "none"}),
    Preset("Draw a digit", "Trained on MNIST. Close the seven's gap with a bar, then undo: which "
           "maps notice?", {"data": "digits", "ground": "blank", "drawing": SEVEN}, "Response"),
    Preset("Silence three filters", "Half the first layer is off. Let each speak again and find "
           "the one the network leans on.", {"silent": SILENT_FIRST}, "Silence"),
    Preset("Where it looks", "Drag the patch over the picture, and see which of the three maps "
           "foretold what the answer does.", {"patch": 9}, "Reasons"),
    Preset("Shirts and T-shirts", "The cell most often wrong. Would you have read them?", {},
           "Mistakes"),
    Preset("Edges, parts, objects", "A network that knows a thousand things: its early maps are "
           "outlines, its late ones are places.", {}, "Pretrained"),
)  # fmt: skip


def whole(config: Config, frames: Sequence[Frame]) -> bool:
    """Whether the run has come to its end."""
    return frames[-1].step >= observed(config)[-1]


def good(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A good modern network on clothes, soon."""
    if config.data != "fashion" or config.epochs > 3:
        return Verdict(False, f"{config.epochs} epochs; clothes, and at most 3.")
    right = float(frames[-1]["right.modern"])
    if np.isnan(right):
        return Verdict(False, "Train the modern network.")
    return Verdict(whole(config, frames) and right >= 0.86,
                   f"It reads {100 * right:.1f} % of the test images.")  # fmt: skip


def old(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The original, well trained."""
    if config.data != "fashion":
        return Verdict(False, "Train on clothes.")
    right = float(frames[-1]["right.original"])
    if np.isnan(right):
        return Verdict(False, "Train the original network.")
    return Verdict(whole(config, frames) and right >= 0.84,
                   f"The original reads {100 * right:.1f} % of the test images.")  # fmt: skip


def quick(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Four of five clothes after few images."""
    steps = config.epochs * per_epoch(config)
    if config.data != "fashion" or config.batch * steps > 10_000:
        return Verdict(False, f"{config.batch * steps:,} images shown; clothes, at most 10,000.")
    right = float(np.nan_to_num(frames[-1]["right.modern"]))
    return Verdict(whole(config, frames) and right >= 0.82,
                   f"The modern network reads {100 * right:.1f} %.")  # fmt: skip


def fooled(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A test image that a few erased or inked cells turn into something else."""
    changed = sum(cell not in "./" for cell in config.drawing)
    truth, net = int(frames[-1]["truth"]), looked_into(config)
    if truth < 0 or not changed:
        return Verdict(False, "Change a test image with the pen.")
    p = frames[-1][f"sure.{net}"]
    says = int(p.argmax())
    told = f"{changed} cells; it says {names(config)[says]}, and it is {names(config)[truth]}."
    good = changed <= 6 and says != truth and p[says] >= 0.9
    return Verdict(bool(good and frames[-1][f"right.{net}"] >= 0.8), told)


def lean(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Many silent maps and hardly a loss."""
    silent, last = int(mutes(config).sum()), frames[-1]
    told = (f"{silent} silent; {100 * float(last['right_silent']):.1f} % read, "
            f"{100 * float(last['right_whole']):.1f} % with all.")  # fmt: skip
    kept = float(last["right_silent"]) >= 0.75
    return Verdict(silent >= 12 and kept and whole(config, frames), told)


CHALLENGES = (
    Challenge("good", "Let the modern network read 86 % of the test clothes within 3 epochs.",
              "Smaller batches make more steps of an epoch; they want a smaller η.", good),
    Challenge("old", "Let the original read 84 %, with nothing but sigmoids and means.",
              "It wants many steps: small batches, and all the epochs there are.", old),
    Challenge("quick", "Read 82 % after showing at most 10,000 images.",
              "One epoch, small batches; η falling to 0 helps here too.", quick),
    Challenge("fooled", "Turn a test image into something else, 90 % sure, with at most 6 cells.",
              "Look for a picture it is unsure of, and see in Reasons where it leans.", fooled),
    Challenge("lean", "Silence at least 12 of the 22 maps and still read 75 % of 300 test images.",
              "Begin with maps that are dark for most pictures, in the second layer.", lean,
              hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Two LeNets see the same batches. One is that of 1998, of sigmoids and means, the "
             "other has ReLU and maxima. Scrub forward: which is first to have stripes in its "
             "filters?", {}, "Learning"),
    TourStep("With the book's first weights the original guesses on. A sigmoid's slope is at most "
             "1/4, and there are four in a row.", {"first": "xavier"}, "Learning",
             "Give it first weights that fit its activation.",
             lambda config: config.first == "fit"),
    TourStep("Every layer's response to the picture. Watch maps wake up while you scrub. The pen "
             "changes the picture, and both networks answer as you draw.", {}, "Response",
             "Draw on the picture or erase a part of it.",
             lambda config: config.drawing != UNTOUCHED),
    TourStep("A network is more than its parts: some maps can go, others cannot.", {}, "Silence",
             "Silence a map by pressing on it, and read what that costs.",
             lambda config: config.silent != ALL_SPEAK),
    TourStep("Three ways to ask which pixels matter. They differ: a slope is not a loss of "
             "probability, and Grad-CAM knows only where conv 2 looks.", {}, "Reasons",
             "Drag the patch and test them.",
             lambda config: (config.cover_x, config.cover_y) != (14, 14)),
    TourStep("Rows are what it is, columns what the network says. Press on a cell to see its "
             "images. Scrub: which mistakes go last?", {}, "Mistakes"),
    TourStep("SqueezeNet learned from 1.2 million photographs. Early maps trace outlines and see "
             "23 pixels; late ones mark where a thing is and see nearly all.", {}, "Pretrained",
             "Lay an early map over the photograph.", lambda config: config.map_y == 0),
)  # fmt: skip

REFERENCES = (
    Reference("LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document "
              "recognition", "https://doi.org/10.1109/5.726791"),
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into Deep Learning, section 7.6",
              "https://d2l.ai/chapter_convolutional-neural-networks/lenet.html"),
    Reference("Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward "
              "neural networks", "https://proceedings.mlr.press/v9/glorot10a.html"),
    Reference("Zeiler & Fergus (2014), Visualizing and understanding convolutional networks",
              "https://arxiv.org/abs/1311.2901"),
    Reference("Simonyan, Vedaldi & Zisserman (2013), Deep inside convolutional networks",
              "https://arxiv.org/abs/1312.6034"),
    Reference("Selvaraju et al. (2017), Grad-CAM", "https://arxiv.org/abs/1610.02391"),
    Reference("Iandola et al. (2016), SqueezeNet", "https://arxiv.org/abs/1602.07360"),
    Reference("Xiao, Rasul & Vollgraf (2017), Fashion-MNIST", "https://arxiv.org/abs/1708.07747"),
)  # fmt: skip
