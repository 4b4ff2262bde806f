"""The rate of a descent, measured on the path and foretold by curvature; run and answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from labcore import Frame, Start, format_number
from labcore.formula import Formula
from labcore.optimization.gradient_descent.descent import (
    EDGE,
    FAR,
    TRIALS,
    Config,
    Descent,
    descend,
)
from labcore.optimization.gradient_descent.jets import jet

SMALLEST = 1e-8
"""No rate is read from errors below this: f there cannot tell two places apart."""


@lru_cache(maxsize=16)
def minima(text: str) -> np.ndarray:
    """Where a formula has a minimum in the picture, by bisection of its slope, (M,)."""
    formula, x = Formula.parse(text, ("x",)), np.linspace(-EDGE, EDGE, 1602)
    slope = jet(formula, x)[1]
    with np.errstate(all="ignore"):
        turns = np.flatnonzero((slope[:-1] < 0) & (slope[1:] >= 0))
    low, high = x[turns], x[turns + 1]
    for _ in range(50):
        middle = (low + high) / 2
        falls = jet(formula, middle)[1] < 0
        low, high = np.where(falls, middle, low), np.where(falls, high, middle)
    f = jet(formula, high)[0]
    return high[np.abs(f) < FAR]  # not where a pole turns round


@dataclass(frozen=True)
class Theory:
    """What curvature at the minimum foretells.

    errors:     distance from the minimum at each step, by mode: (K + 1, m).
    curvatures: of the modes as the method sees them, (m,): a step multiplies each by 1 − ημ.
    factors:    by how much each shrinks a step, (m,); with backtracking a bound.
    edge:       the η beyond which the largest of them grows.
    target:     the minimum the path is about, if there is one.
    """

    errors: np.ndarray
    curvatures: np.ndarray
    factors: np.ndarray
    edge: float
    target: np.ndarray

    def measured(self, step: int) -> np.ndarray:
        """The factor a step on the path so far: slope of log error over its later half, (m,)."""
        found = []
        for error in self.errors[: step + 1].T:
            k = np.flatnonzero(error > SMALLEST)
            k = k[len(k) // 2 :]
            few = len(k) < 4
            found.append(np.nan if few else np.exp(np.polyfit(k, np.log(error[k]), 1)[0]))
        return np.array(found)


def guaranteed(first: float, share: float, low: float, high: float) -> float:
    """Bound on the shrinking of √(f − f*) with backtracking by halves.

    The step taken is `first` or at least ½ / L, and f falls by c t ‖g‖² ≥ 2 m c t (f − f*)
    (Boyd & Vandenberghe, 2004, section 9.3).
    """
    return float(np.sqrt(1 - 2 * low * share * min(first, 0.5 / high)))


def shrinking(config: Config, eta: np.ndarray, curvatures: np.ndarray) -> np.ndarray:
    """The factor a step of each mode, for step sizes (E,): (m, E)."""
    if config.method != "armijo":
        return np.abs(1 - curvatures[:, None] * eta)
    low, high = curvatures.min(), curvatures.max()
    if not low > 0:
        return np.full((1, len(eta)), np.nan)
    return np.array([[guaranteed(t, config.armijo, low, high) for t in eta]])


@lru_cache(maxsize=8)
def theory(config: Config) -> Theory:
    """The same as `foretell`, remembered."""
    return foretell(config)


def foretell(config: Config) -> Theory:
    """What curvature says about this descent."""
    way = descend(config, config.method)
    if config.world == "curve":
        found = minima(config.formula)
        target = np.full(1, np.nan)
        if len(found):
            target = found[[np.abs(found - way.places[-1, 0]).argmin()]]
        bend = jet(Formula.parse(config.formula, ("x",)), target)[2]
        errors = np.abs(way.places - target)
        if config.method in ("newton", "diagonal"):
            bend = np.where(bend > 0, 1.0, np.nan)
    else:
        bend, errors = modes(config, way)
        target = np.zeros(2)
    factors = shrinking(config, np.array([config.lr]), bend)[:, 0]
    edge = np.inf if config.method == "armijo" or not bend.max() > 0 else float(2 / bend.max())
    return Theory(errors, bend, factors, edge, target)


def modes(config: Config, way: Descent) -> tuple[np.ndarray, np.ndarray]:
    """Curvatures of the bowl as the method sees it, and the error along each mode.

    A step is w ← w − ηPHw. With R = P^½ the matrix RHR = UMUᵀ is symmetric, and y = UᵀR⁻¹w is
    a set of coordinates of which each is multiplied by 1 − ημ.
    """
    h = way.hessians[0]
    if config.method == "armijo":
        return np.linalg.eigvalsh(h), np.sqrt(2 * way.heights)[:, None]
    if config.method == "newton":
        return np.ones(2), np.abs(way.places @ np.linalg.eigh(h)[1])
    root = 1 / np.sqrt(np.diag(h)) if config.method == "diagonal" else np.ones(2)
    mu, u = np.linalg.eigh(root[:, None] * h * root)
    return mu, np.abs(way.places / root @ u)


def diagnosis(config: Config, step: int) -> str:
    """What should be read at this step, if anything."""
    way, told = descend(config, config.method), theory(config)
    bend, slope = float(way.hessians[step][0, 0]), float(np.abs(way.slopes[step]).max())
    x, eta, edge = (format_number(n) for n in (way.places[step][0], config.lr, told.edge))
    if not np.isfinite(way.heights[step]):
        return f"The formula has no value at x = {x}. Drag the start elsewhere."
    if config.method in ("newton", "diagonal") and abs(bend) < 1e-9 and slope > 0:
        return f"At x = {x} the curvature is 0, and this method divides by it."
    if 0 <= way.lost <= step:
        if config.lr > told.edge:
            near = " near the minimum" if config.world == "curve" else ""
            return (f"Diverges: η = {eta} is more than 2/μ = {edge}, so each step multiplies the "
                    f"error by {format_number(told.factors.max())}{near}.")  # fmt: skip
        return f"Lost after {way.lost + 1} steps: the curve falls without end, or a step was huge."
    if slope < 1e-12 and step == 0:
        return "The slope is 0 at the start: no method moves from here, be it a valley or a top."
    if config.method == "newton" and bend < 0 and config.world == "curve":
        does = "rests on the top of its parabola" if slope < 1e-6 else "steps uphill, to the top"
        words = f"At x = {x} the curve bends downwards (f″ = {format_number(bend)})."
        return f"{words} Newton {does}."
    if config.world == "curve" and not np.isfinite(told.target[0]):
        return "This curve has no minimum in the picture, so there is no rate to foretell."
    if config.world == "curve" and abs(told.curvatures[0]) < 1e-6:
        return "At the minimum f″ = 0: the error shrinks ever more slowly, by no constant factor."
    if config.lr > told.edge * (1 + 1e-9):
        return f"η = {eta} is more than 2/μ = {edge}: the minimum repels."
    return ""


def look(config: Config, step: int) -> Frame:
    """Where the descent is after so many steps, and the step it would take next."""
    way, told = descend(config, config.method), theory(config)
    tried = np.full(TRIALS, np.nan, np.float32)
    tried[: len(way.tried[step])] = way.tried[step]
    return Frame(
        step,
        {
            "place": single(way.places[step]),
            "height": float(way.heights[step]),
            "slope": single(way.slopes[step]),
            "curvature": single(way.hessians[step]),
            "tried": tried,
            "error": single(told.errors[step]),
            "factor": single(told.factors),
            "measured": single(told.measured(step)),
        },
        note=diagnosis(config, step),
        checkpoint={},
    )


def single(values: np.ndarray) -> np.ndarray:
    """As float32, and never an infinity."""
    return np.clip(values, -1e30, 1e30).astype(np.float32)


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Step after step."""
    for step in range(config.steps + 1):
        yield look(config, step)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same at the step on screen, while a hand moves."""
    return look(config, min(start.step, config.steps) if start else config.steps)
