"""Goals to reach, each judged on the frames of the learner's own run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Verdict
from labcore.generation.gan.config import Config


def series(frames: Sequence[Frame], name: str) -> np.ndarray:
    """A number of the shown race over the frames."""
    return np.array([float(np.ravel(frame[name])[0]) for frame in frames])


def kept(*rules: tuple[bool, str]) -> Verdict | None:
    """The first condition that is not kept, as a verdict."""
    return next((Verdict(False, says) for holds, says in rules if not holds), None)


def all_parts(config: Config, frames: Sequence[Frame], good: float, steps: int) -> Verdict:
    """Whether every part is covered and enough fakes are good, by a step."""
    parts = len(frames[-1]["shares"])
    for frame in frames:
        if frame["modes"][0] == parts and frame["good"][0] >= good and frame.step <= steps:
            share = f"{100 * float(frame['good'][0]):.0f} %"
            return Verdict(True, f"All {parts} parts and {share} good fakes at step {frame.step}.")
    best = max((f for f in frames if f.step <= steps), key=_rank, default=frames[-1])
    share = f"{100 * float(best['good'][0]):.0f} %"
    return Verdict(
        False, f"At best {int(best['modes'][0])} of {parts} parts, {share} good fakes, "
        f"at step {best.step}."
    )  # fmt: skip


def _rank(frame: Frame) -> tuple[float, float]:
    return float(frame["modes"][0]), float(frame["good"][0])


def unaided(config: Config, frames: Sequence[Frame]) -> Verdict:
    """The ring without a brake on D."""
    return kept(
        (config.model == "gan" and config.data == "ring", "Train a GAN on the ring."),
        (config.restraint == "none", "Let nothing hold D back."),
        (config.spread <= 0.1, "Keep the blobs at σ = 0.1 or narrower."),
    ) or all_parts(config, frames, 0.9, 10_000)


def hopping(config: Config, frames: Sequence[Frame]) -> Verdict:
    """An oscillation, brought about."""
    stop = kept((config.model == "gan" and config.data == "ring", "Train a GAN on the ring."))
    if stop:
        return stop
    told = sum(frame.note.startswith("Oscillation") for frame in frames)
    return Verdict(told >= 10, f"The note names an oscillation in {told} frames of {len(frames)}.")


def certified(config: Config, frames: Sequence[Frame]) -> Verdict:
    """D alone, to its best."""
    stop = kept(
        (config.model == "gan" and config.train == "d", "Train D only."),
        (config.objective in ("ns", "minimax"), "D* is for the two objectives with a logarithm."),
        (config.data in ("moons", "roll"), "Choose the moons or the Swiss roll."),
    )
    if stop:
        return stop
    gap = series(frames, "gap")
    k = int(np.nanargmin(gap))
    return Verdict(
        bool(gap[k] < 0.1), f"The least mean |D − D*| is {gap[k]:.3f}, at step {frames[k].step}."
    )


def grid(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Twenty-five blobs."""
    return kept(
        (config.model == "gan" and config.data == "grid", "Train a GAN on the grid."),
        (config.spread <= 0.1, "Keep the blobs at σ = 0.1 or narrower."),
        (config.samples == "fresh", "Let the training points be endless."),
    ) or all_parts(config, frames, 0.85, 3000)


def thread(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A line through eight blobs."""
    return kept(
        (config.model == "gan" and config.data == "ring", "Train a GAN on the ring."),
        (config.latent == "1", "Give G one latent number only."),
        (config.spread <= 0.1, "Keep the blobs at σ = 0.1 or narrower."),
    ) or all_parts(config, frames, 0.6, 10_000)


CHALLENGES = (
    Challenge(
        slug="hopping",
        goal="On the ring, make the fakes hop from place to place: the note under the picture is "
        "to name an oscillation in at least ten frames.",
        hint="Take the brakes off and let G take several steps, or larger ones, while D takes one.",
        check=hopping,
    ),
    Challenge(
        slug="unaided",
        goal="Cover all 8 blobs of the ring with 90 % good fakes while nothing holds D back.",
        hint="R1 is not the only brake. Let the rates fade, average G, or give D smaller steps.",
        check=unaided,
    ),
    Challenge(
        slug="certified",
        goal="Train D only, on the moons or the Swiss roll, until the mean |D − D*| is below 0.1.",
        hint="D* is seen through a blur of 0.12, which hardly matters to wide blobs. Do not hold D "
        "back; a larger batch and larger steps help, and the best moment comes early.",
        check=certified,
    ),
    Challenge(
        slug="grid",
        goal="Cover all 25 blobs of the grid with 85 % good fakes within 3,000 rounds.",
        hint="More blobs need a sharper D. Try a larger batch, wider networks, a softer R1.",
        check=grid,
        hard=True,
    ),
    Challenge(
        slug="thread",
        goal="Give G one latent number only, and still cover all of the ring with 60 % good fakes.",
        hint="The made points are now one line. A loss with a logarithm leaves blobs out rather "
        "than pay for the ways between them; a distance does not. Noise that ends helps too.",
        check=thread,
        hard=True,
    ),
)
