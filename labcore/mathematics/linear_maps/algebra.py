"""Eigenvalues, singular values, power iteration and a system solved, for 2 × 2 matrices."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

ROUNDS = 20
"""Steps of power iteration, three places of the time line each."""

FLAT = 1e-9
"""σ₂ / σ₁ below which a matrix counts as singular."""


def rotation(angle: float) -> np.ndarray:
    """Counter-clockwise, in radians. (2, 2)"""
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


@dataclass(frozen=True, slots=True)
class Eigen:
    """Eigenvalues, (2,) complex, the larger in size first; unit eigenvectors as columns, (2, 2).

    Directions that no real arrow has are NaN: all of complex eigenvalues, and the second of a
    matrix that has one direction only. `every` says that any direction is kept.
    """

    values: np.ndarray
    vectors: np.ndarray
    every: bool = False

    @property
    def real(self) -> bool:
        return bool((self.values.imag == 0).all())

    @property
    def diagonalizable(self) -> bool:
        return bool(np.isfinite(self.vectors).all())


def eigen(a: np.ndarray) -> Eigen:
    """The roots of λ² − (trace) λ + det, and the directions that A − λI sends to zero."""
    half, scale = (a[0, 0] + a[1, 1]) / 2, float(np.abs(a).max())
    inside = ((a[0, 0] - a[1, 1]) / 2) ** 2 + a[0, 1] * a[1, 0]  # half² − det, but exact
    if abs(inside) <= 1e-14 * scale**2:
        inside = 0.0
    if inside < 0:
        root = 1j * math.sqrt(-inside)
        return Eigen(np.array([half + root, half - root]), np.full((2, 2), np.nan))
    root = math.sqrt(inside)
    first = half + math.copysign(root, half)
    values = np.array([first, half - math.copysign(root, half)], complex)
    if a[0, 1] == a[1, 0] == 0 and a[0, 0] == a[1, 1]:
        return Eigen(values, np.eye(2), every=True)
    vectors = np.stack([kernel(a - value * np.eye(2)) for value in values.real], axis=1)
    if root == 0:
        vectors[:, 1] = np.nan
    return Eigen(values, vectors)


def kernel(a: np.ndarray) -> np.ndarray:
    """The unit vector that a singular matrix sends to zero: across its longer row. (2,)"""
    row = a[np.argmax(np.hypot(a[:, 0], a[:, 1]))]
    across = np.array([-row[1], row[0]]) / np.hypot(*row)
    return across if (across[0], across[1]) > (0, 0) else -across


@dataclass(frozen=True, slots=True)
class Turns:
    """A = R(after) diag(σ₁, σ₂) R(before). A plane that is turned over has σ₂ < 0."""

    before: float
    stretch: np.ndarray
    after: float


def svd(a: np.ndarray) -> Turns:
    """The singular values in closed form: A is a turn plus a mirrored turn.

    The flip of a matrix with a negative determinant stays in the stretch, so that both other
    factors are true rotations; the usual σ₂ is the size of this one.
    """
    e, f = (a[0, 0] + a[1, 1]) / 2, (a[0, 0] - a[1, 1]) / 2
    g, h = (a[1, 0] + a[0, 1]) / 2, (a[1, 0] - a[0, 1]) / 2
    turned, mirrored = math.hypot(e, h), math.hypot(f, g)
    sum_, difference = math.atan2(h, e), math.atan2(g, f)
    stretch = np.array([turned + mirrored, turned - mirrored])
    return Turns((sum_ - difference) / 2, stretch, (sum_ + difference) / 2)


def iterate(a: np.ndarray, start: np.ndarray, rounds: int = ROUNDS) -> np.ndarray:
    """Power iteration: multiply by A, shorten to length 1, again. (rounds + 1, 2)

    Where A sends a vector to zero, zeros follow.
    """
    length = np.hypot(*start)
    path = [start / length if length > 0 else start]
    for _ in range(rounds):
        image = a @ path[-1]
        length = np.hypot(*image)
        path.append(image / length if length > 1e-12 else np.zeros(2))
    return np.array(path)


def solve(a: np.ndarray, b: np.ndarray, parts: Eigen) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A x = b: take b apart along the eigenvectors, divide each part by its λ, add them up.

    Returns:
        The parts of b and of x along the eigenvectors, and x itself; (2,) each. NaN where they
        do not exist. Where no two real directions do, the determinants give x.
    """
    nothing = np.full(2, np.nan)
    det = float(a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0])
    if rank(a) < 2:
        return nothing, nothing, nothing
    if not parts.diagonalizable:
        x = np.array([a[1, 1] * b[0] - a[0, 1] * b[1], a[0, 0] * b[1] - a[1, 0] * b[0]]) / det
        return nothing, nothing, x
    (q11, q12), (q21, q22) = parts.vectors
    of_b = np.array([q22 * b[0] - q12 * b[1], q11 * b[1] - q21 * b[0]]) / (q11 * q22 - q12 * q21)
    of_x = of_b / parts.values.real
    return of_b, of_x, parts.vectors @ of_x


def rank(a: np.ndarray) -> int:
    """How many dimensions are left of the plane."""
    first, second = np.abs(svd(a).stretch)
    return int(first > 0) + int(second > FLAT * first)


def off(path: np.ndarray, parts: Eigen) -> np.ndarray:
    """Degrees between each vector and the direction of the largest eigenvalue. (rounds + 1,)"""
    aim = parts.vectors[:, 0]
    across = np.abs(path[:, 0] * aim[1] - path[:, 1] * aim[0])
    return np.degrees(np.arctan2(across, np.abs(path @ aim)))
