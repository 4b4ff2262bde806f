"""The distributions, each written out: mass or density, sums of it, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from scipy import special

import labcore
from labcore import PointList, control

BINS, HALF = 9, 4.5
"""The learner's own density stands on this many bins of width 1, from −HALF to HALF."""
GRID = 201
HEIGHTS = (0.33, 0.11, 0.04, 0.02, 0.0, 0.02, 0.04, 0.11, 0.33)
LOGITS = np.linspace(-16, 16, 801)
"""Where quantiles without a closed form are tabulated, as log(u / (1 − u))."""

Kind = Literal["bernoulli", "discrete", "binomial", "poisson", "uniform", "normal", "exponential",
               "gamma", "beta", "student", "own"]  # fmt: skip


class Config(labcore.Config):
    """A distribution and its parameters; each parameter shows where it matters."""

    kind: Kind = control(
        "exponential", title="Distribution",
        labels={"bernoulli": "Bernoulli", "discrete": "discrete uniform", "binomial": "binomial",
                "poisson": "Poisson", "uniform": "continuous uniform", "normal": "normal (Gauss)",
                "exponential": "exponential", "gamma": "gamma", "beta": "beta",
                "student": "Student-t", "own": "drawn by you"},
    )  # fmt: skip
    """Every view uses it: samples, averages, and the noise of a fitted line."""

    p: float = control(0.3, title="Chance of success p", low=0, high=1, step=0.01,
                       only={"kind": ("bernoulli", "binomial")})  # fmt: skip
    """How likely a single trial succeeds."""

    n: int = control(10, title="Trials or faces n", low=1, high=30,
                     only={"kind": ("discrete", "binomial")})  # fmt: skip
    """Trials of the binomial, or faces of a fair die."""

    rate: float = control(1.0, title="Rate λ", low=0.2, high=10, log=True,
                          only={"kind": ("poisson", "exponential")})  # fmt: skip
    """Events in a unit of time: their number is Poisson, the wait for the next exponential."""

    sigma: float = control(1.0, title="Scale σ", low=0.2, high=2, log=True,
                           only={"kind": ("normal", "uniform", "student", "gamma")})  # fmt: skip
    """Standard deviation of the normal, half the width of the uniform, scale of Student-t and
    gamma."""

    k: float = control(2.0, title="Shape k", low=0.5, high=10, log=True,
                       only={"kind": ("gamma", "beta", "student")})  # fmt: skip
    """Shape of the gamma, first number of the beta, degrees of freedom of Student-t."""

    b: float = control(3.0, title="Second shape b", low=0.5, high=10, log=True,
                       only={"kind": ("beta",)})  # fmt: skip
    """Second number of the beta: the larger, the farther to the left."""

    mu: float = control(0.0, title="Centre μ", low=-3, high=3, step=0.1, more=True,
                        only={"kind": ("normal", "uniform", "student")})  # fmt: skip
    """The middle of the distribution."""

    own: PointList = control(
        tuple((float(k - 4), height) for k, height in enumerate(HEIGHTS)), title="Your bars",
        x=(-4, 4), y=(0, 1), least=BINS, most=BINS, more=True, only={"kind": ("own",)},
    )  # fmt: skip
    """A density of your own, as bars of width 1; divided by their sum."""


@dataclass(frozen=True, slots=True)
class Law:
    """What there is to know about a distribution.

    x, height: where mass or density is drawn, and how much there is.
    below: P(X ≤ x). quantile: its inverse. entropy: in nats, of the density where continuous.
    """

    discrete: bool
    span: tuple[float, float]
    x: np.ndarray
    height: np.ndarray
    below: Callable[[np.ndarray], np.ndarray]
    quantile: Callable[[np.ndarray], np.ndarray]
    mean: float
    variance: float
    entropy: float


def counted(values: np.ndarray, mass: np.ndarray, span: tuple[float, float]) -> Law:
    """A law on whole numbers, from the mass of each."""
    sums = np.cumsum(mass)
    mean = float(mass @ values)
    return Law(
        True, span, values, mass,
        lambda x: np.append(0.0, sums)[np.searchsorted(values, x, side="right")],
        lambda u: values[np.minimum(np.searchsorted(sums, u), len(values) - 1)],
        mean, float(mass @ (values - mean) ** 2), float(special.entr(mass).sum()),
    )  # fmt: skip


def between(span: tuple[float, float]) -> np.ndarray:
    """GRID places inside a span, away from its ends, where a density may be infinite."""
    low, high = span
    return low + (np.arange(GRID) + 0.5) * (high - low) / GRID


@lru_cache(maxsize=32)
def tabulated(kind: str, k: float, b: float = 1.0) -> Callable[[np.ndarray], np.ndarray]:
    """A slow quantile function of scale 1, read off between 801 places: within 0.1 %."""
    slow: Callable[[np.ndarray], np.ndarray] = {
        "gamma": lambda u: special.gammaincinv(k, u),
        "beta": lambda u: special.betaincinv(k, b, u),
        "student": lambda u: special.stdtrit(k, u),
    }[kind]
    table = slow(special.expit(LOGITS))
    return lambda u: np.interp(special.logit(u), LOGITS, table)


def discrete_law(config: Config) -> Law:
    """Bernoulli, discrete uniform, binomial, Poisson."""
    if config.kind == "bernoulli":
        return counted(np.arange(2.0), np.array([1 - config.p, config.p]), (-0.7, 1.7))
    if config.kind == "discrete":
        values = np.arange(1.0, config.n + 1)
        return counted(values, np.full(config.n, 1 / config.n), (0, 31))
    if config.kind == "binomial":
        k, n = np.arange(config.n + 1.0), config.n
        ways = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
        logs = ways + special.xlogy(k, config.p) + special.xlogy(n - k, 1 - config.p)
        return counted(k, np.exp(logs), (-0.7, 30.7))
    k = np.arange(61.0)  # beyond 60 there is less than 1e-28 of it
    mass = np.exp(k * np.log(config.rate) - config.rate - special.gammaln(k + 1))
    return counted(k, mass, (-0.7, 25.7))


def law(config: Config) -> Law:
    """The distribution that the controls name."""
    kind, mu, s, k, b, rate = (
        config.kind, config.mu, config.sigma, config.k, config.b, config.rate
    )  # fmt: skip
    if kind in ("bernoulli", "discrete", "binomial", "poisson"):
        return discrete_law(config)
    span = {"exponential": (0, 10), "gamma": (0, 25), "beta": (0, 1), "own": (-HALF, HALF)}.get(
        kind, (-7, 7)
    )
    x = between(span)
    if kind == "uniform":
        return Law(False, span, x, np.where(abs(x - mu) <= s, 0.5 / s, 0),
                   lambda v: np.clip((v - mu + s) / (2 * s), 0, 1),
                   lambda u: mu + s * (2 * u - 1), mu, s**2 / 3, float(np.log(2 * s)))  # fmt: skip
    if kind == "normal":
        return Law(False, span, x, np.exp(-(((x - mu) / s) ** 2) / 2) / (s * np.sqrt(2 * np.pi)),
                   lambda v: special.ndtr((v - mu) / s), lambda u: mu + s * special.ndtri(u),
                   mu, s**2, float(np.log(2 * np.pi * np.e * s**2) / 2))  # fmt: skip
    if kind == "exponential":
        return Law(False, span, x, rate * np.exp(-rate * x),
                   lambda v: -np.expm1(-rate * np.maximum(v, 0)), lambda u: -np.log1p(-u) / rate,
                   1 / rate, 1 / rate**2, float(1 - np.log(rate)))  # fmt: skip
    if kind == "gamma":
        log = (k - 1) * np.log(x) - x / s - special.gammaln(k) - k * np.log(s)
        entropy = k + np.log(s) + special.gammaln(k) + (1 - k) * special.digamma(k)
        return Law(False, span, x, np.exp(log),
                   lambda v: special.gammainc(k, np.maximum(v, 0) / s),
                   lambda u: s * tabulated("gamma", k)(u),
                   k * s, k * s**2, float(entropy))  # fmt: skip
    if kind == "beta":
        log = (k - 1) * np.log(x) + (b - 1) * np.log1p(-x) - special.betaln(k, b)
        entropy = (
            special.betaln(k, b)
            - (k - 1) * special.digamma(k)
            - (b - 1) * special.digamma(b)
            + (k + b - 2) * special.digamma(k + b)
        )
        return Law(False, span, x, np.exp(log),
                   lambda v: special.betainc(k, b, np.clip(v, 0, 1)),
                   tabulated("beta", k, b), k / (k + b),
                   k * b / ((k + b) ** 2 * (k + b + 1)), float(entropy))  # fmt: skip
    return student(config, x) if kind == "student" else drawn(config, x)


def student(config: Config, x: np.ndarray) -> Law:
    """Student-t: for few degrees of freedom it has no variance, or not even a mean."""
    nu, mu, s = config.k, config.mu, config.sigma
    log = (special.gammaln((nu + 1) / 2) - special.gammaln(nu / 2) - np.log(nu * np.pi) / 2
           - np.log(s) - (nu + 1) / 2 * np.log1p(((x - mu) / s) ** 2 / nu))  # fmt: skip
    entropy = ((nu + 1) / 2 * (special.digamma((nu + 1) / 2) - special.digamma(nu / 2))
               + np.log(nu) / 2 + special.betaln(nu / 2, 0.5) + np.log(s))  # fmt: skip
    variance = s**2 * nu / (nu - 2) if nu > 2 else (np.inf if nu > 1 else np.nan)
    return Law(False, (-7, 7), x, np.exp(log), lambda v: special.stdtr(nu, (v - mu) / s),
               lambda u: mu + s * tabulated("student", nu)(u),
               mu if nu > 1 else np.nan, variance, float(entropy))  # fmt: skip


def drawn(config: Config, x: np.ndarray) -> Law:
    """The learner's bars: constant within each of the bins, whose width is 1."""
    bars = np.array([height for _, height in config.own])
    mass = bars / bars.sum() if bars.sum() > 0 else np.full(BINS, 1 / BINS)
    edges, sums = np.linspace(-HALF, HALF, BINS + 1), np.append(0, np.cumsum(mass))
    middle = (edges[1:] + edges[:-1]) / 2
    mean = float(mass @ middle)
    return Law(False, (-HALF, HALF), x, mass[np.minimum((x + HALF).astype(int), BINS - 1)],
               lambda v: np.interp(v, edges, sums),
               lambda u: inverse(u, sums, edges, mass),
               mean, float(mass @ ((middle - mean) ** 2 + 1 / 12)),
               float(special.entr(mass).sum()))  # fmt: skip


def inverse(u: np.ndarray, sums: np.ndarray, edges: np.ndarray, mass: np.ndarray) -> np.ndarray:
    """The place where a sum of bars, some of them empty, reaches u."""
    bin_of = np.clip(np.searchsorted(sums, u, side="right") - 1, 0, BINS - 1)
    full = np.where(mass[bin_of] > 0, mass[bin_of], 1)
    return edges[bin_of] + np.clip((u - sums[bin_of]) / full, 0, 1)
