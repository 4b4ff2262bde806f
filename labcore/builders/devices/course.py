"""What is worth finding, goals, a guided way, formulas and references."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.builders.devices.lesson import DTYPES, Config, foretold, sizes

FORMULAS = {
    "On the model GPU": r"t = \text{call} + \frac{\text{transfer}}{\text{uses}} + "
    r"\frac{2 n^3}{\text{rate}} = \slot{t.call} + \slot{t.move} + \slot{t.work} = "
    r"\slot{t.all} \; \text{µs}",
    "Rate": r"\frac{2 n^3}{t} = \frac{\slot{r.ops} \cdot 10^6}{\slot{r.time} \; \text{µs}} = "
    r"\slot{r.rate} \; \text{GFLOP/s}, \quad n = \slot{r.n}",
}

PRESETS = (
    Preset("Where is the crossing?", "Below it a GPU only waits for its calls and its data.", {}),
    Preset("Data that stay", "A hundred products for each transfer: the crossing moves down to "
           "where the call costs as much.", {"uses": 100}),
    Preset("A slow link", "With 1 GB/s only large matrices are worth the way, if any.",
           {"link": 1.0}),
    Preset("Smaller numbers", "Which dtype is quick depends on what the processor was built for.",
           {}, "Rate"),
    Preset("A laptop's graphics", "Arithmetic no faster than a good processor's.",
           {"peak": 1000.0, "launch": 30.0, "link": 12.0}),
    Preset("Doubles", "Twice the bytes, and half the rate on the processor.",
           {"dtype": "float64"}),
)  # fmt: skip


def ended(config: Config, frames: Sequence[Frame]) -> bool:
    """Whether all sizes were measured."""
    return len(frames) >= len(sizes(config))


def early(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A crossing at small matrices, with an ordinary link."""
    cross = float(frames[-1]["crossing"])
    says = f"The model GPU is ahead from n = {shown(cross)}."
    fair = config.launch >= 10 and config.link <= 50
    return Verdict(bool(fair and cross < 24 and ended(config, frames)), says)


def never(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A fast GPU that is never ahead."""
    cross = float(frames[-1]["crossing"])
    fair = config.peak >= 50_000 and config.largest >= 512
    says = "It is never ahead." if np.isnan(cross) else f"It is ahead from n = {shown(cross)}."
    return Verdict(bool(fair and np.isnan(cross) and ended(config, frames)), says)


def small(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The same matrix in fewer bytes: much faster, or much slower."""
    cpu = frames[-1]["cpu"]
    both = np.isfinite(cpu).all(0)
    if not both.any() or not ended(config, frames):
        return Verdict(False, "Measure all sizes.")
    at = int(np.flatnonzero(both)[-1])
    ratio = float(cpu[list(DTYPES).index(config.dtype), at] / cpu[0, at])
    passed = config.dtype in ("bfloat16", "float16") and not 0.5 <= ratio <= 2
    return Verdict(passed, f"At n = {sizes(config)[at]}, {config.dtype} takes {shown(ratio)} times "
                   "as long as float32.")  # fmt: skip


def balance(config: Config, frames: Sequence[Frame]) -> Verdict:
    """All three parts of the model's time are alike at the largest size."""
    n = float(sizes(config)[-1])
    work = 2 * n**3 / (1e9 * config.peak)
    moved = float(foretold(config, np.array([n]))[0]) - work - 1e-6 * config.launch
    parts = np.array([1e-6 * config.launch, moved, work])
    ratio = float(parts.max() / parts.min())
    return Verdict(bool(ratio <= 1.3 and ended(config, frames)),
                   f"The longest part takes {shown(ratio)} times the shortest.")  # fmt: skip


CHALLENGES = (
    Challenge("early", "Bring the crossing below n = 24, with calls of 10 µs or more and a link of "
              "50 GB/s or less.", "The processor has to be slow. Is there a dtype it has no "
              "instructions for?", early),
    Challenge("never", "With 50,000 GFLOP/s or more and matrices up to 512 or more, keep the GPU "
              "from ever being ahead.", "It can only work on what has arrived.", never),
    Challenge("small", "Compare a dtype of 2 bytes that takes less than half, or more than twice, "
              "the time of float32 on this processor.", "Two dtypes have 2 bytes.", small),
    Challenge("balance", "Let call, transfer and arithmetic take about as long (within 1.3) at the "
              "largest size.", "Arithmetic grows with n³, the transfer with n². Choose the size "
              "first, then one number after the other.", balance, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("Each point is a product of two matrices, timed on this server. Small ones are so "
             "quick that their call is what takes time.", {}, "Time"),
    TourStep("The dotted line is a GPU of three numbers: what a call costs, how fast data get "
             "there, how fast it computes.", {}, "Time",
             "Drag its ring at the left to 50 µs or more, and watch the crossing.",
             lambda config: config.launch >= 50),
    TourStep("The transfer is paid once; the products may be many.", {}, "Time",
             "Let ten products or more share a transfer.", lambda config: config.uses >= 10),
    TourStep("The same as a rate. Each dtype has its own: wider numbers cost more, and narrow ones "
             "are quick only where the processor has instructions for them.", {}, "Rate"),
    TourStep("What measures here. A GPU appears if the server has one. The last line is what "
             "PyTorch says if the parts of a sum lie on two devices.", {}, "This server"),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into Deep Learning, section 6.7",
              "https://d2l.ai/chapter_builders-guide/use-gpu.html"),
    Reference("Williams, Waterman & Patterson (2009), Roofline: an insightful visual performance "
              "model", "https://doi.org/10.1145/1498765.1498785"),
    Reference("Paszke et al. (2019), PyTorch: an imperative style, high-performance deep learning "
              "library", "https://arxiv.org/abs/1912.01703"),
)  # fmt: skip
