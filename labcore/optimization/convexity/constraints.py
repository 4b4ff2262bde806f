"""One constrained problem solved in three ways: projection, penalty, Lagrange multiplier.

Minimise ½ (w − c)ᵀH(w − c) with g(w) ≤ 0: a half-plane n·w − d, or a disc (‖w‖² − r²) / 2r. At
the edge of the set the slope of either g has length 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

ITERATIONS = 40
H = np.array([[1.1, 0.55], [0.55, 0.8]])
FIRST, GROWTH = 0.1, 1.25
"""The weight of the penalty, and by what it is multiplied in each iteration."""
LAM, Q = np.linalg.eigh(H)
STEEPEST = float(LAM[-1])
"""The largest curvature λn of the loss."""
MANY = 1e6
"""No place and no multiplier is farther."""


@dataclass(frozen=True)
class Problem:
    """Where f is least without constraint, and the wall: its point nearest to the origin."""

    kind: str
    centre: np.ndarray
    wall: np.ndarray

    @cached_property
    def reach(self) -> float:
        """The distance of the wall from the origin: d, or r."""
        return max(float(np.linalg.norm(self.wall)), 0.05)

    @cached_property
    def normal(self) -> np.ndarray:
        """Out of the half-plane, of length 1."""
        size = np.linalg.norm(self.wall)
        return self.wall / size if size > 1e-9 else np.array([1.0, 0.0])

    @cached_property
    def yields(self) -> np.ndarray:
        """By how much the lowest place gives way to a push of 1 against the half-plane."""
        return np.linalg.solve(H, self.normal)

    def loss(self, w: np.ndarray) -> np.ndarray:
        """f of places (…, 2)."""
        off = w - self.centre
        return 0.5 * ((off @ H) * off).sum(-1)

    def outside(self, w: np.ndarray) -> np.ndarray:
        """g of places (…, 2): positive where the constraint is broken."""
        if self.kind == "half-plane":
            return w @ self.normal - self.reach
        return ((w**2).sum(-1) - self.reach**2) / (2 * self.reach)

    def project(self, w: np.ndarray) -> np.ndarray:
        """The nearest admitted place, (2,)."""
        if self.kind == "half-plane":
            return w - max(float(self.outside(w)), 0) * self.normal
        size = float(np.linalg.norm(w))
        return w * min(1.0, self.reach / max(size, 1e-12))

    def best_for(self, alpha: np.ndarray) -> np.ndarray:
        """Where f + αg is least, for multipliers (A,): (A, 2)."""
        if self.kind == "half-plane":
            return self.centre - alpha[:, None] * self.yields
        pulled = LAM / (LAM + alpha[:, None] / self.reach)
        return (pulled * (self.centre @ Q)) @ Q.T


@dataclass(frozen=True)
class Solved:
    """All iterations, start first: places (K + 1, 2), multipliers (K + 1,); and the solution."""

    projection: np.ndarray
    penalty: np.ndarray
    lagrange: np.ndarray
    pressure: np.ndarray
    multiplier: np.ndarray
    best: np.ndarray
    alpha: float


def root(problem: Problem, weight: np.ndarray) -> np.ndarray:
    """Multipliers with α = ρ·max(0, g(w(α))) for weights ρ (A,), by bisection; ρ may be infinite.

    g(w(α)) falls as α grows, so there is one. For an infinite weight it is the multiplier of the
    exact problem.
    """
    low, high = np.zeros(len(weight)), np.full(len(weight), 1e4)
    for _ in range(60):
        middle = (low + high) / 2
        broken = np.maximum(problem.outside(problem.best_for(middle)), 0)
        more = broken > middle / weight
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return low


@lru_cache(maxsize=8)
def solve(kind: str, centre: tuple[float, float], wall: tuple[float, float], rate: float) -> Solved:
    """The same as `three_ways`, remembered."""
    return three_ways(kind, centre, wall, rate)


def three_ways(
    kind: str, centre: tuple[float, float], wall: tuple[float, float], rate: float
) -> Solved:
    """Projection, penalty and multiplier, ITERATIONS long, from the origin."""
    problem = Problem(kind, np.array(centre), np.array(wall))
    w = np.zeros(2)
    projected, alpha, alphas = [w], 0.0, [0.0]
    for _ in range(ITERATIONS):
        w = problem.project(w - rate * H @ (w - problem.centre))
        w = np.clip(w, -MANY, MANY)
        projected.append(w)
        broken = float(problem.outside(problem.best_for(np.array([alpha])))[0])
        alpha = min(max(alpha + rate * broken, 0.0), MANY)  # dual ascent
        alphas.append(alpha)
    weights = FIRST * GROWTH ** np.arange(ITERATIONS + 1.0)
    pressure = root(problem, np.append(weights, np.inf))
    exact = float(pressure[-1])
    multiplier = np.array(alphas)
    return Solved(
        np.array(projected),
        problem.best_for(pressure[:-1]),
        problem.best_for(multiplier),
        pressure[:-1],
        multiplier,
        problem.best_for(np.array([exact]))[0],
        exact,
    )
