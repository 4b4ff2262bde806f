"""What is worth finding, goals, a guided way, formulas and references."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, shown
from labcore.builders.checkpoints.lesson import Config, opened, save_point

FORMULAS = {
    "The file": r"8 + \text{header} + \text{data} = 8 + \slot{s.header} + \slot{s.data} "
    r"= \slot{s.all} \text{ bytes}",
    "A float of 32 bits": r"(-1)^{s} \cdot 2^{e} \cdot (1 + m) = (-1)^{\slot{f.sign}} \cdot "
    r"2^{\slot{f.power}} \cdot (1 + \slot{f.rest}) = \slot{f.value}",
}

PRESETS = (
    Preset("Bit for bit", "All is saved: the resumed run lies on the first one, gap exactly 0.",
           {}, "Resume"),
    Preset("Without the optimizer", "Adam begins with an empty memory: look at the first steps "
           "after the save.", {"saved": "no_optimizer"}, "Resume"),
    Preset("Without the random state", "Other batches come: both runs are right, and differ.",
           {"saved": "no_random"}, "Resume"),
    Preset("A bit of a weight", "The top byte of a weight: loaded without a word, and a different "
           "network.", {"damage": "flip", "bit": 6}),
    Preset("A bit of the header", "One letter, and the model looks for a tensor in vain.",
           {"damage": "flip", "column": 10, "row": 0, "bit": 1}),
    Preset("Cut off", "A full disk, a broken line: the last tensors are missing.",
           {"damage": "cut", "column": 30, "row": 17}),
    Preset("One tensor", "The smallest file: a length, a header, twelve numbers.",
           {"saved": "tensor", "column": 20, "row": 0}),
)  # fmt: skip


def ended(config: Config, frames: Sequence[Frame]) -> bool:
    """Whether the runs have come to their end."""
    return frames[-1].step >= config.epochs


def broken(config: Config, frames: Sequence[Frame]) -> Verdict:
    """One bit that makes the file unreadable."""
    report = opened(config)
    works = report.tensors is not None
    passed = config.damage == "flip" and not works and bool(report.library)
    says = f"The library says: {report.library}." if report.library else "The library reads it."
    return Verdict(passed and ended(config, frames), says)


def unseen(config: Config, frames: Sequence[Frame]) -> Verdict:
    """One bit that changes the run by a lot, and is loaded without a word."""
    if config.damage != "flip" or not ended(config, frames):
        return Verdict(False, "Flip one bit, and let the run come to its end.")
    worst = float(frames[-1]["worst"])
    return Verdict(bool(np.isfinite(worst) and worst > 0.5), f"The largest gap is {shown(worst)}.")


def whisper(config: Config, frames: Sequence[Frame]) -> Verdict:
    """One bit that changes the run by next to nothing."""
    if config.damage != "flip" or not ended(config, frames):
        return Verdict(False, "Flip one bit, and let the run come to its end.")
    worst = float(frames[-1]["worst"])
    return Verdict(bool(0 < worst < 1e-6), f"The largest gap is {shown(worst)}.")


def lucky(config: Config, frames: Sequence[Frame]) -> Verdict:
    """No memory of Adam's, and hardly a trace of it over the last ten epochs."""
    if config.saved != "no_optimizer" or config.damage != "none" or save_point(config) > 30:
        return Verdict(False, "Save all but the optimizer, after epoch 30 at the latest.")
    if not ended(config, frames):
        return Verdict(False, "Let the run come to its end.")
    gap = float(np.abs(frames[-1]["apart"][-10:]).max())  # none where ten epochs did not follow
    return Verdict(bool(gap < 1e-3), f"The largest gap of the last ten epochs is {shown(gap)}.")


CHALLENGES = (
    Challenge("broken", "Flip one bit so that the file cannot be read any more.",
              "The first eight bytes say how long the header is.", broken),
    Challenge("unseen", "Flip one bit that is loaded without a word and changes the loss by more "
              "than 0.5.", "The top byte of a float holds sign and exponent.", unseen),
    Challenge("whisper", "Flip one bit after which the gap is never 0.000001, and not 0.",
              "A float's lowest byte comes first. Adam's v is averaged away soonest.", whisper),
    Challenge("lucky", "Save without the optimizer, by epoch 30, and stay within 0.001 of the "
              "first run over the last ten epochs.", "Adam's memory is short: leave the resumed "
              "run time, save where the loss hardly moves. Some seeds make calmer runs.", lucky,
              hard=True),
)  # fmt: skip

TOUR = (
    TourStep("This is the whole file. Eight bytes say how long the header is; the header is JSON; "
             "then come the numbers, and nothing else: no code, no checksum.", {}, "File",
             "Click on bytes until you are on a weight of layer 2.",
             lambda config: config.row * 64 + config.column >= 1076),
    TourStep("The network trains, is saved at the ring, loaded and trained on. The gap is exactly "
             "0: weights, Adam's memory and the random generator are all the next step depends on.",
             {}, "Resume"),
    TourStep("Save less, and the runs part.", {}, "Resume",
             "Leave the optimizer out of the file.",
             lambda config: config.saved == "no_optimizer"),
    TourStep("An accident in the numbers goes unnoticed; one in the header is answered by a "
             "sentence.", {"damage": "flip"}, "File",
             "Flip a bit of the header instead: click into the first rows.",
             lambda config: config.damage == "flip" and config.row < 14),
    TourStep("A tensor of another name is the commonest trouble: wrapped for several GPUs, all "
             "names begin with module.", {"damage": "renamed"}, "File"),
)  # fmt: skip

REFERENCES = (
    Reference("Zhang, Lipton, Li & Smola (2023), Dive into Deep Learning, section 6.6",
              "https://d2l.ai/chapter_builders-guide/read-write.html"),
    Reference("Hugging Face, safetensors: format",
              "https://github.com/huggingface/safetensors"),
    Reference("Kingma & Ba (2015), Adam: a method for stochastic optimization",
              "https://arxiv.org/abs/1412.6980"),
    Reference("O'Neill (2014), PCG: a family of simple fast space-efficient statistically good "
              "algorithms for random number generation", "https://www.pcg-random.org/paper.html"),
)  # fmt: skip
