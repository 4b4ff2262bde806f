"""What goes wrong, found in the numbers of the last frames, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from labcore import format_number
from labcore.generation.gan.config import Config

COLUMNS_OF_RECORD = ("modes", "good", "w2", "floor", "signal", "of_fake", "of_real", "copies",
                     "swing")  # fmt: skip
"""What is remembered of each frame."""

FEWEST = 8
"""Frames that must have been seen before anything but divergence is named."""

FAINT, RESTLESS, COPIED, FAR, MISSING = 0.05, 0.2, 0.5, 1.5, 0.6


def column(record: np.ndarray, name: str) -> np.ndarray:
    """One number over the last frames."""
    return record[:, COLUMNS_OF_RECORD.index(name)]


def verdict(config: Config, record: np.ndarray, parts: int, alive: bool = True) -> str:
    """Which failure it is: diverged, vanishing, memorising, oscillation, collapse, or none.

    Over the last 8 frames, with W₂ and its floor, that of two real samples:
        vanishing: in most frames a fake's slope is below 0.05 and D rates real points at least 0.9
            above fakes; and W₂ is over 1.5 floors. Only where D gives probabilities.
        memorising: fakes lie nearer than half as far from the training points as real ones do,
            and at least half of them are good.
        oscillation: from most frames to the next more than a fifth of all fakes changes its part.
        collapse: on average at most 60 % of the parts are covered, a quarter of the fakes is good,
            and W₂ is over 1.5 floors. Neither this nor an oscillation is named while only D is
            trained: it could not be G's fault.
    """
    if not alive:
        return "diverged"
    if len(record) < FEWEST:
        return ""
    record = record[-FEWEST:]
    modes, good, w2 = (column(record, name) for name in ("modes", "good", "w2"))
    far = w2.mean() > FAR * column(record, "floor").mean()
    if config.model == "gan" and config.objective in ("ns", "minimax") and far:
        ahead = np.median(column(record, "of_real") - column(record, "of_fake"))
        if np.median(column(record, "signal")) < FAINT and ahead > 0.9:
            return "vanishing"
    copies = column(record, "copies")
    if np.isfinite(copies).all() and copies.mean() < COPIED and good.mean() > 0.5:
        return "memorising"
    if parts < 2 or not far or (config.model == "gan" and config.train == "d"):
        return ""
    if np.median(column(record, "swing")) > RESTLESS:
        return "oscillation"
    if modes.mean() <= MISSING * parts and good.mean() > 0.25:
        return "collapse"
    return ""


def diagnose(
    config: Config, record: np.ndarray, values: Mapping[str, Any], lost_at: int = 0
) -> str:
    """One sentence for the learner, with the numbers it rests on."""
    parts = len(values["shares"])
    found = verdict(config, record, parts, alive=not lost_at)
    if not found:
        done = len(record) >= FEWEST and (column(record[-FEWEST:], "modes") == parts).all()
        if done and float(values["good"][0]) >= 0.9:
            share = f"{100 * float(values['good'][0]):.0f} %"
            return f"Healthy: all {parts} parts are covered, and {share} of the fakes are good."
        return ""
    if found == "diverged":
        return (
            f"Diverged before step {lost_at}: a weight is no longer a number. Lower the learning "
            "rates, or hold D back."
        )
    usual = np.median if found in ("vanishing", "oscillation") else np.mean
    told = {name: float(usual(column(record[-FEWEST:], name))) for name in COLUMNS_OF_RECORD}
    if found == "vanishing":
        return (
            f"Vanishing gradient: D tells all apart ({told['of_real']:.2f} for real, "
            f"{told['of_fake']:.2f} for fake), and where the fakes are its slope is only "
            f"{format_number(told['signal'], 2)}. G is told that it is wrong, not which way is "
            "right."
        )
    if found == "memorising":
        return (
            f"Memorising: fakes lie {format_number(told['copies'], 2)} times as far from the "
            "training points as new real points do. The model repeats what it has seen."
        )
    if found == "oscillation":
        return (
            f"Oscillation: from frame to frame {100 * told['swing']:.0f} % of the fakes move to "
            "another part. G runs to where D is blind, D follows, and it begins again."
        )
    return (
        f"Mode collapse: {told['modes']:.0f} of {parts} parts are covered, though "
        f"{100 * told['good']:.0f} % of the fakes are good. Each fake fools D by itself; nothing "
        "asks G for variety."
    )
