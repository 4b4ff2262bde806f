"""What is worth finding about vectorization, what to reach, a guided way, and the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number, shown
from labcore.linear.vectorization.config import Config
from labcore.linear.vectorization.lesson import EXAMPLES, SIDES, SIZES

FORMULAS = {
    "One call": r"t(n) = \text{overhead} + c\, n: \qquad \text{PyTorch } \slot{o.torch}"
    r" + \slot{c.torch}\, n, \qquad \text{loop } \slot{o.loop} + \slot{c.loop}\, n",
    "An epoch": r"t(b) = \left\lceil \tfrac{1024}{b} \right\rceil c + w = \slot{e.calls} \cdot"
    r" \slot{e.call} + \slot{e.rest} = \slot{e.total}",
    "Roofline": r"\text{operations a second} \le \min(\text{peak},\ \text{bandwidth} \times"
    r" \text{operations a byte}), \qquad \text{memory } \slot{r.memory}",
}
TELLS = {
    "Loop or one call": ("n", "Loop over a tensor", "One call of PyTorch", "Results differ by",
                         "One call"),
    "Minibatches": ("An epoch at the ring", "Calls take", "Batches differ by", "An epoch"),
    "Roofline": ("Bandwidth of memory, of cache", "Most operations a second", "Roofline"),
}  # fmt: skip
UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"), (1e-12, "ps"))


def duration(seconds: float, clock: bool = True) -> str:
    """A time in a unit that suits it; a plain number where calls are counted."""
    if not np.isfinite(seconds) or not clock:
        return shown(seconds, 6)
    for unit, word in UNITS:
        if abs(seconds) >= unit:
            return f"{shown(seconds / unit)} {word}"
    return "0 s" if seconds == 0 else f"{shown(seconds / 1e-12)} ps"


def giga(value: float) -> str:
    """In thousands of millions."""
    return shown(value / 1e9)


def readout(config: Config, frame: Frame) -> dict[str, str]:
    """The numbers in words, and under names with a dot what fills the formulas."""
    add, lines, step = frame["add"], frame["lines"].astype(float), frame.step
    memory, cache, peak = frame["roof"].astype(float)
    if config.clock:
        peak = np.fmax.reduce([peak, *(2 * np.array(SIDES) ** 3 / frame["product"][:, 1])])

    def told(seconds: float) -> str:
        return duration(float(seconds), config.clock)

    return {
        "n": f"{SIZES[step]:,}", "Loop over a tensor": told(add[0, step, 1]),
        "One call of PyTorch": told(add[3, step, 1]),
        "Results differ by": shown(frame["apart"][0], 2),
        "An epoch at the ring": told(frame["at ring"]),
        "Calls take": "–" if not np.isfinite(frame["share"]) else
                      f"{100 * float(frame['share']):.0f} %",
        "Batches differ by": shown(frame["apart"][1], 2),
        "Bandwidth of memory, of cache": f"{giga(memory)}, {giga(cache)} GB/s",
        "Most operations a second": f"{giga(peak)} · 10⁹",
        "o.torch": told(lines[3, 0]), "c.torch": told(lines[3, 1]), "o.loop": told(lines[0, 0]),
        "c.loop": told(lines[0, 1]), "e.calls": str(-(-EXAMPLES // config.batch)),
        "e.call": told(frame["call"]), "e.rest": told(frame["rest"]),
        "e.total": told(frame["at ring"]), "r.memory": f"{giga(memory)} GB/s",
    }  # fmt: skip


PRESETS = (
    Preset(
        "A loop pays for every number",
        "The loops rise with n from the start. One call stays level for a thousand numbers: until "
        "then the call is all it costs.",
        {},
    ),
    Preset(
        "Where does the time of a minibatch go?",
        "Drag the ring: at small batches nearly all of an epoch is spent on calls.",
        {"batch": 4},
        view="Minibatches",
    ),
    Preset(
        "Wide examples",
        "With 2,048 features each example is work enough, and small batches lose little.",
        {"features": 2048, "batch": 4},
        view="Minibatches",
    ),
    Preset(
        "Under two roofs",
        "A matrix times a vector hardly computes with each byte, and memory holds it back. A "
        "product of matrices uses each byte again and again.",
        {},
        view="Roofline",
    ),
    Preset(
        "Twice the bytes",
        "With eight bytes a number the roofs and the long vectors are twice as slow, and what is "
        "all overhead is not.",
        {"precision": "float64"},
        view="Roofline",
    ),
)


def whole(config: Config, frames: Sequence[Frame]) -> str:
    """What is missing before anything can be judged."""
    if not config.clock:
        return "Measure the seconds first, under “More”."
    return "" if frames[-1].step == len(SIZES) - 1 else "Let all sizes be measured."


def even(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Calls and work take about the same time at the ring."""
    missing = whole(config, frames)
    if missing:
        return Verdict(False, missing)
    share = float(frames[-1]["share"])
    says = f"At batch size {config.batch} calls take {100 * share:.0f} % of the time."
    return Verdict(0.4 <= share <= 0.6, says)


def wide(config: Config, frames: Sequence[Frame]) -> Verdict:
    """At a small batch most of the time is work."""
    missing = whole(config, frames)
    if missing:
        return Verdict(False, missing)
    share = float(frames[-1]["share"])
    says = f"At batch size {config.batch} calls take {100 * share:.0f} % of the time."
    return Verdict(config.batch <= 16 and share < 0.5, says)


def bound(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The smallest batch whose epoch costs at most a quarter more than the work alone."""
    missing = whole(config, frames)
    if missing:
        return Verdict(False, missing)
    call, rest = float(frames[-1]["call"]), float(frames[-1]["rest"])
    if rest <= 0:
        return Verdict(False, "By the fit there is no work at all; give an example more features.")
    batches = np.arange(1, 1025)
    cost = -(-EXAMPLES // batches) * call / rest
    least = int(batches[cost <= 0.25][0]) if (cost <= 0.25).any() else 0
    if not least:
        return Verdict(False, "Even one call costs more than a quarter of the work: more features.")
    near = 0.7 * least <= config.batch <= 1.45 * least and least <= 300
    return Verdict(near, f"By this fit it is about {format_number(least)}; the ring is at "
                         f"{config.batch}.")  # fmt: skip


CHALLENGES = (
    Challenge("even", "Put the ring where calls and work take equally long, within 10 points of "
              "100.", "Drag it to where the two bars meet.", even),
    Challenge("wide", "With a batch of 16 or fewer, spend more time on work than on calls.",
              "What if each example were more work?", wide),
    Challenge("bound", "Find the smallest batch, at most 300, whose calls cost a quarter of the "
              "work, within half as much again.",
              "1024 / b calls at c each against w: solve for b with the numbers in the formula.",
              bound, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Two vectors are added in four ways, and timed while you watch. Each mark is a "
             "median; its bar reaches from the lower to the upper quartile.", {},
             "Loop or one call"),
    TourStep("Every call from Python costs about as much, whatever it does. A loop pays it for "
             "every number.", {}, "Loop or one call",
             "Measure more carefully: 15 repeats or more.", lambda config: config.repeats >= 15),
    TourStep("A minibatch is one call for b examples. The fit splits an epoch into calls and "
             "work.", {"batch": 2}, "Minibatches",
             "Drag the ring to a batch of 100 or more, and see the calls' share fall.",
             lambda config: config.batch >= 100),
    TourStep("What holds the work back: arithmetic, or moving bytes? The roofline shows both, as "
             "measured here.", {}, "Roofline", "Take numbers of eight bytes.",
             lambda config: config.precision == "float64"),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into deep learning, sections 3.1.2 and 12.5",
              "https://d2l.ai/chapter_linear-regression/linear-regression.html"),
    Reference("Williams, Waterman & Patterson (2009), Roofline: an insightful visual performance "
              "model for multicore architectures", "https://doi.org/10.1145/1498765.1498785"),
    Reference("Harris et al. (2020), Array programming with NumPy",
              "https://doi.org/10.1038/s41586-020-2649-2"),
)  # fmt: skip
