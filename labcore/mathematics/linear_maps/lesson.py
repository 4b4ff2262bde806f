"""What a matrix does to the plane, one place of the time line after another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

import labcore
from labcore import Frame, Start, control, format_number
from labcore.mathematics.linear_maps.algebra import (
    FLAT,
    ROUNDS,
    Eigen,
    eigen,
    iterate,
    off,
    rank,
    rotation,
    solve,
    svd,
)

LAST = 60
"""The last place of the time line."""

THIN = 0.02
"""σ₂ / σ₁ below which it is said to be nearly so."""


class Config(labcore.Config):
    """The matrix [[a, b], [c, d]], a vector to multiply again and again, and a right-hand side."""

    chance = False

    a: float = control(2.0, title="a: row 1, column 1", low=-2.5, high=2.5, step=0.05)
    """How far to the right the first arrow, A e₁ = (a, c), ends."""

    b: float = control(1.0, title="b: row 1, column 2", low=-2.5, high=2.5, step=0.05)
    """How far to the right the second arrow, A e₂ = (b, d), ends."""

    c: float = control(0.5, title="c: row 2, column 1", low=-2.5, high=2.5, step=0.05)
    """How far up the first arrow ends."""

    d: float = control(1.5, title="d: row 2, column 2", low=-2.5, high=2.5, step=0.05)
    """How far up the second arrow ends."""

    act: Literal["once", "inverse", "back", "twice"] = control(
        "once",
        title="The time line of the map",
        labels={
            "once": "from I to A",
            "inverse": "from I to A⁻¹",
            "back": "A, then A⁻¹ undoes it",
            "twice": "A, then A again",
        },
        views=("Map",),
    )
    """What the plane goes through in the first view."""

    vx: float = control(
        -0.5,
        title="Start of the iteration, across",
        low=-2.5,
        high=2.5,
        step=0.05,
        more=True,
        views=("Power iteration",),
    )
    """The first vector that the matrix multiplies; drag it in “Power iteration”."""

    vy: float = control(
        1.0,
        title="Start of the iteration, up",
        low=-2.5,
        high=2.5,
        step=0.05,
        more=True,
        views=("Power iteration",),
    )
    """Its other coordinate."""

    bx: float = control(
        2.0,
        title="Right-hand side, across",
        low=-2.5,
        high=2.5,
        step=0.05,
        more=True,
        views=("Solve",),
    )
    """The b in A x = b; drag it in “Solve”."""

    by: float = control(
        -0.5,
        title="Right-hand side, up",
        low=-2.5,
        high=2.5,
        step=0.05,
        more=True,
        views=("Solve",),
    )
    """Its other coordinate."""

    theta: float = control(
        70.0,
        title="Direction to look at",
        low=0,
        high=180,
        step=1,
        unit="°",
        more=True,
        views=("SVD",),
    )
    """The direction whose stretch is marked; drag it along the curve in “SVD”."""


def matrix(config: Config) -> np.ndarray:
    """The matrix A, (2, 2); its columns are where the basis vectors go."""
    return np.array([[config.a, config.b], [config.c, config.d]])


def way(config: Config, a: np.ndarray) -> list[np.ndarray]:
    """The matrices that the map passes through, from the identity on."""
    one = np.eye(2)
    if config.act == "twice":
        return [one, a, a @ a]
    if config.act == "once":
        return [one, a]
    if rank(a) < 2:
        return [one, one] if config.act == "inverse" else [one, a, a]
    return [one, np.linalg.inv(a)] if config.act == "inverse" else [one, a, one]


def between(stops: list[np.ndarray], share: float) -> np.ndarray:
    """The place at a share of the way, straight from stop to stop."""
    at = share * (len(stops) - 1)
    leg = min(int(at), len(stops) - 2)
    return stops[leg] + (at - leg) * (stops[leg + 1] - stops[leg])


def look(config: Config, step: int) -> Frame:
    """All that is known of the matrix, at one place of the time line."""
    a, share = matrix(config), step / LAST
    parts, turns = eigen(a), svd(a)
    path = iterate(a, np.array([config.vx, config.vy]))
    of_b, of_x, x = solve(a, np.array([config.bx, config.by]), parts)
    rest = min(max((share - 0.2) / 0.6, 0.0), 1.0)  # a look at b first, and at x last
    before, stretch, after = (min(max(3 * share - k, 0.0), 1.0) for k in range(3))
    passed = rotation(before * turns.before)
    passed = np.diag(1 + stretch * (turns.stretch - 1)) @ passed
    k = min(step // 3, ROUNDS)
    values = {
        "map": between(way(config, a), share), "det": float(np.prod(turns.stretch)),
        "rank": rank(a), "eigen.real": parts.values.real, "eigen.imaginary": parts.values.imag,
        "eigenvectors": parts.vectors, "sigma": np.abs(turns.stretch),
        "svd": rotation(after * turns.after) @ passed, "k": k, "path": path[: k + 1],
        "off": off(path, parts)[: k + 1], "rayleigh": float(path[k] @ a @ path[k]),
        "b.parts": of_b, "parts": of_b + rest * (of_x - of_b),
        "sum": np.array([config.bx, config.by]) * (1 - rest) + rest * x, "x": x,
    }  # fmt: skip
    kept = {n: np.asarray(v, np.float32) if np.ndim(v) else v for n, v in values.items()}
    return Frame(step, kept, trouble(config, a, parts, path), checkpoint={})


def trouble(config: Config, a: np.ndarray, parts: Eigen, path: np.ndarray) -> str:
    """What one should know about this matrix, in a sentence or two."""
    first, second = np.abs(svd(a).stretch)
    if first == 0:
        return "Rank 0: every point lands on the origin, and nothing can be undone."
    if second <= FLAT * first:
        return (
            "Rank 1: the plane falls onto a line, the area is 0, and there is no inverse. "
            "A x = b has no solution, unless b lies on that line; then it has infinitely many."
        )
    said = ""
    if second < THIN * first:
        said = (
            f"Nearly singular: one direction shrinks to {format_number(second)}, so undoing it "
            f"multiplies any error by {format_number(1 / second)}. "
        )
    if not parts.real:
        said += "Complex eigenvalues: every direction is turned, so power iteration never settles."
    elif parts.every:
        said += "Every direction is kept: each vector is an eigenvector."
    elif not parts.diagonalizable:
        said += (
            "Two equal eigenvalues with one direction: there is no basis of eigenvectors. "
            "Power iteration still arrives, but slowly."
        )
    elif not path[0].any():
        said += "The iteration starts at zero, and zero has no direction."
    elif np.isclose(abs(parts.values[0]), abs(parts.values[1]), rtol=1e-9):
        said += "λ₁ = −λ₂: both directions grow alike, so power iteration jumps to and fro."
    elif off(path[:1], Eigen(parts.values, parts.vectors[:, ::-1]))[0] < 1e-6:
        said += "The iteration starts on the other eigenvector: only rounding can bring it away."
    return said.strip()


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """The matrix at work, from the identity to where it leads."""
    for step in range(LAST + 1):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand moves an arrow, at the place on screen."""
    return look(config, start.step if start else LAST)
