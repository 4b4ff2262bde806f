"""The numbers in words, what is worth finding, goals, a guided way, and sources."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.cnn.design_spaces.config import ERRORS, SHORT, WIDTHS, Config
from labcore.cnn.design_spaces.lesson import NAMES

FORMULAS = {
    "Distribution of errors": r"F(e) = \frac{1}{n}\sum_{i=1}^{n} \mathbf{1}(e_i < e),\qquad "
    r"n = \slot{d.n},\quad F_{\slot{d.name}}(\slot{d.e}) = \slot{d.f}",
    "Difference": r"\bar e_{\slot{g.one}} - \bar e_{\slot{g.two}} = \slot{g.gain},\qquad "
    r"\text{nine in ten from } \slot{g.low} \text{ to } \slot{g.high}",
    "Rule of widths": r"u_j = w_0 + w_a\,j = \slot{r.w0} + \slot{r.wa}\,j,\qquad s_j = "
    r"\text{round}\,\log_{\slot{r.wm}}(u_j / w_0),\qquad w_j = \text{round}_8\, w_0\,w_m^{s_j}",
}
TELLS = {
    ERRORS: ("Networks", "Best so far", "Difference of means", "Picked", "Parameters",
             "Multiply–adds", "Distribution of errors", "Difference"),
    WIDTHS: ("Widths", "Depths", "Slope w_a", "Picked", "Rule of widths"),
}  # fmt: skip


def so_far(frame: Frame) -> np.ndarray:
    """The networks that were trained: (k, 16)."""
    return frame["rows"][np.isfinite(frame["rows"][:, 0])]


def verdict_of(compared: np.ndarray) -> str:
    """A difference and whether it could be chance."""
    gain, low, high = map(float, compared)
    if not np.isfinite(gain):
        return "–"
    if not np.isfinite(low):
        return f"{shown(gain, 2)}, too few to say"
    sure = "" if low > 0 or high < 0 else ", within noise"
    return f"{shown(gain, 2)} ({shown(low, 2)} to {shown(high, 2)}){sure}"


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """Metrics, and under names with a dot what fills the formulas."""
    rows, k = so_far(frame), frame["pick"]
    gain, low, high = (shown(value, 2) for value in frame["compared"])
    best = rows[np.argmin(rows[:, 1])] if len(rows) else None
    mine = rows[k] if k >= 0 else None
    space = SHORT[NAMES[int(mine[0])]] if mine is not None else "–"
    same = rows[rows[:, 0] == mine[0], 1] if mine is not None else np.zeros(0)
    widths, depths = (", ".join(map(str, frame[name])) for name in ("stage_widths", "stage_depths"))
    return {
        "Networks": f"{len(rows)} of {len(frame['rows'])}",
        "Best so far": "–" if best is None else f"{SHORT[NAMES[int(best[0])]]}, {shown(best[1])} %",
        "Difference of means": verdict_of(frame["compared"]),
        "Picked": "–" if mine is None else f"{space}, {shown(mine[1])} %",
        "Parameters": "–" if mine is None else f"{int(mine[14]):,}".replace(",", "\u202f"),
        "Multiply–adds": "–" if mine is None else f"{mine[15] / 1000:.0f} k",
        "Widths": widths, "Depths": depths, "Slope w_a": shown(frame["slope"]),
        "d.n": str(len(same)), "d.name": space,
        "d.e": "–" if mine is None else shown(mine[1]),
        "d.f": "–" if mine is None else shown((same < mine[1]).mean(), 2),
        "g.one": SHORT[config.first], "g.two": SHORT[config.second], "g.gain": gain,
        "g.low": low, "g.high": high,
        "r.w0": str(config.w0), "r.wa": shown(frame["slope"]), "r.wm": shown(config.wm),
    }  # fmt: skip


PRESETS = (
    Preset("Anything goes, and a rule", "A and RegNet alone, with 14 networks each: see how far "
           "apart the curves are, and how wide the bands.",
           {"spaces": ("A", "R"), "nets": 14}, view=ERRORS),
    Preset("A simpler space, no better", "A, B and C: one ratio and one group width for all stages "
           "save the designer choices and cost nothing. Is any difference beyond noise?",
           {"spaces": ("A", "B", "C"), "first": "A", "second": "C", "nets": 14}, view=ERRORS),
    Preset("Train them longer", "Twice the steps: errors fall everywhere. Does the order stay?",
           {"spaces": ("C", "E"), "first": "C", "second": "E", "steps": 60}, view=ERRORS),
    Preset("Five networks prove little", "Wide bands. Press “Another seed” some times: which "
           "differences stay?", {"nets": 5, "first": "D", "second": "E"}, view=ERRORS),
    Preset("RegNetX-400MF", "The published network: widths 32, 64, 160, 400, and 1, 2, 7, 12 "
           "blocks.", {}, view=WIDTHS),
    Preset("RegNetX-800MF", "Three of its numbers changed: widths 64, 128, 288, 672.",
           {"w0": 56, "end": 592, "wm": 2.28, "depth": 16}, view=WIDTHS),
    Preset("What good networks share", "In A widths may do anything. Compare the best third with "
           "the worst third.", {"shown": "A"}, view=WIDTHS),
)  # fmt: skip


def proven(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Growing widths help beyond noise, also after a longer training."""
    last = frames[-1]
    pairs = list(zip(config.spaces, config.spaces[1:], strict=False))
    if config.nets < 14 or config.steps < 60 or ("C", "D") not in pairs:
        return Verdict(False, "Train 14 networks of C and of D, for 60 steps.")
    gain = last["gains"][pairs.index(("C", "D"))]
    done = len(so_far(last)) == len(last["rows"])
    return Verdict(bool(done and gain[1] >= 2), f"C → D, in points: {verdict_of(gain)}.")


def good(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A network with few errors after a short training."""
    rows = so_far(frames[-1])
    least = float(rows[:, 1].min()) if len(rows) else 100.0
    if config.steps > 40:
        return Verdict(False, "Use at most 40 steps.")
    return Verdict(least <= 27.5, f"The best network gets {shown(least)} % wrong.")


def built(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A rule with four stages of equal ratio, none of a single block."""
    widths = frames[-1]["stage_widths"].astype(float)
    depths = frames[-1]["stage_depths"]
    ratios = widths[1:] / widths[:-1]
    says = f"Widths {', '.join(f'{w:.0f}' for w in widths)}; depths {', '.join(map(str, depths))}."
    even = len(widths) == 4 and np.allclose(ratios, 2.0, atol=0.02)
    return Verdict(bool(even and depths.min() >= 2), says)


CHALLENGES = (
    Challenge("built", "Four stages, each exactly twice as wide as the last, none with fewer than "
              "two blocks.",
              "The step w_m is the ratio of neighbouring widths. A gentler line stays longer in "
              "the first stages: more blocks, or a higher start.", built),
    Challenge("proven", "Does it last? With 14 networks each and 60 steps, show that "
              "letting widths grow (C → D) helps: the 90 % interval lies above 2 points.",
              "Leave out the other spaces. At which learning rate do bad shapes suffer most? New "
              "seeds give chance another try, so they prove less.", proven, hard=True),
    Challenge("good", "In 40 steps or fewer, find a network with at most 27.5 % wrong.",
              "Which space has its networks farthest to the left? Draw more of them; mind the "
              "learning rate, and the cost.", good, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Each mark is a network, drawn at random and trained just now, at nearly equal cost. "
             "Instead of one network, whole spaces of them are judged.", {}, ERRORS),
    TourStep("A curve says which share of a space’s networks is below an error. The farther to the "
             "left, the better the space. The area between two curves is the difference of their "
             "means.", {}, ERRORS, "Click a mark in space A.",
             lambda config: config.pick_x < 0.5),
    TourStep("Bands are from resampling: so much could chance alone move a curve. Where the "
             "interval of a rule has 0 in it, nothing is shown.", {}, ERRORS,
             "Compare two neighbours: choose D and E.",
             lambda config: {config.first, config.second} == {"D", "E"}),
    TourStep("Good networks get wider from stage to stage. Here are the best and the worst of a "
             "space without that rule.", {"shown": "C"}, WIDTHS),
    TourStep("RegNet writes it as a line: block j has w₀ + w_a j channels, rounded to stairs. Drag "
             "the ends.", {}, WIDTHS, "Bring the right end below 300 channels.",
             lambda config: config.end < 300),
)  # fmt: skip

REFERENCES = (
    Reference("Radosavovic, Kosaraju, Girshick, He & Dollár (2020), Designing network design "
              "spaces, arXiv:2003.13678", "https://arxiv.org/abs/2003.13678"),
    Reference("Radosavovic, Johnson, Xie, Lo & Dollár (2019), On network design spaces for visual "
              "recognition, arXiv:1905.13214", "https://arxiv.org/abs/1905.13214"),
    Reference("Zhang, Lipton, Li & Smola, Dive into Deep Learning, section 8.8",
              "https://d2l.ai/chapter_convolutional-modern/cnn-design.html"),
    Reference("Efron & Tibshirani (1993), An introduction to the bootstrap"),
)  # fmt: skip
