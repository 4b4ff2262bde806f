"""What a sample says of the world, and how often it misleads: five looks at experiments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from scipy import special

import labcore
from labcore import Frame, PointList, Start, control
from labcore.rng import numpy_generator

COUNTS = np.unique(np.round(np.logspace(0, 3, 78)).astype(int))
"""How many experiments there have been at each place of the time line."""
LAST, MOST, FAMILIES, TESTS = len(COUNTS) - 1, 50, 400, 100
MUS, SIGMAS = np.linspace(-5, 5, 41), np.geomspace(0.2, 5, 41)

REPEATED = ("Estimators", "Tests", "Intervals", "Many tests")
"""The views of repeated experiments."""


class Config(labcore.Config):
    """The experiment, the tests, and points of one's own for the likelihood."""

    n: int = control(10, title="Sample size n", low=2, high=MOST, views=REPEATED)
    """How many numbers each experiment measures; they are normal with standard deviation 1."""

    effect: float = control(0.5, title="True mean", low=-1.5, high=1.5, step=0.05, views=REPEATED)
    """What the experiments try to find out. At 0 every alarm is a false one."""

    alpha: float = control(0.05, title="Level α", low=0.001, high=0.5, log=True, views=REPEATED[1:])
    """An alarm is a p-value below α; intervals are to hold the truth in 1 − α of all cases."""

    tests: int = control(20, title="Tests in a family", low=1, high=TESTS, views=REPEATED[3:])
    """How many questions are asked of the same study."""

    real: float = control(
        0.2, title="Share of real effects", low=0, high=1, step=0.05, views=REPEATED[3:]
    )
    """In how many of the tests there is something to find; it has the true mean above."""

    shrink: float = control(
        0.7, title="Shrinking factor", low=0, high=1, step=0.01, views=REPEATED[:1]
    )
    """The mean is multiplied by it: less variance, more bias."""

    points: PointList = control(
        ((-1.6, 0.0), (-0.4, 0.0), (0.3, 0.0), (0.9, 0.0), (2.3, 0.0)), title="Your points",
        x=(-5, 5), y=(0, 0.001), least=1, most=12, more=True, views=("Likelihood",),
    )  # fmt: skip
    """The sample whose likelihood is drawn."""

    mu: float = control(-3.5, title="Start μ", low=-5, high=5, step=0.1, views=("Likelihood",))
    """Where the ascent of the likelihood starts."""

    sigma: float = control(3.0, title="Start σ", low=0.2, high=5, log=True, views=("Likelihood",))
    """Where the ascent of the likelihood starts."""


@lru_cache(maxsize=4)
def luck(seed: int, name: str, rows: int, columns: int) -> np.ndarray:
    """Standard normal numbers; they stay the same while a hand moves."""
    return numpy_generator(seed, name).standard_normal((rows, columns))


def log_likelihood(points: np.ndarray, mu: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """Mean of log N(x; μ, σ²) over the points; it needs no more of them than mean and variance."""
    square = points.var() + (points.mean() - mu) ** 2
    return -np.log(sigma) - np.log(2 * np.pi) / 2 - square / (2 * sigma**2)


def ascend(points: np.ndarray, mu: float, sigma: float) -> np.ndarray:
    """Gradient ascent of the mean log-likelihood in (μ, log σ): places (LAST + 1, 2).

    No step is longer than 0.3, for where σ is small the hill is a cliff.
    """
    path = np.empty((LAST + 1, 2))
    for step in range(LAST + 1):
        path[step] = mu, sigma
        square = points.var() + (points.mean() - mu) ** 2
        pull = 0.4 * np.array([(points.mean() - mu) / sigma**2, square / sigma**2 - 1])
        pull *= min(1, 0.3 / max(float(np.hypot(*pull)), 1e-12))
        mu, sigma = mu + pull[0], float(np.clip(sigma * np.exp(pull[1]), 0.2, 5))
    return path


def experiments(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """Means and variances (divided by n − 1) of all the samples."""
    x = config.effect + luck(config.seed, "samples", COUNTS[-1], MOST)[:, : config.n]
    return x.mean(1), x.var(1, ddof=1)


def t_test(mean: np.ndarray, variance: np.ndarray, n: int) -> np.ndarray:
    """p-value of “the true mean is 0”, two-sided, by Student's t with n − 1 degrees of freedom."""
    t = np.abs(mean) / np.sqrt(variance / n)
    return 2 * special.stdtr(n - 1, -t)


def half_width(variance: np.ndarray, n: int, alpha: float) -> np.ndarray:
    """Half of a confidence interval of level 1 − α: x̄ ± t* s / √n."""
    return special.stdtrit(n - 1, 1 - alpha / 2) * np.sqrt(variance / n)


def power(effect: np.ndarray, n: int, alpha: float) -> np.ndarray:
    """Chance that the t-test raises an alarm, exactly: the tails of a non-central t."""
    critical = special.stdtrit(n - 1, 1 - alpha / 2)
    shift = np.abs(effect) * np.sqrt(n)
    above = 1 - special.nctdtr(n - 1, shift, critical)
    return np.clip(above + special.nctdtr(n - 1, shift, -critical), 0, 1)


def shrunk(c: np.ndarray, effect: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Squared bias and variance of c · x̄."""
    return ((1 - c) * effect) ** 2, c**2 / n


def families(config: Config) -> tuple[np.ndarray, np.ndarray]:
    """p-values (FAMILIES, tests) of z-tests on n numbers each, and which effects are real."""
    real = np.arange(config.tests) < round(config.real * config.tests)
    z = luck(config.seed, "families", FAMILIES, TESTS)[:, : config.tests]
    return 2 * special.ndtr(-np.abs(z + real * config.effect * np.sqrt(config.n))), real


def alarms(p: np.ndarray, alpha: float) -> np.ndarray:
    """Which tests raise an alarm (3, …): each at α, at α / m, and by Benjamini and Hochberg.

    The last takes the k smallest p-values, with the largest k whose p is at most α k / m.
    """
    m = p.shape[-1]
    ordered = np.sort(p, -1)
    below = ordered <= alpha * np.arange(1, m + 1) / m
    k = np.where(below.any(-1), m - np.argmax(below[..., ::-1], -1), 0)
    last = np.take_along_axis(ordered, np.maximum(k - 1, 0)[..., None], -1)
    return np.stack([p <= alpha, p <= alpha / m, p <= np.where(k[..., None] > 0, last, -1)])


@lru_cache(maxsize=4)
def whole(config: Config) -> dict[str, np.ndarray]:
    """All the experiments at once."""
    mean, variance = experiments(config)
    p, real = families(config)
    raised = alarms(p, config.alpha)
    false = (raised & ~real).sum(-1)
    share = false / np.maximum(raised.sum(-1), 1)
    so_far = np.arange(1, FAMILIES + 1)
    return {
        "mean": mean, "variance": variance, "p": t_test(mean, variance, config.n),
        "half": half_width(variance, config.n, config.alpha), "family": p, "real": real,
        "any": np.cumsum(false > 0, 1) / so_far, "share": np.cumsum(share, 1) / so_far,
        "found": (raised & real).sum(-1), "false": false,
    }  # fmt: skip


def look(config: Config, at: int) -> Frame:
    """All five views at one place of the time line."""
    found, n = whole(config), int(COUNTS[at])
    points = np.array([x for x, _ in config.points])
    path = ascend(points, config.mu, config.sigma)
    family = min(n, FAMILIES) - 1
    mean, variance, p = found["mean"][:n], found["variance"][:n], found["p"][:n]
    half = found["half"][:n]
    missed = np.abs(mean - config.effect) > half
    small = 1 - 1 / config.n
    recent = slice(max(0, n - 50), n)
    shown = np.minimum(COUNTS, FAMILIES) - 1
    now = np.arange(LAST + 1) <= at
    arrays = {
        "path": path[: at + 1], "surface": surface(points), "variances": variance, "means": mean,
        "p": p[max(0, n - 300) :], "first": np.array([max(0, n - 300)]),
        "middle": mean[recent], "half": half[recent], "missed": missed[recent],
        "family": found["family"][family], "real": found["real"],
        "any": np.where(now, found["any"][:, shown], np.nan),
        "share": np.where(now, found["share"][:, shown], np.nan),
        "coverage": np.where(now, 1 - np.cumsum(np.abs(found["mean"] - config.effect)
                                                > found["half"])[COUNTS - 1] / COUNTS, np.nan),
        "false": found["false"][:, family], "found": found["found"][:, family],
    }  # fmt: skip
    numbers = {
        "n": n, "mu": float(points.mean()), "sd": float(points.std()),
        "height": float(log_likelihood(points, *path[at])),
        "top": float(log_likelihood(points, points.mean(), np.maximum(points.std(), 1e-9))),
        "by n": float(small * variance.mean()), "by n - 1": float(variance.mean()),
        "shrunk error": float(((config.shrink * mean - config.effect) ** 2).mean()),
        "plain error": float(((mean - config.effect) ** 2).mean()),
        "alarms": float((p <= config.alpha).mean()), "misses": int(missed.sum()),
        "power": float(power(np.array(config.effect), config.n, config.alpha)),
    }  # fmt: skip
    kinds = {"f": np.float32, "i": np.int32, "b": np.bool_, "u": np.uint8}
    arrays = {name: value.astype(kinds[value.dtype.kind]) for name, value in arrays.items()}
    return Frame(at, arrays | numbers, trouble(config, points), checkpoint={})


def surface(points: np.ndarray) -> np.ndarray:
    """The likelihood over the plane (σ, μ) as bytes, 255 at its top; more points, less room."""
    height = len(points) * log_likelihood(points, MUS[None, :], SIGMAS[:, None])
    return np.rint(255 * np.exp(height - height.max())).astype(np.uint8)


def trouble(config: Config, points: np.ndarray) -> str:
    """What has no answer, in a sentence."""
    if points.std() < 0.05:
        return ("All points stand in one place, so the likelihood grows without end as σ goes to "
                "0: there is no maximum. The ascent stops at the edge, σ = 0.2.")  # fmt: skip
    if points.std() < 0.2:
        return "The points stand so close that the best σ lies below the edge of the map."
    return ""


def run(config: Config, start: Start | None = None) -> Iterator[Frame]:
    """Experiment after experiment."""
    for at in range(LAST + 1):
        yield look(config, at)


def answer(config: Config, start: Start | None = None) -> Frame:
    """The same while a hand moves, at the place on screen."""
    return look(config, start.step if start else LAST)
