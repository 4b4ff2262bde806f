"""The controls."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

import labcore
from labcore import PointList, control
from labcore.gaussian_processes.gp_posterior.grammar import FORMULAS_OF, parse
from labcore.gaussian_processes.gp_posterior.kernels import Tree

MOST = 60
"""How many points of the learner's own there may be."""

ROUNDS = 10
"""Looks that each player has in the game."""

LENGTHS, NOISES = (0.1, 20.0), (0.003, 3.0)
"""Bounds of ℓ and σ: of the controls, and of the map of the evidence."""


class Config(labcore.Config):
    """Points, a belief about functions, and what is asked of it."""

    data: Literal["own", "classes", "co2", "mcycle", "game"] = control(
        "own",
        title="Data",
        labels={
            "own": "Your points",
            "classes": "Your points in two classes",
            "co2": "CO₂ at Mauna Loa (real)",
            "mcycle": "Motorcycle crash (real)",
            "game": "A hidden function: play",
        },
    )
    """What is modelled. Classes and the game have pictures of their own; the rest share one."""

    kernel: Literal["rbf", "matern12", "matern32", "matern52", "rq", "compact", "periodic",
                    "spectral", "linear", "poly", "net", "own"] = control(
        "rbf",
        title="Kernel",
        labels={
            "rbf": "RBF (very smooth)",
            "matern12": "Matérn ½ (rough)",
            "matern32": "Matérn 3/2",
            "matern52": "Matérn 5/2",
            "rq": "Rational quadratic",
            "compact": "Compact support",
            "periodic": "Periodic (period 3)",
            "spectral": "Spectral mixture",
            "linear": "Straight lines",
            "poly": "Parabolas",
            "net": "Infinite network",
            "own": "Own formula",
        },
    )  # fmt: skip
    """How alike the function is at two places: the prior belief, before any data."""

    formula: str = control(
        "rbf(2) * periodic(2, 1) + 0.3 * linear",
        title="Own formula",
        high=160,
        only={"kernel": ("own",)},
    )
    """Sums and products of rbf(ℓ), matern12(ℓ), matern32(ℓ), matern52(ℓ), rq(ℓ, α), compact(ℓ),
    periodic(period, ℓ), cosine(period), sm(frequency, width), linear(centre),
    poly(degree, offset), net(weight, bias) and plain numbers."""

    lengthscale: float = control(
        1.0, title="Lengthscale ℓ", low=LENGTHS[0], high=LENGTHS[1], log=True
    )
    """How far one must go along x until the function forgets where it was. All lengthscales of
    an own formula are multiplied by it; periods and frequencies stay."""

    noise: float = control(
        0.2,
        title="Noise σ",
        low=NOISES[0],
        high=NOISES[1],
        log=True,
        only={"data": ("own", "co2", "mcycle")},
    )
    """Standard deviation of what is added to the function in each observation. Of real data: in
    units of the data's own standard deviation."""

    fit: Literal["off", "bfgs", "ascent", "gpytorch", "hmc"] = control(
        "off",
        title="Fit ℓ and σ",
        labels={
            "off": "No, as set above",
            "bfgs": "BFGS on the evidence, from scratch",
            "ascent": "Gradient ascent, from scratch",
            "gpytorch": "Adam, by GPyTorch",
            "hmc": "No best one: wander (HMC)",
        },
        only={"data": ("own", "co2", "mcycle")},
    )
    """After the last point ℓ and σ climb the log evidence, from the setting above and from four
    other starts; or they wander, and stay longest where the evidence is high. Normal noise
    only."""

    level: float = control(95, title="Bands hold", low=50, high=99, step=1, unit="%")
    """The probability that each band claims to hold, at every x by itself."""

    likelihood: Literal["gaussian", "student"] = control(
        "gaussian",
        title="Noise is",
        labels={"gaussian": "normal", "student": "Student-t (outliers happen)"},
        more=True,
        only={"data": ("own", "mcycle")},
    )
    """Normal noise makes every point count. With Student-t’s heavy tails an outlier is let go."""

    dof: float = control(
        3.0,
        title="Degrees of freedom ν",
        low=1,
        high=30,
        step=0.5,
        more=True,
        only={"likelihood": ("student",)},
    )
    """Few make heavy tails; at 30 the noise is almost normal."""

    amplitude: float = control(1.0, title="Amplitude a", low=0.1, high=10, log=True, more=True)
    """Usual height of the function: the kernel is multiplied by a²."""

    exact: bool = control(False, title="No noise at all", more=True, only={"data": ("own",)})
    """σ = 0: the function must pass through every point. See what two points at the same x do."""

    samples: int = control(4, title="Functions drawn", low=0, high=8, more=True)
    """Each is a function the model holds possible. The same seed draws the same ones."""

    matrix: Literal["K", "L", "inverse", "hat"] = control(
        "K",
        title="Matrix shown",
        labels={
            "K": "K, covariance of the points",
            "L": "L, its Cholesky factor",
            "inverse": "(K + σ²I)⁻¹, the precision",
            "hat": "K(K + σ²I)⁻¹, weights of the y",
        },
        more=True,
    )
    """All of them for the points from left to right; K + σ²I = LLᵀ."""

    row: int = control(2, title="Row i", low=1, high=MOST, more=True)
    """A point, counted from the left; drag the ring on the matrix."""

    column: int = control(3, title="Column j", low=1, high=MOST, more=True)
    """Another point, counted from the left; drag the ring on the matrix."""

    probe: float = control(0.0, title="Place x*", low=-5, high=5, step=0.1, more=True)
    """Where the formulas are filled in. For real data −5 and 5 are the ends of the picture, and
    heights count in standard deviations of the data."""

    rival: Literal["ei", "ucb", "thompson"] = control(
        "ei",
        title="The machine plays",
        labels={
            "ei": "expected improvement",
            "ucb": "upper confidence bound",
            "thompson": "Thompson sampling",
        },
        more=True,
        only={"data": ("game",)},
    )
    """Where it looks next: where the improvement it expects is greatest, where the upper edge of
    its band is highest, or where one function drawn from the posterior is highest."""

    reveal: bool = control(
        False, title="Show the hidden function", more=True, only={"data": ("game",)}
    )
    """Shown at the end of the game in any case."""

    points: PointList = control(
        ((-4.3, 1.0), (-3.4, 0.3), (-2.7, -0.4), (-1.9, -0.9), (-1.2, -1.7), (0.6, 1.4), (1.1, 1.7),
         (2.2, 1.1), (3.4, 0.8)),
        title="Your points",
        x=(-5.0, 5.0),
        y=(-3.0, 3.0),
        most=MOST,
        more=True,
        only={"data": ("own",)},
    )  # fmt: skip
    """Click the picture to add one, drag to move it, drag it off to take it away."""

    labels: PointList = control(
        ((-4.2, 0.0), (-3.1, 0.0), (-2.4, 1.0), (-1.2, 0.0), (-0.3, 1.0), (0.6, 1.0), (1.5, 1.0),
         (2.6, 0.0), (3.4, 0.0)),
        title="Your points in two classes",
        x=(-5.0, 5.0),
        y=(0.0, 1.0),
        most=MOST,
        more=True,
        only={"data": ("classes",)},
    )  # fmt: skip
    """Above the middle a point is of class 1, below of class 0."""

    guesses: PointList = control(
        (),
        title="Your looks",
        x=(-5.0, 5.0),
        y=(-3.0, 3.0),
        most=ROUNDS,
        more=True,
        only={"data": ("game",)},
    )
    """Where you look at the hidden function; only x counts, the height is what is found there."""

    @model_validator(mode="after")
    def _the_formula_is_a_kernel(self) -> Config:
        if self.kernel == "own":
            parse(self.formula)
        return self


def tree_of(config: Config) -> Tree:
    """The kernel of a config, for inputs divided by ℓ and without a²."""
    return parse(config.formula if config.kernel == "own" else FORMULAS_OF[config.kernel])


def likelihood_of(config: Config) -> str:
    """gaussian, student or classes; not every kind of data has every one."""
    if config.data == "classes":
        return "classes"
    return config.likelihood if config.data in ("own", "mcycle") else "gaussian"


def fits(config: Config) -> bool:
    """Whether ℓ and σ are to be fitted: there must be an evidence in closed form."""
    asked = config.fit != "off" and config.data in ("own", "co2", "mcycle")
    return asked and likelihood_of(config) == "gaussian" and not no_noise(config)


def no_noise(config: Config) -> bool:
    """Whether σ = 0."""
    return config.exact and config.data == "own"
