"""Gradient descent, Newton's method, preconditioning and backtracking, on a curve or in a bowl."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from pydantic import field_validator

import labcore
from labcore import control
from labcore.formula import Formula
from labcore.optimization.gradient_descent.jets import height, jet

EDGE, FAR = 4.0, 1e6
"""The picture reaches from −EDGE to EDGE; beyond FAR a path is lost."""
TRIALS = 30
"""So often a step is shortened at most."""


class Config(labcore.Config):
    """The controls: a world, a method, a start."""

    chance = False

    world: Literal["curve", "bowl"] = control(
        "curve", title="World", labels={"curve": "a curve", "bowl": "a bowl"}
    )
    """A curve of one variable, which you type, or a quadratic bowl of two."""

    method: Literal["plain", "armijo", "diagonal", "newton"] = control(
        "plain",
        title="Method",
        labels={"plain": "gradient descent", "armijo": "with backtracking",
                "diagonal": "preconditioned (diagonal)", "newton": "Newton"},
        brings={"armijo": {"lr": 3.0}, "diagonal": {"lr": 0.9}, "newton": {"lr": 1.0},
                "plain": {"lr": 0.1}},
    )  # fmt: skip
    """Backtracking begins each step with η and halves it until it helps. Preconditioning divides
    each gradient by the size of its own curvature, Newton by all the curvature, sign included."""

    lr: float = control(0.08, title="Step size η", low=0.01, high=4, step=0.01)
    """By this the direction is multiplied; with backtracking, the first step tried."""

    formula: str = control("x^4/16 - x^2/2 + x/5", title="Curve f(x)", high=120,
                           only={"world": ("curve",)})  # fmt: skip
    """A formula of x, such as x^2/2, cos(x) + x^2/10, abs(x) or log(cosh(x))."""

    kappa: float = control(12.0, title="Condition number κ", low=1, high=200, log=True,
                           only={"world": ("bowl",)})  # fmt: skip
    """The steepest curvature of the bowl, which is 1, divided by the flattest."""

    angle: float = control(20.0, title="Direction of the valley", low=0, high=90, step=1, unit="°",
                           only={"world": ("bowl",)})  # fmt: skip
    """Along an axis (0° or 90°) the Hessian is diagonal; at 45° its diagonal says nothing."""

    steps: int = control(30, title="Steps", low=5, high=60)
    """How many steps are taken."""

    armijo: float = control(0.3, title="Armijo’s share c", low=0.01, high=0.5, step=0.01, more=True,
                            only={"method": ("armijo",)})  # fmt: skip
    """A step is taken once f falls by at least this share of what the slope promises."""

    x0: float = control(-3.4, title="Start x", low=-EDGE, high=EDGE, step=0.01, more=True)
    """Where the descent begins; drag the start on the picture instead."""

    y0: float = control(1.6, title="Start y", low=-EDGE, high=EDGE, step=0.01, more=True,
                        only={"world": ("bowl",)})  # fmt: skip
    """Where the descent begins; drag the start on the picture instead."""

    @field_validator("formula")
    @classmethod
    def _is_a_formula(cls, text: str) -> str:
        Formula.parse(text, ("x",))
        return text


@dataclass(frozen=True)
class World:
    """What is descended: a formula of one variable; if there is none, ½ wᵀHw."""

    formula: Formula | None
    hessian: np.ndarray

    def height(self, w: np.ndarray) -> np.ndarray:
        """f of places (…, d): (…)."""
        if self.formula:
            return height(self.formula, w[..., 0])
        return 0.5 * np.einsum("...i,ij,...j->...", w, self.hessian, w)

    def look(self, w: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """f, gradient (d,) and Hessian (d, d) at one place."""
        if self.formula:
            f, g, h = jet(self.formula, w[0])
            return float(f), np.array([g]), np.array([[h]])
        g = self.hessian @ w
        return float(0.5 * w @ g), g, self.hessian


def turn(degrees: float) -> np.ndarray:
    """The flat and the steep direction as columns, (2, 2)."""
    a = np.deg2rad(degrees)
    return np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])


def world_of(config: Config) -> World:
    """The world asked for, and where one stands in it at first."""
    if config.world == "curve":
        return World(Formula.parse(config.formula, ("x",)), np.eye(1))
    q = turn(config.angle)
    return World(None, q * np.array([1 / config.kappa, 1.0]) @ q.T)


def heading(method: str, g: np.ndarray, h: np.ndarray) -> np.ndarray:
    """The direction of a step: −g, −g / |diagonal of H|, or Newton's −H⁻¹g. May be infinite."""
    with np.errstate(all="ignore"):
        if method == "diagonal":
            return -g / np.abs(np.diag(h))
        if method == "newton":
            return -g / h[0] if len(g) == 1 else -np.linalg.solve(h, g)
    return -g


def backtrack(
    world: World, w: np.ndarray, f: float, g: np.ndarray, first: float, share: float
) -> np.ndarray:
    """All step sizes tried, the last one taken: f(w − tg) ≤ f(w) − c t ‖g‖² (Armijo, 1966)."""
    tried = first * 0.5 ** np.arange(TRIALS)
    with np.errstate(all="ignore"):
        reached = world.height(w - tried[:, None] * g)
        enough = reached <= f - share * tried * (g @ g)
    taken = int(enough.argmax()) if enough.any() else TRIALS - 1
    return tried[: taken + 1]


@dataclass(frozen=True)
class Descent:
    """A path: places (K + 1, d), heights, slopes, Hessians, and the steps tried at each place."""

    places: np.ndarray
    heights: np.ndarray
    slopes: np.ndarray
    hessians: np.ndarray
    tried: tuple[np.ndarray, ...]
    lost: int
    """After so many steps the path was lost; −1 if it was not."""


@lru_cache(maxsize=8)
def descend(config: Config, method: str) -> Descent:
    """The same as `walk`, remembered: a frame and its picture both need it."""
    return walk(config, method)


def walk(config: Config, method: str) -> Descent:
    """The whole path of one method; once lost it stays where it was."""
    world, d = world_of(config), 1 if config.world == "curve" else 2
    w, lost, seen, tries = np.array([config.x0, config.y0][:d]), -1, [], []
    for k in range(config.steps + 1):
        f, g, h = world.look(w)
        tried = (backtrack(world, w, f, g, config.lr, config.armijo) if method == "armijo"
                 else np.array([config.lr]))  # fmt: skip
        seen.append((w, f, g, h))
        tries.append(tried)
        after = w + tried[-1] * heading(method, g, h)
        if lost < 0 and np.isfinite(f) and np.isfinite(after).all():
            w = np.clip(after, -2 * FAR, 2 * FAR)
            lost = k if np.abs(w).max() > FAR else -1
        elif lost < 0:
            lost = k
    w, f, g, h = (np.array(part) for part in zip(*seen, strict=True))
    return Descent(w, f, g, h, tuple(tries), lost)
