"""The numbers in words, what is worth finding, goals, a guided way, and sources."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.cnn.pooling.config import PHOTO, SHIFT, SIDE, TURN, WINDOW, Config, held
from labcore.cnn.pooling.moving import MOVERS, TURNS

FORMULAS = {
    "Shape": r"\left\lfloor\frac{\slot{f.n} + 2\cdot\slot{f.p} - \slot{f.k}}{\slot{f.s}}"
    r"\right\rfloor + 1 = \slot{f.out}\quad\text{along either side}",
    "Shape, rounded up": r"\left\lceil\frac{\slot{c.n} + 2\cdot\slot{c.p} - \slot{c.k}}"
    r"{\slot{c.s}}\right\rceil + 1 \to \slot{c.out}\quad"
    r"\text{(a window must begin inside)}",
    "Adaptive windows": r"\text{window } i:\ \lfloor i\cdot\slot{a.n}/\slot{a.m}\rfloor \text{ to }"
    r"\lceil (i + 1)\cdot\slot{a.n}/\slot{a.m}\rceil - 1",
    "This window": r"y = \sum_i w_i x_i = \slot{w.sum} = \slot{w.y},\qquad w_i = "
    r"\frac{\partial y}{\partial x_i}",
    "Change": r"\frac{\lVert f(\text{moved}) - f(\text{before})\rVert}"
    r"{\lVert f(\text{before}) - \text{its mean}\rVert} = \slot{m.max}\ \text{(maximum)},\ "
    r"\slot{m.average}\ \text{(average)},\ \slot{m.first}\ \text{(skip)}",
}
TELLS = {
    WINDOW: ("Output", "This window", "Gradient at the ringed cell", "Cells no window reads",
             "Shape", "Shape, rounded up", "Adaptive windows"),
    PHOTO: ("Photograph becomes", "Numbers kept"),
    SHIFT: ("Moved by", "No pooling", "Maximum", "Average", "Blur, skip", "Skip", "Change"),
    TURN: ("Turned by", "Zoomed by", "Maximum turned", "Average turned", "Skip turned"),
}  # fmt: skip


def changes(frame: Frame) -> dict[str, float]:
    """The change of each method's output at the shift on screen."""
    moved = int(np.abs(frame["shift"]).max())
    return {m: float(row[moved]) for m, row in zip(MOVERS, frame["by_shift"], strict=True)}


def sum_in_words(frame: Frame) -> str:
    """Shares times numbers, those that count."""
    w, x = frame["weights"].ravel(), 100 * frame["window"].ravel()
    heavy = np.flatnonzero(w > 1e-9)
    parts = [f"{shown(w[i], 2)}·{x[i]:.0f}" for i in heavy[:9]]
    return " + ".join(parts) + (" + …" if len(heavy) > 9 else "") if parts else "0"


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    out, big, by = frame["out"], frame["whole"], changes(frame)
    (r, c), n = frame["position"], len(out)
    turn, zoom = map(float, frame["amounts"])
    turned = {m: shown(np.interp(turn, TURNS, row))
              for m, row in zip(MOVERS, frame["by_turn"], strict=True)}  # fmt: skip
    words = {
        "Output": f"{n} × {n}",
        "This window": f"{100 * out[r, c]:.0f}",
        "Gradient at the ringed cell": shown(frame["gradient"][config.row, config.col], 3),
        "Cells no window reads": str(frame["unread"]),
        "Photograph becomes": f"{len(big)} × {len(big)}",
        "Numbers kept": f"{100 * big.size / 112**2:.3g} %",
        "Moved by": f"{frame['shift'][0]}, {frame['shift'][1]} px".replace("-", "−"),
        "No pooling": shown(by["input"]),
        "Maximum": shown(by["max"]),
        "Average": shown(by["average"]),
        "Blur, skip": shown(by["blur"]),
        "Skip": shown(by["first"]),
        "Turned by": f"{turn:.0f}°".replace("-", "−"),
        "Zoomed by": f"× {zoom:.2f}",
        "Maximum turned": turned["max"],
        "Average turned": turned["average"],
        "Skip turned": turned["first"],
        "w.sum": sum_in_words(frame), "w.y": f"{100 * out[r, c]:.0f}",
        "m.max": shown(by["max"]), "m.average": shown(by["average"]),
        "m.first": shown(by["first"]),
    }  # fmt: skip
    if config.windows == "adaptive":
        return words | {"a.n": str(SIDE), "a.m": str(config.out)}
    sizes = {"n": SIDE, "p": held(config), "k": config.size, "s": config.stride, "out": n}
    kind = "c" if config.ceil else "f"
    return words | {f"{kind}.{name}": str(value) for name, value in sizes.items()}


PRESETS = (
    Preset("The winner takes it", "Overlapping windows: a bright cell wins up to nine of them and "
           "gets all their gradient; most cells get none. Ring one.",
           {"size": 3, "stride": 1, "padding": 1}, view=WINDOW),
    Preset("Everyone gets a share", "The same windows with the average: every cell inside gets "
           "as much as any other.",
           {"method": "average", "size": 3, "stride": 1, "padding": 1}, view=WINDOW),
    Preset("Cells that nobody reads", "Stride 5, window 3: some rows and columns are never under "
           "a window. Change one, and nothing happens.",
           {"size": 3, "stride": 5, "col": 3, "row": 3, "dent": 60}, view=WINDOW),
    Preset("Windows for any input", "Adaptive: 12 cells into 5 outputs. Windows are 3 or 4 wide "
           "and share cells.", {"windows": "adaptive", "out": 5, "method": "average"}, view=WINDOW),
    Preset("Global average", "One window over all: what is left of a feature map before the last "
           "layer of a modern network.",
           {"windows": "adaptive", "out": 1, "method": "average"}, view=WINDOW),
    Preset("Bright grows", "A wide maximum on the whole photograph: bright spots become squares, "
           "thin dark lines vanish.",
           {"size": 8, "stride": 2, "picture": "temple"}, view=PHOTO),
    Preset("Invariant, but not by itself", "On brightness, one pixel of shift changes a maximum "
           "nearly as much as skipping does. Then choose edges.", {"dx": 1, "dy": 0}, view=SHIFT),
    Preset("Moves along, every other pixel", "Compared with the old output moved along: 0 at "
           "whole strides, large between them. Blur has the lowest bumps.",
           {"dx": 8, "given": "edges", "against": "along"}, view=SHIFT),
    Preset("Pooling does not undo a turn", "Ten degrees are enough. Zooming is no better. "
           "Networks learn these from examples.", {"turn": 15, "given": "edges"}, view=TURN),
)  # fmt: skip


def crowned(config: Config, frames: Sequence[Frame]) -> Verdict:
    """One cell that wins nine windows, untouched."""
    got = float(frames[-1]["gradient"][config.row, config.col])
    if config.method != "max" or config.dent:
        return Verdict(False, "Use the maximum, and leave the ringed cell as it is.")
    return Verdict(got >= 9 - 1e-6, f"The ringed cell gets {shown(got)}.")


def left_out(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Many cells unread with windows of more than one cell."""
    unread, kept = int(frames[-1]["unread"]), frames[-1]["out"].size
    says = f"{unread} of 144 cells are read by no window; the output has {kept}."
    return Verdict(config.size >= 3 and unread >= 60 and kept >= 9, says)


def worse(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A maximum that changes more than skipping, at one pixel."""
    last = frames[-1]
    if int(np.abs(last["shift"]).max()) != 1 or config.against == "along":
        return Verdict(False, "Shift by one pixel, and compare with the old output itself.")
    by = changes(last)
    says = f"Maximum {shown(by['max'])}, skip {shown(by['first'])}."
    return Verdict(config.size >= 2 and by["max"] > 1.05 * by["first"], says)


def steady(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A maximum of edges that hardly moves under four pixels, and still says something."""
    last, by = frames[-1], changes(frames[-1])
    moved, side = int(np.abs(last["shift"]).max()), len(last["after"])
    if moved < 4 or config.against == "along" or config.given != "edges":
        return Verdict(False, "Pool edges, shift by 4 pixels or more, compare with the old output.")
    says = f"By {moved} px the maximum changes by {shown(by['max'])}; its output is {side} wide."
    return Verdict(by["max"] <= 0.4 and side >= 12, says)


CHALLENGES = (
    Challenge("crowned", "Find a cell that wins nine windows of a maximum, and ring it. Leave its "
              "number alone.",
              "Only windows that overlap can share a winner: k = 3 with s = 1. Move the crop "
              "under “Photograph” if there is none.", crowned),
    Challenge("left_out", "With windows of k ≥ 3 leave at least 60 of the 144 cells unread, and "
              "still keep 9 outputs or more.",
              "A stride larger than the window jumps over cells.", left_out),
    Challenge("worse", "Find a photograph and a window (k ≥ 2) whose maximum changes more, by a "
              "twentieth, than skipping does, when the picture moves by one pixel.",
              "A maximum listens to the brightest pixels. Where are they few and sharp, on a "
              "background without noise?", worse, hard=True),
    Challenge("steady", "Edges, 4 pixels of shift, an output at least 12 wide: keep the change of "
              "the maximum at 0.4 or less.",
              "Larger windows overlap more. And some photographs have edges that run along the "
              "direction you shift in.", steady, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("A window of 2 × 2 cells goes over the numbers. Of each four it keeps the largest: "
             "the orange circle. Play, or scrub.", {}, WINDOW),
    TourStep("On the right, the outputs; below, the gradient on its way back. A maximum hands it "
             "to the winner alone.", {}, WINDOW,
             "Choose the average, and see everyone get a quarter.",
             lambda config: config.method == "average"),
    TourStep("Each output side has ⌊(n + 2p − k)/s⌋ + 1 cells. With a stride of 2, a window of 3 "
             "overlaps its neighbours by one.", {"size": 3, "stride": 2}, WINDOW,
             "Make the output as large as the input, with k = 3.",
             lambda config: config.size == 3 and config.stride == 1 and config.padding == 1),
    TourStep("The same on a whole photograph. Drag the purple mark: it says where the numbers "
             "come from.", {}, PHOTO),
    TourStep("Now the picture moves. Does pooling make it the same again? Each curve says how "
             "much an output changed; 1.4 is as far apart as two unrelated pictures.",
             {"given": "edges"}, SHIFT, "Drag the picture by a single pixel.",
             lambda config: max(abs(config.dx), abs(config.dy)) == 1),
    TourStep("The output of a whole stride’s shift is the old one, moved along. Between, it is "
             "something else: skipping throws away what blurring keeps.",
             {"given": "edges", "against": "along", "dx": 8}, SHIFT),
    TourStep("Turns and zooms change every output. Nothing in pooling is made for them.",
             {"given": "edges"}, TURN),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola, Dive into Deep Learning, section 7.5",
              "https://d2l.ai/chapter_convolutional-neural-networks/pooling.html"),
    Reference("Zhang (2019), Making convolutional networks shift-invariant again, "
              "arXiv:1904.11486", "https://arxiv.org/abs/1904.11486"),
    Reference("Azulay & Weiss (2019), Why do deep convolutional networks generalize so poorly to "
              "small image transformations?, JMLR 20(184)",
              "https://jmlr.org/papers/v20/19-519.html"),
    Reference("Scherer, Müller & Behnke (2010), Evaluation of pooling operations in convolutional "
              "architectures for object recognition"),
)  # fmt: skip
