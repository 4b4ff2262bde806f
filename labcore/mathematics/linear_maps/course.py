"""Presets, challenges and the tour, and what the lab rests on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labcore import Challenge, Frame, Preset, Reference, TourStep, Verdict, format_number
from labcore.mathematics.linear_maps.lesson import Config, matrix

REFERENCES = (
    Reference("Strang (2016), Introduction to linear algebra", "https://math.mit.edu/~gs/linearalgebra/"),
    Reference("Trefethen & Bau (1997), Numerical linear algebra"),
    Reference(
        "Golub & Van Loan (2013), Matrix computations: power iteration, the singular value "
        "decomposition"
    ),
)  # fmt: skip

PRESETS = (
    Preset("A plane on a line", "Rank 1: play it, and see every grid line fall onto one. Nothing "
           "can be undone.", {"a": 1.0, "b": 2.0, "c": 0.5, "d": 1.0, "act": "back"}),
    Preset("Turned over", "A negative determinant: the square passes through zero area and comes "
           "out on the other side.", {"a": 0.5, "b": 1.5, "c": 1.5, "d": -0.5}),
    Preset("A turn keeps no direction", "No dashed line is left: the eigenvalues are complex. "
           "Bring the arrows closer until the two diamonds meet and part again.",
           {"a": 0.8, "b": -1.0, "c": 0.9, "d": 1.1}),
    Preset("A shear has one direction", "Two equal eigenvalues, and only one dashed line: there "
           "is no basis of eigenvectors.",
           {"a": 1.0, "b": 1.5, "c": 0.0, "d": 1.0, "act": "twice"}),
    Preset("Who wins, and how fast", "Each multiplication favours the larger eigenvalue. Play it; "
           "then drag the start near the other line.", {"a": 1.2, "b": 0.4, "c": 0.4, "d": 0.9,
           "vx": 0.6, "vy": -1.2}, view="Power iteration"),
    Preset("Turn, stretch, turn", "Any matrix is this. The longest arrow of the ellipse is σ₁: "
           "drag the mark along the curve to find it.", {"a": 1.0, "b": 2.0, "c": -0.5, "d": 1.0},
           view="SVD"),
    Preset("Small eigenvalues, long arrows", "Both eigenvalues are ½, yet one direction is "
           "stretched by 2.6: only the singular values see it.",
           {"a": 0.5, "b": 2.5, "c": 0.0, "d": 0.5}, view="SVD"),
    Preset("A trembling solution", "The columns are nearly alike. Drag b a little, and see how "
           "far x goes.", {"a": 1.0, "b": 0.95, "c": 0.95, "d": 1.0, "bx": 0.5, "by": 0.45},
           view="Solve"),
)  # fmt: skip


def flip(config: Config, frames: Sequence[Frame]) -> Verdict:
    """A reflection of areas that is not one of the axes."""
    det, least = float(frames[-1]["det"]), float(np.abs(matrix(config)).min())
    says = (
        f"det A = {format_number(det)}, and the smallest entry is {format_number(least)} in size."
    )
    return Verdict(abs(det + 1) <= 0.03 and least >= 0.3, says)


def spiral(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Complex eigenvalues of size one, without being a rotation."""
    last, a = frames[-1], matrix(config)
    size = float(np.hypot(last["eigen.real"][0], last["eigen.imaginary"][0]))
    long = float(np.hypot(a[:, 0] @ a[:, 0], 0) * (a[:, 1] @ a[:, 1])) ** 0.5
    slant = abs(float(a[:, 0] @ a[:, 1])) / long if long else 0.0
    if not last["eigen.imaginary"].any():
        return Verdict(False, "The eigenvalues are real.")
    says = (
        f"|λ| = {format_number(size)}; the cosine between the columns is {format_number(slant)} "
        "in size."
    )
    return Verdict(abs(size - 1) <= 0.02 and slant >= 0.5, says)


def slow(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Power iteration that is far from done after twenty steps, for lack of a gap or of luck."""
    last = frames[-1]
    real = np.asarray(last["eigen.real"], float)
    if last["eigen.imaginary"].any() or not np.isfinite(last["eigenvectors"]).all():
        return Verdict(False, "There have to be two real eigenvectors.")
    ratio = float(min(np.abs(real)) / max(np.abs(real))) if real.any() else 1.0
    degrees = float(last["off"][-1])
    says = (
        f"|λ₂ / λ₁| = {format_number(ratio)}; after 20 steps the angle is "
        f"{format_number(degrees)}°."
    )
    return Verdict(ratio <= 0.9 and degrees >= 30, says)


def hidden(config: Config, frames: Sequence[Frame]) -> Verdict:
    """Eigenvalues that promise shrinking, and a stretch that does not."""
    last = frames[-1]
    largest = float(np.hypot(last["eigen.real"], last["eigen.imaginary"]).max())
    stretch, corner = float(last["sigma"][0]), float(np.abs(matrix(config)).min())
    says = (
        f"The largest |λ| is {format_number(largest)}, the longest stretch "
        f"{format_number(stretch)}, the smallest entry {format_number(corner)} in size."
    )
    return Verdict(largest <= 0.9 and stretch >= 3 and corner >= 0.3, says)


CHALLENGES = (
    Challenge("flip", "Turn the plane over and keep every area: det A = −1, within 0.03, with all "
              "four entries at least 0.3 in size.",
              "Start from a mirror, such as the preset “Turned over”, and watch the determinant.",
              flip),
    Challenge("spiral", "Complex eigenvalues of size 1 (within 0.02), with columns whose cosine is "
              "at least 0.5 in size: an orbit that is no circle.",
              "For complex eigenvalues the size is the root of the determinant.", spiral),
    Challenge("slow", "Keep power iteration at least 30° away from its goal after 20 steps, though "
              "|λ₂ / λ₁| is at most 0.9.",
              "The gap alone would bring it there. Where can it start so that it hardly feels "
              "the larger eigenvalue?", slow, hard=True),
    Challenge("hidden", "Both eigenvalues at most 0.9 in size, and yet some direction is stretched "
              "at least 3 times; no entry smaller than 0.3.",
              "One large entry makes a long arrow. The determinant and the trace can still be "
              "small if the others work against it.", hidden, hard=True),
)  # fmt: skip

TOUR = (
    TourStep("The two arrows are the columns of the matrix: they say where (1, 0) and (0, 1) go, "
             "and the whole grid follows.", {}, "Map",
             "Drag an arrow until the plane is turned over: a negative determinant.",
             lambda config: config.a * config.d < config.b * config.c),
    TourStep("Between the two sides lies a matrix without area. There the plane falls onto a "
             "line, and the arrows lie on it too.",
             {"a": 1.0, "b": 2.0, "c": 0.5, "d": 1.0}, "Map"),
    TourStep("Dashed lines are directions that the matrix keeps. Turn far enough and there are "
             "none: the eigenvalues leave the real axis as a pair.", {}, "Map",
             "Lose the dashed lines: make the eigenvalues complex.",
             lambda config: (config.a - config.d) ** 2 / 4 + config.b * config.c < 0),
    TourStep("Multiply any vector again and again: the part along the larger eigenvalue outgrows "
             "the other by λ₁ / λ₂ in each step.", {}, "Power iteration",
             "Drag the start to the other side of a dashed line: x below −1, y above 0.",
             lambda config: config.vx < -1 and config.vy > 0),
    TourStep("Every matrix, even one without eigenvectors, is a turn, a stretch along the axes "
             "and another turn. Play it.", {"a": 0.5, "b": 2.5, "c": 0.0, "d": 0.5}, "SVD"),
    TourStep("To solve A x = b, take b apart along the eigenvectors and divide each part by its "
             "eigenvalue. A small eigenvalue makes a large part.",
             {"a": 1.0, "b": 0.9, "c": 0.9, "d": 1.0}, "Solve",
             "Drag b onto the long diagonal, where both coordinates are alike (within 0.1).",
             lambda config: abs(config.bx - config.by) <= 0.1 and abs(config.bx) > 0.3),
)  # fmt: skip
